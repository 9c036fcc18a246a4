/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-job.h"

G_BEGIN_DECLS

struct _HypervJob {
  GObject parent_instance;
  HypervHost *host;
  HypervCimPath *path;
  char *what;

  GMutex lock; /* for all below */
  guint percent;
  gboolean is_done;
  HypervJobProgress progress;
  gpointer progress_data;
  GDestroyNotify progress_destroy;
};

/* @what: "starting VM “web01”", for messages. */
HypervJob *hyperv_job_new (HypervHost *host, const HypervCimPath *path, const char *what);
/* On the worker: polls with back-off until the job has ended. */
void hyperv_job_follow_async (HypervJob *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean hyperv_job_follow_finish (GAsyncResult *result, GError **error);

/* A method's ReturnValue that is neither 0 nor 4096, as an error about @what. */
GError *hyperv_return_value_error (const char *what, guint32 value);

G_END_DECLS
