/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-call-private.h"

/* The public trios of the rest of WS-Transfer. */

static void
end_put (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (session_put_finish (result, &error))
    g_task_return_boolean (user_data, TRUE);
  else
    g_task_return_error (user_data, error);
}

static void
end_create (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  HypervCimPath *path = session_create_finish (result, &error);

  if (path != NULL)
    g_task_return_pointer (user_data, path, (GDestroyNotify)hyperv_cim_path_unref);
  else
    g_task_return_error (user_data, error);
}

static void
start_get_property (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_get_fragment_async (g_task_get_source_object (task), call->path, call->text,
                              g_task_get_cancellable (task), session_call_end_instance, task);
}

static void
start_put (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_put_async (g_task_get_source_object (task), call->path, call->text, call->in,
                     g_task_get_cancellable (task), end_put, task);
}

static void
start_create (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_create_async (g_task_get_source_object (task), call->in, g_task_get_cancellable (task),
                        end_create, task);
}

static void
start_delete (GTask *task, gpointer data)
{
  const SessionCall *call = data;

  session_delete_async (g_task_get_source_object (task), call->path, g_task_get_cancellable (task),
                        end_put, task);
}

/**
 * hyperv_session_get_property:
 * @self: a session
 * @path: which instance
 * @property: name of a property
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Gets one property of an instance (a fragment, DSP0226 7.7), without the rest.
 *
 * Returns: (transfer full): an instance of the class with this property alone, or %NULL with an
 *   error
 */
HypervCimInstance *
hyperv_session_get_property (HypervSession *self, const HypervCimPath *path, const char *property,
                             GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && path != NULL && property != NULL, NULL);

  return session_worker_call (self->worker, self, start_get_property,
                              session_call_new (path, NULL, property, NULL), session_call_free,
                              cancellable, error);
}

/**
 * hyperv_session_get_property_async:
 * @self: a session
 * @path: which instance
 * @property: name of a property
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_get_property().
 */
void
hyperv_session_get_property_async (HypervSession *self, const HypervCimPath *path,
                                   const char *property, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL && property != NULL);

  session_worker_call_async (self->worker, self, start_get_property,
                             session_call_new (path, NULL, property, NULL), session_call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_session_get_property_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_get_property_async(), in its callback; does not wait.
 *
 * Returns: (transfer full): an instance of the class with this property alone, or %NULL with an
 *   error
 */
HypervCimInstance *
hyperv_session_get_property_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}

/**
 * hyperv_session_put:
 * @self: a session
 * @path: which instance: namespace, class and keys
 * @instance: the properties, typed
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Changes an instance (Put of WS-Transfer). Sent once: when the reply is lost the error is
 * HYPERV_ERROR_UNKNOWN_OUTCOME. Of Hyper-V's classes hardly any can be put; they have methods.
 *
 * Returns: whether it was changed
 */
gboolean
hyperv_session_put (HypervSession *self, const HypervCimPath *path,
                    const HypervCimInstance *instance, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && path != NULL && instance != NULL, FALSE);

  return session_worker_call_boolean (self->worker, self, start_put,
                                      session_call_new (path, NULL, NULL, instance),
                                      session_call_free, cancellable, error);
}

/**
 * hyperv_session_put_async:
 * @self: a session
 * @path: which instance: namespace, class and keys
 * @instance: the properties, typed
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_put().
 */
void
hyperv_session_put_async (HypervSession *self, const HypervCimPath *path,
                          const HypervCimInstance *instance, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL && instance != NULL);

  session_worker_call_async (self->worker, self, start_put,
                             session_call_new (path, NULL, NULL, instance), session_call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_session_put_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_put_async(), in its callback; does not wait.
 *
 * Returns: whether it was changed
 */
gboolean
hyperv_session_put_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), FALSE);

  return session_worker_call_finish_boolean (result, error);
}

/**
 * hyperv_session_put_property:
 * @self: a session
 * @path: which instance
 * @instance: an instance that has one property, typed
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Changes one property of an instance (Put of a fragment, DSP0226 7.7), as hyperv_session_put().
 *
 * Returns: whether it was changed
 */
gboolean
hyperv_session_put_property (HypervSession *self, const HypervCimPath *path,
                             const HypervCimInstance *instance, GCancellable *cancellable,
                             GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && path != NULL && instance != NULL, FALSE);
  g_return_val_if_fail (hyperv_cim_instance_get_n_properties (instance) == 1, FALSE);

  return session_worker_call_boolean (
      self->worker, self, start_put,
      session_call_new (path, NULL, hyperv_cim_instance_get_property_name (instance, 0), instance),
      session_call_free, cancellable, error);
}

/**
 * hyperv_session_put_property_async:
 * @self: a session
 * @path: which instance
 * @instance: an instance that has one property, typed
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_put_property().
 */
void
hyperv_session_put_property_async (HypervSession *self, const HypervCimPath *path,
                                   const HypervCimInstance *instance, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL && instance != NULL);
  g_return_if_fail (hyperv_cim_instance_get_n_properties (instance) == 1);

  session_worker_call_async (
      self->worker, self, start_put,
      session_call_new (path, NULL, hyperv_cim_instance_get_property_name (instance, 0), instance),
      session_call_free, cancellable, callback, user_data);
}

/**
 * hyperv_session_put_property_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_put_property_async(), in its callback; does not wait.
 *
 * Returns: whether it was changed
 */
gboolean
hyperv_session_put_property_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), FALSE);

  return session_worker_call_finish_boolean (result, error);
}

/**
 * hyperv_session_create:
 * @self: a session
 * @instance: its class and its properties, typed
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Makes an instance (Create of WS-Transfer; of WMI since Windows Server 2012). Sent once, as
 * hyperv_session_put().
 *
 * Returns: (transfer full): where it is, or %NULL with an error
 */
HypervCimPath *
hyperv_session_create (HypervSession *self, const HypervCimInstance *instance,
                       GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && instance != NULL, NULL);

  return session_worker_call (self->worker, self, start_create,
                              session_call_new (NULL, NULL, NULL, instance), session_call_free,
                              cancellable, error);
}

/**
 * hyperv_session_create_async:
 * @self: a session
 * @instance: its class and its properties, typed
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_create().
 */
void
hyperv_session_create_async (HypervSession *self, const HypervCimInstance *instance,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && instance != NULL);

  session_worker_call_async (self->worker, self, start_create,
                             session_call_new (NULL, NULL, NULL, instance), session_call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_session_create_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_create_async(), in its callback; does not wait.
 *
 * Returns: (transfer full): where it is, or %NULL with an error
 */
HypervCimPath *
hyperv_session_create_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  return session_worker_call_finish (result, error);
}

/**
 * hyperv_session_delete:
 * @self: a session
 * @path: which instance
 * @cancellable: (nullable): to cancel
 * @error: return location
 *
 * Removes an instance (Delete of WS-Transfer; of WMI since Windows Server 2012). Sent once, as
 * hyperv_session_put().
 *
 * Returns: whether it was removed
 */
gboolean
hyperv_session_delete (HypervSession *self, const HypervCimPath *path, GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self) && path != NULL, FALSE);

  return session_worker_call_boolean (self->worker, self, start_delete,
                                      session_call_new (path, NULL, NULL, NULL), session_call_free,
                                      cancellable, error);
}

/**
 * hyperv_session_delete_async:
 * @self: a session
 * @path: which instance
 * @cancellable: (nullable): to cancel
 * @callback: (scope async): called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * See hyperv_session_delete().
 */
void
hyperv_session_delete_async (HypervSession *self, const HypervCimPath *path,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL);

  session_worker_call_async (self->worker, self, start_delete,
                             session_call_new (path, NULL, NULL, NULL), session_call_free,
                             cancellable, callback, user_data);
}

/**
 * hyperv_session_delete_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Takes the result of hyperv_session_delete_async(), in its callback; does not wait.
 *
 * Returns: whether it was removed
 */
gboolean
hyperv_session_delete_finish (HypervSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_SESSION (self), FALSE);

  return session_worker_call_finish_boolean (result, error);
}
