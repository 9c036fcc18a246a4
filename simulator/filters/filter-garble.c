/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

#define MAX_BYTES 1000000

static const char *const arguments[] = { "bytes", NULL };

static gpointer
garble_configure (GVariant *settings, GError **error)
{
  static const SimSetting bytes
      = { .name = "bytes", .type = SIM_SETTING_NUMBER, .minimum = 1, .maximum = MAX_BYTES };
  g_autofree guint64 *config = g_new0 (guint64, 1);

  *config = 16;
  return sim_settings_get (settings, &bytes, config, error) ? g_steal_pointer (&config) : NULL;
}

/* Other bytes at places that the seed says. */
static SimVerdict
garble (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  guint64 n = *(guint64 *)data;
  gsize size = 0;
  guint8 *text;

  if (exchange->reply == NULL || g_bytes_get_size (exchange->reply) == 0)
    return SIM_VERDICT_PASS;
  text = g_bytes_unref_to_data (g_steal_pointer (&exchange->reply), &size);
  for (guint64 i = 0; i < n; i++)
    text[sim_filter_random (filter) % size] ^= (guint8)(1 + sim_filter_random (filter) % 255);
  exchange->reply = g_bytes_new_take (text, size);
  return SIM_VERDICT_ACTED;
}

const SimFilterType sim_filter_garble = {
  .name = "garble",
  .summary = "changes some bytes (16) of the reply, chosen by the seed",
  .arguments = arguments,
  .configure = garble_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_WRITTEN] = garble },
};
