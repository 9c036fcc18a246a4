/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/schema.h"

#include <string.h>

#include "simulator/repository/image-pool.h"
#include "simulator/repository/repository-path.h"

/* From declarations to a schema block: finds superclasses, puts classes into the order of the tree,
 * gives every class what it inherits. */

typedef struct Node Node;
struct Node {
  const MofClass *mof;
  Node *superclass;
  GPtrArray *derived;    /* of Node, by name */
  GPtrArray *properties; /* of MofMember, by name, inherited too */
  GPtrArray *methods;    /* of MofMethod */
  guint32 index;
  guint depth;
};

typedef struct {
  GPtrArray *nodes; /* owns */
  GHashTable *by_name;
  GPtrArray *order; /* the tree, flat */
  ImagePool *pool;
  GHashTable *members; /* MofMember or MofMethod -> offset */
} Writer;

#define MAX_DEPTH 32

static void
node_free (Node *self)
{
  g_ptr_array_unref (self->derived);
  g_ptr_array_unref (self->properties);
  g_ptr_array_unref (self->methods);
  g_free (self);
}

static char *
dup_full_name (const char *name_space, const char *name)
{
  g_autofree char *text = g_strconcat (name_space, ":", name, NULL);

  return g_ascii_strdown (text, -1);
}

static gboolean
add_class (Writer *self, const MofClass *mof, GError **error)
{
  g_autofree char *name = dup_full_name (mof->name_space, mof->name);
  const Node *before = g_hash_table_lookup (self->by_name, name);
  Node *node;

  if (before != NULL)
    return mof_fail (mof->place, error, "expected each class once, found %s again (first at %s:%u)",
                     mof->name, before->mof->place.file, before->mof->place.line);
  node = g_new0 (Node, 1);
  node->mof = mof;
  node->derived = g_ptr_array_new ();
  node->properties = g_ptr_array_new ();
  node->methods = g_ptr_array_new ();
  g_ptr_array_add (self->nodes, node);
  g_hash_table_insert (self->by_name, g_steal_pointer (&name), node);
  return TRUE;
}

static gboolean
link_superclass (Writer *self, Node *node, GError **error)
{
  g_autofree char *name = NULL;
  guint depth = 0;

  if (node->mof->superclass == NULL)
    return TRUE;
  name = dup_full_name (node->mof->name_space, node->mof->superclass);
  node->superclass = g_hash_table_lookup (self->by_name, name);
  if (node->superclass == NULL)
    return mof_fail (node->mof->place, error, "expected the superclass %s in %s, found none",
                     node->mof->superclass, node->mof->name_space);
  for (const Node *up = node; up != NULL; up = up->superclass)
    if (depth++ > MAX_DEPTH)
      return mof_fail (node->mof->place, error,
                       "expected at most %u superclasses above %s, found more, or a circle",
                       MAX_DEPTH, node->mof->name);
  g_ptr_array_add (node->superclass->derived, node);
  return TRUE;
}

static int
compare_nodes (gconstpointer a, gconstpointer b)
{
  const MofClass *x = (*(const Node *const *)a)->mof, *y = (*(const Node *const *)b)->mof;
  int order = g_ascii_strcasecmp (x->name_space, y->name_space);

  return order != 0 ? order : g_ascii_strcasecmp (x->name, y->name);
}

/* MofMember and MofMethod both begin with their name. */
static int
compare_members (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (**(const char *const *const *)a, **(const char *const *const *)b);
}

static void
inherit (GPtrArray *members, const GPtrArray *inherited, const GPtrArray *local)
{
  if (inherited != NULL)
    g_ptr_array_extend (members, (GPtrArray *)inherited, NULL, NULL);
  for (guint i = 0; i < local->len; i++) {
    guint place = 0;

    while (place < members->len && compare_members (&members->pdata[place], &local->pdata[i]) != 0)
      place++;
    if (place < members->len)
      members->pdata[place] = local->pdata[i];
    else
      g_ptr_array_add (members, local->pdata[i]);
  }
  g_ptr_array_sort (members, compare_members);
}

/* A property that is declared again stays what it was: a key, and there since then. */
static gboolean
check_overrides (const Node *node, GError **error)
{
  for (guint i = 0; node->superclass != NULL && i < node->mof->properties->len; i++) {
    MofMember *member = node->mof->properties->pdata[i];

    for (guint j = 0; j < node->superclass->properties->len; j++) {
      const MofMember *above = node->superclass->properties->pdata[j];

      if (g_ascii_strcasecmp (above->name, member->name) != 0)
        continue;
      if (above->type != member->type || above->is_array != member->is_array)
        return mof_fail (member->place, error, "expected %s %s%s as at %s:%u, found %s%s",
                         hyperv_cim_type_get_name (above->type), above->name,
                         above->is_array ? "[]" : "", above->place.file, above->place.line,
                         hyperv_cim_type_get_name (member->type), member->is_array ? "[]" : "");
      member->is_key |= above->is_key;
      member->since = MIN (member->since, above->since);
    }
  }
  return TRUE;
}

static gboolean
walk (Writer *self, Node *node, GError **error)
{
  const Node *above = node->superclass;

  node->index = self->order->len;
  g_ptr_array_add (self->order, node);
  if (!check_overrides (node, error))
    return FALSE;
  inherit (node->properties, above == NULL ? NULL : above->properties, node->mof->properties);
  inherit (node->methods, above == NULL ? NULL : above->methods, node->mof->methods);
  g_ptr_array_sort (node->derived, compare_nodes);
  for (guint i = 0; i < node->derived->len; i++)
    if (!walk (self, node->derived->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* ---- records ---- */

static guint32
write_texts (ImagePool *pool, GStrv texts)
{
  guint n = texts == NULL ? 0 : g_strv_length (texts);
  g_autofree guint32 *offsets = g_new0 (guint32, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    offsets[i] = image_pool_add_text (pool, texts[i]);
  return n == 0 ? 0 : image_pool_share_record (pool, offsets, n * sizeof *offsets);
}

static SchemaMember
write_member (ImagePool *pool, const MofMember *member)
{
  SchemaMember record = { 0 };

  record.name = image_pool_add_text (pool, member->name);
  record.flags
      = (guint16)((member->is_array ? SCHEMA_IS_ARRAY : 0) | (member->is_key ? SCHEMA_IS_KEY : 0)
                  | (member->is_interval ? SCHEMA_IS_INTERVAL : 0)
                  | (member->is_in ? SCHEMA_IS_IN : 0) | (member->is_out ? SCHEMA_IS_OUT : 0)
                  | (member->is_optional ? SCHEMA_IS_OPTIONAL : 0));
  record.type = (guint8)member->type;
  record.since = (guint8)member->since;
  record.reference_class = image_pool_add_text (pool, member->reference_class);
  record.embedded_class = image_pool_add_text (pool, member->embedded_class);
  record.n_values = member->value_map != NULL ? g_strv_length (member->value_map)
                    : member->values != NULL  ? g_strv_length (member->values)
                                              : 0;
  record.value_map = write_texts (pool, member->value_map);
  record.values = write_texts (pool, member->values);
  return record;
}

static guint32
write_method (ImagePool *pool, const MofMethod *method)
{
  guint n = method->parameters->len;
  g_autofree SchemaMember *parameters = g_new0 (SchemaMember, MAX (n, 1));
  SchemaMethod record = { 0 };

  for (guint i = 0; i < n; i++)
    parameters[i] = write_member (pool, method->parameters->pdata[i]);
  record.name = image_pool_add_text (pool, method->name);
  record.flags = method->is_static ? SCHEMA_IS_STATIC : 0;
  record.since = (guint16)method->since;
  record.n_parameters = n;
  record.parameters = image_pool_add_record (pool, parameters, n * sizeof *parameters);
  return image_pool_add_record (pool, &record, sizeof record);
}

static guint32
write_list (Writer *self, const GPtrArray *list, gboolean methods)
{
  g_autofree guint32 *offsets = g_new0 (guint32, MAX (list->len, 1));

  for (guint i = 0; i < list->len; i++) {
    gpointer known = g_hash_table_lookup (self->members, list->pdata[i]);

    if (known == NULL) {
      if (methods) {
        known = GUINT_TO_POINTER (write_method (self->pool, list->pdata[i]));
      } else {
        SchemaMember record = write_member (self->pool, list->pdata[i]);

        known = GUINT_TO_POINTER (image_pool_share_record (self->pool, &record, sizeof record));
      }
      g_hash_table_insert (self->members, list->pdata[i], known);
    }
    offsets[i] = GPOINTER_TO_UINT (known);
  }
  return list->len == 0
             ? 0
             : image_pool_share_record (self->pool, offsets, list->len * sizeof *offsets);
}

static guint
count_derived (const Node *node)
{
  guint n = node->derived->len;

  for (guint i = 0; i < node->derived->len; i++)
    n += count_derived (node->derived->pdata[i]);
  return n;
}

static gboolean
is_inherited (const Node *node, gsize offset)
{
  for (; node != NULL; node = node->superclass)
    if (G_STRUCT_MEMBER (gboolean, node->mof, offset))
      return TRUE;
  return FALSE;
}

static void
write_class (Writer *self, const Node *node, guint32 table)
{
  SchemaClass record = { 0 };

  record.name = image_pool_add_text (self->pool, node->mof->name);
  record.name_space = image_pool_add_text (self->pool, node->mof->name_space);
  record.superclass = node->superclass == NULL ? IMAGE_NONE : node->superclass->index;
  record.n_derived = count_derived (node);
  record.since = (guint16)node->mof->since;
  record.flags = (guint16)((is_inherited (node, G_STRUCT_OFFSET (MofClass, is_association))
                                ? SCHEMA_IS_ASSOCIATION
                                : 0)
                           | (node->mof->is_abstract ? SCHEMA_IS_ABSTRACT : 0)
                           | (is_inherited (node, G_STRUCT_OFFSET (MofClass, is_singleton))
                                  ? SCHEMA_IS_SINGLETON
                                  : 0));
  record.n_properties = node->properties->len;
  record.properties = write_list (self, node->properties, FALSE);
  record.n_methods = node->methods->len;
  record.methods = write_list (self, node->methods, TRUE);
  memcpy ((SchemaClass *)image_pool_at (self->pool, table) + node->index, &record, sizeof record);
}

static void
write_namespaces (Writer *self, SchemaHeader *header)
{
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint32));
  const char *last = NULL;

  for (guint i = 0; i < self->order->len; i++) {
    const MofClass *mof = ((Node *)self->order->pdata[i])->mof;

    if (last == NULL || g_ascii_strcasecmp (last, mof->name_space) != 0) {
      guint32 offset = image_pool_add_text (self->pool, mof->name_space);

      g_array_append_val (offsets, offset);
    }
    last = mof->name_space;
  }
  header->n_namespaces = offsets->len;
  header->namespaces
      = image_pool_add_record (self->pool, offsets->data, offsets->len * sizeof (guint32));
}

static void
write_hash (Writer *self, SchemaHeader *header)
{
  guint32 size = 16;
  guint32 *table;

  while (size < self->order->len * 2)
    size *= 2;
  header->hash_mask = size - 1;
  header->hash = image_pool_add_room (self->pool, size * sizeof (guint32));
  table = image_pool_at (self->pool, header->hash);
  for (guint i = 0; i < self->order->len; i++) {
    const Node *node = self->order->pdata[i];
    guint32 at = repository_hash_key (node->mof->name_space, node->mof->name) & header->hash_mask;

    while (table[at] != 0)
      at = (at + 1) & header->hash_mask;
    table[at] = i + 1;
  }
}

static GBytes *
write_block (Writer *self)
{
  SchemaHeader header = { .magic = SCHEMA_MAGIC };

  self->pool = image_pool_new (sizeof header);
  header.n_classes = self->order->len;
  header.classes = image_pool_add_room (self->pool, self->order->len * sizeof (SchemaClass));
  for (guint i = 0; i < self->order->len; i++)
    write_class (self, self->order->pdata[i], header.classes);
  write_namespaces (self, &header);
  write_hash (self, &header);
  image_pool_add_room (self->pool, 0);
  header.size = self->pool->bytes->len;
  memcpy (image_pool_at (self->pool, 0), &header, sizeof header);
  return image_pool_end (self->pool);
}

static gboolean
build_tree (Writer *self, GPtrArray *files, GError **error)
{
  for (guint i = 0; i < files->len; i++) {
    const MofFile *file = files->pdata[i];

    for (guint j = 0; j < file->classes->len; j++)
      if (!add_class (self, file->classes->pdata[j], error))
        return FALSE;
    if (file->instances->len > 0)
      return mof_fail (((MofInstance *)file->instances->pdata[0])->place, error,
                       "expected classes in a schema, found an instance");
  }
  g_ptr_array_sort (self->nodes, compare_nodes);
  for (guint i = 0; i < self->nodes->len; i++)
    if (!link_superclass (self, self->nodes->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < self->nodes->len; i++)
    if (((Node *)self->nodes->pdata[i])->superclass == NULL
        && !walk (self, self->nodes->pdata[i], error))
      return FALSE;
  return TRUE;
}

GBytes *
schema_write (GPtrArray *files, GError **error)
{
  Writer writer = { 0 };
  GBytes *block = NULL;

  writer.nodes = g_ptr_array_new_with_free_func ((GDestroyNotify)node_free);
  writer.by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  writer.order = g_ptr_array_new ();
  writer.members = g_hash_table_new (NULL, NULL);
  if (build_tree (&writer, files, error))
    block = write_block (&writer);
  g_clear_pointer (&writer.pool, image_pool_free);
  g_hash_table_unref (writer.members);
  g_ptr_array_unref (writer.order);
  g_hash_table_unref (writer.by_name);
  g_ptr_array_unref (writer.nodes);
  return block;
}
