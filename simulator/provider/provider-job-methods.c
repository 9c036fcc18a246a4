/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* Methods that jobs inherit answer in DMTF's numbers, not in Hyper-V's (documented). */
#define JOB_RETURN_OK 0
#define JOB_RETURN_NOT_SUPPORTED 1
#define JOB_RETURN_FAILED 4
#define JOB_RETURN_INVALID_PARAMETER 5
#define JOB_RETURN_INVALID_TRANSITION 4097
#define JOB_RETURN_NO_TIMEOUT 4098

#define NO_INTERVAL "00000000000000.000000:000"

/* RequestedState of a job, documented 2..6; only the ways to cancel it do something here. */
static const struct {
  guint16 requested;
  guint16 state; /* 0: not supported */
} requests[] = {
  { 2, 0 },                       /* Start */
  { 3, 0 },                       /* Suspend */
  { 4, PROVIDER_JOB_TERMINATED }, /* Terminate */
  { 5, PROVIDER_JOB_KILLED },     /* Kill */
  { 6, 0 },                       /* Service */
};

static guint32
cancel (ProviderJob *job, guint64 requested)
{
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
    if (requests[i].requested != requested)
      continue;
    if (requests[i].state == 0)
      return JOB_RETURN_NOT_SUPPORTED;
    if (job == NULL || !provider_job_is_cancellable (job)
        || !provider_job_cancel (job, requests[i].state))
      return JOB_RETURN_INVALID_TRANSITION;
    return JOB_RETURN_OK;
  }
  return JOB_RETURN_INVALID_PARAMETER;
}

gboolean
provider_job_request_state_change (ProviderCall *call, GError **error)
{
  guint64 requested = 0;

  if (!provider_call_get_uint (call, "RequestedState", &requested))
    call->return_value = JOB_RETURN_INVALID_PARAMETER;
  else if (provider_call_has (call, "TimeoutPeriod")
           && g_strcmp0 (hyperv_cim_instance_peek_string (call->in, "TimeoutPeriod"), NO_INTERVAL)
                  != 0)
    call->return_value = JOB_RETURN_NO_TIMEOUT;
  else
    call->return_value = cancel (provider_job_lookup (call->provider, call->object), requested);
  return TRUE;
}

/* Documented as not supported: RequestStateChange is the way. */
gboolean
provider_job_kill (ProviderCall *call, GError **error)
{
  call->return_value = JOB_RETURN_NOT_SUPPORTED;
  return TRUE;
}

static GPtrArray *
find_errors (ProviderCall *call)
{
  ProviderJob *job = provider_job_lookup (call->provider, call->object);

  return job != NULL ? provider_job_dup_errors (job) : NULL;
}

/* The most general of the errors. */
gboolean
provider_job_get_error (ProviderCall *call, GError **error)
{
  g_autoptr (GPtrArray) errors = find_errors (call);

  if (errors != NULL)
    provider_call_set (call, "Error",
                       hyperv_cim_value_new_instance (g_ptr_array_index (errors, 0)));
  call->return_value = PROVIDER_RETURN_OK;
  return TRUE;
}

gboolean
provider_job_get_error_ex (ProviderCall *call, GError **error)
{
  g_autoptr (GPtrArray) errors = find_errors (call);
  g_autofree HypervCimScalar *items = NULL;

  if (errors != NULL) {
    items = g_new0 (HypervCimScalar, errors->len);
    for (guint i = 0; i < errors->len; i++)
      items[i].instance = g_ptr_array_index (errors, i);
    provider_call_set (call, "Errors",
                       hyperv_cim_value_new_array (HYPERV_CIM_TYPE_INSTANCE, items, errors->len));
  }
  call->return_value = PROVIDER_RETURN_OK;
  return TRUE;
}
