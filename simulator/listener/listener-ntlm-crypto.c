/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-ntlm.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <string.h>

struct _SimNtlmCrypto {
  OSSL_LIB_CTX *context;
  OSSL_PROVIDER *standard, *legacy;
  EVP_MD *md4, *md5;
  EVP_MAC *hmac;
  EVP_CIPHER *rc4;
};

void
sim_ntlm_crypto_free (SimNtlmCrypto *self)
{
  if (self == NULL)
    return;
  EVP_MD_free (self->md4);
  EVP_MD_free (self->md5);
  EVP_MAC_free (self->hmac);
  EVP_CIPHER_free (self->rc4);
  if (self->legacy != NULL)
    OSSL_PROVIDER_unload (self->legacy);
  if (self->standard != NULL)
    OSSL_PROVIDER_unload (self->standard);
  OSSL_LIB_CTX_free (self->context);
  g_free (self);
}

SimNtlmCrypto *
sim_ntlm_crypto_new (GError **error)
{
  SimNtlmCrypto *self = g_new0 (SimNtlmCrypto, 1);

  self->context = OSSL_LIB_CTX_new ();
  self->standard = OSSL_PROVIDER_load (self->context, "default");
  self->legacy = OSSL_PROVIDER_load (self->context, "legacy");
  if (self->standard != NULL && self->legacy != NULL) {
    self->md4 = EVP_MD_fetch (self->context, "MD4", NULL);
    self->md5 = EVP_MD_fetch (self->context, "MD5", NULL);
    self->hmac = EVP_MAC_fetch (self->context, "HMAC", NULL);
    self->rc4 = EVP_CIPHER_fetch (self->context, "RC4", NULL);
  }
  if (self->md4 != NULL && self->md5 != NULL && self->hmac != NULL && self->rc4 != NULL)
    return self;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "NTLM needs MD4 and RC4 of OpenSSL's legacy provider, which cannot be "
                       "loaded");
  ERR_clear_error ();
  sim_ntlm_crypto_free (self);
  return NULL;
}

static void
digest (EVP_MD *md, const SimNtlmPart *parts, gsize n_parts, guint8 *hash)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  gboolean good = EVP_DigestInit_ex2 (context, md, NULL) == 1;

  for (gsize i = 0; i < n_parts && good; i++)
    good = EVP_DigestUpdate (context, parts[i].data, parts[i].size) == 1;
  good = good && EVP_DigestFinal_ex (context, hash, NULL) == 1;
  EVP_MD_CTX_free (context);
  g_assert (good); /* only without memory */
}

void
sim_ntlm_md4 (SimNtlmCrypto *self, const void *data, gsize size, guint8 *hash)
{
  const SimNtlmPart part = { data, size };

  digest (self->md4, &part, 1, hash);
}

void
sim_ntlm_md5 (SimNtlmCrypto *self, const SimNtlmPart *parts, gsize n_parts, guint8 *hash)
{
  digest (self->md5, parts, n_parts, hash);
}

void
sim_ntlm_hmac (SimNtlmCrypto *self, const guint8 *key, const SimNtlmPart *parts, gsize n_parts,
               guint8 *hash)
{
  EVP_MAC_CTX *context = EVP_MAC_CTX_new (self->hmac);
  char md5[] = "MD5";
  const OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, md5, 0),
    OSSL_PARAM_construct_end (),
  };
  gboolean good = EVP_MAC_init (context, key, SIM_NTLM_HASH, params) == 1;
  gsize size = 0;

  for (gsize i = 0; i < n_parts && good; i++)
    good = EVP_MAC_update (context, parts[i].data, parts[i].size) == 1;
  good = good && EVP_MAC_final (context, hash, &size, SIM_NTLM_HASH) == 1;
  EVP_MAC_CTX_free (context);
  g_assert (good);
}

EVP_CIPHER_CTX *
sim_ntlm_rc4_new (SimNtlmCrypto *self, const guint8 *key)
{
  EVP_CIPHER_CTX *rc4 = EVP_CIPHER_CTX_new ();

  g_assert (EVP_EncryptInit_ex2 (rc4, self->rc4, key, NULL, NULL) == 1);
  return rc4;
}

void
sim_ntlm_rc4 (EVP_CIPHER_CTX *rc4, const guint8 *in, gsize size, guint8 *out)
{
  int n = 0;

  g_assert (EVP_EncryptUpdate (rc4, out, &n, in, (int)size) == 1);
}

static gunichar2 *
to_utf16 (const char *text, glong *units)
{
  gunichar2 *utf16 = g_utf8_to_utf16 (text, -1, NULL, units, NULL);

  for (glong i = 0; utf16 != NULL && i < *units; i++)
    utf16[i] = GUINT16_TO_LE (utf16[i]);
  return utf16;
}

/* Letter by letter, in no locale, as RtlUpcaseUnicodeString does. */
static char *
upcase (const char *text)
{
  GString *upper = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    g_string_append_unichar (upper, g_unichar_toupper (g_utf8_get_char (text)));
  return g_string_free (upper, FALSE);
}

void
sim_ntlm_key (SimNtlmCrypto *self, const char *password, const char *user, const char *domain,
              guint8 *key)
{
  g_autofree char *upper = upcase (user);
  glong password_units = 0, user_units = 0, domain_units = 0;
  gunichar2 *secret = to_utf16 (password, &password_units);
  g_autofree gunichar2 *user16 = to_utf16 (upper, &user_units);
  g_autofree gunichar2 *domain16 = to_utf16 (domain, &domain_units);
  guint8 hash[SIM_NTLM_HASH];
  const SimNtlmPart parts[]
      = { { user16, 2 * (gsize)user_units }, { domain16, 2 * (gsize)domain_units } };

  sim_ntlm_md4 (self, secret, 2 * (gsize)password_units, hash);
  sim_ntlm_hmac (self, hash, parts, G_N_ELEMENTS (parts), key);
  if (secret != NULL)
    explicit_bzero (secret, 2 * (gsize)password_units);
  g_free (secret);
  explicit_bzero (hash, sizeof hash);
}
