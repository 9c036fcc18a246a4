/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/cim/hyperv-cim-instance.h"

G_BEGIN_DECLS

/* Field tables: which properties of a class go where in a struct, and as what. The wire carries no
 * types; these rows are where they come from. */
typedef enum {
  HYPERV_FIELD_STRING,  /* char *, replaced; NULL when null */
  HYPERV_FIELD_UINT,    /* guint */
  HYPERV_FIELD_UINT64,  /* guint64 */
  HYPERV_FIELD_BOOLEAN, /* gboolean */
  HYPERV_FIELD_LINES    /* char *: the items of an array of strings, one a line; NULL when none */
} HypervFieldKind;

typedef enum {
  HYPERV_FIELD_REQUIRED, /* absent or null: the reply makes no sense */
  HYPERV_FIELD_OPTIONAL  /* absent or null: 0, FALSE, NULL */
} HypervFieldNeed;

typedef struct {
  const char *property;
  HypervFieldKind kind;
  HypervFieldNeed need;
  gsize offset;
} HypervField;

/* Reads @instance into @target; FALSE and HYPERV_ERROR_PROTOCOL naming class, property and text. */
gboolean hyperv_fields_read (const HypervField *fields, gsize n_fields,
                             const HypervCimInstance *instance, gpointer target, GError **error);

G_END_DECLS
