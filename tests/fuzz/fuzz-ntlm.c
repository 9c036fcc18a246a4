/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-login.h"

#include <string.h>

#include "simulator/listener/listener-ntlm.h"

/* NTLM's messages. The first byte says how long the Type 1 is, the rest is the Type 3, as it comes,
 * and with a response that the account's password made: what follows the proof is read too. */

/* MS-NLMP 3.3.2, with whatever stands in the message. */
static void
prove (SimAuthRealm *realm, guint8 *message, gsize size, const guint8 *challenge)
{
  SimNtlmLogin login;
  guint8 key[SIM_NTLM_HASH];

  if (sim_ntlm_read_login (&login, message, size) && sim_ntlm_is_v2 (&login.nt)) {
    const SimNtlmPart parts[]
        = { { challenge, SIM_NTLM_CHALLENGE },
            { login.nt.data + SIM_NTLM_HASH, login.nt.size - SIM_NTLM_HASH } };
    guint8 proof[SIM_NTLM_HASH];

    sim_ntlm_key (realm->crypto, "P@ssw0rd", login.user, login.domain, key);
    sim_ntlm_hmac (realm->crypto, key, parts, G_N_ELEMENTS (parts), proof);
    memcpy (message + (login.nt.data - message), proof, sizeof proof);
  }
  sim_ntlm_login_clear (&login);
}

static void
use_session (gpointer state)
{
  static const guint8 text[] = "text";
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GByteArray) sealed = g_byte_array_new ();
  g_autoptr (GByteArray) opened = g_byte_array_new ();

  if (!sim_mech_ntlm.can_seal (state))
    return;
  g_assert_true (sim_mech_ntlm.wrap (state, text, sizeof text, header, sealed));
  sim_mech_ntlm.unwrap (state, header->data, header->len, sealed->data, sealed->len, opened);
}

static void
log_in (SimAuthRealm *realm, const guint8 *data, gsize size, gboolean proven)
{
  gsize first = size > 0 ? MIN (data[0], size - 1) : 0;
  gsize rest = size > 0 ? size - 1 - first : 0;
  gpointer state = sim_mech_ntlm.begin (realm, TRUE);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *last = g_malloc (MAX (rest, 1));
  SimMechResult result = { 0 };
  SimMechVerdict verdict = SIM_MECH_REFUSED;

  memcpy (last, data + size - rest, rest);
  if (sim_mech_ntlm.step (state, data + (size > 0), first, out, &result) == SIM_MECH_CONTINUE) {
    g_assert_cmpuint (out->len, >, 32);
    if (proven)
      prove (realm, last, rest, out->data + 24);
    verdict = sim_mech_ntlm.step (state, last, rest, out, &result);
  }
  if (verdict == SIM_MECH_COMPLETE && result.answer == SIM_ACCOUNT_ANSWER_YES) {
    g_assert_true (proven);
    use_session (state);
  }
  sim_mech_result_clear (&result);
  sim_mech_ntlm.end (state);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  SimAuthRealm *realm = fuzz_login_open ();

  log_in (realm, data, size, FALSE);
  log_in (realm, data, size, TRUE);
  sim_auth_realm_free (realm);
  return 0;
}
