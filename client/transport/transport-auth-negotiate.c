/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-auth.h"

/* SPNEGO: Kerberos where there is a ticket for the host, else NTLM. */

static gboolean
negotiate_check (const TransportAuthSetup *setup, GError **error)
{
  return transport_gss_check (TRANSPORT_GSS_NEGOTIATE, error);
}

const TransportAuthScheme transport_auth_negotiate = {
  .name = "negotiate",
  .token = "Negotiate",
  .enable = "winrm set winrm/config/service/auth '@{Negotiate=\"true\"}'",
  .check = negotiate_check,
  .handshake = TRUE,
  .gss = TRANSPORT_GSS_NEGOTIATE,
  .protocol = "HTTP-SPNEGO-session-encrypted",
};
