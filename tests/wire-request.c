/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "client/wire/wire.h"

/* Requests, byte for byte. */

#define V2 "root/virtualization/v2"
#define URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define SPACES                                                                                     \
  " xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                           \
  " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                                  \
  " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""                                    \
  " xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\""
#define N " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
#define ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
#define HEAD(spaces, class, action, selectors)                                                     \
  "<s:Envelope" spaces "><s:Header><a:To>https://host:5986/wsman</a:To>"                           \
  "<w:ResourceURI s:mustUnderstand=\"true\">" URI class                                            \
      "</w:ResourceURI>"                                                                           \
      "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">" ANONYMOUS "</a:Address></a:ReplyTo>"      \
      "<a:Action s:mustUnderstand=\"true\">" action "</a:Action>"                                  \
      "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">512000</w:MaxEnvelopeSize>"                    \
      "<a:MessageID>uuid:1</a:MessageID><w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>" \
      "<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>" selectors                    \
      "<w:OperationTimeout>PT60.000S</w:OperationTimeout></s:Header><s:Body>"
#define TAIL "</s:Body></s:Envelope>"

static HypervCimPath *
path_of (const char *class_name, const char *key, const char *value)
{
  HypervCimPath *path = hyperv_cim_path_new (V2, class_name);

  if (key != NULL)
    hyperv_cim_path_add_key (path, key, value);
  return path;
}

static char *
write_request (const WireRequest *request, GError **error)
{
  g_autoptr (GBytes) bytes = wire_request_write (request, error);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

static WireRequest
request_for (WireVerb verb, const HypervCimPath *path)
{
  return (WireRequest){ .verb = verb,
                        .to = "https://host:5986/wsman",
                        .message_id = "uuid:1",
                        .max_envelope_size = 512000,
                        .operation_timeout_ms = 60000,
                        .locale = "en-US",
                        .path = path,
                        .max_elements = 32000 };
}

typedef struct {
  const char *sentence;
  WireVerb verb;
  const char *class_name, *key, *value, *wql, *context, *method;
  const char *expected;
} VerbRow;

static const VerbRow verb_rows[] = {
  { "Identify has no headers", WIRE_IDENTIFY, "x", NULL, NULL, NULL, NULL, NULL,
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
    " xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\">"
    "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>" },
  { "Get names the instance by its keys, escaped", WIRE_GET, "Msvm_Job", "InstanceID", "a<&>\"\r",
    NULL, NULL, NULL,
    HEAD (SPACES, "Msvm_Job", "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
          "<w:SelectorSet><w:Selector Name=\"InstanceID\">a&lt;&amp;&gt;\"&#13;</w:Selector>"
          "</w:SelectorSet>") TAIL },
  { "Enumerate of a class is optimised and has no filter", WIRE_ENUMERATE, "Msvm_Job", NULL, NULL,
    NULL, NULL, NULL,
    HEAD (SPACES N, "Msvm_Job", ENUMERATION "Enumerate",
          "") "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
              "</n:Enumerate>" TAIL },
  { "WQL goes to the namespace", WIRE_ENUMERATE, "*", NULL, NULL, "SELECT * FROM X WHERE a < 'ü'",
    NULL, NULL,
    HEAD (SPACES N, "*", ENUMERATION "Enumerate",
          "") "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
              "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">"
              "SELECT * FROM X WHERE a &lt; 'ü'</w:Filter></n:Enumerate>" TAIL },
  { "Pull carries the context and asks for many", WIRE_PULL, "*", NULL, NULL, NULL, "uuid:C", NULL,
    HEAD (SPACES N, "*", ENUMERATION "Pull",
          "") "<n:Pull><n:EnumerationContext>uuid:C</n:EnumerationContext>"
              "<n:MaxElements>32000</n:MaxElements></n:Pull>" TAIL },
  { "Release carries the context", WIRE_RELEASE, "*", NULL, NULL, NULL, "uuid:C", NULL,
    HEAD (SPACES N, "*", ENUMERATION "Release",
          "") "<n:Release><n:EnumerationContext>uuid:C</n:EnumerationContext></n:Release>" TAIL },
  { "Invoke of a method without parameters", WIRE_INVOKE, "Msvm_Job", "InstanceID", "7", NULL, NULL,
    "Kill",
    HEAD (
        SPACES, "Msvm_Job", URI "Msvm_Job/Kill",
        "<w:SelectorSet><w:Selector Name=\"InstanceID\">7</w:Selector></w:SelectorSet>") "<p:Kill_"
                                                                                         "INPUT "
                                                                                         "xmlns:"
                                                                                         "xsi="
                                                                                         "\"http://"
                                                                                         "www.w3."
                                                                                         "org/2001/"
                                                                                         "XMLSchema"
                                                                                         "-instance"
                                                                                         "\" "
                                                                                         "xmlns:p="
                                                                                         "\"" URI
                                                                                         "Msvm_"
                                                                                         "Job\" "
                                                                                         "xmlns:"
                                                                                         "cim="
                                                                                         "\"http://"
                                                                                         "schemas."
                                                                                         "dmtf.org/"
                                                                                         "wbem/"
                                                                                         "wscim/1/"
                                                                                         "common\">"
                                                                                         "</"
                                                                                         "p:Kill_"
                                                                                         "INPUT"
                                                                                         ">" TAIL },
};

/* winrm/config is no class of WMI: its namespace is the beginning of a URI. */
static void
test_config (void)
{
  g_autoptr (HypervCimPath) path
      = hyperv_cim_path_new ("http://schemas.microsoft.com/wbem/wsman/1", "config");
  WireRequest request = request_for (WIRE_GET, path);
  g_autofree char *text = write_request (&request, NULL);

  g_assert_nonnull (strstr (text, "<w:ResourceURI s:mustUnderstand=\"true\">"
                                  "http://schemas.microsoft.com/wbem/wsman/1/config"
                                  "</w:ResourceURI>"));
}

static void
test_verb (gconstpointer data)
{
  const VerbRow *row = data;
  g_autoptr (HypervCimPath) path = path_of (row->class_name, row->key, row->value);
  WireRequest request = request_for (row->verb, path);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  request.wql = row->wql;
  request.context = row->context;
  request.method = row->method;
  text = write_request (&request, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, row->expected);
}

typedef struct {
  const char *sentence;
  HypervCimValue *(*make) (void);
  const char *expected; /* what stands for the parameter P; NULL: refused */
  const char *message;
} ValueRow;

static HypervCimValue *
make_true (void)
{
  return hyperv_cim_value_new_boolean (TRUE);
}

static HypervCimValue *
make_uint64 (void)
{
  return hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT64, G_MAXUINT64);
}

static HypervCimValue *
make_sint8 (void)
{
  return hyperv_cim_value_new_signed (HYPERV_CIM_TYPE_SINT8, -128);
}

static HypervCimValue *
make_real (void)
{
  return hyperv_cim_value_new_real (HYPERV_CIM_TYPE_REAL64, 0.5);
}

static HypervCimValue *
make_infinite (void)
{
  return hyperv_cim_value_new_real (HYPERV_CIM_TYPE_REAL64, -INFINITY);
}

static HypervCimValue *
make_char16 (void)
{
  return hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_CHAR16, 0x20ac);
}

static HypervCimValue *
make_surrogate (void)
{
  return hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_CHAR16, 0xd800);
}

static HypervCimValue *
make_string (void)
{
  return hyperv_cim_value_new_string ("C:\\a & b\r\n\t<c>");
}

static HypervCimValue *
make_control (void)
{
  return hyperv_cim_value_new_string ("a\001");
}

static HypervCimValue *
make_not_utf8 (void)
{
  return hyperv_cim_value_new_string ("a\xff");
}

static HypervCimValue *
make_date (void)
{
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "20251217105522.702300+060");
}

static HypervCimValue *
make_west (void)
{
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "20251231230000.000000-120");
}

static HypervCimValue *
make_interval (void)
{
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "00000001000500.000000:000");
}

static HypervCimValue *
make_bad_interval (void)
{
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "00000001240500.000000:000");
}

static HypervCimValue *
make_bad_date (void)
{
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "20251340105522.702341+000");
}

static HypervCimValue *
make_no_date (void)
{
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "2025-12-17T09:55:22Z");
}

static HypervCimValue *
make_null (void)
{
  return hyperv_cim_value_new_null (HYPERV_CIM_TYPE_UINT16, FALSE);
}

static HypervCimValue *
make_array (void)
{
  const HypervCimScalar items[] = { { .u = 2 }, { .u = 3 } };

  return hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT16, items, 2);
}

static HypervCimValue *
make_empty (void)
{
  return hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT16, NULL, 0);
}

static HypervCimValue *
make_reference (void)
{
  g_autoptr (HypervCimPath) path = path_of ("Msvm_ComputerSystem", "Name", "A");

  return hyperv_cim_value_new_reference (path);
}

static HypervCimValue *
make_nested_reference (void)
{
  g_autoptr (HypervCimPath) inner = path_of ("X", "K", "1");
  g_autoptr (HypervCimPath) outer = path_of ("L", NULL, NULL);

  hyperv_cim_path_add_reference_key (outer, "Part", inner);
  return hyperv_cim_value_new_reference (outer);
}

static HypervCimValue *
make_instance (void)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (V2, "Msvm_S");
  g_autoptr (HypervCimInstance) instance = NULL;
  const char *const notes[] = { "a", "b<", NULL };
  g_autoptr (HypervCimValue) strings = hyperv_cim_value_new_strv (notes);

  hyperv_cim_builder_add_string (builder, "ElementName", "x & y");
  hyperv_cim_builder_add_boolean (builder, "On", TRUE);
  hyperv_cim_builder_add_unsigned (builder, "Count", HYPERV_CIM_TYPE_UINT64, 5);
  hyperv_cim_builder_add_null (builder, "Parent", HYPERV_CIM_TYPE_STRING, FALSE);
  hyperv_cim_builder_add_value (builder, "Notes", strings);
  instance = hyperv_cim_builder_end (builder);
  return hyperv_cim_value_new_instance (instance);
}

#define EPR(class, selectors)                                                                      \
  "<a:Address>" ANONYMOUS                                                                          \
  "</a:Address><a:ReferenceParameters><w:ResourceURI>" URI class "</"                              \
                                                                 "w:ResourceURI><w:"               \
                                                                 "SelectorSet>" selectors          \
                                                                 "</w:SelectorSet></"              \
                                                                 "a:ReferenceParameters>"

static const ValueRow value_rows[] = {
  { "a boolean is true or false", make_true, "<p:P>true</p:P>", NULL },
  { "the largest uint64 keeps its digits", make_uint64, "<p:P>18446744073709551615</p:P>", NULL },
  { "a negative integer", make_sint8, "<p:P>-128</p:P>", NULL },
  { "a real has a point in every locale", make_real, "<p:P>0.5</p:P>", NULL },
  { "infinity is XML Schema's", make_infinite, "<p:P>-INF</p:P>", NULL },
  { "a char16 is the character", make_char16, "<p:P>€</p:P>", NULL },
  { "half a surrogate pair is refused", make_surrogate, NULL, "P: U+D800 is not a character" },
  { "text is escaped, line ends survive", make_string, "<p:P>C:\\a &amp; b&#13;\n\t&lt;c&gt;</p:P>",
    NULL },
  { "a control character is refused by name and place", make_control, NULL,
    "P holds the character U+0001 (at byte 1), which XML cannot carry" },
  { "text that is not UTF-8 is refused", make_not_utf8, NULL, "P is not UTF-8" },
  { "a date is written in UTC without trailing zeros", make_date,
    "<p:P><cim:Datetime>2025-12-17T09:55:22.7023Z</cim:Datetime></p:P>", NULL },
  { "a date from the west crosses the year", make_west,
    "<p:P><cim:Datetime>2026-01-01T01:00:00Z</cim:Datetime></p:P>", NULL },
  { "an interval as Windows writes it", make_interval,
    "<p:P><cim:Interval>P1DT0H5M0S</cim:Interval></p:P>", NULL },
  { "hour 24 of an interval is refused", make_bad_interval, NULL,
    "P: “00000001240500.000000:000” is neither a date (yyyymmddHHMMSS.mmmmmm+UUU) nor an interval "
    "(ddddddddHHMMSS.mmmmmm:000) of CIM" },
  { "month 13 is refused", make_bad_date, NULL,
    "P: “20251340105522.702341+000” is neither a date (yyyymmddHHMMSS.mmmmmm+UUU) nor an interval "
    "(ddddddddHHMMSS.mmmmmm:000) of CIM" },
  { "a date in another form is refused", make_no_date, NULL,
    "P: “2025-12-17T09:55:22Z” is neither a date (yyyymmddHHMMSS.mmmmmm+UUU) nor an interval "
    "(ddddddddHHMMSS.mmmmmm:000) of CIM" },
  { "null is xsi:nil", make_null, "<p:P xsi:nil=\"true\"></p:P>", NULL },
  { "an array is repeated elements", make_array, "<p:P>2</p:P><p:P>3</p:P>", NULL },
  { "an empty array is nothing", make_empty, "", NULL },
  { "a reference is the content of an EndpointReference", make_reference,
    "<p:P>" EPR ("Msvm_ComputerSystem", "<w:Selector Name=\"Name\">A</w:Selector>") "</p:P>",
    NULL },
  { "a key that is a reference has the EndpointReference", make_nested_reference,
    "<p:P>" EPR ("L", "<w:Selector Name=\"Part\"><a:EndpointReference>" EPR (
                          "X", "<w:Selector Name=\"K\">1</w:Selector>") "</a:EndpointReference></"
                                                                        "w:Selector>") "</p:P>",
    NULL },
  { "an instance is CIM-XML, escaped", make_instance,
    "<p:P>&lt;INSTANCE CLASSNAME=\"Msvm_S\"&gt;"
    "&lt;PROPERTY NAME=\"ElementName\" TYPE=\"string\"&gt;&lt;VALUE&gt;x &amp;amp; y&lt;/VALUE&gt;"
    "&lt;/PROPERTY&gt;&lt;PROPERTY NAME=\"On\" TYPE=\"boolean\"&gt;&lt;VALUE&gt;TRUE&lt;/VALUE&gt;"
    "&lt;/PROPERTY&gt;&lt;PROPERTY NAME=\"Count\" TYPE=\"uint64\"&gt;&lt;VALUE&gt;5&lt;/VALUE&gt;"
    "&lt;/PROPERTY&gt;&lt;PROPERTY NAME=\"Parent\" TYPE=\"string\"&gt;&lt;/PROPERTY&gt;"
    "&lt;PROPERTY.ARRAY NAME=\"Notes\" TYPE=\"string\"&gt;&lt;VALUE.ARRAY&gt;&lt;VALUE&gt;a"
    "&lt;/VALUE&gt;&lt;VALUE&gt;b&amp;lt;&lt;/VALUE&gt;&lt;/VALUE.ARRAY&gt;&lt;/PROPERTY.ARRAY&gt;"
    "&lt;/INSTANCE&gt;</p:P>",
    NULL },
};

static void
test_value (gconstpointer data)
{
  const ValueRow *row = data;
  g_autoptr (HypervCimPath) path = path_of ("C", NULL, NULL);
  WireRequest request = request_for (WIRE_INVOKE, path);
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (V2, "Go_INPUT");
  g_autoptr (HypervCimValue) value = row->make ();
  g_autoptr (HypervCimInstance) in = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  char *begin, *end;

  hyperv_cim_builder_add_value (builder, "P", value);
  in = hyperv_cim_builder_end (builder);
  request.method = "Go";
  request.in = in;
  text = write_request (&request, &error);
  if (row->expected == NULL) {
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
    g_assert_cmpstr (error->message, ==, row->message);
    return;
  }
  g_assert_no_error (error);
  begin = strchr (strstr (text, "<p:Go_INPUT"), '>') + 1;
  end = strstr (begin, "</p:Go_INPUT>");
  *end = '\0';
  g_assert_cmpstr (begin, ==, row->expected);
}

static const struct {
  const char *sentence;
  const char *method, *parameter, *wql, *key;
  const char *message;
} refusals[] = {
  { "a method that is no name", "Go now", NULL, NULL, "a",
    "“Go now_INPUT” is not a name: letters, digits and underscores are" },
  { "a parameter that is no name", "Go", "a/b", NULL, "a",
    "“a/b” is not a name: letters, digits and underscores are" },
  { "a key with a control character", "Go", NULL, NULL, "a\002",
    "Name holds the character U+0002 (at byte 1), which XML cannot carry" },
  { "a query with a control character", NULL, NULL, "SELECT\033", NULL,
    "the query holds the character U+001B (at byte 6), which XML cannot carry" },
};

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (HypervCimPath) path
      = path_of ("C", refusals[i].key != NULL ? "Name" : NULL, refusals[i].key);
  WireRequest request = request_for (refusals[i].wql != NULL ? WIRE_ENUMERATE : WIRE_INVOKE, path);
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (V2, "X");
  g_autoptr (HypervCimInstance) in = NULL;
  g_autoptr (GError) error = NULL;

  if (refusals[i].parameter != NULL)
    hyperv_cim_builder_add_boolean (builder, refusals[i].parameter, TRUE);
  in = hyperv_cim_builder_end (builder);
  request.method = refusals[i].method;
  request.wql = refusals[i].wql;
  request.in = in;
  g_assert_null (wire_request_write (&request, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, refusals[i].message);
}

static void
add (const char *topic, const char *sentence, gconstpointer data, GTestDataFunc test)
{
  g_autofree char *path = g_strconcat ("/wire/request/", topic, "/", sentence, NULL);

  g_test_add_data_func (path, data, test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (verb_rows); i++)
    add ("verb", verb_rows[i].sentence, &verb_rows[i], test_verb);
  for (gsize i = 0; i < G_N_ELEMENTS (value_rows); i++)
    add ("value", value_rows[i].sentence, &value_rows[i], test_value);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    add ("refuses", refusals[i].sentence, GSIZE_TO_POINTER (i), test_refusal);
  g_test_add_func ("/wire/request/winrm-config", test_config);
  return g_test_run ();
}
