/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Versions of Windows: parts, names, and the packed form. */

#include "client/base/hyperv-error.h"
#include "client/base/hyperv-release.h"

typedef struct {
  const char *sentence;
  const char *version;
  guint major, minor, build;
  const char *name;
  guint64 packed;
  const char *shown;
  gboolean old;
} Good;

/* The first three are the table of libvirt's documentation of its hyperv driver. */
static const Good good_rows[] = {
  { "2012 R2, as documented", "6.3.9600", 6, 3, 9600, "2012 R2", 603009600, "603.9.600", FALSE },
  { "2016, as documented", "10.0.14393", 10, 0, 14393, "2016", 1000014393, "1000.14.393", FALSE },
  { "2019, as documented", "10.0.17763", 10, 0, 17763, "2019", 1000017763, "1000.17.763", FALSE },
  { "2022", "10.0.20348", 10, 0, 20348, "2022", 1000020348, "1000.20.348", FALSE },
  { "2025", "10.0.26100", 10, 0, 26100, "2025", 1000026100, "1000.26.100", FALSE },
  { "between 2012 R2 and 2016", "10.0.10240", 10, 0, 10240, "2012 R2 or newer", 1000010240,
    "1000.10.240", FALSE },
  { "between 2019 and 2022", "10.0.19041", 10, 0, 19041, "2019 or newer", 1000019041, "1000.19.41",
    FALSE },
  { "between 2022 and 2025", "10.0.22000", 10, 0, 22000, "2022 or newer", 1000022000, "1000.22.0",
    FALSE },
  { "after 2025", "10.0.30000", 10, 0, 30000, "2025 or newer", 1000030000, "1000.30.0", FALSE },
  { "another major", "11.0.1", 11, 0, 1, "2025 or newer", 1100000001, "1100.0.1", FALSE },
  { "2012 is too old", "6.2.9200", 6, 2, 9200, "2012", 602009200, "602.9.200", TRUE },
  { "2008 R2 is too old", "6.1.7601", 6, 1, 7601, "2008 R2", 601007601, "601.7.601", TRUE },
  { "2008 is too old", "6.0.6001", 6, 0, 6001, "2008", 600006001, "600.6.1", TRUE },
  { "older than all", "5.2.3790", 5, 2, 3790, "older than 2008", 502003790, "502.3.790", TRUE },
  { "one part", "10", 10, 0, 0, "2012 R2 or newer", 1000000000, "1000.0.0", FALSE },
  { "two parts", "6.3", 6, 3, 0, "2012 or newer", 603000000, "603.0.0", FALSE },
  { "four parts", "10.0.17763.5122", 10, 0, 17763, "2019", 1000017763, "1000.17.763", FALSE },
  { "text after three parts", "10.0.17763 Build 1", 10, 0, 17763, "2019", 1000017763, "1000.17.763",
    FALSE },
  { "text after two parts", "6.3 (R2)", 6, 3, 0, "2012 or newer", 603000000, "603.0.0", FALSE },
  { "text after four parts", "10.0.17763.1 rs5", 10, 0, 17763, "2019", 1000017763, "1000.17.763",
    FALSE },
  { "text without a blank", "10.0.17763rs5", 10, 0, 17763, "2019", 1000017763, "1000.17.763",
    FALSE },
  { "dots in the text do not matter", "10.0.17763 N/A 1.2.3.4.5", 10, 0, 17763, "2019", 1000017763,
    "1000.17.763", FALSE },
  { "zeros in front", "010.00.017763", 10, 0, 17763, "2019", 1000017763, "1000.17.763", FALSE },
  { "the largest minor and build", "9.99.999999", 9, 99, 999999, "2012 R2 or newer", 999999999,
    "999.999.999", FALSE },
  { "major 43 does not wrap", "43.0.1", 43, 0, 1, "2025 or newer", 4300000001, "4300.0.1", FALSE },
  { "the largest major", "4294967295.99.999999", 4294967295u, 99, 999999, "2025 or newer",
    G_GUINT64_CONSTANT (429496729599999999), "429496729599.999.999", FALSE },
};

typedef struct {
  const char *sentence;
  const char *version;
  const char *what;
} Bad;

static const Bad bad_rows[] = {
  { "nothing", "", "where the major part should be is no digit" },
  { "a word", "ten", "where the major part should be is no digit" },
  { "a blank in front", " 10.0.1", "where the major part should be is no digit" },
  { "a sign", "-6.3.9600", "where the major part should be is no digit" },
  { "a dot alone", ".", "where the major part should be is no digit" },
  { "a dot at the end", "10.", "where the minor part should be is no digit" },
  { "two dots", "10..17763", "where the minor part should be is no digit" },
  { "a word as build", "10.0.x", "where the build part should be is no digit" },
  { "an open fourth part", "10.0.1.", "where the revision part should be is no digit" },
  { "five parts", "10.0.17763.1.2", "it has more than four parts" },
  { "minor beyond its room", "10.100.1", "the minor part is larger than 99" },
  { "build beyond its room", "10.0.1000000", "the build part is larger than 999999" },
  { "major beyond 32 bits", "4294967296.0.1", "the major part is larger than 4294967295" },
  { "major beyond 64 bits", "99999999999999999999999.0.1",
    "the major part is larger than 4294967295" },
  { "build beyond 64 bits", "10.0.18446744073709551617", "the build part is larger than 999999" },
  { "revision beyond 32 bits", "10.0.1.4294967296", "the revision part is larger than 4294967295" },
};

static void
test_good (gconstpointer data)
{
  const Good *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervRelease) release = hyperv_release_parse (row->version, &error);
  g_autoptr (HypervRelease) copy = NULL;
  g_autofree char *shown = NULL;

  g_assert_no_error (error);
  copy = hyperv_release_copy (release);
  shown = hyperv_release_format_packed (hyperv_release_get_packed (copy));
  g_assert_cmpstr (hyperv_release_get_version (copy), ==, row->version);
  g_assert_cmpuint (hyperv_release_get_major (copy), ==, row->major);
  g_assert_cmpuint (hyperv_release_get_minor (copy), ==, row->minor);
  g_assert_cmpuint (hyperv_release_get_build (copy), ==, row->build);
  g_assert_cmpstr (hyperv_release_get_name (copy), ==, row->name);
  g_assert_cmpuint (hyperv_release_get_packed (copy), ==, row->packed);
  g_assert_cmpstr (shown, ==, row->shown);
  g_assert_cmpint (hyperv_release_is_supported (copy), ==, !row->old);
}

static void
test_bad (gconstpointer data)
{
  const Bad *row = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("Windows version \"%s\" cannot be read: %s; expected "
                                              "MAJOR.MINOR.BUILD, such as 10.0.17763",
                                              row->version, row->what);

  g_assert_null (hyperv_release_parse (row->version, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
refuse_unreadable (const char *version)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("Windows version of %zu bytes is not UTF-8 or longer "
                                              "than 255 bytes",
                                              strlen (version));

  g_assert_null (hyperv_release_parse (version, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_too_long (void)
{
  g_autofree char *version = g_strnfill (256, '1');

  refuse_unreadable (version);
}

static void
test_not_utf8 (void)
{
  refuse_unreadable ("10.0.17763 \377");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (good_rows); i++) {
    g_autofree char *path = g_strconcat ("/base/release/takes/", good_rows[i].sentence, NULL);

    g_test_add_data_func (path, &good_rows[i], test_good);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++) {
    g_autofree char *path = g_strconcat ("/base/release/refuses/", bad_rows[i].sentence, NULL);

    g_test_add_data_func (path, &bad_rows[i], test_bad);
  }
  g_test_add_func ("/base/release/refuses/more than 255 bytes", test_too_long);
  g_test_add_func ("/base/release/refuses/bytes that are not UTF-8", test_not_utf8);
  return g_test_run ();
}
