/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/provider-fixture.h"

/* Each table of the provider against one of its own, written from the documents. */

/* ---- causes ---- */

typedef struct {
  const char *name;
  guint16 code;
  const char *text;
} CauseRow;

/* Numbers: return values of Hyper-V's methods. */
static const CauseRow cause_rows[] = {
  { "failed", 32768, "The operation failed." },
  { "access-denied", 32769, "General access denied error" },
  { "not-supported", 32770, "The operation is not supported." },
  { "timeout", 32772, "The operation cannot be performed because the timeout period expired." },
  { "in-use", 32774, "The object is in use." },
  { "invalid-state", 32775,
    "The operation cannot be performed while the object is in its current state." },
  { "not-available", 32777, "The virtual machine management service is not available." },
  { "out-of-memory", 32778, "Not enough memory in the system to start the virtual machine." },
  { "file-not-found", 32779, "The system cannot find the file specified." },
  { "disk-full", 32768, "There is not enough space on the disk." },
  { "vm-locked-by-backup", 32774, "The object is in use." },
  { "integration-services-missing", 32780, "The device is not ready." },
  { "cluster-owner-moved", 32768, "The virtual machine could not be found." },
};

static void
test_causes (void)
{
  const ProviderCause *all = provider_get_causes ();
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cause_rows); i++) {
    g_assert_cmpstr (all[i].name, ==, cause_rows[i].name);
    g_assert_cmpuint (all[i].error_code, ==, cause_rows[i].code);
    g_assert_cmpstr (all[i].text, ==, cause_rows[i].text);
    g_assert_true (provider_find_cause (cause_rows[i].name) == &all[i]);
  }
  g_assert_null (all[i].name);
  g_assert_cmpuint (all[i].error_code, ==, 0);
  g_assert_null (provider_find_cause ("bad-luck"));
  g_assert_null (provider_find_cause (NULL));
}

/* WbemErrorEnum, as it is documented. */
static void
test_wmi_errors (void)
{
  static const guint32 numbers[][2] = {
    { PROVIDER_WBEM_E_FAILED, 0x80041001 },
    { PROVIDER_WBEM_E_NOT_FOUND, 0x80041002 },
    { PROVIDER_WBEM_E_ACCESS_DENIED, 0x80041003 },
    { PROVIDER_WBEM_E_INVALID_PARAMETER, 0x80041008 },
    { PROVIDER_WBEM_E_INVALID_METHOD, 0x8004102E },
    { PROVIDER_WBEM_E_INVALID_METHOD_PARAMETERS, 0x8004102F },
    { PROVIDER_WBEM_E_INVALID_OBJECT_PATH, 0x8004103A },
    { PROVIDER_WBEM_E_METHOD_NOT_IMPLEMENTED, 0x80041055 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmphex (numbers[i][0], ==, numbers[i][1]);
}

/* ---- RequestStateChange: every number in every state ---- */

/* Documented values of RequestedState. */
static const struct {
  guint first, last;
} documented[] = { { 1, 4 }, { 6, 11 }, { 32773, 32773 }, { 32776, 32777 }, { 32779, 32792 } };
/* Those that v2 takes, and what a machine becomes of each state; 0: refused. */
static const struct {
  guint requested, from_running, from_off, from_saved, from_paused;
} taken[] = {
  { 2, 0, 2, 2, 2 }, { 3, 3, 0, 3, 3 },  { 6, 6, 0, 0, 6 },
  { 9, 9, 0, 0, 0 }, { 10, 2, 2, 2, 0 }, { 11, 2, 0, 0, 2 },
};
static const char *const states[] = { "running", "off", "saved", "paused" };
static const guint state_numbers[] = { 2, 3, 6, 9 };

static guint
final_state (guint requested, gsize from, gboolean *is_taken)
{
  for (gsize i = 0; i < G_N_ELEMENTS (taken); i++) {
    const guint ends[]
        = { taken[i].from_running, taken[i].from_off, taken[i].from_saved, taken[i].from_paused };

    *is_taken = taken[i].requested == requested;
    if (*is_taken)
      return ends[from];
  }
  return 0;
}

static guint32
expected_value (guint requested, gsize from)
{
  gboolean is_taken;

  if (final_state (requested, from, &is_taken) != 0)
    return 4096;
  if (is_taken)
    return 32775;
  for (gsize i = 0; i < G_N_ELEMENTS (documented); i++)
    if (requested >= documented[i].first && requested <= documented[i].last)
      return 32770;
  return 32773;
}

static void
check_request (Fixture *fixture, RepositoryObject *vm, guint requested, gsize from)
{
  gboolean is_taken;
  guint final = final_state (requested, from, &is_taken);
  g_autoptr (RepositoryObject) job = NULL;

  fixture_set_state (fixture, "web01", states[from]);
  g_assert_cmpuint (fixture_request (fixture, vm, (guint16)requested, &job), ==,
                    expected_value (requested, from));
  fixture_advance (fixture, 60);
  g_assert_true ((job != NULL) == (final != 0));
  if (job != NULL)
    g_assert_cmpuint (repository_object_get_uint (job, "JobState"), ==, 7);
  g_assert_cmpuint (repository_object_get_uint (vm, "EnabledState"), ==,
                    final != 0 ? final : state_numbers[from]);
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  gsize from = GPOINTER_TO_SIZE (data);
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  for (guint requested = 0; requested <= 20; requested++)
    check_request (fixture, vm, requested, from);
  for (guint requested = 32760; requested <= 32800; requested++)
    check_request (fixture, vm, requested, from);
  check_request (fixture, vm, G_MAXUINT16, from);
}

/* While a job runs every request is refused, but one that is never taken says so. */
static void
test_requests_meanwhile (Fixture *fixture, gconstpointer data)
{
  static const guint16 rows[][2]
      = { { 2, 32775 }, { 3, 32775 }, { 6, 32775 }, { 11, 32775 }, { 4, 32770 }, { 5, 32773 } };
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  g_assert_cmpuint (fixture_request (fixture, vm, 6, NULL), ==, 4096);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (fixture_request (fixture, vm, rows[i][0], NULL), ==, rows[i][1]);
}

/* ---- what moves when the state does: rows ---- */

typedef struct {
  const char *sentence;
  const char *from;
  guint16 requested;
  gboolean process, configuration, uptime; /* changes; the time of the state always does */
  guint64 heartbeat;                       /* 12: the guest began anew; 0: there is none */
} MoveRow;

static const MoveRow move_rows[] = {
  { "start", "off", 2, TRUE, TRUE, FALSE, 12 },
  { "start by a reboot", "off", 10, TRUE, TRUE, FALSE, 12 },
  { "turn off", "running", 3, TRUE, FALSE, TRUE, 0 },
  { "save", "running", 6, TRUE, FALSE, TRUE, 0 },
  { "restore", "saved", 2, TRUE, TRUE, FALSE, 2 },
  { "restore by a reboot", "saved", 10, TRUE, TRUE, FALSE, 2 },
  { "pause", "running", 9, FALSE, FALSE, FALSE, 15 },
  { "resume", "paused", 2, FALSE, FALSE, FALSE, 2 },
  { "reset", "running", 11, FALSE, FALSE, TRUE, 12 },
  { "reset of a paused one", "paused", 11, FALSE, FALSE, TRUE, 12 },
  { "reboot", "running", 10, FALSE, FALSE, TRUE, 12 },
};

static guint64
get_heartbeat (Fixture *fixture, RepositoryObject *vm)
{
  g_autoptr (RepositoryObject) component = fixture_find (
      fixture, "Msvm_HeartbeatComponent", "SystemName", repository_object_get_string (vm, "Name"));
  HypervCimProperty status;

  if (component == NULL || !repository_object_find (component, "OperationalStatus", &status))
    return 0;
  return status.items[0].u;
}

static char *
dup_text (RepositoryObject *object, const char *name)
{
  return g_strdup (repository_object_get_string (object, name));
}

static void
test_move (Fixture *fixture, gconstpointer data)
{
  const MoveRow *row = data;
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autofree char *configured = NULL, *changed = NULL;
  guint64 process, on_time;

  fixture_set_state (fixture, "web01", row->from);
  fixture_advance (fixture, 1);
  process = repository_object_get_uint (vm, "ProcessID");
  on_time = repository_object_get_uint (vm, "OnTimeInMilliseconds");
  configured = dup_text (vm, "TimeOfLastConfigurationChange");
  changed = dup_text (vm, "TimeOfLastStateChange");
  g_assert_cmpuint (fixture_request (fixture, vm, row->requested, NULL), ==, 4096);
  fixture_advance (fixture, 9);
  g_assert_true ((repository_object_get_uint (vm, "ProcessID") != process) == row->process);
  g_assert_true (
      (g_strcmp0 (repository_object_get_string (vm, "TimeOfLastConfigurationChange"), configured)
       != 0)
      == row->configuration);
  g_assert_cmpstr (repository_object_get_string (vm, "TimeOfLastStateChange"), !=, changed);
  g_assert_cmpuint (get_heartbeat (fixture, vm), ==, row->heartbeat);
  if (row->uptime)
    g_assert_cmpuint (repository_object_get_uint (vm, "OnTimeInMilliseconds"), <, on_time);
  else
    g_assert_cmpuint (repository_object_get_uint (vm, "OnTimeInMilliseconds"), >=, on_time);
}

/* ---- jobs and their errors, property by property ---- */

typedef struct {
  const char *name;
  const char *value; /* items joined by "|"; NULL: null */
} PropertyRow;

static void
check_property (const HypervCimInstance *instance, const PropertyRow *row)
{
  g_autoptr (HypervCimValue) value = NULL;
  g_auto (GStrv) items = NULL;
  g_autofree char *text = NULL;

  g_test_message ("%s", row->name);
  g_assert_true (hyperv_cim_instance_has (instance, row->name));
  value = hyperv_cim_instance_dup_value (instance, row->name);
  items = hyperv_cim_value_dup_strv (value);
  text = g_strjoinv ("|", items);
  g_assert_true (hyperv_cim_value_is_null (value) == (row->value == NULL));
  if (row->value != NULL)
    g_assert_cmpstr (text, ==, row->value);
}

static const PropertyRow job_rows[] = {
  { "Caption", "Starting Virtual Machine" },
  { "Description", "Starting the virtual machine" },
  { "ElementName", "Starting Virtual Machine" },
  { "Name", "Starting Virtual Machine" },
  { "Owner", "HV2019\\administrator" },
  { "Cancellable", "true" },
  { "DeleteOnCompletion", "false" },
  { "ErrorCode", "32778" },
  { "ErrorDescription", "'db01' failed to start. Not enough memory in the system to start the "
                        "virtual machine. (Virtual machine ID "
                        "2DAB8A9E-06EA-4368-B572-27D53E275BD8)" },
  { "ErrorSummaryDescription", "Failed to start." },
  { "Notify", "" },
  { "OtherRecoveryAction", "" },
  { "HealthState", "5" },
  { "JobRunTimes", "1" },
  { "JobState", "10" },
  { "JobStatus", "Job failed" },
  { "JobType", "12" },
  { "LocalOrUtcTime", "2" },
  { "OperationalStatus", "6" },
  { "PercentComplete", "50" },
  { "Priority", "0" },
  { "RecoveryAction", "2" },
  { "Status", "Error" },
  { "StatusDescriptions", "Job failed" },
  { "ElapsedTime", "00000000000001.500000:000" },
  { "InstallDate", "16010101000000.000000-000" },
  { "ScheduledStartTime", "20240611100000.000000-000" },
  { "StartTime", "20240611100000.000000-000" },
  { "TimeSubmitted", "20240611100000.000000-000" },
  { "TimeBeforeRemoval", "00000000000500.000000:000" },
  { "TimeOfLastStateChange", "20240611100001.000000-000" },
};

static const PropertyRow error_rows[] = {
  { "CIMStatusCode", "1" },
  { "CIMStatusCodeDescription", "CIM_ERR_FAILED" },
  { "ErrorSource", "\\\\HV2019\\root\\virtualization\\v2:Msvm_ComputerSystem.CreationClassName="
                   "\"Msvm_ComputerSystem\",Name=\"2DAB8A9E-06EA-4368-B572-27D53E275BD8\"" },
  { "ErrorSourceFormat", "2" },
  { "ErrorType", "4" },
  { "Message", "'db01' failed to start. (Virtual machine ID "
               "2DAB8A9E-06EA-4368-B572-27D53E275BD8)" },
  { "MessageID", "32778" },
  { "OwningEntity", "Microsoft" },
  { "PerceivedSeverity", "5" },
  { "ProbableCause", "0" },
};

static void
test_failed_job (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autoptr (HypervCimInstance) instance = NULL, out = NULL;
  g_autoptr (RepositoryObject) job = NULL;
  g_autoptr (GError) error = NULL;
  HypervCimProperty errors;

  provider_fail_next_job (fixture->provider, "db01", 50, 32778,
                          "Not enough memory in the system to start the virtual machine.", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_request (fixture, vm, 2, &job), ==, 4096);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (repository_object_get_uint (vm, "RequestedState"), ==, 12);
  instance = repository_object_to_instance (job);
  for (gsize i = 0; i < G_N_ELEMENTS (job_rows); i++)
    check_property (instance, &job_rows[i]);
  out = fixture_invoke (fixture, job, "GetErrorEx", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hyperv_cim_instance_find (out, "Errors", &errors));
  for (gsize i = 0; i < G_N_ELEMENTS (error_rows); i++)
    check_property (errors.items[0].instance, &error_rows[i]);
}

/* What a job cannot do when it comes to it: here a device is there already. */
static void
test_effect_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (V2, "Msvm_Memory");
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autoptr (RepositoryObject) memory = NULL, job = NULL;
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_builder_add_string (builder, "CreationClassName", "Msvm_Memory");
  hyperv_cim_builder_add_string (builder, "DeviceID",
                                 "Microsoft:4764334D-E001-4176-82EE-5594EC9B530E\\0");
  hyperv_cim_builder_add_string (builder, "SystemCreationClassName", "Msvm_ComputerSystem");
  hyperv_cim_builder_add_string (builder, "SystemName", repository_object_get_string (vm, "Name"));
  instance = hyperv_cim_builder_end (builder);
  memory = repository_create (fixture->repository, instance, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_request (fixture, vm, 2, &job), ==, 4096);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (repository_object_get_uint (job, "JobState"), ==, 10);
  g_assert_cmpuint (repository_object_get_uint (job, "ErrorCode"), ==, 32768);
  g_assert_cmpuint (repository_object_get_uint (vm, "EnabledState"), ==, 3);
}

/* ---- texts of each kind of job: rows ---- */

static const struct {
  const char *from;
  guint16 requested;
  guint16 type;
  gboolean cancellable;
  const char *caption, *failure;
} kinds[] = {
  { "off", 2, 12, TRUE, "Starting Virtual Machine", "Failed to start." },
  { "running", 3, 13, FALSE, "Turning Off Virtual Machine", "Failed to turn off." },
  { "running", 6, 14, TRUE, "Saving Virtual Machine", "Failed to save." },
  { "saved", 2, 15, TRUE, "Restoring Virtual Machine", "Failed to restore." },
  { "running", 9, 26, FALSE, "Pausing Virtual Machine", "Failed to pause." },
  { "paused", 2, 27, FALSE, "Resuming Virtual Machine", "Failed to resume." },
  { "running", 11, 28, FALSE, "Resetting Virtual Machine", "Failed to reset." },
  { "running", 10, 29, FALSE, "Rebooting Virtual Machine", "Failed to reboot." },
};

static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (RepositoryObject) job = NULL;
    g_autoptr (GError) error = NULL;

    fixture_set_state (fixture, "web01", kinds[i].from);
    provider_fail_next_job (fixture->provider, "web01", 100, 32768, "No.", &error);
    g_assert_no_error (error);
    g_assert_cmpuint (fixture_request (fixture, vm, kinds[i].requested, &job), ==, 4096);
    g_assert_cmpuint (repository_object_get_uint (job, "JobType"), ==, kinds[i].type);
    g_assert_cmpint (repository_object_get_uint (job, "Cancellable") != 0, ==,
                     kinds[i].cancellable);
    g_assert_cmpstr (repository_object_get_string (job, "Caption"), ==, kinds[i].caption);
    fixture_advance (fixture, 10);
    g_assert_cmpstr (repository_object_get_string (job, "ErrorSummaryDescription"), ==,
                     kinds[i].failure);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/provider/tables/causes", test_causes);
  g_test_add_func ("/provider/tables/errors of WMI", test_wmi_errors);
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autofree char *path = g_strdup_printf ("/provider/tables/requests when %s", states[i]);

    g_test_add (path, Fixture, GSIZE_TO_POINTER (i), fixture_setup_2019, test_requests,
                fixture_teardown);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (move_rows); i++) {
    g_autofree char *path
        = g_strdup_printf ("/provider/tables/what moves with: %s", move_rows[i].sentence);

    g_test_add (path, Fixture, &move_rows[i], fixture_setup_2019, test_move, fixture_teardown);
  }
  g_test_add ("/provider/tables/requests meanwhile", Fixture, NULL, fixture_setup,
              test_requests_meanwhile, fixture_teardown);
  g_test_add ("/provider/tables/a job that failed", Fixture, NULL, fixture_setup, test_failed_job,
              fixture_teardown);
  g_test_add ("/provider/tables/an effect that fails", Fixture, NULL, fixture_setup,
              test_effect_fails, fixture_teardown);
  g_test_add ("/provider/tables/kinds of jobs", Fixture, NULL, fixture_setup, test_kinds,
              fixture_teardown);
  return g_test_run ();
}
