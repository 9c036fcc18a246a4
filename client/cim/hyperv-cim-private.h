/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/cim/hyperv-cim-types.h"

G_BEGIN_DECLS

/* Inside this folder only. */

/* One item, which HypervCimScalar shows without the right to change it. */
/* Takes a share of a path or instance, and lets go of it. */
void cim_scalar_hold (HypervCimType type, HypervCimScalar *scalar);
void cim_scalar_release (HypervCimType type, HypervCimScalar *scalar);

/* Conversions of one item; @what begins the message of the error. */
gboolean cim_scalar_get_boolean (HypervCimType type, const HypervCimScalar *scalar,
                                 gboolean *value);
gboolean cim_scalar_get_uint64 (HypervCimType type, const HypervCimScalar *scalar, guint64 *value);
gboolean cim_scalar_get_int64 (HypervCimType type, const HypervCimScalar *scalar, gint64 *value);
gboolean cim_scalar_get_double (HypervCimType type, const HypervCimScalar *scalar, double *value);
/* (transfer full) */
char *cim_scalar_to_text (HypervCimType type, const HypervCimScalar *scalar);

/* The only item of @property, else NULL with an error that names @class_name (or NULL), the
 * property and what it is. */
const HypervCimScalar *cim_property_get_item (const HypervCimProperty *property,
                                              const char *class_name, GError **error);
/* The error for an item that cannot be converted. */
void cim_property_set_error (const HypervCimProperty *property, const char *class_name,
                             const char *wanted, GError **error);

/* Takes what the builder gathered: layout of hyperv-cim-instance.c. */
typedef struct {
  gsize name; /* offset in the text */
  gsize name_length;
  HypervCimType type;
  gboolean is_array;
  gboolean is_null;
  guint first; /* of the items */
  guint n_items;
} CimSlot;
/* Plain memory that grows: GArray and GString cost a call for every item, and a builder is filled
 * item by item while a reply of many megabytes is read. */
typedef struct {
  CimSlot *slots;
  guint n_slots, slots_size;
  HypervCimScalar *scalars; /* texts are offsets in `text` */
  guint n_scalars, scalars_size;
  char *text;
  gsize text_length, text_size;
} CimParts;
HypervCimInstance *cim_instance_new (const char *name_space, const char *class_name,
                                     const CimParts *parts);

G_END_DECLS
