/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport.h"

#include <poll.h>
#include <string.h>

#include "client/transport/transport-private.h"

#define CONNECT_TIMEOUT_MS (30 * 1000)
#define REPLY_TIMEOUT_MS (120 * 1000)

/* A proxy that is itself reached by TLS would have its certificate judged as the host's. */
static const char *const proxy_schemes[]
    = { "http://", "socks://", "socks4://", "socks4a://", "socks5://", NULL };

static gboolean
check_proxy (const char *proxy, GError **error)
{
  gboolean known = FALSE;

  for (gsize i = 0; proxy_schemes[i] != NULL; i++)
    known = known || g_ascii_strncasecmp (proxy, proxy_schemes[i], strlen (proxy_schemes[i])) == 0;
  if (!known)
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
                 "proxy=%s: expected http://, socks://, socks4://, socks4a:// or socks5://", proxy);
  return known && g_uri_is_valid (proxy, G_URI_FLAGS_NONE, error);
}

/* Everything that libsoup does on its own and that would send something twice, elsewhere, or to
 * somebody not yet judged, is off. */
static SoupSession *
make_session (const char *proxy, const TransportTlsStore *store)
{
  g_autoptr (GProxyResolver) resolver = NULL;
  SoupSession *session;

  if (proxy != NULL)
    resolver = g_simple_proxy_resolver_new (proxy, NULL);
  session = soup_session_new_with_options ("max-conns", 1, "max-conns-per-host", 1, "timeout", 0,
                                           "idle-timeout", 0, "proxy-resolver", resolver,
                                           "user-agent", "hyperv-glib", NULL);
  if (!store->system)
    soup_session_set_tls_database (session, store->database);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

static guint
wants_log (void)
{
  static const GDebugKey keys[] = { { "http", TRANSPORT_LOG_HTTP },
                                    { "wire", TRANSPORT_LOG_WIRE },
                                    { "auth", TRANSPORT_LOG_AUTH } };

  return g_parse_debug_string (g_getenv ("HYPERV_DEBUG"), keys, G_N_ELEMENTS (keys));
}

void
transport_log_auth (Transport *self, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_log_structured ("hyperv-auth",
                    (self->log & TRANSPORT_LOG_AUTH) != 0 ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_DEBUG,
                    "MESSAGE", "%s: %s", self->where, message);
}

/* Whoever switches verification off is told each time. */
static void
warn_unverified (Transport *self)
{
  if (self->https && self->trust != NULL && hyperv_trust_get_no_verify (self->trust))
    g_log_structured ("hyperv-tls", G_LOG_LEVEL_MESSAGE, "MESSAGE",
                      "%s: no_verify=1: the host's certificate is NOT verified; whoever is on the "
                      "way can read everything. Use pin= or cacert= instead",
                      self->where);
}

/* Whether the caller's scheme, or the only possible one, can be used; NULL without an error: the
 * host is to be asked. */
static gboolean
fix_scheme (const TransportConfig *config, const TransportAuthScheme **scheme, GError **error)
{
  const TransportAuthSetup setup
      = { config->credentials, config->https, config->certificate != NULL };

  *scheme = config->auth != NULL ? transport_auth_find (config->auth, error)
                                 : transport_auth_find_only (&setup);
  if (*scheme == NULL)
    return config->auth == NULL;
  return (*scheme)->check (&setup, error);
}

Transport *
transport_new (const TransportConfig *config, GError **error)
{
  const TransportAuthScheme *scheme;
  TransportTlsStore store = { 0 };
  g_autoptr (GTlsCertificate) certificate = NULL;
  Transport *self;

  g_return_val_if_fail (config != NULL && config->host != NULL && config->host[0] != '\0', NULL);
  g_return_val_if_fail (config->port != 0, NULL);
  g_return_val_if_fail (config->path != NULL && config->path[0] == '/', NULL);
  g_return_val_if_fail (config->credentials != NULL, NULL);

  if (!fix_scheme (config, &scheme, error))
    return NULL;
  if (config->certificate != NULL
      && (certificate = transport_tls_load (config->certificate, error)) == NULL)
    return NULL;
  if (config->proxy != NULL && !check_proxy (config->proxy, error))
    return NULL;
  if (config->https && !transport_tls_open_store (config->trust, &store, error))
    return NULL;

  self = g_atomic_rc_box_new0 (Transport);
  self->context = g_main_context_ref_thread_default ();
  self->proxy = g_strdup (config->proxy);
  self->store = store;
  self->uri = g_uri_build (SOUP_HTTP_URI_FLAGS, config->https ? "https" : "http", NULL,
                           config->host, config->port, config->path, NULL, NULL);
  self->host = g_strdup (config->host);
  self->where = g_strdup_printf (strchr (config->host, ':') != NULL ? "[%s]:%u" : "%s:%u",
                                 config->host, config->port);
  self->https = config->https;
  self->trust = config->trust != NULL ? hyperv_trust_ref (config->trust) : NULL;
  self->credentials = hyperv_credentials_ref (config->credentials);
  self->spn = g_strdup (config->spn);
  self->certificate = g_steal_pointer (&certificate);
  self->scheme = scheme;
  self->allow_clear = config->allow_clear;
  self->proxied = config->proxy != NULL;
  self->connect_timeout_ms
      = config->connect_timeout_ms > 0 ? config->connect_timeout_ms : CONNECT_TIMEOUT_MS;
  self->reply_timeout_ms
      = config->reply_timeout_ms > 0 ? config->reply_timeout_ms : REPLY_TIMEOUT_MS;
  self->log = wants_log ();
  self->buffer = g_malloc (TRANSPORT_BUFFER_SIZE);
  warn_unverified (self);
  return self;
}

void
transport_drop (Transport *self)
{
  g_clear_object (&self->stream);
  self->judged_id = 0;
  self->fresh = FALSE;
  self->login_id = 0;
  g_clear_pointer (&self->gss, transport_gss_unref);
  if (self->session == NULL)
    return;
  soup_session_abort (self->session);
  g_clear_object (&self->session);
}

SoupSession *
transport_get_soup (Transport *self)
{
  if (self->session == NULL)
    self->session = make_session (self->proxy, &self->store);
  return self->session;
}

void
transport_close (Transport *self)
{
  g_return_if_fail (self != NULL);

  if (self->post != NULL)
    transport_post_stop (self->post, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                  "%s: the channel was closed", self->where));
  transport_drop (self);
}

Transport *
transport_ref (Transport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
transport_clear (gpointer data)
{
  Transport *self = data;

  /* A post in progress holds the channel. */
  g_assert (self->post == NULL);
  transport_drop (self);
  g_clear_object (&self->store.database);
  g_free (self->proxy);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->trust, hyperv_trust_unref);
  g_clear_pointer (&self->credentials, hyperv_credentials_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->host);
  g_free (self->where);
  g_clear_object (&self->certificate);
  g_clear_object (&self->peer);
  g_clear_pointer (&self->binding, g_bytes_unref);
  if (self->reasons != NULL)
    g_string_free (self->reasons, TRUE);
  g_free (self->spn);
  g_free (self->fingerprint);
  g_free (self->tls_version);
  g_free (self->tls_cipher);
  g_free (self->mechanism);
  g_free (self->offer);
  g_free (self->buffer);
}

void
transport_unref (Transport *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, transport_clear);
}

static GSocket *
socket_of (GIOStream *stream)
{
  g_autoptr (GIOStream) base = NULL;

  if (G_IS_SOCKET_CONNECTION (stream))
    return g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  if (!G_IS_TLS_CONNECTION (stream))
    return NULL;
  g_object_get (stream, "base-io-stream", &base, NULL);
  return socket_of (base);
}

/* Whether the connection is there and the host has not closed its side. */
gboolean
transport_is_connected (Transport *self)
{
  struct pollfd poll_fd = { 0 };
  GSocket *socket;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->stream == NULL || g_io_stream_is_closed (self->stream))
    return FALSE;
  socket = socket_of (self->stream);
  if (socket == NULL || !g_socket_is_connected (socket))
    return FALSE;
  poll_fd.fd = g_socket_get_fd (socket);
#ifdef POLLRDHUP
  poll_fd.events = POLLRDHUP;
#endif
  return poll (&poll_fd, 1, 0) == 0;
}
