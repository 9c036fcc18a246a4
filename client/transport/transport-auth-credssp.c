/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error.h"
#include "client/transport/transport-auth.h"

static gboolean
credssp_check (const TransportAuthSetup *setup, GError **error)
{
  g_set_error_literal (
      error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
      "auth=credssp: CredSSP hands the password itself over to the host, so that it can log in "
      "elsewhere; nothing here needs that, and it is not done. Use negotiate, kerberos or ntlm");
  return FALSE;
}

const TransportAuthScheme transport_auth_credssp = {
  .name = "credssp",
  .token = "CredSSP",
  .enable = "winrm set winrm/config/service/auth '@{CredSSP=\"true\"}'",
  .check = credssp_check,
};
