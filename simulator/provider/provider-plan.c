/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* What goes wrong by plan. A cause says it everywhere in the same way: in what the method returns
 * or what its job says, and in what the virtual machine shows. */

#define ENABLED_STATE_RUNNING 2
#define HEALTH_CRITICAL 25
#define STATUS_NO_CONTACT 12

void
provider_set_plan (Provider *self, const ProviderPlan *plan)
{
  g_return_if_fail (self != NULL);

  self->plan = plan != NULL ? *plan : (ProviderPlan){ 0 };
}

/* ---- what a virtual machine shows ---- */

static void
show_critical (ProviderVm *vm)
{
  g_autoptr (GError) error = NULL;

  if (repository_object_get_uint (vm->object, "EnabledState") == ENABLED_STATE_RUNNING
      && vm->job == NULL
      && !provider_vm_settle (vm, provider_vm_find_state ("paused"), FALSE, &error))
    g_warning ("%s: %s", vm->guid, error->message);
  provider_put_uint (vm->object, "HealthState", HEALTH_CRITICAL);
}

static void
show_no_contact (ProviderVm *vm)
{
  g_autoptr (GPtrArray) components
      = repository_associators (vm->provider->repository, vm->object, "Msvm_SystemDevice",
                                "Msvm_ShutdownComponent", NULL, NULL, NULL);
  HypervCimScalar item = { .u = STATUS_NO_CONTACT };

  for (guint i = 0; components != NULL && i < components->len; i++)
    provider_put (g_ptr_array_index (components, i), "OperationalStatus",
                  hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT16, &item, 1));
}

static void
delete_all (Repository *repository, GPtrArray *objects)
{
  for (guint i = 0; objects != NULL && i < objects->len; i++)
    repository_delete (repository, g_ptr_array_index (objects, i), NULL);
}

/* With its settings and devices; their record goes by the notification. */
static void
show_gone (ProviderVm *vm)
{
  Repository *repository = vm->provider->repository;
  g_autoptr (RepositoryObject) object = repository_object_ref (vm->object);
  g_autoptr (GPtrArray) settings = repository_associators (
      repository, object, "Msvm_SettingsDefineState", NULL, NULL, NULL, NULL);
  g_autoptr (GPtrArray) links = repository_references (repository, object, NULL, NULL, NULL);

  if (vm->job != NULL)
    provider_job_cancel (vm->job, PROVIDER_JOB_KILLED);
  provider_vm_remove_devices (vm, NULL);
  delete_all (repository, links);
  delete_all (repository, settings);
  repository_delete (repository, object, NULL);
}

static const struct {
  ProviderShows shows;
  void (*show) (ProviderVm *vm);
} shows[] = {
  { PROVIDER_SHOWS_CRITICAL, show_critical },
  { PROVIDER_SHOWS_NO_CONTACT, show_no_contact },
  { PROVIDER_SHOWS_GONE, show_gone },
};

void
provider_vm_show (ProviderVm *vm, ProviderShows what)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shows); i++)
    if (shows[i].shows == what)
      shows[i].show (vm);
}

/* ---- calls ---- */

/* The virtual machine that a call is about; NULL: none. */
static ProviderVm *
find_vm (ProviderCall *call)
{
  const RepositoryClass *klass = repository_object_get_class (call->object);
  const char *guid = NULL;

  if (repository_class_is_a (klass, "Msvm_ComputerSystem"))
    guid = repository_object_get_string (call->object, "Name");
  else if (repository_class_find_property (klass, "SystemName") != NULL)
    guid = repository_object_get_string (call->object, "SystemName");
  return guid != NULL ? provider_vm_lookup_guid (call->provider, guid, NULL) : NULL;
}

gboolean
provider_plan_run (ProviderCall *call, ProviderMethod method, GError **error)
{
  const ProviderPlan *plan = &call->provider->plan;
  const ProviderCause *cause = plan->end == PROVIDER_END_NORMAL ? plan->cause : NULL;
  ProviderVm *vm;

  if (cause == NULL || (cause->return_value == 0 && cause->hresult == 0))
    return method (call, error);
  vm = find_vm (call);
  if (vm != NULL)
    provider_vm_show (vm, cause->shows);
  call->return_value = cause->return_value;
  if (cause->hresult == 0)
    return TRUE;
  g_set_error_literal (error, PROVIDER_ERROR, (int)cause->hresult, cause->text);
  return FALSE;
}

ProviderFailure
provider_plan_get_failure (const Provider *self)
{
  const ProviderPlan *plan = &self->plan;
  const ProviderCause *cause = plan->cause;
  ProviderFailure failure = { .percent = plan->percent, .end = plan->end };

  /* A cause alone: the job fails for it. */
  if (plan->end == PROVIDER_END_NORMAL && cause != NULL)
    failure.end = PROVIDER_END_FAIL;
  if (failure.end != PROVIDER_END_FAIL || cause == NULL)
    return failure;
  failure.cause = cause;
  failure.error_code = cause->error_code;
  failure.text = g_strdup (cause->text);
  return failure;
}
