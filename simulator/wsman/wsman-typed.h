/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-private.h"

G_BEGIN_DECLS

/* Values that are being read: texts become items of one type. */
typedef struct {
  HypervCimType type;
  GArray *items;    /* of HypervCimScalar */
  GPtrArray *texts; /* what they point to */
  GPtrArray *paths;
} WsmanTyped;

void wsman_typed_init (WsmanTyped *self, HypervCimType type);
void wsman_typed_clear (WsmanTyped *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmanTyped, wsman_typed_clear)
/* FALSE: the text is not one of the type. Booleans in any case, integers within their range. */
gboolean wsman_typed_add_text (WsmanTyped *self, const char *text);
/* (transfer full) */
void wsman_typed_add_path (WsmanTyped *self, HypervCimPath *path);
/* What an element holds: text, or a date in cim:Datetime and the like, or an endpoint reference. */
typedef enum {
  WSMAN_NODE_ADDED,
  WSMAN_NODE_TREE,    /* elements where there must be a text */
  WSMAN_NODE_MISMATCH /* no value of the type */
} WsmanNodeResult;
WsmanNodeResult wsman_typed_add_node (WsmanTyped *self, xmlNode *node);
/* Hands the items to the builder under that name. */
void wsman_typed_build (WsmanTyped *self, HypervCimBuilder *builder, const char *name,
                        gboolean is_array);

G_END_DECLS
