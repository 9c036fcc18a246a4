/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/host-image.h"

/* The image that the build compiled from fixtures/ (repository-compile.c) and linked in. */
extern const guint8 repository_builtin_start[];
extern const guint8 repository_builtin_end[];

RepositoryImage *
repository_image_get_builtin (GError **error)
{
  /* Immutable once it is there; the only thing that all hosts of a process share. */
  static RepositoryImage *image;

  if (g_once_init_enter (&image)) {
    g_autoptr (GError) local = NULL;
    RepositoryImage *made = repository_image_new_mapped (
        repository_builtin_start, (gsize)(repository_builtin_end - repository_builtin_start),
        &local);

    if (made == NULL)
      g_error ("built-in image: %s", local->message);
    g_once_init_leave (&image, made);
  }
  return repository_image_ref (image);
}

RepositoryImage *
repository_image_load_host (const char *folder, GError **error)
{
  g_autoptr (RepositoryImage) builtin = repository_image_get_builtin (error);

  if (builtin == NULL)
    return NULL;
  return repository_image_load_host_with (repository_image_get_schema (builtin),
                                          repository_image_get_digest (builtin), folder, error);
}
