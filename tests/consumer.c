/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Somebody else's program: it has nothing but what is installed. */
#include <hyperv-sim.h>
#include <hyperv.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2019");
  g_autoptr (HypervCredentials) who = NULL;
  g_autoptr (HypervHost) host = NULL;
  g_autoptr (HypervVm) vm = NULL;

  if (!hyperv_sim_host_start (sim, &error))
    g_error ("%s", error->message);
  who = hyperv_credentials_new ("administrator", hyperv_sim_host_get_password (sim));
  host = hyperv_host_open (hyperv_sim_host_get_uri (sim), who, NULL, &error);
  vm = host != NULL ? hyperv_host_find_vm (host, "db01", NULL, &error) : NULL;
  if (vm == NULL || !hyperv_vm_start (vm, NULL, &error))
    g_error ("%s", error->message);
  g_print ("db01: %d\n", hyperv_vm_get_state (vm));
  return hyperv_vm_get_state (vm) == HYPERV_VM_STATE_RUNNING ? 0 : 1;
}
