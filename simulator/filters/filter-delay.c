/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

#define MAX_MILLISECONDS (24 * 3600 * 1000)

typedef struct {
  guint64 milliseconds;
  gboolean effect;
} Config;

static const char *const arguments[] = { "milliseconds", "effect", NULL };

static gpointer
delay_configure (GVariant *settings, GError **error)
{
  static const SimSetting milliseconds = { .name = "milliseconds",
                                           .type = SIM_SETTING_NUMBER,
                                           .maximum = MAX_MILLISECONDS,
                                           .is_required = TRUE };
  static const SimSetting effect = { .name = "effect", .type = SIM_SETTING_BOOLEAN };
  g_autofree Config *config = g_new0 (Config, 1);

  if (!sim_settings_get (settings, &milliseconds, &config->milliseconds, error)
      || !sim_settings_get (settings, &effect, &config->effect, error))
    return NULL;
  return g_steal_pointer (&config);
}

static SimVerdict
delay (const Config *config, gint64 *hold)
{
  *hold = (gint64)config->milliseconds * 1000;
  return SIM_VERDICT_HOLD;
}

static SimVerdict
delay_before (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  return ((Config *)config)->effect ? SIM_VERDICT_PASS : delay (config, hold);
}

static SimVerdict
delay_after (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  return ((Config *)config)->effect ? delay (config, hold) : SIM_VERDICT_PASS;
}

const SimFilterType sim_filter_delay = {
  .name = "delay",
  .summary = "waits some milliseconds of the clock before it acts, or (effect) before it replies",
  .arguments = arguments,
  .configure = delay_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_BEFORE_EFFECT] = delay_before, [SIM_HOOK_AFTER_EFFECT] = delay_after },
};
