/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* How long the guest's operating system takes. */
#define GUEST_SHUTDOWN (5 * G_USEC_PER_SEC)
#define GUEST_REBOOT (8 * G_USEC_PER_SEC)

#define ENABLED_STATE_RUNNING 2
#define OPERATIONAL_STATUS_OK 2

/* The guest has done what it was asked; a VM that was paused meanwhile keeps what it is. */
static void
guest_ends (ProviderVm *vm, const char *state, gboolean restart)
{
  g_autoptr (GError) error = NULL;

  vm->guest_timer = 0;
  if (vm->job != NULL
      || repository_object_get_uint (vm->object, "EnabledState") != ENABLED_STATE_RUNNING)
    return;
  if (!provider_vm_settle (vm, provider_vm_find_state (state), restart, &error))
    g_warning ("%s: %s", vm->guid, error->message);
}

static gboolean
guest_powered_off (gpointer data)
{
  guest_ends (data, "off", FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
guest_restarted (gpointer data)
{
  guest_ends (data, "running", TRUE);
  return G_SOURCE_REMOVE;
}

/* The integration service in the guest answers only when it has come up. */
static gboolean
is_ready (RepositoryObject *component)
{
  HypervCimProperty status;

  return repository_object_find (component, "OperationalStatus", &status) && status.n_items > 0
         && status.items[0].u == OPERATIONAL_STATUS_OK;
}

static gboolean
initiate (ProviderCall *call, gint64 duration, GSourceFunc done, GError **error)
{
  const char *guid = repository_object_get_string (call->object, "SystemName");
  ProviderVm *vm;

  if (!provider_call_has (call, "Force") || !provider_call_has (call, "Reason")) {
    call->return_value = PROVIDER_RETURN_INVALID_PARAMETER;
    return TRUE;
  }
  vm = provider_vm_lookup_guid (call->provider, guid != NULL ? guid : "", error);
  if (vm == NULL) {
    g_prefix_error (error, "the virtual machine of the shutdown component: ");
    return FALSE;
  }

  if (repository_object_get_uint (vm->object, "EnabledState") != ENABLED_STATE_RUNNING
      || vm->job != NULL || vm->guest_timer != 0) {
    call->return_value = PROVIDER_RETURN_INVALID_STATE;
    return TRUE;
  }
  if (!is_ready (call->object)) {
    call->return_value = PROVIDER_RETURN_NOT_READY;
    return TRUE;
  }
  vm->guest_timer = provider_add_timer (call->provider, duration, done, vm);
  call->return_value = PROVIDER_RETURN_OK;
  return TRUE;
}

gboolean
provider_shutdown_initiate_shutdown (ProviderCall *call, GError **error)
{
  return initiate (call, GUEST_SHUTDOWN, guest_powered_off, error);
}

gboolean
provider_shutdown_initiate_reboot (ProviderCall *call, GError **error)
{
  return initiate (call, GUEST_REBOOT, guest_restarted, error);
}
