/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "client/hyperv.h"
#include "simulator/hyperv-sim.h"

/* The door in C: a site, and what its verbs answer and refuse. */

typedef struct {
  HypervSimSite *site;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "2019", "2016" };
  g_autoptr (GError) error = NULL;

  fixture->site = hyperv_sim_site_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (HypervSimHost) host = hyperv_sim_host_new (names[i]);

    hyperv_sim_host_set_transports (host, FALSE, TRUE);
    hyperv_sim_site_add_host (fixture->site, host);
  }
  hyperv_sim_site_start (fixture->site, &error);
  g_assert_no_error (error);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->site);
}

static char *
run (Fixture *fixture, const char *call)
{
  g_autoptr (GError) error = NULL;
  char *result = hyperv_sim_site_do (fixture->site, call, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

/* ---- rows ---- */

typedef struct {
  const char *sentence;
  const char *call;
  const char *result; /* pattern */
} GoodRow;

static const GoodRow good_rows[] = {
  { "one-call-has-one-result", "{\"do\": \"seed\"}", "{\"seed\":1}" },
  { "an-array-has-an-array", "[{\"do\": \"seed\"}, {\"do\": \"snapshots\"}]", "[{\"seed\":1},[]]" },
  { "no-calls-no-results", "[]", "[]" },
  { "a-vm-by-name", "{\"do\": \"vm\", \"vm\": \"db01\"}",
    "{\"name\":\"db01\",\"uuid\":\"2DAB8A9E-06EA-4368-B572-27D53E275BD8\",\"id\":null,\"state\":"
    "\"off\"}" },
  { "a-vm-by-uuid-in-any-case",
    "{\"do\": \"vm\", \"vm\": \"2dab8a9e-06ea-4368-b572-27d53e275bd8\"}", "{\"name\":\"db01\",*}" },
  { "a-vm-of-another-host", "{\"do\": \"vm\", \"vm\": \"db01\", \"host\": \"2016\"}",
    "{\"name\":\"db01\",*}" },
  { "a-setting", "{\"do\": \"host-setting\", \"group\": \"limits\", \"key\": \"MaxBatchItems\"}",
    "{\"value\":\"32000\"}" },
  { "a-setting-that-is-not-there",
    "{\"do\": \"host-setting\", \"group\": \"limits\", \"key\": \"x\"}", "{\"value\":null}" },
  { "null-is-null",
    "{\"do\": \"instances\", \"query\": \"SELECT ProcessID FROM Msvm_ComputerSystem WHERE "
    "ElementName = 'db01'\"}",
    "*\"ProcessID\":null}]" },
  { "arrays-are-arrays",
    "{\"do\": \"instances\", \"query\": \"SELECT OperationalStatus FROM Msvm_ComputerSystem WHERE "
    "ElementName = 'db01'\"}",
    "*\"OperationalStatus\":[2]}]" },
  { "the-clock", "{\"do\": \"clock\"}",
    "{\"mode\":\"jump\",\"rate\":1.0,\"now_us\":0,\"date\":\"2024-06-03T08:00:00Z\",\"due\":0}" },
  { "a-clock-that-steps",
    "[{\"do\": \"clock-set\", \"mode\": \"stepped\"}, {\"do\": \"clock-advance\", \"seconds\": "
    "0.5}]",
    "*\"now_us\":500000,*" },
  { "nothing-is-open", "[{\"do\": \"leaks\"}, {\"do\": \"leaks-none\"}]", "[[],{}]" },
  { "a-failure-and-its-end",
    "[{\"do\": \"failure-add\", \"filter\": \"quota\"}, {\"do\": \"failures\"}, {\"do\": "
    "\"failure-remove\", \"id\": 1}, {\"do\": \"failures\"}]",
    "[{\"id\":1},[{\"id\":1,\"filter\":\"quota\",\"acted\":0}],{},[]]" },
  { "filters-have-arguments", "{\"do\": \"filters\"}",
    "*{\"filter\":\"garble\",\"summary\":*,\"arguments\":[\"bytes\"]}*" },
  { "causes-have-words", "{\"do\": \"causes\"}",
    "*{\"cause\":\"disk-full\",\"text\":\"There is not enough space on the disk.\",\"error_code\":"
    "32768,\"return_value\":0}*" },
  { "reset-with-another-seed", "[{\"do\": \"reset\", \"seed\": 5}, {\"do\": \"seed\"}]",
    "[{\"seed\":5},{\"seed\":5}]" },
};

static void
test_good (Fixture *fixture, gconstpointer data)
{
  const GoodRow *row = data;
  g_autofree char *result = run (fixture, row->call);

  if (!g_pattern_match_simple (row->result, result))
    g_error ("expected %s, found %s", row->result, result);
}

typedef struct {
  const char *sentence;
  const char *call;
  HypervSimError code;
  const char *message; /* pattern */
} BadRow;

static const BadRow bad_rows[] = {
  { "no-json", "{", HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call: no JSON: *" },
  { "nothing", "", HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call: expected a call or an array of *" },
  { "a-number", "7", HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call: $: expected a call, *, found 7" },
  { "no-verb", "{}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $.do: expected a verb (hosts, *), found none" },
  { "unknown-verb", "{\"do\": \"vmz\"}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $.do: expected a verb (hosts, *), found vmz" },
  { "a-verb-that-is-a-number", "{\"do\": 1}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $.do: expected a verb *" },
  { "unknown-argument", "{\"do\": \"seed\", \"x\": 1}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $.x: seed has no such argument (known: none)" },
  { "missing-argument", "{\"do\": \"vm\"}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $: vm needs \"vm\", name or UUID of the VM" },
  { "a-number-for-a-text", "{\"do\": \"vm\", \"vm\": 1}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $.vm: expected a text, found 1" },
  { "a-text-for-a-number", "{\"do\": \"reset\", \"seed\": \"1\"}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $.seed: expected a whole number, not negative, found \"1\"" },
  { "a-text-for-true-or-false", "{\"do\": \"journal\", \"refused\": \"yes\"}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call:1: $.refused: expected true or false, found \"yes\"" },
  { "a-list-for-an-object", "{\"do\": \"instance-set\", \"path\": \"x\", \"properties\": []}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call:1: $.properties: expected an object, found []" },
  { "numbers-for-objects", "{\"do\": \"journal-order\", \"order\": [1]}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call:1: $.order: expected an array of objects, found [1]" },
  { "no-choice", "{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"on\"}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $.state: expected one of running, off, saved, paused, found \"on\"" },
  { "seed-too-large", "{\"do\": \"reset\", \"seed\": 4294967296}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*seed: expected 0 to 4294967295, found 4294967296" },
  { "seconds-too-many", "{\"do\": \"clock-advance\", \"seconds\": 1e300}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*seconds: expected 0 to 3153600000 seconds, *" },
  { "a-real-clock-is-not-moved",
    "[{\"do\": \"clock-set\", \"mode\": \"real\"}, {\"do\": \"clock-advance\", \"seconds\": 1}]",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call:1: $[1]: the clock is real and moves by itself; *" },
  { "no-host", "{\"do\": \"vms\", \"host\": \"x\"}", HYPERV_SIM_ERROR_NOT_FOUND,
    "call:1: $: there is no host \"x\" (known: 2019, 2016)" },
  { "no-vm", "{\"do\": \"vm\", \"vm\": \"x\"}", HYPERV_SIM_ERROR_NOT_FOUND, "*\"x\"" },
  { "no-snapshot", "{\"do\": \"snapshot-roll-back\", \"name\": \"x\"}", HYPERV_SIM_ERROR_NOT_FOUND,
    "*there is no snapshot “x”" },
  { "no-failure", "{\"do\": \"failure-remove\", \"id\": 3}", HYPERV_SIM_ERROR_NOT_FOUND,
    "*there is no failure 3" },
  { "no-instance", "{\"do\": \"instance-delete\", \"path\": \"Msvm_ResourcePool.InstanceID='x'\"}",
    HYPERV_SIM_ERROR_NOT_FOUND, "call:1: $: *" },
  { "no-path", "{\"do\": \"instance-delete\", \"path\": \"?\"}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $: *" },
  { "no-class", "{\"do\": \"instance-create\", \"class\": \"Nothing\", \"properties\": {}}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*Nothing*" },
  { "no-property",
    "{\"do\": \"instance-create\", \"class\": \"Msvm_ResourcePool\", \"properties\": "
    "{\"InstanceID\": \"x\", \"Nothing\": 1}}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*Nothing*" },
  { "an-object-for-a-property",
    "{\"do\": \"instance-create\", \"class\": \"Msvm_ResourcePool\", \"properties\": "
    "{\"InstanceID\": {}}}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*InstanceID: expected a text, a number, *" },
  { "an-expectation", "{\"do\": \"journal-expect\", \"at_least\": 1}", HYPERV_SIM_ERROR_EXPECTATION,
    "call:1: $: expected at least 1 of any request, found 0" },
};

static void
test_bad (Fixture *fixture, gconstpointer data)
{
  const BadRow *row = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *result = hyperv_sim_site_do (fixture->site, row->call, &error);

  g_assert_null (result);
  g_assert_error (error, HYPERV_SIM_ERROR, (int)row->code);
  if (!g_pattern_match_simple (row->message, error->message))
    g_error ("expected %s, found %s", row->message, error->message);
}

/* ---- stories ---- */

static char *
get_state (Fixture *fixture, guint host, const char *vm)
{
  g_autoptr (GError) error = NULL;
  char *state = hyperv_sim_host_get_vm_state (
      g_ptr_array_index (hyperv_sim_site_get_hosts (fixture->site), host), vm, &error);

  g_assert_no_error (error);
  return state;
}

static void
test_checked_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = hyperv_sim_site_do (
      fixture->site,
      "[{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"running\"}, {\"do\": \"vmz\"}]",
      &error);
  g_autofree char *state = get_state (fixture, 0, "db01");

  g_assert_null (result);
  g_assert_cmpstr (state, ==, "off");
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  g_autofree char *file = NULL;
  int fd = g_file_open_tmp ("scenario-XXXXXX", &file, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (file,
                       "[\n{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"saved\"},\n"
                       "{\"do\": \"vm-state\", \"vm\": \"nobody\",\n\"state\": \"off\"}]",
                       -1, NULL);
  g_assert_false (hyperv_sim_site_run_file (fixture->site, file, &error));
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, file));
  g_assert_nonnull (strstr (error->message, ":4: $[1]: "));
  state = get_state (fixture, 0, "db01");
  g_assert_cmpstr (state, ==, "saved");
  g_unlink (file);
}

static void
test_one_clock (Fixture *fixture, gconstpointer data)
{
  GPtrArray *hosts = hyperv_sim_site_get_hosts (fixture->site);
  HypervClock *clock = hyperv_sim_site_get_clock (fixture->site);

  for (guint i = 0; i < hosts->len; i++)
    g_assert_true (hyperv_sim_host_get_clock (g_ptr_array_index (hosts, i)) == clock);
}

/* The start goes on in the host's thread when the client has lost its reply. */
static void
test_runs_to_the_end (Fixture *fixture, gconstpointer data)
{
  HypervSimHost *sim = g_ptr_array_index (hyperv_sim_site_get_hosts (fixture->site), 0);

  for (guint i = 0; i < 20; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HypervCredentials) who
        = hyperv_credentials_new ("administrator", hyperv_sim_host_get_password (sim));
    g_autoptr (HypervHost) host = NULL;
    g_autoptr (HypervVm) vm = NULL;
    g_autofree char *calls G_GNUC_UNUSED = run (
        fixture, "[{\"do\": \"reset\"}, {\"do\": \"failure-add\", \"filter\": \"lost-reply\", "
                 "\"method\": \"RequestStateChange\", \"count\": 1}]");
    g_autofree char *ran = NULL;
    g_autofree char *state = NULL;

    host = hyperv_host_open (hyperv_sim_host_get_uri (sim), who, NULL, &error);
    vm = hyperv_host_find_vm (host, "db01", NULL, &error);
    g_assert_no_error (error);
    g_assert_false (hyperv_vm_start (vm, NULL, &error));
    ran = run (fixture, "{\"do\": \"clock-run\"}");
    g_assert_true (g_pattern_match_simple ("*\"due\":0}", ran));
    state = get_state (fixture, 0, "db01");
    g_assert_cmpstr (state, ==, "running");
  }
}

static void
test_snapshot_of_all_hosts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *result G_GNUC_UNUSED
      = run (fixture, "[{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"paused\"},"
                      "{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"saved\", \"host\": "
                      "\"2016\"}, {\"do\": \"snapshot-take\", \"name\": \"a\"},"
                      "{\"do\": \"reset\"}, {\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": "
                      "\"running\", \"host\": \"2016\"},"
                      "{\"do\": \"snapshot-roll-back\", \"name\": \"a\"}]");
  g_autofree char *first = get_state (fixture, 0, "db01");
  g_autofree char *second = get_state (fixture, 1, "db01");

  g_assert_cmpstr (first, ==, "paused");
  g_assert_cmpstr (second, ==, "saved");
}

static void
test_created_instances_come_back (Fixture *fixture, gconstpointer data)
{
  const char *query = "{\"do\": \"instances\", \"query\": \"SELECT * FROM Msvm_ResourcePool\"}";
  g_autofree char *made G_GNUC_UNUSED = run (
      fixture, "[{\"do\": \"instance-create\", \"class\": \"Msvm_ResourcePool\", \"properties\": "
               "{\"InstanceID\": \"a\", \"PoolID\": \"b\"}},"
               "{\"do\": \"instance-delete\", \"path\": \"Msvm_ResourcePool.InstanceID='a'\"},"
               "{\"do\": \"instance-create\", \"class\": \"Msvm_ResourcePool\", \"properties\": "
               "{\"InstanceID\": \"c\", \"PoolID\": \"d\"}},"
               "{\"do\": \"snapshot-take\", \"name\": \"x\"}]");
  g_autofree char *before = run (fixture, query);
  g_autofree char *back G_GNUC_UNUSED
      = run (fixture, "[{\"do\": \"instance-delete\", \"path\": \"Msvm_ResourcePool.InstanceID="
                      "'c'\"}, {\"do\": \"snapshot-roll-back\", \"name\": \"x\"},"
                      "{\"do\": \"instance-set\", \"path\": \"Msvm_ResourcePool.InstanceID='c'\","
                      "\"properties\": {\"PoolID\": \"d\"}}]");
  g_autofree char *after = run (fixture, query);

  g_assert_cmpstr (before, ==, after);
}

/* What a guest tells is with its record while it comes up; a snapshot then would lose it. */
static void
test_snapshot_of_a_guest_that_comes_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HypervSimHost *host = g_ptr_array_index (hyperv_sim_site_get_hosts (fixture->site), 0);
  g_autoptr (GVariant) before = NULL;
  g_autoptr (GVariant) after = NULL;
  const char *query = "SELECT GuestIntrinsicExchangeItems FROM Msvm_KvpExchangeComponent";

  hyperv_sim_site_set_clock_mode (fixture->site, HYPERV_SIM_CLOCK_STEPPED, 0);
  before = hyperv_sim_host_query (host, "root/virtualization/v2", query, &error);
  g_assert_no_error (error);
  hyperv_sim_host_reboot (host, 1, &error); /* guests begin anew */
  g_assert_no_error (error);
  hyperv_sim_site_advance (fixture->site, (gint64)2 * G_USEC_PER_SEC);
  g_assert_false (hyperv_sim_site_take_snapshot (fixture->site, "x", &error));
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  hyperv_sim_site_advance (fixture->site, (gint64)60 * G_USEC_PER_SEC);
  hyperv_sim_site_take_snapshot (fixture->site, "x", &error);
  g_assert_no_error (error);
  hyperv_sim_site_roll_back (fixture->site, "x", &error);
  g_assert_no_error (error);
  after = hyperv_sim_host_query (host, "root/virtualization/v2", query, &error);
  g_assert_no_error (error);
  g_assert_cmpvariant (before, after);
}

/* A host of a folder begins anew as it was started, whatever has become of the folder. */
static void
test_reset_without_its_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("host-XXXXXX", &error);
  g_autofree char *folder = g_build_filename (parent, "lab", NULL);
  g_autoptr (HypervSimSite) site = hyperv_sim_site_new ();
  g_autoptr (HypervSimHost) host = hyperv_sim_host_new (folder);
  g_autoptr (GFile) link = g_file_new_for_path (folder);

  g_file_make_symbolic_link (link, SOURCE_DIR "/fixtures/hosts/2019-empty", NULL, &error);
  g_assert_no_error (error);
  hyperv_sim_host_set_transports (host, FALSE, TRUE);
  hyperv_sim_site_add_host (site, host);
  hyperv_sim_site_start (site, &error);
  g_assert_no_error (error);
  g_unlink (folder);
  g_rmdir (parent);
  hyperv_sim_site_reset (site, &error);
  g_assert_no_error (error);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = NULL;

  hyperv_sim_site_stop (fixture->site);
  result = hyperv_sim_site_do (fixture->site, "{\"do\": \"vms\"}", &error);
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING);
}

static void
test_starts_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_free (run (fixture, "[{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"running\"},"
                        "{\"do\": \"snapshot-take\", \"name\": \"a\"}]"));
  hyperv_sim_site_stop (fixture->site);
  hyperv_sim_site_start (fixture->site, &error);
  g_assert_no_error (error);
  {
    g_autofree char *state = get_state (fixture, 0, "db01");
    g_autofree char *names = run (fixture, "{\"do\": \"snapshots\"}");

    g_assert_cmpstr (state, ==, "off");
    g_assert_cmpstr (names, ==, "[]");
  }
}

static void
test_elsewhere_needs_a_token (Fixture *fixture, gconstpointer data)
{
  static const char *const addresses[] = { "0.0.0.0", "::", "192.0.2.1" };
  g_autoptr (HypervSimSite) site = hyperv_sim_site_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (hyperv_sim_site_set_control (site, addresses[i], 0, NULL, &error));
    g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT);
    g_assert_true (hyperv_sim_site_set_control (site, addresses[i], 0, "token", NULL));
  }
  g_assert_false (hyperv_sim_site_set_control (site, "127.0.0.1", 0, "", NULL));
  g_assert_false (hyperv_sim_site_set_control (site, "localhost", 0, NULL, NULL));
  g_assert_true (hyperv_sim_site_set_control (site, "127.0.0.2", 0, NULL, NULL));
}

static void
test_described (Fixture *fixture, gconstpointer data)
{
  static const char *const formats[] = { "text", "openapi", "schema" };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *text = hyperv_sim_get_verbs (formats[i]);

    g_assert_nonnull (strstr (text, "vm-state"));
  }
  g_assert_null (hyperv_sim_get_verbs ("html"));
}

static const struct {
  const char *sentence;
  void (*run) (Fixture *, gconstpointer);
} stories[] = {
  { "an-array-is-checked-before-it-is-done", test_checked_first },
  { "a-file-s-errors-have-line-and-place", test_file },
  { "hosts-have-one-clock", test_one_clock },
  { "time-runs-until-all-has-happened", test_runs_to_the_end },
  { "a-snapshot-is-of-all-hosts", test_snapshot_of_all_hosts },
  { "created-and-deleted-instances-come-back", test_created_instances_come_back },
  { "a-snapshot-waits-for-guests-that-come-up", test_snapshot_of_a_guest_that_comes_up },
  { "a-reset-needs-no-folder", test_reset_without_its_folder },
  { "a-stopped-site-says-so", test_stopped },
  { "a-site-that-starts-again-begins-anew", test_starts_again },
  { "elsewhere-needs-a-token", test_elsewhere_needs_a_token },
  { "verbs-are-described", test_described },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (good_rows); i++) {
    g_autofree char *path = g_strconcat ("/control/verbs/", good_rows[i].sentence, NULL);

    g_test_add (path, Fixture, &good_rows[i], setup, test_good, teardown);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++) {
    g_autofree char *path = g_strconcat ("/control/verbs/refuses/", bad_rows[i].sentence, NULL);

    g_test_add (path, Fixture, &bad_rows[i], setup, test_bad, teardown);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/control/verbs/", stories[i].sentence, NULL);

    g_test_add (path, Fixture, NULL, setup, stories[i].run, teardown);
  }
  return g_test_run ();
}
