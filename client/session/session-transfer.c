/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

/* The rest of WS-Transfer: a property of an instance, and instances changed, made and removed.
 * Windows has Create and Delete for WMI since 2012 (MS-WSMV, notes 107 and 109). */

void
session_get_fragment_async (HypervSession *self, const HypervCimPath *path, const char *property,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  SessionRequest request = { .verb = WIRE_GET, .path = path, .fragment = property };

  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL && property != NULL);

  request.class_name = hyperv_cim_path_get_class_name (path);
  session_exchange_async (self, &request, cancellable, callback, user_data);
}

void
session_put_async (HypervSession *self, const HypervCimPath *path, const char *fragment,
                   const HypervCimInstance *instance, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  SessionRequest request = { .verb = WIRE_PUT, .path = path, .fragment = fragment, .in = instance };

  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL && instance != NULL);

  session_exchange_async (self, &request, cancellable, callback, user_data);
}

void
session_create_async (HypervSession *self, const HypervCimInstance *instance,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SessionRequest request = { .verb = WIRE_CREATE, .in = instance };
  g_autoptr (HypervCimPath) path = NULL;

  g_return_if_fail (HYPERV_IS_SESSION (self) && instance != NULL);

  path = hyperv_cim_path_new (hyperv_cim_instance_get_namespace (instance),
                              hyperv_cim_instance_get_class_name (instance));
  request.path = path;
  session_exchange_async (self, &request, cancellable, callback, user_data);
}

void
session_delete_async (HypervSession *self, const HypervCimPath *path, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  SessionRequest request = { .verb = WIRE_DELETE, .path = path };

  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL);

  session_exchange_async (self, &request, cancellable, callback, user_data);
}

gboolean
session_put_finish (GAsyncResult *result, GError **error)
{
  return session_exchange_finish (result, NULL, NULL, error);
}

gboolean
session_delete_finish (GAsyncResult *result, GError **error)
{
  return session_exchange_finish (result, NULL, NULL, error);
}

HypervCimPath *
session_create_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (WireReply) reply = NULL;

  if (!session_exchange_finish (result, &reply, NULL, error))
    return NULL;
  return hyperv_cim_path_ref (wire_reply_get_info (reply)->created);
}
