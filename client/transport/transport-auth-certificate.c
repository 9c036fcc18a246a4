/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error.h"
#include "client/transport/transport-auth.h"

/* A certificate of ours in TLS, which Windows maps to an account (winrm create
 * winrm/config/service/certmapping). The header only says so (MS-WSMV 2.2.4; pywinrm sends it,
 * too). */

#define MUTUAL "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

static gboolean
certificate_check (const TransportAuthSetup *setup, GError **error)
{
  if (setup->https && setup->has_certificate)
    return TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT, "auth=certificate: %s",
               setup->https ? "no certificate is given; name its PEM file with cert=FILE"
                            : "a certificate can only be shown in TLS; use transport=https");
  return FALSE;
}

static char *
certificate_authorize (HypervCredentials *credentials)
{
  return g_strdup (MUTUAL);
}

const TransportAuthScheme transport_auth_certificate = {
  .name = "certificate",
  .token = MUTUAL,
  .refused = "check that the certificate of cert= is for clients, and that the host maps it to an "
             "account: New-Item -Path WSMan:\\localhost\\ClientCertificate -Subject USER@DOMAIN "
             "-URI * -Issuer THUMBPRINT -Credential (Get-Credential)",
  .enable = "winrm set winrm/config/service/auth '@{Certificate=\"true\"}'",
  .check = certificate_check,
  .authorize = certificate_authorize,
};
