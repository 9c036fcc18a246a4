/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "simulator/control/control-private.h"

G_BEGIN_DECLS

/* The two halves of the HTTP door: control-server.c listens, control-request.c answers. */

struct _ControlServer {
  HypervSimSite *site; /* not owned: it owns us */
  char *token;
  char *uri;
  GThread *thread;
  GThreadPool *pool;
  GMainContext *context;
  GMainLoop *loop;
  GCancellable *cancellable; /* calls that wait give up */

  /* the thread's */
  SoupServer *server;
  GSocket *socket;
  GSource *watch;  /* of the socket; NULL: it rests */
  guint n_running; /* jobs */
  gboolean is_closing;
};

/* Something for a thread of the pool, and what the server's thread does then. */
typedef struct _ControlJob ControlJob;
struct _ControlJob {
  ControlServer *server;
  void (*work) (ControlJob *job);
  void (*then) (ControlJob *job); /* may free it */
};
/* On the server's thread. */
void control_server_push (ControlServer *self, ControlJob *job);

/* Looks at the head of a request, before its body is read: who asks, and how much is sent. */
void control_request_begin (SoupServer *server, SoupServerMessage *message, const char *path,
                            GHashTable *query, gpointer self);
void control_request_serve (SoupServer *server, SoupServerMessage *message, const char *path,
                            GHashTable *query, gpointer self);

G_END_DECLS
