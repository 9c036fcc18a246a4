/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

#define MAX_BYTES (64 * 1024 * 1024)
#define HALF G_MAXUINT64 /* no setting: half of the reply */

typedef struct {
  SimOrder order;
  guint64 bytes;
} Config;

static const char *const arguments[] = { "when", "bytes", "effect", NULL };

static const struct {
  const char *when;
  SimOrder order;
} orders[] = {
  { "before", SIM_ORDER_HANG_UP },
  { "midway", SIM_ORDER_HANG_UP_MIDWAY },
  { "after", SIM_ORDER_HANG_UP_AFTER },
};

static gboolean
read_when (Config *config, const char *when, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    if (g_strcmp0 (orders[i].when, when) != 0)
      continue;
    config->order = orders[i].order;
    return TRUE;
  }
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"when\": expected before, midway or after (the reply), found \"%s\"",
               when);
  return FALSE;
}

static gpointer
hang_up_configure (GVariant *settings, GError **error)
{
  static const SimSetting when = { .name = "when", .type = SIM_SETTING_STRING };
  static const SimSetting bytes
      = { .name = "bytes", .type = SIM_SETTING_NUMBER, .maximum = MAX_BYTES };
  g_autofree Config *config = g_new0 (Config, 1);
  g_autofree char *text = g_strdup ("before");

  config->bytes = HALF;
  if (!sim_settings_get (settings, &when, &text, error)
      || !sim_settings_get (settings, &bytes, &config->bytes, error)
      || !read_when (config, text, error))
    return NULL;
  if (config->bytes != HALF && config->order != SIM_ORDER_HANG_UP_MIDWAY) {
    g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
                 "setting \"bytes\" goes with when=midway only, found when=%s", text);
    return NULL;
  }
  return g_steal_pointer (&config);
}

/* Early: nothing has happened and nothing will. After the effect: it has happened and nobody is
 * told, the outcome that a client cannot know. */
static SimVerdict
hang_up (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  const Config *config = data;

  if (config->order != SIM_ORDER_HANG_UP)
    return SIM_VERDICT_PASS;
  exchange->order = SIM_ORDER_HANG_UP;
  return SIM_VERDICT_ANSWER;
}

static SimVerdict
hang_up_written (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  const Config *config = data;
  gsize size = exchange->reply != NULL ? g_bytes_get_size (exchange->reply) : 0;

  if (config->order == SIM_ORDER_HANG_UP)
    return SIM_VERDICT_PASS;
  exchange->order = config->order;
  exchange->order_bytes = config->bytes == HALF ? size / 2 : (gsize)config->bytes;
  return SIM_VERDICT_ANSWER;
}

const SimFilterType sim_filter_hang_up = {
  .name = "hang-up",
  .summary = "closes the connection before, in the middle of (bytes) or after the reply; with "
             "effect it acts first",
  .arguments = arguments,
  .configure = hang_up_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_RECEIVED] = hang_up,
             [SIM_HOOK_PARSED] = hang_up,
             [SIM_HOOK_WRITTEN] = hang_up_written },
  .hooks_with_effect = { [SIM_HOOK_AFTER_EFFECT] = hang_up, [SIM_HOOK_WRITTEN] = hang_up_written },
};
