/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-summary.h"

/* What a virtual machine without dynamic memory, or one that does not run, says of its memory (seen
 * in what a Windows 11 host answered; there a saved one also had a MemoryUsage of 0). */
#define NOT_VALID G_MAXINT32
#define DISCONNECTED 3

enum { UNKNOWN, UP_TO_DATE };

/* ---- copies ---- */

static HypervCimValue *
copy (RepositoryObject *object, const char *name)
{
  HypervCimProperty property;

  if (object == NULL || !repository_object_find (object, name, &property) || property.is_null)
    return NULL;
  return hyperv_cim_value_new_from_property (&property);
}

static GPtrArray *
find_all (Summary *summary, RepositoryObject *object, const char *association, const char *of)
{
  GPtrArray *found = NULL;

  if (object != NULL
      && repository_find_class (summary->provider->repository, PROVIDER_NAMESPACE, of) != NULL)
    found = repository_associators (summary->provider->repository, object, association, of, NULL,
                                    NULL, NULL);
  if (found == NULL)
    found = g_ptr_array_new_with_free_func ((GDestroyNotify)repository_object_unref);
  return found;
}

static GPtrArray *
find_parts (Summary *summary, const char *of)
{
  return find_all (summary, summary->settings, "Msvm_VirtualSystemSettingDataComponent", of);
}

static GPtrArray *
find_devices (Summary *summary, const char *of)
{
  return find_all (summary, summary->vm, "Msvm_SystemDevice", of);
}

static RepositoryObject *
first_of (GPtrArray *found)
{
  return found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
}

void
provider_summary_from_vm (Summary *summary, const SummaryRow *row)
{
  provider_summary_put (summary, row->property, copy (summary->vm, row->from));
}

void
provider_summary_from_settings (Summary *summary, const SummaryRow *row)
{
  provider_summary_put (summary, row->property, copy (summary->settings, row->from));
}

void
provider_summary_from_part (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) parts = find_parts (summary, row->of);

  if (parts->len > 0)
    provider_summary_put_number (summary, row->property,
                                 (gint64)repository_object_get_uint (parts->pdata[0], row->from));
}

void
provider_summary_from_device (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) devices = find_devices (summary, row->of);

  provider_summary_put (summary, row->property, copy (first_of (devices), row->from));
}

/* An item for each: of the primary relationship first (documented). */
void
provider_summary_from_related (Summary *summary, const SummaryRow *row)
{
  const RepositoryProperty *declared
      = repository_class_find_property (summary->klass, row->property);
  g_autoptr (GPtrArray) found = find_all (summary, summary->vm, NULL, row->of);
  g_autofree HypervCimScalar *items = g_new0 (HypervCimScalar, found->len + 1);
  guint n_items = 0;

  for (guint i = 0; i < found->len; i++) {
    HypervCimProperty property;

    if (repository_object_find (found->pdata[i], row->from, &property) && property.n_items == 1)
      items[n_items++] = property.items[0];
  }
  if (declared != NULL && n_items > 0)
    provider_summary_put (summary, row->property,
                          hyperv_cim_value_new_array (declared->type, items, n_items));
}

/* ---- settings ---- */

/* Paragraphs there, one text here. */
void
provider_summary_notes (Summary *summary, const SummaryRow *row)
{
  HypervCimProperty notes;
  g_autoptr (GString) text = g_string_new (NULL);

  if (summary->settings == NULL || !repository_object_find (summary->settings, "Notes", &notes)
      || notes.is_null)
    return;
  for (guint i = 0; i < notes.n_items; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", notes.items[i].s);
  provider_summary_put (summary, row->property, hyperv_cim_value_new_string (text->str));
}

static char *
dup_switch_name (Summary *summary, RepositoryObject *connection)
{
  Repository *repository = summary->provider->repository;
  g_autoptr (HypervCimPath) path = NULL;
  g_autoptr (RepositoryObject) ethernet_switch = NULL;
  HypervCimProperty resource;

  if (repository_object_get_uint (connection, "EnabledState") == DISCONNECTED
      || !repository_object_find (connection, "HostResource", &resource) || resource.n_items == 0)
    return NULL;
  path = repository_read_path (repository, resource.items[0].s, PROVIDER_NAMESPACE, NULL);
  ethernet_switch = path != NULL ? repository_lookup (repository, path, NULL) : NULL;
  if (ethernet_switch == NULL)
    return NULL;
  return g_strdup (repository_object_get_string (ethernet_switch, "ElementName"));
}

/* Each switch once, however many adapters are on it. */
void
provider_summary_switches (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) connections = find_parts (summary, row->of);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < connections->len; i++) {
    char *name = dup_switch_name (summary, connections->pdata[i]);

    if (name == NULL || g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
      g_free (name);
    else
      g_ptr_array_add (names, name);
  }
  g_ptr_array_add (names, NULL);
  provider_summary_put (summary, row->property,
                        hyperv_cim_value_new_strv ((const char *const *)names->pdata));
}

void
provider_summary_shielded (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) found = find_parts (summary, row->of);

  if (found->len == 0) {
    g_clear_pointer (&found, g_ptr_array_unref);
    found = find_all (summary, summary->settings, NULL, row->of);
  }
  provider_summary_put_number (summary, row->property,
                               found->len > 0
                                   && repository_object_get_uint (found->pdata[0], row->from) != 0);
}

/* ---- what runs ---- */

void
provider_summary_processor_load (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) processors = find_devices (summary, row->of);
  guint64 load = 0;

  for (guint i = 0; i < processors->len; i++)
    load += repository_object_get_uint (processors->pdata[i], row->from);
  if (processors->len > 0)
    load /= processors->len;
  provider_summary_put_number (summary, row->property, (gint64)load);
}

static guint64
memory_in_mib (Summary *summary)
{
  return provider_vm_count_memory (provider_vm_ensure (summary->provider, summary->vm));
}

void
provider_summary_memory_usage (Summary *summary, const SummaryRow *row)
{
  provider_summary_put_number (summary, row->property, (gint64)memory_in_mib (summary));
}

typedef struct {
  gint64 pressure; /* percent of the assigned memory that is needed; 100 and more: all of it */
  gint64 target;   /* percent of what is needed that shall be kept free */
} Balance;

/* What the memory balancer counts of a running virtual machine with dynamic memory. */
static gboolean
find_balance (Summary *summary, Balance *balance)
{
  g_autoptr (GPtrArray) memories = find_parts (summary, "Msvm_MemorySettingData");
  const char *name = repository_object_get_string (summary->vm, "ElementName");
  g_autoptr (HypervCimPath) path
      = hyperv_cim_path_new ("root/cimv2", "Win32_PerfRawData_BalancerStats_HyperVDynamicMemoryVM");
  g_autoptr (RepositoryObject) counters = NULL;

  if (name == NULL || memories->len == 0 || memory_in_mib (summary) == 0
      || repository_object_get_uint (memories->pdata[0], "DynamicMemoryEnabled") == 0)
    return FALSE;
  hyperv_cim_path_add_key (path, "Name", name);
  counters = repository_lookup (summary->provider->repository, path, NULL);
  if (counters == NULL)
    return FALSE;
  balance->pressure = (gint64)repository_object_get_uint (counters, "CurrentPressure");
  balance->target = (gint64)repository_object_get_uint (memories->pdata[0], "TargetMemoryBuffer");
  return balance->pressure > 0 && balance->target > 0;
}

/* Negative when more is needed than there is (documented). */
void
provider_summary_memory_available (Summary *summary, const SummaryRow *row)
{
  Balance balance = { 0 };

  provider_summary_put_number (summary, row->property,
                               find_balance (summary, &balance) ? 100 - balance.pressure
                                                                : NOT_VALID);
}

/* Available to ideal buffer, as documented; the ideal one is TargetMemoryBuffer percent of what is
 * needed, which gives the figures of the same answer of Windows 11 within three percent. */
void
provider_summary_memory_buffer (Summary *summary, const SummaryRow *row)
{
  Balance balance = { 0 };

  provider_summary_put_number (summary, row->property,
                               find_balance (summary, &balance)
                                   ? (100 - balance.pressure) * 10000
                                         / (balance.pressure * balance.target)
                                   : NOT_VALID);
}

/* Whether one of its virtual nodes is larger than what the smallest node of the host has. */
void
provider_summary_memory_spans (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) nodes
      = repository_list (summary->provider->repository, PROVIDER_NAMESPACE, "Msvm_NumaNode", NULL);
  guint64 parts = repository_object_get_uint (summary->vm, "NumberOfNumaNodes");
  guint64 most = G_MAXUINT64;

  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    most = MIN (most,
                repository_object_get_uint (nodes->pdata[i], "CurrentlyConsumableMemoryBlocks"));
  provider_summary_put_number (summary, row->property,
                               memory_in_mib (summary) / MAX (parts, 1) > most);
}

/* ---- the guest ---- */

/* An item of the heartbeat's OperationalStatus: that of the guest, and of its applications. */
static gboolean
find_heartbeat (Summary *summary, const char *of, guint item, guint64 *status)
{
  g_autoptr (GPtrArray) found = find_devices (summary, of);
  HypervCimProperty property;

  if (found->len == 0 || !repository_object_find (found->pdata[0], "OperationalStatus", &property)
      || item >= property.n_items)
    return FALSE;
  *status = property.items[item].u;
  return TRUE;
}

void
provider_summary_heartbeat (Summary *summary, const SummaryRow *row)
{
  guint64 status;

  if (find_heartbeat (summary, row->of, 0, &status))
    provider_summary_put_number (summary, row->property, (gint64)status);
}

void
provider_summary_application_health (Summary *summary, const SummaryRow *row)
{
  guint64 status;

  if (find_heartbeat (summary, row->of, 1, &status))
    provider_summary_put_number (summary, row->property, (gint64)status);
}

/* A guest that answers has services; which are the host's own in all shipped hosts [derived]. */
void
provider_summary_services_version (Summary *summary, const SummaryRow *row)
{
  guint64 status = 0;

  find_heartbeat (summary, row->of, 0, &status);
  provider_summary_put_number (summary, row->property, status == 2 ? UP_TO_DATE : UNKNOWN);
}

void
provider_summary_guest_system (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) found = find_devices (summary, row->of);
  g_autofree char *name = NULL;
  HypervCimProperty items;

  if (found->len == 0
      || !repository_object_find (found->pdata[0], "GuestIntrinsicExchangeItems", &items))
    return;
  for (guint i = 0; name == NULL && i < items.n_items; i++)
    name = provider_kvp_dup_data (items.items[i].s, "OSName");
  if (name != NULL)
    provider_summary_put (summary, row->property, hyperv_cim_value_new_string (name));
}

/* ---- instances inside ---- */

static HypervCimValue *
new_copies (RepositoryObject *const *objects, guint n_objects)
{
  g_autoptr (GPtrArray) copies
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  g_autofree HypervCimScalar *items = g_new0 (HypervCimScalar, n_objects + 1);

  for (guint i = 0; i < n_objects; i++) {
    g_ptr_array_add (copies, repository_object_to_instance (objects[i]));
    items[i].instance = g_ptr_array_index (copies, i);
  }
  return hyperv_cim_value_new_array (HYPERV_CIM_TYPE_INSTANCE, items, n_objects);
}

void
provider_summary_checkpoints (Summary *summary, const SummaryRow *row)
{
  g_autoptr (GPtrArray) found = find_all (summary, summary->vm, "Msvm_SnapshotOfVirtualSystem",
                                          "Msvm_VirtualSystemSettingData");

  if (found->len > 0)
    provider_summary_put (summary, row->property,
                          new_copies ((RepositoryObject *const *)found->pdata, found->len));
}

/* Those that are executing (documented). */
void
provider_summary_tasks (Summary *summary, const SummaryRow *row)
{
  ProviderVm *vm = provider_vm_ensure (summary->provider, summary->vm);
  RepositoryObject *job = vm->job != NULL ? provider_job_get_object (vm->job) : NULL;

  if (job != NULL)
    provider_summary_put (summary, row->property, new_copies (&job, 1));
}
