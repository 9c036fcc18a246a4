/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-credentials.h"

G_BEGIN_DECLS

/* A way of logging in: one row of the table in transport-auth.c, one file for its functions. */
typedef struct {
  const char *name;        /* value of `auth=` */
  const char *token;       /* how a host offers it in WWW-Authenticate */
  gboolean shows_password; /* whoever reads the connection reads the password */
  const char *enable;      /* command that makes a Windows host offer it */
  /* Whether @credentials can be used this way at all; asked before any connection. */
  gboolean (*check) (HypervCredentials *credentials, GError **error);
  /* Value of the Authorization header for a connection whose peer has been judged. It is a secret:
   * give it to transport_auth_wipe(). */
  char *(*authorize) (HypervCredentials *credentials);
} TransportAuthScheme;

extern const TransportAuthScheme transport_auth_basic;

/* The scheme called @name, or the strongest of ours when NULL; NOT_SUPPORTED lists the known ones.
 */
const TransportAuthScheme *transport_auth_find (const char *name, GError **error);

void transport_auth_wipe (char *secret);

/* The rule of credentials that are readable on the way: only inside TLS, to a loopback address that
 * is really connected to (never through a proxy), or when that was asked for. @peer: the connected
 * address, NULL when unknown. */
gboolean transport_auth_may_send (const TransportAuthScheme *scheme, gboolean encrypted,
                                  gboolean allow_clear, gboolean proxied, GInetAddress *peer,
                                  const char *where, GError **error);

/* Scheme names from the value of one WWW-Authenticate header, added to @offered as new strings. */
void transport_auth_parse_offer (const char *value, GPtrArray *offered);

/* What a 401 means: AUTH_FAILED with user, place, offered schemes and remedy. */
GError *transport_auth_refused (const TransportAuthScheme *scheme, HypervCredentials *credentials,
                                const char *where, GPtrArray *offered);

G_END_DECLS
