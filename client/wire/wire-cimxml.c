/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libxml/parser.h>
#include <string.h>

#include "client/wire/wire-writer.h"

/* Reading of CIM-XML (DSP0201): what Windows puts, as text, into string parameters that carry an
 * instance. Unlike replies it says types, so what is read can be written again. wire-embedded.c
 * writes. */

#define MAX_TEXT (16u << 20) /* bytes */
#define MAX_PROPERTIES 65536u
#define MAX_ITEMS 65536u /* of one array */
#define MAX_NESTING 8    /* instances and references within each other */

typedef struct {
  const char *name_space;
  guint n_properties;
  guint depth;
  GError *error;
} Reader;

static gboolean fail (Reader *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
static HypervCimInstance *read_instance (Reader *self, const xmlNode *node);

/* Always FALSE; the first counts. */
static gboolean
fail (Reader *self, const char *format, ...)
{
  va_list args;

  if (self->error != NULL)
    return FALSE;
  va_start (args, format);
  self->error = g_error_new_valist (HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
is (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && strcmp ((const char *)node->name, name) == 0;
}

static const xmlNode *
child (const xmlNode *node, const char *name)
{
  for (const xmlNode *n = node->children; n != NULL; n = n->next)
    if (is (n, name))
      return n;
  return NULL;
}

static char *
attribute (const xmlNode *node, const char *name)
{
  xmlChar *value = xmlGetNoNsProp ((xmlNode *)node, (const xmlChar *)name);
  char *text = g_strdup ((const char *)value);

  xmlFree (value);
  return text;
}

static char *
content (const xmlNode *node)
{
  xmlChar *value = xmlNodeGetContent ((xmlNode *)node);
  char *text = g_strdup ((const char *)value);

  xmlFree (value);
  return text != NULL ? text : g_strdup ("");
}

static gboolean
parse_integer (HypervCimType type, const char *text, HypervCimScalar *item)
{
  gboolean is_signed = hyperv_cim_type_is_signed (type);
  gint64 max = is_signed ? hyperv_cim_type_get_signed_max (type) : 0;

  if (is_signed)
    return g_ascii_string_to_signed (text, 10, -max - 1, max, &item->i, NULL);
  return g_ascii_string_to_unsigned (text, 10, 0, hyperv_cim_type_get_unsigned_max (type), &item->u,
                                     NULL);
}

static gboolean
parse_char (const char *text, HypervCimScalar *item)
{
  item->u = g_utf8_get_char (text);
  return *text != '\0' && *g_utf8_next_char (text) == '\0' && item->u <= 0xffff;
}

static gboolean
parse_real (const char *text, HypervCimScalar *item)
{
  char *end;

  item->d = g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

/* @text stays the owner of a string. */
static gboolean
parse_item (HypervCimType type, const char *text, HypervCimScalar *item)
{
  if (hyperv_cim_type_is_text (type)) {
    item->s = text;
    return TRUE;
  }
  switch (type) {
  case HYPERV_CIM_TYPE_BOOLEAN:
    item->u = g_ascii_strcasecmp (text, "true") == 0;
    return item->u != 0 || g_ascii_strcasecmp (text, "false") == 0;
  case HYPERV_CIM_TYPE_REAL32:
  case HYPERV_CIM_TYPE_REAL64:
    return parse_real (text, item);
  case HYPERV_CIM_TYPE_CHAR16:
    return parse_char (text, item);
  default:
    return parse_integer (type, text, item);
  }
}

static gboolean
read_type (Reader *self, const xmlNode *node, HypervCimProperty *property)
{
  g_autofree char *type = attribute (node, "TYPE");

  if (type != NULL && hyperv_cim_type_from_name (type, &property->type)
      && property->type != HYPERV_CIM_TYPE_REFERENCE && property->type != HYPERV_CIM_TYPE_INSTANCE
      && property->type != HYPERV_CIM_TYPE_TEXT)
    return TRUE;
  return fail (self, "%s: TYPE=\"%s\" is not a type of CIM", property->name,
               type != NULL ? type : "");
}

static gboolean
read_values (Reader *self, HypervCimBuilder *builder, HypervCimProperty *property,
             const xmlNode *first)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) items = g_array_new (FALSE, TRUE, sizeof (HypervCimScalar));

  for (const xmlNode *n = first; n != NULL; n = n->next) {
    HypervCimScalar item = { 0 };
    char *text;

    if (!is (n, "VALUE") && !is (n, "VALUE.NULL"))
      continue;
    text = content (n);
    g_ptr_array_add (texts, text);
    if (items->len == (property->is_array ? MAX_ITEMS : 1))
      return fail (self, "%s: more values than %u", property->name, items->len);
    if (!parse_item (property->type, text, &item))
      return fail (self, "%s: “%.60s” is not of the type %s", property->name, text,
                   hyperv_cim_type_get_name (property->type));
    g_array_append_val (items, item);
  }
  property->n_items = items->len;
  property->items = (const HypervCimScalar *)items->data;
  property->is_null = !property->is_array && items->len == 0;
  hyperv_cim_builder_add_property (builder, property);
  return TRUE;
}

/* A null is a property without a value; an empty array has its VALUE.ARRAY. */
static gboolean
read_plain (Reader *self, HypervCimBuilder *builder, const xmlNode *node, const char *name)
{
  HypervCimProperty property = { .name = name, .is_array = is (node, "PROPERTY.ARRAY") };
  const xmlNode *array = property.is_array ? child (node, "VALUE.ARRAY") : NULL;

  if (!read_type (self, node, &property))
    return FALSE;
  if (property.is_array && array == NULL) {
    hyperv_cim_builder_add_null (builder, name, property.type, TRUE);
    return TRUE;
  }
  return read_values (self, builder, &property,
                      property.is_array ? array->children : node->children);
}

/* root/virtualization/v2 of LOCALNAMESPACEPATH, or the namespace of the whole. */
static char *
read_namespace (Reader *self, const xmlNode *path)
{
  const xmlNode *space = child (path, "NAMESPACEPATH");
  const xmlNode *local = child (space != NULL ? space : path, "LOCALNAMESPACEPATH");
  g_autoptr (GString) text = g_string_new (NULL);

  for (const xmlNode *n = local != NULL ? local->children : NULL; n != NULL; n = n->next) {
    g_autofree char *name = is (n, "NAMESPACE") ? attribute (n, "NAME") : NULL;

    if (name != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "/" : "", name);
  }
  if (text->len == 0)
    return g_strdup (self->name_space);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static HypervCimPath *read_path (Reader *self, const xmlNode *value);

static gboolean
read_key (Reader *self, HypervCimPath *path, const xmlNode *binding)
{
  g_autofree char *name = attribute (binding, "NAME");
  const xmlNode *value = child (binding, "KEYVALUE");
  const xmlNode *reference = child (binding, "VALUE.REFERENCE");
  g_autoptr (HypervCimPath) nested = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; name != NULL && i < hyperv_cim_path_get_n_keys (path); i++)
    if (g_ascii_strcasecmp (hyperv_cim_path_get_key_name (path, i), name) == 0)
      return fail (self, "a reference with the key %s twice", name);
  if (name == NULL || (value == NULL && reference == NULL))
    return fail (self, "a KEYBINDING without NAME or value");
  if (value != NULL) {
    text = content (value);
    hyperv_cim_path_add_key (path, name, text);
    return TRUE;
  }
  nested = read_path (self, reference);
  if (nested == NULL)
    return FALSE;
  hyperv_cim_path_add_reference_key (path, name, nested);
  return TRUE;
}

static const xmlNode *
find_instance_name (const xmlNode *value)
{
  static const char *const around[] = { "INSTANCEPATH", "LOCALINSTANCEPATH" };
  const xmlNode *name = child (value, "INSTANCENAME");

  for (gsize i = 0; name == NULL && i < G_N_ELEMENTS (around); i++)
    if (child (value, around[i]) != NULL)
      name = child (child (value, around[i]), "INSTANCENAME");
  return name;
}

static HypervCimPath *
read_path (Reader *self, const xmlNode *value)
{
  const xmlNode *name = find_instance_name (value);
  g_autofree char *class_name = name != NULL ? attribute (name, "CLASSNAME") : NULL;
  g_autofree char *name_space = NULL;
  g_autoptr (HypervCimPath) path = NULL;
  gboolean ok = class_name != NULL && ++self->depth <= MAX_NESTING;

  if (!ok) {
    fail (self, "a VALUE.REFERENCE without INSTANCENAME, or %d within each other", MAX_NESTING);
    return NULL;
  }
  name_space = read_namespace (self, name->parent);
  path = hyperv_cim_path_new (name_space, class_name);
  for (const xmlNode *n = name->children; ok && n != NULL; n = n->next)
    ok = !is (n, "KEYBINDING") || read_key (self, path, n);
  self->depth--;
  return ok ? g_steal_pointer (&path) : NULL;
}

static gboolean
read_reference (Reader *self, HypervCimBuilder *builder, const xmlNode *node, const char *name)
{
  const xmlNode *value = child (node, "VALUE.REFERENCE");
  g_autoptr (HypervCimPath) path = NULL;

  if (value == NULL) {
    hyperv_cim_builder_add_null (builder, name, HYPERV_CIM_TYPE_REFERENCE, FALSE);
    return TRUE;
  }
  path = read_path (self, value);
  if (path != NULL)
    hyperv_cim_builder_add_reference (builder, name, path);
  return path != NULL;
}

/* Windows' own, of embedded objects that are not written as text. */
static gboolean
read_object (Reader *self, HypervCimBuilder *builder, const xmlNode *node, const char *name)
{
  const xmlNode *value = child (node, "VALUE.OBJECT");
  const xmlNode *inner = value != NULL ? child (value, "INSTANCE") : NULL;
  g_autoptr (HypervCimInstance) instance = NULL;

  if (inner == NULL) {
    hyperv_cim_builder_add_null (builder, name, HYPERV_CIM_TYPE_INSTANCE, FALSE);
    return TRUE;
  }
  instance = read_instance (self, inner);
  if (instance != NULL)
    hyperv_cim_builder_add_instance (builder, name, instance);
  return instance != NULL;
}

static const struct {
  const char *element;
  gboolean (*read) (Reader *self, HypervCimBuilder *builder, const xmlNode *node, const char *name);
} properties[] = {
  { "PROPERTY", read_plain },
  { "PROPERTY.ARRAY", read_plain },
  { "PROPERTY.REFERENCE", read_reference },
  { "PROPERTY.OBJECT", read_object },
};

static gboolean
read_property (Reader *self, HypervCimBuilder *builder, const xmlNode *node)
{
  g_autofree char *name = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++) {
    if (!is (node, properties[i].element))
      continue;
    name = attribute (node, "NAME");
    if (name == NULL || *name == '\0')
      return fail (self, "a %s without NAME", properties[i].element);
    if (++self->n_properties > MAX_PROPERTIES)
      return fail (self, "more than %u properties", MAX_PROPERTIES);
    return properties[i].read (self, builder, node, name);
  }
  return TRUE; /* qualifiers, white space */
}

static HypervCimInstance *
read_instance (Reader *self, const xmlNode *node)
{
  g_autofree char *class_name = attribute (node, "CLASSNAME");
  g_autoptr (HypervCimBuilder) builder = NULL;
  gboolean ok = class_name != NULL && *class_name != '\0' && ++self->depth <= MAX_NESTING;

  if (!ok) {
    fail (self, "an INSTANCE without CLASSNAME, or %d within each other", MAX_NESTING);
    return NULL;
  }
  builder = hyperv_cim_builder_new (self->name_space, class_name);
  for (const xmlNode *n = node->children; ok && n != NULL; n = n->next)
    ok = read_property (self, builder, n);
  self->depth--;
  return ok ? hyperv_cim_builder_end (builder) : NULL;
}

/* Some senders wrap it (DSP0201, 3.2.4.6). */
static const xmlNode *
find_root (xmlDoc *doc)
{
  const xmlNode *root = xmlDocGetRootElement (doc);

  if (root != NULL && is (root, "INSTANCE"))
    return root;
  return root != NULL && is (root, "VALUE.OBJECT") ? child (root, "INSTANCE") : NULL;
}

HypervCimInstance *
wire_embedded_from_text (const char *name_space, const char *text, GError **error)
{
  Reader reader = { .name_space = name_space };
  HypervCimInstance *instance = NULL;
  const xmlNode *root = NULL;
  gsize length = 0;
  xmlDoc *doc = NULL;

  g_return_val_if_fail (name_space != NULL && text != NULL, NULL);

  length = strlen (text);
  if (length <= MAX_TEXT)
    doc = xmlReadMemory (text, (int)length, NULL, "UTF-8",
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (doc != NULL && doc->intSubset != NULL)
    fail (&reader, "a document type declaration");
  root = doc != NULL ? find_root (doc) : NULL;
  if (length > MAX_TEXT)
    fail (&reader, "a text of more than %u bytes", MAX_TEXT);
  else if (root == NULL)
    fail (&reader, "expected was an INSTANCE of CIM-XML, and found “%.60s”", text);
  else if (reader.error == NULL)
    instance = read_instance (&reader, root);
  if (doc != NULL)
    xmlFreeDoc (doc);
  if (reader.error != NULL)
    g_propagate_prefixed_error (error, reader.error, "an embedded instance: ");
  return instance;
}

char *
wire_embedded_to_text (const HypervCimInstance *instance, GError **error)
{
  WireWriter writer;
  char *text = NULL;

  g_return_val_if_fail (instance != NULL, NULL);

  wire_writer_init (&writer);
  wire_writer_embedded (&writer, instance, 0);
  if (writer.error != NULL)
    g_propagate_error (error, g_steal_pointer (&writer.error));
  else
    text = g_strdup (writer.out->str);
  wire_writer_clear (&writer);
  return text;
}
