/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/sim-clock.h"

G_BEGIN_DECLS

/* The state lives in a core that is counted on its own: sources in foreign main contexts hold it,
 * so the clock may go in one thread while a callback returns in another.
 *
 * For each main context there is a lane: the timers of that context and one source in it. The lane
 * holds no reference to the context. When the context dies, GLib destroys the source and with it
 * the lane; because that needs the core's lock, a context cannot be freed while another thread is
 * setting the source's ready time under the same lock. */

typedef struct _SimClockCore SimClockCore;
typedef struct _SimClockLane SimClockLane;

typedef struct {
  guint64 id;
  gint64 due;
  gboolean is_expiry; /* not worth a jump */
  SimClockLane *lane;
  GSequenceIter *place; /* NULL once fired */
  GSourceFunc callback;
  gpointer user_data;
  GDestroyNotify destroy;
} SimClockTimer;

struct _SimClockLane {
  SimClockCore *core;
  GMainContext *context; /* for comparison only */
  GSource *source;
  GSequence *waiting;   /* of SimClockTimer*, by (due, id) */
  SimClockTimer *fired; /* its moment has come, its context has not called it yet */
};

struct _SimClockCore {
  gatomicrefcount count;
  GMutex lock;
  SimClockMode mode;
  double rate;
  gint64 epoch;
  gint64 now;        /* JUMP and STEPPED: the time; REAL: the time at real_start */
  gint64 target;     /* what now goes to once the timers before it have run */
  gint64 real_start; /* REAL: g_get_monotonic_time () when time was `now` */
  guint holds;
  guint busy; /* timers fired whose callback has not returned */
  guint n_waiting;
  guint n_expiries; /* of those that wait */
  guint64 last_id;
  GPtrArray *lanes;   /* of SimClockLane*, not owned: each belongs to its source */
  GHashTable *timers; /* id -> SimClockTimer*, waiting and fired */
};

/* a + b, at most G_MAXINT64. */
gint64 sim_clock_add_saturated (gint64 a, gint64 b);
void sim_clock_core_unref (SimClockCore *core);
void sim_clock_timer_free (gpointer data);
int sim_clock_timer_compare (gconstpointer a, gconstpointer b, gpointer user_data);

/* ---- under the lock ---- */
gint64 sim_clock_core_now (const SimClockCore *core);
/* The timer that is next of all. */
SimClockTimer *sim_clock_core_first (const SimClockCore *core);
/* Fires what may be fired now, one timer at a time, so that the order is the same in each run
 * however many threads there are. Called after each change. */
void sim_clock_core_pump (SimClockCore *core);
/* The lane of @context, made if there is none. The caller guarantees that the context lives. */
SimClockLane *sim_clock_core_ensure_lane (SimClockCore *core, GMainContext *context);
/* Says to the lane's source when to wake up. Called when its first timer or the mode changes. */
void sim_clock_lane_arm (SimClockLane *lane);
/* Forgets a timer that waits or has fired; the caller frees it without the lock. */
void sim_clock_timer_forget (SimClockTimer *timer);

G_END_DECLS
