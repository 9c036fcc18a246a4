/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/command-wmi.h"

/* hyperv get: one instance by its path or by its keys, or all of a class; of each all properties or
 * one. */

static JsonNode *
to_node (GPtrArray *instances)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < instances->len; i++)
    command_add_instance (builder, g_ptr_array_index (instances, i));
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

static JsonNode *
get_one (const Command *command, const HypervCimPath *path, const char *property, GError **error)
{
  HypervSession *session = hyperv_host_get_session (command->host);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) local = NULL;
  g_autoptr (HypervCimInstance) instance
      = property != NULL
            ? hyperv_session_get_property (session, path, property, command->cancellable, &local)
            : hyperv_session_get (session, path, command->cancellable, &local);

  if (instance == NULL) {
    wmi_hint_namespace (local, hyperv_cim_path_get_class_name (path),
                        hyperv_cim_path_get_namespace (path));
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  command_add_instance (builder, instance);
  return json_builder_get_root (builder);
}

/* What WMI has for each instance, such as __PATH, does not come over WinRM, and nobody says so. */
static gboolean
check_property (GPtrArray *instances, const char *class_name, const char *property, GError **error)
{
  if (property == NULL || instances->len == 0
      || hyperv_cim_instance_has (g_ptr_array_index (instances, 0), property))
    return TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND,
               "get: the host says no property %s of %s; without --property it says all", property,
               class_name);
  return FALSE;
}

static JsonNode *
get_all (const Command *command, const HypervCimPath *path, const char *property, GError **error)
{
  HypervSession *session = hyperv_host_get_session (command->host);
  const char *name_space = hyperv_cim_path_get_namespace (path);
  const char *class_name = hyperv_cim_path_get_class_name (path);
  g_autofree char *query = g_strdup_printf ("SELECT %s FROM %s", property, class_name);
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) instances
      = property != NULL
            ? hyperv_session_query (session, name_space, query, command->cancellable, &local)
            : hyperv_session_enumerate (session, name_space, class_name, command->cancellable,
                                        &local);

  if (instances == NULL) {
    wmi_hint_namespace (local, class_name, name_space);
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  if (!check_property (instances, class_name, property, error))
    return NULL;
  return to_node (instances);
}

JsonNode *
command_get (const Command *command, GError **error)
{
  char **words = command->arguments;
  g_autoptr (HypervCimPath) path = wmi_read_path (words[0], words + 1, error);
  const char *property = command_get_option (command, "--property");

  if (path == NULL)
    return NULL;
  if (property != NULL && !wmi_is_name (property)) {
    g_set_error (error, USAGE_ERROR, 0,
                 "get: --property: expected the name of a property, found “%s”", property);
    return NULL;
  }
  if (hyperv_cim_path_get_n_keys (path) > 0)
    return get_one (command, path, property, error);
  return get_all (command, path, property, error);
}
