/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/provider/provider-private.h"

/* A running virtual machine has as many processors and as much memory as its settings said when it
 * started; its template has one processor, and what came back from before may be another number. */

#define MIB (1024 * 1024)

static RepositoryObject *
find_part (ProviderVm *vm, const char *class_name)
{
  Repository *repository = vm->provider->repository;
  g_autoptr (GPtrArray) settings
      = repository_associators (repository, vm->object, "Msvm_SettingsDefineState",
                                "Msvm_VirtualSystemSettingData", NULL, NULL, NULL);
  g_autoptr (GPtrArray) parts = NULL;

  if (settings == NULL || settings->len == 0)
    return NULL;
  parts = repository_associators (repository, settings->pdata[0],
                                  "Msvm_VirtualSystemSettingDataComponent", class_name, NULL, NULL,
                                  NULL);
  return parts != NULL && parts->len > 0 ? repository_object_ref (parts->pdata[0]) : NULL;
}

static GPtrArray *
find_devices (ProviderVm *vm, const char *class_name)
{
  return repository_associators (vm->provider->repository, vm->object, "Msvm_SystemDevice",
                                 class_name, NULL, NULL, NULL);
}

/* ---- memory ---- */

static void
put_memory (ProviderVm *vm)
{
  g_autoptr (RepositoryObject) setting = find_part (vm, "Msvm_MemorySettingData");
  g_autoptr (GPtrArray) memories = find_devices (vm, "Msvm_Memory");
  guint64 quantity;

  if (setting == NULL || memories == NULL || memories->len != 1)
    return;
  quantity = repository_object_get_uint (setting, "VirtualQuantity");
  provider_put_uint (memories->pdata[0], "BlockSize", MIB);
  provider_put_uint (memories->pdata[0], "NumberOfBlocks", quantity);
  provider_put_uint (memories->pdata[0], "ConsumableBlocks", quantity);
  provider_put_uint (memories->pdata[0], "EndingAddress", MAX (quantity, 1) * MIB - 1);
}

/* ---- processors ---- */

/* @model with other references and DeviceID: those to @from go to @to. */
static HypervCimInstance *
copy_link (RepositoryObject *model, const HypervCimPath *from, const HypervCimPath *to)
{
  g_autoptr (HypervCimInstance) instance = repository_object_to_instance (model);
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (
      hyperv_cim_instance_get_namespace (instance), hyperv_cim_instance_get_class_name (instance));

  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    if (property.type == HYPERV_CIM_TYPE_REFERENCE && property.n_items == 1
        && hyperv_cim_path_equal (property.items[0].path, from))
      hyperv_cim_builder_add_reference (builder, property.name, to);
    else
      hyperv_cim_builder_add_property (builder, &property);
  }
  return hyperv_cim_builder_end (builder);
}

static HypervCimInstance *
copy_processor (RepositoryObject *model, const char *device_id)
{
  g_autoptr (HypervCimInstance) instance = repository_object_to_instance (model);
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (
      hyperv_cim_instance_get_namespace (instance), hyperv_cim_instance_get_class_name (instance));

  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    if (g_str_equal (property.name, "DeviceID"))
      hyperv_cim_builder_add_string (builder, property.name, device_id);
    else
      hyperv_cim_builder_add_property (builder, &property);
  }
  return hyperv_cim_builder_end (builder);
}

static gboolean
create (Repository *repository, HypervCimInstance *instance, HypervCimPath **path, GError **error)
{
  g_autoptr (RepositoryObject) object = repository_create (repository, instance, error);

  if (object != NULL && path != NULL)
    *path = repository_object_to_path (object);
  hyperv_cim_instance_unref (instance);
  return object != NULL;
}

static gboolean
add_processor (ProviderVm *vm, RepositoryObject *model, guint number, GError **error)
{
  Repository *repository = vm->provider->repository;
  const char *id = repository_object_get_string (model, "DeviceID");
  g_autofree char *other = g_strndup (id, strlen (id) - strlen (strrchr (id, '\\') + 1));
  g_autofree char *device_id = g_strdup_printf ("%s%u", other, number);
  g_autoptr (HypervCimPath) from = repository_object_to_path (model);
  g_autoptr (HypervCimPath) to = NULL;
  g_autoptr (GPtrArray) links = repository_references (repository, model, NULL, NULL, error);

  if (links == NULL || !create (repository, copy_processor (model, device_id), &to, error))
    return FALSE;
  for (guint i = 0; i < links->len; i++)
    if (!create (repository, copy_link (links->pdata[i], from, to), NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
remove_processor (ProviderVm *vm, RepositoryObject *processor, GError **error)
{
  Repository *repository = vm->provider->repository;
  g_autoptr (GPtrArray) links = repository_references (repository, processor, NULL, NULL, error);

  if (links == NULL)
    return FALSE;
  for (guint i = 0; i < links->len; i++)
    if (!repository_delete (repository, links->pdata[i], error))
      return FALSE;
  return repository_delete (repository, processor, error);
}

guint64
provider_vm_count_memory (ProviderVm *vm)
{
  g_autoptr (GPtrArray) memories = find_devices (vm, "Msvm_Memory");
  guint64 bytes = 0;

  for (guint i = 0; memories != NULL && i < memories->len; i++)
    bytes += repository_object_get_uint (memories->pdata[i], "BlockSize")
             * repository_object_get_uint (memories->pdata[i], "NumberOfBlocks");
  return bytes / MIB;
}

guint
provider_vm_count_processors (ProviderVm *vm)
{
  g_autoptr (GPtrArray) processors = find_devices (vm, "Msvm_Processor");

  return processors != NULL ? processors->len : 0;
}

gboolean
provider_vm_fit_devices (ProviderVm *vm, GError **error)
{
  g_autoptr (RepositoryObject) setting = find_part (vm, "Msvm_ProcessorSettingData");
  g_autoptr (GPtrArray) processors = find_devices (vm, "Msvm_Processor");
  guint64 wanted;

  put_memory (vm);
  if (setting == NULL || processors == NULL || processors->len == 0
      || strrchr (repository_object_get_string (processors->pdata[0], "DeviceID"), '\\') == NULL)
    return TRUE;
  wanted = MAX (repository_object_get_uint (setting, "VirtualQuantity"), 1);
  for (guint i = processors->len; i < wanted; i++)
    if (!add_processor (vm, processors->pdata[0], i, error))
      return FALSE;
  for (guint i = processors->len; i > wanted; i--)
    if (!remove_processor (vm, processors->pdata[i - 1], error))
      return FALSE;
  return TRUE;
}
