/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files that people name on command lines, in URIs and in other files: read to a limit, and not
 * waited for without end. It knows nothing of what is in them, so that client and simulator may
 * both have it; it is in no list of exports, each library and program has its own copy. */

typedef enum {
  HYPERV_FILE_STREAM, /* read once: it may be a pipe or a device, such as <(COMMAND) of a shell */
  HYPERV_FILE_REGULAR /* read again, here or by somebody else */
} HypervFileKind;

/* (transfer full) All of it, and a NUL behind; @max in bytes, @length (nullable). NULL: G_IO_ERROR,
 * whose message begins with @path. No copy of the bytes is left elsewhere in memory. */
char *hyperv_file_read (const char *path, HypervFileKind kind, gsize max, gsize *length,
                        GError **error);
/* The same questions to a file that others will read: regular, readable, at most @max bytes. */
gboolean hyperv_file_check (const char *path, gsize max, GError **error);

G_END_DECLS
