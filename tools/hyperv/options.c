/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/options.h"

#include <stddef.h>
#include <string.h>

/* Options of every command. One of a single command stands in its row, as in "[--all]" or, with a
 * value, "[--property NAME]". */
static const struct {
  const char *name;
  char letter;       /* 0: none */
  const char *value; /* what it takes; NULL: nothing */
  gsize offset;      /* of a char * or a gboolean in Options */
} rows[] = {
  { "--connect", 'c', "URI", offsetof (Options, uri) },
  { "--output", 'o', "table|json", offsetof (Options, output) },
  { "--help", 'h', NULL, offsetof (Options, help) },
  { "--version", 0, NULL, offsetof (Options, version) },
};

/* Index of the option that @word is; G_N_ELEMENTS (rows) for others. @value: what stands in the
 * same word ("--output=json", "-ojson"), or NULL. */
static gsize
find_option (const char *word, const char **value)
{
  gsize length = strcspn (word, "=");
  gsize i;

  *value = word[length] == '=' ? word + length + 1 : NULL;
  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (strncmp (rows[i].name, word, length) == 0 && rows[i].name[length] == '\0')
      break;
    if (rows[i].letter == '\0' || word[1] != rows[i].letter)
      continue;
    *value = word[2] != '\0' ? word + 2 : NULL;
    break;
  }
  return i;
}

/* What follows @option in the usage of a command that names it: a space before the name of its
 * value. '\0': it does not. */
static char
after_option (const CommandRow *row, const char *option)
{
  const char *at = row != NULL ? strstr (row->arguments, option) : NULL;
  char after = at != NULL ? at[strlen (option)] : '\0';

  if (!g_str_has_prefix (option, "--") || option[2] == '\0')
    return '\0';
  return after == ' ' || after == ']' ? after : '\0';
}

static char *
list_options (const CommandRow *row)
{
  g_auto (GStrv) words = g_strsplit_set (row != NULL ? row->arguments : "", "[] ", -1);
  GString *list = g_string_new (NULL);

  for (char **word = words; *word != NULL; word++)
    if (g_str_has_prefix (*word, "--"))
      g_string_append_printf (list, "%s, ", *word);
  g_string_append (list, "-c, -o, --help");
  return g_string_free (list, FALSE);
}

/* Of two values one would be lost. */
static gboolean
take_value (const CommandRow *row, const char *name, const char *value, GPtrArray *given,
            GError **error)
{
  g_autofree char *begin = g_strconcat (name, "=", NULL);

  for (guint i = 0; i < given->len; i++) {
    if (!g_str_has_prefix (g_ptr_array_index (given, i), begin))
      continue;
    g_set_error (error, USAGE_ERROR, 0, "%s: %s is given twice; expected one of them, or none",
                 row->name, name);
    return FALSE;
  }
  g_ptr_array_add (given, g_strconcat (begin, value, NULL));
  return TRUE;
}

static gboolean
take_own (const CommandRow *row, const char *word, char ***next, GPtrArray *given, GError **error)
{
  const char *equals = strchr (word, '=');
  g_autofree char *name = equals != NULL ? g_strndup (word, equals - word) : g_strdup (word);
  char after = after_option (row, name);
  const char *value = equals != NULL ? equals + 1 : NULL;
  g_autofree char *known = NULL;

  if (after == ']' && value == NULL) {
    g_ptr_array_add (given, g_strdup (word));
    return TRUE;
  }
  if (after == ' ' && value == NULL && **next != NULL)
    value = *(*next)++;
  if (after == ' ' && value != NULL && *value != '\0')
    return take_value (row, name, value, given, error);
  if (after != '\0') {
    g_set_error (error, USAGE_ERROR, 0, "%s: usage: hyperv %s %s", name, row->name, row->arguments);
    return FALSE;
  }
  known = list_options (row);
  g_set_error (error, USAGE_ERROR, 0,
               "%s%sunknown option “%s”; there is: %s (a name that begins with a dash stands after "
               "--)",
               row != NULL ? row->name : "", row != NULL ? ": " : "", word, known);
  return FALSE;
}

static gboolean
take_common (Options *self, gsize i, const char *value, char ***next, GError **error)
{
  gpointer where = (char *)self + rows[i].offset;

  if (rows[i].value == NULL && value != NULL) {
    g_set_error (error, USAGE_ERROR, 0, "%s takes no value, found “%s”", rows[i].name, value);
    return FALSE;
  }
  if (rows[i].value == NULL) {
    *(gboolean *)where = TRUE;
    return TRUE;
  }
  if (value == NULL && **next != NULL)
    value = *(*next)++;
  if (value == NULL) {
    g_set_error (error, USAGE_ERROR, 0, "-%c: expected %s after it, found nothing", rows[i].letter,
                 rows[i].value);
    return FALSE;
  }
  g_free (*(char **)where);
  *(char **)where = g_strdup (value);
  return TRUE;
}

static const CommandRow *
find_row (const char *name)
{
  const CommandRow *row = command_rows;

  while (name != NULL && row->name != NULL && strcmp (row->name, name) != 0)
    row++;
  return name != NULL && row->name != NULL ? row : NULL;
}

/* The first word that is neither an option nor what belongs to one; it says which options there
 * are. */
static const CommandRow *
find_command (char **argv)
{
  for (char **next = argv + 1; *next != NULL; next++) {
    const char *value;
    gsize i;

    if (strcmp (*next, "--") == 0)
      return find_row (next[1]);
    if (**next != '-')
      return find_row (*next);
    i = find_option (*next, &value);
    if (i < G_N_ELEMENTS (rows) && rows[i].value != NULL && value == NULL && next[1] != NULL)
      next++;
  }
  return NULL;
}

static gboolean
take_words (Options *self, char **argv, GPtrArray *words, GPtrArray *given, GError **error)
{
  const CommandRow *row = find_command (argv);
  gboolean ended = FALSE;

  for (char **next = argv + 1; *next != NULL;) {
    const char *word = *next++;
    const char *value;
    gsize i = find_option (word, &value);

    if (ended || word[0] != '-' || word[1] == '\0' || g_ascii_isdigit (word[1])) {
      g_ptr_array_add (words, g_strdup (word));
    } else if (strcmp (word, "--") == 0) {
      ended = TRUE;
    } else if (i < G_N_ELEMENTS (rows)) {
      if (!take_common (self, i, value, &next, error))
        return FALSE;
    } else if (!take_own (row, word, &next, given, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_words (const CommandRow *row, char **words, GError **error)
{
  guint n = g_strv_length (words) - 1;
  g_autofree char *name = NULL;
  g_autofree char *quoted = NULL;

  if (n >= row->min_arguments && n <= row->max_arguments)
    return TRUE;
  if (n < row->min_arguments || strcmp (row->arguments, "VM") != 0) {
    g_set_error (error, USAGE_ERROR, 0, "usage: hyperv %s %s", row->name, row->arguments);
    return FALSE;
  }
  name = g_strjoinv (" ", words + 1);
  quoted = g_shell_quote (name);
  g_set_error (error, USAGE_ERROR, 0,
               "%s: expected one VM, found %u words; if it is one name, quote it: hyperv %s %s",
               row->name, n, row->name, quoted);
  return FALSE;
}

/* "help", "help COMMAND", "--help", "COMMAND --help". */
static gboolean
choose_command (Options *self, GError **error)
{
  const char *name = self->words[0];

  if (g_strcmp0 (name, "help") == 0) {
    self->help = TRUE;
    name = self->words[1];
  }
  self->row = find_row (name);
  if (name != NULL && self->row == NULL) {
    g_set_error (error, USAGE_ERROR, 0, "unknown command “%s”; hyperv --help lists them", name);
    return FALSE;
  }
  if (self->help || self->version)
    return TRUE;
  if (self->row != NULL)
    return check_words (self->row, self->words, error);
  if (self->output != NULL && find_row (self->output) != NULL)
    g_set_error (error, USAGE_ERROR, 0,
                 "-o %s: expected table or json after -o, and then a command", self->output);
  else
    g_set_error_literal (error, USAGE_ERROR, 0, "no command given; hyperv --help lists them");
  return FALSE;
}

gboolean
options_parse (Options *self, char **argv, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GPtrArray) given = g_ptr_array_new ();
  gboolean ok = take_words (self, argv, words, given, error);

  g_ptr_array_add (words, NULL);
  g_ptr_array_add (given, NULL);
  self->words = (char **)g_ptr_array_steal (words, NULL);
  self->given = (char **)g_ptr_array_steal (given, NULL);
  return ok && choose_command (self, error);
}

void
options_clear (Options *self)
{
  g_free (self->uri);
  g_free (self->output);
  g_strfreev (self->words);
  g_strfreev (self->given);
}

char *
options_usage (const CommandRow *row)
{
  GString *text = g_string_new (NULL);

  if (row != NULL) {
    g_string_append_printf (text, "Usage: hyperv [-c URI] [-o table|json] %s%s%s\n\n%s\n",
                            row->name, *row->arguments != '\0' ? " " : "", row->arguments,
                            row->summary);
    return g_string_free (text, FALSE);
  }
  g_string_append (text, "Usage: hyperv [-c URI] [-o table|json] COMMAND ...\n\nCommands:\n");
  for (row = command_rows; row->name != NULL; row++) {
    g_autofree char *form = g_strdup_printf ("%s %s", row->name, row->arguments);

    g_string_append_printf (text, "  %-32s %s\n", form, row->summary);
  }
  g_string_append (
      text,
      "  help [COMMAND]                   this, or about one command\n"
      "\nOptions may stand anywhere; after -- there are only words. --version tells the version.\n"
      "The URI comes from -c, else HYPERV_URI, else LIBVIRT_DEFAULT_URI if it is hyperv://.\n"
      "Trust: the URI's cacert=, pin=, known_hosts=, else HYPERV_CA (a PEM file), else the "
      "system's\n"
      "store. Passwords: HYPERV_AUTH_FILE or another file in libvirt's auth.conf format, or they "
      "are\n"
      "asked for.\n"
      "Exit: 0 ok, 1 usage or output, 2 the host says no, 3 login, 4 connection, TLS or no WinRM,\n"
      "5 not found, 6 timeout, 7 job failed, 130 interrupted.\n");
  return g_string_free (text, FALSE);
}
