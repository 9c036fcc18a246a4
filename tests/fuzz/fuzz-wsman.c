/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-world.h"

#include <string.h>

#include "simulator/wsman/wsman.h"

/* One or several request bodies (a NUL between them) at a small host, as an administrator, in turn:
 * each is answered, with a status, and with UTF-8. What the first reply opened, "@@" in the next
 * one names. */

#define MAX_REQUESTS 8

static char *
find_context (const SimExchange *exchange)
{
  gsize size = 0;
  const char *data = exchange->reply != NULL ? g_bytes_get_data (exchange->reply, &size) : NULL;
  const char *begin
      = data != NULL ? g_strstr_len (data, (gssize)size, "EnumerationContext>") : NULL;
  const char *end;

  if (begin == NULL)
    return NULL;
  begin += strlen ("EnumerationContext>");
  end = memchr (begin, '<', size - (gsize)(begin - data));
  return end != NULL ? g_strndup (begin, (gsize)(end - begin)) : NULL;
}

static GBytes *
put_context (const guint8 *data, gsize size, const char *context)
{
  const guint8 *place = memmem (data, size, "@@", 2);
  GByteArray *out;

  if (place == NULL || context == NULL)
    return g_bytes_new (data, size);
  out = g_byte_array_append (g_byte_array_new (), data, (guint)(place - data));
  g_byte_array_append (out, (const guint8 *)context, (guint)strlen (context));
  g_byte_array_append (out, place + 2, (guint)(data + size - place - 2));
  return g_byte_array_free_to_bytes (out);
}

static void
send (Wsman *wsman, const guint8 *data, gsize size, char **context)
{
  g_autoptr (SimExchange) exchange = sim_exchange_new ();
  char *opened;

  exchange->request = put_context (data, size, *context);
  exchange->charset = g_strdup (size > 1 && data[1] == 0 ? "utf-16" : "utf-8");
  exchange->user = g_strdup ("administrator");
  wsman_read (wsman, exchange);
  wsman_effect (wsman, exchange);
  wsman_write (wsman, exchange);
  g_assert_cmpuint (exchange->status, >=, 200);
  if (exchange->reply != NULL)
    g_assert_true (g_utf8_validate (g_bytes_get_data (exchange->reply, NULL),
                                    (gssize)g_bytes_get_size (exchange->reply), NULL));
  opened = find_context (exchange);
  if (opened != NULL) {
    g_free (*context);
    *context = opened;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzWorld world;
  Provider *provider;
  Wsman *wsman;
  g_autofree char *context = NULL;

  fuzz_world_open (&world);
  provider = provider_new (world.repository);
  wsman = wsman_new (world.repository, provider);
  for (guint i = 0; i < MAX_REQUESTS; i++) {
    const guint8 *end = size > 1 && data[1] == 0 ? NULL : memchr (data, '\0', size);
    gsize length = end != NULL ? (gsize)(end - data) : size;

    send (wsman, data, length, &context);
    if (end == NULL)
      break;
    data = end + 1;
    size -= length + 1;
  }
  for (guint i = 0; i < 64 && sim_clock_get_n_timers (world.clock) > 0; i++) {
    sim_clock_advance (world.clock, sim_clock_get_next (world.clock));
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }
  wsman_free (wsman);
  provider_free (provider);
  fuzz_world_close (&world);
  return 0;
}
