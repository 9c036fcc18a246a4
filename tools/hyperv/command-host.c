/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/command.h"
#include "tools/hyperv/connect.h"

JsonNode *
command_version (const Command *command, GError **error)
{
  const HypervRelease *release = hyperv_host_get_release (command->host);
  guint64 packed = hyperv_release_get_packed (release);
  g_autofree char *shown = hyperv_release_format_packed (packed);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "release");
  json_builder_add_string_value (builder, hyperv_release_get_name (release));
  json_builder_set_member_name (builder, "system");
  json_builder_add_string_value (builder, hyperv_host_get_caption (command->host));
  json_builder_set_member_name (builder, "host");
  json_builder_add_string_value (builder, hyperv_host_get_hostname (command->host));
  json_builder_set_member_name (builder, "version");
  json_builder_add_string_value (builder, hyperv_release_get_version (release));
  json_builder_set_member_name (builder, "packed");
  json_builder_add_int_value (builder, packed);
  json_builder_set_member_name (builder, "packed-shown");
  json_builder_add_string_value (builder, shown);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

JsonNode *
command_uri (const Command *command, GError **error)
{
  g_autoptr (HypervUri) uri = connect_choose_uri (command->given_uri, error);
  g_autofree char *text = uri != NULL ? hyperv_uri_to_string (uri) : NULL;
  JsonNode *node;

  if (text == NULL)
    return NULL;
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (node, text);
  return node;
}

JsonNode *
command_host (const Command *command, GError **error)
{
  g_autoptr (HypervHostInfo) info = NULL;
  g_autoptr (JsonBuilder) builder = NULL;

  if (g_strcmp0 (command->arguments[0], "info") != 0) {
    g_set_error (error, USAGE_ERROR, 0, "unknown command “host %s”; there is: host info",
                 command->arguments[0]);
    return NULL;
  }
  info = hyperv_host_get_info (command->host, command->cancellable, error);
  if (info == NULL)
    return NULL;

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "hostname");
  json_builder_add_string_value (builder, info->hostname);
  json_builder_set_member_name (builder, "uuid");
  json_builder_add_string_value (builder, info->uuid);
  json_builder_set_member_name (builder, "manufacturer");
  json_builder_add_string_value (builder, info->manufacturer);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, info->model);
  json_builder_set_member_name (builder, "processor");
  json_builder_add_string_value (builder, info->processor);
  json_builder_set_member_name (builder, "mhz");
  json_builder_add_int_value (builder, info->mhz);
  json_builder_set_member_name (builder, "sockets");
  json_builder_add_int_value (builder, info->sockets);
  json_builder_set_member_name (builder, "cores");
  json_builder_add_int_value (builder, info->cores);
  json_builder_set_member_name (builder, "threads");
  json_builder_add_int_value (builder, info->threads);
  json_builder_set_member_name (builder, "memory-mib");
  json_builder_add_int_value (builder, info->memory / (1024 * 1024));
  json_builder_set_member_name (builder, "free-memory-mib");
  json_builder_add_int_value (builder, info->free_memory / (1024 * 1024));
  json_builder_set_member_name (builder, "encrypted");
  json_builder_add_boolean_value (builder, hyperv_host_is_encrypted (command->host));
  json_builder_set_member_name (builder, "secure");
  json_builder_add_boolean_value (builder, hyperv_host_is_secure (command->host));
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
