/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/shell/shell-private.h"

/* The few commands that need no script: what cmd.exe knows by itself of a machine. */

typedef struct {
  ShellHost *host;
  const ShellQuestion *question;
  ShellProgram *program;
  const char *rest; /* of the line, after the word */
} Call;

typedef struct {
  const char *name;
  void (*run) (Call *call);
} Builtin;

static void
print_line (Call *call, const char *text)
{
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);

  shell_program_print (call->program, "stdout", line);
}

static void
run_hostname (Call *call)
{
  print_line (call, call->host->computer);
}

/* Windows 10 and later add the number of the last update, which no host here has. */
static void
run_ver (Call *call)
{
  g_autofree char *line
      = g_strdup_printf ("\r\nMicrosoft Windows [Version %s]", call->host->version);

  print_line (call, line);
}

/* Only one blank after the word is not said. */
static void
run_echo (Call *call)
{
  g_autofree char *text = shell_line_expand (call->host, call->question, call->rest);
  const char *said;
  g_autofree char *word = NULL;

  if (text == NULL) { /* the variables made it so */
    shell_program_print (call->program, "stderr", "The input line is too long.\r\n");
    shell_program_exit (call->program, 1);
    return;
  }
  said = strchr (" \t.:,;/", *text) != NULL && *text != '\0' ? text + 1 : text;
  word = g_strstrip (g_strdup (said));
  if (g_ascii_strcasecmp (word, "on") == 0 || g_ascii_strcasecmp (word, "off") == 0)
    return;
  print_line (call, *word == '\0' && *text != '.' ? "ECHO is on." : said);
}

static void
run_cd (Call *call)
{
  g_autofree char *directory = shell_question_directory (call->question);

  print_line (call, directory);
}

static void
run_exit (Call *call)
{
  const char *text = call->rest;
  gint64 code;

  text += strspn (text, " \t");
  if (g_ascii_strncasecmp (text, "/b", 2) == 0)
    text += 2;
  code = g_ascii_strtoll (text, NULL, 10);
  shell_program_exit (call->program, (gint32)code);
}

static void
run_whoami (Call *call)
{
  g_autofree char *text
      = strchr (call->question->user, '\\') != NULL || strchr (call->question->user, '@') != NULL
            ? g_strdup (call->question->user)
            : g_strconcat (call->host->computer, "\\", call->question->user, NULL);
  g_autofree char *lower = g_utf8_strdown (text, -1);

  print_line (call, lower);
}

static const Builtin builtins[] = {
  { "hostname", run_hostname }, { "ver", run_ver },   { "echo", run_echo },
  { "whoami", run_whoami },     { "exit", run_exit }, { "cd", run_cd },
};

static gboolean
is_cmd (const char *word)
{
  const char *name = strrchr (word, '\\') != NULL ? strrchr (word, '\\') + 1 : word;

  return g_ascii_strcasecmp (name, "cmd") == 0 || g_ascii_strcasecmp (name, "cmd.exe") == 0;
}

/* `cmd /c LINE`: LINE is asked as if it had come alone. */
static gboolean
run_cmd (Call *call)
{
  const char *text = call->rest + strspn (call->rest, " \t");
  g_autofree char *line = NULL;
  g_autoptr (ShellProgram) inner = NULL;
  ShellQuestion question = *call->question;
  gsize length;

  while (*text == '/' && g_ascii_strncasecmp (text, "/c", 2) != 0) {
    text += strcspn (text, " \t");
    text += strspn (text, " \t");
  }
  if (g_ascii_strncasecmp (text, "/c", 2) != 0 || ++question.depth > SHELL_MAX_DEPTH)
    return FALSE;
  line = g_strstrip (g_strdup (text + 2));
  length = strlen (line);
  if (length >= 2 && line[0] == '"' && line[length - 1] == '"') {
    memmove (line, line + 1, length);
    line[length - 2] = '\0';
  }
  question.line = g_strstrip (line);
  question.script = NULL;
  inner = shell_answer (call->host, &question);
  shell_program_append (call->program, inner);
  return TRUE;
}

/* `echo.` and `cd..` need no blank. */
static gboolean
is_word (const char *line, const char *name, const char **rest)
{
  gsize length = strlen (name);

  *rest = line + length;
  return g_ascii_strncasecmp (line, name, length) == 0
         && (line[length] == '\0' || strchr (" \t.:,;/", line[length]) != NULL);
}

gboolean
shell_builtin (ShellHost *host, const ShellQuestion *question, ShellProgram *program)
{
  Call call = { .host = host, .question = question, .program = program };
  g_autofree char *word = shell_line_word (question->line, &call.rest);

  if (is_cmd (word))
    return run_cmd (&call);
  for (gsize i = 0; i < G_N_ELEMENTS (builtins); i++) {
    if (is_word (question->line, builtins[i].name, &call.rest)) {
      builtins[i].run (&call);
      return TRUE;
    }
  }
  return FALSE;
}
