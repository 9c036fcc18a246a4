/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Whom a client certificate speaks for: who signed it, what it is for, and which of its names
 * counts. */

typedef struct {
  X509 *x509;
  EVP_PKEY *key;
} Pair;

static void
pair_clear (Pair *self)
{
  X509_free (self->x509);
  EVP_PKEY_free (self->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
add_extension (X509 *x509, int nid, const char *value)
{
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, nid, value);

  g_assert_nonnull (extension);
  g_assert_cmpint (X509_add_ext (x509, extension, -1), ==, 1);
  X509_EXTENSION_free (extension);
}

/* An otherName of Windows' type, of exactly these bytes. */
static void
add_upn (X509 *x509, const char *upn, gsize size)
{
  GENERAL_NAMES *names = sk_GENERAL_NAME_new_null ();
  GENERAL_NAME *name = GENERAL_NAME_new ();
  ASN1_TYPE *value = ASN1_TYPE_new ();
  ASN1_UTF8STRING *text = ASN1_UTF8STRING_new ();

  ASN1_STRING_set (text, upn, (int)size);
  ASN1_TYPE_set (value, V_ASN1_UTF8STRING, text);
  g_assert_cmpint (GENERAL_NAME_set0_othername (name, OBJ_nid2obj (NID_ms_upn), value), ==, 1);
  sk_GENERAL_NAME_push (names, name);
  g_assert_cmpint (X509_add1_ext_i2d (x509, NID_subject_alt_name, names, 0, 0), ==, 1);
  sk_GENERAL_NAME_pop_free (names, GENERAL_NAME_free);
}

/* @upn: NULL: none */
static void
make (Pair *self, const Pair *issuer, const char *common_name, gsize name_size, const char *upn,
      gsize upn_size, const char *usage)
{
  X509_NAME *name;

  self->x509 = X509_new ();
  self->key = EVP_EC_gen ("P-256");
  name = X509_get_subject_name (self->x509);
  X509_set_version (self->x509, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (self->x509), issuer != NULL ? 2 : 1);
  X509_gmtime_adj (X509_getm_notBefore (self->x509), -3600);
  X509_gmtime_adj (X509_getm_notAfter (self->x509), 3600);
  X509_NAME_add_entry_by_NID (name, NID_commonName, MBSTRING_UTF8, (const guchar *)common_name,
                              (int)name_size, -1, 0);
  X509_set_issuer_name (self->x509, issuer != NULL ? X509_get_subject_name (issuer->x509) : name);
  X509_set_pubkey (self->x509, self->key);
  if (issuer == NULL)
    add_extension (self->x509, NID_basic_constraints, "critical,CA:TRUE");
  if (usage != NULL)
    add_extension (self->x509, NID_ext_key_usage, usage);
  if (upn != NULL)
    add_upn (self->x509, upn, upn_size);
  X509_sign (self->x509, issuer != NULL ? issuer->key : self->key, EVP_sha256 ());
}

static GTlsCertificate *
load (const Pair *pair)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long size;
  GTlsCertificate *certificate;
  g_autoptr (GError) error = NULL;

  PEM_write_bio_X509 (bio, pair->x509);
  size = BIO_get_mem_data (bio, &text);
  certificate = g_tls_certificate_new_from_pem (text, size, &error);
  g_assert_no_error (error);
  BIO_free (bio);
  return certificate;
}

#define TEXT(literal) literal, sizeof (literal) - 1
#define NO_SUBJECT "certificate: no subject, or not for clients"
#define NOT_MAPPED "certificate: its subject is not mapped to an account"

static const struct {
  const char *sentence;
  const char *common_name;
  gsize name_size;
  const char *upn;
  gsize upn_size;
  const char *usage;
  gboolean is_foreign; /* signed by another authority of the same name */
  SimAccountState state;
  const char *user;   /* NULL: refused */
  const char *reason; /* refused */
} rows[] = {
  { "by its name", TEXT ("ops"), NULL, 0, "clientAuth", FALSE, SIM_ACCOUNT_GOOD, "joe", NULL },
  { "by its user principal name", TEXT ("x"), TEXT ("ops"), "clientAuth", FALSE, SIM_ACCOUNT_GOOD,
    "joe", NULL },
  { "in another case", TEXT ("x"), TEXT ("OPS"), "clientAuth", FALSE, SIM_ACCOUNT_GOOD, "joe",
    NULL },
  { "for any use", TEXT ("ops"), NULL, 0, NULL, FALSE, SIM_ACCOUNT_GOOD, "joe", NULL },
  { "the principal name goes before the name", TEXT ("ops"), TEXT ("x"), "clientAuth", FALSE,
    SIM_ACCOUNT_GOOD, NULL, NOT_MAPPED },
  { "a principal name with a NUL, which would be another's", TEXT ("x"), TEXT ("ops\0.evil"),
    "clientAuth", FALSE, SIM_ACCOUNT_GOOD, NULL, NO_SUBJECT },
  { "and does not fall back to the name", TEXT ("ops"), TEXT ("ops\0.evil"), "clientAuth", FALSE,
    SIM_ACCOUNT_GOOD, NULL, NO_SUBJECT },
  { "a name with a NUL", TEXT ("ops\0.evil"), NULL, 0, "clientAuth", FALSE, SIM_ACCOUNT_GOOD, NULL,
    NO_SUBJECT },
  { "a name that only begins so", TEXT ("ops1"), NULL, 0, "clientAuth", FALSE, SIM_ACCOUNT_GOOD,
    NULL, NOT_MAPPED },
  { "one for servers", TEXT ("ops"), NULL, 0, "serverAuth", FALSE, SIM_ACCOUNT_GOOD, NULL,
    NO_SUBJECT },
  { "one of another authority of the same name", TEXT ("ops"), NULL, 0, "clientAuth", TRUE,
    SIM_ACCOUNT_GOOD, NULL,
    "certificate: not signed by the authority of the mapping, or not valid now" },
  { "a locked account", TEXT ("ops"), NULL, 0, "clientAuth", FALSE, SIM_ACCOUNT_LOCKED, NULL,
    "account joe is locked" },
};

static void
test_row (gconstpointer data)
{
  static const SimCertificateUser users[] = { { .subject = "ops", .user = "joe" } };
  const gsize i = GPOINTER_TO_SIZE (data);
  g_auto (Pair) authority = { NULL };
  g_auto (Pair) other = { NULL };
  g_auto (Pair) own = { NULL };
  g_autoptr (SimAccounts) accounts = sim_accounts_new ();
  g_autoptr (GTlsCertificate) trusted = NULL;
  g_autoptr (GTlsCertificate) shown = NULL;
  g_auto (SimAuthStep) step = { 0 };
  SimAuthRealm realm = { .accounts = accounts };
  SimAuth auth = { 0 };
  SimAuthVerdict verdict;

  make (&authority, NULL, TEXT ("authority"), NULL, 0, NULL);
  make (&other, NULL, TEXT ("authority"), NULL, 0, NULL);
  make (&own, rows[i].is_foreign ? &other : &authority, rows[i].common_name, rows[i].name_size,
        rows[i].upn, rows[i].upn_size, rows[i].usage);
  trusted = load (&authority);
  shown = load (&own);
  sim_auth_realm_set_certificate_users (&realm, users, G_N_ELEMENTS (users));
  sim_accounts_set (accounts, "joe", "secret");
  sim_accounts_set_state (accounts, "joe", rows[i].state);
  realm.client_ca = trusted;
  step.realm = &realm;
  step.secure = TRUE;
  step.peer_certificate = shown;
  verdict = sim_auth_certificate.check (&auth, &step);
  g_assert_cmpstr (step.reason, ==, rows[i].reason);
  g_assert_cmpstr (step.user, ==, rows[i].user);
  g_assert_cmpint (verdict, ==, rows[i].user != NULL ? SIM_AUTH_ACCEPTED : SIM_AUTH_REFUSED);
  g_ptr_array_unref (realm.certificate_users);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/listener/client-certificate/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
