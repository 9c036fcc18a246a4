/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

/* Unlike hang-up midway, HTTP is in order here: a Content-Length that is kept, XML that ends. */
#define MAX_BYTES (64 * 1024 * 1024)
#define HALF G_MAXUINT64

static const char *const arguments[] = { "bytes", NULL };

static gpointer
truncate_configure (GVariant *settings, GError **error)
{
  static const SimSetting bytes
      = { .name = "bytes", .type = SIM_SETTING_NUMBER, .maximum = MAX_BYTES };
  g_autofree guint64 *config = g_new0 (guint64, 1);

  *config = HALF;
  return sim_settings_get (settings, &bytes, config, error) ? g_steal_pointer (&config) : NULL;
}

static SimVerdict
truncate_written (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  guint64 bytes = *(guint64 *)data;
  GBytes *whole = exchange->reply;
  gsize size = whole != NULL ? g_bytes_get_size (whole) : 0;

  if (size == 0)
    return SIM_VERDICT_PASS;
  exchange->reply = g_bytes_new_from_bytes (whole, 0, bytes == HALF ? size / 2 : MIN (bytes, size));
  g_bytes_unref (whole);
  return SIM_VERDICT_ACTED;
}

const SimFilterType sim_filter_truncate = {
  .name = "truncate",
  .summary = "ends the body of the reply after some bytes (half of them), with a right length",
  .arguments = arguments,
  .configure = truncate_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_WRITTEN] = truncate_written },
};
