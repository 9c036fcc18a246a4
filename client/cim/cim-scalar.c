/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "client/base/hyperv-error.h"
#include "client/cim/hyperv-cim-instance.h"
#include "client/cim/hyperv-cim-private.h"

/* Texts in messages are cut here, so that a lying server cannot fill the log. */
#define SHOWN_TEXT_MAX 80

void
cim_scalar_hold (HypervCimType type, HypervCimScalar *scalar)
{
  if (type == HYPERV_CIM_TYPE_REFERENCE)
    hyperv_cim_path_ref (scalar->path);
  else if (type == HYPERV_CIM_TYPE_INSTANCE)
    hyperv_cim_instance_ref (scalar->instance);
}

void
cim_scalar_release (HypervCimType type, HypervCimScalar *scalar)
{
  if (type == HYPERV_CIM_TYPE_REFERENCE)
    hyperv_cim_path_unref ((HypervCimPath *) scalar->path);
  else if (type == HYPERV_CIM_TYPE_INSTANCE)
    hyperv_cim_instance_unref ((HypervCimInstance *) scalar->instance);
}

gboolean
cim_scalar_get_boolean (HypervCimType type, const HypervCimScalar *scalar, gboolean *value)
{
  if (type == HYPERV_CIM_TYPE_BOOLEAN) {
    *value = scalar->u != 0;
    return TRUE;
  }
  if (type != HYPERV_CIM_TYPE_TEXT)
    return FALSE;
  *value = g_ascii_strcasecmp (scalar->s, "true") == 0;
  return *value || g_ascii_strcasecmp (scalar->s, "false") == 0;
}

gboolean
cim_scalar_get_uint64 (HypervCimType type, const HypervCimScalar *scalar, guint64 *value)
{
  if (hyperv_cim_type_is_unsigned (type)) {
    *value = scalar->u;
    return TRUE;
  }
  if (hyperv_cim_type_is_signed (type)) {
    *value = (guint64) scalar->i;
    return scalar->i >= 0;
  }
  return type == HYPERV_CIM_TYPE_TEXT
         && g_ascii_string_to_unsigned (scalar->s, 10, 0, G_MAXUINT64, value, NULL);
}

gboolean
cim_scalar_get_int64 (HypervCimType type, const HypervCimScalar *scalar, gint64 *value)
{
  if (hyperv_cim_type_is_signed (type)) {
    *value = scalar->i;
    return TRUE;
  }
  if (hyperv_cim_type_is_unsigned (type)) {
    *value = (gint64) scalar->u;
    return scalar->u <= G_MAXINT64;
  }
  return type == HYPERV_CIM_TYPE_TEXT
         && g_ascii_string_to_signed (scalar->s, 10, G_MININT64, G_MAXINT64, value, NULL);
}

gboolean
cim_scalar_get_double (HypervCimType type, const HypervCimScalar *scalar, double *value)
{
  char *end = NULL;

  if (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64)
    *value = scalar->d;
  else if (hyperv_cim_type_is_unsigned (type))
    *value = (double) scalar->u;
  else if (hyperv_cim_type_is_signed (type))
    *value = (double) scalar->i;
  else if (type != HYPERV_CIM_TYPE_TEXT || *scalar->s == '\0' || g_ascii_isspace (*scalar->s))
    return FALSE;
  else {
    errno = 0;
    *value = g_ascii_strtod (scalar->s, &end);
    return *end == '\0' && errno == 0 && isfinite (*value);
  }
  return TRUE;
}

char *
cim_scalar_to_text (HypervCimType type, const HypervCimScalar *scalar)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (hyperv_cim_type_is_text (type))
    return g_strdup (scalar->s);
  if (type == HYPERV_CIM_TYPE_BOOLEAN)
    return g_strdup (scalar->u ? "true" : "false");
  if (hyperv_cim_type_is_unsigned (type))
    return g_strdup_printf ("%" G_GUINT64_FORMAT, scalar->u);
  if (hyperv_cim_type_is_signed (type))
    return g_strdup_printf ("%" G_GINT64_FORMAT, scalar->i);
  if (type == HYPERV_CIM_TYPE_REFERENCE)
    return g_strdup (hyperv_cim_path_get_class_name (scalar->path));
  if (type == HYPERV_CIM_TYPE_INSTANCE)
    return g_strdup (hyperv_cim_instance_get_class_name (scalar->instance));
  return g_strdup (g_ascii_dtostr (buffer, sizeof buffer, scalar->d));
}

static char *
property_name (const HypervCimProperty *property, const char *class_name)
{
  if (class_name == NULL)
    return g_strdup (*property->name != '\0' ? property->name : "the value");
  return g_strdup_printf ("%s.%s", class_name, property->name);
}

const HypervCimScalar *
cim_property_get_item (const HypervCimProperty *property, const char *class_name, GError **error)
{
  g_autofree char *name = NULL;

  if (property->n_items == 1)
    return property->items;

  name = property_name (property, class_name);
  if (property->is_null)
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "%s is null", name);
  else
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "%s is an array of %u items, expected one value", name, property->n_items);
  return NULL;
}

void
cim_property_set_error (const HypervCimProperty *property, const char *class_name,
                        const char *wanted, GError **error)
{
  g_autofree char *name = property_name (property, class_name);
  g_autofree char *text = cim_scalar_to_text (property->type, property->items);
  gboolean is_long = g_utf8_validate (text, -1, NULL) && g_utf8_strlen (text, -1) > SHOWN_TEXT_MAX;
  g_autofree char *shown = is_long ? g_utf8_substring (text, 0, SHOWN_TEXT_MAX) : g_strdup (text);

  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "%s is “%s%s” (%s), expected %s", name,
               shown, is_long ? "…" : "", hyperv_cim_type_get_name (property->type), wanted);
}
