/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/cim/hyperv-cim-instance.h"
#include "client/cim/hyperv-cim-private.h"

/**
 * HypervCimBuilder:
 *
 * Gathers the properties of an instance. Not shared between threads.
 */
struct _HypervCimBuilder {
  char *name_space;
  char *class_name;
  CimParts parts;
};

static HypervCimBuilder *
builder_copy (HypervCimBuilder *self)
{
  HypervCimBuilder *copy = hyperv_cim_builder_new (self->name_space, self->class_name);
  const CimParts *from = &self->parts;

  copy->parts = *from;
  copy->parts.slots = g_memdup2 (from->slots, from->slots_size * sizeof (CimSlot));
  copy->parts.scalars = g_memdup2 (from->scalars, from->scalars_size * sizeof (HypervCimScalar));
  copy->parts.text = g_memdup2 (from->text, from->text_size);
  for (guint i = 0; i < from->n_slots; i++) {
    const CimSlot *slot = &from->slots[i];

    for (guint k = slot->first; k < slot->first + slot->n_items; k++)
      cim_scalar_hold (slot->type, &copy->parts.scalars[k]);
  }
  return copy;
}

G_DEFINE_BOXED_TYPE (HypervCimBuilder, hyperv_cim_builder, builder_copy, hyperv_cim_builder_free)

/**
 * hyperv_cim_builder_new: (constructor)
 * @name_space: namespace with slashes; empty for what has none
 * @class_name: class
 *
 * Makes a builder for one instance after the other. It belongs to one thread at a time.
 *
 * Returns: (transfer full): an empty builder
 */
HypervCimBuilder *
hyperv_cim_builder_new (const char *name_space, const char *class_name)
{
  HypervCimBuilder *self;

  g_return_val_if_fail (name_space != NULL && class_name != NULL, NULL);

  self = g_new0 (HypervCimBuilder, 1);
  self->name_space = g_strdup (name_space);
  self->class_name = g_strdup (class_name);
  return self;
}

/* Keeps the memory for the next instance. */
static void
empty (HypervCimBuilder *self)
{
  self->parts.n_slots = 0;
  self->parts.n_scalars = 0;
  self->parts.text_length = 0;
}

static void
forget (HypervCimBuilder *self)
{
  for (guint i = 0; i < self->parts.n_slots; i++) {
    const CimSlot *slot = &self->parts.slots[i];

    for (guint k = slot->first; k < slot->first + slot->n_items; k++)
      cim_scalar_release (slot->type, &self->parts.scalars[k]);
  }
  empty (self);
}

/**
 * hyperv_cim_builder_free: (skip)
 * @self: (transfer full): a builder
 *
 * Frees a builder and what was added to it since the last hyperv_cim_builder_end().
 */
void
hyperv_cim_builder_free (HypervCimBuilder *self)
{
  g_return_if_fail (self != NULL);

  forget (self);
  g_free (self->parts.slots);
  g_free (self->parts.scalars);
  g_free (self->parts.text);
  g_free (self->name_space);
  g_free (self->class_name);
  g_free (self);
}

/**
 * hyperv_cim_builder_reset:
 * @self: a builder
 * @name_space: namespace with slashes
 * @class_name: class
 *
 * Forgets what was added and begins an instance of another class.
 */
void
hyperv_cim_builder_reset (HypervCimBuilder *self, const char *name_space, const char *class_name)
{
  g_return_if_fail (self != NULL && name_space != NULL && class_name != NULL);

  forget (self);
  if (strcmp (self->name_space, name_space) != 0) {
    g_free (self->name_space);
    self->name_space = g_strdup (name_space);
  }
  if (strcmp (self->class_name, class_name) != 0) {
    g_free (self->class_name);
    self->class_name = g_strdup (class_name);
  }
}

static gsize
append_text (HypervCimBuilder *self, const char *text, gsize length)
{
  CimParts *parts = &self->parts;
  gsize offset = parts->text_length;
  char *to;

  if (G_UNLIKELY (offset + length + 1 > parts->text_size)) {
    parts->text_size = MAX (2 * parts->text_size, offset + length + 256);
    parts->text = g_realloc (parts->text, parts->text_size);
  }
  to = parts->text + offset;
  if (length > 0)
    memcpy (to, text, length);
  to[length] = '\0';
  parts->text_length = offset + length + 1;
  return offset;
}

static CimSlot *
add_slot (HypervCimBuilder *self, const char *name, gsize length, HypervCimType type,
          gboolean is_array)
{
  CimParts *parts = &self->parts;

  if (parts->n_slots == parts->slots_size) {
    parts->slots_size = MAX (2 * parts->slots_size, 16);
    parts->slots = g_renew (CimSlot, parts->slots, parts->slots_size);
  }
  parts->slots[parts->n_slots] = (CimSlot){ .name = append_text (self, name, length),
                                            .name_length = length,
                                            .type = type,
                                            .is_array = is_array,
                                            .first = parts->n_scalars };
  return &parts->slots[parts->n_slots++];
}

/* The slot of the property before when it has this name and type, now an array; else a new one. */
static CimSlot *
continue_slot (HypervCimBuilder *self, const char *name, gsize length, HypervCimType type)
{
  CimParts *parts = &self->parts;

  if (parts->n_slots > 0) {
    CimSlot *last = &parts->slots[parts->n_slots - 1];

    if (last->name_length == length && last->type == type && !last->is_null
        && g_ascii_strncasecmp (parts->text + last->name, name, length) == 0) {
      last->is_array = TRUE;
      return last;
    }
  }
  return add_slot (self, name, length, type, FALSE);
}

static void
add_item (HypervCimBuilder *self, CimSlot *slot, HypervCimScalar item)
{
  CimParts *parts = &self->parts;

  if (slot->type != HYPERV_CIM_TYPE_TEXT && !hyperv_cim_type_is_text (slot->type))
    cim_scalar_hold (slot->type, &item);
  if (parts->n_scalars == parts->scalars_size) {
    parts->scalars_size = MAX (2 * parts->scalars_size, 16);
    parts->scalars = g_renew (HypervCimScalar, parts->scalars, parts->scalars_size);
  }
  parts->scalars[parts->n_scalars++] = item;
  slot->n_items++;
}

/**
 * hyperv_cim_builder_add_null:
 * @self: a builder
 * @name: name of the property
 * @type: its type
 * @is_array: whether it is an array
 *
 * Adds a property that is null.
 */
void
hyperv_cim_builder_add_null (HypervCimBuilder *self, const char *name, HypervCimType type,
                             gboolean is_array)
{
  g_return_if_fail (self != NULL && name != NULL);

  add_slot (self, name, strlen (name), type, is_array)->is_null = TRUE;
}

/**
 * hyperv_cim_builder_add_text:
 * @self: a builder
 * @name: name of the property
 * @text: the text, not necessarily terminated
 * @length: its length in bytes
 *
 * Adds text as it was read. The same name as the property before makes an array of both.
 */
void
hyperv_cim_builder_add_text (HypervCimBuilder *self, const char *name, const char *text,
                             gsize length)
{
  CimSlot *slot;

  g_return_if_fail (self != NULL && name != NULL && (text != NULL || length == 0));

  slot = continue_slot (self, name, strlen (name), HYPERV_CIM_TYPE_TEXT);
  add_item (self, slot, (HypervCimScalar){ .u = append_text (self, text, length) });
}

/**
 * hyperv_cim_builder_add_string:
 * @self: a builder
 * @name: name of the property
 * @value: (nullable): its value
 *
 * Adds a string.
 */
void
hyperv_cim_builder_add_string (HypervCimBuilder *self, const char *name, const char *value)
{
  HypervCimScalar item = { .s = value };
  HypervCimProperty property = { .name = name,
                                 .type = HYPERV_CIM_TYPE_STRING,
                                 .is_null = value == NULL,
                                 .n_items = value != NULL,
                                 .items = &item };

  hyperv_cim_builder_add_property (self, &property);
}

/**
 * hyperv_cim_builder_add_boolean:
 * @self: a builder
 * @name: name of the property
 * @value: its value
 *
 * Adds a boolean.
 */
void
hyperv_cim_builder_add_boolean (HypervCimBuilder *self, const char *name, gboolean value)
{
  hyperv_cim_builder_add_unsigned (self, name, HYPERV_CIM_TYPE_BOOLEAN, value != FALSE);
}

/**
 * hyperv_cim_builder_add_unsigned:
 * @self: a builder
 * @name: name of the property
 * @type: an unsigned type
 * @value: its value
 *
 * Adds a number.
 */
void
hyperv_cim_builder_add_unsigned (HypervCimBuilder *self, const char *name, HypervCimType type,
                                 guint64 value)
{
  g_return_if_fail (self != NULL && name != NULL);
  g_return_if_fail (hyperv_cim_type_is_unsigned (type));
  g_return_if_fail (value <= hyperv_cim_type_get_unsigned_max (type));

  add_item (self, add_slot (self, name, strlen (name), type, FALSE),
            (HypervCimScalar){ .u = value });
}

/**
 * hyperv_cim_builder_add_reference:
 * @self: a builder
 * @name: name of the property
 * @value: the path
 *
 * Adds a reference. The same name as the property before makes an array of both.
 */
void
hyperv_cim_builder_add_reference (HypervCimBuilder *self, const char *name,
                                  const HypervCimPath *value)
{
  g_return_if_fail (self != NULL && name != NULL && value != NULL);

  add_item (self, continue_slot (self, name, strlen (name), HYPERV_CIM_TYPE_REFERENCE),
            (HypervCimScalar){ .path = value });
}

/**
 * hyperv_cim_builder_add_instance:
 * @self: a builder
 * @name: name of the property
 * @value: the instance
 *
 * Adds an embedded instance. The same name as the property before makes an array of both.
 */
void
hyperv_cim_builder_add_instance (HypervCimBuilder *self, const char *name,
                                 const HypervCimInstance *value)
{
  g_return_if_fail (self != NULL && name != NULL && value != NULL);

  add_item (self, continue_slot (self, name, strlen (name), HYPERV_CIM_TYPE_INSTANCE),
            (HypervCimScalar){ .instance = value });
}

/**
 * hyperv_cim_builder_add_value:
 * @self: a builder
 * @name: name of the property
 * @value: its value
 *
 * Adds a property of any type.
 */
void
hyperv_cim_builder_add_value (HypervCimBuilder *self, const char *name, const HypervCimValue *value)
{
  HypervCimProperty property;

  g_return_if_fail (self != NULL && name != NULL && value != NULL);

  hyperv_cim_value_peek (value, &property);
  property.name = name;
  hyperv_cim_builder_add_property (self, &property);
}

/**
 * hyperv_cim_builder_add_property: (skip)
 * @self: a builder
 * @property: name, type and items
 *
 * Adds a property of any type.
 */
void
hyperv_cim_builder_add_property (HypervCimBuilder *self, const HypervCimProperty *property)
{
  CimSlot *slot;

  g_return_if_fail (self != NULL && property != NULL && property->name != NULL);

  slot = add_slot (self, property->name, strlen (property->name), property->type,
                   property->is_array);
  slot->is_null = property->is_null;
  for (guint i = 0; i < property->n_items; i++) {
    HypervCimScalar item = property->items[i];

    if (hyperv_cim_type_is_text (property->type))
      item.u = append_text (self, property->items[i].s, strlen (property->items[i].s));
    add_item (self, slot, item);
  }
}

/**
 * hyperv_cim_builder_end:
 * @self: a builder
 *
 * Makes the instance; afterwards the builder is empty and keeps its class.
 *
 * Returns: (transfer full): the instance
 */
HypervCimInstance *
hyperv_cim_builder_end (HypervCimBuilder *self)
{
  HypervCimInstance *instance;

  g_return_val_if_fail (self != NULL, NULL);

  instance = cim_instance_new (self->name_space, self->class_name, &self->parts);
  /* the shares in paths and instances went to the instance */
  empty (self);
  return instance;
}
