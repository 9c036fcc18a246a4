/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

/* A filter in a chain; counted, because an exchange may be held in it when it is removed. */
struct _SimFilter {
  grefcount count;
  SimFilterChain *chain; /* NULL once removed */
  guint id;
  const SimFilterType *type;
  gpointer config;
  const SimFilterHook *hooks; /* of the type, as the setting `effect` says */
  GVariant *settings;
  SimFilterMatch match;
  guint n_fitting;
  guint n_meant;
  guint n_acted;
  GHashTable *decisions; /* exchange number -> GUINT_TO_POINTER (Decision) */
};

typedef enum { NOT_DECIDED, PASSED_OVER, MEANT, ACTED } Decision;

struct _SimFilterChain {
  SimClock *clock;
  GMainContext *context;
  GPtrArray *filters; /* of SimFilter*, in the order of adding */
  GPtrArray *runs;    /* of Run*, those that are held; not owned */
  SimFilterFault fault;
  gpointer fault_data;
  SimFilterActor actor;
  gpointer actor_data;
  guint64 random; /* state of splitmix64 */
  guint last_id;
  gboolean exchanges_hold;
};

/* One hook of one exchange on its way through the filters. */
typedef struct {
  SimFilterChain *chain;
  SimHook hook;
  SimExchange *exchange;
  SimFilterNext next;
  gpointer user_data;
  GPtrArray *filters; /* as they were when it began, in the order in which they run */
  guint position;
  guint64 timer;
} Run;

/* ---- filters ---- */

static SimFilter *
filter_ref (SimFilter *filter)
{
  g_ref_count_inc (&filter->count);
  return filter;
}

static void
filter_unref (gpointer data)
{
  SimFilter *filter = data;

  if (!g_ref_count_dec (&filter->count))
    return;
  if (filter->config != NULL)
    filter->type->free (filter->config);
  sim_filter_match_clear (&filter->match);
  g_clear_pointer (&filter->settings, g_variant_unref);
  g_hash_table_unref (filter->decisions);
  g_free (filter);
}

/* Needs the head of the request to know whether an exchange is meant. */
static gboolean
filter_needs_head (const SimFilterMatch *match)
{
  return match->operation != NULL || match->class_name != NULL || match->method != NULL
         || match->selector != NULL;
}

static Decision
filter_decide (SimFilter *filter, const SimExchange *exchange)
{
  const SimFilterMatch *match = &filter->match;

  if (!sim_filter_match_fits (match, exchange))
    return PASSED_OVER;
  filter->n_fitting++;
  if (match->nth != 0 && filter->n_fitting != match->nth)
    return PASSED_OVER;
  if (match->every != 0 && filter->n_fitting % match->every != 0)
    return PASSED_OVER;
  if (match->count != 0 && filter->n_meant >= match->count)
    return PASSED_OVER;
  if (match->probability > 0
      && sim_filter_random (filter) >= match->probability * ((double)G_MAXUINT32 + 1))
    return PASSED_OVER;
  filter->n_meant++;
  return MEANT;
}

/* Decided at the first hook where it can be. */
static gboolean
filter_means (SimFilter *filter, SimHook hook, const SimExchange *exchange)
{
  Decision decision = GPOINTER_TO_UINT (g_hash_table_lookup (filter->decisions, &exchange->number));

  if (decision == NOT_DECIDED) {
    if (hook == SIM_HOOK_RECEIVED && filter_needs_head (&filter->match))
      return FALSE;
    decision = filter_decide (filter, exchange);
    g_hash_table_insert (filter->decisions, g_memdup2 (&exchange->number, sizeof exchange->number),
                         GUINT_TO_POINTER (decision));
  }
  return decision != PASSED_OVER;
}

static void
filter_has_acted (SimFilter *filter, SimExchange *exchange)
{
  Decision decision = GPOINTER_TO_UINT (g_hash_table_lookup (filter->decisions, &exchange->number));

  if (decision != ACTED)
    filter->n_acted++;
  g_hash_table_insert (filter->decisions, g_memdup2 (&exchange->number, sizeof exchange->number),
                       GUINT_TO_POINTER (ACTED));
  g_free (exchange->filter);
  exchange->filter = g_strdup (filter->type->name);
}

gboolean
sim_filter_answer_fault (SimFilter *filter, SimExchange *exchange, const char *name)
{
  SimFilterChain *chain;

  g_return_val_if_fail (filter != NULL && exchange != NULL && name != NULL, FALSE);

  chain = filter->chain;
  return chain != NULL && chain->fault != NULL && chain->fault (exchange, name, chain->fault_data);
}

void
sim_filter_act (SimFilter *filter, SimExchange *exchange, SimFilterAct act, guint amount)
{
  SimFilterChain *chain;

  g_return_if_fail (filter != NULL && exchange != NULL);

  chain = filter->chain;
  if (chain != NULL && chain->actor != NULL)
    chain->actor (exchange, act, amount, chain->actor_data);
}

/* splitmix64: small, and the same everywhere. */
guint32
sim_filter_random (SimFilter *filter)
{
  SimFilterChain *chain = filter->chain;
  guint64 z;

  g_return_val_if_fail (chain != NULL, 0);

  chain->random += G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  z = chain->random;
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  return (guint32)((z ^ (z >> 31)) >> 32);
}

/* ---- the chain ---- */

SimFilterChain *
sim_filter_chain_new (SimClock *clock, GMainContext *context)
{
  SimFilterChain *self;

  g_return_val_if_fail (SIM_IS_CLOCK (clock), NULL);

  self = g_new0 (SimFilterChain, 1);
  self->clock = g_object_ref (clock);
  self->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  self->filters = g_ptr_array_new_with_free_func (filter_unref);
  self->runs = g_ptr_array_new ();
  self->random = 1;
  return self;
}

static void
run_free (Run *run)
{
  g_ptr_array_unref (run->filters);
  g_free (run);
}

void
sim_filter_chain_free (SimFilterChain *self)
{
  g_return_if_fail (self != NULL);

  while (self->runs->len > 0) {
    Run *run = g_ptr_array_remove_index (self->runs, 0);
    SimExchange *exchange = run->exchange;

    sim_clock_remove_timer (self->clock, run->timer);
    run_free (run);
    /* whoever handed it in still has to be told, or nobody frees it; that may be late */
    sim_exchange_drop_message (exchange);
    exchange->order = SIM_ORDER_HANG_UP;
    if (exchange->done != NULL)
      sim_exchange_complete (exchange);
  }
  sim_filter_chain_clear (self);
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->filters);
  g_main_context_unref (self->context);
  g_object_unref (self->clock);
  g_free (self);
}

void
sim_filter_chain_set_fault (SimFilterChain *self, SimFilterFault fault, gpointer user_data)
{
  g_return_if_fail (self != NULL);

  self->fault = fault;
  self->fault_data = user_data;
}

void
sim_filter_chain_set_actor (SimFilterChain *self, SimFilterActor actor, gpointer user_data)
{
  g_return_if_fail (self != NULL);

  self->actor = actor;
  self->actor_data = user_data;
}

void
sim_filter_chain_set_seed (SimFilterChain *self, guint32 seed)
{
  g_return_if_fail (self != NULL);

  self->random = seed;
}

void
sim_filter_chain_set_exchanges_hold (SimFilterChain *self, gboolean exchanges_hold)
{
  g_return_if_fail (self != NULL);

  self->exchanges_hold = exchanges_hold;
}

static const SimFilterType *
find_type (const char *name, GError **error)
{
  const SimFilterType *type = sim_filter_find_type (name);
  g_autoptr (GString) known = NULL;

  if (type != NULL)
    return type;
  known = g_string_new (NULL);
  for (const SimFilterType *const *row = sim_filter_get_types (); *row != NULL; row++)
    g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", (*row)->name);
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_UNKNOWN_FILTER,
               "there is no filter \"%s\" (known: %s)", name, known->str);
  return NULL;
}

static gboolean
read_effect (SimFilter *filter, GVariant *settings, GError **error)
{
  static const SimSetting setting = { .name = "effect", .type = SIM_SETTING_BOOLEAN };
  gboolean effect = FALSE;

  if (g_strv_contains (filter->type->arguments, "effect")
      && !sim_settings_get (settings, &setting, &effect, error))
    return FALSE;
  filter->hooks = effect ? filter->type->hooks_with_effect : filter->type->hooks;
  return TRUE;
}

static gboolean
filter_configure (SimFilter *filter, GVariant *settings, GError **error)
{
  const SimFilterType *type = filter->type;

  if (!sim_settings_check_keys (settings, type->name, type->arguments, sim_filter_match_keys,
                                error))
    return FALSE;
  filter->config = type->configure (settings, error);
  if (filter->config == NULL || !read_effect (filter, settings, error)
      || !sim_filter_match_read (&filter->match, settings, error)
      || (type->check != NULL && !type->check (filter, filter->config, error))) {
    g_prefix_error (error, "filter %s: ", type->name);
    return FALSE;
  }
  return TRUE;
}

guint
sim_filter_chain_add (SimFilterChain *self, const char *type, GVariant *settings, GError **error)
{
  g_autoptr (GVariant) owned = NULL;
  const SimFilterType *row;
  SimFilter *filter;

  g_return_val_if_fail (self != NULL && type != NULL, 0);
  g_return_val_if_fail (settings == NULL || g_variant_is_of_type (settings, G_VARIANT_TYPE_VARDICT),
                        0);

  row = find_type (type, error);
  owned = g_variant_ref_sink (
      settings != NULL ? settings : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  if (row == NULL)
    return 0;

  filter = g_new0 (SimFilter, 1);
  g_ref_count_init (&filter->count);
  filter->chain = self;
  filter->type = row;
  filter->decisions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  if (!filter_configure (filter, owned, error)) {
    filter_unref (filter);
    return 0;
  }
  if (filter->match.operation == NULL)
    filter->match.operation = g_strdup (row->operation);
  filter->settings = g_steal_pointer (&owned);
  filter->id = ++self->last_id;
  g_ptr_array_add (self->filters, filter);
  return filter->id;
}

static SimFilter *
find_filter (SimFilterChain *self, guint id)
{
  for (guint i = 0; i < self->filters->len; i++) {
    SimFilter *filter = g_ptr_array_index (self->filters, i);

    if (filter->id == id)
      return filter;
  }
  return NULL;
}

void
sim_filter_chain_list (SimFilterChain *self, SimFilterFunc function, gpointer user_data)
{
  g_return_if_fail (self != NULL && function != NULL);

  for (guint i = 0; i < self->filters->len; i++) {
    const SimFilter *filter = g_ptr_array_index (self->filters, i);

    function (filter->id, filter->type, filter->settings, filter->n_acted, user_data);
  }
}

gboolean
sim_filter_chain_remove (SimFilterChain *self, guint id)
{
  SimFilter *filter;

  g_return_val_if_fail (self != NULL, FALSE);

  filter = find_filter (self, id);
  if (filter == NULL)
    return FALSE;
  filter->chain = NULL;
  g_ptr_array_remove (self->filters, filter);
  return TRUE;
}

void
sim_filter_chain_clear (SimFilterChain *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->filters->len; i++)
    ((SimFilter *)g_ptr_array_index (self->filters, i))->chain = NULL;
  g_ptr_array_set_size (self->filters, 0);
}

guint
sim_filter_chain_get_n_acted (SimFilterChain *self, guint id)
{
  const SimFilter *filter;

  g_return_val_if_fail (self != NULL, 0);

  filter = find_filter (self, id);
  return filter != NULL ? filter->n_acted : 0;
}

/* ---- running ---- */

static gboolean run_go_on (gpointer data);

/* The exchange is done with this hook. After the last hook nothing is remembered of it. */
static void
run_end (Run *run, gboolean answered)
{
  SimFilterNext next = run->next;
  SimExchange *exchange = run->exchange;
  gpointer user_data = run->user_data;

  for (guint i = 0; run->hook == SIM_HOOK_WRITTEN && i < run->filters->len; i++) {
    SimFilter *filter = g_ptr_array_index (run->filters, i);

    g_hash_table_remove (filter->decisions, &exchange->number);
  }
  run_free (run);
  next (exchange, answered, user_data);
}

static void
run_wait (Run *run, gint64 hold)
{
  SimFilterChain *chain = run->chain;

  g_ptr_array_add (chain->runs, run);
  run->timer = sim_clock_add_timer (chain->clock, chain->context, hold, run_go_on, run, NULL);
  if (chain->exchanges_hold)
    sim_clock_release (chain->clock);
}

static SimVerdict
run_filter (Run *run, SimFilter *filter, gint64 *hold)
{
  SimFilterHook call = filter->hooks[run->hook];
  SimVerdict verdict;

  /* Decided even where there is nothing to do, so that the first hook counts. */
  if (filter->chain == NULL || !filter_means (filter, run->hook, run->exchange) || call == NULL)
    return SIM_VERDICT_PASS;
  verdict = call (filter, filter->config, run->exchange, hold);
  if (verdict != SIM_VERDICT_PASS)
    filter_has_acted (filter, run->exchange);
  return verdict;
}

static void
run_continue (Run *run)
{
  while (run->position < run->filters->len) {
    SimFilter *filter = g_ptr_array_index (run->filters, run->position++);
    gint64 hold = 0;
    SimVerdict verdict = run_filter (run, filter, &hold);

    if (verdict == SIM_VERDICT_HOLD) {
      run_wait (run, hold);
      return;
    }
    if (verdict == SIM_VERDICT_ANSWER && run->hook != SIM_HOOK_WRITTEN) {
      run_end (run, TRUE);
      return;
    }
  }
  run_end (run, FALSE);
}

static gboolean
run_go_on (gpointer data)
{
  Run *run = data;
  SimFilterChain *chain = run->chain;

  run->timer = 0;
  g_ptr_array_remove (chain->runs, run);
  if (chain->exchanges_hold)
    sim_clock_hold (chain->clock);
  run_continue (run);
  return G_SOURCE_REMOVE;
}

void
sim_filter_chain_run (SimFilterChain *self, SimHook hook, SimExchange *exchange, SimFilterNext next,
                      gpointer user_data)
{
  Run *run;
  guint n;

  g_return_if_fail (self != NULL && exchange != NULL && next != NULL);
  g_return_if_fail (hook < SIM_N_HOOKS);

  n = self->filters->len;
  run = g_new0 (Run, 1);
  run->chain = self;
  run->hook = hook;
  run->exchange = exchange;
  run->next = next;
  run->user_data = user_data;
  run->filters = g_ptr_array_new_full (n, filter_unref);
  for (guint i = 0; i < n; i++) {
    guint index = hook == SIM_HOOK_WRITTEN ? n - 1 - i : i;

    g_ptr_array_add (run->filters, filter_ref (g_ptr_array_index (self->filters, index)));
  }
  run_continue (run);
}
