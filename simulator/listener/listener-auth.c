/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"

#include <string.h>

static const SimAuthScheme *const schemes[] = {
  &sim_auth_negotiate,   &sim_auth_ntlm,  &sim_auth_kerberos,
  &sim_auth_certificate, &sim_auth_basic, &sim_auth_credssp,
};

static gboolean
begins_with_word (const char *text, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (text, word, length) == 0
         && (text[length] == '\0' || text[length] == ' ');
}

gboolean
sim_auth_is_offered (const SimAuthRealm *realm, const SimAuthScheme *scheme, gboolean secure)
{
  const char *name = scheme->offered != NULL ? scheme->offered : scheme->name;

  if (scheme->tls && !secure)
    return FALSE;
  for (gsize i = 0; realm->challenges != NULL && realm->challenges[i] != NULL; i++) {
    if (begins_with_word (realm->challenges[i], name))
      return TRUE;
  }
  return FALSE;
}

const char **
sim_auth_get_challenges (const SimAuthRealm *realm, gboolean secure)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (gsize i = 0; realm->challenges != NULL && realm->challenges[i] != NULL; i++) {
    if (secure || !begins_with_word (realm->challenges[i], sim_auth_certificate.name))
      g_ptr_array_add (chosen, realm->challenges[i]);
  }
  g_ptr_array_add (chosen, NULL);
  return (const char **)g_ptr_array_free (chosen, FALSE);
}

void
sim_auth_clear (SimAuth *auth)
{
  if (auth->state != NULL && auth->scheme->free_state != NULL)
    auth->scheme->free_state (auth->state);
  g_free (auth->user);
  *auth = (SimAuth){ NULL };
}

void
sim_auth_step_clear (SimAuthStep *self)
{
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->subject, g_free);
  g_clear_pointer (&self->issuer, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->reason, g_free);
}

/* No Authorization: whoever the connection belongs to. An empty request then has no other meaning
 * than to ask for a login (Go's winrm of 2024 sends one before every message and waits for the
 * 401); in the middle of a login it is somebody else's, and ends it. */
static SimAuthVerdict
check_connection (SimAuth *auth, SimAuthStep *step)
{
  if (auth->user == NULL || step->empty) {
    sim_auth_clear (auth);
    return SIM_AUTH_REFUSED;
  }
  step->user = g_strdup (auth->user);
  step->denied = auth->denied;
  return SIM_AUTH_ACCEPTED;
}

static SimAuthVerdict
check_scheme (SimAuth *auth, SimAuthStep *step, const SimAuthScheme *scheme)
{
  SimAuthVerdict verdict;

  if (auth->scheme != scheme || auth->user != NULL) {
    sim_auth_clear (auth);
    auth->scheme = scheme;
  }
  verdict = scheme->check (auth, step);
  if (verdict == SIM_AUTH_ACCEPTED
      && sim_auth_realm_fails (step->realm, SIM_AUTH_FAILURE_REFUSAL)) {
    g_clear_pointer (&step->token, g_free);
    step->reason = g_strdup ("login refused as ordered");
    verdict = SIM_AUTH_REFUSED;
  }
  if (verdict == SIM_AUTH_REFUSED)
    sim_auth_clear (auth);
  if (verdict == SIM_AUTH_ACCEPTED && scheme->bound) {
    auth->user = g_strdup (step->user);
    auth->denied = step->denied;
  }
  return verdict;
}

SimAuthVerdict
sim_auth_check (SimAuth *auth, SimAuthStep *step, const char *authorization)
{
  if (auth->user != NULL && sim_auth_realm_fails (step->realm, SIM_AUTH_FAILURE_DROPPED_CONTEXT)) {
    sim_auth_clear (auth);
    step->reason = g_strdup ("context dropped as ordered");
    return SIM_AUTH_REFUSED;
  }
  if (authorization == NULL)
    return check_connection (auth, step);
  step->credentials = authorization;
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (!begins_with_word (authorization, schemes[i]->name)
        || !sim_auth_is_offered (step->realm, schemes[i], step->secure))
      continue;
    step->credentials = authorization + strlen (schemes[i]->name);
    step->credentials += strspn (step->credentials, " ");
    return check_scheme (auth, step, schemes[i]);
  }
  sim_auth_clear (auth);
  return SIM_AUTH_REFUSED;
}

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

guint8 *
sim_auth_decode (const char *credentials, gsize *size)
{
  gsize length = strlen (credentials);

  if (length > SIM_AUTH_TOKEN_MAX || !is_base64 (credentials, length))
    return NULL;
  return g_base64_decode (credentials, size);
}

SimAuthVerdict
sim_auth_settle (SimAuthStep *step, SimAccountAnswer answer, char *user)
{
  static const char *const refused[] = {
    [SIM_ACCOUNT_ANSWER_LOCKED] = "locked",
    [SIM_ACCOUNT_ANSWER_EXPIRED] = "expired",
    [SIM_ACCOUNT_ANSWER_DISABLED] = "disabled",
    [SIM_ACCOUNT_ANSWER_MUST_CHANGE] = "to change its password first",
  };

  if (answer == SIM_ACCOUNT_ANSWER_YES || answer == SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS) {
    g_free (step->user);
    step->user = user;
    step->denied = answer == SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS;
    return SIM_AUTH_ACCEPTED;
  }
  if (answer != SIM_ACCOUNT_ANSWER_UNKNOWN)
    step->reason = g_strdup_printf ("account %s is %s", user, refused[answer]);
  g_free (user);
  return SIM_AUTH_REFUSED;
}

SimMechVerdict
sim_auth_mech_step (SimAuthStep *step, const SimMech *mech, gpointer state, const guint8 *token,
                    gsize size, GByteArray *out)
{
  SimMechResult result = { 0 };
  SimMechVerdict verdict = mech->step (state, token, size, out, &result);

  if (verdict == SIM_MECH_COMPLETE
      && sim_auth_settle (step, result.answer, g_steal_pointer (&result.user)) == SIM_AUTH_REFUSED)
    verdict = SIM_MECH_REFUSED;
  if (result.reason != NULL && step->reason == NULL)
    step->reason = g_steal_pointer (&result.reason);
  sim_mech_result_clear (&result);
  return verdict;
}

SimAuthVerdict
sim_auth_conclude (SimAuth *auth, SimAuthStep *step, const SimMech *mech, gpointer state)
{
  if (mech->can_seal (state))
    auth->session = (SimSession){ mech, state };
  return SIM_AUTH_ACCEPTED;
}

void
sim_auth_set_token (SimAuthStep *step, const char *scheme, const guint8 *data, gsize size)
{
  g_autofree char *text = NULL;

  if (sim_auth_realm_fails (step->realm, SIM_AUTH_FAILURE_TRUNCATED_TOKEN))
    size /= 2;
  text = g_base64_encode (data, size);
  g_free (step->token);
  step->token = g_strdup_printf ("%s %s", scheme, text);
}
