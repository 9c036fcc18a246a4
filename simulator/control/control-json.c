/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/control/control-private.h"

static JsonNode *
from_scalar (GVariant *value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  switch (g_variant_classify (value)) {
  case G_VARIANT_CLASS_BOOLEAN:
    json_node_set_boolean (node, g_variant_get_boolean (value));
    break;
  case G_VARIANT_CLASS_UINT32:
    json_node_set_int (node, g_variant_get_uint32 (value));
    break;
  case G_VARIANT_CLASS_INT64:
    json_node_set_int (node, g_variant_get_int64 (value));
    break;
  case G_VARIANT_CLASS_DOUBLE:
    json_node_set_double (node, g_variant_get_double (value));
    break;
  case G_VARIANT_CLASS_UINT64:
    if (g_variant_get_uint64 (value) > G_MAXINT64) {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, g_variant_get_uint64 (value));

      json_node_set_string (node, text);
    } else {
      json_node_set_int (node, (gint64)g_variant_get_uint64 (value));
    }
    break;
  default:
    json_node_set_string (node, g_variant_get_string (value, NULL));
  }
  return node;
}

static JsonNode *
from_list (GVariant *value)
{
  JsonArray *array = json_array_new ();

  for (gsize i = 0; i < g_variant_n_children (value); i++) {
    g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

    json_array_add_element (array, control_json_from_variant (child));
  }
  return control_json_take_array (array);
}

static JsonNode *
from_dictionary (GVariant *value)
{
  JsonObject *object = json_object_new ();

  for (gsize i = 0; i < g_variant_n_children (value); i++) {
    g_autoptr (GVariant) entry = g_variant_get_child_value (value, i);
    g_autoptr (GVariant) name = g_variant_get_child_value (entry, 0);
    g_autoptr (GVariant) member = g_variant_get_child_value (entry, 1);

    json_object_set_member (object, g_variant_get_string (name, NULL),
                            control_json_from_variant (member));
  }
  return control_json_take (object);
}

JsonNode *
control_json_from_variant (GVariant *value)
{
  g_autoptr (GVariant) inner = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT)) {
    inner = g_variant_get_variant (value);
    return control_json_from_variant (inner);
  }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE)) {
    inner = g_variant_get_maybe (value);
    return inner != NULL ? control_json_from_variant (inner) : json_node_new (JSON_NODE_NULL);
  }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY))
    return from_dictionary (value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_ARRAY) ? from_list (value)
                                                            : from_scalar (value);
}

/* ---- to variants ---- */

static GVariant *to_variant (JsonNode *node);

static GVariant *
to_list (JsonArray *array)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_variant_builder_add (&builder, "v", to_variant (json_array_get_element (array, i)));
  return g_variant_builder_end (&builder);
}

static GVariant *
to_variant (JsonNode *node)
{
  GType type;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return control_json_to_settings (json_node_get_object (node), NULL);
  if (JSON_NODE_HOLDS_ARRAY (node))
    return to_list (json_node_get_array (node));
  if (JSON_NODE_HOLDS_NULL (node))
    return g_variant_new_maybe (G_VARIANT_TYPE_STRING, NULL);
  type = json_node_get_value_type (node);
  if (type == G_TYPE_BOOLEAN)
    return g_variant_new_boolean (json_node_get_boolean (node));
  if (type == G_TYPE_INT64)
    return g_variant_new_int64 (json_node_get_int (node));
  if (type == G_TYPE_DOUBLE)
    return g_variant_new_double (json_node_get_double (node));
  return g_variant_new_string (json_node_get_string (node));
}

GVariant *
control_json_to_settings (JsonObject *object, const char *const *without)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (without == NULL || !g_strv_contains (without, name))
      g_variant_builder_add (&builder, "{sv}", name, to_variant (node));
  return g_variant_builder_end (&builder);
}

/* ---- small things ---- */

char *
control_json_to_text (JsonNode *node)
{
  return json_to_string (node, FALSE);
}

JsonNode *
control_json_take (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

JsonNode *
control_json_take_array (JsonArray *array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  return node;
}

JsonNode *
control_json_ok (void)
{
  return control_json_take (json_object_new ());
}

void
control_json_set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}
