/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/cim/hyperv-cim-types.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_CIM_PATH (hyperv_cim_path_get_type ())
HYPERV_EXPORT GType hyperv_cim_path_get_type (void);

/* Which instance: namespace ("root/virtualization/v2", with slashes), class and key values.
 * Boxed, atomically counted; not changed any more once somebody else holds it. */
HYPERV_EXPORT HypervCimPath *hyperv_cim_path_new (const char *name_space, const char *class_name);
HYPERV_EXPORT HypervCimPath *hyperv_cim_path_ref (const HypervCimPath *self);
HYPERV_EXPORT void hyperv_cim_path_unref (HypervCimPath *self);

/* Adds a key while the path is being made; a name that is there already is a programming error.
 * Values are text whatever the key's type, as selectors are. */
HYPERV_EXPORT void hyperv_cim_path_add_key (HypervCimPath *self, const char *name,
                                            const char *value);
HYPERV_EXPORT void hyperv_cim_path_add_reference_key (HypervCimPath *self, const char *name,
                                                      const HypervCimPath *value);

HYPERV_EXPORT const char *hyperv_cim_path_get_namespace (const HypervCimPath *self);
HYPERV_EXPORT const char *hyperv_cim_path_get_class_name (const HypervCimPath *self);
HYPERV_EXPORT guint hyperv_cim_path_get_n_keys (const HypervCimPath *self);
HYPERV_EXPORT const char *hyperv_cim_path_get_key_name (const HypervCimPath *self, guint index);
/* NULL for a key that is a reference. */
HYPERV_EXPORT const char *hyperv_cim_path_get_key_value (const HypervCimPath *self, guint index);
HYPERV_EXPORT const HypervCimPath *hyperv_cim_path_get_key_reference (const HypervCimPath *self,
                                                                      guint index);
/* By name, in any case; NULL when there is no such key or it is a reference. */
HYPERV_EXPORT const char *hyperv_cim_path_lookup (const HypervCimPath *self, const char *name);
/* Namespace, class, key names and values, all without regard to case, keys in any order. */
HYPERV_EXPORT gboolean hyperv_cim_path_equal (const HypervCimPath *a, const HypervCimPath *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervCimPath, hyperv_cim_path_unref)

G_END_DECLS
