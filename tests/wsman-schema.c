/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* Classes as CIM-XML. The shape of a Get is recorded (Win32_OperatingSystem, Win32_Process). */

#define SCHEMA_URI "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*"
#define OF(name_space, class_name)                                                                 \
  "<w:SelectorSet>" SELECTOR ("__cimnamespace", name_space)                                        \
      SELECTOR ("ClassName", class_name) "</w:SelectorSet>"
#define OPTION(name, value) "<w:Option Name=\"" name "\">" value "</w:Option>"
#define OPTIONS(options) "<w:OptionSet>" options "</w:OptionSet>"
#define INHERITED(name, type)                                                                      \
  "<PROPERTY NAME=\"" name "\" CLASSORIGIN=\"CIM_ManagedSystemElement\" PROPAGATED=\"true\" "      \
  "TYPE=\"" type "\"/>"
#define OWN(name, type)                                                                            \
  "<PROPERTY NAME=\"" name "\" CLASSORIGIN=\"Win32_Environment\" TYPE=\"" type "\"/>"
#define ENVIRONMENT                                                                                \
  "<CLASS NAME=\"Win32_Environment\" SUPERCLASS=\"CIM_SystemResource\">" INHERITED (               \
      "Caption", "string") INHERITED ("Description", "string")                                     \
      INHERITED ("InstallDate", "datetime") INHERITED ("Name", "string")                           \
          INHERITED ("Status", "string") OWN ("SystemVariable", "boolean")                         \
              OWN ("UserName", "string") OWN ("VariableValue", "string") "</CLASS>"
#define KEY(propagated)                                                                            \
  "<QUALIFIER NAME=\"key\"" propagated " TYPE=\"boolean\" OVERRIDABLE=\"false\" "                  \
  "TOINSTANCE=\"true\"><VALUE>TRUE</VALUE></QUALIFIER>"
#define IN "<QUALIFIER NAME=\"in\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>"
#define OUT "<QUALIFIER NAME=\"out\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>"

static const struct {
  const char *sentence, *headers, *expected;
} rows[] = {
  { "a class", OF ("root/cimv2", "Win32_Environment"), ENVIRONMENT },
  { "in any case, namespace with backslashes", OF ("ROOT\\CIMV2", "win32_environment"),
    ENVIRONMENT },
  { "qualifiers and what it derives from, without what it inherits",
    OF ("root/cimv2", "Win32_Environment") OPTIONS (OPTION ("IncludeQualifiers", "true") OPTION (
        "IncludeInheritanceHierarchy", "true") OPTION ("IncludeInheritedElements", "false")),
    "<CLASS NAME=\"Win32_Environment\" SUPERCLASS=\"CIM_SystemResource\" DERIVATION=\""
    "CIM_SystemResource,CIM_LogicalElement,CIM_ManagedSystemElement\">" OWN (
        "SystemVariable", "boolean") "<PROPERTY NAME=\"UserName\" CLASSORIGIN=\"Win32_Environment\""
                                     " TYPE=\"string\">" KEY ("") "</PROPERTY>" OWN (
                                         "VariableValue", "string") "</CLASS>" },
  { "without origins",
    OF ("root/cimv2", "Win32_Environment")
        OPTIONS (OPTION ("IncludeClassOrigin", "false") OPTION ("IncludeInheritedElements", "0")),
    "<CLASS NAME=\"Win32_Environment\" SUPERCLASS=\"CIM_SystemResource\">"
    "<PROPERTY NAME=\"SystemVariable\" TYPE=\"boolean\"/>"
    "<PROPERTY NAME=\"UserName\" TYPE=\"string\"/>"
    "<PROPERTY NAME=\"VariableValue\" TYPE=\"string\"/></CLASS>" },
  { "an association",
    OF ("root/cimv2", "Win32_ComputerSystemProcessor")
        OPTIONS (OPTION ("IncludeQualifiers", "true")),
    "<CLASS NAME=\"Win32_ComputerSystemProcessor\"><QUALIFIER NAME=\"Association\" "
    "TYPE=\"boolean\" OVERRIDABLE=\"false\" TOINSTANCE=\"true\"><VALUE>TRUE</VALUE></QUALIFIER>"
    "<PROPERTY.REFERENCE NAME=\"GroupComponent\" REFERENCECLASS=\"Win32_ComputerSystem\" "
    "CLASSORIGIN=\"Win32_ComputerSystemProcessor\">" KEY (
        "") "</PROPERTY.REFERENCE>"
            "<PROPERTY.REFERENCE NAME=\"PartComponent\" REFERENCECLASS=\"Win32_Processor\" "
            "CLASSORIGIN=\"Win32_ComputerSystemProcessor\">" KEY (
                "") "</PROPERTY.REFERENCE></CLASS>" },
};

static char *
make (const char *action, const char *headers, const char *body)
{
  return wsman_fixture_request (action, SCHEMA_URI, headers, body);
}

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *request = make (TRANSFER_URI "Get", rows[i].headers, "");
  g_autofree char *expected = g_strconcat (
      "<s:Envelope xml:lang=\"en-US\"" SOAP X W P "><s:Header><a:Action>" TRANSFER_URI
      "GetResponse</a:Action><a:MessageID>uuid:*</a:MessageID><a:To>" ANONYMOUS
      "</a:To><a:RelatesTo>uuid:*</a:RelatesTo></s:Header><s:Body>",
      rows[i].expected, "</s:Body></s:Envelope>", NULL);

  wsman_fixture_assert_reply (fixture, request, 200, expected);
}

/* Methods: parameters in the order of their declaration, references and arrays by element. */
static void
test_method (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *request
      = make (TRANSFER_URI "Get",
              OF ("root/virtualization/v2", "Msvm_VirtualSystemManagementService")
                  OPTIONS (OPTION ("IncludeQualifiers", "true")),
              "");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);

  g_assert_nonnull (strstr (
      reply,
      "<METHOD NAME=\"DestroySystem\" TYPE=\"uint32\" "
      "CLASSORIGIN=\"CIM_VirtualSystemManagementService\">"
      "<PARAMETER.REFERENCE NAME=\"AffectedSystem\" REFERENCECLASS=\"CIM_ComputerSystem\">" IN
      "</PARAMETER.REFERENCE><PARAMETER.REFERENCE NAME=\"Job\" "
      "REFERENCECLASS=\"CIM_ConcreteJob\">" OUT "</PARAMETER.REFERENCE></METHOD>"));
  g_assert_nonnull (strstr (reply, "<PARAMETER.ARRAY NAME=\"ResourceSettings\" TYPE=\"string\">"));
}

/* All classes of a namespace, each once, in pages. */
static void
test_enumerate (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *request
      = make (ENUMERATION_URI "Enumerate", OF ("root/cimv2", ""), "<n:Enumerate/>");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  guint n_classes = 0, n_pages = 0;

  do {
    g_autofree char *context
        = wsman_fixture_between (reply, "<n:EnumerationContext>", "</n:EnumerationContext>");
    g_autofree char *body = g_strdup_printf ("<n:Pull><n:EnumerationContext>%s"
                                             "</n:EnumerationContext><n:MaxElements>50"
                                             "</n:MaxElements></n:Pull>",
                                             context);
    g_autofree char *pull = make (ENUMERATION_URI "Pull", "", body);

    g_free (reply);
    reply = wsman_fixture_ask (fixture, pull, 200);
    n_classes += wsman_fixture_count (reply, "<CLASS NAME=");
    n_pages++;
  } while (strstr (reply, "<n:EndOfSequence/>") == NULL);
  g_assert_cmpuint (n_classes, >, 100);
  g_assert_cmpuint (n_pages, ==, (n_classes + 49) / 50);
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman), ==, 0);
}

static const struct {
  const char *sentence, *class_name, *option, *has, *lacks;
} lists[] = {
  { "what is derived from a class", "CIM_LogicalElement", "", "<CLASS NAME=\"Win32_Environment\"",
    "<CLASS NAME=\"CIM_LogicalElement\"" },
  { "what is derived from it directly", "CIM_LogicalElement",
    OPTIONS (OPTION ("IncludeSubClasses", "false")), "<CLASS NAME=\"CIM_SystemResource\"",
    "<CLASS NAME=\"Win32_Environment\"" },
  { "what is derived from nothing", "", OPTIONS (OPTION ("IncludeSubClasses", "false")),
    "<CLASS NAME=\"CIM_ManagedSystemElement\"", "<CLASS NAME=\"CIM_LogicalElement\"" },
};

static void
test_list (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *headers
      = g_strdup_printf ("<w:SelectorSet><w:Selector Name=\"__cimnamespace\">root/cimv2"
                         "</w:Selector><w:Selector Name=\"ClassName\">%s</w:Selector>"
                         "</w:SelectorSet>%s",
                         lists[i].class_name, lists[i].option);
  g_autofree char *request = make (ENUMERATION_URI "Enumerate", headers, "<n:Enumerate/>");
  g_autofree char *begun = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *context
      = wsman_fixture_between (begun, "<n:EnumerationContext>", "</n:EnumerationContext>");
  g_autofree char *body = g_strdup_printf ("<n:Pull><n:EnumerationContext>%s"
                                           "</n:EnumerationContext><n:MaxElements>32000"
                                           "</n:MaxElements></n:Pull>",
                                           context);
  g_autofree char *pull = make (ENUMERATION_URI "Pull", "", body);
  g_autofree char *reply = wsman_fixture_ask (fixture, pull, 200);

  g_assert_nonnull (strstr (reply, lists[i].has));
  g_assert_null (strstr (reply, lists[i].lacks));
}

static const struct {
  const char *sentence, *action, *headers, *body, *fault, *refusal;
} refusals[] = {
  { "a class that is not there", TRANSFER_URI "Get", OF ("root/cimv2", "test"), "",
    "w:InternalError", "no class test in root/cimv2" },
  { "a namespace that is not there", TRANSFER_URI "Get", OF ("root/nowhere", "test"), "",
    "a:DestinationUnreachable", "no namespace root/nowhere" },
  { "no class in a Get", TRANSFER_URI "Get", OF ("root/cimv2", ""), "", "w:InvalidSelectors",
    "no selector ClassName" },
  { "no namespace, for which Windows takes one that is not here", TRANSFER_URI "Get",
    "<w:SelectorSet>" SELECTOR ("ClassName", "Win32_Process") "</w:SelectorSet>", "",
    "a:DestinationUnreachable", "no namespace root/hardware" },
  { "a body in a Get", TRANSFER_URI "Get", OF ("root/cimv2", "Win32_Process"), "<x/>",
    "w:SchemaValidationError", "s:Body of a Get has x in it" },
  { "endpoint references of classes", ENUMERATION_URI "Enumerate", OF ("root/cimv2", ""),
    "<n:Enumerate><w:EnumerationMode>EnumerateEPR</w:EnumerationMode></n:Enumerate>",
    "w:UnsupportedFeature", "classes have no endpoint references" },
  { "a fragment", TRANSFER_URI "Get",
    OF ("root/cimv2", "Win32_Process") "<w:FragmentTransfer s:mustUnderstand=\"true\">x"
                                       "</w:FragmentTransfer>",
    "", "w:UnsupportedFeature", "w:FragmentTransfer of a Get" },
  { "Put of a class", TRANSFER_URI "Put", OF ("root/cimv2", "Win32_Process"), "",
    "a:ActionNotSupported", "a:Action \"" TRANSFER_URI "Put\" is not supported" },
};

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *request = make (refusals[i].action, refusals[i].headers, refusals[i].body);
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);

  g_assert_cmpstr (exchange->refusal, ==, refusals[i].refusal);
  g_assert_cmpstr (exchange->fault, ==, refusals[i].fault);
  g_assert_cmpuint (exchange->status, ==, 500);
}

/* As recorded: the reason is empty, the text stands in the MSFT_WmiError. */
static void
test_class_fault (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *request = make (TRANSFER_URI "Get", OF ("root/cimv2", "test"), "");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 500);
  static const char *const parts[] = {
    "<s:Value>s:Receiver</s:Value>",
    "<s:Reason><s:Text xml:lang=\"\"></s:Text></s:Reason><s:Detail><p:MSFT_WmiError ",
    "<p:CIMStatusCode xsi:type=\"cim:cimUnsignedInt\">5</p:CIMStatusCode>",
    ("<p:Message xsi:type=\"cim:cimString\">The WS-Management service cannot process the request. "
     "The class test does not exist in the root/cimv2 namespace. </p:Message>"),
    "<p:MessageID xsi:type=\"cim:cimString\">HRESULT 0x80041010</p:MessageID>",
    "<p:error_Category xsi:type=\"cim:cimUnsignedInt\">0</p:error_Category>",
    "<p:error_Code xsi:type=\"cim:cimUnsignedInt\">2147749904</p:error_Code>",
    "<a:RelatesTo>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (strstr (reply, parts[i]) == NULL)
      g_error ("no %s in %s", parts[i], reply);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    wsman_fixture_add ("/wsman/schema/get", rows[i].sentence, i, test_row);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    wsman_fixture_add ("/wsman/schema/enumerate", lists[i].sentence, i, test_list);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    wsman_fixture_add ("/wsman/schema/refuses", refusals[i].sentence, i, test_refusal);
  g_test_add_func ("/wsman/schema/methods", test_method);
  g_test_add_func ("/wsman/schema/all", test_enumerate);
  g_test_add_func ("/wsman/schema/fault of a class", test_class_fault);
  return g_test_run ();
}
