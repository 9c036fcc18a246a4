/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/output.h"

#include <string.h>

#include "tools/terminal/terminal.h"

/* With more columns than this a row is a block of lines. */
#define COLUMNS_MAX 8

gboolean
output_form_from_string (const char *name, OutputForm *form)
{
  static const char *const names[] = { "table", "json" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_strcmp0 (names[i], name) == 0) {
      *form = i;
      return TRUE;
    }
  }
  return FALSE;
}

void
output_add_text (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text); /* NULL is null */
}

void
output_add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
output_add_flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static char *join_array (JsonArray *array);

/* (transfer full) One cell. */
static char *
cell_text (JsonNode *node)
{
  g_autofree char *text = NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("-");
  if (JSON_NODE_HOLDS_ARRAY (node))
    return join_array (json_node_get_array (node));
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return terminal_clean (json_node_get_string (node));
  text = json_to_string (node, FALSE);
  return terminal_clean (text);
}

static char *
join_array (JsonArray *array)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree char *item = cell_text (json_array_get_element (array, i));

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", item);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Columns of the terminal: signs of East Asia take two, accents of their own none. */
static glong
width_of (const char *text)
{
  glong width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
  }
  return width;
}

static gboolean
is_number (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) != G_TYPE_STRING;
}

static void
add_padded (GString *text, const char *cell, glong width, gboolean right, gboolean last)
{
  int padding = (int)MAX (width - width_of (cell), 0);

  if (right)
    g_string_append_printf (text, "%*s%s%s", padding, "", cell, last ? "" : "  ");
  else
    g_string_append_printf (text, "%s%*s", cell, last ? 0 : padding + 2, "");
}

static void
add_block (GString *text, JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);
  glong width = 0;

  for (GList *name = names; name != NULL; name = name->next)
    width = MAX (width, width_of (name->data));
  for (GList *name = names; name != NULL; name = name->next) {
    g_autofree char *title = terminal_clean (name->data);
    g_autofree char *cell = cell_text (json_object_get_member (object, name->data));

    g_string_append_printf (text, "%s:%*s %s\n", title, (int)(width - width_of (title)), "", cell);
  }
}

static void
add_row (GString *text, JsonObject *object, GList *names, const glong *widths)
{
  guint column = 0;

  for (GList *name = names; name != NULL; name = name->next, column++) {
    JsonNode *node = json_object_get_member (object, name->data);
    g_autofree char *cell = cell_text (node);

    add_padded (text, cell, widths[column], is_number (node), name->next == NULL);
  }
  g_string_append_c (text, '\n');
}

static void
add_table (GString *text, JsonArray *rows, GList *names)
{
  g_autofree glong *widths = g_new0 (glong, g_list_length (names) + 1);
  guint column = 0;

  for (GList *name = names; name != NULL; name = name->next, column++) {
    widths[column] = width_of (name->data);
    for (guint i = 0; i < json_array_get_length (rows); i++) {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autofree char *cell = cell_text (json_object_get_member (row, name->data));

      widths[column] = MAX (widths[column], width_of (cell));
    }
  }
  column = 0;
  for (GList *name = names; name != NULL; name = name->next, column++) {
    g_autofree char *clean = terminal_clean (name->data);
    g_autofree char *title = g_ascii_strup (clean, -1);

    add_padded (text, title, widths[column], FALSE, name->next == NULL);
  }
  g_string_append_c (text, '\n');
  for (guint i = 0; i < json_array_get_length (rows); i++)
    add_row (text, json_array_get_object_element (rows, i), names, widths);
}

static void
add_rows (GString *text, JsonArray *rows)
{
  g_autoptr (GList) names = NULL;

  if (json_array_get_length (rows) == 0)
    return;
  names = json_object_get_members (json_array_get_object_element (rows, 0));
  if (g_list_length (names) <= COLUMNS_MAX) {
    add_table (text, rows, names);
    return;
  }
  for (guint i = 0; i < json_array_get_length (rows); i++) {
    if (i > 0)
      g_string_append_c (text, '\n');
    add_block (text, json_array_get_object_element (rows, i));
  }
}

/* JSON is UTF-8 whatever the locale (RFC 8259, 8.1); but what a terminal could obey, or what in a
 * terminal of another charset has bytes that it could obey, is written with the escapes that JSON
 * has for it. Such signs stand in strings only. */
static void
put_json (JsonNode *node)
{
  g_autofree char *json = json_to_string (node, TRUE);
  g_autoptr (GString) text = g_string_sized_new (strlen (json));
  gboolean utf8 = g_get_charset (NULL);

  for (const char *at = json; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (c == '\n' || (c != 0x7f && c < 0x80) || (utf8 && terminal_is_seen (c)))
      g_string_append_unichar (text, c);
    else if (c < 0x10000)
      g_string_append_printf (text, "\\u%04x", c);
    else
      g_string_append_printf (text, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                              0xdc00 + ((c - 0x10000) & 0x3ff));
  }
  g_string_append_c (text, '\n');
  fputs (text->str, stdout);
}

void
output_print (JsonNode *node, OutputForm form)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (form == OUTPUT_JSON) {
    put_json (node);
    return;
  }
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    add_rows (text, json_node_get_array (node));
  } else if (JSON_NODE_HOLDS_OBJECT (node)) {
    add_block (text, json_node_get_object (node));
  } else {
    g_autofree char *cell = cell_text (node);

    g_string_append_printf (text, "%s\n", cell);
  }
  terminal_put (stdout, text->str);
}
