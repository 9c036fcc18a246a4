/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error.h"
#include "client/cim/cim-datetime.h"
#include "client/cim/hyperv-cim-instance.h"
#include "client/cim/hyperv-cim-private.h"

/* What properties and values are wanted as, strictly: text is converted when it is asked for, or an
 * error names class, property and text. */

/* The only item of a property; its class and name stand in the error. */
static const HypervCimScalar *
get_item (const HypervCimInstance *self, const char *name, HypervCimProperty *property,
          GError **error)
{
  const char *class_name = hyperv_cim_instance_get_class_name (self);

  if (hyperv_cim_instance_find (self, name, property))
    return cim_property_get_item (property, class_name, error);
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "%s has no property %s", class_name,
               name);
  return NULL;
}

static gboolean
fail (const HypervCimInstance *self, const HypervCimProperty *property, const char *wanted,
      GError **error)
{
  cim_property_set_error (property, hyperv_cim_instance_get_class_name (self), wanted, error);
  return FALSE;
}

#define DEFINE_GETTER(suffix, ctype, wanted)                                                       \
  gboolean hyperv_cim_instance_get_##suffix (const HypervCimInstance *self, const char *name,      \
                                             ctype *value, GError **error)                         \
  {                                                                                                \
    HypervCimProperty property;                                                                    \
    const HypervCimScalar *item;                                                                   \
                                                                                                   \
    g_return_val_if_fail (self != NULL && name != NULL && value != NULL, FALSE);                   \
    item = get_item (self, name, &property, error);                                                \
    if (item == NULL)                                                                              \
      return FALSE;                                                                                \
    if (cim_scalar_get_##suffix (property.type, item, value))                                      \
      return TRUE;                                                                                 \
    return fail (self, &property, wanted, error);                                                  \
  }

/**
 * hyperv_cim_instance_get_boolean:
 * @self: an instance
 * @name: a property, in any case
 * @value: (out): its value
 * @error: HYPERV_ERROR_PROTOCOL, naming class, property and text
 *
 * Converts a property. Text must be `true` or `false`, in any case.
 *
 * Returns: whether the property is a boolean
 */
DEFINE_GETTER (boolean, gboolean, "a boolean")

/**
 * hyperv_cim_instance_get_uint64:
 * @self: an instance
 * @name: a property, in any case
 * @value: (out): its value
 * @error: HYPERV_ERROR_PROTOCOL, naming class, property and text
 *
 * Converts a property. Text must be decimal digits and nothing else, up to 64 bits.
 *
 * Returns: whether the property is a number without sign
 */
DEFINE_GETTER (uint64, guint64, "a number without sign")

/**
 * hyperv_cim_instance_get_int64:
 * @self: an instance
 * @name: a property, in any case
 * @value: (out): its value
 * @error: HYPERV_ERROR_PROTOCOL, naming class, property and text
 *
 * Converts a property. Text must be decimal digits, perhaps after a sign, within 64 bits.
 *
 * Returns: whether the property is a whole number
 */
DEFINE_GETTER (int64, gint64, "a whole number")

/**
 * hyperv_cim_instance_get_double:
 * @self: an instance
 * @name: a property, in any case
 * @value: (out): its value
 * @error: HYPERV_ERROR_PROTOCOL, naming class, property and text
 *
 * Converts a property. Text must be a finite number, written as in C, whatever the locale.
 *
 * Returns: whether the property is a number
 */
DEFINE_GETTER (double, double, "a number")

/**
 * hyperv_cim_instance_get_string:
 * @self: an instance
 * @name: a property, in any case
 * @error: HYPERV_ERROR_PROTOCOL, naming class and property
 *
 * Gives the text of a property that must have one.
 *
 * Returns: (transfer none) (nullable): the text, which lives as long as @self; %NULL with an error
 */
const char *
hyperv_cim_instance_get_string (const HypervCimInstance *self, const char *name, GError **error)
{
  HypervCimProperty property;
  const HypervCimScalar *item;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  item = get_item (self, name, &property, error);
  if (item == NULL)
    return NULL;
  if (hyperv_cim_type_is_text (property.type))
    return item->s;
  fail (self, &property, "text", error);
  return NULL;
}

/**
 * hyperv_cim_instance_peek_string:
 * @self: an instance
 * @name: a property, in any case
 *
 * Gives the text of a property that need not have one: null, an array and no such property are
 * no errors.
 *
 * Returns: (transfer none) (nullable): the text of a property that holds one text, else %NULL
 */
const char *
hyperv_cim_instance_peek_string (const HypervCimInstance *self, const char *name)
{
  HypervCimProperty property;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  if (!hyperv_cim_instance_find (self, name, &property) || property.n_items != 1
      || !hyperv_cim_type_is_text (property.type))
    return NULL;
  return property.items->s;
}

/**
 * hyperv_cim_instance_dup_strv:
 * @self: an instance
 * @name: a property, in any case
 *
 * Gives all items of a property as text, numbers in decimal. One item is a list of one: over the
 * wire it does not look like an array.
 *
 * Returns: (transfer full): the items as text; an empty list when null or not there
 */
char **
hyperv_cim_instance_dup_strv (const HypervCimInstance *self, const char *name)
{
  g_autoptr (HypervCimValue) value = NULL;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  value = hyperv_cim_instance_dup_value (self, name);
  return value != NULL ? hyperv_cim_value_dup_strv (value) : g_new0 (char *, 1);
}

/**
 * hyperv_cim_instance_dup_datetime:
 * @self: an instance
 * @name: a property, in any case
 * @error: HYPERV_ERROR_PROTOCOL, naming class, property and text
 *
 * Converts a property that holds a moment: the 25 characters of DSP0004, such as
 * `20260101120000.000000+060`, or XML Schema's form, as WinRM sends it.
 *
 * Returns: (transfer full) (nullable): the moment, in UTC; %NULL with an error
 */
GDateTime *
hyperv_cim_instance_dup_datetime (const HypervCimInstance *self, const char *name, GError **error)
{
  HypervCimProperty property;
  const HypervCimScalar *item;
  GDateTime *moment = NULL;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  item = get_item (self, name, &property, error);
  if (item == NULL)
    return NULL;
  if (hyperv_cim_type_is_text (property.type))
    moment = cim_datetime_parse (item->s);
  if (moment == NULL)
    fail (self, &property, "a date", error);
  return moment;
}

/**
 * hyperv_cim_instance_get_interval:
 * @self: an instance
 * @name: a property, in any case
 * @microseconds: (out): the length
 * @error: HYPERV_ERROR_PROTOCOL, naming class, property and text
 *
 * Converts a property that holds a length of time: the 25 characters of DSP0004 with a colon,
 * such as `00000001020304.000000:000`, or XML Schema's duration.
 *
 * Returns: whether the property is an interval
 */
gboolean
hyperv_cim_instance_get_interval (const HypervCimInstance *self, const char *name,
                                  gint64 *microseconds, GError **error)
{
  HypervCimProperty property;
  const HypervCimScalar *item;

  g_return_val_if_fail (self != NULL && name != NULL && microseconds != NULL, FALSE);

  item = get_item (self, name, &property, error);
  if (item == NULL)
    return FALSE;
  if (hyperv_cim_type_is_text (property.type) && cim_interval_parse (item->s, microseconds))
    return TRUE;
  return fail (self, &property, "an interval", error);
}

/**
 * hyperv_cim_instance_get_reference:
 * @self: an instance
 * @name: a property, in any case
 * @error: HYPERV_ERROR_PROTOCOL, naming class and property
 *
 * Gives the path in a property that is a reference.
 *
 * Returns: (transfer none) (nullable): the path, which lives as long as @self; %NULL with an error
 */
const HypervCimPath *
hyperv_cim_instance_get_reference (const HypervCimInstance *self, const char *name, GError **error)
{
  HypervCimProperty property;
  const HypervCimScalar *item;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  item = get_item (self, name, &property, error);
  if (item == NULL)
    return NULL;
  if (property.type == HYPERV_CIM_TYPE_REFERENCE)
    return item->path;
  fail (self, &property, "a reference", error);
  return NULL;
}

#define DEFINE_VALUE_GETTER(suffix, ctype, wanted)                                                 \
  gboolean hyperv_cim_value_get_##suffix (const HypervCimValue *self, ctype *value,                \
                                          GError **error)                                          \
  {                                                                                                \
    HypervCimProperty property;                                                                    \
    const HypervCimScalar *item;                                                                   \
                                                                                                   \
    g_return_val_if_fail (self != NULL && value != NULL, FALSE);                                   \
    hyperv_cim_value_peek (self, &property);                                                       \
    item = cim_property_get_item (&property, NULL, error);                                         \
    if (item == NULL)                                                                              \
      return FALSE;                                                                                \
    if (cim_scalar_get_##suffix (property.type, item, value))                                      \
      return TRUE;                                                                                 \
    cim_property_set_error (&property, NULL, wanted, error);                                       \
    return FALSE;                                                                                  \
  }

/**
 * hyperv_cim_value_get_boolean:
 * @self: a value
 * @value: (out): the value, converted
 * @error: HYPERV_ERROR_PROTOCOL for no boolean (naming the text), null, and arrays
 *
 * Converts a value. Text must be `true` or `false`, in any case.
 *
 * Returns: whether it could be converted
 */
DEFINE_VALUE_GETTER (boolean, gboolean, "a boolean")

/**
 * hyperv_cim_value_get_uint64:
 * @self: a value
 * @value: (out): the value, converted
 * @error: HYPERV_ERROR_PROTOCOL for no number without sign (naming the text), null, and arrays
 *
 * Converts a value. Text must be decimal digits and nothing else, up to 64 bits.
 *
 * Returns: whether it could be converted
 */
DEFINE_VALUE_GETTER (uint64, guint64, "a number without sign")

/**
 * hyperv_cim_value_get_int64:
 * @self: a value
 * @value: (out): the value, converted
 * @error: HYPERV_ERROR_PROTOCOL for no whole number (naming the text), null, and arrays
 *
 * Converts a value. Text must be decimal digits, perhaps after a sign, within 64 bits.
 *
 * Returns: whether it could be converted
 */
DEFINE_VALUE_GETTER (int64, gint64, "a whole number")

/**
 * hyperv_cim_value_get_double:
 * @self: a value
 * @value: (out): the value, converted
 * @error: HYPERV_ERROR_PROTOCOL for no number (naming the text), null, and arrays
 *
 * Converts a value. Text must be a finite number, written as in C, whatever the locale.
 *
 * Returns: whether it could be converted
 */
DEFINE_VALUE_GETTER (double, double, "a number")
