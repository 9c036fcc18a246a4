/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "simulator/listener/listener-seal.h"

/* A sealed request, the simulator's side. What is sealed is in clear here; what was opened is
 * sealed again in the style in which it came, and must then open as the same. */

static gboolean
copy_out (gpointer state, const guint8 *header, gsize header_size, const guint8 *data, gsize size,
          GByteArray *text)
{
  g_byte_array_append (text, data, (guint)size);
  return header_size != 3;
}

static gboolean
copy_in (gpointer state, const guint8 *text, gsize size, GByteArray *header, GByteArray *data)
{
  g_byte_array_append (header, (const guint8 *)"SIGN", 4);
  g_byte_array_append (data, text, (guint)size);
  return TRUE;
}

static gboolean
ends_with_nul (GBytes *text)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (text, &size);

  return size > 0 && data[size - 1] == '\0';
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const SimMech mech = { .name = "none", .unwrap = copy_out, .wrap = copy_in };
  const SimSession session = { &mech, NULL };
  g_autoptr (GBytes) body = g_bytes_new_static (data, size);
  g_autoptr (SimSealStyle) style = sim_seal_style_new ();
  g_autoptr (SimSealStyle) same = sim_seal_style_new ();
  const char *wrong = NULL;
  g_autoptr (GBytes) text = sim_seal_open (&session, body, style, &wrong);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autofree char *type = NULL;

  g_assert_true ((text == NULL) == (wrong != NULL));
  if (text == NULL)
    return 0;
  type = sim_seal_get_content_type (style);
  g_assert_true (sim_seal_is_sealed (type));
  sealed = sim_seal_close (&session, text, style, NULL, FALSE);
  again = sim_seal_open (&session, sealed, same, &wrong);
  g_assert_cmpstr (wrong, ==, NULL);
  /* omicli counts two NULs at the end, so they are no text; no SOAP ends with them */
  g_assert_true (g_bytes_equal (text, again) || ends_with_nul (text));
  return 0;
}
