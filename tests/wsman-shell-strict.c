/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-shells.h"

/* What is refused of shells: code, subcode and reason; some byte for byte, as recorded. */

#define CREATE TRANSFER_URI "Create"
#define DELETE TRANSFER_URI "Delete"
#define COMMAND SHELL_URI "/Command"
#define SEND SHELL_URI "/Send"
#define SIGNAL SHELL_URI "/Signal"
#define RECEIVE SHELL_URI "/Receive"
#define NOBODY "87E77BEB-6761-4C48-9D70-A00266B8459A"
/* In bodies: the ids of the shell and of a command that runs in it. */
#define SHELL "@SHELL@"
#define RUNS "@COMMAND@"
#define SHELL_BODY(content) "<rsp:Shell>" content "</rsp:Shell>"
#define LINE(content) "<rsp:CommandLine>" content "</rsp:CommandLine>"
#define STREAM(attributes, text)                                                                   \
  "<rsp:Send><rsp:Stream " attributes ">" text "</rsp:Stream></rsp:Send>"
#define TO_RUNS "CommandId=\"" RUNS "\" "
#define SIGNAL_BODY(code)                                                                          \
  "<rsp:Signal CommandId=\"" RUNS "\"><rsp:Code>" code "</rsp:Code></rsp:Signal>"
#define DESIRED(id, streams)                                                                       \
  "<rsp:Receive><rsp:DesiredStream CommandId=\"" id "\">" streams                                  \
  "</rsp:DesiredStream></rsp:Receive>"

#define TEN "stdout     stdout    "
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "stdoutxx"

typedef struct {
  const char *sentence, *action;
  const char *shell; /* NULL: no selector */
  const char *headers, *body;
  const char *subcode;
  guint code;
  const char *refusal;
} Row;

static const Row rows[] = {
  { "a shell that is not there", DELETE, NOBODY, "", "", "w:InvalidSelectors", 2150858843u,
    "administrator has no shell \"" NOBODY "\" (selector ShellId, and no other)" },
  { "no selector", DELETE, NULL, "", "", "w:InvalidSelectors", 2150858843u,
    "administrator has no shell \"\" (selector ShellId, and no other)" },
  { "Create with selectors", CREATE, NOBODY, "", SHELL_BODY (""), "w:InvalidSelectors", 2150858843u,
    "Create with selectors" },
  { "Create without rsp:Shell", CREATE, NULL, "", "", "w:SchemaValidationError", 2150858817u,
    "s:Body is not one rsp:Shell" },
  { "two things in a body", CREATE, NULL, "", SHELL_BODY ("") SHELL_BODY (""),
    "w:SchemaValidationError", 2150858817u, "s:Body is not one rsp:Shell" },
  { "an element that a shell has not", CREATE, NULL, "", SHELL_BODY ("<rsp:Colour/>"),
    "w:SchemaValidationError", 2150858817u, "Shell has Colour in it" },
  { "a time that is none", CREATE, NULL, "", SHELL_BODY ("<rsp:IdleTimeOut>60</rsp:IdleTimeOut>"),
    "w:InvalidParameter", 87, "rsp:IdleTimeOut is \"60\"" },
  { "an idle time that is too short", CREATE, NULL, "",
    SHELL_BODY ("<rsp:IdleTimeOut>PT59S</rsp:IdleTimeOut>"), "w:InternalError", 2150859250u,
    "rsp:IdleTimeOut is 59 s, less than a minute" },
  { "a variable without a name", CREATE, NULL, "",
    SHELL_BODY ("<rsp:Environment><rsp:Variable>x</rsp:Variable></rsp:Environment>"),
    "w:InvalidParameter", 87, "rsp:Variable without a Name, or with elements" },
  { "an environment of something else", CREATE, NULL, "",
    SHELL_BODY ("<rsp:Environment><rsp:Var Name=\"a\">x</rsp:Var></rsp:Environment>"),
    "w:SchemaValidationError", 2150858817u, "Environment has Var in it" },
  { "a code page that is no number", CREATE, NULL,
    "<w:OptionSet><w:Option Name=\"WINRS_CODEPAGE\">utf8</w:Option></w:OptionSet>", SHELL_BODY (""),
    "w:InvalidParameter", 87, "w:Option WINRS_CODEPAGE is \"utf8\"" },
  { "a code page that there is not", CREATE, NULL,
    "<w:OptionSet><w:Option Name=\"WINRS_CODEPAGE\">4711</w:Option></w:OptionSet>", SHELL_BODY (""),
    "w:InternalError", 2150859072u, "there is no code page 4711" },
  { "an option that nobody knows, and must be complied with", CREATE, NULL,
    "<w:OptionSet><w:Option Name=\"COLOUR\" MustComply=\"true\">1</w:Option></w:OptionSet>",
    SHELL_BODY (""), "w:InvalidOptions", 2150858833u, "w:Option COLOUR with MustComply" },
  { "an id of the client's that is none", CREATE, NULL, "", "<rsp:Shell ShellId=\"1\"/>",
    "w:InternalError", 2150859221u, "ShellId \"1\" is no GUID" },
  { "an id of the client's that is taken", CREATE, NULL, "", "<rsp:Shell ShellId=\"" SHELL "\"/>",
    "w:InternalError", 2150859223u, "there is a shell " SHELL },
  { "a command line without a command", COMMAND, SHELL, "",
    LINE ("<rsp:Arguments>/all</rsp:Arguments>"), "w:InvalidParameter", 87,
    "rsp:CommandLine without rsp:Command" },
  { "Argument, which is called Arguments", COMMAND, SHELL, "",
    LINE ("<rsp:Command>a</rsp:Command><rsp:Argument>b</rsp:Argument>"), "w:SchemaValidationError",
    2150858817u, "CommandLine has Argument in it" },
  { "two commands", COMMAND, SHELL, "",
    LINE ("<rsp:Command>a</rsp:Command><rsp:Command>b</rsp:Command>"), "w:SchemaValidationError",
    2150858817u, "CommandLine has Command in it" },
  { "a command's id that is none", COMMAND, SHELL, "",
    "<rsp:CommandLine CommandId=\"1\"><rsp:Command>a</rsp:Command></rsp:CommandLine>",
    "w:InternalError", 2150859220u, "CommandId \"1\" is no GUID" },
  { "a command's id that is taken", COMMAND, SHELL, "",
    "<rsp:CommandLine CommandId=\"" RUNS "\"><rsp:Command>a</rsp:Command></rsp:CommandLine>",
    "w:InternalError", 2150859222u, "there is a command " RUNS },
  { "input for a command that is not there", SEND, SHELL, "",
    STREAM ("Name=\"stdin\" CommandId=\"" NOBODY "\"", "YQ=="), "w:InvalidSelectors", 2150858843u,
    "the shell has no command \"" NOBODY "\", or it has ended" },
  { "input for nobody", SEND, SHELL, "", STREAM ("Name=\"stdin\"", "YQ=="), "w:InvalidParameter",
    87, "rsp:Stream without Name or CommandId" },
  { "input on an output stream", SEND, SHELL, "", STREAM (TO_RUNS "Name=\"stdout\"", "YQ=="),
    "w:InvalidParameter", 87,
    "stream \"stdout\" is not one of the shell's rsp:InputStreams \"stdin\"" },
  { "input that is no base64", SEND, SHELL, "", STREAM (TO_RUNS "Name=\"stdin\"", "Y*=="),
    "w:InvalidParameter", 87, "rsp:Stream is no base64" },
  { "base64 that is cut off", SEND, SHELL, "", STREAM (TO_RUNS "Name=\"stdin\"", "YWI"),
    "w:InvalidParameter", 87, "rsp:Stream is no base64" },
  { "base64 that goes on after its end", SEND, SHELL, "",
    STREAM (TO_RUNS "Name=\"stdin\"", "YQ==YQ=="), "w:InvalidParameter", 87,
    "rsp:Stream is no base64" },
  { "a Send of nothing", SEND, SHELL, "", "<rsp:Send/>", "w:InvalidParameter", 87,
    "rsp:Send without rsp:Stream" },
  { "a Send of something else", SEND, SHELL, "",
    "<rsp:Send><rsp:Strom Name=\"stdin\" CommandId=\"a\"/></rsp:Send>", "w:SchemaValidationError",
    2150858817u, "Send has Strom in it" },
  { "a signal without a command", SIGNAL, SHELL, "",
    "<rsp:Signal><rsp:Code>" SHELL_URI "/signal/terminate</rsp:Code></rsp:Signal>",
    "w:InvalidParameter", 87, "rsp:Signal without CommandId" },
  { "a signal that there is not", SIGNAL, SHELL, "", SIGNAL_BODY (SHELL_URI "/signal/hup"),
    "w:InvalidParameter", 87, "rsp:Code \"" SHELL_URI "/signal/hup\" is no signal" },
  { "a signal without code", SIGNAL, SHELL, "", "<rsp:Signal CommandId=\"" RUNS "\"/>",
    "w:InvalidParameter", 87, "rsp:Code \"\" is no signal" },
  { "a Receive of no stream", RECEIVE, SHELL, "", DESIRED (RUNS, ""), "w:InvalidParameter", 87,
    "rsp:DesiredStream without CommandId, or without streams" },
  { "a Receive of a stream that there is not", RECEIVE, SHELL, "", DESIRED (RUNS, "stdout pr"),
    "w:InvalidParameter", 87,
    "stream \"pr\" is not one of the shell's rsp:OutputStreams \"stdout stderr\"" },
  { "a Receive of streams without end", RECEIVE, SHELL, "", DESIRED (RUNS, LONG),
    "w:InvalidParameter", 87, "rsp:DesiredStream has 260 characters, at most 256 are taken" },
  { "a Receive without rsp:DesiredStream", RECEIVE, SHELL, "", "<rsp:Receive/>",
    "w:InvalidParameter", 87, "rsp:Receive is not one rsp:DesiredStream" },
  { "something in a Delete", DELETE, SHELL, "", SHELL_BODY (""), "w:SchemaValidationError",
    2150858817u, "s:Body of a Delete has Shell in it" },
  { "Get at the command shell's URI", TRANSFER_URI "Get", SHELL, "", "", "a:ActionNotSupported",
    2150858771u, "Get is done at " SHELL_URI ", not at " CMD_URI },
  { "Enumerate at the command shell's URI", ENUMERATION_URI "Enumerate", NULL, "", "<n:Enumerate/>",
    "a:ActionNotSupported", 2150858771u, "Enumerate is done at " SHELL_URI ", not at " CMD_URI },
  { "Put", TRANSFER_URI "Put", SHELL, "", SHELL_BODY (""), "a:ActionNotSupported", 2150858771u,
    "a:Action \"" TRANSFER_URI "Put\" is not supported" },
  { "Disconnect", SHELL_URI "/Disconnect", SHELL, "", "<rsp:Disconnect/>", "w:InternalError",
    2150859205u, "Disconnect of a command shell" },
  { "Reconnect", SHELL_URI "/Reconnect", SHELL, "", "", "w:InternalError", 2150859205u,
    "Reconnect of a command shell" },
  { "Connect", SHELL_URI "/Connect", SHELL, "", "<rsp:Connect/>", "w:InternalError", 2150859205u,
    "Connect of a command shell" },
};

static char *
put_ids (const char *text, const char *shell, const char *command)
{
  g_autoptr (GString) out = g_string_new (text);

  g_string_replace (out, SHELL, shell, 0);
  g_string_replace (out, RUNS, command, 0);
  return g_strdup (out->str);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *shell = shells_open (fixture);
  g_autofree char *command = shells_run (fixture, shell, "sort");
  g_autofree char *text = shells_request (row->action, row->shell, row->headers, row->body);
  g_autofree char *request = put_ids (text, shell, command);
  g_autofree char *refusal = put_ids (row->refusal, shell, command);
  g_autoptr (SimExchange) exchange = shells_begin (fixture, request, "administrator");
  g_autofree char *reply = wsman_fixture_reply (exchange);
  g_autofree char *code = g_strdup_printf (" Code=\"%u\"", row->code);

  g_assert_cmpstr (exchange->refusal, ==, refusal);
  g_assert_cmpstr (exchange->fault, ==, row->subcode);
  g_assert_cmpuint (exchange->status, ==, 500);
  g_assert_nonnull (strstr (reply, code));
}

/* An environment has so many variables and not one more. */
static void
test_variables (void)
{
  static const guint limit = 1000;

  for (guint n = limit; n <= limit + 1; n++) {
    g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
    g_autoptr (GString) body = g_string_new ("<rsp:Shell><rsp:Environment>");
    g_autofree char *request = NULL;
    g_autoptr (SimExchange) exchange = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append_printf (body, "<rsp:Variable Name=\"V%u\">x</rsp:Variable>", i);
    g_string_append (body, "</rsp:Environment></rsp:Shell>");
    request = shells_request (CREATE, NULL, "", body->str);
    exchange = shells_begin (fixture, request, "administrator");
    g_assert_cmpstr (exchange->refusal, ==, n > limit ? "more than 1000 rsp:Variable" : NULL);
  }
}

/* At the URI above, and at others. */
static void
test_uris (void)
{
  static const struct {
    const char *action, *uri, *body, *subcode, *refusal, *id;
  } uris[] = {
    { CREATE, SHELL_URI, SHELL_BODY (""), "a:ActionNotSupported",
      "Create is done at " CMD_URI ", not at " SHELL_URI },
    { CREATE, SHELL_URI "/mine", SHELL_BODY (""), "a:DestinationUnreachable",
      "there is no shell \"" SHELL_URI "/mine\", only " CMD_URI },
    { ENUMERATION_URI "Enumerate", SHELL_URI, "<n:Enumerate><w:Filter>x</w:Filter></n:Enumerate>",
      "n:FilteringNotSupported", "a filter, and no class of WMI" },
    { ENUMERATION_URI "Enumerate", SHELL_URI, "<n:Pull/>", "w:SchemaValidationError",
      "no n:Enumerate in s:Body" },
    { ENUMERATION_URI "Enumerate", SHELL_URI,
      "<n:Enumerate><w:MaxElements>0</w:MaxElements></n:Enumerate>", "w:SchemaValidationError",
      "w:MaxElements is no positive number" },
    { ENUMERATION_URI "Enumerate", SHELL_URI,
      "<n:Enumerate><w:EnumerationMode>EnumerateEPR</w:EnumerationMode></n:Enumerate>",
      "w:UnsupportedFeature", "shells have no endpoint references" },
    { TRANSFER_URI "Get", SHELL_URI, SHELL_BODY (""), "w:SchemaValidationError",
      "s:Body of a Get has Shell in it" },
    { ENUMERATION_URI "Enumerate", SHELL_URI, "<n:Enumerate/>", "w:InvalidSelectors",
      "Enumerate of shells with selectors", "x" },
    { TRANSFER_URI "Get", SHELL_URI, SHELL_BODY (""), "w:SchemaValidationError",
      "s:Body of a Get has Shell in it" },
    { ENUMERATION_URI "Pull", SHELL_URI,
      "<n:Pull><n:EnumerationContext>uuid:1</n:EnumerationContext></n:Pull>",
      "n:InvalidEnumerationContext", "n:EnumerationContext \"uuid:1\"" },
    { ENUMERATION_URI "Release", SHELL_URI, "<n:Release/>", "n:InvalidEnumerationContext",
      "no n:EnumerationContext" },
    { CREATE, "http://schemas.microsoft.com/powershell/Microsoft.PowerShell", SHELL_BODY (""),
      "a:DestinationUnreachable",
      "Create of http://schemas.microsoft.com/powershell/Microsoft.PowerShell: PowerShell remoting "
      "(PSRP) is not simulated" },
    { RECEIVE, "http://schemas.microsoft.com/powershell/Microsoft.PowerShell", "",
      "a:DestinationUnreachable",
      "Receive of http://schemas.microsoft.com/powershell/Microsoft.PowerShell: PowerShell "
      "remoting (PSRP) is not simulated" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++) {
    g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
    g_autofree char *text = shells_request (uris[i].action, uris[i].id, "", uris[i].body);
    g_autoptr (GString) request = g_string_new (text);
    g_autofree char *ours = g_strconcat (">", CMD_URI, "<", NULL);
    g_autofree char *theirs = g_strconcat (">", uris[i].uri, "<", NULL);
    g_autoptr (SimExchange) exchange = NULL;

    g_string_replace (request, ours, theirs, 1);
    exchange = shells_begin (fixture, request->str, "administrator");
    g_assert_cmpstr (exchange->refusal, ==, uris[i].refusal);
    g_assert_cmpstr (exchange->fault, ==, uris[i].subcode);
  }
}

/* A shell is its user's. */
static void
test_of_another (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *shell = shells_open (fixture);
  g_autofree char *request = shells_request (DELETE, shell, "", "");
  g_autofree char *list = wsman_fixture_request (
      ENUMERATION_URI "Enumerate", SHELL_URI, "",
      "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements></n:Enumerate>");
  g_autoptr (SimExchange) listed = shells_begin (fixture, list, "guest");
  g_autofree char *reply = wsman_fixture_reply (listed);
  g_autoptr (SimExchange) theirs = shells_begin (fixture, request, "guest");
  g_autoptr (SimExchange) ours = shells_begin (fixture, request, "Administrator");

  g_assert_nonnull (strstr (reply, "<w:Items></w:Items><w:EndOfSequence/>"));
  g_assert_cmpstr (theirs->fault, ==, "w:InvalidSelectors");
  g_assert_cmpuint (ours->status, ==, 200);
}

/* A command that said that it is done has nothing more to say, but can be signalled. */
static void
test_told (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *shell = shells_open (fixture);
  g_autofree char *command = shells_run (fixture, shell, "hostname");
  g_autofree char *text = put_ids (DESIRED (RUNS, "stdout stderr"), shell, command);
  g_autofree char *receive = shells_request (RECEIVE, shell, "", text);
  g_autofree char *code = put_ids (SIGNAL_BODY (SHELL_URI "/signal/ctrl_c"), shell, command);
  g_autofree char *signal = shells_request (SIGNAL, shell, "", code);
  g_autofree char *first = shells_ask (fixture, receive, 200);
  g_autofree char *second = shells_ask (fixture, receive, 500);
  g_autofree char *third = shells_ask (fixture, signal, 200);

  g_assert_nonnull (strstr (first, "/CommandState/Done"));
  g_assert_nonnull (strstr (second, "Either the command has completed execution"));
  g_assert_nonnull (strstr (third, "<rsp:SignalResponse/>"));
}

#define FAULT(subcode, reason, detail)                                                             \
  "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>" subcode                       \
  "</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"\">" reason                         \
  "</s:Text></s:Reason><s:Detail>" detail "</s:Detail></s:Fault>"
#define DETAIL(name)                                                                               \
  "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/" name "</w:FaultDetail>"
#define WSMAN_FAULT(code, message)                                                                 \
  "<f:WSManFault" FAULT_NS " Code=\"" code "\" Machine=\"hv.example\"><f:Message>" message         \
  "</f:Message></f:WSManFault>"
#define SELECTORS                                                                                  \
  "The WS-Management service cannot process the request because the request contained invalid "    \
  "selectors for the resource. "

/* As recorded of Windows Server 2008 R2 to 2016, but for names. */
static const struct {
  const char *sentence, *action, *shell, *body, *fault;
} golden[] = {
  { "a shell that is not there", DELETE, NOBODY, "",
    FAULT ("w:InvalidSelectors", SELECTORS,
           DETAIL ("UnexpectedSelectors") WSMAN_FAULT (
               "2150858843", "<f:ProviderFault provider=\"Shell provider\" "
                             "path=\"%systemroot%\\system32\\WsmSvc.dll\">" WSMAN_FAULT (
                                 "2150858843", SELECTORS) "</f:ProviderFault>")) },
  { "a command that is not there", RECEIVE, SHELL, DESIRED (NOBODY, "stdout stderr"),
    FAULT ("w:InvalidSelectors", SELECTORS,
           DETAIL ("UnexpectedSelectors") WSMAN_FAULT (
               "2150858843",
               "The Windows Remote Shell received a request to perform an operation on a command "
               "identifier that does not exist. Either the command has completed execution or the "
               "client specified an invalid command identifier. ")) },
  { "a signal for nobody", SIGNAL, SHELL,
    "<rsp:Signal><rsp:Code>" SHELL_URI "/signal/ctrl_c</rsp:Code></rsp:Signal>",
    FAULT ("w:InvalidParameter", "The parameter is incorrect. ",
           DETAIL ("InvalidValue") WSMAN_FAULT (
               "87", "<f:ProviderFault provider=\"Shell cmd plugin\" "
                     "path=\"%systemroot%\\system32\\winrscmd.dll\">The parameter is incorrect. "
                     "</f:ProviderFault>")) },
  { "Argument for Arguments", COMMAND, SHELL,
    LINE ("<rsp:Command>a</rsp:Command><rsp:Argument>b</rsp:Argument>"),
    FAULT ("w:SchemaValidationError",
           "The SOAP XML in the message does not match the corresponding XML schema definition. "
           "Change the XML and retry. ",
           WSMAN_FAULT ("2150858817",
                        "The Windows Remote Shell cannot process the request. The SOAP packet "
                        "contains an element Argument that is invalid. Retry the request with the "
                        "correct XML element. ")) },
};

static void
test_golden (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *shell = shells_open (fixture);
  g_autofree char *text = shells_request (golden[i].action, golden[i].shell, "", golden[i].body);
  g_autofree char *request = put_ids (text, shell, "");
  g_autofree char *reply = shells_ask (fixture, request, 500);
  g_autofree char *fault = wsman_fixture_between (reply, "<s:Body>", "</s:Body>");

  wsman_fixture_assert_same (fault, golden[i].fault);
}

/* The detail names the number, and nothing relates (recorded of a 2012 host). */
static void
test_quota (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *request = shells_request (CREATE, NULL, "", SHELL_BODY (""));
  g_autofree char *reply = NULL;

  repository_set_setting (fixture->wsman->repository, "config", "Winrs.MaxShellsPerUser", "30");
  for (guint i = 0; i < 30; i++) {
    g_autofree char *shell = shells_open (fixture);

    g_assert_nonnull (shell);
  }
  reply = shells_ask (fixture, request, 500);
  g_assert_nonnull (strstr (reply, "<s:Value>w:QuotaLimit</s:Value>"));
  g_assert_nonnull (strstr (reply, ">The WS-Management service cannot process the request. The "
                                   "maximum number of concurrent shells for this user has been "
                                   "exceeded. Close existing shells or raise the quota for this "
                                   "user. </s:Text>"));
  g_assert_cmpuint (wsman_fixture_count (reply, "This user is allowed a maximum number of 30 "
                                                "concurrent shells, which has been exceeded. "),
                    ==, 2);
  g_assert_nonnull (strstr (reply, ">HRESULT 0x803381a5<"));
  g_assert_null (strstr (reply, "a:RelatesTo"));
}

/* The other quotas of winrm/config/winrs: a shell is open, and somebody wants one more. */
static void
test_quotas (void)
{
  static const struct {
    const char *setting, *value, *user, *code;
  } quotas[] = {
    { "Winrs.AllowRemoteShellAccess", "false", "administrator", "\"2150859180\"" },
    { "Winrs.MaxConcurrentUsers", "1", "somebody else", ">2150859179<" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (quotas); i++) {
    g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
    g_autofree char *request = shells_request (CREATE, NULL, "", SHELL_BODY (""));
    g_autofree char *shell = shells_open (fixture);
    g_autoptr (SimExchange) exchange = NULL;
    g_autofree char *reply = NULL;

    g_assert_nonnull (shell);
    repository_set_setting (fixture->wsman->repository, "config", quotas[i].setting,
                            quotas[i].value);
    exchange = shells_begin (fixture, request, quotas[i].user);
    reply = wsman_fixture_reply (exchange);
    g_assert_cmpuint (exchange->status, ==, 500);
    g_assert_nonnull (strstr (reply, quotas[i].code));
  }
}

/* Each command is a process. */
static void
test_processes (void)
{
  g_autoptr (ShellsFixture) fixture = shells_fixture_new ();
  g_autofree char *shell = shells_open (fixture);
  g_autofree char *request
      = shells_request (SHELL_URI "/Command", shell, "",
                        "<rsp:CommandLine><rsp:Command>sort</rsp:Command></rsp:CommandLine>");
  g_autofree char *reply = NULL;

  repository_set_setting (fixture->wsman->repository, "config", "Winrs.MaxProcessesPerShell", "1");
  g_free (shells_ask (fixture, request, 200));
  reply = shells_ask (fixture, request, 500);
  g_assert_nonnull (strstr (reply, " Code=\"1816\""));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/shell-strict/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++) {
    g_autofree char *path = g_strconcat ("/wsman/shell-strict/bytes/", golden[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_golden);
  }
  g_test_add_func ("/wsman/shell-strict/so many variables", test_variables);
  g_test_add_func ("/wsman/shell-strict/uris", test_uris);
  g_test_add_func ("/wsman/shell-strict/a shell of another user", test_of_another);
  g_test_add_func ("/wsman/shell-strict/a command that is done", test_told);
  g_test_add_func ("/wsman/shell-strict/quota", test_quota);
  g_test_add_func ("/wsman/shell-strict/quotas of users, and of the host", test_quotas);
  g_test_add_func ("/wsman/shell-strict/processes of a shell", test_processes);
  return g_test_run ();
}
