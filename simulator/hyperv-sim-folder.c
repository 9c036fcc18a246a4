/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "hyperv-sim-"
#define LOCK "lock"
#define LOCK_BEFORE ".lock" /* until it is locked */

/* The file gets its name when it is locked already: nobody finds one of a living owner free. */
static int
make_lock (const char *folder)
{
  g_autofree char *before = g_build_filename (folder, LOCK_BEFORE, NULL);
  g_autofree char *path = g_build_filename (folder, LOCK, NULL);
  int fd = g_open (before, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 && g_rename (before, path) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Without going into folders, of which there are none. */
static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_unlink (path) != 0 && errno != ENOENT)
      g_info ("cannot remove %s: %s", path, g_strerror (errno));
  }
  if (g_rmdir (folder) != 0 && errno != ENOENT)
    g_info ("cannot remove %s: %s", folder, g_strerror (errno));
}

HypervSimFolder *
hyperv_sim_folder_new (GError **error)
{
  g_autofree char *path = g_dir_make_tmp (PREFIX "XXXXXX", error);
  HypervSimFolder *self;
  int lock;

  if (path == NULL)
    return NULL;
  lock = make_lock (path);
  if (lock < 0) {
    int saved = errno;

    g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (saved),
                 "the folder %s cannot be locked: %s", path, g_strerror (saved));
    remove_files (path);
    return NULL;
  }
  self = g_new (HypervSimFolder, 1);
  self->path = g_steal_pointer (&path);
  self->lock = lock;
  return self;
}

char *
hyperv_sim_folder_write (HypervSimFolder *self, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);

  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, error))
    return NULL;
  return g_steal_pointer (&path);
}

void
hyperv_sim_folder_free (HypervSimFolder *self)
{
  remove_files (self->path);
  close (self->lock);
  g_free (self->path);
  g_free (self);
}

/* A folder as we make them, ours, and its lock can be had: then nobody holds it. */
static void
sweep_one (const char *path)
{
  g_autofree char *lock = g_build_filename (path, LOCK, NULL);
  GStatBuf info;
  int fd;

  if (g_lstat (path, &info) != 0 || !S_ISDIR (info.st_mode) || info.st_uid != geteuid ()
      || (info.st_mode & 0777) != 0700)
    return;
  fd = g_open (lock, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
  if (fd < 0)
    return;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    remove_files (path);
  close (fd);
}

void
hyperv_sim_folder_sweep (void)
{
  g_autoptr (GDir) dir = g_dir_open (g_get_tmp_dir (), 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = NULL;

    if (!g_str_has_prefix (name, PREFIX))
      continue;
    path = g_build_filename (g_get_tmp_dir (), name, NULL);
    sweep_one (path);
  }
}
