/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-credentials.h"
#include "client/transport/transport-gss.h"

G_BEGIN_DECLS

/* What a scheme may ask for before there is any connection. */
typedef struct {
  HypervCredentials *credentials;
  gboolean https;
  gboolean has_certificate; /* of ours, for TLS */
} TransportAuthSetup;

/* A way of logging in: one row of the table in transport-auth.c, one file for its functions. It
 * logs in each request (authorize) or a connection (handshake). */
typedef struct {
  const char *name;        /* value of `auth=` */
  const char *token;       /* how a host offers it in WWW-Authenticate */
  const char *other_token; /* or how else; nullable */
  gboolean shows_password; /* whoever reads the connection reads the password */
  const char *enable;      /* command that makes a Windows host offer it */
  const char *refused;     /* what to look at when the host says no; NULL: password and rights */
  /* Whether it can be used with @setup at all; asked before any connection. */
  gboolean (*check) (const TransportAuthSetup *setup, GError **error);
  /* Value of the Authorization header of each request on a connection whose peer has been judged.
   * It is a secret: give it to transport_auth_wipe(). */
  char *(*authorize) (HypervCredentials *credentials);
  gboolean handshake;
  TransportGssKind gss;
  const char *protocol; /* of sealed messages */
} TransportAuthScheme;

extern const TransportAuthScheme transport_auth_kerberos, transport_auth_negotiate,
    transport_auth_ntlm, transport_auth_certificate, transport_auth_credssp, transport_auth_basic;

/* The scheme called @name; NOT_SUPPORTED lists the known ones. */
const TransportAuthScheme *transport_auth_find (const char *name, GError **error);
/* All, strongest first; NULL at the end. */
const TransportAuthScheme *transport_auth_get (guint n);
/* The only one that can be used with @setup, or NULL when there are several. */
const TransportAuthScheme *transport_auth_find_only (const TransportAuthSetup *setup);

void transport_auth_wipe (char *secret);

/* The rule of credentials that are readable on the way: only inside TLS, to a loopback address that
 * is really connected to (never through a proxy), or when that was asked for. @peer: the connected
 * address, NULL when unknown. */
gboolean transport_auth_may_send (const TransportAuthScheme *scheme, gboolean encrypted,
                                  gboolean allow_clear, gboolean proxied, GInetAddress *peer,
                                  const char *where, GError **error);

/* Scheme names from the value of one WWW-Authenticate header, added to @offered as new strings. */
void transport_auth_parse_offer (const char *value, GPtrArray *offered);
/* The word by which @scheme is among @offered, or NULL. */
const char *transport_auth_is_offered (const TransportAuthScheme *scheme, GPtrArray *offered);
/* "Negotiate, Basic", "nothing" (transfer full) */
char *transport_auth_list (GPtrArray *offered);
/* The token in the value of a WWW-Authenticate header of scheme @word: NULL when it is another's or
 * has none, or is not base64 (then with an error). */
GBytes *transport_auth_parse_token (const char *value, const char *word, GError **error);

/* What a 401 means: AUTH_FAILED with user, place, offered schemes and remedy. */
GError *transport_auth_refused (const TransportAuthScheme *scheme, HypervCredentials *credentials,
                                const char *where, GPtrArray *offered);

G_END_DECLS
