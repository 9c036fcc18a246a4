/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-private.h"
#include "simulator/repository/repository-value.h"

/* Where objects are found: the image's own indexes, tables for created objects, families. */

/* ---- tables of created objects ---- */

static void
table_add (GHashTable *table, guint32 hash, RepositoryObject *object)
{
  GPtrArray *list = g_hash_table_lookup (table, GUINT_TO_POINTER (hash));

  if (list == NULL) {
    list = g_ptr_array_new ();
    g_hash_table_insert (table, GUINT_TO_POINTER (hash), list);
  }
  g_ptr_array_add (list, object);
}

static void
table_remove (GHashTable *table, guint32 hash, RepositoryObject *object)
{
  GPtrArray *list = g_hash_table_lookup (table, GUINT_TO_POINTER (hash));

  if (list == NULL)
    return;
  g_ptr_array_remove (list, object);
  if (list->len == 0)
    g_hash_table_remove (table, GUINT_TO_POINTER (hash));
}

static guint32
hash_key (RepositoryObject *object, guint key)
{
  g_autoptr (GString) text = g_string_new (NULL);
  HypervCimProperty property;

  repository_object_peek_stored (object, object->klass->key_slots[key], &property);
  repository_append_canonical (text, &property);
  return repository_hash_key (object->klass->keys[key], text->str);
}

static gboolean
hash_reference (RepositoryObject *object, guint slot, guint32 *hash)
{
  g_autoptr (GString) text = g_string_new (NULL);
  HypervCimProperty property;

  repository_object_peek_stored (object, slot, &property);
  if (property.n_items != 1)
    return FALSE;
  repository_path_canonical (text, property.items[0].path);
  *hash = repository_hash (REPOSITORY_HASH_START, text->str);
  return TRUE;
}

void
repository_index_add_reference (RepositoryObject *object, guint slot)
{
  guint32 hash;

  if (hash_reference (object, slot, &hash))
    table_add (object->repository->created_references, hash, object);
}

void
repository_index_remove_reference (RepositoryObject *object, guint slot)
{
  guint32 hash;

  if (hash_reference (object, slot, &hash))
    table_remove (object->repository->created_references, hash, object);
}

void
repository_index_add (RepositoryObject *object)
{
  Repository *self = object->repository;

  g_queue_push_tail_link (&self->created[object->klass->index], &object->link);
  for (guint i = 0; i < object->klass->n_keys; i++)
    table_add (self->created_keys, hash_key (object, i), object);
  if (!repository_class_is_association (object->klass))
    return;
  for (guint i = 0; i < object->klass->n_references; i++)
    repository_index_add_reference (object, object->klass->reference_slots[i]);
}

void
repository_index_remove (RepositoryObject *object)
{
  Repository *self = object->repository;

  /* A changed association of the host is in the table with the references that were set. */
  for (guint i = 0; i < object->klass->n_references; i++)
    repository_index_remove_reference (object, object->klass->reference_slots[i]);
  if (object->id < REPOSITORY_FIRST_CREATED)
    return;
  g_queue_unlink (&self->created[object->klass->index], &object->link);
  for (guint i = 0; i < object->klass->n_keys; i++)
    table_remove (self->created_keys, hash_key (object, i), object);
}

gboolean
repository_is_deleted (Repository *self, guint64 id)
{
  return g_hash_table_size (self->deleted) > 0 && g_hash_table_contains (self->deleted, &id);
}

/* ---- classes ---- */

void
repository_collect (Repository *self, const RepositoryClass *klass, GArray *ids)
{
  guint n_derived = klass->record->n_derived;
  guint begin, end;

  host_image_find_class (self->host, klass->index, n_derived, &begin, &end);
  for (guint64 id = begin; id < end; id++)
    if (!repository_is_deleted (self, id))
      g_array_append_val (ids, id);
  repository_families_collect (self, klass, ids);
  for (guint i = 0; i <= n_derived; i++)
    for (const GList *link = self->created[klass->index + i].head; link != NULL; link = link->next)
      g_array_append_val (ids, ((RepositoryObject *)link->data)->id);
}

GPtrArray *
repository_list (Repository *self, const char *name_space, const char *class_name, GError **error)
{
  const RepositoryClass *klass = repository_require_class (self, name_space, class_name, error);
  g_autoptr (GArray) ids = NULL;
  GPtrArray *objects;

  if (klass == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  repository_collect (self, klass, ids);
  objects = g_ptr_array_new_full (ids->len, (GDestroyNotify)repository_object_unref);
  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (objects, repository_object_of (self, g_array_index (ids, guint64, i)));
  return objects;
}

/* ---- keys ---- */

void
repository_find_key (Repository *self, const RepositoryClass *klass, const char *key,
                     const char *canonical, guint limit, GArray *ids)
{
  guint32 hash = repository_hash_key (key, canonical);
  guint n;
  const HostIndexRow *rows = host_image_find_key (self->host, hash, &n);
  const GPtrArray *created = g_hash_table_lookup (self->created_keys, GUINT_TO_POINTER (hash));

  for (guint i = 0; i < n && ids->len < limit; i++) {
    guint64 id = rows[i].instance;
    guint32 index = host_image_get_instance (self->host, rows[i].instance)->klass;

    if (repository_class_covers (klass, index) && !repository_is_deleted (self, id))
      g_array_append_val (ids, id);
  }
  repository_families_find_key (self, klass, key, canonical, limit, ids);
  for (guint i = 0; created != NULL && i < created->len && ids->len < limit; i++) {
    const RepositoryObject *object = created->pdata[i];

    if (repository_class_covers (klass, object->klass->index))
      g_array_append_val (ids, object->id);
  }
}

gboolean
repository_canonical_key_value (const RepositoryProperty *key, const char *text,
                                const char *name_space, GString *out)
{
  g_autoptr (HypervCimPath) path = NULL;
  HypervCimScalar scalar;

  if (key->type == HYPERV_CIM_TYPE_REFERENCE) {
    path = repository_path_read (text, name_space, NULL);
    if (path != NULL)
      repository_canonical_reference (out, path);
    return path != NULL;
  }
  if (hyperv_cim_type_is_text (key->type)) {
    repository_canonical_text (out, text);
    return TRUE;
  }
  if (!repository_value_parse (key->type, text, &scalar, NULL))
    return FALSE;
  repository_append_canonical (
      out,
      &(HypervCimProperty){ .name = key->name, .type = key->type, .n_items = 1, .items = &scalar });
  return TRUE;
}

/* The canonical values of the path's keys, by slot. FALSE with an error, or without one when no
 * instance can have them. */
static gboolean
read_path_keys (const RepositoryClass *klass, const HypervCimPath *path, guint *slots,
                GPtrArray *values, GError **error)
{
  for (guint i = 0; i < hyperv_cim_path_get_n_keys (path); i++) {
    const char *name = hyperv_cim_path_get_key_name (path, i);
    const HypervCimPath *reference = hyperv_cim_path_get_key_reference (path, i);
    gint slot = repository_class_get_slot (klass, name);
    g_autoptr (GString) text = g_string_new (NULL);

    if (slot < 0 || !klass->properties[slot].is_key) {
      g_autofree char *keys = g_strjoinv (", ", (GStrv)klass->keys);

      g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE,
                   "expected keys of %s (%s), found %s", klass->name, keys, name);
      return FALSE;
    }
    if (reference != NULL)
      repository_canonical_reference (text, reference);
    else if (!repository_canonical_key_value (&klass->properties[slot],
                                              hyperv_cim_path_get_key_value (path, i),
                                              hyperv_cim_path_get_namespace (path), text))
      return FALSE;
    slots[i] = (guint)slot;
    g_ptr_array_add (values, g_string_free (g_steal_pointer (&text), FALSE));
  }
  return TRUE;
}

static gboolean
has_keys (Repository *self, guint64 id, const char *const *names, GPtrArray *values)
{
  g_autoptr (RepositoryObject) object = repository_object_of (self, id);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < values->len; i++) {
    HypervCimProperty property;

    /* A derived class has more properties: its slots are others. */
    repository_object_peek_stored (
        object, (guint)repository_class_get_slot (object->klass, names[i]), &property);
    g_string_truncate (text, 0);
    repository_append_canonical (text, &property);
    if (strcmp (text->str, values->pdata[i]) != 0)
      return FALSE;
  }
  return TRUE;
}

#define FEW 8

/* Candidates by a key that few instances share: CreationClassName is the same for all, and often
 * the first. */
static GArray *
find_candidates (Repository *self, const RepositoryClass *klass, const char *const *names,
                 GPtrArray *values)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < values->len; i++) {
    g_array_set_size (ids, 0);
    repository_find_key (self, klass, names[i], values->pdata[i], FEW, ids);
    if (ids->len < FEW)
      return g_steal_pointer (&ids);
  }
  g_array_set_size (ids, 0);
  repository_find_key (self, klass, names[values->len - 1], values->pdata[values->len - 1],
                       G_MAXUINT, ids);
  return g_steal_pointer (&ids);
}

gboolean
repository_find_path (Repository *self, const RepositoryClass *klass, const HypervCimPath *path,
                      guint limit, GArray *ids, GError **error)
{
  guint slots[REPOSITORY_PATH_MAX_KEYS];
  const char *names[REPOSITORY_PATH_MAX_KEYS];
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) candidates = NULL;
  g_autoptr (GError) local = NULL;

  if (hyperv_cim_path_get_n_keys (path) > REPOSITORY_PATH_MAX_KEYS)
    return TRUE;
  if (!read_path_keys (klass, path, slots, values, &local)) {
    gboolean is_empty = local == NULL;

    if (!is_empty)
      g_propagate_error (error, g_steal_pointer (&local));
    return is_empty;
  }
  if (values->len == 0) {
    repository_collect (self, klass, ids);
    return TRUE;
  }
  for (guint i = 0; i < values->len; i++)
    names[i] = klass->properties[slots[i]].name;
  candidates = find_candidates (self, klass, names, values);
  for (guint i = 0; i < candidates->len && ids->len < limit; i++) {
    guint64 id = g_array_index (candidates, guint64, i);

    if (has_keys (self, id, names, values))
      g_array_append_val (ids, id);
  }
  return TRUE;
}

RepositoryObject *
repository_lookup (Repository *self, const HypervCimPath *path, GError **error)
{
  const RepositoryClass *klass = repository_require_class (
      self, hyperv_cim_path_get_namespace (path), hyperv_cim_path_get_class_name (path), error);
  g_autoptr (GArray) ids = NULL;

  if (klass == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (!repository_find_path (self, klass, path, 2, ids, error))
    return NULL;
  if (ids->len != 1) {
    g_autofree char *text = repository_write_path (self, path);

    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND,
                 "expected one instance for %s, found %s", text,
                 ids->len == 0 ? "none" : "several");
    return NULL;
  }
  return repository_object_of (self, g_array_index (ids, guint64, 0));
}
