/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"

#include <string.h>

/* Longer than any account name and password; a head may be longer than that. */
#define CREDENTIALS_MAX 4096

/* g_base64_decode () skips whatever is no base64. */
static gboolean
is_base64 (const char *text, gsize length)
{
  gsize digits = length;

  while (digits > 0 && length - digits < 2 && text[digits - 1] == '=')
    digits--;
  for (gsize i = 0; i < digits; i++) {
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return FALSE;
  }
  return length > 0 && length % 4 == 0;
}

static SimAuthVerdict
basic_check (SimAuth *auth, const char *credentials, SimAccounts *accounts, char **user)
{
  gsize length = strlen (credentials);
  char pair[CREDENTIALS_MAX / 4 * 3 + 1];
  char *colon;
  int state = 0;
  guint save = 0;

  if (length > CREDENTIALS_MAX || !is_base64 (credentials, length))
    return SIM_AUTH_REFUSED;

  length = g_base64_decode_step (credentials, length, (guchar *)pair, &state, &save);
  pair[length] = '\0';
  colon = strchr (pair, ':');
  if (colon != NULL && strlen (pair) == length) {
    *colon = '\0';
    *user = sim_accounts_check (accounts, pair, colon + 1);
  }
  explicit_bzero (pair, sizeof pair);
  return *user != NULL ? SIM_AUTH_ACCEPTED : SIM_AUTH_REFUSED;
}

const SimAuthScheme sim_auth_basic = { .name = "Basic", .check = basic_check };
