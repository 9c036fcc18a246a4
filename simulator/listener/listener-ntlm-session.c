/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-ntlm.h"

#include <openssl/crypto.h>
#include <string.h>

#define CHECKSUM 8

/* One direction. */
typedef struct {
  guint8 sign_key[SIM_NTLM_HASH];
  guint8 seal_key[SIM_NTLM_HASH];
  EVP_CIPHER_CTX *rc4;
  guint32 number;
} Line;

struct _SimNtlmSession {
  SimNtlmCrypto *crypto;
  gboolean key_exchange;
  Line in, out;
};

/* The constants end in a NUL, which counts (MS-NLMP 3.4.5.2 and 3.4.5.3). */
static const struct {
  const char *sign, *seal;
} constants[] = {
  { "session key to client-to-server signing key magic constant",
    "session key to client-to-server sealing key magic constant" },
  { "session key to server-to-client signing key magic constant",
    "session key to server-to-client sealing key magic constant" },
};

static void
line_init (Line *self, SimNtlmCrypto *crypto, const guint8 *key, guint32 flags, gsize direction)
{
  gsize strength = (flags & SIM_NTLM_128) != 0 ? 16 : (flags & SIM_NTLM_56) != 0 ? 7 : 5;
  const SimNtlmPart sign[]
      = { { key, SIM_NTLM_HASH },
          { constants[direction].sign, strlen (constants[direction].sign) + 1 } };
  const SimNtlmPart seal[]
      = { { key, strength },
          { constants[direction].seal, strlen (constants[direction].seal) + 1 } };

  sim_ntlm_md5 (crypto, sign, G_N_ELEMENTS (sign), self->sign_key);
  sim_ntlm_md5 (crypto, seal, G_N_ELEMENTS (seal), self->seal_key);
  self->rc4 = sim_ntlm_rc4_new (crypto, self->seal_key);
}

SimNtlmSession *
sim_ntlm_session_new (SimNtlmCrypto *crypto, const guint8 *key, guint32 flags, gboolean initiator)
{
  SimNtlmSession *self;

  if ((flags & SIM_NTLM_EXTENDED) == 0)
    return NULL;
  self = g_new0 (SimNtlmSession, 1);
  self->crypto = crypto;
  self->key_exchange = (flags & SIM_NTLM_KEY_EXCHANGE) != 0;
  line_init (&self->in, crypto, key, flags, initiator ? 1 : 0);
  line_init (&self->out, crypto, key, flags, initiator ? 0 : 1);
  return self;
}

static void
line_clear (Line *self)
{
  EVP_CIPHER_CTX_free (self->rc4);
  explicit_bzero (self, sizeof *self);
}

void
sim_ntlm_session_free (SimNtlmSession *self)
{
  if (self == NULL)
    return;
  line_clear (&self->in);
  line_clear (&self->out);
  g_free (self);
}

static void
write32 (guint8 *data, guint32 value)
{
  for (gsize i = 0; i < 4; i++)
    data[i] = (guint8)(value >> (8 * i));
}

/* MAC of 3.4.4.2; the line's RC4 goes on and its number, too. */
static void
make_signature (SimNtlmSession *self, Line *line, const guint8 *text, gsize size, guint8 *signature)
{
  guint8 number[4], hash[SIM_NTLM_HASH];
  const SimNtlmPart parts[] = { { number, sizeof number }, { text, size } };

  write32 (number, line->number++);
  sim_ntlm_hmac (self->crypto, line->sign_key, parts, G_N_ELEMENTS (parts), hash);
  write32 (signature, 1);
  if (self->key_exchange)
    sim_ntlm_rc4 (line->rc4, hash, CHECKSUM, signature + 4);
  else
    memcpy (signature + 4, hash, CHECKSUM);
  memcpy (signature + 4 + CHECKSUM, number, sizeof number);
}

void
sim_ntlm_session_seal (SimNtlmSession *self, const guint8 *text, gsize size, guint8 *data,
                       guint8 *signature)
{
  sim_ntlm_rc4 (self->out.rc4, text, size, data);
  make_signature (self, &self->out, text, size, signature);
}

gboolean
sim_ntlm_session_unseal (SimNtlmSession *self, const guint8 *data, gsize size,
                         const guint8 *signature, guint8 *text)
{
  sim_ntlm_rc4 (self->in.rc4, data, size, text);
  return sim_ntlm_session_verify (self, text, size, signature);
}

void
sim_ntlm_session_sign (SimNtlmSession *self, const guint8 *text, gsize size, guint8 *signature)
{
  make_signature (self, &self->out, text, size, signature);
}

gboolean
sim_ntlm_session_verify (SimNtlmSession *self, const guint8 *text, gsize size,
                         const guint8 *signature)
{
  guint8 expected[SIM_NTLM_SIGNATURE];

  make_signature (self, &self->in, text, size, expected);
  return CRYPTO_memcmp (expected, signature, sizeof expected) == 0;
}

static void
line_restart (Line *self, SimNtlmCrypto *crypto)
{
  EVP_CIPHER_CTX_free (self->rc4);
  self->rc4 = sim_ntlm_rc4_new (crypto, self->seal_key);
}

void
sim_ntlm_session_restart (SimNtlmSession *self)
{
  line_restart (&self->in, self->crypto);
  line_restart (&self->out, self->crypto);
}

void
sim_ntlm_session_skip (SimNtlmSession *self)
{
  self->out.number++;
}
