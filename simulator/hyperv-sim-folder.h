/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A private folder (0700) below the temporary one, which goes with its process: it holds a locked
 * file, so that others see whether its owner lives, whatever became of him and of his number. */
typedef struct {
  char *path;
  int lock;
} HypervSimFolder;

HypervSimFolder *hyperv_sim_folder_new (GError **error);
/* Writes a private file (0600) into it. (transfer full): its path */
char *hyperv_sim_folder_write (HypervSimFolder *self, const char *name, const char *text,
                               GError **error);
/* Removes the folder with its files. */
void hyperv_sim_folder_free (HypervSimFolder *self);
/* Removes the folders of this user whose owners died without doing so. */
void hyperv_sim_folder_sweep (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervSimFolder, hyperv_sim_folder_free)

G_END_DECLS
