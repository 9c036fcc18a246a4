/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

static void
release_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  xmlNode *id = NULL;

  if (!wsman_xml_is (message->content, WSMAN_NS_ENUMERATION, "Release")) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no n:Release in s:Body");
    return;
  }
  id = wsman_xml_find (message->content, WSMAN_NS_ENUMERATION, "EnumerationContext");
  message->state = id != NULL ? wsman_xml_dup_text (id) : NULL;
  message->state_free = g_free;
  if (message->state == NULL)
    wsman_refuse (self, exchange, "InvalidEnumerationContext", "no n:EnumerationContext");
  else
    wsman_context_name_class (self, exchange, message->state);
}

static void
release_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_autoptr (WsmanContext) context = wsman_contexts_take (self, message->state, exchange->user);

  if (context == NULL)
    wsman_refuse (self, exchange, "InvalidEnumerationContext", "n:EnumerationContext \"%s\"",
                  (const char *)message->state);
}

static void
release_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_envelope_empty (self, exchange, WSMAN_ENVELOPE_ENUMERATION,
                        WSMAN_NS_ENUMERATION "/ReleaseResponse");
}

const WsmanVerb wsman_verb_release = {
  .operation = "Release",
  .action = WSMAN_NS_ENUMERATION "/Release",
  .all_classes = TRUE,
  .read = release_read,
  .effect = release_effect,
  .write = release_write,
};
