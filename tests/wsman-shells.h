/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/wsman-golden.h"

G_BEGIN_DECLS

/* A host with shells, whose Receives wait on a stepped clock. */
#define SHELL_URI "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define CMD_URI SHELL_URI "/cmd"
#define RSP " xmlns:rsp=\"" SHELL_URI "\""

typedef struct {
  WsmanFixture *wsman;
  ShellHost *host;
  guint n_ready; /* exchanges that waited and are answered */
} ShellsFixture;

ShellsFixture *shells_fixture_new (void);
void shells_fixture_free (ShellsFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShellsFixture, shells_fixture_free)

/* A request of shells'. @id: selector ShellId, or NULL */
char *shells_request (const char *action, const char *id, const char *headers, const char *body);
/* Begins it; what waits is answered later. */
SimExchange *shells_begin (ShellsFixture *self, const char *request, const char *user);
/* Begins it, lets time pass until it is answered, and masks the GUIDs of its envelope. */
char *shells_ask (ShellsFixture *self, const char *request, guint status);
/* The id of a new shell, and of a new command in it. */
char *shells_open (ShellsFixture *self);
char *shells_run (ShellsFixture *self, const char *shell, const char *command);
void shells_advance (ShellsFixture *self, gint64 milliseconds);

G_END_DECLS
