/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include "tests/gss-acceptor.h"

G_BEGIN_DECLS

struct _Acceptor {
  AcceptorConfig config;
  char *offer;
  char *fingerprint;
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
  GCancellable *stop;

  GMutex lock;
  guint n_connections;
  guint n_logins;
  guint n_requests;
  guint n_bodies; /* that came, taken or not */
  gboolean bound;
  char *body;
  char *head;
  char *target;
  GString *heads;
};

/* One connection. */
typedef struct {
  Acceptor *self;
  GIOStream *stream;
  GString *bytes;
  char *head;
  GString *body;
  gss_ctx_id_t context;
  gboolean open;
  guint n_tokens;
  char *first;     /* the first token, in base64 */
  GString *sealed; /* the last reply */
} AcceptorPeer;

gboolean acceptor_answer (AcceptorPeer *peer, const char *status, const char *headers,
                          const char *body, gsize length);

/* gss-acceptor-seal.c */
gboolean acceptor_is_ntlm (AcceptorPeer *peer);
gboolean acceptor_send_sealed (AcceptorPeer *peer, const char *protocol, const char *text,
                               gsize length);
/* The text of a request, whose layout must be that of MS-WSMV 2.2.9.1 byte for byte. */
char *acceptor_open (AcceptorPeer *peer, const char *protocol);

G_END_DECLS
