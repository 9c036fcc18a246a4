/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/session/session-private.h"

G_BEGIN_DECLS

/* Arguments of a public verb, while the call goes to the worker. */
typedef struct {
  HypervCimPath *path;
  char *name_space;
  char *text; /* query, class, method or property */
  HypervCimInstance *in;
  HypervSessionItems items;
} SessionCall;

SessionCall *session_call_new (const HypervCimPath *path, const char *name_space, const char *text,
                               const HypervCimInstance *in);
void session_call_free (gpointer data);
/* Callbacks that end the worker's task with what the operation came to. */
void session_call_end_instance (GObject *source, GAsyncResult *result, gpointer user_data);
void session_call_end_instances (GObject *source, GAsyncResult *result, gpointer user_data);

G_END_DECLS
