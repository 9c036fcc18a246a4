/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/schema.h"

#include <string.h>

#include "simulator/repository/repository-computed.h"
#include "simulator/repository/repository-path.h"

/* Classes out of a schema block, as each release shows them. */

struct _Schema {
  gatomicrefcount ref_count;
  GBytes *owner; /* of the block; NULL when it is built in */
  const guint8 *block;
  const SchemaHeader *header;
  const SchemaClass *classes;
  /* For each rank n_classes pointers to RepositoryClass, set once, by whichever thread is first. */
  gpointer *views[MOF_N_RANKS];
};

#define AT(schema, type, offset) ((const type *)(const void *)((schema)->block + (offset)))

static const char *
text_at (const Schema *self, guint32 offset)
{
  return offset == 0 ? NULL : AT (self, char, offset);
}

Schema *
schema_new_static (const guint8 *block)
{
  Schema *self = g_new0 (Schema, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->block = block;
  self->header = AT (self, SchemaHeader, 0);
  self->classes = AT (self, SchemaClass, self->header->classes);
  for (guint i = 0; i < MOF_N_RANKS; i++)
    self->views[i] = g_new0 (gpointer, MAX (self->header->n_classes, 1));
  return self;
}

Schema *
schema_new (GBytes *block)
{
  Schema *self = schema_new_static (g_bytes_get_data (block, NULL));

  self->owner = g_bytes_ref (block);
  return self;
}

static void
class_free (RepositoryClass *self)
{
  g_free (self->properties);
  g_free (self->nulls);
  g_free (self->methods);
  g_free (self->keys);
  g_free (self->key_slots);
  g_free (self->reference_slots);
  g_free (self->computed);
  g_free (self->lists);
  g_free (self);
}

Schema *
schema_ref (Schema *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
schema_unref (Schema *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < MOF_N_RANKS; i++) {
    for (guint j = 0; j < self->header->n_classes; j++)
      if (self->views[i][j] != NULL)
        class_free (self->views[i][j]);
    g_free (self->views[i]);
  }
  g_clear_pointer (&self->owner, g_bytes_unref);
  g_free (self);
}

const guint8 *
schema_get_block (const Schema *self, gsize *size)
{
  *size = self->header->size;
  return self->block;
}

guint
schema_get_n_classes (const Schema *self)
{
  return self->header->n_classes;
}

gboolean
schema_has_namespace (const Schema *self, const char *name_space)
{
  const guint32 *offsets = AT (self, guint32, self->header->namespaces);

  for (guint i = 0; i < self->header->n_namespaces; i++)
    if (g_ascii_strcasecmp (text_at (self, offsets[i]), name_space) == 0)
      return TRUE;
  return FALSE;
}

guint32
schema_find (const Schema *self, const char *name_space, const char *class_name)
{
  const guint32 *table = AT (self, guint32, self->header->hash);
  guint32 at = repository_hash_key (name_space, class_name) & self->header->hash_mask;

  for (; table[at] != 0; at = (at + 1) & self->header->hash_mask) {
    const SchemaClass *record = &self->classes[table[at] - 1];

    if (g_ascii_strcasecmp (text_at (self, record->name), class_name) == 0
        && g_ascii_strcasecmp (text_at (self, record->name_space), name_space) == 0)
      return table[at] - 1;
  }
  return IMAGE_NONE;
}

const char *
schema_get_class_name (const Schema *self, guint32 index)
{
  return text_at (self, self->classes[index].name);
}

gboolean
schema_class_has_property (const Schema *self, guint32 index, const char *name)
{
  const SchemaClass *record = &self->classes[index];
  const guint32 *members = AT (self, guint32, record->properties);

  for (guint i = 0; i < record->n_properties; i++)
    if (g_ascii_strcasecmp (text_at (self, AT (self, SchemaMember, members[i])->name), name) == 0)
      return TRUE;
  return FALSE;
}

/* ---- the class of one release ---- */

/* NULL-terminated, in the room at *@list, which moves on. */
static const char *const *
fill_list (const Schema *self, guint32 offset, guint n, gpointer **list)
{
  const guint32 *texts = AT (self, guint32, offset);
  gpointer *start = *list;

  if (offset == 0)
    return NULL;
  for (guint i = 0; i < n; i++)
    *(*list)++ = (gpointer)text_at (self, texts[i]);
  *(*list)++ = NULL;
  return (const char *const *)start;
}

static void
fill_property (RepositoryClass *view, const SchemaMember *member, gpointer **list)
{
  const Schema *self = view->schema;
  RepositoryProperty *property = &view->properties[view->n_properties];

  property->name = text_at (self, member->name);
  property->type = member->type;
  property->is_array = (member->flags & SCHEMA_IS_ARRAY) != 0;
  property->is_key = (member->flags & SCHEMA_IS_KEY) != 0;
  property->is_interval = (member->flags & SCHEMA_IS_INTERVAL) != 0;
  property->reference_class = text_at (self, member->reference_class);
  property->embedded_class = text_at (self, member->embedded_class);
  property->value_map = fill_list (self, member->value_map, member->n_values, list);
  property->values = fill_list (self, member->values, member->n_values, list);
  view->nulls[view->n_properties] = (HypervCimProperty){
    .name = property->name, .type = property->type, .is_array = property->is_array, .is_null = TRUE
  };
  if (property->is_key) {
    view->keys[view->n_keys] = property->name;
    view->key_slots[view->n_keys++] = view->n_properties;
  }
  if (property->type == HYPERV_CIM_TYPE_REFERENCE && !property->is_array)
    view->reference_slots[view->n_references++] = view->n_properties;
  view->n_properties++;
}

static void
fill_properties (RepositoryClass *view)
{
  const Schema *self = view->schema;
  guint n = view->record->n_properties;
  const guint32 *members = AT (self, guint32, view->record->properties);
  gsize room = 0;
  gpointer *list;

  for (guint i = 0; i < n; i++)
    room += ((gsize)AT (self, SchemaMember, members[i])->n_values + 1) * 2;
  view->lists = list = g_new (gpointer, room + 1);
  view->properties = g_new0 (RepositoryProperty, n + 1);
  view->nulls = g_new0 (HypervCimProperty, n + 1);
  view->keys = g_new0 (const char *, n + 1);
  view->key_slots = g_new0 (guint, n + 1);
  view->reference_slots = g_new0 (guint, n + 1);
  for (guint i = 0; i < n; i++) {
    const SchemaMember *member = AT (self, SchemaMember, members[i]);

    if (member->since <= view->rank)
      fill_property (view, member, &list);
  }
}

static void
fill_method (RepositoryClass *view, const SchemaMethod *method)
{
  const Schema *self = view->schema;
  RepositoryMethod *out = &view->methods[view->n_methods++];
  const SchemaMember *members = AT (self, SchemaMember, method->parameters);
  RepositoryParameter *parameters = (RepositoryParameter *)out->parameters;

  out->name = text_at (self, method->name);
  out->is_static = (method->flags & SCHEMA_IS_STATIC) != 0;
  for (guint i = 0; i < method->n_parameters; i++) {
    const SchemaMember *member = &members[i];

    if (member->since > view->rank)
      continue;
    parameters[out->n_parameters++]
        = (RepositoryParameter){ .name = text_at (self, member->name),
                                 .type = member->type,
                                 .is_array = (member->flags & SCHEMA_IS_ARRAY) != 0,
                                 .is_in = (member->flags & SCHEMA_IS_IN) != 0,
                                 .is_out = (member->flags & SCHEMA_IS_OUT) != 0,
                                 .is_optional = (member->flags & SCHEMA_IS_OPTIONAL) != 0,
                                 .reference_class = text_at (self, member->reference_class),
                                 .embedded_class = text_at (self, member->embedded_class) };
  }
}

static void
fill_methods (RepositoryClass *view)
{
  const Schema *self = view->schema;
  guint n = view->record->n_methods;
  const guint32 *methods = AT (self, guint32, view->record->methods);
  gsize n_parameters = 0;
  RepositoryParameter *room;

  for (guint i = 0; i < n; i++)
    n_parameters += AT (self, SchemaMethod, methods[i])->n_parameters;
  /* Methods and their parameters in one piece. */
  view->methods
      = g_malloc0 (n * sizeof (RepositoryMethod) + n_parameters * sizeof (RepositoryParameter) + 1);
  room = (RepositoryParameter *)(view->methods + n);
  for (guint i = 0; i < n; i++) {
    const SchemaMethod *method = AT (self, SchemaMethod, methods[i]);

    if (method->since > view->rank)
      continue;
    view->methods[view->n_methods].parameters = room;
    fill_method (view, method);
    room += method->n_parameters;
  }
}

static void
fill_computed (RepositoryClass *view)
{
  for (guint i = 0; i < view->n_properties; i++) {
    guint8 row = repository_computed_find (view, view->properties[i].name);

    if (row == 0)
      continue;
    if (view->computed == NULL)
      view->computed = g_new0 (guint8, view->n_properties);
    view->computed[i] = row;
    view->n_computed++;
  }
}

static RepositoryClass *
class_new (Schema *self, guint rank, guint32 index)
{
  RepositoryClass *view = g_new0 (RepositoryClass, 1);
  guint32 above;

  view->schema = self;
  view->record = &self->classes[index];
  view->index = index;
  view->rank = rank;
  view->name = text_at (self, view->record->name);
  view->name_space = text_at (self, view->record->name_space);
  /* A superclass that is newer than the host is left out of the line. */
  above = view->record->superclass;
  while (above != IMAGE_NONE && (view->superclass = schema_get_class (self, rank, above)) == NULL)
    above = self->classes[above].superclass;
  fill_properties (view);
  fill_methods (view);
  fill_computed (view);
  return view;
}

const RepositoryClass *
schema_get_class (Schema *self, guint rank, guint32 index)
{
  RepositoryClass *view;

  if (index >= self->header->n_classes || self->classes[index].since > rank)
    return NULL;
  view = g_atomic_pointer_get (&self->views[rank][index]);
  if (view != NULL)
    return view;
  view = class_new (self, rank, index);
  if (!g_atomic_pointer_compare_and_exchange (&self->views[rank][index], NULL, view)) {
    class_free (view);
    view = g_atomic_pointer_get (&self->views[rank][index]);
  }
  return view;
}
