/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

G_DEFINE_QUARK (provider - error - quark, provider_error)

typedef struct {
  const char *class_name;
  const char *method;
  ProviderMethod run;
} MethodRow;

static const MethodRow methods[] = {
  { "Msvm_ComputerSystem", "RequestStateChange", provider_power_request_state_change },
  { "Msvm_ShutdownComponent", "InitiateShutdown", provider_shutdown_initiate_shutdown },
  { "Msvm_ShutdownComponent", "InitiateReboot", provider_shutdown_initiate_reboot },
  { "Msvm_ConcreteJob", "RequestStateChange", provider_job_request_state_change },
  { "Msvm_ConcreteJob", "KillJob", provider_job_kill },
  { "Msvm_ConcreteJob", "GetError", provider_job_get_error },
  { "Msvm_ConcreteJob", "GetErrorEx", provider_job_get_error_ex },
  { "Msvm_VirtualSystemManagementService", "GetSummaryInformation", provider_summary_get },
};

/* Values that move with the clock and are worked out when they are asked for. */
static const struct {
  const char *class_name;
  const char *property;
  RepositoryCompute compute;
} computed[] = {
  { "Msvm_ConcreteJob", "PercentComplete", provider_job_compute_percent },
  { "Msvm_ConcreteJob", "ElapsedTime", provider_job_compute_elapsed },
};

static void
provider_changed (RepositoryChange change, RepositoryObject *object, gpointer user_data)
{
  Provider *self = user_data;
  g_autofree char *guid = NULL;

  if (change != REPOSITORY_DELETED
      || !repository_class_is_a (repository_object_get_class (object), "Msvm_ComputerSystem"))
    return;

  guid = g_ascii_strup (repository_object_get_string (object, "Name"), -1);
  g_hash_table_remove (self->vms, guid);
}

static void
set_computed (Provider *self, gboolean on)
{
  for (gsize i = 0; i < G_N_ELEMENTS (computed); i++)
    repository_set_compute (self->repository, computed[i].class_name, computed[i].property,
                            on ? computed[i].compute : NULL, self);
}

Provider *
provider_new (Repository *repository)
{
  Provider *self;

  g_return_val_if_fail (repository != NULL, NULL);

  self = g_new0 (Provider, 1);
  self->repository = repository;
  self->clock = g_object_ref (repository_get_clock (repository));
  self->context = g_main_context_ref_thread_default ();
  self->vms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, provider_vm_free);
  self->jobs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, provider_job_free);
  self->watch = repository_add_watch (repository, provider_changed, self, NULL);
  set_computed (self, TRUE);
  return self;
}

void
provider_free (Provider *self)
{
  g_return_if_fail (self != NULL);

  set_computed (self, FALSE);
  repository_remove_watch (self->repository, self->watch);
  g_hash_table_unref (self->jobs);
  g_hash_table_unref (self->vms);
  g_main_context_unref (self->context);
  g_object_unref (self->clock);
  g_free (self);
}

void
provider_set_context (Provider *self, GMainContext *context)
{
  g_return_if_fail (self != NULL);

  g_main_context_ref (context);
  g_main_context_unref (self->context);
  self->context = context;
}

guint64
provider_add_timer (Provider *self, gint64 delay, GSourceFunc callback, gpointer data)
{
  return sim_clock_add_timer (self->clock, self->context, delay, callback, data, NULL);
}

/* A clock that jumps does not jump to it: who polls a finished job must find it. */
guint64
provider_add_expiry (Provider *self, gint64 delay, GSourceFunc callback, gpointer data)
{
  return sim_clock_add_expiry (self->clock, self->context, delay, callback, data, NULL);
}

void
provider_clear_timer (Provider *self, guint64 *id)
{
  if (*id != 0)
    sim_clock_remove_timer (self->clock, *id);
  *id = 0;
}

const char *
provider_text (Provider *self, const char *english)
{
  const char *text = repository_get_setting (self->repository, "texts", english);

  return text != NULL ? text : english;
}

/* ---- calls ---- */

gboolean
provider_call_has (ProviderCall *call, const char *name)
{
  return call->in != NULL && !hyperv_cim_instance_is_null (call->in, name);
}

gboolean
provider_call_get_uint (ProviderCall *call, const char *name, guint64 *value)
{
  return provider_call_has (call, name)
         && hyperv_cim_instance_get_uint64 (call->in, name, value, NULL);
}

void
provider_call_set (ProviderCall *call, const char *name, HypervCimValue *value)
{
  g_hash_table_insert (call->out, g_strdup (name), value);
}

static const MethodRow *
find_row (const RepositoryClass *klass, const char *method)
{
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_ascii_strcasecmp (methods[i].method, method) == 0
        && repository_class_is_a (klass, methods[i].class_name))
      return &methods[i];
  return NULL;
}

gboolean
provider_has_method (Provider *self, const RepositoryClass *klass, const char *method)
{
  g_return_val_if_fail (self != NULL && klass != NULL && method != NULL, FALSE);

  return find_row (klass, method) != NULL;
}

/* WMI refuses parameters that the method does not declare before the provider sees the call. */
static gboolean
check_parameters (const RepositoryMethod *method, const char *class_name,
                  const HypervCimInstance *in, GError **error)
{
  guint n = in != NULL ? hyperv_cim_instance_get_n_properties (in) : 0;

  for (guint i = 0; i < n; i++) {
    const char *name = hyperv_cim_instance_get_property_name (in, i);
    gboolean known = FALSE;

    for (guint j = 0; j < method->n_parameters && !known; j++)
      known = method->parameters[j].is_in
              && g_ascii_strcasecmp (method->parameters[j].name, name) == 0;
    if (!known) {
      g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_METHOD_PARAMETERS,
                   "%s.%s has no in-parameter \"%s\"", class_name, method->name, name);
      return FALSE;
    }
  }
  return TRUE;
}

static HypervCimInstance *
collect_out (const RepositoryMethod *method, const char *name_space, ProviderCall *call)
{
  /* WMI's own name for the class of parameters. */
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (name_space, "__PARAMETERS");

  for (guint i = 0; i < method->n_parameters; i++) {
    const RepositoryParameter *parameter = &method->parameters[i];
    const HypervCimValue *value;

    if (!parameter->is_out)
      continue;
    value = g_hash_table_lookup (call->out, parameter->name);
    if (value != NULL)
      hyperv_cim_builder_add_value (builder, parameter->name, value);
    else
      hyperv_cim_builder_add_null (builder, parameter->name, parameter->type, parameter->is_array);
  }
  hyperv_cim_builder_add_unsigned (builder, "ReturnValue", HYPERV_CIM_TYPE_UINT32,
                                   call->return_value);
  return hyperv_cim_builder_end (builder);
}

HypervCimInstance *
provider_invoke (Provider *self, RepositoryObject *object, const char *method,
                 const HypervCimInstance *in, const char *user, GError **error)
{
  ProviderCall call = { .provider = self, .object = object, .in = in, .user = user };
  const RepositoryMethod *declared;
  const RepositoryClass *klass;
  const MethodRow *row;
  HypervCimInstance *out = NULL;

  g_return_val_if_fail (self != NULL && object != NULL && method != NULL, NULL);

  klass = repository_object_get_class (object);
  declared = repository_class_find_method (klass, method);
  if (declared == NULL) {
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_METHOD, "%s has no method %s",
                 repository_class_get_name (klass), method);
    return NULL;
  }
  row = find_row (klass, method);
  if (row == NULL) {
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_METHOD_NOT_IMPLEMENTED,
                 "%s.%s is in the schema, but this simulator does not implement it",
                 repository_class_get_name (klass), declared->name);
    return NULL;
  }
  if (!check_parameters (declared, repository_class_get_name (klass), in, error))
    return NULL;

  call.out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                    (GDestroyNotify)hyperv_cim_value_unref);
  if (provider_plan_run (&call, row->run, error))
    out = collect_out (declared, repository_class_get_namespace (klass), &call);
  g_hash_table_unref (call.out);
  return out;
}
