/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"

#include <string.h>

/* Longer than any account name and password; a head may be longer than that. */
#define CREDENTIALS_MAX 4096

static SimAuthVerdict
basic_check (SimAuth *auth, SimAuthStep *step)
{
  SimAccountAnswer answer = SIM_ACCOUNT_ANSWER_UNKNOWN;
  guint8 *data = NULL;
  char *user = NULL;
  gsize size = 0;

  if (strlen (step->credentials) <= CREDENTIALS_MAX)
    data = sim_auth_decode (step->credentials, &size);
  if (data != NULL) {
    g_autofree char *pair = g_strndup ((const char *)data, size);
    char *colon = strchr (pair, ':');

    if (colon != NULL && strlen (pair) == size) {
      *colon = '\0';
      answer = sim_accounts_ask (step->realm->accounts, pair, sim_accounts_prove_by_password,
                                 colon + 1, &user);
    }
    explicit_bzero (pair, size);
    explicit_bzero (data, size);
    g_free (data);
  }
  return sim_auth_settle (step, answer, user);
}

const SimAuthScheme sim_auth_basic = { .name = "Basic", .check = basic_check };
