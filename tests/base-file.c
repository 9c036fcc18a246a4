/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-file-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is named as a file: read whole to a limit, and what is none is told. */

#define MOST 10000 /* bytes, here */
#define NOBODY 65534

typedef enum { PLAIN, FOLDER, ABSENT, UNREADABLE, PIPE, EMPTY_PIPE, LONELY_PIPE, DEVICE } What;

static const struct {
  const char *sentence;
  What what;
  HypervFileKind kind;
  gsize size;          /* of PLAIN and PIPE, bytes */
  gint code;           /* of G_IO_ERROR */
  const char *message; /* after the path; NULL: it is read */
} rows[] = {
  { "a file", PLAIN, HYPERV_FILE_STREAM, 5, 0, NULL },
  { "an empty file", PLAIN, HYPERV_FILE_REGULAR, 0, 0, NULL },
  { "a file as long as is allowed", PLAIN, HYPERV_FILE_REGULAR, MOST, 0, NULL },
  { "a file that is too long", PLAIN, HYPERV_FILE_STREAM, MOST + 1, G_IO_ERROR_MESSAGE_TOO_LARGE,
    ": expected at most 10000 bytes, found 10001; is it the file that was meant?" },
  { "a device without end", DEVICE, HYPERV_FILE_STREAM, 0, G_IO_ERROR_MESSAGE_TOO_LARGE,
    ": expected at most 10000 bytes, found more; is it the file that was meant?" },
  { "a device where a file must be", DEVICE, HYPERV_FILE_REGULAR, 0, G_IO_ERROR_NOT_REGULAR_FILE,
    ": expected a file that can be read again, found a pipe or a device; write what it has to a "
    "file" },
  { "a folder", FOLDER, HYPERV_FILE_STREAM, 0, G_IO_ERROR_IS_DIRECTORY,
    ": expected a file, found a folder" },
  { "nothing", ABSENT, HYPERV_FILE_STREAM, 0, G_IO_ERROR_NOT_FOUND, ": No such file or directory" },
  { "a file of somebody else's", UNREADABLE, HYPERV_FILE_STREAM, 5, G_IO_ERROR_PERMISSION_DENIED,
    ": Permission denied" },
  { "a pipe", PIPE, HYPERV_FILE_STREAM, 9000, 0, NULL },
  { "a pipe that has more than is allowed", PIPE, HYPERV_FILE_STREAM, MOST + 1,
    G_IO_ERROR_MESSAGE_TOO_LARGE,
    ": expected at most 10000 bytes, found more; is it the file that was meant?" },
  { "a pipe where a file must be", PIPE, HYPERV_FILE_REGULAR, 1, G_IO_ERROR_NOT_REGULAR_FILE,
    ": expected a file that can be read again, found a pipe or a device; write what it has to a "
    "file" },
  { "a pipe whose writer has nothing to say", EMPTY_PIPE, HYPERV_FILE_STREAM, 0, 0, NULL },
  { "a pipe into which nobody writes", LONELY_PIPE, HYPERV_FILE_STREAM, 0, G_IO_ERROR_TIMED_OUT,
    ": expected somebody to write into this pipe, found nobody for 5 seconds" },
};

typedef struct {
  const char *path;
  const char *text;
  gsize size;
} Writer;

/* Whoever is too long for the reader gets an EPIPE. */
static gpointer
write_pipe (gpointer data)
{
  const Writer *self = data;
  int fd = open (self->path, O_WRONLY);
  gsize done = 0;
  gssize put = 1;

  while (put > 0 && done < self->size) {
    put = write (fd, self->text + done, MIN (self->size - done, 1000));
    done += (gsize)MAX (put, 0);
  }
  close (fd);
  return NULL;
}

static void
make (What what, const char *path, const Writer *writer, GThread **thread)
{
  if (what == PLAIN || what == UNREADABLE)
    g_assert_true (g_file_set_contents (path, writer->text, (gssize)writer->size, NULL));
  if (what == UNREADABLE)
    g_assert_cmpint (g_chmod (path, 0), ==, 0);
  if (what == FOLDER)
    g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  if (what == PIPE || what == EMPTY_PIPE || what == LONELY_PIPE)
    g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  if (what == PIPE || what == EMPTY_PIPE)
    *thread = g_thread_new ("writer", write_pipe, (gpointer)writer);
}

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *folder = g_dir_make_tmp ("file-XXXXXX", NULL);
  g_autofree char *made = g_build_filename (folder, "x", NULL);
  const char *path = rows[i].what == DEVICE ? "/dev/zero" : made; /* which nobody removes */
  g_autofree char *text = g_strnfill (rows[i].size, 'a');
  g_autofree char *message = g_strconcat (path, rows[i].message, NULL);
  const Writer writer = { path, text, rows[i].size };
  GThread *thread = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  make (rows[i].what, path, &writer, &thread);
  g_chmod (folder, 0755);
  if (rows[i].what == UNREADABLE && geteuid () == 0)
    setfsuid (NOBODY); /* of this thread; root may read everything */
  found = hyperv_file_read (path, rows[i].kind, MOST, &length, &error);
  setfsuid (geteuid ());
  if (rows[i].message != NULL) {
    g_assert_null (found);
    g_assert_error (error, G_IO_ERROR, rows[i].code);
    g_assert_cmpstr (error->message, ==, message);
  } else {
    g_assert_no_error (error);
    g_assert_cmpuint (length, ==, rows[i].size);
    g_assert_cmpstr (found, ==, text);
  }
  if (thread != NULL) {
    /* a writer that nobody read from still waits for somebody */
    int fd = open (path, O_RDONLY | O_NONBLOCK);

    g_thread_join (thread);
    close (fd);
  }
  g_remove (made);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/base/file/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
