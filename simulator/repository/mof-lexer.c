/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/mof-lexer.h"

#include <string.h>

#include "simulator/repository/repository.h"

/* Tokens of MOF (DSP0221): names, strings, numbers, aliases, marks; both kinds of comment. */

gboolean
mof_fail_at (const char *file, guint line, guint column, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX, "%s:%u:%u: %s", file, line, column,
               message);
  return FALSE;
}

gboolean
mof_lexer_init (MofLexer *self, const char *file, const char *text, gsize length, GError **error)
{
  const char *bad = NULL;

  *self = (MofLexer){ .file = file, .at = text, .end = text + length, .line = 1, .column = 1 };
  self->token.text = g_string_new (NULL);
  if (length > MOF_MAX_FILE)
    return mof_fail_at (file, 1, 1, error, "expected at most %u bytes, found %" G_GSIZE_FORMAT,
                        MOF_MAX_FILE, length);

  /* The mark that Windows' tools put in front of UTF-8. */
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    self->at += 3;
  if (!g_utf8_validate (self->at, self->end - self->at, &bad)) {
    for (; self->at < bad; self->at++)
      if (*self->at == '\n')
        self->line++;
    return mof_fail_at (file, self->line, 1, error, "expected text in UTF-8, found the byte 0x%02x",
                        (guchar)*bad);
  }
  return mof_lexer_next (self, error);
}

void
mof_lexer_clear (MofLexer *self)
{
  if (self->token.text != NULL)
    g_string_free (self->token.text, TRUE);
  self->token.text = NULL;
}

static void
step (MofLexer *self)
{
  if (*self->at == '\n') {
    self->line++;
    self->column = 1;
  } else if (((guchar)*self->at & 0xc0) != 0x80) {
    self->column++;
  }
  self->at++;
}

static gboolean
sees (const MofLexer *self, const char *text)
{
  gsize length = strlen (text);

  return (gsize)(self->end - self->at) >= length && memcmp (self->at, text, length) == 0;
}

static gboolean
skip_block_comment (MofLexer *self, GError **error)
{
  guint line = self->line, column = self->column;

  while (self->at < self->end && !sees (self, "*/"))
    step (self);
  if (self->at == self->end)
    return mof_fail_at (self->file, line, column, error,
                        "expected */ after this comment, found the end of the file");
  step (self);
  step (self);
  return TRUE;
}

static gboolean
skip_blanks (MofLexer *self, GError **error)
{
  while (self->at < self->end) {
    if (g_ascii_isspace (*self->at)) {
      step (self);
    } else if (sees (self, "//")) {
      while (self->at < self->end && *self->at != '\n')
        step (self);
    } else if (sees (self, "/*")) {
      if (!skip_block_comment (self, error))
        return FALSE;
    } else {
      break;
    }
  }
  return TRUE;
}

static gboolean
take_hex_escape (MofLexer *self, GError **error)
{
  guint n_digits = 0;
  gunichar c = 0;

  for (; n_digits < 4 && self->at < self->end && g_ascii_isxdigit (*self->at); n_digits++) {
    c = c * 16 + (guint)g_ascii_xdigit_value (*self->at);
    step (self);
  }
  if (n_digits == 0 || c < 9 || (c >= 0xd800 && c < 0xe000))
    return mof_fail_at (self->file, self->line, self->column, error,
                        "expected 1 to 4 hex digits of a character from 9 on after \\x, found %X",
                        c);
  g_string_append_unichar (self->token.text, c);
  return TRUE;
}

static gboolean
take_escape (MofLexer *self, GError **error)
{
  static const char from[] = "btnfr\"'\\";
  static const char to[] = "\b\t\n\f\r\"'\\";
  const char *place;
  char c;

  step (self);
  c = self->at < self->end ? *self->at : '\0';
  if (c == 'x' || c == 'X') {
    step (self);
    return take_hex_escape (self, error);
  }
  place = c == '\0' ? NULL : strchr (from, c);
  if (place == NULL)
    return mof_fail_at (self->file, self->line, self->column, error,
                        "expected one of b t n f r \" ' \\ x after a backslash, found '%.*s' "
                        "(a backslash in a string is written twice)",
                        c == '\0' ? 1 : (int)(g_utf8_next_char (self->at) - self->at),
                        c == '\0' ? " " : self->at);
  g_string_append_c (self->token.text, to[place - from]);
  step (self);
  return TRUE;
}

static gboolean
take_string_part (MofLexer *self, GError **error)
{
  guint line = self->line, column = self->column;

  step (self);
  while (self->at < self->end && *self->at != '"') {
    if ((guchar)*self->at < 0x20 && *self->at != '\t')
      return mof_fail_at (self->file, self->line, self->column, error,
                          "expected \" before the end of the line, found the byte 0x%02x",
                          (guchar)*self->at);
    if (self->token.text->len >= MOF_MAX_STRING)
      return mof_fail_at (self->file, line, column, error,
                          "expected a string of at most %u bytes, found a longer one",
                          MOF_MAX_STRING);
    if (*self->at == '\\') {
      if (!take_escape (self, error))
        return FALSE;
      continue;
    }
    g_string_append_c (self->token.text, *self->at);
    step (self);
  }
  if (self->at == self->end)
    return mof_fail_at (self->file, line, column, error,
                        "expected \" after this string, found the end of the file");
  step (self);
  return TRUE;
}

/* Strings that follow each other are one string. */
static gboolean
take_string (MofLexer *self, GError **error)
{
  self->token.kind = MOF_STRING;
  do {
    if (!take_string_part (self, error) || !skip_blanks (self, error))
      return FALSE;
  } while (self->at < self->end && *self->at == '"');
  return TRUE;
}

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static void
take_while_name (MofLexer *self)
{
  while (self->at < self->end && is_name_byte (*self->at)) {
    g_string_append_c (self->token.text, *self->at);
    step (self);
  }
}

static gboolean
take_number (MofLexer *self, GError **error)
{
  char *end = NULL;
  const char *text;

  self->token.kind = MOF_INTEGER;
  do {
    if (*self->at == '.')
      self->token.kind = MOF_REAL;
    g_string_append_c (self->token.text, *self->at);
    step (self);
  } while (self->at < self->end
           && (is_name_byte (*self->at) || *self->at == '.'
               || ((*self->at == '-' || *self->at == '+') && g_ascii_tolower (self->at[-1]) == 'e'
                   && self->token.kind == MOF_REAL)));

  text = self->token.text->str;
  if (self->token.kind == MOF_REAL) {
    (void)g_ascii_strtod (text, &end);
  } else {
    const char *digits = text + (*text == '-' || *text == '+');

    if (g_ascii_isdigit (*digits))
      (void)g_ascii_strtoull (digits, &end, g_ascii_strncasecmp (digits, "0x", 2) == 0 ? 16 : 10);
  }
  if (end == NULL || *end != '\0')
    return mof_fail_at (self->file, self->token.line, self->token.column, error,
                        "expected a number, found %s", text);
  return TRUE;
}

static gboolean
take_dollar (MofLexer *self, GError **error)
{
  gboolean braces = sees (self, "${");

  step (self);
  if (braces) {
    self->token.kind = MOF_VARIABLE;
    g_string_append (self->token.text, "${");
    step (self);
    while (self->at < self->end && (is_name_byte (*self->at) || *self->at == '.')) {
      g_string_append_c (self->token.text, *self->at);
      step (self);
    }
    if (self->at == self->end || *self->at != '}')
      return mof_fail_at (self->file, self->token.line, self->token.column, error,
                          "expected ${name}, found no }");
    g_string_append_c (self->token.text, '}');
    step (self);
    return TRUE;
  }
  self->token.kind = MOF_ALIAS;
  take_while_name (self);
  if (self->token.text->len == 0)
    return mof_fail_at (self->file, self->token.line, self->token.column, error,
                        "expected the name of an alias after $, found none");
  return TRUE;
}

gboolean
mof_lexer_next (MofLexer *self, GError **error)
{
  char c;

  g_string_truncate (self->token.text, 0);
  if (!skip_blanks (self, error))
    return FALSE;
  if (self->n_tokens++ >= MOF_MAX_TOKENS)
    return mof_fail_at (self->file, self->line, self->column, error,
                        "expected at most %u tokens, found more", MOF_MAX_TOKENS);
  self->token.line = self->line;
  self->token.column = self->column;
  if (self->at == self->end) {
    self->token.kind = MOF_END;
    return TRUE;
  }

  c = *self->at;
  if (c == '"')
    return take_string (self, error);
  if (g_ascii_isdigit (c) || c == '-' || c == '+' || c == '.')
    return take_number (self, error);
  if (c == '$')
    return take_dollar (self, error);
  if (is_name_byte (c)) {
    self->token.kind = MOF_NAME;
    take_while_name (self);
    return TRUE;
  }
  if (c == '#') {
    self->token.kind = MOF_PRAGMA;
    step (self);
    take_while_name (self);
    if (g_ascii_strcasecmp (self->token.text->str, "pragma") == 0)
      return TRUE;
    return mof_lexer_fail (self, "#pragma", error);
  }
  if (strchr ("{}()[];:,=", c) != NULL && c != '\0') {
    self->token.kind = MOF_MARK;
    self->token.mark = c;
    step (self);
    return TRUE;
  }
  return mof_fail_at (self->file, self->line, self->column, error,
                      "expected MOF, found the byte 0x%02x", (guchar)c);
}

gboolean
mof_lexer_is_mark (const MofLexer *self, char mark)
{
  return self->token.kind == MOF_MARK && self->token.mark == mark;
}

gboolean
mof_lexer_is_keyword (const MofLexer *self, const char *word)
{
  return self->token.kind == MOF_NAME && g_ascii_strcasecmp (self->token.text->str, word) == 0;
}

gboolean
mof_lexer_fail (const MofLexer *self, const char *expected, GError **error)
{
  static const char *const kinds[] = { "the end of the file",
                                       "",
                                       "the string ",
                                       "the number ",
                                       "the number ",
                                       "the alias $",
                                       "",
                                       "#",
                                       "" };
  g_autofree char *shown = g_utf8_substring (self->token.text->str, 0,
                                             MIN (60, g_utf8_strlen (self->token.text->str, -1)));
  char mark[] = { self->token.kind == MOF_MARK ? self->token.mark : '\0', '\0' };

  return mof_fail_at (self->file, self->token.line, self->token.column, error,
                      "expected %s, found %s%s%s", expected, kinds[self->token.kind],
                      self->token.kind == MOF_END ? "" : shown, mark);
}

gboolean
mof_lexer_expect_mark (MofLexer *self, char mark, GError **error)
{
  char expected[] = { mark, '\0' };

  if (!mof_lexer_is_mark (self, mark))
    return mof_lexer_fail (self, expected, error);
  return mof_lexer_next (self, error);
}

gboolean
mof_lexer_expect_keyword (MofLexer *self, const char *word, GError **error)
{
  if (!mof_lexer_is_keyword (self, word))
    return mof_lexer_fail (self, word, error);
  return mof_lexer_next (self, error);
}

static char *
expect_text (MofLexer *self, MofTokenKind kind, const char *what, GError **error)
{
  g_autofree char *text = NULL;

  if (self->token.kind != kind) {
    mof_lexer_fail (self, what, error);
    return NULL;
  }
  text = g_strdup (self->token.text->str);
  if (!mof_lexer_next (self, error))
    return NULL;
  return g_steal_pointer (&text);
}

char *
mof_lexer_expect_name (MofLexer *self, const char *what, GError **error)
{
  return expect_text (self, MOF_NAME, what, error);
}

char *
mof_lexer_expect_string (MofLexer *self, const char *what, GError **error)
{
  return expect_text (self, MOF_STRING, what, error);
}
