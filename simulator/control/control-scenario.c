/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/control/control-private.h"

/* Calls as text: one, or a scenario. Every error says line and place. */

#define MAX_TEXT (4 * 1024 * 1024)
#define MAX_DEPTH 32

/* Where each call ends; the parser knows lines only while it reads. */
typedef struct {
  GHashTable *lines; /* JsonObject -> line */
} Lines;

static void
note_line (JsonParser *parser, JsonObject *object, gpointer data)
{
  Lines *lines = data;

  g_hash_table_insert (lines->lines, object,
                       GUINT_TO_POINTER (json_parser_get_current_line (parser)));
}

/* json-glib reads recursively and without a limit. */
static gboolean
check_depth (const char *text, GError **error)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (const char *p = text; *p != '\0'; p++) {
    if (quoted && *p == '\\' && p[1] != '\0')
      p++;
    else if (*p == '"')
      quoted = !quoted;
    else if (!quoted && (*p == '[' || *p == '{') && ++depth > MAX_DEPTH) {
      g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                   "expected calls at most %d levels deep, found more", MAX_DEPTH);
      return FALSE;
    } else if (!quoted && (*p == ']' || *p == '}') && depth > 0)
      depth--;
  }
  return TRUE;
}

static JsonNode *
parse (const char *text, const char *name, Lines *lines, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local = NULL;
  gsize length = strlen (text);

  if (length > MAX_TEXT) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: expected at most %d bytes, found %" G_GSIZE_FORMAT, name, MAX_TEXT, length);
    return NULL;
  }
  if (!check_depth (text, error))
    return NULL;
  g_signal_connect (parser, "object-end", G_CALLBACK (note_line), lines);
  if (!json_parser_load_from_data (parser, text, (gssize)length, &local)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT, "%s: no JSON: %s",
                 name, local->message);
    return NULL;
  }
  if (json_parser_get_root (parser) == NULL) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: expected a call or an array of calls, found nothing", name);
    return NULL;
  }
  return json_parser_steal_root (parser);
}

static const ControlVerb *
find_verb (JsonObject *object, const char *path, GError **error)
{
  JsonNode *node = json_object_get_member (object, "do");
  const char *name
      = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  const ControlVerb *verb = name != NULL ? control_find_verb (name) : NULL;
  g_autoptr (GString) known = NULL;

  if (verb != NULL)
    return verb;
  known = g_string_new (NULL);
  for (const ControlVerb *row = control_get_verbs (); row->name != NULL; row++)
    g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", row->name);
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "%s.do: expected a verb (%s), found %s", path, known->str,
               name != NULL ? name : "none");
  return NULL;
}

/* Unlike HTTP, where the verb is in the URI. */
static JsonNode *
run_object (HypervSimSite *site, JsonObject *object, const char *path, gboolean only_check,
            GError **error)
{
  const ControlVerb *verb = find_verb (object, path, error);

  if (verb == NULL || !control_check (verb, object, "do", path, error))
    return NULL;
  return only_check ? control_json_ok () : control_run (site, verb, object, NULL, error);
}

static JsonNode *
run_node (HypervSimSite *site, JsonNode *node, const char *path, gboolean only_check,
          GError **error)
{
  GError *local = NULL;
  JsonNode *result;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_autofree char *found = control_json_to_text (node);

    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: expected a call, such as {\"do\": \"vms\"}, found %s", path, found);
    return NULL;
  }
  result = run_object (site, json_node_get_object (node), path, only_check, &local);
  if (local != NULL && !g_str_has_prefix (local->message, path))
    g_prefix_error (&local, "%s: ", path);
  if (local != NULL)
    g_propagate_error (error, local);
  return result;
}

static void
prefix_line (GError **error, const char *name, JsonNode *node, const Lines *lines)
{
  gpointer line = JSON_NODE_HOLDS_OBJECT (node)
                      ? g_hash_table_lookup (lines->lines, json_node_get_object (node))
                      : NULL;

  if (line != NULL)
    g_prefix_error (error, "%s:%u: ", name, GPOINTER_TO_UINT (line));
  else
    g_prefix_error (error, "%s: ", name);
}

/* All calls are read before the first one is done: a misspelt one changes nothing. */
static JsonNode *
run_array (HypervSimSite *site, JsonArray *calls, const char *name, const Lines *lines,
           gboolean only_check, GError **error)
{
  g_autoptr (JsonArray) results = json_array_new ();

  for (guint i = 0; i < json_array_get_length (calls); i++) {
    g_autofree char *path = g_strdup_printf ("$[%u]", i);
    JsonNode *node = json_array_get_element (calls, i);
    JsonNode *result = run_node (site, node, path, only_check, error);

    if (result == NULL) {
      prefix_line (error, name, node, lines);
      return NULL;
    }
    json_array_add_element (results, result);
  }
  return control_json_take_array (g_steal_pointer (&results));
}

static JsonNode *
run (HypervSimSite *site, JsonNode *root, const char *name, const Lines *lines, gboolean only_check,
     GError **error)
{
  JsonNode *result;

  if (JSON_NODE_HOLDS_ARRAY (root))
    return run_array (site, json_node_get_array (root), name, lines, only_check, error);
  result = run_node (site, root, "$", only_check, error);
  if (result == NULL)
    prefix_line (error, name, root, lines);
  return result;
}

char *
control_do (HypervSimSite *site, const char *text, const char *name, GError **error)
{
  Lines lines = { g_hash_table_new (NULL, NULL) };
  const char *called = name != NULL ? name : "call";
  g_autoptr (JsonNode) root = parse (text, called, &lines, error);
  g_autoptr (JsonNode) checked = NULL;
  g_autoptr (JsonNode) result = NULL;

  if (root != NULL)
    checked = run (site, root, called, &lines, TRUE, error);
  if (checked != NULL)
    result = run (site, root, called, &lines, FALSE, error);
  g_hash_table_unref (lines.lines);
  return result != NULL ? control_json_to_text (result) : NULL;
}
