/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

/* The host's own thread: built, run and taken down here. */

typedef struct {
  HypervSimHost *host;
  HypervSimCall function;
  gpointer data;
  gboolean always; /* else only while the host is built */
  GMutex lock;
  GCond cond;
  gboolean done, skipped;
} Call;

static gboolean
call_run (gpointer data)
{
  Call *call = data;

  call->skipped = !call->always && !call->host->is_built;
  if (!call->skipped)
    call->function (call->host, call->data);
  g_mutex_lock (&call->lock);
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
  return G_SOURCE_REMOVE;
}

/* In the order in which they were added, as all have one priority. */
static void
call_add (Call *call)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
  /* not g_main_context_invoke (): it would run here while nobody owns the context yet */
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, call_run, call, NULL);
  g_source_attach (source, call->host->context);
}

static void
call_wait (Call *call)
{
  g_mutex_lock (&call->lock);
  while (!call->done)
    g_cond_wait (&call->cond, &call->lock);
  g_mutex_unlock (&call->lock);
  g_mutex_clear (&call->lock);
  g_cond_clear (&call->cond);
}

gboolean
hyperv_sim_host_call (HypervSimHost *self, HypervSimCall function, gpointer data)
{
  Call call = { .host = self, .function = function, .data = data };
  gboolean is_own;

  g_mutex_lock (&self->lock);
  if (self->thread == NULL) {
    g_mutex_unlock (&self->lock);
    return FALSE;
  }
  is_own = g_thread_self () == self->thread;
  if (!is_own)
    call_add (&call); /* under the lock: before the last call, which is quit () */
  g_mutex_unlock (&self->lock);
  if (is_own)
    function (self, data);
  else
    call_wait (&call);
  return !call.skipped;
}

static gpointer
thread_run (gpointer data)
{
  HypervSimHost *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* Under `running`: nobody starts while somebody stops. */
static void stop (HypervSimHost *self);

/* Who waits there for the thread would wait for ever. */
gboolean
hyperv_sim_host_is_own_thread (HypervSimHost *self)
{
  gboolean is_own;

  g_mutex_lock (&self->lock);
  is_own = self->context != NULL && g_main_context_is_owner (self->context);
  g_mutex_unlock (&self->lock);
  return is_own;
}

static void
build (HypervSimHost *self, gpointer data)
{
  self->is_built = hyperv_sim_host_build (self, data);
}

static void
quit (HypervSimHost *self, gpointer data)
{
  self->is_built = FALSE;
  hyperv_sim_host_unbuild (self);
  g_main_loop_quit (self->loop);
}

/**
 * hyperv_sim_host_start:
 * @self: a host that is not started
 * @error: HYPERV_SIM_ERROR_INVALID_HOST naming file, line and reason, or what the machine refused
 *
 * Starts the host on a thread of its own. When this returns, it accepts connections.
 *
 * Returns: whether it runs
 */
gboolean
hyperv_sim_host_start (HypervSimHost *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  Call call = { .host = self, .function = build, .data = &local, .always = TRUE };
  gboolean is_new;

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), FALSE);
  g_return_val_if_fail (!hyperv_sim_host_is_own_thread (self), FALSE);

  g_mutex_lock (&self->running);
  is_new = self->thread == NULL;
  if (is_new) {
    g_mutex_lock (&self->lock);
    self->context = g_main_context_new ();
    self->loop = g_main_loop_new (self->context, FALSE);
    self->thread = g_thread_new ("hyperv-sim", thread_run, self);
    call_add (&call); /* before the first call of anybody else */
    g_mutex_unlock (&self->lock);
    call_wait (&call);
    if (local != NULL)
      stop (self);
  }
  g_mutex_unlock (&self->running);
  g_return_val_if_fail (is_new, FALSE);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
stop (HypervSimHost *self)
{
  Call call = { .host = self, .function = quit, .always = TRUE };
  GThread *thread;

  g_mutex_lock (&self->lock);
  thread = g_steal_pointer (&self->thread); /* from here on nobody calls */
  if (thread != NULL)
    call_add (&call);
  g_mutex_unlock (&self->lock);
  if (thread == NULL)
    return;
  call_wait (&call);
  g_thread_join (thread);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_unlock (&self->lock);
}

/**
 * hyperv_sim_host_stop:
 * @self: a host
 *
 * Stops the host: its connections are closed, its files removed. It can be started again and then
 * begins anew. When this returns it has stopped, whoever of several threads was first. Must not be
 * called on the host's own thread.
 */
void
hyperv_sim_host_stop (HypervSimHost *self)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self));
  g_return_if_fail (!hyperv_sim_host_is_own_thread (self));

  g_mutex_lock (&self->running);
  stop (self);
  g_mutex_unlock (&self->running);
}
