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
  GArray *slots;   /* of CimSlot */
  GArray *scalars; /* of HypervCimScalar; texts are offsets in `text` until the end */
  GString *text;
};

static HypervCimBuilder *
builder_copy (HypervCimBuilder *self)
{
  HypervCimBuilder *copy = hyperv_cim_builder_new (self->name_space, self->class_name);

  g_array_append_vals (copy->slots, self->slots->data, self->slots->len);
  g_array_append_vals (copy->scalars, self->scalars->data, self->scalars->len);
  g_string_append_len (copy->text, self->text->str, self->text->len);
  for (guint i = 0; i < copy->slots->len; i++) {
    const CimSlot *slot = &g_array_index (copy->slots, CimSlot, i);

    for (guint k = slot->first; k < slot->first + slot->n_items; k++)
      cim_scalar_hold (slot->type, &g_array_index (copy->scalars, HypervCimScalar, k));
  }
  return copy;
}

G_DEFINE_BOXED_TYPE (HypervCimBuilder, hyperv_cim_builder, builder_copy, hyperv_cim_builder_free)

/**
 * hyperv_cim_builder_new: (constructor)
 * @name_space: namespace with slashes; empty for what has none
 * @class_name: class
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
  self->slots = g_array_new (FALSE, FALSE, sizeof (CimSlot));
  self->scalars = g_array_new (FALSE, FALSE, sizeof (HypervCimScalar));
  self->text = g_string_new (NULL);
  return self;
}

static void
forget (HypervCimBuilder *self)
{
  for (guint i = 0; i < self->slots->len; i++) {
    const CimSlot *slot = &g_array_index (self->slots, CimSlot, i);

    for (guint k = slot->first; k < slot->first + slot->n_items; k++)
      cim_scalar_release (slot->type, &g_array_index (self->scalars, HypervCimScalar, k));
  }
  g_array_set_size (self->slots, 0);
  g_array_set_size (self->scalars, 0);
  g_string_truncate (self->text, 0);
}

/**
 * hyperv_cim_builder_free: (skip)
 * @self: (transfer full): a builder
 */
void
hyperv_cim_builder_free (HypervCimBuilder *self)
{
  g_return_if_fail (self != NULL);

  forget (self);
  g_array_unref (self->slots);
  g_array_unref (self->scalars);
  g_string_free (self->text, TRUE);
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
  gsize offset = self->text->len;

  g_string_append_len (self->text, text, length);
  g_string_append_c (self->text, '\0');
  return offset;
}

static CimSlot *
add_slot (HypervCimBuilder *self, const char *name, HypervCimType type, gboolean is_array)
{
  CimSlot slot = { .name = append_text (self, name, strlen (name)),
                   .type = type,
                   .is_array = is_array,
                   .first = self->scalars->len };

  g_array_append_val (self->slots, slot);
  return &g_array_index (self->slots, CimSlot, self->slots->len - 1);
}

/* The slot of the property before when it has this name and type, now an array; else a new one. */
static CimSlot *
continue_slot (HypervCimBuilder *self, const char *name, HypervCimType type)
{
  if (self->slots->len > 0) {
    CimSlot *last = &g_array_index (self->slots, CimSlot, self->slots->len - 1);

    if (last->type == type && !last->is_null
        && g_ascii_strcasecmp (self->text->str + last->name, name) == 0) {
      last->is_array = TRUE;
      return last;
    }
  }
  return add_slot (self, name, type, FALSE);
}

static void
add_item (HypervCimBuilder *self, CimSlot *slot, HypervCimScalar item)
{
  if (!hyperv_cim_type_is_text (slot->type))
    cim_scalar_hold (slot->type, &item);
  g_array_append_val (self->scalars, item);
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

  add_slot (self, name, type, is_array)->is_null = TRUE;
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

  slot = continue_slot (self, name, HYPERV_CIM_TYPE_TEXT);
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

  add_item (self, add_slot (self, name, type, FALSE), (HypervCimScalar){ .u = value });
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

  add_item (self, continue_slot (self, name, HYPERV_CIM_TYPE_REFERENCE),
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

  add_item (self, continue_slot (self, name, HYPERV_CIM_TYPE_INSTANCE),
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

  slot = add_slot (self, property->name, property->type, property->is_array);
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

  instance = cim_instance_new (self->name_space, self->class_name, self->slots, self->scalars,
                               self->text);
  /* the shares in paths and instances went to the instance */
  g_array_set_size (self->slots, 0);
  g_array_set_size (self->scalars, 0);
  g_string_truncate (self->text, 0);
  return instance;
}
