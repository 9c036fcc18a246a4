/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-connection.h"

G_BEGIN_DECLS

/* Every exchange as a file, for tools/check-transcript. HYPERV_SIM_EXCHANGES names the folder; each
 * listener makes one of its own in it, PID-xxxxxx, with 000001.exchange, 000002.exchange …:
 *
 *   exchange NUMBER connection NUMBER request HEAD BODY reply HEAD BODY ORDER\n
 *
 * (sizes in bytes; ORDER: answer, cut, hang-up), then these four parts as they were on the line.
 * Values of headers that carry credentials are written as an ellipsis. What was sealed is written
 * as if it were not: the text, and type and length of that. */
typedef struct _SimTranscript SimTranscript;

/* NULL when the variable is not set or the folder cannot be made (which is said once). */
SimTranscript *sim_transcript_new (void);
void sim_transcript_free (SimTranscript *self);

/* The head of a request is complete (or refused as far as it came): @data begins with it. */
void sim_transcript_received (SimConnection *connection, const void *data, gsize size);
/* The reply to what was received is on its way; @head NULL: there is none, the line is cut. */
void sim_transcript_sent (SimConnection *connection, GBytes *request, const char *head,
                          const void *body, gsize size, gsize cut);

G_END_DECLS
