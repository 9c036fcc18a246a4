/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-call-private.h"

/* Enumerating with paths and by properties, and instances in string parameters. */

static SessionCall *
call_items (const HypervCimPath *pattern, HypervSessionItems items)
{
  SessionCall *call = session_call_new (pattern, NULL, NULL, NULL);

  call->items = items;
  return call;
}

static void
start_enumerate_items (GTask *task, gpointer data)
{
  static const SessionItems wanted[]
      = { [HYPERV_SESSION_OBJECTS] = SESSION_OBJECTS,
          [HYPERV_SESSION_PATHS] = SESSION_PATHS,
          [HYPERV_SESSION_OBJECTS_AND_PATHS] = SESSION_OBJECTS_AND_PATHS };
  const SessionCall *call = data;

  session_enumerate_items_async (g_task_get_source_object (task), call->path, wanted[call->items],
                                 NULL, NULL, g_task_get_cancellable (task),
                                 session_call_end_instances, task);
}

/**
 * hyperv_session_enumerate_items:
 * @self: a session
 * @pattern: namespace and class; its keys are properties and what they are to be
 * @items: what is wanted of each instance
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Gets instances of a class and of the classes derived from it: all, or those whose properties have
 * the values of @pattern's keys (SelectorFilter, DSP0226 8.3). With paths, each instance has the
 * property `__PATH`, a reference to itself.
 *
 * Returns: (transfer container) (element-type HypervCimInstance): the instances in the host's
 *   order, or %NULL with an error; HYPERV_ERROR_PROTOCOL when the host ignores @items
 */
GPtrArray *
hyperv_session_enumerate_items (HypervSession *self, const HypervCimPath *pattern,
                                HypervSessionItems items, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && pattern != NULL, NULL);
  g_return_val_if_fail (items <= HYPERV_SESSION_OBJECTS_AND_PATHS, NULL);

  return session_worker_call (self->worker, self, start_enumerate_items,
                              call_items (pattern, items), session_call_free, cancellable, error);
}

/**
 * hyperv_session_enumerate_items_async:
 * @self: a session
 * @pattern: namespace and class; its keys are properties and what they are to be
 * @items: what is wanted of each instance
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_enumerate_items().
 */
void
hyperv_session_enumerate_items_async (HypervSession *self, const HypervCimPath *pattern,
                                      HypervSessionItems items, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && pattern != NULL);
  g_return_if_fail (items <= HYPERV_SESSION_OBJECTS_AND_PATHS);

  session_worker_call_async (self->worker, self, start_enumerate_items, call_items (pattern, items),
                             session_call_free, cancellable, callback, user_data);
}

/**
 * hyperv_session_enumerate_items_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type HypervCimInstance): the instances in the host's
 *   order, or %NULL with an error; HYPERV_ERROR_PROTOCOL when the host ignores @items
 */
GPtrArray *
hyperv_session_enumerate_items_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}

/**
 * hyperv_session_read_path:
 * @text: a path of WMI: host and namespace may be missing, keys may be
 * @error: HYPERV_ERROR_INVALID_ARGUMENT, naming what was expected and where
 *
 * Reads an object path, as properties such as `Parent` and `HostResource` hold it.
 *
 * Returns: (transfer full): the path; without a namespace in @text its namespace is empty; or %NULL
 *   with an error
 */
HypervCimPath *
hyperv_session_read_path (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  return wire_path_from_text (text, error);
}

/**
 * hyperv_session_read_embedded:
 * @name_space: namespace with slashes, of the instance
 * @text: what a string parameter or property holds
 * @error: HYPERV_ERROR_PROTOCOL, naming what is wrong
 *
 * Reads an instance that Windows wrote as CIM-XML (DSP0201), such as the `SettingData` of
 * `GetVirtualHardDiskSettingData`. Its properties are typed; times are in the 25 characters of
 * DSP0004.
 *
 * Returns: (transfer full): the instance, or %NULL with an error
 */
HypervCimInstance *
hyperv_session_read_embedded (const char *name_space, const char *text, GError **error)
{
  g_return_val_if_fail (name_space != NULL && text != NULL, NULL);

  return wire_embedded_from_text (name_space, text, error);
}

/**
 * hyperv_session_write_embedded:
 * @instance: an instance with typed properties
 * @error: HYPERV_ERROR_INVALID_ARGUMENT, naming what cannot be written
 *
 * Writes an instance as CIM-XML (DSP0201), as Hyper-V's methods want it in string parameters. An
 * in-parameter of the type HYPERV_CIM_TYPE_INSTANCE is written so by itself.
 *
 * Returns: (transfer full): the text, or %NULL with an error
 */
char *
hyperv_session_write_embedded (const HypervCimInstance *instance, GError **error)
{
  g_return_val_if_fail (instance != NULL, NULL);

  return wire_embedded_to_text (instance, error);
}
