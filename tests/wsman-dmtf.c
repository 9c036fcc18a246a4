/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* The URIs of DMTF's binding: the namespace is a selector, and replies are in those URIs. */

#define DMTF_URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define ENV_URI DMTF_URI "Win32_Environment"
#define KEYS SELECTOR ("Name", "A") SELECTOR ("UserName", "u")
#define NAMESPACE SELECTOR ("__cimnamespace", "root/cimv2")
#define SET(selectors) "<w:SelectorSet>" selectors "</w:SelectorSet>"
#define ENVIRONMENT                                                                                \
  "<p:Win32_Environment" XSI " xmlns:p=\"" ENV_URI "\"" CIM " xsi:type=\"p:Win32_Environment_Type" \
  "\"><p:Caption xsi:nil=\"true\"/><p:Description xsi:nil=\"true\"/>"                              \
  "<p:InstallDate xsi:nil=\"true\"/><p:Name>A</p:Name><p:Status xsi:nil=\"true\"/>"                \
  "<p:SystemVariable xsi:nil=\"true\"/><p:UserName>u</p:UserName>"                                 \
  "<p:VariableValue xsi:nil=\"true\"/></p:Win32_Environment>"
#define FIRST(items)                                                                               \
  ENUMERATION ("EnumerateResponse", "<n:EnumerateResponse><n:EnumerationContext>"                  \
                                    "</n:EnumerationContext><w:Items>" items                       \
                                    "</w:Items><w:EndOfSequence/></n:EnumerateResponse>")
#define HOST                                                                                       \
  "#pragma namespace (\"root/cimv2\")\n"                                                           \
  "instance of Win32_Environment { Name = \"A\"; UserName = \"u\"; };\n"                           \
  "#pragma namespace (\"root/virtualization/v2\")\n"                                               \
  "instance of Msvm_ComputerSystem { CreationClassName = \"Msvm_ComputerSystem\"; Name = \"n\"; "  \
  "};\n"

static const struct {
  const char *sentence, *action, *resource, *headers, *body, *expected;
} rows[] = {
  { "Get", TRANSFER_URI "Get", ENV_URI, SET (NAMESPACE KEYS), "",
    TRANSFER ("en-US", TRANSFER_URI "GetResponse", ENVIRONMENT) },
  { "the namespace with backslashes, in any case", TRANSFER_URI "Get", ENV_URI,
    SET (SELECTOR ("__CIMNamespace", "ROOT\\cimv2") KEYS), "",
    TRANSFER ("en-US", TRANSFER_URI "GetResponse", ENVIRONMENT) },
  { "Enumerate", ENUMERATION_URI "Enumerate", ENV_URI, SET (NAMESPACE),
    "<n:Enumerate><w:OptimizeEnumeration/></n:Enumerate>", FIRST (ENVIRONMENT) },
  { "where they are, with the namespace", ENUMERATION_URI "Enumerate", ENV_URI, SET (NAMESPACE),
    "<n:Enumerate><w:OptimizeEnumeration/><w:EnumerationMode>EnumerateEPR</w:EnumerationMode>"
    "</n:Enumerate>",
    FIRST (EPR (EPR_CONTENT (ENV_URI, NAMESPACE KEYS))) },
  { "a query of all classes", ENUMERATION_URI "Enumerate", "http://schemas.dmtf.org/wbem/wscim/1/*",
    SET (NAMESPACE),
    "<n:Enumerate><w:OptimizeEnumeration/>" WQL (
        "SELECT * FROM Win32_Environment") "</n:Enumerate>",
    FIRST (ENVIRONMENT) },
  { "Create", TRANSFER_URI "Create", ENV_URI, SET (NAMESPACE),
    "<p:Win32_Environment xmlns:p=\"" ENV_URI "\"><p:Name>B</p:Name><p:UserName>u</p:UserName>"
    "</p:Win32_Environment>",
    TRANSFER ("en-US", TRANSFER_URI "CreateResponse",
              "<x:ResourceCreated>" EPR_CONTENT (
                  ENV_URI, NAMESPACE SELECTOR ("Name", "B")
                               SELECTOR ("UserName", "u")) "</x:ResourceCreated>") },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", HOST);
  g_autofree char *request
      = wsman_fixture_request (rows[i].action, rows[i].resource, rows[i].headers, rows[i].body);

  wsman_fixture_assert_reply (fixture, request, 200, rows[i].expected);
}

/* A method's action is the DMTF URI too, and so is its answer. */
static void
test_invoke (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_request (
      DMTF_URI "Msvm_ComputerSystem/RequestStateChange", DMTF_URI "Msvm_ComputerSystem",
      SET (SELECTOR ("__cimnamespace", "root/virtualization/v2")
               SELECTOR ("CreationClassName", "Msvm_ComputerSystem")
                   SELECTOR ("Name", "DA544605-7DB3-4A68-8931-78277B4AAC9D")),
      "<p:RequestStateChange_INPUT xmlns:p=\"" DMTF_URI "Msvm_ComputerSystem\">"
      "<p:RequestedState>3</p:RequestedState></p:RequestStateChange_INPUT>");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);

  g_assert_nonnull (strstr (reply, "<a:Action>" DMTF_URI
                                   "Msvm_ComputerSystem/RequestStateChangeResponse</a:Action>"));
  g_assert_nonnull (strstr (reply, "<w:ResourceURI>" DMTF_URI "Msvm_ConcreteJob</w:ResourceURI>"
                                   "<w:SelectorSet><w:Selector Name=\"__cimnamespace\">"
                                   "root/virtualization/v2</w:Selector>"));
}

/* Two forms of one class side by side. */
static void
test_both (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", HOST);
  g_autofree char *dmtf
      = wsman_fixture_request (TRANSFER_URI "Get", ENV_URI, SET (NAMESPACE KEYS), "");
  g_autofree char *windows
      = wsman_fixture_request (TRANSFER_URI "Get", CIMV2_URI "Win32_Environment", SET (KEYS), "");
  g_autofree char *first = wsman_fixture_ask (fixture, dmtf, 200);
  g_autofree char *second = wsman_fixture_ask (fixture, windows, 200);
  g_autofree char *third = wsman_fixture_ask (fixture, dmtf, 200);

  g_assert_nonnull (strstr (first, " xmlns:p=\"" ENV_URI "\""));
  g_assert_nonnull (strstr (second, " xmlns:p=\"" CIMV2_URI "Win32_Environment\""));
  g_assert_nonnull (strstr (third, " xmlns:p=\"" ENV_URI "\""));
}

static const struct {
  const char *sentence, *resource, *headers, *fault, *refusal;
} refusals[] = {
  { "no namespace, for which Windows takes one that is not here", ENV_URI, SET (KEYS),
    "a:DestinationUnreachable", "no namespace root/hardware" },
  { "another namespace", ENV_URI, SET (SELECTOR ("__cimnamespace", "root/x") KEYS),
    "a:DestinationUnreachable", "no namespace root/x" },
  { "a class that is not there", DMTF_URI "Win32_Toaster", SET (NAMESPACE),
    "a:DestinationUnreachable", "no class Win32_Toaster in root/cimv2" },
  { "no class", DMTF_URI, SET (NAMESPACE), "a:DestinationUnreachable",
    "w:ResourceURI \"" DMTF_URI "\" is no class of CIM's" },
  { "a path of classes", ENV_URI "/x", SET (NAMESPACE), "a:DestinationUnreachable",
    "w:ResourceURI \"" ENV_URI "/x\" is no class of CIM's" },
  { "Get of all classes", "http://schemas.dmtf.org/wbem/wscim/1/*", SET (NAMESPACE),
    "a:DestinationUnreachable", "Get of all classes (\"*\")" },
};

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", HOST);
  g_autofree char *request
      = wsman_fixture_request (TRANSFER_URI "Get", refusals[i].resource, refusals[i].headers, "");
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);

  g_assert_cmpstr (exchange->refusal, ==, refusals[i].refusal);
  g_assert_cmpstr (exchange->fault, ==, refusals[i].fault);
}

/* Newer releases say it as MSFT_WmiError (recorded), older ones as a fault of the WMI provider. */
static void
test_class_fault (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request
      = wsman_fixture_request (TRANSFER_URI "Get", DMTF_URI "Win32_Toaster", SET (NAMESPACE), "");
  g_autofree char *newer = wsman_fixture_ask (fixture, request, 500);
  g_autofree char *older = NULL;

  g_assert_nonnull (strstr (newer, "/faultDetail/InvalidResourceURI</w:FaultDetail>"
                                   "<p:MSFT_WmiError b:IsCIM_Error=\"true\" "));
  g_assert_nonnull (strstr (newer, ">2150858752</p:error_Code>"));
  g_assert_nonnull (strstr (newer, ">13</p:error_Category>"));
  g_assert_nonnull (strstr (newer, ">5</p:CIMStatusCode>"));
  g_assert_nonnull (strstr (newer, ">HRESULT 0x80338000</p:MessageID>"));
  g_assert_nonnull (strstr (newer, "The class Win32_Toaster does not exist in the root/cimv2 "
                                   "namespace. </p:Message>"));
  repository_set_setting (fixture->repository, "abilities", "class-errors-as-instances", "0");
  older = wsman_fixture_ask (fixture, request, 500);
  g_assert_nonnull (strstr (older, "<f:ProviderFault provider=\"WMI Provider\""));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/dmtf/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strconcat ("/wsman/dmtf/refuses/", refusals[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_refusal);
  }
  g_test_add_func ("/wsman/dmtf/invoke", test_invoke);
  g_test_add_func ("/wsman/dmtf/both forms", test_both);
  g_test_add_func ("/wsman/dmtf/fault of a class", test_class_fault);
  return g_test_run ();
}
