/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "client/wire/wire-writer.h"

/* Typed values as text in requests. Reading is the other file's business: replies carry no types.
 */

#define DMTF_LENGTH 25

/* @n digits from @text, or -1. */
static gint64
digits (const char *text, guint n)
{
  gint64 value = 0;

  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit (text[i]))
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/* ".5" for 500000 microseconds: Windows drops the trailing zeros of the fraction. */
static char *
fraction (gint64 microseconds)
{
  char *text;
  gsize length;

  if (microseconds == 0)
    return g_strdup ("");
  text = g_strdup_printf (".%06" G_GINT64_FORMAT, microseconds);
  for (length = strlen (text); text[length - 1] == '0'; length--)
    text[length - 1] = '\0';
  return text;
}

/* ddddddddHHMMSS.mmmmmm:000 */
static gboolean
write_interval (WireWriter *self, const char *text)
{
  gint64 days = digits (text, 8);
  gint64 hours = digits (text + 8, 2);
  gint64 minutes = digits (text + 10, 2);
  gint64 seconds = digits (text + 12, 2);
  gint64 micro = digits (text + 15, 6);
  g_autofree char *rest = NULL;

  if (days < 0 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0
      || seconds > 59 || micro < 0 || strcmp (text + 22, "000") != 0)
    return FALSE;
  rest = fraction (micro);
  g_string_append_printf (self->out,
                          "<cim:Interval>P%" G_GINT64_FORMAT "DT%" G_GINT64_FORMAT
                          "H%" G_GINT64_FORMAT "M%" G_GINT64_FORMAT "%sS</cim:Interval>",
                          days, hours, minutes, seconds, rest);
  return TRUE;
}

/* yyyymmddHHMMSS.mmmmmmsUUU, with the offset from UTC in minutes; written in UTC as Windows does.
 */
static gboolean
write_date (WireWriter *self, const char *text)
{
  gint64 year = digits (text, 4);
  gint64 month = digits (text + 4, 2);
  gint64 day = digits (text + 6, 2);
  gint64 hours = digits (text + 8, 2);
  gint64 minutes = digits (text + 10, 2);
  gint64 seconds = digits (text + 12, 2);
  gint64 micro = digits (text + 15, 6);
  gint64 offset = digits (text + 22, 3);
  g_autoptr (GDateTime) local = NULL;
  g_autoptr (GDateTime) utc = NULL;
  g_autofree char *date = NULL;
  g_autofree char *rest = NULL;

  if (year < 1 || month < 0 || day < 0 || hours < 0 || minutes < 0 || seconds < 0 || micro < 0
      || offset < 0)
    return FALSE;
  local = g_date_time_new_utc (year, month, day, hours, minutes, seconds);
  if (local == NULL)
    return FALSE;
  utc = g_date_time_add_minutes (local, text[21] == '+' ? -offset : offset);
  if (utc == NULL)
    return FALSE;
  date = g_date_time_format (utc, "%Y-%m-%dT%H:%M:%S");
  rest = fraction (micro);
  g_string_append_printf (self->out, "<cim:Datetime>%s%sZ</cim:Datetime>", date, rest);
  return TRUE;
}

void
wire_writer_datetime (WireWriter *self, const char *text, const char *argument)
{
  gboolean done = FALSE;
  g_autofree char *shown = NULL;

  if (strlen (text) == DMTF_LENGTH && text[14] == '.') {
    if (text[21] == ':')
      done = write_interval (self, text);
    else if (text[21] == '+' || text[21] == '-')
      done = write_date (self, text);
  }
  if (done)
    return;
  shown = g_strescape (text, NULL);
  wire_writer_fail (self,
                    "%s: “%s” is neither a date (yyyymmddHHMMSS.mmmmmm+UUU) nor an interval "
                    "(ddddddddHHMMSS.mmmmmm:000) of CIM",
                    argument, shown);
}

static char *
real_to_text (HypervCimType type, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value))
    return g_strdup ("NaN");
  if (isinf (value))
    return g_strdup (value > 0 ? "INF" : "-INF");
  if (type == HYPERV_CIM_TYPE_REAL32)
    return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.9g", value));
  return g_strdup (g_ascii_dtostr (buffer, sizeof buffer, value));
}

char *
wire_scalar_to_text (HypervCimType type, const HypervCimScalar *item, gboolean upper)
{
  char buffer[8] = { 0 };

  if (type == HYPERV_CIM_TYPE_BOOLEAN) {
    if (upper)
      return g_strdup (item->u != 0 ? "TRUE" : "FALSE");
    return g_strdup (item->u != 0 ? "true" : "false");
  }
  if (type == HYPERV_CIM_TYPE_CHAR16) {
    if (!g_unichar_validate (item->u) || item->u == 0)
      return NULL;
    g_unichar_to_utf8 (item->u, buffer);
    return g_strdup (buffer);
  }
  if (hyperv_cim_type_is_unsigned (type))
    return g_strdup_printf ("%" G_GUINT64_FORMAT, item->u);
  if (hyperv_cim_type_is_signed (type))
    return g_strdup_printf ("%" G_GINT64_FORMAT, item->i);
  if (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64)
    return real_to_text (type, item->d);
  return g_strdup (item->s);
}

static void
write_item (WireWriter *self, const HypervCimProperty *property, const HypervCimScalar *item)
{
  WireWriter embedded;
  g_autofree char *text = NULL;

  switch (property->type) {
  case HYPERV_CIM_TYPE_REFERENCE:
    wire_writer_reference (self, item->path, property->name);
    return;
  case HYPERV_CIM_TYPE_DATETIME:
    wire_writer_datetime (self, item->s, property->name);
    return;
  case HYPERV_CIM_TYPE_INSTANCE:
    wire_writer_init (&embedded);
    wire_writer_embedded (&embedded, item->instance, 0);
    wire_writer_text (self, embedded.out->str, property->name);
    if (embedded.error != NULL)
      wire_writer_fail (self, "%s: %s", property->name, embedded.error->message);
    wire_writer_clear (&embedded);
    return;
  default:
    text = wire_scalar_to_text (property->type, item, FALSE);
    if (text == NULL)
      wire_writer_fail (self, "%s: U+%04X is not a character", property->name, (guint)item->u);
    else
      wire_writer_text (self, text, property->name);
  }
}

void
wire_writer_parameter (WireWriter *self, const HypervCimProperty *property)
{
  if (property->is_null) {
    wire_writer_open (self, property->name, " xsi:nil=\"true\"");
    wire_writer_close (self, property->name);
    return;
  }
  /* An array is its items, one element each; an empty one is nothing. */
  for (guint i = 0; i < property->n_items; i++) {
    wire_writer_open (self, property->name, NULL);
    write_item (self, property, &property->items[i]);
    wire_writer_close (self, property->name);
  }
}
