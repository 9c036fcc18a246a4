/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/provider/provider-private.h"

/* What root\cimv2 has of a virtual machine that runs: its worker process and its counters. They are
 * made after the model of what there is of the same kind, so a host without any gains none. */

#define CIMV2 "root/cimv2"
#define MAX_PROCESSORS 4096

typedef struct {
  const char *class_name;
  gboolean of_processors; /* "<name>:Hv VP <number>", else "<name>" */
  gboolean counts;        /* from zero, when the virtual machine starts */
} CounterRow;

static const CounterRow counters[] = {
  { "Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor", TRUE, TRUE },
  { "Win32_PerfRawData_BalancerStats_HyperVDynamicMemoryVM", FALSE, FALSE },
};

/* In MiB; a counter of processors has none of these. */
static const char *const memories[] = { "PhysicalMemory", "GuestVisiblePhysicalMemory" };

/* Of the clock rather than of the virtual machine. */
static const char *const kept[] = { "Frequency_", "Timestamp_" };

/* ---- copies with other values ---- */

static HypervCimInstance *
copy_with (const HypervCimInstance *model, GHashTable *others, gboolean from_zero)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (
      hyperv_cim_instance_get_namespace (model), hyperv_cim_instance_get_class_name (model));

  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (model); i++) {
    HypervCimProperty property;
    HypervCimScalar zero = { .u = 0 };
    const HypervCimValue *other;

    hyperv_cim_instance_peek (model, i, &property);
    other = g_hash_table_lookup (others, property.name);
    if (other != NULL) {
      hyperv_cim_builder_add_value (builder, property.name, other);
      continue;
    }
    if (from_zero && hyperv_cim_type_is_unsigned (property.type) && property.n_items == 1
        && !g_str_has_prefix (property.name, kept[0]) && !g_str_has_prefix (property.name, kept[1]))
      property.items = &zero;
    hyperv_cim_builder_add_property (builder, &property);
  }
  return hyperv_cim_builder_end (builder);
}

static gboolean
create_copy (Provider *provider, const HypervCimInstance *model, GHashTable *others,
             gboolean from_zero, GError **error)
{
  g_autoptr (HypervCimInstance) instance = copy_with (model, others, from_zero);
  g_autoptr (RepositoryObject) object = repository_create (provider->repository, instance, error);

  return object != NULL;
}

static GHashTable *
new_values (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                (GDestroyNotify)hyperv_cim_value_unref);
}

static RepositoryObject *
find_first (Provider *provider, const char *class_name, const char *property, const char *value)
{
  g_autoptr (GPtrArray) all = repository_list (provider->repository, CIMV2, class_name, NULL);

  for (guint i = 0; all != NULL && i < all->len; i++)
    if (property == NULL
        || g_strcmp0 (repository_object_get_string (all->pdata[i], property), value) == 0)
      return repository_object_ref (all->pdata[i]);
  return NULL;
}

/* Of the virtual machine itself when it had one before, else of another. */
static HypervCimInstance *
find_model (ProviderVm *vm, const char *class_name, const char *property, const char *value)
{
  g_autoptr (RepositoryObject) object = NULL;

  for (guint i = 0; vm->worker != NULL && i < vm->worker->len; i++)
    if (g_strcmp0 (hyperv_cim_instance_get_class_name (vm->worker->pdata[i]), class_name) == 0)
      return hyperv_cim_instance_ref (vm->worker->pdata[i]);
  object = find_first (vm->provider, class_name, property, value);
  return object != NULL ? repository_object_to_instance (object) : NULL;
}

/* ---- the process ---- */

static gboolean
add_process (ProviderVm *vm, GError **error)
{
  guint64 id = repository_object_get_uint (vm->object, "ProcessID");
  g_autoptr (HypervCimInstance) model = find_model (vm, "Win32_Process", "Name", "vmwp.exe");
  g_autoptr (GHashTable) values = NULL;
  g_autofree char *handle = g_strdup_printf ("%" G_GUINT64_FORMAT, id);
  g_autofree char *command = NULL;
  HypervCimValue *created;

  if (model == NULL)
    return TRUE;
  command = g_strdup_printf ("\"C:\\Windows\\system32\\vmwp.exe\" %s", vm->guid);
  created = provider_new_time (sim_clock_wall (vm->provider->clock));
  values = new_values ();
  g_hash_table_insert (values, (gpointer) "Handle", hyperv_cim_value_new_string (handle));
  g_hash_table_insert (values, (gpointer) "ProcessId",
                       hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT32, id));
  g_hash_table_insert (values, (gpointer) "CommandLine", hyperv_cim_value_new_string (command));
  g_hash_table_insert (values, (gpointer) "CreationDate", created);
  return create_copy (vm->provider, model, values, FALSE, error);
}

static RepositoryObject *
find_process (ProviderVm *vm)
{
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new (CIMV2, "Win32_Process");
  g_autofree char *handle = g_strdup_printf ("%" G_GUINT64_FORMAT,
                                             repository_object_get_uint (vm->object, "ProcessID"));

  hyperv_cim_path_add_key (path, "Handle", handle);
  return repository_lookup (vm->provider->repository, path, NULL);
}

/* ---- the counters ---- */

static char *
counter_name (ProviderVm *vm, const CounterRow *row, guint number)
{
  const char *name = repository_object_get_string (vm->object, "ElementName");

  return row->of_processors ? g_strdup_printf ("%s:Hv VP %u", name, number) : g_strdup (name);
}

static RepositoryObject *
find_counter (ProviderVm *vm, const CounterRow *row, guint number)
{
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new (CIMV2, row->class_name);
  g_autofree char *name = counter_name (vm, row, number);

  hyperv_cim_path_add_key (path, "Name", name);
  return repository_lookup (vm->provider->repository, path, NULL);
}

static gboolean
add_counters (ProviderVm *vm, const CounterRow *row, guint n_processors, GError **error)
{
  g_autoptr (HypervCimInstance) model = find_model (vm, row->class_name, NULL, NULL);
  guint64 memory = provider_vm_count_memory (vm);

  for (guint i = 0; model != NULL && i < (row->of_processors ? n_processors : 1); i++) {
    g_autoptr (RepositoryObject) there = find_counter (vm, row, i);
    g_autoptr (GHashTable) values = new_values ();
    g_autofree char *name = counter_name (vm, row, i);

    g_hash_table_insert (values, (gpointer) "Name", hyperv_cim_value_new_string (name));
    for (gsize j = 0; j < G_N_ELEMENTS (memories); j++)
      g_hash_table_insert (values, (gpointer)memories[j],
                           hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT32, memory));
    if (there == NULL && !create_copy (vm->provider, model, values, row->counts, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- both ---- */

gboolean
provider_vm_add_worker (ProviderVm *vm, guint n_processors, GError **error)
{
  if (!add_process (vm, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (counters); i++)
    if (!add_counters (vm, &counters[i], n_processors, error))
      return FALSE;
  g_clear_pointer (&vm->worker, g_ptr_array_unref);
  return TRUE;
}

/* Keeps a copy, as the model of the next one. */
static gboolean
take (ProviderVm *vm, RepositoryObject *object, GError **error)
{
  g_ptr_array_add (vm->worker, repository_object_to_instance (object));
  return repository_delete (vm->provider->repository, object, error);
}

gboolean
provider_vm_remove_worker (ProviderVm *vm, GError **error)
{
  g_autoptr (RepositoryObject) process = find_process (vm);

  g_clear_pointer (&vm->worker, g_ptr_array_unref);
  vm->worker = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  if (process != NULL && !take (vm, process, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (counters); i++)
    for (guint number = 0; number < MAX_PROCESSORS; number++) {
      g_autoptr (RepositoryObject) counter = find_counter (vm, &counters[i], number);

      if (counter == NULL)
        break;
      if (!take (vm, counter, error))
        return FALSE;
    }
  return TRUE;
}
