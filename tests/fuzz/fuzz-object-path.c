/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-world.h"

#include "simulator/repository/repository-path.h"

/* An object path in a property or a query: looked up, written so that it is read as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimPath) path = NULL;
  g_autoptr (HypervCimPath) again = NULL;
  g_autoptr (RepositoryObject) object = NULL;
  g_autofree char *written = NULL;
  FuzzWorld world;

  if (!g_utf8_validate (text, -1, NULL))
    return 0; /* whoever hands over a text has checked that */
  fuzz_world_open (&world);
  path = repository_read_path (world.repository, text, "root/virtualization/v2", &error);
  fuzz_check (path != NULL, error);
  if (path != NULL) {
    object = repository_lookup (world.repository, path, &error);
    fuzz_check (object != NULL, error);
    g_clear_error (&error);
    written = repository_write_path (world.repository, path);
    again = repository_read_path (world.repository, written, "root/virtualization/v2", &error);
    if (strlen (written) <= REPOSITORY_PATH_MAX) {
      g_autoptr (GString) one = g_string_new (NULL);
      g_autoptr (GString) two = g_string_new (NULL);

      g_assert_no_error (error);
      repository_path_canonical (one, path);
      repository_path_canonical (two, again);
      g_assert_cmpstr (one->str, ==, two->str);
    }
  }
  g_clear_pointer (&object, repository_object_unref);
  fuzz_world_close (&world);
  return 0;
}
