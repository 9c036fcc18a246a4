/* SPDX-License-Identifier: MIT-0 */
/* A test suite in C, for copying: the simulated host lives in the process of the test.
 *
 *   cc suite.c $(pkg-config --cflags --libs hyperv-glib-1.0 hyperv-sim-1.0) -o suite && ./suite
 */
#include <hyperv-sim.h>
#include <hyperv.h>

/* What is tested. Here it would be your code, and this file would include its header. */
static gboolean
ensure_running (HypervHost *host, const char *name, GError **error)
{
  g_autoptr (HypervVm) vm = hyperv_host_find_vm (host, name, NULL, error);

  if (vm == NULL)
    return FALSE;
  if (hyperv_vm_get_state (vm) == HYPERV_VM_STATE_RUNNING)
    return TRUE;
  return hyperv_vm_start (vm, NULL, error);
}

typedef struct {
  HypervSimSite *site; /* one for all tests */
  HypervSimHost *sim;
  HypervHost *host; /* one for each test */
} Fixture;

/* Any call of the control API: `hyperv-sim --verbs` lists them. */
static void
must (Fixture *fixture, const char *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = hyperv_sim_site_do (fixture->site, call, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
}

static void
assert_state (Fixture *fixture, const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = hyperv_sim_host_get_vm_state (fixture->sim, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (state, ==, expected);
}

static void
set_up (Fixture *fixture, gconstpointer shared)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCredentials) who = NULL;

  *fixture = *(const Fixture *) shared;
  must (fixture, "{\"do\": \"reset\"}");
  who = hyperv_credentials_new (hyperv_sim_host_get_user (fixture->sim),
                                hyperv_sim_host_get_password (fixture->sim));
  fixture->host = hyperv_host_open (hyperv_sim_host_get_uri (fixture->sim), who, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer shared)
{
  must (fixture, "{\"do\": \"leaks-none\"}");
  g_clear_object (&fixture->host);
}

static void
starts_what_is_off (Fixture *fixture, gconstpointer shared)
{
  g_autoptr (GError) error = NULL;

  assert_state (fixture, "db01", "off");
  g_assert_true (ensure_running (fixture->host, "db01", &error));
  g_assert_no_error (error);
  assert_state (fixture, "db01", "running");
  must (fixture, "{\"do\": \"journal-expect\", \"method\": \"RequestStateChange\","
                 " \"exactly\": 1}");
}

static void
leaves_alone_what_runs (Fixture *fixture, gconstpointer shared)
{
  g_autoptr (GError) error = NULL;

  /* A state is made at once, without a job, and without an entry in the journal. */
  g_assert_true (hyperv_sim_host_set_vm_state (fixture->sim, "db01", "running", &error));
  g_assert_true (ensure_running (fixture->host, "db01", &error));
  must (fixture, "{\"do\": \"journal-expect\", \"operation\": \"Invoke\", \"exactly\": 0}");
}

static void
tells_that_the_disk_is_full (Fixture *fixture, gconstpointer shared)
{
  g_autoptr (GError) error = NULL;

  must (fixture, "{\"do\": \"failure-add\", \"filter\": \"cause\", \"cause\": \"disk-full\","
                 " \"method\": \"RequestStateChange\"}");
  g_assert_false (ensure_running (fixture->host, "db01", &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED);
  assert_state (fixture, "db01", "off");
}

static void
does_not_start_twice (Fixture *fixture, gconstpointer shared)
{
  g_autoptr (GError) error = NULL;

  /* The connection ends after the change was made: a second start would be wrong. */
  must (fixture, "{\"do\": \"failure-add\", \"filter\": \"lost-reply\","
                 " \"method\": \"RequestStateChange\", \"count\": 1}");
  g_assert_false (ensure_running (fixture->host, "db01", &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_UNKNOWN_OUTCOME);
  must (fixture, "{\"do\": \"clock-run\"}");
  g_clear_error (&error);
  g_assert_true (ensure_running (fixture->host, "db01", &error));
  must (fixture, "{\"do\": \"journal-expect\", \"method\": \"RequestStateChange\","
                 " \"exactly\": 1}");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer shared);
  } rows[] = {
    { "/example/starts-what-is-off", starts_what_is_off },
    { "/example/leaves-alone-what-runs", leaves_alone_what_runs },
    { "/example/tells-that-the-disk-is-full", tells_that_the_disk_is_full },
    { "/example/does-not-start-twice", does_not_start_twice },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervSimSite) site = hyperv_sim_site_new ();
  g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2019");
  Fixture shared = { site, sim, NULL };
  int failed;

  g_test_init (&argc, &argv, NULL);
  hyperv_sim_site_add_host (site, sim);
  if (!hyperv_sim_site_start (site, &error))
    g_error ("%s", error->message);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add (rows[i].path, Fixture, &shared, set_up, rows[i].test, tear_down);
  failed = g_test_run ();
  hyperv_sim_site_stop (site);
  return failed;
}
