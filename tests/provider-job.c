/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/provider-fixture.h"

typedef void (*StoryFunc) (Fixture *fixture, gconstpointer data);

static guint64
get_uint (RepositoryObject *object, const char *name)
{
  return repository_object_get_uint (object, name);
}

/* Starts "db01", which is off; the job takes 3 s. */
static RepositoryObject *
start (Fixture *fixture)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  RepositoryObject *job = NULL;

  g_assert_cmpuint (fixture_request (fixture, vm, 2, &job), ==, 4096);
  g_assert_nonnull (job);
  return job;
}

static gboolean
still_exists (Fixture *fixture, RepositoryObject *job)
{
  g_autoptr (HypervCimPath) path = repository_object_to_path (job);
  g_autoptr (RepositoryObject) found = repository_lookup (fixture->repository, path, NULL);

  return found != NULL;
}

static guint32
request_of_job (Fixture *fixture, RepositoryObject *job, guint16 state, const char *timeout)
{
  HypervCimBuilder *in = hyperv_cim_builder_new (V2, "__PARAMETERS");
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (GError) error = NULL;

  if (state != 0)
    hyperv_cim_builder_add_unsigned (in, "RequestedState", HYPERV_CIM_TYPE_UINT16, state);
  if (timeout != NULL) {
    g_autoptr (HypervCimValue) value
        = hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, timeout);

    hyperv_cim_builder_add_value (in, "TimeoutPeriod", value);
  }
  out = fixture_invoke (fixture, job, "RequestStateChange", in, &error);
  g_assert_no_error (error);
  return fixture_get_return_value (out);
}

/* ---- what a job shows as time goes by: rows ---- */

typedef struct {
  const char *sentence;
  double seconds;
  guint16 job_state;
  guint16 percent;
  const char *elapsed;
  const char *status;
} TimeRow;

static const TimeRow time_rows[] = {
  { "it-is-starting", 0, 3, 0, "00000000000000.000000:000", "Job is starting" },
  { "it-runs-after-a-moment", 0.1, 4, 3, "00000000000000.100000:000", "Job is running" },
  { "half-time-is-half-done", 1.5, 4, 50, "00000000000001.500000:000", "Job is running" },
  { "almost-done-is-not-done", 2.999, 4, 99, "00000000000002.999000:000", "Job is running" },
  { "it-completes", 3, 7, 100, "00000000000003.000000:000", "Job completed successfully" },
  { "time-stands-still-afterwards", 60, 7, 100, "00000000000003.000000:000",
    "Job completed successfully" },
};

static void
test_time (Fixture *fixture, gconstpointer data)
{
  const TimeRow *row = data;
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (HypervCimInstance) copy = NULL;
  guint64 percent = 0;

  fixture_advance (fixture, row->seconds);
  g_assert_cmpuint (get_uint (job, "JobState"), ==, row->job_state);
  g_assert_cmpuint (get_uint (job, "PercentComplete"), ==, row->percent);
  g_assert_cmpstr (repository_object_get_string (job, "ElapsedTime"), ==, row->elapsed);
  g_assert_cmpstr (repository_object_get_string (job, "JobStatus"), ==, row->status);

  /* The same at the border. */
  copy = repository_object_to_instance (job);
  g_assert_true (hyperv_cim_instance_get_uint64 (copy, "PercentComplete", &percent, NULL));
  g_assert_cmpuint (percent, ==, row->percent);
  g_assert_cmpstr (hyperv_cim_instance_peek_string (copy, "ElapsedTime"), ==, row->elapsed);
}

/* ---- requests to a job: rows ---- */

typedef struct {
  const char *sentence;
  guint16 requested; /* 0: not given */
  const char *timeout;
  double seconds;
  guint32 result;
  guint16 job_state;
  guint16 vm_state;
} RequestRow;

static const RequestRow request_rows[] = {
  { "terminate", 4, NULL, 1, 0, 8, 3 },
  { "kill", 5, NULL, 1, 0, 9, 3 },
  { "kill-at-once", 5, NULL, 0, 0, 9, 3 },
  { "terminate-with-an-empty-timeout", 4, "00000000000000.000000:000", 1, 0, 8, 3 },
  { "terminate-with-a-timeout", 4, "00000000000010.000000:000", 1, 4098, 4, 10 },
  { "start-is-not-supported", 2, NULL, 1, 1, 4, 10 },
  { "suspend-is-not-supported", 3, NULL, 1, 1, 4, 10 },
  { "service-is-not-supported", 6, NULL, 1, 1, 4, 10 },
  { "an-unknown-number", 7, NULL, 1, 5, 4, 10 },
  { "no-number", 0, NULL, 1, 5, 4, 10 },
  { "too-late", 4, NULL, 3, 4097, 7, 2 },
};

static void
test_request (Fixture *fixture, gconstpointer data)
{
  const RequestRow *row = data;
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");

  fixture_advance (fixture, row->seconds);
  g_assert_cmpuint (request_of_job (fixture, job, row->requested, row->timeout), ==, row->result);
  g_assert_cmpuint (get_uint (job, "JobState"), ==, row->job_state);
  g_assert_cmpuint (get_uint (vm, "EnabledState"), ==, row->vm_state);
}

/* ---- stories ---- */

static void
test_looks_recorded (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *name;
    const char *text;
  } strings[] = {
    { "Caption", "Starting Virtual Machine" },
    { "Name", "Starting Virtual Machine" },
    { "ElementName", "Starting Virtual Machine" },
    { "Description", "Starting the virtual machine" },
    { "ErrorDescription", "" },
    { "ErrorSummaryDescription", "" },
    { "Owner", "HV2019\\administrator" },
    { "Status", "OK" },
    { "StartTime", "20240611100000.000000-000" },
    { "TimeSubmitted", "20240611100000.000000-000" },
    { "TimeBeforeRemoval", "00000000000500.000000:000" },
    { "InstallDate", "16010101000000.000000-000" },
  };
  static const struct {
    const char *name;
    guint64 value;
  } numbers[] = {
    { "Cancellable", 1 }, { "DeleteOnCompletion", 0 }, { "ErrorCode", 0 },
    { "HealthState", 5 }, { "JobRunTimes", 1 },        { "LocalOrUtcTime", 2 },
    { "Priority", 0 },    { "JobType", 12 },           { "RecoveryAction", 2 },
  };
  static const char *const nulls[]
      = { "CommunicationStatus", "DetailedStatus", "OperatingStatus", "PrimaryStatus", "RunDay",
          "RunStartInterval",    "UntilTime" };
  g_autoptr (RepositoryObject) job = NULL;
  HypervCimProperty property;

  fixture_advance (fixture, 0.25);
  job = start (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_assert_cmpstr (repository_object_get_string (job, strings[i].name), ==, strings[i].text);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpuint (get_uint (job, numbers[i].name), ==, numbers[i].value);
  for (gsize i = 0; i < G_N_ELEMENTS (nulls); i++) {
    g_assert_true (repository_object_find (job, nulls[i], &property));
    g_assert_true (property.is_null);
  }
  g_assert_true (g_uuid_string_is_valid (repository_object_get_string (job, "InstanceID")));
  g_assert_true (repository_object_find (job, "OperationalStatus", &property));
  g_assert_cmpuint (property.n_items, ==, 1);
  g_assert_cmpuint (property.items[0].u, ==, 2);
}

static void
test_link (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (GPtrArray) found = repository_associators (
      fixture->repository, job, "Msvm_AffectedJobElement", NULL, NULL, NULL, NULL);

  g_assert_nonnull (found);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (repository_object_get_string (g_ptr_array_index (found, 0), "ElementName"), ==,
                   "db01");
}

static void
test_removal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) before
      = repository_list (fixture->repository, V2, "Msvm_AffectedJobElement", NULL);
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (GPtrArray) links = NULL;

  fixture_advance (fixture, 3);
  fixture_advance (fixture, 299.9);
  g_assert_true (still_exists (fixture, job));
  fixture_advance (fixture, 0.2);
  g_assert_false (still_exists (fixture, job));
  links = repository_list (fixture->repository, V2, "Msvm_AffectedJobElement", NULL);
  g_assert_cmpuint (links->len, ==, before->len);
  g_assert_cmpuint (sim_clock_get_n_timers (fixture->clock), ==, 0);
}

static void
test_second_change (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autoptr (RepositoryObject) other = fixture_find_vm (fixture, "app02");

  g_assert_cmpuint (get_uint (job, "JobState"), ==, 3);
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 32775);
  g_assert_cmpuint (fixture_request (fixture, vm, 3, NULL), ==, 32775);
  g_assert_cmpuint (fixture_request (fixture, other, 3, NULL), ==, 4096);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (fixture_request (fixture, vm, 3, NULL), ==, 4096);
}

static void
test_not_cancellable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "app02");
  g_autoptr (RepositoryObject) job = NULL;

  g_assert_cmpuint (fixture_request (fixture, vm, 3, &job), ==, 4096);
  g_assert_cmpuint (get_uint (job, "Cancellable"), ==, 0);
  g_assert_cmpuint (request_of_job (fixture, job, 4, NULL), ==, 4097);
  fixture_advance (fixture, 1);
  g_assert_cmpuint (get_uint (job, "JobState"), ==, 7);
}

/* As the control API can: what the job does is done all the same. */
static void
test_job_deleted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autoptr (RepositoryObject) job = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (fixture_request (fixture, vm, 2, &job), ==, 4096);
  fixture_advance (fixture, 1);
  repository_delete (fixture->repository, job, &error);
  g_assert_no_error (error);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (get_uint (vm, "EnabledState"), ==, 2);
  fixture_advance (fixture, 301);
  g_assert_cmpuint (fixture_request (fixture, vm, 3, NULL), ==, 4096);
}

static void
test_cancelled_then_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) first = start (fixture);
  g_autoptr (RepositoryObject) second = NULL;

  fixture_advance (fixture, 1.5);
  g_assert_cmpuint (request_of_job (fixture, first, 4, NULL), ==, 0);
  g_assert_cmpuint (get_uint (first, "PercentComplete"), ==, 50);
  second = start (fixture);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (get_uint (first, "JobState"), ==, 8);
  g_assert_cmpuint (get_uint (second, "JobState"), ==, 7);
}

static void
test_kill_job (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = start (fixture);
  HypervCimBuilder *in = hyperv_cim_builder_new (V2, "__PARAMETERS");
  g_autoptr (HypervCimInstance) out = NULL;

  hyperv_cim_builder_add_boolean (in, "DeleteOnKill", FALSE);
  out = fixture_invoke (fixture, job, "KillJob", in, NULL);
  g_assert_nonnull (out);
  g_assert_cmpuint (fixture_get_return_value (out), ==, 1);
}

static void
test_owner_wins (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");

  fixture_set_state (fixture, "db01", "paused");
  g_assert_cmpuint (get_uint (job, "JobState"), ==, 9);
  g_assert_cmpuint (get_uint (vm, "EnabledState"), ==, 9);
  fixture_advance (fixture, 10);
  g_assert_cmpuint (get_uint (vm, "EnabledState"), ==, 9);
}

static void
test_vm_deleted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autoptr (GError) error = NULL;

  repository_delete (fixture->repository, vm, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (get_uint (job, "JobState"), ==, 9);
  fixture_advance (fixture, 301);
  g_assert_false (still_exists (fixture, job));
}

static void
test_provider_goes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = start (fixture);

  fixture_advance (fixture, 1.5);
  g_assert_cmpuint (get_uint (job, "PercentComplete"), ==, 50);
  g_clear_pointer (&fixture->provider, provider_free);
  fixture_advance (fixture, 10);
  g_assert_cmpuint (get_uint (job, "PercentComplete"), ==, 0);
  g_assert_cmpuint (sim_clock_get_n_timers (fixture->clock), ==, 0);
}

static void
test_jump (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autoptr (RepositoryObject) job = NULL;

  sim_clock_hold (fixture->clock);
  sim_clock_set_mode (fixture->clock, SIM_CLOCK_JUMP, 1);
  job = start (fixture);
  sim_clock_release (fixture->clock);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (get_uint (vm, "EnabledState"), ==, 2);
  g_assert_cmpuint (get_uint (job, "JobState"), ==, 7);
  g_assert_true (still_exists (fixture, job));
  g_assert_cmpint (sim_clock_now (fixture->clock), ==, 23 * SECOND);
  fixture_advance (fixture, 300);
  g_assert_false (still_exists (fixture, job));
}

/* ---- main ---- */

static const struct {
  const char *path;
  StoryFunc func;
} stories[] = {
  { "/provider/job/has-what-a-recorded-job-has", test_looks_recorded },
  { "/provider/job/is-linked-with-its-machine", test_link },
  { "/provider/job/is-gone-after-five-minutes", test_removal },
  { "/provider/job/a-second-change-is-refused-while-it-is-active", test_second_change },
  { "/provider/job/turning-off-cannot-be-cancelled", test_not_cancellable },
  { "/provider/job/goes-on-when-its-instance-is-taken-away", test_job_deleted },
  { "/provider/job/after-a-cancelled-one-another-can-start", test_cancelled_then_again },
  { "/provider/job/killjob-is-not-supported", test_kill_job },
  { "/provider/job/the-owner's-change-kills-it", test_owner_wins },
  { "/provider/job/ends-with-its-machine", test_vm_deleted },
  { "/provider/job/nothing-runs-without-the-provider", test_provider_goes },
  { "/provider/job/a-jumping-clock-does-all-at-once", test_jump },
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
  g_autofree char *path = g_strdup_printf ("/provider/job/%s/%s", topic, sentence);

  g_test_add (path, Fixture, row, row_setup, func, fixture_teardown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (time_rows); i++)
    add_row ("time", time_rows[i].sentence, &time_rows[i], test_time);
  for (gsize i = 0; i < G_N_ELEMENTS (request_rows); i++)
    add_row ("request", request_rows[i].sentence, &request_rows[i], test_request);
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    g_test_add (stories[i].path, Fixture, NULL, row_setup, stories[i].func, fixture_teardown);
  return g_test_run ();
}
