/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/host-image.h"

#include <string.h>

#include "simulator/repository/repository-path.h"

struct _HostImage {
  GBytes *owner;
  Schema *schema;
  const guint8 *block;
  const HostHeader *header;
  gpointer *templates; /* by serial: HostTemplate, set once by whichever thread is first */
};

#define AT(host, type, offset) ((const type *)(const void *)((host)->block + (offset)))

HostImage *
host_image_new (Schema *schema, GBytes *owner, const guint8 *block)
{
  HostImage *self = g_new0 (HostImage, 1);

  self->owner = owner == NULL ? NULL : g_bytes_ref (owner);
  self->schema = schema_ref (schema);
  self->block = block;
  self->header = AT (self, HostHeader, 0);
  self->templates = g_new0 (gpointer, self->header->n_serials + 1);
  return self;
}

static void
template_free (HostTemplate *self)
{
  for (guint i = 0; self->paths != NULL && self->paths[i] != NULL; i++)
    hyperv_cim_path_unref (self->paths[i]);
  g_free (self->paths);
  g_free (self);
}

void
host_image_free (HostImage *self)
{
  for (guint i = 0; i < self->header->n_serials; i++)
    if (self->templates[i] != NULL)
      template_free (self->templates[i]);
  g_free (self->templates);
  schema_unref (self->schema);
  g_clear_pointer (&self->owner, g_bytes_unref);
  g_free (self);
}

const HostHeader *
host_image_get_header (const HostImage *self)
{
  return self->header;
}

Schema *
host_image_get_schema (const HostImage *self)
{
  return self->schema;
}

const char *
host_image_get_text (const HostImage *self, guint32 offset)
{
  return offset == 0 ? NULL : AT (self, char, offset);
}

const char *
host_image_get_name (const HostImage *self)
{
  return host_image_get_text (self, self->header->name);
}

const char *
host_image_get_setting (const HostImage *self, const char *group, const char *key)
{
  const HostSetting *settings = AT (self, HostSetting, self->header->settings);
  guint low = 0, high = self->header->n_settings;

  while (low < high) {
    guint middle = (low + high) / 2;
    int order = strcmp (AT (self, char, settings[middle].group), group);

    if (order == 0)
      order = strcmp (AT (self, char, settings[middle].key), key);
    if (order == 0)
      return AT (self, char, settings[middle].value);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const HostInstance *
host_image_get_instance (const HostImage *self, guint index)
{
  return AT (self, HostInstance, AT (self, guint32, self->header->instances)[index]);
}

const HostGroup *
host_image_get_template (const HostImage *self, guint index)
{
  return &AT (self, HostGroup, self->header->templates)[index];
}

const HostGroup *
host_image_get_family (const HostImage *self, guint index)
{
  return &AT (self, HostGroup, self->header->families)[index];
}

const HostInstance *
host_image_get_member (const HostImage *self, const HostGroup *group, guint index)
{
  return AT (self, HostInstance, AT (self, guint32, group->instances)[index]);
}

/* ---- values ---- */

static gboolean
holds_texts (const HostValue *value)
{
  return value->has_variables || hyperv_cim_type_is_text (value->type)
         || value->type == HYPERV_CIM_TYPE_REFERENCE;
}

static const HostValue *
value_at (const HostImage *self, const HostInstance *instance, guint slot)
{
  return instance->slots[slot] == 0 ? NULL : AT (self, HostValue, instance->slots[slot]);
}

static void
fill_texts (const HostImage *self, HostTemplate *out, const HostValue *value,
            HypervCimScalar *items, guint *n_paths)
{
  for (guint i = 0; i < value->n_items; i++) {
    const char *text = AT (self, char, value->items[i]);

    if (value->type != HYPERV_CIM_TYPE_REFERENCE || value->has_variables) {
      items[i].s = text;
      continue;
    }
    /* The compiler has read it before. */
    items[i].path = out->paths[(*n_paths)++]
        = repository_path_read (text, out->klass->name_space, NULL);
  }
}

static void
fill_slot (const HostImage *self, HostTemplate *out, const HostValue *value, guint slot,
           HypervCimScalar **room, guint *n_paths)
{
  HypervCimProperty *property = &out->properties[slot];

  property->is_null = FALSE;
  property->n_items = value->n_items;
  if (holds_texts (value)) {
    property->items = *room;
    fill_texts (self, out, value, *room, n_paths);
    *room += value->n_items;
  } else {
    /* Numbers stay where they are. */
    property->items = (const HypervCimScalar *)(const void *)value->items;
  }
  if (value->has_variables)
    out->variables[slot] = 1;
}

static HostTemplate *
template_new (const HostImage *self, const HostInstance *instance)
{
  const RepositoryClass *klass
      = schema_get_class (self->schema, self->header->rank, instance->klass);
  guint n = instance->n_slots, n_items = 0, n_paths = 0;
  gboolean variables = FALSE;
  gsize size = sizeof (HostTemplate) + n * sizeof (HypervCimProperty);
  HostTemplate *out;
  HypervCimScalar *room;

  for (guint i = 0; i < n; i++) {
    const HostValue *value = value_at (self, instance, i);

    if (value == NULL)
      continue;
    n_items += holds_texts (value) ? value->n_items : 0;
    n_paths += value->type == HYPERV_CIM_TYPE_REFERENCE ? value->n_items : 0;
    variables = variables || value->has_variables;
  }

  out = g_malloc0 (size + n_items * sizeof (HypervCimScalar) + (variables ? n : 0));
  room = (HypervCimScalar *)(out->properties + n);
  out->klass = klass;
  out->variables = variables ? (guint8 *)(room + n_items) : NULL;
  out->paths = n_paths == 0 ? NULL : g_new0 (HypervCimPath *, n_paths + 1);
  memcpy (out->properties, klass->nulls, n * sizeof (HypervCimProperty));
  n_paths = 0;
  for (guint i = 0; i < n; i++)
    if (value_at (self, instance, i) != NULL)
      fill_slot (self, out, value_at (self, instance, i), i, &room, &n_paths);
  return out;
}

const HostTemplate *
host_image_resolve (HostImage *self, const HostInstance *instance)
{
  gpointer *place = &self->templates[instance->serial];
  HostTemplate *out = g_atomic_pointer_get (place);

  if (out != NULL)
    return out;
  out = template_new (self, instance);
  if (!g_atomic_pointer_compare_and_exchange (place, NULL, out)) {
    template_free (out);
    out = g_atomic_pointer_get (place);
  }
  return out;
}

/* ---- indexes ---- */

static const HostIndexRow *
find_rows (const HostIndexRow *rows, guint n_rows, guint32 hash, guint *n)
{
  guint low = 0, high = n_rows;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (rows[middle].hash < hash)
      low = middle + 1;
    else
      high = middle;
  }
  for (*n = 0; low + *n < n_rows && rows[low + *n].hash == hash;)
    (*n)++;
  return rows + low;
}

const HostIndexRow *
host_image_find_key (const HostImage *self, guint32 hash, guint *n)
{
  return find_rows (AT (self, HostIndexRow, self->header->keys), self->header->n_keys, hash, n);
}

const HostIndexRow *
host_image_find_reference (const HostImage *self, guint32 hash, guint *n)
{
  return find_rows (AT (self, HostIndexRow, self->header->references), self->header->n_references,
                    hash, n);
}

/* The first instance whose class is at least @klass. */
static guint
lower_bound (const HostImage *self, guint32 klass)
{
  guint low = 0, high = self->header->n_instances;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (host_image_get_instance (self, middle)->klass < klass)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void
host_image_find_class (const HostImage *self, guint32 first, guint32 n_derived, guint *begin,
                       guint *end)
{
  *begin = lower_bound (self, first);
  *end = lower_bound (self, first + n_derived + 1);
}
