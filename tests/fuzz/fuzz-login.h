/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-auth.h"
#include "tests/fuzz/fuzz.h"

/* A host with one account and every scheme that needs nothing from outside. */
static inline SimAuthRealm *
fuzz_login_open (void)
{
  static const char *const challenges[] = { "Negotiate", "Basic realm=\"WSMAN\"", "CredSSP", NULL };
  g_autoptr (SimAccounts) accounts = sim_accounts_new ();
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  const SimListenerConfig config
      = { .accounts = accounts, .clock = clock, .challenges = challenges };
  SimAuthRealm *realm;

  sim_accounts_set (accounts, "administrator", "P@ssw0rd");
  realm = sim_auth_realm_new (&config, NULL, NULL);
  g_assert_nonnull (realm);
  realm->binding = g_bytes_new_static ("tls-server-end-point:0123456789", 31); /* as over TLS */
  return realm;
}
