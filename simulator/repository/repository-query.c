/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository-path.h"
#include "simulator/repository/wql.h"

/* Queries run; their results one after the other. */

struct _RepositoryCursor {
  Repository *repository;
  GArray *ids;
  guint next;
  RepositoryObject *current;
  GHashTable *kept; /* &id -> object that was deleted before its turn; NULL: none */
};

static RepositoryCursor *
cursor_new (Repository *self, GArray *ids)
{
  RepositoryCursor *cursor = g_new0 (RepositoryCursor, 1);

  cursor->repository = self;
  cursor->ids = ids;
  g_ptr_array_add (self->cursors, cursor);
  return cursor;
}

void
repository_cursor_free (RepositoryCursor *self)
{
  g_ptr_array_remove_fast (self->repository->cursors, self);
  g_clear_pointer (&self->current, repository_object_unref);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_array_unref (self->ids);
  g_free (self);
}

void
repository_cursor_note_deleted (RepositoryCursor *self, RepositoryObject *object)
{
  if (repository_cursor_at_end (self))
    return;
  if (self->kept == NULL)
    self->kept = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                        (GDestroyNotify)repository_object_unref);
  g_hash_table_insert (self->kept, &object->id, repository_object_ref (object));
}

RepositoryObject *
repository_cursor_next (RepositoryCursor *self)
{
  RepositoryObject *kept = NULL;
  guint64 id;

  g_clear_pointer (&self->current, repository_object_unref);
  if (repository_cursor_at_end (self))
    return NULL;
  id = g_array_index (self->ids, guint64, self->next++);
  if (self->kept != NULL)
    kept = g_hash_table_lookup (self->kept, &id);
  self->current
      = kept != NULL ? repository_object_ref (kept) : repository_object_of (self->repository, id);
  return self->current;
}

gboolean
repository_cursor_at_end (RepositoryCursor *self)
{
  return self->next >= self->ids->len;
}

RepositoryCursor *
repository_run_class (Repository *self, const char *name_space, const char *class_name,
                      GError **error)
{
  const RepositoryClass *klass = repository_require_class (self, name_space, class_name, error);
  GArray *ids;

  if (klass == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  repository_collect (self, klass, ids);
  return cursor_new (self, ids);
}

/* ---- SELECT ---- */

static gboolean
check_projection (const RepositoryClass *klass, const RepositoryQuery *query, GError **error)
{
  for (guint i = 0; query->projection != NULL && query->projection[i] != NULL; i++) {
    const char *name = query->projection[i];

    if (wql_find_system (name) != WQL_NO_SYSTEM
        || repository_class_find_property (klass, name) != NULL)
      continue;
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_QUERY,
                 "query: expected properties of %s after SELECT, found %s", klass->name, name);
    return FALSE;
  }
  return TRUE;
}

static GArray *
select_where (Repository *self, const RepositoryClass *klass, const RepositoryQuery *query,
              GError **error)
{
  g_autoptr (WqlCondition) condition = wql_condition_new (self, klass, query, error);
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (guint64));
  GArray *ids;

  if (condition == NULL)
    return NULL;
  if (!wql_condition_find (condition, candidates))
    repository_collect (self, klass, candidates);
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < candidates->len; i++) {
    guint64 id = g_array_index (candidates, guint64, i);
    g_autoptr (RepositoryObject) object = repository_object_of (self, id);

    if (wql_condition_accepts (condition, object))
      g_array_append_val (ids, id);
  }
  return ids;
}

static GArray *
run_select (Repository *self, const char *name_space, const RepositoryQuery *query, GError **error)
{
  const RepositoryClass *klass
      = repository_require_class (self, name_space, query->class_name, error);
  GArray *ids;

  if (klass == NULL) {
    g_prefix_error (error,
                    "query: character %u: ", wql_get_position (query->text, query->class_offset));
    return NULL;
  }
  if (!check_projection (klass, query, error))
    return NULL;
  if (query->where != NULL)
    return select_where (self, klass, query, error);
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  repository_collect (self, klass, ids);
  return ids;
}

/* ---- ASSOCIATORS OF, REFERENCES OF ---- */

static RepositoryObject *
find_start (Repository *self, const char *name_space, const RepositoryQuery *query, GError **error)
{
  g_autoptr (HypervCimPath) path = repository_path_read (query->path, name_space, error);

  if (path == NULL)
    return NULL;
  /* A path without keys is a class, unless it is the only instance's. */
  if (hyperv_cim_path_get_n_keys (path) == 0 && !g_str_has_suffix (query->path, "=@")) {
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_QUERY,
                 "query: expected the path of an instance in braces, found the class %s",
                 query->path);
    return NULL;
  }
  return repository_lookup (self, path, error);
}

static GArray *
run_association (Repository *self, const char *name_space, const RepositoryQuery *query,
                 GError **error)
{
  g_autoptr (RepositoryObject) start = find_start (self, name_space, query, error);
  g_autoptr (GPtrArray) objects = NULL;
  GArray *ids;

  if (start == NULL)
    return NULL;
  if (query->kind == WQL_REFERENCES)
    objects = repository_references_in (self, name_space, start, query->result_class, query->role,
                                        error);
  else
    objects
        = repository_associators_in (self, name_space, start, query->assoc_class,
                                     query->result_class, query->role, query->result_role, error);
  if (objects == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < objects->len; i++) {
    const RepositoryObject *object = objects->pdata[i];

    g_array_append_val (ids, object->id);
  }
  return ids;
}

RepositoryCursor *
repository_run_query (Repository *self, const char *name_space, const RepositoryQuery *query,
                      GError **error)
{
  GArray *ids = query->kind == WQL_SELECT ? run_select (self, name_space, query, error)
                                          : run_association (self, name_space, query, error);

  return ids == NULL ? NULL : cursor_new (self, ids);
}
