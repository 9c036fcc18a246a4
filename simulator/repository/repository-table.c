/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository-table.h"

#define FIRST_SIZE 16u

void
repository_table_init (RepositoryTable *self)
{
  *self = (RepositoryTable){ .n_rows = 1 };
}

void
repository_table_clear (RepositoryTable *self)
{
  g_clear_pointer (&self->rows, g_free);
  g_clear_pointer (&self->buckets, g_free);
}

static void
link_row (RepositoryTable *self, guint32 row)
{
  guint32 *bucket = &self->buckets[self->rows[row].hash & self->mask];

  self->rows[row].previous = 0;
  self->rows[row].next = *bucket;
  if (*bucket != 0)
    self->rows[*bucket].previous = row;
  *bucket = row;
}

/* Twice as many buckets as before, at least as many as rows. */
static void
grow (RepositoryTable *self)
{
  self->n_allocated = MAX (FIRST_SIZE, self->n_allocated * 2);
  self->rows = g_renew (RepositoryTableRow, self->rows, self->n_allocated);
  g_free (self->buckets);
  self->buckets = g_new0 (guint32, self->n_allocated);
  self->mask = self->n_allocated - 1;
  for (guint32 row = 1; row < self->n_rows; row++)
    if (self->rows[row].object != NULL)
      link_row (self, row);
}

guint32
repository_table_add (RepositoryTable *self, guint32 hash, gpointer object)
{
  guint32 row = self->first_free;

  if (row != 0) {
    self->first_free = self->rows[row].next;
  } else {
    if (self->n_rows >= self->n_allocated)
      grow (self);
    row = self->n_rows++;
  }
  self->rows[row] = (RepositoryTableRow){ .hash = hash, .object = object };
  self->n_used++;
  link_row (self, row);
  return row;
}

void
repository_table_remove (RepositoryTable *self, guint32 row)
{
  RepositoryTableRow *gone = &self->rows[row];

  if (gone->previous != 0)
    self->rows[gone->previous].next = gone->next;
  else
    self->buckets[gone->hash & self->mask] = gone->next;
  if (gone->next != 0)
    self->rows[gone->next].previous = gone->previous;
  *gone = (RepositoryTableRow){ .next = self->first_free };
  self->first_free = row;
  self->n_used--;
}

static guint32
skip_others (const RepositoryTable *self, guint32 row, guint32 hash)
{
  while (row != 0 && self->rows[row].hash != hash)
    row = self->rows[row].next;
  return row;
}

guint32
repository_table_first (const RepositoryTable *self, guint32 hash)
{
  return self->buckets == NULL ? 0 : skip_others (self, self->buckets[hash & self->mask], hash);
}

guint32
repository_table_next (const RepositoryTable *self, guint32 row)
{
  return skip_others (self, self->rows[row].next, self->rows[row].hash);
}
