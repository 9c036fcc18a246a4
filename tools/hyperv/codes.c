/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/codes.h"

#include <string.h>

#define RESOURCE "/hyperv/codes.tsv"
#define N_COLUMNS 8
#define FACILITY_WIN32 0x80070000u

void
codes_free_one (Code *code)
{
  g_free (code->family);
  g_free (code->name);
  g_free (code->subcode);
  g_free (code->meaning);
  g_free (code->cause);
  g_free (code->remedy);
  g_free (code->source);
  g_free (code);
}

gboolean
codes_parse_number (const char *text, guint32 *value)
{
  const char *digits = *text == '-' ? text + 1 : text;
  gboolean hex = g_ascii_strncasecmp (digits, "0x", 2) == 0;
  char *end = NULL;
  gint64 number;

  if (hex && (digits != text || !g_ascii_isxdigit (digits[2])))
    return FALSE;
  if (!hex && !g_ascii_isdigit (*digits))
    return FALSE;
  number = g_ascii_strtoll (text, &end, hex ? 16 : 10);
  if (*end != '\0' || number < G_MININT32 || number > G_MAXUINT32)
    return FALSE;
  *value = (guint32)number;
  return TRUE;
}

static Code *
read_line (const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", -1);
  Code *code = g_new0 (Code, 1);

  /* It was compiled in: whatever is wrong with it is our mistake. */
  g_assert (g_strv_length (fields) == N_COLUMNS);
  code->family = g_strdup (fields[0]);
  code->has_value = codes_parse_number (fields[1], &code->value);
  code->name = g_strdup (fields[2]);
  code->subcode = g_strdup (fields[3]);
  code->meaning = g_strdup (fields[4]);
  code->cause = g_strdup (fields[5]);
  code->remedy = g_strdup (fields[6]);
  code->source = g_strdup (fields[7]);
  return code;
}

GPtrArray *
codes_load (void)
{
  GPtrArray *codes = g_ptr_array_new_with_free_func ((GDestroyNotify)codes_free_one);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_auto (GStrv) lines = NULL;

  g_assert (bytes != NULL);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  for (gsize i = 1; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (codes, read_line (lines[i]));
  return codes;
}

gboolean
codes_has_value (const Code *code, guint32 value)
{
  if (!code->has_value)
    return FALSE;
  if (code->value == value)
    return TRUE;
  return (value & 0xffff0000u) == FACILITY_WIN32 && strcmp (code->family, "win32") == 0
         && code->value == (value & 0xffff);
}

gboolean
codes_has_name (const Code *code, const char *name)
{
  static const char *const prefixes[]
      = { "",        "ERROR_WSMAN_", "ERROR_WINRS_", "ERROR_", "WBEM_E_", "WBEM_",
          "STATUS_", "KRB_AP_ERR_",  "KDC_ERR_",     "w:",     "a:",      "n:",
          "e:",      "x:",           "s:",           "wsman:", "wsa:",    "wsen:" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    gsize length = strlen (prefixes[i]);

    if (g_ascii_strncasecmp (code->name, prefixes[i], length) == 0
        && g_ascii_strcasecmp (code->name + length, name) == 0)
      return TRUE;
  }
  return FALSE;
}
