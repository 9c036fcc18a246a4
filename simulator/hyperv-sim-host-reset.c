/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

/* A host's world as a whole: made anew, kept, brought back, rebooted. Sockets, certificate and
 * account stay as they are. */

#define MAX_REBOOT 86400

void
hyperv_sim_snapshot_free (gpointer data)
{
  HypervSimSnapshot *snapshot = data;

  repository_snapshot_free (snapshot->repository);
  g_hash_table_unref (snapshot->provider);
  g_free (snapshot);
}

typedef struct {
  const char *name;
  guint32 seed;
  guint seconds;
  gboolean ok;
  GError *error;
} Task;

static gboolean
run (HypervSimHost *self, HypervSimCall function, Task *task, GError **error)
{
  if (!hyperv_sim_host_call (self, function, task)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING,
                 "host “%s” does not run; start it first", self->name);
    return FALSE;
  }
  if (task->error != NULL)
    g_propagate_error (error, task->error);
  return task->error == NULL;
}

gboolean
hyperv_sim_host_check_thread (HypervSimHost *self, GError **error)
{
  if (!hyperv_sim_host_is_own_thread (self))
    return TRUE;
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "host “%s” is in a callback, and its world in use; ask for this from another thread",
               hyperv_sim_host_get_label (self));
  return FALSE;
}

/* ---- reset and snapshots ---- */

/* Nothing can be asked of it any more, until it is stopped and started. */
static void
close_down (HypervSimHost *self, Task *task)
{
  g_autoptr (GError) why = g_steal_pointer (&task->error);

  self->is_built = FALSE;
  if (self->listener != NULL)
    sim_listener_stop (self->listener);
  g_set_error (&task->error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_FAILED,
               "host “%s” could not be made again and is closed; stop and start it: %s",
               hyperv_sim_host_get_label (self), why->message);
}

static void
rebuild (HypervSimHost *self, gpointer data)
{
  Task *task = data;
  const HypervSimSnapshot *snapshot
      = task->name != NULL ? g_hash_table_lookup (self->snapshots, task->name) : NULL;

  if (task->name != NULL && snapshot == NULL) {
    g_set_error (&task->error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_FOUND,
                 "there is no snapshot “%s”", task->name);
    return;
  }
  self->settings.seed = task->seed;
  /* the old world goes first: both would count on one clock */
  hyperv_sim_host_unbuild_world (self);
  if (!hyperv_sim_host_build_world (self, snapshot, &task->error))
    close_down (self, task);
}

gboolean
hyperv_sim_host_rebuild (HypervSimHost *self, const char *snapshot, guint32 seed, GError **error)
{
  Task task = { .name = snapshot, .seed = seed };

  return run (self, rebuild, &task, error);
}

static void
keep (HypervSimHost *self, gpointer data)
{
  Task *task = data;
  guint n = provider_get_n_busy (self->provider);

  if (self->reboot_timer != 0)
    g_set_error (&task->error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "host “%s” reboots; let the clock run until it is back, then take the snapshot",
                 hyperv_sim_host_get_label (self));
  else if (n > 0)
    g_set_error (&task->error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "host “%s”: %u jobs or guests are under way; let the clock run until idle, then "
                 "take the snapshot",
                 hyperv_sim_host_get_label (self), n);
  if (task->error != NULL)
    return;
  g_clear_pointer (&self->kept, hyperv_sim_snapshot_free);
  self->kept = g_new0 (HypervSimSnapshot, 1);
  self->kept->repository = repository_snapshot_new (self->repository);
  self->kept->provider = provider_save (self->provider);
}

gboolean
hyperv_sim_host_keep (HypervSimHost *self, GError **error)
{
  Task task = { .name = NULL };

  return run (self, keep, &task, error);
}

static void
keep_as (HypervSimHost *self, gpointer data)
{
  Task *task = data;

  if (task->name != NULL && self->kept != NULL)
    g_hash_table_insert (self->snapshots, g_strdup (task->name), g_steal_pointer (&self->kept));
  g_clear_pointer (&self->kept, hyperv_sim_snapshot_free);
}

void
hyperv_sim_host_keep_as (HypervSimHost *self, const char *name)
{
  Task task = { .name = name };

  hyperv_sim_host_call (self, keep_as, &task);
}

static void
forget (HypervSimHost *self, gpointer data)
{
  Task *task = data;

  task->ok = g_hash_table_remove (self->snapshots, task->name);
}

gboolean
hyperv_sim_host_forget (HypervSimHost *self, const char *name)
{
  Task task = { .name = name };

  return hyperv_sim_host_call (self, forget, &task) && task.ok;
}

/* ---- reboot ---- */

static gboolean
end_reboot (gpointer data)
{
  HypervSimHost *self = data;

  self->reboot_timer = 0;
  provider_reboot (self->provider, sim_clock_wall (self->clock));
  return G_SOURCE_REMOVE;
}

void
hyperv_sim_host_begin_reboot (HypervSimHost *self, guint seconds)
{
  if (self->reboot_timer != 0)
    return;
  sim_listener_cut (self->listener);
  sim_clock_hold (self->clock); /* not back before it is away */
  self->reboot_timer = sim_clock_add_timer (
      self->clock, self->context, (gint64)seconds * G_USEC_PER_SEC, end_reboot, self, NULL);
  wsman_forget (self->wsman);
  sim_clock_release (self->clock);
}

void
hyperv_sim_host_act (SimExchange *exchange, SimFilterAct act, guint amount, gpointer data)
{
  HypervSimHost *self = data;

  switch (act) {
  case SIM_ACT_EXPIRE_CONTEXT:
    wsman_expire_context (self->wsman, exchange);
    break;
  case SIM_ACT_REBOOT:
    hyperv_sim_host_begin_reboot (self, amount);
    break;
  }
}

static void
reboot (HypervSimHost *self, gpointer data)
{
  Task *task = data;

  if (self->reboot_timer != 0)
    g_set_error (&task->error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "host “%s” reboots already; let the clock run until it is back",
                 hyperv_sim_host_get_label (self));
  else
    hyperv_sim_host_begin_reboot (self, task->seconds);
}

/**
 * hyperv_sim_host_reboot:
 * @self: a host that runs
 * @seconds: how long it is away, by the clock, at most a day
 * @error: HYPERV_SIM_ERROR_INVALID_ARGUMENT, also while it reboots, and in a callback of the host
 *
 * Reboots the host: connections are cut, enumerations and shells are over; requests that come while
 * it is away are hung up on; when it is back jobs are gone, and VMs do what their
 * `AutomaticStartupAction` says.
 *
 * Returns: whether it does
 */
gboolean
hyperv_sim_host_reboot (HypervSimHost *self, guint seconds, GError **error)
{
  Task task = { .seconds = seconds };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), FALSE);

  if (seconds > MAX_REBOOT) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "a reboot takes 0 to %d seconds, not %u", MAX_REBOOT, seconds);
    return FALSE;
  }
  return hyperv_sim_host_check_thread (self, error) && run (self, reboot, &task, error);
}
