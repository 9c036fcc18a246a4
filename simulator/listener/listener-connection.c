/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"
#include "simulator/listener/listener-stream.h"
#include "simulator/listener/listener-transcript.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* A refused client may still be sending: closing at once would reset the connection and take the
 * answer away from it. */
#define LINGER_MS 2000
#define CLOSE_MS 5000
#define DRAIN_SIZE 16384
#define DRAINS_AT_ONCE 16

G_DEFINE_QUARK (sim - connection, sim_connection)

SimConnection *
sim_connection_ref (SimConnection *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
sim_connection_unref (SimConnection *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  sim_auth_clear (&self->auth);
  g_clear_object (&self->handshake);
  g_clear_object (&self->base);
  g_clear_object (&self->socket);
  g_string_free (self->pending, TRUE);
  g_clear_pointer (&self->received, g_bytes_unref);
  g_free (self->buffer);
  g_free (self->peer);
  g_ptr_array_unref (self->paths);
  sim_listener_unref (self->listener);
  g_free (self);
}

SimConnection *
sim_connection_from_address (GSocketAddress *address)
{
  return g_object_get_qdata (G_OBJECT (address), sim_connection_quark ());
}

void
sim_connection_set_state (SimConnection *self, SimConnectionState state)
{
  self->state = state;
  self->since = g_get_monotonic_time ();
}

static void
leave_list (SimConnection *self)
{
  if (!self->listed)
    return;
  self->listed = FALSE;
  g_queue_remove (&self->listener->connections, self);
  g_atomic_int_add (&self->listener->n_connections, -1);
  sim_connection_unref (self);
}

/* TLS may live on for a moment in a thread of its own: it must not hold what belongs to this one.
 */
static void
leave_base (SimConnection *self)
{
  if (self->base != NULL)
    g_object_set_qdata (G_OBJECT (self->base), sim_connection_quark (), NULL);
  g_clear_object (&self->base);
}

static void
stop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* The end, whatever came before. */
static void
gone (SimConnection *self)
{
  sim_connection_ref (self);
  self->dead = TRUE;
  stop_source (&self->drain);
  stop_source (&self->hello);
  g_socket_close (self->socket, NULL);
  leave_base (self);
  leave_list (self);
  sim_connection_unref (self);
}

void
sim_connection_cut (SimConnection *self)
{
  self->dead = TRUE;
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
}

void
sim_connection_refuse (SimConnection *self, SimRefusalKind kind)
{
  const SimRefusal *refusal = sim_refusal_get (kind);
  g_autofree char *bytes = sim_refusal_bytes (refusal, sim_listener_get_date (self->listener));
  GPollableOutputStream *output
      = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->base));

  sim_listener_note_refusal (self->listener, self->number, refusal->what, refusal->status);
  if (!self->head_done && self->end > self->begin)
    sim_transcript_received (self, self->buffer + self->begin, self->end - self->begin);
  sim_transcript_sent (self, NULL, bytes, NULL, 0, G_MAXSIZE);
  /* Nothing else is on its way, so the send buffer has room; a client that left does not matter. */
  g_pollable_output_stream_write_nonblocking (output, bytes, strlen (bytes), NULL, NULL);
  self->dead = TRUE;
  self->linger = TRUE;
}

static gboolean
on_drain (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  SimConnection *self = user_data;
  char waste[DRAIN_SIZE];

  for (guint i = 0; i < DRAINS_AT_ONCE; i++) {
    g_autoptr (GError) error = NULL;
    gssize n = g_socket_receive_with_blocking (socket, waste, sizeof waste, FALSE, NULL, &error);

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      break;
    if (n <= 0) {
      gone (self);
      break;
    }
  }
  return G_SOURCE_CONTINUE;
}

static void
linger (SimConnection *self)
{
  sim_connection_set_state (self, SIM_CONNECTION_LINGERING);
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  self->drain = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->drain, G_SOURCE_FUNC (on_drain), self, NULL);
  g_source_attach (self->drain, self->listener->context);
}

static void
on_closed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  SimConnection *self = g_object_get_qdata (object, sim_connection_quark ());

  g_io_stream_close_finish (G_IO_STREAM (object), result, NULL);
  if (self != NULL)
    gone (self);
}

/* The goodbye of TLS may have to wait for room in the send buffer: not on this thread. The callback
 * finds the connection through the stream, so that nothing leaks if it never comes. */
static void
close_tls (SimConnection *self)
{
  sim_connection_set_state (self, SIM_CONNECTION_CLOSING);
  g_io_stream_close_async (self->base, G_PRIORITY_DEFAULT, NULL, on_closed, NULL);
}

static void
note_break (SimConnection *self)
{
  if (self->state == SIM_CONNECTION_RECEIVING && self->ended && !self->dead)
    sim_listener_note_refusal (self->listener, self->number,
                               "connection closed in the middle of a request", 0);
}

void
sim_connection_stream_closed (SimConnection *self)
{
  if (self->request != NULL)
    self->request_drop (g_steal_pointer (&self->request));
  if (!self->listed)
    return;
  note_break (self);
  if (self->linger)
    linger (self);
  else if (self->secure && !self->dead)
    close_tls (self);
  else
    gone (self);
}

void
sim_connection_drop (SimConnection *self)
{
  sim_connection_ref (self);
  if (self->request != NULL)
    self->request_drop (g_steal_pointer (&self->request));
  self->dead = TRUE;
  self->linger = FALSE;
  stop_source (&self->hello);
  g_cancellable_cancel (self->handshake);
  /* A thread may be at work on the descriptor (TLS handshake or goodbye): it is closed when the
   * last reference to the socket goes, not under its hands. */
  if (self->state == SIM_CONNECTION_HANDSHAKE || self->state == SIM_CONNECTION_CLOSING) {
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
    leave_base (self);
    leave_list (self);
  } else {
    gone (self);
  }
  sim_connection_unref (self);
}

static guint
get_deadline (SimConnection *self)
{
  const SimListener *listener = self->listener;
  const guint deadlines[] = {
    [SIM_CONNECTION_HANDSHAKE] = listener->receive_deadline_ms,
    [SIM_CONNECTION_IDLE] = listener->idle_deadline_ms,
    [SIM_CONNECTION_RECEIVING] = listener->receive_deadline_ms,
    [SIM_CONNECTION_BUSY] = 0,
    [SIM_CONNECTION_REPLYING] = listener->idle_deadline_ms,
    [SIM_CONNECTION_LINGERING] = LINGER_MS,
    [SIM_CONNECTION_CLOSING] = CLOSE_MS,
  };

  return deadlines[self->state];
}

static void
note_late (SimConnection *self, const char *what)
{
  g_autofree char *text = g_strdup_printf ("%s within %u ms", what, get_deadline (self));

  sim_listener_note_refusal (self->listener, self->number, text, 0);
}

void
sim_connection_check_deadline (SimConnection *self, gint64 now)
{
  guint deadline = get_deadline (self);

  if (deadline == 0 || now - self->since < (gint64)deadline * 1000)
    return;

  sim_connection_ref (self);
  if (self->hello != NULL) {
    note_late (self, "no TLS handshake");
    gone (self);
  } else if (self->state == SIM_CONNECTION_HANDSHAKE
             && g_cancellable_is_cancelled (self->handshake)) {
    /* the handshake is about to notice */
  } else if (self->state == SIM_CONNECTION_HANDSHAKE) {
    note_late (self, "no TLS handshake");
    g_cancellable_cancel (self->handshake);
  } else if (self->state == SIM_CONNECTION_LINGERING) {
    gone (self);
  } else if (self->state == SIM_CONNECTION_RECEIVING && self->head_done && !self->dead) {
    sim_connection_refuse (self, SIM_REFUSAL_BODY_LATE);
    self->linger = FALSE;
    sim_connection_cut (self);
  } else {
    if (self->state == SIM_CONNECTION_RECEIVING && !self->dead)
      note_late (self, "no complete request head");
    else if (self->state == SIM_CONNECTION_REPLYING && !self->dead)
      note_late (self, "reply not taken");
    sim_connection_cut (self);
  }
  sim_connection_unref (self);
}

static void
hand_over (SimConnection *self)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (self->socket, NULL);
  g_autoptr (GIOStream) stream = NULL;

  if (local == NULL || remote == NULL) { /* the client is gone already */
    gone (self);
    return;
  }
  sim_connection_set_state (self, SIM_CONNECTION_IDLE);
  g_object_set_qdata_full (G_OBJECT (remote), sim_connection_quark (), sim_connection_ref (self),
                           (GDestroyNotify)sim_connection_unref);
  stream = sim_stream_new (self);
  soup_server_accept_iostream (self->listener->server, stream, local, remote, NULL);
}

static void
on_handshake (GObject *object, GAsyncResult *result, gpointer user_data)
{
  SimConnection *self = g_object_get_qdata (object, sim_connection_quark ());
  g_autoptr (GError) error = NULL;
  gboolean good = g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error);

  if (self == NULL) /* the listener stopped meanwhile */
    return;
  if (good) {
    hand_over (self);
    return;
  }
  if (!g_cancellable_is_cancelled (self->handshake)) {
    /* What GnuTLS says of a client's alert names neither, and these two are what happens. */
    g_autofree char *text
        = g_strdup_printf ("TLS handshake: %s (is it plain HTTP, or does the client not trust the "
                           "certificate?)",
                           error->message);

    sim_listener_note_refusal (self->listener, self->number, text, 0);
  }
  gone (self);
}

/* Whatever it is: who logs in with it is looked at closely then. */
static gboolean
on_client_certificate (GTlsConnection *tls, GTlsCertificate *certificate,
                       GTlsCertificateFlags errors, gpointer user_data)
{
  return TRUE;
}

static void
ask_for_certificate (SimConnection *self, GIOStream *tls)
{
  if (self->listener->realm->client_ca == NULL
      || !sim_auth_is_offered (self->listener->realm, &sim_auth_certificate, TRUE))
    return;
  g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_client_certificate), NULL);
}

static gboolean
on_hello (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  SimConnection *self = user_data;

  stop_source (&self->hello);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->base), G_PRIORITY_DEFAULT,
                                    self->handshake, on_handshake, NULL);
  return G_SOURCE_REMOVE;
}

/* GIO shakes hands in one of a few threads that all of the process share, and as many clients that
 * say nothing would keep all others waiting. So nothing begins before the client does. */
static void
wait_for_hello (SimConnection *self)
{
  self->hello = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->hello, G_SOURCE_FUNC (on_hello), self, NULL);
  g_source_attach (self->hello, self->listener->context);
}

static void
start_tls (SimConnection *self)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GError) error = NULL;
  GIOStream *tls = g_tls_server_connection_new (self->base, self->listener->certificate, &error);

  if (tls == NULL) {
    sim_listener_note_refusal (self->listener, self->number, error->message, 0);
    gone (self);
    return;
  }
  g_object_unref (self->base);
  self->base = tls;
  g_object_set_qdata_full (G_OBJECT (tls), sim_connection_quark (), sim_connection_ref (self),
                           (GDestroyNotify)sim_connection_unref);
  if (self->listener->alpn)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  ask_for_certificate (self, tls);
  /* Clients that just leave are no attack here: lengths say where a request ends. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  self->handshake = g_cancellable_new ();
  wait_for_hello (self);
}

static char *
get_peer (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);
  GInetAddress *inet;
  g_autofree char *text = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  text = g_inet_address_to_string (inet);
  return g_strdup_printf (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6 ? "[%s]:%u"
                                                                                   : "%s:%u",
                          text, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

void
sim_connection_accept (SimListener *listener, GSocket *socket, gboolean secure, GPtrArray *paths)
{
  SimConnection *self = g_new0 (SimConnection, 1);

  g_ref_count_init (&self->ref_count);
  self->listener = sim_listener_ref (listener);
  self->number = ++listener->n_accepted;
  self->socket = g_object_ref (socket);
  self->secure = secure;
  self->paths = g_ptr_array_ref (paths);
  self->peer = get_peer (socket);
  self->pending = g_string_new (NULL);
  self->cut = G_MAXSIZE;
  self->over_limit = listener->connections.length >= listener->max_connections;
  self->base = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  sim_connection_set_state (self, SIM_CONNECTION_HANDSHAKE);
  self->listed = TRUE;
  g_queue_push_tail (&listener->connections, self);
  g_atomic_int_inc (&listener->n_connections);
  sim_listener_watch_deadlines (listener);
  if (secure)
    start_tls (self);
  else
    hand_over (self);
}
