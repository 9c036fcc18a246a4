/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-host-private.h"

static void
alive_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (HypervCimInstance) identity = session_identify_finish (result, &error);

  if (identity != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
alive_start (GTask *task, gpointer data)
{
  session_identify_async (hyperv_host_get_session (data), g_task_get_cancellable (task), alive_read,
                          g_object_ref (task));
}

/**
 * hyperv_host_is_alive:
 * @self: an open host
 * @cancellable: (nullable): stops waiting
 * @error: why it did not answer
 *
 * Asks the host to identify itself. Waits.
 *
 * Returns: whether it did
 */
gboolean
hyperv_host_is_alive (HypervHost *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), FALSE);
  g_return_val_if_fail (hyperv_host_get_session (self) != NULL, FALSE);

  return session_worker_call_boolean (hyperv_host_get_worker (self), self, alive_start, self, NULL,
                                      cancellable, error);
}

/**
 * hyperv_host_is_alive_async:
 * @self: an open host
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks the host to identify itself.
 */
void
hyperv_host_is_alive_async (HypervHost *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_HOST (self));
  g_return_if_fail (hyperv_host_get_session (self) != NULL);

  session_worker_call_async (hyperv_host_get_worker (self), self, alive_start, self, NULL,
                             cancellable, callback, user_data);
}

/**
 * hyperv_host_is_alive_finish:
 * @self: the host
 * @result: what the callback got
 * @error: why it did not answer
 *
 * Takes the result of hyperv_host_is_alive_async(), in its callback; does not wait.
 *
 * Returns: whether it answered
 */
gboolean
hyperv_host_is_alive_finish (HypervHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), FALSE);

  return session_worker_call_finish_boolean (result, error);
}
