/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/cim/hyperv-cim-path.h"
#include "client/cim/hyperv-cim-value.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_CIM_INSTANCE (hyperv_cim_instance_get_type ())
HYPERV_EXPORT GType hyperv_cim_instance_get_type (void);

/* An instance of a CIM class: boxed, atomically counted, immutable once built; any thread may read.
 * Property names are compared without regard to case, and keep their order. */
HYPERV_EXPORT HypervCimInstance *hyperv_cim_instance_ref (const HypervCimInstance *self);
HYPERV_EXPORT void hyperv_cim_instance_unref (HypervCimInstance *self);

HYPERV_EXPORT const char *hyperv_cim_instance_get_namespace (const HypervCimInstance *self);
HYPERV_EXPORT const char *hyperv_cim_instance_get_class_name (const HypervCimInstance *self);
HYPERV_EXPORT guint hyperv_cim_instance_get_n_properties (const HypervCimInstance *self);
HYPERV_EXPORT const char *hyperv_cim_instance_get_property_name (const HypervCimInstance *self,
                                                                 guint index);
HYPERV_EXPORT gboolean hyperv_cim_instance_has (const HypervCimInstance *self, const char *name);
/* Whether the property is absent or null. */
HYPERV_EXPORT gboolean hyperv_cim_instance_is_null (const HypervCimInstance *self,
                                                    const char *name);
HYPERV_EXPORT HypervCimValue *hyperv_cim_instance_dup_value (const HypervCimInstance *self,
                                                             const char *name);
/* In place, for code that goes over all of them. */
HYPERV_EXPORT void hyperv_cim_instance_peek (const HypervCimInstance *self, guint index,
                                             HypervCimProperty *property);
HYPERV_EXPORT gboolean hyperv_cim_instance_find (const HypervCimInstance *self, const char *name,
                                                 HypervCimProperty *property);

/* Typed getters. A property that is absent, null, an array or of another form is an error of
 * HYPERV_ERROR_PROTOCOL which names class, property and text. */
HYPERV_EXPORT gboolean hyperv_cim_instance_get_boolean (const HypervCimInstance *self,
                                                        const char *name, gboolean *value,
                                                        GError **error);
HYPERV_EXPORT gboolean hyperv_cim_instance_get_uint64 (const HypervCimInstance *self,
                                                       const char *name, guint64 *value,
                                                       GError **error);
HYPERV_EXPORT gboolean hyperv_cim_instance_get_int64 (const HypervCimInstance *self,
                                                      const char *name, gint64 *value,
                                                      GError **error);
HYPERV_EXPORT gboolean hyperv_cim_instance_get_double (const HypervCimInstance *self,
                                                       const char *name, double *value,
                                                       GError **error);
/* (transfer none): lives as long as the instance. */
HYPERV_EXPORT const char *hyperv_cim_instance_get_string (const HypervCimInstance *self,
                                                          const char *name, GError **error);
/* NULL when absent or null (no error). */
HYPERV_EXPORT const char *hyperv_cim_instance_peek_string (const HypervCimInstance *self,
                                                           const char *name);
/* Items as text; absent and null are an empty list. (transfer full) */
HYPERV_EXPORT char **hyperv_cim_instance_dup_strv (const HypervCimInstance *self, const char *name);
HYPERV_EXPORT GDateTime *hyperv_cim_instance_dup_datetime (const HypervCimInstance *self,
                                                           const char *name, GError **error);
HYPERV_EXPORT gboolean hyperv_cim_instance_get_interval (const HypervCimInstance *self,
                                                         const char *name, gint64 *microseconds,
                                                         GError **error);
/* (transfer none) */
HYPERV_EXPORT const HypervCimPath *hyperv_cim_instance_get_reference (const HypervCimInstance *self,
                                                                      const char *name,
                                                                      GError **error);

/* Builders. Reused from one instance to the next; not shared between threads.
 * Everything given is copied (paths and instances are counted). */
#define HYPERV_TYPE_CIM_BUILDER (hyperv_cim_builder_get_type ())
HYPERV_EXPORT GType hyperv_cim_builder_get_type (void);
HYPERV_EXPORT HypervCimBuilder *hyperv_cim_builder_new (const char *name_space,
                                                        const char *class_name);
HYPERV_EXPORT void hyperv_cim_builder_free (HypervCimBuilder *self);
/* Forgets what was added and begins another instance. */
HYPERV_EXPORT void hyperv_cim_builder_reset (HypervCimBuilder *self, const char *name_space,
                                             const char *class_name);
HYPERV_EXPORT void hyperv_cim_builder_add_null (HypervCimBuilder *self, const char *name,
                                                HypervCimType type, gboolean is_array);
/* Untyped text as read. The same name (in any case) as the property before makes an array. */
HYPERV_EXPORT void hyperv_cim_builder_add_text (HypervCimBuilder *self, const char *name,
                                                const char *text, gsize length);
HYPERV_EXPORT void hyperv_cim_builder_add_string (HypervCimBuilder *self, const char *name,
                                                  const char *value);
HYPERV_EXPORT void hyperv_cim_builder_add_boolean (HypervCimBuilder *self, const char *name,
                                                   gboolean value);
HYPERV_EXPORT void hyperv_cim_builder_add_unsigned (HypervCimBuilder *self, const char *name,
                                                    HypervCimType type, guint64 value);
/* The same name as the property before makes an array, as in hyperv_cim_builder_add_text(). */
HYPERV_EXPORT void hyperv_cim_builder_add_reference (HypervCimBuilder *self, const char *name,
                                                     const HypervCimPath *value);
HYPERV_EXPORT void hyperv_cim_builder_add_instance (HypervCimBuilder *self, const char *name,
                                                    const HypervCimInstance *value);
HYPERV_EXPORT void hyperv_cim_builder_add_value (HypervCimBuilder *self, const char *name,
                                                 const HypervCimValue *value);
/* The general form; property->name is used. */
HYPERV_EXPORT void hyperv_cim_builder_add_property (HypervCimBuilder *self,
                                                    const HypervCimProperty *property);
/* The instance; the builder is empty afterwards (same class). */
HYPERV_EXPORT HypervCimInstance *hyperv_cim_builder_end (HypervCimBuilder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervCimInstance, hyperv_cim_instance_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervCimBuilder, hyperv_cim_builder_free)

G_END_DECLS
