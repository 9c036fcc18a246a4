/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"
#include "simulator/listener/listener-ntlm.h"
#include "simulator/listener/listener-spnego.h"

/* RFC 4559: what comes after `Negotiate` is SPNEGO, or, as pywinrm and Go send it and Windows takes
 * it, a mechanism's token without it. */
typedef struct {
  const char *scheme; /* for the answer */
  const SimMech *mech;
  gpointer state;
  gboolean wrapped; /* SPNEGO */
  gboolean mech_complete;
  gboolean mic_wanted; /* the client's first choice was not ours */
  gboolean first_sent; /* SPNEGO: supportedMech was said */
  SimSpnegoMech chosen;
  GByteArray *mech_list;
  char *user; /* who it is, while the list's signature is awaited */
  gboolean denied;
} Negotiate;

static void
negotiate_free (gpointer data)
{
  Negotiate *self = data;

  if (self->state != NULL)
    self->mech->end (self->state);
  g_clear_pointer (&self->mech_list, g_byte_array_unref);
  g_free (self->user);
  g_free (self);
}

static void
start_mech (Negotiate *self, SimAuthStep *step, const SimMech *mech)
{
  self->mech = mech;
  self->state = mech->begin (step->realm, step->secure);
}

static SimAuthVerdict
refuse (SimAuthStep *step, const char *reason)
{
  if (step->reason == NULL)
    step->reason = g_strdup_printf ("Negotiate: %s", reason);
  return SIM_AUTH_REFUSED;
}

static SimAuthVerdict
conclude (SimAuth *auth, SimAuthStep *step, Negotiate *self)
{
  if (step->user == NULL) {
    step->user = g_steal_pointer (&self->user);
    step->denied = self->denied;
  }
  return sim_auth_conclude (auth, step, self->mech, self->state);
}

/* A mechanism's tokens as they are. */
static SimAuthVerdict
check_raw (SimAuth *auth, SimAuthStep *step, Negotiate *self, const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  SimMechVerdict verdict = sim_auth_mech_step (step, self->mech, self->state, data, size, out);

  if (out->len > 0)
    sim_auth_set_token (step, self->scheme, out->data, out->len);
  if (verdict == SIM_MECH_REFUSED)
    return refuse (step, "login failed");
  return verdict == SIM_MECH_CONTINUE ? SIM_AUTH_CONTINUE : conclude (auth, step, self);
}

static gboolean
can_speak (const SimAuthStep *step, SimSpnegoMech mech)
{
  return mech == SIM_SPNEGO_NTLM || (mech != SIM_SPNEGO_OTHER && step->realm->keytab != NULL);
}

/* The client's order is kept, as Windows does. */
static gboolean
choose (Negotiate *self, SimAuthStep *step, const SimSpnegoToken *token)
{
  for (gsize i = 0; i < token->n_mechs; i++) {
    if (!can_speak (step, token->mechs[i]))
      continue;
    self->chosen = token->mechs[i];
    self->mic_wanted = i > 0;
    start_mech (self, step, self->chosen == SIM_SPNEGO_NTLM ? &sim_mech_ntlm : &sim_mech_kerberos);
    self->mech_list = g_byte_array_new ();
    g_byte_array_append (self->mech_list, token->mech_list.data, (guint)token->mech_list.size);
    return TRUE;
  }
  return FALSE;
}

static void
answer (Negotiate *self, SimAuthStep *step, SimSpnegoState state, const GByteArray *token,
        const GByteArray *mic)
{
  g_autoptr (GByteArray) bytes = NULL;

  bytes = sim_spnego_write (state, self->first_sent ? SIM_SPNEGO_OTHER : self->chosen,
                            token != NULL && token->len > 0 ? token : NULL, mic);
  self->first_sent = TRUE;
  sim_auth_set_token (step, self->scheme, bytes->data, bytes->len);
}

/* Both sign the list of mechanisms when the client does, and must when it could have been altered
 * to any effect. NTLM's RC4 begins anew after that. */
static SimAuthVerdict
check_list (SimAuth *auth, SimAuthStep *step, Negotiate *self, const SimSpnegoToken *token,
            const GByteArray *out)
{
  g_autoptr (GByteArray) mic = NULL;

  if (!token->has_mic && self->mic_wanted && self->mech->can_seal (self->state)) {
    answer (self, step, SIM_SPNEGO_INCOMPLETE, out, NULL);
    self->user = g_steal_pointer (&step->user);
    self->denied = step->denied;
    return SIM_AUTH_CONTINUE;
  }
  if (token->has_mic) {
    mic = g_byte_array_new ();
    if (!self->mech->verify (self->state, self->mech_list->data, self->mech_list->len,
                             token->mic.data, token->mic.size)
        || !self->mech->sign (self->state, self->mech_list->data, self->mech_list->len, mic))
      return refuse (step, "wrong mechListMIC");
    if (self->mech->signed_list != NULL)
      self->mech->signed_list (self->state);
  }
  answer (self, step, SIM_SPNEGO_COMPLETED, out, mic);
  return conclude (auth, step, self);
}

static SimAuthVerdict
check_wrapped (SimAuth *auth, SimAuthStep *step, Negotiate *self, const SimSpnegoToken *token)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  SimMechVerdict verdict;

  /* The first token is meant for the client's first choice. */
  if (token->initial && (self->mic_wanted || !token->has_token)) {
    answer (self, step, self->mic_wanted ? SIM_SPNEGO_REQUEST_MIC : SIM_SPNEGO_INCOMPLETE, NULL,
            NULL);
    return SIM_AUTH_CONTINUE;
  }
  if (self->mech_complete)
    return token->has_mic ? check_list (auth, step, self, token, NULL)
                          : refuse (step, "no mechListMIC");
  if (!token->has_token)
    return refuse (step, "no token");
  verdict = sim_auth_mech_step (step, self->mech, self->state, token->token.data, token->token.size,
                                out);
  if (verdict == SIM_MECH_REFUSED) {
    if (out->len > 0)
      answer (self, step, SIM_SPNEGO_REJECTED, out, NULL);
    return refuse (step, "login failed");
  }
  if (verdict == SIM_MECH_CONTINUE) {
    answer (self, step, self->mic_wanted ? SIM_SPNEGO_REQUEST_MIC : SIM_SPNEGO_INCOMPLETE, out,
            NULL);
    return SIM_AUTH_CONTINUE;
  }
  self->mech_complete = TRUE;
  return check_list (auth, step, self, token, out);
}

static SimAuthVerdict
check_first (SimAuth *auth, SimAuthStep *step, Negotiate *self, const guint8 *data, gsize size)
{
  SimSpnegoToken token;

  if (sim_ntlm_is_message (data, size, 0)) {
    start_mech (self, step, &sim_mech_ntlm);
    return check_raw (auth, step, self, data, size);
  }
  if (sim_spnego_is_kerberos (data, size)) {
    if (!can_speak (step, SIM_SPNEGO_KERBEROS))
      return refuse (step, "the host has no Kerberos keytab");
    start_mech (self, step, &sim_mech_kerberos);
    return check_raw (auth, step, self, data, size);
  }
  if (!sim_spnego_read (&token, data, size) || !token.initial)
    return refuse (step, "neither SPNEGO nor NTLMSSP");
  self->wrapped = TRUE;
  if (!choose (self, step, &token))
    return refuse (step, "no mechanism in common");
  return check_wrapped (auth, step, self, &token);
}

/* Whatever begins a login begins it anew, also in the middle of another. */
static gboolean
is_beginning (const guint8 *data, gsize size)
{
  SimSpnegoToken token;

  return sim_ntlm_is_message (data, size, 1) || sim_spnego_is_kerberos (data, size)
         || (sim_spnego_read (&token, data, size) && token.initial);
}

static SimAuthVerdict
negotiate_check (SimAuth *auth, SimAuthStep *step)
{
  Negotiate *self = auth->state;
  SimSpnegoToken token;
  gsize size = 0;
  g_autofree guint8 *data = sim_auth_decode (step->credentials, &size);

  if (data == NULL)
    return SIM_AUTH_REFUSED;
  if (self != NULL && is_beginning (data, size))
    g_clear_pointer (&self, negotiate_free);
  if (self == NULL) {
    auth->state = self = g_new0 (Negotiate, 1);
    self->scheme = auth->scheme->name;
    return check_first (auth, step, self, data, size);
  }
  if (!self->wrapped)
    return check_raw (auth, step, self, data, size);
  if (!sim_spnego_read (&token, data, size) || token.initial)
    return refuse (step, "no SPNEGO response");
  return check_wrapped (auth, step, self, &token);
}

const SimAuthScheme sim_auth_negotiate = {
  .name = "Negotiate",
  .bound = TRUE,
  .check = negotiate_check,
  .free_state = negotiate_free,
};

/* Not offered, but taken where Negotiate is: `curl --ntlm` and npm's winrm-client get in. */
const SimAuthScheme sim_auth_ntlm = {
  .name = "NTLM",
  .offered = "Negotiate",
  .bound = TRUE,
  .check = negotiate_check,
  .free_state = negotiate_free,
};
