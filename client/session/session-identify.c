/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

void
session_identify_async (HypervSession *self, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  SessionRequest request = { .verb = WIRE_IDENTIFY };

  g_return_if_fail (HYPERV_IS_SESSION (self));

  session_exchange_async (self, &request, cancellable, callback, user_data);
}

HypervCimInstance *
session_identify_finish (GAsyncResult *result, GError **error)
{
  return session_exchange_finish_instance (result, error);
}
