/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/shell/shell-private.h"

/* Receives that wait for a command to say something. Who waits is called from wherever the news
 * come: a timer of the command, a Send, a Signal, a Delete; or when its own time is over. */

struct _ShellWait {
  ShellHost *host; /* not owned; the shell may go while others are told */
  ShellCommand *command;
  char *streams;
  guint64 timer;
  ShellReady ready;
  gpointer data;
};

static void
wait_end (ShellWait *wait, ShellOutcome outcome)
{
  ShellCommand *command = wait->command;
  ShellReady ready = wait->ready;
  gpointer data = wait->data;

  g_queue_remove (&command->waits, wait);
  if (wait->timer != 0)
    sim_clock_remove_timer (wait->host->clock, wait->timer);
  g_free (wait->streams);
  g_free (wait);
  ready (outcome, data);
  shell_command_unref (command);
}

static gboolean
wait_timed_out (gpointer data)
{
  ShellWait *wait = data;

  wait->timer = 0;
  wait_end (wait, SHELL_TIMED_OUT);
  return G_SOURCE_REMOVE;
}

gboolean
shell_command_wait (ShellCommand *self, const char *streams, gint64 timeout, ShellReady ready,
                    gpointer data)
{
  ShellHost *host = self->shell != NULL ? self->shell->host : NULL;
  ShellWait *wait;

  if (host == NULL || shell_command_has_news (self, streams))
    return FALSE;
  wait = g_new0 (ShellWait, 1);
  wait->host = host;
  wait->command = shell_command_ref (self);
  wait->streams = g_strdup (streams);
  wait->ready = ready;
  wait->data = data;
  wait->timer
      = sim_clock_add_timer (host->clock, host->context, timeout, wait_timed_out, wait, NULL);
  g_queue_push_tail (&self->waits, wait);
  return TRUE;
}

static gboolean
wake_one (ShellCommand *self)
{
  for (GList *link = self->waits.head; link != NULL; link = link->next) {
    ShellWait *wait = link->data;

    if (shell_command_has_news (self, wait->streams)) {
      wait_end (wait, SHELL_READY);
      return TRUE;
    }
  }
  return FALSE;
}

/* One after the other, and only those for whom something is left. Who is called may take, end or
 * wait again, so that each is looked for anew. */
void
shell_command_wake (ShellCommand *self)
{
  shell_command_ref (self);
  while (wake_one (self))
    continue;
  shell_command_unref (self);
}

void
shell_command_wake_all (ShellCommand *self, ShellOutcome outcome)
{
  shell_command_ref (self);
  while (self->waits.head != NULL)
    wait_end (self->waits.head->data, outcome);
  shell_command_unref (self);
}

/* Who is called may close shells. */
void
shell_host_end_waits (ShellHost *self)
{
  g_autoptr (GPtrArray) commands
      = g_ptr_array_new_with_free_func ((GDestroyNotify)shell_command_unref);

  for (guint i = 0; i < self->shells->len; i++) {
    Shell *shell = g_ptr_array_index (self->shells, i);

    for (guint j = 0; j < shell->commands->len; j++)
      g_ptr_array_add (commands, shell_command_ref (g_ptr_array_index (shell->commands, j)));
  }
  for (guint i = 0; i < commands->len; i++)
    shell_command_wake_all (g_ptr_array_index (commands, i), SHELL_GONE);
}
