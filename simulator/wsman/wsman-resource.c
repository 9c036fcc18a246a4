/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

/* Resource URIs, selectors and endpoint references. */
#define MAX_EPR_DEPTH 4

gboolean
wsman_resource_split (const char *uri, char **name_space, char **class_name)
{
  gsize prefix = strlen (WSMAN_WMI_PREFIX);
  const char *last;

  if (g_ascii_strncasecmp (uri, WSMAN_WMI_PREFIX, prefix) != 0)
    return FALSE;
  uri += prefix;
  last = strrchr (uri, '/');
  if (last == NULL || last == uri || last[1] == '\0' || strpbrk (uri, "?# \\") != NULL
      || strstr (uri, "//") != NULL)
    return FALSE;
  *name_space = g_strndup (uri, (gsize)(last - uri));
  *class_name = g_strdup (last + 1);
  return TRUE;
}

const char *
wsman_resource_uri (Wsman *self, const WsmanMessage *message)
{
  return wsman_class_uri (self, message->klass);
}

void
wsman_read_resource (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_autofree char *name_space = NULL;
  g_autofree char *class_name = NULL;

  if (!wsman_resource_split (exchange->resource, &name_space, &class_name)) {
    wsman_refuse (self, exchange, "InvalidResourceURI",
                  "w:ResourceURI \"%s\" is no namespace and class of WMI's", exchange->resource);
    return;
  }
  exchange->name_space = g_steal_pointer (&name_space);
  exchange->class_name = g_steal_pointer (&class_name);
  if (!repository_has_namespace (self->repository, exchange->name_space)) {
    /* A query in a namespace that is not there is a matter of the query (virt-who looks for that
     * code), so it is left to the verb. */
    if (!message->verb->all_classes)
      wsman_refuse_provider (self, exchange, "InvalidResourceURI", "Invalid namespace ",
                             "no namespace %s", exchange->name_space);
    return;
  }
  if (strcmp (exchange->class_name, "*") == 0) {
    if (!message->verb->all_classes)
      wsman_refuse (self, exchange, "InvalidResourceURI", "%s of all classes (\"*\")",
                    exchange->operation);
    return;
  }
  message->klass
      = repository_find_class (self->repository, exchange->name_space, exchange->class_name);
  if (message->klass == NULL)
    wsman_refuse_provider (self, exchange, "ResourceNotFound",
                           "The specified class does not exist in the given namespace. ",
                           "no class %s in %s", exchange->class_name, exchange->name_space);
}

static HypervCimPath *
read_reference (xmlNode *node, guint depth)
{
  xmlNode *epr = wsman_xml_find (node, WSMAN_NS_ADDRESSING, "EndpointReference");
  xmlNode *parameters
      = wsman_xml_find (epr != NULL ? epr : node, WSMAN_NS_ADDRESSING, "ReferenceParameters");
  xmlNode *resource = wsman_xml_find (parameters, WSMAN_NS_WSMAN, "ResourceURI");
  xmlNode *set = wsman_xml_find (parameters, WSMAN_NS_WSMAN, "SelectorSet");
  g_autofree char *uri = resource != NULL ? wsman_xml_dup_text (resource) : NULL;
  g_autofree char *name_space = NULL;
  g_autofree char *class_name = NULL;
  g_autoptr (HypervCimPath) path = NULL;
  guint n_selectors = 0;

  if (uri == NULL || depth > MAX_EPR_DEPTH || !wsman_resource_split (uri, &name_space, &class_name))
    return NULL;
  path = hyperv_cim_path_new (name_space, class_name);
  for (xmlNode *selector = wsman_xml_first (set); selector != NULL;
       selector = wsman_xml_next (selector)) {
    g_autofree char *name = wsman_xml_dup_attribute (selector, NULL, "Name");
    g_autofree char *value = wsman_xml_dup_raw (selector);
    g_autoptr (HypervCimPath) reference = NULL;

    if (!wsman_xml_is (selector, WSMAN_NS_WSMAN, "Selector") || name == NULL || *name == '\0'
        || ++n_selectors > WSMAN_MAX_SELECTORS)
      return NULL;
    if (g_ascii_strcasecmp (name, "__cimnamespace") == 0)
      continue;
    for (guint i = 0; i < hyperv_cim_path_get_n_keys (path); i++) {
      if (g_ascii_strcasecmp (hyperv_cim_path_get_key_name (path, i), name) == 0)
        return NULL;
    }
    if (value != NULL) {
      hyperv_cim_path_add_key (path, name, value);
      continue;
    }
    reference = read_reference (selector, depth + 1);
    if (reference == NULL)
      return NULL;
    hyperv_cim_path_add_reference_key (path, name, reference);
  }
  return g_steal_pointer (&path);
}

HypervCimPath *
wsman_read_epr (xmlNode *node)
{
  return read_reference (node, 1);
}

static gboolean
is_key (const RepositoryClass *klass, const char *name)
{
  const char *const *keys = repository_class_get_keys (klass);

  for (gsize i = 0; keys[i] != NULL; i++) {
    if (g_ascii_strcasecmp (keys[i], name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* `__cimnamespace` is accepted when it says what the URI says. */
static gboolean
check_namespace (Wsman *self, SimExchange *exchange, const char *value)
{
  g_autofree char *name_space = g_strdelimit (g_strdup (value != NULL ? value : ""), "\\", '/');

  if (g_ascii_strcasecmp (name_space, exchange->name_space) == 0)
    return TRUE;
  wsman_refuse (self, exchange, "DifferentNamespace",
                "selector __cimnamespace is \"%s\", the URI's namespace \"%s\"", name_space,
                exchange->name_space);
  return FALSE;
}

static gboolean
check_selector (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *selector,
                const char *name)
{
  if (!wsman_xml_is (selector, WSMAN_NS_WSMAN, "Selector") || name == NULL || *name == '\0') {
    wsman_refuse (self, exchange, "InvalidSelectors", "w:SelectorSet has something without a Name");
    return FALSE;
  }
  if (exchange->selectors->len >= WSMAN_MAX_SELECTORS) {
    wsman_refuse (self, exchange, "SelectorLimit",
                  "more than " G_STRINGIFY (WSMAN_MAX_SELECTORS) " selectors");
    return FALSE;
  }
  if (sim_exchange_get_selector (exchange, name) != NULL) {
    wsman_refuse (self, exchange, "DuplicateSelectors", "selector %s twice", name);
    return FALSE;
  }
  if (message->klass != NULL && g_ascii_strcasecmp (name, "__cimnamespace") != 0
      && !is_key (message->klass, name)) {
    wsman_refuse_provider (self, exchange, "UnexpectedSelectors", NULL,
                           "selector %s is no key of %s", name,
                           repository_class_get_name (message->klass));
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_selector (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *selector)
{
  g_autofree char *name = wsman_xml_dup_attribute (selector, NULL, "Name");
  g_autofree char *value = wsman_xml_dup_raw (selector);
  g_autoptr (HypervCimPath) reference = NULL;

  if (!check_selector (self, exchange, message, selector, name))
    return FALSE;
  sim_exchange_add_selector (exchange, name, value != NULL ? value : "");
  if (exchange->name_space != NULL && g_ascii_strcasecmp (name, "__cimnamespace") == 0)
    return check_namespace (self, exchange, value);
  if (message->path == NULL)
    return TRUE;
  if (value != NULL) {
    hyperv_cim_path_add_key (message->path, name, value);
    return TRUE;
  }
  reference = wsman_read_epr (selector);
  if (reference == NULL) {
    wsman_refuse (self, exchange, "SelectorTypeMismatch",
                  "selector %s holds elements, but no endpoint reference", name);
    return FALSE;
  }
  hyperv_cim_path_add_reference_key (message->path, name, reference);
  return TRUE;
}

void
wsman_read_selectors (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                      xmlNode *selector_set)
{
  if (message->klass != NULL)
    message->path = hyperv_cim_path_new (repository_class_get_namespace (message->klass),
                                         repository_class_get_name (message->klass));
  for (xmlNode *selector = wsman_xml_first (selector_set); selector != NULL;
       selector = wsman_xml_next (selector)) {
    if (!read_selector (self, exchange, message, selector))
      return;
  }
}
