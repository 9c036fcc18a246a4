/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener.h"

G_BEGIN_DECLS

/* Who speaks on a connection. One file and one row (listener-auth.c) for each scheme; a scheme of
 * more than one round keeps its state here, with the connection. */
typedef struct _SimAuthScheme SimAuthScheme;

typedef struct {
  const SimAuthScheme *scheme; /* whose state it is */
  gpointer state;
} SimAuth;

typedef enum { SIM_AUTH_REFUSED, SIM_AUTH_ACCEPTED } SimAuthVerdict;

struct _SimAuthScheme {
  const char *name; /* first word of Authorization and of the challenge */
  /* @credentials: what follows the name, without spaces around it. Accepted: *user is set. */
  SimAuthVerdict (*check) (SimAuth *auth, const char *credentials, SimAccounts *accounts,
                           char **user);
  void (*free_state) (gpointer state);
};

extern const SimAuthScheme sim_auth_basic;

/* @authorization: the header's value, or NULL. Only schemes among @challenges are looked at. */
SimAuthVerdict sim_auth_check (SimAuth *auth, const char *authorization,
                               const char *const *challenges, SimAccounts *accounts, char **user);
void sim_auth_clear (SimAuth *auth);

G_END_DECLS
