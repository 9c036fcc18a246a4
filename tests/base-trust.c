/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How certificates are judged: what can be said, and in which forms a pin. */

#include "client/base/hyperv-error.h"
#include "client/base/hyperv-trust.h"

#define HEX31 "00112233445566778899aabbccddeeff00112233445566778899aabbccddee"
#define COLONS31                                                                                   \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE"

typedef struct {
  const char *sentence;
  const char *pin;
  gboolean good;
} Row;

static const Row rows[] = {
  { "digits", "sha256:" HEX31 "ff", TRUE },
  { "capitals and colons, as openssl prints", "sha256:" COLONS31 ":FF", TRUE },
  { "the prefix has no case", "SHA256:" HEX31 "FF", TRUE },
  { "no prefix", HEX31 "ff", FALSE },
  { "another digest", "sha1:" HEX31 "ff", FALSE },
  { "nothing", "", FALSE },
  { "the prefix alone", "sha256:", FALSE },
  { "a byte too few", "sha256:" HEX31, FALSE },
  { "half a byte too few", "sha256:" HEX31 "f", FALSE },
  { "a byte too many", "sha256:" HEX31 "ffff", FALSE },
  { "a letter that is no digit", "sha256:" HEX31 "fg", FALSE },
  { "a colon at the end", "sha256:" HEX31 "ff:", FALSE },
  { "a colon at the start", "sha256::" HEX31 "ff", FALSE },
  { "a colon in a byte", "sha256:" HEX31 "f:f", FALSE },
  { "two colons", "sha256:" COLONS31 "::FF", FALSE },
  { "a blank", "sha256: " HEX31 "ff", FALSE },
};

static void
test_pin (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervTrust) trust = hyperv_trust_new (NULL, row->pin, FALSE, &error);

  if (row->good) {
    g_assert_no_error (error);
    g_assert_cmpstr (hyperv_trust_get_pin (trust), ==, HEX31 "ff");
  } else {
    g_autofree char *message = g_strdup_printf ("The pin \"%s\" is not \"sha256:\" and 64 hex "
                                                "digits; \"openssl x509 -noout -fingerprint "
                                                "-sha256\" prints those of a certificate",
                                                row->pin);

    g_assert_null (trust);
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
    g_assert_cmpstr (error->message, ==, message);
  }
}

static void
test_says (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervTrust) trust = hyperv_trust_new ("/ca.pem", NULL, 7, &error);
  g_autoptr (HypervTrust) again = hyperv_trust_ref (trust);

  g_assert_no_error (error);
  g_assert_true (again == trust);
  g_assert_cmpstr (hyperv_trust_get_ca_file (trust), ==, "/ca.pem");
  g_assert_null (hyperv_trust_get_pin (trust));
  g_assert_cmpint (hyperv_trust_get_no_verify (trust), ==, TRUE);
}

static void
test_empty_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_trust_new ("", NULL, FALSE, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==,
                   "The CA file has an empty name; leave it out to use the system's store");
}

static void
test_known_hosts (void)
{
  g_autoptr (HypervTrust) plain = hyperv_trust_new ("/ca.pem", NULL, FALSE, NULL);
  g_autoptr (HypervTrust) open = hyperv_trust_new (NULL, NULL, TRUE, NULL);
  g_autoptr (HypervTrust) pinned = hyperv_trust_new (NULL, "sha256:" HEX31 "ff", FALSE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervTrust) trust = hyperv_trust_with_known_hosts (plain, "/k", TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hyperv_trust_get_ca_file (trust), ==, "/ca.pem");
  g_assert_cmpstr (hyperv_trust_get_known_hosts (trust), ==, "/k");
  g_assert_true (hyperv_trust_get_accept_new (trust));
  g_assert_null (hyperv_trust_get_known_hosts (plain));
  g_assert_null (hyperv_trust_with_known_hosts (pinned, "/k", FALSE, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (hyperv_trust_with_known_hosts (open, "/k", FALSE, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (hyperv_trust_with_known_hosts (plain, "", FALSE, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
}

static void
test_boxed (void)
{
  g_autoptr (HypervTrust) trust = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, HYPERV_TYPE_TRUST);
  g_value_set_boxed (&value, trust);
  g_assert_true (g_value_get_boxed (&value) == trust);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/base/trust/pin/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_pin);
  }
  g_test_add_func ("/base/trust/says what it was told", test_says);
  g_test_add_func ("/base/trust/an empty name of a CA file is refused", test_empty_file);
  g_test_add_func ("/base/trust/a known-hosts file excludes a pin and no_verify", test_known_hosts);
  g_test_add_func ("/base/trust/is counted in a GValue", test_boxed);
  return g_test_run ();
}
