/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-fixture.h"

/* A good request, one thing in it changed, and what Windows says to that. */

#define VM "DA544605-7DB3-4A68-8931-78277B4AAC9D" /* web01, which every shipped host has */
#define SELECTORS                                                                                  \
  "<w:SelectorSet><w:Selector Name=\"CreationClassName\">Msvm_ComputerSystem</w:Selector>"         \
  "<w:Selector Name=\"Name\">" VM "</w:Selector></w:SelectorSet>"
#define WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define EPR_OF(class_name, key, value)                                                             \
  "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"         \
  "<a:ReferenceParameters><w:ResourceURI>" V2_URI class_name "</w:ResourceURI><w:SelectorSet>"     \
  "<w:Selector Name=\"" key "\">" value "</w:Selector></w:SelectorSet></a:ReferenceParameters>"

typedef enum {
  GET,
  GET_ASSOCIATION,
  ENUMERATE,
  ENUMERATE_SELECTED,
  PULL,
  RELEASE,
  INVOKE,
  INVOKE_REFERENCE
} Base;
static const struct {
  const char *action, *resource, *headers, *body;
} bases[] = {
  [GET] = { TRANSFER_URI "Get", V2_URI "Msvm_ComputerSystem",
            "<w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize>"
            "<w:OperationTimeout>PT60S</w:OperationTimeout>"
            "<w:Locale xml:lang=\"en-US\"/>" SELECTORS,
            "" },
  [GET_ASSOCIATION]
  = { TRANSFER_URI "Get", V2_URI "Msvm_SettingsDefineState",
      "<w:SelectorSet><w:Selector Name=\"ManagedElement\"><a:EndpointReference>" EPR_OF (
          "Msvm_ComputerSystem", "Name", VM) "</a:EndpointReference></w:Selector></w:SelectorSet>",
      "" },
  [ENUMERATE] = { ENUMERATION_URI "Enumerate", V2_URI "*", "",
                  "<n:Enumerate><w:Filter Dialect=\"" WQL "\">SELECT * FROM Msvm_ComputerSystem"
                  "</w:Filter></n:Enumerate>" },
  [ENUMERATE_SELECTED]
  = { ENUMERATION_URI "Enumerate", V2_URI "Msvm_ComputerSystem", "",
      "<n:Enumerate><w:Filter "
      "Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\">"
      "<w:SelectorSet><w:Selector Name=\"ElementName\">web01</w:Selector></w:SelectorSet>"
      "</w:Filter></n:Enumerate>" },
  [PULL] = { ENUMERATION_URI "Pull", V2_URI "*", "",
             "<n:Pull><n:EnumerationContext>uuid:00000000-0000-4000-8000-000000000001"
             "</n:EnumerationContext></n:Pull>" },
  [RELEASE] = { ENUMERATION_URI "Release", V2_URI "*", "",
                "<n:Release><n:EnumerationContext>uuid:00000000-0000-4000-8000-000000000001"
                "</n:EnumerationContext></n:Release>" },
  [INVOKE]
  = { V2_URI "Msvm_ComputerSystem/RequestStateChange", V2_URI "Msvm_ComputerSystem", SELECTORS,
      "<m:RequestStateChange_INPUT xmlns:m=\"" V2_URI "Msvm_ComputerSystem\">"
      "<m:RequestedState>9</m:RequestedState></m:RequestStateChange_INPUT>" },
  [INVOKE_REFERENCE]
  = { V2_URI "Msvm_VirtualSystemManagementService/DestroySystem",
      V2_URI "Msvm_VirtualSystemManagementService",
      "<w:SelectorSet><w:Selector Name=\"CreationClassName\">"
      "Msvm_VirtualSystemManagementService</w:Selector></w:SelectorSet>",
      "<m:DestroySystem_INPUT xmlns:m=\"" V2_URI "Msvm_VirtualSystemManagementService\">"
      "<m:AffectedSystem>" EPR_OF ("Msvm_ComputerSystem", "Name",
                                   "nobody") "</m:AffectedSystem></m:DestroySystem_INPUT>" },
};

typedef struct {
  const char *sentence;
  Base base;
  const char *find, *replace;
  const char *subcode; /* NULL: the good request, answered with 200 */
  guint32 code;
  const char *refusal;
  const char *detail; /* last part of w:FaultDetail; NULL: none */
} StrictRow;

#define REQUIRED "a:MessageInformationHeaderRequired", 2150858769u
#define INVALID_HEADER "a:InvalidMessageInformationHeader", 2150858767u
#define SCHEMA "w:SchemaValidationError", 2150858817u
#define MESSAGE_ID "<a:MessageID>uuid:11111111-2222-4333-8444-555555555555</a:MessageID>"
#define TO "<a:To>http://hv.example:5985/wsman</a:To>"
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define REPLY_TO                                                                                   \
  "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">" ANONYMOUS "</a:Address></a:ReplyTo>"
#define REFERENCE_BEGIN                                                                            \
  "<a:EndpointReference><a:ReferenceParameters><w:ResourceURI>" V2_URI "Msvm_ComputerSystem"       \
  "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"Name\">"
#define REFERENCE_END "</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference>"
#define DEEP_FOUR                                                                                  \
  REFERENCE_BEGIN REFERENCE_BEGIN REFERENCE_BEGIN VM REFERENCE_END REFERENCE_END REFERENCE_END
#define DEEP_FIVE REFERENCE_BEGIN DEEP_FOUR REFERENCE_END
#define STATE "<m:RequestedState>9</m:RequestedState>"

static const StrictRow rows[] = {
  { "a good Get", GET, "", "", NULL, 0, NULL, NULL },
  { "a good Enumerate", ENUMERATE, "", "", NULL, 0, NULL, NULL },
  { "a good Invoke", INVOKE, "", "", NULL, 0, NULL, NULL },

  /* envelope */
  { "SOAP 1.1", GET, "http://www.w3.org/2003/05/soap-envelope",
    "http://schemas.xmlsoap.org/soap/envelope/", "s:VersionMismatch", 2150858765u,
    "s:Envelope is in namespace \"http://schemas.xmlsoap.org/soap/envelope/\", not SOAP 1.2",
    NULL },
  { "another root element", GET, "s:Envelope", "s:Message", SCHEMA,
    "root element is Message, not s:Envelope", NULL },
  { "no body", GET, "<s:Body></s:Body>", "", SCHEMA, "no s:Body where it must be", NULL },
  { "something after the body", GET, "</s:Body>", "</s:Body><s:Foot/>", SCHEMA,
    "an element after s:Body", NULL },
  { "an element in the body of a Get", GET, "<s:Body>", "<s:Body><n:Pull/>", SCHEMA,
    "s:Body of a Get has Pull in it", NULL },

  /* header */
  { "no MessageID", GET, MESSAGE_ID, "", INVALID_HEADER, "no a:MessageID", NULL },
  { "an empty MessageID", GET, MESSAGE_ID, "<a:MessageID/>", INVALID_HEADER, "a:MessageID is empty",
    NULL },
  { "two MessageIDs", GET, MESSAGE_ID, MESSAGE_ID MESSAGE_ID, INVALID_HEADER, "two a:MessageID",
    NULL },
  { "no To", GET, TO, "", REQUIRED, "no a:To", NULL },
  { "no Action", GET, "<a:Action s:mustUnderstand=\"true\">" TRANSFER_URI "Get</a:Action>", "",
    REQUIRED, "no a:Action", NULL },
  { "no ReplyTo", GET, REPLY_TO, "", REQUIRED, "no a:ReplyTo", NULL },
  { "ReplyTo without address", GET, REPLY_TO, "<a:ReplyTo/>", INVALID_HEADER,
    "a:ReplyTo without a:Address", NULL },
  { "ReplyTo somewhere else", GET, ANONYMOUS "</a:Address>", "http://elsewhere/</a:Address>",
    "w:UnsupportedFeature", 2150858870u, "a:ReplyTo is \"http://elsewhere/\", not anonymous",
    "AddressingMode" },
  { "FaultTo somewhere else", GET, TO,
    TO "<a:FaultTo><a:Address>http://elsewhere/</a:Address></a:FaultTo>", "w:UnsupportedFeature",
    2150858870u, "a:FaultTo is \"http://elsewhere/\", not anonymous", "AddressingMode" },
  { "no ResourceURI", GET,
    "<w:ResourceURI s:mustUnderstand=\"true\">" V2_URI "Msvm_ComputerSystem</w:ResourceURI>", "",
    "a:DestinationUnreachable", 2150858811u, "no w:ResourceURI", "InvalidResourceURI" },
  { "an unknown header that must be understood", GET, TO,
    TO "<z:Fresh xmlns:z=\"urn:z\" s:mustUnderstand=\"true\"/>", "s:MustUnderstand", 2150858768u,
    "header {urn:z}Fresh is not understood", NULL },
  { "mustUnderstand may be written 1", GET, TO,
    TO "<z:Fresh xmlns:z=\"urn:z\" s:mustUnderstand=\"1\"/>", "s:MustUnderstand", 2150858768u,
    "header {urn:z}Fresh is not understood", NULL },
  { "an unknown header that may be ignored", GET, TO,
    TO "<z:Fresh xmlns:z=\"urn:z\" s:mustUnderstand=\"false\"/>", NULL, 0, NULL, NULL },
  { "headers of a robust client", GET, TO,
    TO "<p:OperationID s:mustUnderstand=\"false\">uuid:22222222-2222-4333-8444-555555555555"
       "</p:OperationID><p:SequenceId s:mustUnderstand=\"false\">1</p:SequenceId>"
       "<p:DataLocale s:mustUnderstand=\"false\" xml:lang=\"en-US\"/>"
       "<p:SessionId s:mustUnderstand=\"false\">uuid:33333333-2222-4333-8444-555555555555"
       "</p:SessionId>",
    NULL, 0, NULL, NULL },
  { "RequestEPR and RequestTotalItemsCountEstimate are ignored", GET, TO,
    TO "<w:RequestEPR/><w:RequestTotalItemsCountEstimate/>", NULL, 0, NULL, NULL },
  { "FaultTo as MS-WSMV writes it", GET, TO,
    TO "<a:FaultTo><a:Address>" ANONYMOUS "/</a:Address></a:FaultTo>", NULL, 0, NULL, NULL },
  { "DataLocale that must be understood", GET, TO,
    TO "<p:DataLocale s:mustUnderstand=\"true\" xml:lang=\"en-US\"/>", "w:UnsupportedFeature",
    2150858887u, "p:DataLocale with mustUnderstand", "DataLocale" },
  { "an ActivityId that must be understood", GET, TO,
    TO "<p:ActivityId s:mustUnderstand=\"true\">x</p:ActivityId>", NULL, 0, NULL, NULL },
  { "an ActivityId with elements", GET, TO, TO "<p:ActivityId><x/></p:ActivityId>", INVALID_HEADER,
    "p:ActivityId has more than 2048 characters", NULL },
  { "MaxEnvelopeSize below 8192", GET, "153600", "8191", "w:EncodingLimit", 2150858878u,
    "w:MaxEnvelopeSize is 8191, less than 8192", "MinimumEnvelopeLimit" },
  { "MaxEnvelopeSize that is no number", GET, "153600", "big", INVALID_HEADER,
    "w:MaxEnvelopeSize is no number", NULL },
  { "a negative timeout", GET, "PT60S", "PT-1S", INVALID_HEADER,
    "w:OperationTimeout \"PT-1S\" is no duration", NULL },
  { "a timeout that is no duration", GET, "PT60S", "60", INVALID_HEADER,
    "w:OperationTimeout \"60\" is no duration", NULL },
  { "Locale that must be understood", GET, "<w:Locale ", "<w:Locale s:mustUnderstand=\"true\" ",
    "w:UnsupportedFeature", 2150858887u, "w:Locale with mustUnderstand", "Locale" },
  { "Locale without language", GET, "<w:Locale xml:lang=\"en-US\"/>", "<w:Locale/>", INVALID_HEADER,
    "w:Locale without xml:lang", NULL },
  { "an option without name", GET, TO, TO "<w:OptionSet><w:Option>x</w:Option></w:OptionSet>",
    "w:InvalidOptions", 2150858834u, "w:OptionSet has something without a Name", "InvalidName" },
  { "an option that must be complied with", GET, TO,
    TO "<w:OptionSet><w:Option Name=\"x\" MustComply=\"true\"/></w:OptionSet>", "w:InvalidOptions",
    2150858833u, "w:Option x with MustComply", "NotSupported" },
  { "an option that is a hint", GET, TO,
    TO "<w:OptionSet><w:Option Name=\"x\">y</w:Option></w:OptionSet>", NULL, 0, NULL, NULL },
  { "a fragment that need not be understood", GET, TO,
    TO "<w:FragmentTransfer>Name</w:FragmentTransfer>", INVALID_HEADER,
    "w:FragmentTransfer without mustUnderstand", NULL },

  /* action and resource */
  { "an action that no verb has", GET, TRANSFER_URI "Get<", TRANSFER_URI "Rename<",
    "a:ActionNotSupported", 2150858771u, "a:Action \"" TRANSFER_URI "Rename\" is not supported",
    NULL },
  { "an action that is no URI", GET, TRANSFER_URI "Get<", "Get<", "a:ActionNotSupported",
    2150858753u, "a:Action \"Get\" is no URI of an action", NULL },
  { "a method of another class", INVOKE, "Msvm_ComputerSystem/Req", "Msvm_Keyboard/Req",
    "a:ActionNotSupported", 2150858801u,
    "a:Action \"" V2_URI "Msvm_Keyboard/RequestStateChange\" is no method of w:ResourceURI "
    "\"" V2_URI "Msvm_ComputerSystem\"",
    "ActionMismatch" },
  { "an action with one slash more", INVOKE, "RequestStateChange<", "RequestStateChange/x<",
    "a:ActionNotSupported", 2150858801u,
    "a:Action \"" V2_URI "Msvm_ComputerSystem/RequestStateChange/x\" is no method of "
    "w:ResourceURI \"" V2_URI "Msvm_ComputerSystem\"",
    "ActionMismatch" },
  { "a method that the class has not", INVOKE, "RequestStateChange<", "Explode<",
    "a:ActionNotSupported", 2150858801u, "Msvm_ComputerSystem has no method Explode",
    "ActionMismatch" },
  { "a resource that nobody answers for", GET, V2_URI "Msvm_ComputerSystem",
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd", "a:DestinationUnreachable",
    2150858811u,
    "nothing here answers for w:ResourceURI "
    "\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd\"",
    "InvalidResourceURI" },
  { "a namespace that is not there", GET, "root/virtualization/v2", "root/virtualisation",
    "a:DestinationUnreachable", 2150858811u, "no namespace root/virtualisation",
    "InvalidResourceURI" },
  { "a class that is not there", GET, "v2/Msvm_ComputerSystem<", "v2/Msvm_Toaster<",
    "a:DestinationUnreachable", 2150858752u, "no class Msvm_Toaster in root/virtualization/v2",
    "InvalidResourceURI" },
  { "a resource URI with a query", GET, "v2/Msvm_ComputerSystem<", "v2/Msvm_ComputerSystem?Name=x<",
    "a:DestinationUnreachable", 2150858811u,
    "w:ResourceURI \"" V2_URI "Msvm_ComputerSystem?Name=x\" is no namespace and class of WMI's",
    "InvalidResourceURI" },
  { "a resource URI that ends too early", GET, "v2/Msvm_ComputerSystem<", "v2/<",
    "a:DestinationUnreachable", 2150858811u,
    "w:ResourceURI \"" V2_URI "\" is no namespace and class of WMI's", "InvalidResourceURI" },
  { "Get of all classes", GET, "v2/Msvm_ComputerSystem<", "v2/*<", "a:DestinationUnreachable",
    2150858811u, "Get of all classes (\"*\")", "InvalidResourceURI" },

  /* selectors */
  { "selectors in any case", GET, "Name=\"Name\"", "Name=\"nAME\"", NULL, 0, NULL, NULL },
  { "a selector that is no key", GET, "Name=\"Name\"", "Name=\"ElementName\"", "w:InvalidSelectors",
    2150858843u, "selector ElementName is no key of Msvm_ComputerSystem", "UnexpectedSelectors" },
  { "a selector twice", GET, "Name=\"CreationClassName\"", "Name=\"name\"", "w:InvalidSelectors",
    2150858847u, "selector Name twice", "DuplicateSelectors" },
  { "a selector without name", GET, "Name=\"Name\"", "Key=\"Name\"", "w:InvalidSelectors",
    2150858813u, "w:SelectorSet has something without a Name", NULL },
  { "an instance that is not there", GET, VM, "00000000-0000-4000-8000-000000000001",
    "a:DestinationUnreachable", 2150858752u, NULL, "InvalidResourceURI" },
  { "a VM by its Name only", GET,
    "<w:Selector Name=\"CreationClassName\">Msvm_ComputerSystem</w:Selector>", "",
    "a:DestinationUnreachable", 2150858752u, NULL, "InvalidResourceURI" },
  { "no selectors where there are many", GET, SELECTORS, "", "w:InvalidSelectors", 2150859002u,
    NULL, "InsufficientSelectors" },
  { "__cimnamespace that agrees", GET, "<w:SelectorSet>",
    "<w:SelectorSet><w:Selector Name=\"__cimnamespace\">root\\virtualization\\v2</w:Selector>",
    NULL, 0, NULL, NULL },
  { "__cimnamespace that does not", GET, "<w:SelectorSet>",
    "<w:SelectorSet><w:Selector Name=\"__cimnamespace\">root/cimv2</w:Selector>",
    "w:InvalidSelectors", 2150859067u,
    "selector __cimnamespace is \"root/cimv2\", the URI's namespace \"root/virtualization/v2\"",
    "InvalidValue" },
  { "a selector with elements", GET, VM, "<x/>", "w:InvalidSelectors", 2150858844u,
    "selector Name holds elements, but no endpoint reference", "TypeMismatch" },

  { "a reference without ResourceURI", GET_ASSOCIATION,
    "<w:ResourceURI>" V2_URI "Msvm_ComputerSystem</w:ResourceURI>", "", "w:InvalidSelectors",
    2150858844u, "selector ManagedElement holds elements, but no endpoint reference",
    "TypeMismatch" },
  { "references in references, four deep", GET_ASSOCIATION, ">" VM "<", ">" DEEP_FOUR "<",
    "a:DestinationUnreachable", 2150858752u, NULL, "InvalidResourceURI" },
  { "references in references, five deep", GET_ASSOCIATION, ">" VM "<", ">" DEEP_FIVE "<",
    "w:InvalidSelectors", 2150858844u,
    "selector ManagedElement holds elements, but no endpoint reference", "TypeMismatch" },

  /* Enumerate */
  { "no Enumerate in the body", ENUMERATE, "n:Enumerate>", "n:Elsewhere>", SCHEMA,
    "no n:Enumerate in s:Body", NULL },
  { "Enumerate with selectors", ENUMERATE, MESSAGE_ID, MESSAGE_ID SELECTORS, "w:InvalidSelectors",
    2150859016u, "Enumerate with selectors", "UnexpectedSelectors" },
  { "a filter dialect that is not known", ENUMERATE, WQL, "urn:dialect",
    "n:FilterDialectRequestedUnavailable", 2150858777u, "filter dialect \"urn:dialect\"", NULL },
  { "a filter in XPath", ENUMERATE, WQL, "http://www.w3.org/TR/1999/REC-xpath-19991116",
    "n:FilterDialectRequestedUnavailable", 2150858777u,
    "filter dialect \"http://www.w3.org/TR/1999/REC-xpath-19991116\"", NULL },
  { "a filter without dialect", ENUMERATE, " Dialect=\"" WQL "\"", "",
    "n:FilterDialectRequestedUnavailable", 2150858777u, "filter dialect \"\"", NULL },
  { "an empty filter", ENUMERATE, "SELECT * FROM Msvm_ComputerSystem", " ", "n:CannotProcessFilter",
    2150858778u, "w:Filter is empty", NULL },
  { "WQL that is none", ENUMERATE, "SELECT *", "FETCH *", "n:CannotProcessFilter", 2150858778u,
    NULL, NULL },
  { "WQL of a class that is not there", ENUMERATE, "FROM Msvm_ComputerSystem", "FROM Msvm_Toaster",
    "n:CannotProcessFilter", 2150858778u, NULL, NULL },
  { "WQL in a namespace that is not there", ENUMERATE, "root/virtualization/v2",
    "root/virtualization", "n:CannotProcessFilter", 2150858778u, NULL, NULL },
  { "WQL with the URI of a class", ENUMERATE, "v2/*", "v2/Msvm_ComputerSystem",
    "n:CannotProcessFilter", 2150858778u,
    "WQL with the URI of class Msvm_ComputerSystem, not of all (\"*\")", NULL },
  { "a selector filter on all classes", ENUMERATE, WQL,
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter", "n:CannotProcessFilter",
    2150858778u, "a filter of this dialect needs a class", NULL },
  { "a good selector filter", ENUMERATE_SELECTED, "", "", NULL, 0, NULL, NULL },
  { "a selector filter by what the class has not", ENUMERATE_SELECTED, "ElementName", "Colour",
    "n:CannotProcessFilter", 2150858778u, "selector filter: no property Colour", NULL },
  { "a selector filter with a name twice", ENUMERATE_SELECTED, "</w:Selector>",
    "</w:Selector><w:Selector Name=\"ELEMENTNAME\">x</w:Selector>", "n:CannotProcessFilter",
    2150858778u, "selector filter: twice the property ELEMENTNAME", NULL },
  { "a selector filter by an array", ENUMERATE_SELECTED, "ElementName", "OperationalStatus",
    "n:CannotProcessFilter", 2150858778u,
    "selector filter: neither text, number nor boolean: OperationalStatus", NULL },
  { "a selector filter by a date", ENUMERATE_SELECTED, "ElementName", "InstallDate",
    "n:CannotProcessFilter", 2150858778u,
    "selector filter: neither text, number nor boolean: InstallDate", NULL },
  { "a selector filter with a quotation mark", ENUMERATE_SELECTED, "web01", "web'01",
    "n:CannotProcessFilter", 2150858778u,
    "selector filter: a quotation mark in the value of ElementName", NULL },
  { "an empty selector filter", ENUMERATE_SELECTED,
    "<w:Selector Name=\"ElementName\">web01</w:Selector>", "", "n:CannotProcessFilter", 2150858778u,
    "selector filter without selectors", NULL },
  { "an association filter without an object", ENUMERATE, WQL,
    "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter", "n:CannotProcessFilter",
    2150858778u, "association filter without b:Object that is an endpoint reference", NULL },
  { "two filters", ENUMERATE, "<w:Filter",
    "<w:Filter Dialect=\"" WQL "\">SELECT * FROM Msvm_ComputerSystem</w:Filter><w:Filter", SCHEMA,
    "two filters", NULL },
  { "all classes without a filter", ENUMERATE,
    "<w:Filter Dialect=\"" WQL "\">SELECT * FROM Msvm_ComputerSystem</w:Filter>", "",
    "w:UnsupportedFeature", 2150858864u, "all classes (\"*\") without a filter",
    "FilteringRequired" },
  { "an enumeration mode that is not known", ENUMERATE, "<w:Filter",
    "<w:EnumerationMode>EnumerateAll</w:EnumerationMode><w:Filter", "w:UnsupportedFeature",
    2150858886u, "w:EnumerationMode \"EnumerateAll\"", "EnumerationMode" },
  { "MaxElements of zero", ENUMERATE, "<w:Filter", "<w:MaxElements>0</w:MaxElements><w:Filter",
    SCHEMA, "w:MaxElements is no positive number", NULL },
  { "PolymorphismMode is ignored", ENUMERATE, "<w:Filter",
    "<b:PolymorphismMode xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\">None"
    "</b:PolymorphismMode><w:Filter",
    NULL, 0, NULL, NULL },

  /* Pull and Release */
  { "Pull of a context that is not there", PULL, "", "", "n:InvalidEnumerationContext", 2150858779u,
    "n:EnumerationContext \"uuid:00000000-0000-4000-8000-000000000001\"", NULL },
  { "Pull without a context", PULL,
    "<n:EnumerationContext>uuid:00000000-0000-4000-8000-000000000001</n:EnumerationContext>", "",
    "n:InvalidEnumerationContext", 2150858779u, "no n:EnumerationContext", NULL },
  { "no Pull in the body", PULL, "n:Pull>", "n:Push>", SCHEMA, "no n:Pull in s:Body", NULL },
  { "MaxElements that is no number", PULL, "</n:Pull>",
    "<n:MaxElements>many</n:MaxElements></n:Pull>", SCHEMA, "n:MaxElements is no positive number",
    NULL },
  { "MaxCharacters of zero", PULL, "</n:Pull>", "<n:MaxCharacters>0</n:MaxCharacters></n:Pull>",
    SCHEMA, "n:MaxCharacters is no positive number", NULL },
  { "MaxTime that is no duration", PULL, "</n:Pull>", "<n:MaxTime>soon</n:MaxTime></n:Pull>",
    SCHEMA, "n:MaxTime is no duration", NULL },
  { "something else in a Pull", PULL, "</n:Pull>", "<n:Filter/></n:Pull>", SCHEMA,
    "n:Pull has Filter in it", NULL },
  { "Release of a context that is not there", RELEASE, "", "", "n:InvalidEnumerationContext",
    2150858779u, "n:EnumerationContext \"uuid:00000000-0000-4000-8000-000000000001\"", NULL },
  { "no Release in the body", RELEASE, "n:Release>", "n:Pull>", SCHEMA, "no n:Release in s:Body",
    NULL },

  /* Invoke */
  { "another input element", INVOKE, "m:RequestStateChange_INPUT", "m:Start_INPUT", SCHEMA,
    "s:Body has Start_INPUT in it, not RequestStateChange_INPUT", NULL },
  { "the input's namespace is not looked at", INVOKE, "xmlns:m=\"" V2_URI, "xmlns:m=\"urn:", NULL,
    0, NULL, NULL },
  { "no selectors for a method of an instance", INVOKE, SELECTORS, "", "w:InternalError",
    2147749935u, "no selectors, and RequestStateChange is no static method", NULL },
  { "a parameter that the method has not", INVOKE, STATE, STATE "<m:Colour>1</m:Colour>",
    "w:InvalidParameter", 2150858837u, "RequestStateChange has no in-parameter Colour",
    "InvalidName" },
  { "an out-parameter given", INVOKE, STATE, STATE "<m:Job/>", "w:InvalidParameter", 2150858837u,
    "RequestStateChange has no in-parameter Job", "InvalidName" },
  { "a parameter missing", INVOKE, STATE, "", "w:InvalidParameter", 2150858810u,
    "no parameter RequestedState", NULL },
  { "a parameter twice", INVOKE, STATE, STATE STATE, "w:InvalidParameter", 2150858810u,
    "parameter RequestedState twice", NULL },
  { "a word for a number", INVOKE, ">9<", ">nine<", "w:InvalidParameter", 2150858836u,
    "parameter RequestedState: \"nine\" is no uint16", "TypeMismatch" },
  { "a number out of range", INVOKE, ">9<", ">65536<", "w:InvalidParameter", 2150858836u,
    "parameter RequestedState: \"65536\" is no uint16", "TypeMismatch" },
  { "elements for a number", INVOKE, ">9<", "><x/><", SCHEMA,
    "parameter RequestedState has elements in it", NULL },
  { "an interval for a date parameter", INVOKE, STATE,
    STATE "<m:TimeoutPeriod>PT10S</m:TimeoutPeriod>", NULL, 0, NULL, NULL },
  { "a word for a date", INVOKE, STATE, STATE "<m:TimeoutPeriod>soon</m:TimeoutPeriod>",
    "w:InvalidParameter", 2150858836u, "parameter TimeoutPeriod: \"soon\" is no datetime",
    "TypeMismatch" },
  { "a nil parameter counts as given", INVOKE, STATE,
    STATE "<m:TimeoutPeriod xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
          "xsi:nil=\"true\"/>",
    NULL, 0, NULL, NULL },
  { "a required parameter may be nil: what that means is the method's business", INVOKE, STATE,
    "<m:RequestedState xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xsi:nil=\"true\"/>",
    NULL, 0, NULL, NULL },
  { "nil in another namespace is an empty text", INVOKE, STATE, "<m:RequestedState nil=\"true\"/>",
    "w:InvalidParameter", 2150858836u, "parameter RequestedState: \"\" is no uint16",
    "TypeMismatch" },
  { "nil is no way around a name that there is not", INVOKE, STATE,
    STATE "<m:Colour xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>",
    "w:InvalidParameter", 2150858837u, "RequestStateChange has no in-parameter Colour",
    "InvalidName" },
  { "a nil parameter twice", INVOKE, STATE,
    STATE "<m:RequestedState xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
          "xsi:nil=\"true\"/>",
    "w:InvalidParameter", 2150858810u, "parameter RequestedState twice", NULL },

  { "a reference is read, and the method is not there", INVOKE_REFERENCE, "", "", "w:InternalError",
    2147749973u, NULL, NULL },
  { "a reference with __cimnamespace", INVOKE_REFERENCE, "<w:Selector Name=\"Name\">",
    "<w:Selector Name=\"__cimnamespace\">root/virtualization/v2</w:Selector>"
    "<w:Selector Name=\"Name\">",
    "w:InternalError", 2147749973u, NULL, NULL },
  { "a reference that is text", INVOKE_REFERENCE, EPR_OF ("Msvm_ComputerSystem", "Name", "nobody"),
    "Msvm_ComputerSystem.Name=\"nobody\"", "w:InvalidParameter", 2150858836u,
    "parameter AffectedSystem is no endpoint reference of an instance", "TypeMismatch" },
  { "a reference with a selector twice", INVOKE_REFERENCE, "<w:Selector Name=\"Name\">",
    "<w:Selector Name=\"name\">x</w:Selector><w:Selector Name=\"Name\">", "w:InvalidParameter",
    2150858836u, "parameter AffectedSystem is no endpoint reference of an instance",
    "TypeMismatch" },

  /* XML */
  { "XML that is not well-formed", GET, "</s:Envelope>", "</s:Envelop>", "w:InternalError",
    2150858819u, NULL, "Invalid" },
  { "half a request", GET, "<s:Body></s:Body></s:Envelope>", "", "w:InternalError", 2150858819u,
    NULL, "Invalid" },
  { "a DOCTYPE", GET, "<s:Envelope ", "<!DOCTYPE x [<!ENTITY e \"e\">]><s:Envelope ",
    "w:InternalError", 2150858819u, "a DOCTYPE in the request", "Invalid" },
  { "an external DTD", GET, "<s:Envelope ",
    "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><s:Envelope ", "w:InternalError", 2150858819u,
    "a DOCTYPE in the request", "Invalid" },
  { "an entity that is not declared", GET, VM, "&secret;", "w:InternalError", 2150858819u, NULL,
    "Invalid" },
  { "a control character", GET, VM, "\001", "w:InternalError", 2150858819u, NULL, "Invalid" },
  { "bytes that are not UTF-8", GET, VM, "\xC3\x28", "w:InternalError", 2150858819u, NULL,
    "Invalid" },
  { "an XML declaration", GET, "<s:Envelope ",
    "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<s:Envelope ", NULL, 0, NULL, NULL },
  { "a comment in the header", GET, "<s:Header>", "<s:Header><!-- x -->", NULL, 0, NULL, NULL },
  { "CDATA", GET, VM, "<![CDATA[" VM "]]>", NULL, 0, NULL, NULL },
};

static char *
make_request (const StrictRow *row)
{
  g_autofree char *good = wsman_fixture_request (bases[row->base].action, bases[row->base].resource,
                                                 bases[row->base].headers, bases[row->base].body);
  g_auto (GStrv) parts = NULL;

  if (*row->find == '\0')
    return g_steal_pointer (&good);
  parts = g_strsplit (good, row->find, -1);
  g_assert_cmpuint (g_strv_length (parts), >, 1);
  return g_strjoinv (row->replace, parts);
}

static void
assert_fault (const char *reply, const StrictRow *row)
{
  gboolean bare = g_str_has_prefix (row->subcode, "s:");
  g_autofree char *subcode = wsman_fixture_between (
      reply, bare ? "<s:Code><s:Value>" : "<s:Subcode><s:Value>", "</s:Value>");
  gboolean as_instance = strstr (reply, "<p:MSFT_WmiError ") != NULL;
  g_autofree char *code
      = as_instance ? wsman_fixture_between (
            reply, "<p:error_Code xsi:type=\"cim:cimUnsignedInt\">", "</p:error_Code>")
                    : wsman_fixture_between (reply, " Code=\"", "\"");
  g_autofree char *expected = g_strdup_printf ("%u", row->code);
  g_autofree char *detail = wsman_fixture_between (reply, "/faultDetail/", "</w:FaultDetail>");

  g_assert_cmpstr (subcode, ==, row->subcode);
  g_assert_cmpstr (code, ==, expected);
  g_assert_cmpstr (detail, ==, row->detail);
}

static void
test_row (gconstpointer data)
{
  const StrictRow *row = data;
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *body = make_request (row);
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, body);
  g_autofree char *reply = wsman_fixture_reply (exchange);

  if (row->subcode == NULL) {
    g_assert_cmpstr (exchange->refusal, ==, NULL);
    g_assert_cmpuint (exchange->status, ==, 200);
    return;
  }
  if (row->refusal != NULL)
    g_assert_cmpstr (exchange->refusal, ==, row->refusal);
  else
    g_assert_nonnull (exchange->refusal);
  g_assert_cmpuint (exchange->status, ==, 500);
  g_assert_cmpstr (exchange->fault, ==, row->subcode);
  assert_fault (reply, row);
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/strict/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  return g_test_run ();
}
