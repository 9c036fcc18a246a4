/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter.h"

#define MILLISECOND G_GINT64_CONSTANT (1000)

typedef struct {
  SimClock *clock;
  SimFilterChain *chain;
  GString *log;      /* which hooks went on: "RPBAW" */
  gboolean answered; /* by the last hook */
  guint64 number;
} Fixture;

static gboolean
write_fault (SimExchange *exchange, const char *name, gpointer user_data)
{
  static const char *const known[] = { "AccessDenied", "TimedOut", "QuotaLimit", NULL };

  if (!g_strv_contains (known, name))
    return FALSE;
  exchange->status = 500;
  g_free (exchange->fault);
  exchange->fault = g_strdup (name);
  return TRUE;
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  fixture->chain = sim_filter_chain_new (fixture->clock, NULL);
  sim_filter_chain_set_fault (fixture->chain, write_fault, NULL);
  fixture->log = g_string_new (NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->chain, sim_filter_chain_free);
  g_clear_object (&fixture->clock);
  g_string_free (fixture->log, TRUE);
}

static void
went_on (SimExchange *exchange, gboolean answered, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_c (fixture->log, answered ? '!' : '.');
  fixture->answered = answered;
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
run (Fixture *fixture, SimExchange *exchange, SimHook hook)
{
  g_string_append_c (fixture->log, "RPBAW"[hook]);
  sim_filter_chain_run (fixture->chain, hook, exchange, went_on, fixture);
}

static SimExchange *
new_exchange (Fixture *fixture)
{
  SimExchange *exchange = sim_exchange_new ();

  exchange->number = ++fixture->number;
  return exchange;
}

/* As the host does it: the head is there from PARSED on, an answer leads to WRITTEN. */
static SimExchange *
pass (Fixture *fixture, const char *operation, const char *class_name, const char *method,
      const char *name)
{
  SimExchange *exchange = new_exchange (fixture);

  for (SimHook hook = SIM_HOOK_RECEIVED; hook < SIM_HOOK_WRITTEN; hook++) {
    if (hook == SIM_HOOK_PARSED) {
      exchange->operation = g_strdup (operation);
      exchange->class_name = g_strdup (class_name);
      exchange->method = g_strdup (method);
      sim_exchange_add_selector (exchange, "Name", name);
    }
    run (fixture, exchange, hook);
    if (fixture->answered)
      break;
  }
  if (!fixture->answered) {
    exchange->status = 200;
    exchange->reply = g_bytes_new_static ("<reply/>", 8);
  }
  fixture->answered = FALSE;
  run (fixture, exchange, SIM_HOOK_WRITTEN);
  return exchange;
}

static guint
add (Fixture *fixture, const char *type, const char *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant
      = g_variant_parse (G_VARIANT_TYPE_VARDICT, settings, NULL, NULL, &error);
  guint id;

  g_assert_no_error (error);
  id = sim_filter_chain_add (fixture->chain, type, variant, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (id, >, 0);
  return id;
}

/* ---- what each filter does: rows ---- */

typedef struct {
  const char *sentence;
  const char *type;
  const char *settings;
  const char *log;
  guint status;
  SimOrder order;
  gsize bytes;
  const char *reply; /* NULL: none */
  const char *fault;
} ActRow;

static const ActRow act_rows[] = {
  { "hang-up-closes-before-anything-is-read", "hang-up", "{}", "R!W.", 0, SIM_ORDER_HANG_UP, 0,
    NULL, NULL },
  { "hang-up-for-an-operation-waits-for-the-head", "hang-up", "{'operation': <'Get'>}", "R.P!W.", 0,
    SIM_ORDER_HANG_UP, 0, NULL, NULL },
  { "hang-up-with-effect-loses-the-reply", "hang-up", "{'effect': <true>}", "R.P.B.A!W.", 0,
    SIM_ORDER_HANG_UP, 0, NULL, NULL },
  { "hang-up-midway-is-half-of-the-reply", "hang-up", "{'when': <'midway'>}", "R.P.B.A.W.", 200,
    SIM_ORDER_HANG_UP_MIDWAY, 4, "<reply/>", NULL },
  { "hang-up-midway-takes-bytes", "hang-up", "{'when': <'midway'>, 'bytes': <3>}", "R.P.B.A.W.",
    200, SIM_ORDER_HANG_UP_MIDWAY, 3, "<reply/>", NULL },
  { "hang-up-after-sends-the-reply", "hang-up", "{'when': <'after'>}", "R.P.B.A.W.", 200,
    SIM_ORDER_HANG_UP_AFTER, 4, "<reply/>", NULL },
  { "http-status-has-no-body-unless-given", "http-status", "{'status': <503>}", "R!W.", 503,
    SIM_ORDER_ANSWER, 0, NULL, NULL },
  { "http-status-sends-its-body", "http-status", "{'status': <uint16 404>, 'body': <'no'>}", "R!W.",
    404, SIM_ORDER_ANSWER, 0, "no", NULL },
  { "http-status-with-effect-acts-first", "http-status", "{'status': <500>, 'effect': <true>}",
    "R.P.B.A!W.", 500, SIM_ORDER_ANSWER, 0, NULL, NULL },
  { "soap-fault-needs-the-head", "soap-fault", "{'fault': <'AccessDenied'>}", "R.P!W.", 500,
    SIM_ORDER_ANSWER, 0, NULL, "AccessDenied" },
  { "soap-fault-with-effect-acts-first", "soap-fault", "{'fault': <'TimedOut'>, 'effect': <true>}",
    "R.P.B.A!W.", 500, SIM_ORDER_ANSWER, 0, NULL, "TimedOut" },
  { "quota-is-a-fault", "quota", "{}", "R.P!W.", 500, SIM_ORDER_ANSWER, 0, NULL, "QuotaLimit" },
  { "stall-answers-nothing", "stall", "{}", "R!W.", 0, SIM_ORDER_STALL, 0, NULL, NULL },
  { "stall-with-effect-acts-first", "stall", "{'effect': <true>}", "R.P.B.A!W.", 0, SIM_ORDER_STALL,
    0, NULL, NULL },
  { "lost-reply-acts-first", "lost-reply", "{}", "R.P.B.A!W.", 0, SIM_ORDER_HANG_UP, 0, NULL,
    NULL },
  { "truncate-takes-half", "truncate", "{}", "R.P.B.A.W.", 200, SIM_ORDER_ANSWER, 0, "<rep", NULL },
  { "truncate-takes-bytes", "truncate", "{'bytes': <2>}", "R.P.B.A.W.", 200, SIM_ORDER_ANSWER, 0,
    "<r", NULL },
  { "truncate-adds-nothing", "truncate", "{'bytes': <99>}", "R.P.B.A.W.", 200, SIM_ORDER_ANSWER, 0,
    "<reply/>", NULL },
  { "drip-is-an-order", "drip", "{'bytes': <3>}", "R.P.B.A.W.", 200, SIM_ORDER_DRIP, 3, "<reply/>",
    NULL },
  { "reboot-hangs-up-before-the-effect", "reboot", "{}", "R.P!W.", 0, SIM_ORDER_HANG_UP, 0, NULL,
    NULL },
  { "reboot-with-effect-acts-first", "reboot", "{'effect': <true>}", "R.P.B.A!W.", 0,
    SIM_ORDER_HANG_UP, 0, NULL, NULL },
};

static void
test_act (Fixture *fixture, gconstpointer data)
{
  const ActRow *row = data;
  guint id = add (fixture, row->type, row->settings);
  g_autoptr (SimExchange) exchange = pass (fixture, "Get", "Msvm_ComputerSystem", NULL, "web01");

  g_assert_cmpstr (fixture->log->str, ==, row->log);
  g_assert_cmpuint (exchange->status, ==, row->status);
  g_assert_cmpint (exchange->order, ==, row->order);
  g_assert_cmpuint (exchange->order_bytes, ==, row->bytes);
  g_assert_cmpstr (exchange->fault, ==, row->fault);
  g_assert_cmpstr (exchange->filter, ==, row->type);
  g_assert_cmpuint (sim_filter_chain_get_n_acted (fixture->chain, id), ==, 1);
  if (row->reply == NULL)
    g_assert_null (exchange->reply);
  else
    g_assert_cmpmem (g_bytes_get_data (exchange->reply, NULL), g_bytes_get_size (exchange->reply),
                     row->reply, strlen (row->reply));
}

/* ---- which exchanges are meant: rows ---- */

typedef struct {
  const char *sentence;
  const char *settings;
  const char *acted; /* on Get, Pull, Invoke, Invoke, Get of other names: '1' or '0' each */
} MatchRow;

static const MatchRow match_rows[] = {
  { "no-restriction-means-all", "{}", "11111" },
  { "operation-without-regard-to-case", "{'operation': <'invoke'>}", "00110" },
  { "class", "{'class': <'Msvm_ShutdownComponent'>}", "00010" },
  { "method", "{'method': <'RequestStateChange'>}", "00100" },
  { "selector", "{'selector': <'name=WEB01'>}", "11110" },
  { "selector-of-another-name", "{'selector': <'InstanceID=web01'>}", "00000" },
  { "all-of-them-must-fit", "{'operation': <'Get'>, 'selector': <'Name=db01'>}", "00001" },
  { "the-nth-only", "{'nth': <2>}", "01000" },
  { "the-nth-of-those-that-fit", "{'operation': <'Get'>, 'nth': <2>}", "00001" },
  { "at-most-so-many", "{'count': <3>}", "11100" },
  { "every-second", "{'every': <2>}", "01010" },
  { "every-second-of-those-that-fit", "{'operation': <'Get'>, 'every': <2>}", "00001" },
  { "every-and-count", "{'every': <2>, 'count': <1>}", "01000" },
  { "certain", "{'probability': <1.0>}", "11111" },
  { "certain-as-a-whole-number", "{'probability': <int64 1>}", "11111" },
  { "by-the-seed", "{'probability': <0.5>}", "00011" },
  { "at-most-so-many-of-those-that-fit", "{'operation': <'Invoke'>, 'count': <uint64 1>}",
    "00100" },
};

static void
test_match (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *operation;
    const char *class_name;
    const char *method;
    const char *name;
  } exchanges[] = {
    { "Get", "Msvm_ComputerSystem", NULL, "web01" },
    { "Pull", "Msvm_ComputerSystem", NULL, "web01" },
    { "Invoke", "Msvm_ComputerSystem", "RequestStateChange", "web01" },
    { "Invoke", "Msvm_ShutdownComponent", "InitiateShutdown", "web01" },
    { "Get", "Msvm_ComputerSystem", NULL, "db01" },
  };
  const MatchRow *row = data;
  g_autoptr (GString) acted = g_string_new (NULL);
  g_autoptr (GVariant) own
      = g_variant_parse (G_VARIANT_TYPE_VARDICT, row->settings, NULL, NULL, NULL);
  GVariantDict dict;
  guint id;

  g_variant_dict_init (&dict, own);
  g_variant_dict_insert (&dict, "status", "i", 503);
  id = sim_filter_chain_add (fixture->chain, "http-status", g_variant_dict_end (&dict), NULL);
  g_assert_cmpuint (id, !=, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (exchanges); i++) {
    g_autoptr (SimExchange) exchange
        = pass (fixture, exchanges[i].operation, exchanges[i].class_name, exchanges[i].method,
                exchanges[i].name);

    g_string_append_c (acted, exchange->status == 503 ? '1' : '0');
  }
  g_assert_cmpstr (acted->str, ==, row->acted);
}

/* ---- stories ---- */

static void
test_delay (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = new_exchange (fixture);

  add (fixture, "delay", "{'milliseconds': <20>}");
  run (fixture, exchange, SIM_HOOK_BEFORE_EFFECT);
  sim_clock_advance (fixture->clock, 19 * MILLISECOND);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "B");
  sim_clock_advance (fixture->clock, MILLISECOND);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "B.");
  g_assert_cmpstr (exchange->filter, ==, "delay");
}

static void
test_delays_add_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = new_exchange (fixture);

  add (fixture, "delay", "{'milliseconds': <20>}");
  add (fixture, "delay", "{'milliseconds': <30.0>}");
  run (fixture, exchange, SIM_HOOK_BEFORE_EFFECT);
  sim_clock_advance (fixture->clock, 49 * MILLISECOND);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "B");
  sim_clock_advance (fixture->clock, MILLISECOND);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "B.");
}

static void
test_held_exchange_lets_time_jump (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = new_exchange (fixture);

  sim_clock_set_mode (fixture->clock, SIM_CLOCK_JUMP, 1);
  sim_filter_chain_set_exchanges_hold (fixture->chain, TRUE);
  add (fixture, "delay", "{'milliseconds': <20>}");
  sim_clock_hold (fixture->clock);
  run (fixture, exchange, SIM_HOOK_BEFORE_EFFECT);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "B.");
  g_assert_cmpint (sim_clock_now (fixture->clock), ==, 20 * MILLISECOND);
  sim_clock_release (fixture->clock);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = NULL;

  add (fixture, "http-status", "{'status': <503>}");
  add (fixture, "http-status", "{'status': <404>}");
  exchange = pass (fixture, "Get", NULL, NULL, "web01");
  g_assert_cmpuint (exchange->status, ==, 503);
}

static void
test_order_written (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = NULL;

  add (fixture, "hang-up", "{'when': <'midway'>, 'bytes': <1>}");
  add (fixture, "hang-up", "{'when': <'midway'>, 'bytes': <2>}");
  exchange = pass (fixture, "Get", NULL, NULL, "web01");
  g_assert_cmpuint (exchange->order_bytes, ==, 1);
}

static void
test_removed (Fixture *fixture, gconstpointer data)
{
  guint id = add (fixture, "http-status", "{'status': <503>}");
  g_autoptr (SimExchange) exchange = NULL;

  g_assert_true (sim_filter_chain_remove (fixture->chain, id));
  g_assert_false (sim_filter_chain_remove (fixture->chain, id));
  exchange = pass (fixture, "Get", NULL, NULL, "web01");
  g_assert_cmpuint (exchange->status, ==, 200);
}

static void
test_removed_while_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = new_exchange (fixture);

  add (fixture, "delay", "{'milliseconds': <20>}");
  add (fixture, "delay", "{'milliseconds': <30>}");
  run (fixture, exchange, SIM_HOOK_BEFORE_EFFECT);
  sim_filter_chain_clear (fixture->chain);
  sim_clock_advance (fixture->clock, 20 * MILLISECOND);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "B.");
}

static void
test_freed_while_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = new_exchange (fixture);

  add (fixture, "delay", "{'milliseconds': <20>}");
  run (fixture, exchange, SIM_HOOK_BEFORE_EFFECT);
  g_clear_pointer (&fixture->chain, sim_filter_chain_free);
  sim_clock_advance (fixture->clock, 20 * MILLISECOND);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "B");
}

static void
free_note (gpointer log)
{
  g_string_append_c (log, 'f');
}

static void
note_done (SimExchange *exchange, gpointer log)
{
  g_string_append_c (log, 'd');
}

/* What wsman remembers of it leans on what goes next. */
static void
test_freed_with_message (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) exchange = new_exchange (fixture);

  add (fixture, "delay", "{'milliseconds': <20>}");
  exchange->message = fixture->log;
  exchange->message_free = free_note;
  exchange->done = note_done;
  exchange->done_data = fixture->log;
  run (fixture, exchange, SIM_HOOK_BEFORE_EFFECT);
  g_clear_pointer (&fixture->chain, sim_filter_chain_free);
  g_assert_cmpstr (fixture->log->str, ==, "Bfd");
}

static void
test_two_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SimExchange) first = new_exchange (fixture);
  g_autoptr (SimExchange) second = new_exchange (fixture);

  add (fixture, "delay", "{'milliseconds': <20>, 'nth': <1>}");
  run (fixture, first, SIM_HOOK_BEFORE_EFFECT);
  run (fixture, second, SIM_HOOK_BEFORE_EFFECT);
  g_assert_cmpstr (fixture->log->str, ==, "BB.");
  sim_clock_advance (fixture->clock, 20 * MILLISECOND);
  drain ();
  g_assert_cmpstr (fixture->log->str, ==, "BB..");
}

static void
test_table (Fixture *fixture, gconstpointer data)
{
  guint n = 0;

  for (const SimFilterType *const *row = sim_filter_get_types (); *row != NULL; row++, n++) {
    g_assert_true (sim_filter_find_type ((*row)->name) == *row);
    g_assert_nonnull ((*row)->summary);
    g_assert_nonnull ((*row)->arguments);
  }
  g_assert_cmpuint (n, ==, 15);
  g_assert_null (sim_filter_find_type ("Delay"));
}

static const struct {
  const char *path;
  void (*func) (Fixture *fixture, gconstpointer data);
} stories[] = {
  { "/filters/chain/a-delay-holds-for-the-clock's-time", test_delay },
  { "/filters/chain/delays-add-up", test_delays_add_up },
  { "/filters/chain/a-held-exchange-lets-time-jump", test_held_exchange_lets_time_jump },
  { "/filters/chain/the-first-that-answers-wins", test_order },
  { "/filters/chain/written-runs-in-reverse", test_order_written },
  { "/filters/chain/a-removed-filter-does-nothing", test_removed },
  { "/filters/chain/filters-go-while-an-exchange-is-held", test_removed_while_held },
  { "/filters/chain/the-chain-goes-while-an-exchange-is-held", test_freed_while_held },
  { "/filters/chain/the-message-of-a-held-exchange-goes-with-the-chain", test_freed_with_message },
  { "/filters/chain/two-exchanges-in-one-filter", test_two_held },
  { "/filters/chain/the-table-lists-four", test_table },
};

static void
add_row (const char *topic, const char *sentence, gconstpointer row,
         void (*func) (Fixture *fixture, gconstpointer data))
{
  g_autofree char *path = g_strdup_printf ("/filters/%s/%s", topic, sentence);

  g_test_add (path, Fixture, row, setup, func, teardown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (act_rows); i++)
    add_row ("act", act_rows[i].sentence, &act_rows[i], test_act);
  for (gsize i = 0; i < G_N_ELEMENTS (match_rows); i++)
    add_row ("match", match_rows[i].sentence, &match_rows[i], test_match);
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    g_test_add (stories[i].path, Fixture, NULL, setup, stories[i].func, teardown);
  return g_test_run ();
}
