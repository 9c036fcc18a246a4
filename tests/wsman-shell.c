/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-shells.h"

/* What is said of shells, byte for byte, in the shape that recordings of 2012 and 2016 have; and
 * how a Receive waits. */

#define SHELL(action, body) ENVELOPE ("en-US", SOAP X W RSP P, action, body)
#define OUTPUT(body)                                                                               \
  ENVELOPE ("en-US", SOAP W RSP P, SHELL_URI "/ReceiveResponse",                                   \
            "<rsp:ReceiveResponse>" body "</rsp:ReceiveResponse>")
#define STREAM(name, id, rest)                                                                     \
  "<rsp:Stream Name=\"" name "\" CommandId=\"" id "\"" rest "</rsp:Stream>"
#define ENDS(id) STREAM ("stdout", id, " End=\"true\">") STREAM ("stderr", id, " End=\"true\">")
#define DONE(id, code)                                                                             \
  "<rsp:CommandState CommandId=\"" id "\" State=\"" SHELL_URI "/CommandState/Done\">"              \
  "<rsp:ExitCode>" code "</rsp:ExitCode></rsp:CommandState>"
#define RUNNING(id)                                                                                \
  "<rsp:CommandState CommandId=\"" id "\" State=\"" SHELL_URI "/CommandState/Running\">"           \
  "</rsp:CommandState>"
#define ID "0D6FCA9D-2D40-44C3-B691-E665BE7AA687"
#define COMMAND_ID "B0973E54-434E-4D99-B4BE-ADE584CE3BFB"
#define RECEIVE(streams)                                                                           \
  "<rsp:Receive><rsp:DesiredStream CommandId=\"" COMMAND_ID "\">" streams                          \
  "</rsp:DesiredStream></rsp:Receive>"
#define FACTS(more, idle, run, inactive)                                                           \
  "<rsp:Shell xmlns:rsp=\"" SHELL_URI "\"><rsp:ShellId>" ID "</rsp:ShellId>"                       \
  "<rsp:ResourceUri>" CMD_URI "</rsp:ResourceUri><rsp:Owner>administrator</rsp:Owner>"             \
  "<rsp:ClientIP>127.0.0.1</rsp:ClientIP>" more "<rsp:IdleTimeOut>" idle "</rsp:IdleTimeOut>"      \
  "<rsp:InputStreams>stdin</rsp:InputStreams>"                                                     \
  "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:ShellRunTime>" run                     \
  "</rsp:ShellRunTime><rsp:ShellInactivity>" inactive "</rsp:ShellInactivity></rsp:Shell>"

static void
assert_asked (ShellsFixture *fixture, const char *action, const char *headers, const char *body,
              const char *expected)
{
  g_autofree char *request = shells_request (action, ID, headers, body);
  g_autofree char *reply = shells_ask (fixture, request, 200);

  wsman_fixture_assert_same (reply, expected);
}

/* Ids of the client's own, so that replies are the same each time. */
static void
open_shell (ShellsFixture *fixture)
{
  g_autofree char *request = shells_request (TRANSFER_URI "Create", NULL, "",
                                             "<rsp:Shell ShellId=\"" ID "\"></rsp:Shell>");
  g_autofree char *reply = shells_ask (fixture, request, 200);

  g_assert_nonnull (strstr (reply, "<rsp:ShellId>" ID "</rsp:ShellId>"));
}

static void
run (ShellsFixture *fixture, const char *command)
{
  g_autofree char *body
      = g_strconcat ("<rsp:CommandLine CommandId=\"" COMMAND_ID "\"><rsp:Command>", command,
                     "</rsp:Command></rsp:CommandLine>", NULL);

  assert_asked (fixture, SHELL_URI "/Command", "", body,
                SHELL (SHELL_URI "/CommandResponse",
                       "<rsp:CommandResponse><rsp:CommandId>" COMMAND_ID
                       "</rsp:CommandId></rsp:CommandResponse>"));
}

static void
assert_received (ShellsFixture *fixture, const char *body, const char *expected)
{
  assert_asked (fixture, SHELL_URI "/Receive", "", body, expected);
}

static void
test_create (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *request = shells_request (
      TRANSFER_URI "Create", NULL,
      "<w:OptionSet s:mustUnderstand=\"true\"><w:Option Name=\"WINRS_NOPROFILE\">False</w:Option>"
      "<w:Option Name=\"WINRS_CODEPAGE\">437</w:Option></w:OptionSet>",
      "<rsp:Shell ShellId=\"" ID "\"><rsp:InputStreams>stdin</rsp:InputStreams>"
      "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:IdleTimeOut>PT60S"
      "</rsp:IdleTimeOut><rsp:Lifetime>PT600S</rsp:Lifetime><rsp:Name>shell 1</rsp:Name>"
      "<rsp:WorkingDirectory>C:\\Windows</rsp:WorkingDirectory><rsp:Environment>"
      "<rsp:Variable Name=\"FOO\">bar</rsp:Variable></rsp:Environment></rsp:Shell>");
  g_autofree char *reply = shells_ask (fixture, request, 200);

  wsman_fixture_assert_same (
      reply, SHELL (TRANSFER_URI "CreateResponse",
                    "<x:ResourceCreated><a:Address>http://hv.example:5985/wsman</a:Address>"
                    "<a:ReferenceParameters><w:ResourceURI>" CMD_URI "</w:ResourceURI>"
                    "<w:SelectorSet><w:Selector Name=\"ShellId\">" ID "</w:Selector>"
                    "</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>" FACTS (
                        "<rsp:WorkingDirectory>C:\\Windows</rsp:WorkingDirectory>", "PT60.000S",
                        "P0DT0H0M0S", "P0DT0H0M0S")));
  run (fixture, "echo %foo% &amp; cd");
  assert_received (fixture, RECEIVE ("stdout stderr"),
                   OUTPUT (STREAM ("stdout", COMMAND_ID, ">YmFyIA0K")
                               STREAM ("stdout", COMMAND_ID, ">QzpcV2luZG93cw0K") ENDS (COMMAND_ID)
                                   DONE (COMMAND_ID, "0")));
}

/* A command that goes on: what there is, then the fault that time is over, then the rest. */
static void
test_receive (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autoptr (SimExchange) late = NULL;
  g_autofree char *request = NULL;
  g_autofree char *reply = NULL;

  open_shell (fixture);
  run (fixture, "slow");
  assert_received (fixture, RECEIVE ("stdout stderr"),
                   OUTPUT (STREAM ("stdout", COMMAND_ID, ">b25l") RUNNING (COMMAND_ID)));
  request = shells_request (SHELL_URI "/Receive", ID,
                            "<w:OperationTimeout>PT20S</w:OperationTimeout>", RECEIVE ("stdout"));
  late = shells_begin (fixture, request, "administrator");
  g_assert_cmpuint (late->status, ==, 0);
  shells_advance (fixture, 19999);
  g_assert_cmpuint (late->status, ==, 0);
  shells_advance (fixture, 1);
  g_assert_cmpuint (late->status, ==, 500);
  reply = wsman_fixture_reply (late);
  g_assert_nonnull (strstr (reply, "w:TimedOut"));
  g_assert_nonnull (strstr (reply, "Code=\"2150858793\""));
  shells_advance (fixture, 70000);
  assert_received (
      fixture, RECEIVE ("stdout stderr"),
      OUTPUT (STREAM ("stderr", COMMAND_ID, ">dHdv") ENDS (COMMAND_ID) DONE (COMMAND_ID, "5")));
  assert_asked (fixture, SHELL_URI "/Signal", "",
                "<rsp:Signal CommandId=\"" COMMAND_ID "\"><rsp:Code>" SHELL_URI
                "/signal/terminate</rsp:Code></rsp:Signal>",
                SHELL (SHELL_URI "/SignalResponse", "<rsp:SignalResponse/>"));
  assert_asked (fixture, TRANSFER_URI "Delete", "", "",
                ENVELOPE ("en-US", SOAP W P, TRANSFER_URI "DeleteResponse", ""));
}

/* Streams have any name that the client gives them, and end once. */
static void
test_stream_names (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *request = shells_request (
      TRANSFER_URI "Create", NULL, "",
      "<rsp:Shell ShellId=\"" ID
      "\"><rsp:OutputStreams>stdout a&quot;b&lt;c&amp;</rsp:OutputStreams></rsp:Shell>");
  g_autofree char *reply = shells_ask (fixture, request, 200);

  g_assert_nonnull (strstr (reply, "<rsp:OutputStreams>"));
  run (fixture, "hostname &amp; exit 3");
  assert_received (fixture, RECEIVE ("stdout a&quot;b&lt;c&amp; stdout"),
                   OUTPUT (STREAM ("stdout", COMMAND_ID, ">SFYyMDE5DQo=")
                               STREAM ("stdout", COMMAND_ID, " End=\"true\">")
                                   STREAM ("a&quot;b&lt;c&amp;", COMMAND_ID, " End=\"true\">")
                                       DONE (COMMAND_ID, "3")));
}

/* Without OperationTimeout a minute, and never less than half a second; MaxTimeoutms is the most,
 * and what is taken when nothing is said (MS-WSMV 3.1.4.1.6). */
static void
test_timeouts (void)
{
  static const struct {
    const char *header;
    const char *most;
    gint64 milliseconds;
  } rows[] = { { "", "60000", 60000 },
               { "<w:OperationTimeout>PT0.1S</w:OperationTimeout>", "60000", 500 },
               { "<w:OperationTimeout>PT2.5S</w:OperationTimeout>", "60000", 2500 },
               { "<w:OperationTimeout>PT90S</w:OperationTimeout>", "60000", 60000 },
               { "", "1000", 1000 },
               { "<w:OperationTimeout>PT2.5S</w:OperationTimeout>", "1000", 1000 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
    g_autofree char *request
        = shells_request (SHELL_URI "/Receive", ID, rows[i].header, RECEIVE ("stdout"));
    g_autoptr (SimExchange) exchange = NULL;

    repository_set_setting (fixture->wsman->repository, "limits", "MaxTimeoutms", rows[i].most);
    open_shell (fixture);
    run (fixture, "sort");
    exchange = shells_begin (fixture, request, "administrator");
    shells_advance (fixture, rows[i].milliseconds - 1);
    g_assert_cmpuint (exchange->status, ==, 0);
    shells_advance (fixture, 1);
    g_assert_cmpuint (exchange->status, ==, 500);
  }
}

/* Input that comes while a Receive waits, in the form that pypsrp sends ("True"). */
static void
test_send (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *request
      = shells_request (SHELL_URI "/Receive", ID, "", RECEIVE ("stdout stderr"));
  g_autoptr (SimExchange) waiting = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *masked = NULL;

  open_shell (fixture);
  run (fixture, "sort");
  waiting = shells_begin (fixture, request, "administrator");
  assert_asked (fixture, SHELL_URI "/Send", "",
                "<rsp:Send><rsp:Stream CommandId=\"" COMMAND_ID "\" End=\"False\" Name=\"stdin\">"
                "YWI=</rsp:Stream></rsp:Send>",
                SHELL (SHELL_URI "/SendResponse", "<rsp:SendResponse/>"));
  g_assert_cmpuint (waiting->status, ==, 0);
  assert_asked (fixture, SHELL_URI "/Send", "",
                "<rsp:Send><rsp:Stream CommandId=\"" COMMAND_ID "\" End=\"True\" Name=\"stdin\">"
                "Y2Q=</rsp:Stream></rsp:Send>",
                SHELL (SHELL_URI "/SendResponse", "<rsp:SendResponse/>"));
  g_assert_cmpuint (waiting->status, ==, 200);
  reply = wsman_fixture_reply (waiting);
  masked = wsman_fixture_mask (reply);
  wsman_fixture_assert_same (masked, OUTPUT (STREAM ("stdout", COMMAND_ID, ">YWJjZA==")
                                                 ENDS (COMMAND_ID) DONE (COMMAND_ID, "0")));
}

/* A Receive that waits while its command is ended, and while its shell is deleted. */
static void
test_ended (void)
{
  static const struct {
    const char *action, *body;
    guint status;
    const char *says;
  } rows[] = {
    { SHELL_URI "/Signal",
      "<rsp:Signal CommandId=\"" COMMAND_ID "\"><rsp:Code>" SHELL_URI
      "/signal/ctrl_c</rsp:Code></rsp:Signal>",
      200, "<rsp:ExitCode>-1073741510</rsp:ExitCode>" },
    { SHELL_URI "/Signal",
      "<rsp:Signal CommandId=\"" COMMAND_ID "\"><rsp:Code>" SHELL_URI
      "/signal/Terminate</rsp:Code></rsp:Signal>",
      500, "Code=\"995\"" },
    { TRANSFER_URI "Delete", "", 500, "Code=\"995\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
    g_autofree char *receive = shells_request (SHELL_URI "/Receive", ID, "", RECEIVE ("stdout"));
    g_autofree char *request = shells_request (rows[i].action, ID, "", rows[i].body);
    g_autoptr (SimExchange) waiting = NULL;
    g_autofree char *reply = NULL;
    g_autofree char *said = NULL;

    open_shell (fixture);
    run (fixture, "sort");
    waiting = shells_begin (fixture, receive, "administrator");
    said = shells_ask (fixture, request, 200);
    g_assert_cmpuint (waiting->status, ==, rows[i].status);
    reply = wsman_fixture_reply (waiting);
    g_assert_nonnull (strstr (reply, rows[i].says));
  }
}

/* Output that does not fit into one envelope of the least size that a client may want. */
static void
test_long (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *request
      = shells_request (SHELL_URI "/Receive", ID, "<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>",
                        RECEIVE ("stdout stderr"));
  gsize total = 0;
  guint n = 0;
  gboolean done = FALSE;

  open_shell (fixture);
  run (fixture, "long");
  while (!done) {
    g_autofree char *reply = shells_ask (fixture, request, 200);
    g_autofree char *piece
        = wsman_fixture_between (reply, "CommandId=\"" COMMAND_ID "\">", "</rsp:Stream>");
    gsize size = 0;
    g_autofree guchar *bytes G_GNUC_UNUSED = g_base64_decode (piece, &size);

    g_assert_cmpuint (strlen (reply), <=, 4096);
    total += size;
    n++;
    done = strstr (reply, "/CommandState/Done") != NULL;
  }
  g_assert_cmpuint (total, ==, 100000);
  g_assert_cmpuint (n, >, 60);
}

#define ENUMERATE_BODY(more) "<n:Enumerate>" more "</n:Enumerate>"

static void
test_get (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *request = wsman_fixture_request (
      TRANSFER_URI "Get", SHELL_URI,
      "<w:SelectorSet><w:Selector Name=\"shellid\">" ID "</w:Selector></w:SelectorSet>", "");
  g_autofree char *reply = NULL;

  open_shell (fixture);
  shells_advance (fixture, 2430999);
  reply = shells_ask (fixture, request, 200);
  wsman_fixture_assert_same (reply,
                             ENVELOPE ("en-US", SOAP X W P, TRANSFER_URI "GetResponse",
                                       FACTS ("", "PT7200.000S", "P0DT0H40M30S", "P0DT0H40M30S")));
}

static void
test_enumerate (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *enumerate
      = wsman_fixture_request (ENUMERATION_URI "Enumerate", SHELL_URI, "", ENUMERATE_BODY (""));
  g_autofree char *optimized = wsman_fixture_request (
      ENUMERATION_URI "Enumerate", SHELL_URI, "",
      ENUMERATE_BODY ("<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"));
  g_autofree char *all = NULL;
  g_autofree char *second = NULL;
  g_autoptr (SimExchange) exchange = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *context = NULL;
  g_autofree char *body = NULL;
  g_autofree char *pull = NULL;
  g_autofree char *page = NULL;

  open_shell (fixture);
  all = shells_ask (fixture, optimized, 200);
  wsman_fixture_assert_same (
      all, ENUMERATION ("EnumerateResponse",
                        "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext>"
                        "<w:Items>" FACTS (
                            "", "PT7200.000S", "P0DT0H0M0S",
                            "P0DT0H0M0S") "</w:Items><w:EndOfSequence/></n:EnumerateResponse>"));
  second = shells_open (fixture);
  exchange = shells_begin (fixture, enumerate, "administrator");
  reply = wsman_fixture_reply (exchange);
  context = wsman_fixture_between (reply, "<n:EnumerationContext>", "</n:EnumerationContext>");
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman->wsman), ==, 1);
  body = g_strconcat ("<n:Pull><n:EnumerationContext>", context,
                      "</n:EnumerationContext><n:MaxElements>9</n:MaxElements></n:Pull>", NULL);
  pull = wsman_fixture_request (ENUMERATION_URI "Pull", SHELL_URI, "", body);
  page = shells_ask (fixture, pull, 200);
  g_assert_cmpuint (wsman_fixture_count (page, "<rsp:Shell "), ==, 2);
  g_assert_nonnull (strstr (page, second));
  g_assert_true (g_str_has_suffix (
      page, "</n:Items><n:EndOfSequence/></n:PullResponse></s:Body></s:Envelope>"));
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman->wsman), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wsman/shell/create", test_create);
  g_test_add_func ("/wsman/shell/receive", test_receive);
  g_test_add_func ("/wsman/shell/names of streams", test_stream_names);
  g_test_add_func ("/wsman/shell/timeouts", test_timeouts);
  g_test_add_func ("/wsman/shell/send", test_send);
  g_test_add_func ("/wsman/shell/ended while a Receive waits", test_ended);
  g_test_add_func ("/wsman/shell/long output", test_long);
  g_test_add_func ("/wsman/shell/get", test_get);
  g_test_add_func ("/wsman/shell/enumerate", test_enumerate);
  return g_test_run ();
}
