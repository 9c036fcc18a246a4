/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/wire/wire-names.h"
#include "client/wire/wire-verbs.h"
#include "client/wire/wire-writer.h"

/* Requests as Windows' own clients write them (examples in section 4 of MS-WSMV): prefixes, order
 * of the headers, and mustUnderstand where they set it. Without p:OperationID, which would make
 * Windows answer in chunks. */

#define MUST_UNDERSTAND " s:mustUnderstand=\"true\""

static void
write_locale (WireWriter *self, const WireRequest *request)
{
  if (request->locale == NULL)
    return;
  wire_writer_markup (self, "<w:Locale");
  wire_writer_attribute (self, "xml:lang", request->locale, "the locale");
  wire_writer_markup (self, " s:mustUnderstand=\"false\"/><p:DataLocale");
  wire_writer_attribute (self, "xml:lang", request->locale, "the locale");
  wire_writer_markup (self, " s:mustUnderstand=\"false\"/>");
}

static char *
dup_action (const WireRequest *request, const char *uri)
{
  if (request->verb == WIRE_INVOKE)
    return g_strconcat (uri, "/", request->method, NULL);
  return g_strdup (wire_verb_get (request->verb)->action);
}

static gboolean
names_instance (WireVerb verb)
{
  return verb == WIRE_GET || verb == WIRE_PUT || verb == WIRE_DELETE || verb == WIRE_INVOKE;
}

static void
write_header (WireWriter *self, const WireRequest *request, const char *uri)
{
  g_autofree char *action = dup_action (request, uri);

  wire_writer_markup (self, "<s:Header>");
  wire_writer_element (self, "a:To", NULL, request->to, "the address");
  wire_writer_element (self, "w:ResourceURI", MUST_UNDERSTAND, uri, "namespace or class");
  wire_writer_markup (self, "<a:ReplyTo>");
  wire_writer_element (self, "a:Address", MUST_UNDERSTAND, WIRE_ANONYMOUS, "");
  wire_writer_markup (self, "</a:ReplyTo>");
  wire_writer_element (self, "a:Action", MUST_UNDERSTAND, action, "class or method");
  g_string_append_printf (self->out, "<w:MaxEnvelopeSize" MUST_UNDERSTAND ">%u</w:MaxEnvelopeSize>",
                          request->max_envelope_size);
  wire_writer_element (self, "a:MessageID", NULL, request->message_id, "the message's id");
  write_locale (self, request);
  if (names_instance (request->verb))
    wire_writer_selectors (self, request->path);
  if (request->fragment != NULL)
    wire_writer_element (self, "w:FragmentTransfer", MUST_UNDERSTAND, request->fragment,
                         "the property");
  if (request->operation_timeout_ms > 0)
    g_string_append_printf (self->out, "<w:OperationTimeout>PT%u.%03uS</w:OperationTimeout>",
                            request->operation_timeout_ms / 1000,
                            request->operation_timeout_ms % 1000);
  wire_writer_markup (self, "</s:Header>");
}

/* In the order in which Windows' own client writes them: mode before filter. */
static const char *const modes[] = { [WIRE_OBJECTS] = NULL,
                                     [WIRE_PATHS] = "EnumerateEPR",
                                     [WIRE_OBJECTS_AND_PATHS] = "EnumerateObjectAndEPR" };

/* Without MaxElements Windows gives one item a Pull. */
static void
write_enumerate (WireWriter *self, const WireRequest *request, const char *uri)
{
  wire_writer_markup (self, "<n:Enumerate><w:OptimizeEnumeration/>");
  g_string_append_printf (self->out, "<w:MaxElements>%u</w:MaxElements>", request->max_elements);
  if (modes[request->items] != NULL)
    wire_writer_element (self, "w:EnumerationMode", NULL, modes[request->items], "");
  if (request->by_selectors) {
    wire_writer_markup (self, "<w:Filter Dialect=\"" WIRE_DIALECT_SELECTORS "\">");
    wire_writer_selectors (self, request->path);
    wire_writer_markup (self, "</w:Filter>");
  }
  if (request->wql != NULL)
    wire_writer_element (self, "w:Filter", " Dialect=\"" WIRE_DIALECT_WQL "\"", request->wql,
                         "the query");
  wire_writer_markup (self, "</n:Enumerate>");
}

static void
write_pull (WireWriter *self, const WireRequest *request, const char *uri)
{
  wire_writer_markup (self, "<n:Pull>");
  wire_writer_element (self, "n:EnumerationContext", NULL, request->context,
                       "the enumeration context");
  g_string_append_printf (self->out, "<n:MaxElements>%u</n:MaxElements></n:Pull>",
                          request->max_elements);
}

static void
write_release (WireWriter *self, const WireRequest *request, const char *uri)
{
  wire_writer_markup (self, "<n:Release>");
  wire_writer_element (self, "n:EnumerationContext", NULL, request->context,
                       "the enumeration context");
  wire_writer_markup (self, "</n:Release>");
}

/* The namespaces of an instance and what is in it. */
static char *
dup_spaces (const char *uri, const char *more)
{
  WireWriter spaces;
  char *text;

  wire_writer_init (&spaces);
  wire_writer_attribute (&spaces, "xmlns:xsi", WIRE_NS_XSI, "");
  wire_writer_attribute (&spaces, "xmlns:p", uri, "namespace or class");
  wire_writer_attribute (&spaces, "xmlns:cim", WIRE_NS_CIM, "");
  wire_writer_markup (&spaces, more);
  text = g_strdup (spaces.out->str);
  wire_writer_clear (&spaces);
  return text;
}

static void
write_properties (WireWriter *self, const HypervCimInstance *instance)
{
  guint n = instance != NULL ? hyperv_cim_instance_get_n_properties (instance) : 0;
  HypervCimProperty property;

  for (guint i = 0; i < n; i++) {
    hyperv_cim_instance_peek (instance, i, &property);
    wire_writer_parameter (self, &property);
  }
}

static void
write_invoke (WireWriter *self, const WireRequest *request, const char *uri)
{
  g_autofree char *tag = g_strconcat (request->method, "_INPUT", NULL);
  g_autofree char *spaces = dup_spaces (uri, "");

  wire_writer_open (self, tag, spaces);
  write_properties (self, request->in);
  wire_writer_close (self, tag);
}

/* As Windows' own client writes it, but without the types of the properties: the service knows
 * them, and MS-WSMV asks for the type of the instance only. */
static void
write_instance (WireWriter *self, const WireRequest *request, const char *uri)
{
  const char *class_name = hyperv_cim_path_get_class_name (request->path);
  g_autofree char *type = g_strconcat (" xsi:type=\"p:", class_name, "_Type\"", NULL);
  g_autofree char *spaces = dup_spaces (uri, request->fragment == NULL ? type : "");

  if (request->fragment != NULL)
    g_string_append_printf (self->out, "<w:XmlFragment%s>", spaces);
  else
    wire_writer_open (self, class_name, spaces);
  write_properties (self, request->instance);
  if (request->fragment != NULL)
    wire_writer_markup (self, "</w:XmlFragment>");
  else
    wire_writer_close (self, class_name);
}

/* The prefixes of the reply to the same verb (facts of Windows' envelopes), and p for DataLocale.
 */
#define SPACE(prefix, uri) " xmlns:" prefix "=\"" uri "\""
#define SPACES_COMMON                                                                              \
  SPACE ("s", WIRE_NS_SOAP)                                                                        \
  SPACE ("a", WIRE_NS_ADDRESSING)                                                                  \
  SPACE ("w", WIRE_NS_WSMAN)                                                                       \
  SPACE ("p", WIRE_NS_WSMV)
#define SPACES_ENUMERATION SPACES_COMMON SPACE ("n", WIRE_NS_ENUMERATION)

static const struct {
  WireVerb verb;
  const char *spaces;
  void (*write) (WireWriter *self, const WireRequest *request, const char *uri);
} bodies[] = {
  { WIRE_GET, SPACES_COMMON, NULL },
  { WIRE_ENUMERATE, SPACES_ENUMERATION, write_enumerate },
  { WIRE_PULL, SPACES_ENUMERATION, write_pull },
  { WIRE_RELEASE, SPACES_ENUMERATION, write_release },
  { WIRE_INVOKE, SPACES_COMMON, write_invoke },
  { WIRE_PUT, SPACES_COMMON, write_instance },
  { WIRE_CREATE, SPACES_COMMON, write_instance },
  { WIRE_DELETE, SPACES_COMMON, NULL },
};

/* Identify has no headers at all (DSP0226, 11). */
static GBytes *
write_identify (void)
{
  static const char identify[] = "<s:Envelope" SPACE ("s", WIRE_NS_SOAP) SPACE (
      "wsmid", WIRE_NS_IDENTITY) "><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>";

  return g_bytes_new_static (identify, sizeof identify - 1);
}

static void
write_envelope (WireWriter *self, const WireRequest *request)
{
  g_autofree char *uri = wire_class_uri (hyperv_cim_path_get_namespace (request->path),
                                         hyperv_cim_path_get_class_name (request->path));

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    if (bodies[i].verb != request->verb)
      continue;
    g_string_append_printf (self->out, "<s:Envelope%s>", bodies[i].spaces);
    write_header (self, request, uri);
    wire_writer_markup (self, "<s:Body>");
    if (bodies[i].write != NULL)
      bodies[i].write (self, request, uri);
    wire_writer_markup (self, "</s:Body></s:Envelope>");
  }
}

GBytes *
wire_request_write (const WireRequest *request, GError **error)
{
  WireWriter writer;
  GBytes *bytes = NULL;

  g_return_val_if_fail (request != NULL, NULL);
  if (request->verb == WIRE_IDENTIFY)
    return write_identify ();
  g_return_val_if_fail (request->path != NULL && request->to != NULL, NULL);
  g_return_val_if_fail (request->message_id != NULL, NULL);
  g_return_val_if_fail (request->verb != WIRE_INVOKE || request->method != NULL, NULL);
  g_return_val_if_fail (request->instance != NULL
                            || (request->verb != WIRE_PUT && request->verb != WIRE_CREATE),
                        NULL);
  g_return_val_if_fail (request->context != NULL
                            || (request->verb != WIRE_PULL && request->verb != WIRE_RELEASE),
                        NULL);
  wire_writer_init (&writer);
  write_envelope (&writer, request);
  if (writer.error != NULL)
    g_propagate_error (error, g_steal_pointer (&writer.error));
  else
    bytes = g_string_free_to_bytes (g_steal_pointer (&writer.out));
  wire_writer_clear (&writer);
  return bytes;
}
