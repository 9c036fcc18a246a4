/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-host.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_HOST_INFO (hyperv_host_info_get_type ())
HYPERV_EXPORT GType hyperv_host_info_get_type (void);

/**
 * HypervHostInfo:
 * @hostname: DNS name of the computer
 * @manufacturer: who made the computer
 * @model: what it is called
 * @processor: name of the processors
 * @uuid: (nullable): SMBIOS id of the computer
 * @sockets: number of processors
 * @cores: number of cores, all processors together
 * @threads: number of logical processors
 * @mhz: frequency of a processor in MHz
 * @memory: physical memory in bytes
 * @free_memory: free physical memory in bytes
 *
 * The computer under a host, as of one moment.
 */
typedef struct {
  char *hostname;
  char *manufacturer;
  char *model;
  char *processor;
  char *uuid;
  guint sockets;
  guint cores;
  guint threads;
  guint mhz;
  guint64 memory;
  guint64 free_memory;
} HypervHostInfo;

HYPERV_EXPORT HypervHostInfo *hyperv_host_info_copy (const HypervHostInfo *self);
HYPERV_EXPORT void hyperv_host_info_free (HypervHostInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervHostInfo, hyperv_host_info_free)

HYPERV_EXPORT HypervHostInfo *hyperv_host_get_info (HypervHost *self, GCancellable *cancellable,
                                                    GError **error);
HYPERV_EXPORT void hyperv_host_get_info_async (HypervHost *self, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervHostInfo *hyperv_host_get_info_finish (HypervHost *self, GAsyncResult *result,
                                                           GError **error);
HYPERV_EXPORT guint64 hyperv_host_get_free_memory (HypervHost *self, GCancellable *cancellable,
                                                   GError **error);
HYPERV_EXPORT void hyperv_host_get_free_memory_async (HypervHost *self, GCancellable *cancellable,
                                                      GAsyncReadyCallback callback,
                                                      gpointer user_data);
HYPERV_EXPORT guint64 hyperv_host_get_free_memory_finish (HypervHost *self, GAsyncResult *result,
                                                          GError **error);

G_END_DECLS
