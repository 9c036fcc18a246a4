/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "client/transport/transport-auth.h"
#include "client/transport/transport-seal.h"
#include "client/transport/transport-tls.h"
#include "client/transport/transport.h"

G_BEGIN_DECLS

#define TRANSPORT_BUFFER_SIZE (64 * 1024)
#define TRANSPORT_MEDIA_TYPE "application/soap+xml;charset=UTF-8"
#define TRANSPORT_MIN_PROGRESS 1024u /* bytes of a body within the deadline of silence */

typedef struct _TransportPost TransportPost;

struct _Transport {
  GMainContext *context;
  SoupSession *session; /* of the kept connection; goes with it */
  char *proxy;
  TransportTlsStore store;
  GUri *uri;
  char *host;
  char *where; /* host:port, for messages */
  gboolean https;
  HypervTrust *trust;
  HypervCredentials *credentials;
  char *spn;
  GTlsCertificate *certificate;      /* of ours */
  const TransportAuthScheme *scheme; /* fixed, or chosen; NULL: not yet */
  gboolean chosen;                   /* not by the caller */
  gboolean allow_clear;
  gboolean proxied;
  guint connect_timeout_ms;
  guint reply_timeout_ms;
  guint log; /* HYPERV_DEBUG: TransportLog */

  /* The kept connection. Credentials leave only on the one that has been judged. */
  GIOStream *stream;
  guint64 judged_id;
  gboolean encrypted;
  gboolean verified;
  char *fingerprint;
  char *tls_version;
  char *tls_cipher;
  GBytes *binding;    /* of the TLS connection */
  GInetAddress *peer; /* connected address, plain HTTP only */
  gboolean fresh;     /* connected and judged, but nothing was sent on it yet */
  gboolean replied;

  /* The login of the kept connection. */
  TransportGss *gss;
  guint64 login_id; /* n_connections when it was logged in; 0: it is not */
  gboolean bound;
  gboolean kerberos_failed; /* when it was the last that began */
  const char *word;         /* the scheme's name as the host says it */
  char *mechanism;
  char *offer;
  GString *reasons; /* why other schemes were not taken, while choosing */

  guint64 n_requests;
  guint64 n_logins;
  guint64 n_connections;
  TransportPost *post; /* in progress */
  char *buffer;        /* TRANSPORT_BUFFER_SIZE */
};

typedef enum {
  TRANSPORT_LOG_HTTP = 1,
  TRANSPORT_LOG_WIRE = 2,
  TRANSPORT_LOG_AUTH = 4
} TransportLog;

/* What a message of a post is for. */
typedef enum {
  TRANSPORT_LEG_ASK,   /* no body, no credentials: which schemes are offered? */
  TRANSPORT_LEG_LOGIN, /* no body: one step of a login */
  TRANSPORT_LEG_BODY
} TransportLeg;

/* One POST, from asking to answer; on the way there may be several messages. */
struct _TransportPost {
  Transport *channel;
  GTask *task; /* owned until the end, and owns this */
  GBytes *body;
  TransportLeg leg;
  SoupMessage *message; /* of this leg */
  gboolean begun;       /* it left */
  gboolean stale;       /* it did not: the connection is not the one that is logged in */
  GInputStream *stream;
  TransportSink sink;
  gpointer sink_data;

  GCancellable *stop; /* ours: libsoup never sees the caller's */
  gulong cancelled;   /* handler of the caller's cancellable, or 0 */
  GSource *deadline;
  guint n_logins;    /* begun for this post */
  guint n_steps;     /* of this login */
  guint64 shaking;   /* n_connections when this login began */
  char *secret;      /* Authorization of the next step */
  gboolean accepted; /* the host is content with this login */
  gboolean resent;   /* after a 401 */
  gsize thrown;      /* bytes of a body that nobody reads */
  GError *verdict;   /* why it was stopped, when it was we who stopped it */
  gboolean judged;   /* a new connection was made and passed */
  gboolean closed_by_peer;
  const char *doing; /* for the deadline's message */
  guint limit_ms;

  TransportUnseal *unseal; /* the reply is sealed */
  gboolean head_due;       /* the sink hears of the head when it is known that there is no body */
  gboolean owes_seal;      /* no body may come that is not sealed */

  TransportSent sent;
  guint64 received; /* bytes of the body given to the sink */
  guint64 paced;    /* of them, those that came fast enough */
  gint64 paced_at;  /* when the last of those came */
  guint n_interim;  /* replies with 1xx of this leg */
  gint64 declared;  /* Content-Length, or -1 */
  gint64 began;
};

/* Stops @post for @reason (taken; the first one counts). Its pending step then ends with an error.
 */
void transport_post_stop (TransportPost *post, GError *reason);
/* Starts the deadline of @ms anew; @doing is for its message. */
void transport_post_await (TransportPost *post, const char *doing, guint ms);

/* transport-post.c: replaces the message of @post, watched; @body: NULL: none. */
void transport_post_begin_leg (TransportPost *post, TransportLeg leg, GBytes *body,
                               const char *media_type);
/* Sends the body; to be called when the connection is logged in as far as that is needed. */
void transport_post_send_body (TransportPost *post);
/* The end of every way; @error is taken, NULL is success. */
void transport_post_end (TransportPost *post, GError *error);
/* What the 401 of the current message offers. */
GPtrArray *transport_post_read_offer (TransportPost *post);

/* transport-login.c: does what is needed before the body can be sent, then sends it. */
void transport_login (TransportPost *post);
/* After a message that did not leave, or a 401, because the login is gone. FALSE: no more. */
gboolean transport_login_again (TransportPost *post);
/* Whether the message may leave on this connection, at the last moment. */
gboolean transport_login_holds (TransportPost *post);
/* transport-choose.c: takes the next scheme after the current one that @offered and the
 * configuration allow; FALSE: none is left, with all reasons. */
gboolean transport_choose (Transport *self, GPtrArray *offered, GError **error);
/* Whether Kerberos may be tried without being asked for by name. */
gboolean transport_choose_kerberos_fits (Transport *self);
/* The next post asks what is offered, and chooses anew. */
void transport_choose_forget (Transport *self);
/* Whether @error says that the process ends. A weaker scheme would be taken for it: never. */
gboolean transport_choose_is_over (const GError *error);
/* Notes why the current scheme did not work. */
void transport_choose_note (Transport *self, const char *name, const char *reason);

/* transport-sink.c: the reply on its way to the sink, unsealed where it is sealed. */
gboolean transport_sink_head (TransportPost *post, GError **error);
gboolean transport_sink_chunk (TransportPost *post, const char *data, gsize length, GError **error);
gboolean transport_sink_end (TransportPost *post, GError **error);

/* Judges the peer and hands out credentials: signal handlers of @post's message. */
void transport_connect_watch (TransportPost *post);

/* What the caller is told: @cause (taken) is libsoup's error. */
GError *transport_failure (TransportPost *post, GError *cause);
GError *transport_failure_lost (TransportPost *post, const char *detail);
GError *transport_failure_late (TransportPost *post);
GError *transport_failure_slow (TransportPost *post);

/* One line with HYPERV_DEBUG=auth; never a token. */
void transport_log_auth (Transport *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Closes the kept connection, if any. What is posted next, also from within the callback of what
 * failed, cannot meet it: libsoup takes its time with closing. */
void transport_drop (Transport *self);
SoupSession *transport_get_soup (Transport *self);

G_END_DECLS
