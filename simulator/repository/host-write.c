/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/host-write.h"

#include <string.h>

#include "simulator/repository/repository-vm.h"

static void
item_free (HostItem *self)
{
  for (guint i = 0; self->texts != NULL && i < self->klass->n_properties; i++)
    g_free (self->texts[i]);
  g_free (self->texts);
  g_free (self->slots);
  g_free (self->path);
  g_free (self);
}

static HostScope *
scope_new (const char *name)
{
  HostScope *self = g_new0 (HostScope, 1);

  self->name = g_strdup (name);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify)mof_file_free);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  self->dropped = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  self->aliases = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

static void
scope_free (HostScope *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->dropped);
  g_hash_table_unref (self->aliases);
  g_ptr_array_unref (self->files);
  g_free (self);
}

static gboolean
scope_add_file (HostScope *self, const MofFile *file, GError **error)
{
  if (file->classes->len > 0)
    return mof_fail (((MofClass *)file->classes->pdata[0])->place, error,
                     "expected instances in a host, found a class");
  for (guint i = 0; i < file->instances->len; i++) {
    const MofInstance *mof = file->instances->pdata[i];
    HostItem *item = g_new0 (HostItem, 1);
    const HostItem *before
        = mof->alias == NULL ? NULL : g_hash_table_lookup (self->aliases, mof->alias);

    item->mof = mof;
    item->scope = self;
    g_ptr_array_add (self->items, item);
    if (before != NULL)
      return mof_fail (mof->place, error,
                       "expected each alias once, found $%s again (first at "
                       "%s:%u)",
                       mof->alias, before->mof->place.file, before->mof->place.line);
    if (mof->alias != NULL)
      g_hash_table_insert (self->aliases, mof->alias, item);
  }
  return TRUE;
}

/* ---- reading the folders ---- */

static gboolean
read_instances (HostWriter *self, GError **error)
{
  guint n_models = g_strv_length (self->settings->models);

  for (guint i = 0; i <= n_models; i++) {
    const char *base = i < n_models ? self->settings->models[i] : self->settings->folder;
    g_autofree char *folder = g_build_filename (base, "instances", NULL);

    if (!mof_read_folder (folder, FALSE, FALSE, self->instances->files, error))
      return FALSE;
  }
  for (guint i = 0; i < self->instances->files->len; i++)
    if (!scope_add_file (self->instances, self->instances->files->pdata[i], error))
      return FALSE;
  return TRUE;
}

static HostScope *
find_template (HostWriter *self, const char *name)
{
  for (guint i = 0; i < self->templates->len; i++)
    if (strcmp (((HostScope *)self->templates->pdata[i])->name, name) == 0)
      return self->templates->pdata[i];
  return NULL;
}

/* A template of the release stands in for the model's of the same name. */
static gboolean
read_templates (HostWriter *self, const char *base, GError **error)
{
  g_autofree char *folder = g_build_filename (base, "templates", NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)mof_file_free);

  if (!mof_read_folder (folder, FALSE, FALSE, files, error))
    return FALSE;
  while (files->len > 0) {
    MofFile *file = g_ptr_array_steal_index (files, 0);
    g_autofree char *name = g_path_get_basename (file->file);
    HostScope *scope;

    *strrchr (name, '.') = '\0';
    scope = find_template (self, name);
    if (scope != NULL)
      g_ptr_array_remove (self->templates, scope);
    scope = scope_new (name);
    g_ptr_array_add (self->templates, scope);
    g_ptr_array_add (scope->files, file);
    if (!scope_add_file (scope, file, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- resolving ---- */

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const HostItem *x = *(const HostItem *const *)a, *y = *(const HostItem *const *)b;

  return x->class_index < y->class_index ? -1 : x->class_index > y->class_index;
}

static gboolean
check_unique (HostScope *scope, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < scope->items->len; i++) {
    HostItem *item = scope->items->pdata[i];
    g_autofree char *canonical = host_item_dup_canonical (item);
    g_autofree char *key = g_strconcat (item->klass->name_space, ":", canonical, NULL);
    const HostItem *before = g_hash_table_lookup (seen, key);

    if (before != NULL)
      return mof_fail (item->mof->place, error,
                       "expected keys that no other instance of %s has, found those of %s:%u",
                       item->klass->name, before->mof->place.file, before->mof->place.line);
    g_hash_table_insert (seen, g_steal_pointer (&key), item);
  }
  return TRUE;
}

static gboolean
resolve_scope (HostWriter *self, HostScope *scope, GError **error)
{
  for (guint i = 0; i < scope->items->len; i++)
    if (!host_item_resolve (self, scope->items->pdata[i], error))
      return FALSE;
  for (guint i = scope->items->len; i-- > 0;)
    if (((HostItem *)scope->items->pdata[i])->state == HOST_ITEM_DROPPED)
      g_ptr_array_add (scope->dropped, g_ptr_array_steal_index (scope->items, i));
  g_ptr_array_sort (scope->items, compare_items);
  return check_unique (scope, error);
}

/* ---- records ---- */

static guint32
write_items (HostWriter *self, HostScope *scope)
{
  g_autofree guint32 *offsets = g_new0 (guint32, scope->items->len + 1);

  for (guint i = 0; i < scope->items->len; i++) {
    HostItem *item = scope->items->pdata[i];
    gsize size = sizeof (HostInstance) + item->klass->n_properties * sizeof (guint32);
    g_autofree HostInstance *record = g_malloc0 (size);

    record->klass = item->class_index;
    record->serial = item->serial = self->n_serials++;
    record->n_slots = item->klass->n_properties;
    memcpy (record->slots, item->slots, record->n_slots * sizeof (guint32));
    offsets[i] = item->offset = image_pool_add_record (self->pool, record, size);
  }
  return image_pool_add_record (self->pool, offsets, scope->items->len * sizeof *offsets);
}

static void
write_templates (HostWriter *self, HostHeader *header)
{
  g_autofree HostGroup *groups = g_new0 (HostGroup, self->templates->len + 1);

  for (guint i = 0; i < self->templates->len; i++) {
    HostScope *scope = self->templates->pdata[i];

    groups[i].name = image_pool_add_text (self->pool, scope->name);
    groups[i].n_instances = scope->items->len;
    groups[i].instances = write_items (self, scope);
  }
  header->n_templates = self->templates->len;
  header->templates
      = image_pool_add_record (self->pool, groups, self->templates->len * sizeof *groups);
}

static gboolean
write_family (HostWriter *self, const char *name, HostGroup *group, GError **error)
{
  g_auto (GStrv) templates = host_settings_get_family (self->settings, name);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autofree guint32 *offsets = NULL;

  for (guint i = 0; templates[i] != NULL; i++) {
    HostScope *scope = find_template (self, templates[i]);

    if (scope == NULL) {
      g_autofree char *place = host_settings_locate (self->settings, "families", name);

      g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX,
                   "%s: [families] %s: expected templates, found %s, for which there is no "
                   "templates/%s.mof",
                   place, name, templates[i], templates[i]);
      return FALSE;
    }
    g_ptr_array_extend (items, scope->items, NULL, NULL);
  }
  g_ptr_array_sort (items, compare_items);
  offsets = g_new0 (guint32, items->len + 1);
  for (guint i = 0; i < items->len; i++)
    offsets[i] = ((HostItem *)items->pdata[i])->offset;
  group->name = image_pool_add_text (self->pool, name);
  group->weight = host_settings_get_weight (self->settings, name);
  group->n_instances = items->len;
  group->instances = image_pool_add_record (self->pool, offsets, items->len * sizeof *offsets);
  return TRUE;
}

static gboolean
write_families (HostWriter *self, HostHeader *header, GError **error)
{
  g_auto (GStrv) names = host_settings_get_families (self->settings);
  guint n = g_strv_length (names);
  g_autofree HostGroup *groups = g_new0 (HostGroup, n + 1);

  for (guint i = 0; i < n; i++)
    if (!write_family (self, names[i], &groups[i], error))
      return FALSE;
  header->n_families = n;
  header->families = image_pool_add_record (self->pool, groups, n * sizeof *groups);
  return TRUE;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
write_settings (HostWriter *self, HostHeader *header)
{
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (HostSetting));
  g_auto (GStrv) groups = g_key_file_get_groups (self->settings->keys, NULL);

  qsort (groups, g_strv_length (groups), sizeof *groups, compare_texts);
  for (guint i = 0; groups[i] != NULL; i++) {
    g_auto (GStrv) keys = g_key_file_get_keys (self->settings->keys, groups[i], NULL, NULL);

    qsort (keys, g_strv_length (keys), sizeof *keys, compare_texts);
    for (guint j = 0; keys[j] != NULL; j++) {
      g_autofree char *value
          = g_key_file_get_string (self->settings->keys, groups[i], keys[j], NULL);
      HostSetting record
          = { image_pool_add_text (self->pool, groups[i]),
              image_pool_add_text (self->pool, keys[j]), image_pool_add_text (self->pool, value) };

      /* Where the model's folder lies says nothing about the host. */
      if (strcmp (groups[i], "host") != 0 || strcmp (keys[j], "model") != 0)
        g_array_append_val (records, record);
    }
  }
  header->n_settings = records->len;
  header->settings
      = image_pool_add_record (self->pool, records->data, records->len * sizeof (HostSetting));
}

static gboolean
write_block (HostWriter *self, HostHeader *header, GError **error)
{
  header->rank = self->settings->rank;
  header->name = image_pool_add_text (self->pool, self->settings->name);
  write_settings (self, header);
  header->n_instances = self->instances->items->len;
  header->instances = write_items (self, self->instances);
  host_write_indexes (self, header);
  write_templates (self, header);
  if (!write_families (self, header, error))
    return FALSE;
  header->n_serials = self->n_serials;
  image_pool_add_room (self->pool, 0);
  header->size = self->pool->bytes->len;
  memcpy (image_pool_at (self->pool, 0), header, sizeof *header);
  return TRUE;
}

static gboolean
resolve_all (HostWriter *self, GError **error)
{
  if (!read_instances (self, error))
    return FALSE;
  for (guint i = 0; self->settings->models[i] != NULL; i++)
    if (!read_templates (self, self->settings->models[i], error))
      return FALSE;
  if (!read_templates (self, self->settings->folder, error)
      || !resolve_scope (self, self->instances, error))
    return FALSE;
  for (guint i = 0; i < self->templates->len; i++)
    if (!resolve_scope (self, self->templates->pdata[i], error))
      return FALSE;
  return TRUE;
}

GBytes *
host_write (Schema *schema, const char *folder, GError **error)
{
  g_autoptr (HostSettings) settings = host_settings_read (folder, error);
  HostHeader header = { .magic = HOST_MAGIC };
  HostWriter writer = { .schema = schema, .settings = settings };
  GBytes *block = NULL;

  if (settings == NULL)
    return NULL;
  writer.pool = image_pool_new (sizeof header);
  writer.instances = scope_new (NULL);
  writer.templates = g_ptr_array_new_with_free_func ((GDestroyNotify)scope_free);
  if (resolve_all (&writer, error) && write_block (&writer, &header, error))
    block = image_pool_end (writer.pool);
  g_ptr_array_unref (writer.templates);
  scope_free (writer.instances);
  image_pool_free (writer.pool);
  return block;
}
