/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

#define PULL_END "</n:Items><n:EndOfSequence/></n:PullResponse></s:Body></s:Envelope>"
#define ONE_ITEM_REPLY 6144
#define CONTEXT_OPEN "<n:EnumerationContext>uuid:"
#define CONTEXT_CLOSE "</n:EnumerationContext>"

typedef struct {
  char *id;
  guint64 max_items;      /* 0: not said */
  guint64 max_characters; /* 0: not said */
  WsmanContext *context;
} Pull;

static void
pull_free (gpointer data)
{
  Pull *pull = data;

  wsman_context_free (pull->context);
  g_free (pull->id);
  g_free (pull);
}

static gboolean
read_count (Wsman *self, SimExchange *exchange, xmlNode *node, guint64 *value)
{
  g_autofree char *text = wsman_xml_dup_text (node);

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, value, NULL))
    return TRUE;
  wsman_refuse (self, exchange, "SchemaValidationError", "n:%s is no positive number",
                (const char *)node->name);
  return FALSE;
}

/* What there is comes at once, so the time that a Pull may take only has to be one. */
static gboolean
read_max_time (Wsman *self, SimExchange *exchange, xmlNode *node)
{
  g_autofree char *text = wsman_xml_dup_text (node);
  gint64 time;

  if (text != NULL && wsman_duration_parse (text, &time))
    return TRUE;
  wsman_refuse (self, exchange, "SchemaValidationError", "n:MaxTime is no duration");
  return FALSE;
}

static gboolean
read_child (Wsman *self, SimExchange *exchange, Pull *pull, xmlNode *node)
{
  if (wsman_xml_is (node, WSMAN_NS_ENUMERATION, "EnumerationContext")) {
    g_free (pull->id);
    pull->id = wsman_xml_dup_text (node);
    return TRUE;
  }
  if (wsman_xml_is (node, WSMAN_NS_ENUMERATION, "MaxElements"))
    return read_count (self, exchange, node, &pull->max_items);
  if (wsman_xml_is (node, WSMAN_NS_ENUMERATION, "MaxCharacters"))
    return read_count (self, exchange, node, &pull->max_characters);
  if (wsman_xml_is (node, WSMAN_NS_ENUMERATION, "MaxTime"))
    return read_max_time (self, exchange, node);
  wsman_refuse (self, exchange, "SchemaValidationError", "n:Pull has %s in it",
                (const char *)node->name);
  return FALSE;
}

static void
pull_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Pull *pull = g_new0 (Pull, 1);

  message->state = pull;
  message->state_free = pull_free;
  if (!wsman_xml_is (message->content, WSMAN_NS_ENUMERATION, "Pull")) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no n:Pull in s:Body");
    return;
  }
  for (xmlNode *node = wsman_xml_first (message->content); node != NULL;
       node = wsman_xml_next (node)) {
    if (!read_child (self, exchange, pull, node))
      return;
  }
  if (pull->id == NULL || *pull->id == '\0')
    wsman_refuse (self, exchange, "InvalidEnumerationContext", "no n:EnumerationContext");
  else
    wsman_context_name_class (self, exchange, pull->id);
}

static gboolean
is_same_place (const WsmanMessage *message, const SimExchange *exchange,
               const WsmanContext *context)
{
  if (exchange->name_space == NULL || context->name_space == NULL)
    return message->family == context->family;
  return g_ascii_strcasecmp (exchange->name_space, context->name_space) == 0;
}

/* The resource may be another class of the namespace than the one enumerated: libvirt pulls
 * endpoint references with the URI of the service that it will hand them to. */
static void
pull_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Pull *pull = message->state;

  pull->context = wsman_contexts_take (self, pull->id, exchange->user);
  if (pull->context == NULL) {
    wsman_refuse (self, exchange, "InvalidEnumerationContext", "n:EnumerationContext \"%s\"",
                  pull->id);
    return;
  }
  if (!is_same_place (message, exchange, pull->context)) {
    wsman_refuse (self, exchange, "InvalidEnumerationContext",
                  "w:ResourceURI is of %s, the context of %s",
                  exchange->name_space != NULL ? exchange->name_space : message->family->name,
                  pull->context->name_space != NULL ? pull->context->name_space
                                                    : pull->context->family->name);
    wsman_contexts_put (self, g_strdup (pull->id), g_steal_pointer (&pull->context));
  }
}

static gsize
page_limit (Wsman *self, const WsmanMessage *message, const WsmanContext *context)
{
  WsmanMessage limit = *message;

  if (!message->has_max_envelope && context->max_envelope != 0)
    limit.max_envelope = context->max_envelope;
  return wsman_envelope_limit (self, &limit);
}

static void
pull_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Pull *pull = message->state;
  guint64 by_default = self->one_item_pulls ? 1 : self->max_items;
  WsmanPage page
      = { .max_items = MIN (pull->max_items != 0 ? pull->max_items : by_default, self->max_items),
          .max_content = pull->max_characters != 0 ? pull->max_characters : G_MAXSIZE };
  g_autofree char *id = repository_random_guid (self->repository);
  gsize limit = page_limit (self, message, pull->context), mark, length;
  WsmanPageResult result;
  GString *out = wsman_envelope_begin (
      self, exchange, WSMAN_ENVELOPE_ENUMERATION, WSMAN_NS_ENUMERATION "/PullResponse", TRUE,
      page.max_items == 1 ? ONE_ITEM_REPLY : MIN (limit, 256 * 1024));

  page.max_total = limit > sizeof PULL_END ? limit - sizeof PULL_END : 0;
  wsman_put (out, "<n:PullResponse>");
  mark = out->len;
  wsman_put (out, CONTEXT_OPEN);
  g_string_append (out, id);
  wsman_put (out, CONTEXT_CLOSE);
  length = out->len - mark;
  wsman_put (out, "<n:Items>");
  result = wsman_page_write (self, pull->context, out, &page);
  if (result == WSMAN_PAGE_TOO_LARGE) {
    g_string_free (out, TRUE);
    wsman_refuse (self, exchange, "MaxEnvelopeSizeExceeded",
                  "one item alone is larger than w:MaxEnvelopeSize or n:MaxCharacters allow");
    wsman_contexts_put (self, g_strdup (pull->id), g_steal_pointer (&pull->context));
    return;
  }
  wsman_put (out, "</n:Items>");
  if (result == WSMAN_PAGE_END) {
    g_string_erase (out, (gssize)mark, (gssize)length);
    wsman_put (out, "<n:EndOfSequence/>");
  } else {
    wsman_contexts_put (self, g_strconcat ("uuid:", id, NULL), g_steal_pointer (&pull->context));
  }
  wsman_put (out, "</n:PullResponse>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_pull = {
  .operation = "Pull",
  .action = WSMAN_NS_ENUMERATION "/Pull",
  .all_classes = TRUE,
  .read = pull_read,
  .effect = pull_effect,
  .write = pull_write,
};
