/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_ROOM 4096  /* bytes, of what does not tell its size */
#define NOBODY_MS 5000   /* until somebody opens the other end of a pipe */
#define SILENCE_MS 60000 /* of whoever has it open: a program may ask somebody for a password */

typedef struct {
  const char *shown;
  int fd;
  gsize max;
  char *data;
  gsize length;
  gsize room; /* of data, without its NUL */
} Reading;

static gboolean fail (const Reading *self, GError **error, GIOErrorEnum code, const char *format,
                      ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (const Reading *self, GError **error, GIOErrorEnum code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, G_IO_ERROR, (int)code, "%s: %s", self->shown, text);
  return FALSE;
}

static gboolean
fail_errno (const Reading *self, GError **error, int saved)
{
  return fail (self, error, g_io_error_from_errno (saved), "%s", g_strerror (saved));
}

static gboolean
fail_size (const Reading *self, GError **error, const char *found)
{
  return fail (self, error, G_IO_ERROR_MESSAGE_TOO_LARGE,
               "expected at most %" G_GSIZE_FORMAT " bytes, found %s; is it the file that was "
               "meant?",
               self->max, found);
}

static gboolean
check_kind (const Reading *self, HypervFileKind kind, struct stat *status, GError **error)
{
  if (fstat (self->fd, status) != 0)
    return fail_errno (self, error, errno);
  if (S_ISDIR (status->st_mode))
    return fail (self, error, G_IO_ERROR_IS_DIRECTORY, "expected a file, found a folder");
  if (kind == HYPERV_FILE_REGULAR && !S_ISREG (status->st_mode))
    return fail (self, error, G_IO_ERROR_NOT_REGULAR_FILE,
                 "expected a file that can be read again, found a pipe or a device; write what "
                 "it has to a file");
  if (S_ISREG (status->st_mode) && (guint64)status->st_size > self->max) {
    g_autofree char *found = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64)status->st_size);

    return fail_size (self, error, found);
  }
  return TRUE;
}

/* Without realloc (), which leaves what it moved. */
static void
set_room (Reading *self, gsize room)
{
  char *data = g_malloc (room + 1);

  if (self->data != NULL) {
    memcpy (data, self->data, self->length);
    explicit_bzero (self->data, self->length);
    g_free (self->data);
  }
  self->data = data;
  self->room = room;
}

/* A pipe that nobody has open yet reads as one that has ended; poll () tells them apart. */
static gboolean
wait_for_bytes (const Reading *self, int milliseconds, GError **error)
{
  struct pollfd pipe = { self->fd, POLLIN, 0 };
  int n;

  do {
    n = poll (&pipe, 1, milliseconds);
  } while (n < 0 && errno == EINTR);
  if (n < 0)
    return fail_errno (self, error, errno);
  if (n > 0)
    return TRUE;
  return fail (self, error, G_IO_ERROR_TIMED_OUT,
               "expected somebody to write into this pipe, found %s for %d seconds",
               milliseconds == NOBODY_MS ? "nobody" : "silence", milliseconds / 1000);
}

/* One byte more than is allowed is asked for, so that a longer file shows. */
static gboolean
read_all (Reading *self, gboolean is_pipe, GError **error)
{
  gboolean waited = FALSE;
  gssize got;

  do {
    if (self->length == self->room)
      set_room (self, MIN (self->room * 2, self->max + 1));
    got = read (self->fd, self->data + self->length, self->room - self->length);
    if (got > 0) {
      self->length += (gsize)got;
    } else if (got < 0 && errno == EAGAIN) {
      if (!wait_for_bytes (self, SILENCE_MS, error))
        return FALSE;
    } else if (got < 0 && errno != EINTR) {
      return fail_errno (self, error, errno);
    } else if (got == 0 && is_pipe && self->length == 0 && !waited) {
      if (!wait_for_bytes (self, NOBODY_MS, error))
        return FALSE;
      waited = TRUE;
      got = 1; /* it is asked once more */
    }
  } while (got != 0 && self->length <= self->max);
  return self->length <= self->max || fail_size (self, error, "more");
}

static gboolean
load (Reading *self, HypervFileKind kind, GError **error)
{
  struct stat status;

  if (!check_kind (self, kind, &status, error))
    return FALSE;
  set_room (self, status.st_size > 0 ? MIN ((gsize)status.st_size, self->max) + 1
                                     : MIN (FIRST_ROOM, self->max + 1));
  return read_all (self, S_ISFIFO (status.st_mode), error);
}

static gboolean
open_file (Reading *self, const char *path, GError **error)
{
  /* Neither a pipe without a writer nor a terminal that becomes ours. */
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  return self->fd >= 0 || fail_errno (self, error, errno);
}

char *
hyperv_file_read (const char *path, HypervFileKind kind, gsize max, gsize *length, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  Reading self = { .shown = shown, .max = max };
  gboolean ok;

  g_return_val_if_fail (max < G_MAXSSIZE, NULL);

  if (!open_file (&self, path, error))
    return NULL;
  ok = load (&self, kind, error);
  close (self.fd);
  if (!ok) {
    if (self.data != NULL)
      explicit_bzero (self.data, self.length);
    g_free (self.data);
    return NULL;
  }
  self.data[self.length] = '\0';
  if (length != NULL)
    *length = self.length;
  return self.data;
}

gboolean
hyperv_file_check (const char *path, gsize max, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  Reading self = { .shown = shown, .max = max };
  struct stat status;
  gboolean ok;

  if (!open_file (&self, path, error))
    return FALSE;
  ok = check_kind (&self, HYPERV_FILE_REGULAR, &status, error);
  close (self.fd);
  return ok;
}
