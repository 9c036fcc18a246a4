/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/doctor.h"

#include <string.h>

#define DEFAULT_TIMEOUT 15 /* seconds */

void
doctor_finding_free (gpointer data)
{
  DoctorFinding *finding = data;

  g_free (finding->reason);
  g_free (finding->on_host);
  g_free (finding->here);
  g_free (finding);
}

void
doctor_ok (DoctorFinding *finding, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  finding->state = DOCTOR_OK;
  finding->reason = g_strdup_vprintf (format, args);
  va_end (args);
}

void
doctor_skip (DoctorFinding *finding, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  finding->state = DOCTOR_SKIPPED;
  finding->reason = g_strdup_vprintf (format, args);
  va_end (args);
}

void
doctor_fail (DoctorFinding *finding, ExitCode code, const char *on_host, const char *here,
             const char *format, ...)
{
  va_list args;

  va_start (args, format);
  finding->state = DOCTOR_FAILED;
  finding->blocked = TRUE;
  finding->code = code;
  finding->reason = g_strdup_vprintf (format, args);
  finding->on_host = g_strdup (on_host);
  finding->here = g_strdup (here);
  va_end (args);
}

guint
doctor_timeout (const Doctor *self)
{
  guint timeout = hyperv_uri_get_timeout (self->uri);

  return timeout > 0 ? timeout : DEFAULT_TIMEOUT;
}

gboolean
doctor_is_blocked (const Doctor *self, const char *check)
{
  for (guint i = 0; i < self->findings->len; i++) {
    const DoctorFinding *finding = g_ptr_array_index (self->findings, i);

    if (strcmp (finding->check, check) == 0)
      return finding->blocked;
  }
  g_return_val_if_reached (TRUE);
}

HypervSession *
doctor_get_session (const Doctor *self)
{
  return self->host != NULL ? hyperv_host_get_session (self->host) : NULL;
}

/* The first of @needs, divided by blanks, that stands in the way; NULL: none. (transfer full) */
static char *
find_obstacle (const Doctor *self, const char *needs)
{
  g_auto (GStrv) checks = g_strsplit (needs, " ", -1);

  for (gsize i = 0; checks[i] != NULL; i++)
    if (*checks[i] != '\0' && doctor_is_blocked (self, checks[i]))
      return g_strdup (checks[i]);
  return NULL;
}

void
doctor_run (Doctor *self, const DoctorRow *rows)
{
  for (const DoctorRow *row = rows; row->check != NULL; row++) {
    DoctorFinding *finding = g_new0 (DoctorFinding, 1);
    g_autofree char *obstacle = find_obstacle (self, row->needs);

    finding->check = row->check;
    if (g_cancellable_is_cancelled (self->cancellable)) {
      doctor_skip (finding, "interrupted");
    } else if (obstacle != NULL) {
      doctor_skip (finding, "not looked at, because of: %s", obstacle);
      finding->blocked = TRUE;
    } else {
      row->run (self, finding);
    }
    g_ptr_array_add (self->findings, finding);
  }
}
