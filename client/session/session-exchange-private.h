/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/session/session-private.h"

G_BEGIN_DECLS

struct _SessionExchange {
  HypervSession *session;
  GTask *task;
  gulong cancelled;   /* handler, while it waits; or 0 */
  gboolean waits;     /* in the queue */
  GCancellable *quit; /* of what goes on in the background; else NULL */
  GSource *limit;     /* its deadline */

  WireVerb verb;
  HypervCimPath *path;
  char *wql;
  char *context;
  char *method;
  HypervCimInstance *in;
  char *fragment;
  WireItems items;
  gboolean by_selectors;
  char *class_name;
  WireReplyItem item;
  gpointer item_data;

  guint attempt;
  gboolean was_connected;
  Transport *transport;
  char *message_id;
  WireReply *reply;
  guint status;
  gboolean is_soap;
  GString *page; /* what came instead of SOAP */
  gsize page_length;
  GString *log; /* HYPERV_DEBUG=wire */
  gboolean unrelated;
  GError *unsent;    /* why it could not be written, until that is told */
  gboolean not_sent; /* for a reason that has nothing to do with it */
  TransportSent sent;
};

/* session-exchange.c: writes the request and sends it. */
void session_exchange_post (SessionExchange *self);

/* session-queue.c */
void session_queue_push (SessionExchange *self);
/* The current one has ended: the next one begins. */
void session_queue_end (SessionExchange *self);
/* By which it is stopped, or NULL. */
GCancellable *session_queue_get_cancellable (SessionExchange *self);

G_END_DECLS
