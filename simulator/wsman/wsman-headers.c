/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

/* The SOAP header: one row for each element that is understood. All are found first, so that a
 * fault can relate to the message and speak its language; then the rows check, in this order. */

typedef void (*HeaderReader) (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                              xmlNode *node);
typedef struct {
  const char *ns;
  const char *name;    /* with the prefix that the documents use, for refusals */
  const char *missing; /* the fault when it is not there; NULL: it need not be */
  HeaderReader read;   /* NULL: understood, and nothing to do */
} HeaderRow;

static void
read_uri (Wsman *self, SimExchange *exchange, xmlNode *node, const char *name, char **target)
{
  g_autofree char *text = wsman_xml_dup_text (node);

  if (text == NULL || *text == '\0') {
    wsman_refuse (self, exchange, "InvalidHeader", "%s is empty", name);
    return;
  }
  if (strlen (text) > WSMAN_MAX_URI) {
    wsman_refuse (self, exchange, "UriLimit",
                  "%s has more than " G_STRINGIFY (WSMAN_MAX_URI) " characters", name);
    return;
  }
  g_free (*target);
  *target = g_steal_pointer (&text);
}

static void
read_action (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  read_uri (self, exchange, node, "a:Action", &exchange->action);
}

static void
read_message_id (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  read_uri (self, exchange, node, "a:MessageID", &exchange->message_id);
}

static void
read_resource_uri (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  read_uri (self, exchange, node, "w:ResourceURI", &exchange->resource);
}

/* The name under which the client reached the host comes back as Machine in faults. */
static void
read_to (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  g_autofree char *to = NULL;
  g_autofree char *host = NULL;

  read_uri (self, exchange, node, "a:To", &to);
  if (to == NULL)
    return;
  if (g_uri_split (to, G_URI_FLAGS_NONE, NULL, NULL, &host, NULL, NULL, NULL, NULL, NULL)
      && host != NULL && *host != '\0')
    message->machine = g_steal_pointer (&host);
}

/* ReplyTo and FaultTo: replies go back on the connection, nowhere else (MS-WSMV 3.1.4.1). */
static void
read_endpoint (Wsman *self, SimExchange *exchange, xmlNode *node, const char *name)
{
  /* MS-WSMV 3.1.4.1.4 writes it with a slash at its end */
  xmlNode *address = wsman_xml_find (node, WSMAN_NS_ADDRESSING, "Address");
  g_autofree char *text = address != NULL ? wsman_xml_dup_text (address) : NULL;

  if (text == NULL || *text == '\0')
    wsman_refuse (self, exchange, "InvalidHeader", "%s without a:Address", name);
  else if (strcmp (text, WSMAN_ANONYMOUS) != 0 && strcmp (text, WSMAN_ANONYMOUS "/") != 0)
    wsman_refuse (self, exchange, "AddressingMode", "%s is \"%s\", not anonymous", name, text);
}

static void
read_reply_to (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  read_endpoint (self, exchange, node, "a:ReplyTo");
}

static void
read_fault_to (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  read_endpoint (self, exchange, node, "a:FaultTo");
}

static void
read_max_envelope (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  g_autofree char *text = wsman_xml_dup_text (node);
  guint64 size;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &size, NULL)) {
    wsman_refuse (self, exchange, "InvalidHeader", "w:MaxEnvelopeSize is no number");
    return;
  }
  if (size < WSMAN_MIN_ENVELOPE) {
    wsman_refuse (self, exchange, "MinimumEnvelopeLimit",
                  "w:MaxEnvelopeSize is %" G_GUINT64_FORMAT
                  ", less than " G_STRINGIFY (WSMAN_MIN_ENVELOPE),
                  size);
    return;
  }
  message->max_envelope = size;
  message->has_max_envelope = TRUE;
}

/* PT-1S was answered with InvalidMessageInformationHeader (recorded). */
static void
read_timeout (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  g_autofree char *text = wsman_xml_dup_text (node);

  if (text == NULL || !wsman_duration_parse (text, &message->timeout))
    wsman_refuse (self, exchange, "InvalidHeader", "w:OperationTimeout \"%s\" is no duration",
                  text != NULL ? text : "");
}

static char *
dup_lang (const xmlNode *node)
{
  return wsman_xml_dup_attribute (node, (const char *)XML_XML_NAMESPACE, "lang");
}

static void
read_locale (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  g_autofree char *lang = (char *)xmlNodeGetLang (node);

  if (wsman_xml_is_true (node, WSMAN_NS_SOAP, "mustUnderstand"))
    wsman_refuse (self, exchange, "Locale", "w:Locale with mustUnderstand");
  else if (lang == NULL)
    wsman_refuse (self, exchange, "InvalidHeader", "w:Locale without xml:lang");
}

/* Which options there are is the family's business. */
static gboolean
is_complied_with (const WsmanMessage *message, xmlNode *option, const char *name)
{
  g_autofree char *value = wsman_xml_dup_text (option);

  return message->family != NULL && message->family->complies != NULL
         && message->family->complies (name, value != NULL ? value : "");
}

/* MS-WSMV 3.1.4.1.9 and 3.1.4.1.12 */
static void
read_data_locale (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  if (wsman_xml_is_true (node, WSMAN_NS_SOAP, "mustUnderstand"))
    wsman_refuse (self, exchange, "DataLocale", "p:DataLocale with mustUnderstand");
}

static void
read_activity (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  g_autofree char *text = wsman_xml_dup_text (node);

  if (text == NULL || strlen (text) > WSMAN_MAX_URI)
    wsman_refuse (self, exchange, "InvalidHeader",
                  "p:ActivityId has more than " G_STRINGIFY (WSMAN_MAX_URI) " characters");
}

static void
read_option_set (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  guint n_options = 0;

  wsman_find_family (self, exchange, message);
  for (xmlNode *option = wsman_xml_first (node); option != NULL && exchange->status == 0;
       option = wsman_xml_next (option)) {
    g_autofree char *name = wsman_xml_dup_attribute (option, NULL, "Name");

    if (!wsman_xml_is (option, WSMAN_NS_WSMAN, "Option") || name == NULL || *name == '\0')
      wsman_refuse (self, exchange, "OptionName", "w:OptionSet has something without a Name");
    else if (++n_options > WSMAN_MAX_OPTIONS)
      wsman_refuse (self, exchange, "OptionLimit",
                    "more than " G_STRINGIFY (WSMAN_MAX_OPTIONS) " w:Option");
    else if (wsman_xml_is_true (option, NULL, "MustComply")
             && !is_complied_with (message, option, name))
      wsman_refuse (self, exchange, "OptionsNotSupported", "w:Option %s with MustComply", name);
  }
}

/* MS-WSMV 3.1.4.1.18: it must be one that has to be understood. */
static void
read_fragment (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  g_autofree char *dialect = wsman_xml_dup_attribute (node, NULL, "Dialect");
  g_autofree char *text = wsman_xml_dup_text (node);

  if (!wsman_xml_is_true (node, WSMAN_NS_SOAP, "mustUnderstand"))
    wsman_refuse (self, exchange, "InvalidHeader", "w:FragmentTransfer without mustUnderstand");
  else if (dialect != NULL && g_ascii_strcasecmp (dialect, WSMAN_DIALECT_XPATH) != 0)
    wsman_refuse (self, exchange, "FragmentDialect", "fragment dialect \"%s\"", dialect);
  else if (text == NULL || *text == '\0')
    wsman_refuse (self, exchange, "InvalidFragmentPath", "w:FragmentTransfer is empty");
  else
    message->fragment = g_steal_pointer (&text);
}

/* The first two are what a fault needs. Which fault: MS-WSMV 3.1.4.1.3 and 3.1.4.1.5. */
#define ROW_TO 1
#define ROW_RESOURCE 4
static const HeaderRow rows[] = {
  { WSMAN_NS_ADDRESSING, "a:MessageID", "InvalidHeader", read_message_id },
  { WSMAN_NS_ADDRESSING, "a:To", "HeaderRequired", read_to },
  { WSMAN_NS_ADDRESSING, "a:Action", "HeaderRequired", read_action },
  { WSMAN_NS_ADDRESSING, "a:ReplyTo", "HeaderRequired", read_reply_to },
  { WSMAN_NS_WSMAN, "w:ResourceURI", NULL, read_resource_uri },
  { WSMAN_NS_ADDRESSING, "a:FaultTo", NULL, read_fault_to },
  { WSMAN_NS_WSMAN, "w:Locale", NULL, read_locale },
  { WSMAN_NS_WSMAN, "w:MaxEnvelopeSize", NULL, read_max_envelope },
  { WSMAN_NS_WSMAN, "w:OperationTimeout", NULL, read_timeout },
  { WSMAN_NS_WSMAN, "w:OptionSet", NULL, read_option_set },
  { WSMAN_NS_WSMAN, "w:FragmentTransfer", NULL, read_fragment },
  { WSMAN_NS_WSMAN, "w:SelectorSet", NULL, NULL },
  { WSMAN_NS_WSMAN, "w:RequestEPR", NULL, NULL },
  { WSMAN_NS_WSMAN, "w:RequestTotalItemsCountEstimate", NULL, NULL },
  { WSMAN_NS_ADDRESSING, "a:From", NULL, NULL },
  { WSMAN_NS_ADDRESSING, "a:RelatesTo", NULL, NULL },
  { WSMAN_NS_MICROSOFT, "p:DataLocale", NULL, read_data_locale },
  { WSMAN_NS_MICROSOFT, "p:SessionId", NULL, NULL },
  /* Ignoring OperationID is the documented way not to support full duplex (MS-WSMV 3.1.4.1.39). */
  { WSMAN_NS_MICROSOFT, "p:OperationID", NULL, NULL },
  { WSMAN_NS_MICROSOFT, "p:SequenceId", NULL, NULL },
  { WSMAN_NS_MICROSOFT, "p:ActivityId", NULL, read_activity },
};

static gint
find_row (const xmlNode *node)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (wsman_xml_is (node, rows[i].ns, rows[i].name + 2))
      return (gint)i;
  }
  return -1;
}

/* What a fault of any other header needs. */
static void
read_first (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode **found)
{
  xmlNode *locale = NULL;

  for (guint i = 0; i <= ROW_TO && exchange->status == 0; i++) {
    if (found[i] != NULL)
      rows[i].read (self, exchange, message, found[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].read == read_locale)
      locale = found[i];
  }
  if (locale != NULL)
    message->lang = dup_lang (locale);
}

static void
find_headers (xmlNode *header, xmlNode **found, xmlNode **twice, xmlNode **unknown, guint *n)
{
  for (xmlNode *node = wsman_xml_first (header); node != NULL; node = wsman_xml_next (node)) {
    gint row = find_row (node);

    ++*n;
    if (row < 0 && *unknown == NULL && wsman_xml_is_true (node, WSMAN_NS_SOAP, "mustUnderstand"))
      *unknown = node;
    if (row >= 0 && found[row] != NULL)
      *twice = node;
    if (row >= 0 && found[row] == NULL)
      found[row] = node;
  }
}

void
wsman_read_headers (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *header)
{
  xmlNode *found[G_N_ELEMENTS (rows)] = { NULL };
  xmlNode *twice = NULL, *unknown = NULL;
  guint n_headers = 0;

  find_headers (header, found, &twice, &unknown, &n_headers);
  read_first (self, exchange, message, found);
  if (exchange->status != 0)
    return;
  if (n_headers > WSMAN_MAX_HEADERS) {
    wsman_refuse (self, exchange, "EncodingLimit",
                  "more than " G_STRINGIFY (WSMAN_MAX_HEADERS) " headers");
    return;
  }
  if (unknown != NULL) {
    wsman_refuse (self, exchange, "MustUnderstand", "header {%s}%s is not understood",
                  unknown->ns != NULL ? (const char *)unknown->ns->href : "",
                  (const char *)unknown->name);
    return;
  }
  if (twice != NULL) {
    wsman_refuse (self, exchange, "InvalidHeader", "two %s", rows[find_row (twice)].name);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows) && exchange->status == 0; i++) {
    if (found[i] == NULL && rows[i].missing != NULL)
      wsman_refuse (self, exchange, rows[i].missing, "no %s", rows[i].name);
    else if (found[i] != NULL && rows[i].read != NULL && i > ROW_TO)
      rows[i].read (self, exchange, message, found[i]);
  }
  if (exchange->status == 0 && found[ROW_RESOURCE] == NULL)
    wsman_refuse (self, exchange, "InvalidResourceURI", "no w:ResourceURI");
}
