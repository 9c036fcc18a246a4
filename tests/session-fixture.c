/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/session-fixture.h"

#include <string.h>

struct _Server {
  const Step *steps;
  gboolean repeat;
  GSocketListener *listener;
  GCancellable *stop;
  guint16 port;
  GThread *thread;

  GMutex lock;
  GCond changed;
  guint n_requests;
  guint n_connections;
  char *complaint; /* the first */
};

static void complain (Server *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
complain (Server *self, const char *format, ...)
{
  va_list args;

  g_mutex_lock (&self->lock);
  va_start (args, format);
  if (self->complaint == NULL)
    self->complaint = g_strdup_vprintf (format, args);
  va_end (args);
  g_mutex_unlock (&self->lock);
}

/* Body of the next request; NULL at the end of the connection. */
static char *
read_request (Server *self, GDataInputStream *in)
{
  gsize length = 0;
  gsize done = 0;
  char *body;

  for (gboolean first = TRUE;; first = FALSE) {
    g_autofree char *line = g_data_input_stream_read_line (in, NULL, self->stop, NULL);

    if (line == NULL)
      return NULL;
    g_strchomp (line);
    if (*line == '\0' && !first)
      break;
    if (g_ascii_strncasecmp (line, "Content-Length:", 15) == 0)
      length = g_ascii_strtoull (line + 15, NULL, 10);
  }
  body = g_malloc0 (length + 1);
  g_input_stream_read_all (G_INPUT_STREAM (in), body, length, &done, self->stop, NULL);
  return body;
}

static char *
between (const char *text, const char *before, char end)
{
  const char *begin = strstr (text, before);
  const char *stop;

  if (begin == NULL)
    return g_strdup ("");
  begin += strlen (before);
  stop = strchr (begin, end);
  return stop != NULL ? g_strndup (begin, stop - begin) : g_strdup ("");
}

static char *
fill_in (const char *template, const char *request)
{
  g_autofree char *id = between (request, "<a:MessageID>", '<');
  g_auto (GStrv) parts = g_strsplit (template, "@ID@", 0);

  return g_strjoinv (id, parts);
}

static GBytes *
encode (const Step *step, const char *body)
{
  const char *charset = step->kind == STEP_UTF16LE ? "UTF-16LE" : "UTF-16BE";
  g_autofree char *marked = g_strconcat ("\xef\xbb\xbf", body, NULL);
  gsize length = 0;
  char *text;

  if (step->kind != STEP_UTF16LE && step->kind != STEP_UTF16BE)
    return g_bytes_new (body, strlen (body));
  text = g_convert (marked, -1, charset, "UTF-8", NULL, &length, NULL);
  g_assert_nonnull (text);
  return g_bytes_new_take (text, length);
}

static void
append_body (GString *message, const Step *step, const char *data, gsize length)
{
  gsize done = 0;

  if (step->kind != STEP_CHUNKS) {
    g_string_append_len (message, data, step->kind == STEP_HALF ? length / 2 : length);
    return;
  }
  while (done < length) {
    gsize n = MIN (7, length - done);

    g_string_append_printf (message, "%zx\r\n", n);
    g_string_append_len (message, data + done, n);
    g_string_append (message, "\r\n");
    done += n;
  }
  g_string_append (message, "0\r\n\r\n");
}

static void
reply (Server *self, GOutputStream *out, const Step *step, const char *request)
{
  g_autofree char *key = between (request, "<w:Selector Name=\"K\">", '<');
  g_autofree char *echo = g_strconcat (REPLY_HEAD (TRANSFER "GetResponse") "<p:C><p:K>", key,
                                       "</p:K></p:C>" REPLY_TAIL, NULL);
  g_autofree char *body = fill_in (step->kind == STEP_ECHO ? echo : step->body, request);
  const char *type = step->type != NULL ? step->type : "application/soap+xml;charset=UTF-8";
  g_autoptr (GBytes) bytes = encode (step, body);
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  /* In one piece: two small ones would wait for each other. */
  g_autoptr (GString) message = g_string_new (NULL);

  g_string_printf (message, "HTTP/1.1 %u \r\n%s%s%s", step->status,
                   *type != '\0' ? "Content-Type: " : "", type, *type != '\0' ? "\r\n" : "");
  if (step->kind == STEP_CHUNKS)
    g_string_append (message, "Transfer-Encoding: chunked\r\n\r\n");
  else
    g_string_append_printf (message, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", length);
  append_body (message, step, data, length);
  g_output_stream_write_all (out, message->str, message->len, NULL, self->stop, NULL);
}

static const Step *
take_step (Server *self, const char *request)
{
  const Step *step;
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_requests++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  for (step = self->steps; n > 0 && (step + 1)->status != 0; n--)
    step++;
  if ((n > 0 && !self->repeat) || step->status == 0) {
    complain (self, "a request too many: %s", request);
    return NULL;
  }
  if (step->expect != NULL && strstr (request, step->expect) == NULL) {
    complain (self, "expected was “%s” in the request %s", step->expect, request);
    return NULL;
  }
  return step;
}

static void
wait_for_end (Server *self, GInputStream *in)
{
  char byte;

  while (g_input_stream_read (in, &byte, 1, self->stop, NULL) > 0)
    continue;
}

static void
serve (Server *self, GSocketConnection *connection)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GDataInputStream) in
      = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));

  for (;;) {
    g_autofree char *request = read_request (self, in);
    const Step *step = request != NULL ? take_step (self, request) : NULL;

    if (step == NULL || step->kind == STEP_DROP)
      return;
    if (step->kind == STEP_STALL) {
      wait_for_end (self, G_INPUT_STREAM (in));
      return;
    }
    reply (self, out, step, request);
    if (step->kind == STEP_HALF)
      return;
  }
}

static gpointer
run (gpointer data)
{
  Server *self = data;

  for (;;) {
    g_autoptr (GSocketConnection) connection
        = g_socket_listener_accept (self->listener, NULL, self->stop, NULL);

    if (connection == NULL)
      return NULL;
    g_mutex_lock (&self->lock);
    self->n_connections++;
    g_mutex_unlock (&self->lock);
    serve (self, connection);
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  }
}

Server *
server_new (const Step *steps, gboolean repeat)
{
  Server *self = g_new0 (Server, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) given = NULL;

  self->steps = steps;
  self->repeat = repeat;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->stop = g_cancellable_new ();
  self->listener = g_socket_listener_new ();
  g_assert_true (g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &given, NULL));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (given));
  self->thread = g_thread_new ("server", run, self);
  return self;
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
  n = self->n_requests;
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

void
server_wait (Server *self, guint n)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->lock);
  while (self->n_requests < n)
    if (!g_cond_wait_until (&self->changed, &self->lock, deadline))
      g_error ("%u requests have come in 20 seconds; %u were expected", self->n_requests, n);
  g_mutex_unlock (&self->lock);
}

void
server_free (Server *self)
{
  guint n_steps = 0;

  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  while (self->steps[n_steps].status != 0)
    n_steps++;
  if (self->complaint == NULL && !self->repeat && self->n_requests != n_steps)
    complain (self, "%u requests came; %u were expected", self->n_requests, n_steps);
  g_assert_cmpstr (self->complaint, ==, NULL);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

HypervSession *
server_connect (Server *self, guint timeout_ms)
{
  g_autoptr (HypervTrust) trust = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervCredentials) credentials = hyperv_credentials_new ("administrator", "secret");
  SessionConfig config = { .host = "127.0.0.1",
                           .auth = "basic",
                           .port = self->port,
                           .trust = trust,
                           .credentials = credentials,
                           .operation_timeout_ms = timeout_ms };
  g_autoptr (GError) error = NULL;
  HypervSession *session = session_new (&config, &error);

  g_assert_no_error (error);
  return session;
}
