/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-instance.h"

#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

/* Instances as WS-CIM XML, written by a client. */

static gboolean
is_named (const xmlNode *node, const RepositoryProperty *property)
{
  return g_ascii_strcasecmp ((const char *)node->name, property->name) == 0;
}

gboolean
wsman_instance_read_property (Wsman *self, SimExchange *exchange, HypervCimBuilder *builder,
                              const RepositoryProperty *property, const xmlNode *parent)
{
  HypervCimType type
      = property->type == HYPERV_CIM_TYPE_INSTANCE ? HYPERV_CIM_TYPE_STRING : property->type;
  g_auto (WsmanTyped) typed = { 0 };
  guint n_given = 0;

  wsman_typed_init (&typed, type);
  for (xmlNode *node = wsman_xml_first (parent); node != NULL; node = wsman_xml_next (node)) {
    if (!is_named (node, property))
      continue;
    if (++n_given > 1 && !property->is_array) {
      wsman_refuse (self, exchange, "InvalidValues", "property %s twice", property->name);
      return FALSE;
    }
    if (wsman_xml_is_true (node, WSMAN_NS_XSI, "nil"))
      continue;
    switch (wsman_typed_add_node (&typed, node)) {
    case WSMAN_NODE_TREE:
      wsman_refuse (self, exchange, "SchemaValidationError", "property %s has elements in it",
                    property->name);
      return FALSE;
    case WSMAN_NODE_MISMATCH:
      wsman_refuse (self, exchange, "InvalidValues", "property %s: no value of type %s",
                    property->name, hyperv_cim_type_get_name (property->type));
      return FALSE;
    default:
      break;
    }
  }
  if (typed.items->len == 0)
    hyperv_cim_builder_add_null (builder, property->name, type, property->is_array);
  else
    wsman_typed_build (&typed, builder, property->name, property->is_array);
  return TRUE;
}

static gboolean
check_content (Wsman *self, SimExchange *exchange, const WsmanMessage *message)
{
  const xmlNode *content = message->content;
  const char *name = repository_class_get_name (message->klass);
  const char *uri = wsman_resource_uri (self, message);

  if (content == NULL || g_ascii_strcasecmp ((const char *)content->name, name) != 0) {
    wsman_refuse (self, exchange, "InvalidRepresentation", "s:Body has %s in it, not %s",
                  content != NULL ? (const char *)content->name : "nothing", name);
    return FALSE;
  }
  if (content->ns == NULL || g_ascii_strcasecmp ((const char *)content->ns->href, uri) != 0) {
    wsman_refuse (self, exchange, "InvalidNamespace", "%s is not in the namespace \"%s\"", name,
                  uri);
    return FALSE;
  }
  for (xmlNode *node = wsman_xml_first (content); node != NULL; node = wsman_xml_next (node)) {
    if (repository_class_find_property (message->klass, (const char *)node->name) != NULL)
      continue;
    wsman_refuse (self, exchange, "InvalidRepresentation", "%s has no property %s", name,
                  (const char *)node->name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
has_child (const xmlNode *content, const RepositoryProperty *property)
{
  for (xmlNode *node = wsman_xml_first (content); node != NULL; node = wsman_xml_next (node)) {
    if (is_named (node, property))
      return TRUE;
  }
  return FALSE;
}

HypervCimInstance *
wsman_instance_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_autoptr (HypervCimBuilder) builder = NULL;

  if (!check_content (self, exchange, message))
    return NULL;
  builder = hyperv_cim_builder_new (repository_class_get_namespace (message->klass),
                                    repository_class_get_name (message->klass));
  for (guint i = 0; i < repository_class_get_n_properties (message->klass); i++) {
    const RepositoryProperty *property = repository_class_get_property (message->klass, i);

    if (has_child (message->content, property)
        && !wsman_instance_read_property (self, exchange, builder, property, message->content))
      return NULL;
  }
  return hyperv_cim_builder_end (builder);
}
