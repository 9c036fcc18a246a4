/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-host-private.h"
#include "client/hyperv/hyperv-vm.h"

G_BEGIN_DECLS

/* What is asked about each VM. The host's own row of Msvm_ComputerSystem is the one without an
 * InstallDate: the only mark that does not depend on Windows' language. */
#define VM_COLUMNS "Name, ElementName, EnabledState, ProcessID, InstallDate"

typedef struct {
  char *uuid;
  char *name;
  guint enabled_state;
  guint id;
  char *installed;
} HypervVmRow;
gboolean hyperv_vm_row_read (HypervVmRow *row, const HypervCimInstance *instance, GError **error);
void hyperv_vm_row_clear (HypervVmRow *row);

HypervVm *hyperv_vm_new (HypervHost *host, const HypervVmRow *row);
void hyperv_vm_update (HypervVm *self, const HypervVmRow *row);
/* (transfer full) Its Msvm_ComputerSystem. */
HypervCimPath *hyperv_vm_get_path (HypervVm *self);

/* On the worker: the row again. NOT_FOUND when the VM is gone. */
void hyperv_vm_look_async (HypervVm *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean hyperv_vm_look_finish (GAsyncResult *result, GError **error);

G_END_DECLS
