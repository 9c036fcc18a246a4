/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-typed.h"
#include "simulator/wsman/wsman-write.h"

/* fixtures/values.tsv: value -> XML text. Both are C-escaped, items of an array divided by `|`. */

typedef struct {
  char *type, *value, *expected;
} ValueRow;

static void
row_free (gpointer data)
{
  ValueRow *row = data;

  g_free (row->type);
  g_free (row->value);
  g_free (row->expected);
  g_free (row);
}

/* `root/cimv2:Class.Key=Value,Key=Value` */
static HypervCimPath *
read_path (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ":.", 3);
  g_auto (GStrv) keys = g_strsplit (parts[2], ",", -1);
  HypervCimPath *path = hyperv_cim_path_new (parts[0], parts[1]);

  for (gsize i = 0; keys[i] != NULL; i++) {
    g_auto (GStrv) key = g_strsplit (keys[i], "=", 2);

    hyperv_cim_path_add_key (path, key[0], key[1]);
  }
  return path;
}

static void
read_item (HypervCimType type, const char *text, GPtrArray *paths, HypervCimScalar *item)
{
  if (type == HYPERV_CIM_TYPE_REFERENCE) {
    g_ptr_array_add (paths, read_path (text));
    item->path = g_ptr_array_index (paths, paths->len - 1);
  } else if (type == HYPERV_CIM_TYPE_BOOLEAN) {
    item->u = g_str_equal (text, "true");
  } else if (hyperv_cim_type_is_signed (type)) {
    item->i = g_ascii_strtoll (text, NULL, 10);
  } else if (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64) {
    item->d = g_ascii_strtod (text, NULL);
  } else if (hyperv_cim_type_is_text (type) || type == HYPERV_CIM_TYPE_DATETIME) {
    item->s = text;
  } else {
    item->u = g_ascii_strtoull (text, NULL, 10);
  }
}

static void
test_value (gconstpointer data)
{
  const ValueRow *row = data;
  Wsman wsman = { .escapes_quotes = TRUE, .omits_null_arrays = TRUE };
  gboolean is_array = g_str_has_suffix (row->type, "[]");
  g_autofree char *type_name = g_strndup (row->type, strcspn (row->type, "["));
  g_autofree char *text = g_strcompress (row->value);
  g_auto (GStrv) texts = is_array ? g_strsplit (text, "|", -1) : NULL;
  g_autoptr (GPtrArray) paths
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_path_unref);
  g_autoptr (GString) out = g_string_new (NULL);
  HypervCimScalar items[8] = { 0 };
  HypervCimProperty property = { .name = "X", .is_array = is_array, .items = items };

  g_assert_true (hyperv_cim_type_from_name (type_name, &property.type)
                 || g_str_equal (type_name, "reference"));
  if (g_str_equal (type_name, "reference"))
    property.type = HYPERV_CIM_TYPE_REFERENCE;
  property.is_null = g_str_equal (text, "NULL");
  if (!property.is_null && !g_str_equal (text, "EMPTY"))
    property.n_items = is_array ? g_strv_length (texts) : 1;
  for (guint i = 0; i < property.n_items; i++)
    read_item (property.type, is_array ? texts[i] : text, paths, &items[i]);
  wsman_put_parameter (&wsman, out, &property, FALSE);
  g_assert_cmpstr (out->str, ==, row->expected);
}

static void
test_quotes_can_stay (void)
{
  Wsman wsman = { .escapes_quotes = FALSE };
  g_autoptr (GString) out = g_string_new (NULL);

  wsman_put_text (&wsman, out, "\"it's\" <", 8);
  g_assert_cmpstr (out->str, ==, "\"it's\" &lt;");
}

static void
test_null_arrays_can_stay (void)
{
  Wsman wsman = { .omits_null_arrays = FALSE };
  HypervCimProperty property
      = { .name = "X", .type = HYPERV_CIM_TYPE_UINT16, .is_array = TRUE, .is_null = TRUE };
  g_autoptr (GString) out = g_string_new (NULL);

  wsman_put_parameter (&wsman, out, &property, FALSE);
  g_assert_cmpstr (out->str, ==, "<p:X xsi:nil=\"true\"/>");
}

/* ---- back: what in-parameters hold ---- */
static const struct {
  const char *sentence, *text, *dmtf; /* NULL: refused */
} date_rows[] = {
  { "a date in UTC", "2025-12-17T09:55:22.702341Z", "20251217095522.702341+000" },
  { "a date with an offset", "2025-12-17T09:55:22+01:00", "20251217085522.000000+000" },
  { "CIM's own form", "20251217095522.702341+000", "20251217095522.702341+000" },
  { "CIM's interval", "00000000000500.000000:000", "00000000000500.000000:000" },
  { "no date", "yesterday", NULL },
  { "nothing", "", NULL },
  { "month 13", "2025-13-17T09:55:22Z", NULL },
  { "CIM's form with letters", "2025121709552x.702341+000", NULL },
};

static void
test_date (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *dmtf = wsman_datetime_to_dmtf (date_rows[i].text);

  g_assert_cmpstr (dmtf, ==, date_rows[i].dmtf);
}

static const struct {
  const char *sentence, *text;
  gint64 microseconds; /* -1: refused */
} duration_rows[] = {
  { "seconds", "PT20S", 20000000 },
  { "a fraction", "PT0.5S", 500000 },
  { "all parts", "P1DT2H3M4S", G_GINT64_CONSTANT (93784000000) },
  { "nothing but zero", "PT0S", 0 },
  { "negative", "PT-1S", -1 },
  { "negative in front", "-PT1S", -1 },
  { "empty", "", -1 },
  { "P alone", "P", -1 },
  { "T without a part", "P1DT", -1 },
  { "parts in the wrong order", "PT1S2M", -1 },
  { "minutes before the T", "P1M", -1 },
  { "a number without unit", "PT5", -1 },
  { "no end of digits", "PT9999999999999999999999999999999999999999999999999999999999999999S", -1 },
  { "a number of days that no interval has", "P100000000D", -1 },
};

static void
test_duration (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  gint64 microseconds = -1;
  gboolean good = wsman_duration_parse (duration_rows[i].text, &microseconds);

  g_assert_cmpint (good, ==, duration_rows[i].microseconds >= 0);
  if (good)
    g_assert_cmpint (microseconds, ==, duration_rows[i].microseconds);
}

static const struct {
  const char *sentence;
  HypervCimType type;
  const char *text;
  gboolean good;
} typed_rows[] = {
  { "true", HYPERV_CIM_TYPE_BOOLEAN, "true", TRUE },
  { "False, as libvirt writes it", HYPERV_CIM_TYPE_BOOLEAN, "False", TRUE },
  { "1 for a boolean", HYPERV_CIM_TYPE_BOOLEAN, "1", TRUE },
  { "2 for a boolean", HYPERV_CIM_TYPE_BOOLEAN, "2", FALSE },
  { "nothing for a boolean", HYPERV_CIM_TYPE_BOOLEAN, "", FALSE },
  { "the smallest sint16", HYPERV_CIM_TYPE_SINT16, "-32768", TRUE },
  { "one less than that", HYPERV_CIM_TYPE_SINT16, "-32769", FALSE },
  { "the largest sint16", HYPERV_CIM_TYPE_SINT16, "32767", TRUE },
  { "one more than that", HYPERV_CIM_TYPE_SINT16, "32768", FALSE },
  { "the smallest sint64", HYPERV_CIM_TYPE_SINT64, "-9223372036854775808", TRUE },
  { "the largest uint64", HYPERV_CIM_TYPE_UINT64, "18446744073709551615", TRUE },
  { "one more than the largest uint64", HYPERV_CIM_TYPE_UINT64, "18446744073709551616", FALSE },
  { "a sign on an unsigned number", HYPERV_CIM_TYPE_UINT32, "-1", FALSE },
  { "a blank before a number", HYPERV_CIM_TYPE_UINT32, " 1", FALSE },
  { "nothing for a number", HYPERV_CIM_TYPE_UINT32, "", FALSE },
  { "hexadecimal", HYPERV_CIM_TYPE_UINT32, "0x10", FALSE },
  { "a fraction", HYPERV_CIM_TYPE_REAL64, "0.5", TRUE },
  { "a fraction with a tail", HYPERV_CIM_TYPE_REAL64, "0.5x", FALSE },
  { "the largest char16", HYPERV_CIM_TYPE_CHAR16, "65535", TRUE },
  { "one more than that for char16", HYPERV_CIM_TYPE_CHAR16, "65536", FALSE },
  { "empty text", HYPERV_CIM_TYPE_STRING, "", TRUE },
};

static void
test_typed (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_auto (WsmanTyped) typed = { 0 };

  wsman_typed_init (&typed, typed_rows[i].type);
  g_assert_cmpint (wsman_typed_add_text (&typed, typed_rows[i].text), ==, typed_rows[i].good);
}

/* ---- lengths as Windows counts them ---- */
static const struct {
  const char *sentence, *text;
  gsize utf16, bytes;
} count_rows[] = {
  { "ASCII", "web01", 5, 5 },
  { "two bytes", "\xC3\xA4", 1, 2 },
  { "three bytes", "\xE4\xBB\xAE", 1, 3 },
  { "a surrogate pair", "\xF0\x9F\x98\x80", 2, 4 },
  { "all of them", "a\xC3\xA4\xE4\xBB\xAE\xF0\x9F\x98\x80", 5, 10 },
};

static void
test_count (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  Wsman characters = { .counts_utf16 = TRUE }, bytes = { .counts_utf16 = FALSE };
  const char *text = count_rows[i].text;

  g_assert_cmpuint (wsman_count (&characters, text, strlen (text)), ==, count_rows[i].utf16);
  g_assert_cmpuint (wsman_count (&bytes, text, strlen (text)), ==, count_rows[i].bytes);
}

/* ---- embedded instances that are objects: elements in their own class's namespace ---- */
#define V2 "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"

static void
test_object (void)
{
  Wsman wsman = { .escapes_quotes = TRUE, .omits_null_arrays = TRUE };
  g_autoptr (HypervCimBuilder) inner = hyperv_cim_builder_new ("root/virtualization/v2", "Inner");
  g_autoptr (HypervCimBuilder) outer = hyperv_cim_builder_new ("root/virtualization/v2", "Outer");
  g_autoptr (HypervCimInstance) leaf = NULL;
  g_autoptr (HypervCimInstance) tree = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  HypervCimScalar item;
  HypervCimProperty property
      = { .name = "X", .type = HYPERV_CIM_TYPE_INSTANCE, .n_items = 1, .items = &item };

  hyperv_cim_builder_add_string (inner, "Name", "a");
  leaf = hyperv_cim_builder_end (inner);
  hyperv_cim_builder_add_instance (outer, "Part", leaf);
  hyperv_cim_builder_add_null (outer, "Rest", HYPERV_CIM_TYPE_STRING, FALSE);
  tree = hyperv_cim_builder_end (outer);
  item.instance = tree;
  wsman_put_parameter (&wsman, out, &property, TRUE);
  g_assert_cmpstr (out->str, ==,
                   "<p:X xmlns:q=\"" V2 "Outer\" xsi:type=\"q:Outer_Type\"><q:Part xmlns:r=\"" V2
                   "Inner\" xsi:type=\"r:Inner_Type\"><r:Name>a</r:Name></q:Part>"
                   "<q:Rest xsi:nil=\"true\"/></p:X>");
}

/* ---- CIM-XML, what string parameters carry ---- */
static void
test_cim_xml (void)
{
  g_autoptr (HypervCimBuilder) builder
      = hyperv_cim_builder_new ("root/virtualization/v2", "Msvm_VirtualHardDiskSettingData");
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/virtualization/v2", "Msvm_Disk");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (HypervCimValue) paths
      = hyperv_cim_value_new_strv ((const char *const[]){ "a", "b<", NULL });
  g_autoptr (GString) out = g_string_new (NULL);

  hyperv_cim_builder_add_unsigned (builder, "BlockSize", HYPERV_CIM_TYPE_UINT32, 33554432);
  hyperv_cim_builder_add_null (builder, "DataAlignment", HYPERV_CIM_TYPE_UINT64, FALSE);
  hyperv_cim_builder_add_string (builder, "ParentPath", "");
  hyperv_cim_builder_add_boolean (builder, "IsPmemCompatible", TRUE);
  hyperv_cim_builder_add_value (builder, "Paths", paths);
  hyperv_cim_path_add_key (path, "Id", "1&2");
  hyperv_cim_builder_add_reference (builder, "Disk", path);
  instance = hyperv_cim_builder_end (builder);
  wsman_put_cim_xml (out, instance);
  g_assert_cmpstr (
      out->str, ==,
      "<INSTANCE CLASSNAME=\"Msvm_VirtualHardDiskSettingData\">"
      "<PROPERTY NAME=\"BlockSize\" TYPE=\"uint32\"><VALUE>33554432</VALUE></PROPERTY>"
      "<PROPERTY NAME=\"DataAlignment\" PROPAGATED=\"true\" TYPE=\"uint64\"></PROPERTY>"
      "<PROPERTY NAME=\"ParentPath\" TYPE=\"string\"><VALUE></VALUE></PROPERTY>"
      "<PROPERTY NAME=\"IsPmemCompatible\" TYPE=\"boolean\"><VALUE>TRUE</VALUE>"
      "</PROPERTY><PROPERTY.ARRAY NAME=\"Paths\" TYPE=\"string\"><VALUE.ARRAY>"
      "<VALUE>a</VALUE><VALUE>b&lt;</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>"
      "<PROPERTY.REFERENCE NAME=\"Disk\"><VALUE.REFERENCE><INSTANCENAME CLASSNAME="
      "\"Msvm_Disk\"><KEYBINDING NAME=\"Id\"><KEYVALUE VALUETYPE=\"string\">1&amp;2"
      "</KEYVALUE></KEYBINDING></INSTANCENAME></VALUE.REFERENCE></PROPERTY.REFERENCE>"
      "</INSTANCE>");
}

static void
add_row (char **cells)
{
  g_autofree char *path = g_strconcat ("/wsman/values/", cells[0], NULL);
  ValueRow *row = g_new (ValueRow, 1);

  row->type = g_strdup (cells[1]);
  row->value = g_strdup (cells[2]);
  row->expected = g_strcompress (cells[3]);
  g_test_add_data_func_full (path, row, test_value, row_free);
}

static void
add_rows (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (SOURCE_DIR "/fixtures/values.tsv", &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], "\t", -1);

    g_assert_cmpuint (g_strv_length (cells), ==, 5);
    add_row (cells);
  }
}

#define ADD_ROWS(rows, folder, test)                                                               \
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {                                                \
    g_autofree char *path = g_strconcat ("/wsman/values/" folder "/", rows[i].sentence, NULL);     \
                                                                                                   \
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test);                                       \
  }

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_rows ();
  ADD_ROWS (date_rows, "read-date", test_date)
  ADD_ROWS (duration_rows, "read-duration", test_duration)
  ADD_ROWS (typed_rows, "read", test_typed)
  ADD_ROWS (count_rows, "count", test_count)
  g_test_add_func ("/wsman/values/quotes can stay", test_quotes_can_stay);
  g_test_add_func ("/wsman/values/null arrays can stay", test_null_arrays_can_stay);
  g_test_add_func ("/wsman/values/an instance as elements", test_object);
  g_test_add_func ("/wsman/values/an instance as CIM-XML", test_cim_xml);
  return g_test_run ();
}
