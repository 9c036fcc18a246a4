/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "simulator/shell/shell.h"

G_BEGIN_DECLS

#define SHELL_ID "6B1E6A1C-3A5D-4E2B-9A64-0D7D4C6B9E11"
#define COMMAND_ID "0D6FCA9D-2D40-44C3-B691-E665BE7AA687"
#define BOTH "stdout stderr"

/* A host HV01 with Windows 10.0.17763, on a clock that stands still until it is moved. */
typedef struct {
  SimClock *clock;
  ShellHost *host;
} ShellFixture;

ShellFixture *shell_fixture_new (void);
void shell_fixture_free (ShellFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShellFixture, shell_fixture_free)

/* Moves the clock on; all that falls due has happened when this returns. */
void shell_fixture_advance (ShellFixture *self, gint64 milliseconds);
/* A shell of administrator's, with SHELL_ID. */
Shell *shell_fixture_open (ShellFixture *self);
/* A command in it, with COMMAND_ID. */
ShellCommand *shell_fixture_run (Shell *shell, const char *line);
/* All that it has said on that stream. */
char *shell_fixture_take (ShellCommand *command, const char *stream);
/* -1: it has not ended */
gint64 shell_fixture_exit_code (ShellCommand *command);

G_END_DECLS
