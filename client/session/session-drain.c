/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

/* The end of a session. What goes on in the background (the Release of an enumeration that was left
 * early) does not keep the session; whoever lets go of the last reference gives it a moment,
 * cancels it then, and waits, so that the thread never runs on without the session, or into the end
 * of the process. */

#define GRACE_MS 500

struct _SessionDrain {
  HypervSession *session;
  GMutex lock;
  GCond changed;
  GSource *grace;
  gboolean done;
};

static gboolean
cancel_rest (gpointer data)
{
  session_queue_cancel_background (data);
  return G_SOURCE_REMOVE;
}

static GSource *
start_grace (HypervSession *self)
{
  GSource *source = g_timeout_source_new (GRACE_MS);

  g_source_set_callback (source, cancel_rest, self, NULL);
  g_source_attach (source, session_worker_get_context (self->worker));
  return source;
}

static void
do_later (HypervSession *self, GSourceFunc what, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, what, data, NULL);
  g_source_attach (source, session_worker_get_context (self->worker));
}

/* A turn of its own: nothing below uses the session any more. */
static gboolean
tell (gpointer data)
{
  SessionDrain *drain = data;

  g_mutex_lock (&drain->lock);
  drain->done = TRUE;
  g_cond_signal (&drain->changed);
  g_mutex_unlock (&drain->lock);
  return G_SOURCE_REMOVE;
}

static gboolean
let_go (gpointer data)
{
  SessionDrain *drain = data;

  g_object_unref (drain->session);
  g_free (drain);
  return G_SOURCE_REMOVE;
}

static gboolean
is_idle (HypervSession *self)
{
  return self->current == NULL && g_queue_is_empty (&self->queue);
}

void
session_drained (HypervSession *self)
{
  SessionDrain *drain = self->drain;

  if (drain == NULL || !is_idle (self))
    return;
  self->drain = NULL;
  if (drain->grace != NULL) {
    g_source_destroy (drain->grace);
    g_clear_pointer (&drain->grace, g_source_unref);
  }
  do_later (self, drain->session != NULL ? let_go : tell, drain);
}

static gboolean
begin (gpointer data)
{
  HypervSession *self = data;

  if (!is_idle (self))
    self->drain->grace = start_grace (self);
  session_drained (self);
  return G_SOURCE_REMOVE;
}

/* The thread cannot wait for itself: it holds the session until then. */
static void
drain_on_worker (HypervSession *self)
{
  self->drain = g_new0 (SessionDrain, 1);
  self->drain->session = g_object_ref (self);
  begin (self);
}

void
session_drain (HypervSession *self)
{
  SessionDrain drain = { 0 };

  if (session_worker_is_current (self->worker)) {
    drain_on_worker (self);
    return;
  }
  g_mutex_init (&drain.lock);
  g_cond_init (&drain.changed);
  self->drain = &drain; /* nobody else has the session; the worker sees it with the source */
  do_later (self, begin, self);
  g_mutex_lock (&drain.lock);
  while (!drain.done)
    g_cond_wait (&drain.changed, &drain.lock);
  g_mutex_unlock (&drain.lock);
  g_mutex_clear (&drain.lock);
  g_cond_clear (&drain.changed);
}
