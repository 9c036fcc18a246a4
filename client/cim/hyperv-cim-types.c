/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/cim/hyperv-cim-types.h"

typedef enum { KIND_TEXT, KIND_UNSIGNED, KIND_SIGNED, KIND_OTHER } Kind;

/* In the order of HypervCimType. */
static const struct {
  const char *name;
  Kind kind;
  guint64 max;
} types[] = {
  { "text", KIND_TEXT, 0 },
  { "boolean", KIND_UNSIGNED, 1 },
  { "uint8", KIND_UNSIGNED, G_MAXUINT8 },
  { "sint8", KIND_SIGNED, G_MAXINT8 },
  { "uint16", KIND_UNSIGNED, G_MAXUINT16 },
  { "sint16", KIND_SIGNED, G_MAXINT16 },
  { "uint32", KIND_UNSIGNED, G_MAXUINT32 },
  { "sint32", KIND_SIGNED, G_MAXINT32 },
  { "uint64", KIND_UNSIGNED, G_MAXUINT64 },
  { "sint64", KIND_SIGNED, G_MAXINT64 },
  { "real32", KIND_OTHER, 0 },
  { "real64", KIND_OTHER, 0 },
  { "char16", KIND_UNSIGNED, G_MAXUINT16 },
  { "string", KIND_TEXT, 0 },
  { "datetime", KIND_TEXT, 0 },
  { "reference", KIND_OTHER, 0 },
  { "instance", KIND_OTHER, 0 },
};

/**
 * hyperv_cim_type_is_unsigned:
 * @type: a type
 *
 * Tells whether values of a type are whole numbers without sign: booleans and char16 are, too.
 *
 * Returns: whether they are
 */
gboolean
hyperv_cim_type_is_unsigned (HypervCimType type)
{
  return type < G_N_ELEMENTS (types) && types[type].kind == KIND_UNSIGNED;
}

/**
 * hyperv_cim_type_is_signed:
 * @type: a type
 *
 * Tells whether values of a type are whole numbers with a sign.
 *
 * Returns: whether they are
 */
gboolean
hyperv_cim_type_is_signed (HypervCimType type)
{
  return type < G_N_ELEMENTS (types) && types[type].kind == KIND_SIGNED;
}

/**
 * hyperv_cim_type_is_text:
 * @type: a type
 *
 * Tells whether values of a type are held as text: strings, dates, and what is not converted
 * yet.
 *
 * Returns: whether they are
 */
gboolean
hyperv_cim_type_is_text (HypervCimType type)
{
  return type < G_N_ELEMENTS (types) && types[type].kind == KIND_TEXT;
}

/**
 * hyperv_cim_type_get_name:
 * @type: a type
 *
 * Names a type as CIM does (DSP0004, 5.2), in lower case; `text` for what is not converted yet.
 *
 * Returns: (transfer none): the name, never %NULL
 */
const char *
hyperv_cim_type_get_name (HypervCimType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (types), "");

  return types[type].name;
}

/**
 * hyperv_cim_type_from_name:
 * @name: a name such as `uint16`, in any case
 * @type: (out): the type that it means; not touched when there is none
 *
 * Reads the name of a type of CIM. `text` is none.
 *
 * Returns: whether there is such a type
 */
gboolean
hyperv_cim_type_from_name (const char *name, HypervCimType *type)
{
  g_return_val_if_fail (name != NULL && type != NULL, FALSE);

  for (gsize i = HYPERV_CIM_TYPE_BOOLEAN; i < G_N_ELEMENTS (types); i++) {
    if (g_ascii_strcasecmp (types[i].name, name) == 0) {
      *type = i;
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * hyperv_cim_type_get_unsigned_max:
 * @type: a type
 *
 * Tells the largest value of a type without sign; the smallest is 0. Another type is a
 * programming error.
 *
 * Returns: the largest value; 1 for a boolean
 */
guint64
hyperv_cim_type_get_unsigned_max (HypervCimType type)
{
  g_return_val_if_fail (hyperv_cim_type_is_unsigned (type), 0);

  return types[type].max;
}

/**
 * hyperv_cim_type_get_signed_max:
 * @type: a type
 *
 * Tells the largest value of a type with a sign; the smallest is one further from 0. Another
 * type is a programming error.
 *
 * Returns: the largest value
 */
gint64
hyperv_cim_type_get_signed_max (HypervCimType type)
{
  g_return_val_if_fail (hyperv_cim_type_is_signed (type), 0);

  return (gint64) types[type].max;
}
