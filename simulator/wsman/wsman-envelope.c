/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-write.h"

#define SOAP " xmlns:s=\"" WSMAN_NS_SOAP "\" xmlns:a=\"" WSMAN_NS_ADDRESSING "\""
#define TRANSFER " xmlns:x=\"" WSMAN_NS_TRANSFER "\""
#define EVENTING " xmlns:e=\"" WSMAN_NS_EVENTING "\""
#define ENUMERATION " xmlns:n=\"" WSMAN_NS_ENUMERATION "\""
#define WSMAN " xmlns:w=\"" WSMAN_NS_WSMAN "\""
#define SHELL " xmlns:rsp=\"" WSMAN_SHELL_URI "\""
#define MICROSOFT " xmlns:p=\"" WSMAN_NS_MICROSOFT "\""

/* Sets and order as in every recording from 2008 R2 to Windows 11. */
static const char *const envelope_namespaces[] = {
  [WSMAN_ENVELOPE_ENUMERATION] = SOAP ENUMERATION WSMAN,
  [WSMAN_ENVELOPE_TRANSFER] = SOAP TRANSFER WSMAN MICROSOFT,
  [WSMAN_ENVELOPE_SHELL] = SOAP TRANSFER WSMAN SHELL MICROSOFT,
  [WSMAN_ENVELOPE_SHELL_OUTPUT] = SOAP WSMAN SHELL MICROSOFT,
  [WSMAN_ENVELOPE_SHELL_DELETE] = SOAP WSMAN MICROSOFT,
  [WSMAN_ENVELOPE_FAULT] = SOAP TRANSFER EVENTING ENUMERATION WSMAN MICROSOFT,
};

/* With what replaces each byte of text; NULL: the byte itself. U+0001 to U+001F become `?`, but for
 * tab and ends of lines (MS-WSMV 3.1.4.1.25); quotes are escaped in text too (recorded on 2008 R2
 * and 2012). */
static const char *const escapes[128] = {
  [1] = "?",         [2] = "?",      [3] = "?",      [4] = "?",  [5] = "?",        [6] = "?",
  [7] = "?",         [8] = "?",      [11] = "?",     [12] = "?", [14] = "?",       [15] = "?",
  [16] = "?",        [17] = "?",     [18] = "?",     [19] = "?", [20] = "?",       [21] = "?",
  [22] = "?",        [23] = "?",     [24] = "?",     [25] = "?", [26] = "?",       [27] = "?",
  [28] = "?",        [29] = "?",     [30] = "?",     [31] = "?", ['"'] = "&quot;", ['&'] = "&amp;",
  ['\''] = "&apos;", ['<'] = "&lt;", ['>'] = "&gt;",
};

static inline const char *
escape_of (const Wsman *self, guchar byte)
{
  if (byte >= G_N_ELEMENTS (escapes))
    return NULL;
  if ((byte == '"' || byte == '\'') && !self->escapes_quotes)
    return NULL;
  return escapes[byte];
}

void
wsman_put_text (Wsman *self, GString *out, const char *text, gsize length)
{
  gsize begin = 0;

  for (gsize i = 0; i < length; i++) {
    const char *escape = escape_of (self, (guchar)text[i]);

    if (escape == NULL)
      continue;
    g_string_append_len (out, text + begin, (gssize)(i - begin));
    g_string_append (out, escape);
    begin = i + 1;
  }
  g_string_append_len (out, text + begin, (gssize)(length - begin));
}

GString *
wsman_envelope_begin (Wsman *self, SimExchange *exchange, WsmanEnvelope kind, const char *action,
                      gboolean relates, gsize expected)
{
  const WsmanMessage *message = exchange->message;
  const char *lang = message != NULL && message->lang != NULL ? message->lang : self->language;
  g_autofree char *id = repository_random_guid (self->repository);
  GString *out = g_string_sized_new (expected);

  wsman_put (out, "<s:Envelope xml:lang=\"");
  wsman_put_text (self, out, lang, strlen (lang));
  wsman_put (out, "\"");
  g_string_append (out, envelope_namespaces[kind]);
  wsman_put (out, "><s:Header><a:Action>");
  wsman_put_text (self, out, action, strlen (action));
  wsman_put (out, "</a:Action><a:MessageID>uuid:");
  g_string_append (out, id);
  wsman_put (out, "</a:MessageID><a:To>" WSMAN_ANONYMOUS "</a:To>");
  if (relates && exchange->message_id != NULL) {
    wsman_put (out, "<a:RelatesTo>");
    wsman_put_text (self, out, exchange->message_id, strlen (exchange->message_id));
    wsman_put (out, "</a:RelatesTo>");
  }
  /* The reply says of what it is a fragment (DSP0226 7.7). */
  if (kind == WSMAN_ENVELOPE_TRANSFER && message != NULL && message->fragment != NULL) {
    wsman_put (out, "<w:FragmentTransfer s:mustUnderstand=\"true\">");
    wsman_put_text (self, out, message->fragment, strlen (message->fragment));
    wsman_put (out, "</w:FragmentTransfer>");
  }
  wsman_put (out, "</s:Header><s:Body>");
  return out;
}

void
wsman_envelope_end (SimExchange *exchange, GString *out, guint status)
{
  wsman_put (out, "</s:Body></s:Envelope>");
  g_clear_pointer (&exchange->reply, g_bytes_unref);
  exchange->reply = g_string_free_to_bytes (out);
  exchange->status = status;
}

void
wsman_envelope_empty (Wsman *self, SimExchange *exchange, WsmanEnvelope kind, const char *action)
{
  wsman_envelope_end (exchange, wsman_envelope_begin (self, exchange, kind, action, TRUE, 1024),
                      200);
}

gsize
wsman_envelope_limit (Wsman *self, const WsmanMessage *message)
{
  guint64 bytes = MIN (message->max_envelope, self->max_envelope);

  /* Pages of a 153600-byte envelope stop at 76.8 K characters (2008 R2, 2012). */
  return self->counts_utf16 ? bytes / 2 : bytes;
}

gsize
wsman_count (Wsman *self, const char *text, gsize length)
{
  gsize continuation = 0, four = 0;

  if (!self->counts_utf16)
    return length;
  for (gsize i = 0; i < length; i++) {
    guchar byte = (guchar)text[i];

    continuation += (byte & 0xC0) == 0x80;
    four += byte >= 0xF0; /* a surrogate pair */
  }
  return length - continuation + four;
}

gboolean
wsman_envelope_fits (Wsman *self, SimExchange *exchange, GString *out, const char *fault)
{
  gsize limit = wsman_envelope_limit (self, exchange->message);

  if (out->len <= limit)
    return TRUE;
  if (wsman_count (self, out->str, out->len) <= limit)
    return TRUE;
  g_string_free (out, TRUE);
  wsman_refuse (self, exchange, fault,
                "the reply has more than the %" G_GSIZE_FORMAT
                " characters that w:MaxEnvelopeSize leaves",
                limit);
  return FALSE;
}
