/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-login.h"

#include <string.h>

/* Values of Authorization on one connection, one a line. Nobody comes in but the account, and what
 * is said for the journal and to the client can be shown. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  SimAuthRealm *realm = fuzz_login_open ();
  g_autofree char *text = fuzz_dup_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 16);
  SimAuth auth = { 0 };

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (SimAuthStep) step = { .realm = realm, .secure = i % 2 == 1, .empty = TRUE };
    SimAuthVerdict verdict = sim_auth_check (&auth, &step, lines[i]);

    g_assert_true ((verdict == SIM_AUTH_ACCEPTED) == (step.user != NULL));
    if (step.user != NULL)
      g_assert_cmpstr (step.user, ==, "administrator");
    if (step.token != NULL)
      g_assert_null (strpbrk (step.token, "\r\n"));
    if (step.reason != NULL)
      g_assert_true (g_utf8_validate (step.reason, -1, NULL));
  }
  sim_auth_clear (&auth);
  sim_auth_realm_free (realm);
  return 0;
}
