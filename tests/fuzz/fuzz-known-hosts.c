/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-file.h"

#include "client/transport/transport-tls.h"

/* The known-hosts file: a host that it knows is the same, another, or an error; an entry is found
 * after it was added. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char print[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervTrust) plain = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust = NULL;
  FuzzFile file;
  TransportKnown known;

  fuzz_file_open (&file, data, size);
  trust = hyperv_trust_with_known_hosts (plain, file.path, TRUE, NULL);
  known = transport_known_look (trust, "hv01:5986", print, &error);
  fuzz_check (known != TRANSPORT_KNOWN_ERROR, error);
  if (known == TRANSPORT_KNOWN_NOT && size < 1000000) {
    g_assert_true (transport_known_add (trust, "hv01:5986", print, &error));
    g_assert_no_error (error);
    g_assert_cmpint (transport_known_look (trust, "hv01:5986", print, &error), ==,
                     TRANSPORT_KNOWN_SAME);
  }
  fuzz_file_close (&file);
  return 0;
}
