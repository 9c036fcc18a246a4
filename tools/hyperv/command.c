/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/command.h"

G_DEFINE_QUARK (usage - error - quark, usage_error)

const CommandRow command_rows[] = {
  { "version", "", 0, 0, TRUE, command_version, "Windows release and version, plain and packed" },
  { "uri", "", 0, 0, FALSE, command_uri, "the URI in its canonical form" },
  { "host", "info", 1, 1, TRUE, command_host, "the computer: processors, memory, model" },
  { "list", "[--all]", 0, 0, TRUE, command_list, "active VMs, or all of them" },
  { "info", "VM", 1, 1, TRUE, command_info, "state and settings of a VM" },
  { "start", "VM", 1, 1, TRUE, command_power, "start a VM that is off or saved" },
  { "shutdown", "VM", 1, 1, TRUE, command_power, "ask the guest to shut down" },
  { "turn-off", "VM", 1, 1, TRUE, command_power, "pull the plug" },
  { "pause", "VM", 1, 1, TRUE, command_power, "stop the virtual processors" },
  { "resume", "VM", 1, 1, TRUE, command_power, "go on after a pause" },
  { "restart", "VM", 1, 1, TRUE, command_power, "ask the guest to restart" },
  { "reset", "VM", 1, 1, TRUE, command_power, "press the reset button" },
  { "save", "VM", 1, 1, TRUE, command_power, "put the memory on disk and stop" },
  { "remove-saved-state", "VM", 1, 1, TRUE, command_power, "forget the saved memory" },
  { "stop", "VM", 0, G_MAXUINT, FALSE, command_stop, "not a command: says what there is instead" },
  { "query", "'SELECT ...' [NAMESPACE]", 1, 2, TRUE, command_query,
    "WQL; namespace root/virtualization/v2 unless given" },
  { NULL, NULL, 0, 0, FALSE, NULL, NULL },
};

gboolean
command_has_option (const Command *command, const char *option)
{
  return g_strv_contains ((const char *const *)command->options, option);
}

/* HYPERV_ERROR by code; what is not listed is a refusal of the host. */
static const struct {
  HypervError error;
  ExitCode code;
} hyperv_codes[] = {
  { HYPERV_ERROR_NOT_FOUND, EXIT_NOT_FOUND },
  { HYPERV_ERROR_AUTH_FAILED, EXIT_AUTH },
  { HYPERV_ERROR_TIMED_OUT, EXIT_TIMEOUT },
  { HYPERV_ERROR_INVALID_ARGUMENT, EXIT_USAGE },
  { HYPERV_ERROR_UNKNOWN_OUTCOME, EXIT_CONNECTION },
  { HYPERV_ERROR_PROTOCOL, EXIT_CONNECTION }, /* whoever answers, it is not WinRM */
};

ExitCode
command_exit_code (const GError *error)
{
  if (error->domain == USAGE_ERROR)
    return EXIT_USAGE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return EXIT_CANCELLED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return EXIT_TIMEOUT;
  if (error->domain != HYPERV_ERROR)
    return EXIT_CONNECTION;
  if (hyperv_error_get_job_code (error) != 0)
    return EXIT_JOB_FAILED;
  /* What the host itself says is its refusal, whatever it finds wrong; but “not found” is an answer
   * to what was asked for. */
  if ((hyperv_error_get_wsman_code (error) != 0 || hyperv_error_get_fault_subcode (error) != NULL)
      && (error->code == HYPERV_ERROR_INVALID_ARGUMENT || error->code == HYPERV_ERROR_PROTOCOL))
    return EXIT_REMOTE_FAULT;
  for (gsize i = 0; i < G_N_ELEMENTS (hyperv_codes); i++)
    if (hyperv_codes[i].error == (HypervError)error->code)
      return hyperv_codes[i].code;
  return EXIT_REMOTE_FAULT;
}
