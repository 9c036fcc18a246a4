/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

static GTlsCertificate *
load (const SimCertificate *certificate)
{
  g_autofree char *pem = g_strconcat (certificate->certificate_pem, certificate->key_pem, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *loaded = g_tls_certificate_new_from_pem (pem, -1, &error);

  g_assert_no_error (error);
  return loaded;
}

static SimCertificate *
make (const char *name)
{
  g_autoptr (GError) error = NULL;
  SimCertificate *certificate = sim_certificate_new (name, &error);

  g_assert_no_error (error);
  return certificate;
}

static const struct {
  const char *sentence;
  const char *host; /* name or address */
  GTlsCertificateFlags flags;
} identities[] = {
  { "the-computer-name", "SIMHOST", 0 },
  { "the-computer-name-in-another-case", "simhost", 0 },
  { "localhost", "localhost", 0 },
  { "ipv4", "127.0.0.1", 0 },
  { "ipv6", "::1", 0 },
  { "another-name", "example.com", G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "another-address", "127.0.0.2", G_TLS_CERTIFICATE_BAD_IDENTITY },
};

/* The certificate is its own CA. */
static void
test_identity (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (SimCertificate) certificate = make ("SIMHOST");
  g_autoptr (GTlsCertificate) loaded = load (certificate);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (identities[i].host);
  g_autoptr (GSocketConnectable) identity = NULL;

  if (address != NULL)
    identity = G_SOCKET_CONNECTABLE (g_inet_socket_address_new (address, 1));
  else
    identity = g_network_address_new (identities[i].host, 1);
  g_assert_cmpuint (g_tls_certificate_verify (loaded, identity, loaded), ==, identities[i].flags);
}

static void
test_fingerprint (void)
{
  g_autoptr (SimCertificate) certificate = make ("SIMHOST");
  g_autoptr (GTlsCertificate) loaded = load (certificate);
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *digest = NULL;

  g_object_get (loaded, "certificate", &der, NULL);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  g_assert_cmpstr (certificate->fingerprint, ==, digest);
}

/* As curl and every other client built on OpenSSL sees it. */
static void
test_openssl (void)
{
  g_autoptr (SimCertificate) certificate = make ("SIMHOST");
  BIO *bio = BIO_new_mem_buf (certificate->certificate_pem, -1);
  X509 *x509 = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  X509_STORE *store = X509_STORE_new ();
  X509_STORE_CTX *context = X509_STORE_CTX_new ();

  g_assert_nonnull (x509);
  g_assert_cmpint (X509_check_ca (x509), ==, 1);
  g_assert_cmpint (X509_check_purpose (x509, X509_PURPOSE_SSL_SERVER, 0), ==, 1);
  g_assert_cmpint (X509_check_host (x509, "simhost", 0, 0, NULL), ==, 1);
  g_assert_cmpint (X509_check_ip_asc (x509, "::1", 0), ==, 1);
  X509_STORE_add_cert (store, x509);
  X509_STORE_CTX_init (context, store, x509, NULL);
  X509_STORE_CTX_set_flags (context, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
  g_assert_cmpint (X509_verify_cert (context), ==, 1);
  X509_STORE_CTX_free (context);
  X509_STORE_free (store);
  X509_free (x509);
  BIO_free (bio);
}

static void
test_each_is_new (void)
{
  g_autoptr (SimCertificate) first = make ("SIMHOST");
  g_autoptr (SimCertificate) second = make ("SIMHOST");

  g_assert_cmpstr (first->fingerprint, !=, second->fingerprint);
  g_assert_cmpstr (first->key_pem, !=, second->key_pem);
}

static void
test_validity (void)
{
  g_autoptr (SimCertificate) certificate = make ("SIMHOST");
  g_autoptr (GTlsCertificate) loaded = load (certificate);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) begin = g_tls_certificate_get_not_valid_before (loaded);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (loaded);

  g_assert_cmpint (g_date_time_difference (now, begin) / G_TIME_SPAN_HOUR, ==, 24);
  g_assert_cmpint (g_date_time_difference (end, now) / G_TIME_SPAN_DAY / 365, ==, 5);
}

static const struct {
  const char *sentence;
  const char *name;
} names[] = {
  { "empty", "" },
  { "space", "SIM HOST" },
  { "comma", "SIM,DNS:evil" },
  { "line-feed", "SIM\n" },
  { "beyond-ascii", "S\303\234D" },
  { "of-64-letters", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
};

static void
test_bad_name (gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sim_certificate_new (data, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, data));
}

/* Of each fault GIO sees that one and no other, and the CA file is the right one. */
static void
test_faults (void)
{
  static const struct {
    SimCertificateFault fault;
    GTlsCertificateFlags flags;
  } faults[] = {
    { SIM_CERTIFICATE_GOOD, 0 },
    { SIM_CERTIFICATE_EXPIRED, G_TLS_CERTIFICATE_EXPIRED },
    { SIM_CERTIFICATE_NOT_YET, G_TLS_CERTIFICATE_NOT_ACTIVATED },
    { SIM_CERTIFICATE_OTHER_HOST, G_TLS_CERTIFICATE_BAD_IDENTITY },
    { SIM_CERTIFICATE_WEAK, G_TLS_CERTIFICATE_INSECURE },
  };
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("localhost", 1);

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SimCertificate) certificate
        = sim_certificate_new_faulty ("SIMHOST", faults[i].fault, &error);
    g_autoptr (GTlsCertificate) loaded = NULL;
    g_autoptr (GTlsCertificate) authority = NULL;

    g_assert_no_error (error);
    loaded = load (certificate);
    authority = g_tls_certificate_new_from_pem (certificate->authority_pem, -1, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_tls_certificate_verify (loaded, identity, authority), ==,
                      faults[i].flags);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (identities); i++) {
    g_autofree char *path
        = g_strconcat ("/listener/certificate/is-for/", identities[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_identity);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path
        = g_strconcat ("/listener/certificate/bad-name/", names[i].sentence, NULL);
    g_test_add_data_func (path, names[i].name, test_bad_name);
  }
  g_test_add_func ("/listener/certificate/fingerprint", test_fingerprint);
  g_test_add_func ("/listener/certificate/as-openssl-sees-it", test_openssl);
  g_test_add_func ("/listener/certificate/each-is-new", test_each_is_new);
  g_test_add_func ("/listener/certificate/validity", test_validity);
  g_test_add_func ("/listener/certificate/faults", test_faults);
  return g_test_run ();
}
