/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

#include <string.h>

#define DOMAIN "hyperv-wire"

gboolean
session_log_wanted (void)
{
  const char *value = g_getenv ("HYPERV_DEBUG");
  g_auto (GStrv) words = value != NULL ? g_strsplit (value, ",", 0) : NULL;

  return words != NULL && g_strv_contains ((const char *const *)words, "wire");
}

/* Of an element, and of one within a string, however often it is escaped. */
#define LT "(?:<|&(?:amp;)*lt;)"
#define GT "(?:>|&(?:amp;)*gt;)"
#define IN_TAG "(?:(?!" LT "|" GT ").)*"

/* Texts of elements and values of properties that are secrets by their name. Credentials are not in
 * messages at all: they are HTTP's. */
static char *
masked (const char *text, gsize length)
{
  g_autoptr (GRegex) secret
      = g_regex_new ("(" LT "(?!/)" IN_TAG "(?:Password|Secret|Passphrase)" IN_TAG GT "(?:" LT
                     "VALUE" GT ")?(?:<!\\[CDATA\\[)?)(?:(?!" LT ").)+",
                     G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_OPTIMIZE, 0, NULL);
  g_autofree char *valid = g_utf8_make_valid (text, length);

  return g_regex_replace (secret, valid, -1, 0, "\\1***", 0, NULL);
}

void
session_log (const char *what, const char *text, gsize length)
{
  g_autofree char *shown = masked (text, length);

  g_log_structured (DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE", "%s %s", what,
                    shown != NULL ? shown : "");
}
