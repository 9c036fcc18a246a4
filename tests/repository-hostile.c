/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulator/repository/host-write.h"
#include "simulator/repository/mof.h"
#include "tests/repository-fixture.h"

/* Hosts and schemas of somebody who means no good: too much, too deep, round in circles, without an
 * end. Each is refused, soon, with the place. */

/* ---- one text ---- */

/* @part is repeated, with its number in place of "#". */
static char *
repeat (const char *before, const char *part, guint n, const char *after)
{
  g_auto (GStrv) pieces = g_strsplit (part, "#", -1);
  GString *text = g_string_new (before);

  for (guint i = 0; i < n; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);
    g_autofree char *one = g_strjoinv (number, pieces);

    g_string_append (text, one);
  }
  g_string_append (text, after);
  return g_string_free (text, FALSE);
}

static const struct {
  const char *sentence;
  const char *before, *part, *after;
  guint limit;
  const char *message; /* with one more than the limit */
} text_rows[] = {
  { "properties of an instance", "instance of A { ", "p# = 1; ", "};", MOF_MAX_MEMBERS,
    "a.mof:1:10171: expected at most 1024 properties, found p1024" },
  { "properties of a class", "class A { ", "uint8 p#; ", "};", MOF_MAX_MEMBERS,
    "expected at most 1024 members, found" },
  { "methods of a class", "class A { ", "uint32 f# (); ", "};", MOF_MAX_MEMBERS,
    "expected at most 1024 members, found" },
  { "parameters", "class A { uint32 f (uint8 p", ", uint8 p#", "); };", MOF_MAX_MEMBERS - 1,
    "expected at most 1024 parameters, found" },
  { "items of a list", "instance of A { p = {", "1, ", "1}; };", MOF_MAX_ITEMS - 1,
    "expected a list of at most 65536 items" },
};

static void
test_text (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *enough
      = repeat (text_rows[i].before, text_rows[i].part, text_rows[i].limit, text_rows[i].after);
  g_autofree char *more
      = repeat (text_rows[i].before, text_rows[i].part, text_rows[i].limit + 1, text_rows[i].after);
  g_autoptr (GError) error = NULL;
  g_autoptr (MofFile) file
      = mof_read_text ("a.mof", enough, strlen (enough), FIXTURE_SPACE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (file);
  g_assert_null (mof_read_text ("a.mof", more, strlen (more), FIXTURE_SPACE, &error));
  if (strstr (error->message, text_rows[i].message) == NULL)
    g_error ("expected \"%s\", found \"%s\"", text_rows[i].message, error->message);
}

/* ---- hosts ---- */

static const char schema[] = "class A { [Key] string Name; A REF Other; };"
                             "[Association] class L { [Key] L REF Left; [Key] A REF Right; };";
#define SPACE "#pragma namespace (\"root/test\")\n"

static void
assert_refused (const char *ini, const char *mof, const char *message)
{
  const FixtureFile files[] = { { "host.ini", ini }, { "instances/a.mof", mof }, { NULL, NULL } };
  g_autoptr (GError) error = NULL;
  Fixture *fixture = fixture_read (schema, files, 0, &error);

  g_assert_null (fixture);
  if (strstr (error->message, message) == NULL)
    g_error ("expected \"%s\", found \"%s\"", message, error->message);
}

/* Each names the next one; the last names nobody. Resolving goes as deep as they are many. */
static void
test_aliases (void)
{
  g_autoptr (GString) text = g_string_new (SPACE);

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, "instance of A as $a%u { Name = \"%u\"; Other = $a%u; };\n", i, i,
                            i + 1);
  g_string_append (text, "instance of A as $a100000 { Name = \"last\"; };\n");
  assert_refused (FIXTURE_INI, text->str,
                  "instances/a.mof:1002:50: expected at most 1000 aliases behind each other, found "
                  "$a1001");
}

/* Keys that are references of references: each level doubles the quotes. */
static void
test_paths (void)
{
  g_autoptr (GString) text = g_string_new (SPACE "instance of A as $r { Name = \"r\"; };\n");

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (text, "instance of L as $l%u { Left = $l%u; Right = $r; };\n", i,
                            i + 1);
  g_string_append (text, "instance of L as $l60 { Left = \"L.Left=1,Right=1\"; Right = $r; };\n");
  assert_refused (FIXTURE_INI, text->str, "at most 65536 bytes");
}

static void
test_itself (void)
{
  assert_refused (FIXTURE_INI "[host]\nmodel=.\n", SPACE "instance of A { Name = \"a\"; };\n",
                  "instances/a.mof:2:13: expected keys that no other instance of A has");
}

static void
test_large_ini (void)
{
  g_autofree char *ini = repeat (FIXTURE_INI, "; 345678901234567890\n", 50000, "");

  assert_refused (ini, "", "host.ini:1:1: expected at most 1048576 bytes, found 10");
}

/* ---- folders ---- */

typedef struct {
  char *path;
  char *instances;
} Folder;

static void
folder_init (Folder *self)
{
  g_autoptr (GError) error = NULL;

  self->path = g_dir_make_tmp ("hostile-XXXXXX", &error);
  g_assert_no_error (error);
  self->instances = g_build_filename (self->path, "instances", NULL);
  g_assert_cmpint (g_mkdir (self->instances, 0700), ==, 0);
}

static void
folder_clear (Folder *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->instances, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (self->instances, name, NULL);

    g_unlink (path);
  }
  g_rmdir (self->instances);
  g_rmdir (self->path);
  g_free (self->instances);
  g_free (self->path);
}

static void
assert_folder_refused (const Folder *self, const char *message)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)mof_file_free);
  g_autoptr (GError) error = NULL;

  g_assert_false (mof_read_folder (self->instances, FALSE, TRUE, files, &error));
  if (strstr (error->message, message) == NULL)
    g_error ("expected \"%s\", found \"%s\"", message, error->message);
}

static void
link_in (const char *folder, guint number, const char *target)
{
  g_autofree char *name = g_strdup_printf ("%u", number);
  g_autofree char *link = g_build_filename (folder, name, NULL);

  g_assert_cmpint (symlink (target, link), ==, 0);
}

static void
test_circle (void)
{
  Folder folder;

  folder_init (&folder);
  link_in (folder.instances, 0, ".");
  assert_folder_refused (&folder, "1:1: expected folders at most 8 deep, found deeper");
  folder_clear (&folder);
}

/* Seven folders with ten links each to the next one are ten million. */
static void
test_links (void)
{
  Folder folders[7];

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    folder_init (&folders[i]);
  for (guint i = 0; i + 1 < G_N_ELEMENTS (folders); i++)
    for (guint j = 0; j < 10; j++)
      link_in (folders[i].instances, j, folders[i + 1].instances);
  assert_folder_refused (&folders[0], "1:1: expected at most 10000 folders, found more");
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    folder_clear (&folders[i]);
}

static void
test_pipe (void)
{
  Folder folder;
  g_autofree char *pipe = NULL;

  folder_init (&folder);
  pipe = g_build_filename (folder.instances, "a.mof", NULL);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_folder_refused (&folder, "a.mof:1:1: expected a file, found a folder, a device or a pipe");
  folder_clear (&folder);
}

static void
test_device (void)
{
  Folder folder;
  g_autofree char *link = NULL;

  folder_init (&folder);
  link = g_build_filename (folder.instances, "a.mof", NULL);
  g_assert_cmpint (symlink ("/dev/zero", link), ==, 0);
  assert_folder_refused (&folder, "a.mof:1:1: expected a file, found a folder, a device or a pipe");
  folder_clear (&folder);
}

static const struct {
  const char *sentence;
  void (*run) (void);
} stories[] = {
  { "a hundred thousand aliases behind each other", test_aliases },
  { "paths in paths in paths", test_paths },
  { "a model that is the host itself", test_itself },
  { "a host.ini of more than 1 MiB", test_large_ini },
  { "a link to the folder itself", test_circle },
  { "links that make few folders many", test_links },
  { "a pipe instead of a file", test_pipe },
  { "a device instead of a file", test_device },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (text_rows); i++) {
    g_autofree char *path
        = g_strconcat ("/repository/hostile/too many/", text_rows[i].sentence, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_text);
  }
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/repository/hostile/", stories[i].sentence, NULL);

    g_test_add_func (path, stories[i].run);
  }
  return g_test_run ();
}
