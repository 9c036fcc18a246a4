/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* As the dumps show them: a running VM has RequestedState 5 (No Change), one that is off has 12
 * (Not Applicable) and EnabledDefault 3. Saved and paused are derived from running. */
static const ProviderVmState states[] = {
  { "running", 2, 5, 2, TRUE, FALSE, FALSE },
  { "off", 3, 12, 3, FALSE, FALSE, FALSE },
  { "saved", 6, 5, 2, FALSE, TRUE, FALSE },
  { "paused", 9, 5, 2, TRUE, FALSE, TRUE },
};

const ProviderVmState *
provider_vm_find_state (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].name, name) == 0)
      return &states[i];
  return NULL;
}

static const ProviderVmState *
find_state_by_number (guint64 enabled_state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (states[i].enabled_state == enabled_state)
      return &states[i];
  return NULL;
}

/* ---- records ---- */

ProviderVm *
provider_vm_ensure (Provider *provider, RepositoryObject *object)
{
  g_autofree char *guid = g_ascii_strup (repository_object_get_string (object, "Name"), -1);
  ProviderVm *vm = g_hash_table_lookup (provider->vms, guid);

  if (vm != NULL)
    return vm;

  vm = g_new0 (ProviderVm, 1);
  vm->provider = provider;
  vm->object = repository_object_ref (object);
  vm->guid = g_steal_pointer (&guid);
  g_hash_table_insert (provider->vms, vm->guid, vm);
  return vm;
}

void
provider_vm_free (gpointer data)
{
  ProviderVm *vm = data;

  if (vm->job != NULL)
    provider_job_forget_vm (vm->job);
  provider_clear_timer (vm->provider, &vm->guest_timer);
  provider_clear_timer (vm->provider, &vm->boot_timer);
  g_clear_pointer (&vm->devices, g_ptr_array_unref);
  g_clear_pointer (&vm->worker, g_ptr_array_unref);
  for (gsize i = 0; i < PROVIDER_N_KVP; i++)
    g_clear_pointer (&vm->kvp[i], hyperv_cim_value_unref);
  repository_object_unref (vm->object);
  g_free (vm->failure.text);
  g_free (vm->guid);
  g_free (vm);
}

/* The host has a row of its own, whose key is the computer's name. */
gboolean
provider_vm_is_host (Provider *provider, RepositoryObject *object)
{
  const char *name = repository_object_get_string (object, "Name");

  return name != NULL
         && g_ascii_strcasecmp (name, repository_get_computer_name (provider->repository)) == 0;
}

ProviderVm *
provider_vm_lookup_guid (Provider *provider, const char *guid, GError **error)
{
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new (PROVIDER_NAMESPACE, "Msvm_ComputerSystem");
  g_autoptr (RepositoryObject) object = NULL;

  hyperv_cim_path_add_key (path, "CreationClassName", "Msvm_ComputerSystem");
  hyperv_cim_path_add_key (path, "Name", guid);
  object = repository_lookup (provider->repository, path, error);
  if (object == NULL)
    return NULL;
  if (provider_vm_is_host (provider, object)) {
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_NOT_FOUND,
                 "\"%s\" is the host, not a virtual machine", guid);
    return NULL;
  }
  return provider_vm_ensure (provider, object);
}

static GPtrArray *
find_by_name (Provider *provider, const char *name, GError **error)
{
  g_autoptr (GString) text
      = g_string_new ("SELECT * FROM Msvm_ComputerSystem WHERE ElementName = '");
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (RepositoryQuery) query = NULL;
  g_autoptr (RepositoryCursor) cursor = NULL;
  RepositoryObject *object;

  for (const char *p = name; *p != '\0'; p++) {
    if (*p == '\'' || *p == '\\')
      g_string_append_c (text, '\\');
    g_string_append_c (text, *p);
  }
  g_string_append_c (text, '\'');

  query = repository_query_parse (text->str, error);
  if (query == NULL)
    return NULL;
  cursor = repository_run_query (provider->repository, PROVIDER_NAMESPACE, query, error);
  if (cursor == NULL)
    return NULL;
  found = g_ptr_array_new_with_free_func ((GDestroyNotify)repository_object_unref);
  while ((object = repository_cursor_next (cursor)) != NULL)
    if (!provider_vm_is_host (provider, object))
      g_ptr_array_add (found, repository_object_ref (object));
  return g_steal_pointer (&found);
}

ProviderVm *
provider_vm_lookup (Provider *provider, const char *text, GError **error)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GString) guids = NULL;
  ProviderVm *vm;

  if (g_uuid_string_is_valid (text)) {
    vm = provider_vm_lookup_guid (provider, text, NULL);
    if (vm != NULL)
      return vm;
  }
  found = find_by_name (provider, text, error);
  if (found == NULL)
    return NULL;
  if (found->len == 1)
    return provider_vm_ensure (provider, g_ptr_array_index (found, 0));
  if (found->len == 0) {
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_NOT_FOUND,
                 "no virtual machine has the GUID or the name \"%s\"", text);
    return NULL;
  }

  guids = g_string_new (NULL);
  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (guids, " %s",
                            repository_object_get_string (g_ptr_array_index (found, i), "Name"));
  g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_PARAMETER,
               "%u virtual machines are named \"%s\"; say which by its GUID:%s", found->len, text,
               guids->str);
  return NULL;
}

/* ---- changes ---- */

/* Settings say whether there is a saved state; the active ones, not those of checkpoints. */
static void
put_saved (ProviderVm *vm, gboolean is_saved)
{
  g_autoptr (GPtrArray) settings
      = repository_associators (vm->provider->repository, vm->object, "Msvm_SettingsDefineState",
                                "Msvm_VirtualSystemSettingData", NULL, NULL, NULL);

  for (guint i = 0; settings != NULL && i < settings->len; i++)
    provider_put_uint (g_ptr_array_index (settings, i), "IsSaved", is_saved);
}

static void
put_state (ProviderVm *vm, guint16 enabled_state)
{
  provider_put_uint (vm->object, "EnabledState", enabled_state);
  provider_put_time (vm->object, "TimeOfLastStateChange", sim_clock_wall (vm->provider->clock));
}

void
provider_vm_move (ProviderVm *vm, guint16 enabled_state, guint16 requested_state)
{
  provider_put_uint (vm->object, "RequestedState", requested_state);
  put_state (vm, enabled_state);
}

/* Process numbers of Windows are multiples of four. */
static guint32
new_process_id (Provider *provider)
{
  return 1000 + repository_random (provider->repository) % 4000 * 4;
}

static gboolean
has_process (ProviderVm *vm)
{
  return repository_object_get_uint (vm->object, "ProcessID") != 0;
}

/* It gets a worker process, and with it everything that only a running one has. */
static gboolean
begin_to_live (ProviderVm *vm, GError **error)
{
  provider_put_uint (vm->object, "ProcessID", new_process_id (vm->provider));
  /* Recorded: the time of the configuration's change moves when a VM starts. */
  provider_put_time (vm->object, "TimeOfLastConfigurationChange",
                     sim_clock_wall (vm->provider->clock));
  return provider_vm_add_devices (vm, error) && provider_vm_fit_devices (vm, error)
         && provider_vm_add_worker (vm, provider_vm_count_processors (vm), error);
}

static gboolean
end_to_live (ProviderVm *vm, GError **error)
{
  provider_clear_timer (vm->provider, &vm->boot_timer);
  /* What the guest told is kept with its devices. */
  provider_guest_set_paused (vm, FALSE);
  if (!provider_vm_remove_devices (vm, error) || !provider_vm_remove_worker (vm, error))
    return FALSE;
  provider_put_null (vm->object, "ProcessID");
  return TRUE;
}

gboolean
provider_vm_settle (ProviderVm *vm, const ProviderVmState *state, gboolean restart, GError **error)
{
  gboolean was_alive = has_process (vm);

  /* Only what lives can begin anew, or be paused. */
  g_return_val_if_fail (state->is_alive || (!restart && !state->is_paused), FALSE);

  if (state->is_alive && !was_alive && !begin_to_live (vm, error))
    return FALSE;
  if (!state->is_alive && was_alive && !end_to_live (vm, error))
    return FALSE;

  provider_clear_timer (vm->provider, &vm->guest_timer);
  if (state->is_alive && restart)
    provider_guest_begin (vm);
  else if (state->is_alive)
    provider_guest_set_paused (vm, state->is_paused);
  /* The repository counts on while the state is running. */
  if (restart || !state->is_alive || !was_alive)
    provider_put_uint (vm->object, "OnTimeInMilliseconds", 0);
  provider_put_uint (vm->object, "RequestedState", state->requested_state);
  provider_put_uint (vm->object, "EnabledDefault", state->enabled_default);
  put_saved (vm, state->is_saved);
  put_state (vm, state->enabled_state);
  return TRUE;
}

void
provider_vm_go_back (ProviderVm *vm, guint16 enabled_state)
{
  const ProviderVmState *state = find_state_by_number (enabled_state);

  if (state != NULL)
    provider_put_uint (vm->object, "RequestedState", state->requested_state);
  put_state (vm, enabled_state);
}

gboolean
provider_set_vm_state (Provider *self, const char *vm, const char *state, GError **error)
{
  const ProviderVmState *row = provider_vm_find_state (state);
  ProviderVm *record;

  g_return_val_if_fail (self != NULL && vm != NULL && state != NULL, FALSE);

  if (row == NULL) {
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_PARAMETER,
                 "\"%s\" is not a state of a virtual machine (expected running, off, saved or "
                 "paused)",
                 state);
    return FALSE;
  }
  record = provider_vm_lookup (self, vm, error);
  if (record == NULL)
    return FALSE;
  if (record->job != NULL)
    provider_job_cancel (record->job, PROVIDER_JOB_KILLED);
  return provider_vm_settle (record, row, FALSE, error);
}

gboolean
provider_fail_next_job (Provider *self, const char *vm, guint percent, guint32 error_code,
                        const char *text, GError **error)
{
  ProviderVm *record;

  g_return_val_if_fail (self != NULL && vm != NULL && text != NULL, FALSE);

  if (percent > 100 || error_code == 0 || error_code > G_MAXUINT16) {
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_PARAMETER,
                 "a job of \"%s\" cannot fail at %u %% with error code %u (expected 0..100 and "
                 "1..65535)",
                 vm, percent, error_code);
    return FALSE;
  }
  record = provider_vm_lookup (self, vm, error);
  if (record == NULL)
    return FALSE;
  g_free (record->failure.text);
  record->failure = (ProviderFailure){ percent, (guint16)error_code, g_strdup (text) };
  return TRUE;
}
