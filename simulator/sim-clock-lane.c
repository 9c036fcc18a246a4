/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/sim-clock-private.h"

gint64
sim_clock_add_saturated (gint64 a, gint64 b)
{
  return a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

void
sim_clock_core_unref (SimClockCore *core)
{
  if (!g_atomic_ref_count_dec (&core->count))
    return;

  g_ptr_array_unref (core->lanes);
  g_hash_table_unref (core->timers);
  g_mutex_clear (&core->lock);
  g_free (core);
}

void
sim_clock_timer_free (gpointer data)
{
  SimClockTimer *timer = data;

  if (timer->destroy != NULL)
    timer->destroy (timer->user_data);
  g_free (timer);
}

int
sim_clock_timer_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SimClockTimer *left = a;
  const SimClockTimer *right = b;

  if (left->due != right->due)
    return left->due < right->due ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

/* ---- under the lock ---- */

gint64
sim_clock_core_now (const SimClockCore *core)
{
  if (core->mode != SIM_CLOCK_REAL)
    return core->now;
  return core->now + (gint64)((double)(g_get_monotonic_time () - core->real_start) * core->rate);
}

static SimClockTimer *
lane_first (const SimClockLane *lane)
{
  if (g_sequence_is_empty (lane->waiting))
    return NULL;
  return g_sequence_get (g_sequence_get_begin_iter (lane->waiting));
}

SimClockTimer *
sim_clock_core_first (const SimClockCore *core)
{
  SimClockTimer *first = NULL;

  for (guint i = 0; i < core->lanes->len; i++) {
    SimClockTimer *timer = lane_first (g_ptr_array_index (core->lanes, i));

    if (timer != NULL && (first == NULL || sim_clock_timer_compare (timer, first, NULL) < 0))
      first = timer;
  }
  return first;
}

static void
timer_take_out (SimClockTimer *timer)
{
  SimClockCore *core = timer->lane->core;

  g_sequence_remove (timer->place);
  timer->place = NULL;
  core->n_waiting--;
  core->n_expiries -= timer->is_expiry ? 1 : 0;
}

static void
timer_fire (SimClockTimer *timer)
{
  SimClockLane *lane = timer->lane;

  timer_take_out (timer);
  lane->fired = timer;
  lane->core->busy++;
}

/* When the lane's source has to wake up in REAL mode, in the machine's monotonic time. */
static gint64
lane_ready_time (const SimClockLane *lane)
{
  const SimClockCore *core = lane->core;
  const SimClockTimer *first = lane_first (lane);
  double wait;

  if (lane->fired != NULL)
    return 0;
  if (first == NULL || core->mode != SIM_CLOCK_REAL)
    return -1;
  if (first->due <= core->now)
    return 0;
  /* One microsecond more: rounding must not wake it before its time, again and again. */
  wait = (double)(first->due - core->now) / core->rate + 1;
  return wait >= (double)(G_MAXINT64 / 2) ? -1 : core->real_start + (gint64)wait;
}

void
sim_clock_lane_arm (SimClockLane *lane)
{
  g_source_set_ready_time (lane->source, lane_ready_time (lane));
}

/* Whether time may go on by itself, and has something to go on to. */
static gboolean
may_jump (const SimClockCore *core)
{
  return core->mode == SIM_CLOCK_JUMP && core->holds == 0 && core->n_waiting > core->n_expiries;
}

void
sim_clock_core_pump (SimClockCore *core)
{
  SimClockTimer *first;

  if (core->mode == SIM_CLOCK_REAL || core->busy > 0)
    return;
  first = sim_clock_core_first (core);
  if (first != NULL && (first->due <= core->target || may_jump (core))) {
    core->now = MAX (core->now, first->due);
    core->target = MAX (core->target, core->now);
    timer_fire (first);
    sim_clock_lane_arm (first->lane);
    return;
  }
  core->now = core->target;
}

void
sim_clock_timer_forget (SimClockTimer *timer)
{
  SimClockLane *lane = timer->lane;

  g_hash_table_remove (lane->core->timers, &timer->id);
  if (timer->place != NULL) {
    timer_take_out (timer);
  } else {
    lane->fired = NULL;
    lane->core->busy--;
  }
}

/* ---- lanes ---- */

/* The timer whose turn it is, taken out of everything; it counts as busy. */
static SimClockTimer *
lane_take (SimClockLane *lane)
{
  SimClockTimer *first = lane_first (lane);
  SimClockTimer *timer;

  if (lane->fired == NULL && lane->core->mode == SIM_CLOCK_REAL && first != NULL
      && first->due <= sim_clock_core_now (lane->core))
    timer_fire (first);
  timer = g_steal_pointer (&lane->fired);
  if (timer != NULL)
    g_hash_table_remove (lane->core->timers, &timer->id);
  return timer;
}

static gboolean
lane_run (gpointer data)
{
  SimClockLane *lane = data;
  SimClockCore *core = lane->core;
  SimClockTimer *timer;

  g_mutex_lock (&core->lock);
  timer = lane_take (lane);
  sim_clock_lane_arm (lane);
  g_mutex_unlock (&core->lock);
  if (timer == NULL)
    return G_SOURCE_CONTINUE;

  timer->callback (timer->user_data);
  sim_clock_timer_free (timer);

  g_mutex_lock (&core->lock);
  core->busy--;
  sim_clock_core_pump (core);
  g_mutex_unlock (&core->lock);
  return G_SOURCE_CONTINUE;
}

/* The source is gone: its context died, or the clock did. */
static void
lane_free (gpointer data)
{
  SimClockLane *lane = data;
  SimClockCore *core = lane->core;
  g_autoptr (GPtrArray) dropped = g_ptr_array_new_with_free_func (sim_clock_timer_free);
  SimClockTimer *timer;

  g_mutex_lock (&core->lock);
  g_ptr_array_remove (core->lanes, lane);
  while ((timer = lane->fired != NULL ? lane->fired : lane_first (lane)) != NULL) {
    sim_clock_timer_forget (timer);
    g_ptr_array_add (dropped, timer);
  }
  sim_clock_core_pump (core);
  g_mutex_unlock (&core->lock);

  g_source_unref (lane->source);
  g_sequence_free (lane->waiting);
  g_free (lane);
  g_ptr_array_set_size (dropped, 0);
  sim_clock_core_unref (core);
}

static gboolean
lane_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static const GSourceFuncs lane_funcs = { .dispatch = lane_dispatch };

SimClockLane *
sim_clock_core_ensure_lane (SimClockCore *core, GMainContext *context)
{
  SimClockLane *lane;

  for (guint i = 0; i < core->lanes->len; i++) {
    lane = g_ptr_array_index (core->lanes, i);
    if (lane->context == context)
      return lane;
  }

  lane = g_new0 (SimClockLane, 1);
  lane->core = core;
  g_atomic_ref_count_inc (&core->count);
  lane->context = context;
  lane->waiting = g_sequence_new (NULL);
  lane->source = g_source_new ((GSourceFuncs *)&lane_funcs, sizeof (GSource));
  g_source_set_static_name (lane->source, "sim-clock");
  g_source_set_can_recurse (lane->source, TRUE);
  g_source_set_callback (lane->source, lane_run, lane, lane_free);
  g_source_attach (lane->source, context);
  g_ptr_array_add (core->lanes, lane);
  return lane;
}
