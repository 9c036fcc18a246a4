/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tools/hyperv/connect.h"
#include "tools/hyperv/doctor.h"
#include "tools/terminal/terminal.h"

G_DEFINE_QUARK (doctor - error - quark, doctor_error)

static const char *const states[] = { "ok", "failed", "skipped" };

static void
clear (Doctor *self)
{
  g_clear_object (&self->host);
  g_clear_error (&self->error);
  g_clear_pointer (&self->credentials, hyperv_credentials_unref);
  g_clear_object (&self->stream);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->offered, g_ptr_array_unref);
  g_clear_pointer (&self->uri, hyperv_uri_unref);
  g_list_free_full (self->addresses, g_object_unref);
  g_ptr_array_unref (self->findings);
  g_free (self->fingerprint);
  g_free (self->where);
}

static JsonNode *
to_json (const Doctor *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < self->findings->len; i++) {
    const DoctorFinding *finding = g_ptr_array_index (self->findings, i);

    json_builder_begin_object (builder);
    output_add_text (builder, "check", finding->check);
    output_add_text (builder, "state", states[finding->state]);
    output_add_text (builder, "reason", finding->reason);
    output_add_text (builder, "on-host", finding->on_host);
    output_add_text (builder, "here", finding->here);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

static void
print_line (const char *begin, const char *text)
{
  g_autofree char *clean = text != NULL ? terminal_clean (text) : NULL;
  g_autofree char *line = clean != NULL ? g_strdup_printf ("%s%s\n", begin, clean) : NULL;

  if (line != NULL)
    terminal_put (stdout, line);
}

/* For people: a line for each check, and what helps below it. */
static void
print (const Doctor *self)
{
  for (guint i = 0; i < self->findings->len; i++) {
    const DoctorFinding *finding = g_ptr_array_index (self->findings, i);
    g_autofree char *begin
        = g_strdup_printf ("%-8s %-12s ", states[finding->state], finding->check);

    print_line (begin, finding->reason);
    print_line ("                      on the host: ", finding->on_host);
    print_line ("                      here: ", finding->here);
  }
}

/* The first failure decides the exit code: the others may follow from it. */
static void
set_error (const Doctor *self, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  ExitCode code = EXIT_OK;
  guint n = 0;

  for (guint i = 0; i < self->findings->len; i++) {
    const DoctorFinding *finding = g_ptr_array_index (self->findings, i);

    if (finding->state != DOCTOR_FAILED)
      continue;
    g_string_append_printf (names, "%s%s", n > 0 ? ", " : "", finding->check);
    if (n++ == 0)
      code = finding->code;
  }
  if (g_cancellable_is_cancelled (self->cancellable))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
  else if (n > 0)
    g_set_error (error, DOCTOR_ERROR, (int)code, "doctor: %s: %u of %u checks failed: %s",
                 self->where, n, self->findings->len, names->str);
}

JsonNode *
command_doctor (const Command *command, GError **error)
{
  Doctor self = { .cancellable = command->cancellable };
  JsonNode *node;

  self.uri = connect_choose_uri (command->given_uri, error);
  if (self.uri == NULL)
    return NULL;
  self.name = hyperv_uri_get_host (self.uri);
  self.where = g_strdup_printf (strchr (self.name, ':') != NULL ? "[%s]:%u" : "%s:%u", self.name,
                                hyperv_uri_get_port (self.uri));
  self.findings = g_ptr_array_new_with_free_func (doctor_finding_free);
  self.offered = g_ptr_array_new_with_free_func (g_free);

  doctor_run (&self, doctor_probe_rows);
  doctor_run (&self, doctor_http_rows);
  doctor_run (&self, doctor_login_rows);
  doctor_run (&self, doctor_host_rows);
  set_error (&self, error);
  if (command->form == OUTPUT_TABLE) {
    print (&self);
    node = json_node_new (JSON_NODE_ARRAY); /* nothing more to print */
    json_node_take_array (node, json_array_new ());
  } else {
    node = to_json (&self);
  }
  clear (&self);
  return node;
}
