/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-vm-power.h"

#include <string.h>

#include "client/base/hyperv-error-private.h"
#include "client/hyperv/hyperv-job-private.h"
#include "client/hyperv/hyperv-vm-private.h"

#define IN(state) (1u << HYPERV_VM_STATE_##state)
#define BETWEEN (IN (STARTING) | IN (STOPPING) | IN (SAVING) | IN (PAUSING) | IN (RESUMING))
#define RETURN_DONE 0
#define RETURN_JOB_STARTED 4096

/* In the order of HypervVmPower. The same RequestedState means different things in different
 * states (3 turns off a running VM and forgets a saved one's memory), so the state is asked for
 * first. A guest is asked through its integration services. */
static const struct {
  const char *name;
  guint from;              /* states in which it makes sense */
  guint16 requested_state; /* of Msvm_ComputerSystem.RequestStateChange; 0: the guest's method */
  const char *guest_method; /* of Msvm_ShutdownComponent */
  guint since_major;        /* of Windows, for the guest's method; before it, the RequestedState */
  const char *doing;
} powers[] = {
  { "start", IN (OFF) | IN (SAVED), 2, NULL, 0, "starting" },
  { "turn-off", IN (RUNNING) | IN (PAUSED) | BETWEEN, 3, NULL, 0, "turning off" },
  { "shutdown", IN (RUNNING), 0, "InitiateShutdown", 6, "shutting down" },
  { "pause", IN (RUNNING), 9, NULL, 0, "pausing" },
  { "resume", IN (PAUSED), 2, NULL, 0, "resuming" },
  { "restart", IN (RUNNING), 10, "InitiateReboot", 10, "restarting" },
  { "reset", IN (RUNNING) | IN (PAUSED), 11, NULL, 0, "resetting" },
  { "save", IN (RUNNING) | IN (PAUSED), 6, NULL, 0, "saving" },
  { "remove-saved-state", IN (SAVED), 3, NULL, 0, "removing the saved state of" },
};

/**
 * hyperv_vm_power_to_string:
 * @power: what can be done
 *
 * Names a change of power, as the program `hyperv` has it.
 *
 * Returns: its name, such as `turn-off`
 */
const char *
hyperv_vm_power_to_string (HypervVmPower power)
{
  g_return_val_if_fail (power < G_N_ELEMENTS (powers), "");

  return powers[power].name;
}

/**
 * hyperv_vm_power_from_string:
 * @name: a name such as `turn-off`
 * @power: (out): what it means
 *
 * Reads the name of a change of power, as the program `hyperv` has it; case counts.
 *
 * Returns: whether there is such a name
 */
gboolean
hyperv_vm_power_from_string (const char *name, HypervVmPower *power)
{
  g_return_val_if_fail (name != NULL && power != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (powers); i++) {
    if (strcmp (powers[i].name, name) == 0) {
      *power = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* The steps, on the worker: look, (find the guest's component,) invoke, follow the job, look. */

typedef struct {
  HypervVm *vm;
  HypervVmPower power;
  gboolean wait;
  HypervJobProgress progress;
  gpointer progress_data;
  GDestroyNotify progress_destroy;
  char *what; /* "starting VM “web01”" */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  if (change->progress_destroy != NULL)
    change->progress_destroy (change->progress_data);
  g_free (change->what);
  g_free (change);
}

static HypervSession *
change_session (Change *change)
{
  return hyperv_host_get_session (hyperv_vm_get_host (change->vm));
}

static GError *
wrong_state_error (Change *change)
{
  g_autoptr (GString) wanted = g_string_new (NULL);
  HypervVmState state = hyperv_vm_get_state (change->vm);

  for (guint i = 0; i <= HYPERV_VM_STATE_RESUMING; i++)
    if ((powers[change->power].from & (1u << i)) != 0 && (BETWEEN & (1u << i)) == 0)
      g_string_append_printf (wanted, "%s%s", wanted->len > 0 ? " or " : "",
                              hyperv_vm_state_to_string (i));
  return g_error_new (HYPERV_ERROR, HYPERV_ERROR_INVALID_STATE, "%s: it is %s, expected %s",
                      change->what, hyperv_vm_state_to_string (state), wanted->str);
}

static void
look_again_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;

  if (hyperv_vm_look_finish (result, &error)) {
    g_task_return_pointer (task, NULL, NULL);
  } else {
    g_prefix_error (&error, "%s is done; asking for the new state: ", change->what);
    g_task_return_error (task, error);
  }
}

static void
change_look_again (GTask *task)
{
  Change *change = g_task_get_task_data (task);

  hyperv_vm_look_async (change->vm, g_task_get_cancellable (task), look_again_done,
                        g_object_ref (task));
}

static void
follow_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hyperv_job_follow_finish (result, &error))
    change_look_again (task);
  else
    g_task_return_error (task, error);
}

static void
change_follow (GTask *task, const HypervCimPath *path)
{
  Change *change = g_task_get_task_data (task);
  g_autoptr (HypervJob) job
      = hyperv_job_new (hyperv_vm_get_host (change->vm), path, change->what);

  if (!change->wait) {
    g_task_return_pointer (task, g_steal_pointer (&job), g_object_unref);
    return;
  }
  hyperv_job_set_progress (job, change->progress, change->progress_data,
                           g_steal_pointer (&change->progress_destroy));
  hyperv_job_follow_async (job, g_task_get_cancellable (task), follow_done, g_object_ref (task));
}

static void
invoke_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HypervCimInstance) out = session_invoke_finish (result, &error);
  const HypervCimPath *job = NULL;
  guint64 value = 0;

  if (out != NULL && hyperv_cim_instance_get_uint64 (out, "ReturnValue", &value, &error)) {
    if (value == RETURN_JOB_STARTED)
      job = hyperv_cim_instance_get_reference (out, "Job", &error);
    else if (value != RETURN_DONE)
      error = hyperv_return_value_error (change->what, value);
  } else {
    g_prefix_error (&error, "%s: ", change->what);
  }
  if (error != NULL)
    g_task_return_error (task, error);
  else if (job != NULL)
    change_follow (task, job);
  else if (change->wait)
    change_look_again (task);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
change_request_state (GTask *task)
{
  Change *change = g_task_get_task_data (task);
  g_autoptr (HypervCimPath) path = hyperv_vm_get_path (change->vm);
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (HOST_NAMESPACE_HYPERV, "");
  g_autoptr (HypervCimInstance) in = NULL;

  hyperv_cim_builder_add_unsigned (builder, "RequestedState", HYPERV_CIM_TYPE_UINT16,
                                   powers[change->power].requested_state);
  in = hyperv_cim_builder_end (builder);
  session_invoke_async (change_session (change), path, "RequestStateChange", in,
                        g_task_get_cancellable (task), invoke_done, g_object_ref (task));
}

static void
change_ask_guest (GTask *task, const HypervCimInstance *component)
{
  static const char *const keys[]
      = { "CreationClassName", "DeviceID", "SystemCreationClassName", "SystemName" };
  Change *change = g_task_get_task_data (task);
  g_autoptr (HypervCimPath) path
      = hyperv_cim_path_new (HOST_NAMESPACE_HYPERV, "Msvm_ShutdownComponent");
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (HOST_NAMESPACE_HYPERV, "");
  g_autoptr (HypervCimInstance) in = NULL;
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *value = hyperv_cim_instance_get_string (component, keys[i], &error);

    if (value == NULL) {
      g_task_return_error (task, error);
      return;
    }
    hyperv_cim_path_add_key (path, keys[i], value);
  }
  hyperv_cim_builder_add_boolean (builder, "Force", FALSE);
  hyperv_cim_builder_add_string (builder, "Reason", "Requested through hyperv-glib");
  in = hyperv_cim_builder_end (builder);
  session_invoke_async (change_session (change), path, powers[change->power].guest_method, in,
                        g_task_get_cancellable (task), invoke_done, g_object_ref (task));
}

static void
component_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) components = session_query_finish (result, &error);

  if (components == NULL) {
    g_prefix_error (&error, "%s: ", change->what);
    g_task_return_error (task, error);
  } else if (components->len == 0) {
    g_task_return_new_error (task, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
                             "%s: the guest cannot be asked, its shutdown service is off or not "
                             "running; turn-off or reset does not ask",
                             change->what);
  } else {
    change_ask_guest (task, g_ptr_array_index (components, 0));
  }
}

static void
change_find_component (GTask *task)
{
  Change *change = g_task_get_task_data (task);
  g_autofree char *quoted = session_quote (hyperv_vm_get_uuid (change->vm));
  g_autofree char *query = g_strdup_printf (
      "SELECT CreationClassName, DeviceID, SystemCreationClassName, SystemName FROM "
      "Msvm_ShutdownComponent WHERE SystemName = %s",
      quoted);

  session_query_async (change_session (change), HOST_NAMESPACE_HYPERV, query, NULL, NULL,
                       g_task_get_cancellable (task), component_read, g_object_ref (task));
}

/* InitiateReboot came with Windows Server 2016 (Hyper-V WMI provider reference). */
static gboolean
asks_guest (Change *change)
{
  const HypervRelease *release = hyperv_host_get_release (hyperv_vm_get_host (change->vm));

  return powers[change->power].guest_method != NULL
         && hyperv_release_get_major (release) >= powers[change->power].since_major;
}

static void
look_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *name = NULL;

  if (!hyperv_vm_look_finish (result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  name = hyperv_vm_dup_name (change->vm);
  change->what = g_strdup_printf ("%s VM “%s”", powers[change->power].doing, name);
  if ((powers[change->power].from & (1u << hyperv_vm_get_state (change->vm))) == 0)
    g_task_return_error (task, wrong_state_error (change));
  else if (asks_guest (change))
    change_find_component (task);
  else
    change_request_state (task);
}

static void
change_start (GTask *task, gpointer data)
{
  Change *change = data;

  g_task_set_task_data (task, change, NULL);
  hyperv_vm_look_async (change->vm, g_task_get_cancellable (task), look_done, g_object_ref (task));
}

static Change *
change_new (HypervVm *vm, HypervVmPower power, gboolean wait)
{
  Change *change = g_new0 (Change, 1);

  change->vm = vm;
  change->power = power;
  change->wait = wait;
  return change;
}

static SessionWorker *
worker_of (HypervVm *self)
{
  return hyperv_host_get_worker (hyperv_vm_get_host (self));
}

/**
 * hyperv_vm_change_power:
 * @self: a VM
 * @power: what to do
 * @progress: (nullable) (scope call) (closure progress_data): told how the host's job gets on, in
 *   the thread of the host's I/O
 * @progress_data: for @progress
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: HYPERV_ERROR_INVALID_STATE naming the state that it is in, HYPERV_ERROR_NOT_SUPPORTED
 *   when the guest cannot be asked, HYPERV_ERROR_OPERATION_FAILED with the job's words,
 *   HYPERV_ERROR_UNKNOWN_OUTCOME when the reply was lost
 *
 * Changes the power of a VM and waits for the host's job; afterwards state and id of @self are new.
 * After a shutdown or restart, which the guest does on its own, they are as of the moment in which
 * the guest was asked.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_change_power (HypervVm *self, HypervVmPower power, HypervJobProgress progress,
                        gpointer progress_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  Change *change;

  g_return_val_if_fail (HYPERV_IS_VM (self), FALSE);
  g_return_val_if_fail (power < G_N_ELEMENTS (powers), FALSE);

  change = change_new (self, power, TRUE);
  change->progress = progress;
  change->progress_data = progress_data;
  session_worker_call (worker_of (self), self, change_start, change, change_free, cancellable,
                       &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * hyperv_vm_change_power_async:
 * @self: a VM
 * @power: what to do
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy): told
 *   how the host's job gets on, in the thread of the host's I/O
 * @progress_data: for @progress
 * @progress_destroy: (nullable): frees @progress_data
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Changes the power of a VM.
 */
void
hyperv_vm_change_power_async (HypervVm *self, HypervVmPower power, HypervJobProgress progress,
                              gpointer progress_data, GDestroyNotify progress_destroy,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  Change *change;

  g_return_if_fail (HYPERV_IS_VM (self));
  g_return_if_fail (power < G_N_ELEMENTS (powers));

  change = change_new (self, power, TRUE);
  change->progress = progress;
  change->progress_data = progress_data;
  change->progress_destroy = progress_destroy;
  session_worker_call_async (worker_of (self), self, change_start, change, change_free, cancellable,
                             callback, user_data);
}

/**
 * hyperv_vm_change_power_finish:
 * @self: the VM
 * @result: what the callback got
 * @error: as hyperv_vm_change_power()
 *
 * Takes the result of hyperv_vm_change_power_async(), in its callback; does not wait.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_change_power_finish (HypervVm *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (HYPERV_IS_VM (self), FALSE);

  session_worker_call_finish (result, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * hyperv_vm_begin_power:
 * @self: a VM
 * @power: what to do
 * @cancellable: (nullable): stops waiting for the answer
 * @error: as hyperv_vm_change_power()
 *
 * Begins to change the power of a VM; waits for the host's answer, not for its job.
 *
 * Returns: (transfer full) (nullable): the job; %NULL without an error when it was done at once
 */
HypervJob *
hyperv_vm_begin_power (HypervVm *self, HypervVmPower power, GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), NULL);
  g_return_val_if_fail (power < G_N_ELEMENTS (powers), NULL);

  return session_worker_call (worker_of (self), self, change_start, change_new (self, power, FALSE),
                              change_free, cancellable, error);
}

/**
 * hyperv_vm_begin_power_async:
 * @self: a VM
 * @power: what to do
 * @cancellable: (nullable): stops waiting for the answer
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Begins to change the power of a VM.
 */
void
hyperv_vm_begin_power_async (HypervVm *self, HypervVmPower power, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_VM (self));
  g_return_if_fail (power < G_N_ELEMENTS (powers));

  session_worker_call_async (worker_of (self), self, change_start, change_new (self, power, FALSE),
                             change_free, cancellable, callback, user_data);
}

/**
 * hyperv_vm_begin_power_finish:
 * @self: the VM
 * @result: what the callback got
 * @error: as hyperv_vm_change_power()
 *
 * Takes the result of hyperv_vm_begin_power_async(), in its callback; does not wait.
 *
 * Returns: (transfer full) (nullable): the job; %NULL without an error when it was done at once
 */
HypervJob *
hyperv_vm_begin_power_finish (HypervVm *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), NULL);

  return session_worker_call_finish (result, error);
}
