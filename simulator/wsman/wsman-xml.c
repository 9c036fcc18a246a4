/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-read.h"

gboolean
wsman_xml_is (const xmlNode *node, const char *ns, const char *name)
{
  return node != NULL && strcmp ((const char *)node->name, name) == 0 && node->ns != NULL
         && node->ns->href != NULL && strcmp ((const char *)node->ns->href, ns) == 0;
}

static xmlNode *
skip_to_element (xmlNode *node)
{
  while (node != NULL && node->type != XML_ELEMENT_NODE)
    node = node->next;
  return node;
}

xmlNode *
wsman_xml_first (const xmlNode *parent)
{
  return parent != NULL ? skip_to_element (parent->children) : NULL;
}

xmlNode *
wsman_xml_next (const xmlNode *node)
{
  return skip_to_element (node->next);
}

xmlNode *
wsman_xml_find (const xmlNode *parent, const char *ns, const char *name)
{
  for (xmlNode *node = wsman_xml_first (parent); node != NULL; node = wsman_xml_next (node)) {
    if (wsman_xml_is (node, ns, name))
      return node;
  }
  return NULL;
}

char *
wsman_xml_dup_raw (const xmlNode *node)
{
  const xmlNode *child = node->children;
  xmlChar *content;
  char *copy;

  if (child == NULL)
    return g_strdup ("");
  if (child->next == NULL
      && (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE))
    return g_strdup ((const char *)child->content);
  if (wsman_xml_first (node) != NULL)
    return NULL;
  content = xmlNodeGetContent (node);
  copy = g_strdup ((const char *)content);
  xmlFree (content);
  return copy;
}

char *
wsman_xml_dup_text (const xmlNode *node)
{
  char *text = wsman_xml_dup_raw (node);

  return text != NULL ? g_strstrip (text) : NULL;
}

char *
wsman_xml_dup_attribute (const xmlNode *node, const char *ns, const char *name)
{
  xmlChar *value = ns != NULL ? xmlGetNsProp (node, (const xmlChar *)name, (const xmlChar *)ns)
                              : xmlGetNoNsProp (node, (const xmlChar *)name);
  char *copy = g_strdup ((const char *)value);

  xmlFree (value);
  return copy;
}

gboolean
wsman_xml_is_true (const xmlNode *node, const char *ns, const char *name)
{
  g_autofree char *value = NULL;

  if (node->properties == NULL)
    return FALSE;
  value = wsman_xml_dup_attribute (node, ns, name);
  return value != NULL && (strcmp (value, "true") == 0 || strcmp (value, "1") == 0);
}
