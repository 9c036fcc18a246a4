/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"
#include "simulator/listener/listener-spnego.h"

/* Kerberos without SPNEGO around it: one token there, one back. */
static void
kerberos_free (gpointer state)
{
  sim_mech_kerberos.end (state);
}

static SimAuthVerdict
kerberos_check (SimAuth *auth, SimAuthStep *step)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize size = 0;
  g_autofree guint8 *data = sim_auth_decode (step->credentials, &size);
  SimMechVerdict verdict;

  if (data == NULL)
    return SIM_AUTH_REFUSED;
  if (step->realm->keytab == NULL || !sim_spnego_is_kerberos (data, size)) {
    step->reason = g_strdup (step->realm->keytab == NULL ? "Kerberos: the host has no keytab"
                                                         : "Kerberos: no token of Kerberos");
    return SIM_AUTH_REFUSED;
  }
  g_clear_pointer (&auth->state, kerberos_free);
  auth->state = sim_mech_kerberos.begin (step->realm, step->secure);
  verdict = sim_auth_mech_step (step, &sim_mech_kerberos, auth->state, data, size, out);
  if (out->len > 0)
    sim_auth_set_token (step, "Kerberos", out->data, out->len);
  if (verdict == SIM_MECH_COMPLETE)
    return sim_auth_conclude (auth, step, &sim_mech_kerberos, auth->state);
  return verdict == SIM_MECH_CONTINUE ? SIM_AUTH_CONTINUE : SIM_AUTH_REFUSED;
}

const SimAuthScheme sim_auth_kerberos = {
  .name = "Kerberos",
  .bound = TRUE,
  .check = kerberos_check,
  .free_state = kerberos_free,
};
