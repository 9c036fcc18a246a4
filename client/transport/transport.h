/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-clock.h"
#include "client/base/hyperv-credentials.h"
#include "client/base/hyperv-error-private.h"
#include "client/base/hyperv-trust.h"

G_BEGIN_DECLS

/* Bytes there and back over HTTP(S), without knowing SOAP. One channel = one kept connection; one
 * request at a time. Everything runs in the main context that was thread-default when the channel
 * was made (the worker's). */
typedef struct _Transport Transport;

typedef struct {
  const char *host; /* name or literal, without brackets */
  guint16 port;
  gboolean https;
  const char *path;               /* "/wsman" */
  const HypervTrust *trust;       /* how the peer's certificate is judged; https only */
  HypervCredentials *credentials; /* user and password */
  const char *auth;               /* NULL: the strongest that is offered and allowed; "basic" … */
  const char *spn;                /* service principal name, NULL: host, HTTP, WSMAN of the host */
  const char *certificate;        /* PEM file with our certificate and its key, or NULL */
  gboolean allow_clear;           /* Basic over plain HTTP even if the peer is not loopback */
  const char *proxy;              /* URI, or NULL: no proxy */
  guint connect_timeout_ms;       /* real time: TCP, TLS, authentication. 0: 30 s */
  guint reply_timeout_ms; /* real time: silence while waiting for or reading a reply, and what a
                           * KiB of its body may take. 0: 120 s */
} TransportConfig;

/* Whether the request left, for every failure. */
typedef enum {
  TRANSPORT_SENT_NO,     /* certainly not sent */
  TRANSPORT_SENT_MAYBE,  /* sent, at least in part, and no complete reply */
  TRANSPORT_SENT_REPLIED /* there was a reply, whatever it says */
} TransportSent;

/* Where the reply goes while it arrives. FALSE with an error stops reading and closes the
 * connection; that error is what the post comes to, with REPLIED, since the reply was there. */
typedef struct {
  /* Status line and content type (NULL when the reply has none). */
  gboolean (*head) (guint status, const char *content_type, gpointer user_data, GError **error);
  gboolean (*chunk) (const char *data, gsize length, gpointer user_data, GError **error);
} TransportSink;

Transport *transport_new (const TransportConfig *config, GError **error);
/* Drops the connection; a post in progress ends with CANCELLED. The next post makes a new one. */
void transport_close (Transport *self);
Transport *transport_ref (Transport *self);
void transport_unref (Transport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Transport, transport_unref)

/* POSTs @body as application/soap+xml;charset=UTF-8, sealed when there is no TLS and the scheme
 * can. Never sends it twice, but once more after a 401 that ends a login: then the host certainly
 * did nothing. Before it, posts without a body ask which schemes are offered (unless one is fixed
 * or only one is possible) and log in a new connection. Any other 401 is an error of AUTH_FAILED
 * that names user, offered schemes and remedy; every other status is given to the sink (a SOAP
 * fault comes with 500, 400 or 503). One at a time, in the channel's main context.
 *
 * Other failures: HYPERV_ERROR_TIMED_OUT (a deadline), G_IO_ERROR_CANCELLED,
 * G_TLS_ERROR_BAD_CERTIFICATE (who the peer is), HYPERV_ERROR_PROTOCOL (what came is not HTTP),
 * G_IO_ERROR_CONNECTION_CLOSED with MAYBE (the reply was lost), and GIO's own errors with NO (not
 * connected). A body without length or chunks ends with the connection, so its loss cannot be told.
 * HYPERV_DEBUG=http shows one line a post. */
void transport_post_async (Transport *self, GBytes *body, const TransportSink *sink,
                           gpointer sink_data, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
gboolean transport_post_finish (Transport *self, GAsyncResult *result, TransportSent *sent,
                                GError **error);

/* What was negotiated; NULL / FALSE before the first reply. */
const char *transport_get_scheme (Transport *self);    /* "basic" */
const char *transport_get_mechanism (Transport *self); /* of negotiate: "kerberos" or "ntlm" */
gboolean transport_is_encrypted (Transport *self);     /* TLS or sealed messages */
gboolean transport_is_sealed (Transport *self);        /* by the scheme */
gboolean transport_is_bound (Transport *self);         /* the login is bound to the TLS channel */
gboolean transport_is_verified (Transport *self);      /* TLS and the peer was verified or pinned */
const char *transport_get_tls_version (Transport *self);      /* "TLS 1.3" */
const char *transport_get_tls_cipher (Transport *self);       /* "TLS_AES_256_GCM_SHA384" */
const char *transport_get_peer_fingerprint (Transport *self); /* sha256 hex; also of a peer
                                                               * that was refused */
/* What the host offered in the last 401, as in "Negotiate, Basic"; NULL: there was none. */
const char *transport_get_offer (Transport *self);
gboolean transport_is_connected (Transport *self);
/* Whether the next post would go over a connection that was there before, as far as is known. */
gboolean transport_is_kept (Transport *self);
guint64 transport_get_n_requests (Transport *self);    /* POSTs sent with a body */
guint64 transport_get_n_logins (Transport *self);      /* POSTs sent without: asking, logging in */
guint64 transport_get_n_connections (Transport *self); /* connections made */

/* Whether there is a Kerberos ticket, so that auth=kerberos needs no password. */
gboolean transport_has_ticket (void);

G_END_DECLS
