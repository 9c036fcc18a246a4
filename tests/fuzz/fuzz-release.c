/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include "client/base/hyperv-release.h"
#include "client/base/hyperv-trust.h"

/* The version that a host says, and a pin as somebody copied it. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) wrong_pin = NULL;
  g_autoptr (HypervRelease) release = NULL;
  g_autoptr (HypervTrust) trust = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return 0; /* both come from XML or a URI, which were checked for that */
  release = hyperv_release_parse (text, &error);
  trust = hyperv_trust_new (NULL, text, FALSE, &wrong_pin);
  fuzz_check (release != NULL, error);
  if (release != NULL) {
    g_autofree char *packed G_GNUC_UNUSED
        = hyperv_release_format_packed (hyperv_release_get_packed (release));

    g_assert_nonnull (hyperv_release_get_name (release));
    g_assert_cmpstr (hyperv_release_get_version (release), ==, text);
    g_assert_cmpuint (hyperv_release_get_packed (release) / 100000000, ==,
                      hyperv_release_get_major (release));
  }
  fuzz_check (trust != NULL, wrong_pin);
  if (trust != NULL)
    g_assert_cmpuint (strlen (hyperv_trust_get_pin (trust)), ==, 64);
  return 0;
}
