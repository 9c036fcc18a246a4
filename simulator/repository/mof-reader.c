/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/mof.h"

#include <glib/gstdio.h>
#include <string.h>

#include "client/base/hyperv-file-private.h"
#include "simulator/repository/repository.h"

/* Files and folders of MOF. */

#define MAX_DEPTH 8
#define MAX_FOLDERS 10000 /* links can make a few into very many */

MofPlace
mof_place (const MofLexer *lexer)
{
  return (MofPlace){ lexer->file, lexer->token.line, lexer->token.column };
}

gboolean
mof_fail (MofPlace place, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return mof_fail_at (place.file, place.line, place.column, error, "%s", message);
}

void
mof_file_free (MofFile *self)
{
  g_free (self->file);
  g_ptr_array_unref (self->classes);
  g_ptr_array_unref (self->instances);
  g_free (self);
}

static gboolean
is_namespace (const char *text)
{
  gboolean fresh = TRUE;

  for (; *text != '\0'; text++) {
    if (*text == '/' ? fresh : !(g_ascii_isalnum (*text) || *text == '_' || *text == '-'))
      return FALSE;
    fresh = *text == '/';
  }
  return !fresh;
}

/* #pragma namespace ("root/virtualization/v2"), also with backslashes. */
static gboolean
read_pragma (MofLexer *lexer, char **name_space, GError **error)
{
  MofPlace place;
  g_autofree char *text = NULL;

  if (!mof_lexer_next (lexer, error) || !mof_lexer_expect_keyword (lexer, "namespace", error)
      || !mof_lexer_expect_mark (lexer, '(', error))
    return FALSE;
  place = mof_place (lexer);
  text = mof_lexer_expect_string (lexer, "a namespace in quotes", error);
  if (text == NULL)
    return FALSE;
  g_strdelimit (text, "\\", '/');
  if (!is_namespace (text))
    return mof_fail (place, error, "expected a namespace such as \"root/cimv2\", found \"%s\"",
                     text);
  g_free (*name_space);
  *name_space = g_steal_pointer (&text);
  return mof_lexer_expect_mark (lexer, ')', error);
}

static gboolean
read_declaration (MofLexer *lexer, MofFile *file, char **name_space, GError **error)
{
  if (lexer->token.kind == MOF_PRAGMA)
    return read_pragma (lexer, name_space, error);
  if (*name_space == NULL)
    return mof_lexer_fail (lexer, "#pragma namespace (\"…\") before the first declaration", error);
  if (mof_lexer_is_keyword (lexer, "instance")) {
    MofInstance *instance = mof_read_instance (lexer, *name_space, error);

    if (instance != NULL)
      g_ptr_array_add (file->instances, instance);
    return instance != NULL;
  }
  if (mof_lexer_is_mark (lexer, '[') || mof_lexer_is_keyword (lexer, "class")) {
    MofClass *klass = mof_read_class (lexer, *name_space, error);

    if (klass != NULL)
      g_ptr_array_add (file->classes, klass);
    return klass != NULL;
  }
  return mof_lexer_fail (lexer, "#pragma, class or instance", error);
}

MofFile *
mof_read_text (const char *shown, const char *text, gsize length, const char *name_space,
               GError **error)
{
  g_autoptr (MofFile) file = g_new0 (MofFile, 1);
  g_autofree char *current = g_strdup (name_space);
  MofLexer lexer;
  gboolean ok;

  file->file = g_strdup (shown);
  file->classes = g_ptr_array_new_with_free_func ((GDestroyNotify)mof_class_free);
  file->instances = g_ptr_array_new_with_free_func ((GDestroyNotify)mof_instance_free);
  ok = mof_lexer_init (&lexer, file->file, text, length, error);
  while (ok && lexer.token.kind != MOF_END)
    ok = read_declaration (&lexer, file, &current, error);
  mof_lexer_clear (&lexer);
  return ok ? g_steal_pointer (&file) : NULL;
}

char *
mof_load (const char *path, gsize max, gsize *length, GError **error)
{
  GStatBuf status;

  if (g_stat (path, &status) == 0) {
    if (!S_ISREG (status.st_mode)) {
      mof_fail_at (path, 1, 1, error, "expected a file, found a folder, a device or a pipe");
      return NULL;
    }
    if ((guint64)status.st_size > max) {
      mof_fail_at (path, 1, 1, error,
                   "expected at most %" G_GSIZE_FORMAT " bytes, found %" G_GUINT64_FORMAT, max,
                   (guint64)status.st_size);
      return NULL;
    }
  }
  return hyperv_file_read (path, HYPERV_FILE_REGULAR, max, length, error);
}

MofFile *
mof_read_file (const char *path, const char *name_space, GError **error)
{
  gsize length = 0;
  g_autofree char *text = mof_load (path, MOF_MAX_FILE, &length, error);

  return text == NULL ? NULL : mof_read_text (path, text, length, name_space, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_sorted (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = NULL;
  const char *name;

  if (dir == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

typedef struct {
  GPtrArray *files;
  gboolean as_namespaces;
  guint n_folders;
} Walk;

static gboolean read_level (Walk *walk, const char *folder, const char *name_space, guint depth,
                            GError **error);

static gboolean
read_folder (Walk *walk, const char *path, const char *name, const char *name_space, guint depth,
             GError **error)
{
  g_autofree char *below
      = name_space[0] == '\0' ? g_strdup (name) : g_strjoin ("/", name_space, name, NULL);

  if (depth >= MAX_DEPTH)
    return mof_fail_at (path, 1, 1, error, "expected folders at most %u deep, found deeper",
                        MAX_DEPTH);
  if (++walk->n_folders > MAX_FOLDERS)
    return mof_fail_at (path, 1, 1, error, "expected at most %u folders, found more", MAX_FOLDERS);
  return read_level (walk, path, below, depth + 1, error);
}

static gboolean
read_file (Walk *walk, const char *path, const char *name_space, GError **error)
{
  MofFile *file;

  if (walk->files->len >= MOF_MAX_FILES)
    return mof_fail_at (path, 1, 1, error, "expected at most %u files, found more", MOF_MAX_FILES);
  file = mof_read_file (path, walk->as_namespaces && name_space[0] != '\0' ? name_space : NULL,
                        error);
  if (file != NULL)
    g_ptr_array_add (walk->files, file);
  return file != NULL;
}

static gboolean
read_level (Walk *walk, const char *folder, const char *name_space, guint depth, GError **error)
{
  g_autoptr (GPtrArray) names = list_sorted (folder, error);
  gboolean ok = names != NULL;

  for (guint i = 0; ok && i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      ok = read_folder (walk, path, name, name_space, depth, error);
    else if (g_str_has_suffix (name, ".mof"))
      ok = read_file (walk, path, name_space, error);
  }
  return ok;
}

gboolean
mof_read_folder (const char *folder, gboolean as_namespaces, gboolean required, GPtrArray *files,
                 GError **error)
{
  Walk walk = { files, as_namespaces, 0 };

  if (!required && !g_file_test (folder, G_FILE_TEST_EXISTS))
    return TRUE;
  return read_level (&walk, folder, "", 0, error);
}
