/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One thread with its own main context, in which all network I/O of a host happens. Operations are
 * written once, as an asynchronous function that runs there; a call from outside is either
 * asynchronous (result in the caller's thread-default context) or waits. Atomically counted; the
 * last unref stops the thread. */
typedef struct _SessionWorker SessionWorker;

SessionWorker *session_worker_new (const char *name);
SessionWorker *session_worker_ref (SessionWorker *self);
void session_worker_unref (SessionWorker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SessionWorker, session_worker_unref)
GMainContext *session_worker_get_context (SessionWorker *self);
gboolean session_worker_is_current (SessionWorker *self);
/* Whether the thread is in this process: a child of fork () has none. Calls there end at once with
 * HYPERV_ERROR_INVALID_STATE, and nothing of it may be freed, since its locks may be held. */
gboolean session_worker_is_here (SessionWorker *self, GError **error);

/* Begins an operation on the worker, where @task belongs: the function ends, at once or later, in
 * exactly one g_task_return_*(): pointer (with its destroy), boolean, int or error. The worker
 * keeps @task alive until then. g_task_get_source_object () is @source, g_task_get_cancellable ()
 * the caller's; whoever cancels is answered by the operation, not by the task. */
typedef void (*SessionWorkerStart) (GTask *task, gpointer data);

/* @source: GObject that stays alive meanwhile (source of the result), or NULL. @data: for @start
 * (freed by @destroy when the operation has ended). */
void session_worker_call_async (SessionWorker *self, gpointer source, SessionWorkerStart start,
                                gpointer data, GDestroyNotify destroy, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* @copy_result is as g_task_propagate_pointer ()/_boolean () give it. */
gpointer session_worker_call_finish (GAsyncResult *result, GError **error);
gboolean session_worker_call_finish_boolean (GAsyncResult *result, GError **error);

/* Waits for the result; on the worker itself it is a critical and NULL / FALSE. */
gpointer session_worker_call (SessionWorker *self, gpointer source, SessionWorkerStart start,
                              gpointer data, GDestroyNotify destroy, GCancellable *cancellable,
                              GError **error);
gboolean session_worker_call_boolean (SessionWorker *self, gpointer source,
                                      SessionWorkerStart start, gpointer data,
                                      GDestroyNotify destroy, GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
