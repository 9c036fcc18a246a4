/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

/**
 * HypervCimType:
 * @HYPERV_CIM_TYPE_TEXT: text as it was read; becomes a number, a date … when it is asked for
 * @HYPERV_CIM_TYPE_BOOLEAN: a boolean
 * @HYPERV_CIM_TYPE_UINT8: 8 bits without sign
 * @HYPERV_CIM_TYPE_SINT8: 8 bits with sign
 * @HYPERV_CIM_TYPE_UINT16: 16 bits without sign
 * @HYPERV_CIM_TYPE_SINT16: 16 bits with sign
 * @HYPERV_CIM_TYPE_UINT32: 32 bits without sign
 * @HYPERV_CIM_TYPE_SINT32: 32 bits with sign
 * @HYPERV_CIM_TYPE_UINT64: 64 bits without sign
 * @HYPERV_CIM_TYPE_SINT64: 64 bits with sign
 * @HYPERV_CIM_TYPE_REAL32: a single precision number
 * @HYPERV_CIM_TYPE_REAL64: a double precision number
 * @HYPERV_CIM_TYPE_CHAR16: one UTF-16 code unit
 * @HYPERV_CIM_TYPE_STRING: text
 * @HYPERV_CIM_TYPE_DATETIME: a date or an interval, in the 25 characters of DSP0004
 * @HYPERV_CIM_TYPE_REFERENCE: a path to an instance
 * @HYPERV_CIM_TYPE_INSTANCE: an embedded instance
 *
 * The types of CIM (DSP0004), and text that is not converted yet: WinRM's replies carry no types.
 */
typedef enum {
  HYPERV_CIM_TYPE_TEXT,
  HYPERV_CIM_TYPE_BOOLEAN,
  HYPERV_CIM_TYPE_UINT8,
  HYPERV_CIM_TYPE_SINT8,
  HYPERV_CIM_TYPE_UINT16,
  HYPERV_CIM_TYPE_SINT16,
  HYPERV_CIM_TYPE_UINT32,
  HYPERV_CIM_TYPE_SINT32,
  HYPERV_CIM_TYPE_UINT64,
  HYPERV_CIM_TYPE_SINT64,
  HYPERV_CIM_TYPE_REAL32,
  HYPERV_CIM_TYPE_REAL64,
  HYPERV_CIM_TYPE_CHAR16,
  HYPERV_CIM_TYPE_STRING,
  HYPERV_CIM_TYPE_DATETIME,
  HYPERV_CIM_TYPE_REFERENCE,
  HYPERV_CIM_TYPE_INSTANCE
} HypervCimType;

typedef struct _HypervCimValue HypervCimValue;
typedef struct _HypervCimInstance HypervCimInstance;
typedef struct _HypervCimPath HypervCimPath;
typedef struct _HypervCimBuilder HypervCimBuilder;

/**
 * HypervCimScalar:
 * @u: of a boolean (0 or 1), a number without sign, a char16
 * @i: of a number with a sign
 * @d: of a number with a fraction
 * @s: of a string, a date, and text that is not converted yet
 * @path: of a reference
 * @instance: of an embedded instance
 *
 * One item of a value; its type tells which member counts.
 */
typedef union {
  guint64 u;
  gint64 i;
  double d;
  const char *s;
  const HypervCimPath *path;
  const HypervCimInstance *instance;
} HypervCimScalar;

/**
 * HypervCimProperty:
 * @name: how it is called, empty for a value on its own
 * @type: the type of its items
 * @is_array: whether it is an array; one item that was read from the wire does not look like one
 * @is_null: whether it is null; then there are no items
 * @n_items: how many items there are, 1 for a scalar that is not null
 * @items: (array length=n_items): the items
 *
 * A property in place: nothing is copied, it points into the instance or value that it is of, and
 * lives as long as that.
 */
typedef struct {
  const char *name;
  HypervCimType type;
  gboolean is_array;
  gboolean is_null;
  guint n_items;
  const HypervCimScalar *items;
} HypervCimProperty;

HYPERV_EXPORT gboolean hyperv_cim_type_is_unsigned (HypervCimType type);
HYPERV_EXPORT gboolean hyperv_cim_type_is_signed (HypervCimType type);
HYPERV_EXPORT gboolean hyperv_cim_type_is_text (HypervCimType type);
/* Lower case CIM name such as "uint16" ("text" for untyped); never NULL. */
HYPERV_EXPORT const char *hyperv_cim_type_get_name (HypervCimType type);
/* Whether @name (any case) is a type's name. */
HYPERV_EXPORT gboolean hyperv_cim_type_from_name (const char *name, HypervCimType *type);
/* Range of an integer type. */
HYPERV_EXPORT guint64 hyperv_cim_type_get_unsigned_max (HypervCimType type);
HYPERV_EXPORT gint64 hyperv_cim_type_get_signed_max (HypervCimType type);

G_END_DECLS
