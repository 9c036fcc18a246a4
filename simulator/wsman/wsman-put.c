/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-instance.h"
#include "simulator/wsman/wsman-lookup.h"
#include "simulator/wsman/wsman-write.h"

typedef struct {
  WsmanFragment fragment;
  HypervCimInstance *changes;
  RepositoryObject *object;
} Put;

static void
put_free (gpointer data)
{
  Put *put = data;

  g_clear_pointer (&put->changes, hyperv_cim_instance_unref);
  g_clear_pointer (&put->object, repository_object_unref);
  g_free (put);
}

static void
put_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Put *put = g_new0 (Put, 1);

  message->state = put;
  message->state_free = put_free;
  if (message->fragment == NULL)
    put->changes = wsman_instance_read (self, exchange, message);
  else if (wsman_fragment_read (self, exchange, message, &put->fragment))
    put->changes = wsman_fragment_read_value (self, exchange, message, &put->fragment);
}

static void
put_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Put *put = message->state;
  g_autoptr (GError) error = NULL;

  put->object = wsman_lookup (self, exchange, message);
  if (put->object != NULL
      && !provider_put_instance (self->provider, put->object, put->changes, &error))
    wsman_refuse_error (self, exchange, error, FALSE);
}

/* The instance as it is now: Session.Put gives it to its caller (documented). */
static void
put_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Put *put = message->state;
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/PutResponse", TRUE, 8192);

  if (message->fragment != NULL)
    wsman_fragment_put (self, out, put->object, &put->fragment);
  else
    wsman_put_item (self, out, put->object, WSMAN_MODE_OBJECT, NULL);
  if (wsman_envelope_fits (self, exchange, out, "UnreportableSuccess"))
    wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_put = {
  .operation = "Put",
  .action = WSMAN_NS_TRANSFER "/Put",
  .fragments = TRUE,
  .read = put_read,
  .effect = put_effect,
  .write = put_write,
};
