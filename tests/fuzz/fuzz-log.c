/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

/* What GLib calls a warning, a critical or an error ends the program; by abort (), because
 * libFuzzer keeps no input for the signal that GLib raises. */
static GLogWriterOutput
fuzz_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_log_writer_standard_streams (level, fields, n_fields, NULL);
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0)
    abort ();
  return G_LOG_WRITER_HANDLED;
}

__attribute__ ((constructor)) static void
fuzz_begin (void)
{
  g_log_set_writer_func (fuzz_log, NULL, NULL);
}
