/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include "client/base/hyperv-uri.h"

/* hyperv:// … : what is taken is written down so that it is taken again, as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervUri) uri = hyperv_uri_parse (text, &error);
  g_autoptr (HypervUri) again = NULL;
  g_autofree char *canonical = NULL;
  g_autofree char *second = NULL;

  fuzz_check (uri != NULL, error);
  if (uri == NULL)
    return 0;
  g_assert_nonnull (hyperv_uri_get_host (uri));
  g_assert_cmpuint (hyperv_uri_get_port (uri), !=, 0);
  canonical = hyperv_uri_to_string (uri);
  again = hyperv_uri_parse (canonical, &error);
  g_assert_no_error (error);
  second = hyperv_uri_to_string (again);
  g_assert_cmpstr (canonical, ==, second);
  g_assert_cmpstr (hyperv_uri_get_user (uri), ==, hyperv_uri_get_user (again));
  g_assert_cmpstr (hyperv_uri_get_host (uri), ==, hyperv_uri_get_host (again));
  g_assert_cmpstr (hyperv_uri_get_proxy (uri), ==, hyperv_uri_get_proxy (again));
  g_assert_cmpstr (hyperv_uri_get_spn (uri), ==, hyperv_uri_get_spn (again));
  g_assert_true (hyperv_uri_is_https (uri) == hyperv_uri_is_https (again));
  return 0;
}
