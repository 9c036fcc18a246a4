/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "client/wire/wire.h"
#include "simulator/repository/wql.h"

/* An object path as a host writes it, and a text in the client's WQL: the simulator's lexer, which
 * shares nothing with it, must find the same text in the quotes, and nothing after them. */

static void
check_path (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimPath) path = wire_path_from_text (text, &error);
  g_autoptr (HypervCimPath) again = NULL;
  g_autofree char *canonical = NULL;

  fuzz_check (path != NULL, error);
  if (path == NULL)
    return;
  canonical = wire_path_to_text (path);
  if (strlen (canonical) > 65536)
    return; /* quoting made it too long */
  again = wire_path_from_text (canonical, &error);
  g_assert_no_error (error);
  g_assert_true (hyperv_cim_path_equal (path, again));
}

static void
check_quotes (const char *text)
{
  g_autofree char *quoted = wire_wql_quote (text);
  g_autoptr (GError) error = NULL;
  WqlLexer lexer;

  if (!g_utf8_validate (text, -1, NULL) || strlen (quoted) > WQL_MAX_LENGTH)
    return;
  g_assert_true (wql_lexer_init (&lexer, quoted, &error));
  g_assert_cmpint (lexer.kind, ==, WQL_STRING);
  g_assert_cmpstr (lexer.value->str, ==, text);
  g_assert_true (wql_lexer_next (&lexer, &error));
  g_assert_cmpint (lexer.kind, ==, WQL_END);
  wql_lexer_clear (&lexer);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);

  check_path (text);
  check_quotes (text);
  return 0;
}
