/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* What integration services tell of the guest: nothing before it has come up (No Contact), and of a
 * paused one that it is paused, which only the heartbeat has a value for (documented). Key-value
 * pairs are the guest's, so they are there while it answers. */

/* Until the services of a guest that begins anew answer [derived]. */
#define BOOT (20 * G_USEC_PER_SEC)
#define ENABLED 2

enum { OK = 2, NO_CONTACT = 12, PAUSED = 15 };

static const struct {
  const char *class_name;
  guint16 booting, up, paused; /* first item of OperationalStatus */
} components[] = {
  { "Msvm_HeartbeatComponent", NO_CONTACT, OK, PAUSED },
  { "Msvm_KvpExchangeComponent", NO_CONTACT, OK, OK },
  { "Msvm_ShutdownComponent", NO_CONTACT, OK, OK },
  { "Msvm_TimeSyncComponent", NO_CONTACT, OK, OK },
  { "Msvm_VssComponent", NO_CONTACT, OK, OK },
  { "Msvm_GuestServiceInterfaceComponent", NO_CONTACT, OK, OK },
};

static const struct {
  guint16 status;
  const char *text;
} texts[] = { { OK, "OK" }, { NO_CONTACT, "No Contact" }, { PAUSED, "Paused" } };

static const char *const kvp_items[] = { "GuestIntrinsicExchangeItems", "GuestExchangeItems" };
G_STATIC_ASSERT (G_N_ELEMENTS (kvp_items) == PROVIDER_N_KVP);

static void
put_status (Provider *provider, RepositoryObject *component, guint16 status)
{
  HypervCimScalar number = { .u = status };
  HypervCimScalar text = { .s = "" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].status == status)
      text.s = provider_text (provider, texts[i].text);
  provider_put (component, "OperationalStatus",
                hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT16, &number, 1));
  provider_put (component, "StatusDescriptions",
                hyperv_cim_value_new_array (HYPERV_CIM_TYPE_STRING, &text, 1));
}

/* Taken while the guest does not answer, and given back when it does. */
static void
put_kvp (ProviderVm *vm, RepositoryObject *component, gboolean answers)
{
  for (gsize i = 0; i < PROVIDER_N_KVP; i++) {
    HypervCimProperty items;

    if (!answers && vm->kvp[i] == NULL && repository_object_find (component, kvp_items[i], &items)
        && !items.is_null) {
      vm->kvp[i] = hyperv_cim_value_new_from_property (&items);
      provider_put_null (component, kvp_items[i]);
    } else if (answers && vm->kvp[i] != NULL) {
      provider_put (component, kvp_items[i], g_steal_pointer (&vm->kvp[i]));
    }
  }
}

static void
put_all (ProviderVm *vm, gboolean booting, gboolean paused)
{
  for (gsize i = 0; i < G_N_ELEMENTS (components); i++) {
    g_autoptr (GPtrArray) found
        = repository_associators (vm->provider->repository, vm->object, "Msvm_SystemDevice",
                                  components[i].class_name, NULL, NULL, NULL);
    guint16 status = booting  ? components[i].booting
                     : paused ? components[i].paused
                              : components[i].up;

    for (guint j = 0; found != NULL && j < found->len; j++) {
      RepositoryObject *component = g_ptr_array_index (found, j);

      if (repository_object_get_uint (component, "EnabledState") == ENABLED)
        put_status (vm->provider, component, status);
      if (g_str_equal (components[i].class_name, "Msvm_KvpExchangeComponent"))
        put_kvp (vm, component, !booting);
    }
  }
}

static gboolean
guest_came_up (gpointer data)
{
  ProviderVm *vm = data;

  vm->boot_timer = 0;
  put_all (vm, FALSE, FALSE);
  return G_SOURCE_REMOVE;
}

void
provider_guest_begin (ProviderVm *vm)
{
  provider_clear_timer (vm->provider, &vm->boot_timer);
  put_all (vm, TRUE, FALSE);
  vm->boot_timer = provider_add_timer (vm->provider, BOOT, guest_came_up, vm);
}

void
provider_guest_set_paused (ProviderVm *vm, gboolean paused)
{
  provider_clear_timer (vm->provider, &vm->boot_timer);
  put_all (vm, FALSE, paused);
}
