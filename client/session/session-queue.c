/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-exchange-private.h"

/* A channel takes one post at a time: exchanges wait for their turn, in the order asked. */

GCancellable *
session_queue_get_cancellable (SessionExchange *self)
{
  return self->quit != NULL ? self->quit : g_task_get_cancellable (self->task);
}

static void
stop_waiting (SessionExchange *self)
{
  gulong handler = self->cancelled;

  self->waits = FALSE;
  self->cancelled = 0;
  if (handler != 0)
    g_cancellable_disconnect (session_queue_get_cancellable (self), handler);
}

static gboolean
on_limit (gpointer data)
{
  SessionExchange *self = data;

  g_cancellable_cancel (self->quit);
  return G_SOURCE_REMOVE;
}

/* A host that hangs is not to hold up who comes next for longer than this. */
static void
start_limit (SessionExchange *self)
{
  if (self->quit == NULL)
    return;
  self->limit = g_timeout_source_new (SESSION_RELEASE_TIMEOUT_MS);
  g_source_set_callback (self->limit, on_limit, self, NULL);
  g_source_attach (self->limit, session_worker_get_context (self->session->worker));
}

static void
stop_limit (SessionExchange *self)
{
  if (self->limit == NULL)
    return;
  g_source_destroy (self->limit);
  g_clear_pointer (&self->limit, g_source_unref);
}

void
session_queue_cancel_background (HypervSession *session)
{
  if (session->current != NULL && session->current->quit != NULL)
    g_cancellable_cancel (session->current->quit);
  for (GList *link = session->queue.head; link != NULL; link = link->next) {
    SessionExchange *waiting = link->data;

    if (waiting->quit != NULL)
      g_cancellable_cancel (waiting->quit);
  }
}

static void
begin_next (HypervSession *session)
{
  SessionExchange *next;

  if (session->current != NULL)
    return;
  next = g_queue_pop_head (&session->queue);
  if (next == NULL)
    return;
  session->current = next;
  stop_waiting (next);
  start_limit (next);
  session_exchange_post (next);
}

static gboolean
leave_queue (gpointer data)
{
  SessionExchange *self = g_task_get_task_data (data);
  HypervSession *session = self->session;
  g_autoptr (GTask) task = NULL;

  if (!self->waits)
    return G_SOURCE_REMOVE; /* its turn has come, and the post is cancelled itself */
  task = self->task;
  g_queue_remove (&session->queue, self);
  stop_waiting (self);
  session_drained (session);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                           "cancelled by the caller; nothing was sent");
  return G_SOURCE_REMOVE;
}

/* In the thread that cancels. Not a GCancellableSource: GLib 2.74 leaks one that is let go while
 * g_cancellable_cancel () is at work elsewhere. */
static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, leave_queue, g_object_ref (data), g_object_unref);
  g_source_attach (source, g_task_get_context (data));
}

void
session_queue_push (SessionExchange *self)
{
  GCancellable *cancellable = session_queue_get_cancellable (self);

  g_queue_push_tail (&self->session->queue, self);
  self->waits = TRUE;
  if (cancellable != NULL)
    self->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                             g_object_ref (self->task), g_object_unref);
  begin_next (self->session);
}

void
session_queue_end (SessionExchange *self)
{
  HypervSession *session = self->session;

  stop_limit (self);
  session->current = NULL;
  begin_next (session);
  session_drained (session);
}
