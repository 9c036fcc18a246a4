/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* Faults, byte for byte; only GUIDs of messages are masked. */

#define SYSTEM_URI V2_URI "Msvm_ComputerSystem"
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
  wsman_fixture_assert_reply (fixture, request, 500,
                              FAULT ("", "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault",
                                     "Receiver", "n:InvalidEnumerationContext", TEXT,
                                     "<f:WSManFault" FAULT_NS
                                     " Code=\"2150858779\" Machine=\"hv.example\">"
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
  wsman_fixture_assert_reply (
      fixture, request, 500,
      FAULT ("en-US", "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", "Sender",
             "w:InvalidSelectors", TEXT,
             "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
             "UnexpectedSelectors</w:FaultDetail><f:WSManFault" FAULT_NS
             " Code=\"2150858843\" Machine=\"hv.example\"><f:Message><f:ProviderFault "
             "provider=\"WMI Provider\" path=\"%systemroot%\\system32\\WsmWmiPl.dll\">"
             "<f:WSManFault" FAULT_NS " Code=\"2150858843\" Machine=\"HV2019\"><f:Message>" TEXT
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
  wsman_fixture_assert_reply (
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

/* WMI's own numbers and texts go through. */
static void
test_hresult (void)
{
  static const char uri[] = V2_URI "Msvm_VirtualSystemManagementService";
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *action = g_strconcat (uri, "/DestroySystem", NULL);
  g_autofree char *request = wsman_fixture_request (
      action, uri,
      "<w:SelectorSet>" SELECTOR ("CreationClassName",
                                  "Msvm_VirtualSystemManagementService") "</w:SelectorSet>",
      "<p:DestroySystem_INPUT xmlns:p=\"urn:x\"/>");

  wsman_fixture_assert_reply (
      fixture, request, 500,
      FAULT ("", "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", "Receiver", "w:InternalError",
             "This method is not implemented ",
             "<f:WSManFault" FAULT_NS " Code=\"2147749973\" Machine=\"hv.example\"><f:Message>"
             "<f:ProviderFault provider=\"WMI Provider\" "
             "path=\"%systemroot%\\system32\\WsmWmiPl.dll\"><f:WSManFault" FAULT_NS
             " Code=\"2147749973\" Machine=\"HV2019\"><f:Message>This method is not implemented "
             "</f:Message></f:WSManFault></f:ProviderFault></f:Message></f:WSManFault>"));
}

static void
test_static_method (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_request (
      CIMV2_URI "Win32_Process/Create", CIMV2_URI "Win32_Process", "",
      "<p:Create_INPUT xmlns:p=\"urn:x\"><p:CommandLine>a</p:CommandLine><p:CurrentDirectory>b"
      "</p:CurrentDirectory><p:ProcessStartupInformation/></p:Create_INPUT>");
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);
  g_autofree char *reply = wsman_fixture_reply (exchange);

  g_assert_cmpstr (exchange->refusal, ==,
                   "Win32_Process.Create is static, and this simulator has no static methods");
  g_assert_nonnull (strstr (reply, " Code=\"2147749973\""));
}

/* Without a:To the host speaks of itself by its own name. */
static void
test_machine (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *reply = wsman_fixture_ask (fixture, "<x/>", 500);

  g_assert_nonnull (strstr (reply, " Machine=\"HV2019\">"));
  g_assert_null (strstr (reply, "RelatesTo"));
}

#define CHILD(name, type, value) "<p:" name " xsi:type=\"cim:cim" type "\">" value "</p:" name ">"
#define NIL(name) "<p:" name " xsi:nil=\"true\" xsi:type=\"cim:cimString\"/>"

/* As recorded of a newer host's quota: no WSManFault, no RelatesTo, a type on every child. */
static void
test_quota_fault (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autoptr (SimExchange) exchange = sim_exchange_new ();
  g_autofree char *reply = NULL;
  g_autofree char *masked = NULL;

  exchange->message_id = g_strdup ("uuid:11111111-2222-4333-8444-555555555555");
  g_assert_true (wsman_answer_fault (fixture->wsman, exchange, "QuotaLimit"));
  reply = wsman_fixture_reply (exchange);
  masked = wsman_fixture_mask (reply);
#define TEXT                                                                                       \
  "The WS-Management service cannot process the request. The maximum number of concurrent "        \
  "operations for this user has been exceeded. Close existing operations for this user, or raise " \
  "the quota for this user. "
  wsman_fixture_assert_same (
      masked,
      "<s:Envelope xml:lang=\"en-US\"" SOAP X E N W P "><s:Header><a:Action>"
      "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault</a:Action><a:MessageID>uuid:*"
      "</a:MessageID><a:To>" ANONYMOUS "</a:To></s:Header><s:Body><s:Fault><s:Code><s:Value>"
      "s:Sender</s:Value><s:Subcode><s:Value>w:QuotaLimit</s:Value></s:Subcode></s:Code>"
      "<s:Reason><s:Text xml:lang=\"\">" TEXT "</s:Text></s:Reason><s:Detail>"
      "<p:MSFT_WmiError b:IsCIM_Error=\"true\" xmlns:b=\""
      "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\"" CIM
      " xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError\""
      " xsi:type=\"p:MSFT_WmiError_Type\"" XSI ">"
      /* clang-format off */
      CHILD ("CIMStatusCode", "UnsignedInt", "27")
      NIL ("CIMStatusCodeDescription")
      NIL ("ErrorSource")
      CHILD ("ErrorSourceFormat", "UnsignedShort", "0")
      CHILD ("ErrorType", "UnsignedShort", "0")
      CHILD ("Message", "String", TEXT)
      CHILD ("MessageID", "String", "HRESULT 0x803381a6")
      NIL ("OtherErrorSourceFormat")
      NIL ("OtherErrorType")
      NIL ("OwningEntity")
      CHILD ("PerceivedSeverity", "UnsignedShort", "0")
      CHILD ("ProbableCause", "UnsignedShort", "0")
      NIL ("ProbableCauseDescription")
      CHILD ("error_Category", "UnsignedInt", "30")
      CHILD ("error_Code", "UnsignedInt", "2150859174")
      CHILD ("error_Type", "String", "HRESULT")
      CHILD ("error_WindowsErrorMessage", "String", TEXT)
      /* clang-format on */
      "</p:MSFT_WmiError></s:Detail></s:Fault></s:Body></s:Envelope>");
#undef TEXT
}

static const WsmanStory stories[] = {
  { "fault", test_fault },
  { "fault of the provider", test_provider_fault },
  { "fault of a query", test_query_fault },
  { "fault with an HRESULT", test_hresult },
  { "fault of a static method", test_static_method },
  { "fault without a:To", test_machine },
  { "fault of a quota", test_quota_fault },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  wsman_fixture_add_stories ("/wsman/golden", stories, G_N_ELEMENTS (stories));
  return g_test_run ();
}
