/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-instance.h"
#include "simulator/wsman/wsman-write.h"

/* Windows has it for WMI since Server 2012 (MS-WSMV fn109). */

typedef struct {
  HypervCimInstance *instance;
  RepositoryObject *object;
} Create;

static void
create_free (gpointer data)
{
  Create *create = data;

  g_clear_pointer (&create->instance, hyperv_cim_instance_unref);
  g_clear_pointer (&create->object, repository_object_unref);
  g_free (create);
}

static void
create_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Create *create = g_new0 (Create, 1);

  message->state = create;
  message->state_free = create_free;
  if (message->path != NULL && hyperv_cim_path_get_n_keys (message->path) > 0) {
    wsman_refuse (self, exchange, "UnexpectedSelectors", "Create with selectors of an instance");
    return;
  }
  create->instance = wsman_instance_read (self, exchange, message);
}

static void
create_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Create *create = message->state;
  g_autoptr (GError) error = NULL;

  create->object
      = provider_create_instance (self->provider, message->klass, create->instance, &error);
  if (create->object == NULL)
    wsman_refuse_error (self, exchange, error, FALSE);
}

static void
create_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Create *create = message->state;
  g_autoptr (HypervCimPath) path = repository_object_to_path (create->object);
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/CreateResponse", TRUE, 2048);

  wsman_put (out, "<x:ResourceCreated>");
  wsman_put_epr (self, out, path);
  wsman_put (out, "</x:ResourceCreated>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_create = {
  .operation = "Create",
  .action = WSMAN_NS_TRANSFER "/Create",
  .read = create_read,
  .effect = create_effect,
  .write = create_write,
};
