/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-private.h"
#include "simulator/repository/repository-value.h"

/* ---- properties ---- */

static gboolean
fail (GError **error, RepositoryError code, RepositoryObject *object, const char *expected,
      const char *found)
{
  g_autofree char *path = repository_object_to_path_text (object);

  g_set_error (error, REPOSITORY_ERROR, (gint)code, "%s: expected %s, found %s", path, expected,
               found);
  return FALSE;
}

static gboolean
is_same (RepositoryObject *self, guint slot, const HypervCimValue *value)
{
  g_autoptr (HypervCimValue) before = NULL;
  HypervCimProperty property;

  if (self->klass->computed != NULL && self->klass->computed[slot] != 0)
    return FALSE;
  repository_object_peek_stored (self, slot, &property);
  before = hyperv_cim_value_new_from_property (&property);
  return hyperv_cim_value_equal (before, value);
}

static gboolean
set_property (RepositoryObject *self, const char *name, const HypervCimProperty *given,
              GError **error)
{
  gint slot = repository_class_get_slot (self->klass, name);
  g_autoptr (HypervCimValue) value = NULL;
  const RepositoryProperty *property;
  gboolean is_reference;

  if (self->is_deleted)
    return fail (error, REPOSITORY_ERROR_NOT_FOUND, self, "an instance", "it deleted");
  if (slot < 0)
    return fail (error, REPOSITORY_ERROR_INVALID_VALUE, self, "one of its properties", name);
  property = &self->klass->properties[slot];
  if (property->is_key)
    return fail (error, REPOSITORY_ERROR_INVALID_VALUE, self, "a property that is no key", name);
  value = repository_value_convert (property, given, self->klass->name_space, error);
  if (value == NULL) {
    g_prefix_error (error, "%s: ", self->klass->name);
    return FALSE;
  }
  if (is_same (self, (guint)slot, value))
    return TRUE;

  is_reference = property->type == HYPERV_CIM_TYPE_REFERENCE && !property->is_array
                 && repository_class_is_association (self->klass);
  repository_object_freeze (self, (guint)slot);
  repository_object_put (self, (guint)slot, g_steal_pointer (&value));
  repository_object_restart (self, (guint)slot);
  repository_object_keep (self);
  if (is_reference)
    repository_index_set_reference (self, (guint)slot);
  repository_notify (REPOSITORY_MODIFIED, self);
  return TRUE;
}

gboolean
repository_object_set (RepositoryObject *self, const char *name, const HypervCimValue *value,
                       GError **error)
{
  HypervCimProperty property;

  hyperv_cim_value_peek (value, &property);
  return set_property (self, name, &property, error);
}

gboolean
repository_object_set_uint (RepositoryObject *self, const char *name, guint64 value, GError **error)
{
  HypervCimScalar item = { .u = value };
  HypervCimProperty property
      = { .name = name, .type = HYPERV_CIM_TYPE_UINT64, .n_items = 1, .items = &item };

  return set_property (self, name, &property, error);
}

gboolean
repository_object_set_string (RepositoryObject *self, const char *name, const char *value,
                              GError **error)
{
  HypervCimScalar item = { .s = value };
  HypervCimProperty property
      = { .name = name, .type = HYPERV_CIM_TYPE_STRING, .n_items = 1, .items = &item };

  if (value == NULL)
    return repository_object_set_null (self, name, error);
  return set_property (self, name, &property, error);
}

gboolean
repository_object_set_time (RepositoryObject *self, const char *name, gint64 when, GError **error)
{
  char text[REPOSITORY_TIME_SIZE];

  repository_value_write_time (when, 0, text);
  return repository_object_set_string (self, name, text, error);
}

gboolean
repository_object_set_null (RepositoryObject *self, const char *name, GError **error)
{
  HypervCimProperty property = { .name = name, .type = HYPERV_CIM_TYPE_TEXT, .is_null = TRUE };

  return set_property (self, name, &property, error);
}

/* ---- instances ---- */

/* The canonical values of its keys, if no instance has them yet. */
static GPtrArray *
check_new (RepositoryObject *object, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < object->klass->n_keys; i++) {
    g_autoptr (GString) text = g_string_sized_new (64);

    if (!repository_object_append_canonical (object, object->klass->key_slots[i], FALSE, text)) {
      g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE,
                   "expected a value for the key %s of %s, found none", object->klass->keys[i],
                   object->klass->name);
      return NULL;
    }
    g_ptr_array_add (keys, g_string_free (g_steal_pointer (&text), FALSE));
  }
  if (repository_has_instance (object->repository, object->klass, keys)) {
    fail (error, REPOSITORY_ERROR_EXISTS, object, "no instance with these keys", "one");
    return NULL;
  }
  return g_steal_pointer (&keys);
}

/* Its place in the world: not before all its values are there. */
static void
enter (RepositoryObject *object, GPtrArray *keys)
{
  repository_object_keep (object);
  repository_index_add (object, keys);
}

static gboolean
fill (RepositoryObject *object, const HypervCimInstance *instance, GError **error)
{
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty given;
    HypervCimValue *value;
    gint slot;

    hyperv_cim_instance_peek (instance, i, &given);
    slot = repository_class_get_slot (object->klass, given.name);
    if (slot < 0) {
      g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE,
                   "expected a property of %s, found %s", object->klass->name, given.name);
      return FALSE;
    }
    value = repository_value_convert (&object->klass->properties[slot], &given,
                                      object->klass->name_space, error);
    if (value == NULL)
      return FALSE;
    repository_object_put (object, (guint)slot, value);
    repository_object_restart (object, (guint)slot);
  }
  return TRUE;
}

RepositoryObject *
repository_create (Repository *self, const HypervCimInstance *instance, GError **error)
{
  const RepositoryClass *klass
      = repository_require_class (self, hyperv_cim_instance_get_namespace (instance),
                                  hyperv_cim_instance_get_class_name (instance), error);
  g_autoptr (RepositoryObject) object = NULL;
  g_autoptr (GPtrArray) keys = NULL;

  if (klass == NULL)
    return NULL;
  object = repository_object_new (self, self->next_created++, klass);
  if (!fill (object, instance, error) || (keys = check_new (object, error)) == NULL)
    return NULL;
  enter (object, keys);
  repository_notify (REPOSITORY_CREATED, object);
  return g_steal_pointer (&object);
}

gboolean
repository_delete (Repository *self, RepositoryObject *object, GError **error)
{
  if (object->is_deleted)
    return fail (error, REPOSITORY_ERROR_NOT_FOUND, object, "an instance", "it deleted");
  repository_object_ref (object);
  for (guint i = 0; i < self->cursors->len; i++)
    repository_cursor_note_deleted (self->cursors->pdata[i], object);
  /* What moves with the clock stays as it is now. */
  for (guint i = 0; object->klass->computed != NULL && i < object->klass->n_properties; i++) {
    HypervCimProperty now;

    if (object->klass->computed[i] == 0)
      continue;
    repository_object_peek (object, i, &now);
    repository_object_put (object, i, hyperv_cim_value_new_from_property (&now));
  }
  repository_index_remove (object);
  if (object->id < REPOSITORY_FIRST_CREATED)
    g_hash_table_add (self->deleted, g_memdup2 (&object->id, sizeof object->id));
  g_hash_table_remove (self->objects, &object->id);
  object->is_deleted = TRUE;
  repository_notify (REPOSITORY_DELETED, object);
  if (object->is_kept) {
    object->is_kept = FALSE;
    repository_object_unref (object);
  }
  repository_object_unref (object);
  return TRUE;
}

/* ---- templates ---- */

static const HostGroup *
find_template (Repository *self, const char *name, GError **error)
{
  const HostHeader *header = host_image_get_header (self->host);

  for (guint i = 0; i < header->n_templates; i++) {
    const HostGroup *group = host_image_get_template (self->host, i);

    if (strcmp (host_image_get_text (self->host, group->name), name) == 0)
      return group;
  }
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND,
               "host %s: expected a template, found no templates/%s.mof",
               host_image_get_name (self->host), name);
  return NULL;
}

/* The texts of a VM that has this GUID: those it was generated with, if it was. (g_rc_box) */
static RepositoryVm *
make_vm (Repository *self, const char *guid, const char *name)
{
  static const char pattern[] = { IMAGE_VARIABLE_GUID, '\0' };
  guint32 number = repository_vm_match (pattern, guid, self->seed, self->n_vms);
  RepositoryVm *vm = g_rc_box_new0 (RepositoryVm);

  if (number == 0) {
    repository_vm_init_named (vm, guid, name);
  } else {
    repository_vm_init (vm, self->seed, number);
    vm->name = g_strdup (name);
  }
  return vm;
}

static void
release_vm (RepositoryVm *vm)
{
  g_rc_box_release_full (vm, (GDestroyNotify)repository_vm_clear);
}

static RepositoryObject *
make_member (Repository *self, const HostTemplate *member, RepositoryVm *vm)
{
  RepositoryObject *object = repository_object_new (self, self->next_created++, member->klass);

  object->base = member->properties;
  object->variables = member->variables;
  object->vm = g_rc_box_acquire (vm);
  for (guint i = 0; member->klass->computed != NULL && i < member->klass->n_properties; i++)
    repository_object_restart (object, i);
  return object;
}

/* Fills @objects and @keys; FALSE when one of them is there already. */
static gboolean
make_members (Repository *self, const HostGroup *group, RepositoryVm *vm, GPtrArray *objects,
              GPtrArray *keys, GError **error)
{
  for (guint i = 0; i < group->n_instances; i++) {
    const HostTemplate *member
        = host_image_resolve (self->host, host_image_get_member (self->host, group, i));
    GPtrArray *values;

    g_ptr_array_add (objects, make_member (self, member, vm));
    values = check_new (objects->pdata[i], error);
    if (values == NULL)
      return FALSE;
    g_ptr_array_add (keys, values);
  }
  return TRUE;
}

gboolean
repository_instantiate (Repository *self, const char *template_name, const char *vm_guid,
                        const char *vm_name, GError **error)
{
  const HostGroup *group = find_template (self, template_name, error);
  g_autoptr (GPtrArray) objects
      = g_ptr_array_new_with_free_func ((GDestroyNotify)repository_object_unref);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  RepositoryVm *vm;
  gboolean ok;

  if (group == NULL)
    return FALSE;
  vm = make_vm (self, vm_guid, vm_name);
  ok = make_members (self, group, vm, objects, keys, error);
  release_vm (vm);
  if (!ok)
    return FALSE;
  for (guint i = 0; i < objects->len; i++)
    enter (objects->pdata[i], keys->pdata[i]);
  for (guint i = 0; i < objects->len; i++)
    repository_notify (REPOSITORY_CREATED, objects->pdata[i]);
  return TRUE;
}
