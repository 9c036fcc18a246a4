/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/provider-fixture.h"

#define SERVICE "Msvm_VirtualSystemManagementService"
#define SETTINGS "Msvm_VirtualSystemSettingData"
#define BUILD_AGENT "561A65AA-CA83-4D5A-B4AC-DFA86CFC9283"

/* ---- calls ---- */

static HypervCimInstance *
get_summary (Fixture *fixture, const char *const *instance_ids, const guint32 *codes,
             guint32 result)
{
  HypervCimBuilder *in = hyperv_cim_builder_new (V2, "__PARAMETERS");
  g_autoptr (GPtrArray) services = repository_list (fixture->repository, V2, SERVICE, NULL);
  g_autoptr (HypervCimValue) numbers = NULL;
  g_autoptr (GError) error = NULL;
  HypervCimScalar items[64];
  HypervCimInstance *out;
  guint n_items = 0;

  for (guint i = 0; instance_ids != NULL && instance_ids[i] != NULL; i++) {
    g_autoptr (HypervCimPath) path = hyperv_cim_path_new (V2, SETTINGS);

    hyperv_cim_path_add_key (path, "InstanceID", instance_ids[i]);
    hyperv_cim_builder_add_reference (in, "SettingData", path);
  }
  for (; codes[n_items] != G_MAXUINT32; n_items++)
    items[n_items].u = codes[n_items];
  numbers = hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT32, items, n_items);
  hyperv_cim_builder_add_value (in, "RequestedInformation", numbers);
  out = fixture_invoke (fixture, services->pdata[0], "GetSummaryInformation", in, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_get_return_value (out), ==, result);
  return out;
}

static guint
count (const HypervCimInstance *out)
{
  HypervCimProperty found;

  g_assert_true (hyperv_cim_instance_find (out, "SummaryInformation", &found));
  return found.n_items;
}

static const HypervCimInstance *
peek (const HypervCimInstance *out, guint index)
{
  HypervCimProperty found;

  g_assert_true (hyperv_cim_instance_find (out, "SummaryInformation", &found));
  g_assert_cmpuint (index, <, found.n_items);
  return found.items[index].instance;
}

/* ---- a number, and what it gives: rows ---- */

typedef struct {
  const char *sentence;
  const char *settings; /* InstanceID without "Microsoft:" */
  const char *state;    /* brought about first; NULL: as shipped */
  guint32 code;
  const char *property;
  const char *expected; /* items joined by "|"; NULL: null */
} Row;

#define WEB01 "DA544605-7DB3-4A68-8931-78277B4AAC9D"
#define DB01 "2DAB8A9E-06EA-4368-B572-27D53E275BD8"
#define APP02 "D9C93D12-3B7E-4BB9-90F3-494D5D7EF338"
#define CLEAN "02C08A07-FFB3-4EE4-A177-27D2D6627571" /* a checkpoint of build-agent */

static const Row rows[] = {
  { "name", WEB01, NULL, 0, "Name", WEB01 },
  { "name of a checkpoint", CLEAN, NULL, 0, "Name", CLEAN },
  { "name that was not asked for", WEB01, NULL, 4, "Name", WEB01 },
  { "id", WEB01, NULL, 0, "InstanceID", "Microsoft:" WEB01 },
  { "element name", WEB01, NULL, 1, "ElementName", "web01" },
  { "element name that was not asked for", WEB01, NULL, 0, "ElementName", NULL },
  { "creation time", CLEAN, NULL, 2, "CreationTime", "20240402073011.204517-000" },
  { "notes", WEB01, NULL, 3, "Notes", "Front end" },
  { "notes of one without any", APP02, NULL, 3, "Notes", "" },
  { "processors", WEB01, NULL, 4, "NumberOfProcessors", "2" },
  { "small image", WEB01, NULL, 5, "ThumbnailImage", NULL },
  { "medium image", WEB01, NULL, 6, "ThumbnailImage", NULL },
  { "large image", WEB01, NULL, 7, "ThumbnailImage", NULL },
  { "GPU", WEB01, NULL, 8, "AllocatedGPU", NULL },
  { "switches", WEB01, NULL, 9, "VirtualSwitchNames", "LAN" },
  { "two switches", DB01, NULL, 9, "VirtualSwitchNames", "Internal|LAN" },
  { "switch of one that is not connected", "F2BBE163-2656-40B4-AD79-AB8103EA17C5", NULL, 9,
    "VirtualSwitchNames", "" },
  { "version", WEB01, NULL, 10, "Version", "9.0" },
  { "shielded", WEB01, NULL, 11, "Shielded", "false" },
  { "state", WEB01, NULL, 100, "EnabledState", "2" },
  { "state of one that is saved", BUILD_AGENT, NULL, 100, "EnabledState", "6" },
  { "state of one that was turned off", WEB01, "off", 100, "EnabledState", "3" },
  { "state of a checkpoint", CLEAN, NULL, 100, "EnabledState", NULL },
  { "load", WEB01, NULL, 101, "ProcessorLoad", "1" },
  { "load when off", WEB01, "off", 101, "ProcessorLoad", "0" },
  { "load of the past", WEB01, NULL, 102, "ProcessorLoadHistory", "1|1|2|1|1" },
  { "load of the past when off", WEB01, "off", 102, "ProcessorLoadHistory", "" },
  { "memory", WEB01, NULL, 103, "MemoryUsage", "2048" },
  { "memory when off", WEB01, "off", 103, "MemoryUsage", "0" },
  { "memory of a checkpoint", CLEAN, NULL, 103, "MemoryUsage", NULL },
  { "heartbeat", WEB01, NULL, 104, "Heartbeat", "2" },
  { "heartbeat when off", WEB01, "off", 104, "Heartbeat", NULL },
  { "uptime", WEB01, NULL, 105, "UpTime", "1983467250" },
  { "uptime when off", WEB01, "off", 105, "UpTime", "0" },
  { "guest", WEB01, NULL, 106, "GuestOperatingSystem", "Ubuntu" },
  { "guest when off", WEB01, "off", 106, "GuestOperatingSystem", NULL },
  { "no jobs", WEB01, NULL, 108, "AsynchronousTasks", "" },
  { "health", WEB01, NULL, 109, "HealthState", "5" },
  { "operational status", WEB01, NULL, 110, "OperationalStatus", "2" },
  { "status descriptions", WEB01, NULL, 111, "StatusDescriptions", "Operating normally" },
  { "available memory when it is static", WEB01, NULL, 112, "MemoryAvailable", "2147483647" },
  { "available memory when off", DB01, NULL, 112, "MemoryAvailable", "2147483647" },
  { "memory buffer when it is static", WEB01, NULL, 113, "AvailableMemoryBuffer", "2147483647" },
  { "replication mode", WEB01, NULL, 114, "ReplicationMode", "0" },
  { "replication state", WEB01, NULL, 115, "ReplicationState", "0" },
  { "replication health", WEB01, NULL, 116, "ReplicationHealth", "0" },
  { "health of applications", WEB01, NULL, 117, "ApplicationHealth", NULL },
  { "replication states", WEB01, NULL, 118, "ReplicationStateEx", "" },
  { "replication healths", WEB01, NULL, 119, "ReplicationHealthEx", "" },
  { "swap files", WEB01, NULL, 120, "SwapFilesInUse", "false" },
  { "integration services", WEB01, NULL, 121, "IntegrationServicesVersionState", "1" },
  { "integration services when off", WEB01, "off", 121, "IntegrationServicesVersionState", "0" },
  { "replication providers", WEB01, NULL, 122, "ReplicationProviderId", "" },
  { "NUMA nodes", WEB01, NULL, 123, "MemorySpansPhysicalNumaNodes", "false" },
  { "other state", WEB01, NULL, 132, "OtherEnabledState", NULL },
  { "a number of the future", WEB01, NULL, 199, "ElementName", NULL },
  { "a number that is ignored", WEB01, NULL, 250, "ElementName", NULL },
};

static void
test_row (Fixture *fixture, gconstpointer data)
{
  const Row *row = data;
  const guint32 codes[] = { row->code, G_MAXUINT32 };
  g_autofree char *id = g_strconcat ("Microsoft:", row->settings, NULL);
  const char *const ids[] = { id, NULL };
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (HypervCimValue) value = NULL;
  g_auto (GStrv) items = NULL;
  g_autofree char *text = NULL;

  if (row->state != NULL)
    fixture_set_state (fixture, row->settings, row->state);
  out = get_summary (fixture, ids, codes, 0);
  g_assert_cmpuint (count (out), ==, 1);
  g_assert_true (hyperv_cim_instance_has (peek (out, 0), row->property));
  value = hyperv_cim_instance_dup_value (peek (out, 0), row->property);
  items = hyperv_cim_value_dup_strv (value);
  text = g_strjoinv ("|", items);
  if (row->expected == NULL)
    g_assert_true (hyperv_cim_value_is_null (value));
  else
    g_assert_cmpstr (text, ==, row->expected);
}

/* ---- stories ---- */

static void
test_of_all (Fixture *fixture, gconstpointer data)
{
  static const guint32 codes[] = { 1, 100, G_MAXUINT32 };
  g_autoptr (HypervCimInstance) out = get_summary (fixture, NULL, codes, 0);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_assert_cmpuint (count (out), ==, 6); /* neither the host nor a checkpoint */
  for (guint i = 0; i < 6; i++)
    g_hash_table_add (names,
                      (gpointer)hyperv_cim_instance_peek_string (peek (out, i), "ElementName"));
  g_assert_cmpuint (g_hash_table_size (names), ==, 6);
  g_assert_true (g_hash_table_contains (names, "test vm with spaces"));
}

static void
test_of_whom_there_is_not (Fixture *fixture, gconstpointer data)
{
  static const guint32 codes[] = { 1, 103, G_MAXUINT32 };
  const char *const ids[] = { "Microsoft:" WEB01, "Microsoft:nobody", "Microsoft:" APP02, NULL };
  g_autoptr (HypervCimInstance) out = get_summary (fixture, ids, codes, 0);

  g_assert_cmpuint (count (out), ==, 3);
  g_assert_cmpstr (hyperv_cim_instance_peek_string (peek (out, 1), "Name"), ==, "");
  g_assert_true (hyperv_cim_instance_is_null (peek (out, 1), "MemoryUsage"));
  g_assert_cmpstr (hyperv_cim_instance_peek_string (peek (out, 2), "ElementName"), ==, "app02");
}

static void
test_checkpoints (Fixture *fixture, gconstpointer data)
{
  static const guint32 codes[] = { 107, G_MAXUINT32 };
  const char *const ids[] = { "Microsoft:" BUILD_AGENT, NULL };
  g_autoptr (HypervCimInstance) out = get_summary (fixture, ids, codes, 0);
  HypervCimProperty found;

  g_assert_true (hyperv_cim_instance_find (peek (out, 0), "Snapshots", &found));
  g_assert_cmpint (found.type, ==, HYPERV_CIM_TYPE_INSTANCE);
  g_assert_cmpuint (found.n_items, ==, 4);
  g_assert_cmpstr (hyperv_cim_instance_get_class_name (found.items[0].instance), ==, SETTINGS);
}

static void
test_jobs (Fixture *fixture, gconstpointer data)
{
  static const guint32 codes[] = { 100, 108, G_MAXUINT32 };
  const char *const ids[] = { "Microsoft:" WEB01, NULL };
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) job = NULL;
  g_autoptr (HypervCimInstance) out = NULL;
  HypervCimProperty found;

  g_assert_cmpuint (fixture_request (fixture, vm, 6, &job), ==, 4096);
  out = get_summary (fixture, ids, codes, 0);
  g_assert_true (hyperv_cim_instance_find (peek (out, 0), "AsynchronousTasks", &found));
  g_assert_cmpuint (found.n_items, ==, 1);
  g_assert_cmpstr (hyperv_cim_instance_peek_string (found.items[0].instance, "InstanceID"), ==,
                   repository_object_get_string (job, "InstanceID"));
  g_clear_pointer (&out, hyperv_cim_instance_unref);
  fixture_advance (fixture, 10);
  out = get_summary (fixture, ids, codes, 0);
  g_assert_true (hyperv_cim_instance_is_null (peek (out, 0), "AsynchronousTasks"));
}

/* Figures of an answer of Windows 11: 1 024 MiB of which 26 % are free, with a target of 20 %. */
static void
test_dynamic_memory (Fixture *fixture, gconstpointer data)
{
  static const guint32 codes[] = { 112, 113, G_MAXUINT32 };
  const char *const ids[] = { "Microsoft:" DB01, NULL };
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (
      "root/cimv2", "Win32_PerfRawData_BalancerStats_HyperVDynamicMemoryVM");
  g_autoptr (HypervCimPath) path
      = hyperv_cim_path_new ("root/cimv2", "Win32_PerfRawData_BalancerStats_HyperVDynamicMemoryVM");
  g_autoptr (RepositoryObject) counters = NULL;
  g_autoptr (HypervCimInstance) instance = NULL, out = NULL;
  g_autoptr (GError) error = NULL;
  gint64 available = 0, buffer = 0;

  fixture_set_state (fixture, "db01", "running");
  hyperv_cim_path_add_key (path, "Name", "db01");
  counters = repository_lookup (fixture->repository, path, NULL);
  if (counters != NULL)
    repository_delete (fixture->repository, counters, NULL);
  hyperv_cim_builder_add_string (builder, "Name", "db01");
  hyperv_cim_builder_add_unsigned (builder, "CurrentPressure", HYPERV_CIM_TYPE_UINT32, 74);
  instance = hyperv_cim_builder_end (builder);
  g_clear_pointer (&counters, repository_object_unref);
  counters = repository_create (fixture->repository, instance, &error);
  g_assert_no_error (error);

  out = get_summary (fixture, ids, codes, 0);
  hyperv_cim_instance_get_int64 (peek (out, 0), "MemoryAvailable", &available, &error);
  g_assert_no_error (error);
  hyperv_cim_instance_get_int64 (peek (out, 0), "AvailableMemoryBuffer", &buffer, &error);
  g_assert_no_error (error);
  g_assert_cmpint (available, ==, 26);
  g_assert_cmpint (buffer, ==, 175); /* 180 there */
}

static void
test_nothing_requested (Fixture *fixture, gconstpointer data)
{
  static const guint32 codes[] = { G_MAXUINT32 };
  g_autoptr (GPtrArray) services = repository_list (fixture->repository, V2, SERVICE, NULL);
  g_autoptr (HypervCimInstance) out = NULL, empty = NULL;
  g_autoptr (GError) error = NULL;

  out = fixture_invoke (fixture, services->pdata[0], "GetSummaryInformation", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_get_return_value (out), ==, 32773);
  g_assert_true (hyperv_cim_instance_is_null (out, "SummaryInformation"));
  empty = get_summary (fixture, NULL, codes, 0);
  g_assert_cmpuint (count (empty), ==, 6);
}

/* ---- what no shipped machine has: put there, and asked for ---- */

static HypervCimInstance *
get_of (Fixture *fixture, const char *guid, guint32 code)
{
  const guint32 codes[] = { code, G_MAXUINT32 };
  g_autofree char *id = g_strconcat ("Microsoft:", guid, NULL);
  const char *const ids[] = { id, NULL };

  return get_summary (fixture, ids, codes, 0);
}

static void
check_of (Fixture *fixture, const char *guid, guint32 code, const char *property,
          const char *expected)
{
  g_autoptr (HypervCimInstance) out = get_of (fixture, guid, code);
  g_auto (GStrv) items = hyperv_cim_instance_dup_strv (peek (out, 0), property);
  g_autofree char *text = g_strjoinv ("|", items);

  g_assert_cmpstr (text, ==, expected);
}

static RepositoryObject *
find_where (Fixture *fixture, const char *class_name, const char *id)
{
  RepositoryObject *object = fixture_find (fixture, class_name, "InstanceID", id);

  g_assert_nonnull (object);
  return object;
}

static void
put (RepositoryObject *object, const char *name, HypervCimValue *value)
{
  g_autoptr (GError) error = NULL;

  repository_object_set (object, name, value, &error);
  g_assert_no_error (error);
  hyperv_cim_value_unref (value);
}

static void
test_shielded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) security
      = find_where (fixture, "Msvm_SecuritySettingData", "Microsoft:" APP02 "\\\\Security");

  put (security, "ShieldingRequested", hyperv_cim_value_new_boolean (TRUE));
  check_of (fixture, APP02, 11, "Shielded", "true");
  check_of (fixture, WEB01, 11, "Shielded", "false");
}

static void
test_swap_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) memory
      = find_where (fixture, "Msvm_MemorySettingData",
                    "Microsoft:" WEB01 "\\\\4764334d-e001-4176-82ee-5594ec9b530e");

  put (memory, "SwapFilesInUse", hyperv_cim_value_new_boolean (TRUE));
  check_of (fixture, WEB01, 120, "SwapFilesInUse", "true");
}

static void
test_other_state (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  put (vm, "OtherEnabledState", hyperv_cim_value_new_string ("RunningCritical"));
  check_of (fixture, WEB01, 132, "OtherEnabledState", "RunningCritical");
}

/* The smallest node of the host has 54 820 MiB. */
static void
test_numa (Fixture *fixture, gconstpointer data)
{
  static const struct {
    guint nodes;
    guint64 memory;
    const char *expected;
  } numa[] = {
    { 1, 54820, "false" }, { 1, 54821, "true" }, { 2, 109640, "false" }, { 2, 109642, "true" }
  };
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) memory = fixture_find (fixture, "Msvm_Memory", "SystemName", WEB01);

  for (gsize i = 0; i < G_N_ELEMENTS (numa); i++) {
    put (vm, "NumberOfNumaNodes",
         hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT16, numa[i].nodes));
    put (memory, "NumberOfBlocks",
         hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT64, numa[i].memory));
    check_of (fixture, WEB01, 123, "MemorySpansPhysicalNumaNodes", numa[i].expected);
  }
}

static void
test_health_of_applications (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) heartbeat
      = fixture_find (fixture, "Msvm_HeartbeatComponent", "SystemName", WEB01);
  HypervCimScalar items[] = { { .u = 3 }, { .u = 32782 } };

  put (heartbeat, "OperationalStatus",
       hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT16, items, 2));
  check_of (fixture, WEB01, 104, "Heartbeat", "3");
  check_of (fixture, WEB01, 117, "ApplicationHealth", "32782");
  check_of (fixture, WEB01, 121, "IntegrationServicesVersionState", "0");
}

/* An adapter keeps the switch that it was on. */
static void
test_disconnected (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) settings = find_where (fixture, SETTINGS, "Microsoft:" WEB01);
  g_autoptr (GPtrArray) connections = repository_associators (
      fixture->repository, settings, "Msvm_VirtualSystemSettingDataComponent",
      "Msvm_EthernetPortAllocationSettingData", NULL, NULL, NULL);

  g_assert_cmpuint (connections->len, ==, 1);
  check_of (fixture, WEB01, 9, "VirtualSwitchNames", "LAN");
  put (connections->pdata[0], "EnabledState",
       hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT16, 3));
  check_of (fixture, WEB01, 9, "VirtualSwitchNames", "");
}

static void
relate (Fixture *fixture, HypervCimBuilder *builder, const char *association)
{
  g_autoptr (HypervCimBuilder) link = hyperv_cim_builder_new (V2, association);
  g_autoptr (HypervCimInstance) instance = hyperv_cim_builder_end (builder), joins = NULL;
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (HypervCimPath) vm_path = repository_object_to_path (vm), path = NULL;
  g_autoptr (RepositoryObject) object = NULL, joined = NULL;
  g_autoptr (GError) error = NULL;

  object = repository_create (fixture->repository, instance, &error);
  g_assert_no_error (error);
  path = repository_object_to_path (object);
  hyperv_cim_builder_add_reference (link, "Antecedent", vm_path);
  hyperv_cim_builder_add_reference (link, "Dependent", path);
  joins = hyperv_cim_builder_end (link);
  joined = repository_create (fixture->repository, joins, &error);
  g_assert_no_error (error);
}

static void
test_replication (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *id;
    guint16 state, health;
  } relationships[] = { { "Microsoft:primary", 3, 1 }, { "Microsoft:extended", 7, 2 } };
  g_autoptr (HypervCimBuilder) provider = hyperv_cim_builder_new (V2, "Msvm_ReplicationProvider");

  for (gsize i = 0; i < G_N_ELEMENTS (relationships); i++) {
    g_autoptr (HypervCimBuilder) builder
        = hyperv_cim_builder_new (V2, "Msvm_ReplicationRelationship");

    hyperv_cim_builder_add_string (builder, "InstanceID", relationships[i].id);
    hyperv_cim_builder_add_unsigned (builder, "ReplicationState", HYPERV_CIM_TYPE_UINT16,
                                     relationships[i].state);
    hyperv_cim_builder_add_unsigned (builder, "ReplicationHealth", HYPERV_CIM_TYPE_UINT16,
                                     relationships[i].health);
    relate (fixture, builder, "Msvm_SystemReplicationRelationship");
  }
  hyperv_cim_builder_add_string (provider, "Name", "22391CDC-272C-4DDF-BA88-9BEFB1A0975C");
  relate (fixture, provider, "Msvm_HostedDependency");
  check_of (fixture, WEB01, 118, "ReplicationStateEx", "3|7");
  check_of (fixture, WEB01, 119, "ReplicationHealthEx", "1|2");
  check_of (fixture, WEB01, 122, "ReplicationProviderId", "22391CDC-272C-4DDF-BA88-9BEFB1A0975C");
}

/* What a release has: by the schema. */
static void
test_of_2012r2 (Fixture *fixture, gconstpointer data)
{
  static const guint32 codes[] = { 1, 9, 10, 11, G_MAXUINT32 };
  const char *const ids[] = { "Microsoft:" WEB01, NULL };
  g_autoptr (HypervCimInstance) out = get_summary (fixture, ids, codes, 0);

  g_assert_cmpstr (hyperv_cim_instance_peek_string (peek (out, 0), "ElementName"), ==, "web01");
  g_assert_false (hyperv_cim_instance_is_null (peek (out, 0), "VirtualSwitchNames"));
  g_assert_false (hyperv_cim_instance_has (peek (out, 0), "Version"));
  g_assert_false (hyperv_cim_instance_has (peek (out, 0), "Shielded"));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    const char *host;
    void (*run) (Fixture *fixture, gconstpointer data);
  } stories[] = {
    { "without settings of all machines", NULL, test_of_all },
    { "an entry for each, found or not", NULL, test_of_whom_there_is_not },
    { "checkpoints are objects inside", NULL, test_checkpoints },
    { "jobs while they run", NULL, test_jobs },
    { "dynamic memory", NULL, test_dynamic_memory },
    { "nothing requested", NULL, test_nothing_requested },
    { "what 2012 R2 has", "2012r2", test_of_2012r2 },
    { "a shielded machine", NULL, test_shielded },
    { "swap files in use", NULL, test_swap_files },
    { "a state beside those", NULL, test_other_state },
    { "memory over several nodes", NULL, test_numa },
    { "applications in need", NULL, test_health_of_applications },
    { "an adapter off its switch", NULL, test_disconnected },
    { "replication", NULL, test_replication },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/provider/summary/%s", rows[i].sentence);

    g_test_add (path, Fixture, &rows[i], fixture_setup_2019, test_row, fixture_teardown);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strdup_printf ("/provider/summary/%s", stories[i].path);

    g_test_add (path, Fixture, stories[i].host, fixture_setup, stories[i].run, fixture_teardown);
  }
  return g_test_run ();
}
