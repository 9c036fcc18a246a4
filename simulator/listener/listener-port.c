/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"

#include <string.h>

#define BACKLOG 128
#define WSMAN_PATH "/wsman"
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
  for (guint i = 0; i < self->ports->len; i++) {
    SimPort *port = g_ptr_array_index (self->ports, i);

    if (port->source == NULL)
      watch (port);
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

static void
port_unref (SimPort *port)
{
  if (!g_ref_count_dec (&port->ref_count))
    return;
  g_ptr_array_unref (port->paths);
  g_free (port->address);
  g_free (port);
}

static void
port_close (gpointer data)
{
  SimPort *port = data;

  unwatch (port);
  if (port->socket != NULL)
    g_socket_close (port->socket, NULL);
  g_clear_object (&port->socket);
  port_unref (port);
}

/* A request that is there already is answered before this returns, and may close the port. */
static gboolean
take_one (SimPort *port)
{
  SimListener *self = port->listener;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_accept (port->socket, NULL, &error);

  if (socket != NULL) {
    if (self->connections.length < self->max_connections + EXCESS_CONNECTIONS)
      sim_connection_accept (self, socket, port->secure, port->paths);
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

  g_ref_count_inc (&port->ref_count);
  while (n < ACCEPTS_AT_ONCE && port->socket != NULL && take_one (port))
    n++;
  port_unref (port);
  return G_SOURCE_CONTINUE; /* or destroyed, by who closed it */
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

static SimPort *
port_new (SimListener *self, const SimListenerPlace *place, GError **error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (place->address);
  SimPort *port;

  if (inet == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Cannot listen on \"%s\": expected an IP address", place->address);
    return NULL;
  }
  port = g_new0 (SimPort, 1);
  g_ref_count_init (&port->ref_count);
  port->listener = self;
  port->secure = place->secure;
  port->address = g_strdup (place->address);
  port->paths = g_ptr_array_new_with_free_func (g_free);
  if (open_socket (port, inet, place->port, error))
    return port;
  g_prefix_error (error, "Cannot listen on %s port %u (%s): ", place->address, place->port,
                  place->secure ? "https" : "http");
  port_close (port);
  return NULL;
}

gboolean
sim_listener_open_ports (SimListener *self, GError **error)
{
  self->ports = g_ptr_array_new_with_free_func (port_close);
  for (gsize i = 0; i < G_N_ELEMENTS (self->enabled); i++) {
    SimListenerPlace place = { self->address, self->ports_wanted[i], i == 1, WSMAN_PATH };
    SimPort *port;

    if (!self->enabled[i])
      continue;
    port = port_new (self, &place, error);
    if (port == NULL)
      return FALSE;
    g_ptr_array_add (port->paths, g_strdup (place.path));
    self->first_ports[i] = port->port;
    g_ptr_array_add (self->ports, port);
  }
  for (guint i = 0; i < self->ports->len; i++)
    watch (g_ptr_array_index (self->ports, i));
  return TRUE;
}

void
sim_listener_close_ports (SimListener *self)
{
  g_clear_pointer (&self->ports, g_ptr_array_unref);
  if (self->retry != NULL) {
    g_source_destroy (self->retry);
    g_clear_pointer (&self->retry, g_source_unref);
  }
}

/* ---- other ports than at the start ---- */

static gboolean
is_at (const SimPort *port, const SimListenerPlace *place)
{
  return port->port == place->port && port->secure == place->secure
         && strcmp (port->address, place->address) == 0;
}

static SimPort *
find_port (GPtrArray *ports, const SimListenerPlace *place)
{
  for (guint i = 0; i < ports->len; i++) {
    SimPort *port = g_ptr_array_index (ports, i);

    if (is_at (port, place))
      return port;
  }
  return NULL;
}

/* What is served at a port from now on; connections keep what they came in with. */
static void
set_paths (SimPort *port, const SimListenerPlace *places, gsize n_places)
{
  g_ptr_array_unref (port->paths);
  port->paths = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < n_places; i++) {
    if (is_at (port, &places[i]))
      g_ptr_array_add (port->paths, g_strdup (places[i].path));
  }
}

gboolean
sim_listener_listen (SimListener *self, const SimListenerPlace *places, gsize n_places,
                     GError **error)
{
  g_autoptr (GPtrArray) fresh = NULL;

  g_return_val_if_fail (self != NULL && self->running, FALSE);

  fresh = g_ptr_array_new_with_free_func (port_close);
  for (gsize i = 0; i < n_places; i++) {
    SimPort *port;

    if (places[i].secure && self->certificate == NULL) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Cannot listen on %s port %u (https): the host has no certificate",
                   places[i].address, places[i].port);
      return FALSE;
    }
    if (find_port (self->ports, &places[i]) != NULL || find_port (fresh, &places[i]) != NULL)
      continue;
    port = port_new (self, &places[i], error);
    if (port == NULL)
      return FALSE;
    g_ptr_array_add (fresh, port);
  }
  while (fresh->len > 0) {
    watch (g_ptr_array_index (fresh, fresh->len - 1));
    g_ptr_array_add (self->ports, g_ptr_array_steal_index (fresh, fresh->len - 1));
  }
  for (guint i = self->ports->len; i > 0; i--) {
    SimPort *port = g_ptr_array_index (self->ports, i - 1);

    set_paths (port, places, n_places);
    if (port->paths->len == 0)
      g_ptr_array_remove_index (self->ports, i - 1);
  }
  return TRUE;
}
