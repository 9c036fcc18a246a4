/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/wire/wire.h"

/* WQL escapes with the backslash, which therefore is doubled itself. */
char *
wire_wql_quote (const char *text)
{
  GString *quoted;

  g_return_val_if_fail (text != NULL, NULL);
  quoted = g_string_new ("'");
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '\'' || *p == '\\')
      g_string_append_c (quoted, '\\');
    g_string_append_c (quoted, *p);
  }
  g_string_append_c (quoted, '\'');
  return g_string_free (quoted, FALSE);
}
