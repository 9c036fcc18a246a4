/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

/* The host's own thread: built, run and taken down here. */

typedef struct {
  HypervSimHost *host;
  HypervSimCall function;
  gpointer data;
  GMutex lock;
  GCond cond;
  gboolean done;
} Call;

static gboolean
call_run (gpointer data)
{
  Call *call = data;

  call->function (call->host, call->data);
  g_mutex_lock (&call->lock);
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
  return G_SOURCE_REMOVE;
}

gboolean
hyperv_sim_host_call (HypervSimHost *self, HypervSimCall function, gpointer data)
{
  Call call = { .host = self, .function = function, .data = data };
  g_autoptr (GSource) source = NULL;

  if (self->thread == NULL)
    return FALSE;
  if (g_thread_self () == self->thread) {
    function (self, data);
    return TRUE;
  }
  g_mutex_init (&call.lock);
  g_cond_init (&call.cond);
  /* not g_main_context_invoke (): it would run here while nobody owns the context yet */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, call_run, &call, NULL);
  g_source_attach (source, self->context);
  g_mutex_lock (&call.lock);
  while (!call.done)
    g_cond_wait (&call.cond, &call.lock);
  g_mutex_unlock (&call.lock);
  g_mutex_clear (&call.lock);
  g_cond_clear (&call.cond);
  return TRUE;
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

typedef struct {
  gboolean ok;
  GError *error;
} Building;

static void
build (HypervSimHost *self, gpointer data)
{
  Building *building = data;

  building->ok = hyperv_sim_host_build (self, &building->error);
}

static void
quit (HypervSimHost *self, gpointer data)
{
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
  Building building = { 0 };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), FALSE);
  g_return_val_if_fail (self->thread == NULL, FALSE);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("hyperv-sim", thread_run, self);
  hyperv_sim_host_call (self, build, &building);
  if (building.ok)
    return TRUE;
  hyperv_sim_host_stop (self);
  g_propagate_error (error, building.error);
  return FALSE;
}

/**
 * hyperv_sim_host_stop:
 * @self: a host
 *
 * Stops the host: its connections are closed, its files removed. It can be started again and then
 * begins anew. Must not be called on the host's own thread.
 */
void
hyperv_sim_host_stop (HypervSimHost *self)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self));

  if (self->thread == NULL)
    return;
  g_return_if_fail (g_thread_self () != self->thread);

  hyperv_sim_host_call (self, quit, NULL);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
}
