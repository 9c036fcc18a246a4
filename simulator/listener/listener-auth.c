/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"

#include <string.h>

static const SimAuthScheme *const schemes[] = {
  &sim_auth_basic,
};

static gboolean
begins_with_word (const char *text, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (text, word, length) == 0
         && (text[length] == '\0' || text[length] == ' ');
}

static gboolean
is_offered (const char *const *challenges, const char *name)
{
  for (gsize i = 0; challenges != NULL && challenges[i] != NULL; i++) {
    if (begins_with_word (challenges[i], name))
      return TRUE;
  }
  return FALSE;
}

void
sim_auth_clear (SimAuth *auth)
{
  if (auth->state != NULL && auth->scheme->free_state != NULL)
    auth->scheme->free_state (auth->state);
  *auth = (SimAuth){ NULL, NULL };
}

SimAuthVerdict
sim_auth_check (SimAuth *auth, const char *authorization, const char *const *challenges,
                SimAccounts *accounts, char **user)
{
  for (gsize i = 0; authorization != NULL && i < G_N_ELEMENTS (schemes); i++) {
    const char *credentials = authorization;

    if (!begins_with_word (authorization, schemes[i]->name)
        || !is_offered (challenges, schemes[i]->name))
      continue;
    if (auth->scheme != schemes[i]) {
      sim_auth_clear (auth);
      auth->scheme = schemes[i];
    }
    credentials += strlen (schemes[i]->name);
    credentials += strspn (credentials, " ");
    return schemes[i]->check (auth, credentials, accounts, user);
  }
  return SIM_AUTH_REFUSED;
}
