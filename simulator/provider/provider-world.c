/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* The whole host at once: what is under way, a reboot, a state that is kept and comes back. */

#define STARTUP_NOTHING 2
#define STARTUP_ALWAYS 4

static int
compare_jobs (gconstpointer a, gconstpointer b)
{
  const ProviderJob *const *left = a, *const *right = b;
  guint64 i = provider_job_get_exchange (*left), j = provider_job_get_exchange (*right);

  return i < j ? -1 : i > j;
}

/* (transfer container) */
static GPtrArray *
list_jobs (Provider *self, gboolean only_active)
{
  GPtrArray *jobs = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (!only_active || provider_job_is_active (job))
      g_ptr_array_add (jobs, job);
  g_ptr_array_sort (jobs, compare_jobs);
  return jobs;
}

void
provider_list_jobs (Provider *self, ProviderJobFunc function, gpointer user_data)
{
  g_autoptr (GPtrArray) jobs = NULL;

  g_return_if_fail (self != NULL && function != NULL);

  jobs = list_jobs (self, TRUE);
  for (guint i = 0; i < jobs->len; i++) {
    ProviderJob *job = g_ptr_array_index (jobs, i);
    RepositoryObject *object = provider_job_get_object (job);

    function (repository_object_get_string (object, "InstanceID"),
              repository_object_get_string (object, "Caption"),
              repository_object_get_string (object, "Owner"), provider_job_get_exchange (job),
              user_data);
  }
}

guint
provider_get_n_busy (Provider *self)
{
  g_autoptr (GPtrArray) jobs = NULL;
  GHashTableIter iter;
  gpointer vm;
  guint n;

  g_return_val_if_fail (self != NULL, 0);

  jobs = list_jobs (self, TRUE);
  n = jobs->len;
  g_hash_table_iter_init (&iter, self->vms);
  while (g_hash_table_iter_next (&iter, NULL, &vm))
    n += ((ProviderVm *)vm)->guest_timer != 0 || ((ProviderVm *)vm)->boot_timer != 0;
  return n;
}

/* ---- reboot ---- */

static guint64
get_startup_action (ProviderVm *vm)
{
  g_autoptr (GPtrArray) settings
      = repository_associators (vm->provider->repository, vm->object, "Msvm_SettingsDefineState",
                                "Msvm_VirtualSystemSettingData", NULL, NULL, NULL);

  return settings != NULL && settings->len > 0 ? repository_object_get_uint (
             g_ptr_array_index (settings, 0), "AutomaticStartupAction")
                                               : STARTUP_NOTHING;
}

static void
reboot_vm (ProviderVm *vm)
{
  gboolean ran = repository_object_get_uint (vm->object, "ProcessID") != 0;
  guint64 action = get_startup_action (vm);
  g_autoptr (GError) error = NULL;

  if (!ran && action != STARTUP_ALWAYS)
    return;
  if (!provider_vm_settle (vm, provider_vm_find_state ("off"), FALSE, &error)
      || (action != STARTUP_NOTHING
          && !provider_vm_settle (vm, provider_vm_find_state ("running"), TRUE, &error)))
    g_warning ("%s: %s", vm->guid, error->message);
}

static void
set_boot_time (Provider *self, gint64 when)
{
  g_autoptr (GPtrArray) systems
      = repository_list (self->repository, "root/cimv2", "Win32_OperatingSystem", NULL);

  for (guint i = 0; systems != NULL && i < systems->len; i++)
    repository_object_set_time (g_ptr_array_index (systems, i), "LastBootUpTime", when, NULL);
}

static void
discard_jobs (Provider *self)
{
  g_autoptr (GPtrArray) jobs = list_jobs (self, FALSE);

  for (guint i = 0; i < jobs->len; i++)
    provider_job_discard (g_ptr_array_index (jobs, i));
}

void
provider_reboot (Provider *self, gint64 when)
{
  g_autoptr (GPtrArray) systems = NULL;

  g_return_if_fail (self != NULL);

  discard_jobs (self);
  systems = repository_list (self->repository, PROVIDER_NAMESPACE, "Msvm_ComputerSystem", NULL);
  for (guint i = 0; systems != NULL && i < systems->len; i++)
    if (!provider_vm_is_host (self, g_ptr_array_index (systems, i)))
      reboot_vm (provider_vm_ensure (self, g_ptr_array_index (systems, i)));
  set_boot_time (self, when);
}

/* ---- kept ---- */

GHashTable *
provider_save (Provider *self)
{
  GHashTable *saved
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (self != NULL, saved);

  g_hash_table_iter_init (&iter, self->vms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const ProviderVm *vm = value;

    if (vm->devices != NULL)
      g_hash_table_insert (saved, g_strdup (vm->guid), g_ptr_array_ref (vm->devices));
  }
  /* a job has no devices */
  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    g_hash_table_insert (saved, g_strdup (value), g_ptr_array_new ());
  return saved;
}

/* Its record is not in the repository. */
static void
forget_job (Provider *self, const char *id)
{
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new (PROVIDER_NAMESPACE, "Msvm_ConcreteJob");
  g_autoptr (RepositoryObject) job = NULL;
  g_autoptr (GPtrArray) links = NULL;

  hyperv_cim_path_add_key (path, "InstanceID", id);
  job = repository_lookup (self->repository, path, NULL);
  if (job == NULL)
    return;
  links = repository_references (self->repository, job, NULL, NULL, NULL);
  for (guint i = 0; links != NULL && i < links->len; i++)
    repository_delete (self->repository, g_ptr_array_index (links, i), NULL);
  repository_delete (self->repository, job, NULL);
}

void
provider_restore (Provider *self, GHashTable *saved)
{
  GHashTableIter iter;
  gpointer id, devices;

  g_return_if_fail (self != NULL && saved != NULL);

  g_hash_table_iter_init (&iter, saved);
  while (g_hash_table_iter_next (&iter, &id, &devices)) {
    ProviderVm *vm = provider_vm_lookup_guid (self, id, NULL);

    if (vm != NULL)
      vm->devices = g_ptr_array_ref (devices);
    else
      forget_job (self, id);
  }
}
