/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>

#include "client/wire/wire.h"

/* Replies: what is read of them, written down in brief (dump), and what is refused. Prefixes are
 * not Windows' on purpose: namespaces decide. */

#define ENV                                                                                        \
  "<S:Envelope xmlns:S=\"http://www.w3.org/2003/05/soap-envelope\""                                \
  " xmlns:A=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                                  \
  " xmlns:N=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""                                 \
  " xmlns:W=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""                                    \
  " xmlns:I=\"http://www.w3.org/2001/XMLSchema-instance\""                                         \
  " xmlns:M=\"http://schemas.dmtf.org/wbem/wscim/1/common\""                                       \
  " xmlns:C=\"" URI "C\">"
#define URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/v2/"
#define BODY(content) ENV "<S:Header/><S:Body>" content "</S:Body></S:Envelope>"
#define PULL(content) BODY ("<N:PullResponse>" content "</N:PullResponse>")
#define ITEM(content) PULL ("<N:Items><C:C>" content "</C:C></N:Items><N:EndOfSequence/>")
#define PARAMETERS(uri, selectors)                                                                 \
  "<A:Address>x</A:Address><A:ReferenceParameters><W:ResourceURI> " uri                            \
  " </W:ResourceURI><W:SelectorSet>" selectors "</W:SelectorSet></A:ReferenceParameters>"
#define ACTION(uri)                                                                                \
  ENV "<S:Header><A:Action>" uri "</A:Action></S:Header><S:Body><N:PullResponse>"                  \
      "<N:EndOfSequence/></N:PullResponse></S:Body></S:Envelope>"

typedef struct {
  const char *sentence;
  WireVerb verb;
  const char *xml;
  const char *expected; /* NULL: refused with @message */
  const char *message;
} Row;

static const Row rows[] = {
  { "text, empty text, null", WIRE_PULL,
    ITEM ("<C:A>x</C:A><C:B></C:B><C:D/><C:E I:nil=\"true\"/>"), "C{A=x B= D= E=null} end", NULL },
  { "escapes and CDATA", WIRE_PULL,
    ITEM ("<C:A>a&lt;&quot;&#13;&#x20ac;</C:A><C:B>1<![CDATA[<2>]]>3</C:B>"),
    "C{A=a<\"\r€ B=1<2>3} end", NULL },
  { "white space in a value stays", WIRE_PULL, ITEM ("<C:A> x\n y </C:A>"), "C{A= x\n y } end",
    NULL },
  { "white space around elements is nothing", WIRE_PULL,
    PULL (" <N:Items>\n <C:C> <C:A>x</C:A>\n</C:C> </N:Items>\n"), "C{A=x}", NULL },
  { "comments and instructions are nothing", WIRE_PULL,
    ITEM ("<!-- a --><C:A>x<!-- b -->y<?z?></C:A>"), "C{A=xy} end", NULL },
  { "repeated elements are an array", WIRE_PULL, ITEM ("<C:A>1</C:A><C:A>2</C:A><C:B>3</C:B>"),
    "C{A=[1,2] B=3} end", NULL },
  { "nulls in an array are empty items", WIRE_PULL,
    ITEM ("<C:A I:nil=\"1\"/><C:A>2</C:A><C:A I:nil=\"true\"/><C:B I:nil=\"true\"/>"),
    "C{A=[,2,] B=null} end", NULL },
  { "an array of nulls", WIRE_PULL, ITEM ("<C:A I:nil=\"true\"/><C:A I:nil=\"true\"/>"),
    "C{A=[,]} end", NULL },
  { "nil=false is not null", WIRE_PULL, ITEM ("<C:A I:nil=\"false\">x</C:A>"), "C{A=x} end", NULL },
  { "nil of another namespace is not null", WIRE_PULL, ITEM ("<C:A nil=\"true\">x</C:A>"),
    "C{A=x} end", NULL },
  { "dates and intervals lose their element", WIRE_PULL,
    ITEM ("<C:A><M:Datetime>2025-12-17T09:55:22.7Z</M:Datetime></C:A>"
          "<C:B> <M:Interval>P0DT0H5M0S</M:Interval>\n</C:B>"),
    "C{A=2025-12-17T09:55:22.7Z B=P0DT0H5M0S} end", NULL },
  { "an array of dates", WIRE_PULL,
    ITEM ("<C:A><M:Datetime>1</M:Datetime></C:A><C:A><M:Datetime>2</M:Datetime></C:A>"),
    "C{A=[1,2]} end", NULL },
  { "a reference without EndpointReference", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS (URI "X", "<W:Selector Name=\"K\"> v</W:Selector>") "</C:R>"),
    "C{R=<root/v2:X.K= v>} end", NULL },
  { "a reference with EndpointReference", WIRE_PULL,
    ITEM ("<C:R><A:EndpointReference>" PARAMETERS (
        URI "X", "<W:Selector Name=\"K\">v</W:Selector>") "</A:EndpointReference></C:R>"),
    "C{R=<root/v2:X.K=v>} end", NULL },
  { "an array of references", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS (URI "X", "") "</C:R><C:R>" PARAMETERS (URI "Y", "") "</C:R>"),
    "C{R=[<root/v2:X>,<root/v2:Y>]} end", NULL },
  { "DMTF's URI has the namespace as a selector", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS ("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_X",
                              "<W:Selector Name=\"__cimnamespace\">root\\cimv2</W:Selector>"
                              "<W:Selector Name=\"K\">v</W:Selector>") "</C:R>"),
    "C{R=<root/cimv2:CIM_X.K=v>} end", NULL },
  { "DMTF's URI without a namespace means the same", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS ("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_X",
                              "") "</C:R>"),
    "C{R=<root/asked:CIM_X>} end", NULL },
  { "Windows' URI repeats the namespace as a selector", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS (URI "X",
                              "<W:Selector Name=\"__cimnamespace\">root/v2</W:Selector>") "</C:R>"),
    "C{R=<root/v2:X>} end", NULL },
  { "the URI may come after the selectors", WIRE_PULL,
    ITEM ("<C:R><A:ReferenceParameters><W:SelectorSet><W:Selector Name=\"K\">v</W:Selector>"
          "</W:SelectorSet><W:ResourceURI>" URI "X</W:ResourceURI></A:ReferenceParameters></C:R>"),
    "C{R=<root/v2:X.K=v>} end", NULL },
  { "a key that is a reference", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS (
        URI "X",
        "<W:Selector Name=\"P\"><A:EndpointReference>" PARAMETERS (
            URI "Y", "<W:Selector Name=\"K\">v</W:Selector>") "</A:EndpointReference></W:Selector>"
                                                              "<W:Selector Name=\"Q\">w"
                                                              "</W:Selector>") "</C:R>"),
    "C{R=<root/v2:X.P=<root/v2:Y.K=v>,Q=w>} end", NULL },
  { "an embedded instance in the namespace of its class", WIRE_PULL,
    ITEM ("<C:E xmlns:D=\"" URI "D\"><D:A>x</D:A><D:B I:nil=\"true\"/></C:E><C:F>y</C:F>"),
    "C{E=D{A=x B=null} F=y} end", NULL },
  { "an embedded instance with the element of its class", WIRE_PULL,
    ITEM ("<C:E xmlns:D=\"" URI "D\"><D:D><D:A>x</D:A></D:D></C:E>"), "C{E=D{A=x}} end", NULL },
  { "an array of embedded instances", WIRE_PULL,
    ITEM ("<C:E xmlns:D=\"" URI "D\"><D:A>1</D:A></C:E><C:E xmlns:D=\"" URI
          "D\"><D:A>2</D:A></C:E>"),
    "C{E=[D{A=1},D{A=2}]} end", NULL },
  { "an embedded instance within an embedded one", WIRE_PULL,
    ITEM ("<C:E xmlns:D=\"" URI "D\"><D:F xmlns:G=\"" URI
          "G\"><G:A>1</G:A></D:F><D:H>2</D:H></C:E>"),
    "C{E=D{F=G{A=1} H=2}} end", NULL },
  { "an embedded instance without a class has the property's name", WIRE_PULL,
    ITEM ("<C:E><C:A>1</C:A></C:E>"), "C{E=E{A=1}} end", NULL },
  { "a projection: no namespaces, the class that was asked for", WIRE_PULL,
    PULL ("<N:Items><W:XmlFragment><A>1</A><B><Datetime>2</Datetime></B><A2 I:nil=\"true\"/>"
          "<R><Address/><ReferenceParameters><ResourceURI>" URI
          "X</ResourceURI><SelectorSet><Selector Name=\"K\">v</Selector></SelectorSet>"
          "</ReferenceParameters></R></W:XmlFragment></N:Items>"),
    "Asked{A=1 B=2 A2=null R=<root/v2:X.K=v>}", NULL },
  { "several items and a context", WIRE_PULL,
    PULL ("<N:EnumerationContext> uuid:7 </N:EnumerationContext>"
          "<N:Items><C:C><C:A>1</C:A></C:C><C:D/></N:Items>"),
    "C{A=1} D{} context=uuid:7", NULL },
  { "wsman's Items and end, an empty context", WIRE_ENUMERATE,
    BODY ("<N:EnumerateResponse><N:EnumerationContext></N:EnumerationContext>"
          "<W:Items><C:C/></W:Items><W:EndOfSequence/></N:EnumerateResponse>"),
    "C{} end", NULL },
  { "no items", WIRE_ENUMERATE,
    BODY ("<N:EnumerateResponse><N:EnumerationContext>c</N:EnumerationContext><W:Items/>"
          "</N:EnumerateResponse>"),
    "context=c", NULL },
  { "an item that is null is an item", WIRE_PULL, PULL ("<N:Items><C:C I:nil=\"true\"/></N:Items>"),
    "C{}", NULL },
  { "unknown elements are skipped", WIRE_PULL,
    ENV "<S:Header><x><S:Body/></x></S:Header><S:Body><N:PullResponse><y><N:Items><C:C/></N:Items>"
        "</y><N:EndOfSequence/></N:PullResponse></S:Body><z/></S:Envelope>",
    "end", NULL },
  { "Get gives the instance", WIRE_GET, BODY ("<C:C><C:A>1</C:A></C:C>"), "result C{A=1}", NULL },
  { "Invoke gives the out-parameters", WIRE_INVOKE,
    BODY ("<C:Go_OUTPUT><C:Job I:nil=\"true\"/><C:ReturnValue>0</C:ReturnValue></C:Go_OUTPUT>"),
    "result Go_OUTPUT{Job=null ReturnValue=0}", NULL },
  { "Identify gives its properties", WIRE_IDENTIFY,
    BODY ("<i:IdentifyResponse xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/"
          "wsmanidentity.xsd\"><i:ProductVendor>M</i:ProductVendor><i:SecurityProfiles>"
          "<i:SecurityProfileName>a</i:SecurityProfileName><i:SecurityProfileName>b"
          "</i:SecurityProfileName></i:SecurityProfiles></i:IdentifyResponse>"),
    "result IdentifyResponse{ProductVendor=M SecurityProfiles=[a,b]}", NULL },
  { "Release may have an empty body", WIRE_RELEASE, BODY (""), "", NULL },
  { "Release may have a body", WIRE_RELEASE, BODY ("<N:ReleaseResponse/>"), "", NULL },
  { "no Header", WIRE_RELEASE, ENV "<S:Body/></S:Envelope>", "", NULL },

  { "nothing", WIRE_PULL, "", NULL, "the reply is empty" },
  { "only white space", WIRE_PULL, "  \n", NULL, "not well-formed XML at line *" },
  { "an empty body", WIRE_PULL, BODY (""), NULL,
    "expected was a reply to Pull, and found an empty Body" },
  { "an empty body for Get", WIRE_GET, BODY (""), NULL,
    "expected was a reply to Get, and found an empty Body" },
  { "no body", WIRE_PULL, ENV "</S:Envelope>", NULL, "an Envelope without a Body" },
  { "two bodies", WIRE_RELEASE, ENV "<S:Body/><S:Body/></S:Envelope>", NULL, "a second Body" },
  { "two elements in the body", WIRE_GET, BODY ("<C:C/><C:D/>"), NULL,
    "the body holds a second element, D" },
  { "another verb's body", WIRE_PULL, BODY ("<N:EnumerateResponse/>"), NULL,
    "expected was a reply to Pull, and found EnumerateResponse in "
    "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}" },
  { "an enumeration instead of an instance", WIRE_GET, PULL (""), NULL,
    "expected was a reply to Get, and found PullResponse in "
    "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}" },
  { "an instance instead of out-parameters", WIRE_INVOKE, BODY ("<C:C/>"), NULL,
    "expected was a reply to Invoke, and found C in {" URI "C}" },
  { "another verb's action", WIRE_PULL,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse"), NULL,
    "expected was a reply to Pull, and found one with the action "
    "http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse" },
  { "another verb's action for Enumerate", WIRE_ENUMERATE,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"), NULL,
    "expected was a reply to Enumerate, and found one with the action "
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse" },
  { "another verb's action for Release", WIRE_RELEASE,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"), NULL,
    "expected was a reply to Release, and found one with the action "
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse" },
  { "another verb's action for Put", WIRE_PUT,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"), NULL,
    "expected was a reply to Put, and found one with the action "
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse" },
  { "another verb's action for Create", WIRE_CREATE,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"), NULL,
    "expected was a reply to Create, and found one with the action "
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse" },
  { "another verb's action for Delete", WIRE_DELETE,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"), NULL,
    "expected was a reply to Delete, and found one with the action "
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse" },
  { "another verb's action for Get", WIRE_GET,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"), NULL,
    "expected was a reply to Get, and found one with the action "
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse" },
  { "the right action for Release", WIRE_RELEASE,
    ENV "<S:Header><A:Action>http://schemas.xmlsoap.org/ws/2004/09/enumeration/ReleaseResponse"
        "</A:Action></S:Header><S:Body/></S:Envelope>",
    "", NULL },
  { "the right action", WIRE_PULL,
    ACTION ("http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"), "end", NULL },
  { "another SOAP", WIRE_PULL, "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"/>",
    NULL,
    "expected was an Envelope of SOAP 1.2, and found Envelope in "
    "{http://schemas.xmlsoap.org/soap/envelope/}" },
  { "HTML", WIRE_PULL, "<html><head><title>Sign in</title></head><body>Please</body></html>", NULL,
    "the server answered with HTML (“Sign in Please”) and not with WS-Management" },
  { "HTML with a document type", WIRE_PULL,
    "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML "
    "4.01//EN\"\"http://www.w3.org/TR/html4/strict.dtd\">\r\n"
    "<HTML><HEAD><TITLE>Length Required</TITLE>\r\n<META x></HEAD>",
    NULL, "the server answered with HTML (“Length Required”) and not with WS-Management" },
  { "text", WIRE_PULL, "not found", NULL, "the reply is not XML: “not found”" },
  { "a DTD", WIRE_PULL, "<!DOCTYPE x [<!ENTITY e \"y\">]>" ITEM ("<C:A>&e;</C:A>"), NULL,
    "a document type declaration (x), which SOAP forbids" },
  { "an undeclared entity", WIRE_PULL, ITEM ("<C:A>&e;</C:A>"), NULL,
    "not well-formed XML at line 1, column *" },
  { "an undeclared prefix", WIRE_PULL, ITEM ("<q:A/>"), NULL,
    "not well-formed XML at line 1, column *" },
  { "elements that cross", WIRE_PULL, ITEM ("<C:A><C:B></C:A></C:B>"), NULL,
    "not well-formed XML at line 1, column *" },
  { "half a reply", WIRE_PULL, ENV "<S:Body><N:PullResponse><N:Items><C:C><C:A>x", NULL,
    "the reply ends in the middle, after * bytes with 6 elements open" },
  { "something after the end", WIRE_PULL, PULL ("") "<x/>", NULL,
    "not well-formed XML at line 1, column *" },
  { "bytes that are not UTF-8", WIRE_PULL, ITEM ("<C:A>\xff\xfe</C:A>"), NULL,
    "not well-formed XML at line 1, column *" },
  { "text beside an element", WIRE_PULL, ITEM ("<C:A>x<C:B/></C:A>"), NULL,
    "property A holds text and the element B" },
  { "a reference without a ResourceURI", WIRE_PULL, ITEM ("<C:R><A:ReferenceParameters/></C:R>"),
    NULL, "reference R: nothing is not the ResourceURI of a class" },
  { "a reference to what is no class", WIRE_PULL, ITEM ("<C:R>" PARAMETERS ("abc", "") "</C:R>"),
    NULL, "reference R: abc is not the ResourceURI of a class" },
  { "a key twice", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS (URI "X", "<W:Selector Name=\"K\">1</W:Selector>"
                                       "<W:Selector Name=\"k\">2</W:Selector>") "</C:R>"),
    NULL, "reference R names the key k twice" },
  { "a selector without a name", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS (URI "X", "<W:Selector>1</W:Selector>") "</C:R>"), NULL,
    "a selector without a Name" },
  { "two references in a selector", WIRE_PULL,
    ITEM ("<C:R>" PARAMETERS (URI "X", "<W:Selector Name=\"K\"><A:EndpointReference/>"
                                       "<A:EndpointReference/></W:Selector>") "</C:R>"),
    NULL, "two references in selector K" },
  { "references instead of instances", WIRE_PULL,
    PULL ("<N:Items><A:EndpointReference/></N:Items>"), NULL,
    "an instance was expected, and found was EndpointReference of WS-Addressing" },
};

static void dump (GString *out, const HypervCimInstance *instance);

static void
dump_path (GString *out, const HypervCimPath *path)
{
  guint n = hyperv_cim_path_get_n_keys (path);

  g_string_append_printf (out, "<%s:%s", hyperv_cim_path_get_namespace (path),
                          hyperv_cim_path_get_class_name (path));
  for (guint i = 0; i < n; i++) {
    g_string_append_printf (out, "%c%s=", i == 0 ? '.' : ',',
                            hyperv_cim_path_get_key_name (path, i));
    if (hyperv_cim_path_get_key_reference (path, i) != NULL)
      dump_path (out, hyperv_cim_path_get_key_reference (path, i));
    else
      g_string_append (out, hyperv_cim_path_get_key_value (path, i));
  }
  g_string_append_c (out, '>');
}

static void
dump_item (GString *out, HypervCimType type, const HypervCimScalar *item)
{
  if (type == HYPERV_CIM_TYPE_REFERENCE)
    dump_path (out, item->path);
  else if (type == HYPERV_CIM_TYPE_INSTANCE)
    dump (out, item->instance);
  else
    g_string_append (out, item->s);
}

static void
dump (GString *out, const HypervCimInstance *instance)
{
  guint n = hyperv_cim_instance_get_n_properties (instance);
  HypervCimProperty property;

  g_string_append_printf (out, "%s{", hyperv_cim_instance_get_class_name (instance));
  for (guint i = 0; i < n; i++) {
    hyperv_cim_instance_peek (instance, i, &property);
    g_string_append_printf (out, "%s%s=%s", i == 0 ? "" : " ", property.name,
                            property.is_array ? "[" : "");
    if (property.is_null)
      g_string_append (out, "null");
    for (guint k = 0; k < property.n_items; k++) {
      g_string_append (out, k == 0 ? "" : ",");
      dump_item (out, property.type, &property.items[k]);
    }
    g_string_append (out, property.is_array ? "]" : "");
  }
  g_string_append_c (out, '}');
}

static gboolean
on_item (HypervCimInstance *item, gpointer user_data, GError **error)
{
  GString *out = user_data;

  g_assert_cmpstr (hyperv_cim_instance_get_namespace (item), ==, "root/asked");
  dump (out, item);
  g_string_append_c (out, ' ');
  return TRUE;
}

/* In pieces of @piece bytes; all the way to the end even after an error, which must stay. */
static gboolean
read_reply (WireReply *reply, const char *xml, gsize length, gsize piece, GError **error)
{
  for (gsize at = 0; at < length; at += piece)
    if (!wire_reply_push (reply, xml + at, MIN (piece, length - at), error)) {
      g_autoptr (GError) again = NULL;

      g_assert_false (wire_reply_push (reply, "x", 1, &again));
      g_assert_cmpstr (again->message, ==, (*error)->message);
      g_clear_error (&again);
      g_assert_false (wire_reply_end (reply, &again));
      return FALSE;
    }
  return wire_reply_end (reply, error);
}

static void
check (const Row *row, gsize piece)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (WireReply) reply = wire_reply_new (row->verb, "root/asked", "Asked", on_item, out);
  const WireReplyInfo *info = wire_reply_get_info (reply);
  g_autoptr (GError) error = NULL;
  gboolean ok = read_reply (reply, row->xml, strlen (row->xml), piece, &error);

  if (row->expected == NULL) {
    g_assert_false (ok);
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
    if (!g_pattern_match_simple (row->message, error->message))
      g_assert_cmpstr (error->message, ==, row->message);
    return;
  }
  g_assert_no_error (error);
  g_assert_true (ok);
  if (info->result != NULL) {
    g_string_append (out, "result ");
    dump (out, info->result);
  }
  if (info->context != NULL)
    g_string_append_printf (out, "context=%s", info->context);
  if (info->end_of_sequence)
    g_string_append (out, "end");
  g_assert_cmpstr (g_strchomp (out->str), ==, row->expected);
}

static void
test_whole (gconstpointer data)
{
  check (data, G_MAXSIZE / 2);
}

static void
test_bytewise (gconstpointer data)
{
  check (data, 1);
}

/* What a page says first is shown as far as it has come: its message is another byte by byte. */
static gboolean
shows_beginning (const Row *row)
{
  return row->expected == NULL && strstr (row->message, "“") != NULL;
}

static gboolean
refuse_second (HypervCimInstance *item, gpointer user_data, GError **error)
{
  guint *n = user_data;

  if (++*n < 2)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "enough");
  return FALSE;
}

static void
test_refusing_item (void)
{
  static const char xml[] = PULL ("<N:Items><C:C/><C:C/><C:C/></N:Items>");
  guint n = 0;
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_PULL, "root/asked", NULL, refuse_second, &n);
  g_autoptr (GError) error = NULL;

  g_assert_false (read_reply (reply, xml, strlen (xml), 65536, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (n, ==, 2);
}

static gboolean
count (HypervCimInstance *item, gpointer user_data, GError **error)
{
  ++*(guint *)user_data;
  return TRUE;
}

/* Not at the end of the reply: as soon as their element is closed. */
static void
test_early_items (void)
{
  static const char first[] = ENV "<S:Body><N:PullResponse><N:Items><C:C/><C:C><C:A>1</C:A>";
  static const char more[] = "</C:C><C:C><C:A>0123456789";
  guint n = 0;
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_PULL, "root/asked", NULL, count, &n);

  g_assert_true (wire_reply_push (reply, first, strlen (first), NULL));
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (wire_reply_push (reply, more, strlen (more), NULL));
  g_assert_cmpuint (n, ==, 2);
}

/* Windows may answer in the encoding of the request; openwsman's clients see it with a mark. */
static void
test_utf16 (void)
{
  static const char xml[] = "\xef\xbb\xbf" ITEM ("<C:A>仮想</C:A>");
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_PULL, "root/asked", NULL, on_item, out);
  gsize length = 0;
  g_autofree char *utf16 = g_convert (xml, -1, "UTF-16LE", "UTF-8", NULL, &length, NULL);

  g_assert_true (read_reply (reply, utf16, length, 100, NULL));
  g_assert_cmpstr (out->str, ==, "C{A=仮想} ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *whole = g_strconcat ("/wire/reply/whole/", rows[i].sentence, NULL);
    g_autofree char *bytewise = g_strconcat ("/wire/reply/bytewise/", rows[i].sentence, NULL);

    g_test_add_data_func (whole, &rows[i], test_whole);
    if (!shows_beginning (&rows[i]))
      g_test_add_data_func (bytewise, &rows[i], test_bytewise);
  }
  g_test_add_func ("/wire/reply/an item that is refused ends the reading", test_refusing_item);
  g_test_add_func ("/wire/reply/items come as soon as they are complete", test_early_items);
  g_test_add_func ("/wire/reply/UTF-16 with a mark", test_utf16);
  return g_test_run ();
}
