/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/transport-fixture.h"

struct _Identity {
  X509 *certificate;
  EVP_PKEY *key;
  GTlsCertificate *tls;
  char *folder;
  char *file;
  char *key_file;
  char *fingerprint;
};

static char *
pem_of (X509 *certificate, EVP_PKEY *key)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data;
  char *text;
  long length;

  PEM_write_bio_X509 (bio, certificate);
  if (key != NULL)
    PEM_write_bio_PrivateKey (bio, key, NULL, NULL, 0, NULL, NULL);
  length = BIO_get_mem_data (bio, &data);
  text = g_strndup (data, (gsize)length);
  BIO_free (bio);
  return text;
}

static void
add_extension (X509 *certificate, int nid, const char *value)
{
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, nid, value);

  g_assert_nonnull (extension);
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
}

static void
write_files (Identity *self)
{
  g_autofree char *alone = pem_of (self->certificate, NULL);
  g_autofree char *both = pem_of (self->certificate, self->key);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  GString *hex = g_string_new (NULL);
  GError *error = NULL;

  self->folder = g_dir_make_tmp ("transport-XXXXXX", &error);
  g_assert_no_error (error);
  self->file = g_build_filename (self->folder, "ca.pem", NULL);
  g_file_set_contents (self->file, alone, -1, &error);
  g_assert_no_error (error);
  self->key_file = g_build_filename (self->folder, "both.pem", NULL);
  g_file_set_contents (self->key_file, both, -1, &error);
  g_assert_no_error (error);
  self->tls = g_tls_certificate_new_from_pem (both, -1, &error);
  g_assert_no_error (error);
  X509_digest (self->certificate, EVP_sha256 (), digest, &size);
  for (unsigned int i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", digest[i]);
  self->fingerprint = g_string_free (hex, FALSE);
}

Identity *
identity_new (const IdentitySpec *spec, Identity *issuer)
{
  Identity *self = g_new0 (Identity, 1);
  X509_NAME *name;
  const X509_NAME *by;

  self->key = EVP_EC_gen ("P-256");
  self->certificate = X509_new ();
  X509_set_version (self->certificate, X509_VERSION_3);
  ASN1_INTEGER_set_int64 (X509_get_serialNumber (self->certificate), 1 + g_random_int ());
  X509_gmtime_adj (X509_getm_notBefore (self->certificate), spec->from_days * 86400L);
  X509_gmtime_adj (X509_getm_notAfter (self->certificate), spec->to_days * 86400L);
  X509_set_pubkey (self->certificate, self->key);
  name = X509_get_subject_name (self->certificate);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const unsigned char *)spec->name, -1, -1,
                              0);
  by = issuer != NULL ? X509_get_subject_name (issuer->certificate) : name;
  X509_set_issuer_name (self->certificate, by);
  if (issuer == NULL)
    add_extension (self->certificate, NID_basic_constraints, "critical,CA:TRUE");
  if (spec->alternative != NULL)
    add_extension (self->certificate, NID_subject_alt_name, spec->alternative);
  X509_sign (self->certificate, issuer != NULL ? issuer->key : self->key,
             spec->sha384 ? EVP_sha384 () : EVP_sha256 ());
  write_files (self);
  return self;
}

void
identity_free (Identity *self)
{
  X509_free (self->certificate);
  EVP_PKEY_free (self->key);
  g_clear_object (&self->tls);
  g_unlink (self->file);
  g_unlink (self->key_file);
  g_free (self->key_file);
  g_rmdir (self->folder);
  g_free (self->file);
  g_free (self->folder);
  g_free (self->fingerprint);
  g_free (self);
}

GTlsCertificate *
identity_get_tls (Identity *self)
{
  return self->tls;
}

const char *
identity_get_file (Identity *self)
{
  return self->file;
}

const char *
identity_get_key_file (Identity *self)
{
  return self->key_file;
}

const char *
identity_get_fingerprint (Identity *self)
{
  return self->fingerprint;
}
