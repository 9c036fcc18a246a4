/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-host-private.h"
#include "client/hyperv/hyperv-job-private.h"

/* Cancelling: the job is asked to terminate. */

#define JOB_REQUESTED_STATE_TERMINATE 4
/* "Method Parameters Checked - Transition Started" */
#define JOB_TRANSITION_STARTED 4096

static void
cancel_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HypervJob *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (HypervCimInstance) out = session_invoke_finish (result, &error);
  g_autofree char *what = g_strdup_printf ("cancelling %s", self->what);
  guint64 value = 0;

  if (out == NULL || !hyperv_cim_instance_get_uint64 (out, "ReturnValue", &value, &error))
    g_task_return_error (task, error);
  else if (value != 0 && value != JOB_TRANSITION_STARTED)
    g_task_return_error (task, hyperv_return_value_error (what, value));
  else
    g_task_return_boolean (task, TRUE);
}

/* A null TimeoutPeriod is the documented way to say that there is no limit; whether it may be left
 * out for jobs, as libvirt does for VMs, is not known. */
static void
cancel_start (GTask *task, gpointer data)
{
  HypervJob *self = data;
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (HOST_NAMESPACE_HYPERV, "");
  g_autoptr (HypervCimInstance) in = NULL;

  hyperv_cim_builder_add_unsigned (builder, "RequestedState", HYPERV_CIM_TYPE_UINT16,
                                   JOB_REQUESTED_STATE_TERMINATE);
  hyperv_cim_builder_add_null (builder, "TimeoutPeriod", HYPERV_CIM_TYPE_DATETIME, FALSE);
  in = hyperv_cim_builder_end (builder);
  session_invoke_async (hyperv_host_get_session (self->host), self->path, "RequestStateChange", in,
                        g_task_get_cancellable (task), cancel_read, g_object_ref (task));
}

/**
 * hyperv_job_cancel:
 * @self: a job
 * @cancellable: (nullable): stops waiting for the answer
 * @error: HYPERV_ERROR_INVALID_STATE when the job cannot be cancelled (any more)
 *
 * Asks the host to terminate the job. Who waits for the job then gets its failure. Waits for the
 * host's answer only.
 *
 * Returns: whether the host will
 */
gboolean
hyperv_job_cancel (HypervJob *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_JOB (self), FALSE);

  return session_worker_call_boolean (hyperv_host_get_worker (self->host), self, cancel_start, self,
                                      NULL, cancellable, error);
}

/**
 * hyperv_job_cancel_async:
 * @self: a job
 * @cancellable: (nullable): stops waiting for the answer
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks the host to terminate the job.
 */
void
hyperv_job_cancel_async (HypervJob *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_JOB (self));

  session_worker_call_async (hyperv_host_get_worker (self->host), self, cancel_start, self, NULL,
                             cancellable, callback, user_data);
}

/**
 * hyperv_job_cancel_finish:
 * @self: the job
 * @result: what the callback got
 * @error: as hyperv_job_cancel()
 *
 * Takes the result of hyperv_job_cancel_async(), in its callback; does not wait.
 *
 * Returns: whether the host will
 */
gboolean
hyperv_job_cancel_finish (HypervJob *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_JOB (self), FALSE);

  return session_worker_call_finish_boolean (result, error);
}
