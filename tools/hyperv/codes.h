/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* What numbers and names mean that Windows answers with: rows of fixtures/codes.tsv, which is
 * compiled in. */
typedef struct {
  char *family; /* "wsman" "fault" "wmi" "win32" "hresult" "ntstatus" "hyperv" "http" "kerberos" */
  gboolean has_value;
  guint32 value;
  char *name;
  char *subcode; /* of the SOAP fault; "": none */
  char *meaning;
  char *cause;  /* "": none is usual */
  char *remedy; /* "": none is known */
  char *source;
} Code;
void codes_free_one (Code *code);

/* All rows, in the order of the file. (transfer full) */
GPtrArray *codes_load (void);
/* Whether @text is a number: decimal, negative, or 0x and hexadecimal, of 32 bits. */
gboolean codes_parse_number (const char *text, guint32 *value);
/* Whether @code is what @value may stand for: the number itself, or what an HRESULT (0x8007…) of
 * Win32 holds. */
gboolean codes_has_value (const Code *code, guint32 value);
/* Whether @code goes by @name, in any case, with or without its prefix (ERROR_WSMAN_, w: …). */
gboolean codes_has_name (const Code *code, const char *name);
