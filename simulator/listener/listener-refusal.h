/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Everything that the listener refuses by itself, one row each (listener-refusal.c). */
typedef enum {
  SIM_REFUSAL_BAD,
  SIM_REFUSAL_VERB,
  SIM_REFUSAL_URL,
  SIM_REFUSAL_HEADER,
  SIM_REFUSAL_HOST,
  SIM_REFUSAL_LENGTH,
  SIM_REFUSAL_CODING,
  SIM_REFUSAL_VERSION,
  SIM_REFUSAL_HEAD_SIZE,
  SIM_REFUSAL_NO_LENGTH,
  SIM_REFUSAL_BODY_SIZE,
  SIM_REFUSAL_BUSY,
  SIM_REFUSAL_PATH,
  SIM_REFUSAL_METHOD,
  SIM_REFUSAL_CREDENTIALS,
  SIM_REFUSAL_CHUNKED,
  SIM_REFUSAL_BODY_LATE,
  SIM_REFUSAL_CLEAR,
  SIM_REFUSAL_SEAL
} SimRefusalKind;

typedef struct {
  guint status;
  const char *reason;   /* http.sys gives a phrase, WinRM none */
  const char *headline; /* of http.sys' page; NULL: WinRM's empty body */
  const char *sentence;
  const char *what; /* for journal and log */
} SimRefusal;

const SimRefusal *sim_refusal_get (SimRefusalKind kind);

/* Head of a reply: what is NULL or FALSE is left out, the rest comes in Windows' order. */
typedef struct {
  guint status;
  const char *reason;
  const char *content_type;
  const char *token; /* the one WWW-Authenticate of a login that goes on or has succeeded */
  const char *allow;
  const char *const *challenges;
  const char *date;
  gboolean close;
  gsize length;
} SimReplyHead;

typedef void (*SimReplyHeader) (gpointer target, const char *name, const char *value);
void sim_reply_head_write (const SimReplyHead *head, SimReplyHeader header, gpointer target);

/* http.sys' page of @refusal; NULL: empty body. (transfer full) */
char *sim_refusal_page (const SimRefusal *refusal);
SimReplyHead sim_refusal_head (const SimRefusal *refusal, const char *page, const char *date);
/* Head and page as bytes. (transfer full) */
char *sim_refusal_bytes (const SimRefusal *refusal, const char *date);

G_END_DECLS
