/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-host.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_JOB (hyperv_job_get_type ())
HYPERV_EXPORT G_DECLARE_FINAL_TYPE (HypervJob, hyperv_job, HYPERV, JOB, GObject)

/**
 * HypervJobProgress:
 * @percent: how much is done, 0 to 100
 * @status: (nullable): what the host says about it, in its language
 * @user_data: as given
 *
 * Told how a job gets on, in the thread of the host's I/O: it must not block and must not call the
 * library's blocking functions.
 */
typedef void (*HypervJobProgress) (guint percent, const char *status, gpointer user_data);

HYPERV_EXPORT const char *hyperv_job_get_id (HypervJob *self);
HYPERV_EXPORT guint hyperv_job_get_percent (HypervJob *self);
HYPERV_EXPORT gboolean hyperv_job_is_done (HypervJob *self);
HYPERV_EXPORT void hyperv_job_set_progress (HypervJob *self, HypervJobProgress progress,
                                            gpointer user_data, GDestroyNotify destroy);

HYPERV_EXPORT gboolean hyperv_job_wait (HypervJob *self, GCancellable *cancellable,
                                        GError **error);
HYPERV_EXPORT void hyperv_job_wait_async (HypervJob *self, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_job_wait_finish (HypervJob *self, GAsyncResult *result,
                                               GError **error);
HYPERV_EXPORT gboolean hyperv_job_cancel (HypervJob *self, GCancellable *cancellable,
                                          GError **error);
HYPERV_EXPORT void hyperv_job_cancel_async (HypervJob *self, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_job_cancel_finish (HypervJob *self, GAsyncResult *result,
                                                 GError **error);

G_END_DECLS
