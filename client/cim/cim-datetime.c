/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/cim/cim-datetime.h"

#include <stdio.h>
#include <string.h>

#define DMTF_LENGTH 25
#define DAYS_MAX 99999999

/* Digits of @text from @at; -1 when one of them is none. */
static gint64
digits (const char *text, guint at, guint n)
{
  gint64 number = 0;

  for (guint i = at; i < at + n; i++) {
    if (!g_ascii_isdigit (text[i]))
      return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

static GDateTime *
dmtf_parse (const char *text)
{
  gint64 year = digits (text, 0, 4), month = digits (text, 4, 2), day = digits (text, 6, 2);
  gint64 hour = digits (text, 8, 2), minute = digits (text, 10, 2), second = digits (text, 12, 2);
  gint64 micro = digits (text, 15, 6), offset = digits (text, 22, 3);
  g_autoptr (GDateTime) local = NULL;

  if (text[14] != '.' || (text[21] != '+' && text[21] != '-') || micro < 0 || offset < 0)
    return NULL;
  if (year < 1 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0)
    return NULL;
  local = g_date_time_new_utc (year, month, day, hour, minute, second + micro / 1e6);
  if (local == NULL)
    return NULL;
  return g_date_time_add_minutes (local, text[21] == '+' ? -offset : offset);
}

/* Windows' 1601-01-01 and dates without a zone (taken as UTC) included. */
GDateTime *
cim_datetime_parse (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) moment = NULL;

  if (strlen (text) == DMTF_LENGTH && strchr (text, 'T') == NULL)
    return dmtf_parse (text);
  moment = g_date_time_new_from_iso8601 (text, utc);
  return moment != NULL ? g_date_time_to_utc (moment) : NULL;
}

static gboolean
dmtf_interval (const char *text, gint64 *microseconds)
{
  gint64 days = digits (text, 0, 8), hours = digits (text, 8, 2), minutes = digits (text, 10, 2);
  gint64 seconds = digits (text, 12, 2), micro = digits (text, 15, 6);

  if (text[14] != '.' || strcmp (text + 21, ":000") != 0)
    return FALSE;
  if (days < 0 || hours < 0 || minutes < 0 || seconds < 0 || micro < 0)
    return FALSE;
  *microseconds = days * G_TIME_SPAN_DAY + hours * G_TIME_SPAN_HOUR + minutes * G_TIME_SPAN_MINUTE
                  + seconds * G_TIME_SPAN_SECOND + micro;
  return TRUE;
}

/* P0DT0H0M0.014947S: days, hours, minutes and seconds, each at most once and in this order. */
static gboolean
xml_interval (const char *text, gint64 *microseconds)
{
  static const struct {
    char unit;
    gboolean in_time;
    gint64 span;
  } parts[] = {
    { 'D', FALSE, G_TIME_SPAN_DAY },
    { 'H', TRUE, G_TIME_SPAN_HOUR },
    { 'M', TRUE, G_TIME_SPAN_MINUTE },
    { 'S', TRUE, G_TIME_SPAN_SECOND },
  };
  gboolean in_time = FALSE, any = FALSE;
  guint part = 0;

  *microseconds = 0;
  for (text++; *text != '\0'; text++) {
    char *end = NULL;
    double number;

    if (*text == 'T' && !in_time) {
      in_time = TRUE;
      continue;
    }
    if (!g_ascii_isdigit (*text))
      return FALSE;
    number = g_ascii_strtod (text, &end);
    while (part < G_N_ELEMENTS (parts)
           && (parts[part].unit != *end || parts[part].in_time != in_time))
      part++;
    if (part == G_N_ELEMENTS (parts) || number > DAYS_MAX)
      return FALSE;
    *microseconds += (gint64) (number * parts[part].span + 0.5);
    part++;
    any = TRUE;
    text = end;
  }
  return any;
}

gboolean
cim_interval_parse (const char *text, gint64 *microseconds)
{
  if (*text == 'P')
    return xml_interval (text, microseconds);
  return strlen (text) == DMTF_LENGTH && dmtf_interval (text, microseconds);
}
