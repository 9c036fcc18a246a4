/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/repository-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

Schema *
fixture_read_schema (const char *text, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)mof_file_free);
  MofFile *file = mof_read_text ("schema.mof", text, strlen (text), FIXTURE_SPACE, error);
  g_autoptr (GBytes) block = NULL;

  if (file == NULL)
    return NULL;
  g_ptr_array_add (files, file);
  block = schema_write (files, error);
  return block == NULL ? NULL : schema_new (block);
}

static void
write_file (const char *folder, const char *path, const char *text)
{
  g_autofree char *file = g_build_filename (folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (file);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      remove_folder (path);
    else
      g_unlink (path);
  }
  g_rmdir (folder);
}

static void
cut_folder (const char *folder, GError *error)
{
  g_autofree char *prefix = g_strconcat (folder, "/", NULL);
  g_auto (GStrv) parts = g_strsplit (error->message, prefix, -1);

  g_free (error->message);
  error->message = g_strjoinv ("", parts);
}

static gboolean
read_host (Fixture *self, guint n_vms, GError **error)
{
  RepositoryOptions options = { .seed = 1, .n_vms = n_vms };

  self->image = repository_image_load_host_with (self->schema, "digest", self->folder, error);
  if (self->image == NULL)
    return FALSE;
  self->clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  self->repository = repository_new (self->image, "test", self->clock, &options, error);
  return self->repository != NULL;
}

Fixture *
fixture_read (const char *schema, const FixtureFile *files, guint n_vms, GError **error)
{
  g_autoptr (Fixture) self = g_new0 (Fixture, 1);
  g_autoptr (GError) local = NULL;

  self->folder = g_dir_make_tmp ("repository-XXXXXX", &local);
  g_assert_no_error (local);
  self->schema = fixture_read_schema (schema, &local);
  g_assert_no_error (local);
  write_file (self->folder, "host.ini", FIXTURE_INI);
  for (; files->path != NULL; files++)
    write_file (self->folder, files->path, files->text);
  if (read_host (self, n_vms, &local))
    return g_steal_pointer (&self);
  cut_folder (self->folder, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

void
fixture_free (Fixture *self)
{
  g_clear_pointer (&self->repository, repository_free);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->image, repository_image_unref);
  g_clear_pointer (&self->schema, schema_unref);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self);
}

RepositoryObject *
fixture_lookup (Fixture *self, const char *text, GError **error)
{
  g_autoptr (HypervCimPath) path
      = repository_read_path (self->repository, text, FIXTURE_SPACE, error);

  return path == NULL ? NULL : repository_lookup (self->repository, path, error);
}

static void
add_name (GString *names, RepositoryObject *object, const char *property)
{
  const char *name = repository_object_get_string (object, property);

  g_string_append_printf (names, "%s%s", names->len == 0 ? "" : " ", name == NULL ? "-" : name);
}

const char *
fixture_get_code (const GError *error)
{
  static const char *const codes[]
      = { "SYNTAX",        "INVALID_CLASS", "INVALID_NAMESPACE", "INVALID_QUERY",
          "INVALID_VALUE", "EXISTS",        "NOT_FOUND" };

  g_assert_true (error->domain == REPOSITORY_ERROR);
  g_assert_cmpint (error->code, <, G_N_ELEMENTS (codes));
  return codes[error->code];
}

char *
fixture_query (Repository *repository, const char *name_space, const char *text,
               const char *property)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryQuery) query = repository_query_parse (text, &error);
  g_autoptr (RepositoryCursor) cursor
      = query == NULL ? NULL : repository_run_query (repository, name_space, query, &error);
  g_autoptr (GString) names = g_string_new (NULL);
  RepositoryObject *object;

  if (cursor == NULL)
    return g_strdup_printf ("! %s %s", fixture_get_code (error), error->message);
  g_assert_no_error (error);
  while ((object = repository_cursor_next (cursor)) != NULL)
    add_name (names, object, property);
  return g_string_free (g_steal_pointer (&names), FALSE);
}

char *
fixture_join (GPtrArray *objects, const char *property)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < objects->len; i++)
    add_name (names, objects->pdata[i], property);
  g_ptr_array_unref (objects);
  return g_string_free (names, FALSE);
}
