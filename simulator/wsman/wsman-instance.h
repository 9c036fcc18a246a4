/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-typed.h"

G_BEGIN_DECLS

/* What w:FragmentTransfer asks for: one property, all of it or one item of an array, as elements
 * or as text. */
typedef struct {
  const RepositoryProperty *property;
  guint64 index; /* from 1; 0: all */
  gboolean is_text;
} WsmanFragment;

/* Reads the message's fragment against its class; refuses what is not in the class, or more than
 * XPath Level 1 (DSP0226 annex D.1) has for it. */
gboolean wsman_fragment_read (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                              WsmanFragment *fragment);
/* `<w:XmlFragment>…</w:XmlFragment>` */
void wsman_fragment_put (Wsman *self, GString *out, RepositoryObject *object,
                         const WsmanFragment *fragment);
/* The value that `<w:XmlFragment>` in the body gives to the property; NULL and refused. */
HypervCimInstance *wsman_fragment_read_value (Wsman *self, SimExchange *exchange,
                                              WsmanMessage *message, const WsmanFragment *fragment);

/* The instance in the body of a Put or Create, its properties typed; those not named are not in it.
 * NULL and refused. */
HypervCimInstance *wsman_instance_read (Wsman *self, SimExchange *exchange, WsmanMessage *message);
/* The elements called as @property in @parent; FALSE and refused when they are no value of it. */
gboolean wsman_instance_read_property (Wsman *self, SimExchange *exchange,
                                       HypervCimBuilder *builder,
                                       const RepositoryProperty *property, const xmlNode *parent);

G_END_DECLS
