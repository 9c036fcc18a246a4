/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"
#include "simulator/listener/listener-ntlm.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

/* What a challenge says when the client asked for it; the other flags are always said. As in the
 * challenges of Windows: 0xe28a8235 to a client that can do everything. */
#define ECHOED                                                                                     \
  (SIM_NTLM_REQUEST_TARGET | SIM_NTLM_SIGN | SIM_NTLM_SEAL | SIM_NTLM_ALWAYS_SIGN                  \
   | SIM_NTLM_EXTENDED | SIM_NTLM_VERSION | SIM_NTLM_128 | SIM_NTLM_KEY_EXCHANGE | SIM_NTLM_56)
#define BINDING_SIZE 16

typedef struct {
  SimAuthRealm *realm;
  gboolean secure;
  guint32 flags;
  guint8 challenge[SIM_NTLM_CHALLENGE];
  GByteArray *sent, *received; /* Type 2 and Type 1, for the MIC; NULL: no Type 1 yet */
  SimNtlmSession *session;
} Ntlm;

/* A response and what a password makes of it. */
typedef struct {
  SimNtlmCrypto *crypto;
  const SimNtlmLogin *login;
  const guint8 *challenge;
  guint8 base_key[SIM_NTLM_HASH];
} Proof;

static gpointer
ntlm_begin (SimAuthRealm *realm, gboolean secure)
{
  Ntlm *self = g_new0 (Ntlm, 1);

  self->realm = realm;
  self->secure = secure;
  return self;
}

static void
ntlm_end (gpointer state)
{
  Ntlm *self = state;

  g_clear_pointer (&self->sent, g_byte_array_unref);
  g_clear_pointer (&self->received, g_byte_array_unref);
  sim_ntlm_session_free (self->session);
  g_free (self);
}

static SimMechVerdict
fail (SimMechResult *result, const char *reason)
{
  result->reason = g_strdup_printf ("NTLM: %s", reason);
  return SIM_MECH_REFUSED;
}

static SimMechVerdict
take_negotiate (Ntlm *self, const guint8 *token, gsize size, GByteArray *out, SimMechResult *result)
{
  guint32 wanted = 0;

  if (!sim_ntlm_read_negotiate (token, size, &wanted))
    return fail (result, "no NEGOTIATE message");
  if ((wanted & (SIM_NTLM_UNICODE | SIM_NTLM_OEM)) == 0)
    return fail (result, "neither Unicode nor OEM is offered");
  if (RAND_bytes (self->challenge, sizeof self->challenge) != 1)
    return fail (result, "no random numbers");
  self->flags = (wanted & ECHOED) | SIM_NTLM_NTLM | SIM_NTLM_TARGET_SERVER | SIM_NTLM_TARGET_INFO;
  self->flags |= (wanted & SIM_NTLM_UNICODE) != 0 ? SIM_NTLM_UNICODE : SIM_NTLM_OEM;
  /* Clients turn away a challenge that is a day and a half off their own clock, whatever year it is
   * on the host. */
  self->sent = sim_ntlm_write_challenge (self->flags, self->challenge, self->realm->computer_name,
                                         sim_clock_machine_wall ());
  self->received = g_byte_array_new ();
  g_byte_array_append (self->received, token, (guint)size);
  g_byte_array_append (out, self->sent->data, self->sent->len);
  return SIM_MECH_CONTINUE;
}

/* MS-NLMP 3.3.2: whether @password made this response; and the key of the session. */
static gboolean
proves (const char *password, gpointer data)
{
  Proof *self = data;
  const SimNtlmField *nt = &self->login->nt;
  guint8 key[SIM_NTLM_HASH], expected[SIM_NTLM_HASH];
  const SimNtlmPart said[] = { { self->challenge, SIM_NTLM_CHALLENGE },
                               { nt->data + SIM_NTLM_HASH, nt->size - SIM_NTLM_HASH } };
  const SimNtlmPart proof = { expected, sizeof expected };

  sim_ntlm_key (self->crypto, password, self->login->user, self->login->domain, key);
  sim_ntlm_hmac (self->crypto, key, said, G_N_ELEMENTS (said), expected);
  sim_ntlm_hmac (self->crypto, key, &proof, 1, self->base_key);
  explicit_bzero (key, sizeof key);
  return CRYPTO_memcmp (expected, nt->data, sizeof expected) == 0;
}

/* MD5 of gss_channel_bindings_struct: no addresses, then the application's data (RFC 5929). */
static gboolean
binding_is_right (Ntlm *self, const SimNtlmField *value)
{
  static const guint8 addresses[16] = { 0 };
  guint8 length[4] = { 0 }, expected[SIM_NTLM_HASH];
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->realm->binding, &size);
  const SimNtlmPart parts[]
      = { { addresses, sizeof addresses }, { length, sizeof length }, { data, size } };

  length[0] = (guint8)size;
  sim_ntlm_md5 (self->realm->crypto, parts, G_N_ELEMENTS (parts), expected);
  return memcmp (value->data, expected, sizeof expected) == 0;
}

/* NULL: they may come in. */
static const char *
check_binding (Ntlm *self, const SimNtlmLogin *login)
{
  static const guint8 none[BINDING_SIZE] = { 0 };
  SimNtlmField value = { none, sizeof none };

  if (!self->secure || self->realm->channel_binding == SIM_CHANNEL_BINDING_NONE)
    return NULL;
  if (sim_ntlm_find_av (&login->nt, SIM_NTLM_AV_BINDING, &value) && value.size != BINDING_SIZE)
    return "channel binding of wrong size";
  if (memcmp (value.data, none, sizeof none) != 0)
    return binding_is_right (self, &value) ? NULL : "channel binding of another certificate";
  return self->realm->channel_binding == SIM_CHANNEL_BINDING_STRICT ? "no channel binding" : NULL;
}

static gboolean
get_session_key (Ntlm *self, const SimNtlmLogin *login, const guint8 *base_key, guint8 *key)
{
  EVP_CIPHER_CTX *rc4;

  memcpy (key, base_key, SIM_NTLM_HASH);
  if ((self->flags & login->flags & SIM_NTLM_KEY_EXCHANGE) == 0
      || (login->flags & (SIM_NTLM_SIGN | SIM_NTLM_SEAL)) == 0)
    return TRUE;
  if (login->session_key.size != SIM_NTLM_HASH)
    return FALSE;
  rc4 = sim_ntlm_rc4_new (self->realm->crypto, base_key);
  sim_ntlm_rc4 (rc4, login->session_key.data, SIM_NTLM_HASH, key);
  EVP_CIPHER_CTX_free (rc4);
  return TRUE;
}

/* Over all three messages, with zeros where it stands itself (MS-NLMP 3.1.5.1.2). */
static gboolean
mic_is_right (Ntlm *self, const SimNtlmLogin *login, const guint8 *token, gsize size,
              const guint8 *key)
{
  static const guint8 zeros[SIM_NTLM_HASH] = { 0 };
  const gsize after = SIM_NTLM_MIC_OFFSET + SIM_NTLM_HASH;
  guint8 expected[SIM_NTLM_HASH];
  SimNtlmField flags;

  if (!sim_ntlm_find_av (&login->nt, SIM_NTLM_AV_FLAGS, &flags) || flags.size != 4
      || (flags.data[0] & SIM_NTLM_AV_FLAG_MIC) == 0)
    return TRUE;
  if (login->payload < after || size < after)
    return FALSE;
  sim_ntlm_hmac (self->realm->crypto, key,
                 (const SimNtlmPart[]){ { self->received->data, self->received->len },
                                        { self->sent->data, self->sent->len },
                                        { token, SIM_NTLM_MIC_OFFSET },
                                        { zeros, sizeof zeros },
                                        { token + after, size - after } },
                 5, expected);
  return CRYPTO_memcmp (expected, token + SIM_NTLM_MIC_OFFSET, sizeof expected) == 0;
}

static SimMechVerdict
finish (Ntlm *self, const SimNtlmLogin *login, const guint8 *token, gsize size,
        const guint8 *base_key, SimMechResult *result)
{
  guint8 key[SIM_NTLM_HASH];
  const char *wrong;

  if (!get_session_key (self, login, base_key, key))
    return fail (result, "no session key");
  if (!mic_is_right (self, login, token, size, key))
    return fail (result, "wrong MIC");
  wrong = check_binding (self, login);
  if (wrong != NULL)
    return fail (result, wrong);
  self->flags &= login->flags | ~(guint32)ECHOED;
  self->session = sim_ntlm_session_new (self->realm->crypto, key, self->flags, FALSE);
  explicit_bzero (key, sizeof key);
  return SIM_MECH_COMPLETE;
}

static SimMechVerdict
take_login (Ntlm *self, const SimNtlmLogin *login, const guint8 *token, gsize size,
            SimMechResult *result)
{
  Proof proof = { self->realm->crypto, login, self->challenge, { 0 } };
  SimMechVerdict verdict = SIM_MECH_COMPLETE;

  if (*login->user == '\0' || (login->flags & SIM_NTLM_ANONYMOUS) != 0)
    return fail (result, "anonymous");
  if (!sim_ntlm_is_v2 (&login->nt))
    return fail (result, "no NTLMv2 response");
  result->answer
      = sim_accounts_ask (self->realm->accounts, login->user, proves, &proof, &result->user);
  if (result->answer != SIM_ACCOUNT_ANSWER_UNKNOWN)
    verdict = finish (self, login, token, size, proof.base_key, result);
  explicit_bzero (proof.base_key, sizeof proof.base_key);
  return verdict;
}

static SimMechVerdict
ntlm_step (gpointer state, const guint8 *token, gsize size, GByteArray *out, SimMechResult *result)
{
  Ntlm *self = state;
  g_autoptr (GError) error = NULL;
  SimNtlmLogin login;
  SimMechVerdict verdict;

  if (self->realm->crypto == NULL)
    self->realm->crypto = sim_ntlm_crypto_new (&error);
  if (self->realm->crypto == NULL)
    return fail (result, error->message);
  if (self->received == NULL)
    return take_negotiate (self, token, size, out, result);
  if (sim_ntlm_read_login (&login, token, size))
    verdict = take_login (self, &login, token, size, result);
  else
    verdict = fail (result, "no AUTHENTICATE message");
  sim_ntlm_login_clear (&login);
  return verdict;
}

static gboolean
ntlm_can_seal (gpointer state)
{
  Ntlm *self = state;

  return self->session != NULL && (self->flags & SIM_NTLM_SEAL) != 0;
}

static gboolean
ntlm_wrap (gpointer state, const guint8 *text, gsize size, GByteArray *header, GByteArray *data)
{
  Ntlm *self = state;

  g_byte_array_set_size (header, SIM_NTLM_SIGNATURE);
  g_byte_array_set_size (data, (guint)size);
  sim_ntlm_session_seal (self->session, text, size, data->data, header->data);
  return TRUE;
}

static gboolean
ntlm_unwrap (gpointer state, const guint8 *header, gsize header_size, const guint8 *data,
             gsize size, GByteArray *text)
{
  Ntlm *self = state;
  guint from = text->len;

  if (header_size != SIM_NTLM_SIGNATURE)
    return FALSE;
  g_byte_array_set_size (text, (guint)(from + size));
  return sim_ntlm_session_unseal (self->session, data, size, header, text->data + from);
}

static gboolean
ntlm_sign (gpointer state, const guint8 *text, gsize size, GByteArray *mic)
{
  Ntlm *self = state;

  if (self->session == NULL)
    return FALSE;
  g_byte_array_set_size (mic, SIM_NTLM_SIGNATURE);
  sim_ntlm_session_sign (self->session, text, size, mic->data);
  return TRUE;
}

static gboolean
ntlm_verify (gpointer state, const guint8 *text, gsize size, const guint8 *mic, gsize mic_size)
{
  Ntlm *self = state;

  return self->session != NULL && mic_size == SIM_NTLM_SIGNATURE
         && sim_ntlm_session_verify (self->session, text, size, mic);
}

static void
ntlm_signed_list (gpointer state)
{
  Ntlm *self = state;

  if (self->session != NULL)
    sim_ntlm_session_restart (self->session);
}

static void
ntlm_skip (gpointer state)
{
  Ntlm *self = state;

  sim_ntlm_session_skip (self->session);
}

const SimMech sim_mech_ntlm = {
  .name = "NTLM",
  .begin = ntlm_begin,
  .step = ntlm_step,
  .end = ntlm_end,
  .can_seal = ntlm_can_seal,
  .wrap = ntlm_wrap,
  .unwrap = ntlm_unwrap,
  .sign = ntlm_sign,
  .verify = ntlm_verify,
  .signed_list = ntlm_signed_list,
  .skip = ntlm_skip,
};
