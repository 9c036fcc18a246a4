/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

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
  g_autoptr (HypervCimInstance) instance
      = property != NULL
            ? hyperv_session_get_property (session, path, property, command->cancellable, error)
            : hyperv_session_get (session, path, command->cancellable, error);

  if (instance == NULL)
    return NULL;
  command_add_instance (builder, instance);
  return json_builder_get_root (builder);
}

static JsonNode *
get_all (const Command *command, const HypervCimPath *path, const char *property, GError **error)
{
  HypervSession *session = hyperv_host_get_session (command->host);
  const char *name_space = hyperv_cim_path_get_namespace (path);
  const char *class_name = hyperv_cim_path_get_class_name (path);
  g_autofree char *query = g_strdup_printf ("SELECT %s FROM %s", property, class_name);
  g_autoptr (GPtrArray) instances
      = property != NULL
            ? hyperv_session_query (session, name_space, query, command->cancellable, error)
            : hyperv_session_enumerate (session, name_space, class_name, command->cancellable,
                                        error);

  return instances != NULL ? to_node (instances) : NULL;
}

/* Takes `--property NAME` or `--property=NAME` out of @words, wherever it stands. */
static gboolean
take_property (char **words, GPtrArray *rest, const char **property, GError **error)
{
  for (guint i = 0; words[i] != NULL; i++) {
    if (g_str_has_prefix (words[i], "--property=")) {
      *property = words[i] + strlen ("--property=");
    } else if (strcmp (words[i], "--property") == 0) {
      *property = words[i + 1];
      i += words[i + 1] != NULL ? 1 : 0;
    } else {
      g_ptr_array_add (rest, words[i]);
      continue;
    }
    if (*property == NULL || !wmi_is_name (*property)) {
      g_set_error (error, USAGE_ERROR, 0, "get: --property needs the name of a property");
      return FALSE;
    }
  }
  return TRUE;
}

JsonNode *
command_get (const Command *command, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (HypervCimPath) path = NULL;
  const char *property = NULL;

  if (!take_property (command->arguments, words, &property, error))
    return NULL;
  g_ptr_array_add (words, NULL);
  if (words->pdata[0] == NULL) {
    g_set_error_literal (error, USAGE_ERROR, 0, "get: which class?");
    return NULL;
  }
  path = wmi_read_path (words->pdata[0], (char **)words->pdata + 1, error);
  if (path == NULL)
    return NULL;
  if (hyperv_cim_path_get_n_keys (path) > 0)
    return get_one (command, path, property, error);
  return get_all (command, path, property, error);
}
