/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/shell-client.h"

/* What is left of shells, and of who waits in them, when the world is made anew or goes down; and
 * who left shells open. No story: after a reset a host says the same message ids again. */

#define CREATE TRANSFER_URI "Create"
#define SHELL "<rsp:Shell ShellId=\"" SHELL_ID "\"/>"
#define SIGNAL(code)                                                                               \
  "<rsp:Signal CommandId=\"" COMMAND_ID "\"><rsp:Code>" SHELL_URI "/signal/" code                  \
  "</rsp:Code></rsp:Signal>"
#define INPUT                                                                                      \
  "<rsp:Stream Name=\"stdin\" CommandId=\"" COMMAND_ID "\" End=\"true\">YQ==</rsp:Stream>"

#define ENUMERATION_NS "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define ENUMERATION_URI ENUMERATION_NS "/"

static void
run (HypervSimSite *site, const char *calls)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = hyperv_sim_site_do (site, calls, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
}

static gboolean
reads (HypervSimHost *host, HypervSimShellCommand *command, gpointer data)
{
  hyperv_sim_shell_command_read_input (command);
  hyperv_sim_shell_command_print_input (command);
  return TRUE;
}

static guint
count_due (HypervSimSite *site)
{
  g_autoptr (GVariant) time = hyperv_sim_site_get_time (site);
  guint32 due = 0;

  g_assert_true (g_variant_lookup (time, "due", "u", &due));
  return due;
}

/* A site with a host, on which a Receive waits. */
static HypervSimSite *
start_waiting (const char *calls, GIOStream **waiting)
{
  HypervSimSite *site = hyperv_sim_site_new ();
  g_autoptr (HypervSimHost) host = hyperv_sim_host_new ("2019");
  g_autoptr (GError) error = NULL;

  hyperv_sim_host_set_transports (host, FALSE, TRUE);
  hyperv_sim_host_set_shell_callback (host, reads, NULL, NULL);
  hyperv_sim_site_add_host (site, host);
  hyperv_sim_site_start (site, &error);
  g_assert_no_error (error);
  run (site, "{\"do\": \"clock-set\", \"mode\": \"stepped\"}");
  run (site, calls);
  shell_client_assert (host, CREATE, FALSE, SHELL, SHELL_ID);
  shell_client_assert (host, SHELL_URI "/Command", TRUE, RUN ("x"), COMMAND_ID);
  *waiting = shell_client_begin (host, SHELL_URI "/Receive", TRUE, RECEIVE);
  while (count_due (site)
         == 0) /* until the host's thread has it; what is called then comes after */
    g_thread_yield ();
  return site;
}

#define SECOND_LATER "{\"do\": \"clock-advance\", \"seconds\": 1}"
#define REBOOT_OF_RECEIVE                                                                          \
  "{\"do\": \"failure-add\", \"filter\": \"reboot\", \"operation\": \"Receive\", \"effect\": "     \
  "true, "                                                                                         \
  "\"seconds\": 1}"

static const struct {
  const char *sentence;
  const char *before;        /* done before the shell is there */
  const char *action, *body; /* what a client asks while the Receive waits; NULL: nothing */
  const char *calls;
  const char *code; /* of the fault that the Receive gets; NULL: its connection is cut */
} anew_rows[] = {
  { "reset", "[]", NULL, NULL, "{\"do\": \"reset\"}", "995" },
  { "roll-back", "{\"do\": \"snapshot-take\", \"name\": \"a\"}", NULL, NULL,
    "{\"do\": \"snapshot-roll-back\", \"name\": \"a\"}", "995" },
  { "reset does not wait for a filter",
    "{\"do\": \"failure-add\", \"filter\": \"delay\", \"operation\": \"Receive\", "
    "\"milliseconds\": 9000, "
    "\"effect\": true}",
    NULL, NULL, "{\"do\": \"reset\"}", "995" },
  { "reset asks no filter to reboot", REBOOT_OF_RECEIVE, NULL, NULL, "{\"do\": \"reset\"}", "995" },
  { "reboot", "[]", NULL, NULL, "[{\"do\": \"host-reboot\", \"seconds\": 1}, " SECOND_LATER "]",
    NULL },
  { "a Send makes a filter reboot", REBOOT_OF_RECEIVE, SHELL_URI "/Send",
    "<rsp:Send>" INPUT INPUT "</rsp:Send>", SECOND_LATER, NULL },
  { "a Signal makes a filter reboot", REBOOT_OF_RECEIVE, SHELL_URI "/Signal", SIGNAL ("ctrl_c"),
    SECOND_LATER, NULL },
  { "the end of a command makes a filter reboot", REBOOT_OF_RECEIVE, SHELL_URI "/Signal",
    SIGNAL ("terminate"), SECOND_LATER, NULL },
  { "the end of a shell makes a filter reboot", REBOOT_OF_RECEIVE, TRANSFER_URI "Delete", "",
    SECOND_LATER, NULL },
};

/* Who waits in a shell hears of its end, and the host goes on without it. */
static void
test_anew (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GIOStream) waiting = NULL;
  g_autoptr (HypervSimSite) site = start_waiting (anew_rows[i].before, &waiting);
  HypervSimHost *host = g_ptr_array_index (hyperv_sim_site_get_hosts (site), 0);
  g_autofree char *reply = NULL;

  if (anew_rows[i].action != NULL) {
    g_autoptr (GIOStream) other
        = shell_client_begin (host, anew_rows[i].action, TRUE, anew_rows[i].body);
    g_autofree char *cut G_GNUC_UNUSED = shell_client_end (other);

    run (site, "{\"do\": \"leaks\"}"); /* the host's thread is through with it */
  }
  run (site, anew_rows[i].calls);
  reply = shell_client_end (waiting);
  if (anew_rows[i].code != NULL) {
    g_autofree char *code = g_strdup_printf (" Code=\"%s\"", anew_rows[i].code);

    g_assert_nonnull (strstr (reply, code));
  } else {
    g_assert_cmpstr (reply, ==, "");
  }
  run (site, "{\"do\": \"leaks-none\"}");
  shell_client_assert (host, CREATE, FALSE, SHELL, SHELL_ID);
}

/* The same ports and ways to log in, for the sockets are the same. */
static void
test_config (void)
{
  static const struct {
    const char *resource, *selectors;
  } parts[] = {
    { CONFIG_URI, "" },
    { CONFIG_URI "/listener", "<w:SelectorSet><w:Selector Name=\"Address\">*</w:Selector>"
                              "<w:Selector Name=\"Transport\">HTTP</w:Selector></w:SelectorSet>" },
  };
  static const char *const anew[]
      = { "{\"do\": \"reset\"}", "{\"do\": \"snapshot-roll-back\", \"name\": \"a\"}" };
  g_autoptr (GIOStream) waiting = NULL;
  g_autoptr (HypervSimSite) site
      = start_waiting ("{\"do\": \"snapshot-take\", \"name\": \"a\"}", &waiting);
  HypervSimHost *host = g_ptr_array_index (hyperv_sim_site_get_hosts (site), 0);
  g_autoptr (GUri) uri
      = g_uri_parse (hyperv_sim_host_get_http_endpoint (host), G_URI_FLAGS_NONE, NULL);
  g_autofree char *port = g_strdup_printf ("<cfg:Port>%d</cfg:Port>", g_uri_get_port (uri));

  for (gsize i = 0; i < G_N_ELEMENTS (parts) * G_N_ELEMENTS (anew); i++) {
    const char *resource = parts[i % 2].resource, *selectors = parts[i % 2].selectors;
    g_autoptr (GIOStream) first
        = shell_client_begin_at (host, resource, TRANSFER_URI "Get", selectors, "");
    g_autofree char *before = shell_client_end (first);
    g_autoptr (GIOStream) second = NULL;
    g_autofree char *after = NULL;

    run (site, anew[i / 2]);
    second = shell_client_begin_at (host, resource, TRANSFER_URI "Get", selectors, "");
    after = shell_client_end (second);
    g_assert_nonnull (strstr (before, i % 2 == 1 ? port : "<cfg:Basic>true</cfg:Basic>"));
    g_assert_cmpstr (strstr (before, "<s:Body>"), ==, strstr (after, "<s:Body>"));
  }
}

/* Shells and enumerations of shells that nobody ended are told, with who began them. */
static void
test_open (void)
{
  g_autoptr (GIOStream) waiting = NULL;
  g_autoptr (HypervSimSite) site = start_waiting ("[]", &waiting);
  HypervSimHost *host = g_ptr_array_index (hyperv_sim_site_get_hosts (site), 0);
  g_autoptr (GIOStream) listing = shell_client_begin_at (
      host, SHELL_URI, "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate", "",
      "<n:Enumerate xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\"/>");
  g_autofree char *listed G_GNUC_UNUSED = shell_client_end (listing);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  found = hyperv_sim_site_do (site, "{\"do\": \"leaks\"}", &error);
  g_assert_no_error (error);
  if (!g_pattern_match_simple (
          "[{\"kind\":\"shell\",\"id\":\"" SHELL_ID
          "\",\"what\":\"cmd\",\"user\":\"administrator\","
          "\"opened_by\":1},{\"kind\":\"context\",\"id\":\"uuid:*\",\"what\":\"shell\",\"user\":"
          "\"administrator\",\"opened_by\":4}]",
          found))
    g_error ("found %s", found);
  g_assert_null (hyperv_sim_site_do (site, "{\"do\": \"leaks-none\"}", &error));
  g_assert_nonnull (strstr (error->message, "left open: shell of cmd by administrator (#1), "));
}

/* Enumerations of shells are enumerations. */
static void
test_expired (void)
{
  static const char failure[] = "[{\"do\": \"failure-add\", \"filter\": \"expired-context\"}, "
                                "{\"do\": \"leaks\"}]";
  g_autoptr (GIOStream) waiting = NULL;
  g_autoptr (HypervSimSite) site = start_waiting (failure, &waiting);
  HypervSimHost *host = g_ptr_array_index (hyperv_sim_site_get_hosts (site), 0);
  g_autoptr (GIOStream) listing
      = shell_client_begin_at (host, SHELL_URI, ENUMERATION_URI "Enumerate", "",
                               "<n:Enumerate xmlns:n=\"" ENUMERATION_NS "\"/>");
  g_autofree char *listed = shell_client_end (listing);
  const char *id = strstr (listed, "<n:EnumerationContext>");
  g_autofree char *pull = NULL;
  g_autofree char *pulled = NULL;
  g_autoptr (GIOStream) pulling = NULL;

  g_assert_nonnull (id);
  id += strlen ("<n:EnumerationContext>");
  pull = g_strdup_printf ("<n:Pull xmlns:n=\"" ENUMERATION_NS "\"><n:EnumerationContext>%.*s"
                          "</n:EnumerationContext></n:Pull>",
                          (int)strcspn (id, "<"), id);
  pulling = shell_client_begin_at (host, SHELL_URI, ENUMERATION_URI "Pull", "", pull);
  pulled = shell_client_end (pulling);
  if (strstr (pulled, "InvalidEnumerationContext") == NULL)
    g_error ("found %s", pulled);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (anew_rows); i++) {
    g_autofree char *path = g_strconcat ("/control/shells/", anew_rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_anew);
  }
  g_test_add_func ("/control/shells/config", test_config);
  g_test_add_func ("/control/shells/open", test_open);
  g_test_add_func ("/control/shells/expired-context", test_expired);
  return g_test_run ();
}
