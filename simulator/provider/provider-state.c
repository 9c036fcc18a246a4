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

char *
provider_get_vm_state (Provider *self, const char *vm, GError **error)
{
  ProviderVm *found = provider_vm_lookup (self, vm, error);
  guint64 enabled_state;

  if (found == NULL)
    return NULL;
  enabled_state = repository_object_get_uint (found->object, "EnabledState");
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (states[i].enabled_state == enabled_state)
      return g_strdup (states[i].name);
  return g_strdup_printf ("%" G_GUINT64_FORMAT, enabled_state);
}
