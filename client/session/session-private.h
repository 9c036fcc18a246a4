/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/session/session.h"
#include "client/transport/transport.h"
#include "client/wire/wire.h"

G_BEGIN_DECLS

#define SESSION_MAX_ELEMENTS 32000u        /* MaxBatchItems of WinRM */
#define SESSION_MAX_ENVELOPE_SIZE 512000u  /* MaxEnvelopeSizekb of WinRM since 2012 */
#define SESSION_REPLY_TIMEOUT_MS 75000u /* the host is told 60 s, WinRM's MaxTimeoutms */
#define SESSION_MAX_EMPTY_PULLS 32u        /* in a row: the host never comes to an end */
#define SESSION_MAX_ITEMS 1000000u         /* of one enumeration */
#define SESSION_MAX_PAGE (64u * 1024)      /* bytes read of a reply that is not SOAP */

typedef struct _SessionExchange SessionExchange;

struct _HypervSession {
  GObject parent_instance;

  char *host;
  guint16 port;
  gboolean https;
  char *to; /* the address in requests */
  char *auth;
  char *spn;
  char *certificate;
  char *proxy;
  gboolean allow_clear;
  HypervTrust *trust;
  HypervCredentials *credentials;
  HypervClock *clock;
  guint connect_timeout_ms;
  guint operation_timeout_ms; /* what the host is told */
  guint reply_timeout_ms;     /* what we wait */
  SessionWorker *worker;

  /* on the worker only */
  Transport *transport; /* made by the first exchange */
  GQueue queue;         /* of SessionExchange that wait */
  SessionExchange *current;
  guint64 n_before; /* requests of transports that are gone */

  GMutex lock; /* of the rest, which any thread may ask */
  char *scheme;
  char *mechanism;
  char *tls_version;
  char *tls_cipher;
  gboolean sealed;
  gboolean bound;
  gboolean encrypted;
  gboolean verified;
  char *fingerprint;
  guint64 n_requests;
};

/* What one request says; borrowed, copied by session_exchange_async (). */
typedef struct {
  WireVerb verb;
  const HypervCimPath *path;
  const char *wql;
  const char *context;
  const char *method;
  const HypervCimInstance *in;
  const char *class_name; /* of items that carry none */
  WireReplyItem item;
  gpointer item_data;
} SessionRequest;

/* One request and its reply, one at a time, in the order asked. A fault is an error. @reply: what
 * was read (transfer full); after an error perhaps a part, or NULL. @sent: see transport. */
void session_exchange_async (HypervSession *self, const SessionRequest *request,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean session_exchange_finish (GAsyncResult *result, WireReply **reply, TransportSent *sent,
                                  GError **error);
/* Same, for the verbs whose reply is one instance. */
HypervCimInstance *session_exchange_finish_instance (GAsyncResult *result, GError **error);
/* session-log.c: HYPERV_DEBUG=wire. */
gboolean session_log_wanted (void);
void session_log (const char *what, const char *text, gsize length);

/* Makes the channel, if there is none. */
Transport *session_get_transport (HypervSession *self, GError **error);
/* Takes what was negotiated over to where other threads see it. */
void session_note_transport (HypervSession *self, Transport *transport);
void session_drop_transport (HypervSession *self);

/* session-faults.c: an HTTP status that came without SOAP. @refused: whether the host certainly did
 * nothing. @page: the first bytes of what came. */
GError *session_faults_from_status (guint status, const char *page, gboolean *refused);

G_END_DECLS
