/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <stdio.h>

/* What people see of texts that anybody may have written: hosts, clients, files, command lines. */

/* FALSE for what moves the cursor, or changes how other signs are shown. */
gboolean terminal_is_seen (gunichar c);
/* (transfer full) @text as one line: no character in it moves the cursor, changes colours, or turns
 * the direction of writing. UTF-8, whatever @text is. */
char *terminal_clean (const char *text);
/* Writes UTF-8 in the charset of the locale; what that does not have is written plainer, or "?". */
void terminal_put (FILE *stream, const char *text);
/* "PROGRAM: MESSAGE" on stderr, as one line. */
void terminal_error (const char *program, const char *message);

/* A descriptor of 0, 1, 2 that is closed would be given to the next file or socket, and output go
 * there: they are taken by something that cannot be used. */
void terminal_hold_streams (void);
/* Whether all that was written to stdout has arrived. */
gboolean terminal_flush_stdout (GError **error);

/* A GLogWriterFunc: what the library wants to be seen is a line "PROGRAM: warning: ...", and what
 * HYPERV_DEBUG asks for a line "DOMAIN: ..."; @data: name of the program. */
GLogWriterOutput terminal_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields,
                               gpointer data);
