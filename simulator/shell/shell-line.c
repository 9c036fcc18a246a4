/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/shell/shell-private.h"

/* A command line, as cmd.exe reads it: words, quotes, carets, variables, what joins commands. */

#define BLANKS " \t"

static void
part_free (gpointer data)
{
  g_free (((ShellPart *)data)->text);
  g_free (data);
}

static void
add_part (GPtrArray *parts, ShellJoin join, const char *begin, const char *end)
{
  ShellPart *part = g_new0 (ShellPart, 1);

  part->join = join;
  part->text = g_strchug (g_strndup (begin, (gsize)(end - begin)));
  g_ptr_array_add (parts, part);
}

/* The length of a sign that joins, 0: none. */
static gsize
read_join (const char *at, ShellJoin *join)
{
  if (at[0] == '&') {
    *join = at[1] == '&' ? SHELL_JOIN_SUCCESS : SHELL_JOIN_ALWAYS;
    return at[1] == '&' ? 2 : 1;
  }
  if (at[0] == '|' && at[1] == '|') {
    *join = SHELL_JOIN_FAILURE;
    return 2;
  }
  return 0;
}

GPtrArray *
shell_line_split (const char *line)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (part_free);
  ShellJoin join = SHELL_JOIN_ALWAYS;
  const char *begin = line, *at = line;
  gboolean quoted = FALSE;

  while (*at != '\0') {
    ShellJoin next;
    gsize length = quoted ? 0 : read_join (at, &next);

    if (length > 0) {
      add_part (parts, join, begin, at);
      join = next;
      at += length;
      begin = at;
      continue;
    }
    if (!quoted && strchr ("|<>", *at) != NULL)
      return NULL;
    quoted ^= *at == '"';
    at += !quoted && *at == '^' && at[1] != '\0' ? 2 : 1;
  }
  add_part (parts, join, begin, at);
  return g_steal_pointer (&parts);
}

char *
shell_line_word (const char *line, const char **rest)
{
  const char *end;

  line += strspn (line, BLANKS);
  if (*line == '"' && (end = strchr (line + 1, '"')) != NULL) {
    *rest = end + 1;
    return g_strndup (line + 1, (gsize)(end - line - 1));
  }
  end = line + strcspn (line, BLANKS);
  *rest = end;
  return g_strndup (line, (gsize)(end - line));
}

char *
shell_question_directory (const ShellQuestion *question)
{
  const char *user = strrchr (question->user, '\\');

  if (question->directory != NULL)
    return g_strdup (question->directory);
  return g_strconcat ("C:\\Users\\", user != NULL ? user + 1 : question->user, NULL);
}

static char *
find_variable (ShellHost *host, const ShellQuestion *question, const char *name)
{
  const char *user = strrchr (question->user, '\\');
  const struct {
    const char *name, *value;
  } own[] = {
    { "COMPUTERNAME", host->computer },
    { "USERNAME", user != NULL ? user + 1 : question->user },
    { "OS", "Windows_NT" },
  };

  for (gsize i = 0; question->environment != NULL && question->environment[i] != NULL; i++) {
    const char *equals = strchr (question->environment[i], '=');

    if (equals != NULL && strlen (name) == (gsize)(equals - question->environment[i])
        && g_ascii_strncasecmp (question->environment[i], name, strlen (name)) == 0)
      return g_strdup (equals + 1);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++) {
    if (g_ascii_strcasecmp (own[i].name, name) == 0)
      return g_strdup (own[i].value);
  }
  return g_ascii_strcasecmp (name, "CD") == 0 ? shell_question_directory (question) : NULL;
}

/* The variable that begins at @at, and behind it; NULL: there is none, the sign stands for itself.
 */
static char *
read_variable (ShellHost *host, const ShellQuestion *question, const char *at, const char **behind)
{
  const char *end = *at == '%' ? strchr (at + 1, '%') : NULL;
  g_autofree char *name = end != NULL ? g_strndup (at + 1, (gsize)(end - at - 1)) : NULL;

  *behind = end != NULL ? end + 1 : NULL;
  return name != NULL ? find_variable (host, question, name) : NULL;
}

char *
shell_line_expand (ShellHost *host, const ShellQuestion *question, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean quoted = FALSE;

  while (*text != '\0' && out->len <= SHELL_MAX_LINE) {
    const char *behind;
    g_autofree char *value = read_variable (host, question, text, &behind);

    if (value != NULL) {
      g_string_append (out, value);
      text = behind;
      continue;
    }
    quoted ^= *text == '"';
    if (!quoted && *text == '^' && text[1] != '\0')
      text++;
    g_string_append_c (out, *text++);
  }
  return out->len <= SHELL_MAX_LINE ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static gboolean
is_powershell (const char *word)
{
  const char *name = strrchr (word, '\\') != NULL ? strrchr (word, '\\') + 1 : word;

  return g_ascii_strcasecmp (name, "powershell") == 0
         || g_ascii_strcasecmp (name, "powershell.exe") == 0;
}

/* powershell.exe takes any beginning of an option's name. */
static gboolean
is_option (const char *word, const char *name)
{
  gsize length = strlen (word);

  return length > 1 && strchr ("-/", *word) != NULL
         && g_ascii_strncasecmp (name, word + 1, length - 1) == 0;
}

/* base64 of UTF-16LE. */
static char *
decode (const char *text)
{
  gsize size;
  g_autofree guchar *bytes = g_base64_decode (text, &size);

  if (bytes == NULL || size == 0 || size % 2 != 0)
    return NULL;
  return g_convert ((const char *)bytes, (gssize)size, "UTF-8", "UTF-16LE", NULL, NULL, NULL);
}

/* The rest of a line, without the quotes around it. */
static char *
dup_without_quotes (const char *text)
{
  g_autofree char *rest = g_strstrip (g_strdup (text));
  gsize length = strlen (rest);

  if (length >= 2 && rest[0] == '"' && rest[length - 1] == '"')
    return g_strndup (rest + 1, length - 2);
  return *rest != '\0' ? g_steal_pointer (&rest) : NULL;
}

char *
shell_line_decode_script (const char *line)
{
  g_autofree char *program = shell_line_word (line, &line);

  if (!is_powershell (program))
    return NULL;
  while (*line != '\0') {
    g_autofree char *word = shell_line_word (line, &line);

    if (is_option (word, "encodedcommand") || g_ascii_strcasecmp (word, "-ec") == 0) {
      g_autofree char *text = shell_line_word (line, &line);

      return decode (text);
    }
    if (is_option (word, "command"))
      return dup_without_quotes (line);
  }
  return NULL;
}

/* Goes back to the last star when something does not fit: linear memory, and no recursion. */
gboolean
shell_match (const char *pattern, const char *text)
{
  const char *star = NULL, *from = NULL;

  while (*text != '\0') {
    if (*pattern == '*') {
      star = ++pattern;
      from = text;
    } else if (*pattern == '?' || g_ascii_tolower (*pattern) == g_ascii_tolower (*text)) {
      pattern++;
      text++;
    } else if (star != NULL) {
      pattern = star;
      text = ++from;
    } else {
      return FALSE;
    }
  }
  return pattern[strspn (pattern, "*")] == '\0';
}
