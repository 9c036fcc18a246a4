/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-write.h"

/* CIM-XML (DSP0201, DTD 2.0) as WMI's GetText gives it: what string parameters and properties with
 * embedded instances hold. */

static void
put_xml (GString *out, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (out, escaped);
}

static void
put_key_binding (GString *out, const HypervCimPath *path, guint index)
{
  const char *value = hyperv_cim_path_get_key_value (path, index);

  if (value == NULL)
    return;
  g_string_append_printf (out, "<KEYBINDING NAME=\"%s\"><KEYVALUE VALUETYPE=\"string\">",
                          hyperv_cim_path_get_key_name (path, index));
  put_xml (out, value);
  g_string_append (out, "</KEYVALUE></KEYBINDING>");
}

static void
put_reference (GString *out, const HypervCimProperty *property)
{
  const HypervCimPath *path = property->items[0].path;

  g_string_append_printf (out,
                          "<PROPERTY.REFERENCE NAME=\"%s\"><VALUE.REFERENCE>"
                          "<INSTANCENAME CLASSNAME=\"%s\">",
                          property->name, hyperv_cim_path_get_class_name (path));
  for (guint i = 0; i < hyperv_cim_path_get_n_keys (path); i++)
    put_key_binding (out, path, i);
  g_string_append (out, "</INSTANCENAME></VALUE.REFERENCE></PROPERTY.REFERENCE>");
}

/* Booleans are upper case, dates in CIM's own form: this is not the text of the wire. */
static void
put_item (GString *out, const HypervCimProperty *property, guint item)
{
  HypervCimScalar value = property->items[item];

  g_string_append (out, "<VALUE>");
  if (property->type == HYPERV_CIM_TYPE_BOOLEAN) {
    g_string_append (out, value.u != 0 ? "TRUE" : "FALSE");
  } else if (hyperv_cim_type_is_unsigned (property->type)) {
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, value.u);
  } else if (hyperv_cim_type_is_signed (property->type)) {
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value.i);
  } else if (property->type == HYPERV_CIM_TYPE_REAL32 || property->type == HYPERV_CIM_TYPE_REAL64) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append (out, g_ascii_dtostr (text, sizeof text, value.d));
  } else if (property->type == HYPERV_CIM_TYPE_INSTANCE) {
    g_autoptr (GString) inner = g_string_new (NULL);

    wsman_put_cim_xml (inner, value.instance);
    put_xml (out, inner->str);
  } else if (value.s != NULL) {
    put_xml (out, value.s);
  }
  g_string_append (out, "</VALUE>");
}

static const char *
type_name (HypervCimType type)
{
  if (type == HYPERV_CIM_TYPE_TEXT || type == HYPERV_CIM_TYPE_INSTANCE)
    return "string";
  return hyperv_cim_type_get_name (type);
}

/* Null has no VALUE and is PROPAGATED, as WMI says of what only the class declares. */
static void
put_cim_property (GString *out, const HypervCimProperty *property)
{
  const char *array = property->is_array ? ".ARRAY" : "";

  g_string_append_printf (out, "<PROPERTY%s NAME=\"%s\"%s TYPE=\"%s\">", array, property->name,
                          property->is_null ? " PROPAGATED=\"true\"" : "",
                          type_name (property->type));
  if (property->is_array && !property->is_null)
    g_string_append (out, "<VALUE.ARRAY>");
  for (guint i = 0; i < property->n_items; i++)
    put_item (out, property, i);
  if (property->is_array && !property->is_null)
    g_string_append (out, "</VALUE.ARRAY>");
  g_string_append_printf (out, "</PROPERTY%s>", array);
}

void
wsman_put_cim_xml (GString *out, const HypervCimInstance *instance)
{
  g_string_append_printf (out, "<INSTANCE CLASSNAME=\"%s\">",
                          hyperv_cim_instance_get_class_name (instance));
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    if (property.type == HYPERV_CIM_TYPE_REFERENCE && !property.is_array && !property.is_null)
      put_reference (out, &property);
    else if (property.type != HYPERV_CIM_TYPE_REFERENCE)
      put_cim_property (out, &property);
  }
  g_string_append (out, "</INSTANCE>");
}
