/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/gss-acceptor.h"
#include "tests/kdc.h"
#include "tests/transport-fixture.h"

G_BEGIN_DECLS

#define PASSWORD "geheim7"

/* What this machine has; the fixture of a program, which sets the environment of its process. */
typedef struct {
  Kdc *kdc;
  char *ntlm;
  const char *no_kdc;
  const char *no_ntlm;
} GssWorld;

void gss_world_start (GssWorld *self);
void gss_world_stop (GssWorld *self);

/* Which of the two a row needs. */
typedef enum { NEEDS_NTLM = 1, NEEDS_KDC = 2 } Needs;
/* Skips the test when it is not here. */
gboolean gss_world_has (const GssWorld *self, Needs needs);

typedef struct {
  guint16 port;
  const char *auth;
  const char *user;
  const char *password;
  const char *spn;
  const char *file; /* CA; NULL: no TLS */
  guint connect_timeout_ms;
} Login;

Transport *gss_world_connect (const Login *login);

/* Everything that is logged from now on. Warnings are shown, too. */
typedef struct {
  GMutex lock;
  GString *text;
} GssLog;

void gss_log_start (GssLog *self);

G_END_DECLS
