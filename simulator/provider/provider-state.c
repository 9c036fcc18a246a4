/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* EnabledState of v2 by name, those on the way included. */
static const struct {
  guint16 enabled_state;
  const char *name;
} states[] = {
  { 2, "running" },     { 3, "off" },          { 4, "stopping" },   { 6, "saved" },
  { 9, "paused" },      { 10, "starting" },    { 11, "resetting" }, { 32773, "saving" },
  { 32776, "pausing" }, { 32777, "resuming" },
};

/* (transfer full) */
static char *
dup_state (RepositoryObject *object)
{
  guint64 enabled_state = repository_object_get_uint (object, "EnabledState");

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (states[i].enabled_state == enabled_state)
      return g_strdup (states[i].name);
  return g_strdup_printf ("%" G_GUINT64_FORMAT, enabled_state);
}

char *
provider_get_vm_state (Provider *self, const char *vm, GError **error)
{
  ProviderVm *found = provider_vm_lookup (self, vm, error);

  return found != NULL ? dup_state (found->object) : NULL;
}

static void
tell (RepositoryObject *object, ProviderVmFunc function, gpointer user_data)
{
  g_autofree char *state = dup_state (object);
  ProviderVmFacts facts = { repository_object_get_string (object, "ElementName"),
                            repository_object_get_string (object, "Name"),
                            repository_object_get_uint (object, "ProcessID"), state };

  function (&facts, user_data);
}

gboolean
provider_list_vms (Provider *self, const char *vm, ProviderVmFunc function, gpointer user_data,
                   GError **error)
{
  g_autoptr (GPtrArray) all = NULL;
  ProviderVm *found;

  g_return_val_if_fail (self != NULL && function != NULL, FALSE);

  if (vm != NULL) {
    found = provider_vm_lookup (self, vm, error);
    if (found != NULL)
      tell (found->object, function, user_data);
    return found != NULL;
  }
  all = repository_list (self->repository, PROVIDER_NAMESPACE, "Msvm_ComputerSystem", error);
  for (guint i = 0; all != NULL && i < all->len; i++)
    if (!provider_vm_is_host (self, g_ptr_array_index (all, i)))
      tell (g_ptr_array_index (all, i), function, user_data);
  return all != NULL;
}
