/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/transport/transport-private.h"

/* One POST: log in if needed (transport-login.c), send and wait for the head, judge the head, read
 * the body, end. */

#define MAX_LENGTH_DIGITS 18

static void read_body (TransportPost *post);

static void
post_free (gpointer data)
{
  TransportPost *post = data;

  g_clear_error (&post->verdict);
  g_clear_object (&post->stream);
  g_clear_object (&post->message);
  g_clear_object (&post->stop);
  g_clear_pointer (&post->body, g_bytes_unref);
  g_clear_pointer (&post->unseal, transport_unseal_free);
  transport_auth_wipe (post->secret);
  g_clear_pointer (&post->channel, transport_unref);
  g_free (post);
}

void
transport_post_stop (TransportPost *post, GError *reason)
{
  if (post->verdict == NULL)
    post->verdict = reason;
  else
    g_error_free (reason);
  g_cancellable_cancel (post->stop);
}

void
transport_post_await (TransportPost *post, const char *doing, guint ms)
{
  post->doing = doing;
  post->limit_ms = ms;
  g_source_set_ready_time (post->deadline, g_get_monotonic_time () + (gint64)ms * 1000);
}

static gboolean
on_deadline (gpointer data)
{
  TransportPost *post = data;

  transport_post_stop (post, transport_failure_late (post));
  return G_SOURCE_REMOVE;
}

static gboolean
stop_cancelled (gpointer data)
{
  TransportPost *post = g_task_get_task_data (data);

  if (post->channel->post == post)
    transport_post_stop (post, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                            "%s: cancelled by the caller", post->channel->where));
  return G_SOURCE_REMOVE;
}

/* In the thread that cancels. Not a GCancellableSource: GLib 2.74 leaks one that is let go while
 * g_cancellable_cancel () is at work elsewhere. */
static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, stop_cancelled, g_object_ref (data), g_object_unref);
  g_source_attach (source, g_task_get_context (data));
}

static void
add_sources (TransportPost *post)
{
  Transport *self = post->channel;
  GCancellable *cancellable = g_task_get_cancellable (post->task);

  post->deadline = g_timeout_source_new (self->connect_timeout_ms);
  g_source_set_callback (post->deadline, on_deadline, post, NULL);
  g_source_attach (post->deadline, self->context);
  if (cancellable == NULL)
    return;
  post->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                           g_object_ref (post->task), g_object_unref);
}

static void
remove_sources (TransportPost *post)
{
  gulong handler = post->cancelled;

  g_source_destroy (post->deadline);
  g_clear_pointer (&post->deadline, g_source_unref);
  post->cancelled = 0;
  if (handler != 0)
    g_cancellable_disconnect (g_task_get_cancellable (post->task), handler);
}

/* One line an exchange; no header is ever shown, so no secret is. */
static void
log_exchange (TransportPost *post, const GError *error)
{
  Transport *self = post->channel;
  static const char *const sent[] = { "not sent", "maybe sent", "replied" };

  g_log_structured (
      "hyperv-http",
      (self->log & TRANSPORT_LOG_HTTP) != 0 ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_DEBUG, "MESSAGE",
      "POST %s%s status %u, %" G_GUINT64_FORMAT " bytes, %" G_GINT64_FORMAT
      " ms, request %" G_GUINT64_FORMAT " on connection %" G_GUINT64_FORMAT "%s%s%s%s",
      self->where, g_uri_get_path (self->uri),
      post->message != NULL ? (guint)soup_message_get_status (post->message) : 0, post->received,
      (g_get_monotonic_time () - post->began) / 1000, self->n_requests, self->n_connections,
      error != NULL ? ", " : "", error != NULL ? sent[post->sent] : "", error != NULL ? ": " : "",
      error != NULL ? error->message : "");
}

/* The message of a leg is done with: libsoup may keep it for a while, but no secret in it. */
static void
forget_message (TransportPost *post)
{
  if (post->message == NULL)
    return;
  g_signal_handlers_disconnect_by_data (post->message, post);
  soup_message_headers_remove (soup_message_get_request_headers (post->message), "Authorization");
}

void
transport_post_end (TransportPost *post, GError *error)
{
  Transport *self = post->channel;
  GTask *task = post->task;

  forget_message (post);
  remove_sources (post);
  log_exchange (post, error);
  g_clear_object (&post->stream);
  self->post = NULL;
  if (error != NULL)
    transport_drop (self);
  /* What the host offers may be another thing by the next time. */
  if (self->chosen && g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED))
    transport_choose_forget (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
refuse_sink (TransportPost *post, GError *error)
{
  post->sent = TRANSPORT_SENT_REPLIED;
  transport_post_end (post, error);
}

static void
complete (TransportPost *post)
{
  post->sent = TRANSPORT_SENT_REPLIED;
  post->channel->replied = TRUE;
  transport_post_end (post, NULL);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  /* The body is complete, whatever closing says. */
  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
  complete (data);
}

/* libsoup takes the end of the connection for the end of the body: with `Connection: close` also
 * when fewer bytes have come than announced, and always when the last chunk has not. Of chunks it
 * does not tell; an end that was not announced is taken for the loss that it most likely is. */
static gboolean
is_cut_off (TransportPost *post)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (post->message);

  if (post->declared >= 0)
    return post->received < (guint64)post->declared;
  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED
         && soup_message_is_keepalive (post->message) && !transport_is_connected (post->channel);
}

static void
end_of_body (TransportPost *post)
{
  GError *error = NULL;

  if (is_cut_off (post)) {
    transport_post_end (post, transport_failure_lost (post, "the connection was closed"));
    return;
  }
  if (!transport_sink_end (post, &error)) {
    refuse_sink (post, error);
    return;
  }
  /* Only after this is the connection free for the next request. */
  g_input_stream_close_async (post->stream, G_PRIORITY_DEFAULT, NULL, on_closed, post);
}

/* Each byte puts the deadline off, but a host that lets them drip is as late as a silent one. */
static gboolean
is_in_time (TransportPost *post)
{
  gint64 now = g_get_monotonic_time ();

  if (post->received - post->paced < TRANSPORT_MIN_PROGRESS)
    return now - post->paced_at <= (gint64)post->channel->reply_timeout_ms * 1000;
  post->paced = post->received;
  post->paced_at = now;
  return TRUE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0) {
    transport_post_end (post, transport_failure (post, error));
    return;
  }
  post->received += (guint64)n;
  if (n > 0 && !transport_sink_chunk (post, post->channel->buffer, (gsize)n, &error)) {
    refuse_sink (post, error);
    return;
  }
  if (n == 0)
    end_of_body (post);
  else if (!is_in_time (post))
    transport_post_end (post, transport_failure_slow (post));
  else
    read_body (post);
}

static void
read_body (TransportPost *post)
{
  transport_post_await (post, "reading the reply", post->channel->reply_timeout_ms);
  g_input_stream_read_async (post->stream, post->channel->buffer, TRANSPORT_BUFFER_SIZE,
                             G_PRIORITY_DEFAULT, post->stop, on_read, post);
}

static void
collect_offer (const char *name, const char *value, gpointer data)
{
  if (g_ascii_strcasecmp (name, "WWW-Authenticate") == 0)
    transport_auth_parse_offer (value, data);
}

GPtrArray *
transport_post_read_offer (TransportPost *post)
{
  Transport *self = post->channel;
  GPtrArray *offered = g_ptr_array_new_with_free_func (g_free);

  soup_message_headers_foreach (soup_message_get_response_headers (post->message), collect_offer,
                                offered);
  g_free (self->offer);
  self->offer = transport_auth_list (offered);
  return offered;
}

/* A connection that was logged in and is so no more: the host did nothing, and that once it may be
 * sent again. Everything else is a refusal of the user. */
static void
refused (TransportPost *post)
{
  Transport *self = post->channel;
  g_autoptr (GPtrArray) offered = transport_post_read_offer (post);

  if (self->scheme->handshake && !post->resent) {
    post->resent = TRUE;
    post->sent = TRANSPORT_SENT_NO;
    if (transport_login_again (post))
      return;
  }
  post->sent = TRANSPORT_SENT_REPLIED;
  transport_post_end (
      post, transport_auth_refused (self->scheme, self->credentials, self->where, offered));
}

/* A head that contradicts itself about the length of the body leaves open where the next reply
 * begins; libsoup would pick one of the lengths. */
static gboolean
read_length (TransportPost *post, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (post->message);
  const char *lengths = soup_message_headers_get_list (headers, "Content-Length");
  const char *coding = soup_message_headers_get_list (headers, "Transfer-Encoding");
  gsize digits;

  post->declared = -1;
  if (lengths == NULL)
    return TRUE;
  digits = strspn (lengths, "0123456789");
  if (coding != NULL || digits == 0 || digits > MAX_LENGTH_DIGITS || lengths[digits] != '\0') {
    g_autofree char *shown = g_utf8_make_valid (lengths, -1);

    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "%s: the length of the reply cannot be told: expected one Content-Length, found "
                 "\"%.100s\"%s",
                 post->channel->where, shown, coding != NULL ? " and a Transfer-Encoding" : "");
    return FALSE;
  }
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    post->declared = g_ascii_strtoll (lengths, NULL, 10);
  return TRUE;
}

/* Nothing else was asked for, and http.sys sends nothing else by itself; libsoup's own decoder is
 * off, since what it makes of a few bytes has no limit. */
static gboolean
read_coding (TransportPost *post, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (post->message);
  const char *coding = soup_message_headers_get_list (headers, "Content-Encoding");
  g_autofree char *shown = NULL;

  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0)
    return TRUE;
  shown = g_utf8_make_valid (coding, -1);
  g_set_error (
      error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
      "%s: the reply came compressed (Content-Encoding: %.40s), which was not asked for; is "
      "there a proxy in between?",
      post->channel->where, shown);
  return FALSE;
}

static void
on_head (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;
  GError *error = NULL;
  guint status = soup_message_get_status (post->message);

  post->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (post->stale && post->verdict == NULL && transport_login_again (post)) {
    g_clear_error (&error);
    return;
  }
  /* A proxy that opens no way answers in the host's place, before anything was sent. */
  if (post->stream == NULL || post->sent == TRANSPORT_SENT_NO) {
    transport_post_end (post, transport_failure (post, error));
    return;
  }
  if (status == SOUP_STATUS_UNAUTHORIZED) {
    refused (post);
    return;
  }
  if (!read_length (post, &error) || !read_coding (post, &error)) {
    transport_post_end (post, error);
    return;
  }
  if (!transport_sink_head (post, &error)) {
    refuse_sink (post, error);
    return;
  }
  post->paced_at = g_get_monotonic_time ();
  read_body (post);
}

static void
on_wrote_body_data (SoupMessage *message, guint length, gpointer data)
{
  TransportPost *post = data;

  transport_post_await (post, "sending the request", post->channel->reply_timeout_ms);
}

static void
on_wrote_body (SoupMessage *message, gpointer data)
{
  TransportPost *post = data;

  transport_post_await (post, "waiting for the reply", post->channel->reply_timeout_ms);
}

void
transport_post_begin_leg (TransportPost *post, TransportLeg leg, GBytes *body,
                          const char *media_type)
{
  Transport *self = post->channel;
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);

  forget_message (post);
  g_clear_object (&post->message);
  post->leg = leg;
  post->begun = post->judged = FALSE;
  post->n_interim = 0;
  post->message = soup_message_new_from_uri (SOUP_METHOD_POST, self->uri);
  soup_message_set_request_body_from_bytes (
      post->message, body != NULL ? media_type : TRANSPORT_MEDIA_TYPE, body != NULL ? body : none);
  /* IDEMPOTENT: without it libsoup makes a new connection for every POST. */
  soup_message_add_flags (post->message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT
                                             | SOUP_MESSAGE_COLLECT_METRICS);
  if (self->certificate != NULL && self->https)
    soup_message_set_tls_client_certificate (post->message, self->certificate);
  transport_connect_watch (post);
}

void
transport_post_send_body (TransportPost *post)
{
  Transport *self = post->channel;
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *type = NULL;
  GError *error = NULL;

  post->owes_seal = self->scheme->handshake && !self->https;
  if (post->owes_seal) {
    sealed = transport_seal_write (self->gss, self->scheme->protocol, TRANSPORT_MEDIA_TYPE,
                                   post->body, &error);
    type = transport_seal_media_type (self->scheme->protocol);
  }
  if (error != NULL) {
    transport_post_end (post, error);
    return;
  }
  transport_post_begin_leg (post, TRANSPORT_LEG_BODY, sealed != NULL ? sealed : post->body,
                            type != NULL ? type : TRANSPORT_MEDIA_TYPE);
  g_signal_connect (post->message, "wrote-body-data", G_CALLBACK (on_wrote_body_data), post);
  g_signal_connect (post->message, "wrote-body", G_CALLBACK (on_wrote_body), post);
  soup_session_send_async (transport_get_soup (self), post->message, G_PRIORITY_DEFAULT, post->stop,
                           on_head, post);
}

void
transport_post_async (Transport *self, GBytes *body, const TransportSink *sink, gpointer sink_data,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  TransportPost *post;

  g_return_if_fail (self != NULL && body != NULL);
  g_return_if_fail (sink != NULL && sink->head != NULL && sink->chunk != NULL);
  g_return_if_fail (context == self->context);
  g_return_if_fail (self->post == NULL);

  post = g_new0 (TransportPost, 1);
  post->channel = transport_ref (self);
  post->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (post->task, transport_post_async);
  g_task_set_check_cancellable (post->task, FALSE);
  g_task_set_task_data (post->task, post, post_free);
  post->sink = *sink;
  post->sink_data = sink_data;
  post->stop = g_cancellable_new ();
  post->declared = -1;
  post->began = g_get_monotonic_time ();
  post->body = g_bytes_ref (body);
  self->post = post;

  add_sources (post);
  transport_post_await (post, "waiting for a connection", self->connect_timeout_ms);
  if (g_cancellable_is_cancelled (cancellable))
    stop_cancelled (post->task);
  transport_login (post);
}

gboolean
transport_post_finish (Transport *self, GAsyncResult *result, TransportSent *sent, GError **error)
{
  TransportPost *post;

  g_return_val_if_fail (self != NULL && g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, transport_post_async), FALSE);

  post = g_task_get_task_data (G_TASK (result));
  if (sent != NULL)
    *sent = post->sent;
  return g_task_propagate_boolean (G_TASK (result), error);
}
