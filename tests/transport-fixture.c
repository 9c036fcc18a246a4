/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/transport-fixture.h"

#include <string.h>
#include <sys/socket.h>

struct _Server {
  Turn turns[MAX_TURNS];
  guint n_turns;
  GTlsCertificate *certificate;
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
  GCancellable *stop;

  GMutex lock;
  GCond changed;
  GPtrArray *requests;
  GString *all;
  guint n_connections;
  guint n_ended;
  char *protocol;
  char *peer;
};

/* Length of the complete request at the start of @bytes, or 0. */
static gsize
request_length (GString *bytes)
{
  const char *end = strstr (bytes->str, "\r\n\r\n");
  const char *field = strstr (bytes->str, "Content-Length: ");
  gsize length;

  if (end == NULL)
    return 0;
  length = (gsize)(end - bytes->str) + 4;
  if (field != NULL && field < end)
    length += g_ascii_strtoull (field + strlen ("Content-Length: "), NULL, 10);
  return bytes->len >= length ? length : 0;
}

static gboolean
read_some (Server *self, GIOStream *stream, GString *bytes)
{
  char buffer[4096];
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (stream), buffer, sizeof buffer,
                                  self->stop, NULL);

  if (n <= 0)
    return FALSE;
  g_string_append_len (bytes, buffer, n);
  g_mutex_lock (&self->lock);
  g_string_append_len (self->all, buffer, n);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
read_request (Server *self, GIOStream *stream, GString *bytes)
{
  gsize length;

  while ((length = request_length (bytes)) == 0) {
    if (!read_some (self, stream, bytes))
      return FALSE;
  }
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->requests, g_strndup (bytes->str, length));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_string_erase (bytes, 0, (gssize)length);
  return TRUE;
}

static const Turn *
next_turn (Server *self, guint n)
{
  return &self->turns[MIN (n, self->n_turns - 1)];
}

static void
drip (Server *self, GSocket *socket, GOutputStream *out)
{
  /* What wakes it is the client's end of the connection. */
  while (!g_socket_condition_timed_wait (socket, G_IO_IN, DRIP_MS * G_TIME_SPAN_MILLISECOND,
                                         self->stop, NULL)
         && g_output_stream_write_all (out, " ", 1, NULL, self->stop, NULL))
    ;
}

/* FALSE: the connection is over. */
static gboolean
act (Server *self, const Turn *turn, GSocketConnection *connection, GIOStream *stream)
{
  static const struct linger now = { .l_onoff = 1, .l_linger = 0 };
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GString) rest = g_string_new (NULL);
  GOutputStream *out = g_io_stream_get_output_stream (stream);

  if (turn->reply != NULL
      && !g_output_stream_write_all (out, turn->reply, strlen (turn->reply), NULL, self->stop,
                                     NULL))
    return FALSE;
  while (
      turn->then == THEN_FLOOD
      && g_output_stream_write_all (out, turn->again, strlen (turn->again), NULL, self->stop, NULL))
    ;
  if (turn->then == THEN_DRIP)
    drip (self, socket, out);
  if (turn->then == THEN_STALL) {
    while (read_some (self, stream, rest))
      ;
  }
  if (turn->then == THEN_RESET)
    setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  return turn->then == THEN_KEEP;
}

static gboolean
on_accept_certificate (GTlsConnection *tls, GTlsCertificate *certificate,
                       GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

static char *
fingerprint_of (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  if (certificate == NULL)
    return NULL;
  g_object_get (certificate, "certificate", &der, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

static GIOStream *
secure (Server *self, GSocketConnection *connection)
{
  static const char *const protocols[] = { "h2", "http/1.1", NULL };
  g_autoptr (GIOStream) tls = NULL;

  if (self->certificate == NULL)
    return g_object_ref (G_IO_STREAM (connection));
  tls = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (tls), self->stop, NULL))
    return NULL;
  g_mutex_lock (&self->lock);
  g_free (self->protocol);
  g_free (self->peer);
  self->peer = fingerprint_of (g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls)));
  self->protocol = g_strdup (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (tls)));
  g_mutex_unlock (&self->lock);
  return g_steal_pointer (&tls);
}

static void
serve (Server *self, GSocketConnection *connection)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GIOStream) stream = NULL;
  const Turn *turn = next_turn (self, self->requests->len);

  if (turn->unread) {
    act (self, turn, connection, G_IO_STREAM (connection));
    return;
  }
  stream = secure (self, connection);
  while (stream != NULL && read_request (self, stream, bytes)) {
    if (!act (self, next_turn (self, self->requests->len - 1), connection, stream))
      return;
  }
}

static gpointer
server_run (gpointer data)
{
  Server *self = data;
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (self->listener, NULL, self->stop, NULL)) != NULL) {
    g_mutex_lock (&self->lock);
    self->n_connections++;
    g_mutex_unlock (&self->lock);
    serve (self, connection);
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    g_object_unref (connection);
    g_mutex_lock (&self->lock);
    self->n_ended++;
    g_cond_broadcast (&self->changed);
    g_mutex_unlock (&self->lock);
  }
  return NULL;
}

Server *
server_new (const Turn turns[MAX_TURNS], GTlsCertificate *certificate, const char *address)
{
  Server *self = g_new0 (Server, 1);
  g_autoptr (GSocketAddress) wanted
      = g_inet_socket_address_new_from_string (address != NULL ? address : "127.0.0.1", 0);
  g_autoptr (GSocketAddress) got = NULL;
  GError *error = NULL;

  for (guint i = 0; i < MAX_TURNS; i++) {
    self->turns[i] = turns[i];
    if (turns[i].reply != NULL || turns[i].then != THEN_KEEP)
      self->n_turns = i + 1;
  }
  g_assert_cmpuint (self->n_turns, >, 0);
  if (certificate != NULL)
    self->certificate = g_object_ref (certificate);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->all = g_string_new (NULL);
  self->stop = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  self->thread = g_thread_new ("server", server_run, self);
  return self;
}

void
server_free (Server *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_clear_object (&self->certificate);
  g_ptr_array_unref (self->requests);
  g_string_free (self->all, TRUE);
  g_free (self->protocol);
  g_free (self->peer);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

guint16
server_get_port (Server *self)
{
  return self->port;
}

guint
server_get_n_requests (Server *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->requests->len;
  g_mutex_unlock (&self->lock);
  return n;
}

guint
server_get_n_connections (Server *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_connections;
  g_mutex_unlock (&self->lock);
  return n;
}

char *
server_dup_request (Server *self, guint n)
{
  char *text = NULL;

  g_mutex_lock (&self->lock);
  if (n == G_MAXUINT)
    text = g_strdup (self->all->str);
  else if (n < self->requests->len)
    text = g_strdup (g_ptr_array_index (self->requests, n));
  g_mutex_unlock (&self->lock);
  return text;
}

char *
server_dup_protocol (Server *self)
{
  char *protocol;

  g_mutex_lock (&self->lock);
  protocol = g_strdup (self->protocol);
  g_mutex_unlock (&self->lock);
  return protocol;
}

char *
server_dup_peer (Server *self)
{
  char *peer;

  g_mutex_lock (&self->lock);
  peer = g_strdup (self->peer);
  g_mutex_unlock (&self->lock);
  return peer;
}

void
server_wait_ended (Server *self, guint n)
{
  g_mutex_lock (&self->lock);
  while (self->n_ended < n)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
outcome_clear (Outcome *self)
{
  g_clear_error (&self->error);
  g_free (self->type);
  if (self->body != NULL)
    g_string_free (self->body, TRUE);
  *self = (Outcome){ 0 };
}

static gboolean
refuse (Outcome *self, const char *at, GError **error)
{
  if (g_strcmp0 (self->refuse, at) != 0)
    return FALSE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "the sink refused the %s", at);
  return TRUE;
}

static gboolean
on_head (guint status, const char *content_type, gpointer data, GError **error)
{
  Outcome *self = data;

  self->n_heads++;
  self->status = status;
  self->type = g_strdup (content_type);
  if (self->close_at_head != NULL)
    transport_close (self->close_at_head);
  return !refuse (self, "head", error);
}

static gboolean
on_chunk (const char *chunk, gsize length, gpointer data, GError **error)
{
  Outcome *self = data;

  g_string_append_len (self->body, chunk, (gssize)length);
  return !refuse (self, "chunk", error);
}

static const TransportSink sink = { on_head, on_chunk };

typedef struct {
  Outcome *outcome;
  Transport *channel;
} Pending;

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Pending *pending = data;
  Outcome *self = pending->outcome;

  self->ok = transport_post_finish (pending->channel, result, &self->sent, &self->error);
  g_assert_true (self->ok == (self->error == NULL));
  self->done = TRUE;
  if (self->then != NULL)
    self->then (self->then_data);
  transport_unref (pending->channel);
  g_free (pending);
}

void
outcome_start (Outcome *self, Transport *channel, const char *body, GCancellable *cancellable)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  Pending *pending = g_new (Pending, 1);

  *pending = (Pending){ self, transport_ref (channel) };
  self->body = g_string_new (NULL);
  transport_post_async (channel, bytes, &sink, self, cancellable, on_done, pending);
}

void
outcome_wait (Outcome *self)
{
  while (!self->done)
    g_main_context_iteration (NULL, TRUE);
}

void
outcome_run (Outcome *self, Transport *channel, const char *body)
{
  outcome_start (self, channel, body, NULL);
  outcome_wait (self);
}

Transport *
channel_new (Server *server, void (*change) (TransportConfig *config, gpointer data), gpointer data)
{
  g_autoptr (HypervCredentials) who = hyperv_credentials_new ("administrator", "geheim%7");
  TransportConfig config = { .host = "127.0.0.1",
                             .port = server != NULL ? server_get_port (server) : 1,
                             .path = "/wsman",
                             .auth = "basic",
                             .credentials = who };
  GError *error = NULL;
  Transport *self;

  if (change != NULL)
    change (&config, data);
  self = transport_new (&config, &error);
  g_assert_no_error (error);
  return self;
}
