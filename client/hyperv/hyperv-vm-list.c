/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/base/hyperv-error.h"
#include "client/hyperv/hyperv-vm-private.h"

#define LIST_QUERY "SELECT " VM_COLUMNS " FROM Msvm_ComputerSystem WHERE Name != __SERVER"

static gboolean
take_vm (HypervHost *host, const HypervCimInstance *instance, GPtrArray *vms, GError **error)
{
  HypervVmRow row = { 0 };
  gboolean ok = hyperv_vm_row_read (&row, instance, error);

  if (ok && row.installed != NULL)
    g_ptr_array_add (vms, hyperv_vm_new (host, &row));
  hyperv_vm_row_clear (&row);
  return ok;
}

static GPtrArray *
take_vms (HypervHost *host, GPtrArray *instances, GError **error)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < instances->len; i++)
    if (!take_vm (host, g_ptr_array_index (instances, i), vms, error))
      return NULL;
  return g_steal_pointer (&vms);
}

/* A host without the role lacks the namespace, and Windows' own words do not say so. */
static void
explain (GError **error)
{
  static const char hint[] = "cannot list VMs (is the Hyper-V role installed on the host, and may "
                             "the user manage it?): ";

  if (g_error_matches (*error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND)
      || g_error_matches (*error, HYPERV_ERROR, HYPERV_ERROR_ACCESS_DENIED))
    g_prefix_error (error, "%s", hint);
}

static void
list_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HypervHost *host = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) instances = session_query_finish (result, &error);
  GPtrArray *vms = instances != NULL ? take_vms (host, instances, &error) : NULL;

  if (vms != NULL) {
    g_task_return_pointer (task, vms, (GDestroyNotify) g_ptr_array_unref);
  } else {
    explain (&error);
    g_task_return_error (task, error);
  }
}

static void
list_start (GTask *task, gpointer data)
{
  session_query_async (hyperv_host_get_session (data), HOST_NAMESPACE_HYPERV, LIST_QUERY, NULL,
                       NULL, g_task_get_cancellable (task), list_read, g_object_ref (task));
}

/**
 * hyperv_host_list_vms:
 * @host: an open host
 * @cancellable: (nullable): stops waiting
 * @error: what failed
 *
 * Asks for all VMs, in the host's order: two requests for up to 100. Waits.
 *
 * Returns: (transfer container) (nullable) (element-type HypervVm): the VMs
 */
GPtrArray *
hyperv_host_list_vms (HypervHost *host, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (host) && hyperv_host_get_session (host) != NULL, NULL);

  return session_worker_call (hyperv_host_get_worker (host), host, list_start, host, NULL,
                              cancellable, error);
}

/**
 * hyperv_host_list_vms_async:
 * @host: an open host
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks for all VMs.
 */
void
hyperv_host_list_vms_async (HypervHost *host, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_HOST (host) && hyperv_host_get_session (host) != NULL);

  session_worker_call_async (hyperv_host_get_worker (host), host, list_start, host, NULL,
                             cancellable, callback, user_data);
}

/**
 * hyperv_host_list_vms_finish:
 * @host: the host
 * @result: what the callback got
 * @error: what failed
 *
 * Takes the result of hyperv_host_list_vms_async(), in its callback; does not wait.
 *
 * Returns: (transfer container) (nullable) (element-type HypervVm): the VMs
 */
GPtrArray *
hyperv_host_list_vms_finish (HypervHost *host, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (host), NULL);

  return session_worker_call_finish (result, error);
}

/* One VM by name, UUID or id. */

/* All digits, and small enough for a process id. */
static gboolean
parse_id (const char *which, guint64 *id)
{
  return g_ascii_string_to_unsigned (which, 10, 1, G_MAXUINT32, id, NULL);
}

static char *
find_query (const char *which)
{
  g_autofree char *quoted = session_quote (which);
  g_autofree char *upper = g_ascii_strup (which, -1);
  g_autofree char *quoted_upper = session_quote (upper);
  g_autoptr (GString) query = g_string_new ("SELECT " VM_COLUMNS " FROM Msvm_ComputerSystem WHERE "
                                            "Name != __SERVER AND (");
  guint64 id = 0;

  g_string_append_printf (query, "ElementName = %s", quoted);
  if (g_uuid_string_is_valid (which))
    g_string_append_printf (query, " OR Name = %s", quoted_upper);
  if (parse_id (which, &id))
    g_string_append_printf (query, " OR ProcessID = %" G_GUINT64_FORMAT, id);
  g_string_append_c (query, ')');
  return g_string_free (g_steal_pointer (&query), FALSE);
}

/* How well a VM answers to a word: the best rank wins, and must be alone. */
typedef enum { RANK_NONE, RANK_ID, RANK_NAME_OTHER_CASE, RANK_NAME, RANK_UUID } Rank;

static gboolean
same_folded (const char *a, const char *b)
{
  g_autofree char *folded_a = g_utf8_casefold (a, -1);
  g_autofree char *folded_b = g_utf8_casefold (b, -1);

  return strcmp (folded_a, folded_b) == 0;
}

static Rank
rank (HypervVm *vm, const char *which)
{
  g_autofree char *name = hyperv_vm_dup_name (vm);
  guint64 id = 0;

  if (g_ascii_strcasecmp (hyperv_vm_get_uuid (vm), which) == 0)
    return RANK_UUID;
  if (strcmp (name, which) == 0)
    return RANK_NAME;
  if (same_folded (name, which))
    return RANK_NAME_OTHER_CASE;
  return parse_id (which, &id) && id == hyperv_vm_get_id (vm) ? RANK_ID : RANK_NONE;
}

static GError *
ambiguous (HypervHost *host, GPtrArray *vms, Rank best, const char *which)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < vms->len; i++) {
    HypervVm *vm = g_ptr_array_index (vms, i);

    if (rank (vm, which) == best)
      g_string_append_printf (list, "%s%s (%s)", list->len > 0 ? ", " : "",
                              hyperv_vm_get_uuid (vm),
                              hyperv_vm_state_to_string (hyperv_vm_get_state (vm)));
  }
  return g_error_new (HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                      "several VMs of %s answer to “%s”; name one by its UUID: %s",
                      hyperv_host_get_hostname (host), which, list->str);
}

static HypervVm *
choose (HypervHost *host, GPtrArray *vms, const char *which, GError **error)
{
  HypervVm *found = NULL;
  Rank best = RANK_NONE;
  guint n_best = 0;

  for (guint i = 0; i < vms->len; i++) {
    HypervVm *vm = g_ptr_array_index (vms, i);
    Rank its = rank (vm, which);

    if (its == RANK_NONE)
      continue;
    n_best = its > best ? 1 : n_best + (its == best);
    if (its > best) {
      best = its;
      found = vm;
    }
  }
  if (n_best > 1) {
    g_propagate_error (error, ambiguous (host, vms, best, which));
    return NULL;
  }
  if (found == NULL)
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND,
                 "%s has no VM with the name, UUID or id “%s”", hyperv_host_get_hostname (host),
                 which);
  return found;
}

static void
find_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HypervHost *host = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) instances = session_query_finish (result, &error);
  g_autoptr (GPtrArray) vms = instances != NULL ? take_vms (host, instances, &error) : NULL;
  HypervVm *vm = NULL;

  if (vms == NULL)
    explain (&error);
  else
    vm = choose (host, vms, g_task_get_task_data (task), &error);
  if (vm != NULL)
    g_task_return_pointer (task, g_object_ref (vm), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
find_start (GTask *task, gpointer data)
{
  const char *which = data;
  g_autofree char *query = find_query (which);

  g_task_set_task_data (task, g_strdup (which), g_free);
  session_query_async (hyperv_host_get_session (g_task_get_source_object (task)),
                       HOST_NAMESPACE_HYPERV, query, NULL, NULL, g_task_get_cancellable (task),
                       find_read, g_object_ref (task));
}

/**
 * hyperv_host_find_vm:
 * @host: an open host
 * @which: name, UUID (any case) or id of a VM
 * @cancellable: (nullable): stops waiting
 * @error: HYPERV_ERROR_NOT_FOUND, or HYPERV_ERROR_INVALID_ARGUMENT listing the VMs when several
 *   have that name
 *
 * Looks for a VM. A UUID goes before a name, a name before an id, and a name in the same case
 * before one in another. Waits.
 *
 * Returns: (transfer full) (nullable): the VM
 */
HypervVm *
hyperv_host_find_vm (HypervHost *host, const char *which, GCancellable *cancellable,
                     GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (host) && hyperv_host_get_session (host) != NULL, NULL);
  g_return_val_if_fail (which != NULL, NULL);

  return session_worker_call (hyperv_host_get_worker (host), host, find_start, g_strdup (which),
                              g_free, cancellable, error);
}

/**
 * hyperv_host_find_vm_async:
 * @host: an open host
 * @which: name, UUID (any case) or id of a VM
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Looks for a VM.
 */
void
hyperv_host_find_vm_async (HypervHost *host, const char *which, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_HOST (host) && hyperv_host_get_session (host) != NULL);
  g_return_if_fail (which != NULL);

  session_worker_call_async (hyperv_host_get_worker (host), host, find_start, g_strdup (which),
                             g_free, cancellable, callback, user_data);
}

/**
 * hyperv_host_find_vm_finish:
 * @host: the host
 * @result: what the callback got
 * @error: as hyperv_host_find_vm()
 *
 * Takes the result of hyperv_host_find_vm_async(), in its callback; does not wait.
 *
 * Returns: (transfer full) (nullable): the VM
 */
HypervVm *
hyperv_host_find_vm_finish (HypervHost *host, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (host), NULL);

  return session_worker_call_finish (result, error);
}
