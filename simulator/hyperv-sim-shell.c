/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-shell.h"

#include <string.h>

#include "simulator/hyperv-sim-host-private.h"

struct _HypervSimShellCommand {
  grefcount count;
  const ShellQuestion *question; /* while the callback runs; then NULL */
  ShellProgram *program;
};

/**
 * hyperv_sim_shell_command_ref:
 * @self: a command
 *
 * Takes a reference, to the object only: it can be asked and told nothing after its callback.
 *
 * Returns: (transfer full): the same
 */
HypervSimShellCommand *
hyperv_sim_shell_command_ref (HypervSimShellCommand *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->count);
  return self;
}

/**
 * hyperv_sim_shell_command_unref:
 * @self: (transfer full): a command
 *
 * Drops a reference.
 */
void
hyperv_sim_shell_command_unref (HypervSimShellCommand *self)
{
  g_return_if_fail (self != NULL);

  if (g_ref_count_dec (&self->count))
    g_free (self);
}

G_DEFINE_BOXED_TYPE (HypervSimShellCommand, hyperv_sim_shell_command, hyperv_sim_shell_command_ref,
                     hyperv_sim_shell_command_unref)

/**
 * hyperv_sim_shell_command_get_line:
 * @self: a command, in its callback
 *
 * Tells what is to be run.
 *
 * Returns: (transfer none): command and arguments, with blanks between them
 */
const char *
hyperv_sim_shell_command_get_line (HypervSimShellCommand *self)
{
  g_return_val_if_fail (self != NULL && self->question != NULL, NULL);

  return self->question->line;
}

/**
 * hyperv_sim_shell_command_get_script:
 * @self: a command, in its callback
 *
 * Tells which script PowerShell is to run.
 *
 * Returns: (transfer none) (nullable): the script that `powershell` is to run by `-EncodedCommand`
 *   (decoded) or `-Command`; %NULL when it is another command
 */
const char *
hyperv_sim_shell_command_get_script (HypervSimShellCommand *self)
{
  g_return_val_if_fail (self != NULL && self->question != NULL, NULL);

  return self->question->script;
}

/**
 * hyperv_sim_shell_command_get_user:
 * @self: a command, in its callback
 *
 * Tells who runs the command.
 *
 * Returns: (transfer none): whose shell it is
 */
const char *
hyperv_sim_shell_command_get_user (HypervSimShellCommand *self)
{
  g_return_val_if_fail (self != NULL && self->question != NULL, NULL);

  return self->question->user;
}

/**
 * hyperv_sim_shell_command_get_directory:
 * @self: a command, in its callback
 *
 * Tells in which folder the command runs.
 *
 * Returns: (transfer none) (nullable): the working directory that the shell was opened with
 */
const char *
hyperv_sim_shell_command_get_directory (HypervSimShellCommand *self)
{
  g_return_val_if_fail (self != NULL && self->question != NULL, NULL);

  return self->question->directory;
}

/**
 * hyperv_sim_shell_command_get_variable:
 * @self: a command, in its callback
 * @name: of a variable; letters' case does not count
 *
 * Looks up a variable of the environment that the client gave the shell.
 *
 * Returns: (transfer none) (nullable): its value, if the shell was opened with it
 */
const char *
hyperv_sim_shell_command_get_variable (HypervSimShellCommand *self, const char *name)
{
  gsize length;

  g_return_val_if_fail (self != NULL && self->question != NULL && name != NULL, NULL);

  length = strlen (name);
  for (const char *const *pair = self->question->environment; pair != NULL && *pair != NULL;
       pair++) {
    if (g_ascii_strncasecmp (*pair, name, length) == 0 && (*pair)[length] == '=')
      return *pair + length + 1;
  }
  return NULL;
}

/**
 * hyperv_sim_shell_command_print:
 * @self: a command, in its callback
 * @text: for the standard output, as it is: a line ends with `\r\n` on Windows
 *
 * Says something. The client gets it in the code page that it asked for.
 */
void
hyperv_sim_shell_command_print (HypervSimShellCommand *self, const char *text)
{
  g_return_if_fail (self != NULL && self->program != NULL && text != NULL);

  shell_program_print (self->program, "stdout", text);
}

/**
 * hyperv_sim_shell_command_print_error:
 * @self: a command, in its callback
 * @text: for the standard error output, as it is
 *
 * Complains.
 */
void
hyperv_sim_shell_command_print_error (HypervSimShellCommand *self, const char *text)
{
  g_return_if_fail (self != NULL && self->program != NULL && text != NULL);

  shell_program_print (self->program, "stderr", text);
}

/**
 * hyperv_sim_shell_command_wait:
 * @self: a command, in its callback
 * @microseconds: of the host's clock; %G_MAXINT64: until a signal ends the command
 *
 * Takes its time.
 */
void
hyperv_sim_shell_command_wait (HypervSimShellCommand *self, gint64 microseconds)
{
  g_return_if_fail (self != NULL && self->program != NULL && microseconds >= 0);

  shell_program_wait (self->program, microseconds);
}

/**
 * hyperv_sim_shell_command_read_input:
 * @self: a command, in its callback
 *
 * Reads its standard input to the end.
 */
void
hyperv_sim_shell_command_read_input (HypervSimShellCommand *self)
{
  g_return_if_fail (self != NULL && self->program != NULL);

  shell_program_read_input (self->program);
}

/**
 * hyperv_sim_shell_command_read_line:
 * @self: a command, in its callback
 *
 * Reads one line of its standard input, or what is left when there is no whole one.
 */
void
hyperv_sim_shell_command_read_line (HypervSimShellCommand *self)
{
  g_return_if_fail (self != NULL && self->program != NULL);

  shell_program_read_line (self->program);
}

/**
 * hyperv_sim_shell_command_print_input:
 * @self: a command, in its callback
 *
 * Says what it has read last.
 */
void
hyperv_sim_shell_command_print_input (HypervSimShellCommand *self)
{
  g_return_if_fail (self != NULL && self->program != NULL);

  shell_program_print_input (self->program, "stdout");
}

/**
 * hyperv_sim_shell_command_exit:
 * @self: a command, in its callback
 * @code: exit code
 *
 * Ends. A command that does not say so ends with 0.
 */
void
hyperv_sim_shell_command_exit (HypervSimShellCommand *self, gint32 code)
{
  g_return_if_fail (self != NULL && self->program != NULL);

  shell_program_exit (self->program, code);
}

gboolean
hyperv_sim_shell_answer (const ShellQuestion *question, ShellProgram *program, gpointer data)
{
  HypervSimHost *self = data;
  g_autoptr (HypervSimShellCommand) command = NULL;
  gboolean answered;

  if (self->shell_callback == NULL)
    return FALSE;
  command = g_new0 (HypervSimShellCommand, 1);
  g_ref_count_init (&command->count);
  command->question = question;
  command->program = program;
  answered = self->shell_callback (self, command, self->shell_data);
  command->question = NULL; /* whoever has kept a reference finds nothing in it */
  command->program = NULL;
  return answered;
}

/**
 * hyperv_sim_host_set_shell_callback:
 * @self: a host that is not started
 * @callback: (nullable) (scope notified) (closure user_data) (destroy destroy): answers commands
 * @user_data: for @callback
 * @destroy: (nullable): frees @user_data
 *
 * Says who answers the commands that clients run in remote shells. Asked first; what it does not
 * answer is looked up in the script of hyperv_sim_host_set_shell_script(), and then cmd.exe's own
 * few commands (`hostname`, `ver`, `echo`, `whoami`, `cd`, `exit`) are left.
 */
void
hyperv_sim_host_set_shell_callback (HypervSimHost *self, HypervSimShellCallback callback,
                                    gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL);

  if (self->shell_destroy != NULL)
    self->shell_destroy (self->shell_data);
  self->shell_callback = callback;
  self->shell_data = user_data;
  self->shell_destroy = destroy;
}

/**
 * hyperv_sim_host_set_shell_script:
 * @self: a host that is not started
 * @path: (nullable) (type filename): a file of rows, each a pattern and what the command then does;
 *   README says how. %NULL: none
 * @error: HYPERV_SIM_ERROR_INVALID_ARGUMENT, naming file and line
 *
 * Says what commands in remote shells do.
 *
 * Returns: whether the file could be read
 */
gboolean
hyperv_sim_host_set_shell_script (HypervSimHost *self, const char *path, GError **error)
{
  g_autoptr (ShellScript) script = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL, FALSE);

  if (path != NULL) {
    script = shell_script_load (path, &local);
    if (script == NULL) {
      g_set_error_literal (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                           local->message);
      return FALSE;
    }
  }
  g_clear_pointer (&self->shell_script, shell_script_free);
  self->shell_script = g_steal_pointer (&script);
  return TRUE;
}
