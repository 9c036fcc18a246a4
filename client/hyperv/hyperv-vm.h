/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-host.h"
#include "client/hyperv/hyperv-job.h"
#include "client/hyperv/hyperv-vm-state.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_VM (hyperv_vm_get_type ())
HYPERV_EXPORT G_DECLARE_FINAL_TYPE (HypervVm, hyperv_vm, HYPERV, VM, GObject)

/* As of the last time the host was asked; any thread. */
HYPERV_EXPORT HypervHost *hyperv_vm_get_host (HypervVm *self);
HYPERV_EXPORT const char *hyperv_vm_get_uuid (HypervVm *self);
HYPERV_EXPORT char *hyperv_vm_dup_name (HypervVm *self);
HYPERV_EXPORT HypervVmState hyperv_vm_get_state (HypervVm *self);
/* Process id of the worker process; 0: none. */
HYPERV_EXPORT guint hyperv_vm_get_id (HypervVm *self);

/* All VMs of a host, and one by name, UUID or id. */
HYPERV_EXPORT GPtrArray *hyperv_host_list_vms (HypervHost *host, GCancellable *cancellable,
                                               GError **error);
HYPERV_EXPORT void hyperv_host_list_vms_async (HypervHost *host, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT GPtrArray *hyperv_host_list_vms_finish (HypervHost *host, GAsyncResult *result,
                                                      GError **error);
HYPERV_EXPORT HypervVm *hyperv_host_find_vm (HypervHost *host, const char *which,
                                             GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_host_find_vm_async (HypervHost *host, const char *which,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervVm *hyperv_host_find_vm_finish (HypervHost *host, GAsyncResult *result,
                                                    GError **error);

/* Asks for name, state and id again. */
HYPERV_EXPORT gboolean hyperv_vm_refresh (HypervVm *self, GCancellable *cancellable,
                                          GError **error);
HYPERV_EXPORT void hyperv_vm_refresh_async (HypervVm *self, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_vm_refresh_finish (HypervVm *self, GAsyncResult *result,
                                                 GError **error);

#define HYPERV_TYPE_VM_INFO (hyperv_vm_info_get_type ())
HYPERV_EXPORT GType hyperv_vm_info_get_type (void);

/**
 * HypervVmInfo:
 * @name: name
 * @uuid: UUID, upper case
 * @id: process id of the worker process, 0 for none
 * @state: state
 * @generation: 1 or 2
 * @version: version of the configuration, such as `9.0`
 * @notes: (nullable): notes of the owner
 * @vcpus: number of virtual processors
 * @memory: memory at startup, in bytes
 * @max_memory: the most that dynamic memory may give, in bytes
 * @dynamic_memory: whether memory is dynamic
 * @uptime: milliseconds since the VM was started, 0 when it does not run
 *
 * A VM and the settings that count, as of one moment.
 */
typedef struct {
  char *name;
  char *uuid;
  guint id;
  HypervVmState state;
  guint generation;
  char *version;
  char *notes;
  guint vcpus;
  guint64 memory;
  guint64 max_memory;
  gboolean dynamic_memory;
  guint64 uptime;
} HypervVmInfo;

HYPERV_EXPORT HypervVmInfo *hyperv_vm_info_copy (const HypervVmInfo *self);
HYPERV_EXPORT void hyperv_vm_info_free (HypervVmInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervVmInfo, hyperv_vm_info_free)

HYPERV_EXPORT HypervVmInfo *hyperv_vm_get_info (HypervVm *self, GCancellable *cancellable,
                                                GError **error);
HYPERV_EXPORT void hyperv_vm_get_info_async (HypervVm *self, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervVmInfo *hyperv_vm_get_info_finish (HypervVm *self, GAsyncResult *result,
                                                       GError **error);

G_END_DECLS
