/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/sim-clock-private.h"

struct _SimClock {
  GObject parent_instance;

  SimClockCore *core;
};

static gint64
clock_now (HypervClock *clock)
{
  return sim_clock_now (SIM_CLOCK (clock));
}

static guint64
clock_add_timer (HypervClock *clock, GMainContext *context, gint64 delay, GSourceFunc callback,
                 gpointer user_data, GDestroyNotify destroy)
{
  return sim_clock_add_timer (SIM_CLOCK (clock), context, delay, callback, user_data, destroy);
}

static void
clock_remove_timer (HypervClock *clock, guint64 id)
{
  sim_clock_remove_timer (SIM_CLOCK (clock), id);
}

static void
sim_clock_iface_init (HypervClockInterface *iface)
{
  iface->now = clock_now;
  iface->add_timer = clock_add_timer;
  iface->remove_timer = clock_remove_timer;
}

G_DEFINE_TYPE_WITH_CODE (SimClock, sim_clock, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (HYPERV_TYPE_CLOCK, sim_clock_iface_init))

static void
sim_clock_finalize (GObject *object)
{
  SimClock *self = SIM_CLOCK (object);
  SimClockCore *core = self->core;
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func ((GDestroyNotify)g_source_unref);

  g_mutex_lock (&core->lock);
  core->mode = SIM_CLOCK_STEPPED; /* nothing fires any more */
  core->target = G_MININT64;
  for (guint i = 0; i < core->lanes->len; i++) {
    SimClockLane *lane = g_ptr_array_index (core->lanes, i);

    g_ptr_array_add (sources, g_source_ref (lane->source));
  }
  g_mutex_unlock (&core->lock);
  for (guint i = 0; i < sources->len; i++)
    g_source_destroy (g_ptr_array_index (sources, i));
  sim_clock_core_unref (core);

  G_OBJECT_CLASS (sim_clock_parent_class)->finalize (object);
}

static void
sim_clock_class_init (SimClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sim_clock_finalize;
}

static void
sim_clock_init (SimClock *self)
{
  SimClockCore *core = g_new0 (SimClockCore, 1);

  g_atomic_ref_count_init (&core->count);
  g_mutex_init (&core->lock);
  core->rate = 1;
  core->lanes = g_ptr_array_new ();
  core->timers = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->core = core;
}

SimClock *
sim_clock_new (SimClockMode mode, double rate, gint64 epoch)
{
  SimClock *self = g_object_new (SIM_TYPE_CLOCK, NULL);

  self->core->epoch = epoch;
  sim_clock_set_mode (self, mode, rate);
  return self;
}

void
sim_clock_set_mode (SimClock *self, SimClockMode mode, double rate)
{
  SimClockCore *core;

  g_return_if_fail (SIM_IS_CLOCK (self));
  g_return_if_fail (mode != SIM_CLOCK_REAL || rate > 0);

  core = self->core;
  g_mutex_lock (&core->lock);
  core->now = MAX (sim_clock_core_now (core), core->target);
  core->target = core->now;
  core->real_start = g_get_monotonic_time ();
  core->mode = mode;
  core->rate = rate > 0 ? rate : 1;
  for (guint i = 0; i < core->lanes->len; i++)
    sim_clock_lane_arm (g_ptr_array_index (core->lanes, i));
  sim_clock_core_pump (core);
  g_mutex_unlock (&core->lock);
}

SimClockMode
sim_clock_get_mode (SimClock *self)
{
  SimClockMode mode;

  g_return_val_if_fail (SIM_IS_CLOCK (self), SIM_CLOCK_JUMP);

  g_mutex_lock (&self->core->lock);
  mode = self->core->mode;
  g_mutex_unlock (&self->core->lock);
  return mode;
}

gint64
sim_clock_now (SimClock *self)
{
  gint64 now;

  g_return_val_if_fail (SIM_IS_CLOCK (self), 0);

  g_mutex_lock (&self->core->lock);
  now = sim_clock_core_now (self->core);
  g_mutex_unlock (&self->core->lock);
  return now;
}

gint64
sim_clock_machine_wall (void)
{
  return g_get_real_time ();
}

gint64
sim_clock_wall (SimClock *self)
{
  gint64 wall;

  g_return_val_if_fail (SIM_IS_CLOCK (self), 0);

  g_mutex_lock (&self->core->lock);
  wall = self->core->epoch + sim_clock_core_now (self->core);
  g_mutex_unlock (&self->core->lock);
  return wall;
}

void
sim_clock_set_wall (SimClock *self, gint64 wall)
{
  g_return_if_fail (SIM_IS_CLOCK (self));

  g_mutex_lock (&self->core->lock);
  self->core->epoch = wall - sim_clock_core_now (self->core);
  g_mutex_unlock (&self->core->lock);
}

double
sim_clock_get_rate (SimClock *self)
{
  double rate;

  g_return_val_if_fail (SIM_IS_CLOCK (self), 1);

  g_mutex_lock (&self->core->lock);
  rate = self->core->rate;
  g_mutex_unlock (&self->core->lock);
  return rate;
}

static guint64
add_timer (SimClock *self, gboolean is_expiry, GMainContext *context, gint64 delay,
           GSourceFunc callback, gpointer user_data, GDestroyNotify destroy)
{
  SimClockCore *core;
  SimClockTimer *timer;
  guint64 id;

  core = self->core;
  timer = g_new0 (SimClockTimer, 1);
  timer->is_expiry = is_expiry;
  timer->callback = callback;
  timer->user_data = user_data;
  timer->destroy = destroy;

  g_mutex_lock (&core->lock);
  id = timer->id = ++core->last_id;
  timer->due = sim_clock_add_saturated (sim_clock_core_now (core), MAX (delay, 0));
  timer->lane
      = sim_clock_core_ensure_lane (core, context != NULL ? context : g_main_context_default ());
  timer->place
      = g_sequence_insert_sorted (timer->lane->waiting, timer, sim_clock_timer_compare, NULL);
  core->n_waiting++;
  core->n_expiries += is_expiry ? 1 : 0;
  g_hash_table_insert (core->timers, &timer->id, timer);
  sim_clock_lane_arm (timer->lane);
  sim_clock_core_pump (core);
  g_mutex_unlock (&core->lock);
  return id;
}

guint64
sim_clock_add_timer (SimClock *self, GMainContext *context, gint64 delay, GSourceFunc callback,
                     gpointer user_data, GDestroyNotify destroy)
{
  g_return_val_if_fail (SIM_IS_CLOCK (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  return add_timer (self, FALSE, context, delay, callback, user_data, destroy);
}

guint64
sim_clock_add_expiry (SimClock *self, GMainContext *context, gint64 delay, GSourceFunc callback,
                      gpointer user_data, GDestroyNotify destroy)
{
  g_return_val_if_fail (SIM_IS_CLOCK (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  return add_timer (self, TRUE, context, delay, callback, user_data, destroy);
}

void
sim_clock_remove_timer (SimClock *self, guint64 id)
{
  SimClockCore *core;
  SimClockTimer *timer;

  g_return_if_fail (SIM_IS_CLOCK (self));

  core = self->core;
  g_mutex_lock (&core->lock);
  timer = g_hash_table_lookup (core->timers, &id);
  if (timer != NULL) {
    sim_clock_timer_forget (timer);
    sim_clock_lane_arm (timer->lane);
    sim_clock_core_pump (core);
  }
  g_mutex_unlock (&core->lock);
  g_clear_pointer (&timer, sim_clock_timer_free);
}

void
sim_clock_hold (SimClock *self)
{
  g_return_if_fail (SIM_IS_CLOCK (self));

  g_mutex_lock (&self->core->lock);
  self->core->holds++;
  g_mutex_unlock (&self->core->lock);
}

void
sim_clock_release (SimClock *self)
{
  g_return_if_fail (SIM_IS_CLOCK (self));

  g_mutex_lock (&self->core->lock);
  if (self->core->holds > 0) {
    self->core->holds--;
    sim_clock_core_pump (self->core);
    g_mutex_unlock (&self->core->lock);
    return;
  }
  g_mutex_unlock (&self->core->lock);
  g_critical ("sim_clock_release: nobody holds the clock");
}

void
sim_clock_advance (SimClock *self, gint64 microseconds)
{
  SimClockCore *core;

  g_return_if_fail (SIM_IS_CLOCK (self));
  g_return_if_fail (microseconds >= 0);
  g_return_if_fail (sim_clock_get_mode (self) != SIM_CLOCK_REAL);

  core = self->core;
  g_mutex_lock (&core->lock);
  core->target = sim_clock_add_saturated (core->target, microseconds);
  sim_clock_core_pump (core);
  g_mutex_unlock (&core->lock);
}

guint
sim_clock_get_n_timers (SimClock *self)
{
  guint n;

  g_return_val_if_fail (SIM_IS_CLOCK (self), 0);

  g_mutex_lock (&self->core->lock);
  n = self->core->n_waiting;
  g_mutex_unlock (&self->core->lock);
  return n;
}

gint64
sim_clock_get_next (SimClock *self)
{
  const SimClockTimer *first;
  gint64 next = G_MAXINT64;

  g_return_val_if_fail (SIM_IS_CLOCK (self), G_MAXINT64);

  g_mutex_lock (&self->core->lock);
  first = sim_clock_core_first (self->core);
  if (first != NULL)
    next = MAX (first->due - sim_clock_core_now (self->core), 0);
  g_mutex_unlock (&self->core->lock);
  return next;
}

guint
sim_clock_get_n_due (SimClock *self)
{
  guint n;

  g_return_val_if_fail (SIM_IS_CLOCK (self), 0);

  g_mutex_lock (&self->core->lock);
  n = self->core->n_waiting - self->core->n_expiries + self->core->busy;
  g_mutex_unlock (&self->core->lock);
  return n;
}

gint64
sim_clock_get_next_due (SimClock *self)
{
  GHashTableIter iter;
  gpointer value;
  gint64 next = G_MAXINT64;

  g_return_val_if_fail (SIM_IS_CLOCK (self), G_MAXINT64);

  g_mutex_lock (&self->core->lock);
  g_hash_table_iter_init (&iter, self->core->timers);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SimClockTimer *timer = value;

    if (!timer->is_expiry && timer->place != NULL)
      next = MIN (next, MAX (timer->due - sim_clock_core_now (self->core), 0));
  }
  g_mutex_unlock (&self->core->lock);
  return next;
}
