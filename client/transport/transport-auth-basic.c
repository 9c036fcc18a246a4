/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/base/hyperv-error.h"
#include "client/transport/transport-auth.h"

static gboolean
basic_check (const TransportAuthSetup *setup, GError **error)
{
  const char *user = hyperv_credentials_get_user (setup->credentials);

  /* RFC 7617, section 2: the first colon ends the name. */
  if (strchr (user, ':') == NULL)
    return TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
               "user \"%s\": Basic cannot carry a user name with a colon in it", user);
  return FALSE;
}

static char *
basic_authorize (HypervCredentials *credentials)
{
  char *clear = g_strconcat (hyperv_credentials_get_user (credentials), ":",
                             hyperv_credentials_get_password (credentials), NULL);
  char *coded = g_base64_encode ((const guchar *)clear, strlen (clear));
  char *value = g_strconcat ("Basic ", coded, NULL);

  transport_auth_wipe (clear);
  transport_auth_wipe (coded);
  return value;
}

const TransportAuthScheme transport_auth_basic = {
  .name = "basic",
  .token = "Basic",
  .shows_password = TRUE,
  .enable = "winrm set winrm/config/service/auth '@{Basic=\"true\"}'",
  .check = basic_check,
  .authorize = basic_authorize,
};
