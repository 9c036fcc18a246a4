/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

const char *const sim_filter_match_keys[]
    = { "operation", "class", "method", "selector", "nth", "every", "count", "probability", NULL };

/* What `operation` can be: a misspelt one would match nothing and say nothing. */
static const char *const operations[]
    = { "Identify", "Get",    "Put",       "Create",      "Delete",    "Enumerate", "Pull",
        "Release",  "Invoke", "Subscribe", "Unsubscribe", "Renew",     "Command",   "Send",
        "Receive",  "Signal", "Connect",   "Disconnect",  "Reconnect", NULL };

static const SimSetting text_settings[] = {
  { .name = "operation", .type = SIM_SETTING_STRING },
  { .name = "class", .type = SIM_SETTING_STRING },
  { .name = "method", .type = SIM_SETTING_STRING },
  { .name = "selector", .type = SIM_SETTING_STRING },
};
static const SimSetting number_settings[] = {
  { .name = "nth", .type = SIM_SETTING_NUMBER, .minimum = 1, .maximum = G_MAXUINT32 },
  { .name = "every", .type = SIM_SETTING_NUMBER, .minimum = 1, .maximum = G_MAXUINT32 },
  { .name = "count", .type = SIM_SETTING_NUMBER, .minimum = 1, .maximum = G_MAXUINT32 },
};

/* 0 < probability <= 1. */
static gboolean
read_probability (SimFilterMatch *match, GVariant *settings, GError **error)
{
  g_autoptr (GVariant) found = g_variant_lookup_value (settings, "probability", NULL);
  g_autofree char *text = NULL;

  if (found == NULL)
    return TRUE;
  if (g_variant_is_of_type (found, G_VARIANT_TYPE_DOUBLE))
    match->probability = g_variant_get_double (found);
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_INT64))
    match->probability = (double)g_variant_get_int64 (found);
  if (match->probability > 0 && match->probability <= 1)
    return TRUE;
  text = g_variant_print (found, FALSE);
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"probability\": expected more than 0, at most 1, found %s", text);
  return FALSE;
}

static gboolean
check_operation (const char *operation, GError **error)
{
  g_autofree char *known = NULL;

  for (gsize i = 0; operations[i] != NULL; i++)
    if (g_ascii_strcasecmp (operations[i], operation) == 0)
      return TRUE;

  known = g_strjoinv (", ", (char **)operations);
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"operation\": expected one of %s, found \"%s\"", known, operation);
  return FALSE;
}

gboolean
sim_filter_match_read (SimFilterMatch *match, GVariant *settings, GError **error)
{
  char **texts[] = { &match->operation, &match->class_name, &match->method, &match->selector };
  guint *numbers[] = { &match->nth, &match->every, &match->count };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (!sim_settings_get (settings, &text_settings[i], texts[i], error))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    guint64 number = 0;

    if (!sim_settings_get (settings, &number_settings[i], &number, error))
      return FALSE;
    *numbers[i] = (guint)number;
  }
  if (!read_probability (match, settings, error)
      || (match->operation != NULL && !check_operation (match->operation, error)))
    return FALSE;
  if (match->selector != NULL
      && (strchr (match->selector, '=') == NULL || match->selector[0] == '=')) {
    g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
                 "setting \"selector\": expected NAME=VALUE, found \"%s\"", match->selector);
    return FALSE;
  }
  return TRUE;
}

void
sim_filter_match_clear (SimFilterMatch *match)
{
  g_clear_pointer (&match->operation, g_free);
  g_clear_pointer (&match->class_name, g_free);
  g_clear_pointer (&match->method, g_free);
  g_clear_pointer (&match->selector, g_free);
}

static gboolean
text_fits (const char *wanted, const char *found)
{
  return wanted == NULL || (found != NULL && g_ascii_strcasecmp (wanted, found) == 0);
}

static gboolean
selector_fits (const char *wanted, const SimExchange *exchange)
{
  const char *equals;
  g_autofree char *name = NULL;

  if (wanted == NULL)
    return TRUE;
  equals = strchr (wanted, '=');
  name = g_strndup (wanted, (gsize)(equals - wanted));
  return text_fits (equals + 1, sim_exchange_get_selector (exchange, name));
}

gboolean
sim_filter_match_fits (const SimFilterMatch *match, const SimExchange *exchange)
{
  return text_fits (match->operation, exchange->operation)
         && text_fits (match->class_name, exchange->class_name)
         && text_fits (match->method, exchange->method)
         && selector_fits (match->selector, exchange);
}
