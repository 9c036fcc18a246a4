/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-worker.h"

#include <unistd.h>

#include "client/base/hyperv-error.h"

/* How often the context is asked for what is still ready when the thread ends. */
#define MAX_LAST_TURNS 64

struct _SessionWorker {
  gatomicrefcount ref_count;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  pid_t process; /* in which the thread is */
};

/* One operation that was asked for from outside. */
typedef struct {
  SessionWorkerStart start;
  gpointer source;
  gpointer data;
  GDestroyNotify destroy;
  GCancellable *cancellable;
  GTask *inner; /* on the worker; holds the result */
  void (*ended) (gpointer user_data, GTask *inner);
  gpointer user_data;
} Call;

/* The caller who waits. */
typedef struct {
  GMutex lock;
  GCond changed;
  GTask *inner;
} Waiter;

static gpointer
run (gpointer data)
{
  g_autoptr (GMainLoop) loop = data;
  GMainContext *context = g_main_loop_get_context (loop);

  g_main_context_push_thread_default (context);
  g_main_loop_run (loop);
  for (guint i = 0; i < MAX_LAST_TURNS && g_main_context_iteration (context, FALSE); i++)
    continue;
  g_main_context_pop_thread_default (context);
  return NULL;
}

SessionWorker *
session_worker_new (const char *name)
{
  SessionWorker *self = g_new0 (SessionWorker, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->process = getpid ();
  self->thread = g_thread_new (name, run, g_main_loop_ref (self->loop));
  return self;
}

SessionWorker *
session_worker_ref (SessionWorker *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* After what is queued: the last things that its users left to do, such as closing connections. */
static void
quit_later (SessionWorker *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit, g_main_loop_ref (self->loop),
                         (GDestroyNotify)g_main_loop_unref);
  g_source_attach (source, self->context);
}

void
session_worker_unref (SessionWorker *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count) || !session_worker_is_here (self, NULL))
    return;
  quit_later (self);
  /* The thread cannot wait for itself; then it ends a moment later. */
  if (session_worker_is_current (self))
    g_thread_unref (self->thread);
  else
    g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

GMainContext *
session_worker_get_context (SessionWorker *self)
{
  return self->context;
}

gboolean
session_worker_is_current (SessionWorker *self)
{
  return g_thread_self () == self->thread;
}

gboolean
session_worker_is_here (SessionWorker *self, GError **error)
{
  if (self->process == getpid ())
    return TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_STATE,
               "the host was opened in process %d, and its thread did not come along through "
               "fork () into process %d; open the host again here",
               (int)self->process, (int)getpid ());
  return FALSE;
}

static gboolean
tell (gpointer data)
{
  Call *call = data;

  call->ended (call->user_data, call->inner);
  g_free (call);
  return G_SOURCE_REMOVE;
}

/* To be done on a turn of its own. */
static void
do_later (GMainContext *context, GSourceFunc what, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, what, data, NULL);
  g_source_attach (source, context);
}

/* The caller is told when the tasks below this one have let go of what they hold: whoever drops the
 * last reference to a host then does it, and waits for the thread to end. If the thread dropped it
 * itself, the process could end while it still closes its connection; Kerberos' library aborts
 * then. */
static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;

  if (call->destroy != NULL)
    call->destroy (call->data);
  g_clear_object (&call->source);
  g_clear_object (&call->cancellable);
  do_later (g_main_context_get_thread_default (), tell, call);
}

static gboolean
begin (gpointer data)
{
  Call *call = data;
  GError *error = NULL;

  call->inner = g_task_new (call->source, call->cancellable, on_ended, call);
  g_task_set_source_tag (call->inner, begin);
  g_task_set_check_cancellable (call->inner, FALSE);
  if (g_cancellable_set_error_if_cancelled (call->cancellable, &error))
    g_task_return_error (call->inner, error);
  else
    call->start (call->inner, call->data);
  return G_SOURCE_REMOVE;
}

static void
submit (SessionWorker *self, Call *call)
{
  do_later (self->context, begin, call);
}

static Call *
call_new (gpointer source, SessionWorkerStart start, gpointer data, GDestroyNotify destroy,
          GCancellable *cancellable)
{
  Call *call = g_new0 (Call, 1);

  call->start = start;
  call->source = source != NULL ? g_object_ref (source) : NULL;
  call->data = data;
  call->destroy = destroy;
  call->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  return call;
}

/* The result of the outer task is the inner one, which knows how to free what it holds. */
typedef struct {
  SessionWorker *worker;
  GTask *inner;
} Outer;

static void
outer_free (gpointer data)
{
  Outer *self = data;

  session_worker_unref (self->worker);
  g_clear_object (&self->inner);
  g_free (self);
}

static gboolean
answer_there (gpointer data)
{
  g_autoptr (GTask) task = data;
  Outer *outer = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&outer->inner), g_object_unref);
  return G_SOURCE_REMOVE;
}

/* In the caller's context, so that the worker's thread holds nothing of the caller's. */
static void
answer (gpointer user_data, GTask *inner)
{
  Outer *outer = g_task_get_task_data (user_data);

  outer->inner = inner;
  do_later (g_task_get_context (user_data), answer_there, user_data);
}

/* The worker is elsewhere. */
static void
answer_at_once (GTask *task, gpointer data, GDestroyNotify destroy, GError *error)
{
  Outer *outer = g_task_get_task_data (task);

  outer->inner = g_task_new (NULL, NULL, NULL, NULL);
  g_task_return_error (outer->inner, error);
  if (destroy != NULL)
    destroy (data);
  do_later (g_task_get_context (task), answer_there, task);
}

void
session_worker_call_async (SessionWorker *self, gpointer source, SessionWorkerStart start,
                           gpointer data, GDestroyNotify destroy, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  GError *error = NULL;
  Outer *outer;
  Call *call;

  g_return_if_fail (self != NULL && start != NULL);

  task = g_task_new (source, cancellable, callback, user_data);
  g_task_set_source_tag (task, session_worker_call_async);
  g_task_set_check_cancellable (task, FALSE);
  outer = g_new0 (Outer, 1);
  outer->worker = session_worker_ref (self);
  g_task_set_task_data (task, outer, outer_free);
  if (!session_worker_is_here (self, &error)) {
    answer_at_once (task, data, destroy, error);
    return;
  }
  call = call_new (source, start, data, destroy, cancellable);
  call->ended = answer;
  call->user_data = task;
  submit (self, call);
}

gpointer
session_worker_call_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GTask) inner = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, session_worker_call_async), NULL);

  inner = g_task_propagate_pointer (G_TASK (result), NULL);
  return g_task_propagate_pointer (inner, error);
}

gboolean
session_worker_call_finish_boolean (GAsyncResult *result, GError **error)
{
  g_autoptr (GTask) inner = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, session_worker_call_async), FALSE);

  inner = g_task_propagate_pointer (G_TASK (result), NULL);
  return g_task_propagate_boolean (inner, error);
}

static void
wake (gpointer user_data, GTask *inner)
{
  Waiter *waiter = user_data;

  g_mutex_lock (&waiter->lock);
  waiter->inner = inner;
  g_cond_signal (&waiter->changed);
  g_mutex_unlock (&waiter->lock);
}

static GTask *
wait_for (SessionWorker *self, gpointer source, SessionWorkerStart start, gpointer data,
          GDestroyNotify destroy, GCancellable *cancellable)
{
  Waiter waiter = { 0 };
  Call *call = call_new (source, start, data, destroy, cancellable);

  g_mutex_init (&waiter.lock);
  g_cond_init (&waiter.changed);
  call->ended = wake;
  call->user_data = &waiter;
  submit (self, call);
  g_mutex_lock (&waiter.lock);
  while (waiter.inner == NULL)
    g_cond_wait (&waiter.changed, &waiter.lock);
  g_mutex_unlock (&waiter.lock);
  g_mutex_clear (&waiter.lock);
  g_cond_clear (&waiter.changed);
  return waiter.inner;
}

/* Waiting on the worker for the worker would never end, nor waiting for one that is elsewhere. */
static gboolean
may_wait (SessionWorker *self, gpointer data, GDestroyNotify destroy, GError **error)
{
  gboolean here = session_worker_is_here (self, error);

  if (here && !session_worker_is_current (self))
    return TRUE;
  if (destroy != NULL)
    destroy (data);
  if (!here)
    return FALSE;
  g_critical ("a blocking call on the worker thread of its own host, which would wait for ever");
  return FALSE;
}

gpointer
session_worker_call (SessionWorker *self, gpointer source, SessionWorkerStart start, gpointer data,
                     GDestroyNotify destroy, GCancellable *cancellable, GError **error)
{
  g_autoptr (GTask) inner = NULL;

  g_return_val_if_fail (self != NULL && start != NULL, NULL);
  if (!may_wait (self, data, destroy, error))
    return NULL;
  inner = wait_for (self, source, start, data, destroy, cancellable);
  return g_task_propagate_pointer (inner, error);
}

gboolean
session_worker_call_boolean (SessionWorker *self, gpointer source, SessionWorkerStart start,
                             gpointer data, GDestroyNotify destroy, GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GTask) inner = NULL;

  g_return_val_if_fail (self != NULL && start != NULL, FALSE);
  if (!may_wait (self, data, destroy, error))
    return FALSE;
  inner = wait_for (self, source, start, data, destroy, cancellable);
  return g_task_propagate_boolean (inner, error);
}
