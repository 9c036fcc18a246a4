/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/cim/hyperv-cim-instance.h"

#include <string.h>

#include "client/cim/hyperv-cim-private.h"

/**
 * HypervCimInstance:
 *
 * An instance of a CIM class with its properties in order. Read from the wire, a property holds
 * texts or nil; to be written, it holds typed values.
 *
 * One block of memory: header, properties, items, text.
 */
struct _HypervCimInstance {
  gatomicrefcount ref_count;
  guint n_properties;
  guint n_counted; /* items that are paths or instances, to be let go of; 0 for most */
  char *name_space;
  char *class_name;
  HypervCimProperty properties[];
};

G_DEFINE_BOXED_TYPE (HypervCimInstance, hyperv_cim_instance, hyperv_cim_instance_ref,
                     hyperv_cim_instance_unref)

HypervCimInstance *
cim_instance_new (const char *name_space, const char *class_name, const CimParts *parts)
{
  gsize names = strlen (name_space) + strlen (class_name) + 2;
  gsize properties = parts->n_slots * sizeof (HypervCimProperty);
  gsize items = parts->n_scalars * sizeof (HypervCimScalar);
  HypervCimInstance *self
      = g_malloc (sizeof (HypervCimInstance) + properties + items + parts->text_length + names);
  HypervCimScalar *item = (HypervCimScalar *)((char *)self->properties + properties);
  char *texts = (char *)(item + parts->n_scalars);

  g_atomic_ref_count_init (&self->ref_count);
  self->n_properties = parts->n_slots;
  self->n_counted = 0;
  if (items > 0)
    memcpy (item, parts->scalars, items);
  if (parts->text_length > 0)
    memcpy (texts, parts->text, parts->text_length);
  self->name_space = texts + parts->text_length;
  self->class_name = g_stpcpy (self->name_space, name_space) + 1;
  strcpy (self->class_name, class_name);

  for (guint i = 0; i < parts->n_slots; i++) {
    const CimSlot *slot = &parts->slots[i];
    gboolean is_text = slot->type == HYPERV_CIM_TYPE_TEXT || hyperv_cim_type_is_text (slot->type);

    self->properties[i] = (HypervCimProperty){ .name = texts + slot->name,
                                               .type = slot->type,
                                               .is_array = slot->is_array,
                                               .is_null = slot->is_null,
                                               .n_items = slot->n_items,
                                               .items = item + slot->first };
    for (guint k = slot->first; k < slot->first + slot->n_items; k++) {
      if (is_text)
        item[k].s = texts + item[k].u; /* the builder keeps offsets */
      else
        self->n_counted += slot->type >= HYPERV_CIM_TYPE_REFERENCE;
    }
  }
  return self;
}

/**
 * hyperv_cim_instance_ref: (skip)
 * @self: an instance
 *
 * Takes a reference. Any thread may.
 *
 * Returns: (transfer full): the same instance
 */
HypervCimInstance *
hyperv_cim_instance_ref (const HypervCimInstance *self)
{
  HypervCimInstance *instance = (HypervCimInstance *)self;

  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&instance->ref_count);
  return instance;
}

/**
 * hyperv_cim_instance_unref: (skip)
 * @self: (transfer full): an instance
 *
 * Gives a reference back; the last one frees the instance. Any thread may.
 */
void
hyperv_cim_instance_unref (HypervCimInstance *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; self->n_counted > 0 && i < self->n_properties; i++) {
    const HypervCimProperty *property = &self->properties[i];

    for (guint k = 0; k < property->n_items; k++)
      cim_scalar_release (property->type, (HypervCimScalar *)&property->items[k]);
  }
  g_free (self);
}

/**
 * hyperv_cim_instance_get_namespace:
 * @self: an instance
 *
 * Tells in which namespace the class of the instance is.
 *
 * Returns: the namespace of its class, with slashes; empty for an instance that has none
 */
const char *
hyperv_cim_instance_get_namespace (const HypervCimInstance *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name_space;
}

/**
 * hyperv_cim_instance_get_class_name:
 * @self: an instance
 *
 * Tells of which class the instance is, as the host spells it.
 *
 * Returns: its class
 */
const char *
hyperv_cim_instance_get_class_name (const HypervCimInstance *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->class_name;
}

/**
 * hyperv_cim_instance_get_n_properties:
 * @self: an instance
 *
 * Counts the properties, those that are null included. Null arrays do not come over the wire.
 *
 * Returns: how many properties it has
 */
guint
hyperv_cim_instance_get_n_properties (const HypervCimInstance *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_properties;
}

/**
 * hyperv_cim_instance_get_property_name:
 * @self: an instance
 * @index: which property, from 0
 *
 * Tells how a property is called. Properties stand in the order in which they were read or
 * added.
 *
 * Returns: its name
 */
const char *
hyperv_cim_instance_get_property_name (const HypervCimInstance *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->n_properties, NULL);

  return self->properties[index].name;
}

static const HypervCimProperty *
find (const HypervCimInstance *self, const char *name)
{
  for (guint i = 0; i < self->n_properties; i++)
    if (g_ascii_strcasecmp (self->properties[i].name, name) == 0)
      return &self->properties[i];
  return NULL;
}

/**
 * hyperv_cim_instance_peek: (skip)
 * @self: an instance
 * @index: which property, from 0
 * @property: (out caller-allocates): what it is, in place
 *
 * Shows a property without copying it.
 */
void
hyperv_cim_instance_peek (const HypervCimInstance *self, guint index, HypervCimProperty *property)
{
  g_return_if_fail (self != NULL && index < self->n_properties && property != NULL);

  *property = self->properties[index];
}

/**
 * hyperv_cim_instance_find: (skip)
 * @self: an instance
 * @name: a property, in any case
 * @property: (out caller-allocates): what it is, in place
 *
 * Shows a property without copying it; what @property points to lives as long as @self.
 *
 * Returns: whether there is such a property
 */
gboolean
hyperv_cim_instance_find (const HypervCimInstance *self, const char *name,
                          HypervCimProperty *property)
{
  const HypervCimProperty *found;

  g_return_val_if_fail (self != NULL && name != NULL && property != NULL, FALSE);

  found = find (self, name);
  if (found != NULL)
    *property = *found;
  return found != NULL;
}

/**
 * hyperv_cim_instance_has:
 * @self: an instance
 * @name: a property, in any case
 *
 * Looks whether a property was read or added.
 *
 * Returns: whether there is such a property, null or not
 */
gboolean
hyperv_cim_instance_has (const HypervCimInstance *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, FALSE);

  return find (self, name) != NULL;
}

/**
 * hyperv_cim_instance_is_null:
 * @self: an instance
 * @name: a property, in any case
 *
 * Looks whether there is nothing to be had from a property.
 *
 * Returns: whether the property is null or not there; on the wire null arrays are left out
 */
gboolean
hyperv_cim_instance_is_null (const HypervCimInstance *self, const char *name)
{
  const HypervCimProperty *property;

  g_return_val_if_fail (self != NULL && name != NULL, TRUE);

  property = find (self, name);
  return property == NULL || property->is_null;
}

/**
 * hyperv_cim_instance_dup_value:
 * @self: an instance
 * @name: a property, in any case
 *
 * Copies the value of a property, whatever its type.
 *
 * Returns: (transfer full) (nullable): its value, %NULL when there is no such property
 */
HypervCimValue *
hyperv_cim_instance_dup_value (const HypervCimInstance *self, const char *name)
{
  const HypervCimProperty *property;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  property = find (self, name);
  return property != NULL ? hyperv_cim_value_new_from_property (property) : NULL;
}
