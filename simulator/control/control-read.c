/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/control/control-private.h"

/* JSON from outside, the same for all doors. json-glib alone reads recursively and without a limit,
 * and of two members of one name it forgets the first. */

#define MAX_DEPTH 32

/* What the parser tells while it reads. */
typedef struct {
  GHashTable *lines;   /* JsonObject -> line of its end; not owned, or NULL */
  GHashTable *members; /* JsonObject -> how many members were read */
  JsonObject *object;  /* which has a name twice: the last one, as others may have gone with it */
  char *member;
  guint line;
} Notes;

static void
note_member (JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
  Notes *notes = data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (notes->members, object)) + 1;

  if (n > json_object_get_size (object)) {
    g_clear_pointer (&notes->object, json_object_unref);
    g_free (notes->member);
    notes->object = json_object_ref (object);
    notes->member = g_strdup (name);
    notes->line = json_parser_get_current_line (parser);
    n--;
  }
  g_hash_table_insert (notes->members, object, GUINT_TO_POINTER (n));
}

static void
note_end (JsonParser *parser, JsonObject *object, gpointer data)
{
  Notes *notes = data;

  g_hash_table_remove (notes->members, object); /* its address may be another's soon */
  if (notes->lines != NULL)
    g_hash_table_insert (notes->lines, object,
                         GUINT_TO_POINTER (json_parser_get_current_line (parser)));
}

static gboolean
fail (GError **error, const char *name, guint line, const char *message)
{
  if (line > 0)
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT, "%s:%u: %s", name,
                 line, message);
  else
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT, "%s: %s", name,
                 message);
  return FALSE;
}

static gboolean
check_depth (const char *text, gsize size, const char *name, GError **error)
{
  gboolean quoted = FALSE;
  guint depth = 0, line = 1;

  for (gsize i = 0; i < size; i++) {
    char c = text[i];

    line += c == '\n';
    if (quoted && c == '\\')
      i++;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '[' || c == '{') && ++depth > MAX_DEPTH)
      return fail (error, name, line,
                   "expected calls at most " G_STRINGIFY (MAX_DEPTH) " levels deep, found more");
    else if (!quoted && (c == ']' || c == '}') && depth > 0)
      depth--;
  }
  return TRUE;
}

static gboolean
check_text (const char *text, gsize size, const char *name, GError **error)
{
  g_autofree char *message = NULL;
  const char *nul;

  if (size > CONTROL_MAX_TEXT)
    message = g_strdup_printf ("expected at most %d bytes, found %" G_GSIZE_FORMAT,
                               CONTROL_MAX_TEXT, size);
  else if (size > 0 && (nul = memchr (text, '\0', size)) != NULL)
    message = g_strdup_printf ("no JSON: expected text, found a NUL at byte %" G_GSIZE_FORMAT,
                               (gsize)(nul - text) + 1);
  if (message != NULL)
    return fail (error, name, 0, message);
  return check_depth (text, size, name, error);
}

/* Where @object is below @node: extends @path. */
static gboolean
find_object (JsonNode *node, const JsonObject *object, GString *path)
{
  gsize length = path->len;
  guint n = JSON_NODE_HOLDS_ARRAY (node) ? json_array_get_length (json_node_get_array (node)) : 0;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  for (guint i = 0; i < n; i++) {
    g_string_append_printf (path, "[%u]", i);
    if (find_object (json_array_get_element (json_node_get_array (node), i), object, path))
      return TRUE;
    g_string_truncate (path, length);
  }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  if (json_node_get_object (node) == object)
    return TRUE;
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    g_string_append_printf (path, ".%s", name);
    if (find_object (member, object, path))
      return TRUE;
    g_string_truncate (path, length);
  }
  return FALSE;
}

static gboolean
check_members (JsonNode *root, const Notes *notes, const char *name, GError **error)
{
  g_autoptr (GString) path = g_string_new ("$");
  g_autofree char *message = NULL;

  if (notes->object == NULL)
    return TRUE;
  find_object (root, notes->object, path);
  message = g_strdup_printf ("%s.%s: expected each name once, found it twice", path->str,
                             notes->member);
  return fail (error, name, notes->line, message);
}

static JsonNode *
parse (const char *text, gsize size, const char *name, Notes *notes, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) local = NULL;

  g_signal_connect (parser, "object-member", G_CALLBACK (note_member), notes);
  g_signal_connect (parser, "object-end", G_CALLBACK (note_end), notes);
  if (!json_parser_load_from_data (parser, text, (gssize)size, &local)) {
    g_autofree char *message = g_strdup_printf ("no JSON: %s", local->message);

    fail (error, name, 0, message);
    return NULL;
  }
  root = json_parser_steal_root (parser);
  if (root == NULL) {
    fail (error, name, 0, "expected a call or an array of calls, found nothing");
    return NULL;
  }
  return check_members (root, notes, name, error) ? g_steal_pointer (&root) : NULL;
}

JsonNode *
control_json_read (const char *text, gsize size, const char *name, GHashTable *lines,
                   GError **error)
{
  Notes notes = { .lines = lines, .members = g_hash_table_new (NULL, NULL) };
  JsonNode *root = NULL;

  if (check_text (text, size, name, error))
    root = parse (size > 0 ? text : "", size, name, &notes, error);
  g_hash_table_unref (notes.members);
  g_clear_pointer (&notes.object, json_object_unref);
  g_free (notes.member);
  return root;
}
