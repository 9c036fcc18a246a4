/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/shell/shell-private.h"

/* Who answers a command: the owner's callback, the owner's script, then cmd.exe itself. Parts of a
 * line that `&`, `&&` or `||` join are asked one by one, unless somebody knows the whole line. */

/* Blanks at the end are said by `echo`, but count for nothing else. */
static gboolean
ask_owner (ShellHost *host, const ShellQuestion *question, ShellProgram *program)
{
  g_autofree char *line = g_strchomp (g_strdup (question->line));
  ShellQuestion asked = *question;

  asked.line = line;
  if (host->answer != NULL && host->answer (&asked, program, host->answer_data))
    return TRUE;
  return host->script != NULL && shell_script_answer (host->script, &asked, program);
}

/* cmd.exe's own words, and why: a script of PowerShell is a command that this host does not have.
 */
static void
refuse (const ShellQuestion *question, ShellProgram *program)
{
  const char *rest;
  g_autofree char *word = shell_line_word (question->line, &rest);
  g_autofree char *text
      = g_strdup_printf ("'%s' is not recognized as an internal or external command,\r\n"
                         "operable program or batch file.\r\n",
                         word);

  shell_program_print (program, "stderr", text);
  if (question->script != NULL) {
    g_autofree char *why
        = g_strdup_printf ("(The simulated host runs no PowerShell. A row “powershell PATTERN” in "
                           "its shell script can answer this one: %s)\r\n",
                           question->script);

    shell_program_print (program, "stderr", why);
  }
  shell_program_exit (program, 1);
}

static ShellProgram *
answer_part (ShellHost *host, const ShellQuestion *whole, const char *line)
{
  ShellProgram *program = shell_program_new ();
  g_autofree char *script = shell_line_decode_script (line);
  ShellQuestion question = *whole;

  question.line = line;
  question.script = script;
  if (!ask_owner (host, &question, program) && !shell_builtin (host, &question, program))
    refuse (&question, program);
  return program;
}

/* cmd.exe takes an `&` behind which nothing comes. */
static void
drop_empty_end (GPtrArray *parts)
{
  const ShellPart *last = g_ptr_array_index (parts, parts->len - 1);

  if (parts->len > 1 && *last->text == '\0' && last->join == SHELL_JOIN_ALWAYS)
    g_ptr_array_remove_index (parts, parts->len - 1);
}

/* Which parts run is known beforehand, as every part's exit code is. */
static ShellProgram *
answer_parts (ShellHost *host, const ShellQuestion *question, GPtrArray *parts)
{
  ShellProgram *program = shell_program_new ();
  gint32 code = 0;

  for (guint i = 0; i < parts->len; i++) {
    const ShellPart *part = g_ptr_array_index (parts, i);
    g_autoptr (ShellProgram) own = NULL;

    if ((part->join == SHELL_JOIN_SUCCESS && code != 0)
        || (part->join == SHELL_JOIN_FAILURE && code == 0))
      continue;
    own = answer_part (host, question, part->text);
    code = shell_program_take_exit (own);
    shell_program_append (program, own);
    if (g_ascii_strncasecmp (part->text, "exit", 4) == 0 && !g_ascii_isalnum (part->text[4]))
      break;
  }
  shell_program_exit (program, code);
  return program;
}

static ShellProgram *
answer_too_long (ShellProgram *program)
{
  shell_program_print (program, "stderr", "The command line is too long.\r\n");
  shell_program_exit (program, 1);
  return program;
}

ShellProgram *
shell_answer (ShellHost *host, const ShellQuestion *question)
{
  ShellProgram *program = shell_program_new ();
  g_autoptr (GPtrArray) parts = NULL;

  if (strlen (question->line) > SHELL_MAX_LINE)
    return answer_too_long (program);
  if (ask_owner (host, question, program))
    return program;
  parts = shell_line_split (question->line);
  if (parts != NULL) {
    shell_program_free (program);
    drop_empty_end (parts);
    return answer_parts (host, question, parts);
  }
  refuse (question, program);
  return program;
}
