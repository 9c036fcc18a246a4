/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository-value.h"

#include <math.h>
#include <string.h>

#include "simulator/repository/repository-path.h"

G_DEFINE_QUARK (sim - repository - error, repository_error)

static gboolean
fail (GError **error, HypervCimType type, const char *text)
{
  g_autofree char *shown = g_utf8_substring (text, 0, MIN (80, g_utf8_strlen (text, -1)));

  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE, "expected %s, found \"%s\"",
               hyperv_cim_type_get_name (type), shown);
  return FALSE;
}

/* ---- dates (DSP0004 §5.2.4) ---- */

static gboolean
read_digits (const char *text, guint n, guint *value)
{
  *value = 0;
  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
    *value = *value * 10 + (guint)g_ascii_digit_value (text[i]);
  }
  return TRUE;
}

static gboolean
has_shape (const char *text, const char *shape)
{
  for (; *shape != '\0'; text++, shape++)
    if (*shape == '0' ? !g_ascii_isdigit (*text) && *text != '*' : *text != *shape)
      return FALSE;
  return *text == '\0';
}

gboolean
repository_value_is_interval (const char *text)
{
  return has_shape (text, "00000000000000.000000:000");
}

static gboolean
is_date (const char *text)
{
  return has_shape (text, "00000000000000.000000+000")
         || has_shape (text, "00000000000000.000000-000");
}

gboolean
repository_value_read_time (const char *text, gint64 *when)
{
  guint year, month, day, hour, minute, second, micro, offset;
  g_autoptr (GDateTime) date = NULL;

  if (!is_date (text) || !read_digits (text, 4, &year) || !read_digits (text + 4, 2, &month)
      || !read_digits (text + 6, 2, &day) || !read_digits (text + 8, 2, &hour)
      || !read_digits (text + 10, 2, &minute) || !read_digits (text + 12, 2, &second)
      || !read_digits (text + 15, 6, &micro) || !read_digits (text + 22, 3, &offset))
    return FALSE;
  date = g_date_time_new_utc ((int)year, (int)month, (int)day, (int)hour, (int)minute, second);
  if (date == NULL)
    return FALSE;
  *when = (g_date_time_to_unix (date) - (text[21] == '-' ? -1 : 1) * (gint64)offset * 60)
              * G_USEC_PER_SEC
          + micro;
  return TRUE;
}

void
repository_value_write_time (gint64 when, int offset, char *buffer)
{
  gint64 local = when + (gint64)offset * 60 * G_USEC_PER_SEC;
  gint64 seconds = local / G_USEC_PER_SEC;
  int micro = (int)(local % G_USEC_PER_SEC);
  g_autoptr (GDateTime) date = NULL;

  if (micro < 0) {
    micro += G_USEC_PER_SEC;
    seconds--;
  }
  date = g_date_time_new_from_unix_utc (seconds);
  if (date == NULL)
    date = g_date_time_new_utc (9999, 12, 31, 23, 59, 59);
  g_snprintf (buffer, REPOSITORY_TIME_SIZE, "%04d%02d%02d%02d%02d%02d.%06d%c%03d",
              g_date_time_get_year (date), g_date_time_get_month (date),
              g_date_time_get_day_of_month (date), g_date_time_get_hour (date),
              g_date_time_get_minute (date), g_date_time_get_second (date), micro,
              offset <= 0 ? '-' : '+', CLAMP (ABS (offset), 0, 999));
}

/* ---- texts ---- */

static gboolean
parse_unsigned (HypervCimType type, const char *text, HypervCimScalar *scalar)
{
  gboolean hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
  const char *digits = hex ? text + 2 : text + (*text == '+');

  return g_ascii_isxdigit (*digits)
         && g_ascii_string_to_unsigned (digits, hex ? 16 : 10, 0,
                                        hyperv_cim_type_get_unsigned_max (type), &scalar->u, NULL);
}

static gboolean
parse_signed (HypervCimType type, const char *text, HypervCimScalar *scalar)
{
  gint64 max = hyperv_cim_type_get_signed_max (type);

  if (g_ascii_strncasecmp (text, "0x", 2) == 0)
    return g_ascii_isxdigit (text[2])
           && g_ascii_string_to_unsigned (text + 2, 16, 0, (guint64)max, &scalar->u, NULL);
  if (*text == '+' && g_ascii_isdigit (text[1]))
    text++;
  return g_ascii_string_to_signed (text, 10, -max - 1, max, &scalar->i, NULL);
}

static gboolean
parse_real (const char *text, HypervCimScalar *scalar)
{
  char *end = NULL;

  if (!g_ascii_isdigit (*text) && *text != '-' && *text != '+' && *text != '.')
    return FALSE;
  scalar->d = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (scalar->d);
}

static gboolean
parse_boolean (const char *text, HypervCimScalar *scalar)
{
  static const char *const words[] = { "false", "true", "0", "1" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0) {
      scalar->u = i & 1;
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse_char16 (const char *text, HypervCimScalar *scalar)
{
  gunichar c = g_utf8_get_char_validated (text, -1);

  if (*text != '\0' && c < 0x10000 && *g_utf8_next_char (text) == '\0') {
    scalar->u = c;
    return TRUE;
  }
  return FALSE;
}

gboolean
repository_value_parse (HypervCimType type, const char *text, HypervCimScalar *scalar,
                        GError **error)
{
  gboolean ok;

  scalar->u = 0;
  if (type == HYPERV_CIM_TYPE_BOOLEAN)
    ok = parse_boolean (text, scalar);
  else if (type == HYPERV_CIM_TYPE_CHAR16)
    ok = parse_char16 (text, scalar);
  else if (hyperv_cim_type_is_unsigned (type))
    ok = parse_unsigned (type, text, scalar);
  else if (hyperv_cim_type_is_signed (type))
    ok = parse_signed (type, text, scalar);
  else if (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64)
    ok = parse_real (text, scalar);
  else if (type == HYPERV_CIM_TYPE_DATETIME)
    ok = (scalar->s = text, is_date (text) || repository_value_is_interval (text));
  else
    ok = (scalar->s = text, hyperv_cim_type_is_text (type));
  return ok || fail (error, type, text);
}

/* ---- converting ---- */

static gboolean
from_text (const RepositoryProperty *target, const char *text, const char *name_space,
           HypervCimScalar *scalar, GError **error)
{
  if (target->type != HYPERV_CIM_TYPE_REFERENCE)
    return repository_value_parse (target->type, text, scalar, error);
  scalar->path = repository_path_read (text, name_space, error);
  if (scalar->path == NULL && error != NULL && *error != NULL)
    (*error)->code = REPOSITORY_ERROR_INVALID_VALUE;
  return scalar->path != NULL;
}

static gboolean
is_integer (HypervCimType type)
{
  return type == HYPERV_CIM_TYPE_BOOLEAN || type == HYPERV_CIM_TYPE_CHAR16
         || hyperv_cim_type_is_unsigned (type) || hyperv_cim_type_is_signed (type);
}

static gboolean
from_integer (HypervCimType target, HypervCimType type, HypervCimScalar item,
              HypervCimScalar *scalar, GError **error)
{
  char text[24];
  gboolean negative = hyperv_cim_type_is_signed (type) && item.i < 0;

  if (hyperv_cim_type_is_signed (target)) {
    gint64 max = hyperv_cim_type_get_signed_max (target);

    scalar->i = item.i;
    if (negative ? item.i >= -max - 1 : item.u <= (guint64)max)
      return TRUE;
  } else {
    guint64 max = target == HYPERV_CIM_TYPE_BOOLEAN  ? 1
                  : target == HYPERV_CIM_TYPE_CHAR16 ? G_MAXUINT16
                                                     : hyperv_cim_type_get_unsigned_max (target);

    scalar->u = item.u;
    if (!negative && item.u <= max)
      return TRUE;
  }
  g_snprintf (text, sizeof text, negative ? "%" G_GINT64_FORMAT : "%" G_GUINT64_FORMAT, item.u);
  return fail (error, target, text);
}

static gboolean
is_real (HypervCimType type)
{
  return type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64;
}

static gboolean
convert_item (const RepositoryProperty *target, HypervCimType type, HypervCimScalar item,
              const char *name_space, HypervCimScalar *scalar, GError **error)
{
  if (hyperv_cim_type_is_text (type))
    return from_text (target, item.s, name_space, scalar, error);
  if (is_integer (type) && is_integer (target->type))
    return from_integer (target->type, type, item, scalar, error);
  if (is_real (target->type) && (is_real (type) || is_integer (type))) {
    scalar->d = is_real (type)                     ? item.d
                : hyperv_cim_type_is_signed (type) ? (double)item.i
                                                   : (double)item.u;
    return TRUE;
  }
  if (type == target->type && type == HYPERV_CIM_TYPE_REFERENCE) {
    scalar->path = hyperv_cim_path_ref (item.path);
    return TRUE;
  }
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE, "expected %s, found %s",
               hyperv_cim_type_get_name (target->type), hyperv_cim_type_get_name (type));
  return FALSE;
}

static gboolean
has_right_form (const RepositoryProperty *target, const HypervCimProperty *value, GError **error)
{
  /* An array of one that was read from the wire looks like a scalar. */
  if (value->is_array == target->is_array || value->is_null
      || (value->type == HYPERV_CIM_TYPE_TEXT && target->is_array))
    return TRUE;
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE, "%s: expected %s, found %s",
               target->name, target->is_array ? "an array" : "one value",
               value->is_array ? "an array" : "one value");
  return FALSE;
}

HypervCimValue *
repository_value_convert (const RepositoryProperty *target, const HypervCimProperty *value,
                          const char *name_space, GError **error)
{
  g_autofree HypervCimScalar *items = NULL;
  HypervCimProperty property
      = { .name = "", .type = target->type, .is_array = target->is_array, .n_items = 0 };
  HypervCimValue *result = NULL;
  guint n;

  if (!has_right_form (target, value, error))
    return NULL;
  if (value->is_null)
    return hyperv_cim_value_new_null (target->type, target->is_array);
  if (value->type == HYPERV_CIM_TYPE_INSTANCE && target->embedded_class != NULL)
    return hyperv_cim_value_new_from_property (value);

  items = g_new0 (HypervCimScalar, MAX (value->n_items, 1));
  for (n = 0; n < value->n_items; n++)
    if (!convert_item (target, value->type, value->items[n], name_space, &items[n], error))
      break;
  if (n == value->n_items) {
    property.items = items;
    property.n_items = n;
    result = hyperv_cim_value_new_from_property (&property);
  }
  if (target->type == HYPERV_CIM_TYPE_REFERENCE)
    for (guint i = 0; i < n; i++)
      hyperv_cim_path_unref ((HypervCimPath *)items[i].path);
  if (result == NULL)
    g_prefix_error (error, "%s: ", target->name);
  return result;
}
