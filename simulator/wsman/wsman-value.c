/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-write.h"

#include <math.h>

/* Value text as WinRM writes it (MS-WSMV 2.2.4.x and recordings). */

static void
put_unsigned (GString *out, guint64 value)
{
  char digits[20];
  guint at = sizeof digits;

  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  g_string_append_len (out, digits + at, (gssize)(sizeof digits - at));
}

/* The shortest text that reads back as the same number; XML Schema's names for the rest. */
static void
put_real (GString *out, gdouble value, gboolean single)
{
  static const char *const formats[] = { "%.6g", "%.9g", "%.15g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value) || isinf (value)) {
    g_string_append (out, isnan (value) ? "NaN" : value > 0 ? "INF" : "-INF");
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    gdouble back = g_ascii_strtod (g_ascii_formatd (text, sizeof text, formats[i], value), NULL);

    if (single ? (float)back == (float)value : !(back < value || back > value))
      break;
  }
  g_string_append (out, text);
}

/* `*` in date and time means: unknown. What has no time is a cim:Date (DSP0230). */
static gboolean
put_date (GString *out, const char *dmtf)
{
  for (guint i = 0; i < 8; i++) {
    if (!g_ascii_isdigit (dmtf[i]))
      return FALSE;
  }
  if (!g_str_has_prefix (dmtf + 8, "******."))
    return FALSE;
  g_string_append_printf (out, "%.4s-%.2s-%.2s", dmtf, dmtf + 4, dmtf + 6);
  return TRUE;
}

static gboolean
put_time (GString *out, const char *dmtf, WsmanValueFlags flags)
{
  static const struct {
    const char *name;
    gboolean (*put) (GString *out, const char *dmtf);
  } forms[] = { { "Datetime", wsman_put_datetime },
                { "Interval", wsman_put_interval },
                { "Date", put_date } };
  const char *prefix = flags & WSMAN_VALUE_BARE ? "" : "cim:";
  gsize before = out->len;

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_string_append_printf (out, "<%s%s>", prefix, forms[i].name);
    if (forms[i].put (out, dmtf)) {
      g_string_append_printf (out, "</%s%s>", prefix, forms[i].name);
      return TRUE;
    }
    g_string_truncate (out, before);
  }
  return FALSE;
}

gboolean
wsman_put_value (Wsman *self, GString *out, HypervCimType type, HypervCimScalar value,
                 WsmanValueFlags flags)
{
  switch (type) {
  case HYPERV_CIM_TYPE_BOOLEAN:
    g_string_append (out, value.u != 0 ? "true" : "false");
    return TRUE;
  case HYPERV_CIM_TYPE_UINT8:
  case HYPERV_CIM_TYPE_UINT16:
  case HYPERV_CIM_TYPE_UINT32:
  case HYPERV_CIM_TYPE_UINT64:
  case HYPERV_CIM_TYPE_CHAR16: /* a number, as in Microsoft's own port of the service */
    put_unsigned (out, value.u);
    return TRUE;
  case HYPERV_CIM_TYPE_SINT8:
  case HYPERV_CIM_TYPE_SINT16:
  case HYPERV_CIM_TYPE_SINT32:
  case HYPERV_CIM_TYPE_SINT64:
    if (value.i < 0)
      g_string_append_c (out, '-');
    put_unsigned (out, value.i < 0 ? -(guint64)value.i : (guint64)value.i);
    return TRUE;
  case HYPERV_CIM_TYPE_REAL32:
  case HYPERV_CIM_TYPE_REAL64:
    put_real (out, value.d, type == HYPERV_CIM_TYPE_REAL32);
    return TRUE;
  case HYPERV_CIM_TYPE_TEXT:
  case HYPERV_CIM_TYPE_STRING:
    if (value.s == NULL)
      return FALSE;
    wsman_put_text (self, out, value.s, strlen (value.s));
    return TRUE;
  case HYPERV_CIM_TYPE_DATETIME:
    return value.s != NULL && put_time (out, value.s, flags);
  case HYPERV_CIM_TYPE_REFERENCE:
    if (value.path == NULL)
      return FALSE;
    wsman_put_epr (self, out, value.path);
    return TRUE;
  case HYPERV_CIM_TYPE_INSTANCE:
  default:
    return FALSE; /* wsman_put_parameter () knows how */
  }
}
