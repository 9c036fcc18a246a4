/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-private.h"

G_BEGIN_DECLS

/* The filter of an Enumerate as WQL, whatever its dialect; NULL and refused when it makes no sense.
 */
char *wsman_filter_to_wql (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                           xmlNode *filter);

G_END_DECLS
