/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

/* What the owner of a simulated host does to its world, on the host's thread. */

typedef struct {
  const char *vm;
  const char *text;
  guint percent;
  guint32 code;
  char *result;
  GError *error;
} Wish;

/* Gives the wish to the host's thread. */
static gboolean
grant (HypervSimHost *self, HypervSimCall function, Wish *wish, GError **error)
{
  if (!hyperv_sim_host_call (self, function, wish)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING,
                 "host “%s” does not run; start it first", self->name);
    return FALSE;
  }
  if (wish->error != NULL)
    g_propagate_error (error, wish->error);
  return wish->error == NULL;
}

/* Errors of the floors become ours at the border. */
static GError *
own_error (GError *error)
{
  gboolean is_missing = g_error_matches (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_NOT_FOUND)
                        || g_error_matches (error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND);
  GError *own = g_error_new_literal (
      HYPERV_SIM_ERROR, is_missing ? HYPERV_SIM_ERROR_NOT_FOUND : HYPERV_SIM_ERROR_INVALID_ARGUMENT,
      error->message);

  g_error_free (error);
  return own;
}

static void
set_vm_state (HypervSimHost *self, gpointer data)
{
  Wish *wish = data;

  if (!provider_set_vm_state (self->provider, wish->vm, wish->text, &wish->error))
    wish->error = own_error (wish->error);
}

/**
 * hyperv_sim_host_set_vm_state:
 * @self: a host that runs
 * @vm: name or UUID of a VM
 * @state: `running`, `off`, `saved` or `paused`
 * @error: HYPERV_SIM_ERROR_NOT_FOUND; or naming what is not known and what is
 *
 * Puts a VM into a state at once, without a job.
 *
 * Returns: whether it is
 */
gboolean
hyperv_sim_host_set_vm_state (HypervSimHost *self, const char *vm, const char *state,
                              GError **error)
{
  Wish wish = { .vm = vm, .text = state };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && vm != NULL && state != NULL, FALSE);

  return grant (self, set_vm_state, &wish, error);
}

static void
get_vm_state (HypervSimHost *self, gpointer data)
{
  Wish *wish = data;

  wish->result = provider_get_vm_state (self->provider, wish->vm, &wish->error);
  if (wish->result == NULL)
    wish->error = own_error (wish->error);
}

/**
 * hyperv_sim_host_get_vm_state:
 * @self: a host that runs
 * @vm: name or UUID of a VM
 * @error: HYPERV_SIM_ERROR_NOT_FOUND
 *
 * Asks the model, not the wire.
 *
 * Returns: (transfer full) (nullable): `running`, `off`, `saved`, `paused`, or the name of a state
 *   in between
 */
char *
hyperv_sim_host_get_vm_state (HypervSimHost *self, const char *vm, GError **error)
{
  Wish wish = { .vm = vm };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && vm != NULL, NULL);

  return grant (self, get_vm_state, &wish, error) ? wish.result : NULL;
}

static void
fail_next_job (HypervSimHost *self, gpointer data)
{
  Wish *wish = data;

  if (!provider_fail_next_job (self->provider, wish->vm, wish->percent, wish->code, wish->text,
                               &wish->error))
    wish->error = own_error (wish->error);
}

/**
 * hyperv_sim_host_fail_next_job:
 * @self: a host that runs
 * @vm: name or UUID of a VM
 * @percent: when it fails, 0 to 100
 * @error_code: `ErrorCode` of the job, 1 to 65535
 * @text: what the job says about it
 * @error: HYPERV_SIM_ERROR
 *
 * Makes the next job of a VM fail.
 *
 * Returns: whether it will
 */
gboolean
hyperv_sim_host_fail_next_job (HypervSimHost *self, const char *vm, guint percent,
                               guint32 error_code, const char *text, GError **error)
{
  Wish wish = { .vm = vm, .percent = percent, .code = error_code, .text = text };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && vm != NULL && text != NULL, FALSE);

  return grant (self, fail_next_job, &wish, error);
}

static void
count_contexts (HypervSimHost *self, gpointer data)
{
  *(guint *)data = wsman_get_n_contexts (self->wsman);
}

/**
 * hyperv_sim_host_get_n_contexts:
 * @self: a host
 *
 * Returns: how many enumerations are open: begun, and neither drained nor released
 */
guint
hyperv_sim_host_get_n_contexts (HypervSimHost *self)
{
  guint n = 0;

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), 0);

  hyperv_sim_host_call (self, count_contexts, &n);
  return n;
}

static HypervSimJournalEntry *
entry_from (const SimJournalEntry *from)
{
  HypervSimJournalEntry entry = { .number = from->number,
                                  .time = from->time,
                                  .operation = from->operation,
                                  .class_name = from->class_name,
                                  .method = from->method,
                                  .user = from->user,
                                  .fault = from->fault,
                                  .refusal = from->refusal,
                                  .filter = from->filter,
                                  .status = from->status,
                                  .bytes_in = from->bytes_in,
                                  .bytes_out = from->bytes_out,
                                  .connection = from->connection,
                                  .selectors = from->selectors };

  return hyperv_sim_journal_entry_copy (&entry);
}

/**
 * hyperv_sim_host_get_journal:
 * @self: a host
 *
 * Returns: (transfer container) (element-type HypervSimJournalEntry): the last exchanges, oldest
 *   first
 */
GPtrArray *
hyperv_sim_host_get_journal (HypervSimHost *self)
{
  g_autoptr (GPtrArray) entries = NULL;
  GPtrArray *copy;

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  entries = sim_journal_get_entries (self->journal);
  copy = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_sim_journal_entry_free);
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (copy, entry_from (g_ptr_array_index (entries, i)));
  return copy;
}

/**
 * hyperv_sim_host_get_n_requests:
 * @self: a host
 *
 * Returns: requests so far, refused ones and logins too; the same after
 *   hyperv_sim_host_clear_journal()
 */
guint64
hyperv_sim_host_get_n_requests (HypervSimHost *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), 0);

  return sim_journal_get_total (self->journal);
}

/**
 * hyperv_sim_host_clear_journal:
 * @self: a host
 *
 * Forgets what happened.
 */
void
hyperv_sim_host_clear_journal (HypervSimHost *self)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self));

  sim_journal_clear (self->journal);
}
