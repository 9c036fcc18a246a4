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
  output_add_text (builder, "release", hyperv_release_get_name (release));
  output_add_text (builder, "system", hyperv_host_get_caption (command->host));
  output_add_text (builder, "host", hyperv_host_get_hostname (command->host));
  output_add_text (builder, "version", hyperv_release_get_version (release));
  output_add_int (builder, "packed", packed);
  output_add_text (builder, "packed-shown", shown);
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
  output_add_text (builder, "hostname", info->hostname);
  output_add_text (builder, "uuid", info->uuid);
  output_add_text (builder, "manufacturer", info->manufacturer);
  output_add_text (builder, "model", info->model);
  output_add_text (builder, "processor", info->processor);
  output_add_int (builder, "mhz", info->mhz);
  output_add_int (builder, "sockets", info->sockets);
  output_add_int (builder, "cores", info->cores);
  output_add_int (builder, "threads", info->threads);
  output_add_int (builder, "memory-mib", info->memory / (1024 * 1024));
  output_add_int (builder, "free-memory-mib", info->free_memory / (1024 * 1024));
  output_add_flag (builder, "encrypted", hyperv_host_is_encrypted (command->host));
  output_add_flag (builder, "secure", hyperv_host_is_secure (command->host));
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
