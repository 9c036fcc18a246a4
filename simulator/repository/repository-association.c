/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-private.h"

/* From an object to the associations that name it, and on to what else they name. References are
 * compared without regard to case, host and namespace; one that leads to nothing yields nothing. */

void
repository_find_reference (Repository *self, const RepositoryClass *klass, const char *canonical,
                           GArray *ids)
{
  guint32 hash = repository_hash (REPOSITORY_HASH_START, canonical);
  guint n;
  const HostIndexRow *rows = host_image_find_reference (self->host, hash, &n);

  for (guint i = 0; i < n; i++) {
    guint64 id = rows[i].instance;
    guint32 index = host_image_get_instance (self->host, rows[i].instance)->klass;

    if ((klass == NULL || repository_class_covers (klass, index))
        && !repository_is_deleted (self, id))
      g_array_append_val (ids, id);
  }
  repository_families_find_reference (self, klass, canonical, ids);
  repository_table_collect (&self->created_references, hash, klass, G_MAXUINT, ids);
}

/* Whether the property, as it is now, names @canonical. */
static gboolean
names (RepositoryObject *association, guint slot, const char *canonical)
{
  g_autoptr (GString) text = g_string_sized_new (128);

  return repository_object_append_canonical (association, slot, TRUE, text)
         && strcmp (text->str, canonical) == 0;
}

static gboolean
has_role (const RepositoryClass *klass, guint slot, const char *role)
{
  return role == NULL || g_ascii_strcasecmp (klass->properties[slot].name, role) == 0;
}

/* The slot by which it names the object in that role; -1. */
static gint
find_role (RepositoryObject *association, const char *role, const char *canonical)
{
  const RepositoryClass *klass = association->klass;

  for (guint i = 0; i < klass->n_references; i++)
    if (has_role (klass, klass->reference_slots[i], role)
        && names (association, klass->reference_slots[i], canonical))
      return (gint)klass->reference_slots[i];
  return -1;
}

static void
add_once (GPtrArray *objects, GHashTable *seen, RepositoryObject *object)
{
  if (g_hash_table_contains (seen, object)) {
    repository_object_unref (object);
    return;
  }
  g_hash_table_add (seen, object);
  g_ptr_array_add (objects, object);
}

/* Associations of the namespace and class that name @object in the role, each once. */
static GPtrArray *
list_references (Repository *self, const char *name_space, RepositoryObject *object,
                 const RepositoryClass *klass, const char *role)
{
  const char *canonical = repository_object_get_canonical (object);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify)repository_object_unref);

  if (object->is_deleted)
    return objects;
  repository_find_reference (self, klass, canonical, ids);
  for (guint i = 0; i < ids->len; i++) {
    RepositoryObject *association = repository_object_of (self, g_array_index (ids, guint64, i));

    if (g_ascii_strcasecmp (association->klass->name_space, name_space) == 0
        && find_role (association, role, canonical) >= 0)
      add_once (objects, seen, association);
    else
      repository_object_unref (association);
  }
  return objects;
}

GPtrArray *
repository_references_in (Repository *self, const char *name_space, RepositoryObject *object,
                          const char *result_class, const char *role, GError **error)
{
  const RepositoryClass *klass = NULL;

  if (result_class != NULL) {
    klass = repository_require_class (self, name_space, result_class, error);
    if (klass == NULL)
      return NULL;
  }
  return list_references (self, name_space, object, klass, role);
}

GPtrArray *
repository_references (Repository *self, RepositoryObject *object, const char *result_class,
                       const char *role, GError **error)
{
  return repository_references_in (self, object->klass->name_space, object, result_class, role,
                                   error);
}

/* What the association names in this slot, if it is there and of that class. */
static RepositoryObject *
follow (Repository *self, RepositoryObject *association, guint slot, const char *result_class)
{
  HypervCimProperty property;
  const RepositoryClass *klass;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (RepositoryObject) object = NULL;
  const HypervCimPath *path;

  repository_object_peek_stored (association, slot, &property);
  if (property.n_items != 1)
    return NULL;
  path = property.items[0].path;
  klass = repository_find_class (self, hyperv_cim_path_get_namespace (path),
                                 hyperv_cim_path_get_class_name (path));
  if (klass == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (!repository_find_path (self, klass, path, 2, ids, NULL) || ids->len != 1)
    return NULL;
  object = repository_object_of (self, g_array_index (ids, guint64, 0));
  if (result_class != NULL && !repository_class_is_a (object->klass, result_class))
    return NULL;
  return g_steal_pointer (&object);
}

/* The other ends of one association. */
static void
add_ends (Repository *self, RepositoryObject *association, gint own, const char *result_class,
          const char *result_role, GPtrArray *objects, GHashTable *seen)
{
  const RepositoryClass *klass = association->klass;

  for (guint i = 0; i < klass->n_references; i++) {
    guint slot = klass->reference_slots[i];
    RepositoryObject *end;

    if ((gint)slot == own || !has_role (klass, slot, result_role))
      continue;
    end = follow (self, association, slot, result_class);
    if (end != NULL)
      add_once (objects, seen, end);
  }
}

GPtrArray *
repository_associators_in (Repository *self, const char *name_space, RepositoryObject *object,
                           const char *assoc_class, const char *result_class, const char *role,
                           const char *result_role, GError **error)
{
  const RepositoryClass *klass = NULL;
  g_autoptr (GPtrArray) associations = NULL;
  g_autoptr (GHashTable) seen = NULL;
  GPtrArray *objects;

  if (assoc_class != NULL) {
    klass = repository_require_class (self, name_space, assoc_class, error);
    if (klass == NULL)
      return NULL;
  }
  /* Ends may lie in another namespace: profiles of root/interop and systems of Hyper-V. */
  if (result_class != NULL
      && repository_find_class (self, object->klass->name_space, result_class) == NULL
      && repository_require_class (self, name_space, result_class, error) == NULL)
    return NULL;
  associations = list_references (self, name_space, object, klass, role);
  seen = g_hash_table_new (NULL, NULL);
  objects = g_ptr_array_new_with_free_func ((GDestroyNotify)repository_object_unref);
  for (guint i = 0; i < associations->len; i++) {
    gint own = find_role (associations->pdata[i], role, repository_object_get_canonical (object));

    add_ends (self, associations->pdata[i], own, result_class, result_role, objects, seen);
  }
  return objects;
}

GPtrArray *
repository_associators (Repository *self, RepositoryObject *object, const char *assoc_class,
                        const char *result_class, const char *role, const char *result_role,
                        GError **error)
{
  return repository_associators_in (self, object->klass->name_space, object, assoc_class,
                                    result_class, role, result_role, error);
}
