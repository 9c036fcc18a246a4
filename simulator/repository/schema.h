/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/image-format.h"
#include "simulator/repository/mof.h"
#include "simulator/repository/repository.h"

G_BEGIN_DECLS

/* All classes of all releases. Immutable and shared; a class as one release shows it
 * (RepositoryClass) is made when it is first asked for, by whichever thread asks. */
typedef struct _Schema Schema;

/* Classes with everything inherited, as a schema block; errors name file, line and column.
 * @files: MofFile. */
GBytes *schema_write (GPtrArray *files, GError **error);

Schema *schema_new (GBytes *block);
/* @block must outlive it. */
Schema *schema_new_static (const guint8 *block);
Schema *schema_ref (Schema *self);
void schema_unref (Schema *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Schema, schema_unref)

const guint8 *schema_get_block (const Schema *self, gsize *size);
guint schema_get_n_classes (const Schema *self);
gboolean schema_has_namespace (const Schema *self, const char *name_space);
/* Index, whatever its release; IMAGE_NONE. */
guint32 schema_find (const Schema *self, const char *name_space, const char *class_name);
/* NULL when the class is newer than @rank. */
const RepositoryClass *schema_get_class (Schema *self, guint rank, guint32 index);
const char *schema_get_class_name (const Schema *self, guint32 index);
/* Whether any release has this property. */
gboolean schema_class_has_property (const Schema *self, guint32 index, const char *name);

/* What is behind RepositoryClass. */
typedef struct _RepositoryComputed RepositoryComputed;
struct _RepositoryClass {
  const SchemaClass *record;
  Schema *schema; /* borrowed */
  guint32 index;
  guint rank;
  const char *name;
  const char *name_space;
  const RepositoryClass *superclass;
  guint n_properties;
  guint n_methods;
  guint n_keys;
  guint n_references;
  guint n_computed;
  RepositoryProperty *properties;
  HypervCimProperty *nulls; /* an instance without values */
  RepositoryMethod *methods;
  const char **keys;
  guint *key_slots;
  guint *reference_slots;
  guint8 *computed; /* for each property: row of repository-computed.c + 1, or 0; NULL: none */
  gpointer *lists;  /* memory of value maps */
};
gint repository_class_get_slot (const RepositoryClass *self, const char *name); /* -1: none */
/* Whether @index is the class or derived from it. */
static inline gboolean
repository_class_covers (const RepositoryClass *self, guint32 index)
{
  return index - self->index <= self->record->n_derived;
}

G_END_DECLS
