/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

typedef struct {
  guint64 status;
  char *body;
  char *type;
} Config;

static const char *const arguments[] = { "status", "body", "type", "effect", NULL };

static void
http_status_free (gpointer data)
{
  Config *config = data;

  g_free (config->body);
  g_free (config->type);
  g_free (config);
}

/* It becomes a header. */
static gboolean
check_type (const char *type, GError **error)
{
  g_autofree char *shown = NULL;

  for (const char *at = type; shown == NULL && *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      shown = g_strescape (type, NULL);
  if (shown == NULL && *type != '\0')
    return TRUE;
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"type\": expected a content type on one line, such as text/plain, found "
               "\"%s\"",
               shown != NULL ? shown : "");
  return FALSE;
}

static gpointer
http_status_configure (GVariant *settings, GError **error)
{
  static const SimSetting status = { .name = "status",
                                     .type = SIM_SETTING_NUMBER,
                                     .minimum = 400,
                                     .maximum = 599,
                                     .is_required = TRUE };
  static const SimSetting body = { .name = "body", .type = SIM_SETTING_STRING };
  static const SimSetting type = { .name = "type", .type = SIM_SETTING_STRING };
  Config *config = g_new0 (Config, 1);

  /* What http.sys sends its own errors as. */
  config->type = g_strdup ("text/html; charset=us-ascii");
  if (sim_settings_get (settings, &status, &config->status, error)
      && sim_settings_get (settings, &body, &config->body, error)
      && sim_settings_get (settings, &type, &config->type, error)
      && check_type (config->type, error))
    return config;
  http_status_free (config);
  return NULL;
}

static SimVerdict
http_status (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  const Config *config = data;

  exchange->status = (guint)config->status;
  g_clear_pointer (&exchange->reply, g_bytes_unref);
  g_clear_pointer (&exchange->reply_type, g_free);
  if (config->body != NULL) {
    exchange->reply = g_bytes_new (config->body, strlen (config->body));
    exchange->reply_type = g_strdup (config->type);
  }
  return SIM_VERDICT_ANSWER;
}

const SimFilterType sim_filter_http_status = {
  .name = "http-status",
  .summary = "answers with an HTTP status (400..599) and an optional body; with effect it acts "
             "first",
  .arguments = arguments,
  .configure = http_status_configure,
  .free = http_status_free,
  .hooks = { [SIM_HOOK_RECEIVED] = http_status, [SIM_HOOK_PARSED] = http_status },
  .hooks_with_effect = { [SIM_HOOK_AFTER_EFFECT] = http_status },
};
