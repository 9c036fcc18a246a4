/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

#define MAX_MILLISECONDS (24 * 3600 * 1000)

static const char *const arguments[] = { "milliseconds", "effect", NULL };

static gpointer
delay_configure (GVariant *settings, GError **error)
{
  static const SimSetting milliseconds = { .name = "milliseconds",
                                           .type = SIM_SETTING_NUMBER,
                                           .maximum = MAX_MILLISECONDS,
                                           .is_required = TRUE };
  g_autofree guint64 *config = g_new0 (guint64, 1);

  return sim_settings_get (settings, &milliseconds, config, error) ? g_steal_pointer (&config)
                                                                   : NULL;
}

static SimVerdict
delay (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  *hold = (gint64) * (guint64 *)config * 1000;
  return SIM_VERDICT_HOLD;
}

const SimFilterType sim_filter_delay = {
  .name = "delay",
  .summary = "waits some milliseconds of the clock before it acts, or (effect) before it replies",
  .arguments = arguments,
  .configure = delay_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_BEFORE_EFFECT] = delay },
  .hooks_with_effect = { [SIM_HOOK_AFTER_EFFECT] = delay },
};
