/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

static const char *const arguments[] = { "effect", NULL };

static gpointer
stall_configure (GVariant *settings, GError **error)
{
  return g_new0 (char, 1);
}

static SimVerdict
stall (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  exchange->order = SIM_ORDER_STALL;
  return SIM_VERDICT_ANSWER;
}

const SimFilterType sim_filter_stall = {
  .name = "stall",
  .summary = "never answers and keeps the connection open; with effect it acts first",
  .arguments = arguments,
  .configure = stall_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_RECEIVED] = stall, [SIM_HOOK_PARSED] = stall },
  .hooks_with_effect = { [SIM_HOOK_AFTER_EFFECT] = stall },
};
