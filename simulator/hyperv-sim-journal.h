/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

#define HYPERV_SIM_TYPE_JOURNAL_ENTRY (hyperv_sim_journal_entry_get_type ())
HYPERV_EXPORT GType hyperv_sim_journal_entry_get_type (void);

/**
 * HypervSimJournalEntry:
 * @number: 1, 2, 3 … for each host
 * @time: microseconds of the host's clock since it began
 * @operation: (nullable): `Identify`, `Get`, `Enumerate`, `Pull`, `Release`, `Invoke` …
 * @class_name: (nullable): the class it was about
 * @method: (nullable): the method that was invoked
 * @user: (nullable): who asked
 * @fault: (nullable): subcode of the SOAP fault it was answered with
 * @refusal: (nullable): why it was refused
 * @filter: (nullable): the last filter that acted
 * @status: HTTP status; 0 when the connection was closed without an answer
 * @bytes_in: length of the request's body
 * @bytes_out: length of the reply's body
 * @connection: which connection, 1, 2, 3 …
 * @selectors: (nullable) (array zero-terminated=1): `NAME=VALUE` each
 *
 * One exchange, as the simulated host saw it.
 */
typedef struct {
  guint64 number;
  gint64 time;
  char *operation;
  char *class_name;
  char *method;
  char *user;
  char *fault;
  char *refusal;
  char *filter;
  guint status;
  guint64 bytes_in;
  guint64 bytes_out;
  guint64 connection;
  char **selectors;
} HypervSimJournalEntry;

HYPERV_EXPORT HypervSimJournalEntry *
hyperv_sim_journal_entry_copy (const HypervSimJournalEntry *self);
HYPERV_EXPORT void hyperv_sim_journal_entry_free (HypervSimJournalEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervSimJournalEntry, hyperv_sim_journal_entry_free)

G_END_DECLS
