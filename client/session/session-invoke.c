/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

/* Never sent twice; what a lost reply means is said in session-exchange.c. */
void
session_invoke_async (HypervSession *self, const HypervCimPath *path, const char *method,
                      const HypervCimInstance *in, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  SessionRequest request = { .verb = WIRE_INVOKE, .path = path, .method = method, .in = in };

  g_return_if_fail (HYPERV_IS_SESSION (self) && path != NULL && method != NULL);

  session_exchange_async (self, &request, cancellable, callback, user_data);
}

HypervCimInstance *
session_invoke_finish (GAsyncResult *result, GError **error)
{
  return session_exchange_finish_instance (result, error);
}
