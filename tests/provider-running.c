/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/provider-fixture.h"

/* What a virtual machine has while it runs, and only then: rows of queries. */

#define CIMV2 "root/cimv2"
#define BOOT 20 /* seconds */

typedef struct {
  const char *sentence;
  const char *name_space;
  const char *query; /* %s: the GUID, or the name for counters */
  gboolean by_name;
  guint n; /* while it runs */
} HasRow;

typedef struct {
  const char *vm;
  guint n_processors;
  guint64 memory; /* MiB */
} VmRow;

static const VmRow vms[] = { { "web01", 2, 2048 }, { "app02", 2, 4096 }, { "db01", 4, 8192 } };

#define PER_PROCESSOR G_MAXUINT

static const HasRow has_rows[] = {
  { "a worker process", CIMV2, "SELECT * FROM Win32_Process WHERE CommandLine LIKE '%%%s'", FALSE,
    1 },
  { "a counter of each processor", CIMV2,
    "SELECT * FROM Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor "
    "WHERE Name LIKE '%s:Hv VP %%'",
    TRUE, PER_PROCESSOR },
  { "a counter of its memory", CIMV2,
    "SELECT * FROM Win32_PerfRawData_BalancerStats_HyperVDynamicMemoryVM WHERE Name = '%s'", TRUE,
    1 },
  { "processors", V2, "SELECT * FROM Msvm_Processor WHERE SystemName = '%s'", FALSE,
    PER_PROCESSOR },
  { "memory", V2, "SELECT * FROM Msvm_Memory WHERE SystemName = '%s'", FALSE, 1 },
  { "a heartbeat", V2, "SELECT * FROM Msvm_HeartbeatComponent WHERE SystemName = '%s'", FALSE, 1 },
  { "key-value pairs", V2, "SELECT * FROM Msvm_KvpExchangeComponent WHERE SystemName = '%s'", FALSE,
    1 },
  { "a keyboard", V2, "SELECT * FROM Msvm_Keyboard WHERE SystemName = '%s'", FALSE, 1 },
  { "links to its processors", V2,
    "ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='%s'} "
    "WHERE AssocClass = Msvm_SystemDevice ResultClass = Msvm_Processor",
    FALSE, PER_PROCESSOR },
};

static guint
count (Fixture *fixture, const char *name_space, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryQuery) query = repository_query_parse (text, &error);
  g_autoptr (RepositoryCursor) cursor = NULL;
  guint n = 0;

  g_assert_no_error (error);
  cursor = repository_run_query (fixture->repository, name_space, query, &error);
  g_assert_no_error (error);
  while (repository_cursor_next (cursor) != NULL)
    n++;
  return n;
}

static void
check_has (Fixture *fixture, const HasRow *row, const VmRow *vm, gboolean runs)
{
  g_autoptr (RepositoryObject) object = fixture_find_vm (fixture, vm->vm);
  g_auto (GStrv) parts = g_strsplit (row->query, "%s", 2);
  g_autofree char *joined
      = g_strjoin (row->by_name ? vm->vm : repository_object_get_string (object, "Name"), parts[0],
                   parts[1], NULL);
  g_auto (GStrv) percents = g_strsplit (joined, "%%", -1);
  g_autofree char *query = g_strjoinv ("%", percents);
  guint n = row->n == PER_PROCESSOR ? vm->n_processors : row->n;

  g_assert_cmpuint (count (fixture, row->name_space, query), ==, runs ? n : 0);
}

/* From each state to each, twice over: what came back must go again. */
static void
test_has (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *state;
    gboolean runs;
  } states[] = { { "off", FALSE },   { "running", TRUE }, { "saved", FALSE }, { "running", TRUE },
                 { "paused", TRUE }, { "off", FALSE },    { "paused", TRUE }, { "saved", FALSE },
                 { "paused", TRUE }, { "running", TRUE }, { "off", FALSE },   { "saved", FALSE },
                 { "running", TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (vms); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (states); j++) {
      fixture_set_state (fixture, vms[i].vm, states[j].state);
      check_has (fixture, data, &vms[i], states[j].runs);
    }
}

/* ---- the switch ---- */

static const char *const connection_queries[]
    = { "SELECT * FROM Msvm_EthernetSwitchPort", "SELECT * FROM Msvm_LANEndpoint",
        "SELECT * FROM Msvm_ActiveConnection", "SELECT * FROM Msvm_EthernetDeviceSAPImplementation",
        "SELECT * FROM Msvm_DeviceSAPImplementation" };

static void
test_switch_port (Fixture *fixture, gconstpointer data)
{
  guint before[G_N_ELEMENTS (connection_queries)];
  static const guint lost[] = { 1, 2, 1, 1, 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
    before[i] = count (fixture, V2, connection_queries[i]);
  fixture_set_state (fixture, "web01", "off");
  for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
    g_assert_cmpuint (count (fixture, V2, connection_queries[i]), ==, before[i] - lost[i]);
  fixture_set_state (fixture, "web01", "running");
  for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
    g_assert_cmpuint (count (fixture, V2, connection_queries[i]), ==, before[i]);
}

/* ---- numbers ---- */

static RepositoryObject *
find_device (Fixture *fixture, const char *class_name, const char *vm)
{
  g_autoptr (RepositoryObject) object = fixture_find_vm (fixture, vm);

  return fixture_find (fixture, class_name, "SystemName",
                       repository_object_get_string (object, "Name"));
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vms); i++) {
    g_autoptr (RepositoryObject) memory = NULL;

    fixture_set_state (fixture, vms[i].vm, "running");
    memory = find_device (fixture, "Msvm_Memory", vms[i].vm);
    repository_object_set_uint (memory, "BlockSize", 4096, NULL);
    fixture_set_state (fixture, vms[i].vm, "off");
    fixture_set_state (fixture, vms[i].vm, "running");
    g_clear_pointer (&memory, repository_object_unref);
    memory = find_device (fixture, "Msvm_Memory", vms[i].vm);
    g_assert_cmpuint (repository_object_get_uint (memory, "BlockSize"), ==, 1048576);
    g_assert_cmpuint (repository_object_get_uint (memory, "NumberOfBlocks"), ==, vms[i].memory);
    g_assert_cmpuint (repository_object_get_uint (memory, "ConsumableBlocks"), ==, vms[i].memory);
    g_assert_cmpuint (repository_object_get_uint (memory, "EndingAddress"), ==,
                      vms[i].memory * 1048576 - 1);
  }
}

static void
test_process (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autofree char *query = NULL;

  fixture_set_state (fixture, "web01", "off");
  g_assert_cmpuint (count (fixture, CIMV2, "SELECT * FROM Win32_Process WHERE ProcessId = 4212"),
                    ==, 0);
  fixture_set_state (fixture, "web01", "running");
  query = g_strdup_printf (
      "SELECT * FROM Win32_Process WHERE Name = 'vmwp.exe' AND ProcessId = %u AND Handle = '%u' "
      "AND CreationDate = '20240611100000.000000-000'",
      (guint)repository_object_get_uint (vm, "ProcessID"),
      (guint)repository_object_get_uint (vm, "ProcessID"));
  g_assert_cmpuint (count (fixture, CIMV2, query), ==, 1);
}

static guint64
run_time (Fixture *fixture)
{
  g_autoptr (HypervCimPath) path
      = hyperv_cim_path_new (CIMV2, "Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor");
  g_autoptr (RepositoryObject) counter = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_path_add_key (path, "Name", "web01:Hv VP 1");
  counter = repository_lookup (fixture->repository, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (repository_object_get_uint (counter, "Frequency_Sys100NS"), ==, 10000000);
  return repository_object_get_uint (counter, "PercentTotalRunTime");
}

static void
test_counters_begin (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (run_time (fixture), >, 0);
  fixture_set_state (fixture, "web01", "paused");
  g_assert_cmpuint (run_time (fixture), >, 0);
  fixture_set_state (fixture, "web01", "off");
  fixture_set_state (fixture, "web01", "running");
  g_assert_cmpuint (run_time (fixture), ==, 0);
}

static void
test_memory_counters (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HypervCimPath) path
      = hyperv_cim_path_new (CIMV2, "Win32_PerfRawData_BalancerStats_HyperVDynamicMemoryVM");
  g_autoptr (RepositoryObject) counter = NULL;
  g_autoptr (GError) error = NULL;

  fixture_set_state (fixture, "db01", "running");
  hyperv_cim_path_add_key (path, "Name", "db01");
  counter = repository_lookup (fixture->repository, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (repository_object_get_uint (counter, "PhysicalMemory"), ==, 8192);
  g_assert_cmpuint (repository_object_get_uint (counter, "GuestVisiblePhysicalMemory"), ==, 8192);
  g_assert_cmpuint (repository_object_get_uint (counter, "CurrentPressure"), >, 0);
}

/* ---- the guest ---- */

static guint64
status_of (RepositoryObject *component)
{
  HypervCimProperty status;

  g_assert_true (repository_object_find (component, "OperationalStatus", &status));
  g_assert_cmpuint (status.n_items, ==, 1);
  return status.items[0].u;
}

static void
check_component (Fixture *fixture, const char *class_name, guint64 status, const char *text)
{
  g_autoptr (RepositoryObject) component = find_device (fixture, class_name, "web01");
  HypervCimProperty texts;

  g_assert_cmpuint (status_of (component), ==, status);
  g_assert_true (repository_object_find (component, "StatusDescriptions", &texts));
  g_assert_cmpstr (texts.items[0].s, ==, text);
}

static gboolean
tells_pairs (Fixture *fixture)
{
  g_autoptr (RepositoryObject) kvp = find_device (fixture, "Msvm_KvpExchangeComponent", "web01");
  HypervCimProperty items;

  return repository_object_find (kvp, "GuestIntrinsicExchangeItems", &items) && !items.is_null;
}

static const char *const components[]
    = { "Msvm_HeartbeatComponent", "Msvm_KvpExchangeComponent", "Msvm_ShutdownComponent",
        "Msvm_TimeSyncComponent", "Msvm_VssComponent" };

static void
check_components (Fixture *fixture, guint64 status, const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (components); i++)
    check_component (fixture, components[i], status, text);
}

static void
test_guest_comes_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  g_assert_true (tells_pairs (fixture));
  fixture_set_state (fixture, "web01", "off");
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  fixture_advance (fixture, 3);
  check_components (fixture, 12, "No Contact");
  g_assert_false (tells_pairs (fixture));
  fixture_advance (fixture, BOOT - 0.01);
  check_components (fixture, 12, "No Contact");
  fixture_advance (fixture, 0.01);
  check_components (fixture, 2, "OK");
  g_assert_true (tells_pairs (fixture));
}

/* What was written into the guest by its administrator goes and comes in the same way; a service
 * that is enabled, too. */
static void
test_guest_with_all (Fixture *fixture, gconstpointer data)
{
  static const char *const items[] = { "<INSTANCE/>", NULL };
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) kvp = find_device (fixture, "Msvm_KvpExchangeComponent", "web01");
  g_autoptr (RepositoryObject) files
      = find_device (fixture, "Msvm_GuestServiceInterfaceComponent", "web01");
  g_autoptr (HypervCimValue) pairs = hyperv_cim_value_new_strv (items);
  g_autoptr (GError) error = NULL;
  HypervCimProperty told;

  repository_object_set (kvp, "GuestExchangeItems", pairs, &error);
  g_assert_no_error (error);
  repository_object_set_uint (files, "EnabledState", 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_request (fixture, vm, 11, NULL), ==, 4096);
  fixture_advance (fixture, 1);
  g_assert_true (repository_object_find (kvp, "GuestExchangeItems", &told));
  g_assert_true (told.is_null);
  check_component (fixture, "Msvm_GuestServiceInterfaceComponent", 12, "No Contact");
  fixture_advance (fixture, BOOT);
  g_assert_true (repository_object_find (kvp, "GuestExchangeItems", &told));
  g_assert_cmpuint (told.n_items, ==, 1);
  check_component (fixture, "Msvm_GuestServiceInterfaceComponent", 2, "OK");
}

static void
test_guest_starts_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  g_assert_cmpuint (fixture_request (fixture, vm, 11, NULL), ==, 4096);
  fixture_advance (fixture, 1);
  check_component (fixture, "Msvm_HeartbeatComponent", 12, "No Contact");
  /* Turned off before it has come up: nothing of it is left, and all of it comes back. */
  fixture_set_state (fixture, "web01", "off");
  fixture_advance (fixture, 2 * BOOT);
  fixture_set_state (fixture, "web01", "running");
  check_components (fixture, 2, "OK");
  g_assert_true (tells_pairs (fixture));
}

static void
test_guest_is_paused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  g_assert_cmpuint (fixture_request (fixture, vm, 9, NULL), ==, 4096);
  fixture_advance (fixture, 1);
  check_component (fixture, "Msvm_HeartbeatComponent", 15, "Paused");
  check_component (fixture, "Msvm_KvpExchangeComponent", 2, "OK");
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  fixture_advance (fixture, 1);
  check_component (fixture, "Msvm_HeartbeatComponent", 2, "OK");
}

/* Its memory comes back, and the guest with it. */
static void
test_guest_is_restored (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  fixture_set_state (fixture, "web01", "saved");
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  fixture_advance (fixture, 4);
  check_components (fixture, 2, "OK");
  g_assert_true (tells_pairs (fixture));
}

static void
test_shipped_paused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) heartbeat
      = find_device (fixture, "Msvm_HeartbeatComponent", "win10-lab");

  g_assert_cmpuint (status_of (heartbeat), ==, 15);
}

static void
test_in_german (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) job = NULL;

  g_assert_cmpuint (fixture_request (fixture, vm, 9, &job), ==, 4096);
  g_assert_cmpstr (repository_object_get_string (job, "JobStatus"), ==,
                   "Der Auftrag wird gestartet");
  fixture_advance (fixture, 1);
  check_component (fixture, "Msvm_HeartbeatComponent", 15, "Angehalten");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    const char *host;
    void (*run) (Fixture *fixture, gconstpointer data);
  } stories[] = {
    { "the switch has a port for it", NULL, test_switch_port },
    { "as much memory as its settings say", NULL, test_memory },
    { "a process with its number", NULL, test_process },
    { "counters begin when it starts", NULL, test_counters_begin },
    { "counters of its own memory", NULL, test_memory_counters },
    { "a guest comes up", NULL, test_guest_comes_up },
    { "a guest with everything", NULL, test_guest_with_all },
    { "a guest starts again", NULL, test_guest_starts_again },
    { "a guest is paused", NULL, test_guest_is_paused },
    { "a guest is restored", NULL, test_guest_is_restored },
    { "one that is shipped paused", NULL, test_shipped_paused },
    { "in German", "2019-de", test_in_german },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (has_rows); i++) {
    g_autofree char *path = g_strdup_printf ("/provider/running/has %s", has_rows[i].sentence);

    g_test_add (path, Fixture, &has_rows[i], fixture_setup_2019, test_has, fixture_teardown);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strdup_printf ("/provider/running/%s", stories[i].path);

    g_test_add (path, Fixture, stories[i].host, fixture_setup, stories[i].run, fixture_teardown);
  }
  return g_test_run ();
}
