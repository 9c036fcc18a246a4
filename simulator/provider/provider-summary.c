/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-summary.h"

/* GetSummaryInformation: what a management tool lists, of many virtual machines in one call. Name
 * is there even when it was not asked for, and empty when the settings are not found; as many
 * entries come as settings were given, and what was not asked for is null (all documented). Numbers
 * from 100 on are of virtual machines only; those that are not known are passed over, as it is
 * documented for 200 to 299 [derived for the others: releases have added some].
 *
 * Images (5, 6, 7) stay null: how WinRM writes an array of octets inside of an object is not seen
 * anywhere. AllocatedGPU (8) is null without RemoteFX (documented). */
#define CLASS "Msvm_SummaryInformation"
#define FIRST_OF_VMS 100
#define MAX_SETTINGS 10000

static const SummaryRow rows[] = {
  { 1, "ElementName", provider_summary_from_settings, NULL, "ElementName" },
  { 2, "CreationTime", provider_summary_from_settings, NULL, "CreationTime" },
  { 3, "Notes", provider_summary_notes, NULL, NULL },
  { 4, "NumberOfProcessors", provider_summary_from_part, "Msvm_ProcessorSettingData",
    "VirtualQuantity" },
  { 9, "VirtualSwitchNames", provider_summary_switches, "Msvm_EthernetPortAllocationSettingData",
    NULL },
  { 10, "Version", provider_summary_from_settings, NULL, "Version" },
  { 11, "Shielded", provider_summary_shielded, "Msvm_SecuritySettingData", "ShieldingRequested" },
  { 100, "EnabledState", provider_summary_from_vm, NULL, "EnabledState" },
  { 101, "ProcessorLoad", provider_summary_processor_load, "Msvm_Processor", "LoadPercentage" },
  { 102, "ProcessorLoadHistory", provider_summary_from_device, "Msvm_Processor",
    "LoadPercentageHistory" },
  { 103, "MemoryUsage", provider_summary_memory_usage, NULL, NULL },
  { 104, "Heartbeat", provider_summary_heartbeat, "Msvm_HeartbeatComponent", NULL },
  { 105, "UpTime", provider_summary_from_vm, NULL, "OnTimeInMilliseconds" },
  { 106, "GuestOperatingSystem", provider_summary_guest_system, "Msvm_KvpExchangeComponent", NULL },
  { 107, "Snapshots", provider_summary_checkpoints, NULL, NULL },
  { 108, "AsynchronousTasks", provider_summary_tasks, NULL, NULL },
  { 109, "HealthState", provider_summary_from_vm, NULL, "HealthState" },
  { 110, "OperationalStatus", provider_summary_from_vm, NULL, "OperationalStatus" },
  { 111, "StatusDescriptions", provider_summary_from_vm, NULL, "StatusDescriptions" },
  { 112, "MemoryAvailable", provider_summary_memory_available, NULL, NULL },
  { 113, "AvailableMemoryBuffer", provider_summary_memory_buffer, NULL, NULL },
  { 114, "ReplicationMode", provider_summary_from_vm, NULL, "ReplicationMode" },
  { 115, "ReplicationState", provider_summary_from_vm, NULL, "ReplicationState" },
  { 116, "ReplicationHealth", provider_summary_from_vm, NULL, "ReplicationHealth" },
  { 117, "ApplicationHealth", provider_summary_application_health, "Msvm_HeartbeatComponent",
    NULL },
  { 118, "ReplicationStateEx", provider_summary_from_related, "Msvm_ReplicationRelationship",
    "ReplicationState" },
  { 119, "ReplicationHealthEx", provider_summary_from_related, "Msvm_ReplicationRelationship",
    "ReplicationHealth" },
  { 120, "SwapFilesInUse", provider_summary_from_part, "Msvm_MemorySettingData", "SwapFilesInUse" },
  { 121, "IntegrationServicesVersionState", provider_summary_services_version,
    "Msvm_HeartbeatComponent", NULL },
  { 122, "ReplicationProviderId", provider_summary_from_related, "Msvm_ReplicationProvider",
    "Name" },
  { 123, "MemorySpansPhysicalNumaNodes", provider_summary_memory_spans, NULL, NULL },
  { 132, "OtherEnabledState", provider_summary_from_vm, NULL, "OtherEnabledState" },
};

void
provider_summary_put (Summary *summary, const char *name, HypervCimValue *value)
{
  const RepositoryProperty *property = repository_class_find_property (summary->klass, name);

  if (value == NULL)
    return;
  if (property != NULL)
    g_hash_table_insert (summary->values, (gpointer)property->name, value);
  else
    hyperv_cim_value_unref (value);
}

void
provider_summary_put_number (Summary *summary, const char *name, gint64 value)
{
  const RepositoryProperty *property = repository_class_find_property (summary->klass, name);

  if (property == NULL)
    return;
  provider_summary_put (summary, name,
                        hyperv_cim_type_is_signed (property->type)
                            ? hyperv_cim_value_new_signed (property->type, value)
                        : property->type == HYPERV_CIM_TYPE_BOOLEAN
                            ? hyperv_cim_value_new_boolean (value != 0)
                            : hyperv_cim_value_new_unsigned (property->type, (guint64)value));
}

/* The GUID of a virtual machine; of a checkpoint that of its configuration [derived]. */
static void
put_identity (Summary *summary)
{
  const char *name = "";

  if (summary->vm != NULL)
    name = repository_object_get_string (summary->vm, "Name");
  else if (summary->settings != NULL)
    name = repository_object_get_string (summary->settings, "ConfigurationID");
  provider_summary_put (summary, "Name", hyperv_cim_value_new_string (name != NULL ? name : ""));
  if (summary->settings == NULL)
    return;
  name = repository_object_get_string (summary->settings, "InstanceID");
  provider_summary_put (summary, "InstanceID", hyperv_cim_value_new_string (name));
}

static void
fill (Summary *summary, const HypervCimProperty *codes)
{
  for (guint i = 0; i < codes->n_items; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (rows); j++)
      if (rows[j].code == codes->items[i].u && (summary->vm != NULL || rows[j].code < FIRST_OF_VMS))
        rows[j].fill (summary, &rows[j]);
}

/* @settings: NULL when they were not found. */
static HypervCimInstance *
summarize (Provider *provider, RepositoryObject *vm, RepositoryObject *settings,
           const HypervCimProperty *codes)
{
  Summary summary = { .provider = provider, .vm = vm, .settings = settings };
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (PROVIDER_NAMESPACE, CLASS);

  summary.klass = repository_find_class (provider->repository, PROVIDER_NAMESPACE, CLASS);
  summary.values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify)hyperv_cim_value_unref);
  put_identity (&summary);
  if (vm != NULL || settings != NULL)
    fill (&summary, codes);
  for (guint i = 0; i < repository_class_get_n_properties (summary.klass); i++) {
    const RepositoryProperty *property = repository_class_get_property (summary.klass, i);
    const HypervCimValue *value = g_hash_table_lookup (summary.values, property->name);

    if (value != NULL)
      hyperv_cim_builder_add_value (builder, property->name, value);
    else
      hyperv_cim_builder_add_null (builder, property->name, property->type, property->is_array);
  }
  g_hash_table_unref (summary.values);
  return hyperv_cim_builder_end (builder);
}

/* ---- of whom ---- */

static RepositoryObject *
find_end (Provider *provider, RepositoryObject *object, const char *result_class)
{
  g_autoptr (GPtrArray) found = repository_associators (
      provider->repository, object, "Msvm_SettingsDefineState", result_class, NULL, NULL, NULL);

  return found != NULL && found->len > 0 ? repository_object_ref (found->pdata[0]) : NULL;
}

/* Settings of a checkpoint define the state of nobody. */
static HypervCimInstance *
summarize_path (Provider *provider, const HypervCimPath *path, const HypervCimProperty *codes)
{
  g_autoptr (RepositoryObject) settings = repository_lookup (provider->repository, path, NULL);
  g_autoptr (RepositoryObject) vm = NULL;

  if (settings == NULL
      || !repository_class_is_a (repository_object_get_class (settings),
                                 "CIM_VirtualSystemSettingData"))
    return summarize (provider, NULL, NULL, codes);
  vm = find_end (provider, settings, "Msvm_ComputerSystem");
  return summarize (provider, vm, settings, codes);
}

static void
summarize_all (Provider *provider, GPtrArray *summaries, const HypervCimProperty *codes)
{
  g_autoptr (GPtrArray) systems
      = repository_list (provider->repository, PROVIDER_NAMESPACE, "Msvm_ComputerSystem", NULL);

  for (guint i = 0; systems != NULL && i < systems->len; i++) {
    RepositoryObject *vm = g_ptr_array_index (systems, i);
    g_autoptr (RepositoryObject) settings = NULL;

    if (provider_vm_is_host (provider, vm))
      continue;
    settings = find_end (provider, vm, "Msvm_VirtualSystemSettingData");
    g_ptr_array_add (summaries, summarize (provider, vm, settings, codes));
  }
}

static HypervCimValue *
new_instances (GPtrArray *instances)
{
  g_autofree HypervCimScalar *items = g_new0 (HypervCimScalar, instances->len + 1);

  for (guint i = 0; i < instances->len; i++)
    items[i].instance = g_ptr_array_index (instances, i);
  return hyperv_cim_value_new_array (HYPERV_CIM_TYPE_INSTANCE, items, instances->len);
}

gboolean
provider_summary_get (ProviderCall *call, GError **error)
{
  g_autoptr (GPtrArray) summaries
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  HypervCimProperty settings = { .n_items = 0 };
  HypervCimProperty codes;

  if (!provider_call_has (call, "RequestedInformation")
      || !hyperv_cim_instance_find (call->in, "RequestedInformation", &codes)) {
    call->return_value = PROVIDER_RETURN_INVALID_PARAMETER;
    return TRUE;
  }
  if (provider_call_has (call, "SettingData"))
    hyperv_cim_instance_find (call->in, "SettingData", &settings);
  if (settings.n_items > MAX_SETTINGS) {
    call->return_value = PROVIDER_RETURN_INVALID_PARAMETER;
    return TRUE;
  }
  for (guint i = 0; i < settings.n_items; i++)
    g_ptr_array_add (summaries, summarize_path (call->provider, settings.items[i].path, &codes));
  if (settings.n_items == 0)
    summarize_all (call->provider, summaries, &codes);
  provider_call_set (call, "SummaryInformation", new_instances (summaries));
  call->return_value = PROVIDER_RETURN_OK;
  return TRUE;
}
