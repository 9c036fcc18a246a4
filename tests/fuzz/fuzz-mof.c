/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-world.h"

#include <string.h>

#include "simulator/repository/host-image.h"
#include "simulator/repository/mof.h"

/* MOF: classes, compiled and asked for; or instances, which become a host on the shipped classes.
 * Errors name the file, line and column. */

static void
check_error (const GError *error, const char *file)
{
  if (strstr (error->message, file) == NULL)
    g_error ("no place in: %s", error->message);
}

static void
compile_schema (MofFile *file)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) block = NULL;
  g_autoptr (Schema) schema = NULL;

  g_ptr_array_add (files, file);
  block = schema_write (files, &error);
  fuzz_check (block != NULL, error);
  if (block == NULL) {
    check_error (error, "fuzz.mof:");
    return;
  }
  schema = schema_new (block);
  for (guint i = 0; i < schema_get_n_classes (schema); i++)
    for (guint rank = 1; rank < MOF_N_RANKS; rank++)
      schema_get_class (schema, rank, i);
}

static void
load_host (const guint8 *data, gsize size)
{
  static const char ini[] = "[host]\nname=f\nschema=2019\nversion=1\n[values]\ncomputer_name=F\n"
                            "[families]\nfew=vm\n[mix]\nfew=1\n";
  static char *folder;
  const RepositoryOptions options = { .seed = 1, .n_vms = 2 };
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryImage) image = NULL;
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  g_autoptr (Repository) repository = NULL;

  if (folder == NULL) {
    folder = g_dir_make_tmp ("fuzz-XXXXXX", NULL);
    fuzz_world_write (folder, "host.ini", ini, strlen (ini));
  }
  fuzz_world_write (folder, "instances/fuzz.mof", data, size);
  fuzz_world_write (folder, "templates/vm.mof", data, size);
  image = repository_image_load_host (folder, &error);
  fuzz_check (image != NULL, error);
  if (image == NULL) {
    check_error (error, ".mof:");
    return;
  }
  repository = repository_new (image, "f", clock, &options, &error);
  fuzz_check (repository != NULL, error);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  MofFile *file = mof_read_text ("fuzz.mof", (const char *)data, size, "root/test", &error);

  fuzz_check (file != NULL, error);
  if (file == NULL) {
    check_error (error, "fuzz.mof:");
    return 0;
  }
  if (file->classes->len > 0 || file->instances->len == 0)
    compile_schema (file);
  else
    load_host (data, size);
  mof_file_free (file);
  return 0;
}
