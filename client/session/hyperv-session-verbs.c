/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-call-private.h"

/* The public trios: the operations of the other files, begun on the worker. */

static void
start_identify (GTask *task, gpointer data)
{
  session_identify_async (g_task_get_source_object (task), g_task_get_cancellable (task),
                          session_call_end_instance, task);
}

static void
start_get (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_get_async (g_task_get_source_object (task), call->path, g_task_get_cancellable (task),
                     session_call_end_instance, task);
}

static void
start_query (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_query_async (g_task_get_source_object (task), call->name_space, call->text, NULL, NULL,
                       g_task_get_cancellable (task), session_call_end_instances, task);
}

static void
start_enumerate (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_enumerate_async (g_task_get_source_object (task), call->name_space, call->text, NULL,
                           NULL, g_task_get_cancellable (task), session_call_end_instances, task);
}

static void
start_invoke (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_invoke_async (g_task_get_source_object (task), call->path, call->text, call->in,
                        g_task_get_cancellable (task), session_call_end_instance, task);
}

/**
 * hyperv_session_identify:
 * @self: a session
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Asks the host what it is (Identify of DSP0226): the result has the class `IdentifyResponse` and
 * the properties `ProtocolVersion`, `ProductVendor`, `ProductVersion` and perhaps
 * `SecurityProfiles`.
 *
 * Returns: (transfer full): the answer, or %NULL with an error
 */
HypervCimInstance *
hyperv_session_identify (HypervSession *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call (self->worker, self, start_identify, NULL, NULL, cancellable, error);
}

/**
 * hyperv_session_identify_async:
 * @self: a session
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_identify().
 */
void
hyperv_session_identify_async (HypervSession *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self));

  session_worker_call_async (self->worker, self, start_identify, NULL, NULL, cancellable, callback,
                             user_data);
}

/**
 * hyperv_session_identify_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_identify_async(), in its callback; does not wait.
 *
 * Returns: (transfer full): the answer, or %NULL with an error
 */
HypervCimInstance *
hyperv_session_identify_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}

/**
 * hyperv_session_get:
 * @self: a session
 * @path: which instance: namespace, class and keys; a namespace with `://` is the beginning of a
 *   resource URI, as `http://schemas.microsoft.com/wbem/wsman/1` is of WinRM's own `config`
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Gets one instance (Get of WS-Transfer).
 *
 * Returns: (transfer full): the instance, or %NULL with an error; HYPERV_ERROR_NOT_FOUND when there
 *   is no such class or instance
 */
HypervCimInstance *
hyperv_session_get (HypervSession *self, const HypervCimPath *path, GCancellable *cancellable,
                    GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && path != NULL, NULL);

  return session_worker_call (self->worker, self, start_get,
                              session_call_new (path, NULL, NULL, NULL), session_call_free,
                              cancellable, error);
}

/**
 * hyperv_session_get_async:
 * @self: a session
 * @path: which instance
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_get().
 */
void
hyperv_session_get_async (HypervSession *self, const HypervCimPath *path, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL);

  session_worker_call_async (self->worker, self, start_get,
                             session_call_new (path, NULL, NULL, NULL), session_call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_session_get_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_get_async(), in its callback; does not wait.
 *
 * Returns: (transfer full): the instance, or %NULL with an error
 */
HypervCimInstance *
hyperv_session_get_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}

/**
 * hyperv_session_query:
 * @self: a session
 * @name_space: namespace with slashes, such as `root/virtualization/v2`
 * @wql: the query, in WQL
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Runs a query and waits for all of its result.
 *
 * Returns: (transfer container) (element-type HypervCimInstance): the instances in the host's
 * order, or %NULL with an error; HYPERV_ERROR_INVALID_ARGUMENT for a query that the host does not
 * take
 */
GPtrArray *
hyperv_session_query (HypervSession *self, const char *name_space, const char *wql,
                      GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && name_space != NULL && wql != NULL, NULL);

  return session_worker_call (self->worker, self, start_query,
                              session_call_new (NULL, name_space, wql, NULL), session_call_free,
                              cancellable, error);
}

/**
 * hyperv_session_query_async:
 * @self: a session
 * @name_space: namespace with slashes
 * @wql: the query, in WQL
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_query().
 */
void
hyperv_session_query_async (HypervSession *self, const char *name_space, const char *wql,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && name_space != NULL && wql != NULL);

  session_worker_call_async (self->worker, self, start_query,
                             session_call_new (NULL, name_space, wql, NULL), session_call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_session_query_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_query_async(), in its callback; does not wait.
 *
 * Returns: (transfer container) (element-type HypervCimInstance): the instances, or %NULL with an
 *   error
 */
GPtrArray *
hyperv_session_query_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}

/**
 * hyperv_session_enumerate:
 * @self: a session
 * @name_space: namespace with slashes, such as `root/virtualization/v2`
 * @class_name: class
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Gets all instances of a class and of the classes derived from it.
 *
 * Returns: (transfer container) (element-type HypervCimInstance): the instances in the host's
 * order, or %NULL with an error
 */
GPtrArray *
hyperv_session_enumerate (HypervSession *self, const char *name_space, const char *class_name,
                          GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && name_space != NULL && class_name != NULL, NULL);

  return session_worker_call (self->worker, self, start_enumerate,
                              session_call_new (NULL, name_space, class_name, NULL),
                              session_call_free, cancellable, error);
}

/**
 * hyperv_session_enumerate_async:
 * @self: a session
 * @name_space: namespace with slashes
 * @class_name: class
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_enumerate().
 */
void
hyperv_session_enumerate_async (HypervSession *self, const char *name_space, const char *class_name,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && name_space != NULL && class_name != NULL);

  session_worker_call_async (self->worker, self, start_enumerate,
                             session_call_new (NULL, name_space, class_name, NULL),
                             session_call_free, cancellable, callback, user_data);
}

/**
 * hyperv_session_enumerate_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_enumerate_async(), in its callback; does not wait.
 *
 * Returns: (transfer container) (element-type HypervCimInstance): the instances, or %NULL with an
 *   error
 */
GPtrArray *
hyperv_session_enumerate_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}

/**
 * hyperv_session_invoke:
 * @self: a session
 * @path: the instance whose method it is; without keys for a singleton or a static method
 * @method: name of the method
 * @in: (nullable): the in-parameters, typed, in the order of the method's declaration
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Calls a method. It is sent once: when the reply is lost the error is
 * HYPERV_ERROR_UNKNOWN_OUTCOME, and the method may have been carried out.
 *
 * Returns: (transfer full): the out-parameters and `ReturnValue`, as text, or %NULL with an error.
 * A `ReturnValue` that means failure is not an error here.
 */
HypervCimInstance *
hyperv_session_invoke (HypervSession *self, const HypervCimPath *path, const char *method,
                       const HypervCimInstance *in, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && path != NULL && method != NULL, NULL);

  return session_worker_call (self->worker, self, start_invoke,
                              session_call_new (path, NULL, method, in), session_call_free,
                              cancellable, error);
}

/**
 * hyperv_session_invoke_async:
 * @self: a session
 * @path: the instance whose method it is
 * @method: name of the method
 * @in: (nullable): the in-parameters
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_invoke().
 */
void
hyperv_session_invoke_async (HypervSession *self, const HypervCimPath *path, const char *method,
                             const HypervCimInstance *in, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL && method != NULL);

  session_worker_call_async (self->worker, self, start_invoke,
                             session_call_new (path, NULL, method, in), session_call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_session_invoke_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_invoke_async(), in its callback; does not wait.
 *
 * Returns: (transfer full): the out-parameters and `ReturnValue`, or %NULL with an error
 */
HypervCimInstance *
hyperv_session_invoke_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}
