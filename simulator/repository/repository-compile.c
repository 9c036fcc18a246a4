/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "simulator/repository/host-write.h"

/* Compiles fixtures/schema and hosts into the image that is linked into the library:
 *   repository-compile SCHEMA IMAGE.bin IMAGE.S DEPFILE HOST...
 * IMAGE.S puts IMAGE.bin between two symbols; DEPFILE tells ninja what was read. */

static GBytes *
join_blocks (GPtrArray *blocks)
{
  ImageHeader header = { .magic = IMAGE_MAGIC };
  g_autoptr (ImagePool) pool = image_pool_new (sizeof header);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint32 *hosts = g_new0 (guint32, blocks->len);

  for (guint i = 0; i < blocks->len; i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (blocks->pdata[i], &size);
    guint32 offset = image_pool_add_record (pool, data, size);

    g_checksum_update (checksum, data, (gssize)size);
    if (i == 0)
      header.schema = offset;
    else
      hosts[i - 1] = offset;
  }
  header.n_hosts = blocks->len - 1;
  header.hosts = image_pool_add_record (pool, hosts, header.n_hosts * sizeof *hosts);
  g_strlcpy (header.digest, g_checksum_get_string (checksum), sizeof header.digest);
  image_pool_add_room (pool, 0);
  header.size = pool->bytes->len;
  memcpy (image_pool_at (pool, 0), &header, sizeof header);
  return image_pool_end (pool);
}

static GBytes *
compile (const char *schema_folder, char **hosts, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)mof_file_free);
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (Schema) schema = NULL;
  GBytes *block;

  if (!mof_read_folder (schema_folder, TRUE, TRUE, files, error))
    return NULL;
  block = schema_write (files, error);
  if (block == NULL)
    return NULL;
  g_ptr_array_add (blocks, block);
  schema = schema_new (block);
  for (; *hosts != NULL; hosts++) {
    block = host_write (schema, *hosts, error);
    if (block == NULL)
      return NULL;
    g_ptr_array_add (blocks, block);
  }
  return join_blocks (blocks);
}

/* Folders too, so that a new file is seen. */
static void
list_folder (const char *folder, GString *out)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_string_append_printf (out, " \\\n %s", folder);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      list_folder (path, out);
    else
      g_string_append_printf (out, " \\\n %s", path);
  }
}

static gboolean
write_files (char **argv, GBytes *image, GError **error)
{
  g_autoptr (GString) depends = g_string_new (NULL);
  g_autofree char *absolute = g_canonicalize_filename (argv[2], NULL);
  g_autofree char *assembly
      = g_strdup_printf ("  .section .rodata\n  .balign 16\n"
                         "  .globl repository_builtin_start\n  .hidden repository_builtin_start\n"
                         "repository_builtin_start:\n  .incbin \"%s\"\n"
                         "  .globl repository_builtin_end\n  .hidden repository_builtin_end\n"
                         "repository_builtin_end:\n  .byte 0\n"
                         "  .section .note.GNU-stack,\"\",%%progbits\n",
                         absolute);
  gsize size;
  const char *data = g_bytes_get_data (image, &size);

  g_string_append_printf (depends, "%s:", argv[2]);
  list_folder (argv[1], depends);
  /* The models that hosts build on lie beside them. */
  if (argv[5] != NULL) {
    g_autofree char *hosts = g_path_get_dirname (argv[5]);

    list_folder (hosts, depends);
  }
  g_string_append_c (depends, '\n');
  return g_file_set_contents (argv[2], data, (gssize)size, error)
         && g_file_set_contents (argv[3], assembly, -1, error)
         && g_file_set_contents (argv[4], depends->str, -1, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;

  setlocale (LC_ALL, "C");
  if (argc < 5) {
    fprintf (stderr, "usage: %s SCHEMA IMAGE.bin IMAGE.S DEPFILE HOST...\n", argv[0]);
    return 1;
  }
  image = compile (argv[1], argv + 5, &error);
  if (image == NULL || !write_files (argv, image, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  return 0;
}
