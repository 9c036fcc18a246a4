/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/session/hyperv-session.h"
#include "client/session/session-config.h"
#include "client/session/session-worker.h"

G_BEGIN_DECLS

/* For client/hyperv, whose operations are chains of these on the worker. */
HypervSession *session_new (const SessionConfig *config, GError **error);
SessionWorker *session_get_worker (HypervSession *self);
HypervClock *session_get_clock (HypervSession *self);
/* Drops the connection (on the worker, later); the next verb makes a new one. */
void session_close (HypervSession *self);

/* Whether there is a Kerberos ticket, so that auth=kerberos needs no password. */
gboolean session_has_ticket (void);

/* A literal of WQL with its quotes, whatever is in the text. (transfer full) */
char *session_quote (const char *text);

/* The verbs on the worker itself: to be called there only, results come there. Arguments are copied
 * before the call returns. */
void session_identify_async (HypervSession *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
void session_get_async (HypervSession *self, const HypervCimPath *path, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
/* Drains the enumeration, or releases it when it stops early. @each takes the instances as they
 * arrive (FALSE with an error stops); or NULL: session_query_finish () returns them all. */
typedef gboolean (*SessionEach) (HypervCimInstance *instance, gpointer user_data, GError **error);
void session_query_async (HypervSession *self, const char *name_space, const char *wql,
                          SessionEach each, gpointer each_data, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
void session_enumerate_async (HypervSession *self, const char *name_space, const char *class_name,
                              SessionEach each, gpointer each_data, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
/* Those of a class that have the properties that @pattern has as keys (SelectorFilter, DSP0226
 * 8.3); all, when it has none. */
typedef enum { SESSION_OBJECTS, SESSION_PATHS, SESSION_OBJECTS_AND_PATHS } SessionItems;
void session_enumerate_items_async (HypervSession *self, const HypervCimPath *pattern,
                                    SessionItems items, SessionEach each, gpointer each_data,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
/* One property alone, of the instance that session_get_finish () returns. */
void session_get_fragment_async (HypervSession *self, const HypervCimPath *path,
                                 const char *property, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* Changing verbs, as session_invoke_async (). @fragment: @instance has this property alone, and it
 * alone is put; or NULL. */
void session_put_async (HypervSession *self, const HypervCimPath *path, const char *fragment,
                        const HypervCimInstance *instance, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
void session_create_async (HypervSession *self, const HypervCimInstance *instance,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
void session_delete_async (HypervSession *self, const HypervCimPath *path,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean session_put_finish (GAsyncResult *result, GError **error);
HypervCimPath *session_create_finish (GAsyncResult *result, GError **error);
gboolean session_delete_finish (GAsyncResult *result, GError **error);
/* A changing verb: when the reply is lost the error is HYPERV_ERROR_UNKNOWN_OUTCOME. */
void session_invoke_async (HypervSession *self, const HypervCimPath *path, const char *method,
                           const HypervCimInstance *in, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
HypervCimInstance *session_identify_finish (GAsyncResult *result, GError **error);
HypervCimInstance *session_get_finish (GAsyncResult *result, GError **error);
/* Element type HypervCimInstance. */
GPtrArray *session_query_finish (GAsyncResult *result, GError **error);
GPtrArray *session_enumerate_finish (GAsyncResult *result, GError **error);
HypervCimInstance *session_invoke_finish (GAsyncResult *result, GError **error);

G_END_DECLS
