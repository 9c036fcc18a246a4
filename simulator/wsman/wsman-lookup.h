/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-private.h"

G_BEGIN_DECLS

/* The instance that the selectors name; NULL and refused when there is none. */
RepositoryObject *wsman_lookup (Wsman *self, SimExchange *exchange, WsmanMessage *message);

G_END_DECLS
