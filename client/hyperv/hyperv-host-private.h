/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-host.h"
#include "client/session/session.h"

G_BEGIN_DECLS

#define HOST_NAMESPACE_CIMV2 "root/cimv2"
#define HOST_NAMESPACE_HYPERV "root/virtualization/v2"

struct _HypervHost {
  GObject parent_instance;
  HypervUri *uri;
  HypervCredentials *credentials;
  HypervCredentialsCallback callback;
  gpointer callback_data;
  GDestroyNotify callback_destroy;
  HypervClock *clock;
  GMutex lock; /* of the preparation, which one thread does and others wait for */
  GCond prepared;
  GThread *preparing;     /* the one that finds the credentials, or NULL */
  HypervSession *session; /* set once; asked for by any thread, atomically */
  HypervRelease *release; /* set once by the worker, after hostname and caption; the same */
  char *hostname;
  char *caption;
};

/* The worker of an open host. */
SessionWorker *hyperv_host_get_worker (HypervHost *self);
/* The only instance of @instances (of HypervCimInstance), else HYPERV_ERROR_PROTOCOL. */
HypervCimInstance *hyperv_host_single (GPtrArray *instances, const char *class_name,
                                       GError **error);

G_END_DECLS
