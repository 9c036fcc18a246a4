/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/shell/shell-private.h"

/* Receives that wait for a command to say something. Who waits is called from wherever the news
 * come: a timer of the command, a Send, a Signal, a Delete; or when its own time is over. */

struct _ShellWait {
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
  if (wait->timer != 0 && command->shell != NULL)
    sim_clock_remove_timer (command->shell->host->clock, wait->timer);
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
  wait->command = shell_command_ref (self);
  wait->streams = g_strdup (streams);
  wait->ready = ready;
  wait->data = data;
  wait->timer
      = sim_clock_add_timer (host->clock, host->context, timeout, wait_timed_out, wait, NULL);
  g_queue_push_tail (&self->waits, wait);
  return TRUE;
}

/* One after the other, and only those for whom something is left. */
void
shell_command_wake (ShellCommand *self)
{
  GList *link = self->waits.head;

  while (link != NULL) {
    ShellWait *wait = link->data;

    link = link->next;
    if (shell_command_has_news (self, wait->streams)) {
      wait_end (wait, SHELL_READY);
      return;
    }
  }
}

void
shell_command_wake_all (ShellCommand *self, ShellOutcome outcome)
{
  shell_command_ref (self);
  while (self->waits.head != NULL)
    wait_end (self->waits.head->data, outcome);
  shell_command_unref (self);
}

void
shell_host_end_waits (ShellHost *self)
{
  for (guint i = 0; i < self->shells->len; i++) {
    Shell *shell = g_ptr_array_index (self->shells, i);

    for (guint j = 0; j < shell->commands->len; j++)
      shell_command_wake_all (g_ptr_array_index (shell->commands, j), SHELL_GONE);
  }
}
