/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/shell-fixture.h"

/* 2026-11-02 12:00 UTC */
#define EPOCH (G_GINT64_CONSTANT (1793620800) * G_USEC_PER_SEC)

ShellFixture *
shell_fixture_new (void)
{
  ShellFixture *self = g_new0 (ShellFixture, 1);

  self->clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, EPOCH);
  self->host = shell_host_new (self->clock, "HV01", "10.0.17763");
  return self;
}

void
shell_fixture_free (ShellFixture *self)
{
  shell_host_free (self->host);
  g_assert_cmpuint (sim_clock_get_n_timers (self->clock), ==, 0);
  g_object_unref (self->clock);
  g_free (self);
}

void
shell_fixture_advance (ShellFixture *self, gint64 milliseconds)
{
  sim_clock_advance (self->clock, milliseconds * 1000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

Shell *
shell_fixture_open (ShellFixture *self)
{
  ShellSettings settings = { .id = SHELL_ID, .user = "administrator", .client = "127.0.0.1" };
  g_autoptr (GError) error = NULL;
  Shell *shell = shell_open (self->host, &settings, &error);

  g_assert_no_error (error);
  return shell;
}

ShellCommand *
shell_fixture_run (Shell *shell, const char *line)
{
  g_autoptr (GError) error = NULL;
  ShellCommand *command = shell_run (shell, COMMAND_ID, line, NULL, &error);

  g_assert_no_error (error);
  return command;
}

char *
shell_fixture_take (ShellCommand *command, const char *stream)
{
  g_autoptr (GPtrArray) pieces = shell_command_take (command, stream, G_MAXINT);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < pieces->len; i++) {
    const ShellPiece *piece = g_ptr_array_index (pieces, i);
    gsize size;
    const char *data = g_bytes_get_data (piece->bytes, &size);

    g_assert_cmpstr (piece->stream, ==, stream);
    g_string_append_len (text, data, (gssize)size);
  }
  return g_string_free (text, FALSE);
}

gint64
shell_fixture_exit_code (ShellCommand *command)
{
  gint32 code;

  return shell_command_is_done (command, "", &code) ? code : -1;
}
