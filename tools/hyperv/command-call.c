/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "tools/hyperv/command-wmi.h"

/* hyperv call: any method of any class, and its job to the end. */

/* One line that is written over, on a terminal only. */
static void
show_progress (guint percent, const char *status, gpointer user_data)
{
  g_printerr ("\r%s: %3u %%%s", (const char *)user_data, percent, percent == 100 ? "\n" : "");
}

static HypervCimInstance *
read_parameters (char **words, const HypervCimPath *path, GError **error)
{
  g_autoptr (HypervCimBuilder) builder
      = hyperv_cim_builder_new (hyperv_cim_path_get_namespace (path), "");

  for (guint i = 0; words[i] != NULL; i++)
    if (!wmi_add_parameter (builder, words[i], error))
      return NULL;
  return hyperv_cim_builder_end (builder);
}

/* What the host says of a parameter does not name the type that it wants, and replies carry none:
 * so here is how to say one. By code of WSManFault. */
static const struct {
  guint32 code;
  const char *remedy;
} remedies[] = {
  { 2150858836u,
    "say the type of the method's declaration, as NAME:TYPE=VALUE: boolean, uint8 to "
    "uint64, sint8 to sint64, real32, real64, char16, string, datetime or reference; an "
    "instance is {\"__CLASS\": …}, an array […]" },
  { 2150858837u,
    "only parameters that the method's declaration has as in-parameters may be given" },
  { 2150858810u, "each in-parameter that is not optional is given once; NAME=null gives none" },
};

static void
add_remedy (GError *error)
{
  g_autofree char *before = NULL;

  for (gsize i = 0; error != NULL && i < G_N_ELEMENTS (remedies); i++) {
    if (error->domain != HYPERV_ERROR || hyperv_error_get_wsman_code (error) != remedies[i].code)
      continue;
    before = error->message;
    error->message = g_strdup_printf ("%s; %s", before, remedies[i].remedy);
    return;
  }
}

JsonNode *
command_call (const Command *command, GError **error)
{
  const char *method = command->arguments[1];
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (HypervCimPath) path = wmi_read_path (command->arguments[0], NULL, error);
  g_autoptr (HypervCimInstance) in = NULL;
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (GError) local = NULL;

  if (path == NULL)
    return NULL;
  if (!wmi_is_name (method)) {
    g_set_error (error, USAGE_ERROR, 0, "call: “%s” is not the name of a method", method);
    return NULL;
  }
  in = read_parameters (command->arguments + 2, path, error);
  if (in == NULL)
    return NULL;
  out = hyperv_host_call (command->host, path, method, in,
                          isatty (STDERR_FILENO) ? show_progress : NULL, (gpointer)method,
                          command->cancellable, &local);
  if (out == NULL) {
    add_remedy (local);
    command_hint_state (local, "get", command->arguments[0]);
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  command_add_instance (builder, out);
  return json_builder_get_root (builder);
}
