/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-private.h"
#include "simulator/repository/repository-value.h"

/* Where objects are found: the image's own indexes, tables for created objects, families. */

/* ---- tables of created objects ---- */

static guint32 *
get_rows (RepositoryObject *object)
{
  if (object->rows == NULL)
    object->rows = g_new0 (guint32, object->klass->n_keys + object->klass->n_references);
  return object->rows;
}

static void
clear_row (RepositoryTable *table, guint32 *row)
{
  if (*row != 0)
    repository_table_remove (table, *row);
  *row = 0;
}

static void
add_reference (RepositoryObject *object, guint reference)
{
  guint32 *row = &get_rows (object)[object->klass->n_keys + reference];
  g_autoptr (GString) text = g_string_sized_new (128);

  clear_row (&object->repository->created_references, row);
  if (repository_object_append_canonical (object, object->klass->reference_slots[reference], TRUE,
                                          text))
    *row = repository_table_add (&object->repository->created_references,
                                 repository_hash (REPOSITORY_HASH_START, text->str), object);
}

void
repository_index_set_reference (RepositoryObject *object, guint slot)
{
  for (guint i = 0; i < object->klass->n_references; i++)
    if (object->klass->reference_slots[i] == slot)
      add_reference (object, i);
}

void
repository_index_add (RepositoryObject *object, GPtrArray *keys)
{
  Repository *self = object->repository;
  guint32 *rows = get_rows (object);

  g_queue_push_tail_link (&self->created[object->klass->index], &object->link);
  for (guint i = 0; i < object->klass->n_keys; i++)
    rows[i] = repository_table_add (
        &self->created_keys, repository_hash_key (object->klass->keys[i], keys->pdata[i]), object);
  if (!repository_class_is_association (object->klass))
    return;
  for (guint i = 0; i < object->klass->n_references; i++)
    add_reference (object, i);
}

void
repository_index_remove (RepositoryObject *object)
{
  Repository *self = object->repository;
  guint n_keys = object->klass->n_keys;

  if (object->id >= REPOSITORY_FIRST_CREATED)
    g_queue_unlink (&self->created[object->klass->index], &object->link);
  for (guint i = 0; object->rows != NULL && i < n_keys + object->klass->n_references; i++)
    clear_row (i < n_keys ? &self->created_keys : &self->created_references, &object->rows[i]);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const guint64 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

void
repository_table_collect (const RepositoryTable *self, guint32 hash, const RepositoryClass *klass,
                          guint limit, GArray *ids)
{
  guint first = ids->len;

  for (guint32 row = repository_table_first (self, hash); row != 0 && ids->len < limit;
       row = repository_table_next (self, row)) {
    const RepositoryObject *object = self->rows[row].object;

    if (klass == NULL || repository_class_covers (klass, object->klass->index))
      g_array_append_val (ids, object->id);
  }
  /* In the order in which they were made. */
  if (ids->len > first + 1)
    qsort (&g_array_index (ids, guint64, first), ids->len - first, sizeof (guint64), compare_ids);
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

  for (guint i = 0; i < n && ids->len < limit; i++) {
    guint64 id = rows[i].instance;
    guint32 index = host_image_get_instance (self->host, rows[i].instance)->klass;

    if (repository_class_covers (klass, index) && !repository_is_deleted (self, id))
      g_array_append_val (ids, id);
  }
  repository_families_find_key (self, klass, key, canonical, limit, ids);
  repository_table_collect (&self->created_keys, hash, klass, limit, ids);
}

/* Generated ones that are as they were generated are found by their texts; changed ones are all
 * candidates, and so are those of the host and created ones. */
gboolean
repository_find_value (Repository *self, const RepositoryClass *klass, const char *property,
                       const char *canonical, guint limit, GArray *ids)
{
  GHashTableIter iter;
  gpointer data;
  guint begin, end, n = 0;

  if (!repository_families_find_value (self, klass, property, canonical, limit, ids))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    guint64 id = g_array_index (ids, guint64, i);
    const RepositoryObject *object = g_hash_table_lookup (self->objects, &id);

    if (object == NULL || !object->is_kept)
      g_array_index (ids, guint64, n++) = id;
  }
  g_array_set_size (ids, n);
  host_image_find_class (self->host, klass->index, klass->record->n_derived, &begin, &end);
  for (guint64 id = begin; id < end; id++)
    if (!repository_is_deleted (self, id))
      g_array_append_val (ids, id);
  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &data)) {
    const RepositoryObject *object = data;

    if (object->is_kept && object->id >= REPOSITORY_FIRST_GENERATED
        && repository_class_covers (klass, object->klass->index))
      g_array_append_val (ids, object->id);
  }
  qsort (ids->data, ids->len, sizeof (guint64), compare_ids);
  return TRUE;
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
  g_autoptr (GString) text = g_string_sized_new (128);

  for (guint i = 0; i < values->len; i++) {
    /* A derived class has more properties: its slots are others. */
    gint slot = repository_class_get_slot (object->klass, names[i]);

    g_string_truncate (text, 0);
    if (!repository_object_append_canonical (object, (guint)slot, FALSE, text)
        || strcmp (text->str, values->pdata[i]) != 0)
      return FALSE;
  }
  return TRUE;
}

#define FEW 8

/* Candidates by a key that few instances share. The last ones say most (Name, SystemName,
 * PartComponent); CreationClassName is the same for all. */
static GArray *
find_candidates (Repository *self, const RepositoryClass *klass, const char *const *names,
                 GPtrArray *values)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = values->len; i-- > 0;) {
    g_array_set_size (ids, 0);
    repository_find_key (self, klass, names[i], values->pdata[i], FEW, ids);
    if (ids->len < FEW)
      return ids;
  }
  g_array_set_size (ids, 0);
  repository_find_key (self, klass, names[values->len - 1], values->pdata[values->len - 1],
                       G_MAXUINT, ids);
  return ids;
}

gboolean
repository_has_instance (Repository *self, const RepositoryClass *klass, GPtrArray *keys)
{
  g_autoptr (GArray) ids = NULL;

  if (keys->len == 0) {
    ids = g_array_new (FALSE, FALSE, sizeof (guint64));
    repository_collect (self, klass, ids);
    return ids->len > 0;
  }
  ids = find_candidates (self, klass, klass->keys, keys);
  for (guint i = 0; i < ids->len; i++)
    if (has_keys (self, g_array_index (ids, guint64, i), klass->keys, keys))
      return TRUE;
  return FALSE;
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
