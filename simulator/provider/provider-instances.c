/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* Classes whose instances can be put, created or deleted as such: one row each (documented: access
 * types and the qualifiers SupportsCreate, SupportsDelete and SupportsUpdate of the CIMWin32
 * provider). Hyper-V's providers have methods for that, so no Msvm_ class is here. */

typedef enum { PUT = 1 << 0, CREATE = 1 << 1, DELETE = 1 << 2 } Operation;

#define MAX_WRITABLE 4
typedef struct {
  const char *class_name;
  guint operations;
  const char *writable[MAX_WRITABLE + 1];
} ClassRow;

static const ClassRow rows[] = {
  { "Win32_ComputerSystem",
    PUT,
    { "AutomaticManagedPagefile", "AutomaticResetBootOption", "EnableDaylightSavingsTime",
      "Roles" } },
  { "Win32_Environment", PUT | CREATE | DELETE, { "VariableValue" } },
  { "Win32_LogicalDisk", PUT, { "VolumeName" } },
  { "Win32_OperatingSystem", PUT, { "Description", "ForegroundApplicationBoost" } },
  { "Win32_Process", DELETE, { NULL } },
  { "Win32_Volume", PUT, { "DriveLetter", "IndexingEnabled", "Label" } },
};

static const ClassRow *
find_row (const RepositoryClass *klass, Operation operation, const char *what, GError **error)
{
  const char *name = repository_class_get_name (klass);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if ((rows[i].operations & operation) != 0 && g_ascii_strcasecmp (rows[i].class_name, name) == 0)
      return &rows[i];
  }
  g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_PROVIDER_NOT_CAPABLE,
               "instances of %s cannot be %s", name, what);
  return NULL;
}

static gboolean
put_property (RepositoryObject *object, const HypervCimInstance *changes, const char *name,
              GError **error)
{
  g_autoptr (HypervCimValue) value = hyperv_cim_instance_dup_value (changes, name);

  if (value == NULL
      || repository_class_find_property (repository_object_get_class (object), name) == NULL)
    return TRUE;
  return repository_object_set (object, name, value, error);
}

static gboolean
check_keys (RepositoryObject *object, const HypervCimInstance *changes, GError **error)
{
  const RepositoryClass *klass = repository_object_get_class (object);
  const char *const *keys = repository_class_get_keys (klass);

  for (gsize i = 0; keys[i] != NULL; i++) {
    g_autoptr (HypervCimValue) value = hyperv_cim_instance_dup_value (changes, keys[i]);
    g_autoptr (HypervCimValue) present = NULL;
    HypervCimProperty property;

    if (value == NULL || !repository_object_find (object, keys[i], &property))
      continue;
    present = hyperv_cim_value_new_from_property (&property);
    if (hyperv_cim_value_equal (value, present))
      continue;
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_PARAMETER,
                 "%s.%s is a key and cannot be changed", repository_class_get_name (klass),
                 keys[i]);
    return FALSE;
  }
  return TRUE;
}

gboolean
provider_put_instance (Provider *self, RepositoryObject *object, const HypervCimInstance *changes,
                       GError **error)
{
  const ClassRow *row;

  g_return_val_if_fail (self != NULL && object != NULL && changes != NULL, FALSE);

  row = find_row (repository_object_get_class (object), PUT, "put", error);
  if (row == NULL || !check_keys (object, changes, error))
    return FALSE;
  for (gsize i = 0; row->writable[i] != NULL; i++) {
    if (!put_property (object, changes, row->writable[i], error))
      return FALSE;
  }
  return TRUE;
}

RepositoryObject *
provider_create_instance (Provider *self, const RepositoryClass *klass,
                          const HypervCimInstance *instance, GError **error)
{
  const char *const *keys;

  g_return_val_if_fail (self != NULL && klass != NULL && instance != NULL, NULL);

  if (find_row (klass, CREATE, "created", error) == NULL)
    return NULL;
  keys = repository_class_get_keys (klass);
  for (gsize i = 0; keys[i] != NULL; i++) {
    if (!hyperv_cim_instance_is_null (instance, keys[i]))
      continue;
    g_set_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_PARAMETER,
                 "a new %s needs its key %s", repository_class_get_name (klass), keys[i]);
    return NULL;
  }
  return repository_create (self->repository, instance, error);
}

gboolean
provider_delete_instance (Provider *self, RepositoryObject *object, GError **error)
{
  g_return_val_if_fail (self != NULL && object != NULL, FALSE);

  return find_row (repository_object_get_class (object), DELETE, "deleted", error) != NULL
         && repository_delete (self->repository, object, error);
}
