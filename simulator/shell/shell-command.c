/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/shell/shell-private.h"

/* A command in a shell: its program's steps, done one after the other as time and input allow; and
 * its output, until somebody takes it. */

/* STATUS_CONTROL_C_EXIT, the exit code of a console program that Ctrl+C or Ctrl+Break ended. */
#define EXIT_CTRL_C ((gint32)0xC000013A)

ShellCommand *
shell_command_ref (ShellCommand *self)
{
  g_ref_count_inc (&self->count);
  return self;
}

void
shell_command_unref (ShellCommand *self)
{
  if (!g_ref_count_dec (&self->count))
    return;
  shell_program_free (self->program);
  g_byte_array_unref (self->input);
  g_clear_pointer (&self->read, g_bytes_unref);
  g_queue_clear_full (&self->output, shell_piece_free);
  g_free (self->id);
  g_free (self);
}

const char *
shell_command_get_id (const ShellCommand *self)
{
  return self->id;
}

void
shell_piece_free (gpointer data)
{
  ShellPiece *piece = data;

  g_bytes_unref (piece->bytes);
  g_free (piece);
}

gboolean
shell_streams_have (const char *streams, const char *name)
{
  g_auto (GStrv) names = g_strsplit_set (streams, " \t\r\n", -1);

  return g_strv_contains ((const char *const *)names, name);
}

static void
stop_timer (ShellCommand *self)
{
  if (self->timer != 0)
    sim_clock_remove_timer (self->shell->host->clock, self->timer);
  self->timer = 0;
}

/* Leaves its shell; who waits for it is told that it is gone. */
static void
leave (ShellCommand *self)
{
  stop_timer (self);
  shell_command_wake_all (self, SHELL_GONE);
  self->shell = NULL;
}

void
shell_command_free_all (Shell *shell)
{
  for (guint i = 0; i < shell->commands->len; i++)
    leave (g_ptr_array_index (shell->commands, i));
}

static ShellPiece *
new_piece (const char *stream, GBytes *bytes)
{
  ShellPiece *piece = g_new (ShellPiece, 1);

  piece->stream = stream;
  piece->bytes = bytes;
  return piece;
}

static void
add_piece (ShellCommand *self, const char *stream, GBytes *bytes)
{
  if (shell_streams_have (self->shell->output_streams, stream) && g_bytes_get_size (bytes) > 0)
    g_queue_push_tail (&self->output, new_piece (stream, g_bytes_ref (bytes)));
}

/* Text in the shell's code page; what that has not becomes a question mark. */
static void
print (ShellCommand *self, const char *stream, GBytes *text)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize size, length;
  const char *data = g_bytes_get_data (text, &size);
  char *converted;

  if (self->shell->encoding == NULL) {
    add_piece (self, stream, text);
    return;
  }
  converted = g_convert_with_fallback (data, (gssize)size, self->shell->encoding, "UTF-8", "?",
                                       NULL, &length, NULL);
  if (converted == NULL) { /* no text: as it is */
    add_piece (self, stream, text);
    return;
  }
  bytes = g_bytes_new_take (converted, length);
  add_piece (self, stream, bytes);
}

static void
end (ShellCommand *self, gint32 code)
{
  stop_timer (self);
  self->ended = TRUE;
  self->exit_code = code;
  g_byte_array_set_size (self->input, 0); /* what it did not read is nobody's */
}

static void go_on (ShellCommand *self);

static gboolean
wait_over (gpointer data)
{
  ShellCommand *self = data;

  self->timer = 0;
  go_on (self);
  return G_SOURCE_REMOVE;
}

static void
wait (ShellCommand *self, gint64 time)
{
  ShellHost *host = self->shell->host;

  if (time == G_MAXINT64)
    self->position--; /* stays at this step */
  else
    self->timer = sim_clock_add_timer (host->clock, host->context, time, wait_over, self, NULL);
}

/* A line with its end, or everything once there is no more; FALSE: not yet. */
static gboolean
read_input (ShellCommand *self, gboolean is_line)
{
  const guint8 *end
      = is_line && self->input->len > 0 ? memchr (self->input->data, '\n', self->input->len) : NULL;
  guint length = end != NULL ? (guint)(end - self->input->data) + 1 : self->input->len;

  if (end == NULL && !self->input_ended)
    return FALSE;
  g_clear_pointer (&self->read, g_bytes_unref);
  self->read = g_bytes_new (self->input->data, length);
  if (length > 0)
    g_byte_array_remove_range (self->input, 0, length);
  return TRUE;
}

/* FALSE: the program cannot go on now. */
static gboolean
do_step (ShellCommand *self, const ShellStep *step)
{
  switch (step->kind) {
  case SHELL_STEP_PRINT:
    print (self, step->stream, step->bytes);
    return TRUE;
  case SHELL_STEP_WRITE:
    add_piece (self, step->stream, step->bytes);
    return TRUE;
  case SHELL_STEP_WAIT:
    wait (self, step->time);
    return FALSE;
  case SHELL_STEP_READ:
  case SHELL_STEP_READ_LINE:
    if (read_input (self, step->kind == SHELL_STEP_READ_LINE))
      return TRUE;
    self->position--; /* stays at this step */
    return FALSE;
  case SHELL_STEP_PRINT_INPUT:
    if (self->read != NULL)
      add_piece (self, step->stream, self->read);
    return TRUE;
  case SHELL_STEP_EXIT:
    end (self, step->code);
    return FALSE;
  }
  return FALSE;
}

static void
go_on (ShellCommand *self)
{
  GArray *steps = self->program->steps;

  shell_command_ref (self); /* who is woken may end the shell */
  while (!self->ended && self->timer == 0) {
    if (self->position >= steps->len)
      end (self, 0);
    else if (!do_step (self, &g_array_index (steps, ShellStep, self->position++)))
      break;
  }
  shell_command_wake (self);
  shell_command_unref (self);
}

static guint
count_running (const Shell *shell)
{
  guint n = 0;

  for (guint i = 0; i < shell->commands->len; i++)
    n += !((ShellCommand *)g_ptr_array_index (shell->commands, i))->ended;
  return n;
}

static gboolean
check_run (Shell *shell, const char *id, GError **error)
{
  guint64 limit = shell->host->limits.max_processes_per_shell;

  if (shell_find_command (shell, id) != NULL) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_COMMAND_EXISTS, "there is a command %s", id);
    return FALSE;
  }
  if (shell->commands->len >= SHELL_MAX_COMMANDS) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_PROCESSES,
                 "shell %s has %u commands, ended or not, that no Signal has let go; the host "
                 "remembers no more",
                 shell->id, shell->commands->len);
    return FALSE;
  }
  if (count_running (shell) >= limit) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_PROCESSES,
                 "shell %s has %u commands that run, MaxProcessesPerShell is %" G_GUINT64_FORMAT,
                 shell->id, count_running (shell), limit);
    return FALSE;
  }
  return TRUE;
}

ShellCommand *
shell_run (Shell *shell, const char *id, const char *command, const char *const *arguments,
           GError **error)
{
  g_autoptr (GString) line = g_string_new (command);
  g_autofree char *script = NULL;
  ShellQuestion question = { .user = shell->user,
                             .directory = shell->directory,
                             .environment = (const char *const *)shell->environment };
  ShellCommand *self;

  if (!check_run (shell, id, error))
    return NULL;
  for (gsize i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_string_append_printf (line, " %s", arguments[i]);
  question.line = g_strchug (line->str);
  question.script = script = shell_line_decode_script (question.line);
  self = g_new0 (ShellCommand, 1);
  g_ref_count_init (&self->count);
  self->shell = shell;
  self->id = g_strdup (id);
  self->input = g_byte_array_new ();
  self->program = shell_answer (shell->host, &question);
  g_ptr_array_add (shell->commands, self);
  go_on (self);
  return self;
}

ShellCommand *
shell_find_command (Shell *shell, const char *id)
{
  for (guint i = 0; i < shell->commands->len; i++) {
    ShellCommand *command = g_ptr_array_index (shell->commands, i);

    if (g_ascii_strcasecmp (command->id, id) == 0)
      return command;
  }
  return NULL;
}

gboolean
shell_command_send (ShellCommand *self, const char *stream, GBytes *bytes, gboolean end_of_input,
                    GError **error)
{
  guint64 limit = self->shell->host->limits.max_memory;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (!shell_streams_have (self->shell->input_streams, stream)) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_STREAM,
                 "stream \"%s\" is not one of the shell's rsp:InputStreams \"%s\"", stream,
                 self->shell->input_streams);
    return FALSE;
  }
  if (self->ended || self->input_ended)
    return TRUE; /* nobody reads it: discarded and ignored (MS-WSMV 3.1.4.13) */
  if (size > limit || self->input->len + size > MIN (limit, G_MAXINT)) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_MEMORY,
                 "the input would have more than the %" G_GUINT64_FORMAT
                 " MB of MaxMemoryPerShellMB",
                 limit >> 20);
    return FALSE;
  }
  if (size > 0)
    g_byte_array_append (self->input, data, (guint)size);
  self->input_ended = end_of_input;
  if (self->timer == 0)
    go_on (self);
  return TRUE;
}

void
shell_command_signal (ShellCommand *self, ShellSignal signal)
{
  GPtrArray *commands = self->shell->commands;
  guint index;

  if (signal == SHELL_SIGNAL_TERMINATE) {          /* its last state may be forgotten, too */
    if (g_ptr_array_find (commands, self, &index)) /* who is woken may end the shell */
      g_ptr_array_steal_index (commands, index);
    leave (self);
    shell_command_unref (self);
  } else if (!self->ended) {
    end (self, EXIT_CTRL_C);
    shell_command_wake (self);
  }
}

gboolean
shell_command_check_streams (const ShellCommand *self, const char *streams, GError **error)
{
  g_auto (GStrv) names = NULL;

  if (!shell_streams_check ("rsp:DesiredStream", streams, error))
    return FALSE;
  names = g_strsplit_set (streams, " \t\r\n", -1);
  for (char **name = names; *name != NULL; name++) {
    if (**name == '\0' || shell_streams_have (self->shell->output_streams, *name))
      continue;
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_STREAM,
                 "stream \"%s\" is not one of the shell's rsp:OutputStreams \"%s\"", *name,
                 self->shell->output_streams);
    return FALSE;
  }
  return TRUE;
}

/* At most @max bytes of a piece; what is left of it stays where it was. */
static ShellPiece *
take_piece (GQueue *output, GList *link, gsize max)
{
  ShellPiece *piece = link->data;
  gsize size = g_bytes_get_size (piece->bytes);
  g_autoptr (GBytes) whole = NULL;

  if (size <= max) {
    g_queue_delete_link (output, link);
    return piece;
  }
  whole = g_steal_pointer (&piece->bytes);
  piece->bytes = g_bytes_new_from_bytes (whole, max, size - max);
  return new_piece (piece->stream, g_bytes_new_from_bytes (whole, 0, max));
}

GPtrArray *
shell_command_take (ShellCommand *self, const char *streams, gsize max)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (shell_piece_free);
  GList *link = self->output.head;

  while (link != NULL && max > SHELL_PIECE_COST) {
    GList *next = link->next;

    if (shell_streams_have (streams, ((ShellPiece *)link->data)->stream)) {
      ShellPiece *piece = take_piece (&self->output, link, max - SHELL_PIECE_COST);

      max -= g_bytes_get_size (piece->bytes) + SHELL_PIECE_COST;
      g_ptr_array_add (pieces, piece);
    }
    link = next;
  }
  return pieces;
}

static gboolean
has_output (const ShellCommand *self, const char *streams)
{
  for (GList *link = self->output.head; link != NULL; link = link->next) {
    if (shell_streams_have (streams, ((ShellPiece *)link->data)->stream))
      return TRUE;
  }
  return FALSE;
}

gboolean
shell_command_has_news (const ShellCommand *self, const char *streams)
{
  return self->ended || has_output (self, streams);
}

/* Output of streams that nobody asked for does not keep it from ending. */
gboolean
shell_command_is_done (const ShellCommand *self, const char *streams, gint32 *exit_code)
{
  *exit_code = self->exit_code;
  return self->ended && !has_output (self, streams);
}

void
shell_command_set_told (ShellCommand *self)
{
  self->told = TRUE;
}

gboolean
shell_command_was_told (const ShellCommand *self)
{
  return self->told;
}
