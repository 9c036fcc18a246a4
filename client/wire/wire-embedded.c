/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/wire/wire-writer.h"

#include <string.h>

/* Instances in string parameters: CIM-XML of DSP0201. WinRM takes this form and no other there; a
 * tree of WS-CIM is answered with SchemaValidationError. */

#define MAX_EMBEDDING 8

static void
write_instance_name (WireWriter *self, const HypervCimPath *path, guint depth)
{
  guint n = hyperv_cim_path_get_n_keys (path);

  if (depth > MAX_EMBEDDING) {
    wire_writer_fail (self, "references of references deeper than %d", MAX_EMBEDDING);
    return;
  }
  wire_writer_markup (self, "<VALUE.REFERENCE><INSTANCENAME");
  wire_writer_attribute (self, "CLASSNAME", hyperv_cim_path_get_class_name (path), "a class name");
  wire_writer_markup (self, ">");
  for (guint i = 0; i < n; i++) {
    const char *name = hyperv_cim_path_get_key_name (path, i);
    const HypervCimPath *reference = hyperv_cim_path_get_key_reference (path, i);

    wire_writer_markup (self, "<KEYBINDING");
    wire_writer_attribute (self, "NAME", name, "the name of a key");
    wire_writer_markup (self, ">");
    if (reference != NULL)
      write_instance_name (self, reference, depth + 1);
    else
      wire_writer_element (self, "KEYVALUE", " VALUETYPE=\"string\"",
                           hyperv_cim_path_get_key_value (path, i), name);
    wire_writer_markup (self, "</KEYBINDING>");
  }
  wire_writer_markup (self, "</INSTANCENAME></VALUE.REFERENCE>");
}

static gboolean
is_cim_datetime (const char *text)
{
  return strlen (text) == 25 && text[14] == '.'
         && (text[21] == ':' || text[21] == '+' || text[21] == '-');
}

static void
write_value (WireWriter *self, const HypervCimProperty *property, const HypervCimScalar *item,
             guint depth)
{
  g_autofree char *text = NULL;
  WireWriter nested;

  if (property->type == HYPERV_CIM_TYPE_INSTANCE) {
    wire_writer_init (&nested);
    wire_writer_embedded (&nested, item->instance, depth + 1);
    wire_writer_element (self, "VALUE", NULL, nested.out->str, property->name);
    if (nested.error != NULL)
      wire_writer_fail (self, "%s", nested.error->message);
    wire_writer_clear (&nested);
    return;
  }
  /* Hyper-V fails jobs with 32768 when it meets the form of XML Schema here. */
  if (property->type == HYPERV_CIM_TYPE_DATETIME && !is_cim_datetime (item->s)) {
    wire_writer_fail (self, "%s: “%.60s” has not the 25 characters of a date or interval of CIM",
                      property->name, item->s);
    return;
  }
  text = wire_scalar_to_text (property->type, item, TRUE);
  if (text == NULL)
    wire_writer_fail (self, "%s: U+%04X is not a character", property->name, (guint)item->u);
  else
    wire_writer_element (self, "VALUE", NULL, text, property->name);
}

static const char *
type_name (HypervCimType type)
{
  if (type == HYPERV_CIM_TYPE_TEXT || type == HYPERV_CIM_TYPE_INSTANCE)
    return "string";
  return hyperv_cim_type_get_name (type);
}

static void
write_reference_property (WireWriter *self, const HypervCimProperty *property)
{
  wire_writer_markup (self, "<PROPERTY.REFERENCE");
  wire_writer_attribute (self, "NAME", property->name, "the name of a property");
  wire_writer_markup (self, ">");
  if (!property->is_null)
    write_instance_name (self, property->items[0].path, 0);
  wire_writer_markup (self, "</PROPERTY.REFERENCE>");
}

static void
write_property (WireWriter *self, const HypervCimProperty *property, guint depth)
{
  const char *tag = property->is_array ? "PROPERTY.ARRAY" : "PROPERTY";

  if (property->type == HYPERV_CIM_TYPE_REFERENCE && property->is_array) {
    wire_writer_fail (self, "%s: CIM-XML has no arrays of references", property->name);
    return;
  }
  if (property->type == HYPERV_CIM_TYPE_REFERENCE) {
    write_reference_property (self, property);
    return;
  }
  g_string_append_printf (self->out, "<%s", tag);
  wire_writer_attribute (self, "NAME", property->name, "the name of a property");
  wire_writer_attribute (self, "TYPE", type_name (property->type), "a type");
  wire_writer_markup (self, ">");
  if (!property->is_null && property->is_array)
    wire_writer_markup (self, "<VALUE.ARRAY>");
  for (guint i = 0; i < property->n_items; i++)
    write_value (self, property, &property->items[i], depth);
  if (!property->is_null && property->is_array)
    wire_writer_markup (self, "</VALUE.ARRAY>");
  g_string_append_printf (self->out, "</%s>", tag);
}

void
wire_writer_embedded (WireWriter *self, const HypervCimInstance *instance, guint depth)
{
  guint n = hyperv_cim_instance_get_n_properties (instance);
  HypervCimProperty property;

  if (depth > MAX_EMBEDDING) {
    wire_writer_fail (self, "instances within instances deeper than %d", MAX_EMBEDDING);
    return;
  }
  wire_writer_markup (self, "<INSTANCE");
  wire_writer_attribute (self, "CLASSNAME", hyperv_cim_instance_get_class_name (instance),
                         "a class name");
  wire_writer_markup (self, ">");
  for (guint i = 0; i < n; i++) {
    hyperv_cim_instance_peek (instance, i, &property);
    write_property (self, &property, depth);
  }
  wire_writer_markup (self, "</INSTANCE>");
}
