/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-ntlm.h"
#include "tests/listener-fixture.h"

G_BEGIN_DECLS

/* The other side of NTLM, and bodies as clients seal them, for tests of the acceptor. */
typedef struct {
  const char *user, *password, *domain;
  guint32 flags;        /* of the Type 1; 0: everything */
  gsize negotiate_size; /* bytes of the Type 1; 0: 40 */
  gboolean no_version;  /* the Type 3 has no Version and no MIC */
  gboolean bad_mic;
  gboolean no_mic;       /* as clients that see no timestamp */
  gboolean v1;           /* a response of 24 bytes */
  const guint8 *binding; /* 16 bytes; NULL: none */

  SimNtlmCrypto *crypto;
  GByteArray *negotiate;
  SimNtlmSession *session; /* after the Type 3 */
} Initiator;

GByteArray *initiator_negotiate (Initiator *self);
GByteArray *initiator_authenticate (Initiator *self, const guint8 *challenge, gsize size);
void initiator_clear (Initiator *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Initiator, initiator_clear)

/* A sealed body; @tab as in `"\t"` or `""`, @delimiter such as "--Encrypted Boundary". */
GByteArray *initiator_seal (Initiator *self, const char *text, const char *delimiter,
                            const char *tab);
/* The text of a sealed reply's body; NULL: it is not sealed, or not for us. */
char *initiator_unseal (Initiator *self, const char *reply, const char *tab);

/* One request with `Authorization: @scheme base64` (NULL: without) and one reply. */
char *initiator_post (GSocket *socket, const char *scheme, const GByteArray *token,
                      const char *headers, const void *body, gsize size);
#define INITIATOR_SEALED                                                                           \
  "Content-Type: multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";"      \
  "boundary=\"Encrypted Boundary\"\r\n"
/* The token of a reply's WWW-Authenticate: @scheme; NULL: there is none. */
guint8 *initiator_get_token (const char *reply, const char *scheme, gsize *size);
/* Both rounds of `Negotiate` with raw NTLM; the last reply. */
char *initiator_log_in (Initiator *self, GSocket *socket, const char *body);

G_END_DECLS
