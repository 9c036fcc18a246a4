/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

#define MAX_SECONDS 86400

typedef struct {
  guint64 seconds;
  gboolean effect;
} Config;

static const char *const arguments[] = { "seconds", "effect", NULL };

static gpointer
reboot_configure (GVariant *settings, GError **error)
{
  static const SimSetting seconds
      = { .name = "seconds", .type = SIM_SETTING_NUMBER, .maximum = MAX_SECONDS };
  static const SimSetting effect = { .name = "effect", .type = SIM_SETTING_BOOLEAN };
  g_autofree Config *config = g_new0 (Config, 1);

  config->seconds = 60;
  if (!sim_settings_get (settings, &seconds, &config->seconds, error)
      || !sim_settings_get (settings, &effect, &config->effect, error))
    return NULL;
  return g_steal_pointer (&config);
}

static SimVerdict
reboot (SimFilter *filter, const Config *config, SimExchange *exchange)
{
  sim_filter_act (filter, exchange, SIM_ACT_REBOOT, (guint)config->seconds);
  exchange->order = SIM_ORDER_HANG_UP;
  return SIM_VERDICT_ANSWER;
}

static SimVerdict
reboot_before (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  return ((Config *)config)->effect ? SIM_VERDICT_PASS : reboot (filter, config, exchange);
}

static SimVerdict
reboot_after (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  return ((Config *)config)->effect ? reboot (filter, config, exchange) : SIM_VERDICT_PASS;
}

const SimFilterType sim_filter_reboot = {
  .name = "reboot",
  .summary = "the host reboots instead of answering and is away for some seconds (60) of the "
             "clock; with effect it acts first",
  .arguments = arguments,
  .configure = reboot_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_PARSED] = reboot_before, [SIM_HOOK_AFTER_EFFECT] = reboot_after },
};
