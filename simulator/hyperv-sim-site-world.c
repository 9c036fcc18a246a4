/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-site-private.h"

/* Time and world of a site. */

/* So often hosts get their turn while the clock runs until idle. */
#define ROUNDS_MAX 100000

/* ---- time ---- */

static void
turn_round (HypervSimHost *self, gpointer data)
{
  (void)self;
  (void)data;
}

/* What fell due has happened. */
static void
turn_all (HypervSimSite *self)
{
  for (guint i = 0; i < self->hosts->len; i++)
    hyperv_sim_host_call (g_ptr_array_index (self->hosts, i), turn_round, NULL);
}

/**
 * hyperv_sim_site_get_time:
 * @self: a site
 *
 * Tells what time it is in the site. Any thread may ask.
 *
 * Returns: (transfer full): an `a{sv}`: `mode`, `rate`, `now_us` (microseconds since the site was
 *   made), `date` (ISO 8601), `due` (how many things will happen by themselves)
 */
GVariant *
hyperv_sim_site_get_time (HypervSimSite *self)
{
  static const char *const modes[]
      = { [SIM_CLOCK_JUMP] = "jump", [SIM_CLOCK_REAL] = "real", [SIM_CLOCK_STEPPED] = "stepped" };
  g_auto (GVariantBuilder) time = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self), NULL);

  date = g_date_time_new_from_unix_utc (sim_clock_wall (self->clock) / G_USEC_PER_SEC);
  text = g_date_time_format_iso8601 (date);
  g_variant_builder_add (&time, "{sv}", "mode",
                         g_variant_new_string (modes[sim_clock_get_mode (self->clock)]));
  g_variant_builder_add (&time, "{sv}", "rate",
                         g_variant_new_double (sim_clock_get_rate (self->clock)));
  g_variant_builder_add (&time, "{sv}", "now_us",
                         g_variant_new_int64 (sim_clock_now (self->clock)));
  g_variant_builder_add (&time, "{sv}", "date", g_variant_new_string (text));
  g_variant_builder_add (&time, "{sv}", "due",
                         g_variant_new_uint32 (sim_clock_get_n_due (self->clock)));
  return g_variant_ref_sink (g_variant_builder_end (&time));
}

/**
 * hyperv_sim_site_advance:
 * @self: a site whose clock is not %HYPERV_SIM_CLOCK_REAL
 * @microseconds: how far
 *
 * Moves the clock of all hosts on. What falls due happens in order, and has happened when this
 * returns.
 */
void
hyperv_sim_site_advance (HypervSimSite *self, gint64 microseconds)
{
  gint64 target;

  g_return_if_fail (HYPERV_SIM_IS_SITE (self));
  g_return_if_fail (microseconds >= 0 && microseconds <= G_MAXINT64 / 2);

  target = sim_clock_now (self->clock) + microseconds;
  sim_clock_advance (self->clock, microseconds);
  for (guint i = 0; i < ROUNDS_MAX && self->running && sim_clock_now (self->clock) < target; i++)
    turn_all (self);
  turn_all (self);
}

/**
 * hyperv_sim_site_run_until_idle:
 * @self: a site
 * @limit: microseconds of the clock, at most
 *
 * Lets happen what happens by itself: jobs end, guests shut down, held requests go on. A clock that
 * is %HYPERV_SIM_CLOCK_REAL is not moved: nothing is done.
 *
 * Returns: how many things are still due
 */
guint
hyperv_sim_site_run_until_idle (HypervSimSite *self, gint64 limit)
{
  gint64 end;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && limit >= 0, 0);

  end = sim_clock_now (self->clock) + limit;
  turn_all (self);
  for (guint i = 0; i < ROUNDS_MAX && self->running; i++) {
    gint64 next = sim_clock_get_next_due (self->clock);

    if (sim_clock_get_mode (self->clock) == SIM_CLOCK_REAL
        || (next == G_MAXINT64 && sim_clock_get_n_due (self->clock) == 0)
        || (next != G_MAXINT64 && next > end - sim_clock_now (self->clock)))
      break;
    if (next == G_MAXINT64)
      turn_all (self); /* what fell due is happening, and may want more time */
    else
      hyperv_sim_site_advance (self, next);
  }
  return sim_clock_get_n_due (self->clock);
}

/* ---- the whole world ---- */

/* For what needs the threads of all hosts, which must not be the caller's. */
static gboolean
check_threads (HypervSimSite *self, GError **error)
{
  for (guint i = 0; i < self->hosts->len; i++)
    if (!hyperv_sim_host_check_thread (g_ptr_array_index (self->hosts, i), error))
      return FALSE;
  return TRUE;
}

/* Hosts of a site change at one time. One that cannot does not keep the others from it: what is
 * said is the first error. */
static gboolean
rebuild_all (HypervSimSite *self, const char *snapshot, const HypervSimMark *mark, GError **error)
{
  g_autoptr (GError) first = NULL;

  sim_clock_hold (self->clock);
  sim_clock_set_mode (self->clock, mark->mode, mark->rate);
  sim_clock_set_wall (self->clock, mark->wall);
  for (guint i = 0; i < self->hosts->len; i++)
    hyperv_sim_host_rebuild (g_ptr_array_index (self->hosts, i), snapshot, mark->seed + i,
                             first == NULL ? &first : NULL);
  sim_clock_release (self->clock);
  for (guint i = 0; i < self->hosts->len; i++)
    hyperv_sim_host_clear_journal (g_ptr_array_index (self->hosts, i));
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/**
 * hyperv_sim_site_reset:
 * @self: a site that runs
 * @error: HYPERV_SIM_ERROR_NOT_RUNNING; HYPERV_SIM_ERROR_INVALID_ARGUMENT in a callback of a host;
 *   HYPERV_SIM_ERROR_FAILED when a host could not be made again and is closed
 *
 * Puts all hosts back to how they started: VMs, instances, settings, jobs, enumerations, shells,
 * failures, journal, random numbers, date, and the mode of the clock. Sockets, certificates,
 * accounts and snapshots stay.
 * From here on the same calls give the same replies.
 *
 * Returns: whether they are
 */
gboolean
hyperv_sim_site_reset (HypervSimSite *self, GError **error)
{
  HypervSimMark mark
      = { .wall = HYPERV_SIM_EPOCH, .mode = self->start_mode, .rate = self->start_rate };
  gboolean ok;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self), FALSE);

  if (!check_threads (self, error))
    return FALSE;
  g_mutex_lock (&self->world);
  mark.seed = hyperv_sim_site_get_seed (self);
  ok = rebuild_all (self, NULL, &mark, error);
  g_mutex_unlock (&self->world);
  return ok;
}

/* At its place in the list it stays, if it was there. */
static void
note_snapshot (HypervSimSite *self, const char *name)
{
  HypervSimMark mark = { .wall = sim_clock_wall (self->clock),
                         .mode = sim_clock_get_mode (self->clock),
                         .rate = sim_clock_get_rate (self->clock) };

  g_mutex_lock (&self->lock);
  mark.seed = self->seed;
  if (!g_hash_table_contains (self->marks, name))
    g_ptr_array_add (self->snapshots, g_strdup (name));
  g_hash_table_insert (self->marks, g_strdup (name), g_memdup2 (&mark, sizeof mark));
  g_mutex_unlock (&self->lock);
}

/* Of all hosts or of none: one of them may be at work. */
static gboolean
keep_all (HypervSimSite *self, const char *name, GError **error)
{
  gboolean ok = TRUE;

  sim_clock_hold (self->clock);
  for (guint i = 0; ok && i < self->hosts->len; i++)
    ok = hyperv_sim_host_keep (g_ptr_array_index (self->hosts, i), error);
  for (guint i = 0; i < self->hosts->len; i++)
    hyperv_sim_host_keep_as (g_ptr_array_index (self->hosts, i), ok ? name : NULL);
  if (ok)
    note_snapshot (self, name);
  sim_clock_release (self->clock);
  return ok;
}

/**
 * hyperv_sim_site_take_snapshot:
 * @self: a site that runs
 * @name: of the snapshot, not empty; an older one of that name is replaced
 * @error: HYPERV_SIM_ERROR_INVALID_ARGUMENT while jobs are under way or a host reboots, and in a
 *   callback of a host; then no host has one
 *
 * Remembers VMs, instances, settings, seed, random numbers, date, and the mode of the clock of all
 * hosts, until the stop.
 *
 * Returns: whether it is
 */
gboolean
hyperv_sim_site_take_snapshot (HypervSimSite *self, const char *name, GError **error)
{
  gboolean ok;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && name != NULL, FALSE);

  if (*name == '\0') {
    g_set_error_literal (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                         "name: expected that of a snapshot, found none");
    return FALSE;
  }
  if (!check_threads (self, error))
    return FALSE;
  g_mutex_lock (&self->world);
  ok = keep_all (self, name, error);
  g_mutex_unlock (&self->world);
  return ok;
}

/**
 * hyperv_sim_site_roll_back:
 * @self: a site that runs
 * @name: of a snapshot
 * @error: HYPERV_SIM_ERROR_NOT_FOUND; what hyperv_sim_site_reset() gives
 *
 * Puts all hosts back to how they were then. Jobs, enumerations, shells, failures and the journal
 * are gone.
 *
 * Returns: whether they are
 */
gboolean
hyperv_sim_site_roll_back (HypervSimSite *self, const char *name, GError **error)
{
  const HypervSimMark *found;
  HypervSimMark mark = { 0 };
  gboolean ok = FALSE;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && name != NULL, FALSE);

  if (!check_threads (self, error))
    return FALSE;
  g_mutex_lock (&self->world);
  g_mutex_lock (&self->lock);
  found = g_hash_table_lookup (self->marks, name);
  if (found != NULL) {
    mark = *found;
    self->seed = mark.seed;
  }
  g_mutex_unlock (&self->lock);
  if (found != NULL)
    ok = rebuild_all (self, name, &mark, error);
  else
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_FOUND, "there is no snapshot “%s”",
                 name);
  g_mutex_unlock (&self->world);
  return ok;
}

/**
 * hyperv_sim_site_delete_snapshot:
 * @self: a site
 * @name: of a snapshot
 *
 * Forgets a snapshot. Not for callbacks of a host.
 *
 * Returns: whether it was there
 */
gboolean
hyperv_sim_site_delete_snapshot (HypervSimSite *self, const char *name)
{
  guint index;
  gboolean found;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && name != NULL, FALSE);
  g_return_val_if_fail (check_threads (self, NULL), FALSE);

  g_mutex_lock (&self->world);
  g_mutex_lock (&self->lock);
  found = g_hash_table_remove (self->marks, name);
  if (found && g_ptr_array_find_with_equal_func (self->snapshots, name, g_str_equal, &index))
    g_ptr_array_remove_index (self->snapshots, index);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; found && i < self->hosts->len; i++)
    hyperv_sim_host_forget (g_ptr_array_index (self->hosts, i), name);
  g_mutex_unlock (&self->world);
  return found;
}

/**
 * hyperv_sim_site_get_snapshots:
 * @self: a site
 *
 * Lists the snapshots. Any thread may ask.
 *
 * Returns: (transfer full): names of the snapshots, oldest first
 */
char **
hyperv_sim_site_get_snapshots (HypervSimSite *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self), NULL);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->snapshots->len; i++)
    g_strv_builder_add (names, g_ptr_array_index (self->snapshots, i));
  g_mutex_unlock (&self->lock);
  return g_strv_builder_end (names);
}
