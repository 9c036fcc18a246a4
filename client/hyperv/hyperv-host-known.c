/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-host-private.h"

/* What is known about a host since it is open; nothing is asked. */

/**
 * hyperv_host_get_uri:
 * @self: a host
 *
 * Gives the URI that the host was made of. It holds no password.
 *
 * Returns: (transfer none): where it is
 */
const HypervUri *
hyperv_host_get_uri (HypervHost *self)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), NULL);

  return self->uri;
}

/**
 * hyperv_host_get_session:
 * @self: an open host
 *
 * Gives the WS-Management session, for what this library has no function for. It belongs to the
 * host, and is used from any thread.
 *
 * Returns: (transfer none) (nullable): its session, for any WMI class; %NULL before it was opened
 */
HypervSession *
hyperv_host_get_session (HypervHost *self)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), NULL);

  return g_atomic_pointer_get (&self->session);
}

/**
 * hyperv_host_get_release:
 * @self: an open host
 *
 * Tells the release of Windows (`Version` of Win32_OperatingSystem). Any thread may ask; nothing
 * is sent.
 *
 * Returns: (transfer none) (nullable): its release of Windows; %NULL before it is open
 */
const HypervRelease *
hyperv_host_get_release (HypervHost *self)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), NULL);

  return g_atomic_pointer_get (&self->release);
}

/**
 * hyperv_host_get_hostname:
 * @self: an open host
 *
 * Tells the name of the computer (`CSName` of Win32_OperatingSystem). Any thread may ask;
 * nothing is sent.
 *
 * Returns: (nullable): the computer name, as Windows says it; %NULL before it is open
 */
const char *
hyperv_host_get_hostname (HypervHost *self)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), NULL);

  return hyperv_host_get_release (self) != NULL ? self->hostname : NULL;
}

/**
 * hyperv_host_get_caption:
 * @self: an open host
 *
 * Tells what the system calls itself (`Caption` of Win32_OperatingSystem). Any thread may ask;
 * nothing is sent.
 *
 * Returns: (nullable): what the system calls itself, in its language; %NULL before it is open
 */
const char *
hyperv_host_get_caption (HypervHost *self)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), NULL);

  return hyperv_host_get_release (self) != NULL ? self->caption : NULL;
}

/**
 * hyperv_host_get_packed_version:
 * @self: an open host
 *
 * Tells the version of Windows as one number. Any thread may ask; nothing is sent.
 *
 * Returns: major * 100000000 + minor * 1000000 + micro, as libvirt's virConnectGetVersion(); 0
 *   before it is open
 */
guint64
hyperv_host_get_packed_version (HypervHost *self)
{
  const HypervRelease *release;

  g_return_val_if_fail (HYPERV_IS_HOST (self), 0);

  release = hyperv_host_get_release (self);
  return release != NULL ? hyperv_release_get_packed (release) : 0;
}

/**
 * hyperv_host_is_encrypted:
 * @self: an open host
 *
 * Tells whether messages are encrypted, by TLS or by the login (MS-WSMV 2.2.9.1). Any thread may
 * ask; nothing is sent.
 *
 * Returns: whether nobody on the way can read the messages, as negotiated
 */
gboolean
hyperv_host_is_encrypted (HypervHost *self)
{
  HypervSession *session;

  g_return_val_if_fail (HYPERV_IS_HOST (self), FALSE);

  session = hyperv_host_get_session (self);
  return session != NULL && hyperv_session_is_encrypted (session);
}

/**
 * hyperv_host_is_secure:
 * @self: an open host
 *
 * Tells whether nobody in between can read or change messages. Any thread may ask; nothing is
 * sent.
 *
 * Returns: whether the messages are encrypted and the peer is known to be the right one
 */
gboolean
hyperv_host_is_secure (HypervHost *self)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), FALSE);

  return hyperv_host_is_encrypted (self)
         && hyperv_session_is_verified (hyperv_host_get_session (self));
}
