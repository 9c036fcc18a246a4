/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"

#define BACKLOG 128
/* Connections taken in one go; the others wait for the next turn of the loop. */
#define ACCEPTS_AT_ONCE 32
/* After descriptors or memory ran out. */
#define RETRY_MS 50
/* Above MaxConnections a client is told so; above this it is not even listened to. */
#define EXCESS_CONNECTIONS 64

static void watch (SimPort *port);

static gboolean
on_retry (gpointer user_data)
{
  SimListener *self = user_data;

  g_clear_pointer (&self->retry, g_source_unref);
  for (gsize i = 0; i < G_N_ELEMENTS (self->ports); i++) {
    if (self->ports[i].socket != NULL && self->ports[i].source == NULL)
      watch (&self->ports[i]);
  }
  return G_SOURCE_REMOVE;
}

static void
unwatch (SimPort *port)
{
  if (port->source == NULL)
    return;
  g_source_destroy (port->source);
  g_clear_pointer (&port->source, g_source_unref);
}

/* The clients stay in the queue of the socket and are served when it is possible again. */
static void
rest (SimPort *port)
{
  SimListener *self = port->listener;

  unwatch (port);
  if (self->retry != NULL)
    return;
  self->retry = g_timeout_source_new (RETRY_MS);
  g_source_set_callback (self->retry, on_retry, self, NULL);
  g_source_attach (self->retry, self->context);
}

static gboolean
take_one (SimPort *port)
{
  SimListener *self = port->listener;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_accept (port->socket, NULL, &error);

  if (socket != NULL) {
    if (self->connections.length < self->max_connections + EXCESS_CONNECTIONS)
      sim_connection_accept (self, socket, port->secure);
    else
      sim_listener_note_refusal (self, 0, "connection far over MaxConnections", 0);
    port->resting = FALSE;
    return TRUE;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return TRUE; /* came and went */
  if (!port->resting) {
    g_autofree char *text = g_strdup_printf ("cannot accept: %s", error->message);

    sim_listener_note_refusal (self, 0, text, 0);
  }
  port->resting = TRUE;
  rest (port);
  return FALSE;
}

static gboolean
on_connections (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  SimPort *port = user_data;
  guint n = 0;

  while (n < ACCEPTS_AT_ONCE && take_one (port))
    n++;
  return G_SOURCE_CONTINUE;
}

static void
watch (SimPort *port)
{
  port->source = g_socket_create_source (port->socket, G_IO_IN, NULL);
  g_source_set_callback (port->source, G_SOURCE_FUNC (on_connections), port, NULL);
  g_source_attach (port->source, port->listener->context);
}

static gboolean
open_socket (SimPort *port, GInetAddress *inet, guint16 wanted, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (inet, wanted);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = NULL;

  socket = g_socket_new (g_inet_address_get_family (inet), G_SOCKET_TYPE_STREAM,
                         G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return FALSE;
  g_socket_set_listen_backlog (socket, BACKLOG);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;
  bound = g_socket_get_local_address (socket, error);
  if (bound == NULL)
    return FALSE;
  port->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  port->socket = g_steal_pointer (&socket);
  return TRUE;
}

gboolean
sim_listener_open_ports (SimListener *self, GError **error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (self->address);

  if (inet == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Cannot listen on \"%s\": expected an IP address", self->address);
    return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (self->ports); i++) {
    self->ports[i] = (SimPort){ .listener = self, .secure = i == 1 };
    if (self->enabled[i] && !open_socket (&self->ports[i], inet, self->ports_wanted[i], error)) {
      g_prefix_error (error, "Cannot listen on %s port %u (%s): ", self->address,
                      self->ports_wanted[i], i == 1 ? "https" : "http");
      return FALSE;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (self->ports); i++) {
    if (self->ports[i].socket != NULL)
      watch (&self->ports[i]);
  }
  return TRUE;
}

void
sim_listener_close_ports (SimListener *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->ports); i++) {
    unwatch (&self->ports[i]);
    if (self->ports[i].socket != NULL)
      g_socket_close (self->ports[i].socket, NULL);
    g_clear_object (&self->ports[i].socket);
  }
  if (self->retry != NULL) {
    g_source_destroy (self->retry);
    g_clear_pointer (&self->retry, g_source_unref);
  }
}
