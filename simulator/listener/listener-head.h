/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-refusal.h"

G_BEGIN_DECLS

/* Watches one request head line by line, as it arrives. It decides nothing but what libsoup lets
 * through and http.sys does not: where a message ends must never be a matter of opinion. */

/* http.sys' MaxRequestBytes: request line and headers together. */
#define SIM_HEAD_MAX 16384

typedef struct {
  gsize line; /* where the line begins that is not complete yet */
  guint lines;
  gboolean posts; /* POST or PUT: must say its length */
  gboolean old;   /* HTTP/1.0 */
  guint n_hosts, n_lengths, n_codings;
  guint64 length;
  gboolean chunked;
  gboolean close; /* Connection: close */
} SimHead;

typedef enum { SIM_HEAD_INCOMPLETE, SIM_HEAD_COMPLETE, SIM_HEAD_REFUSED } SimHeadResult;

/* @data: everything of the message so far, beginning with its first byte. Goes on where the last
 * call stopped; complete: @head->line is the length of the head. */
SimHeadResult sim_head_read (SimHead *head, const char *data, gsize size, SimRefusalKind *refusal);

G_END_DECLS
