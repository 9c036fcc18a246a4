/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/cim/hyperv-cim-value.h"

#include <string.h>

#include "client/cim/hyperv-cim-instance.h"
#include "client/cim/hyperv-cim-private.h"

/**
 * HypervCimValue:
 *
 * A value of a CIM type, or text that is not converted yet; one item, an array, or null.
 */
struct _HypervCimValue {
  gatomicrefcount ref_count;
  HypervCimType type;
  gboolean is_array;
  gboolean is_null;
  guint n_items;
  HypervCimScalar items[];
};

G_DEFINE_BOXED_TYPE (HypervCimValue, hyperv_cim_value, hyperv_cim_value_ref, hyperv_cim_value_unref)

static HypervCimValue *
value_new (const HypervCimProperty *from)
{
  HypervCimValue *self
      = g_malloc0 (sizeof (HypervCimValue) + from->n_items * sizeof (HypervCimScalar));

  g_atomic_ref_count_init (&self->ref_count);
  self->type = from->type;
  self->is_array = from->is_array;
  self->is_null = from->is_null;
  self->n_items = from->n_items;
  for (guint i = 0; i < from->n_items; i++) {
    self->items[i] = from->items[i];
    if (hyperv_cim_type_is_text (self->type))
      self->items[i].s = g_strdup (from->items[i].s);
    else
      cim_scalar_hold (self->type, &self->items[i]);
  }
  return self;
}

static HypervCimValue *
scalar_new (HypervCimType type, HypervCimScalar scalar)
{
  HypervCimProperty from = { .name = "", .type = type, .n_items = 1, .items = &scalar };

  return value_new (&from);
}

/**
 * hyperv_cim_value_ref: (skip)
 * @self: a value
 *
 * Takes a reference. Any thread may.
 *
 * Returns: (transfer full): the same value
 */
HypervCimValue *
hyperv_cim_value_ref (const HypervCimValue *self)
{
  HypervCimValue *value = (HypervCimValue *) self;

  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&value->ref_count);
  return value;
}

/**
 * hyperv_cim_value_unref: (skip)
 * @self: (transfer full): a value
 *
 * Gives a reference back; the last one frees the value. Any thread may.
 */
void
hyperv_cim_value_unref (HypervCimValue *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_items; i++) {
    if (hyperv_cim_type_is_text (self->type))
      g_free ((char *) self->items[i].s);
    else
      cim_scalar_release (self->type, &self->items[i]);
  }
  g_free (self);
}

/**
 * hyperv_cim_value_new_null: (constructor)
 * @type: the type
 * @is_array: whether it is an array
 *
 * Makes a null, which has a type all the same.
 *
 * Returns: (transfer full): a null of that type
 */
HypervCimValue *
hyperv_cim_value_new_null (HypervCimType type, gboolean is_array)
{
  HypervCimProperty from = { .name = "", .type = type, .is_array = is_array, .is_null = TRUE };

  return value_new (&from);
}

/**
 * hyperv_cim_value_new_boolean: (constructor)
 * @value: the value
 *
 * Makes a boolean.
 *
 * Returns: (transfer full): a boolean
 */
HypervCimValue *
hyperv_cim_value_new_boolean (gboolean value)
{
  return scalar_new (HYPERV_CIM_TYPE_BOOLEAN, (HypervCimScalar){ .u = value != FALSE });
}

/**
 * hyperv_cim_value_new_unsigned: (constructor)
 * @type: an unsigned type, or char16
 * @value: the value, within the type's range
 *
 * Makes a whole number without sign. A value outside of the range is a programming error.
 *
 * Returns: (transfer full): a number
 */
HypervCimValue *
hyperv_cim_value_new_unsigned (HypervCimType type, guint64 value)
{
  g_return_val_if_fail (hyperv_cim_type_is_unsigned (type), NULL);
  g_return_val_if_fail (value <= hyperv_cim_type_get_unsigned_max (type), NULL);

  return scalar_new (type, (HypervCimScalar){ .u = value });
}

/**
 * hyperv_cim_value_new_signed: (constructor)
 * @type: a signed type
 * @value: the value, within the type's range
 *
 * Makes a whole number that may be negative. A value outside of the range is a programming
 * error.
 *
 * Returns: (transfer full): a number
 */
HypervCimValue *
hyperv_cim_value_new_signed (HypervCimType type, gint64 value)
{
  g_return_val_if_fail (hyperv_cim_type_is_signed (type), NULL);
  g_return_val_if_fail (value <= hyperv_cim_type_get_signed_max (type)
                            && value >= -hyperv_cim_type_get_signed_max (type) - 1,
                        NULL);

  return scalar_new (type, (HypervCimScalar){ .i = value });
}

/**
 * hyperv_cim_value_new_real: (constructor)
 * @type: real32 or real64
 * @value: the value
 *
 * Makes a number with a fraction.
 *
 * Returns: (transfer full): a number
 */
HypervCimValue *
hyperv_cim_value_new_real (HypervCimType type, double value)
{
  g_return_val_if_fail (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64, NULL);

  return scalar_new (type, (HypervCimScalar){ .d = value });
}

/**
 * hyperv_cim_value_new_string: (constructor)
 * @value: the text
 *
 * Makes a string; @value is copied, and is UTF-8.
 *
 * Returns: (transfer full): a string
 */
HypervCimValue *
hyperv_cim_value_new_string (const char *value)
{
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_STRING, value);
}

/**
 * hyperv_cim_value_new_text: (constructor)
 * @type: string, datetime or text
 * @value: the text
 *
 * Makes a value that is text: a string, a date, or what is not converted yet. Whether a date is
 * one is not checked here.
 *
 * Returns: (transfer full): a value that is text
 */
HypervCimValue *
hyperv_cim_value_new_text (HypervCimType type, const char *value)
{
  g_return_val_if_fail (hyperv_cim_type_is_text (type), NULL);
  g_return_val_if_fail (value != NULL, NULL);

  return scalar_new (type, (HypervCimScalar){ .s = value });
}

/**
 * hyperv_cim_value_new_reference: (constructor)
 * @value: the path
 *
 * Makes a reference to an instance; a reference to @value is taken.
 *
 * Returns: (transfer full): a reference
 */
HypervCimValue *
hyperv_cim_value_new_reference (const HypervCimPath *value)
{
  g_return_val_if_fail (value != NULL, NULL);

  return scalar_new (HYPERV_CIM_TYPE_REFERENCE, (HypervCimScalar){ .path = value });
}

/**
 * hyperv_cim_value_new_instance: (constructor)
 * @value: the instance
 *
 * Makes an embedded instance; a reference to @value is taken.
 *
 * Returns: (transfer full): an embedded instance
 */
HypervCimValue *
hyperv_cim_value_new_instance (const HypervCimInstance *value)
{
  g_return_val_if_fail (value != NULL, NULL);

  return scalar_new (HYPERV_CIM_TYPE_INSTANCE, (HypervCimScalar){ .instance = value });
}

/**
 * hyperv_cim_value_new_strv: (constructor)
 * @values: (array zero-terminated=1): the texts
 *
 * Makes an array of strings, which are copied.
 *
 * Returns: (transfer full): an array of strings
 */
HypervCimValue *
hyperv_cim_value_new_strv (const char *const *values)
{
  guint n = 0;

  g_return_val_if_fail (values != NULL, NULL);

  n = g_strv_length ((char **) values);
  return hyperv_cim_value_new_array (HYPERV_CIM_TYPE_STRING, (const HypervCimScalar *) values, n);
}

/**
 * hyperv_cim_value_new_array: (skip)
 * @type: type of the items
 * @items: (array length=n_items): the items, copied
 * @n_items: how many
 *
 * Makes an array. Texts are copied, of paths and instances references are taken.
 *
 * Returns: (transfer full): an array
 */
HypervCimValue *
hyperv_cim_value_new_array (HypervCimType type, const HypervCimScalar *items, guint n_items)
{
  HypervCimProperty from
      = { .name = "", .type = type, .is_array = TRUE, .n_items = n_items, .items = items };

  g_return_val_if_fail (items != NULL || n_items == 0, NULL);

  return value_new (&from);
}

/**
 * hyperv_cim_value_new_from_property: (skip)
 * @property: a property in place
 *
 * Copies the value of a property that was shown in place.
 *
 * Returns: (transfer full): a copy of its value
 */
HypervCimValue *
hyperv_cim_value_new_from_property (const HypervCimProperty *property)
{
  g_return_val_if_fail (property != NULL, NULL);

  return value_new (property);
}

/**
 * hyperv_cim_value_get_cim_type:
 * @self: a value
 *
 * Tells the type of the value, or of the items of an array.
 *
 * Returns: its type
 */
HypervCimType
hyperv_cim_value_get_cim_type (const HypervCimValue *self)
{
  g_return_val_if_fail (self != NULL, HYPERV_CIM_TYPE_TEXT);

  return self->type;
}

/**
 * hyperv_cim_value_is_null:
 * @self: a value
 *
 * Tells whether the value is null.
 *
 * Returns: whether it is null
 */
gboolean
hyperv_cim_value_is_null (const HypervCimValue *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->is_null;
}

/**
 * hyperv_cim_value_is_array:
 * @self: a value
 *
 * Tells whether the value is an array.
 *
 * Returns: whether it is an array; what was read from the wire with one item does not look like one
 */
gboolean
hyperv_cim_value_is_array (const HypervCimValue *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_array;
}

/**
 * hyperv_cim_value_get_n_items:
 * @self: a value
 *
 * Counts the items.
 *
 * Returns: 0 for null, 1 for a scalar, the length of an array
 */
guint
hyperv_cim_value_get_n_items (const HypervCimValue *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_items;
}

/**
 * hyperv_cim_value_peek: (skip)
 * @self: a value
 * @property: (out caller-allocates): what it holds, in place
 *
 * Shows the value without copying it.
 */
void
hyperv_cim_value_peek (const HypervCimValue *self, HypervCimProperty *property)
{
  g_return_if_fail (self != NULL && property != NULL);

  *property = (HypervCimProperty){ .name = "",
                                   .type = self->type,
                                   .is_array = self->is_array,
                                   .is_null = self->is_null,
                                   .n_items = self->n_items,
                                   .items = self->items };
}

/**
 * hyperv_cim_value_dup_strv:
 * @self: a value
 *
 * Gives all items as text: numbers in decimal, booleans as `true` and `false`, of paths and
 * instances the class.
 *
 * Returns: (transfer full): the items as text; an empty list for null
 */
char **
hyperv_cim_value_dup_strv (const HypervCimValue *self)
{
  char **texts;

  g_return_val_if_fail (self != NULL, NULL);

  texts = g_new0 (char *, self->n_items + 1);
  for (guint i = 0; i < self->n_items; i++)
    texts[i] = cim_scalar_to_text (self->type, &self->items[i]);
  return texts;
}

static gboolean
scalar_equal (HypervCimType type, const HypervCimScalar *a, const HypervCimScalar *b)
{
  if (hyperv_cim_type_is_text (type))
    return strcmp (a->s, b->s) == 0;
  if (type == HYPERV_CIM_TYPE_REFERENCE)
    return hyperv_cim_path_equal (a->path, b->path);
  if (type == HYPERV_CIM_TYPE_INSTANCE)
    return a->instance == b->instance;
  return a->u == b->u;
}

/**
 * hyperv_cim_value_equal:
 * @a: a value
 * @b: another
 *
 * Compares two values. Texts are compared with regard to case, paths as hyperv_cim_path_equal()
 * does.
 *
 * Returns: whether type, form and items are the same; embedded instances must be the same object
 */
gboolean
hyperv_cim_value_equal (const HypervCimValue *a, const HypervCimValue *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->type != b->type || a->is_array != b->is_array || a->is_null != b->is_null
      || a->n_items != b->n_items)
    return FALSE;
  for (guint i = 0; i < a->n_items; i++)
    if (!scalar_equal (a->type, &a->items[i], &b->items[i]))
      return FALSE;
  return TRUE;
}
