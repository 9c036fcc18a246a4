/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/control/control-private.h"

/* Calls as text: one, or a scenario. Every error says line and place. */

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

/* What all calls of a text have in common. */
typedef struct {
  HypervSimSite *site;
  const char *name;  /* of the text */
  GHashTable *lines; /* JsonObject -> line */
  gboolean only_check;
  GCancellable *cancellable; /* or NULL */
} Run;

/* Unlike HTTP, where the verb is in the URI. */
static JsonNode *
run_object (const Run *run, JsonObject *object, const char *path, GError **error)
{
  const ControlVerb *verb = find_verb (object, path, error);

  if (verb == NULL || !control_check (verb, object, "do", path, error))
    return NULL;
  return run->only_check ? control_json_ok ()
                         : control_run (run->site, verb, object, run->cancellable, error);
}

static JsonNode *
run_node (const Run *run, JsonNode *node, const char *path, GError **error)
{
  GError *local = NULL;
  JsonNode *result;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_autofree char *found = control_json_to_text (node);

    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: expected a call, such as {\"do\": \"vms\"}, found %s", path, found);
    return NULL;
  }
  result = run_object (run, json_node_get_object (node), path, &local);
  if (local != NULL && !g_str_has_prefix (local->message, path))
    g_prefix_error (&local, "%s: ", path);
  if (local != NULL)
    g_propagate_error (error, local);
  return result;
}

static void
prefix_line (GError **error, const Run *run, JsonNode *node)
{
  gpointer line = JSON_NODE_HOLDS_OBJECT (node)
                      ? g_hash_table_lookup (run->lines, json_node_get_object (node))
                      : NULL;

  if (line != NULL)
    g_prefix_error (error, "%s:%u: ", run->name, GPOINTER_TO_UINT (line));
  else
    g_prefix_error (error, "%s: ", run->name);
}

/* All calls are read before the first one is done: a misspelt one changes nothing. */
static JsonNode *
run_array (const Run *run, JsonArray *calls, GError **error)
{
  g_autoptr (JsonArray) results = json_array_new ();

  for (guint i = 0; i < json_array_get_length (calls); i++) {
    g_autofree char *path = g_strdup_printf ("$[%u]", i);
    JsonNode *node = json_array_get_element (calls, i);
    JsonNode *result = run_node (run, node, path, error);

    if (result == NULL) {
      prefix_line (error, run, node);
      return NULL;
    }
    json_array_add_element (results, result);
  }
  return control_json_take_array (g_steal_pointer (&results));
}

static JsonNode *
run_root (const Run *run, JsonNode *root, GError **error)
{
  JsonNode *result;

  if (JSON_NODE_HOLDS_ARRAY (root))
    return run_array (run, json_node_get_array (root), error);
  result = run_node (run, root, "$", error);
  if (result == NULL)
    prefix_line (error, run, root);
  return result;
}

char *
control_do (HypervSimSite *site, const char *text, gsize size, const char *name,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) lines = g_hash_table_new (NULL, NULL);
  Run run = { site, name != NULL ? name : "call", lines, TRUE, cancellable };
  g_autoptr (JsonNode) root = control_json_read (text, size, run.name, lines, error);
  g_autoptr (JsonNode) checked = root != NULL ? run_root (&run, root, error) : NULL;
  g_autoptr (JsonNode) result = NULL;

  run.only_check = FALSE;
  if (checked != NULL)
    result = run_root (&run, root, error);
  return result != NULL ? control_json_to_text (result) : NULL;
}
