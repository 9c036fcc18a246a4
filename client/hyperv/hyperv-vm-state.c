/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-vm-state.h"

/* The numbers of v2. Saved is 6 and paused 9 here; 32769 and 32768 were v1's. The “critical” ones
 * (storage lost) are the state that they keep the VM in. */
static const struct {
  guint16 enabled_state;
  HypervVmState state;
} enabled_states[] = {
  { 2, HYPERV_VM_STATE_RUNNING },      { 3, HYPERV_VM_STATE_OFF },
  { 4, HYPERV_VM_STATE_STOPPING },     { 6, HYPERV_VM_STATE_SAVED },
  { 9, HYPERV_VM_STATE_PAUSED },       { 10, HYPERV_VM_STATE_STARTING },
  { 32773, HYPERV_VM_STATE_SAVING },   { 32776, HYPERV_VM_STATE_PAUSING },
  { 32777, HYPERV_VM_STATE_RESUMING }, { 32779, HYPERV_VM_STATE_SAVED },
  { 32780, HYPERV_VM_STATE_SAVING },   { 32781, HYPERV_VM_STATE_RUNNING },
  { 32782, HYPERV_VM_STATE_OFF },      { 32783, HYPERV_VM_STATE_STOPPING },
  { 32784, HYPERV_VM_STATE_SAVED },    { 32785, HYPERV_VM_STATE_PAUSED },
  { 32786, HYPERV_VM_STATE_STARTING }, { 32788, HYPERV_VM_STATE_SAVING },
  { 32789, HYPERV_VM_STATE_PAUSING },  { 32790, HYPERV_VM_STATE_RESUMING },
  { 32791, HYPERV_VM_STATE_SAVED },    { 32792, HYPERV_VM_STATE_SAVING },
};

/* In the order of HypervVmState. */
static const struct {
  const char *name;
  gboolean is_active;
} states[] = {
  { "unknown", FALSE }, { "running", TRUE },  { "off", FALSE },   { "saved", FALSE },
  { "paused", TRUE },   { "starting", TRUE }, { "stopping", TRUE }, { "saving", TRUE },
  { "pausing", TRUE },  { "resuming", TRUE },
};

/**
 * hyperv_vm_state_to_string:
 * @state: a state
 *
 * Names a state.
 *
 * Returns: its name in lower case, such as `running`
 */
const char *
hyperv_vm_state_to_string (HypervVmState state)
{
  return states[state < G_N_ELEMENTS (states) ? state : HYPERV_VM_STATE_UNKNOWN].name;
}

/**
 * hyperv_vm_state_from_enabled_state:
 * @enabled_state: `EnabledState` of Msvm_ComputerSystem (v2)
 *
 * Reads `EnabledState` of Msvm_ComputerSystem in root\virtualization\v2, whose values from 32768
 * on are Hyper-V's own (Hyper-V WMI provider, V2). A number that is not known is
 * %HYPERV_VM_STATE_UNKNOWN.
 *
 * Returns: the state
 */
HypervVmState
hyperv_vm_state_from_enabled_state (guint16 enabled_state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (enabled_states); i++)
    if (enabled_states[i].enabled_state == enabled_state)
      return enabled_states[i].state;
  return HYPERV_VM_STATE_UNKNOWN;
}

/**
 * hyperv_vm_state_is_active:
 * @state: a state
 *
 * Tells whether a VM counts as active: running, paused or between states, as libvirt's active
 * domains.
 *
 * Returns: whether a VM in that state has a worker process
 */
gboolean
hyperv_vm_state_is_active (HypervVmState state)
{
  return state < G_N_ELEMENTS (states) && states[state].is_active;
}
