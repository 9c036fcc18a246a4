/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/wql.h"

/* Texts as WQL compares them, and the system properties. */

int
wql_compare_texts (const char *a, const char *b)
{
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;

  for (; (guchar)*a < 0x80 && (guchar)*b < 0x80; a++, b++) {
    int difference = g_ascii_tolower (*a) - g_ascii_tolower (*b);

    if (difference != 0 || *a == '\0')
      return difference;
  }
  x = g_utf8_casefold (a, -1);
  y = g_utf8_casefold (b, -1);
  return strcmp (x, y);
}

/* ---- LIKE ---- */

gboolean
wql_is_like_pattern (const char *pattern)
{
  for (; *pattern != '\0'; pattern++)
    if (*pattern == '[') {
      const char *end = strchr (pattern + 1 + (pattern[1] == '^'), ']');

      if (end == NULL)
        return FALSE;
      pattern = end;
    }
  return TRUE;
}

/* One of `[abc]`, `[a-z]`, `[^…]`, `_` or a character. Moves the pattern on. */
static gboolean
fits (const char **pattern, gunichar c)
{
  const char *at = *pattern;
  gboolean negative, found = FALSE;

  *pattern = g_utf8_next_char (at);
  if (*at == '_')
    return TRUE;
  if (*at != '[')
    return g_utf8_get_char (at) == c;
  at++;
  negative = *at == '^';
  at += negative;
  while (*at != ']') {
    gunichar from = g_utf8_get_char (at), to = from;

    at = g_utf8_next_char (at);
    if (at[0] == '-' && at[1] != ']') {
      to = g_utf8_get_char (at + 1);
      at = g_utf8_next_char (at + 1);
    }
    found = found || (c >= from && c <= to);
  }
  *pattern = at + 1;
  return found != negative;
}

/* The usual walk with one place to come back to: linear in most cases, never recursive. */
gboolean
wql_like (const char *pattern, const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  const char *at = folded, *back_pattern = NULL, *back_text = NULL;

  while (*at != '\0') {
    if (*pattern == '%') {
      back_pattern = ++pattern;
      back_text = at;
      continue;
    }
    if (*pattern != '\0' && fits (&pattern, g_utf8_get_char (at))) {
      at = g_utf8_next_char (at);
      continue;
    }
    if (back_pattern == NULL)
      return FALSE;
    pattern = back_pattern;
    at = back_text = g_utf8_next_char (back_text);
  }
  while (*pattern == '%')
    pattern++;
  return *pattern == '\0';
}

/* ---- system properties ---- */

WqlSystem
wql_find_system (const char *name)
{
  static const char *const names[]
      = { "",          "__CLASS",  "__DYNASTY",    "__NAMESPACE", "__PATH",
          "__RELPATH", "__SERVER", "__SUPERCLASS", "__THIS" };

  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return (WqlSystem)i;
  return WQL_NO_SYSTEM;
}

static const char *
get_dynasty (const RepositoryClass *klass)
{
  while (klass->superclass != NULL)
    klass = klass->superclass;
  return klass->name;
}

char *
wql_dup_system (WqlSystem property, RepositoryObject *object)
{
  const RepositoryClass *klass = object->klass;
  char *text;

  switch (property) {
  case WQL_SYSTEM_CLASS:
    return g_strdup (klass->name);
  case WQL_SYSTEM_DYNASTY:
    return g_strdup (get_dynasty (klass));
  case WQL_SYSTEM_NAMESPACE:
    text = g_strdup (klass->name_space);
    return g_strdelimit (text, "/", '\\');
  case WQL_SYSTEM_PATH:
    return repository_object_to_path_text (object);
  case WQL_SYSTEM_RELPATH: {
    g_autoptr (HypervCimPath) path = repository_object_to_path (object);
    GString *out = g_string_new (NULL);

    repository_path_write (out, path, klass);
    return g_string_free (out, FALSE);
  }
  case WQL_SYSTEM_SERVER:
    return g_strdup (repository_get_computer_name (object->repository));
  case WQL_SYSTEM_SUPERCLASS:
    return klass->superclass == NULL ? NULL : g_strdup (klass->superclass->name);
  case WQL_SYSTEM_THIS:
  case WQL_NO_SYSTEM:
  default:
    return NULL;
  }
}
