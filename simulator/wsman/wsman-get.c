/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-instance.h"
#include "simulator/wsman/wsman-lookup.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

/* Body of a Get of Msvm_ComputerSystem is 2.5 K, of settings up to 6 K. */
#define EXPECTED_REPLY 8192

typedef struct {
  WsmanFragment fragment;
  RepositoryObject *object;
} Get;

static void
get_free (gpointer data)
{
  Get *get = data;

  g_clear_pointer (&get->object, repository_object_unref);
  g_free (get);
}

static void
get_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Get *get = g_new0 (Get, 1);

  message->state = get;
  message->state_free = get_free;
  wsman_read_empty (self, exchange, message);
  if (exchange->status == 0 && message->fragment != NULL)
    wsman_fragment_read (self, exchange, message, &get->fragment);
}

static void
get_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Get *get = message->state;

  get->object = wsman_lookup (self, exchange, message);
}

static void
get_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Get *get = message->state;
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/GetResponse", TRUE, EXPECTED_REPLY);

  if (message->fragment != NULL)
    wsman_fragment_put (self, out, get->object, &get->fragment);
  else
    wsman_put_item (self, out, get->object, WSMAN_MODE_OBJECT, NULL);
  if (wsman_envelope_fits (self, exchange, out, "MaxEnvelopeSizeExceeded"))
    wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_get = {
  .operation = "Get",
  .action = WSMAN_NS_TRANSFER "/Get",
  .fragments = TRUE,
  .read = get_read,
  .effect = get_effect,
  .write = get_write,
};
