/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-vm-state.h"

/* Names of states, and which of them have a worker process. */

static const struct {
  HypervVmState state;
  const char *name;
  gboolean is_active;
} rows[] = {
  { HYPERV_VM_STATE_UNKNOWN, "unknown", FALSE },  { HYPERV_VM_STATE_RUNNING, "running", TRUE },
  { HYPERV_VM_STATE_OFF, "off", FALSE },          { HYPERV_VM_STATE_SAVED, "saved", FALSE },
  { HYPERV_VM_STATE_PAUSED, "paused", TRUE },     { HYPERV_VM_STATE_STARTING, "starting", TRUE },
  { HYPERV_VM_STATE_STOPPING, "stopping", TRUE }, { HYPERV_VM_STATE_SAVING, "saving", TRUE },
  { HYPERV_VM_STATE_PAUSING, "pausing", TRUE },   { HYPERV_VM_STATE_RESUMING, "resuming", TRUE },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_cmpstr (hyperv_vm_state_to_string (rows[i].state), ==, rows[i].name);
  g_assert_true (hyperv_vm_state_is_active (rows[i].state) == rows[i].is_active);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/hyperv/vm-state/", rows[i].name, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
