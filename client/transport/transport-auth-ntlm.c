/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error.h"
#include "client/transport/transport-auth.h"

/* NTLM alone. WinRM offers it as Negotiate, whose acceptor takes bare NTLM messages, too: pywinrm
 * and others have always sent them so. */

static gboolean
ntlm_check (const TransportAuthSetup *setup, GError **error)
{
  if (!transport_gss_check (TRANSPORT_GSS_NTLM, error))
    return FALSE;
  if (*hyperv_credentials_get_password (setup->credentials) != '\0')
    return TRUE;
  g_set_error_literal (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                       "auth=ntlm: NTLM needs a password, and the one given is empty");
  return FALSE;
}

const TransportAuthScheme transport_auth_ntlm = {
  .name = "ntlm",
  .token = "Negotiate",
  .other_token = "NTLM",
  .enable = "winrm set winrm/config/service/auth '@{Negotiate=\"true\"}'",
  .check = ntlm_check,
  .handshake = TRUE,
  .gss = TRANSPORT_GSS_NTLM,
  .protocol = "HTTP-SPNEGO-session-encrypted",
};
