/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/listener/listener.h"

/* Of what a client wrote; a request may be as long as MaxEnvelopeSizekb says. */
#define TEXT_MAX 1024
#define SELECTORS_MAX 64

struct _SimJournal {
  gatomicrefcount ref_count;
  GMutex mutex;
  GCond added;
  SimJournalEntry *ring;
  guint capacity;
  guint first; /* oldest entry */
  guint length;
  guint64 total;
};

static void
entry_clear (SimJournalEntry *entry)
{
  g_free (entry->operation);
  g_free (entry->class_name);
  g_free (entry->method);
  g_free (entry->user);
  g_free (entry->fault);
  g_free (entry->refusal);
  g_free (entry->filter);
  g_strfreev (entry->selectors);
}

static void
entry_free (gpointer data)
{
  entry_clear (data);
  g_free (data);
}

SimJournal *
sim_journal_new (guint capacity)
{
  SimJournal *self;

  g_return_val_if_fail (capacity > 0, NULL);

  self = g_new0 (SimJournal, 1);
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->added);
  self->ring = g_new0 (SimJournalEntry, capacity);
  self->capacity = capacity;
  return self;
}

SimJournal *
sim_journal_ref (SimJournal *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
clear (SimJournal *self)
{
  for (guint i = 0; i < self->length; i++)
    entry_clear (&self->ring[(self->first + i) % self->capacity]);
  self->first = 0;
  self->length = 0;
}

void
sim_journal_unref (SimJournal *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  clear (self);
  g_cond_clear (&self->added);
  g_mutex_clear (&self->mutex);
  g_free (self->ring);
  g_free (self);
}

/* Takes what @entry points to. */
static void
add (SimJournal *self, SimJournalEntry entry)
{
  g_mutex_lock (&self->mutex);
  self->total++;
  if (self->length == self->capacity) {
    entry_clear (&self->ring[self->first]);
    self->ring[self->first] = entry;
    self->first = (self->first + 1) % self->capacity;
  } else {
    self->ring[(self->first + self->length) % self->capacity] = entry;
    self->length++;
  }
  g_cond_broadcast (&self->added);
  g_mutex_unlock (&self->mutex);
}

/* Not in the middle of a letter. */
static char *
dup_text (const char *text)
{
  const char *end;

  if (text == NULL || strlen (text) <= TEXT_MAX)
    return g_strdup (text);
  end = text + TEXT_MAX;
  while (end > text && ((guchar)*end & 0xc0) == 0x80)
    end--;
  return g_strdup_printf ("%.*s…", (int)(end - text), text);
}

static gboolean
is_unanswered (const SimExchange *exchange)
{
  return exchange->order == SIM_ORDER_HANG_UP || exchange->order == SIM_ORDER_STALL;
}

static gsize
bytes_out (const SimExchange *exchange)
{
  gsize size = exchange->reply != NULL ? g_bytes_get_size (exchange->reply) : 0;

  if (is_unanswered (exchange))
    return 0;
  return exchange->order == SIM_ORDER_HANG_UP_MIDWAY ? MIN (size, exchange->order_bytes) : size;
}

static char **
dup_selectors (const SimExchange *exchange)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (exchange->selectors->len == 0)
    return NULL;
  for (guint i = 0; i < MIN (exchange->selectors->len, SELECTORS_MAX); i++) {
    const SimSelector *selector = g_ptr_array_index (exchange->selectors, i);
    g_autofree char *text = g_strconcat (selector->name, "=", selector->value, NULL);

    g_autofree char *shown = dup_text (text);

    g_strv_builder_add (builder, shown);
  }
  return g_strv_builder_end (builder);
}

void
sim_journal_add (SimJournal *self, const SimExchange *exchange, gint64 time)
{
  add (self, (SimJournalEntry){
                 .number = exchange->number,
                 .time = time,
                 .operation = dup_text (exchange->operation),
                 .class_name = dup_text (exchange->class_name),
                 .method = dup_text (exchange->method),
                 .user = dup_text (exchange->user),
                 .fault = dup_text (exchange->fault),
                 .refusal = dup_text (exchange->refusal),
                 .filter = dup_text (exchange->filter),
                 .status = is_unanswered (exchange) ? 0 : exchange->status,
                 .bytes_in = exchange->request != NULL ? g_bytes_get_size (exchange->request) : 0,
                 .bytes_out = bytes_out (exchange),
                 .connection = exchange->connection,
                 .selectors = dup_selectors (exchange) });
}

void
sim_journal_add_refusal (SimJournal *self, const char *what, guint status, gint64 time)
{
  add (self, (SimJournalEntry){ .time = time, .refusal = dup_text (what), .status = status });
}

static SimJournalEntry *
entry_copy (const SimJournalEntry *entry)
{
  SimJournalEntry *copy = g_new (SimJournalEntry, 1);

  *copy = *entry;
  copy->operation = g_strdup (entry->operation);
  copy->class_name = g_strdup (entry->class_name);
  copy->method = g_strdup (entry->method);
  copy->user = g_strdup (entry->user);
  copy->fault = g_strdup (entry->fault);
  copy->refusal = g_strdup (entry->refusal);
  copy->filter = g_strdup (entry->filter);
  copy->selectors = g_strdupv (entry->selectors);
  return copy;
}

GPtrArray *
sim_journal_get_entries (SimJournal *self)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->length; i++)
    g_ptr_array_add (entries, entry_copy (&self->ring[(self->first + i) % self->capacity]));
  g_mutex_unlock (&self->mutex);
  return entries;
}

guint64
sim_journal_get_total (SimJournal *self)
{
  guint64 total;

  g_mutex_lock (&self->mutex);
  total = self->total;
  g_mutex_unlock (&self->mutex);
  return total;
}

guint
sim_journal_wait (SimJournal *self, guint64 seen, guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64)milliseconds * 1000;
  gint64 left;

  g_mutex_lock (&self->mutex);
  while (self->total <= seen)
    if (!g_cond_wait_until (&self->added, &self->mutex, end))
      break;
  left = self->total > seen ? end - g_get_monotonic_time () : 0;
  g_mutex_unlock (&self->mutex);
  return (guint)CLAMP (left / 1000, 0, milliseconds);
}

void
sim_journal_clear (SimJournal *self)
{
  g_mutex_lock (&self->mutex);
  clear (self);
  g_mutex_unlock (&self->mutex);
}
