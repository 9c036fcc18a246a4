/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "tools/hyperv/command.h"

static void
add_id (JsonBuilder *builder, guint id)
{
  json_builder_set_member_name (builder, "id");
  if (id != 0)
    json_builder_add_int_value (builder, id);
  else
    json_builder_add_null_value (builder);
}

static void
add_vm (JsonBuilder *builder, HypervVm *vm)
{
  g_autofree char *name = hyperv_vm_dup_name (vm);

  json_builder_begin_object (builder);
  add_id (builder, hyperv_vm_get_id (vm));
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, name);
  json_builder_set_member_name (builder, "uuid");
  json_builder_add_string_value (builder, hyperv_vm_get_uuid (vm));
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, hyperv_vm_state_to_string (hyperv_vm_get_state (vm)));
  json_builder_end_object (builder);
}

JsonNode *
command_list (const Command *command, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) vms = NULL;
  gboolean all = command->arguments[0] != NULL;

  if (all && g_strcmp0 (command->arguments[0], "--all") != 0) {
    g_set_error (error, USAGE_ERROR, 0, "list: unknown argument “%s”; there is: --all",
                 command->arguments[0]);
    return NULL;
  }
  vms = hyperv_host_list_vms (command->host, command->cancellable, error);
  if (vms == NULL)
    return NULL;
  json_builder_begin_array (builder);
  for (guint i = 0; i < vms->len; i++) {
    HypervVm *vm = g_ptr_array_index (vms, i);

    if (all || hyperv_vm_state_is_active (hyperv_vm_get_state (vm)))
      add_vm (builder, vm);
  }
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

static JsonNode *
info_node (const HypervVmInfo *info)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, info->name);
  json_builder_set_member_name (builder, "uuid");
  json_builder_add_string_value (builder, info->uuid);
  add_id (builder, info->id);
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, hyperv_vm_state_to_string (info->state));
  json_builder_set_member_name (builder, "generation");
  json_builder_add_int_value (builder, info->generation);
  json_builder_set_member_name (builder, "version");
  json_builder_add_string_value (builder, info->version);
  json_builder_set_member_name (builder, "vcpus");
  json_builder_add_int_value (builder, info->vcpus);
  json_builder_set_member_name (builder, "memory-mib");
  json_builder_add_int_value (builder, info->memory / (1024 * 1024));
  json_builder_set_member_name (builder, "max-memory-mib");
  json_builder_add_int_value (builder, info->max_memory / (1024 * 1024));
  json_builder_set_member_name (builder, "dynamic-memory");
  json_builder_add_boolean_value (builder, info->dynamic_memory);
  json_builder_set_member_name (builder, "uptime-ms");
  json_builder_add_int_value (builder, info->uptime);
  json_builder_set_member_name (builder, "notes");
  json_builder_add_string_value (builder, info->notes);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static HypervVm *
find_vm (const Command *command, GError **error)
{
  return hyperv_host_find_vm (command->host, command->arguments[0], command->cancellable, error);
}

JsonNode *
command_info (const Command *command, GError **error)
{
  g_autoptr (HypervVm) vm = find_vm (command, error);
  g_autoptr (HypervVmInfo) info = NULL;

  if (vm == NULL)
    return NULL;
  info = hyperv_vm_get_info (vm, command->cancellable, error);
  return info != NULL ? info_node (info) : NULL;
}

/* One line that is written over, on a terminal only. */
static void
show_progress (guint percent, const char *status, gpointer user_data)
{
  const char *name = user_data;

  g_printerr ("\r%s: %3u %%%s", name, percent, percent == 100 ? "\n" : "");
}

JsonNode *
command_power (const Command *command, GError **error)
{
  g_autoptr (HypervVm) vm = find_vm (command, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gboolean on_terminal = isatty (STDERR_FILENO);
  g_autofree char *name = NULL;
  HypervVmPower power;

  if (vm == NULL || !hyperv_vm_power_from_string (command->name, &power))
    return NULL;
  name = hyperv_vm_dup_name (vm);
  if (!hyperv_vm_change_power (vm, power, on_terminal ? show_progress : NULL, name,
                               command->cancellable, error))
    return NULL;
  json_builder_begin_array (builder);
  add_vm (builder, vm);
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

JsonNode *
command_stop (const Command *command, GError **error)
{
  g_set_error_literal (error, USAGE_ERROR, 0,
                       "“stop” could mean two things; say “shutdown” to ask the guest, or "
                       "“turn-off” to pull the plug");
  return NULL;
}
