/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

/* What is there to be told: VMs, open things, filters, causes, faults. */

static void
add_text (GVariantBuilder *row, const char *name, const char *text)
{
  g_variant_builder_add (row, "{sv}", name, g_variant_new_string (text != NULL ? text : ""));
}

typedef struct {
  const char *vm;
  GVariantBuilder rows;
  GError *error;
} Listing;

static void
add_vm (const ProviderVmFacts *facts, gpointer rows)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&row, "name", facts->name);
  add_text (&row, "uuid", facts->guid);
  g_variant_builder_add (
      &row, "{sv}", "id",
      g_variant_new_maybe (G_VARIANT_TYPE_UINT64,
                           facts->process != 0 ? g_variant_new_uint64 (facts->process) : NULL));
  add_text (&row, "state", facts->state);
  g_variant_builder_add_value (rows, g_variant_builder_end (&row));
}

static void
list_vms (HypervSimHost *self, gpointer data)
{
  Listing *listing = data;

  provider_list_vms (self->provider, listing->vm, add_vm, &listing->rows, &listing->error);
}

/**
 * hyperv_sim_host_list_vms:
 * @self: a host that runs
 * @vm: (nullable): name or UUID of the only one that is meant; %NULL: all
 * @error: HYPERV_SIM_ERROR_NOT_FOUND when there is no such VM
 *
 * Tells of VMs as they are at one moment.
 *
 * Returns: (transfer full) (nullable): an `aa{sv}` with `name`, `uuid`, `id` (number of the worker
 *   process; an empty maybe while there is none) and `state`, as hyperv_sim_host_get_vm_state()
 */
GVariant *
hyperv_sim_host_list_vms (HypervSimHost *self, const char *vm, GError **error)
{
  Listing listing = { vm, G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}")) };
  g_autoptr (GVariant) rows = NULL;
  gboolean runs;

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  runs = hyperv_sim_host_call (self, list_vms, &listing);
  rows = g_variant_ref_sink (g_variant_builder_end (&listing.rows));
  if (!runs)
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING,
                 "host “%s” does not run; start it first", self->name);
  else if (listing.error == NULL)
    return g_steal_pointer (&rows);
  else
    g_set_error_literal (
        error, HYPERV_SIM_ERROR,
        g_error_matches (listing.error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_NOT_FOUND)
            ? HYPERV_SIM_ERROR_NOT_FOUND
            : HYPERV_SIM_ERROR_INVALID_ARGUMENT,
        listing.error->message);
  g_clear_error (&listing.error);
  return NULL;
}

static void
add_open (GVariantBuilder *rows, const char *kind, const char *id, const char *what,
          const char *user, guint64 number)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&row, "kind", kind);
  add_text (&row, "id", id);
  add_text (&row, "what", what);
  add_text (&row, "user", user);
  g_variant_builder_add (&row, "{sv}", "opened_by", g_variant_new_uint64 (number));
  g_variant_builder_add_value (rows, g_variant_builder_end (&row));
}

static void
add_wsman (const WsmanOpen *open, gpointer rows)
{
  add_open (rows, open->kind, open->id, open->what, open->user, open->number);
}

static void
add_job (const char *id, const char *caption, const char *owner, guint64 exchange, gpointer rows)
{
  add_open (rows, "job", id, caption, owner, exchange);
}

static void
list_open (HypervSimHost *self, gpointer rows)
{
  wsman_list_open (self->wsman, add_wsman, rows);
  provider_list_jobs (self->provider, add_job, rows);
}

/**
 * hyperv_sim_host_get_open:
 * @self: a host
 *
 * Tells what was begun and not ended: enumerations that are neither drained nor released, shells
 * that were not deleted, jobs that have not ended.
 *
 * Returns: (transfer full): an `aa{sv}` with `kind` (`context`, `shell`, `job`), `id`, `what`
 *   (class, `cmd`, or caption), `user`, and `opened_by`, the number of the journal's entry
 */
GVariant *
hyperv_sim_host_get_open (HypervSimHost *self)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  hyperv_sim_host_call (self, list_open, &rows);
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

/* ---- filters ---- */

static void
add_filter (guint id, const SimFilterType *type, GVariant *settings, guint n_acted, gpointer rows)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_builder_add (&row, "{sv}", "id", g_variant_new_uint32 (id));
  add_text (&row, "filter", type->name);
  g_variant_builder_add (&row, "{sv}", "acted", g_variant_new_uint32 (n_acted));
  g_variant_iter_init (&iter, settings);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value)) {
    g_variant_builder_add (&row, "{sv}", name, value);
    g_variant_unref (value);
  }
  g_variant_builder_add_value (rows, g_variant_builder_end (&row));
}

static void
list_filters (HypervSimHost *self, gpointer rows)
{
  sim_filter_chain_list (self->filters, add_filter, rows);
}

/**
 * hyperv_sim_host_get_filters:
 * @self: a host
 *
 * Lists what goes wrong on purpose. Waits for the thread of the host; any thread may ask but
 * that one.
 *
 * Returns: (transfer full): an `aa{sv}`, oldest first: `id`, `filter`, how often it `acted`, and
 *   the settings that it was given
 */
GVariant *
hyperv_sim_host_get_filters (HypervSimHost *self)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  hyperv_sim_host_call (self, list_filters, &rows);
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

/**
 * hyperv_sim_get_filters:
 *
 * Lists the filters that hyperv_sim_host_add_filter() knows.
 *
 * Returns: (transfer full): an `aa{sv}` of the filters that there are: `filter`, `summary`,
 *   `arguments`
 */
GVariant *
hyperv_sim_get_filters (void)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (const SimFilterType *const *type = sim_filter_get_types (); *type != NULL; type++) {
    g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

    add_text (&row, "filter", (*type)->name);
    add_text (&row, "summary", (*type)->summary);
    g_variant_builder_add (&row, "{sv}", "arguments", g_variant_new_strv ((*type)->arguments, -1));
    g_variant_builder_add_value (&rows, g_variant_builder_end (&row));
  }
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

/**
 * hyperv_sim_get_causes:
 *
 * Lists the causes that the filter `cause` knows.
 *
 * Returns: (transfer full): an `aa{sv}` of the causes of failure: `cause`, `text` in Windows'
 *   words, `error_code` of a job, `return_value` of a method (0: the job fails)
 */
GVariant *
hyperv_sim_get_causes (void)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (const ProviderCause *cause = provider_get_causes (); cause->name != NULL; cause++) {
    g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

    add_text (&row, "cause", cause->name);
    add_text (&row, "text", cause->text);
    g_variant_builder_add (&row, "{sv}", "error_code", g_variant_new_uint32 (cause->error_code));
    g_variant_builder_add (&row, "{sv}", "return_value",
                           g_variant_new_uint32 (cause->return_value));
    g_variant_builder_add_value (&rows, g_variant_builder_end (&row));
  }
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

static void
add_fault (const WsmanFaultFacts *facts, gpointer rows)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *text = g_strchomp (g_strdup (facts->text));

  add_text (&row, "fault", facts->name);
  add_text (&row, "subcode", facts->subcode);
  g_variant_builder_add (&row, "{sv}", "code", g_variant_new_uint32 (facts->code));
  add_text (&row, "text", text);
  g_variant_builder_add_value (rows, g_variant_builder_end (&row));
}

/**
 * hyperv_sim_get_faults:
 *
 * What may go wrong in Windows' words: the rows that the verb `faults` of the control API lists.
 * May be called in any thread.
 *
 * Returns: (transfer full): an `aa{sv}` of the faults that the filter `soap-fault` can name:
 *   `fault`, `subcode`, `code` and `text` in Windows' words
 */
GVariant *
hyperv_sim_get_faults (void)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  wsman_tell_faults (add_fault, &rows);
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

/**
 * hyperv_sim_host_wait_request:
 * @self: a host
 * @seen: what hyperv_sim_host_get_n_requests() said
 * @milliseconds: how long at most, in the machine's time
 *
 * Waits for one more request.
 *
 * Returns: how many milliseconds are left
 */
guint
hyperv_sim_host_wait_request (HypervSimHost *self, guint64 seen, guint milliseconds)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), 0);

  return sim_journal_wait (self->journal, seen, milliseconds);
}
