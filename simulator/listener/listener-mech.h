/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener.h"

G_BEGIN_DECLS

/* A security mechanism, acceptor's side: NTLM of our own, Kerberos through GSSAPI. One file each.
 */
typedef struct _SimAuthRealm SimAuthRealm;
typedef struct _SimNtlmCrypto SimNtlmCrypto;

typedef enum {
  SIM_MECH_REFUSED,
  SIM_MECH_CONTINUE, /* a token goes back, another one is awaited */
  SIM_MECH_COMPLETE  /* a token may go back */
} SimMechVerdict;

/* What a mechanism found out when it is complete, or why not. */
typedef struct {
  char *user;              /* the account's own spelling, or the principal; NULL: refused */
  SimAccountAnswer answer; /* of the account */
  char *reason;            /* refused, for the journal; or NULL */
} SimMechResult;
void sim_mech_result_clear (SimMechResult *self);

typedef struct {
  const char *name;
  gpointer (*begin) (SimAuthRealm *realm, gboolean secure);
  SimMechVerdict (*step) (gpointer state, const guint8 *token, gsize size, GByteArray *out,
                          SimMechResult *result);
  void (*end) (gpointer state);

  /* Once complete. Sealed data are a header (NTLM: signature, Kerberos: wrap header) and as many
   * bytes as the text, or a few more. */
  gboolean (*can_seal) (gpointer state);
  gboolean (*wrap) (gpointer state, const guint8 *text, gsize size, GByteArray *header,
                    GByteArray *data);
  gboolean (*unwrap) (gpointer state, const guint8 *header, gsize header_size, const guint8 *data,
                      gsize size, GByteArray *text);
  /* Signatures of SPNEGO's list of mechanisms. */
  gboolean (*sign) (gpointer state, const guint8 *text, gsize size, GByteArray *mic);
  gboolean (*verify) (gpointer state, const guint8 *text, gsize size, const guint8 *mic,
                      gsize mic_size);
  /* SPNEGO's signatures are done; NULL: nothing to do. */
  void (*signed_list) (gpointer state);
  /* Loses count on purpose: the next message is one too far; NULL: it cannot. */
  void (*skip) (gpointer state);
} SimMech;

extern const SimMech sim_mech_ntlm;
extern const SimMech sim_mech_kerberos;
/* FALSE with an error: built without, or the keytab cannot be used. */
gboolean sim_mech_kerberos_check (const char *keytab, GError **error);

/* A complete mechanism of a connection. */
typedef struct {
  const SimMech *mech;
  gpointer state;
} SimSession;

G_END_DECLS
