/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "client/wire/wire.h"

/* Instances as text in string parameters: what Windows writes is read, typed, and written again. */

#define SETTING                                                                                    \
  "<INSTANCE CLASSNAME=\"S\"><PROPERTY NAME=\"B\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></PROPERTY>" \
  "<PROPERTY NAME=\"U\" TYPE=\"uint64\"><VALUE>18446744073709551615</VALUE></PROPERTY>"            \
  "<PROPERTY NAME=\"I\" TYPE=\"sint16\"><VALUE>-32768</VALUE></PROPERTY>"                          \
  "<PROPERTY NAME=\"R\" TYPE=\"real64\"><VALUE>0.5</VALUE></PROPERTY>"                             \
  "<PROPERTY NAME=\"C\" TYPE=\"char16\"><VALUE>é</VALUE></PROPERTY>"                              \
  "<PROPERTY NAME=\"D\" TYPE=\"datetime\"><VALUE>00000000000500.000000:000</VALUE></PROPERTY>"     \
  "<PROPERTY NAME=\"N\" TYPE=\"string\"></PROPERTY>"                                               \
  "<PROPERTY NAME=\"E\" TYPE=\"string\"><VALUE></VALUE></PROPERTY>"                                \
  "<PROPERTY.ARRAY NAME=\"A\" TYPE=\"uint8\"><VALUE.ARRAY><VALUE>1</VALUE><VALUE>2</VALUE>"        \
  "</VALUE.ARRAY></PROPERTY.ARRAY>"                                                                \
  "<PROPERTY.ARRAY NAME=\"Z\" TYPE=\"string\"></PROPERTY.ARRAY>"                                   \
  "<PROPERTY.ARRAY NAME=\"Y\" TYPE=\"string\"><VALUE.ARRAY></VALUE.ARRAY></PROPERTY.ARRAY>"        \
  "<PROPERTY.REFERENCE NAME=\"F\"><VALUE.REFERENCE><INSTANCENAME CLASSNAME=\"T\">"                 \
  "<KEYBINDING NAME=\"K\"><KEYVALUE VALUETYPE=\"string\">a\\b</KEYVALUE></KEYBINDING>"             \
  "</INSTANCENAME></VALUE.REFERENCE></PROPERTY.REFERENCE></INSTANCE>"

/* As it came from a Windows 11 host (values adjusted by who recorded it). */
#define RECORDED                                                                                   \
  "<INSTANCE CLASSNAME=\"Msvm_VirtualHardDiskSettingData\"><PROPERTY NAME=\"BlockSize\" "          \
  "TYPE=\"uint32\"><VALUE>33554432</VALUE></PROPERTY><PROPERTY NAME=\"DataAlignment\" "            \
  "PROPAGATED=\"true\" TYPE=\"uint64\"></PROPERTY><PROPERTY NAME=\"ParentPath\" TYPE=\"string\">"  \
  "<VALUE></VALUE></PROPERTY><PROPERTY NAME=\"Path\" TYPE=\"string\"><VALUE>D:\\VMs\\test.vhdx"    \
  "</VALUE></PROPERTY></INSTANCE>"

/* Of a host that writes what only a local client gets: the whole path, objects as objects. */
#define LOCAL                                                                                      \
  "<VALUE.OBJECT><INSTANCE CLASSNAME=\"S\"><QUALIFIER NAME=\"dynamic\" TYPE=\"boolean\"><VALUE>"   \
  "TRUE</VALUE></QUALIFIER><PROPERTY.REFERENCE NAME=\"F\" REFERENCECLASS=\"T\"><VALUE.REFERENCE>"  \
  "<INSTANCEPATH><NAMESPACEPATH><HOST>H</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/>"      \
  "<NAMESPACE NAME=\"other\"/></LOCALNAMESPACEPATH></NAMESPACEPATH><INSTANCENAME CLASSNAME=\"T\">" \
  "<KEYBINDING NAME=\"K\"><KEYVALUE>1</KEYVALUE></KEYBINDING></INSTANCENAME></INSTANCEPATH>"       \
  "</VALUE.REFERENCE></PROPERTY.REFERENCE><PROPERTY.OBJECT NAME=\"O\"><VALUE.OBJECT><INSTANCE "    \
  "CLASSNAME=\"Q\"/></VALUE.OBJECT></PROPERTY.OBJECT></INSTANCE></VALUE.OBJECT>"

static const struct {
  const char *sentence, *text, *expected;
} goods[] = {
  { "every type", SETTING,
    "root/x:S B:boolean=true U:uint64=18446744073709551615 I:sint16=-32768 R:real64=0.5 "
    "C:char16=233 D:datetime=00000000000500.000000:000 N:string=null E:string= A:uint8[]=1,2 "
    "Z:string[]=null Y:string[]= F=<root/x:T.K=a\\b>" },
  { "Windows 11's VHD", RECORDED,
    "root/x:Msvm_VirtualHardDiskSettingData BlockSize:uint32=33554432 DataAlignment:uint64=null "
    "ParentPath:string= Path:string=D:\\VMs\\test.vhdx" },
  { "whole paths and objects", LOCAL, "root/x:S F=<root/other:T.K=1> O=Q" },
};

static void
append_value (GString *out, const HypervCimProperty *property)
{
  g_autoptr (HypervCimValue) value = hyperv_cim_value_new_from_property (property);
  g_auto (GStrv) texts = hyperv_cim_value_dup_strv (value);
  g_autofree char *text = g_strjoinv (",", texts);

  g_string_append_printf (out, ":%s%s=%s", hyperv_cim_type_get_name (property->type),
                          property->is_array ? "[]" : "", property->is_null ? "null" : text);
}

static char *
dump (const HypervCimInstance *instance)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%s:%s", hyperv_cim_instance_get_namespace (instance),
                          hyperv_cim_instance_get_class_name (instance));
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty p;

    hyperv_cim_instance_peek (instance, i, &p);
    g_string_append_printf (out, " %s", p.name);
    if (p.type == HYPERV_CIM_TYPE_REFERENCE)
      g_string_append_printf (out, "=<%s:%s.%s=%s>",
                              hyperv_cim_path_get_namespace (p.items[0].path),
                              hyperv_cim_path_get_class_name (p.items[0].path),
                              hyperv_cim_path_get_key_name (p.items[0].path, 0),
                              hyperv_cim_path_get_key_value (p.items[0].path, 0));
    else if (p.type == HYPERV_CIM_TYPE_INSTANCE)
      g_string_append_printf (out, "=%s", hyperv_cim_instance_get_class_name (p.items[0].instance));
    else
      append_value (out, &p);
  }
  return g_string_free (out, FALSE);
}

static void
test_read (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimInstance) instance
      = wire_embedded_from_text ("root/x", goods[i].text, &error);
  g_autofree char *dumped = NULL;

  g_assert_no_error (error);
  dumped = dump (instance);
  g_assert_cmpstr (dumped, ==, goods[i].expected);
}

static void
test_both_ways (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimInstance) instance = wire_embedded_from_text ("root/x", SETTING, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = wire_embedded_to_text (instance, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, SETTING);
}

#define ONE(content) "<INSTANCE CLASSNAME=\"S\">" content "</INSTANCE>"
#define PROPERTY(type, value)                                                                      \
  ONE ("<PROPERTY NAME=\"P\" TYPE=\"" type "\"><VALUE>" value "</VALUE></PROPERTY>")
#define BINDING(key)                                                                               \
  ONE ("<PROPERTY.REFERENCE NAME=\"P\"><VALUE.REFERENCE><INSTANCENAME CLASSNAME=\"T\">" key        \
       "</INSTANCENAME></VALUE.REFERENCE></PROPERTY.REFERENCE>")

static const struct {
  const char *sentence, *text, *message;
} refusals[] = {
  { "nothing", "", "expected was an INSTANCE of CIM-XML, and found “”" },
  { "no XML", "Msvm_X", "found “Msvm_X”" },
  { "half of it", "<INSTANCE CLASSNAME=\"S\">", "expected was an INSTANCE" },
  { "a tree of WS-CIM", "<p:C xmlns:p=\"urn:x\"/>", "expected was an INSTANCE" },
  { "a document type", "<!DOCTYPE INSTANCE [<!ENTITY a \"b\">]><INSTANCE CLASSNAME=\"S\"/>",
    "a document type declaration" },
  { "no class", "<INSTANCE/>", "an INSTANCE without CLASSNAME" },
  { "no name", ONE ("<PROPERTY TYPE=\"string\"/>"), "a PROPERTY without NAME" },
  { "no type", ONE ("<PROPERTY NAME=\"P\"/>"), "P: TYPE=\"\" is not a type of CIM" },
  { "an unknown type", PROPERTY ("uint128", "1"), "P: TYPE=\"uint128\"" },
  { "256 of 8 bits", PROPERTY ("uint8", "256"), "P: “256” is not of the type uint8" },
  { "-1 without a sign", PROPERTY ("uint8", "-1"), "P: “-1” is not of the type uint8" },
  { "-129 of 8 bits", PROPERTY ("sint8", "-129"), "P: “-129” is not of the type sint8" },
  { "a boolean in words", PROPERTY ("boolean", "yes"), "P: “yes” is not of the type boolean" },
  { "a number with a tail", PROPERTY ("real32", "1x"), "P: “1x” is not of the type real32" },
  { "two characters", PROPERTY ("char16", "ab"), "P: “ab” is not of the type char16" },
  { "a character beyond 16 bits", PROPERTY ("char16", "&#x1F600;"), "is not of the type char16" },
  { "two values", PROPERTY ("uint8", "1</VALUE><VALUE>2"), "P: more values than 1" },
  { "a key without a value", BINDING ("<KEYBINDING NAME=\"K\"/>"), "a KEYBINDING without NAME" },
  { "a key twice",
    BINDING ("<KEYBINDING NAME=\"K\"><KEYVALUE>1</KEYVALUE></KEYBINDING>"
             "<KEYBINDING NAME=\"k\"><KEYVALUE>1</KEYVALUE></KEYBINDING>"),
    "a reference with the key k twice" },
  { "a reference to nothing",
    ONE ("<PROPERTY.REFERENCE NAME=\"P\"><VALUE.REFERENCE/></PROPERTY.REFERENCE>"),
    "a VALUE.REFERENCE without INSTANCENAME" },
};

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;

  g_assert_null (wire_embedded_from_text ("root/x", refusals[i].text, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  g_assert_true (g_str_has_prefix (error->message, "an embedded instance: "));
  g_assert_nonnull (strstr (error->message, refusals[i].message));
}

/* Nested deeper than anybody means it. */
static void
test_deep (gconstpointer data)
{
  const char *const *parts = data; /* before, around the inner one, after */
  g_autoptr (GString) text = g_string_new (parts[0]);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    g_string_append (text, parts[1]);
  for (guint i = 0; i < 20; i++)
    g_string_append (text, parts[2]);
  g_string_append (text, parts[3]);
  g_assert_null (wire_embedded_from_text ("root/x", text->str, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "or 8 within each other"));
}

static const char *const deep_objects[]
    = { "<INSTANCE CLASSNAME=\"S\">",
        "<PROPERTY.OBJECT NAME=\"P\"><VALUE.OBJECT><INSTANCE CLASSNAME=\"S\">",
        "</INSTANCE></VALUE.OBJECT></PROPERTY.OBJECT>", "</INSTANCE>" };
static const char *const deep_references[]
    = { "<INSTANCE CLASSNAME=\"S\"><PROPERTY.REFERENCE NAME=\"P\">",
        "<VALUE.REFERENCE><INSTANCENAME CLASSNAME=\"T\"><KEYBINDING NAME=\"K\">",
        "</KEYBINDING></INSTANCENAME></VALUE.REFERENCE>", "</PROPERTY.REFERENCE></INSTANCE>" };

/* Jobs fail with 32768 when a time has XML Schema's form (recorded by r4sd). */
static void
test_time_of_a_reply (void)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new ("root/x", "S");
  g_autoptr (HypervCimValue) value
      = hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "P0DT0H5M0S");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_builder_add_value (builder, "T", value);
  instance = hyperv_cim_builder_end (builder);
  g_assert_null (wire_embedded_to_text (instance, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "T: “P0DT0H5M0S” has not the 25 characters"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (goods); i++) {
    g_autofree char *path = g_strconcat ("/wire/cimxml/reads/", goods[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_read);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strconcat ("/wire/cimxml/refuses/", refusals[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_refusal);
  }
  g_test_add_data_func ("/wire/cimxml/refuses/deep objects", deep_objects, test_deep);
  g_test_add_data_func ("/wire/cimxml/refuses/deep references", deep_references, test_deep);
  g_test_add_func ("/wire/cimxml/what is read is written the same", test_both_ways);
  g_test_add_func ("/wire/cimxml/a time in the form of a reply", test_time_of_a_reply);
  return g_test_run ();
}
