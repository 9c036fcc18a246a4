/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/provider-fixture.h"

#define RUNNING 2
#define OFF 3
#define SAVED 6
#define PAUSED 9

/* ---- every state and every request: rows ---- */

typedef struct {
  const char *sentence;
  const char *state;
  guint16 requested;
  guint32 result;
  guint16 during; /* EnabledState after the call */
  guint16 final;  /* … and when the job is done */
  guint16 job_type;
  double seconds; /* that the job takes */
} PowerRow;

/* Names of EnabledState. */
static const struct {
  guint16 state;
  const char *name;
} names[] = {
  { 2, "running" },     { 3, "off" },          { 4, "stopping" },   { 6, "saved" },
  { 9, "paused" },      { 10, "starting" },    { 11, "resetting" }, { 32773, "saving" },
  { 32776, "pausing" }, { 32777, "resuming" },
};

static void
check_state (Fixture *fixture, RepositoryObject *vm, guint16 state)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = provider_get_vm_state (
      fixture->provider, repository_object_get_string (vm, "ElementName"), &error);
  gsize i = 0;

  g_assert_no_error (error);
  while (i < G_N_ELEMENTS (names) && names[i].state != state)
    i++;
  g_assert_cmpuint (i, <, G_N_ELEMENTS (names));
  g_assert_cmpstr (name, ==, names[i].name);
  g_assert_cmpuint (repository_object_get_uint (vm, "EnabledState"), ==, state);
}

static const PowerRow power_rows[] = {
  { "off-2-starts", "off", 2, 4096, 10, RUNNING, 12, 3 },
  { "off-3-is-refused", "off", 3, 32775, OFF, OFF, 0, 0 },
  { "off-6-is-refused", "off", 6, 32775, OFF, OFF, 0, 0 },
  { "off-9-is-refused", "off", 9, 32775, OFF, OFF, 0, 0 },
  { "off-10-starts", "off", 10, 4096, 10, RUNNING, 12, 3 },
  { "off-11-is-refused", "off", 11, 32775, OFF, OFF, 0, 0 },
  { "running-2-is-refused", "running", 2, 32775, RUNNING, RUNNING, 0, 0 },
  { "running-3-turns-off", "running", 3, 4096, 4, OFF, 13, 1 },
  { "running-6-saves", "running", 6, 4096, 32773, SAVED, 14, 8 },
  { "running-9-pauses", "running", 9, 4096, 32776, PAUSED, 26, 0.5 },
  { "running-10-restarts", "running", 10, 4096, 10, RUNNING, 29, 3 },
  { "running-11-resets", "running", 11, 4096, 11, RUNNING, 28, 1 },
  { "paused-2-resumes", "paused", 2, 4096, 32777, RUNNING, 27, 0.5 },
  { "paused-3-turns-off", "paused", 3, 4096, 4, OFF, 13, 1 },
  { "paused-6-saves", "paused", 6, 4096, 32773, SAVED, 14, 8 },
  { "paused-9-is-refused", "paused", 9, 32775, PAUSED, PAUSED, 0, 0 },
  { "paused-10-is-refused", "paused", 10, 32775, PAUSED, PAUSED, 0, 0 },
  { "paused-11-resets", "paused", 11, 4096, 11, RUNNING, 28, 1 },
  { "saved-2-restores", "saved", 2, 4096, 10, RUNNING, 15, 4 },
  { "saved-3-drops-the-saved-state", "saved", 3, 4096, 4, OFF, 13, 1 },
  { "saved-6-is-refused", "saved", 6, 32775, SAVED, SAVED, 0, 0 },
  { "saved-9-is-refused", "saved", 9, 32775, SAVED, SAVED, 0, 0 },
  { "saved-10-restores", "saved", 10, 4096, 10, RUNNING, 15, 4 },
  { "saved-11-is-refused", "saved", 11, 32775, SAVED, SAVED, 0, 0 },
  { "shut-down-is-of-v1-only", "running", 4, 32770, RUNNING, RUNNING, 0, 0 },
  { "test-is-not-supported", "running", 7, 32770, RUNNING, RUNNING, 0, 0 },
  { "defer-is-not-supported", "off", 8, 32770, OFF, OFF, 0, 0 },
  { "a-state-is-not-a-request", "running", 32773, 32770, RUNNING, RUNNING, 0, 0 },
  { "zero-is-no-state", "running", 0, 32773, RUNNING, RUNNING, 0, 0 },
  { "no-change-is-no-request", "running", 5, 32773, RUNNING, RUNNING, 0, 0 },
  { "not-applicable-is-no-request", "running", 12, 32773, RUNNING, RUNNING, 0, 0 },
  { "undocumented-number", "off", 1000, 32773, OFF, OFF, 0, 0 },
};

static guint64
get_state (RepositoryObject *vm)
{
  return repository_object_get_uint (vm, "EnabledState");
}

static void
test_power (Fixture *fixture, gconstpointer data)
{
  const PowerRow *row = data;
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "app02");
  g_autoptr (RepositoryObject) job = NULL;

  fixture_set_state (fixture, "app02", row->state);
  g_assert_cmpuint (fixture_request (fixture, vm, row->requested, &job), ==, row->result);
  check_state (fixture, vm, row->during);
  g_assert_true ((job != NULL) == (row->result == 4096));
  if (job != NULL) {
    g_assert_cmpuint (repository_object_get_uint (job, "JobType"), ==, row->job_type);
    g_assert_cmpuint (repository_object_get_uint (vm, "RequestedState"), ==, row->requested);
    fixture_advance (fixture, row->seconds - 0.01);
    g_assert_cmpuint (repository_object_get_uint (job, "JobState"), ==, 4);
    check_state (fixture, vm, row->during);
    fixture_advance (fixture, 0.01);
    g_assert_cmpuint (repository_object_get_uint (job, "JobState"), ==, 7);
  }
  check_state (fixture, vm, row->final);
}

/* ---- what a state looks like: rows ---- */

typedef struct {
  const char *sentence;
  const char *state;
  guint16 enabled_state;
  guint16 requested_state;
  guint16 enabled_default;
  gboolean is_alive;
  gboolean is_saved;
} LookRow;

static const LookRow look_rows[] = {
  { "running", "running", RUNNING, 5, 2, TRUE, FALSE },
  { "off", "off", OFF, 12, 3, FALSE, FALSE },
  { "saved", "saved", SAVED, 5, 2, FALSE, TRUE },
  { "paused", "paused", PAUSED, 5, 2, TRUE, FALSE },
};

static gboolean
is_saved (Fixture *fixture, RepositoryObject *vm)
{
  g_autoptr (GPtrArray) settings
      = repository_associators (fixture->repository, vm, "Msvm_SettingsDefineState",
                                "Msvm_VirtualSystemSettingData", NULL, NULL, NULL);

  g_assert_nonnull (settings);
  g_assert_cmpuint (settings->len, ==, 1);
  return repository_object_get_uint (g_ptr_array_index (settings, 0), "IsSaved") != 0;
}

static void
check_look (Fixture *fixture, const LookRow *row, const char *name)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, name);
  HypervCimProperty process;

  g_assert_cmpuint (get_state (vm), ==, row->enabled_state);
  g_assert_cmpuint (repository_object_get_uint (vm, "RequestedState"), ==, row->requested_state);
  g_assert_cmpuint (repository_object_get_uint (vm, "EnabledDefault"), ==, row->enabled_default);
  g_assert_true (repository_object_find (vm, "ProcessID", &process));
  g_assert_cmpint (process.is_null, ==, !row->is_alive);
  g_assert_cmpint (fixture_count_devices (fixture, vm) > 0, ==, row->is_alive);
  g_assert_cmpint (is_saved (fixture, vm), ==, row->is_saved);
}

/* From each state to each, by the owner of the simulator. */
static void
test_look (Fixture *fixture, gconstpointer data)
{
  const LookRow *row = data;

  for (gsize i = 0; i < G_N_ELEMENTS (look_rows); i++) {
    fixture_set_state (fixture, "app02", look_rows[i].state);
    fixture_set_state (fixture, "app02", row->state);
    check_look (fixture, row, "app02");
  }
}

/* ---- stories ---- */

static void
test_shipped_states (Fixture *fixture, gconstpointer data)
{
  check_look (fixture, &look_rows[0], "web01");
  check_look (fixture, &look_rows[1], "db01");
  check_look (fixture, &look_rows[2], "build-agent");
  check_look (fixture, &look_rows[3], "win10-lab");
}

static void
test_starts_with_template (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autoptr (RepositoryObject) component = NULL;

  g_assert_cmpuint (fixture_count_devices (fixture, vm), ==, 0);
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  g_assert_cmpuint (fixture_count_devices (fixture, vm), ==, 0);
  fixture_advance (fixture, 3);
  check_look (fixture, &look_rows[0], "db01");
  component = fixture_find (fixture, "Msvm_ShutdownComponent", "SystemName",
                            repository_object_get_string (vm, "Name"));
  g_assert_nonnull (component);
}

/* Process numbers of Windows are multiples of four. */
static void
test_process_ids (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  guint64 last = 0;

  for (guint i = 0; i < 8; i++) {
    guint64 process;

    fixture_set_state (fixture, "db01", "running");
    process = repository_object_get_uint (vm, "ProcessID");
    g_assert_cmpuint (process % 4, ==, 0);
    g_assert_cmpuint (process, >, 0);
    g_assert_cmpuint (process, !=, last);
    last = process;
    fixture_set_state (fixture, "db01", "off");
  }
}

/* Off or running, generated machines do what the others do. */
static void
test_generated (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) all = NULL;
  guint n = 0;

  fixture_teardown (fixture, NULL);
  fixture_setup_with_vms (fixture, "2019", 6);
  all = repository_list (fixture->repository, V2, "Msvm_ComputerSystem", NULL);
  for (guint i = 0; i < all->len; i++) {
    RepositoryObject *vm = g_ptr_array_index (all, i);
    const char *guid = repository_object_get_string (vm, "Name");

    if (!g_uuid_string_is_valid (guid))
      continue;
    fixture_set_state (fixture, guid, "off");
    g_assert_cmpuint (fixture_count_devices (fixture, vm), ==, 0);
    g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
    fixture_advance (fixture, 3);
    g_assert_cmpuint (get_state (vm), ==, RUNNING);
    g_assert_cmpuint (fixture_count_devices (fixture, vm), >, 0);
    n++;
  }
  g_assert_cmpuint (n, ==, 12);
}

static guint
count_instances (Fixture *fixture, const char *class_name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = repository_list (fixture->repository, V2, class_name, &error);

  g_assert_no_error (error);
  return all->len;
}

static void
test_devices_come_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) disk = NULL;
  guint devices = fixture_count_devices (fixture, vm);
  guint links = count_instances (fixture, "CIM_Dependency");

  fixture_set_state (fixture, "web01", "off");
  g_assert_cmpuint (fixture_count_devices (fixture, vm), ==, 0);
  disk = fixture_find (fixture, "Msvm_LogicalDisk", "SystemName",
                       repository_object_get_string (vm, "Name"));
  g_assert_null (disk);
  g_assert_cmpuint (count_instances (fixture, "CIM_Dependency"), <, links);

  fixture_set_state (fixture, "web01", "running");
  g_assert_cmpuint (fixture_count_devices (fixture, vm), ==, devices);
  g_assert_cmpuint (count_instances (fixture, "CIM_Dependency"), ==, links);
}

static guint64
get_on_time (RepositoryObject *vm)
{
  return repository_object_get_uint (vm, "OnTimeInMilliseconds");
}

static void
test_on_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "app02");
  guint64 shipped = get_on_time (vm);

  fixture_advance (fixture, 10);
  g_assert_cmpuint (get_on_time (vm), ==, shipped + 10000);
  g_assert_cmpuint (fixture_request (fixture, vm, 9, NULL), ==, 4096);
  fixture_advance (fixture, 60);
  g_assert_cmpuint (get_on_time (vm), ==, shipped + 10000);
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  fixture_advance (fixture, 10);
  g_assert_cmpuint (get_on_time (vm), ==, shipped + 10000 + 9500);
  g_assert_cmpuint (fixture_request (fixture, vm, 11, NULL), ==, 4096);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (get_on_time (vm), ==, 2000);
  fixture_set_state (fixture, "app02", "off");
  fixture_advance (fixture, 10);
  g_assert_cmpuint (get_on_time (vm), ==, 0);
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");

  fixture_advance (fixture, 1.25);
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  g_assert_cmpstr (repository_object_get_string (vm, "TimeOfLastStateChange"), ==,
                   "20240611100001.250000-000");
  fixture_advance (fixture, 3);
  g_assert_cmpstr (repository_object_get_string (vm, "TimeOfLastStateChange"), ==,
                   "20240611100004.250000-000");
}

static void
test_host_row (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) host = fixture_find (
      fixture, "Msvm_ComputerSystem", "Name", repository_get_computer_name (fixture->repository));

  g_assert_nonnull (host);
  g_assert_cmpuint (fixture_request (fixture, host, 3, NULL), ==, 32775);
  g_assert_cmpuint (get_state (host), ==, RUNNING);
  fixture_advance (fixture, 10);
}

static void
test_no_parameter (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "app02");
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimInstance) out
      = fixture_invoke (fixture, vm, "RequestStateChange", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (fixture_get_return_value (out), ==, 32773);
  g_assert_cmpuint (hyperv_cim_instance_get_n_properties (out), ==, 2);
  g_assert_cmpstr (hyperv_cim_instance_get_property_name (out, 0), ==, "Job");
  g_assert_true (hyperv_cim_instance_is_null (out, "Job"));
}

typedef struct {
  const char *sentence;
  const char *method;
  const char *parameter; /* NULL: none */
  guint32 code;
  const char *message;
} ErrorRow;

static const ErrorRow error_rows[] = {
  { "unknown-method", "Explode", NULL, PROVIDER_WBEM_E_INVALID_METHOD,
    "Msvm_ComputerSystem has no method Explode" },
  { "method-without-a-row", "SetPowerState", NULL, PROVIDER_WBEM_E_METHOD_NOT_IMPLEMENTED,
    "Msvm_ComputerSystem.SetPowerState is in the schema, but this simulator does not implement "
    "it" },
  { "unknown-parameter", "requeststatechange", "RequestState",
    PROVIDER_WBEM_E_INVALID_METHOD_PARAMETERS,
    "Msvm_ComputerSystem.RequestStateChange has no in-parameter \"RequestState\"" },
  { "out-parameter-given", "RequestStateChange", "Job", PROVIDER_WBEM_E_INVALID_METHOD_PARAMETERS,
    "Msvm_ComputerSystem.RequestStateChange has no in-parameter \"Job\"" },
};

static void
test_error (Fixture *fixture, gconstpointer data)
{
  const ErrorRow *row = data;
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "app02");
  HypervCimBuilder *in = hyperv_cim_builder_new (V2, "__PARAMETERS");
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (GError) error = NULL;

  if (row->parameter != NULL)
    hyperv_cim_builder_add_string (in, row->parameter, "2");
  out = fixture_invoke (fixture, vm, row->method, in, &error);
  g_assert_null (out);
  g_assert_error (error, PROVIDER_ERROR, (int)row->code);
  g_assert_cmpstr (error->message, ==, row->message);
}

static void
test_has_method (Fixture *fixture, gconstpointer data)
{
  const RepositoryClass *klass
      = repository_find_class (fixture->repository, V2, "Msvm_ComputerSystem");

  g_assert_true (provider_has_method (fixture->provider, klass, "RequestStateChange"));
  g_assert_false (provider_has_method (fixture->provider, klass, "SetPowerState"));
  g_assert_false (provider_has_method (fixture->provider, klass, "InitiateShutdown"));
}

/* ---- the owner's mistakes: rows ---- */

typedef struct {
  const char *sentence;
  const char *vm;
  const char *state;
  guint32 code;
  const char *message;
} OwnerRow;

static const OwnerRow owner_rows[] = {
  { "unknown-vm", "nobody", "off", PROVIDER_WBEM_E_NOT_FOUND,
    "no virtual machine has the GUID or the name \"nobody\"" },
  { "unknown-guid", "00000000-0000-4000-8000-000000000001", "off", PROVIDER_WBEM_E_NOT_FOUND,
    "no virtual machine has the GUID or the name \"00000000-0000-4000-8000-000000000001\"" },
  { "a-name-with-a-quote", "o'brien\\", "off", PROVIDER_WBEM_E_NOT_FOUND,
    "no virtual machine has the GUID or the name \"o'brien\\\"" },
  { "the-host", "HV2019", "off", PROVIDER_WBEM_E_NOT_FOUND,
    "no virtual machine has the GUID or the name \"HV2019\"" },
  { "unknown-state", "web01", "on", PROVIDER_WBEM_E_INVALID_PARAMETER,
    "\"on\" is not a state of a virtual machine (expected running, off, saved or paused)" },
};

static void
test_owner (Fixture *fixture, gconstpointer data)
{
  const OwnerRow *row = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (provider_set_vm_state (fixture->provider, row->vm, row->state, &error));
  g_assert_error (error, PROVIDER_ERROR, (int)row->code);
  g_assert_cmpstr (error->message, ==, row->message);
}

static void
test_by_guid (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "test vm with spaces");
  g_autofree char *guid = g_ascii_strdown (repository_object_get_string (vm, "Name"), -1);

  fixture_set_state (fixture, guid, "running");
  g_assert_cmpuint (get_state (vm), ==, RUNNING);
}

/* ---- main ---- */

typedef void (*StoryFunc) (Fixture *fixture, gconstpointer data);

static const struct {
  const char *path;
  StoryFunc func;
} stories[] = {
  { "/provider/power/shipped-machines-look-as-they-should", test_shipped_states },
  { "/provider/power/a-machine-that-never-ran-gets-the-template's-devices",
    test_starts_with_template },
  { "/provider/power/each-start-has-a-process-of-its-own", test_process_ids },
  { "/provider/power/generated-machines-start-and-stop", test_generated },
  { "/provider/power/devices-go-and-come-back", test_devices_come_back },
  { "/provider/power/on-time-follows-the-clock", test_on_time },
  { "/provider/power/changes-have-the-clock's-time", test_times },
  { "/provider/power/the-host-itself-is-refused", test_host_row },
  { "/provider/power/a-missing-parameter-is-invalid", test_no_parameter },
  { "/provider/power/methods-with-rows-are-known", test_has_method },
  { "/provider/power/a-guid-in-lower-case-is-a-name-too", test_by_guid },
};

/* Rows are the test's data; the host is always the default one. */
static void
row_setup (Fixture *fixture, gconstpointer data)
{
  fixture_setup (fixture, NULL);
}

static void
add_row (const char *topic, const char *sentence, gconstpointer row, StoryFunc func)
{
  g_autofree char *path = g_strdup_printf ("/provider/%s/%s", topic, sentence);

  g_test_add (path, Fixture, row, row_setup, func, fixture_teardown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (power_rows); i++)
    add_row ("power/request", power_rows[i].sentence, &power_rows[i], test_power);
  for (gsize i = 0; i < G_N_ELEMENTS (look_rows); i++)
    add_row ("power/look", look_rows[i].sentence, &look_rows[i], test_look);
  for (gsize i = 0; i < G_N_ELEMENTS (error_rows); i++)
    add_row ("invoke", error_rows[i].sentence, &error_rows[i], test_error);
  for (gsize i = 0; i < G_N_ELEMENTS (owner_rows); i++)
    add_row ("owner", owner_rows[i].sentence, &owner_rows[i], test_owner);
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    g_test_add (stories[i].path, Fixture, NULL, row_setup, stories[i].func, fixture_teardown);
  return g_test_run ();
}
