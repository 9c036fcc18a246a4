/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Hash -> many objects, in few bytes an entry; an entry is removed without a search. */
typedef struct {
  guint32 hash;
  guint32 next; /* of the same bucket; 0: none. Of a free row: the next free one */
  guint32 previous;
  gpointer object;
} RepositoryTableRow;

typedef struct {
  RepositoryTableRow *rows; /* row 0 is not used */
  guint32 n_rows;           /* that were used so far, with row 0 */
  guint32 n_allocated;
  guint32 n_used;
  guint32 first_free;
  guint32 *buckets;
  guint32 mask;
} RepositoryTable;

void repository_table_init (RepositoryTable *self);
void repository_table_clear (RepositoryTable *self);
/* The entry's row, for removing it. */
guint32 repository_table_add (RepositoryTable *self, guint32 hash, gpointer object);
void repository_table_remove (RepositoryTable *self, guint32 row);
/* The first row with that hash, and the one after @row; 0: none. */
guint32 repository_table_first (const RepositoryTable *self, guint32 hash);
guint32 repository_table_next (const RepositoryTable *self, guint32 row);

G_END_DECLS
