/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* One target is one file: it reads @data as it may come from whoever is not to be trusted, and
 * checks what must hold whatever they are. The names are libFuzzer's; without it fuzz-driver.c
 * calls them. What is wrong ends the program: an assertion, a critical, a sanitizer. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* @data as a string of its own, without the bytes from the first NUL on. (transfer full) */
static inline char *
fuzz_dup_text (const guint8 *data, gsize size)
{
  return g_strndup ((const char *)data, size);
}

/* Exactly one of the two: the rule for every reader with a GError. */
static inline void
fuzz_check (gboolean ok, const GError *error)
{
  if (ok != (error == NULL))
    g_error ("%s", ok ? "a result and an error" : "neither a result nor an error");
  if (error != NULL && (*error->message == '\0' || !g_utf8_validate (error->message, -1, NULL))) {
    g_autofree char *shown = g_strescape (error->message, NULL);

    g_error ("an error whose message cannot be shown: %s", shown);
  }
}
