/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "client/transport/transport-auth.h"
#include "client/transport/transport.h"

G_BEGIN_DECLS

#define TRANSPORT_BUFFER_SIZE (64 * 1024)

typedef struct _TransportPost TransportPost;

struct _Transport {
  GMainContext *context;
  SoupSession *session;
  GUri *uri;
  char *host;
  char *where; /* host:port, for messages */
  gboolean https;
  HypervTrust *trust;
  HypervCredentials *credentials;
  const TransportAuthScheme *scheme;
  gboolean allow_clear;
  gboolean proxied;
  guint connect_timeout_ms;
  guint reply_timeout_ms;
  gboolean log; /* HYPERV_DEBUG=http */

  /* The kept connection. Credentials leave only on the one that has been judged. */
  GIOStream *stream;
  guint64 judged_id;
  gboolean encrypted;
  gboolean verified;
  char *fingerprint;
  gboolean replied;

  guint64 n_requests;
  guint64 n_connections;
  TransportPost *post; /* in progress */
  char *buffer;        /* TRANSPORT_BUFFER_SIZE */
};

/* One POST, from asking to answer. */
struct _TransportPost {
  Transport *channel;
  GTask *task; /* owned until the end, and owns this */
  SoupMessage *message;
  GInputStream *stream;
  TransportSink sink;
  gpointer sink_data;

  GCancellable *stop; /* ours: libsoup never sees the caller's */
  GSource *cancelled; /* the caller's cancellable */
  GSource *deadline;
  GError *verdict; /* why it was stopped, when it was we who stopped it */
  gboolean judged; /* a new connection was made and passed */
  gboolean closed_by_peer;
  const char *doing; /* for the deadline's message */
  guint limit_ms;

  TransportSent sent;
  guint64 received; /* bytes of the body given to the sink */
  gint64 declared;  /* Content-Length, or -1 */
  gint64 began;
};

/* Stops @post for @reason (taken; the first one counts). Its pending step then ends with an error.
 */
void transport_post_stop (TransportPost *post, GError *reason);
/* Starts the deadline of @ms anew; @doing is for its message. */
void transport_post_await (TransportPost *post, const char *doing, guint ms);

/* Judges the peer and hands out credentials: signal handlers of @post's message. */
void transport_connect_watch (TransportPost *post);

/* What the caller is told: @cause (taken) is libsoup's error. */
GError *transport_failure (TransportPost *post, GError *cause);
GError *transport_failure_lost (TransportPost *post, const char *detail);
GError *transport_failure_late (TransportPost *post);

/* Closes the kept connection, if any. */
void transport_drop (Transport *self);

G_END_DECLS
