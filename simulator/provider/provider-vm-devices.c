/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* A VM that does not run has settings only: devices are seen while it has a worker process (seen on
 * Server 2012 R2). What it had comes back when it starts again; a VM that never ran gets the
 * devices of the host's template. */

#define TEMPLATE "running-devices"

static gboolean
restore_devices (ProviderVm *vm, GError **error)
{
  for (guint i = 0; i < vm->devices->len; i++) {
    g_autoptr (RepositoryObject) object
        = repository_create (vm->provider->repository, g_ptr_array_index (vm->devices, i), error);

    if (object == NULL)
      return FALSE;
  }
  g_clear_pointer (&vm->devices, g_ptr_array_unref);
  return TRUE;
}

gboolean
provider_vm_add_devices (ProviderVm *vm, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (vm->devices != NULL)
    return restore_devices (vm, error);

  if (repository_instantiate (vm->provider->repository, TEMPLATE, vm->guid,
                              repository_object_get_string (vm->object, "ElementName"), &failure))
    return TRUE;
  /* A recorded host may come without templates: its VMs start without devices. */
  if (g_error_matches (failure, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Takes an object away and keeps a copy. Associations that two devices share come up twice. */
static gboolean
take_away (ProviderVm *vm, RepositoryObject *object, GHashTable *taken, GError **error)
{
  g_autofree char *path = repository_object_to_path_text (object);
  HypervCimInstance *copy;

  if (g_hash_table_contains (taken, path))
    return TRUE;
  copy = repository_object_to_instance (object);
  if (!repository_delete (vm->provider->repository, object, error)) {
    hyperv_cim_instance_unref (copy);
    return FALSE;
  }
  g_ptr_array_add (vm->devices, copy);
  g_hash_table_add (taken, g_steal_pointer (&path));
  return TRUE;
}

static gboolean
take_all (ProviderVm *vm, GPtrArray *objects, GHashTable *taken, GError **error)
{
  for (guint i = 0; i < objects->len; i++)
    if (!take_away (vm, g_ptr_array_index (objects, i), taken, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_found (GPtrArray *objects, Repository *repository, RepositoryObject *object,
           const char *association, const char *result_class, GError **error)
{
  GPtrArray *found
      = repository_associators (repository, object, association, result_class, NULL, NULL, error);

  if (found == NULL)
    return FALSE;
  g_ptr_array_extend_and_steal (objects, found);
  return TRUE;
}

/* A network adapter that is connected has an endpoint, which is joined to that of a port of the
 * switch: a port that the switch has for it alone. From the adapter on, step by step. */
static gboolean
add_connections (GPtrArray *objects, Repository *repository, GError **error)
{
  static const struct {
    const char *from, *association, *to;
  } steps[] = {
    { "CIM_NetworkPort", "CIM_DeviceSAPImplementation", "Msvm_LANEndpoint" },
    { "Msvm_LANEndpoint", "Msvm_ActiveConnection", "Msvm_LANEndpoint" },
    { "Msvm_LANEndpoint", "CIM_DeviceSAPImplementation", "Msvm_EthernetSwitchPort" },
  };
  guint begin = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    guint end = objects->len;

    for (guint j = begin; j < end; j++) {
      RepositoryObject *object = g_ptr_array_index (objects, j);

      if (repository_class_is_a (repository_object_get_class (object), steps[i].from)
          && !add_found (objects, repository, object, steps[i].association, steps[i].to, error))
        return FALSE;
    }
    begin = end;
  }
  return TRUE;
}

gboolean
provider_vm_remove_devices (ProviderVm *vm, GError **error)
{
  Repository *repository = vm->provider->repository;
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) objects = repository_associators (
      repository, vm->object, "Msvm_SystemDevice", NULL, NULL, NULL, error);
  g_autoptr (GPtrArray) links = NULL;

  if (objects == NULL || !add_connections (objects, repository, error))
    return FALSE;

  g_clear_pointer (&vm->devices, g_ptr_array_unref);
  vm->devices = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  links = g_ptr_array_new_with_free_func ((GDestroyNotify)repository_object_unref);
  for (guint i = 0; i < objects->len; i++) {
    g_autoptr (GPtrArray) found
        = repository_references (repository, g_ptr_array_index (objects, i), NULL, NULL, error);

    if (found == NULL)
      return FALSE;
    g_ptr_array_extend_and_steal (links, g_steal_pointer (&found));
  }
  return take_all (vm, links, taken, error) && take_all (vm, objects, taken, error);
}
