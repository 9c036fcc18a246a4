/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/control/control-private.h"

/* ---- checking ---- */

static const struct {
  ControlType type;
  const char *name;
  const char *expected;
} types[] = {
  { CONTROL_TEXT, "string", "a text" },
  { CONTROL_INTEGER, "integer", "a whole number, not negative" },
  { CONTROL_NUMBER, "number", "a number" },
  { CONTROL_BOOLEAN, "boolean", "true or false" },
  { CONTROL_OBJECT, "object", "an object" },
  { CONTROL_ARRAY, "array", "an array of objects" },
};

const char *
control_type_get_name (ControlType type)
{
  return types[type].name;
}

static gboolean
is_array_of_objects (JsonNode *node)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, i)))
      return FALSE;
  return TRUE;
}

static gboolean
has_type (JsonNode *node, ControlType type)
{
  GType value = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_NONE;

  switch (type) {
  case CONTROL_TEXT:
    return value == G_TYPE_STRING;
  case CONTROL_INTEGER:
    return value == G_TYPE_INT64 && json_node_get_int (node) >= 0;
  case CONTROL_NUMBER:
    return value == G_TYPE_INT64 || value == G_TYPE_DOUBLE;
  case CONTROL_BOOLEAN:
    return value == G_TYPE_BOOLEAN;
  case CONTROL_OBJECT:
    return JSON_NODE_HOLDS_OBJECT (node);
  case CONTROL_ARRAY:
    return is_array_of_objects (node);
  default:
    g_return_val_if_reached (FALSE);
  }
}

static const ControlArgument *
find_argument (const ControlArgument *list, const char *name)
{
  for (; list->name != NULL; list++)
    if (strcmp (list->name, name) == 0)
      return list;
  return NULL;
}

static gboolean
is_choice (const ControlArgument *argument, const char *text)
{
  g_auto (GStrv) choices = g_strsplit (argument->choices, "|", -1);

  return g_strv_contains ((const char *const *)choices, text);
}

static char *
list_choices (const ControlArgument *argument)
{
  g_auto (GStrv) choices = g_strsplit (argument->choices, "|", -1);

  return g_strjoinv (", ", choices);
}

static gboolean
check_value (const ControlArgument *argument, JsonNode *node, const char *path, GError **error)
{
  g_autofree char *found = NULL;
  g_autofree char *choices = NULL;

  if (has_type (node, argument->type)
      && (argument->choices == NULL || is_choice (argument, json_node_get_string (node))))
    return TRUE;
  found = control_json_to_text (node);
  if (argument->choices != NULL)
    choices = list_choices (argument);
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "%s.%s: expected %s%s, found %s", path, argument->name,
               choices != NULL ? "one of " : "",
               choices != NULL ? choices : types[argument->type].expected, found);
  return FALSE;
}

static void
list_names (const ControlArgument *list, GString *out)
{
  for (; list->name != NULL; list++)
    g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", list->name);
}

static gboolean
check_members (const ControlArgument *list, gboolean takes_more, JsonObject *object,
               const char *extra, const char *what, const char *path, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    const ControlArgument *argument = find_argument (list, name);
    g_autoptr (GString) known = NULL;

    if (argument != NULL && !check_value (argument, node, path, error))
      return FALSE;
    if (argument != NULL || takes_more || g_strcmp0 (name, extra) == 0)
      continue;
    known = g_string_new (NULL);
    list_names (list, known);
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s.%s: %s has no such argument (known: %s)", path, name, what,
                 known->len > 0 ? known->str : "none");
    return FALSE;
  }
  for (; list->name != NULL; list++) {
    if (!list->is_required || json_object_has_member (object, list->name))
      continue;
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: %s needs \"%s\", %s", path, what, list->name, list->summary);
    return FALSE;
  }
  return TRUE;
}

gboolean
control_check_list (const ControlArgument *list, JsonObject *object, const char *what,
                    const char *path, GError **error)
{
  return check_members (list, FALSE, object, NULL, what, path, error);
}

gboolean
control_check (const ControlVerb *verb, JsonObject *arguments, const char *extra, const char *path,
               GError **error)
{
  return check_members (verb->arguments, verb->takes_more, arguments, extra, verb->name, path,
                        error);
}

/* ---- running ---- */

JsonNode *
control_run (HypervSimSite *site, const ControlVerb *verb, JsonObject *arguments,
             GCancellable *cancellable, GError **error)
{
  ControlCall call
      = { .site = site, .verb = verb, .arguments = arguments, .cancellable = cancellable };

  return verb->run (&call, error);
}

JsonNode *
control_read_text (const ControlVerb *verb, const char *name, const char *text)
{
  const ControlArgument *argument = find_argument (verb->arguments, name);
  g_autoptr (JsonNode) node = NULL;

  if (argument == NULL || argument->type != CONTROL_TEXT)
    node = control_json_read (text, strlen (text), name, NULL, NULL);
  if (node != NULL && (argument == NULL || has_type (node, argument->type)))
    return g_steal_pointer (&node);
  g_clear_pointer (&node, json_node_unref);
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (node, text);
  return g_steal_pointer (&node);
}

gboolean
control_has (const ControlCall *call, const char *name)
{
  return json_object_has_member (call->arguments, name);
}

const char *
control_text (const ControlCall *call, const char *name)
{
  return json_object_get_string_member_with_default (call->arguments, name, NULL);
}

gint64
control_integer (const ControlCall *call, const char *name, gint64 fallback)
{
  return json_object_get_int_member_with_default (call->arguments, name, fallback);
}

double
control_number (const ControlCall *call, const char *name, double fallback)
{
  return json_object_get_double_member_with_default (call->arguments, name, fallback);
}

HypervSimHost *
control_host (const ControlCall *call, GError **error)
{
  const char *label = control_text (call, "host");
  GPtrArray *hosts = hyperv_sim_site_get_hosts (call->site);
  g_autoptr (GString) known = NULL;
  HypervSimHost *host;

  if (label == NULL && hosts->len > 0)
    return g_ptr_array_index (hosts, 0);
  host = label != NULL ? hyperv_sim_site_find_host (call->site, label) : NULL;
  if (host != NULL)
    return host;
  known = g_string_new (NULL);
  for (guint i = 0; i < hosts->len; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "",
                            hyperv_sim_host_get_label (g_ptr_array_index (hosts, i)));
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_FOUND,
               "there is no host \"%s\" (known: %s)", label != NULL ? label : "", known->str);
  return NULL;
}
