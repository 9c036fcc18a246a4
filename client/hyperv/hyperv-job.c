/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-job.h"

#include "client/base/hyperv-error-private.h"
#include "client/hyperv/hyperv-fields-private.h"
#include "client/hyperv/hyperv-host-private.h"
#include "client/hyperv/hyperv-job-private.h"

/**
 * HypervJob:
 *
 * Work that a host does in the background: an Msvm_ConcreteJob. Any thread may call.
 */

G_DEFINE_FINAL_TYPE (HypervJob, hyperv_job, G_TYPE_OBJECT)

/* Milliseconds from one look at the job to the next; the last one repeats. A job of 3 s is seen to
 * end after 3.1 s, with five requests. */
static const guint delays[] = { 100, 200, 400, 800, 1600, 3000 };

typedef struct {
  guint state;
  guint percent;
  guint error_code;
  char *error_text;
  char *status;
} JobRow;

static const HypervField job_fields[] = {
  { "JobState", HYPERV_FIELD_UINT, HYPERV_FIELD_REQUIRED, offsetof (JobRow, state) },
  { "PercentComplete", HYPERV_FIELD_UINT, HYPERV_FIELD_OPTIONAL, offsetof (JobRow, percent) },
  { "ErrorCode", HYPERV_FIELD_UINT, HYPERV_FIELD_OPTIONAL, offsetof (JobRow, error_code) },
  { "ErrorDescription", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (JobRow, error_text) },
  { "JobStatus", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (JobRow, status) },
};

/* JobState of Msvm_ConcreteJob. From new, starting, running and suspended to shutting down it has
 * not ended; of a state that is not known nobody can say how long it lasts. */
#define STATE_NEW 2
#define STATE_SHUTTING_DOWN 6
static const struct {
  guint state;
  gboolean is_good;
  const char *text;
} ends[] = {
  { 7, TRUE, "completed" },       { 8, FALSE, "was terminated" },
  { 9, FALSE, "was killed" },     { 10, FALSE, "failed" },
  { 11, FALSE, "needs service" }, { 32768, TRUE, "completed with warnings" },
};

static void
hyperv_job_finalize (GObject *object)
{
  HypervJob *self = HYPERV_JOB (object);

  if (self->progress_destroy != NULL)
    self->progress_destroy (self->progress_data);
  g_mutex_clear (&self->lock);
  g_clear_object (&self->host);
  g_clear_pointer (&self->path, hyperv_cim_path_unref);
  g_free (self->what);
  G_OBJECT_CLASS (hyperv_job_parent_class)->finalize (object);
}

static void
hyperv_job_class_init (HypervJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hyperv_job_finalize;
}

static void
hyperv_job_init (HypervJob *self)
{
  g_mutex_init (&self->lock);
}

HypervJob *
hyperv_job_new (HypervHost *host, const HypervCimPath *path, const char *what)
{
  HypervJob *self = g_object_new (HYPERV_TYPE_JOB, NULL);

  self->host = g_object_ref (host);
  self->path = hyperv_cim_path_ref (path);
  self->what = g_strdup (what);
  return self;
}

/**
 * hyperv_job_get_id:
 * @self: a job
 *
 * Tells which job it is, as Msvm_ConcreteJob has it. Any thread may ask.
 *
 * Returns: (nullable): its `InstanceID`
 */
const char *
hyperv_job_get_id (HypervJob *self)
{
  g_return_val_if_fail (HYPERV_IS_JOB (self), NULL);

  return hyperv_cim_path_lookup (self->path, "InstanceID");
}

/**
 * hyperv_job_get_percent:
 * @self: a job
 *
 * Tells how far the job is, by `PercentComplete` of Msvm_ConcreteJob. Any thread may ask;
 * nothing is sent.
 *
 * Returns: how much was done when the host was last asked, 0 to 100
 */
guint
hyperv_job_get_percent (HypervJob *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (HYPERV_IS_JOB (self), 0);

  locker = g_mutex_locker_new (&self->lock);
  return self->percent;
}

/**
 * hyperv_job_is_done:
 * @self: a job
 *
 * Tells whether the job has ended. Any thread may ask; nothing is sent.
 *
 * Returns: whether it had ended, well or not, when the host was last asked
 */
gboolean
hyperv_job_is_done (HypervJob *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (HYPERV_IS_JOB (self), FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return self->is_done;
}

/**
 * hyperv_job_set_progress:
 * @self: a job that nobody waits for yet
 * @progress: (nullable) (scope notified) (closure user_data) (destroy destroy): told how it gets
 *   on, in the thread of the host's I/O
 * @user_data: for @progress
 * @destroy: (nullable): frees @user_data
 *
 * Says who wants to know how the job gets on while somebody waits for it.
 */
void
hyperv_job_set_progress (HypervJob *self, HypervJobProgress progress, gpointer user_data,
                         GDestroyNotify destroy)
{
  GDestroyNotify old_destroy;
  gpointer old_data;

  g_return_if_fail (HYPERV_IS_JOB (self));

  g_mutex_lock (&self->lock);
  old_destroy = self->progress_destroy;
  old_data = self->progress_data;
  self->progress = progress;
  self->progress_data = user_data;
  self->progress_destroy = destroy;
  g_mutex_unlock (&self->lock);
  if (old_destroy != NULL) /* it may ask this job */
    old_destroy (old_data);
}

/* Following a job, on the worker: look, wait, look … */

typedef struct {
  HypervJob *job;
  guint looks;
  guint64 timer;
  gulong cancelled; /* handler of the cancellable while the timer waits; or 0 */
} Follow;

static void
follow_free (gpointer data)
{
  Follow *follow = data;

  g_object_unref (follow->job);
  g_free (follow);
}

static void follow_look (GTask *task);

/* No longer between two looks. */
static void
follow_awake (GTask *task)
{
  Follow *follow = g_task_get_task_data (task);
  gulong handler = follow->cancelled;

  follow->timer = 0;
  follow->cancelled = 0;
  if (handler != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), handler);
}

static gboolean
follow_timer (gpointer data)
{
  follow_awake (data);
  follow_look (data);
  return G_SOURCE_REMOVE;
}

/* Which job goes on is more than GTask says by itself. */
static GError *
follow_stopped (const Follow *follow)
{
  return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                      "%s: no longer waited for; its job %s goes on at the host", follow->job->what,
                      hyperv_job_get_id (follow->job));
}

static gboolean
follow_stop (gpointer data)
{
  GTask *task = data;
  Follow *follow = g_task_get_task_data (task);
  HypervSession *session = hyperv_host_get_session (follow->job->host);
  guint64 timer = follow->timer;

  if (timer == 0)
    return G_SOURCE_REMOVE; /* it looks at this moment, and what it asks is cancelled itself */
  follow_awake (task);
  g_task_return_error (task, follow_stopped (follow));
  hyperv_clock_remove_timer (session_get_clock (session), timer);
  return G_SOURCE_REMOVE;
}

/* In the thread that cancels. Not a GCancellableSource: GLib 2.74 leaks one that is let go while
 * g_cancellable_cancel () is at work elsewhere. */
static void
follow_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, follow_stop, g_object_ref (data), g_object_unref);
  g_source_attach (source, g_task_get_context (data));
}

static void
follow_wait (GTask *task)
{
  Follow *follow = g_task_get_task_data (task);
  HypervSession *session = hyperv_host_get_session (follow->job->host);
  guint delay = delays[MIN (follow->looks, G_N_ELEMENTS (delays) - 1)];
  GCancellable *cancellable = g_task_get_cancellable (task);

  follow->looks++;
  follow->timer = hyperv_clock_add_timer (session_get_clock (session), g_task_get_context (task),
                                          (gint64)delay * 1000, follow_timer, g_object_ref (task),
                                          g_object_unref);
  if (cancellable != NULL)
    follow->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (follow_cancelled),
                                               g_object_ref (task), g_object_unref);
}

static void
job_note (HypervJob *self, const JobRow *row, gboolean is_done)
{
  HypervJobProgress progress;
  gpointer progress_data;

  g_mutex_lock (&self->lock);
  self->percent = MIN (row->percent, 100);
  self->is_done = is_done;
  progress = self->progress;
  progress_data = self->progress_data;
  g_mutex_unlock (&self->lock);

  if (progress != NULL)
    progress (MIN (row->percent, 100), row->status, progress_data);
}

static GError *
job_error (HypervJob *self, const JobRow *row, const char *how)
{
  const char *text = row->error_text != NULL && *row->error_text != '\0' ? row->error_text : NULL;
  GError *error = g_error_new (HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED,
                               "%s: the job %s%s%s (code %u)", self->what, how,
                               text != NULL ? ": " : "", text != NULL ? text : "", row->error_code);

  hyperv_error_set_job (error, row->error_code, text);
  return error;
}

/* Hyper-V forgets its jobs after a while, and all when vmms ends. What the job was for is not what
 * is not there. */
static void
explain_lost (const HypervJob *job, GError *error)
{
  if (g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND))
    error->code = HYPERV_ERROR_UNKNOWN_OUTCOME;
  g_prefix_error (&error, "%s has begun; asking for its job %s: ", job->what,
                  hyperv_cim_path_lookup (job->path, "InstanceID"));
}

/* Ends the task when the job has ended, or is in a state that may have no end. */
static gboolean
follow_end (GTask *task, HypervJob *job, const JobRow *row)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (ends[i].state != row->state)
      continue;
    job_note (job, row, TRUE);
    if (ends[i].is_good)
      g_task_return_boolean (task, TRUE);
    else
      g_task_return_error (task, job_error (job, row, ends[i].text));
    return TRUE;
  }
  job_note (job, row, FALSE);
  if (row->state >= STATE_NEW && row->state <= STATE_SHUTTING_DOWN)
    return FALSE;
  g_task_return_new_error (
      task, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
      "%s has begun; its job %s is in JobState %u, which is not known, and may "
      "go on at the host",
      job->what, hyperv_job_get_id (job), row->state);
  return TRUE;
}

static void
follow_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Follow *follow = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HypervCimInstance) instance = session_get_finish (result, &error);
  JobRow row = { 0 };

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_error_free (error);
    g_task_return_error (task, follow_stopped (follow));
  } else if (instance == NULL
             || !hyperv_fields_read (job_fields, G_N_ELEMENTS (job_fields), instance, &row,
                                     &error)) {
    explain_lost (follow->job, error);
    g_task_return_error (task, error);
  } else if (!follow_end (task, follow->job, &row)) {
    follow_wait (task);
  }
  g_free (row.error_text);
  g_free (row.status);
}

static void
follow_look (GTask *task)
{
  Follow *follow = g_task_get_task_data (task);

  session_get_async (hyperv_host_get_session (follow->job->host), follow->job->path,
                     g_task_get_cancellable (task), follow_read, g_object_ref (task));
}

void
hyperv_job_follow_async (HypervJob *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Follow *follow = g_new0 (Follow, 1);

  follow->job = g_object_ref (self);
  g_task_set_task_data (task, follow, follow_free);
  g_task_set_check_cancellable (task, FALSE);
  follow_wait (task);
}

gboolean
hyperv_job_follow_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
wait_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hyperv_job_follow_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
wait_start (GTask *task, gpointer data)
{
  hyperv_job_follow_async (data, g_task_get_cancellable (task), wait_done, g_object_ref (task));
}

/**
 * hyperv_job_wait:
 * @self: a job
 * @cancellable: (nullable): stops waiting; the job goes on
 * @error: HYPERV_ERROR_OPERATION_FAILED with the job's code and text when it failed
 *
 * Waits until the job has ended, asking ever more seldom.
 *
 * Returns: whether it ended well
 */
gboolean
hyperv_job_wait (HypervJob *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_JOB (self), FALSE);

  return session_worker_call_boolean (hyperv_host_get_worker (self->host), self, wait_start, self,
                                      NULL, cancellable, error);
}

/**
 * hyperv_job_wait_async:
 * @self: a job
 * @cancellable: (nullable): stops waiting; the job goes on
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Waits until the job has ended.
 */
void
hyperv_job_wait_async (HypervJob *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_JOB (self));

  session_worker_call_async (hyperv_host_get_worker (self->host), self, wait_start, self, NULL,
                             cancellable, callback, user_data);
}

/**
 * hyperv_job_wait_finish:
 * @self: the job
 * @result: what the callback got
 * @error: as hyperv_job_wait()
 *
 * Takes the result of hyperv_job_wait_async(), in its callback; does not wait.
 *
 * Returns: whether it ended well
 */
gboolean
hyperv_job_wait_finish (HypervJob *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_JOB (self), FALSE);

  return session_worker_call_finish_boolean (result, error);
}
