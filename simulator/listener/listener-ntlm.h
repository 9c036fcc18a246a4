/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-mech.h"

#include <openssl/evp.h>

G_BEGIN_DECLS

/* NTLM by MS-NLMP, acceptor's side: version 2 responses, extended session security. */
#define SIM_NTLM_HASH 16
#define SIM_NTLM_CHALLENGE 8

enum {
  SIM_NTLM_UNICODE = 0x00000001,
  SIM_NTLM_OEM = 0x00000002,
  SIM_NTLM_REQUEST_TARGET = 0x00000004,
  SIM_NTLM_SIGN = 0x00000010,
  SIM_NTLM_SEAL = 0x00000020,
  SIM_NTLM_NTLM = 0x00000200,
  SIM_NTLM_ANONYMOUS = 0x00000800,
  SIM_NTLM_ALWAYS_SIGN = 0x00008000,
  SIM_NTLM_TARGET_SERVER = 0x00020000,
  SIM_NTLM_EXTENDED = 0x00080000,
  SIM_NTLM_TARGET_INFO = 0x00800000,
  SIM_NTLM_VERSION = 0x02000000,
  SIM_NTLM_128 = 0x20000000,
  SIM_NTLM_KEY_EXCHANGE = 0x40000000
};
#define SIM_NTLM_56 0x80000000u

/* listener-ntlm-crypto.c: MD4 and RC4 live in OpenSSL's legacy provider, which is loaded into a
 * library context of our own: the application's keeps what it has. */
SimNtlmCrypto *sim_ntlm_crypto_new (GError **error);
void sim_ntlm_crypto_free (SimNtlmCrypto *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimNtlmCrypto, sim_ntlm_crypto_free)

typedef struct {
  const void *data;
  gsize size;
} SimNtlmPart;
void sim_ntlm_md4 (SimNtlmCrypto *self, const void *data, gsize size, guint8 *hash);
void sim_ntlm_md5 (SimNtlmCrypto *self, const SimNtlmPart *parts, gsize n_parts, guint8 *hash);
void sim_ntlm_hmac (SimNtlmCrypto *self, const guint8 *key, const SimNtlmPart *parts, gsize n_parts,
                    guint8 *hash);
EVP_CIPHER_CTX *sim_ntlm_rc4_new (SimNtlmCrypto *self, const guint8 *key);
void sim_ntlm_rc4 (EVP_CIPHER_CTX *rc4, const guint8 *in, gsize size, guint8 *out);
/* NTOWFv2 (MS-NLMP 3.3.2). */
void sim_ntlm_key (SimNtlmCrypto *self, const char *password, const char *user, const char *domain,
                   guint8 *key);

/* listener-ntlm-message.c: the three messages as bytes. Readers point into what they read. */
typedef struct {
  const guint8 *data;
  gsize size;
} SimNtlmField;
gboolean sim_ntlm_is_message (const guint8 *data, gsize size, guint32 type);
gboolean sim_ntlm_read_negotiate (const guint8 *data, gsize size, guint32 *flags);
GByteArray *sim_ntlm_write_challenge (guint32 flags, const guint8 *challenge, const char *computer,
                                      gint64 wall);
typedef struct {
  SimNtlmField nt, session_key;
  char *domain, *user;
  guint32 flags;
  gsize payload; /* where the first field begins */
} SimNtlmLogin;
gboolean sim_ntlm_read_login (SimNtlmLogin *self, const guint8 *data, gsize size);
void sim_ntlm_login_clear (SimNtlmLogin *self);
/* Of an NTLMv2 response; FALSE when there is none. @value may be NULL. */
enum { SIM_NTLM_AV_FLAGS = 6, SIM_NTLM_AV_BINDING = 10 };
#define SIM_NTLM_AV_FLAG_MIC 2
#define SIM_NTLM_MIC_OFFSET 72
gboolean sim_ntlm_is_v2 (const SimNtlmField *response);
gboolean sim_ntlm_find_av (const SimNtlmField *response, guint16 id, SimNtlmField *value);

/* listener-ntlm-session.c: signing and sealing (MS-NLMP 3.4), seen from the acceptor. */
typedef struct _SimNtlmSession SimNtlmSession;
/* NULL without extended session security. @initiator: seen from the other side, for tests. */
SimNtlmSession *sim_ntlm_session_new (SimNtlmCrypto *crypto, const guint8 *key, guint32 flags,
                                      gboolean initiator);
void sim_ntlm_session_free (SimNtlmSession *self);
#define SIM_NTLM_SIGNATURE 16
void sim_ntlm_session_seal (SimNtlmSession *self, const guint8 *text, gsize size, guint8 *data,
                            guint8 *signature);
gboolean sim_ntlm_session_unseal (SimNtlmSession *self, const guint8 *data, gsize size,
                                  const guint8 *signature, guint8 *text);
void sim_ntlm_session_sign (SimNtlmSession *self, const guint8 *text, gsize size,
                            guint8 *signature);
gboolean sim_ntlm_session_verify (SimNtlmSession *self, const guint8 *text, gsize size,
                                  const guint8 *signature);
/* RC4 begins anew, numbers go on (MS-SPNG 3.3.5.1). */
void sim_ntlm_session_restart (SimNtlmSession *self);
void sim_ntlm_session_skip (SimNtlmSession *self);

G_END_DECLS
