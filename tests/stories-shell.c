/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>

#include "simulator/hyperv-sim.h"

/* The owner of a simulated host answers commands in C; a client asks over a real connection. */

#define SHELL_URI "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define SHELL_ID "0D6FCA9D-2D40-44C3-B691-E665BE7AA687"
#define COMMAND_ID "B0973E54-434E-4D99-B4BE-ADE584CE3BFB"
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

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

/* A request on a connection of its own. */
static GIOStream *
begin (HypervSimHost *host, const char *action, gboolean of_shell, const char *body)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection;
  g_autoptr (GUri) uri
      = g_uri_parse (hyperv_sim_host_get_http_endpoint (host), G_URI_FLAGS_NONE, NULL);
  g_autofree char *login
      = g_strconcat ("administrator:", hyperv_sim_host_get_password (host), NULL);
  g_autofree char *basic = g_base64_encode ((const guchar *)login, strlen (login));
  g_autofree char *envelope = g_strdup_printf (
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
      "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
      "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" xmlns:rsp=\"" SHELL_URI "\">"
      "<s:Header><a:To>http://h/wsman</a:To><w:ResourceURI>" SHELL_URI "/cmd</w:ResourceURI>"
      "<a:ReplyTo><a:Address>" ANONYMOUS "</a:Address></a:ReplyTo><a:Action>%s</a:Action>"
      "<a:MessageID>uuid:6B1E6A1C-3A5D-4E2B-9A64-0D7D4C6B9E11</a:MessageID>%s</s:Header>"
      "<s:Body>%s</s:Body></s:Envelope>",
      action,
      of_shell ? "<w:SelectorSet><w:Selector Name=\"ShellId\">" SHELL_ID
                 "</w:Selector></w:SelectorSet>"
               : "",
      body);
  g_autofree char *request = g_strdup_printf (
      "POST /wsman HTTP/1.1\r\nHost: h\r\nAuthorization: Basic %s\r\nConnection: close\r\n"
      "Content-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: %" G_GSIZE_FORMAT
      "\r\n\r\n%s",
      basic, strlen (envelope), envelope);
  g_autoptr (GError) error = NULL;

  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri),
                                                (guint16)g_uri_get_port (uri), NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  return G_IO_STREAM (connection);
}

/* What comes back until the host closes. */
static char *
end (GIOStream *connection)
{
  g_autoptr (GOutputStream) reply = g_memory_output_stream_new_resizable ();

  g_output_stream_splice (reply, g_io_stream_get_input_stream (connection),
                          G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL);
  g_output_stream_write (reply, "", 1, NULL, NULL);
  return g_strdup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (reply)));
}

static void
assert_asked (HypervSimHost *host, const char *action, gboolean of_shell, const char *body,
              const char *expected)
{
  g_autoptr (GIOStream) connection = begin (host, action, of_shell, body);
  g_autofree char *reply = end (connection);

  if (strstr (reply, expected) == NULL)
    g_error ("no %s in %s", expected, reply);
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
  assert_asked (host, "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", FALSE,
                "<rsp:Shell ShellId=\"" SHELL_ID "\"><rsp:WorkingDirectory>C:\\"
                "</rsp:WorkingDirectory><rsp:Environment><rsp:Variable Name=\"Name\">Ada"
                "</rsp:Variable></rsp:Environment></rsp:Shell>",
                SHELL_ID);
  return host;
}

#define RUN(line)                                                                                  \
  "<rsp:CommandLine CommandId=\"" COMMAND_ID "\"><rsp:Command>" line                               \
  "</rsp:Command></rsp:CommandLine>"
#define RECEIVE                                                                                    \
  "<rsp:Receive><rsp:DesiredStream CommandId=\"" COMMAND_ID                                        \
  "\">stdout stderr</rsp:DesiredStream></rsp:Receive>"

/* All at once or in pieces: that is up to when a Receive comes. */
static void
assert_received (HypervSimHost *host, const char *out, const char *err, const char *code)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *exit_code = g_strconcat ("<rsp:ExitCode>", code, "</rsp:ExitCode>", NULL);

  while (strstr (all->str, "/CommandState/Done") == NULL) {
    g_autoptr (GIOStream) connection = begin (host, SHELL_URI "/Receive", TRUE, RECEIVE);
    g_autofree char *reply = end (connection);

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

  assert_asked (host, SHELL_URI "/Command", TRUE, RUN ("greet me"), COMMAND_ID);
  assert_received (host, "QWRh</rsp:Stream>", "bGF0ZQ==</rsp:Stream>", "4");
  g_assert_cmpuint (n, ==, 1);
}

/* What the callback does not answer is left to cmd.exe. */
static void
test_left (void)
{
  guint n = 0;
  g_autoptr (HypervSimHost) host = start (&n);

  assert_asked (host, SHELL_URI "/Command", TRUE, RUN ("exit 6"), COMMAND_ID);
  assert_asked (host, SHELL_URI "/Receive", TRUE, RECEIVE, "<rsp:ExitCode>6</rsp:ExitCode>");
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
  assert_asked (host, "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", FALSE,
                "<rsp:Shell ShellId=\"" SHELL_ID "\"/>", SHELL_ID);
  assert_asked (host, SHELL_URI "/Command", TRUE, RUN ("x"), COMMAND_ID);
  waiting = begin (host, SHELL_URI "/Receive", TRUE, RECEIVE);
  assert_asked (host, SHELL_URI "/Command", TRUE, RUN ("y"), "2150859222"); /* that id is taken */
  hyperv_sim_host_stop (host);
  reply = end (waiting);
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
  waiting = begin (host, CREATE, FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>");
  wait_until_held (site);
  assert_asked (host, DELETE, TRUE, "", "/DeleteResponse");
  hyperv_sim_site_advance (site, G_USEC_PER_SEC);
  reply = end (waiting);
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

  assert_asked (host, CREATE, FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>", SHELL_ID);
  assert_asked (host, SHELL_URI "/Command", TRUE, RUN ("x"), COMMAND_ID);
  waiting = begin (host, SHELL_URI "/Receive", TRUE, RECEIVE);
  assert_asked (host, SHELL_URI "/Command", TRUE, RUN ("y"), "2150859222"); /* that id is taken */
  hyperv_sim_host_reboot (host, 1, &error);
  g_assert_no_error (error);
  reply = end (waiting);
  g_assert_null (strstr (reply, "<rsp:ReceiveResponse>"));
  hyperv_sim_site_advance (site, (gint64)120 * G_USEC_PER_SEC); /* longer than a Receive waits */
  assert_asked (host, SHELL_URI "/Command", TRUE, RUN ("x"), "w:InvalidSelectors");
  assert_asked (host, CREATE, FALSE, "<rsp:Shell ShellId=\"" SHELL_ID "\"/>", SHELL_ID);
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
