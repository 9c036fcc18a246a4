/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-clock.h"

G_BEGIN_DECLS

/* The one clock of a site: implements HypervClock, so a client can be given the same one.
 * Thread-safe. Wall time and the time of timers are the same here: both virtual. */
typedef enum {
  SIM_CLOCK_JUMP,   /* when nobody is busy, time jumps to the next timer */
  SIM_CLOCK_REAL,   /* time passes as on the machine, `rate` times as fast */
  SIM_CLOCK_STEPPED /* time stands still until sim_clock_advance () */
} SimClockMode;

#define SIM_TYPE_CLOCK (sim_clock_get_type ())
G_DECLARE_FINAL_TYPE (SimClock, sim_clock, SIM, CLOCK, GObject)

/* Starts at @epoch, microseconds since 1970 (UTC); what a host's dates are counted from. */
SimClock *sim_clock_new (SimClockMode mode, double rate, gint64 epoch);
/* From now on it is @wall; timers and sim_clock_now () are not touched. */
void sim_clock_set_wall (SimClock *self, gint64 wall);
void sim_clock_set_mode (SimClock *self, SimClockMode mode, double rate);
SimClockMode sim_clock_get_mode (SimClock *self);
double sim_clock_get_rate (SimClock *self);

/* Microseconds since the clock began, and since 1970. */
gint64 sim_clock_now (SimClock *self);
gint64 sim_clock_wall (SimClock *self);
/* The machine's own time, microseconds since 1970: only for what a real client holds against its
 * own clock before it logs in. */
gint64 sim_clock_machine_wall (void);

/* A JUMP clock that nobody holds jumps at once: who adds several timers holds it meanwhile.
 * A clock that is freed forgets its timers; so does a main context, those that were to run in it.
 */
guint64 sim_clock_add_timer (SimClock *self, GMainContext *context, gint64 delay,
                             GSourceFunc callback, gpointer user_data, GDestroyNotify destroy);
/* Something that ends when nobody cares for long enough (a finished job, an open enumeration): a
 * timer to which a clock in JUMP mode does not jump. There it fires when time comes past it by
 * other timers or by sim_clock_advance (); in the other modes it is like any timer. */
guint64 sim_clock_add_expiry (SimClock *self, GMainContext *context, gint64 delay,
                              GSourceFunc callback, gpointer user_data, GDestroyNotify destroy);
void sim_clock_remove_timer (SimClock *self, guint64 id);

/* Somebody is at work (a request is in progress, a callback runs): no jump until all are done.
 * Timers' callbacks count by themselves. */
void sim_clock_hold (SimClock *self);
void sim_clock_release (SimClock *self);

/* STEPPED and JUMP: moves time on and queues, in order, the timers that fall due. Each callback
 * sees the moment for which it was due, so time gets to the end only when all of them have run. */
void sim_clock_advance (SimClock *self, gint64 microseconds);
/* Number of timers that wait, and time until the first (G_MAXINT64 when none). */
guint sim_clock_get_n_timers (SimClock *self);
/* … of those that are no expiries: what happens by itself. */
guint sim_clock_get_n_due (SimClock *self);
gint64 sim_clock_get_next_due (SimClock *self);
gint64 sim_clock_get_next (SimClock *self);

G_END_DECLS
