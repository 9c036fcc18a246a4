/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-write.h"

G_BEGIN_DECLS

typedef void (*WsmanPutItem) (Wsman *self, GString *out, const WsmanContext *context, guint index);

/* An enumeration between two requests. */
struct _WsmanContext {
  char *name_space;
  char *class_name; /* what is enumerated */
  char *user;
  guint64 number;         /* of the exchange that opened it */
  RepositoryQuery *query; /* NULL: all of a class */
  RepositoryCursor *cursor;
  RepositoryObject *pending; /* taken from the cursor, but did not fit into the page */
  const WsmanFamily *family;
  /* Items that are no objects of the repository: there is no cursor then. */
  WsmanPutItem put;
  gpointer data;
  GDestroyNotify data_free;
  guint n_items, next;
  WsmanMode mode;
  guint64 max_envelope; /* bytes, as the Enumerate said; 0: it did not */
  gint64 touched;       /* when it was put away, clock time */
};

WsmanContext *wsman_context_new (const WsmanFamily *family, const SimExchange *exchange,
                                 WsmanMode mode);
void wsman_context_free (WsmanContext *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmanContext, wsman_context_free)

/* Puts the context away under @id (transfer full both). */
void wsman_contexts_put (Wsman *self, char *id, WsmanContext *context);
/* Takes it out; NULL when there is none, or it belongs to somebody else, or it was idle for too
 * long. */
WsmanContext *wsman_contexts_take (Wsman *self, const char *id, const char *user);
/* Filters and the journal know an exchange by its class: with the resource `*` that is the one of
 * the context. */
void wsman_context_name_class (Wsman *self, SimExchange *exchange, const char *id);
/* Whether the exchange's user may open one more; refuses otherwise. */
gboolean wsman_contexts_have_room (Wsman *self, SimExchange *exchange);
/* Drops those that were idle for too long. */
void wsman_contexts_purge (Wsman *self);

/* How many items the page may have, and how large it may be (G_MAXSIZE: no limit). */
typedef struct {
  guint64 max_items;
  gsize max_total;   /* length of `out` */
  gsize max_content; /* length of what is added */
} WsmanPage;
typedef enum { WSMAN_PAGE_MORE, WSMAN_PAGE_END, WSMAN_PAGE_TOO_LARGE } WsmanPageResult;
/* Writes the next items. TOO_LARGE: not even one fits; nothing was written, the context is as
 * before. */
WsmanPageResult wsman_page_write (Wsman *self, WsmanContext *context, GString *out,
                                  const WsmanPage *page);

G_END_DECLS
