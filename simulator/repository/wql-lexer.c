/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/wql.h"

guint
wql_lexer_get_offset (const WqlLexer *self)
{
  return (guint)(self->start - self->text);
}

guint
wql_get_position (const char *text, guint offset)
{
  return (guint)g_utf8_pointer_to_offset (text, text + offset) + 1;
}

static gboolean
fail_at (const WqlLexer *self, const char *at, const char *expected, const char *found,
         GError **error)
{
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX,
               "query: character %ld: expected %s, found %s",
               g_utf8_pointer_to_offset (self->text, at) + 1, expected, found);
  return FALSE;
}

gboolean
wql_lexer_fail (const WqlLexer *self, const char *expected, GError **error)
{
  static const char *const kinds[]
      = { "the end", "", "the string ", "the number ", "", "the path " };
  const char *text = self->value->str;
  glong length = g_utf8_strlen (text, -1);
  g_autofree char *shown = g_utf8_substring (text, 0, MIN (length, 60));
  g_autofree char *found
      = g_strconcat (kinds[self->kind], self->kind == WQL_END ? "" : shown, NULL);

  return fail_at (self, self->start, expected, found, error);
}

gboolean
wql_lexer_init (WqlLexer *self, const char *text, GError **error)
{
  const char *bad = NULL;

  *self = (WqlLexer){ .text = text, .at = text, .start = text, .value = g_string_new (NULL) };
  if (strlen (text) > WQL_MAX_LENGTH) {
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX,
                 "query: expected at most %u bytes, found %" G_GSIZE_FORMAT, WQL_MAX_LENGTH,
                 strlen (text));
    return FALSE;
  }
  if (!g_utf8_validate (text, -1, &bad)) {
    g_autofree char *byte = g_strdup_printf ("the byte 0x%02x", (guchar)*bad);

    return fail_at (self, bad, "text in UTF-8", byte, error);
  }
  return wql_lexer_next (self, error);
}

void
wql_lexer_clear (WqlLexer *self)
{
  g_string_free (self->value, TRUE);
}

static gboolean
is_word_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* A backslash before a quote or a backslash goes away; before anything else it stands for itself,
 * as libvirt sends it in device ids [captures]. */
static gboolean
take_string (WqlLexer *self, GError **error)
{
  char quote = *self->at++;

  self->kind = WQL_STRING;
  while (*self->at != quote) {
    if (self->at[0] == '\\' && (self->at[1] == '\\' || self->at[1] == '"' || self->at[1] == '\''))
      self->at++;
    if (*self->at == '\0')
      return fail_at (self, self->start,
                      quote == '"' ? "\" after the string" : "' after the string", "the end",
                      error);
    g_string_append_c (self->value, *self->at++);
  }
  self->at++;
  return TRUE;
}

/* {path}: a brace in quotes, as in a GUID, does not end it. The text stays as it is: the path is
 * read later. */
static gboolean
take_path (WqlLexer *self, GError **error)
{
  char quote = '\0';

  self->kind = WQL_PATH;
  for (self->at++; *self->at != '}' || quote != '\0'; self->at++) {
    if (*self->at == '\0')
      return fail_at (self, self->start, "} after the path", "the end", error);
    if (quote != '\0' && *self->at == '\\'
        && (self->at[1] == '\\' || self->at[1] == '"' || self->at[1] == '\''))
      g_string_append_c (self->value, *self->at++);
    else if (*self->at == quote)
      quote = '\0';
    else if (quote == '\0' && (*self->at == '"' || *self->at == '\''))
      quote = *self->at;
    g_string_append_c (self->value, *self->at);
  }
  self->at++;
  return TRUE;
}

static gboolean
take_number (WqlLexer *self, GError **error)
{
  const char *text;
  char *end = NULL;

  self->kind = WQL_NUMBER;
  do
    g_string_append_c (self->value, *self->at++);
  while (is_word_byte (*self->at) || *self->at == '.'
         || ((*self->at == '-' || *self->at == '+') && g_ascii_tolower (self->at[-1]) == 'e'
             && g_ascii_strncasecmp (self->value->str, "0x", 2) != 0));
  text = self->value->str;
  if (g_ascii_strncasecmp (text, "0x", 2) == 0)
    (void)g_ascii_strtoull (text, &end, 16);
  else
    (void)g_ascii_strtod (text, &end);
  if (*end == '\0' && g_ascii_isalnum (self->at[-1]))
    return TRUE;
  return wql_lexer_fail (self, "a number", error);
}

static gboolean
take_mark (WqlLexer *self, GError **error)
{
  static const char *const marks[] = { "<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ",", "*" };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strncmp (self->at, marks[i], strlen (marks[i])) == 0) {
      self->kind = WQL_MARK;
      self->at += strlen (marks[i]);
      g_string_assign (self->value, marks[i]);
      return TRUE;
    }
  self->kind = WQL_MARK;
  g_string_append_len (self->value, self->at, g_utf8_next_char (self->at) - self->at);
  return wql_lexer_fail (self, "WQL", error);
}

gboolean
wql_lexer_next (WqlLexer *self, GError **error)
{
  while (g_ascii_isspace (*self->at))
    self->at++;
  self->start = self->at;
  g_string_truncate (self->value, 0);
  if (*self->at == '\0') {
    self->kind = WQL_END;
    return TRUE;
  }
  if (*self->at == '"' || *self->at == '\'')
    return take_string (self, error);
  if (*self->at == '{')
    return take_path (self, error);
  if (g_ascii_isdigit (*self->at)
      || ((*self->at == '-' || *self->at == '+' || *self->at == '.')
          && (g_ascii_isdigit (self->at[1]) || self->at[1] == '.')))
    return take_number (self, error);
  if (!is_word_byte (*self->at))
    return take_mark (self, error);
  self->kind = WQL_WORD;
  while (is_word_byte (*self->at))
    g_string_append_c (self->value, *self->at++);
  return TRUE;
}

gboolean
wql_lexer_is_mark (const WqlLexer *self, const char *mark)
{
  return self->kind == WQL_MARK && strcmp (self->value->str, mark) == 0;
}

gboolean
wql_lexer_is_word (const WqlLexer *self, const char *word)
{
  return self->kind == WQL_WORD && g_ascii_strcasecmp (self->value->str, word) == 0;
}
