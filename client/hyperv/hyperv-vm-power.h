/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv/hyperv-vm.h"

G_BEGIN_DECLS

/**
 * HypervVmPower:
 * @HYPERV_VM_POWER_START: start a VM that is off or saved
 * @HYPERV_VM_POWER_TURN_OFF: pull the plug
 * @HYPERV_VM_POWER_SHUTDOWN: ask the guest to shut down
 * @HYPERV_VM_POWER_PAUSE: stop the virtual processors, keep the memory
 * @HYPERV_VM_POWER_RESUME: go on after a pause
 * @HYPERV_VM_POWER_RESTART: ask the guest to restart
 * @HYPERV_VM_POWER_RESET: press the reset button
 * @HYPERV_VM_POWER_SAVE: put the memory on disk and stop
 * @HYPERV_VM_POWER_REMOVE_SAVED_STATE: forget the saved memory
 *
 * What can be done to the power of a VM.
 */
typedef enum {
  HYPERV_VM_POWER_START,
  HYPERV_VM_POWER_TURN_OFF,
  HYPERV_VM_POWER_SHUTDOWN,
  HYPERV_VM_POWER_PAUSE,
  HYPERV_VM_POWER_RESUME,
  HYPERV_VM_POWER_RESTART,
  HYPERV_VM_POWER_RESET,
  HYPERV_VM_POWER_SAVE,
  HYPERV_VM_POWER_REMOVE_SAVED_STATE
} HypervVmPower;

/* "start" "turn-off" …; never NULL. */
HYPERV_EXPORT const char *hyperv_vm_power_to_string (HypervVmPower power);
HYPERV_EXPORT gboolean hyperv_vm_power_from_string (const char *name, HypervVmPower *power);

/* Does it, waits for the host's job, and asks for the new state. @progress may be NULL. */
HYPERV_EXPORT gboolean hyperv_vm_change_power (HypervVm *self, HypervVmPower power,
                                               HypervJobProgress progress, gpointer progress_data,
                                               GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_vm_change_power_async (HypervVm *self, HypervVmPower power,
                                                 HypervJobProgress progress,
                                                 gpointer progress_data,
                                                 GDestroyNotify progress_destroy,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_vm_change_power_finish (HypervVm *self, GAsyncResult *result,
                                                      GError **error);

/* Begins it and returns the job, not waited for; NULL without an error: done at once. */
HYPERV_EXPORT HypervJob *hyperv_vm_begin_power (HypervVm *self, HypervVmPower power,
                                                GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_vm_begin_power_async (HypervVm *self, HypervVmPower power,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervJob *hyperv_vm_begin_power_finish (HypervVm *self, GAsyncResult *result,
                                                       GError **error);

/* By name, waiting; the same as hyperv_vm_change_power () without progress. */
HYPERV_EXPORT gboolean hyperv_vm_start (HypervVm *self, GCancellable *cancellable, GError **error);
HYPERV_EXPORT gboolean hyperv_vm_turn_off (HypervVm *self, GCancellable *cancellable,
                                           GError **error);
HYPERV_EXPORT gboolean hyperv_vm_shutdown (HypervVm *self, GCancellable *cancellable,
                                           GError **error);
HYPERV_EXPORT gboolean hyperv_vm_pause (HypervVm *self, GCancellable *cancellable, GError **error);
HYPERV_EXPORT gboolean hyperv_vm_resume (HypervVm *self, GCancellable *cancellable, GError **error);
HYPERV_EXPORT gboolean hyperv_vm_restart (HypervVm *self, GCancellable *cancellable,
                                          GError **error);
HYPERV_EXPORT gboolean hyperv_vm_reset (HypervVm *self, GCancellable *cancellable, GError **error);
HYPERV_EXPORT gboolean hyperv_vm_save (HypervVm *self, GCancellable *cancellable, GError **error);
HYPERV_EXPORT gboolean hyperv_vm_remove_saved_state (HypervVm *self, GCancellable *cancellable,
                                                     GError **error);

G_END_DECLS
