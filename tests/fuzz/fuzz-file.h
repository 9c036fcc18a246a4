/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

/* A file of memory, for readers that take the name of one. */
typedef struct {
  int fd;
  char *path;
} FuzzFile;

static inline void
fuzz_file_open (FuzzFile *self, const guint8 *data, gsize size)
{
  self->fd = memfd_create ("fuzz", MFD_CLOEXEC);
  self->path = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  if (self->fd < 0 || write (self->fd, data, size) != (gssize)size)
    g_error ("no file of memory");
}

static inline void
fuzz_file_close (FuzzFile *self)
{
  close (self->fd);
  g_free (self->path);
}
