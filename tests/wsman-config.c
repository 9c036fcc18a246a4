/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* winrm/config: Get as recorded of a Server (pypsrp, whose host had changed which authentication it
 * takes), Put and what it changes, and the listeners. */

#define CONFIG_URI "http://schemas.microsoft.com/wbem/wsman/1/config"
#define AUTH                                                                                       \
  "<cfg:Basic>false</cfg:Basic><cfg:Kerberos>true</cfg:Kerberos><cfg:Negotiate>true"               \
  "</cfg:Negotiate><cfg:Certificate>false</cfg:Certificate><cfg:CredSSP>false</cfg:CredSSP>"       \
  "<cfg:CbtHardeningLevel>Relaxed</cfg:CbtHardeningLevel>"
#define PORTS                                                                                      \
  "<cfg:DefaultPorts><cfg:HTTP>5985</cfg:HTTP><cfg:HTTPS>5986</cfg:HTTPS></cfg:DefaultPorts>"
#define CONFIG                                                                                     \
  "<cfg:Config xmlns:cfg=\"" CONFIG_URI "\">"                                                      \
  "<cfg:MaxEnvelopeSizekb>500</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms>"   \
  "<cfg:MaxBatchItems>32000</cfg:MaxBatchItems>"                                                   \
  "<cfg:MaxProviderRequests>4294967295</cfg:MaxProviderRequests><cfg:Client>"                      \
  "<cfg:NetworkDelayms>5000</cfg:NetworkDelayms><cfg:URLPrefix>wsman</cfg:URLPrefix>"              \
  "<cfg:AllowUnencrypted>false</cfg:AllowUnencrypted><cfg:Auth><cfg:Basic>true</cfg:Basic>"        \
  "<cfg:Digest>true</cfg:Digest><cfg:Kerberos>true</cfg:Kerberos><cfg:Negotiate>true"              \
  "</cfg:Negotiate><cfg:Certificate>true</cfg:Certificate><cfg:CredSSP>false</cfg:CredSSP>"        \
  "</cfg:Auth>" PORTS "<cfg:TrustedHosts></cfg:TrustedHosts></cfg:Client><cfg:Service>"            \
  "<cfg:RootSDDL>O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"           \
  "</cfg:RootSDDL><cfg:MaxConcurrentOperations>4294967295</cfg:MaxConcurrentOperations>"           \
  "<cfg:MaxConcurrentOperationsPerUser>1500</cfg:MaxConcurrentOperationsPerUser>"                  \
  "<cfg:EnumerationTimeoutms>240000</cfg:EnumerationTimeoutms><cfg:MaxConnections>300"             \
  "</cfg:MaxConnections><cfg:MaxPacketRetrievalTimeSeconds>120"                                    \
  "</cfg:MaxPacketRetrievalTimeSeconds><cfg:AllowUnencrypted>false</cfg:AllowUnencrypted>"         \
  "<cfg:Auth>" AUTH "</cfg:Auth>" PORTS "<cfg:IPv4Filter>*</cfg:IPv4Filter><cfg:IPv6Filter>*"      \
  "</cfg:IPv6Filter><cfg:EnableCompatibilityHttpListener>false"                                    \
  "</cfg:EnableCompatibilityHttpListener><cfg:EnableCompatibilityHttpsListener>false"              \
  "</cfg:EnableCompatibilityHttpsListener><cfg:CertificateThumbprint></cfg:CertificateThumbprint>" \
  "<cfg:AllowRemoteAccess>true</cfg:AllowRemoteAccess></cfg:Service><cfg:Winrs>"                   \
  "<cfg:AllowRemoteShellAccess>true</cfg:AllowRemoteShellAccess><cfg:IdleTimeout>7200000"          \
  "</cfg:IdleTimeout><cfg:MaxConcurrentUsers>2147483647</cfg:MaxConcurrentUsers>"                  \
  "<cfg:MaxShellRunTime>2147483647</cfg:MaxShellRunTime>"                                          \
  "<cfg:MaxProcessesPerShell>2147483647</cfg:MaxProcessesPerShell>"                                \
  "<cfg:MaxMemoryPerShellMB>2147483647</cfg:MaxMemoryPerShellMB>"                                  \
  "<cfg:MaxShellsPerUser>2147483647</cfg:MaxShellsPerUser></cfg:Winrs></cfg:Config>"
#define LISTENER(transport, port)                                                                  \
  "<cfg:Listener xmlns:cfg=\"" CONFIG_URI "/listener\"" XSI "><cfg:Address>*</cfg:Address>"        \
  "<cfg:Transport>" transport "</cfg:Transport><cfg:Port>" port "</cfg:Port>"                      \
  "<cfg:Hostname></cfg:Hostname><cfg:Enabled>true</cfg:Enabled><cfg:URLPrefix>wsman"               \
  "</cfg:URLPrefix><cfg:CertificateThumbprint></cfg:CertificateThumbprint>"                        \
  "<cfg:ListeningOn>127.0.0.1</cfg:ListeningOn><cfg:ListeningOn>::1</cfg:ListeningOn>"             \
  "</cfg:Listener>"
#define LISTENER_SELECTORS(transport) SELECTOR ("Address", "*") SELECTOR ("Transport", transport)
#define LISTENER_EPR(transport)                                                                    \
  EPR (EPR_CONTENT (CONFIG_URI "/listener", LISTENER_SELECTORS (transport)))
#define REPLY(action, body) TRANSFER ("en-US", TRANSFER_URI action, body)
#define PUT(settings) "<cfg:Config xmlns:cfg=\"" CONFIG_URI "\">" settings "</cfg:Config>"
#define SET(headers) "<w:SelectorSet>" headers "</w:SelectorSet>"

static const struct {
  const char *sentence, *action, *path, *headers, *body, *expected;
} rows[] = {
  { "everything", TRANSFER_URI "Get", "", "", "", REPLY ("GetResponse", CONFIG) },
  { "a group of a group", TRANSFER_URI "Get", "/service/auth", "", "",
    REPLY ("GetResponse",
           "<cfg:Auth xmlns:cfg=\"" CONFIG_URI "/service/auth\">" AUTH "</cfg:Auth>") },
  { "a group in another case", TRANSFER_URI "Get", "/Client/DefaultPorts", "", "",
    REPLY ("GetResponse", "<cfg:DefaultPorts xmlns:cfg=\"" CONFIG_URI "/client/defaultports\">"
                          "<cfg:HTTP>5985</cfg:HTTP><cfg:HTTPS>5986</cfg:HTTPS>"
                          "</cfg:DefaultPorts>") },
  { "a Get put back", TRANSFER_URI "Put", "", "", CONFIG, REPLY ("PutResponse", CONFIG) },
  { "a group put", TRANSFER_URI "Put", "/service/auth", "",
    "<c:Auth xmlns:c=\"" CONFIG_URI "/service/auth\"><c:Basic>false</c:Basic></c:Auth>",
    REPLY ("PutResponse",
           "<cfg:Auth xmlns:cfg=\"" CONFIG_URI "/service/auth\">" AUTH "</cfg:Auth>") },
  { "a listener", TRANSFER_URI "Get", "/listener", SET (LISTENER_SELECTORS ("HTTP")), "",
    REPLY ("GetResponse", LISTENER ("HTTP", "5985")) },
  { "the listeners at once", ENUMERATION_URI "Enumerate", "/listener", "",
    "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements></n:Enumerate>",
    ENUMERATION (
        "EnumerateResponse",
        "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items>" LISTENER (
            "HTTP", "5985") "</w:Items><w:EndOfSequence/></n:EnumerateResponse>") },
  { "where the listeners are", ENUMERATION_URI "Enumerate", "/listener", "",
    "<n:Enumerate><w:OptimizeEnumeration/><w:EnumerationMode>EnumerateEPR</w:EnumerationMode>"
    "</n:Enumerate>",
    ENUMERATION (
        "EnumerateResponse",
        "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items>" LISTENER_EPR (
            "HTTP") "</w:Items><w:EndOfSequence/></n:EnumerateResponse>") },
  { "the listeners and where they are", ENUMERATION_URI "Enumerate", "/listener", "",
    "<n:Enumerate><w:OptimizeEnumeration/><w:EnumerationMode>EnumerateObjectAndEPR"
    "</w:EnumerationMode></n:Enumerate>",
    ENUMERATION ("EnumerateResponse",
                 "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items>"
                 "<w:Item>" LISTENER ("HTTP", "5985") LISTENER_EPR (
                     "HTTP") "</w:Item></w:Items><w:EndOfSequence/></n:EnumerateResponse>") },
};

static char *
make (const char *action, const char *path, const char *headers, const char *body)
{
  g_autofree char *uri = g_strconcat (CONFIG_URI, path, NULL);

  return wsman_fixture_request (action, uri, headers, body);
}

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = make (rows[i].action, rows[i].path, rows[i].headers, rows[i].body);

  wsman_fixture_assert_reply (fixture, request, 200, rows[i].expected);
}

static const struct {
  const char *sentence, *action, *path, *headers, *body;
  const char *fault;
  guint32 code;
  const char *refusal;
} refusals[] = {
  { "a part that is not there", TRANSFER_URI "Get", "/plumbing", "", "", "a:DestinationUnreachable",
    2150858811u, "w:ResourceURI \"" CONFIG_URI "/plumbing\" is no part of winrm/config" },
  { "selectors", TRANSFER_URI "Get", "/service", SET (SELECTOR ("A", "b")), "",
    "w:InvalidSelectors", 2150858843u, "selectors, and there is one only" },
  { "a body in a Get", TRANSFER_URI "Get", "", "", "<x/>", "w:SchemaValidationError", 2150858817u,
    "s:Body of a Get has x in it" },
  { "a fragment", TRANSFER_URI "Get", "",
    "<w:FragmentTransfer s:mustUnderstand=\"true\">Service</w:FragmentTransfer>", "",
    "a:ActionNotSupported", 2150858771u, "w:FragmentTransfer of winrm/config" },
  { "a setting that is not there", TRANSFER_URI "Put", "", "", PUT ("<cfg:Colour>1</cfg:Colour>"),
    "w:SchemaValidationError", 2150858817u, "cfg:Config has no setting Colour in it" },
  { "a setting in another namespace", TRANSFER_URI "Put", "", "",
    PUT ("<MaxBatchItems>1</MaxBatchItems>"), "w:SchemaValidationError", 2150858817u,
    "cfg:Config has no setting MaxBatchItems in it" },
  { "less than the least", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:MaxEnvelopeSizekb>31</cfg:MaxEnvelopeSizekb>"), "w:SchemaValidationError",
    2150858817u, "cfg:MaxEnvelopeSizekb: \"31\" is no value for it" },
  { "no switch", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:Service><cfg:AllowRemoteAccess>maybe</cfg:AllowRemoteAccess></cfg:Service>"),
    "w:SchemaValidationError", 2150858817u, "cfg:AllowRemoteAccess: \"maybe\" is no value for it" },
  { "elements in a setting", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:MaxTimeoutms><x/></cfg:MaxTimeoutms>"), "w:SchemaValidationError", 2150858817u,
    "cfg:MaxTimeoutms: \"\" is no value for it" },
  { "a setting without effect", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:MaxProviderRequests>1</cfg:MaxProviderRequests>"), "w:InternalError", 2150859182u,
    "cfg:MaxProviderRequests cannot be changed" },
  { "a setting to read only", TRANSFER_URI "Put", "/service/defaultports", "",
    "<cfg:DefaultPorts xmlns:cfg=\"" CONFIG_URI "/service/defaultports\"><cfg:HTTP>80</cfg:HTTP>"
    "</cfg:DefaultPorts>",
    "w:InternalError", 2150859071u, "cfg:HTTP cannot be changed" },
  { "nothing put", TRANSFER_URI "Put", "", "", "", "w:SchemaValidationError", 2150858817u,
    "no cfg:Config in s:Body" },
  { "another namespace put", TRANSFER_URI "Put", "", "", "<Config xmlns=\"urn:x\"/>",
    "x:InvalidRepresentation", 2150858840u,
    "cfg:Config is not in the namespace \"" CONFIG_URI "\"" },
  { "a listener without its keys", TRANSFER_URI "Get", "/listener", "", "", "w:InvalidSelectors",
    2150858813u, "no selector Address, which is a key of a Listener" },
  { "a listener by its port", TRANSFER_URI "Get", "/listener", SET (SELECTOR ("Port", "1")), "",
    "w:InvalidSelectors", 2150858843u, "selector Port of a Listener" },
  { "a listener that is not there", TRANSFER_URI "Get", "/listener",
    SET (LISTENER_SELECTORS ("HTTPS")), "", "a:DestinationUnreachable", 2150858752u,
    "no Listener with Address \"*\", Transport \"HTTPS\"" },
  { "Enumerate of the service", ENUMERATION_URI "Enumerate", "/service", "", "<n:Enumerate/>",
    "a:ActionNotSupported", 2150858771u, "Enumerate of \"" CONFIG_URI "/service\"" },
  { "a filter", ENUMERATION_URI "Enumerate", "/listener", "",
    "<n:Enumerate>" WQL ("SELECT * FROM x") "</n:Enumerate>", "n:FilteringNotSupported",
    2150858776u, "a filter, and no class of WMI" },
  { "a filter in XPath", ENUMERATION_URI "Enumerate", "/listener", "",
    "<n:Enumerate><w:Filter Dialect=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">/Port"
    "</w:Filter></n:Enumerate>",
    "n:FilteringNotSupported", 2150858776u, "a filter, and no class of WMI" },
  { "Create of the service", TRANSFER_URI "Create", "/service", "", "", "a:ActionNotSupported",
    2150858771u, "Create of \"" CONFIG_URI "/service\"" },
  { "Delete of the service", TRANSFER_URI "Delete", "/service", "", "", "a:ActionNotSupported",
    2150858771u, "Delete of \"" CONFIG_URI "/service\"" },
  { "a setting that a simulated host cannot obey", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:Service><cfg:RootSDDL>O:NS</cfg:RootSDDL></cfg:Service>"), "w:InternalError",
    2150858890u, "cfg:RootSDDL cannot be changed" },
  { "MaxShellRunTime, read-only since WinRM 2.0", TRANSFER_URI "Put", "/winrs", "",
    "<cfg:Winrs xmlns:cfg=\"" CONFIG_URI "/winrs\"><cfg:MaxShellRunTime>1</cfg:MaxShellRunTime>"
    "</cfg:Winrs>",
    "w:InternalError", 2150859071u, "cfg:MaxShellRunTime cannot be changed" },
  { "a level of hardening that there is not", TRANSFER_URI "Put", "/service/auth", "",
    "<c:Auth xmlns:c=\"" CONFIG_URI "/service/auth\"><c:CbtHardeningLevel>Some"
    "</c:CbtHardeningLevel></c:Auth>",
    "w:SchemaValidationError", 2150858817u, "cfg:CbtHardeningLevel: \"Some\" is no value for it" },
  { "a filter of addresses that is no range", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:Service><cfg:IPv4Filter>127.0.0.1</cfg:IPv4Filter></cfg:Service>"),
    "w:InternalError", 2150858988u, "cfg:IPv4Filter: \"127.0.0.1\" is no value for it" },
  { "a filter of addresses from the end to the beginning", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:Service><cfg:IPv4Filter>10.0.0.9-10.0.0.1</cfg:IPv4Filter></cfg:Service>"),
    "w:InternalError", 2150858988u, "cfg:IPv4Filter: \"10.0.0.9-10.0.0.1\" is no value for it" },
  { "a filter of addresses of the other family", TRANSFER_URI "Put", "", "",
    PUT ("<cfg:Service><cfg:IPv6Filter>10.0.0.1-10.0.0.9</cfg:IPv6Filter></cfg:Service>"),
    "w:InternalError", 2150858988u, "cfg:IPv6Filter: \"10.0.0.1-10.0.0.9\" is no value for it" },
};

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request
      = make (refusals[i].action, refusals[i].path, refusals[i].headers, refusals[i].body);
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);
  g_autofree char *reply = wsman_fixture_reply (exchange);
  g_autofree char *code = wsman_fixture_between (reply, " Code=\"", "\"");
  g_autofree char *expected = g_strdup_printf ("%u", refusals[i].code);

  g_assert_cmpstr (exchange->refusal, ==, refusals[i].refusal);
  g_assert_cmpstr (exchange->fault, ==, refusals[i].fault);
  g_assert_cmpstr (code, ==, expected);
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman), ==, 0);
}

static void
put (WsmanFixture *fixture, const char *body)
{
  g_autofree char *request = make (TRANSFER_URI "Put", "", "", body);
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);

  g_assert_nonnull (strstr (reply, "<cfg:Config "));
}

/* A smaller envelope: a request that was good is too large now. */
static void
test_envelope (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *body = g_strnfill (40 * 1024, ' ');
  g_autoptr (SimExchange) before = wsman_fixture_send (fixture, body);
  g_autoptr (SimExchange) after = NULL;

  put (fixture, PUT ("<cfg:MaxEnvelopeSizekb>32</cfg:MaxEnvelopeSizekb>"));
  after = wsman_fixture_send (fixture, body);
  g_assert_cmpuint (before->status, ==, 500);
  g_assert_cmpuint (after->status, ==, 413);
}

/* The quota is each user's own. */
static void
test_operations (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *enumerate = wsman_fixture_enumerate ("SELECT * FROM Msvm_ComputerSystem", "");
  g_autoptr (SimExchange) first = NULL, second = NULL, other = NULL;
  g_autofree char *reply = NULL;

  put (fixture, PUT ("<cfg:Service><cfg:MaxConcurrentOperationsPerUser>1"
                     "</cfg:MaxConcurrentOperationsPerUser></cfg:Service>"));
  first = wsman_fixture_send (fixture, enumerate);
  second = wsman_fixture_send (fixture, enumerate);
  other = wsman_fixture_send_as (fixture, enumerate, "somebody else");
  reply = wsman_fixture_reply (second);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpstr (second->fault, ==, "w:QuotaLimit");
  g_assert_nonnull (strstr (reply, ">2150859174</p:error_Code>"));
  g_assert_cmpuint (other->status, ==, 200);
}

/* Contexts live as long as the setting says. */
static void
test_timeout (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *enumerate = wsman_fixture_enumerate ("SELECT * FROM Msvm_ComputerSystem", "");
  g_autofree char *reply = NULL, *pull = NULL;
  g_autoptr (SimExchange) late = NULL;

  put (fixture, PUT ("<cfg:Service><cfg:EnumerationTimeoutms>500</cfg:EnumerationTimeoutms>"
                     "</cfg:Service>"));
  reply = wsman_fixture_ask (fixture, enumerate, 200);
  pull = wsman_fixture_pull (reply, "");
  sim_clock_advance (fixture->clock, 500001);
  late = wsman_fixture_send (fixture, pull);
  g_assert_cmpstr (late->fault, ==, "n:InvalidEnumerationContext");
}

/* A second listener, pulled. */
static void
test_pull (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *enumerate
      = make (ENUMERATION_URI "Enumerate", "/listener", "", "<n:Enumerate/>");
  g_autofree char *reply = NULL, *context = NULL, *body = NULL, *pull = NULL, *foreign = NULL;
  g_autoptr (SimExchange) elsewhere = NULL;

  repository_set_setting (fixture->repository, "config", "Listener.HTTPS.Port", "5986");
  repository_set_setting (fixture->repository, "config", "Listener.HTTP.Port", "80");
  reply = wsman_fixture_ask (fixture, enumerate, 200);
  context = wsman_fixture_between (reply, "<n:EnumerationContext>", "</n:EnumerationContext>");
  body = g_strdup_printf ("<n:Pull><n:EnumerationContext>%s</n:EnumerationContext>"
                          "<n:MaxElements>5</n:MaxElements></n:Pull>",
                          context);
  foreign = wsman_fixture_pull (reply, "");
  elsewhere = wsman_fixture_send (fixture, foreign);
  g_assert_cmpstr (elsewhere->refusal, ==,
                   "w:ResourceURI is of root/virtualization/v2, the context of winrm/config");
  pull = make (ENUMERATION_URI "Pull", "/listener", "", body);
  wsman_fixture_assert_reply (
      fixture, pull, 200,
      ENUMERATION ("PullResponse",
                   "<n:PullResponse><n:Items>" LISTENER ("HTTP", "80")
                       LISTENER ("HTTPS", "5986") "</n:Items><n:EndOfSequence/></n:PullResponse>"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/config/says/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strconcat ("/wsman/config/refuses/", refusals[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_refusal);
  }
  g_test_add_func ("/wsman/config/envelope size", test_envelope);
  g_test_add_func ("/wsman/config/operations of a user", test_operations);
  g_test_add_func ("/wsman/config/life of a context", test_timeout);
  g_test_add_func ("/wsman/config/listeners pulled", test_pull);
  return g_test_run ();
}
