/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-lookup.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

/* Windows has it for WMI since Server 2012 (MS-WSMV fn107). */

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
  wsman_envelope_empty (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                        WSMAN_NS_TRANSFER "/DeleteResponse");
}

const WsmanVerb wsman_verb_delete = {
  .operation = "Delete",
  .action = WSMAN_NS_TRANSFER "/Delete",
  .read = wsman_read_empty,
  .effect = delete_effect,
  .write = delete_write,
};
