/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SECONDS_PER_DAY (24 * 60 * 60)
#define VALID_DAYS (5 * 365 + 1)
/* A commonName holds no more (X.520), and Windows' computer names are shorter. */
#define COMPUTER_NAME_MAX 63
#define SERIAL_BYTES 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_BIT_STRING, ASN1_BIT_STRING_free)

static gboolean
check_name (const char *name, GError **error)
{
  gsize length = strlen (name);

  if (length > 0 && length <= COMPUTER_NAME_MAX
      && strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
             == length)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Cannot make a certificate for the computer name \"%s\": expected 1 to %d letters, "
               "digits, '-', '_' or '.'",
               name, COMPUTER_NAME_MAX);
  return FALSE;
}

static gboolean
add_name (GENERAL_NAMES *names, int type, const guchar *data, gsize size)
{
  GENERAL_NAME *name = GENERAL_NAME_new ();
  ASN1_STRING *string
      = type == GEN_DNS ? (ASN1_STRING *)ASN1_IA5STRING_new () : ASN1_OCTET_STRING_new ();

  if (name == NULL || string == NULL || !ASN1_STRING_set (string, data, (int)size)
      || !sk_GENERAL_NAME_push (names, name)) {
    ASN1_STRING_free (string);
    GENERAL_NAME_free (name);
    return FALSE;
  }
  GENERAL_NAME_set0_value (name, type, string);
  return TRUE;
}

/* What is wrong with each kind; days from now, and size of an RSA key (0: P-256). */
static const struct {
  int from, until;
  const char *name; /* NULL: the computer's, and those of loopback */
  guint rsa_bits;
} faults[] = {
  [SIM_CERTIFICATE_GOOD] = { -1, VALID_DAYS, NULL, 0 },
  [SIM_CERTIFICATE_EXPIRED] = { -VALID_DAYS, -1, NULL, 0 },
  [SIM_CERTIFICATE_NOT_YET] = { 1, VALID_DAYS, NULL, 0 },
  [SIM_CERTIFICATE_OTHER_HOST] = { -1, VALID_DAYS, "other.example", 0 },
  [SIM_CERTIFICATE_WEAK] = { -1, VALID_DAYS, NULL, 1024 },
};

static gboolean
add_only_name (X509 *certificate, const char *name)
{
  GENERAL_NAMES *names = sk_GENERAL_NAME_new_null ();
  gboolean good = names != NULL && add_name (names, GEN_DNS, (const guchar *)name, strlen (name))
                  && X509_add1_ext_i2d (certificate, NID_subject_alt_name, names, 0, 0) == 1;

  GENERAL_NAMES_free (names);
  return good;
}

static gboolean
add_names (X509 *certificate, const char *computer_name)
{
  static const guchar ipv4[] = { 127, 0, 0, 1 };
  static const guchar ipv6[16] = { [15] = 1 };
  static const char localhost[] = "localhost";
  GENERAL_NAMES *names = sk_GENERAL_NAME_new_null ();
  gboolean good
      = names != NULL
        && add_name (names, GEN_DNS, (const guchar *)computer_name, strlen (computer_name))
        && add_name (names, GEN_DNS, (const guchar *)localhost, strlen (localhost))
        && add_name (names, GEN_IPADD, ipv4, sizeof ipv4)
        && add_name (names, GEN_IPADD, ipv6, sizeof ipv6)
        && X509_add1_ext_i2d (certificate, NID_subject_alt_name, names, 0, 0) == 1;

  GENERAL_NAMES_free (names);
  return good;
}

/* An authority of its own, so that the certificate's PEM is its own CA file; and good for servers.
 */
static gboolean
add_uses (X509 *certificate)
{
  g_autoptr (ASN1_OCTET_STRING) key_id = ASN1_OCTET_STRING_new ();
  g_autoptr (ASN1_BIT_STRING) usage = ASN1_BIT_STRING_new ();
  BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new ();
  EXTENDED_KEY_USAGE *purposes = sk_ASN1_OBJECT_new_null ();
  guchar digest[EVP_MAX_MD_SIZE];
  guint size = 0;
  gboolean good = key_id != NULL && usage != NULL && constraints != NULL && purposes != NULL;

  if (good)
    constraints->ca = 0xff;
  good = good && sk_ASN1_OBJECT_push (purposes, OBJ_nid2obj (NID_server_auth)) > 0
         && ASN1_BIT_STRING_set_bit (usage, 0, 1) /* digitalSignature */
         && ASN1_BIT_STRING_set_bit (usage, 5, 1) /* keyCertSign */
         && X509_pubkey_digest (certificate, EVP_sha1 (), digest, &size) == 1
         && ASN1_OCTET_STRING_set (key_id, digest, (int)size)
         && X509_add1_ext_i2d (certificate, NID_basic_constraints, constraints, 1, 0) == 1
         && X509_add1_ext_i2d (certificate, NID_key_usage, usage, 1, 0) == 1
         && X509_add1_ext_i2d (certificate, NID_ext_key_usage, purposes, 0, 0) == 1
         && X509_add1_ext_i2d (certificate, NID_subject_key_identifier, key_id, 0, 0) == 1;
  sk_ASN1_OBJECT_pop_free (purposes, ASN1_OBJECT_free);
  BASIC_CONSTRAINTS_free (constraints);
  return good;
}

static gboolean
set_serial (X509 *certificate)
{
  guchar bytes[SERIAL_BYTES];
  BIGNUM *number;
  gboolean good;

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    return FALSE;
  bytes[0] = (bytes[0] & 0x7f) | 0x40; /* positive, and always of the same length */
  number = BN_bin2bn (bytes, sizeof bytes, NULL);
  good = number != NULL && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
  BN_free (number);
  return good;
}

static gboolean
set_times (X509 *certificate, SimCertificateFault fault)
{
  return X509_gmtime_adj (X509_getm_notBefore (certificate),
                          (long)faults[fault].from * SECONDS_PER_DAY)
             != NULL
         && X509_gmtime_adj (X509_getm_notAfter (certificate),
                             (long)faults[fault].until * SECONDS_PER_DAY)
                != NULL;
}

/* Who signs; NULL: the certificate itself. */
typedef struct {
  X509 *certificate;
  EVP_PKEY *key;
} Authority;

static gboolean
sign (X509 *certificate, EVP_PKEY *key, const Authority *authority)
{
  X509_NAME *issuer
      = X509_get_subject_name (authority != NULL ? authority->certificate : certificate);

  return X509_set_issuer_name (certificate, issuer)
         && X509_sign (certificate, authority != NULL ? authority->key : key,
                       authority != NULL ? EVP_sha1 () : EVP_sha256 ())
                > 0;
}

static X509 *
make_certificate (EVP_PKEY *key, const char *computer_name, SimCertificateFault fault,
                  const Authority *authority)
{
  const char *only = faults[fault].name;
  g_autoptr (X509) certificate = X509_new ();
  X509_NAME *subject;

  if (certificate == NULL)
    return NULL;
  subject = X509_get_subject_name (certificate);
  if (!X509_set_version (certificate, X509_VERSION_3) || !set_serial (certificate)
      || !set_times (certificate, fault)
      || !X509_NAME_add_entry_by_NID (subject, NID_commonName, MBSTRING_ASC,
                                      (const guchar *)computer_name, -1, -1, 0)
      || !X509_set_pubkey (certificate, key)
      || !(only != NULL ? add_only_name (certificate, only)
                        : add_names (certificate, computer_name))
      || !add_uses (certificate) || !sign (certificate, key, authority))
    return NULL;
  return g_steal_pointer (&certificate);
}

static char *
take_text (BIO *bio)
{
  char *data = NULL;
  long size = BIO_get_mem_data (bio, &data);

  return g_strndup (data, (gsize)size);
}

static char *
make_fingerprint (X509 *certificate)
{
  guchar digest[EVP_MAX_MD_SIZE];
  guint size = 0;
  GString *text;

  if (X509_digest (certificate, EVP_sha256 (), digest, &size) != 1)
    return NULL;
  text = g_string_sized_new (2 * EVP_MAX_MD_SIZE);
  for (guint i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  return g_string_free (text, FALSE);
}

static SimCertificate *
fail (const char *computer_name, GError **error)
{
  char text[256];

  ERR_error_string_n (ERR_get_error (), text, sizeof text);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "Cannot make a certificate for \"%s\": OpenSSL says %s", computer_name, text);
  ERR_clear_error ();
  return NULL;
}

/* A trusted authority's own certificate is never too weak: so it is one of somebody else's, signed
 * with SHA-1. *@authority: PEM of who signed. */
static X509 *
make_weak (EVP_PKEY *key, const char *computer_name, SimCertificateFault fault, char **authority)
{
  g_autoptr (EVP_PKEY) signer = EVP_EC_gen ("P-256");
  g_autoptr (X509) own
      = signer != NULL ? make_certificate (signer, "authority", SIM_CERTIFICATE_GOOD, NULL) : NULL;
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());

  if (own == NULL || bio == NULL || !PEM_write_bio_X509 (bio, own))
    return NULL;
  *authority = take_text (bio);
  return make_certificate (key, computer_name, fault, &(Authority){ own, signer });
}

SimCertificate *
sim_certificate_new (const char *computer_name, GError **error)
{
  return sim_certificate_new_faulty (computer_name, SIM_CERTIFICATE_GOOD, error);
}

SimCertificate *
sim_certificate_new_faulty (const char *computer_name, SimCertificateFault fault, GError **error)
{
  g_autoptr (SimCertificate) self = NULL;
  g_autoptr (EVP_PKEY) key = NULL;
  g_autoptr (X509) certificate = NULL;
  g_autoptr (BIO) certificate_bio = BIO_new (BIO_s_mem ());
  g_autoptr (BIO) key_bio = BIO_new (BIO_s_secmem ());
  g_autofree char *authority = NULL;

  g_return_val_if_fail (computer_name != NULL, NULL);

  if (!check_name (computer_name, error))
    return NULL;
  key = faults[fault].rsa_bits > 0 ? EVP_RSA_gen (faults[fault].rsa_bits) : EVP_EC_gen ("P-256");
  if (key != NULL && faults[fault].rsa_bits > 0)
    certificate = make_weak (key, computer_name, fault, &authority);
  else if (key != NULL)
    certificate = make_certificate (key, computer_name, fault, NULL);
  if (certificate == NULL || certificate_bio == NULL || key_bio == NULL
      || !PEM_write_bio_X509 (certificate_bio, certificate)
      || !PEM_write_bio_PrivateKey (key_bio, key, NULL, NULL, 0, NULL, NULL))
    return fail (computer_name, error);

  self = g_new0 (SimCertificate, 1);
  self->certificate_pem = take_text (certificate_bio);
  self->key_pem = take_text (key_bio);
  self->authority_pem
      = authority != NULL ? g_steal_pointer (&authority) : g_strdup (self->certificate_pem);
  self->fingerprint = make_fingerprint (certificate);
  return self->fingerprint != NULL ? g_steal_pointer (&self) : fail (computer_name, error);
}

void
sim_certificate_free (SimCertificate *self)
{
  if (self == NULL)
    return;
  if (self->key_pem != NULL)
    explicit_bzero (self->key_pem, strlen (self->key_pem));
  g_free (self->key_pem);
  g_free (self->certificate_pem);
  g_free (self->authority_pem);
  g_free (self->fingerprint);
  g_free (self);
}

gboolean
sim_certificate_describe (const char *pem, char **thumbprint, char **name)
{
  g_autoptr (BIO) bio = NULL;
  g_autoptr (X509) certificate = NULL;
  guchar digest[EVP_MAX_MD_SIZE];
  char common_name[256];
  guint size = 0;
  GString *text;

  g_return_val_if_fail (pem != NULL && thumbprint != NULL && name != NULL, FALSE);

  *thumbprint = *name = NULL;
  bio = BIO_new_mem_buf (pem, -1);
  certificate = bio != NULL ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;
  if (certificate == NULL || X509_digest (certificate, EVP_sha1 (), digest, &size) != 1) {
    ERR_clear_error ();
    return FALSE;
  }
  text = g_string_sized_new (2 * (gsize)size);
  for (guint i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  *thumbprint = g_string_free (text, FALSE);
  if (X509_NAME_get_text_by_NID (X509_get_subject_name (certificate), NID_commonName, common_name,
                                 sizeof common_name)
      > 0)
    *name = g_strdup (common_name);
  return TRUE;
}
