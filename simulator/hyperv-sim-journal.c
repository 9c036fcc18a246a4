/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-journal.h"

G_DEFINE_BOXED_TYPE (HypervSimJournalEntry, hyperv_sim_journal_entry, hyperv_sim_journal_entry_copy,
                     hyperv_sim_journal_entry_free)

/**
 * hyperv_sim_journal_entry_copy: (skip)
 * @self: an entry
 *
 * Copies an entry of the journal.
 *
 * Returns: (transfer full): a copy
 */
HypervSimJournalEntry *
hyperv_sim_journal_entry_copy (const HypervSimJournalEntry *self)
{
  HypervSimJournalEntry *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->operation = g_strdup (self->operation);
  copy->class_name = g_strdup (self->class_name);
  copy->method = g_strdup (self->method);
  copy->user = g_strdup (self->user);
  copy->fault = g_strdup (self->fault);
  copy->refusal = g_strdup (self->refusal);
  copy->filter = g_strdup (self->filter);
  copy->selectors = g_strdupv (self->selectors);
  return copy;
}

/**
 * hyperv_sim_journal_entry_free: (skip)
 * @self: (transfer full): an entry
 *
 * Frees an entry of the journal.
 */
void
hyperv_sim_journal_entry_free (HypervSimJournalEntry *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->operation);
  g_free (self->class_name);
  g_free (self->method);
  g_free (self->user);
  g_free (self->fault);
  g_free (self->refusal);
  g_free (self->filter);
  g_strfreev (self->selectors);
  g_free (self);
}
