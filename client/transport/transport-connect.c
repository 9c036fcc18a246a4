/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-private.h"
#include "client/transport/transport-tls.h"

#define MAX_INTERIM 8 /* replies with 1xx before the one that counts; http.sys sends at most one */

/* From the first packet to the moment in which credentials may leave, in the order of events. */

static const struct {
  GSocketClientEvent event;
  const char *doing;
} steps[] = {
  { G_SOCKET_CLIENT_RESOLVING, "looking up the name" },
  { G_SOCKET_CLIENT_CONNECTING, "waiting for the TCP connection" },
  { G_SOCKET_CLIENT_PROXY_NEGOTIATING, "negotiating with the proxy" },
  { G_SOCKET_CLIENT_TLS_HANDSHAKING, "waiting for the end of the TLS handshake" },
};

static gboolean
judge_certificate (TransportPost *post, GTlsCertificate *certificate, GTlsCertificateFlags flags)
{
  Transport *self = post->channel;
  GError *error = NULL;

  /* Also of a peer that is refused: people compare it with the host's. */
  g_clear_pointer (&self->fingerprint, g_free);
  if (certificate != NULL)
    self->fingerprint = transport_tls_fingerprint (certificate);
  if (transport_tls_judge (self->trust, certificate, flags, self->host, self->where,
                           &self->verified, &error))
    return TRUE;
  transport_post_stop (post, error);
  return FALSE;
}

/* Not emitted when the chain verifies, so what is decided here is decided again below. */
static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer data)
{
  return judge_certificate (data, certificate, flags);
}

/* libsoup 3.2 offers h2 and has no switch for it; h2 breaks authentication by connection. */
static void
on_tls_handshaking (TransportPost *post, GTlsConnection *tls)
{
  static const char *const protocols[] = { "http/1.1", NULL };

  g_tls_connection_set_advertised_protocols (tls, protocols);
}

static void
on_tls_handshaked (TransportPost *post, GTlsConnection *tls)
{
  Transport *self = post->channel;
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (tls);

  if (!judge_certificate (post, certificate, g_tls_connection_get_peer_certificate_errors (tls)))
    return;
  self->encrypted = TRUE;
  g_free (self->tls_version);
  self->tls_version = transport_tls_version (tls);
  g_free (self->tls_cipher);
  self->tls_cipher = g_tls_connection_get_ciphersuite_name (tls);
  g_clear_pointer (&self->binding, g_bytes_unref);
  self->binding = transport_tls_binding (tls);
  post->judged = TRUE;
}

static void
on_tcp_complete (TransportPost *post, GIOStream *stream)
{
  Transport *self = post->channel;
  g_autoptr (GSocketAddress) address = NULL;
  GInetAddress *peer = NULL;
  GError *error = NULL;

  if (G_IS_SOCKET_CONNECTION (stream))
    address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (stream), NULL);
  if (G_IS_INET_SOCKET_ADDRESS (address))
    peer = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  g_set_object (&self->peer, peer);
  if (self->scheme != NULL
      && !transport_auth_may_send (self->scheme, FALSE, self->allow_clear, self->proxied, peer,
                                   self->where, &error)) {
    transport_post_stop (post, error);
    return;
  }
  self->encrypted = self->verified = FALSE;
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_clear_pointer (&self->tls_version, g_free);
  g_clear_pointer (&self->tls_cipher, g_free);
  post->judged = TRUE;
}

static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, gpointer data)
{
  TransportPost *post = data;
  Transport *self = post->channel;

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    if (steps[i].event == event)
      post->doing = steps[i].doing;
  }
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    on_tls_handshaking (post, G_TLS_CONNECTION (stream));
  else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED)
    on_tls_handshaked (post, G_TLS_CONNECTION (stream));
  else if (event == G_SOCKET_CLIENT_COMPLETE && !self->https)
    on_tcp_complete (post, stream);

  if (event == G_SOCKET_CLIENT_COMPLETE && post->judged && post->verdict == NULL) {
    g_set_object (&self->stream, stream);
    self->n_connections++;
    self->fresh = TRUE;
    self->login_id = 0;
  }
}

/* Value of the Authorization header, or NULL. */
static char *
authorization (TransportPost *post)
{
  Transport *self = post->channel;

  if (post->leg == TRANSPORT_LEG_LOGIN)
    return g_steal_pointer (&post->secret);
  if (post->leg == TRANSPORT_LEG_BODY && self->scheme->authorize != NULL)
    return self->scheme->authorize (self->credentials);
  return NULL;
}

/* The last moment before the head is written, on a new connection and on a kept one. */
static void
on_starting (SoupMessage *message, gpointer data)
{
  TransportPost *post = data;
  Transport *self = post->channel;
  guint64 id = soup_message_get_connection_id (message);
  char *secret;

  if (post->verdict != NULL || post->stale)
    return;
  if (self->fresh)
    self->judged_id = id;
  self->fresh = FALSE;
  if (self->judged_id == 0 || id != self->judged_id) {
    transport_post_stop (post, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                                            "%s: a connection came up that nobody judged; nothing "
                                            "was sent",
                                            self->where));
    return;
  }
  if (!transport_login_holds (post)) {
    post->stale = TRUE;
    g_cancellable_cancel (post->stop);
    return;
  }
  secret = authorization (post);
  if (secret != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                  secret);
  transport_auth_wipe (secret);
  post->begun = TRUE;
  if (post->leg != TRANSPORT_LEG_BODY) {
    self->n_logins++;
    post->doing = post->leg == TRANSPORT_LEG_ASK ? "asking what the host offers" : "logging in";
    return;
  }
  post->sent = TRANSPORT_SENT_MAYBE;
  self->n_requests++;
  transport_post_await (post, "sending the request", self->reply_timeout_ms);
}

/* libsoup sends again only what RFC 7231 calls idempotent, and POST is not; should another version
 * think otherwise, it stops here. */
static void
on_restarted (SoupMessage *message, gpointer data)
{
  TransportPost *post = data;

  if (post->begun)
    transport_post_stop (post, transport_failure_lost (post, "the connection was lost"));
}

/* libsoup reads on as long as there is more of them, and lets nobody else have a turn. */
static void
on_informational (SoupMessage *message, gpointer data)
{
  TransportPost *post = data;

  if (++post->n_interim > MAX_INTERIM)
    transport_post_stop (post, g_error_new (HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                                            "%s: more than %d interim replies (status %u) came "
                                            "instead of a reply; is this the port of WinRM?",
                                            post->channel->where, MAX_INTERIM,
                                            (guint)soup_message_get_status (message)));
}

/* The socket is still there now, and no more when the error is told. */
static void
on_finished (SoupMessage *message, gpointer data)
{
  TransportPost *post = data;

  post->closed_by_peer = !transport_is_connected (post->channel);
}

void
transport_connect_watch (TransportPost *post)
{
  g_signal_connect (post->message, "network-event", G_CALLBACK (on_network_event), post);
  g_signal_connect (post->message, "accept-certificate", G_CALLBACK (on_accept_certificate), post);
  g_signal_connect (post->message, "starting", G_CALLBACK (on_starting), post);
  g_signal_connect (post->message, "restarted", G_CALLBACK (on_restarted), post);
  g_signal_connect (post->message, "got-informational", G_CALLBACK (on_informational), post);
  g_signal_connect (post->message, "finished", G_CALLBACK (on_finished), post);
}
