/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

static const char *const arguments[] = { "effect", NULL };

static gpointer
stall_configure (GVariant *settings, GError **error)
{
  static const SimSetting effect = { .name = "effect", .type = SIM_SETTING_BOOLEAN };
  g_autofree gboolean *config = g_new0 (gboolean, 1);

  return sim_settings_get (settings, &effect, config, error) ? g_steal_pointer (&config) : NULL;
}

static SimVerdict
stall (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  exchange->order = SIM_ORDER_STALL;
  return SIM_VERDICT_ANSWER;
}

static SimVerdict
stall_early (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  return *(gboolean *)config ? SIM_VERDICT_PASS : stall (filter, config, exchange, hold);
}

static SimVerdict
stall_after_effect (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  return *(gboolean *)config ? stall (filter, config, exchange, hold) : SIM_VERDICT_PASS;
}

const SimFilterType sim_filter_stall = {
  .name = "stall",
  .summary = "never answers and keeps the connection open; with effect it acts first",
  .arguments = arguments,
  .configure = stall_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_RECEIVED] = stall_early,
             [SIM_HOOK_PARSED] = stall_early,
             [SIM_HOOK_AFTER_EFFECT] = stall_after_effect },
};
