/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-private.h"

/* What is kept of an object: what the image does not say of it. */
typedef struct {
  guint64 id;
  const RepositoryClass *klass;
  const HypervCimProperty *base;
  const guint8 *variables;
  RepositoryVm *vm;     /* g_rc_box; or NULL */
  HypervCimValue **own; /* or NULL */
  gint64 *since;        /* of computed properties; or NULL */
} Record;

struct _RepositorySnapshot {
  RepositoryImage *image;
  char *host_name;
  RepositoryOptions options;
  guint64 n_random;
  guint64 next_created;
  gint64 taken; /* by the clock */
  gint64 start;
  GPtrArray *records; /* by id */
  GHashTable *deleted;
  GHashTable *settings;
};

static void
clear_vm (gpointer vm)
{
  repository_vm_clear (vm);
}

static void
record_free (gpointer data)
{
  Record *record = data;

  for (guint i = 0; record->own != NULL && i < record->klass->n_properties; i++)
    g_clear_pointer (&record->own[i], hyperv_cim_value_unref);
  if (record->vm != NULL)
    g_rc_box_release_full (record->vm, clear_vm);
  g_free (record->own);
  g_free (record->since);
  g_free (record);
}

static HypervCimValue **
copy_values (HypervCimValue *const *values, guint n)
{
  HypervCimValue **copy = values != NULL ? g_new0 (HypervCimValue *, n) : NULL;

  for (guint i = 0; values != NULL && i < n; i++)
    copy[i] = values[i] != NULL ? hyperv_cim_value_ref (values[i]) : NULL;
  return copy;
}

static Record *
record_new (const RepositoryObject *object)
{
  Record *record = g_new0 (Record, 1);

  record->id = object->id;
  record->klass = object->klass;
  record->base = object->base;
  record->variables = object->variables;
  record->vm = object->vm != NULL ? g_rc_box_acquire (object->vm) : NULL;
  record->own = copy_values (object->own, object->klass->n_properties);
  if (object->moving != NULL)
    record->since = g_new0 (gint64, object->klass->n_computed);
  for (guint i = 0; object->moving != NULL && i < object->klass->n_computed; i++)
    record->since[i] = object->moving[i].since;
  return record;
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const Record *const *left = a, *const *right = b;

  return (*left)->id < (*right)->id ? -1 : (*left)->id > (*right)->id;
}

static void
copy_table (GHashTable *to, GHashTable *from, gboolean of_texts)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    if (of_texts)
      g_hash_table_insert (to, g_strdup (key), g_strdup (value));
    else
      g_hash_table_add (to, g_memdup2 (key, sizeof (guint64)));
  }
}

RepositorySnapshot *
repository_snapshot_new (Repository *self)
{
  RepositorySnapshot *snapshot = g_new0 (RepositorySnapshot, 1);
  GHashTableIter iter;
  gpointer object;

  snapshot->image = repository_image_ref (self->image);
  snapshot->host_name = g_strdup (host_image_get_name (self->host));
  snapshot->options = (RepositoryOptions){ self->seed, self->n_vms };
  snapshot->n_random = self->n_random;
  snapshot->next_created = self->next_created;
  snapshot->taken = sim_clock_now (self->clock);
  snapshot->start = self->start;
  snapshot->records = g_ptr_array_new_with_free_func (record_free);
  snapshot->deleted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  snapshot->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  copy_table (snapshot->deleted, self->deleted, FALSE);
  copy_table (snapshot->settings, self->settings, TRUE);
  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    if (((RepositoryObject *)object)->is_kept)
      g_ptr_array_add (snapshot->records, record_new (object));
  g_ptr_array_sort (snapshot->records, compare_records);
  return snapshot;
}

void
repository_snapshot_free (RepositorySnapshot *self)
{
  g_ptr_array_unref (self->records);
  g_hash_table_unref (self->deleted);
  g_hash_table_unref (self->settings);
  repository_image_unref (self->image);
  g_free (self->host_name);
  g_free (self);
}

/* ---- back ---- */

static GPtrArray *
dup_keys (RepositoryObject *object)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < object->klass->n_keys; i++) {
    GString *text = g_string_sized_new (64);

    repository_object_append_canonical (object, object->klass->key_slots[i], FALSE, text);
    g_ptr_array_add (keys, g_string_free (text, FALSE));
  }
  return keys;
}

static void
restore_values (RepositoryObject *object, const Record *record, gint64 passed)
{
  const RepositoryClass *klass = object->klass;

  for (guint i = 0; record->own != NULL && i < klass->n_properties; i++)
    if (record->own[i] != NULL)
      repository_object_put (object, i, hyperv_cim_value_ref (record->own[i]));
  if (record->since == NULL)
    return;
  object->moving = g_new0 (RepositoryMoving, klass->n_computed);
  for (guint i = 0; i < klass->n_computed; i++)
    object->moving[i].since = record->since[i] + passed;
}

/* References that were changed are found by tables, not by the image. */
static void
index_changed_references (RepositoryObject *object)
{
  const RepositoryClass *klass = object->klass;

  for (guint i = 0; repository_class_is_association (klass) && i < klass->n_references; i++)
    if (object->own != NULL && object->own[klass->reference_slots[i]] != NULL)
      repository_index_set_reference (object, klass->reference_slots[i]);
}

static void
restore_object (Repository *self, const Record *record, gint64 passed)
{
  gboolean is_created = record->id >= REPOSITORY_FIRST_CREATED;
  g_autoptr (RepositoryObject) object
      = is_created ? repository_object_new (self, record->id, record->klass)
                   : repository_object_of (self, record->id);
  g_autoptr (GPtrArray) keys = NULL;

  if (is_created) {
    object->base = record->base;
    object->variables = record->variables;
    object->vm = record->vm != NULL ? g_rc_box_acquire (record->vm) : NULL;
  }
  restore_values (object, record, passed);
  repository_object_keep (object);
  if (!is_created) {
    index_changed_references (object);
    return;
  }
  keys = dup_keys (object);
  repository_index_add (object, keys);
}

Repository *
repository_new_from_snapshot (const RepositorySnapshot *snapshot, SimClock *clock, GError **error)
{
  Repository *self
      = repository_new (snapshot->image, snapshot->host_name, clock, &snapshot->options, error);
  gint64 passed;

  if (self == NULL)
    return NULL;
  passed = self->start - snapshot->taken;
  self->start = snapshot->start + passed;
  self->n_random = snapshot->n_random;
  copy_table (self->deleted, snapshot->deleted, FALSE);
  copy_table (self->settings, snapshot->settings, TRUE);
  for (guint i = 0; i < snapshot->records->len; i++)
    restore_object (self, g_ptr_array_index (snapshot->records, i), passed);
  self->next_created = snapshot->next_created;
  return self;
}
