/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The targets without libFuzzer: runs one over the files of folders, as a test. */

#define N_CUTS 8

/* In memory of exactly its size, so that a sanitizer sees every byte too far. */
static void
run (const char *data, gsize size)
{
  guint8 *exact = malloc (MAX (size, 1));

  memcpy (exact, data, size);
  LLVMFuzzerTestOneInput (exact, size);
  free (exact);
}

static guint
run_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &data, &size, &error))
    g_error ("%s", error->message);
  for (gsize i = 0; i <= N_CUTS; i++)
    run (data, size * i / N_CUTS);
  return N_CUTS + 1;
}

static guint
run_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  if (folder == NULL)
    return run_file (path);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *below = g_build_filename (path, name, NULL);

    n += run_folder (below);
  }
  return n;
}

int
main (int argc, char **argv)
{
  printf ("1..%d\n", argc - 1);
  for (int i = 1; i < argc; i++) {
    guint n = run_folder (argv[i]);
    g_autofree char *name = g_path_get_basename (argv[i]);

    printf ("%sok %d - %s: %u inputs are read\n", n > 0 ? "" : "not ", i, name, n);
  }
  return 0;
}
