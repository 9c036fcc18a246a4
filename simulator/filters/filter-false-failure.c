/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

#define FAILED 32768 /* of Hyper-V's methods */

static const char *const arguments[] = { "return_value", NULL };

static gpointer
false_failure_configure (GVariant *settings, GError **error)
{
  static const SimSetting value = {
    .name = "return_value", .type = SIM_SETTING_NUMBER, .minimum = 1, .maximum = G_MAXUINT32
  };
  g_autofree guint64 *config = g_new0 (guint64, 1);

  *config = FAILED;
  return sim_settings_get (settings, &value, config, error) ? g_steal_pointer (&config) : NULL;
}

static SimVerdict
false_failure (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  exchange->lies = TRUE;
  exchange->lie = (guint32) * (guint64 *)data;
  return SIM_VERDICT_ACTED;
}

const SimFilterType sim_filter_false_failure = {
  .name = "false-failure",
  .summary = "does what a method is asked, but its reply has this return_value (32768, Failed)",
  .arguments = arguments,
  .configure = false_failure_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_AFTER_EFFECT] = false_failure },
  .operation = "Invoke",
};
