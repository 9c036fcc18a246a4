/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-fixture.h"

/* One reply of each kind, byte for byte; only GUIDs of messages, contexts and jobs are masked. */

#define SOAP                                                                                       \
  " xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                           \
  " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
#define X " xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
#define E " xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\""
#define N " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
#define W " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
#define P " xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\""
#define XSI " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
#define CIM " xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define FAULT_NS " xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\""

#define ENVELOPE(lang, namespaces, action, body)                                                   \
  "<s:Envelope xml:lang=\"" lang "\"" namespaces "><s:Header><a:Action>" action "</a:Action>"      \
  "<a:MessageID>uuid:*</a:MessageID><a:To>" ANONYMOUS "</a:To><a:RelatesTo>uuid:*</a:RelatesTo>"   \
  "</s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define ENUMERATION(action, body) ENVELOPE ("en-US", SOAP N W, ENUMERATION_URI action, body)
#define CONTEXT "<n:EnumerationContext>uuid:*</n:EnumerationContext>"

#define PRODUCT(uuid)                                                                              \
  "<p:Win32_ComputerSystemProduct" XSI " xmlns:p=\"" CIMV2_URI "Win32_ComputerSystemProduct\"" CIM \
  " xsi:type=\"p:Win32_ComputerSystemProduct_Type\">"                                              \
  "<p:Caption>Computer System Product</p:Caption>"                                                 \
  "<p:Description>Box &amp; &quot;lid&quot;</p:Description>"                                       \
  "<p:IdentifyingNumber>1</p:IdentifyingNumber><p:Name>Server</p:Name>"                            \
  "<p:SKUNumber xsi:nil=\"true\"/><p:UUID>" uuid "</p:UUID><p:Vendor></p:Vendor>"                  \
  "<p:Version>1.0</p:Version></p:Win32_ComputerSystemProduct>"
#define EPR_CONTENT(uri, selectors)                                                                \
  "<a:Address>" ANONYMOUS "</a:Address><a:ReferenceParameters><w:ResourceURI>" uri                 \
  "</w:ResourceURI><w:SelectorSet>" selectors "</w:SelectorSet></a:ReferenceParameters>"
#define SELECTOR(name, value) "<w:Selector Name=\"" name "\">" value "</w:Selector>"
#define PRODUCT_EPR(version)                                                                       \
  "<a:EndpointReference>" EPR_CONTENT (                                                            \
      CIMV2_URI "Win32_ComputerSystemProduct",                                                     \
      SELECTOR ("IdentifyingNumber", "1") SELECTOR ("Name", "Server")                              \
          SELECTOR ("Version", version)) "</a:EndpointReference>"
#define FRAGMENT(uuid)                                                                             \
  "<w:XmlFragment" XSI W "><Name>Server</Name><SKUNumber xsi:nil=\"true\"/><UUID>" uuid            \
  "</UUID></w:XmlFragment>"

#define PRODUCT_MOF(version, uuid)                                                                 \
  "instance of Win32_ComputerSystemProduct { Caption = \"Computer System Product\"; "              \
  "Description = \"Box & \\\"lid\\\"\"; IdentifyingNumber = \"1\"; Name = \"Server\"; "            \
  "Version = \"" version "\"; Vendor = \"\"; UUID = \"" uuid "\"; };\n"
#define SMALL_HOST                                                                                 \
  "#pragma namespace (\"root/cimv2\")\n" PRODUCT_MOF (                                             \
      "1.0", "AAAA") "#pragma namespace (\"root/virtualization/v2\")\n"                            \
                     "instance of Msvm_AffectedJobElement { AffectedElement = "                    \
                     "\"Msvm_VirtualSystemSettingData.InstanceID=\\\"Microsoft:A\\\"\"; "          \
                     "AffectingElement = "                                                         \
                     "\"Msvm_ConcreteJob.InstanceID=\\\"B\\\"\"; ElementEffects = {5}; };\n"
#define TWO_PRODUCTS                                                                               \
  "#pragma namespace (\"root/cimv2\")\n" PRODUCT_MOF ("1.0", "AAAA") PRODUCT_MOF ("2.0", "BBBB")

static void
assert_reply (WsmanFixture *fixture, const char *request, guint status, const char *expected)
{
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);
  g_autofree char *reply = wsman_fixture_reply (exchange);
  g_autofree char *masked = wsman_fixture_mask (reply);

  g_assert_cmpstr (masked, ==, expected);
  g_assert_cmpuint (exchange->status, ==, status);
}

static char *
enumerate_class (const char *uri, const char *content)
{
  g_autofree char *body = g_strconcat ("<n:Enumerate>", content, "</n:Enumerate>", NULL);

  return wsman_fixture_request (ENUMERATION_URI "Enumerate", uri, "", body);
}

#define PRODUCT_URI CIMV2_URI "Win32_ComputerSystemProduct"
#define WQL(query)                                                                                 \
  "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">" query "</w:Filter>"

/* ---- Identify ---- */
#define IDENTIFY                                                                                   \
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:i=\""                     \
  "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"><s:Header/><s:Body>"          \
  "<i:Identify/></s:Body></s:Envelope>"
#define IDENTIFIED(version)                                                                        \
  "<s:Body><wsmid:IdentifyResponse xmlns:wsmid=\""                                                 \
  "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"><wsmid:ProtocolVersion>"      \
  "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion><wsmid:ProductVendor>"    \
  "Microsoft Corporation</wsmid:ProductVendor><wsmid:ProductVersion>OS: " version                  \
  " SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
#define PROFILE(name)                                                                              \
  "<wsmid:SecurityProfileName>http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/" name         \
  "</wsmid:SecurityProfileName>"

static void
test_identify (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);

  assert_reply (
      fixture, IDENTIFY, 200,
      "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">"
      "<s:Header></s:Header>" IDENTIFIED ("10.0.17763") "<wsmid:SecurityProfiles>" PROFILE (
          "http/basic") PROFILE ("http/spnego-kerberos") "</wsmid:SecurityProfiles>"
                                                         "</wsmid:IdentifyResponse></s:Body>"
                                                         "</s:Envelope>");
}

static void
test_identify_anonymous (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autoptr (SimExchange) exchange = wsman_fixture_send_as (fixture, IDENTIFY, NULL);
  g_autofree char *reply = wsman_fixture_reply (exchange);

  g_assert_cmpstr (
      reply, ==,
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/>" IDENTIFIED (
          "0.0.0") "</wsmid:IdentifyResponse></s:Body></s:Envelope>");
}

static void
test_identify_releases (void)
{
  static const struct {
    const char *host, *version;
  } rows[] = { { "2012r2", "OS: 6.3.9600 SP" }, { "2016", "OS: 10.0.14393 SP" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (WsmanFixture) fixture = wsman_fixture_new (rows[i].host, 0);
    g_autofree char *reply = wsman_fixture_ask (fixture, IDENTIFY, 200);

    g_assert_nonnull (strstr (reply, rows[i].version));
  }
}

/* ---- Enumerate and Pull ---- */
static void
test_enumerate (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", TWO_PRODUCTS);
  g_autofree char *request = enumerate_class (PRODUCT_URI, "");

  assert_reply (
      fixture, request, 200,
      ENUMERATION ("EnumerateResponse", "<n:EnumerateResponse>" CONTEXT "</n:EnumerateResponse>"));
}

#define OPTIMIZED "<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"

static void
test_optimized (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", TWO_PRODUCTS);
  g_autofree char *request = enumerate_class (PRODUCT_URI, OPTIMIZED);

  assert_reply (fixture, request, 200,
                ENUMERATION ("EnumerateResponse",
                             "<n:EnumerateResponse>" CONTEXT
                             "<w:Items>" PRODUCT ("AAAA") "</w:Items></n:EnumerateResponse>"));
}

static void
test_complete (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", SMALL_HOST);
  g_autofree char *request = enumerate_class (PRODUCT_URI, OPTIMIZED);

  assert_reply (fixture, request, 200,
                ENUMERATION ("EnumerateResponse",
                             "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext>"
                             "<w:Items>" PRODUCT ("AAAA") "</w:Items><w:EndOfSequence/>"
                                                          "</n:EnumerateResponse>"));
}

/* First reply to @content, then what a Pull gives. */
static void
assert_pull (const char *mof, const char *uri, const char *content, const char *expected)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", mof);
  g_autofree char *request = enumerate_class (uri, content);
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *id
      = wsman_fixture_between (first, "<n:EnumerationContext>", "</n:EnumerationContext>");
  g_autofree char *body = g_strconcat ("<n:Pull><n:EnumerationContext>", id,
                                       "</n:EnumerationContext></n:Pull>", NULL);
  g_autofree char *pull = wsman_fixture_request (ENUMERATION_URI "Pull", uri, "", body);

  assert_reply (fixture, pull, 200, expected);
}

#define PULLED(before, items, after)                                                               \
  ENUMERATION ("PullResponse",                                                                     \
               "<n:PullResponse>" before "<n:Items>" items "</n:Items>" after "</n:PullResponse>")
#define END "<n:EndOfSequence/>"

static void
test_pull (void)
{
  assert_pull (TWO_PRODUCTS, PRODUCT_URI, "", PULLED (CONTEXT, PRODUCT ("AAAA"), ""));
}

static void
test_pull_last (void)
{
  assert_pull (SMALL_HOST, PRODUCT_URI, "", PULLED ("", PRODUCT ("AAAA"), END));
}

static void
test_pull_epr (void)
{
  assert_pull (SMALL_HOST, PRODUCT_URI, "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>",
               PULLED ("", PRODUCT_EPR ("1.0"), END));
}

static void
test_pull_object_and_epr (void)
{
  assert_pull (SMALL_HOST, PRODUCT_URI,
               "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>",
               PULLED ("", "<w:Item>" PRODUCT ("AAAA") PRODUCT_EPR ("1.0") "</w:Item>", END));
}

/* Alphabetical, whatever the order of the query. */
static void
test_pull_projection (void)
{
  assert_pull (SMALL_HOST, CIMV2_URI "*",
               WQL ("select UUID, name, SKUNumber from Win32_ComputerSystemProduct"),
               PULLED ("", FRAGMENT ("AAAA"), END));
}

static void
test_pull_references (void)
{
  assert_pull (
      SMALL_HOST, V2_URI "Msvm_AffectedJobElement", "",
      PULLED (
          "",
          "<p:Msvm_AffectedJobElement" XSI " xmlns:p=\"" V2_URI "Msvm_AffectedJobElement\"" CIM
          " xsi:type=\"p:Msvm_AffectedJobElement_Type\"><p:AffectedElement"
          " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"" W ">" EPR_CONTENT (
              V2_URI "Msvm_VirtualSystemSettingData",
              SELECTOR (
                  "InstanceID",
                  "Microsoft:A")) "</p:AffectedElement>"
                                  "<p:AffectingElement "
                                  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"" W
                                  ">" EPR_CONTENT (
                                      V2_URI "Msvm_ConcreteJob",
                                      SELECTOR ("InstanceID",
                                                "B")) "</p:AffectingElement><p:ElementEffects>5</"
                                                      "p:ElementEffects>"
                                                      "</p:Msvm_AffectedJobElement>",
          END));
}

static void
test_selector_filter (void)
{
  assert_pull (TWO_PRODUCTS, PRODUCT_URI,
               "<w:Filter Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\">"
               "<w:SelectorSet><w:Selector Name=\"UUID\">AAAA</w:Selector></w:SelectorSet>"
               "</w:Filter>",
               PULLED ("", PRODUCT ("AAAA"), END));
}

/* ---- Get and Invoke ---- */
#define TRANSFER(lang, action, body) ENVELOPE (lang, SOAP X W P, action, body)

static void
test_get (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", SMALL_HOST);
  g_autofree char *request = wsman_fixture_request (
      TRANSFER_URI "Get", PRODUCT_URI,
      "<w:Locale xml:lang=\"de-DE\"/><w:SelectorSet>" SELECTOR ("IdentifyingNumber", "1")
          SELECTOR ("Name", "sERVER") SELECTOR ("Version", "1.0") "</w:SelectorSet>",
      "");

  assert_reply (fixture, request, 200,
                TRANSFER ("de-DE", TRANSFER_URI "GetResponse", PRODUCT ("AAAA")));
}

/* The only instance needs no selectors, as `winrm get wmicimv2/Win32_OperatingSystem` shows. */
static void
test_get_singleton (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", SMALL_HOST);
  g_autofree char *request = wsman_fixture_request (TRANSFER_URI "Get", PRODUCT_URI, "", "");
  g_autofree char *partly = wsman_fixture_request (
      TRANSFER_URI "Get", PRODUCT_URI,
      "<w:SelectorSet>" SELECTOR ("Name", "Server") "</w:SelectorSet>", "");

  assert_reply (fixture, request, 200,
                TRANSFER ("en-US", TRANSFER_URI "GetResponse", PRODUCT ("AAAA")));
  assert_reply (fixture, partly, 200,
                TRANSFER ("en-US", TRANSFER_URI "GetResponse", PRODUCT ("AAAA")));
}

#define SYSTEM_URI V2_URI "Msvm_ComputerSystem"
#define WEB01 "DA544605-7DB3-4A68-8931-78277B4AAC9D"

static char *
request_state (const char *state)
{
  g_autofree char *body
      = g_strconcat ("<p:RequestStateChange_INPUT xmlns:p=\"" SYSTEM_URI "\"><p:RequestedState>",
                     state, "</p:RequestedState></p:RequestStateChange_INPUT>", NULL);

  return wsman_fixture_request (
      SYSTEM_URI "/RequestStateChange", SYSTEM_URI,
      "<w:SelectorSet>" SELECTOR ("CreationClassName", "Msvm_ComputerSystem")
          SELECTOR ("Name", WEB01) "</w:SelectorSet>",
      body);
}

#define STATE_CHANGED(job, value)                                                                  \
  TRANSFER ("en-US", SYSTEM_URI "/RequestStateChangeResponse",                                     \
            "<p:RequestStateChange_OUTPUT" XSI " xmlns:p=\"" SYSTEM_URI "\"" CIM ">" job           \
            "<p:ReturnValue>" value "</p:ReturnValue></p:RequestStateChange_OUTPUT>")

static void
test_invoke_job (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autoptr (GRegex) job = g_regex_new ("\"InstanceID\">[0-9A-Fa-f-]{36}<", 0, 0, NULL);
  g_autofree char *request = request_state ("9");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *without
      = g_regex_replace_literal (job, reply, -1, 0, "\"InstanceID\">*<", 0, NULL);
  g_autofree char *masked = wsman_fixture_mask (without);

  g_assert_cmpstr (
      masked, ==,
      STATE_CHANGED (
          "<p:Job xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"" W
          ">" EPR_CONTENT (V2_URI "Msvm_ConcreteJob", SELECTOR ("InstanceID", "*")) "</p:Job>",
          "4096"));
}

static void
test_invoke_nil_job (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = request_state ("77");

  assert_reply (fixture, request, 200, STATE_CHANGED ("<p:Job xsi:nil=\"true\"/>", "32773"));
}

/* ---- faults ---- */
#define FAULT(lang, action, code, subcode, text, detail)                                           \
  ENVELOPE ("en-US", SOAP X E N W P, action,                                                       \
            "<s:Fault><s:Code><s:Value>s:" code "</s:Value><s:Subcode><s:Value>" subcode           \
            "</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"" lang "\">" text         \
            "</s:Text></s:Reason><s:Detail>" detail "</s:Detail></s:Fault>")

static void
test_fault (void)
{
  static const char body[] = "<n:Pull><n:EnumerationContext>uuid:"
                             "00000000-0000-4000-8000-000000000001</n:EnumerationContext></n:Pull>";
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_request (ENUMERATION_URI "Pull", V2_URI "*", "", body);

#define TEXT                                                                                       \
  "The WS-Enumeration context in the enumeration is not valid. Enumeration may have been "         \
  "completed or canceled. You cannot use this enumeration context anymore. Start a new "           \
  "enumeration. "
  assert_reply (fixture, request, 500,
                FAULT ("", "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault", "Receiver",
                       "n:InvalidEnumerationContext", TEXT,
                       "<f:WSManFault" FAULT_NS " Code=\"2150858779\" Machine=\"hv.example\">"
                       "<f:Message>" TEXT "</f:Message></f:WSManFault>"));
#undef TEXT
}

static void
test_provider_fault (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_request (
      TRANSFER_URI "Get", SYSTEM_URI,
      "<w:Locale xml:lang=\"en-US\"/><w:SelectorSet>" SELECTOR ("Colour", "red") "</w:SelectorSet>",
      "");

#define TEXT                                                                                       \
  "The WS-Management service cannot process the request because the request contained invalid "    \
  "selectors for the resource. "
  assert_reply (fixture, request, 500,
                FAULT ("en-US", "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", "Sender",
                       "w:InvalidSelectors", TEXT,
                       "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
                       "UnexpectedSelectors</w:FaultDetail><f:WSManFault" FAULT_NS
                       " Code=\"2150858843\" Machine=\"hv.example\"><f:Message><f:ProviderFault "
                       "provider=\"WMI Provider\" path=\"%systemroot%\\system32\\WsmWmiPl.dll\">"
                       "<f:WSManFault" FAULT_NS
                       " Code=\"2150858843\" Machine=\"HV2019\"><f:Message>" TEXT
                       "</f:Message></f:WSManFault></f:ProviderFault></f:Message></f:WSManFault>"));
#undef TEXT
}

static void
test_query_fault (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate ("Select * from Win32_Processa", "");

#define TEXT                                                                                       \
  "The data source could not process the filter. The filter might be missing or it might be "      \
  "invalid. Change the filter and try the request again.  "
  assert_reply (
      fixture, request, 500,
      FAULT ("", "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault", "Sender",
             "n:CannotProcessFilter", TEXT,
             "<f:WSManFault" FAULT_NS " Code=\"2150858778\" Machine=\"hv.example\"><f:Message>"
             "<f:ProviderFault provider=\"WMI Provider\" "
             "path=\"%systemroot%\\system32\\WsmWmiPl.dll\"><f:WSManFault" FAULT_NS
             " Code=\"2150858778\" Machine=\"HV2019\"><f:Message>The specified class does not "
             "exist in the given namespace. </f:Message></f:WSManFault></f:ProviderFault>"
             "</f:Message></f:WSManFault>"));
#undef TEXT
}

static const struct {
  const char *sentence;
  GTestFunc test;
} rows[] = {
  { "Identify", test_identify },
  { "Identify, anonymous", test_identify_anonymous },
  { "Identify of other releases", test_identify_releases },
  { "Enumerate", test_enumerate },
  { "optimised Enumerate", test_optimized },
  { "optimised Enumerate that says everything", test_complete },
  { "Pull", test_pull },
  { "last Pull", test_pull_last },
  { "Pull of endpoint references", test_pull_epr },
  { "Pull of both", test_pull_object_and_epr },
  { "Pull of a projection", test_pull_projection },
  { "Pull of references", test_pull_references },
  { "Enumerate with a selector filter", test_selector_filter },
  { "Get", test_get },
  { "Get of a singleton", test_get_singleton },
  { "Invoke with a job", test_invoke_job },
  { "Invoke without a job", test_invoke_nil_job },
  { "fault", test_fault },
  { "fault of the provider", test_provider_fault },
  { "fault of a query", test_query_fault },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/golden/", rows[i].sentence, NULL);

    g_test_add_func (path, rows[i].test);
  }
  return g_test_run ();
}
