/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

/* A slow line, in the machine's time: the client's socket has no other. */
#define MAX_BYTES (1024 * 1024)
#define MAX_MILLISECONDS (60 * 1000)

typedef struct {
  guint64 bytes;
  guint64 milliseconds;
} Config;

static const char *const arguments[] = { "bytes", "milliseconds", NULL };

static gpointer
drip_configure (GVariant *settings, GError **error)
{
  static const SimSetting bytes
      = { .name = "bytes", .type = SIM_SETTING_NUMBER, .minimum = 1, .maximum = MAX_BYTES };
  static const SimSetting milliseconds = {
    .name = "milliseconds", .type = SIM_SETTING_NUMBER, .minimum = 1, .maximum = MAX_MILLISECONDS
  };
  g_autofree Config *config = g_new0 (Config, 1);

  config->bytes = 64;
  config->milliseconds = 10;
  if (!sim_settings_get (settings, &bytes, &config->bytes, error)
      || !sim_settings_get (settings, &milliseconds, &config->milliseconds, error))
    return NULL;
  return g_steal_pointer (&config);
}

static SimVerdict
drip (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  const Config *config = data;

  if (exchange->order != SIM_ORDER_ANSWER)
    return SIM_VERDICT_PASS;
  exchange->order = SIM_ORDER_DRIP;
  exchange->order_bytes = (gsize)config->bytes;
  exchange->order_ms = (guint)config->milliseconds;
  return SIM_VERDICT_ACTED;
}

const SimFilterType sim_filter_drip = {
  .name = "drip",
  .summary = "sends the reply slowly: some bytes (64) each few milliseconds (10) of real time",
  .arguments = arguments,
  .configure = drip_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_WRITTEN] = drip },
};
