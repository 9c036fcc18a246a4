/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/base/hyperv-file-private.h"
#include "simulator/shell/shell-private.h"

/* The owner's answers, in a file. A row begins with a pattern at the left edge; its steps stand
 * below it, indented, one a line, and are done in this order:
 *
 *   command ipconfig /all
 *     stdout Windows IP Configuration
 *     wait 2s
 *     exit 0
 *   powershell *Get-VM*
 *     stdout-file vms.txt
 *
 * A line whose first sign is "#", indented or not, is a comment.
 */

#define MAX_FILE (16 << 20)   /* bytes */
#define MAX_OUTPUT (64 << 20) /* bytes of all stdout-file and stderr-file */
#define MAX_ROWS 10000
#define MAX_STEPS 10000 /* of a row */
#define MAX_WAIT_SECONDS (7 * 24 * 3600)

typedef struct {
  gboolean of_powershell;
  char *pattern;
  ShellProgram *program;
} Row;

struct _ShellScript {
  GPtrArray *rows;
};

typedef struct {
  const char *path;
  guint line;
  gsize output; /* bytes that may still come from files */
  GError **error;
} Reader;

typedef struct {
  const char *name;
  gboolean (*read) (Reader *reader, ShellProgram *program, const char *name, const char *text);
} StepRow;

static gboolean fail (Reader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (Reader *reader, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (reader->error, SHELL_ERROR, SHELL_ERROR_SCRIPT, "%s:%u: %s", reader->path,
               reader->line, text);
  return FALSE;
}

static gboolean
read_print (Reader *reader, ShellProgram *program, const char *name, const char *text)
{
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);

  shell_program_print (program, name, line);
  return TRUE;
}

static gboolean
read_print_file (Reader *reader, ShellProgram *program, const char *name, const char *text)
{
  g_autofree char *folder = g_path_get_dirname (reader->path);
  g_autofree char *path
      = g_path_is_absolute (text) ? g_strdup (text) : g_build_filename (folder, text, NULL);
  g_autofree char *stream = g_strndup (name, strlen (name) - strlen ("-file"));
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data;
  gsize size;

  data = hyperv_file_read (path, HYPERV_FILE_STREAM, reader->output, &size, &local);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    return fail (reader, "%s %s: more than %d bytes in the files of a script", name, path,
                 MAX_OUTPUT);
  if (data == NULL)
    return fail (reader, "%s %s", name, local->message);
  reader->output -= size;
  bytes = g_bytes_new_take (data, size);
  shell_program_write (program, stream, bytes);
  return TRUE;
}

static gboolean
read_wait (Reader *reader, ShellProgram *program, const char *name, const char *text)
{
  char *end = NULL;
  double number;

  if (strcmp (text, "forever") == 0) {
    shell_program_wait (program, G_MAXINT64);
    return TRUE;
  }
  number = g_ascii_strtod (text, &end);
  if (end != text && strcmp (end, "ms") == 0)
    number /= 1000;
  else if (end == text || strcmp (end, "s") != 0)
    return fail (reader, "wait “%s”: expected a time such as 2s or 500ms, or forever", text);
  if (!(number >= 0 && number <= MAX_WAIT_SECONDS))
    return fail (reader, "wait “%s”: expected 0 to %d seconds", text, MAX_WAIT_SECONDS);
  shell_program_wait (program, (gint64)(number * G_USEC_PER_SEC));
  return TRUE;
}

static gboolean
read_input (Reader *reader, ShellProgram *program, const char *name, const char *text)
{
  if (*text == '\0')
    shell_program_read_input (program);
  else if (strcmp (text, "line") == 0)
    shell_program_read_line (program);
  else
    return fail (reader, "read “%s”: expected line, or nothing: to the end", text);
  return TRUE;
}

static gboolean
read_echo (Reader *reader, ShellProgram *program, const char *name, const char *text)
{
  if (strcmp (text, "stdout") != 0 && strcmp (text, "stderr") != 0)
    return fail (reader, "input “%s”: expected stdout or stderr, where what was read goes", text);
  shell_program_print_input (program, text);
  return TRUE;
}

static gboolean
read_exit (Reader *reader, ShellProgram *program, const char *name, const char *text)
{
  gint64 code;

  if (!g_ascii_string_to_signed (text, 10, G_MININT32, G_MAXINT32, &code, NULL))
    return fail (reader, "exit “%s”: expected a number from %d to %d", text, G_MININT32,
                 G_MAXINT32);
  shell_program_exit (program, (gint32)code);
  return TRUE;
}

static const StepRow step_rows[] = {
  { "stdout", read_print },
  { "stderr", read_print },
  { "stdout-file", read_print_file },
  { "stderr-file", read_print_file },
  { "wait", read_wait },
  { "read", read_input },
  { "input", read_echo },
  { "exit", read_exit },
};

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->pattern);
  shell_program_free (row->program);
  g_free (row);
}

/* The word at the beginning, and what stands after one blank. */
static char *
split_word (const char *line, const char **text)
{
  gsize length = strcspn (line, " \t");

  *text = line[length] != '\0' ? line + length + 1 : line + length;
  return g_strndup (line, length);
}

static gboolean
read_row (Reader *reader, ShellScript *self, const char *line)
{
  const char *text;
  g_autofree char *word = split_word (line, &text);
  Row *row;

  if (strcmp (word, "command") != 0 && strcmp (word, "powershell") != 0)
    return fail (reader, "“%s”: expected command or powershell and a pattern (steps are indented)",
                 word);
  if (text[strspn (text, " \t")] == '\0')
    return fail (reader, "%s: expected a pattern after it", word);
  if (self->rows->len >= MAX_ROWS)
    return fail (reader, "more than %d rows", MAX_ROWS);
  row = g_new0 (Row, 1);
  row->of_powershell = *word == 'p';
  row->pattern = g_strstrip (g_strdup (text));
  row->program = shell_program_new ();
  g_ptr_array_add (self->rows, row);
  return TRUE;
}

static gboolean
read_step (Reader *reader, ShellScript *self, const char *line)
{
  const char *text;
  g_autofree char *word = split_word (line, &text);
  g_autoptr (GString) known = g_string_new (NULL);
  ShellProgram *program;

  if (self->rows->len == 0)
    return fail (reader, "“%s” stands before the first row", word);
  program = ((Row *)g_ptr_array_index (self->rows, self->rows->len - 1))->program;
  if (program->steps->len >= MAX_STEPS)
    return fail (reader, "more than %d steps in a row", MAX_STEPS);
  for (gsize i = 0; i < G_N_ELEMENTS (step_rows); i++) {
    if (strcmp (step_rows[i].name, word) == 0)
      return step_rows[i].read (reader, program, word, text);
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", step_rows[i].name);
  }
  return fail (reader, "“%s” is no step; there are %s", word, known->str);
}

static gboolean
read_line (Reader *reader, ShellScript *self, char *line)
{
  gsize indent = strspn (line, " \t");
  gsize length = strlen (line);

  if (length > 0 && line[length - 1] == '\r')
    line[length - 1] = '\0';
  if (line[indent] == '\0' || line[indent] == '#')
    return TRUE;
  return indent == 0 ? read_row (reader, self, line) : read_step (reader, self, line + indent);
}

ShellScript *
shell_script_load (const char *path, GError **error)
{
  Reader reader = { .path = path, .output = MAX_OUTPUT, .error = error };
  g_autoptr (ShellScript) self = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize size;

  text = hyperv_file_read (path, HYPERV_FILE_STREAM, MAX_FILE, &size, error);
  if (text == NULL)
    return NULL;
  self = g_new0 (ShellScript, 1);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  if (!g_utf8_validate (text, (gssize)size, NULL)) {
    fail (&reader, "the file is not UTF-8 text");
    return NULL;
  }
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    reader.line++;
    if (!read_line (&reader, self, *line))
      return NULL;
  }
  return g_steal_pointer (&self);
}

void
shell_script_free (ShellScript *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->rows);
  g_free (self);
}

gboolean
shell_script_answer (const ShellScript *self, const ShellQuestion *question, ShellProgram *program)
{
  g_autofree char *script
      = question->script != NULL ? g_strstrip (g_strdup (question->script)) : NULL;

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = g_ptr_array_index (self->rows, i);
    const char *text = row->of_powershell ? script : question->line;

    if (text != NULL && shell_match (row->pattern, text)) {
      shell_program_append (program, row->program);
      return TRUE;
    }
  }
  return FALSE;
}
