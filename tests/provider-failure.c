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

static HypervCimInstance *
call (Fixture *fixture, RepositoryObject *job, const char *method)
{
  g_autoptr (GError) error = NULL;
  HypervCimInstance *out = fixture_invoke (fixture, job, method, NULL, &error);

  g_assert_no_error (error);
  return out;
}

static void
plan_failure (Fixture *fixture, const char *vm, guint percent)
{
  const ProviderCause *cause = provider_find_cause ("out-of-memory");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (cause);
  provider_fail_next_job (fixture->provider, vm, percent, cause->error_code, cause->text, &error);
  g_assert_no_error (error);
}

static void
test_failure (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");
  g_autofree char *id = g_strdup (repository_object_get_string (vm, "Name"));
  g_autofree char *description = g_strdup_printf (
      "'db01' failed to start. Not enough memory in the system to start the virtual machine. "
      "(Virtual machine ID %s)",
      id);
  g_autoptr (RepositoryObject) job = NULL;

  plan_failure (fixture, "db01", 40);
  job = start (fixture);
  fixture_advance (fixture, 1.19);
  g_assert_cmpuint (get_uint (job, "JobState"), ==, 4);
  fixture_advance (fixture, 0.01);
  g_assert_cmpuint (get_uint (job, "JobState"), ==, 10);
  g_assert_cmpuint (get_uint (job, "PercentComplete"), ==, 40);
  g_assert_cmpuint (get_uint (job, "ErrorCode"), ==, 32778);
  g_assert_cmpstr (repository_object_get_string (job, "ErrorDescription"), ==, description);
  g_assert_cmpstr (repository_object_get_string (job, "ErrorSummaryDescription"), ==,
                   "Failed to start.");
  g_assert_cmpuint (get_uint (vm, "EnabledState"), ==, 3);
  g_assert_cmpuint (fixture_count_devices (fixture, vm), ==, 0);
}

static void
test_failure_is_of_one_job (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) first = NULL;
  g_autoptr (RepositoryObject) second = NULL;

  plan_failure (fixture, "db01", 0);
  first = start (fixture);
  fixture_advance (fixture, 0.1);
  g_assert_cmpuint (get_uint (first, "JobState"), ==, 10);
  second = start (fixture);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (get_uint (second, "JobState"), ==, 7);
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = NULL;
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (HypervCimInstance) one = NULL;
  HypervCimProperty errors;

  plan_failure (fixture, "db01", 50);
  job = start (fixture);
  fixture_advance (fixture, 3);
  out = call (fixture, job, "GetErrorEx");
  g_assert_cmpuint (fixture_get_return_value (out), ==, 0);
  g_assert_true (hyperv_cim_instance_find (out, "Errors", &errors));
  g_assert_cmpint (errors.type, ==, HYPERV_CIM_TYPE_INSTANCE);
  g_assert_true (errors.is_array);
  g_assert_cmpuint (errors.n_items, ==, 2);
  g_assert_cmpstr (hyperv_cim_instance_get_class_name (errors.items[0].instance), ==, "Msvm_Error");
  g_assert_true (
      g_str_has_prefix (hyperv_cim_instance_peek_string (errors.items[0].instance, "Message"),
                        "'db01' failed to start. (Virtual machine ID "));
  g_assert_cmpstr (hyperv_cim_instance_peek_string (errors.items[1].instance, "Message"), ==,
                   "Not enough memory in the system to start the virtual machine.");

  one = call (fixture, job, "GetError");
  g_assert_true (hyperv_cim_instance_find (one, "Error", &errors));
  g_assert_cmpint (errors.type, ==, HYPERV_CIM_TYPE_INSTANCE);
  g_assert_false (errors.is_array);
}

static void
test_no_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) job = start (fixture);
  g_autoptr (HypervCimInstance) out = NULL;

  fixture_advance (fixture, 3);
  out = call (fixture, job, "GetErrorEx");
  g_assert_cmpuint (fixture_get_return_value (out), ==, 0);
  g_assert_true (hyperv_cim_instance_is_null (out, "Errors"));
}

/* ---- plans that are refused: rows ---- */

typedef struct {
  const char *sentence;
  const char *vm;
  guint percent;
  guint32 code;
  guint32 error;
} PlanRow;

static const PlanRow plan_rows[] = {
  { "unknown-vm", "nobody", 50, 32768, PROVIDER_WBEM_E_NOT_FOUND },
  { "percent-above-100", "db01", 101, 32768, PROVIDER_WBEM_E_INVALID_PARAMETER },
  { "no-error-code", "db01", 50, 0, PROVIDER_WBEM_E_INVALID_PARAMETER },
  { "error-code-above-16-bits", "db01", 50, 65536, PROVIDER_WBEM_E_INVALID_PARAMETER },
};

static void
test_plan (Fixture *fixture, gconstpointer data)
{
  const PlanRow *row = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (
      provider_fail_next_job (fixture->provider, row->vm, row->percent, row->code, "text", &error));
  g_assert_error (error, PROVIDER_ERROR, (int)row->error);
}

static void
test_causes (Fixture *fixture, gconstpointer data)
{
  for (const ProviderCause *row = provider_get_causes (); row->name != NULL; row++) {
    g_assert_true (provider_find_cause (row->name) == row);
    g_assert_cmpuint (row->error_code, >=, 32768);
    g_assert_cmpuint (strlen (row->text), >, 0);
  }
  g_assert_null (provider_find_cause ("bad-luck"));
}

/* What a cause shows besides: an instance that ran is paused, and its health is critical. */
static void
test_critical (Fixture *fixture, gconstpointer data)
{
  const ProviderPlan plan
      = { .end = PROVIDER_END_FAIL, .percent = 50, .cause = provider_find_cause ("disk-full") };
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) off = fixture_find_vm (fixture, "db01");

  g_assert_cmpuint (get_uint (vm, "HealthState"), ==, 5);
  provider_set_plan (fixture->provider, &plan);
  g_assert_cmpuint (fixture_request (fixture, vm, 6, NULL), ==, 4096);
  g_assert_cmpuint (fixture_request (fixture, off, 2, NULL), ==, 4096);
  provider_set_plan (fixture->provider, NULL);
  fixture_advance (fixture, 60);
  g_assert_cmpuint (get_uint (vm, "HealthState"), ==, 25);
  g_assert_cmpuint (get_uint (vm, "EnabledState"), ==, 9);
  g_assert_cmpuint (get_uint (off, "HealthState"), ==, 25);
  g_assert_cmpuint (get_uint (off, "EnabledState"), ==, 3);
}

/* ---- main ---- */

static const struct {
  const char *path;
  StoryFunc func;
} stories[] = {
  { "/provider/failure/fails-at-the-percent-that-was-planned", test_failure },
  { "/provider/failure/only-the-next-one-fails", test_failure_is_of_one_job },
  { "/provider/failure/a-failed-one-gives-its-errors", test_errors },
  { "/provider/failure/a-completed-one-has-no-errors", test_no_errors },
  { "/provider/failure/causes-have-names", test_causes },
  { "/provider/failure/a-full-disk-pauses-what-runs-and-is-critical", test_critical },
};

/* Rows are the test's data; the host is always the default one. */
static void
row_setup (Fixture *fixture, gconstpointer data)
{
  fixture_setup (fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (plan_rows); i++) {
    g_autofree char *path = g_strconcat ("/provider/failure/plan/", plan_rows[i].sentence, NULL);

    g_test_add (path, Fixture, &plan_rows[i], row_setup, test_plan, fixture_teardown);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    g_test_add (stories[i].path, Fixture, NULL, row_setup, stories[i].func, fixture_teardown);
  return g_test_run ();
}
