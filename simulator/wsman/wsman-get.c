/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-lookup.h"
#include "simulator/wsman/wsman-write.h"

/* Body of a Get of Msvm_ComputerSystem is 2.5 K, of settings up to 6 K. */
#define EXPECTED_REPLY 8192

static void
get_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (message->content != NULL)
    wsman_refuse (self, exchange, "SchemaValidationError", "s:Body of a Get has %s in it",
                  (const char *)message->content->name);
}

static void
unref_object (gpointer object)
{
  repository_object_unref (object);
}

static void
get_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  message->state = wsman_lookup (self, exchange, message);
  message->state_free = message->state != NULL ? unref_object : NULL;
}

static void
get_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/GetResponse", TRUE, EXPECTED_REPLY);

  wsman_put_item (self, out, message->state, WSMAN_MODE_OBJECT, NULL);
  if (wsman_envelope_fits (self, exchange, out, "MaxEnvelopeSizeExceeded"))
    wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_get = {
  .operation = "Get",
  .action = WSMAN_NS_TRANSFER "/Get",
  .read = get_read,
  .effect = get_effect,
  .write = get_write,
};
