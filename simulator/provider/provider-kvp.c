/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/provider/provider-private.h"

/* Items of the key-value pair exchange are Msvm_KvpExchangeDataItem as CIM-XML, in strings: read
 * here with GLib's parser, which knows neither entities of a DTD nor depth without end. */
#define MAX_ITEM 65536

typedef struct {
  GHashTable *values; /* NAME of the PROPERTY -> text of its VALUE */
  char *property;
  GString *text; /* inside of a VALUE */
} Reader;

static void
start_element (GMarkupParseContext *context, const char *element, const char **names,
               const char **values, gpointer user_data, GError **error)
{
  Reader *reader = user_data;

  if (g_str_equal (element, "PROPERTY")) {
    g_clear_pointer (&reader->property, g_free);
    for (gsize i = 0; names[i] != NULL; i++)
      if (g_str_equal (names[i], "NAME") && reader->property == NULL)
        reader->property = g_strdup (values[i]);
  } else if (g_str_equal (element, "VALUE") && reader->text == NULL) {
    reader->text = g_string_new (NULL);
  }
}

static void
end_element (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Reader *reader = user_data;

  if (!g_str_equal (element, "VALUE") || reader->text == NULL)
    return;
  if (reader->property != NULL)
    g_hash_table_insert (reader->values, g_steal_pointer (&reader->property),
                         g_string_free (g_steal_pointer (&reader->text), FALSE));
  else
    g_string_free (g_steal_pointer (&reader->text), TRUE);
}

static void
add_text (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
          GError **error)
{
  Reader *reader = user_data;

  if (reader->text != NULL)
    g_string_append_len (reader->text, text, (gssize)length);
}

char *
provider_kvp_dup_data (const char *item, const char *key)
{
  static const GMarkupParser parser = { start_element, end_element, add_text, NULL, NULL };
  Reader reader = { NULL };
  GMarkupParseContext *context;
  char *data = NULL;

  g_return_val_if_fail (item != NULL && key != NULL, NULL);

  if (strlen (item) > MAX_ITEM)
    return NULL;
  reader.values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  context = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, &reader, NULL);
  if (g_markup_parse_context_parse (context, item, -1, NULL)
      && g_markup_parse_context_end_parse (context, NULL)
      && g_strcmp0 (g_hash_table_lookup (reader.values, "Name"), key) == 0)
    data = g_strdup (g_hash_table_lookup (reader.values, "Data"));
  g_markup_parse_context_free (context);
  if (reader.text != NULL)
    g_string_free (reader.text, TRUE);
  g_free (reader.property);
  g_hash_table_unref (reader.values);
  return data;
}
