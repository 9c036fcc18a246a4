/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

G_DEFINE_QUARK (sim - filter - error - quark, sim_filter_error)

static gboolean
contains (const char *const *list, const char *name)
{
  for (gsize i = 0; list != NULL && list[i] != NULL; i++)
    if (strcmp (list[i], name) == 0)
      return TRUE;
  return FALSE;
}

static void
append_names (GString *text, const char *const *list)
{
  for (gsize i = 0; list != NULL && list[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", list[i]);
}

gboolean
sim_settings_check_keys (GVariant *settings, const char *what, const char *const *own,
                         const char *const *others, GError **error)
{
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, settings);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL)) {
    g_autoptr (GString) known = NULL;

    if (contains (own, key) || contains (others, key))
      continue;
    known = g_string_new (NULL);
    append_names (known, own);
    append_names (known, others);
    g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_UNKNOWN_SETTING,
                 "filter %s has no setting \"%s\" (known: %s)", what, key, known->str);
    return FALSE;
  }
  return TRUE;
}

/* ---- values ---- */

static gboolean
read_number (GVariant *value, guint64 *number)
{
  double real;
  gint64 number_signed;

  switch (g_variant_classify (value)) {
  case G_VARIANT_CLASS_BYTE:
    *number = g_variant_get_byte (value);
    return TRUE;
  case G_VARIANT_CLASS_UINT16:
    *number = g_variant_get_uint16 (value);
    return TRUE;
  case G_VARIANT_CLASS_UINT32:
    *number = g_variant_get_uint32 (value);
    return TRUE;
  case G_VARIANT_CLASS_UINT64:
    *number = g_variant_get_uint64 (value);
    return TRUE;
  case G_VARIANT_CLASS_INT16:
    number_signed = g_variant_get_int16 (value);
    break;
  case G_VARIANT_CLASS_INT32:
    number_signed = g_variant_get_int32 (value);
    break;
  case G_VARIANT_CLASS_INT64:
    number_signed = g_variant_get_int64 (value);
    break;
  case G_VARIANT_CLASS_DOUBLE:
    /* JSON knows no other numbers. */
    real = g_variant_get_double (value);
    if (!(real >= 0 && real <= (double)G_MAXINT32))
      return FALSE;
    number_signed = (gint64)real;
    if ((double)number_signed < real)
      return FALSE;
    break;
  default:
    return FALSE;
  }
  *number = (guint64)number_signed;
  return number_signed >= 0;
}

static gboolean
is_number (GVariant *value)
{
  return strchr ("ynqiuxtd", *g_variant_get_type_string (value)) != NULL
         && g_variant_get_type_string (value)[1] == '\0';
}

static char *
describe_expected (const SimSetting *setting)
{
  if (setting->type == SIM_SETTING_STRING)
    return g_strdup ("text");
  if (setting->type == SIM_SETTING_BOOLEAN)
    return g_strdup ("true or false");
  return g_strdup_printf ("a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                          setting->minimum, setting->maximum);
}

static gboolean
fail (const SimSetting *setting, GVariant *value, SimFilterError code, GError **error)
{
  g_autofree char *expected = describe_expected (setting);
  g_autofree char *found = g_variant_print (value, FALSE);

  g_set_error (error, SIM_FILTER_ERROR, code,
               "setting \"%s\": expected %s, found %s (of type \"%s\")", setting->name, expected,
               found, g_variant_get_type_string (value));
  return FALSE;
}

static gboolean
get_number (const SimSetting *setting, GVariant *value, guint64 *number, GError **error)
{
  guint64 read;

  if (!is_number (value))
    return fail (setting, value, SIM_FILTER_ERROR_WRONG_TYPE, error);
  if (!read_number (value, &read) || read < setting->minimum || read > setting->maximum)
    return fail (setting, value, SIM_FILTER_ERROR_WRONG_VALUE, error);
  *number = read;
  return TRUE;
}

gboolean
sim_settings_get (GVariant *settings, const SimSetting *setting, gpointer value, GError **error)
{
  g_autoptr (GVariant) found = g_variant_lookup_value (settings, setting->name, NULL);

  if (found == NULL && setting->is_required) {
    g_autofree char *expected = describe_expected (setting);

    g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_MISSING_SETTING,
                 "setting \"%s\" is missing: expected %s", setting->name, expected);
    return FALSE;
  }
  if (found == NULL)
    return TRUE;

  switch (setting->type) {
  case SIM_SETTING_STRING:
    if (!g_variant_is_of_type (found, G_VARIANT_TYPE_STRING))
      return fail (setting, found, SIM_FILTER_ERROR_WRONG_TYPE, error);
    g_free (*(char **)value);
    *(char **)value = g_variant_dup_string (found, NULL);
    return TRUE;
  case SIM_SETTING_BOOLEAN:
    if (!g_variant_is_of_type (found, G_VARIANT_TYPE_BOOLEAN))
      return fail (setting, found, SIM_FILTER_ERROR_WRONG_TYPE, error);
    *(gboolean *)value = g_variant_get_boolean (found);
    return TRUE;
  case SIM_SETTING_NUMBER:
    return get_number (setting, found, value, error);
  default:
    g_return_val_if_reached (FALSE);
  }
}

/* ---- causes ---- */

gboolean
sim_filter_read_cause (GVariant *settings, const char *fallback, const ProviderCause **cause,
                       GError **error)
{
  const SimSetting setting
      = { .name = "cause", .type = SIM_SETTING_STRING, .is_required = fallback == NULL };
  g_autofree char *name = g_strdup (fallback);
  g_autoptr (GString) known = NULL;

  if (!sim_settings_get (settings, &setting, &name, error))
    return FALSE;
  *cause = provider_find_cause (name);
  if (*cause != NULL)
    return TRUE;
  known = g_string_new (NULL);
  for (const ProviderCause *row = provider_get_causes (); row->name != NULL; row++)
    g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", row->name);
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"cause\": expected one of %s, found \"%s\"", known->str, name);
  return FALSE;
}
