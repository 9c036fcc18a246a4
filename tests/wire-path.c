/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "client/wire/wire.h"

/* Object paths of WMI and literals of WQL, as text. */

static const struct {
  const char *sentence;
  const char *text;
  const char *again; /* what the path is written as; NULL: refused */
  const char *message;
} rows[] = {
  { "a full path keeps its doubled backslashes",
    "\\\\HOST\\root\\virtualization\\v2:Msvm_X.InstanceID=\"Microsoft:A\\\\0\\\\0\\\\D\"",
    "\\\\.\\root\\virtualization\\v2:Msvm_X.InstanceID=\"Microsoft:A\\\\0\\\\0\\\\D\"", NULL },
  { "several keys", "\\\\h\\root\\v2:C.A=\"1\",B=\"2\"", "\\\\.\\root\\v2:C.A=\"1\",B=\"2\"",
    NULL },
  { "single quotes, numbers and booleans", "\\\\h\\root:C.A='x',B=-7,D=TRUE",
    "\\\\.\\root:C.A=\"x\",B=\"-7\",D=\"TRUE\"", NULL },
  { "slashes are backslashes", "root/virtualization/v2:C.A=\"1\"",
    "\\\\.\\root\\virtualization\\v2:C.A=\"1\"", NULL },
  { "a path without a namespace", "C.A=\"b:c\"", "C.A=\"b:c\"", NULL },
  { "a class", "\\\\h\\root:C", "\\\\.\\root:C", NULL },
  { "a singleton", "\\\\h\\root:C=@", "\\\\.\\root:C", NULL },
  { "a quote within a value", "C.A=\"a\\\"b\"", "C.A=\"a\\\"b\"", NULL },
  { "a value with a comma and an equals sign", "C.A=\"a,B=\"", "C.A=\"a,B=\"", NULL },
  { "a UNC file name is no reference", "C.A=\"\\\\\\\\srv\\\\share\\\\a.vhdx\"",
    "C.A=\"\\\\\\\\srv\\\\share\\\\a.vhdx\"", NULL },
  { "no closing quote", "C.A=\"a", NULL,
    "object path “C.A=\"a”: expected was the closing quote at byte 6" },
  { "a backslash at the end", "C.A=\"a\\", NULL,
    "object path “C.A=\"a\\”: expected was the closing quote at byte 7" },
  { "no class", "\\\\h\\root:", NULL,
    "object path “\\\\h\\root:”: expected was the name of a class at byte 9" },
  { "no host", "\\\\", NULL,
    "object path “\\\\”: expected was a host and a namespace after the two backslashes at byte 0" },
  { "an empty namespace", "\\\\h\\:C.A=1", NULL,
    "object path “\\\\h\\:C.A=1”: expected was a namespace after the host at byte 0" },
  { "no namespace after the host", "\\\\h\\root", NULL,
    "object path “\\\\h\\root”: expected was “:” after the namespace at byte 0" },
  { "no value", "C.A=", NULL, "object path “C.A=”: expected was a value at byte 4" },
  { "no equals sign", "C.A", NULL, "object path “C.A”: expected was “=” at byte 3" },
  { "no key", "C.", NULL, "object path “C.”: expected was the name of a key at byte 2" },
  { "a key twice", "C.A=1,a=2", NULL,
    "object path “C.A=1,a=2”: expected was another key than before at byte 7" },
  { "something after the value", "C.A=\"1\";", NULL,
    "object path “C.A=\"1\";”: expected was “,” and another key at byte 7" },
  { "nothing", "", NULL, "object path “”: expected was the name of a class at byte 0" },
  { "not UTF-8", "C.A=\"\xff\"", NULL, "an object path that is not UTF-8" },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimPath) path = wire_path_from_text (rows[i].text, &error);
  g_autofree char *again = NULL;

  if (rows[i].again == NULL) {
    g_assert_null (path);
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
    g_assert_cmpstr (error->message, ==, rows[i].message);
    return;
  }
  g_assert_no_error (error);
  again = wire_path_to_text (path);
  g_assert_cmpstr (again, ==, rows[i].again);
}

static void
test_values (void)
{
  g_autoptr (HypervCimPath) path = wire_path_from_text (
      "\\\\HOST\\root\\virtualization\\v2:Msvm_X.InstanceID=\"A\\\\0\"", NULL);

  g_assert_cmpstr (hyperv_cim_path_get_namespace (path), ==, "root/virtualization/v2");
  g_assert_cmpstr (hyperv_cim_path_get_class_name (path), ==, "Msvm_X");
  g_assert_cmpstr (hyperv_cim_path_lookup (path, "InstanceID"), ==, "A\\0");
}

/* Associations have references as keys: a path in a path. */
static void
test_nested (void)
{
  g_autoptr (HypervCimPath) inner = hyperv_cim_path_new ("root/v2", "Msvm_Y");
  g_autoptr (HypervCimPath) outer = hyperv_cim_path_new ("root/v2", "Msvm_Z");
  g_autoptr (HypervCimPath) again = NULL;
  g_autofree char *text = NULL;

  hyperv_cim_path_add_key (inner, "Name", "a\\\"b");
  hyperv_cim_path_add_reference_key (outer, "Part", inner);
  text = wire_path_to_text_on (outer, "HV1");
  g_assert_cmpstr (text, ==,
                   "\\\\HV1\\root\\v2:Msvm_Z.Part=\"\\\\\\\\HV1\\\\root\\\\v2:Msvm_Y.Name="
                   "\\\"a\\\\\\\\\\\\\\\"b\\\"\"");
  again = wire_path_from_text (text, NULL);
  g_assert_nonnull (again);
  g_assert_true (hyperv_cim_path_equal (outer, again));
}

static void
test_limits (void)
{
  g_autofree char *fill = g_strnfill (65536, 'a');
  g_autofree char *large = g_strconcat ("C", fill, NULL);
  g_autoptr (GString) keys = g_string_new ("C");
  g_autoptr (GError) error = NULL;

  g_assert_null (wire_path_from_text (large, &error));
  g_assert_cmpstr (error->message, ==, "an object path of 65537 bytes; 65536 are allowed");
  g_clear_error (&error);
  for (guint i = 0; i < 65; i++)
    g_string_append_printf (keys, "%cK%u=1", i == 0 ? '.' : ',', i);
  g_assert_null (wire_path_from_text (keys->str, &error));
  g_assert_nonnull (strstr (error->message, "no more than 64 keys"));
}

static const struct {
  const char *sentence;
  const char *text;
  const char *literal;
} literals[] = {
  { "plain text", "web01", "'web01'" },
  { "an apostrophe", "o'brien", "'o\\'brien'" },
  { "backslashes are doubled", "a\\b\\", "'a\\\\b\\\\'" },
  { "double quotes stay", "a\"b", "'a\"b'" },
  { "nothing", "", "''" },
};

static void
test_literal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *literal = wire_wql_quote (literals[i].text);

  g_assert_cmpstr (literal, ==, literals[i].literal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wire/path/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (literals); i++) {
    g_autofree char *path = g_strconcat ("/wire/wql/", literals[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_literal);
  }
  g_test_add_func ("/wire/path/values are unescaped", test_values);
  g_test_add_func ("/wire/path/a reference in a reference comes back", test_nested);
  g_test_add_func ("/wire/path/limits on length and keys", test_limits);
  return g_test_run ();
}
