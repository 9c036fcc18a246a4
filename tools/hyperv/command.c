/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/command.h"
#include "tools/hyperv/doctor.h"

#include <string.h>

/* clang-format off: it takes the dashes for minus */
G_DEFINE_QUARK (usage - error - quark, usage_error)
/* clang-format on */

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
  { "get", "CLASS [KEY=VALUE ...] [--property NAME]", 1, G_MAXUINT, TRUE, command_get,
    "an instance by its keys, or all of a class" },
  { "call", "PATH METHOD [NAME=VALUE ...]", 2, G_MAXUINT, TRUE, command_call,
    "a method of any class, and its job to the end" },
  { "doctor", "", 0, 0, FALSE, command_doctor,
    "what stands in the way to the host, step by step, and what helps" },
  { "explain", "CODE", 1, 1, FALSE, command_explain,
    "what a number or a name of Windows, WinRM or Hyper-V means" },
  { NULL, NULL, 0, 0, FALSE, NULL, NULL },
};

gboolean
command_has_option (const Command *command, const char *option)
{
  return g_strv_contains ((const char *const *)command->options, option);
}

const char *
command_get_option (const Command *command, const char *option)
{
  gsize length = strlen (option);

  for (char **given = command->options; *given != NULL; given++)
    if (strncmp (*given, option, length) == 0 && (*given)[length] == '=')
      return *given + length + 1;
  return NULL;
}

void
command_hint_state (GError *error, const char *verb, const char *what)
{
  g_autofree char *quoted = g_shell_quote (what);
  char *before = error->message;

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && !g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_UNKNOWN_OUTCOME))
    return;
  error->message = g_strdup_printf ("%s; hyperv %s %s tells the state", before, verb, quoted);
  g_free (before);
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
  guint32 value;

  if (error->domain == USAGE_ERROR)
    return EXIT_USAGE;
  if (error->domain == DOCTOR_ERROR)
    return (ExitCode)error->code;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return EXIT_CANCELLED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return EXIT_TIMEOUT;
  if (error->domain != HYPERV_ERROR)
    return EXIT_CONNECTION;
  if (hyperv_error_is_of_job (error))
    return EXIT_JOB_FAILED;
  /* What the host itself says is its refusal, whatever it finds wrong; but “not found” is an answer
   * to what was asked for. */
  if ((hyperv_error_get_wsman_code (error) != 0 || hyperv_error_get_fault_subcode (error) != NULL)
      && (error->code == HYPERV_ERROR_INVALID_ARGUMENT || error->code == HYPERV_ERROR_PROTOCOL))
    return EXIT_REMOTE_FAULT;
  if (hyperv_error_get_return_value (error, &value))
    return EXIT_REMOTE_FAULT; /* of a method, which did run */
  for (gsize i = 0; i < G_N_ELEMENTS (hyperv_codes); i++)
    if (hyperv_codes[i].error == (HypervError)error->code)
      return hyperv_codes[i].code;
  return EXIT_REMOTE_FAULT;
}
