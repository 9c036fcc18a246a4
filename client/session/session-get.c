/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

void
session_get_async (HypervSession *self, const HypervCimPath *path, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  SessionRequest request = { .verb = WIRE_GET, .path = path };

  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL);

  request.class_name = hyperv_cim_path_get_class_name (path);
  session_exchange_async (self, &request, cancellable, callback, user_data);
}

HypervCimInstance *
session_get_finish (GAsyncResult *result, GError **error)
{
  return session_exchange_finish_instance (result, error);
}
