/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/base/hyperv-error.h"
#include "client/cim/hyperv-cim-instance.h"

/* Texts as they come from the wire, and what the typed getters make of them. */

static HypervCimInstance *
instance_with_text (const char *text)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new ("root/cimv2", "Win32_Thing");

  hyperv_cim_builder_add_text (builder, "Value", text, strlen (text));
  return hyperv_cim_builder_end (builder);
}

static const struct {
  const char *sentence;
  const char *text;
  gboolean ok;
  guint64 value;
} unsigned_rows[] = {
  { "zero", "0", TRUE, 0 },
  { "the largest uint64", "18446744073709551615", TRUE, G_MAXUINT64 },
  { "one too large", "18446744073709551616", FALSE, 0 },
  { "a sign", "-1", FALSE, 0 },
  { "a plus", "+1", FALSE, 0 },
  { "nothing", "", FALSE, 0 },
  { "a blank before", " 1", FALSE, 0 },
  { "letters after", "12x", FALSE, 0 },
  { "hexadecimal", "0x10", FALSE, 0 },
};

static void
test_unsigned (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (HypervCimInstance) instance = instance_with_text (unsigned_rows[i].text);
  g_autoptr (GError) error = NULL;
  guint64 value = 0;
  gboolean ok = hyperv_cim_instance_get_uint64 (instance, "value", &value, &error);

  g_assert_cmpint (ok, ==, unsigned_rows[i].ok);
  if (ok) {
    g_assert_no_error (error);
    g_assert_cmpuint (value, ==, unsigned_rows[i].value);
  } else {
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
    g_assert_nonnull (g_strrstr (error->message, "Win32_Thing.Value"));
    g_assert_nonnull (g_strrstr (error->message, unsigned_rows[i].text));
  }
}

static const struct {
  const char *sentence;
  const char *text;
  const char *moment; /* NULL: none */
} datetime_rows[] = {
  { "WinRM's form with a fraction", "2025-12-17T09:55:22.702341Z", "2025-12-17T09:55:22.702341" },
  { "WinRM's form without a fraction", "2013-03-09T02:57:32Z", "2013-03-09T02:57:32.000000" },
  { "WMI's zero", "1601-01-01T00:00:00Z", "1601-01-01T00:00:00.000000" },
  { "an offset", "2025-12-17T09:55:22+01:00", "2025-12-17T08:55:22.000000" },
  { "DMTF's form", "20200330022238.631038-000", "2020-03-30T02:22:38.631038" },
  { "DMTF's form with minutes east", "20200330022238.000000+060", "2020-03-30T01:22:38.000000" },
  { "an interval", "00000001000000.000000:000", NULL },
  { "a month too many", "20201330022238.631038-000", NULL },
  { "words", "yesterday", NULL },
  { "nothing", "", NULL },
};

static void
test_datetime (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (HypervCimInstance) instance = instance_with_text (datetime_rows[i].text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) moment = hyperv_cim_instance_dup_datetime (instance, "Value", &error);
  g_autofree char *shown = NULL;

  if (datetime_rows[i].moment == NULL) {
    g_assert_null (moment);
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
    return;
  }
  g_assert_no_error (error);
  shown = g_date_time_format (moment, "%Y-%m-%dT%H:%M:%S.%f");
  g_assert_cmpstr (shown, ==, datetime_rows[i].moment);
}

static const struct {
  const char *sentence;
  const char *text;
  gint64 microseconds; /* -1: none */
} interval_rows[] = {
  { "WinRM's five minutes", "P0DT0H5M0S", 5 * G_TIME_SPAN_MINUTE },
  { "WinRM's fraction", "P0DT0H0M0.014947S", 14947 },
  { "days alone", "P3D", 3 * G_TIME_SPAN_DAY },
  { "DMTF's form", "00000001020304.000005:000",
    G_TIME_SPAN_DAY + 2 * G_TIME_SPAN_HOUR + 3 * G_TIME_SPAN_MINUTE + 4 * G_TIME_SPAN_SECOND + 5 },
  { "nothing after the P", "P", -1 },
  { "months, which have no length", "P1M", -1 },
  { "seconds before minutes", "PT1S2M", -1 },
  { "no unit", "P5", -1 },
  { "a date", "20200330022238.631038-000", -1 },
};

static void
test_interval (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (HypervCimInstance) instance = instance_with_text (interval_rows[i].text);
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  if (hyperv_cim_instance_get_interval (instance, "Value", &value, &error))
    g_assert_cmpint (value, ==, interval_rows[i].microseconds);
  else
    g_assert_cmpint (interval_rows[i].microseconds, ==, -1);
}

static void
test_repeated_text_is_an_array (void)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new ("root/cimv2", "C");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_auto (GStrv) items = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_builder_add_text (builder, "Roles", "one", 3);
  hyperv_cim_builder_add_text (builder, "roles", "two", 3);
  hyperv_cim_builder_add_text (builder, "Name", "n", 1);
  hyperv_cim_builder_add_null (builder, "Nothing", HYPERV_CIM_TYPE_TEXT, FALSE);
  instance = hyperv_cim_builder_end (builder);

  g_assert_cmpuint (hyperv_cim_instance_get_n_properties (instance), ==, 3);
  items = hyperv_cim_instance_dup_strv (instance, "ROLES");
  g_assert_cmpuint (g_strv_length (items), ==, 2);
  g_assert_cmpstr (items[1], ==, "two");
  g_assert_true (hyperv_cim_instance_is_null (instance, "Nothing"));
  g_assert_true (hyperv_cim_instance_is_null (instance, "Absent"));
  g_assert_null (hyperv_cim_instance_get_string (instance, "Roles", &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
}

static void
test_instance_keeps_paths_and_instances (void)
{
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "Job");
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new ("root/v2", "Outer");
  g_autoptr (HypervCimInstance) inner = NULL, outer = NULL;
  const HypervCimPath *kept;

  hyperv_cim_path_add_key (path, "InstanceID", "1");
  hyperv_cim_builder_add_string (builder, "Text", "inner");
  inner = hyperv_cim_builder_end (builder);
  hyperv_cim_builder_add_reference (builder, "Job", path);
  hyperv_cim_builder_add_instance (builder, "Inner", inner);
  hyperv_cim_builder_add_unsigned (builder, "Number", HYPERV_CIM_TYPE_UINT16, 7);
  outer = hyperv_cim_builder_end (builder);
  g_clear_pointer (&inner, hyperv_cim_instance_unref);
  g_clear_pointer (&path, hyperv_cim_path_unref);

  kept = hyperv_cim_instance_get_reference (outer, "Job", NULL);
  g_assert_cmpstr (hyperv_cim_path_lookup (kept, "instanceid"), ==, "1");
}

static void
test_values_compare (void)
{
  g_autoptr (HypervCimValue) one = hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT16, 1);
  g_autoptr (HypervCimValue) same = hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT16, 1);
  g_autoptr (HypervCimValue) wider = hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT32, 1);
  g_autoptr (HypervCimValue) null = hyperv_cim_value_new_null (HYPERV_CIM_TYPE_UINT16, FALSE);

  g_assert_true (hyperv_cim_value_equal (one, same));
  g_assert_false (hyperv_cim_value_equal (one, wider));
  g_assert_false (hyperv_cim_value_equal (one, null));
}

static void
test_paths_compare_without_case (void)
{
  g_autoptr (HypervCimPath) a = hyperv_cim_path_new ("root/Virtualization/v2", "Msvm_X");
  g_autoptr (HypervCimPath) b = hyperv_cim_path_new ("root/virtualization/v2", "msvm_x");

  hyperv_cim_path_add_key (a, "Name", "AB");
  hyperv_cim_path_add_key (a, "Other", "c");
  hyperv_cim_path_add_key (b, "other", "C");
  hyperv_cim_path_add_key (b, "name", "ab");
  g_assert_true (hyperv_cim_path_equal (a, b));
  hyperv_cim_path_add_key (b, "Third", "");
  g_assert_false (hyperv_cim_path_equal (a, b));
}

#define ADD_ROWS(group, rows, function)                                                            \
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {                                                \
    g_autofree char *path = g_strdup_printf ("/cim/" group "/%s", rows[i].sentence);               \
                                                                                                   \
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), function);                                   \
  }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_ROWS ("unsigned", unsigned_rows, test_unsigned)
  ADD_ROWS ("datetime", datetime_rows, test_datetime)
  ADD_ROWS ("interval", interval_rows, test_interval)
  g_test_add_func ("/cim/instance/repeated text is an array", test_repeated_text_is_an_array);
  g_test_add_func ("/cim/instance/keeps paths and instances",
                   test_instance_keeps_paths_and_instances);
  g_test_add_func ("/cim/value/compares type and items", test_values_compare);
  g_test_add_func ("/cim/path/compares without case", test_paths_compare_without_case);
  return g_test_run ();
}
