/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/shell-client.h"

/* The owner of a simulated host answers commands in C; a client asks over a real connection. */

static gboolean
answer (HypervSimHost *host, HypervSimShellCommand *command, gpointer data)
{
  guint *n = data;

  ++*n;
  if (strcmp (hyperv_sim_shell_command_get_line (command), "greet me") != 0)
    return FALSE;
  g_assert_cmpstr (hyperv_sim_shell_command_get_user (command), ==, "administrator");
  g_assert_cmpstr (hyperv_sim_shell_command_get_directory (command), ==, "C:\\");
  g_assert_cmpstr (hyperv_sim_shell_command_get_script (command), ==, NULL);
  g_assert_cmpstr (hyperv_sim_shell_command_get_variable (command, "none"), ==, NULL);
  hyperv_sim_shell_command_print (command, hyperv_sim_shell_command_get_variable (command, "name"));
  hyperv_sim_shell_command_wait (command, (gint64)3600 * G_USEC_PER_SEC);
  hyperv_sim_shell_command_print_error (command, "late");
  hyperv_sim_shell_command_exit (command, 4);
  return TRUE;
}

static HypervSimHost *
start (guint *n)
{
  HypervSimHost *host = hyperv_sim_host_new ("2019");
  g_autoptr (GError) error = NULL;

  hyperv_sim_host_set_transports (host, FALSE, TRUE);
  hyperv_sim_host_set_shell_callback (host, answer, n, NULL);
  hyperv_sim_host_start (host, &error);
  g_assert_no_error (error);
  shell_client_assert (host, "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", FALSE,
                       "<rsp:Shell ShellId=\"" SHELL_ID "\"><rsp:WorkingDirectory>C:\\"
                       "</rsp:WorkingDirectory><rsp:Environment><rsp:Variable Name=\"Name\">Ada"
                       "</rsp:Variable></rsp:Environment></rsp:Shell>",
                       SHELL_ID);
  return host;
}

/* All at once or in pieces: that is up to when a Receive comes. */
static void
assert_received (HypervSimHost *host, const char *out, const char *err, const char *code)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *exit_code = g_strconcat ("<rsp:ExitCode>", code, "</rsp:ExitCode>", NULL);

  while (strstr (all->str, "/CommandState/Done") == NULL) {
    g_autoptr (GIOStream) connection
        = shell_client_begin (host, SHELL_URI "/Receive", TRUE, RECEIVE);
    g_autofree char *reply = shell_client_end (connection);

    g_assert_nonnull (strstr (reply, "<rsp:ReceiveResponse>"));
    g_string_append (all, reply);
  }
  g_assert_nonnull (strstr (all->str, out));
  g_assert_nonnull (strstr (all->str, err));
  g_assert_nonnull (strstr (all->str, exit_code));
}

static void
test_callback (void)
{
  guint n = 0;
  g_autoptr (HypervSimHost) host = start (&n);

  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("greet me"), COMMAND_ID);
  assert_received (host, "QWRh</rsp:Stream>", "bGF0ZQ==</rsp:Stream>", "4");
  g_assert_cmpuint (n, ==, 1);
}

/* What the callback does not answer is left to cmd.exe. */
static void
test_left (void)
{
  guint n = 0;
  g_autoptr (HypervSimHost) host = start (&n);

  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("exit 6"), COMMAND_ID);
  shell_client_assert (host, SHELL_URI "/Receive", TRUE, RECEIVE, "<rsp:ExitCode>6</rsp:ExitCode>");
  g_assert_cmpuint (n, >=, 1);
}

static gboolean
hangs (HypervSimHost *host, HypervSimShellCommand *command, gpointer data)
{
  hyperv_sim_shell_command_wait (command, G_MAXINT64);
  return TRUE;
}

/* A host stops while a Receive waits, and nobody waits for ever. */
static void
test_stop (void)
{
  guint n = 0;
  g_autoptr (HypervSimHost) host = start (&n);
  g_autoptr (GIOStream) waiting = NULL;
  g_autofree char *reply = NULL;

  hyperv_sim_host_stop (host);
  hyperv_sim_host_set_shell_callback (host, hangs, NULL, NULL);
  hyperv_sim_host_set_clock_mode (host, HYPERV_SIM_CLOCK_STEPPED, 0);
  hyperv_sim_host_start (host, NULL);
  shell_client_assert (host, "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", FALSE,
                       "<rsp:Shell ShellId=\"" SHELL_ID "\"/>", SHELL_ID);
  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("x"), COMMAND_ID);
  waiting = shell_client_begin (host, SHELL_URI "/Receive", TRUE, RECEIVE);
  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("y"),
                       "2150859222"); /* that id is taken */
  hyperv_sim_host_stop (host);
  reply = shell_client_end (waiting);
  g_assert_null (strstr (reply, "<rsp:ReceiveResponse>"));
}

/* ---- what is under way while the world changes ---- */

#define CREATE "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create"
#define DELETE "http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete"

/* A site of one host, whose time stands still. */
static HypervSimSite *
start_site (HypervSimHost **host)
{
  HypervSimSite *site = hyperv_sim_site_new ();
  g_autoptr (GError) error = NULL;

  *host = hyperv_sim_host_new ("2019");
  hyperv_sim_host_set_transports (*host, FALSE, TRUE);
  hyperv_sim_host_set_shell_callback (*host, hangs, NULL, NULL);
  hyperv_sim_site_add_host (site, *host);
  hyperv_sim_site_set_clock_mode (site, HYPERV_SIM_CLOCK_STEPPED, 0);
  hyperv_sim_site_start (site, &error);
  g_assert_no_error (error);
  return site;
}

static void
hold_replies (HypervSimHost *host, const char *operation)
{
  g_autoptr (GError) error = NULL;
  GVariantDict settings;

  g_variant_dict_init (&settings, NULL);
  g_variant_dict_insert (&settings, "operation", "s", operation);
  g_variant_dict_insert (&settings, "milliseconds", "t", (guint64)1000);
  g_variant_dict_insert (&settings, "effect", "b", TRUE);
  hyperv_sim_host_add_filter (host, "delay", g_variant_dict_end (&settings), &error);
  g_assert_no_error (error);
}

static void
wait_until_held (HypervSimSite *site)
{
  for (;;) {
    g_autofree char *failures = hyperv_sim_site_do (site, "{\"do\": \"failures\"}", NULL);

    if (strstr (failures, "\"acted\":1") != NULL)
      return;
    g_thread_yield ();
  }
}

/* The shell goes while the reply that tells of it is held up. */
static void
test_created_and_gone (void)
{
  g_autoptr (HypervSimHost) host = NULL;
  g_autoptr (HypervSimSite) site = start_site (&host);
  g_autoptr (GIOStream) waiting = NULL;
  g_autofree char *reply = NULL;

  hold_replies (host, "Create");
  waiting = shell_client_begin (host, CREATE, FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>");
  wait_until_held (site);
  shell_client_assert (host, DELETE, TRUE, "", "/DeleteResponse");
  hyperv_sim_site_advance (site, G_USEC_PER_SEC);
  reply = shell_client_end (waiting);
  g_assert_nonnull (strstr (reply, "<rsp:ShellId>" SHELL_ID));
}

/* Shells and Receives were in the memory of the machine that went down; it has shells again. */
static void
test_reboot (void)
{
  g_autoptr (HypervSimHost) host = NULL;
  g_autoptr (HypervSimSite) site = start_site (&host);
  g_autoptr (GIOStream) waiting = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *reply = NULL;

  shell_client_assert (host, CREATE, FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>", SHELL_ID);
  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("x"), COMMAND_ID);
  waiting = shell_client_begin (host, SHELL_URI "/Receive", TRUE, RECEIVE);
  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("y"),
                       "2150859222"); /* that id is taken */
  hyperv_sim_host_reboot (host, 1, &error);
  g_assert_no_error (error);
  reply = shell_client_end (waiting);
  g_assert_null (strstr (reply, "<rsp:ReceiveResponse>"));
  hyperv_sim_site_advance (site, (gint64)120 * G_USEC_PER_SEC); /* longer than a Receive waits */
  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("x"), "w:InvalidSelectors");
  shell_client_assert (host, CREATE, FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>", SHELL_ID);
}

static void
test_script_error (void)
{
  g_autoptr (HypervSimHost) host = hyperv_sim_host_new ("2019");
  g_autoptr (GError) error = NULL;

  g_assert_false (hyperv_sim_host_set_shell_script (host, "/does/not/exist", &error));
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT);
  g_assert_true (hyperv_sim_host_set_shell_script (host, NULL, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stories/shell/callback", test_callback);
  g_test_add_func ("/stories/shell/left to cmd.exe", test_left);
  g_test_add_func ("/stories/shell/stop", test_stop);
  g_test_add_func ("/stories/shell/created and gone", test_created_and_gone);
  g_test_add_func ("/stories/shell/reboot", test_reboot);
  g_test_add_func ("/stories/shell/script error", test_script_error);
  return g_test_run ();
}
