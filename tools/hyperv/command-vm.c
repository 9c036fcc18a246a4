/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "tools/hyperv/command.h"
#include "tools/terminal/terminal.h"

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
  output_add_text (builder, "name", name);
  output_add_text (builder, "uuid", hyperv_vm_get_uuid (vm));
  output_add_text (builder, "state", hyperv_vm_state_to_string (hyperv_vm_get_state (vm)));
  json_builder_end_object (builder);
}

JsonNode *
command_list (const Command *command, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) vms = NULL;
  gboolean all = command_has_option (command, "--all");

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
  output_add_text (builder, "name", info->name);
  output_add_text (builder, "uuid", info->uuid);
  add_id (builder, info->id);
  output_add_text (builder, "state", hyperv_vm_state_to_string (info->state));
  output_add_int (builder, "generation", info->generation);
  output_add_text (builder, "version", info->version);
  output_add_int (builder, "vcpus", info->vcpus);
  output_add_int (builder, "memory-mib", info->memory / (1024 * 1024));
  output_add_int (builder, "max-memory-mib", info->max_memory / (1024 * 1024));
  output_add_flag (builder, "dynamic-memory", info->dynamic_memory);
  output_add_int (builder, "uptime-ms", info->uptime);
  output_add_text (builder, "notes", info->notes);
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
typedef struct {
  char *name;
  gboolean open; /* the line has not ended */
} Progress;

static void
show_progress (guint percent, const char *status, gpointer user_data)
{
  Progress *progress = user_data;
  g_autofree char *line
      = g_strdup_printf ("\r%s: %3u %%%s", progress->name, percent, percent == 100 ? "\n" : "");

  terminal_put (stderr, line);
  progress->open = percent != 100;
}

/* Waits for the job; who no longer wants to wait is told that it goes on. */
static gboolean
follow_job (const Command *command, HypervVm *vm, HypervJob *job, GError **error)
{
  g_autofree char *name = hyperv_vm_dup_name (vm);
  Progress progress = { .name = terminal_clean (name) };
  g_autoptr (GError) local = NULL;

  if (isatty (STDERR_FILENO))
    hyperv_job_set_progress (job, show_progress, &progress, NULL);
  hyperv_job_wait (job, command->cancellable, &local);
  hyperv_job_set_progress (job, NULL, NULL, NULL);
  if (progress.open)
    terminal_put (stderr, "\n");
  g_free (progress.name);
  if (local == NULL)
    return TRUE;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                 "interrupted; %s of VM “%s” goes on at the host, as job %s, of which %u %% were "
                 "done",
                 command->name, name, hyperv_job_get_id (job), hyperv_job_get_percent (job));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* As hyperv_vm_change_power (), but with the job in hand. */
static gboolean
change_power (const Command *command, HypervVm *vm, HypervVmPower power, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HypervJob) job = hyperv_vm_begin_power (vm, power, command->cancellable, &local);

  if (local != NULL) {
    command_hint_state (local, "info", command->arguments[0]);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (job != NULL && !follow_job (command, vm, job, error))
    return FALSE;
  if (hyperv_vm_refresh (vm, command->cancellable, error))
    return TRUE;
  g_prefix_error (error, "%s of VM “%s” is done, but its state could not be read: ", command->name,
                  command->arguments[0]);
  return FALSE;
}

JsonNode *
command_power (const Command *command, GError **error)
{
  g_autoptr (HypervVm) vm = find_vm (command, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  HypervVmPower power;

  if (vm == NULL || !hyperv_vm_power_from_string (command->name, &power)
      || !change_power (command, vm, power, error))
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
