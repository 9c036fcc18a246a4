/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-lookup.h"
#include "simulator/wsman/wsman-write.h"

/* Windows has it for WMI since Server 2012 (MS-WSMV fn107). */

static void
delete_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (message->content != NULL)
    wsman_refuse (self, exchange, "SchemaValidationError", "s:Body of a Delete has %s in it",
                  (const char *)message->content->name);
}

static void
delete_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_autoptr (RepositoryObject) object = wsman_lookup (self, exchange, message);
  g_autoptr (GError) error = NULL;

  if (object != NULL && !provider_delete_instance (self->provider, object, &error))
    wsman_refuse_error (self, exchange, error, FALSE);
}

static void
delete_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_envelope_end (exchange,
                      wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                            WSMAN_NS_TRANSFER "/DeleteResponse", TRUE, 1024),
                      200);
}

const WsmanVerb wsman_verb_delete = {
  .operation = "Delete",
  .action = WSMAN_NS_TRANSFER "/Delete",
  .read = delete_read,
  .effect = delete_effect,
  .write = delete_write,
};
