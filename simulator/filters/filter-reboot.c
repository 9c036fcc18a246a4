/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

#define MAX_SECONDS 86400

static const char *const arguments[] = { "seconds", "effect", NULL };

static gpointer
reboot_configure (GVariant *settings, GError **error)
{
  static const SimSetting seconds
      = { .name = "seconds", .type = SIM_SETTING_NUMBER, .maximum = MAX_SECONDS };
  g_autofree guint64 *config = g_new0 (guint64, 1);

  *config = 60;
  return sim_settings_get (settings, &seconds, config, error) ? g_steal_pointer (&config) : NULL;
}

static SimVerdict
reboot (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  sim_filter_act (filter, exchange, SIM_ACT_REBOOT, (guint) * (guint64 *)config);
  exchange->order = SIM_ORDER_HANG_UP;
  return SIM_VERDICT_ANSWER;
}

const SimFilterType sim_filter_reboot = {
  .name = "reboot",
  .summary = "the host reboots instead of answering and is away for some seconds (60) of the "
             "clock; with effect it acts first",
  .arguments = arguments,
  .configure = reboot_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_PARSED] = reboot },
  .hooks_with_effect = { [SIM_HOOK_AFTER_EFFECT] = reboot },
};
