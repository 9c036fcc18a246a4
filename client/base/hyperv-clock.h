/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_CLOCK (hyperv_clock_get_type ())
HYPERV_EXPORT G_DECLARE_INTERFACE (HypervClock, hyperv_clock, HYPERV, CLOCK, GObject)

/**
 * HypervClockInterface:
 * @now: microseconds since some fixed moment of this clock
 * @add_timer: arranges for @callback to be called once, in @context, @delay microseconds from now
 * @remove_timer: forgets a timer; nothing happens when it has fired or never was
 *
 * Time as back-off and deadlines see it: the machine's, or a virtual one in tests. Any thread may
 * call; @callback runs in the main context that was given.
 */
struct _HypervClockInterface {
  GTypeInterface parent_interface;

  /*< private >*/
  gint64 (*now) (HypervClock *self);
  guint64 (*add_timer) (HypervClock *self, GMainContext *context, gint64 delay,
                        GSourceFunc callback, gpointer user_data, GDestroyNotify destroy);
  void (*remove_timer) (HypervClock *self, guint64 id);
};

HYPERV_EXPORT gint64 hyperv_clock_now (HypervClock *self);
HYPERV_EXPORT guint64 hyperv_clock_add_timer (HypervClock *self, GMainContext *context,
                                              gint64 delay, GSourceFunc callback,
                                              gpointer user_data, GDestroyNotify destroy);
HYPERV_EXPORT void hyperv_clock_remove_timer (HypervClock *self, guint64 id);

/* The default: the machine's monotonic time. */
HYPERV_EXPORT HypervClock *hyperv_clock_new_monotonic (void);

G_END_DECLS
