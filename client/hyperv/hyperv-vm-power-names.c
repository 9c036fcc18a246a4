/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-vm-power.h"

/* hyperv_vm_change_power () by name. */

/**
 * hyperv_vm_start:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Starts a VM that is off or saved. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_start (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_START, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_turn_off:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Turns a VM off without asking the guest: as pulling the plug. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_turn_off (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_TURN_OFF, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_shutdown:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Asks the guest to shut down; returns when the guest was asked. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_shutdown (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_SHUTDOWN, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_pause:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Stops the virtual processors; the memory stays assigned. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_pause (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_PAUSE, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_resume:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Goes on after a pause. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_resume (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_RESUME, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_restart:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Asks the guest to restart; returns when the guest was asked. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_restart (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_RESTART, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_reset:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Presses the reset button. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_reset (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_RESET, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_save:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Puts the memory on disk and stops. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_save (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_SAVE, NULL, NULL, cancellable, error);
}

/**
 * hyperv_vm_remove_saved_state:
 * @self: a VM
 * @cancellable: (nullable): stops waiting; a job that has begun goes on
 * @error: as hyperv_vm_change_power()
 *
 * Forgets the saved memory; the VM is off then. Waits.
 *
 * Returns: whether it is done
 */
gboolean
hyperv_vm_remove_saved_state (HypervVm *self, GCancellable *cancellable, GError **error)
{
  return hyperv_vm_change_power (self, HYPERV_VM_POWER_REMOVE_SAVED_STATE, NULL, NULL, cancellable,
                                 error);
}
