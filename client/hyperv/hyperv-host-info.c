/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-host-info.h"

#include "client/base/hyperv-error.h"
#include "client/hyperv/hyperv-fields-private.h"
#include "client/hyperv/hyperv-host-private.h"

G_DEFINE_BOXED_TYPE (HypervHostInfo, hyperv_host_info, hyperv_host_info_copy, hyperv_host_info_free)

/* Four small questions; each row says what is asked and where the answers go. */
static const HypervField os_fields[] = {
  { "FreePhysicalMemory", HYPERV_FIELD_UINT64, HYPERV_FIELD_REQUIRED,
    offsetof (HypervHostInfo, free_memory) },
};
static const HypervField computer_fields[] = {
  { "DNSHostName", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL,
    offsetof (HypervHostInfo, hostname) },
  { "Manufacturer", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL,
    offsetof (HypervHostInfo, manufacturer) },
  { "Model", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (HypervHostInfo, model) },
  { "TotalPhysicalMemory", HYPERV_FIELD_UINT64, HYPERV_FIELD_REQUIRED,
    offsetof (HypervHostInfo, memory) },
};
static const HypervField product_fields[] = {
  { "UUID", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (HypervHostInfo, uuid) },
};
static const HypervField processor_fields[] = {
  { "Name", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (HypervHostInfo, processor) },
  { "MaxClockSpeed", HYPERV_FIELD_UINT, HYPERV_FIELD_OPTIONAL, offsetof (HypervHostInfo, mhz) },
  { "NumberOfCores", HYPERV_FIELD_UINT, HYPERV_FIELD_OPTIONAL, offsetof (HypervHostInfo, cores) },
  { "NumberOfLogicalProcessors", HYPERV_FIELD_UINT, HYPERV_FIELD_OPTIONAL,
    offsetof (HypervHostInfo, threads) },
};
static const struct {
  const char *class_name;
  const char *query;
  const HypervField *fields;
  gsize n_fields;
} questions[] = {
  { "Win32_OperatingSystem", "SELECT FreePhysicalMemory FROM Win32_OperatingSystem", os_fields,
    G_N_ELEMENTS (os_fields) },
  { "Win32_ComputerSystem",
    "SELECT DNSHostName, Manufacturer, Model, TotalPhysicalMemory FROM Win32_ComputerSystem",
    computer_fields, G_N_ELEMENTS (computer_fields) },
  { "Win32_ComputerSystemProduct", "SELECT UUID FROM Win32_ComputerSystemProduct", product_fields,
    G_N_ELEMENTS (product_fields) },
  { "Win32_Processor",
    "SELECT Name, MaxClockSpeed, NumberOfCores, NumberOfLogicalProcessors FROM Win32_Processor",
    processor_fields, G_N_ELEMENTS (processor_fields) },
};
#define FREE_MEMORY_QUESTION 0
#define PROCESSOR_QUESTION 3

/**
 * hyperv_host_info_copy: (skip)
 * @self: what is known about a host
 *
 * Copies what is known about a host.
 *
 * Returns: (transfer full): a copy
 */
HypervHostInfo *
hyperv_host_info_copy (const HypervHostInfo *self)
{
  HypervHostInfo *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->hostname = g_strdup (self->hostname);
  copy->manufacturer = g_strdup (self->manufacturer);
  copy->model = g_strdup (self->model);
  copy->processor = g_strdup (self->processor);
  copy->uuid = g_strdup (self->uuid);
  return copy;
}

/**
 * hyperv_host_info_free: (skip)
 * @self: (transfer full): what is known about a host
 *
 * Frees what is known about a host.
 */
void
hyperv_host_info_free (HypervHostInfo *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->hostname);
  g_free (self->manufacturer);
  g_free (self->model);
  g_free (self->processor);
  g_free (self->uuid);
  g_free (self);
}

typedef struct {
  HypervHost *host;
  HypervHostInfo *info;
  guint question;
  guint last; /* question */
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_clear_pointer (&asking->info, hyperv_host_info_free);
  g_free (asking);
}

/* Sockets, cores and threads add up over the processors. */
static gboolean
take_processors (HypervHostInfo *info, GPtrArray *processors, GError **error)
{
  guint cores = 0, threads = 0;

  for (guint i = 0; i < processors->len; i++) {
    if (!hyperv_fields_read (processor_fields, G_N_ELEMENTS (processor_fields),
                             g_ptr_array_index (processors, i), info, error))
      return FALSE;
    cores += info->cores;
    threads += info->threads;
  }
  info->sockets = processors->len;
  info->cores = cores;
  info->threads = threads;
  if (info->processor != NULL)
    g_strstrip (info->processor);
  return TRUE;
}

static gboolean
take_answer (Asking *asking, GPtrArray *instances, GError **error)
{
  const HypervCimInstance *instance;
  guint question = asking->question;

  if (question == PROCESSOR_QUESTION)
    return take_processors (asking->info, instances, error);
  instance = hyperv_host_single (instances, questions[question].class_name, error);
  if (instance == NULL
      || !hyperv_fields_read (questions[question].fields, questions[question].n_fields, instance,
                              asking->info, error))
    return FALSE;
  if (question == FREE_MEMORY_QUESTION)
    asking->info->free_memory *= 1024; /* Windows counts in KiB */
  return TRUE;
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
  } else if (asking->question == asking->last) {
    g_task_return_pointer (task, g_steal_pointer (&asking->info),
                           (GDestroyNotify) hyperv_host_info_free);
  } else {
    asking->question++;
    ask (task, asking);
  }
}

static void
ask (GTask *task, gpointer data)
{
  Asking *asking = data;

  if (g_task_get_task_data (task) == NULL)
    g_task_set_task_data (task, asking, NULL);
  session_query_async (hyperv_host_get_session (asking->host), HOST_NAMESPACE_CIMV2,
                       questions[asking->question].query, NULL, NULL,
                       g_task_get_cancellable (task), ask_read, g_object_ref (task));
}

static Asking *
asking_new (HypervHost *host, guint last)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->host = host;
  asking->info = g_new0 (HypervHostInfo, 1);
  asking->last = last;
  return asking;
}

/**
 * hyperv_host_get_info:
 * @self: an open host
 * @cancellable: (nullable): stops waiting
 * @error: what failed
 *
 * Asks for the computer under the host. Waits.
 *
 * Returns: (transfer full) (nullable): what is known about it
 */
HypervHostInfo *
hyperv_host_get_info (HypervHost *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self) && hyperv_host_get_session (self) != NULL, NULL);

  return session_worker_call (hyperv_host_get_worker (self), self, ask,
                              asking_new (self, PROCESSOR_QUESTION), asking_free, cancellable,
                              error);
}

/**
 * hyperv_host_get_info_async:
 * @self: an open host
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks for the computer under the host.
 */
void
hyperv_host_get_info_async (HypervHost *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_HOST (self) && hyperv_host_get_session (self) != NULL);

  session_worker_call_async (hyperv_host_get_worker (self), self, ask,
                             asking_new (self, PROCESSOR_QUESTION), asking_free, cancellable,
                             callback, user_data);
}

/**
 * hyperv_host_get_info_finish:
 * @self: the host
 * @result: what the callback got
 * @error: what failed
 *
 * Takes the result of hyperv_host_get_info_async(), in its callback; does not wait.
 *
 * Returns: (transfer full) (nullable): what is known about the computer
 */
HypervHostInfo *
hyperv_host_get_info_finish (HypervHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), NULL);

  return session_worker_call_finish (result, error);
}

static guint64
free_memory_of (HypervHostInfo *info)
{
  guint64 free_memory = info != NULL ? info->free_memory : 0;

  g_clear_pointer (&info, hyperv_host_info_free);
  return free_memory;
}

/**
 * hyperv_host_get_free_memory:
 * @self: an open host
 * @cancellable: (nullable): stops waiting
 * @error: what failed
 *
 * Asks how much physical memory is free. Waits.
 *
 * Returns: bytes; 0 with an error
 */
guint64
hyperv_host_get_free_memory (HypervHost *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self) && hyperv_host_get_session (self) != NULL, 0);

  return free_memory_of (session_worker_call (hyperv_host_get_worker (self), self, ask,
                                              asking_new (self, FREE_MEMORY_QUESTION), asking_free,
                                              cancellable, error));
}

/**
 * hyperv_host_get_free_memory_async:
 * @self: an open host
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks how much physical memory is free.
 */
void
hyperv_host_get_free_memory_async (HypervHost *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_HOST (self) && hyperv_host_get_session (self) != NULL);

  session_worker_call_async (hyperv_host_get_worker (self), self, ask,
                             asking_new (self, FREE_MEMORY_QUESTION), asking_free, cancellable,
                             callback, user_data);
}

/**
 * hyperv_host_get_free_memory_finish:
 * @self: the host
 * @result: what the callback got
 * @error: what failed
 *
 * Takes the result of hyperv_host_get_free_memory_async(), in its callback; does not wait.
 *
 * Returns: bytes; 0 with an error
 */
guint64
hyperv_host_get_free_memory_finish (HypervHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), 0);

  return free_memory_of (session_worker_call_finish (result, error));
}
