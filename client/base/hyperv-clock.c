/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-clock.h"

#include <gio/gio.h>

/**
 * HypervClock:
 *
 * Time as back-off and deadlines see it.
 */
G_DEFINE_INTERFACE (HypervClock, hyperv_clock, G_TYPE_OBJECT)

static void
hyperv_clock_default_init (HypervClockInterface *iface)
{
  (void) iface;
}

/**
 * hyperv_clock_now:
 * @self: a clock
 *
 * Returns the time of this clock. Any thread may ask.
 *
 * Returns: microseconds since a fixed moment of this clock
 */
gint64
hyperv_clock_now (HypervClock *self)
{
  g_return_val_if_fail (HYPERV_IS_CLOCK (self), 0);

  return HYPERV_CLOCK_GET_IFACE (self)->now (self);
}

/**
 * hyperv_clock_add_timer:
 * @self: a clock
 * @context: (nullable): where the callback runs; %NULL for the default main context
 * @delay: microseconds from now; 0 or less means at once
 * @callback: (scope notified) (closure user_data) (destroy destroy): called once; what it returns
 *   does not matter
 * @user_data: for @callback
 * @destroy: (nullable): frees @user_data, after the call or when the timer is removed
 *
 * Arranges for a call at a later time. Any thread may call.
 *
 * Returns: an id, never 0, for hyperv_clock_remove_timer()
 */
guint64
hyperv_clock_add_timer (HypervClock *self, GMainContext *context, gint64 delay,
                        GSourceFunc callback, gpointer user_data, GDestroyNotify destroy)
{
  g_return_val_if_fail (HYPERV_IS_CLOCK (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  return HYPERV_CLOCK_GET_IFACE (self)->add_timer (self, context, MAX (delay, 0), callback,
                                                   user_data, destroy);
}

/**
 * hyperv_clock_remove_timer:
 * @self: a clock
 * @id: what hyperv_clock_add_timer() returned
 *
 * Forgets a timer. Called in the timer's own context, the callback will not run after this.
 */
void
hyperv_clock_remove_timer (HypervClock *self, guint64 id)
{
  g_return_if_fail (HYPERV_IS_CLOCK (self));

  HYPERV_CLOCK_GET_IFACE (self)->remove_timer (self, id);
}

/* The machine's clock: a GSource a timer. */

#define HYPERV_TYPE_MONOTONIC_CLOCK (hyperv_monotonic_clock_get_type ())
G_DECLARE_FINAL_TYPE (HypervMonotonicClock, hyperv_monotonic_clock, HYPERV, MONOTONIC_CLOCK,
                      GObject)

struct _HypervMonotonicClock {
  GObject parent_instance;
  GMutex lock;
  GHashTable *timers; /* id -> GSource */
  guint64 last_id;
};

typedef struct {
  HypervMonotonicClock *clock;
  guint64 id;
  GSourceFunc callback;
  gpointer user_data;
  GDestroyNotify destroy;
} Timer;

static void hyperv_monotonic_clock_iface_init (HypervClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HypervMonotonicClock, hyperv_monotonic_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HYPERV_TYPE_CLOCK,
                                                      hyperv_monotonic_clock_iface_init))

static gboolean
timer_fire (gpointer data)
{
  Timer *timer = data;

  timer->callback (timer->user_data);
  return G_SOURCE_REMOVE;
}

static void
timer_free (gpointer data)
{
  Timer *timer = data;

  g_mutex_lock (&timer->clock->lock);
  g_hash_table_remove (timer->clock->timers, &timer->id);
  g_mutex_unlock (&timer->clock->lock);
  if (timer->destroy != NULL)
    timer->destroy (timer->user_data);
  g_object_unref (timer->clock);
  g_free (timer);
}

static gint64
monotonic_now (HypervClock *clock)
{
  (void) clock;
  return g_get_monotonic_time ();
}

static guint64
monotonic_add_timer (HypervClock *clock, GMainContext *context, gint64 delay, GSourceFunc callback,
                     gpointer user_data, GDestroyNotify destroy)
{
  HypervMonotonicClock *self = HYPERV_MONOTONIC_CLOCK (clock);
  g_autoptr (GSource) source = g_timeout_source_new (0);
  Timer *timer = g_new (Timer, 1);
  guint64 id;

  *timer = (Timer){ g_object_ref (self), 0, callback, user_data, destroy };
  g_source_set_callback (source, timer_fire, timer, timer_free);
  g_source_set_ready_time (source, g_get_monotonic_time () + delay);

  g_mutex_lock (&self->lock);
  id = timer->id = ++self->last_id;
  g_hash_table_insert (self->timers, &timer->id, source);
  g_mutex_unlock (&self->lock);

  g_source_attach (source, context);
  return id;
}

static void
monotonic_remove_timer (HypervClock *clock, guint64 id)
{
  HypervMonotonicClock *self = HYPERV_MONOTONIC_CLOCK (clock);
  g_autoptr (GSource) source = NULL;

  g_mutex_lock (&self->lock);
  source = g_hash_table_lookup (self->timers, &id);
  if (source != NULL)
    g_source_ref (source);
  g_mutex_unlock (&self->lock);

  if (source != NULL)
    g_source_destroy (source);
}

static void
hyperv_monotonic_clock_iface_init (HypervClockInterface *iface)
{
  iface->now = monotonic_now;
  iface->add_timer = monotonic_add_timer;
  iface->remove_timer = monotonic_remove_timer;
}

static void
hyperv_monotonic_clock_finalize (GObject *object)
{
  HypervMonotonicClock *self = HYPERV_MONOTONIC_CLOCK (object);

  g_hash_table_unref (self->timers);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (hyperv_monotonic_clock_parent_class)->finalize (object);
}

static void
hyperv_monotonic_clock_class_init (HypervMonotonicClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hyperv_monotonic_clock_finalize;
}

static void
hyperv_monotonic_clock_init (HypervMonotonicClock *self)
{
  g_mutex_init (&self->lock);
  self->timers = g_hash_table_new (g_int64_hash, g_int64_equal);
}

/**
 * hyperv_clock_new_monotonic:
 *
 * Makes a clock that shows the machine's monotonic time.
 *
 * Returns: (transfer full): the clock
 */
HypervClock *
hyperv_clock_new_monotonic (void)
{
  return g_object_new (HYPERV_TYPE_MONOTONIC_CLOCK, NULL);
}
