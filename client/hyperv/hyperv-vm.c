/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-vm.h"

#include "client/base/hyperv-error.h"
#include "client/hyperv/hyperv-fields-private.h"
#include "client/hyperv/hyperv-vm-private.h"

/**
 * HypervVm:
 *
 * A virtual machine. Any thread may call; name, state and id are as of the last time that the host
 * was asked.
 */
struct _HypervVm {
  GObject parent_instance;
  HypervHost *host;
  char *uuid;

  GMutex lock; /* for all below */
  char *name;
  HypervVmState state;
  guint id;
};

G_DEFINE_FINAL_TYPE (HypervVm, hyperv_vm, G_TYPE_OBJECT)

static const HypervField row_fields[] = {
  { "Name", HYPERV_FIELD_STRING, HYPERV_FIELD_REQUIRED, offsetof (HypervVmRow, uuid) },
  { "ElementName", HYPERV_FIELD_STRING, HYPERV_FIELD_REQUIRED, offsetof (HypervVmRow, name) },
  { "EnabledState", HYPERV_FIELD_UINT, HYPERV_FIELD_REQUIRED,
    offsetof (HypervVmRow, enabled_state) },
  { "ProcessID", HYPERV_FIELD_UINT, HYPERV_FIELD_OPTIONAL, offsetof (HypervVmRow, id) },
  { "InstallDate", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (HypervVmRow, installed) },
};

gboolean
hyperv_vm_row_read (HypervVmRow *row, const HypervCimInstance *instance, GError **error)
{
  return hyperv_fields_read (row_fields, G_N_ELEMENTS (row_fields), instance, row, error);
}

void
hyperv_vm_row_clear (HypervVmRow *row)
{
  g_clear_pointer (&row->uuid, g_free);
  g_clear_pointer (&row->name, g_free);
  g_clear_pointer (&row->installed, g_free);
}

static void
hyperv_vm_finalize (GObject *object)
{
  HypervVm *self = HYPERV_VM (object);

  g_clear_object (&self->host);
  g_free (self->uuid);
  g_free (self->name);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (hyperv_vm_parent_class)->finalize (object);
}

static void
hyperv_vm_class_init (HypervVmClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hyperv_vm_finalize;
}

static void
hyperv_vm_init (HypervVm *self)
{
  g_mutex_init (&self->lock);
}

HypervVm *
hyperv_vm_new (HypervHost *host, const HypervVmRow *row)
{
  HypervVm *self = g_object_new (HYPERV_TYPE_VM, NULL);

  self->host = g_object_ref (host);
  self->uuid = g_strdup (row->uuid);
  hyperv_vm_update (self, row);
  return self;
}

void
hyperv_vm_update (HypervVm *self, const HypervVmRow *row)
{
  g_mutex_lock (&self->lock);
  if (g_strcmp0 (self->name, row->name) != 0) {
    g_free (self->name);
    self->name = g_strdup (row->name);
  }
  self->state = hyperv_vm_state_from_enabled_state (row->enabled_state);
  self->id = row->id;
  g_mutex_unlock (&self->lock);
}

HypervCimPath *
hyperv_vm_get_path (HypervVm *self)
{
  HypervCimPath *path = hyperv_cim_path_new (HOST_NAMESPACE_HYPERV, "Msvm_ComputerSystem");

  hyperv_cim_path_add_key (path, "CreationClassName", "Msvm_ComputerSystem");
  hyperv_cim_path_add_key (path, "Name", self->uuid);
  return path;
}

/**
 * hyperv_vm_get_host:
 * @self: a VM
 *
 * Tells on which host the VM is.
 *
 * Returns: (transfer none): the host it is on
 */
HypervHost *
hyperv_vm_get_host (HypervVm *self)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), NULL);

  return self->host;
}

/**
 * hyperv_vm_get_uuid:
 * @self: a VM
 *
 * Gives the id that Windows knows the VM by (`Name` of Msvm_ComputerSystem). Any thread may ask;
 * nothing is sent.
 *
 * Returns: its UUID as the host writes it (upper case); never changes
 */
const char *
hyperv_vm_get_uuid (HypervVm *self)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), NULL);

  return self->uuid;
}

/**
 * hyperv_vm_dup_name:
 * @self: a VM
 *
 * Gives the name (`ElementName` of Msvm_ComputerSystem), as of the last time the host was asked.
 * Any thread may ask; nothing is sent.
 *
 * Returns: (transfer full): its name, which need not be unique
 */
char *
hyperv_vm_dup_name (HypervVm *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (HYPERV_IS_VM (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  return g_strdup (self->name);
}

/**
 * hyperv_vm_get_state:
 * @self: a VM
 *
 * Gives the state, as of the last time the host was asked. Any thread may ask; nothing is sent.
 *
 * Returns: its state
 */
HypervVmState
hyperv_vm_get_state (HypervVm *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (HYPERV_IS_VM (self), HYPERV_VM_STATE_UNKNOWN);

  locker = g_mutex_locker_new (&self->lock);
  return self->state;
}

/**
 * hyperv_vm_get_id:
 * @self: a VM
 *
 * Gives the id (`ProcessID` of Msvm_ComputerSystem), as of the last time the host was asked. Any
 * thread may ask; nothing is sent.
 *
 * Returns: the process id of its worker process, libvirt's id of the domain; 0 when it has none
 */
guint
hyperv_vm_get_id (HypervVm *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (HYPERV_IS_VM (self), 0);

  locker = g_mutex_locker_new (&self->lock);
  return self->id;
}

/* Looking again. */

static gboolean
look_take (HypervVm *self, GPtrArray *instances, GError **error)
{
  HypervVmRow row = { 0 };
  g_autofree char *name = hyperv_vm_dup_name (self);
  gboolean ok;

  if (instances->len == 0) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND, "VM “%s” (%s) is not on %s any more",
                 name, self->uuid, hyperv_host_get_hostname (self->host));
    return FALSE;
  }
  ok = hyperv_vm_row_read (&row, g_ptr_array_index (instances, 0), error);
  if (ok)
    hyperv_vm_update (self, &row);
  hyperv_vm_row_clear (&row);
  return ok;
}

static void
look_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HypervVm *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) instances = session_query_finish (result, &error);

  if (instances != NULL && look_take (self, instances, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
hyperv_vm_look_async (HypervVm *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *quoted = session_quote (self->uuid);
  g_autofree char *query = g_strdup_printf (
      "SELECT " VM_COLUMNS " FROM Msvm_ComputerSystem WHERE Name = %s", quoted);

  session_query_async (hyperv_host_get_session (self->host), HOST_NAMESPACE_HYPERV, query, NULL,
                       NULL, cancellable, look_read, task);
}

gboolean
hyperv_vm_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
refresh_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hyperv_vm_look_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
refresh_start (GTask *task, gpointer data)
{
  hyperv_vm_look_async (data, g_task_get_cancellable (task), refresh_done, g_object_ref (task));
}

/**
 * hyperv_vm_refresh:
 * @self: a VM
 * @cancellable: (nullable): stops waiting
 * @error: HYPERV_ERROR_NOT_FOUND when the VM is gone
 *
 * Asks the host for name, state and id again. Waits.
 *
 * Returns: whether they are new
 */
gboolean
hyperv_vm_refresh (HypervVm *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), FALSE);

  return session_worker_call_boolean (hyperv_host_get_worker (self->host), self, refresh_start,
                                      self, NULL, cancellable, error);
}

/**
 * hyperv_vm_refresh_async:
 * @self: a VM
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks the host for name, state and id again.
 */
void
hyperv_vm_refresh_async (HypervVm *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_VM (self));

  session_worker_call_async (hyperv_host_get_worker (self->host), self, refresh_start, self, NULL,
                             cancellable, callback, user_data);
}

/**
 * hyperv_vm_refresh_finish:
 * @self: the VM
 * @result: what the callback got
 * @error: as hyperv_vm_refresh()
 *
 * Takes the result of hyperv_vm_refresh_async(), in its callback; does not wait.
 *
 * Returns: whether name, state and id are new
 */
gboolean
hyperv_vm_refresh_finish (HypervVm *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), FALSE);

  return session_worker_call_finish_boolean (result, error);
}
