/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include "client/transport/transport-seal.h"

/* A sealed reply, client's side, in one piece and in many. What is sealed is in clear here. */

static gboolean
on_open (const guint8 *header, gsize header_length, guint8 *data, gsize length, gsize *opened,
         gpointer user_data, GError **error)
{
  guint sum = 0;

  for (gsize i = 0; i < header_length; i++)
    sum += header[i];
  *opened = sum % 5 == 0 && length > 0 ? length - 1 : length;
  return TRUE;
}

static gboolean
on_head (const char *type, gpointer user_data, GError **error)
{
  g_string_append_printf (user_data, "<%s>", type);
  return TRUE;
}

static gboolean
on_text (const char *data, gsize length, gpointer user_data, GError **error)
{
  g_string_append_len (user_data, data, (gssize)length);
  return TRUE;
}

static GString *
read_in_steps (const char *data, gsize size, gsize step, gboolean *ok)
{
  static const TransportUnsealSink sink = { on_open, on_head, on_text };
  GString *out = g_string_new (NULL);
  g_autoptr (TransportUnseal) reader = transport_unseal_new (&sink, out);
  g_autoptr (GError) error = NULL;

  *ok = TRUE;
  for (gsize at = 0; *ok && at < size; at += step)
    *ok = transport_unseal_push (reader, data + at, MIN (step, size - at), &error);
  *ok = *ok && transport_unseal_end (reader, &error);
  fuzz_check (*ok, error);
  return out;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gboolean whole_ok, pieces_ok;
  GString *whole = read_in_steps ((const char *)data, size, MAX (size, 1), &whole_ok);
  GString *pieces = read_in_steps ((const char *)data, size, 1 + size % 13, &pieces_ok);

  g_assert_true (whole_ok == pieces_ok);
  g_assert_true (!whole_ok || g_string_equal (whole, pieces));
  g_string_free (whole, TRUE);
  g_string_free (pieces, TRUE);
  return 0;
}
