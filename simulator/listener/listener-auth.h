/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-mech.h"
#include "simulator/listener/listener.h"

G_BEGIN_DECLS

/* Who speaks on a connection. One file and one row (listener-auth.c) for each scheme; a scheme of
 * more than one round keeps its state here, with the connection, which is what NTLM and Kerberos
 * authenticate. */
typedef struct _SimAuthScheme SimAuthScheme;

/* What the schemes need of the host; one for each listener, used on its thread. */
struct _SimAuthRealm {
  SimAccounts *accounts;
  SimClock *clock;
  char *computer_name;
  char **challenges;
  SimChannelBinding channel_binding;
  GBytes *binding; /* "tls-server-end-point:" and the hash of our certificate; NULL without TLS */
  char *keytab;    /* NULL: no Kerberos */
  GTlsCertificate *client_ca;   /* NULL: no client certificates */
  GPtrArray *certificate_users; /* of SimCertificateMapping */
  SimNtlmCrypto *crypto;        /* made by the first NTLM login */
  SimAuthFailure failure;
  guint failures_left;
};

/* A row of the mappings, its subject folded. */
typedef struct {
  char *subject, *user, *issuer, *uri;
} SimCertificateMapping;
void sim_auth_realm_set_certificate_users (SimAuthRealm *self, const SimCertificateUser *users,
                                           gsize n_users);
/* Who a certificate speaks for by the rules of MS-WSMV 3.1.4.1.35: the longest subject, then the
 * longest URI. @uri: NULL when it is not known yet. NULL: nobody, or it cannot be told. */
const char *sim_auth_realm_map (const SimAuthRealm *self, const char *subject, const char *issuer,
                                const char *uri);

SimAuthRealm *sim_auth_realm_new (const SimListenerConfig *config, GTlsCertificate *certificate,
                                  GError **error);
void sim_auth_realm_free (SimAuthRealm *self);
/* Whether @failure is to happen now; counts. */
gboolean sim_auth_realm_fails (SimAuthRealm *self, SimAuthFailure failure);

typedef struct {
  const SimAuthScheme *scheme; /* whose state it is */
  gpointer state;
  char *user;         /* who the connection speaks for; NULL: nobody yet */
  gboolean denied;    /* ... and has no rights */
  SimSession session; /* of the connection; its mech is NULL when nothing can be sealed */
} SimAuth;

typedef enum { SIM_AUTH_REFUSED, SIM_AUTH_CONTINUE, SIM_AUTH_ACCEPTED } SimAuthVerdict;

/* One request's login: what is given to a scheme, and what it finds. */
typedef struct {
  SimAuthRealm *realm;
  const char *credentials; /* what follows the scheme's name, without spaces; NULL: no login */
  gboolean secure;
  gboolean empty;                    /* the request has no body */
  GTlsCertificate *peer_certificate; /* or NULL */

  char *user;             /* accepted: the account's own spelling */
  char *subject, *issuer; /* accepted: of the certificate that did it; or NULL */
  gboolean denied;        /* accepted: without rights */
  char *token;            /* for WWW-Authenticate, scheme and all; or NULL */
  char *reason;           /* refused: for the journal; NULL: no valid credentials */
} SimAuthStep;
void sim_auth_step_clear (SimAuthStep *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimAuthStep, sim_auth_step_clear)

struct _SimAuthScheme {
  const char *name;    /* first word of Authorization */
  const char *offered; /* first word of the challenge; NULL: the same */
  gboolean bound;      /* accepted once, for the whole connection */
  gboolean tls;        /* offered over TLS only */
  SimAuthVerdict (*check) (SimAuth *auth, SimAuthStep *step);
  void (*free_state) (gpointer state);
};

extern const SimAuthScheme sim_auth_basic;
extern const SimAuthScheme sim_auth_negotiate;
extern const SimAuthScheme sim_auth_ntlm;
extern const SimAuthScheme sim_auth_kerberos;
extern const SimAuthScheme sim_auth_certificate;
extern const SimAuthScheme sim_auth_credssp;

/* @authorization: the header's value, or NULL. Only schemes among the challenges are looked at. */
SimAuthVerdict sim_auth_check (SimAuth *auth, SimAuthStep *step, const char *authorization);
void sim_auth_clear (SimAuth *auth);
gboolean sim_auth_is_offered (const SimAuthRealm *realm, const SimAuthScheme *scheme,
                              gboolean secure);
/* The challenges for a connection; valid until the realm is freed. (transfer container) */
const char **sim_auth_get_challenges (const SimAuthRealm *realm, gboolean secure);

/* For schemes: @credentials as base64, at most SIM_AUTH_TOKEN_MAX bytes of it; NULL: it is not. */
#define SIM_AUTH_TOKEN_MAX 65536
guint8 *sim_auth_decode (const char *credentials, gsize *size);
/* Takes the account's answer: user, denied and reason. */
SimAuthVerdict sim_auth_settle (SimAuthStep *step, SimAccountAnswer answer, char *user);
/* One round of a mechanism, with the failures that were ordered. @out: what it answers. */
SimMechVerdict sim_auth_mech_step (SimAuthStep *step, const SimMech *mech, gpointer state,
                                   const guint8 *token, gsize size, GByteArray *out);
/* The mechanism's verdict about the account becomes the scheme's. */
SimAuthVerdict sim_auth_conclude (SimAuth *auth, SimAuthStep *step, const SimMech *mech,
                                  gpointer state);
/* Sets @step->token, cut short when that was ordered. */
void sim_auth_set_token (SimAuthStep *step, const char *scheme, const guint8 *data, gsize size);

G_END_DECLS
