/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/transport/transport-private.h"

/* Before a body: ask which schemes are offered, choose one, and log the connection in with posts
 * that have no body. Windows ties the login to the connection, so a new connection means all of it
 * again. */

#define MAX_LOGINS 3           /* of one post: connections that get lost in the middle */
#define MAX_STEPS 8            /* tokens of one login; SPNEGO with NTLM has 3 */
#define MAX_THROWN (64 * 1024) /* bytes of a body that nobody reads */

static void step (TransportPost *post, GBytes *token);

/* The message of a leg without a body was answered, and its body, if any, thrown away. */
static void answered (TransportPost *post);

static void
on_thrown_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;

  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
  g_clear_object (&post->stream);
  if (post->verdict != NULL)
    transport_post_end (post, transport_failure (post, NULL));
  else
    answered (post);
}

static void
on_thrown (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;
  Transport *self = post->channel;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0) {
    transport_post_end (post, transport_failure (post, error));
    return;
  }
  post->thrown += (gsize)n;
  if (post->thrown > MAX_THROWN) {
    transport_post_end (post, g_error_new (HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                                           "%s: more than %d bytes came when %s; the request was "
                                           "not sent",
                                           self->where, MAX_THROWN, post->doing));
    return;
  }
  if (n > 0)
    g_input_stream_read_async (post->stream, self->buffer, TRANSPORT_BUFFER_SIZE,
                               G_PRIORITY_DEFAULT, post->stop, on_thrown, post);
  else
    g_input_stream_close_async (post->stream, G_PRIORITY_DEFAULT, NULL, on_thrown_closed, post);
}

static void
on_leg_head (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;
  Transport *self = post->channel;
  GError *error = NULL;

  post->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (post->stale && post->verdict == NULL && transport_login_again (post)) {
    g_clear_error (&error);
    return;
  }
  if (post->stream == NULL || !post->begun) {
    transport_post_end (post, transport_failure (post, error));
    return;
  }
  post->thrown = 0;
  g_input_stream_read_async (post->stream, self->buffer, TRANSPORT_BUFFER_SIZE, G_PRIORITY_DEFAULT,
                             post->stop, on_thrown, post);
}

static void
send_leg (TransportPost *post, TransportLeg leg)
{
  transport_post_begin_leg (post, leg, NULL, NULL);
  soup_session_send_async (transport_get_soup (post->channel), post->message, G_PRIORITY_DEFAULT,
                           post->stop, on_leg_head, post);
}

static void
fail_status (TransportPost *post, const char *expected)
{
  transport_post_end (post, g_error_new (HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                                         "%s: expected %s when %s, found status %u; the request "
                                         "was not sent",
                                         post->channel->where, expected, post->doing,
                                         (guint)soup_message_get_status (post->message)));
}

static void
choose (TransportPost *post, GPtrArray *offered)
{
  Transport *self = post->channel;
  GError *error = NULL;

  if (!transport_choose (self, offered, &error)) {
    transport_post_end (post, error);
    return;
  }
  self->word = transport_auth_is_offered (self->scheme, offered);
  transport_login (post);
}

static void
answered_question (TransportPost *post)
{
  g_autoptr (GPtrArray) offered = NULL;

  if (soup_message_get_status (post->message) != SOUP_STATUS_UNAUTHORIZED) {
    fail_status (post, "401 with a list of schemes, as WinRM answers (is this its port?)");
    return;
  }
  offered = transport_post_read_offer (post);
  choose (post, offered);
}

/* A scheme that cannot even begin here makes room for the next; one that the host refuses does not,
 * since every try counts towards a lock-out. */
static void
cannot_begin (TransportPost *post, GError *error)
{
  Transport *self = post->channel;
  g_autoptr (GPtrArray) offered = g_ptr_array_new_with_free_func (g_free);

  if (!self->chosen || self->offer == NULL || transport_gss_is_refused (self->gss)
      || post->n_steps > 0 || transport_choose_is_over (error)) {
    g_prefix_error (&error, "%s: logging \"%s\" in with %s: ", self->where,
                    hyperv_credentials_get_user (self->credentials), self->scheme->name);
    transport_post_end (post, error);
    return;
  }
  transport_choose_note (self, self->scheme->name, error->message);
  g_error_free (error);
  transport_auth_parse_offer (self->offer, offered);
  choose (post, offered);
}

static void
logged_in (TransportPost *post)
{
  Transport *self = post->channel;

  if (!self->https && !transport_gss_can_seal (self->gss)) {
    transport_post_end (post, g_error_new (HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
                                           "%s: %s was agreed on without encryption, and there is "
                                           "no TLS; the request was not sent. Use https",
                                           self->where, self->scheme->name));
    return;
  }
  self->login_id = self->n_connections;
  self->bound = self->https && self->binding != NULL;
  g_free (self->mechanism);
  self->mechanism = g_strdup (transport_gss_get_mechanism (self->gss));
  if (self->reasons != NULL)
    g_string_free (g_steal_pointer (&self->reasons), TRUE);
  transport_log_auth (self, "logged in with %s (%s)%s%s", self->scheme->name, self->mechanism,
                      self->https ? "" : ", sealed", self->bound ? ", bound to TLS" : "");
  transport_post_send_body (post);
}

static void
send_token (TransportPost *post, GBytes *token)
{
  Transport *self = post->channel;
  gsize length;
  const guchar *data = g_bytes_get_data (token, &length);
  char *coded = g_base64_encode (data, length);

  transport_auth_wipe (post->secret);
  post->secret = g_strconcat (self->word, " ", coded, NULL);
  transport_auth_wipe (coded);
  transport_log_auth (self, "token %u of %s, %zu bytes", post->n_steps + 1, self->scheme->name,
                      length);
  post->n_steps++;
  send_leg (post, TRANSPORT_LEG_LOGIN);
}

static void
on_step (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;
  Transport *self = post->channel;
  g_autoptr (GBytes) token = NULL;
  GError *error = NULL;

  if (!transport_gss_step_finish (self->gss, result, &token, &error)) {
    if (post->verdict != NULL)
      transport_post_end (post, transport_failure (post, error));
    else
      cannot_begin (post, error);
    return;
  }
  if (!post->accepted && token != NULL)
    send_token (post, token);
  else if (post->accepted && token == NULL && transport_gss_is_complete (self->gss))
    logged_in (post);
  else
    fail_status (post, "a login that both sides find complete");
}

static void
step (TransportPost *post, GBytes *token)
{
  Transport *self = post->channel;

  post->doing = "making a token";
  transport_gss_step_async (self->gss, token, post->stop, on_step, post);
}

static void
find_token (const char *name, const char *value, gpointer data)
{
  struct {
    const char *word;
    GBytes *token;
    GError *error;
  } *found = data;

  if (g_ascii_strcasecmp (name, "WWW-Authenticate") == 0 && found->token == NULL
      && found->error == NULL)
    found->token = transport_auth_parse_token (value, found->word, &found->error);
}

/* A 401 without a token ends the login. */
static void
refused (TransportPost *post)
{
  Transport *self = post->channel;
  g_autoptr (GPtrArray) offered = transport_post_read_offer (post);
  const char *word = transport_auth_is_offered (self->scheme, offered);
  GError *error;

  /* Offered under its other name only, which a fixed scheme could not know. */
  if (word != NULL && post->n_steps == 1 && g_strcmp0 (word, self->word) != 0) {
    self->word = word;
    if (transport_login_again (post))
      return;
  }
  error = transport_auth_refused (self->scheme, self->credentials, self->where, offered);
  if (word != NULL && self->binding != NULL && self->https)
    g_prefix_error (&error, "(the login is bound to this TLS connection; something that opens TLS "
                            "on the way is refused, too) ");
  post->sent = TRANSPORT_SENT_REPLIED;
  transport_post_end (post, error);
}

static void
answered_token (TransportPost *post)
{
  Transport *self = post->channel;
  guint status = soup_message_get_status (post->message);
  struct {
    const char *word;
    GBytes *token;
    GError *error;
  } found = { self->word, NULL, NULL };
  g_autoptr (GBytes) token = NULL;

  soup_message_headers_foreach (soup_message_get_response_headers (post->message), find_token,
                                &found);
  token = found.token;
  if (found.error != NULL) {
    g_prefix_error (&found.error, "%s: ", self->where);
    transport_post_end (post, found.error);
    return;
  }
  if (status != SOUP_STATUS_OK && status != SOUP_STATUS_UNAUTHORIZED) {
    fail_status (post, "200 or 401");
    return;
  }
  post->accepted = status == SOUP_STATUS_OK;
  if (post->accepted && token == NULL && transport_gss_is_complete (self->gss))
    logged_in (post);
  else if (post->accepted && token == NULL)
    fail_status (post, "a token by which the host proves who it is");
  else if (token == NULL || transport_gss_is_complete (self->gss) || post->n_steps >= MAX_STEPS)
    refused (post);
  else
    step (post, token);
}

static void
answered (TransportPost *post)
{
  transport_log_auth (post->channel, "status %u when %s",
                      (guint)soup_message_get_status (post->message), post->doing);
  if (post->leg == TRANSPORT_LEG_ASK)
    answered_question (post);
  else
    answered_token (post);
}

/* The first token holds the channel binding of the connection. */
static void
begin_steps (TransportPost *post)
{
  Transport *self = post->channel;

  post->shaking = self->n_connections;
  transport_gss_bind (self->gss, self->https ? self->binding : NULL);
  step (post, NULL);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;
  GError *error = NULL;

  if (!soup_session_preconnect_finish (SOUP_SESSION (source), result, &error)
      || post->verdict != NULL || post->channel->stream == NULL)
    transport_post_end (post, transport_failure (post, error));
  else
    begin_steps (post);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  TransportPost *post = data;
  Transport *self = post->channel;
  GError *error = NULL;

  if (!transport_gss_prepare_finish (self->gss, result, &error)) {
    if (post->verdict != NULL)
      transport_post_end (post, transport_failure (post, error));
    else
      cannot_begin (post, error);
    return;
  }
  if (transport_is_connected (self)) {
    begin_steps (post);
    return;
  }
  post->doing = "waiting for a connection";
  transport_post_begin_leg (post, TRANSPORT_LEG_LOGIN, NULL, NULL);
  soup_session_preconnect_async (transport_get_soup (self), post->message, G_PRIORITY_DEFAULT,
                                 post->stop, on_connected, post);
}

/* What takes long comes before the connection: libsoup gives up one that is not used within 3 s
 * (SOUP_CONNECTION_UNUSED_TIMEOUT), and a login on another one would begin again, and be late
 * again. */
static void
begin (TransportPost *post)
{
  Transport *self = post->channel;
  const TransportGssSetup setup = {
    .kind = self->scheme->gss,
    .host = self->host,
    .spn = self->spn,
    .credentials = self->credentials,
    /* What was noted while choosing was Kerberos by itself, with the same name and ticket. Only
     * SPNEGO reads it. */
    .skip_kerberos = (self->chosen && self->reasons != NULL && self->kerberos_failed)
                     || !transport_choose_kerberos_fits (self),
  };

  post->n_logins++;
  self->login_id = 0;
  self->kerberos_failed = self->scheme->gss == TRANSPORT_GSS_KERBEROS;
  post->n_steps = 0;
  post->accepted = FALSE;
  if (self->word == NULL)
    self->word = self->scheme->token;
  g_clear_pointer (&self->gss, transport_gss_unref);
  self->gss = transport_gss_new (&setup);
  post->doing = self->scheme->gss != TRANSPORT_GSS_NTLM && !setup.skip_kerberos
                    ? "making a token (Kerberos asks its KDC for a ticket)"
                    : "making a token";
  transport_gss_prepare_async (self->gss, post->stop, on_prepared, post);
}

static gboolean
is_logged_in (Transport *self)
{
  return !self->scheme->handshake || (self->login_id != 0 && self->login_id == self->n_connections);
}

void
transport_login (TransportPost *post)
{
  Transport *self = post->channel;

  if (self->scheme == NULL)
    send_leg (post, TRANSPORT_LEG_ASK);
  else if (is_logged_in (self) && (!self->scheme->handshake || transport_is_connected (self)))
    transport_post_send_body (post);
  else
    begin (post);
}

gboolean
transport_login_again (TransportPost *post)
{
  Transport *self = post->channel;

  if (post->n_logins >= MAX_LOGINS)
    return FALSE;
  g_clear_object (&post->stream);
  transport_drop (self);
  post->stale = FALSE;
  g_clear_object (&post->stop);
  post->stop = g_cancellable_new ();
  transport_log_auth (self, "the login of the connection is gone; logging in again");
  transport_post_await (post, "waiting for a connection", self->connect_timeout_ms);
  transport_login (post);
  return TRUE;
}

gboolean
transport_login_holds (TransportPost *post)
{
  Transport *self = post->channel;

  switch (post->leg) {
  case TRANSPORT_LEG_LOGIN:
    return post->shaking == self->n_connections;
  case TRANSPORT_LEG_BODY:
    return is_logged_in (self);
  default:
    return TRUE;
  }
}
