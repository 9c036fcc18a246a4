/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-host.h"
#include "client/hyperv/hyperv-job.h"

G_BEGIN_DECLS

/* A method of any class, with what its return value means and its job to the end. */
HYPERV_EXPORT HypervCimInstance *
hyperv_host_call (HypervHost *self, const HypervCimPath *path, const char *method,
                  const HypervCimInstance *in, HypervJobProgress progress, gpointer progress_data,
                  GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_host_call_async (HypervHost *self, const HypervCimPath *path,
                                           const char *method, const HypervCimInstance *in,
                                           HypervJobProgress progress, gpointer progress_data,
                                           GDestroyNotify progress_destroy,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervCimInstance *
hyperv_host_call_finish (HypervHost *self, GAsyncResult *result, GError **error);

G_END_DECLS
