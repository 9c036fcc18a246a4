/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

/**
 * HypervVmState:
 * @HYPERV_VM_STATE_UNKNOWN: the host does not say, or says something unheard of
 * @HYPERV_VM_STATE_RUNNING: running
 * @HYPERV_VM_STATE_OFF: off
 * @HYPERV_VM_STATE_SAVED: its memory lies on disk
 * @HYPERV_VM_STATE_PAUSED: paused, memory stays assigned
 * @HYPERV_VM_STATE_STARTING: on its way to running
 * @HYPERV_VM_STATE_STOPPING: on its way to off
 * @HYPERV_VM_STATE_SAVING: on its way to saved
 * @HYPERV_VM_STATE_PAUSING: on its way to paused
 * @HYPERV_VM_STATE_RESUMING: on its way from paused to running
 *
 * What a VM is doing: `EnabledState` of Msvm_ComputerSystem in root\virtualization\v2.
 */
typedef enum {
  HYPERV_VM_STATE_UNKNOWN,
  HYPERV_VM_STATE_RUNNING,
  HYPERV_VM_STATE_OFF,
  HYPERV_VM_STATE_SAVED,
  HYPERV_VM_STATE_PAUSED,
  HYPERV_VM_STATE_STARTING,
  HYPERV_VM_STATE_STOPPING,
  HYPERV_VM_STATE_SAVING,
  HYPERV_VM_STATE_PAUSING,
  HYPERV_VM_STATE_RESUMING
} HypervVmState;

/* "running" "off" "saved" "paused" "starting" … "unknown"; never NULL. */
HYPERV_EXPORT const char *hyperv_vm_state_to_string (HypervVmState state);
HYPERV_EXPORT HypervVmState hyperv_vm_state_from_enabled_state (guint16 enabled_state);
/* Has a worker process: running, paused or between states. */
HYPERV_EXPORT gboolean hyperv_vm_state_is_active (HypervVmState state);

G_END_DECLS
