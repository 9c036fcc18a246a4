/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a URI says. */

#include "client/base/hyperv-uri-private.h"

/**
 * hyperv_uri_get_user:
 * @self: a URI
 *
 * Returns the user before the "@", decoded.
 *
 * Returns: (transfer none) (nullable): `name`, `DOMAIN\name` or `name@realm`; %NULL when
 *   none is given
 */
const char *
hyperv_uri_get_user (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * hyperv_uri_get_host:
 * @self: a URI
 *
 * Returns the host, without the brackets of an IPv6 address; a name of another script in ASCII.
 *
 * Returns: (transfer none): the name or address
 */
const char *
hyperv_uri_get_host (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->host;
}

/**
 * hyperv_uri_get_port:
 * @self: a URI
 *
 * Returns the port that is used: the one given, or that of the transport.
 *
 * Returns: the port, never 0
 */
guint16
hyperv_uri_get_port (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

/**
 * hyperv_uri_is_https:
 * @self: a URI
 *
 * Returns whether the transport is HTTPS, which is the default.
 *
 * Returns: %FALSE for HTTP
 */
gboolean
hyperv_uri_is_https (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return g_strcmp0 (self->values[HYPERV_URI_TRANSPORT], "http") != 0;
}

/**
 * hyperv_uri_has_transport:
 * @self: a URI
 *
 * Returns whether `transport=` was given: who asks for HTTP by name knows what it shows.
 *
 * Returns: %TRUE if it was
 */
gboolean
hyperv_uri_has_transport (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->values[HYPERV_URI_TRANSPORT] != NULL;
}

/**
 * hyperv_uri_get_auth:
 * @self: a URI
 *
 * Returns the scheme of `auth=`.
 *
 * Returns: (transfer none) (nullable): `basic`, `negotiate`, `kerberos`, `ntlm`, `certificate` or
 *   `credssp`; %NULL when none is given
 */
const char *
hyperv_uri_get_auth (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->values[HYPERV_URI_AUTH];
}

/**
 * hyperv_uri_get_proxy:
 * @self: a URI
 *
 * Returns the URI of `proxy=`.
 *
 * Returns: (transfer none) (nullable): the URI, which holds no user; %NULL for no proxy
 */
const char *
hyperv_uri_get_proxy (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->values[HYPERV_URI_PROXY];
}

/**
 * hyperv_uri_get_spn:
 * @self: a URI
 *
 * Returns the service principal name of `spn=`.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL for that of the host
 */
const char *
hyperv_uri_get_spn (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->values[HYPERV_URI_SPN];
}

/**
 * hyperv_uri_get_auth_file:
 * @self: a URI
 *
 * Returns the file of `authfile=`, an auth.conf of libvirt.
 *
 * Returns: (transfer none) (nullable) (type filename): the file, or %NULL when none is given
 */
const char *
hyperv_uri_get_auth_file (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->values[HYPERV_URI_AUTHFILE];
}

/**
 * hyperv_uri_get_certificate:
 * @self: a URI
 *
 * Returns the file of `cert=`: our certificate and its key, to be shown to the host.
 *
 * Returns: (transfer none) (nullable) (type filename): a PEM file, or %NULL when none is given
 */
const char *
hyperv_uri_get_certificate (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->values[HYPERV_URI_CERT];
}

/**
 * hyperv_uri_get_timeout:
 * @self: a URI
 *
 * Returns the seconds of `timeout=`, the deadline of one operation.
 *
 * Returns: seconds, from 1 to 86400; 0 when none are given
 */
guint
hyperv_uri_get_timeout (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->timeout;
}

/**
 * hyperv_uri_get_trust:
 * @self: a URI
 *
 * Returns how the certificate of the host is judged: `cacert=`, `pin=`,
 * `no_verify=`, `known_hosts=` and `accept_new=`.
 *
 * Returns: (transfer none): the trust, owned by @self
 */
const HypervTrust *
hyperv_uri_get_trust (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->trust;
}

/**
 * hyperv_uri_is_lenient:
 * @self: a URI
 *
 * Returns whether `lenient=1` was given.
 *
 * Returns: %TRUE if it was
 */
gboolean
hyperv_uri_is_lenient (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_strcmp0 (self->values[HYPERV_URI_LENIENT], "1") == 0;
}
