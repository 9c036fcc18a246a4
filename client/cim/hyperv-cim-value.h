/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/cim/hyperv-cim-types.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_CIM_VALUE (hyperv_cim_value_get_type ())
HYPERV_EXPORT GType hyperv_cim_value_get_type (void);

/* A value on its own: boxed, atomically counted, immutable. */
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_ref (const HypervCimValue *self);
HYPERV_EXPORT void hyperv_cim_value_unref (HypervCimValue *self);

HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_null (HypervCimType type, gboolean is_array);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_boolean (gboolean value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_unsigned (HypervCimType type, guint64 value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_signed (HypervCimType type, gint64 value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_real (HypervCimType type, double value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_string (const char *value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_text (HypervCimType type, const char *value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_reference (const HypervCimPath *value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_instance (const HypervCimInstance *value);
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_strv (const char *const *values);
/* @items are copied; texts, paths and instances too (or counted). */
HYPERV_EXPORT HypervCimValue *hyperv_cim_value_new_array (HypervCimType type,
                                                          const HypervCimScalar *items,
                                                          guint n_items);
HYPERV_EXPORT HypervCimValue *
hyperv_cim_value_new_from_property (const HypervCimProperty *property);

HYPERV_EXPORT HypervCimType hyperv_cim_value_get_cim_type (const HypervCimValue *self);
HYPERV_EXPORT gboolean hyperv_cim_value_is_null (const HypervCimValue *self);
HYPERV_EXPORT gboolean hyperv_cim_value_is_array (const HypervCimValue *self);
HYPERV_EXPORT guint hyperv_cim_value_get_n_items (const HypervCimValue *self);
/* In place; name is "". */
HYPERV_EXPORT void hyperv_cim_value_peek (const HypervCimValue *self, HypervCimProperty *property);

/* Scalars; text is converted strictly. FALSE and an error naming the text when it cannot be done,
 * when the value is null, or is an array of another length than one. */
HYPERV_EXPORT gboolean hyperv_cim_value_get_boolean (const HypervCimValue *self, gboolean *value,
                                                     GError **error);
HYPERV_EXPORT gboolean hyperv_cim_value_get_uint64 (const HypervCimValue *self, guint64 *value,
                                                    GError **error);
HYPERV_EXPORT gboolean hyperv_cim_value_get_int64 (const HypervCimValue *self, gint64 *value,
                                                   GError **error);
HYPERV_EXPORT gboolean hyperv_cim_value_get_double (const HypervCimValue *self, double *value,
                                                    GError **error);
/* All items as text, numbers in decimal; null is an empty list. (transfer full) */
HYPERV_EXPORT char **hyperv_cim_value_dup_strv (const HypervCimValue *self);

HYPERV_EXPORT gboolean hyperv_cim_value_equal (const HypervCimValue *a, const HypervCimValue *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervCimValue, hyperv_cim_value_unref)

G_END_DECLS
