/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

#define MILLISECONDS(n) ((gint64)(n)*1000)

/* Types are documented; the texts have the form that a recorded job has. */
static const ProviderJobText job_start
    = { 12, "Starting Virtual Machine", "Starting the virtual machine", "failed to start", TRUE };
static const ProviderJobText job_turn_off
    = { 13, "Turning Off Virtual Machine", "Turning off the virtual machine", "failed to turn off",
        FALSE };
static const ProviderJobText job_save
    = { 14, "Saving Virtual Machine", "Saving the virtual machine", "failed to save", TRUE };
static const ProviderJobText job_restore
    = { 15, "Restoring Virtual Machine", "Restoring the virtual machine", "failed to restore",
        TRUE };
static const ProviderJobText job_pause
    = { 26, "Pausing Virtual Machine", "Pausing the virtual machine", "failed to pause", FALSE };
static const ProviderJobText job_resume
    = { 27, "Resuming Virtual Machine", "Resuming the virtual machine", "failed to resume", FALSE };
static const ProviderJobText job_reset
    = { 28, "Resetting Virtual Machine", "Resetting the virtual machine", "failed to reset",
        FALSE };
static const ProviderJobText job_reboot
    = { 29, "Rebooting Virtual Machine", "Rebooting the virtual machine", "failed to reboot",
        FALSE };

typedef struct {
  guint16 from;      /* EnabledState: 2 running, 3 off, 6 saved, 9 paused */
  guint16 requested; /* RequestedState */
  guint16 during;    /* EnabledState: 4 stopping, 10 starting, 11 reset, 32773 saving … */
  const char *to;
  gboolean restart;
  gint64 duration;
  const ProviderJobText *text;
} PowerRow;

/* What is not here is answered by 32775 (recorded: a bad request gets that). Requested 2 starts and
 * resumes, 3 turns off, 6 saves, 9 pauses, 11 resets (documented for v2). 10 is documented as "from
 * off or saved to running", but libvirt asks for it to restart a running VM: both are taken. A
 * saved VM that is turned off loses its saved state. */
static const PowerRow rows[] = {
  { 3, 2, 10, "running", TRUE, MILLISECONDS (3000), &job_start },
  { 6, 2, 10, "running", FALSE, MILLISECONDS (4000), &job_restore },
  { 9, 2, 32777, "running", FALSE, MILLISECONDS (500), &job_resume },
  { 2, 3, 4, "off", FALSE, MILLISECONDS (1000), &job_turn_off },
  { 9, 3, 4, "off", FALSE, MILLISECONDS (1000), &job_turn_off },
  { 6, 3, 4, "off", FALSE, MILLISECONDS (1000), &job_turn_off },
  { 2, 6, 32773, "saved", FALSE, MILLISECONDS (8000), &job_save },
  { 9, 6, 32773, "saved", FALSE, MILLISECONDS (8000), &job_save },
  { 2, 9, 32776, "paused", FALSE, MILLISECONDS (500), &job_pause },
  { 2, 10, 10, "running", TRUE, MILLISECONDS (3000), &job_reboot },
  { 3, 10, 10, "running", TRUE, MILLISECONDS (3000), &job_start },
  { 6, 10, 10, "running", FALSE, MILLISECONDS (4000), &job_restore },
  { 2, 11, 11, "running", TRUE, MILLISECONDS (1000), &job_reset },
  { 9, 11, 11, "running", TRUE, MILLISECONDS (1000), &job_reset },
};

/* Documented values of the parameter that are states rather than requests, or only of v1 (4). */
static const struct {
  guint16 first;
  guint16 last;
} not_supported[] = {
  { 1, 1 }, { 4, 4 }, { 7, 8 }, { 32773, 32773 }, { 32776, 32777 }, { 32779, 32792 },
};

static const PowerRow *
find_row (guint64 from, guint64 requested)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].from == from && rows[i].requested == requested)
      return &rows[i];
  return NULL;
}

/* Why there is no row. */
static guint32
refuse (guint64 requested)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].requested == requested)
      return PROVIDER_RETURN_INVALID_STATE;
  for (gsize i = 0; i < G_N_ELEMENTS (not_supported); i++)
    if (requested >= not_supported[i].first && requested <= not_supported[i].last)
      return PROVIDER_RETURN_NOT_SUPPORTED;
  return PROVIDER_RETURN_INVALID_PARAMETER;
}

static gboolean
power_effect (ProviderVm *vm, gboolean completed, gconstpointer data, GError **error)
{
  const PowerRow *row = data;

  if (completed)
    return provider_vm_settle (vm, provider_vm_find_state (row->to), row->restart, error);
  provider_vm_go_back (vm, row->from);
  return TRUE;
}

gboolean
provider_power_request_state_change (ProviderCall *call, GError **error)
{
  guint64 requested = 0;
  g_autoptr (HypervCimPath) path = NULL;
  const PowerRow *row;
  ProviderJob *job;
  ProviderVm *vm;

  if (!provider_call_get_uint (call, "RequestedState", &requested)) {
    call->return_value = PROVIDER_RETURN_INVALID_PARAMETER;
    return TRUE;
  }
  if (provider_vm_is_host (call->provider, call->object)) {
    call->return_value = PROVIDER_RETURN_INVALID_STATE;
    return TRUE;
  }

  vm = provider_vm_ensure (call->provider, call->object);
  row = find_row (repository_object_get_uint (vm->object, "EnabledState"), requested);
  if (row == NULL || vm->job != NULL) {
    call->return_value = row == NULL ? refuse (requested) : PROVIDER_RETURN_INVALID_STATE;
    return TRUE;
  }

  job = provider_job_start (vm, row->text, row->duration, call->user, power_effect, row, error);
  if (job == NULL)
    return FALSE;
  provider_vm_move (vm, row->during, row->requested);
  path = repository_object_to_path (provider_job_get_object (job));
  provider_call_set (call, "Job", hyperv_cim_value_new_reference (path));
  call->return_value = PROVIDER_RETURN_JOB_STARTED;
  return TRUE;
}
