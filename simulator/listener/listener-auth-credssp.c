/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"

/* Offered where the host is configured so, because clients must choose among what is offered; not
 * spoken: nobody needs to hand a password on to a simulated host. Windows answers 401 to a client
 * with whom it cannot agree. */
static SimAuthVerdict
credssp_check (SimAuth *auth, SimAuthStep *step)
{
  step->reason = g_strdup ("CredSSP is offered and not supported");
  return SIM_AUTH_REFUSED;
}

const SimAuthScheme sim_auth_credssp = { .name = "CredSSP", .check = credssp_check };
