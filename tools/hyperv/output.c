/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/output.h"

#include <string.h>

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

static char *
join_array (JsonArray *array);

/* (transfer full) One cell; control characters would break the table. */
static char *
cell_text (JsonNode *node)
{
  char *text;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("-");
  if (JSON_NODE_HOLDS_ARRAY (node))
    return join_array (json_node_get_array (node));
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING) {
    text = g_strdup (json_node_get_string (node));
    for (char *c = text; *c != '\0'; c++)
      if (g_ascii_iscntrl (*c))
        *c = ' ';
    return text;
  }
  return json_to_string (node, FALSE);
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

static glong
width_of (const char *text)
{
  return g_utf8_validate (text, -1, NULL) ? g_utf8_strlen (text, -1) : (glong) strlen (text);
}

static gboolean
is_number (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) != G_TYPE_STRING;
}

static void
print_padded (const char *text, glong width, gboolean right, gboolean last)
{
  int padding = MAX (width - width_of (text), 0);

  if (right)
    g_print ("%*s%s%s", padding, "", text, last ? "" : "  ");
  else
    g_print ("%s%*s", text, last ? 0 : padding + 2, "");
}

static void
print_block (JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);
  glong width = 0;

  for (GList *name = names; name != NULL; name = name->next)
    width = MAX (width, width_of (name->data));
  for (GList *name = names; name != NULL; name = name->next) {
    g_autofree char *text = cell_text (json_object_get_member (object, name->data));

    g_print ("%s:%*s %s\n", (char *) name->data, (int) (width - width_of (name->data)), "", text);
  }
}

static void
print_row (JsonObject *object, GList *names, const glong *widths)
{
  guint column = 0;

  for (GList *name = names; name != NULL; name = name->next, column++) {
    JsonNode *node = json_object_get_member (object, name->data);
    g_autofree char *text = cell_text (node);

    print_padded (text, widths[column], is_number (node), name->next == NULL);
  }
  g_print ("\n");
}

static void
print_table (JsonArray *rows, GList *names)
{
  g_autofree glong *widths = g_new0 (glong, g_list_length (names) + 1);
  guint column = 0;

  for (GList *name = names; name != NULL; name = name->next, column++) {
    widths[column] = width_of (name->data);
    for (guint i = 0; i < json_array_get_length (rows); i++) {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autofree char *text = cell_text (json_object_get_member (row, name->data));

      widths[column] = MAX (widths[column], width_of (text));
    }
  }
  column = 0;
  for (GList *name = names; name != NULL; name = name->next, column++) {
    g_autofree char *title = g_ascii_strup (name->data, -1);

    print_padded (title, widths[column], FALSE, name->next == NULL);
  }
  g_print ("\n");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    print_row (json_array_get_object_element (rows, i), names, widths);
}

static void
print_rows (JsonArray *rows)
{
  g_autoptr (GList) names = NULL;

  if (json_array_get_length (rows) == 0)
    return;
  names = json_object_get_members (json_array_get_object_element (rows, 0));
  if (g_list_length (names) <= COLUMNS_MAX) {
    print_table (rows, names);
    return;
  }
  for (guint i = 0; i < json_array_get_length (rows); i++) {
    if (i > 0)
      g_print ("\n");
    print_block (json_array_get_object_element (rows, i));
  }
}

void
output_print (JsonNode *node, OutputForm form)
{
  if (form == OUTPUT_JSON) {
    g_autofree char *text = json_to_string (node, TRUE);

    g_print ("%s\n", text);
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    print_rows (json_node_get_array (node));
  } else if (JSON_NODE_HOLDS_OBJECT (node)) {
    print_block (json_node_get_object (node));
  } else {
    g_autofree char *text = cell_text (node);

    g_print ("%s\n", text);
  }
}
