/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/shell/shell-private.h"

static void
step_clear (gpointer step)
{
  g_clear_pointer (&((ShellStep *)step)->bytes, g_bytes_unref);
}

ShellProgram *
shell_program_new (void)
{
  ShellProgram *self = g_new0 (ShellProgram, 1);

  self->steps = g_array_new (FALSE, TRUE, sizeof (ShellStep));
  g_array_set_clear_func (self->steps, step_clear);
  return self;
}

void
shell_program_free (ShellProgram *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->steps);
  g_free (self);
}

void
shell_program_print (ShellProgram *self, const char *stream, const char *text)
{
  ShellStep step = { .kind = SHELL_STEP_PRINT, .stream = g_intern_string (stream) };

  if (*text == '\0')
    return;
  step.bytes = g_bytes_new (text, strlen (text));
  g_array_append_val (self->steps, step);
}

void
shell_program_write (ShellProgram *self, const char *stream, GBytes *bytes)
{
  ShellStep step = { .kind = SHELL_STEP_WRITE, .stream = g_intern_string (stream) };

  if (g_bytes_get_size (bytes) == 0)
    return;
  step.bytes = g_bytes_ref (bytes);
  g_array_append_val (self->steps, step);
}

void
shell_program_wait (ShellProgram *self, gint64 microseconds)
{
  ShellStep step = { .kind = SHELL_STEP_WAIT, .time = microseconds };

  g_array_append_val (self->steps, step);
}

void
shell_program_read_input (ShellProgram *self)
{
  ShellStep step = { .kind = SHELL_STEP_READ };

  g_array_append_val (self->steps, step);
}

void
shell_program_read_line (ShellProgram *self)
{
  ShellStep step = { .kind = SHELL_STEP_READ_LINE };

  g_array_append_val (self->steps, step);
}

void
shell_program_print_input (ShellProgram *self, const char *stream)
{
  ShellStep step = { .kind = SHELL_STEP_PRINT_INPUT, .stream = g_intern_string (stream) };

  g_array_append_val (self->steps, step);
}

void
shell_program_exit (ShellProgram *self, gint32 code)
{
  ShellStep step = { .kind = SHELL_STEP_EXIT, .code = code };

  g_array_append_val (self->steps, step);
}

void
shell_program_append (ShellProgram *self, const ShellProgram *other)
{
  for (guint i = 0; i < other->steps->len; i++) {
    ShellStep step = g_array_index (other->steps, ShellStep, i);

    if (step.bytes != NULL)
      g_bytes_ref (step.bytes);
    g_array_append_val (self->steps, step);
  }
}

gint32
shell_program_take_exit (ShellProgram *self)
{
  guint last = self->steps->len;
  gint32 code;

  if (last == 0 || g_array_index (self->steps, ShellStep, last - 1).kind != SHELL_STEP_EXIT)
    return 0;
  code = g_array_index (self->steps, ShellStep, last - 1).code;
  g_array_set_size (self->steps, last - 1);
  return code;
}
