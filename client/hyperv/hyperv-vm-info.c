/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error.h"
#include "client/hyperv/hyperv-fields-private.h"
#include "client/hyperv/hyperv-vm-private.h"

G_DEFINE_BOXED_TYPE (HypervVmInfo, hyperv_vm_info, hyperv_vm_info_copy, hyperv_vm_info_free)

#define MIB (1024 * 1024)

typedef struct {
  HypervVmInfo info;
  guint enabled_state;
  char *subtype;
} Rows;

/* One question for each class; the fixed parts of the InstanceIDs are the same on every host
 * (seen on 2012 R2 and newer). Memory counts in MiB (AllocationUnits `byte * 2^20`). */
static const HypervField system_fields[] = {
  { "ElementName", HYPERV_FIELD_STRING, HYPERV_FIELD_REQUIRED, offsetof (Rows, info.name) },
  { "Name", HYPERV_FIELD_STRING, HYPERV_FIELD_REQUIRED, offsetof (Rows, info.uuid) },
  { "EnabledState", HYPERV_FIELD_UINT, HYPERV_FIELD_REQUIRED, offsetof (Rows, enabled_state) },
  { "ProcessID", HYPERV_FIELD_UINT, HYPERV_FIELD_OPTIONAL, offsetof (Rows, info.id) },
  { "OnTimeInMilliseconds", HYPERV_FIELD_UINT64, HYPERV_FIELD_OPTIONAL,
    offsetof (Rows, info.uptime) },
};
static const HypervField setting_fields[] = {
  { "Version", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (Rows, info.version) },
  { "VirtualSystemSubType", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (Rows, subtype) },
  { "Notes", HYPERV_FIELD_LINES, HYPERV_FIELD_OPTIONAL, offsetof (Rows, info.notes) },
};
static const HypervField memory_fields[] = {
  { "VirtualQuantity", HYPERV_FIELD_UINT64, HYPERV_FIELD_REQUIRED, offsetof (Rows, info.memory) },
  { "Limit", HYPERV_FIELD_UINT64, HYPERV_FIELD_REQUIRED, offsetof (Rows, info.max_memory) },
  { "DynamicMemoryEnabled", HYPERV_FIELD_BOOLEAN, HYPERV_FIELD_OPTIONAL,
    offsetof (Rows, info.dynamic_memory) },
};
static const HypervField processor_fields[] = {
  { "VirtualQuantity", HYPERV_FIELD_UINT, HYPERV_FIELD_REQUIRED, offsetof (Rows, info.vcpus) },
};
static const struct {
  const char *class_name;
  const char *columns;
  const char *key;
  const char *before; /* the UUID, in the key's value */
  const char *after;
  const HypervField *fields;
  gsize n_fields;
} questions[] = {
  { "Msvm_ComputerSystem", "ElementName, Name, EnabledState, ProcessID, OnTimeInMilliseconds",
    "Name", "", "", system_fields, G_N_ELEMENTS (system_fields) },
  { "Msvm_VirtualSystemSettingData", "Version, VirtualSystemSubType, Notes", "InstanceID",
    "Microsoft:", "", setting_fields, G_N_ELEMENTS (setting_fields) },
  { "Msvm_MemorySettingData", "VirtualQuantity, Limit, DynamicMemoryEnabled", "InstanceID",
    "Microsoft:", "\\4764334d-e001-4176-82ee-5594ec9b530e", memory_fields,
    G_N_ELEMENTS (memory_fields) },
  { "Msvm_ProcessorSettingData", "VirtualQuantity", "InstanceID", "Microsoft:",
    "\\b637f346-6a0e-4dec-af52-bd70cb80a21d\\0", processor_fields,
    G_N_ELEMENTS (processor_fields) },
};

static void
info_copy_texts (HypervVmInfo *self)
{
  self->name = g_strdup (self->name);
  self->uuid = g_strdup (self->uuid);
  self->version = g_strdup (self->version);
  self->notes = g_strdup (self->notes);
}

static void
info_free_texts (HypervVmInfo *self)
{
  g_free (self->name);
  g_free (self->uuid);
  g_free (self->version);
  g_free (self->notes);
}

/**
 * hyperv_vm_info_copy: (skip)
 * @self: what is known about a VM
 *
 * Copies what is known about a VM.
 *
 * Returns: (transfer full): a copy
 */
HypervVmInfo *
hyperv_vm_info_copy (const HypervVmInfo *self)
{
  HypervVmInfo *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  info_copy_texts (copy);
  return copy;
}

/**
 * hyperv_vm_info_free: (skip)
 * @self: (transfer full): what is known about a VM
 *
 * Frees what is known about a VM.
 */
void
hyperv_vm_info_free (HypervVmInfo *self)
{
  g_return_if_fail (self != NULL);

  info_free_texts (self);
  g_free (self);
}

typedef struct {
  HypervVm *vm;
  Rows rows;
  guint question;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  info_free_texts (&asking->rows.info);
  g_free (asking->rows.subtype);
  g_free (asking);
}

static HypervVmInfo *
finished (Rows *rows)
{
  HypervVmInfo *info = &rows->info;

  info->state = hyperv_vm_state_from_enabled_state (rows->enabled_state);
  info->generation = rows->subtype != NULL && g_str_has_suffix (rows->subtype, ":2") ? 2 : 1;
  info->memory *= MIB;
  info->max_memory *= MIB;
  if (info->notes != NULL && *info->notes == '\0')
    g_clear_pointer (&info->notes, g_free);
  return hyperv_vm_info_copy (info);
}

static gboolean
take_answer (Asking *asking, GPtrArray *instances, GError **error)
{
  guint question = asking->question;
  g_autofree char *name = hyperv_vm_dup_name (asking->vm);
  const HypervCimInstance *instance;

  if (instances->len == 0) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND,
                 "VM “%s” (%s) has no %s; was it deleted?", name, hyperv_vm_get_uuid (asking->vm),
                 questions[question].class_name);
    return FALSE;
  }
  instance = hyperv_host_single (instances, questions[question].class_name, error);
  return instance != NULL
         && hyperv_fields_read (questions[question].fields, questions[question].n_fields, instance,
                                &asking->rows, error);
}

static void ask (GTask *task, gpointer data);

static void
ask_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) instances = session_query_finish (result, &error);

  if (instances == NULL || !take_answer (asking, instances, &error)) {
    g_task_return_error (task, error);
  } else if (++asking->question == G_N_ELEMENTS (questions)) {
    g_task_return_pointer (task, finished (&asking->rows), (GDestroyNotify) hyperv_vm_info_free);
  } else {
    ask (task, asking);
  }
}

static void
ask (GTask *task, gpointer data)
{
  Asking *asking = data;
  guint question = asking->question;
  g_autofree char *value = g_strconcat (questions[question].before, hyperv_vm_get_uuid (asking->vm),
                                        questions[question].after, NULL);
  g_autofree char *quoted = session_quote (value);
  g_autofree char *query
      = g_strdup_printf ("SELECT %s FROM %s WHERE %s = %s", questions[question].columns,
                         questions[question].class_name, questions[question].key, quoted);

  if (g_task_get_task_data (task) == NULL)
    g_task_set_task_data (task, asking, NULL);
  session_query_async (hyperv_host_get_session (hyperv_vm_get_host (asking->vm)),
                       HOST_NAMESPACE_HYPERV, query, NULL, NULL, g_task_get_cancellable (task),
                       ask_read, g_object_ref (task));
}

static Asking *
asking_new (HypervVm *vm)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->vm = vm;
  return asking;
}

/**
 * hyperv_vm_get_info:
 * @self: a VM
 * @cancellable: (nullable): stops waiting
 * @error: HYPERV_ERROR_NOT_FOUND when the VM is gone
 *
 * Asks for the VM and the settings that count. Waits.
 *
 * Returns: (transfer full) (nullable): what is known about it
 */
HypervVmInfo *
hyperv_vm_get_info (HypervVm *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), NULL);

  return session_worker_call (hyperv_host_get_worker (hyperv_vm_get_host (self)), self, ask,
                              asking_new (self), asking_free, cancellable, error);
}

/**
 * hyperv_vm_get_info_async:
 * @self: a VM
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks for the VM and the settings that count.
 */
void
hyperv_vm_get_info_async (HypervVm *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_VM (self));

  session_worker_call_async (hyperv_host_get_worker (hyperv_vm_get_host (self)), self, ask,
                             asking_new (self), asking_free, cancellable, callback, user_data);
}

/**
 * hyperv_vm_get_info_finish:
 * @self: the VM
 * @result: what the callback got
 * @error: as hyperv_vm_get_info()
 *
 * Takes the result of hyperv_vm_get_info_async(), in its callback; does not wait.
 *
 * Returns: (transfer full) (nullable): what is known about it
 */
HypervVmInfo *
hyperv_vm_get_info_finish (HypervVm *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_VM (self), NULL);

  return session_worker_call_finish (result, error);
}
