/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/transport/transport.h"

G_BEGIN_DECLS

/* A server on 127.0.0.1 that does to each request what its row says, one connection after the
 * other, in a thread of its own, and keeps what it got. */
typedef struct _Server Server;

typedef enum {
  THEN_KEEP,
  THEN_CLOSE,
  THEN_RESET,
  THEN_STALL,
  THEN_FLOOD, /* @again, as fast as it goes, until the client is gone */
  THEN_DRIP   /* a byte every DRIP_MS, until the client is gone */
} Then;

#define DRIP_MS 20

typedef struct {
  const char *reply; /* bytes, NULL: none */
  Then then;
  gboolean unread; /* does it as soon as the connection is there */
  const char *again;
} Turn;

/* Rows of a table. */
#define TURN(reply, then)                                                                          \
  {                                                                                                \
    (reply), (then), FALSE, NULL                                                                   \
  }
#define FLOOD(reply, again)                                                                        \
  {                                                                                                \
    (reply), THEN_FLOOD, FALSE, (again)                                                            \
  }
#define AT_ONCE(reply, then)                                                                       \
  {                                                                                                \
    (reply), (then), TRUE, NULL                                                                    \
  }

#define MAX_TURNS 4

/* The n-th request gets the n-th turn; after the last of them (that has a reply or a then), the
 * last one again. @certificate: NULL: no TLS. @address: NULL: 127.0.0.1. */
Server *server_new (const Turn turns[MAX_TURNS], GTlsCertificate *certificate, const char *address);
guint16 server_get_port (Server *self);
/* Complete requests and connections seen. */
guint server_get_n_requests (Server *self);
guint server_get_n_connections (Server *self);
/* Bytes of the n-th request; of all connections when G_MAXUINT, complete or not. */
char *server_dup_request (Server *self, guint n);
/* Application protocol of the last TLS connection, or NULL. */
char *server_dup_protocol (Server *self);
/* SHA-256 in hex of the certificate that the last peer showed, or NULL. */
char *server_dup_peer (Server *self);
/* Until so many connections have ended, requests have come, or bytes of an answer were written. */
void server_wait_ended (Server *self, guint n);
void server_free (Server *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

/* A certificate and its key. */
typedef struct _Identity Identity;

typedef struct {
  const char *name;
  const char *alternative; /* "IP:127.0.0.1,DNS:localhost", NULL: none */
  int from_days;           /* from today */
  int to_days;
  gboolean sha384; /* signed with it, not with SHA-256 */
} IdentitySpec;

/* @issuer: NULL: signs itself and may sign others. */
Identity *identity_new (const IdentitySpec *spec, Identity *issuer);
void identity_free (Identity *self);
GTlsCertificate *identity_get_tls (Identity *self);
/* A file with the certificate alone, removed with the identity. */
const char *identity_get_file (Identity *self);
/* The same, with the key. */
const char *identity_get_key_file (Identity *self);
/* By OpenSSL, not by the code under test. */
const char *identity_get_fingerprint (Identity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Identity, identity_free)

/* What a post came to. */
typedef struct {
  gboolean done;
  gboolean ok;
  TransportSent sent;
  GError *error;
  guint status;
  char *type;
  guint n_heads;
  GString *body;
  const char *refuse;           /* "head" or "chunk": the sink says no there */
  Transport *close_at_head;     /* closed from within the sink */
  void (*then) (gpointer data); /* called when it is done, in the post's callback */
  gpointer then_data;
} Outcome;

void outcome_clear (Outcome *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

void outcome_start (Outcome *self, Transport *channel, const char *body, GCancellable *cancellable);
void outcome_wait (Outcome *self);
void outcome_run (Outcome *self, Transport *channel, const char *body);

/* A channel to @server, with Basic and short deadlines; @change (nullable) edits the
 * configuration. */
Transport *channel_new (Server *server, void (*change) (TransportConfig *config, gpointer data),
                        gpointer data);

#define assert_contains(text, part)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const char *text_ = (text), *part_ = (part);                                                   \
    if (text_ == NULL || strstr (text_, part_) == NULL) {                                          \
      g_test_message ("not found: \"%s\" in \"%s\"", part_, text_);                                \
      g_test_fail ();                                                                              \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

G_END_DECLS
