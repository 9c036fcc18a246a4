/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

static const char *const arguments[] = { "cause", "percent", NULL };

typedef struct {
  const ProviderCause *cause;
  guint64 percent;
} Config;

static gpointer
cause_configure (GVariant *settings, GError **error)
{
  static const SimSetting percent
      = { .name = "percent", .type = SIM_SETTING_NUMBER, .maximum = 100 };
  g_autofree Config *config = g_new0 (Config, 1);

  config->percent = 50;
  if (!sim_settings_get (settings, &percent, &config->percent, error)
      || !sim_filter_read_cause (settings, NULL, &config->cause, error))
    return NULL;
  return g_steal_pointer (&config);
}

static SimVerdict
cause (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  const Config *config = data;

  exchange->cause = config->cause->name;
  exchange->job_percent = (guint)config->percent;
  return SIM_VERDICT_ACTED;
}

const SimFilterType sim_filter_cause = {
  .name = "cause",
  .summary = "a method fails for this cause, at once or in its job (at some percent, 50), and the "
             "virtual machine shows it",
  .arguments = arguments,
  .configure = cause_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_BEFORE_EFFECT] = cause },
  .operation = "Invoke",
};
