/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-connection.h"

G_BEGIN_DECLS

/* The stream that libsoup is given instead of the socket's or TLS's own. Inwards it holds a head
 * back until it is complete and checked, and never lets libsoup see more than one request at a
 * time; outwards it joins head and body into one write, obeys the orders to cut, and lets nothing
 * out that libsoup says by itself. */
GIOStream *sim_stream_new (SimConnection *connection);
GInputStream *sim_stream_input_new (SimConnection *connection);
GOutputStream *sim_stream_output_new (SimConnection *connection);

/* What libsoup writes next is a reply of ours: @head instead of its own, and @body bytes of body;
 * cut when @cut of these are out (G_MAXSIZE: never), or after the last one. */
void sim_stream_order (SimConnection *connection, const SimReplyHead *head, gsize body, gsize cut,
                       gboolean cut_after);

G_END_DECLS
