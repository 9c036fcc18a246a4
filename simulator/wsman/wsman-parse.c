/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libxml/parserInternals.h>

#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

/* Bytes of a request -> tree. No DTD, no entities, nothing fetched; limits before anything else. */

static const struct {
  const char *charset;
  gboolean utf16;
} charsets[] = { { "utf-8", FALSE }, { "utf8", FALSE },    { "us-ascii", FALSE },
                 { "utf-16", TRUE }, { "utf-16le", TRUE }, { "utf-16be", TRUE } };

/* Stops at the DOCTYPE: before libxml2 has declared, or looked at, a single entity. */
static void
refuse_dtd (void *user_data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
  xmlParserCtxt *parser = user_data;
  gboolean *seen = parser->_private;

  if (seen != NULL)
    *seen = TRUE;
  xmlStopParser (parser);
}

xmlParserCtxt *
wsman_parser_new (void)
{
  xmlParserCtxt *parser;

  xmlInitParser ();
  parser = xmlNewParserCtxt ();
  parser->sax->internalSubset = refuse_dtd;
  return parser;
}

/* UTF-16 -> UTF-8 without the mark; NULL when it is not UTF-16. */
static char *
from_utf16 (const char *data, gsize size, gsize *length)
{
  static const char little[] = { '\xFF', '\xFE' }, big[] = { '\xFE', '\xFF' };
  gboolean is_big
      = size >= 2 && (memcmp (data, big, 2) == 0 || (data[0] == '\0' && data[1] == '<'));

  if (size >= 2 && (memcmp (data, little, 2) == 0 || memcmp (data, big, 2) == 0)) {
    data += 2;
    size -= 2;
  }
  return g_convert (data, (gssize)size, "UTF-8", is_big ? "UTF-16BE" : "UTF-16LE", NULL, length,
                    NULL);
}

static gboolean
find_charset (const char *charset, gboolean *utf16)
{
  if (charset == NULL) {
    *utf16 = FALSE;
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (charsets); i++) {
    if (g_ascii_strcasecmp (charsets[i].charset, charset) == 0) {
      *utf16 = charsets[i].utf16;
      return TRUE;
    }
  }
  return FALSE;
}

/* Depth first without recursion. */
static const char *
check_tree (xmlNode *root)
{
  xmlNode *node = root;
  guint depth = 1, n_elements = 0;

  while (node != NULL) {
    if (node->type == XML_ELEMENT_NODE && ++n_elements > WSMAN_MAX_ELEMENTS)
      return "more than " G_STRINGIFY (WSMAN_MAX_ELEMENTS) " elements";
    if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
      node = node->children;
      if (++depth > WSMAN_MAX_DEPTH)
        return "elements nested more than " G_STRINGIFY (WSMAN_MAX_DEPTH) " deep";
      continue;
    }
    while (node != NULL && node != root && node->next == NULL) {
      node = node->parent;
      depth--;
    }
    node = node == NULL || node == root ? NULL : node->next;
  }
  return NULL;
}

static void
refuse_xml (Wsman *self, SimExchange *exchange, gboolean dtd)
{
  const xmlError *error = xmlCtxtGetLastError (self->parser);
  g_autofree char *reason = NULL;

  if (dtd) {
    wsman_refuse (self, exchange, "InvalidXml", "a DOCTYPE in the request");
    return;
  }
  reason = g_strdup (error != NULL && error->message != NULL ? error->message : "no document");
  g_strdelimit (g_strchomp (reason), "\r\n", ' ');
  wsman_refuse (self, exchange, "InvalidXml", "not well-formed XML: line %d: %s",
                error != NULL ? error->line : 0, reason);
}

static xmlDoc *
parse (Wsman *self, SimExchange *exchange, const char *data, gsize size)
{
  const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
                      | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT;
  gboolean dtd = FALSE;
  const char *limit;
  xmlDoc *doc;

  if (xmlDictSize (self->parser->dict) > WSMAN_MAX_DICTIONARY) {
    xmlFreeParserCtxt (self->parser);
    self->parser = wsman_parser_new ();
  }
  xmlCtxtResetLastError (self->parser);
  self->parser->_private = &dtd;
  doc = xmlCtxtReadMemory (self->parser, data, (int)size, NULL, NULL, options);
  self->parser->_private = NULL;
  if (doc == NULL || dtd || xmlDocGetRootElement (doc) == NULL) {
    xmlFreeDoc (doc);
    refuse_xml (self, exchange, dtd);
    return NULL;
  }
  limit = check_tree (xmlDocGetRootElement (doc));
  if (limit != NULL) {
    xmlFreeDoc (doc);
    wsman_refuse (self, exchange, "EncodingLimit", "%s", limit);
    return NULL;
  }
  return doc;
}

xmlDoc *
wsman_read_xml (Wsman *self, SimExchange *exchange)
{
  g_autofree char *converted = NULL;
  gsize size = 0;
  const char *data = exchange->request != NULL ? g_bytes_get_data (exchange->request, &size) : NULL;
  gboolean utf16;

  /* Windows answers an unusable body before SOAP: an empty 500; and a too large one with 413. */
  if (size == 0 || size > self->max_envelope || size > G_MAXINT) {
    g_free (exchange->refusal);
    exchange->refusal = size == 0 ? g_strdup ("empty body")
                                  : g_strdup_printf ("body of %" G_GSIZE_FORMAT
                                                     " bytes, at most %" G_GUINT64_FORMAT,
                                                     size, self->max_envelope);
    exchange->status = size == 0 ? 500 : 413;
    return NULL;
  }
  if (!find_charset (exchange->charset, &utf16)) {
    wsman_refuse (self, exchange, "CharacterSet", "charset %s, not utf-8 or utf-16",
                  exchange->charset);
    return NULL;
  }
  if (utf16) {
    converted = from_utf16 (data, size, &size);
    if (converted == NULL) {
      wsman_refuse (self, exchange, "InvalidXml", "charset %s, but the body is not UTF-16",
                    exchange->charset);
      return NULL;
    }
    data = converted;
  }
  return parse (self, exchange, data, size);
}
