/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-world.h"

/* A query, read and run at a small host. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryQuery) query = repository_query_parse (text, &error);
  RepositoryCursor *cursor;
  RepositoryObject *object;
  FuzzWorld world;

  fuzz_check (query != NULL, error);
  if (query == NULL)
    return 0;
  fuzz_world_open (&world);
  cursor = repository_run_query (
      world.repository, size % 2 == 0 ? "root/virtualization/v2" : "root/cimv2", query, &error);
  fuzz_check (cursor != NULL, error);
  while (cursor != NULL && (object = repository_cursor_next (cursor)) != NULL)
    hyperv_cim_instance_unref (repository_object_to_instance (object));
  g_clear_pointer (&cursor, repository_cursor_free);
  fuzz_world_close (&world);
  return 0;
}
