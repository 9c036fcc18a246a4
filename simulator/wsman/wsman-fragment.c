/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-instance.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

/* Fragments of an instance: `Name`, `p:Name`, `Class/Name`, `Name[2]`, `Name/text()`. A path that
 * begins with a slash is refused by Windows (MS-WSMV fn65), as is one that leads to nothing in the
 * instance or into an endpoint reference (fn66); names must be spelt as in the class (the message
 * of ERROR_WSMAN_INVALID_FRAGMENT_PATH). */
#define MAX_STEPS 3

static gboolean
refuse_path (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_refuse (self, exchange, "InvalidFragmentPath",
                "w:FragmentTransfer \"%s\" leads to no property of %s", message->fragment,
                repository_class_get_name (message->klass));
  return FALSE;
}

/* `p:Name[2]` -> `Name` and 2. FALSE: not of that form. */
static gboolean
split_step (char *step, char **name, guint64 *index)
{
  char *open = strchr (step, '['), *colon = strchr (step, ':');

  *index = 0;
  if (open != NULL) {
    gsize length = strlen (open);

    if (length < 3 || open[length - 1] != ']')
      return FALSE;
    open[length - 1] = '\0';
    if (!g_ascii_string_to_unsigned (open + 1, 10, 1, G_MAXUINT32, index, NULL))
      return FALSE;
    *open = '\0';
  }
  *name = colon != NULL ? colon + 1 : step;
  return **name != '\0';
}

static const RepositoryProperty *
find_exactly (const RepositoryClass *klass, const char *name)
{
  const RepositoryProperty *property = repository_class_find_property (klass, name);

  return property != NULL && strcmp (property->name, name) == 0 ? property : NULL;
}

gboolean
wsman_fragment_read (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                     WsmanFragment *fragment)
{
  g_auto (GStrv) steps = g_strsplit (message->fragment, "/", MAX_STEPS + 1);
  guint n_steps = g_strv_length (steps), at = 0;
  char *name;

  *fragment = (WsmanFragment){ NULL };
  if (n_steps > 1 && strcmp (steps[n_steps - 1], "text()") == 0) {
    fragment->is_text = TRUE;
    n_steps--;
  }
  if (n_steps == 2) {
    if (!split_step (steps[at++], &name, &fragment->index) || fragment->index > 1
        || strcmp (name, repository_class_get_name (message->klass)) != 0)
      return refuse_path (self, exchange, message);
    n_steps--;
  }
  if (n_steps != 1 || !split_step (steps[at], &name, &fragment->index))
    return refuse_path (self, exchange, message);
  fragment->property = find_exactly (message->klass, name);
  if (fragment->property == NULL || (fragment->index > 1 && !fragment->property->is_array)
      || (fragment->is_text && fragment->property->type == HYPERV_CIM_TYPE_REFERENCE))
    return refuse_path (self, exchange, message);
  return TRUE;
}

static void
put_texts (Wsman *self, GString *out, const HypervCimProperty *property)
{
  for (guint i = 0; i < property->n_items; i++)
    wsman_put_value (self, out, property->type, property->items[i], WSMAN_VALUE_PLAIN);
}

void
wsman_fragment_put (Wsman *self, GString *out, RepositoryObject *object,
                    const WsmanFragment *fragment)
{
  HypervCimProperty property;

  repository_object_find (object, fragment->property->name, &property);
  if (fragment->index > property.n_items && fragment->index > 1) {
    property.is_null = TRUE;
    property.n_items = 0;
  } else if (fragment->index > 0 && property.n_items > 0) {
    property.items += fragment->index - 1;
    property.n_items = 1;
  }
  g_string_append_printf (out,
                          "<w:XmlFragment xmlns:xsi=\"" WSMAN_NS_XSI "\" xmlns:w=\"" WSMAN_NS_WSMAN
                          "\" xmlns:p=\"%s\" xmlns:cim=\"" WSMAN_NS_CIM "\">",
                          wsman_class_uri (self, repository_object_get_class (object)));
  if (fragment->is_text)
    put_texts (self, out, &property);
  else
    wsman_put_parameter (self, out, &property,
                         fragment->property->type == HYPERV_CIM_TYPE_INSTANCE);
  wsman_put (out, "</w:XmlFragment>");
}

/* The value is in an element that is called as the property, or, of a text, in the wrapper alone.
 */
HypervCimInstance *
wsman_fragment_read_value (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                           const WsmanFragment *fragment)
{
  const RepositoryProperty *property = fragment->property;
  xmlNode *content = message->content, *first = wsman_xml_first (content);
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (
      repository_class_get_namespace (message->klass), repository_class_get_name (message->klass));
  g_auto (WsmanTyped) typed = { 0 };

  if (!wsman_xml_is (content, WSMAN_NS_WSMAN, "XmlFragment") || fragment->index > 0) {
    wsman_refuse (self, exchange, "InvalidFragment",
                  fragment->index > 0 ? "one item of an array cannot be put"
                                      : "no w:XmlFragment in s:Body");
    return NULL;
  }
  for (xmlNode *node = first; node != NULL; node = wsman_xml_next (node)) {
    if (!fragment->is_text && strcmp ((const char *)node->name, property->name) == 0)
      continue;
    wsman_refuse (self, exchange, "InvalidFragment", "w:XmlFragment has %s in it",
                  (const char *)node->name);
    return NULL;
  }
  if (!fragment->is_text) {
    if (!wsman_instance_read_property (self, exchange, builder, property, content))
      return NULL;
    return hyperv_cim_builder_end (builder);
  }
  wsman_typed_init (&typed, property->type);
  if (wsman_typed_add_node (&typed, content) != WSMAN_NODE_ADDED) {
    wsman_refuse (self, exchange, "InvalidValues", "property %s: no value of type %s",
                  property->name, hyperv_cim_type_get_name (property->type));
    return NULL;
  }
  wsman_typed_build (&typed, builder, property->name, property->is_array);
  return hyperv_cim_builder_end (builder);
}
