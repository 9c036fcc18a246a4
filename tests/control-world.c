/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"
#include "tests/shell-client.h"

/* What is done to whole worlds: of all hosts or of none, and never under an exchange's feet. */

#define ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define WMI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"

typedef struct {
  HypervSimSite *site;
  HypervSimHost *hosts[2];
  GPtrArray *said; /* by calls in a callback */
} Fixture;

static gboolean asks_for_worlds (HypervSimHost *host, HypervSimShellCommand *command,
                                 gpointer data);

static void
setup (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "2019", "2016" };
  g_autoptr (GError) error = NULL;

  fixture->site = hyperv_sim_site_new ();
  fixture->said = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (HypervSimHost) host = hyperv_sim_host_new (names[i]);

    hyperv_sim_host_set_transports (host, FALSE, TRUE);
    hyperv_sim_host_set_shell_callback (host, asks_for_worlds, fixture, NULL);
    hyperv_sim_site_add_host (fixture->site, host);
    fixture->hosts[i] = host;
  }
  hyperv_sim_site_start (fixture->site, &error);
  g_assert_no_error (error);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->site);
  g_ptr_array_unref (fixture->said);
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

#define STEPPED "{\"do\": \"clock-set\", \"mode\": \"stepped\"}, "
#define REBOOT "{\"do\": \"host-reboot\", \"seconds\": 9}, "
#define VM_SET(key, value) "{\"do\": \"host-set\", \"group\": " key ", \"value\": \"" value "\"}"

typedef struct {
  const char *sentence;
  const char *call;
  HypervSimError code; /* HYPERV_SIM_ERROR_EXPECTATION: it is done */
  const char *message; /* pattern of the error, or of the result */
} Row;

#define ADD(more) "{\"do\": \"failure-add\", \"filter\": \"quota\", " more "}"
#define DONE HYPERV_SIM_ERROR_EXPECTATION
static const Row rows[] = {
  { "a limit is a number", VM_SET ("\"limits\", \"key\": \"MaxBatchItems\"", "many"),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $: [limits] MaxBatchItems: expected a number of 32 bits, found \"many\"" },
  { "a limit has 32 bits", VM_SET ("\"limits\", \"key\": \"MaxTimeoutms\"", "4294967296"),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*expected a number of 32 bits, found \"4294967296\"" },
  { "an ability is on or off", VM_SET ("\"abilities\", \"key\": \"null-arrays-omitted\"", "yes"),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "*[abilities] null-arrays-omitted: expected 0 or 1, found \"yes\"" },
  { "a value has one line", VM_SET ("\"values\", \"key\": \"computer_name\"", "a\\nb"),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*expected text, found the byte 0x0a" },
  { "a host has a name", VM_SET ("\"values\", \"key\": \"computer_name\"", ""),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*computer_name: expected a value, found none" },
  { "an ability can be switched", VM_SET ("\"abilities\", \"key\": \"null-arrays-omitted\"", "0"),
    DONE, "{}" },
  { "a name of a host may have a quote",
    "[" VM_SET ("\"values\", \"key\": \"computer_name\"", "o'brien") ", {\"do\": \"vms\"}]", DONE,
    "[{},[{\"name\":\"*" },
  { "a class of a failure is one of the host's", ADD ("\"class\": \"Msvm_ComputerSytem\""),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $: filter quota: setting \"class\": expected a class of this host, found "
    "\"Msvm_ComputerSytem\" (near: Msvm_ComputerSystem, *)" },
  { "a class that is like none", ADD ("\"class\": \"x\""), HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "*expected a class of this host, found \"x\"" },
  { "a method of a failure is one of some class", ADD ("\"method\": \"RequestStatChange\""),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "*expected a method of such a class, found \"RequestStatChange\" (near: RequestStateChange*)" },
  { "a method of a failure is one of its class",
    ADD ("\"class\": \"Msvm_ComputerSystem\", \"method\": \"DefineSystem\""),
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "*expected a method of such a class, found *" },
  { "names of a failure have no case",
    ADD ("\"class\": \"msvm_computersystem\", \"method\": \"requeststatechange\""), DONE,
    "{\"id\":1}" },
  { "a failure of what asks for all classes", ADD ("\"class\": \"*\""), DONE, "{\"id\":1}" },
  { "a class of another namespace", ADD ("\"class\": \"Win32_OperatingSystem\""), DONE,
    "{\"id\":1}" },
  { "a fault has a name",
    "{\"do\": \"failure-add\", \"filter\": \"soap-fault\", \"fault\": \"AcessDenied\"}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "*setting \"fault\": expected one of `faults`, found \"AcessDenied\" (near: AccessDenied)" },
  { "faults are listed", "{\"do\": \"faults\"}", DONE,
    "*{\"fault\":\"AccessDenied\",\"subcode\":\"w:AccessDenied\",\"code\":5,\"text\":\"Access is "
    "denied.\"}*" },
  { "a number that JSON does not have is a text",
    "[{\"do\": \"instance-create\", \"class\": \"Msvm_ResourcePool\", \"properties\": "
    "{\"InstanceID\": \"x\", \"Capacity\": \"18446744073709551615\"}}, {\"do\": \"instances\", "
    "\"query\": \"SELECT Capacity FROM Msvm_ResourcePool WHERE InstanceID = 'x'\"}]",
    DONE, "*\"Capacity\":\"18446744073709551615\"}]]" },
  { "a rate goes with a real clock only",
    "{\"do\": \"clock-set\", \"mode\": \"jump\", \"rate\": 2}", HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $: rate: goes with mode \"real\" only, found mode \"jump\"" },
  { "a reboot takes a day at most", "{\"do\": \"host-reboot\", \"seconds\": 9000000000}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $: seconds: expected 0 to 86400, found 9000000000" },
  { "a host that reboots does not do it twice",
    "[" STEPPED REBOOT "{\"do\": \"host-reboot\", \"seconds\": 1}]",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:1: $[2]: host “2019” reboots already; let the clock run until it is back" },
  { "no snapshot of a host that reboots",
    "[" STEPPED REBOOT "{\"do\": \"snapshot-take\", \"name\": \"a\"}]",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call:1: $[2]: host “2019” reboots; let the clock run *" },
  { "a snapshot has a name", "{\"do\": \"snapshot-take\", \"name\": \"\"}",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT, "call:1: $: name: expected that of a snapshot, found none" },
  { "a name twice is refused where it stands",
    "[{\"do\": \"seed\"},\n{\"do\": \"instance-create\", \"class\": \"x\", \"properties\":\n"
    "{\"a\": 1, \"a\": 2}}]",
    HYPERV_SIM_ERROR_INVALID_ARGUMENT,
    "call:3: $[1].properties.a: expected each name once, found it twice" },
  { "a state for no VM is no such thing",
    "{\"do\": \"vm-state\", \"vm\": \"nobody\", \"state\": \"off\"}", HYPERV_SIM_ERROR_NOT_FOUND,
    "call:1: $: no virtual machine has the GUID or the name \"nobody\"" },
  { "no VM is no such thing", "{\"do\": \"vm\", \"vm\": \"nobody\"}", HYPERV_SIM_ERROR_NOT_FOUND,
    "call:1: $: no virtual machine has the GUID or the name \"nobody\"" },
  { "the host is no VM", "{\"do\": \"vm\", \"vm\": \"HV2019\"}", HYPERV_SIM_ERROR_NOT_FOUND,
    "call:1: $: no virtual machine *" },
  { "names of VMs have no case", "{\"do\": \"vm-state\", \"vm\": \"DB01\", \"state\": \"saved\"}",
    DONE, "{\"name\":\"db01\",*,\"id\":null,\"state\":\"saved\"}" },
};

static void
test_row (Fixture *fixture, gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *result = hyperv_sim_site_do (fixture->site, row->call, &error);
  const char *found = error != NULL ? error->message : result;

  if (row->code == DONE)
    g_assert_no_error (error);
  else
    g_assert_error (error, HYPERV_SIM_ERROR, (int)row->code);
  if (!g_pattern_match_simple (row->message, found))
    g_error ("expected %s, found %s", row->message, found);
}

/* ---- of all hosts or of none ---- */

static void
test_of_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;

  g_free (run (fixture, "[{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"paused\"},"
                        "{\"do\": \"snapshot-take\", \"name\": \"a\"},"
                        "{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"off\"}," STEPPED
                        "{\"do\": \"host-reboot\", \"host\": \"2016\"}]"));
  g_assert_false (hyperv_sim_site_take_snapshot (fixture->site, "a", &error));
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT);
  g_free (run (fixture, "{\"do\": \"snapshot-roll-back\", \"name\": \"a\"}"));
  state = hyperv_sim_host_get_vm_state (fixture->hosts[0], "db01", NULL);
  g_assert_cmpstr (state, ==, "paused");
}

static void
test_seed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *result
      = run (fixture, "[{\"do\": \"reset\", \"seed\": 5}, {\"do\": \"snapshot-take\", \"name\": "
                      "\"a\"}, {\"do\": \"reset\", \"seed\": 6}, {\"do\": \"snapshot-roll-back\", "
                      "\"name\": \"a\"}, {\"do\": \"seed\"}]");

  g_assert_true (g_pattern_match_simple ("*,{\"seed\":5}]", result));
}

/* What a test did to the clock is not left to the next one. */
static void
test_clock (Fixture *fixture, gconstpointer data)
{
  g_autofree char *result
      = run (fixture, "[" STEPPED "{\"do\": \"snapshot-take\", \"name\": \"a\"}, {\"do\": "
                      "\"reset\"}, {\"do\": \"clock\"}, {\"do\": \"snapshot-roll-back\", "
                      "\"name\": \"a\"}, {\"do\": \"clock\"}]");

  if (!g_pattern_match_simple ("*\"mode\":\"jump\"*\"mode\":\"stepped\"*]", result))
    g_error ("expected jump and then stepped, found %s", result);
}

/* ---- under exchanges ---- */

static guint
count_due (HypervSimSite *site)
{
  g_autoptr (GVariant) time = hyperv_sim_site_get_time (site);
  guint32 due = 0;

  g_assert_true (g_variant_lookup (time, "due", "u", &due));
  return due;
}

/* It has an enumeration in its hands, which leans on the world that goes. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GIOStream) waiting = NULL;
  g_autofree char *reply = NULL;

  g_free (run (fixture, "[" STEPPED "{\"do\": \"failure-add\", \"filter\": \"delay\", "
                        "\"milliseconds\": 9000, \"effect\": true}]"));
  waiting = shell_client_begin_at (fixture->hosts[0], WMI "Msvm_ComputerSystem",
                                   ENUMERATION "/Enumerate", "",
                                   "<n:Enumerate xmlns:n=\"" ENUMERATION "\"/>");
  while (count_due (fixture->site) == 0)
    g_thread_yield ();
  g_free (run (fixture, "[{\"do\": \"reset\"}, {\"do\": \"leaks-none\"}]"));
  reply = shell_client_end (waiting);
  g_assert_cmpstr (reply, ==, "");
}

static void
say (Fixture *fixture, gboolean done, GError *error)
{
  g_ptr_array_add (fixture->said, done ? g_strdup ("done") : g_strdup (error->message));
  g_clear_error (&error);
}

static gboolean
asks_for_worlds (HypervSimHost *host, HypervSimShellCommand *command, gpointer data)
{
  Fixture *fixture = data;
  GError *error = NULL;
  gboolean done = hyperv_sim_site_reset (fixture->site, &error);

  say (fixture, done, g_steal_pointer (&error));
  done = hyperv_sim_site_take_snapshot (fixture->site, "b", &error);
  say (fixture, done, g_steal_pointer (&error));
  done = hyperv_sim_site_roll_back (fixture->site, "a", &error);
  say (fixture, done, g_steal_pointer (&error));
  done = hyperv_sim_host_reboot (host, 1, &error);
  say (fixture, done, g_steal_pointer (&error));
  g_strfreev (hyperv_sim_site_get_snapshots (fixture->site));
  return TRUE;
}

static void
test_callback (Fixture *fixture, gconstpointer data)
{
  HypervSimHost *host = fixture->hosts[1];
  g_autofree char *snapshots = NULL;

  g_free (run (fixture, "[{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"paused\"}, "
                        "{\"do\": \"snapshot-take\", \"name\": \"a\"}]"));
  shell_client_assert (host, TRANSFER_URI "Create", FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>",
                       SHELL_ID);
  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("x"), COMMAND_ID);
  g_assert_cmpuint (fixture->said->len, ==, 4);
  for (guint i = 0; i < fixture->said->len; i++)
    g_assert_cmpstr (g_ptr_array_index (fixture->said, i), ==,
                     "host “2016” is in a callback, and its world in use; ask for this from "
                     "another thread");
  snapshots = run (fixture, "{\"do\": \"snapshots\"}");
  g_assert_cmpstr (snapshots, ==, "[\"a\"]");
  shell_client_assert (host, SHELL_URI "/Receive", TRUE, RECEIVE, "CommandState/Done");
  g_free (run (fixture, "{\"do\": \"reset\"}"));
}

/* What was there a moment ago is gone; the other host goes on. */
static void
test_cannot (Fixture *fixture, gconstpointer data)
{
  HypervSimHost *host = fixture->hosts[0];
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;

  g_free (run (fixture, "[{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"paused\"}, "
                        "{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"paused\", \"host\": "
                        "\"2016\"}]"));
  g_free (host->image_host);
  host->image_host = g_strdup ("nothing");
  g_assert_false (hyperv_sim_site_reset (fixture->site, &error));
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_FAILED);
  if (!g_pattern_match_simple ("host “2019” could not be made again and is closed; stop and start "
                               "it: expected a host *, found \"nothing\"",
                               error->message))
    g_error ("found %s", error->message);
  g_clear_error (&error);
  state = hyperv_sim_host_get_vm_state (host, "db01", &error);
  g_assert_null (state);
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING);
  g_clear_error (&error);
  state = hyperv_sim_host_get_vm_state (fixture->hosts[1], "db01", NULL);
  g_assert_cmpstr (state, ==, "off");
  hyperv_sim_host_stop (host);
  hyperv_sim_host_start (host, &error);
  g_assert_no_error (error);
  shell_client_assert (host, TRANSFER_URI "Create", FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>",
                       SHELL_ID);
}

static const struct {
  const char *sentence;
  void (*run) (Fixture *, gconstpointer);
} stories[] = {
  { "a snapshot is of all hosts or of none", test_of_none },
  { "a snapshot brings its seed back", test_seed },
  { "the clock goes back to its mode", test_clock },
  { "a reset lets go of an exchange that is held", test_held },
  { "a callback of a host cannot change its world", test_callback },
  { "a world that cannot be made again is an error", test_cannot },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/control/world/", rows[i].sentence, NULL);

    g_test_add (path, Fixture, &rows[i], setup, test_row, teardown);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/control/world/", stories[i].sentence, NULL);

    g_test_add (path, Fixture, NULL, setup, stories[i].run, teardown);
  }
  return g_test_run ();
}
