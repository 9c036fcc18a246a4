/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error-private.h"
#include "client/hyperv/hyperv-call.h"
#include "client/hyperv/hyperv-host-private.h"
#include "client/hyperv/hyperv-job-private.h"

/* Any method of any class, as Hyper-V means them: what ReturnValue says, and the job to its end. */

#define JOB_STARTED 4096

typedef struct {
  HypervHost *host;
  HypervCimPath *path;
  char *method;
  HypervCimInstance *in;
  HypervJobProgress progress;
  gpointer progress_data;
  GDestroyNotify progress_destroy;
  char *what;
  HypervCimInstance *out;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->progress_destroy != NULL)
    call->progress_destroy (call->progress_data);
  g_object_unref (call->host);
  hyperv_cim_path_unref (call->path);
  g_clear_pointer (&call->in, hyperv_cim_instance_unref);
  g_clear_pointer (&call->out, hyperv_cim_instance_unref);
  g_free (call->method);
  g_free (call->what);
  g_free (call);
}

static void
return_out (GTask *task, Call *call)
{
  g_task_return_pointer (task, g_steal_pointer (&call->out),
                         (GDestroyNotify)hyperv_cim_instance_unref);
}

static void
call_followed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hyperv_job_follow_finish (result, &error))
    return_out (task, g_object_get_data (G_OBJECT (task), "call"));
  else
    g_task_return_error (task, error);
}

static void
follow (GTask *task, Call *call)
{
  GError *error = NULL;
  const HypervCimPath *path = hyperv_cim_instance_get_reference (call->out, "Job", &error);
  g_autoptr (HypervJob) job = NULL;

  if (path == NULL) {
    g_prefix_error (&error, "%s has begun, but which job does it? ", call->what);
    g_task_return_error (task, error);
    return;
  }
  job = hyperv_job_new (call->host, path, call->what);
  if (call->progress != NULL)
    hyperv_job_set_progress (job, call->progress, call->progress_data, NULL);
  hyperv_job_follow_async (job, g_task_get_cancellable (task), call_followed, g_object_ref (task));
}

static void
call_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_object_get_data (G_OBJECT (task), "call");
  GError *error = NULL;
  guint64 value = 0;

  call->out = session_invoke_finish (result, &error);
  if (call->out == NULL
      || (!hyperv_cim_instance_is_null (call->out, "ReturnValue")
          && !hyperv_cim_instance_get_uint64 (call->out, "ReturnValue", &value, &error)))
    g_task_return_error (task, error);
  else if (value == JOB_STARTED)
    follow (task, call);
  else if (value != 0)
    g_task_return_error (task, hyperv_return_value_error (call->what, value));
  else
    return_out (task, call);
}

static void
call_start (GTask *task, gpointer data)
{
  Call *call = data;

  g_object_set_data (G_OBJECT (task), "call", call);
  session_invoke_async (hyperv_host_get_session (call->host), call->path, call->method, call->in,
                        g_task_get_cancellable (task), call_answered, g_object_ref (task));
}

static Call *
call_new (HypervHost *host, const HypervCimPath *path, const char *method,
          const HypervCimInstance *in)
{
  Call *call = g_new0 (Call, 1);

  call->host = g_object_ref (host);
  call->path = hyperv_cim_path_ref (path);
  call->method = g_strdup (method);
  call->in = in != NULL ? hyperv_cim_instance_ref (in) : NULL;
  call->what = g_strdup_printf ("%s.%s", hyperv_cim_path_get_class_name (path), method);
  return call;
}

/**
 * hyperv_host_call:
 * @self: an open host
 * @path: the instance whose method it is; without keys for a singleton or a static method
 * @method: name of the method
 * @in: (nullable): the in-parameters, typed, in the order of the method's declaration
 * @progress: (nullable) (scope call) (closure progress_data): told how the host's job gets on, in
 *   the thread of the host's I/O
 * @progress_data: for @progress
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_session_invoke(); HYPERV_ERROR by the return value;
 *   HYPERV_ERROR_OPERATION_FAILED with the job's words
 *
 * Calls a method, and when it starts a job (4096), waits for its end. Waits.
 *
 * Returns: (transfer full): the out-parameters and `ReturnValue`, as text, or %NULL with an error
 */
HypervCimInstance *
hyperv_host_call (HypervHost *self, const HypervCimPath *path, const char *method,
                  const HypervCimInstance *in, HypervJobProgress progress, gpointer progress_data,
                  GCancellable *cancellable, GError **error)
{
  Call *call;

  g_return_val_if_fail (HYPERV_IS_HOST (self) && path != NULL && method != NULL, NULL);
  g_return_val_if_fail (hyperv_host_get_session (self) != NULL, NULL);

  call = call_new (self, path, method, in);
  call->progress = progress;
  call->progress_data = progress_data;
  return session_worker_call (hyperv_host_get_worker (self), self, call_start, call, call_free,
                              cancellable, error);
}

/**
 * hyperv_host_call_async:
 * @self: an open host
 * @path: the instance whose method it is
 * @method: name of the method
 * @in: (nullable): the in-parameters
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy): told
 *   how the host's job gets on, in the thread of the host's I/O
 * @progress_data: for @progress
 * @progress_destroy: (nullable): frees @progress_data
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * See hyperv_host_call().
 */
void
hyperv_host_call_async (HypervHost *self, const HypervCimPath *path, const char *method,
                        const HypervCimInstance *in, HypervJobProgress progress,
                        gpointer progress_data, GDestroyNotify progress_destroy,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Call *call;

  g_return_if_fail (HYPERV_IS_HOST (self) && path != NULL && method != NULL);
  g_return_if_fail (hyperv_host_get_session (self) != NULL);

  call = call_new (self, path, method, in);
  call->progress = progress;
  call->progress_data = progress_data;
  call->progress_destroy = progress_destroy;
  session_worker_call_async (hyperv_host_get_worker (self), self, call_start, call, call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_host_call_finish:
 * @self: the host
 * @result: what the callback got
 * @error: as hyperv_host_call()
 *
 * Takes the result of hyperv_host_call_async(), in its callback; does not wait.
 *
 * Returns: (transfer full): the out-parameters and `ReturnValue`, or %NULL with an error
 */
HypervCimInstance *
hyperv_host_call_finish (HypervHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), NULL);

  return session_worker_call_finish (result, error);
}
