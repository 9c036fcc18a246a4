/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-private.h"

static void watch_unref (gpointer watch);

/* At the end only kept objects are left, unless somebody still holds one: that one is cut loose,
 * and good for nothing but to be let go. */
static void
drop_objects (Repository *self)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer object;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    g_ptr_array_add (left, object);
  for (guint i = 0; i < left->len; i++) {
    RepositoryObject *one = left->pdata[i];
    gboolean was_kept = one->is_kept;

    one->is_kept = FALSE;
    one->repository = NULL;
    if (was_kept)
      repository_object_unref (one);
  }
}

static void
init_tables (Repository *self)
{
  guint n_classes = schema_get_n_classes (self->schema);

  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->objects = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->deleted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->created = g_new0 (GQueue, n_classes);
  repository_table_init (&self->created_keys);
  repository_table_init (&self->created_references);
  self->next_created = REPOSITORY_FIRST_CREATED;
  self->watches = g_ptr_array_new_with_free_func (watch_unref);
  self->next_watch = 1;
  self->cursors = g_ptr_array_new ();
}

Repository *
repository_new (RepositoryImage *image, const char *host_name, SimClock *clock,
                const RepositoryOptions *options, GError **error)
{
  HostImage *host = repository_image_find_host (image, host_name);
  g_autoptr (Repository) self = NULL;

  g_return_val_if_fail (SIM_IS_CLOCK (clock), NULL);
  if (host == NULL) {
    g_autofree char *known = g_strjoinv (", ", (GStrv)repository_image_get_host_names (image));

    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND,
                 "expected a host (%s), found \"%s\"", known, host_name);
    return NULL;
  }
  self = g_new0 (Repository, 1);
  self->image = repository_image_ref (image);
  self->host = host;
  self->schema = host_image_get_schema (host);
  self->rank = host_image_get_header (host)->rank;
  self->clock = g_object_ref (clock);
  self->start = sim_clock_now (clock);
  self->seed = options == NULL || options->seed == 0 ? 1 : options->seed;
  init_tables (self);
  if (!repository_families_init (self, options == NULL ? 0 : options->n_vms, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
repository_free (Repository *self)
{
  g_return_if_fail (self->cursors->len == 0);

  drop_objects (self);
  repository_families_clear (self);
  g_ptr_array_unref (self->watches);
  g_ptr_array_unref (self->cursors);
  repository_table_clear (&self->created_references);
  repository_table_clear (&self->created_keys);
  g_free (self->created);
  g_hash_table_unref (self->deleted);
  g_hash_table_unref (self->objects);
  g_hash_table_unref (self->settings);
  g_object_unref (self->clock);
  repository_image_unref (self->image);
  g_free (self);
}

SimClock *
repository_get_clock (Repository *self)
{
  return self->clock;
}

/* ---- settings ---- */

void
repository_set_setting (Repository *self, const char *group, const char *key, const char *value)
{
  g_hash_table_insert (self->settings, g_strconcat (group, "/", key, NULL), g_strdup (value));
}

const char *
repository_get_setting (Repository *self, const char *group, const char *key)
{
  if (g_hash_table_size (self->settings) > 0) {
    g_autofree char *name = g_strconcat (group, "/", key, NULL);
    const char *value = g_hash_table_lookup (self->settings, name);

    if (value != NULL)
      return value;
  }
  return host_image_get_setting (self->host, group, key);
}

guint64
repository_get_limit (Repository *self, const char *key, guint64 fallback)
{
  const char *text = repository_get_setting (self, "limits", key);
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &value, NULL))
    return fallback;
  return value;
}

gboolean
repository_has_ability (Repository *self, const char *name)
{
  return g_strcmp0 (repository_get_setting (self, "abilities", name), "1") == 0;
}

const char *
repository_get_computer_name (Repository *self)
{
  return repository_get_setting (self, "values", "computer_name");
}

/* ---- random numbers ---- */

static guint64
next_random (Repository *self)
{
  return repository_vm_mix (repository_vm_mix (self->seed) ^ ++self->n_random);
}

guint32
repository_random (Repository *self)
{
  return (guint32)(next_random (self) >> 32);
}

char *
repository_random_guid (Repository *self)
{
  guint64 high = next_random (self), low = next_random (self);
  char *guid = g_malloc (37);

  repository_vm_format_guid (high, low, guid);
  return guid;
}

/* ---- classes ---- */

gboolean
repository_has_namespace (Repository *self, const char *name_space)
{
  return schema_has_namespace (self->schema, name_space);
}

const RepositoryClass *
repository_find_class (Repository *self, const char *name_space, const char *class_name)
{
  guint32 index = schema_find (self->schema, name_space, class_name);

  return index == IMAGE_NONE ? NULL : schema_get_class (self->schema, self->rank, index);
}

GPtrArray *
repository_list_classes (Repository *self, const char *name_space, const RepositoryClass *base,
                         gboolean deep)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint32 i = 0; i < schema_get_n_classes (self->schema); i++) {
    const RepositoryClass *klass = schema_get_class (self->schema, self->rank, i);

    if (klass == NULL || klass == base
        || (name_space != NULL && g_ascii_strcasecmp (klass->name_space, name_space) != 0))
      continue;
    if (deep ? base == NULL || repository_class_covers (base, i) : klass->superclass == base)
      g_ptr_array_add (list, (gpointer)klass);
  }
  return list;
}

const RepositoryClass *
repository_require_class (Repository *self, const char *name_space, const char *class_name,
                          GError **error)
{
  const RepositoryClass *klass = repository_find_class (self, name_space, class_name);

  if (klass != NULL)
    return klass;
  if (!repository_has_namespace (self, name_space))
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_NAMESPACE,
                 "expected a namespace of this host, found %s", name_space);
  else
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_CLASS,
                 "expected a class of %s, found %s", name_space, class_name);
  return NULL;
}

/* ---- change notifications ---- */

typedef struct {
  gatomicrefcount ref_count;
  guint id; /* 0: removed */
  RepositoryWatch call;
  gpointer user_data;
  GDestroyNotify destroy;
} Watch;

static void
watch_unref (gpointer data)
{
  Watch *watch = data;

  if (!g_atomic_ref_count_dec (&watch->ref_count))
    return;
  if (watch->destroy != NULL)
    watch->destroy (watch->user_data);
  g_free (watch);
}

static gpointer
watch_ref (gconstpointer data, gpointer unused)
{
  Watch *watch = (Watch *)data;

  g_atomic_ref_count_inc (&watch->ref_count);
  return watch;
}

guint
repository_add_watch (Repository *self, RepositoryWatch call, gpointer user_data,
                      GDestroyNotify destroy)
{
  Watch *watch = g_new0 (Watch, 1);

  g_atomic_ref_count_init (&watch->ref_count);
  watch->id = self->next_watch++;
  watch->call = call;
  watch->user_data = user_data;
  watch->destroy = destroy;
  g_ptr_array_add (self->watches, watch);
  return watch->id;
}

void
repository_remove_watch (Repository *self, guint id)
{
  for (guint i = 0; i < self->watches->len; i++) {
    Watch *watch = self->watches->pdata[i];

    if (watch->id == id) {
      watch->id = 0;
      g_ptr_array_remove_index (self->watches, i);
      return;
    }
  }
}

void
repository_notify (RepositoryChange change, RepositoryObject *object)
{
  Repository *self = object->repository;
  g_autoptr (GPtrArray) watches = NULL;

  if (self->watches->len == 0)
    return;
  /* A watch may add and remove watches. */
  watches = g_ptr_array_copy (self->watches, (GCopyFunc)watch_ref, NULL);
  g_ptr_array_set_free_func (watches, watch_unref);
  for (guint i = 0; i < watches->len; i++) {
    Watch *watch = watches->pdata[i];

    if (watch->id != 0)
      watch->call (change, object, watch->user_data);
  }
}
