/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/command-wmi.h"

#include <string.h>

#define DEFAULT_NAMESPACE "root/virtualization/v2"

static void
add_path (JsonBuilder *builder, const HypervCimPath *path)
{
  g_autoptr (GString) text = g_string_new (hyperv_cim_path_get_class_name (path));

  for (guint i = 0; i < hyperv_cim_path_get_n_keys (path); i++) {
    const char *value = hyperv_cim_path_get_key_value (path, i);
    g_auto (GStrv) parts = g_strsplit (value != NULL ? value : "…", "\\", -1);
    g_autofree char *escaped = g_strjoinv ("\\\\", parts);

    g_string_append_printf (text, "%c%s=\"%s\"", i == 0 ? '.' : ',',
                            hyperv_cim_path_get_key_name (path, i), escaped);
  }
  json_builder_add_string_value (builder, text->str);
}

static void
add_item (JsonBuilder *builder, const HypervCimProperty *property, guint index)
{
  const HypervCimScalar *item = &property->items[index];

  if (hyperv_cim_type_is_text (property->type))
    json_builder_add_string_value (builder, item->s);
  else if (property->type == HYPERV_CIM_TYPE_REFERENCE)
    add_path (builder, item->path);
  else if (property->type == HYPERV_CIM_TYPE_INSTANCE)
    command_add_instance (builder, item->instance);
  else
    json_builder_add_null_value (builder); /* what was read holds texts, paths and instances only */
}

/* The wire carries no types: values are strings and arrays of strings. */
static void
add_property (JsonBuilder *builder, const HypervCimProperty *property)
{
  json_builder_set_member_name (builder, property->name);
  if (property->is_null) {
    json_builder_add_null_value (builder);
    return;
  }
  if (!property->is_array) {
    add_item (builder, property, 0);
    return;
  }
  json_builder_begin_array (builder);
  for (guint i = 0; i < property->n_items; i++)
    add_item (builder, property, i);
  json_builder_end_array (builder);
}

void
command_add_instance (JsonBuilder *builder, const HypervCimInstance *instance)
{
  json_builder_begin_object (builder);
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    add_property (builder, &property);
  }
  json_builder_end_object (builder);
}

/* The class of a query in WQL, to be told about: the word after the first FROM. (transfer full) */
static char *
class_of_query (const char *query)
{
  g_auto (GStrv) words = g_strsplit_set (query, " \t\r\n", -1);
  gboolean found = FALSE;

  for (char **word = words; *word != NULL; word++) {
    if (found && **word != '\0')
      return g_strdup (*word);
    found = found || g_ascii_strcasecmp (*word, "from") == 0;
  }
  return NULL;
}

static GPtrArray *
ask (const Command *command, const char *name_space, GError **error)
{
  const char *query = command->arguments[0];
  g_autofree char *class_name = class_of_query (query);
  g_autoptr (GError) local = NULL;
  GPtrArray *instances = hyperv_session_query (hyperv_host_get_session (command->host), name_space,
                                               query, command->cancellable, &local);

  if (instances == NULL) {
    if (class_name != NULL)
      wmi_hint_namespace (local, class_name, name_space);
    g_propagate_error (error, g_steal_pointer (&local));
  }
  return instances;
}

JsonNode *
command_query (const Command *command, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const char *name_space
      = command->arguments[1] != NULL ? command->arguments[1] : DEFAULT_NAMESPACE;
  g_autoptr (GPtrArray) instances = ask (command, name_space, error);

  if (instances == NULL)
    return NULL;
  json_builder_begin_array (builder);
  for (guint i = 0; i < instances->len; i++)
    command_add_instance (builder, g_ptr_array_index (instances, i));
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}
