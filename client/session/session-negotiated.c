/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

/* What was negotiated with the host, as of the last reply. */

static char *
dup_locked (HypervSession *self, char *const *field)
{
  char *text;

  g_mutex_lock (&self->lock);
  text = g_strdup (*field);
  g_mutex_unlock (&self->lock);
  return text;
}

static gboolean
get_locked (HypervSession *self, const gboolean *field)
{
  gboolean value;

  g_mutex_lock (&self->lock);
  value = *field;
  g_mutex_unlock (&self->lock);
  return value;
}

gboolean
session_has_ticket (void)
{
  return transport_has_ticket ();
}

/**
 * hyperv_session_dup_auth_mechanism:
 * @self: a session
 *
 * Returns what the scheme came to: `kerberos` or `ntlm`, also within `negotiate`.
 *
 * Returns: (transfer full) (nullable): the mechanism; %NULL before the first reply, and for schemes
 *   that have none
 */
char *
hyperv_session_dup_auth_mechanism (HypervSession *self)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return dup_locked (self, &self->mechanism);
}

/**
 * hyperv_session_is_sealed:
 * @self: a session
 *
 * Tells whether the login encrypts messages. Any thread may ask; nothing is sent.
 *
 * Returns: whether requests and replies are encrypted by the scheme itself, as over plain HTTP
 *   (MS-WSMV 2.2.9.1)
 */
gboolean
hyperv_session_is_sealed (HypervSession *self)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), FALSE);

  return get_locked (self, &self->sealed);
}

/**
 * hyperv_session_is_bound:
 * @self: a session
 *
 * Tells whether somebody in between could pass the login on. Any thread may ask; nothing is
 * sent.
 *
 * Returns: whether the login is bound to the TLS connection (`tls-server-end-point`, RFC 5929)
 */
gboolean
hyperv_session_is_bound (HypervSession *self)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), FALSE);

  return get_locked (self, &self->bound);
}

/**
 * hyperv_session_dup_tls_version:
 * @self: a session
 *
 * Returns the version of TLS, such as `TLS 1.3`.
 *
 * Returns: (transfer full) (nullable): the version, or %NULL without TLS or a reply
 */
char *
hyperv_session_dup_tls_version (HypervSession *self)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return dup_locked (self, &self->tls_version);
}

/**
 * hyperv_session_dup_tls_cipher:
 * @self: a session
 *
 * Returns the cipher suite of TLS, by its registered name.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL without TLS or a reply
 */
char *
hyperv_session_dup_tls_cipher (HypervSession *self)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return dup_locked (self, &self->tls_cipher);
}
