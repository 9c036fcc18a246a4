/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-write.h"

/* Dates and intervals: 25 characters of DSP0004 inside WMI, XML Schema's forms on the wire. */
#define DMTF_LENGTH 25
#define SECOND G_GINT64_CONSTANT (1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
/* An interval has eight digits of days. */
#define MAX_DAYS 99999999

static gboolean
read_digits (const char *text, guint n, guint *value)
{
  guint sum = 0;

  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
    sum = sum * 10 + (guint)g_ascii_digit_value (text[i]);
  }
  *value = sum;
  return TRUE;
}

static gboolean
all_stars (const char *text, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (text[i] != '*')
      return FALSE;
  }
  return TRUE;
}

/* `.482117` without its trailing zeros, nothing for 0: recordings show six to no digits. */
static void
put_fraction (GString *out, guint microseconds)
{
  char digits[8];
  gint length;

  if (microseconds == 0)
    return;
  length = g_snprintf (digits, sizeof digits, ".%06u", microseconds % 1000000);
  while (digits[length - 1] == '0')
    length--;
  g_string_append_len (out, digits, length);
}

static void
put_two (GString *out, guint value, char after)
{
  g_string_append_c (out, (char)('0' + value / 10 % 10));
  g_string_append_c (out, (char)('0' + value % 10));
  g_string_append_c (out, after);
}

static gboolean
put_shifted (GString *out, const guint *part, guint microseconds, gint offset)
{
  g_autoptr (GDateTime) given = NULL;
  g_autoptr (GDateTime) utc = NULL;

  given = g_date_time_new_utc ((gint)part[0], (gint)part[1], (gint)part[2], (gint)part[3],
                               (gint)part[4], part[5]);
  utc = given != NULL ? g_date_time_add_minutes (given, -offset) : NULL;
  if (utc == NULL)
    return FALSE;
  g_string_append_printf (out, "%04d-%02d-%02dT%02d:%02d:%02d", g_date_time_get_year (utc),
                          g_date_time_get_month (utc), g_date_time_get_day_of_month (utc),
                          g_date_time_get_hour (utc), g_date_time_get_minute (utc),
                          g_date_time_get_second (utc));
  put_fraction (out, microseconds);
  g_string_append_c (out, 'Z');
  return TRUE;
}

static gboolean
is_date (const guint *part)
{
  return part[1] >= 1 && part[1] <= 12 && part[2] >= 1 && part[0] >= 1
         && part[2] <= g_date_get_days_in_month ((GDateMonth)part[1], (GDateYear)part[0])
         && part[3] < 24 && part[4] < 60 && part[5] < 60;
}

gboolean
wsman_put_datetime (GString *out, const char *dmtf)
{
  static const guint8 starts[] = { 0, 4, 6, 8, 10, 12 };
  guint part[6], microseconds, offset;

  if (strlen (dmtf) != DMTF_LENGTH || dmtf[14] != '.' || (dmtf[21] != '+' && dmtf[21] != '-'))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (part); i++) {
    if (!read_digits (dmtf + starts[i], i == 0 ? 4 : 2, &part[i]))
      return FALSE;
  }
  /* Unknown digits of the fraction are stars. */
  if (!read_digits (dmtf + 15, 6, &microseconds)) {
    if (!all_stars (dmtf + 18, 3) || !read_digits (dmtf + 15, 3, &microseconds))
      return FALSE;
    microseconds *= 1000;
  }
  if (!read_digits (dmtf + 22, 3, &offset) || !is_date (part))
    return FALSE;
  if (offset != 0)
    return put_shifted (out, part, microseconds, dmtf[21] == '-' ? -(gint)offset : (gint)offset);
  g_string_append_len (out, dmtf, 4);
  g_string_append_c (out, '-');
  put_two (out, part[1], '-');
  put_two (out, part[2], 'T');
  put_two (out, part[3], ':');
  put_two (out, part[4], ':');
  g_string_append_len (out, dmtf + 12, 2);
  put_fraction (out, microseconds);
  g_string_append_c (out, 'Z');
  return TRUE;
}

gboolean
wsman_put_interval (GString *out, const char *dmtf)
{
  guint days, hours, minutes, seconds, microseconds;

  if (strlen (dmtf) != DMTF_LENGTH || dmtf[14] != '.' || strcmp (dmtf + 21, ":000") != 0)
    return FALSE;
  if (!read_digits (dmtf, 8, &days) || !read_digits (dmtf + 8, 2, &hours)
      || !read_digits (dmtf + 10, 2, &minutes) || !read_digits (dmtf + 12, 2, &seconds)
      || !read_digits (dmtf + 15, 6, &microseconds))
    return FALSE;
  if (hours > 23 || minutes > 59 || seconds > 59)
    return FALSE;
  g_string_append_printf (out, "P%uDT%uH%uM%u", days, hours, minutes, seconds);
  put_fraction (out, microseconds);
  g_string_append_c (out, 'S');
  return TRUE;
}

char *
wsman_datetime_to_dmtf (const char *text)
{
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GDateTime) given = NULL;
  g_autoptr (GDateTime) utc = NULL;

  if (strlen (text) > 64)
    return NULL;
  /* The 25 characters themselves are taken as well. */
  if (strlen (text) == DMTF_LENGTH && text[14] == '.') {
    g_autoptr (GString) checked = g_string_new (NULL);

    return wsman_put_datetime (checked, text) || wsman_put_interval (checked, text)
               ? g_strdup (text)
               : NULL;
  }
  zone = g_time_zone_new_utc ();
  given = g_date_time_new_from_iso8601 (text, zone);
  utc = given != NULL ? g_date_time_to_utc (given) : NULL;
  if (utc == NULL)
    return NULL;
  return g_strdup_printf ("%04d%02d%02d%02d%02d%02d.%06d+000", g_date_time_get_year (utc),
                          g_date_time_get_month (utc), g_date_time_get_day_of_month (utc),
                          g_date_time_get_hour (utc), g_date_time_get_minute (utc),
                          g_date_time_get_second (utc), g_date_time_get_microsecond (utc));
}

/* One number and its letter, `30.5S`. */
static gboolean
read_part (const char **text, gdouble *value, char *unit)
{
  const char *at = *text;
  char *end;

  if (!g_ascii_isdigit (*at))
    return FALSE;
  while (g_ascii_isdigit (*at) || *at == '.')
    at++;
  *value = g_ascii_strtod (*text, &end);
  if (end != at || *at == '\0')
    return FALSE;
  *unit = *at;
  *text = at + 1;
  return TRUE;
}

gboolean
wsman_duration_parse (const char *text, gint64 *microseconds)
{
  static const struct {
    char unit;
    gboolean time;
    gint64 length;
  } units[]
      = { { 'D', FALSE, DAY }, { 'H', TRUE, HOUR }, { 'M', TRUE, MINUTE }, { 'S', TRUE, SECOND } };
  gboolean time = FALSE, any = FALSE;
  gdouble sum = 0;
  gsize next = 0;

  if (*text++ != 'P' || strlen (text) > 64)
    return FALSE;
  while (*text != '\0') {
    gdouble value;
    char unit;

    if (*text == 'T' && !time) {
      time = TRUE;
      any = FALSE; /* something must come after the T */
      text++;
      continue;
    }
    if (!read_part (&text, &value, &unit))
      return FALSE;
    while (next < G_N_ELEMENTS (units) && (units[next].unit != unit || units[next].time != time))
      next++;
    if (next == G_N_ELEMENTS (units))
      return FALSE;
    sum += value * (gdouble)units[next++].length;
    any = TRUE;
  }
  if (!any || sum >= (gdouble)MAX_DAYS * (gdouble)DAY)
    return FALSE;
  *microseconds = (gint64)(sum + 0.5);
  return TRUE;
}

char *
wsman_interval_to_dmtf (gint64 microseconds)
{
  return g_strdup_printf ("%08d%02d%02d%02d.%06d:000", (int)(microseconds / DAY),
                          (int)(microseconds % DAY / HOUR), (int)(microseconds % HOUR / MINUTE),
                          (int)(microseconds % MINUTE / SECOND), (int)(microseconds % SECOND));
}
