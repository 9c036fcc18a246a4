/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-auth.h"

/* Kerberos without SPNEGO, as Windows offers it to members of a domain. */

static gboolean
kerberos_check (const TransportAuthSetup *setup, GError **error)
{
  return transport_gss_check (TRANSPORT_GSS_KERBEROS, error);
}

const TransportAuthScheme transport_auth_kerberos = {
  .name = "kerberos",
  .token = "Kerberos",
  .enable = "winrm set winrm/config/service/auth '@{Kerberos=\"true\"}'",
  .check = kerberos_check,
  .handshake = TRUE,
  .gss = TRANSPORT_GSS_KERBEROS,
  .protocol = "HTTP-Kerberos-session-encrypted",
};
