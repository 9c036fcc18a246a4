/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-private.h"

/* What a channel says about itself. */

const char *
transport_get_scheme (Transport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->replied ? self->scheme->name : NULL;
}

gboolean
transport_is_encrypted (Transport *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->replied && (self->encrypted || transport_is_sealed (self));
}

gboolean
transport_is_verified (Transport *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->replied && self->verified;
}

const char *
transport_get_peer_fingerprint (Transport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->fingerprint;
}

gboolean
transport_is_kept (Transport *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->stream != NULL;
}

guint64
transport_get_n_requests (Transport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_requests;
}

guint64
transport_get_n_connections (Transport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_connections;
}

const char *
transport_get_mechanism (Transport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->replied ? self->mechanism : NULL;
}

gboolean
transport_is_sealed (Transport *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->replied && self->scheme->handshake && !self->https;
}

gboolean
transport_is_bound (Transport *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->replied && self->bound;
}

const char *
transport_get_tls_version (Transport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->replied ? self->tls_version : NULL;
}

const char *
transport_get_tls_cipher (Transport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->replied ? self->tls_cipher : NULL;
}

const char *
transport_get_offer (Transport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->offer;
}

guint64
transport_get_n_logins (Transport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_logins;
}

gboolean
transport_has_ticket (void)
{
  return transport_gss_has_ticket ();
}
