/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-filter.h"
#include "simulator/wsman/wsman-read.h"

#define ENUMERATE_END "</w:Items><w:EndOfSequence/></n:EnumerateResponse></s:Body></s:Envelope>"
#define CONTEXT_OPEN "<n:EnumerationContext>"
#define CONTEXT_CLOSE "</n:EnumerationContext>"

typedef struct {
  WsmanMode mode;
  gboolean optimize;
  guint64 max_items;
  RepositoryQuery *query; /* NULL: all of the class */
  WsmanContext *context;
} Enumerate;

static void
enumerate_free (gpointer data)
{
  Enumerate *enumerate = data;

  wsman_context_free (enumerate->context);
  g_clear_pointer (&enumerate->query, repository_query_free);
  g_free (enumerate);
}

static void
read_mode (Wsman *self, SimExchange *exchange, Enumerate *enumerate, xmlNode *node)
{
  static const char *const names[] = {
    [WSMAN_MODE_OBJECT] = "EnumerateObject",
    [WSMAN_MODE_EPR] = "EnumerateEPR",
    [WSMAN_MODE_OBJECT_AND_EPR] = "EnumerateObjectAndEPR",
  };
  g_autofree char *text = wsman_xml_dup_text (node);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_strcmp0 (text, names[i]) == 0) {
      enumerate->mode = (WsmanMode)i;
      return;
    }
  }
  wsman_refuse (self, exchange, "EnumerationMode", "w:EnumerationMode \"%s\"",
                text != NULL ? text : "");
}

static void
read_max_elements (Wsman *self, SimExchange *exchange, Enumerate *enumerate, xmlNode *node)
{
  g_autofree char *text = wsman_xml_dup_text (node);

  if (text == NULL
      || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, &enumerate->max_items, NULL))
    wsman_refuse (self, exchange, "SchemaValidationError", "w:MaxElements is no positive number");
}

static void
read_filter (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  Enumerate *enumerate = message->state;
  g_autofree char *wql = NULL;
  g_autoptr (GError) error = NULL;

  /* MS-WSMV 3.1.4.1.13 */
  if (message->family->open != NULL) {
    wsman_refuse (self, exchange, "FilteringNotSupported", "a filter, and no class of WMI");
    return;
  }
  if (enumerate->query != NULL) {
    wsman_refuse (self, exchange, "SchemaValidationError", "two filters");
    return;
  }
  wql = wsman_filter_to_wql (self, exchange, message, node);
  if (wql == NULL)
    return;
  enumerate->query = repository_query_parse (wql, &error);
  if (enumerate->query == NULL) {
    wsman_refuse_error (self, exchange, error, TRUE);
    return;
  }
  if (message->klass == NULL && repository_query_get_class (enumerate->query) != NULL) {
    g_free (exchange->class_name);
    exchange->class_name = g_strdup (repository_query_get_class (enumerate->query));
  }
}

static void
read_child (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *node)
{
  Enumerate *enumerate = message->state;

  if (wsman_xml_is (node, WSMAN_NS_WSMAN, "Filter")
      || wsman_xml_is (node, WSMAN_NS_ENUMERATION, "Filter"))
    read_filter (self, exchange, message, node);
  else if (wsman_xml_is (node, WSMAN_NS_WSMAN, "OptimizeEnumeration"))
    enumerate->optimize = TRUE;
  else if (wsman_xml_is (node, WSMAN_NS_WSMAN, "MaxElements"))
    read_max_elements (self, exchange, enumerate, node);
  else if (wsman_xml_is (node, WSMAN_NS_WSMAN, "EnumerationMode"))
    read_mode (self, exchange, enumerate, node);
  /* b:PolymorphismMode, n:Expires and the rest are ignored, as MS-WSMV says. */
}

static void
enumerate_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Enumerate *enumerate = g_new0 (Enumerate, 1);

  message->state = enumerate;
  message->state_free = enumerate_free;
  enumerate->max_items = 1; /* DSP0226 8.2.3: the default */
  if (!wsman_xml_is (message->content, WSMAN_NS_ENUMERATION, "Enumerate")) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no n:Enumerate in s:Body");
    return;
  }
  if (message->family->open == NULL && exchange->selectors->len > 0
      && (exchange->selectors->len > 1
          || sim_exchange_get_selector (exchange, "__cimnamespace") == NULL)) {
    wsman_refuse (self, exchange, "EnumerateWithSelectors", "Enumerate with selectors");
    return;
  }
  for (xmlNode *node = wsman_xml_first (message->content); node != NULL && exchange->status == 0;
       node = wsman_xml_next (node))
    read_child (self, exchange, message, node);
  if (exchange->status == 0 && message->family->open == NULL && enumerate->query == NULL
      && message->klass == NULL)
    wsman_refuse (self, exchange, "FilteringRequired", "all classes (\"*\") without a filter");
}

static gboolean
open_wmi (Wsman *self, SimExchange *exchange, WsmanMessage *message, WsmanContext *context)
{
  Enumerate *enumerate = message->state;
  g_autoptr (GError) error = NULL;

  context->query = g_steal_pointer (&enumerate->query);
  if (context->query != NULL)
    context->cursor
        = repository_run_query (self->repository, exchange->name_space, context->query, &error);
  else
    context->cursor = repository_run_class (self->repository, exchange->name_space,
                                            exchange->class_name, &error);
  if (context->cursor == NULL)
    wsman_refuse_error (self, exchange, error, context->query != NULL);
  return context->cursor != NULL;
}

static void
enumerate_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Enumerate *enumerate = message->state;
  g_autoptr (WsmanContext) context = NULL;

  if (!wsman_contexts_have_room (self, exchange))
    return;
  context = wsman_context_new (message->family, exchange, enumerate->mode);
  context->number = exchange->number;
  context->max_envelope = message->has_max_envelope ? message->max_envelope : 0;
  if (message->family->open != NULL ? message->family->open (self, exchange, message, context)
                                    : open_wmi (self, exchange, message, context))
    enumerate->context = g_steal_pointer (&context);
}

/* The first page of an optimised enumeration; FALSE and refused when its item is too large. */
static gboolean
write_first_page (Wsman *self, SimExchange *exchange, WsmanMessage *message, GString *out,
                  WsmanPageResult *result)
{
  Enumerate *enumerate = message->state;
  guint64 asked = MIN (enumerate->max_items, self->max_items);
  gsize limit = wsman_envelope_limit (self, message);
  /* 2008 R2 and 2012 send one item here, however many were asked for. */
  WsmanPage page = { .max_items = self->one_item_first ? 1 : asked,
                     .max_total = limit > sizeof ENUMERATE_END ? limit - sizeof ENUMERATE_END : 0,
                     .max_content = G_MAXSIZE };

  wsman_put (out, "<w:Items>");
  *result = wsman_page_write (self, enumerate->context, out, &page);
  if (*result == WSMAN_PAGE_TOO_LARGE) {
    g_string_free (out, TRUE);
    wsman_refuse (self, exchange, "MaxEnvelopeSizeExceeded",
                  "one item alone is larger than w:MaxEnvelopeSize allows");
    return FALSE;
  }
  wsman_put (out, "</w:Items>");
  return TRUE;
}

static void
enumerate_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Enumerate *enumerate = message->state;
  g_autofree char *guid = repository_random_guid (self->repository);
  g_autofree char *id = g_strconcat ("uuid:", guid, NULL);
  WsmanPageResult result = WSMAN_PAGE_MORE;
  gsize mark;
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_ENUMERATION,
                                       WSMAN_NS_ENUMERATION "/EnumerateResponse", TRUE,
                                       enumerate->optimize ? 8192 : 1024);

  wsman_put (out, "<n:EnumerateResponse>" CONTEXT_OPEN);
  mark = out->len;
  g_string_append (out, id);
  wsman_put (out, CONTEXT_CLOSE);
  if (enumerate->optimize && !write_first_page (self, exchange, message, out, &result))
    return;
  if (result == WSMAN_PAGE_END) {
    /* Everything was said: the context is empty, but there (recorded). */
    g_string_erase (out, (gssize)mark, (gssize)strlen (id));
    wsman_put (out, "<w:EndOfSequence/>");
  } else {
    wsman_contexts_put (self, g_steal_pointer (&id), g_steal_pointer (&enumerate->context));
  }
  wsman_put (out, "</n:EnumerateResponse>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_enumerate = {
  .operation = "Enumerate",
  .action = WSMAN_NS_ENUMERATION "/Enumerate",
  .all_classes = TRUE,
  .read = enumerate_read,
  .effect = enumerate_effect,
  .write = enumerate_write,
};
