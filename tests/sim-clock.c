/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/sim-clock.h"

#define SECOND ((gint64)G_USEC_PER_SEC)
#define EPOCH G_GINT64_CONSTANT (1700000000000000)

/* What ran, and at what time of the clock. */
typedef struct {
  SimClock *clock;
  GString *text;
} Log;

typedef struct {
  Log *log;
  const char *name;
  guint destroyed;
  guint64 victim; /* removed by the callback */
  gint64 again;   /* the callback adds "again" after so long; 0: no */
  GMainContext *context;
} Note;

static void
log_init (Log *log, SimClockMode mode)
{
  log->clock = sim_clock_new (mode, 1, EPOCH);
  log->text = g_string_new (NULL);
}

static void
log_clear (Log *log)
{
  g_clear_object (&log->clock);
  g_string_free (log->text, TRUE);
}

static void
note_destroyed (gpointer data)
{
  Note *note = data;

  note->destroyed++;
}

static gboolean
note_again (gpointer data)
{
  Note *note = data;

  g_string_append_printf (note->log->text, "again@%.1f ",
                          (double)sim_clock_now (note->log->clock) / SECOND);
  return G_SOURCE_REMOVE;
}

static gboolean
note_run (gpointer data)
{
  Note *note = data;

  g_string_append_printf (note->log->text, "%s@%.1f ", note->name,
                          (double)sim_clock_now (note->log->clock) / SECOND);
  if (note->victim != 0)
    sim_clock_remove_timer (note->log->clock, note->victim);
  if (note->again > 0)
    sim_clock_add_timer (note->log->clock, note->context, note->again, note_again, note, NULL);
  return G_SOURCE_CONTINUE; /* does not matter: a timer is called once */
}

static guint64
note_add (Note *note, double seconds)
{
  return sim_clock_add_timer (note->log->clock, note->context, (gint64)(seconds * SECOND), note_run,
                              note, note_destroyed);
}

static void
drain (GMainContext *context)
{
  while (g_main_context_iteration (context, FALSE))
    continue;
}

/* ---- order: rows ---- */

typedef struct {
  const char *sentence;
  SimClockMode mode;
  double delays[5]; /* of a, b, c …; a negative one ends */
  double advance;   /* 0: does not */
  const char *ran;
  double now;
} OrderRow;

static const OrderRow order_rows[] = {
  { "jump-runs-all-by-due-time", SIM_CLOCK_JUMP, { 3, 1, 2, -1 }, 0, "b@1.0 c@2.0 a@3.0 ", 3 },
  { "jump-runs-equal-times-in-order-of-adding",
    SIM_CLOCK_JUMP,
    { 1, 1, 0.5, 1, -1 },
    0,
    "c@0.5 a@1.0 b@1.0 d@1.0 ",
    1 },
  { "jump-advances-from-where-it-has-come-to", SIM_CLOCK_JUMP, { 1, -1 }, 9, "a@1.0 ", 10 },
  { "stepped-stands-still", SIM_CLOCK_STEPPED, { 1, 2, -1 }, 0, "", 0 },
  { "stepped-runs-what-needs-no-time", SIM_CLOCK_STEPPED, { 1, 0, -1 }, 0, "b@0.0 ", 0 },
  { "stepped-runs-what-falls-due", SIM_CLOCK_STEPPED, { 3, 1, 2, -1 }, 2, "b@1.0 c@2.0 ", 2 },
  { "stepped-runs-each-at-its-moment", SIM_CLOCK_STEPPED, { 2, 1, -1 }, 60, "b@1.0 a@2.0 ", 60 },
};

static void
test_order (gconstpointer data)
{
  const OrderRow *row = data;
  static const char *const names[] = { "a", "b", "c", "d", "e" };
  Note notes[G_N_ELEMENTS (names)] = { 0 };
  Log log;

  log_init (&log, row->mode);
  sim_clock_hold (log.clock);
  for (guint i = 0; row->delays[i] >= 0; i++) {
    notes[i] = (Note){ .log = &log, .name = names[i] };
    note_add (&notes[i], row->delays[i]);
  }
  sim_clock_release (log.clock);
  if (row->advance > 0)
    sim_clock_advance (log.clock, (gint64)(row->advance * SECOND));
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, row->ran);
  g_assert_cmpint (sim_clock_now (log.clock), ==, (gint64)(row->now * SECOND));
  g_assert_cmpint (sim_clock_wall (log.clock), ==, EPOCH + (gint64)(row->now * SECOND));
  log_clear (&log);
}

/* ---- stories ---- */

static void
test_hold (void)
{
  Log log;
  Note note = { .log = &log, .name = "a" };

  log_init (&log, SIM_CLOCK_JUMP);
  sim_clock_hold (log.clock);
  sim_clock_hold (log.clock);
  note_add (&note, 1);
  drain (NULL);
  sim_clock_release (log.clock);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "");
  g_assert_cmpuint (sim_clock_get_n_timers (log.clock), ==, 1);
  g_assert_cmpint (sim_clock_get_next (log.clock), ==, SECOND);

  sim_clock_release (log.clock);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "a@1.0 ");
  g_assert_cmpuint (note.destroyed, ==, 1);
  g_assert_cmpuint (sim_clock_get_n_timers (log.clock), ==, 0);
  g_assert_cmpint (sim_clock_get_next (log.clock), ==, G_MAXINT64);
  log_clear (&log);
}

static void
test_held_clock_advances (void)
{
  Log log;
  Note note = { .log = &log, .name = "a" };

  log_init (&log, SIM_CLOCK_JUMP);
  sim_clock_hold (log.clock);
  note_add (&note, 5);
  sim_clock_advance (log.clock, 2 * SECOND);
  drain (NULL);
  g_assert_cmpint (sim_clock_now (log.clock), ==, 2 * SECOND);
  g_assert_cmpint (sim_clock_get_next (log.clock), ==, 3 * SECOND);
  sim_clock_advance (log.clock, 3 * SECOND);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "a@5.0 ");
  sim_clock_release (log.clock);
  log_clear (&log);
}

static void
test_expiry (void)
{
  Log log;
  Note note = { .log = &log, .name = "a" };
  Note expiry = { .log = &log, .name = "x" };
  Note late = { .log = &log, .name = "y" };

  log_init (&log, SIM_CLOCK_JUMP);
  sim_clock_hold (log.clock);
  sim_clock_add_expiry (log.clock, NULL, SECOND, note_run, &expiry, note_destroyed);
  sim_clock_add_expiry (log.clock, NULL, 60 * SECOND, note_run, &late, note_destroyed);
  sim_clock_release (log.clock);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "");
  note_add (&note, 3);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "x@1.0 a@3.0 ");
  sim_clock_advance (log.clock, 57 * SECOND);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "x@1.0 a@3.0 y@60.0 ");
  log_clear (&log);
}

static void
test_advances_add_up (void)
{
  Log log;
  Note note = { .log = &log, .name = "a" };

  log_init (&log, SIM_CLOCK_STEPPED);
  note_add (&note, 1);
  sim_clock_advance (log.clock, 2 * SECOND);
  sim_clock_advance (log.clock, 2 * SECOND);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "a@1.0 ");
  g_assert_cmpint (sim_clock_now (log.clock), ==, 4 * SECOND);
  log_clear (&log);
}

static void
test_added_in_callback (void)
{
  Log log;
  Note note = { .log = &log, .name = "a", .again = 2 * SECOND };

  log_init (&log, SIM_CLOCK_STEPPED);
  note_add (&note, 1);
  sim_clock_advance (log.clock, 10 * SECOND);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "a@1.0 again@3.0 ");
  g_assert_cmpint (sim_clock_now (log.clock), ==, 10 * SECOND);
  log_clear (&log);
}

static void
test_removed_in_callback (void)
{
  Log log;
  Note first = { .log = &log, .name = "a" };
  Note second = { .log = &log, .name = "b" };

  log_init (&log, SIM_CLOCK_JUMP);
  sim_clock_hold (log.clock);
  note_add (&first, 1);
  first.victim = note_add (&second, 1);
  sim_clock_release (log.clock);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "a@1.0 ");
  g_assert_cmpuint (second.destroyed, ==, 1);
  log_clear (&log);
}

static void
test_removes_itself (void)
{
  Log log;
  Note note = { .log = &log, .name = "a" };

  log_init (&log, SIM_CLOCK_STEPPED);
  note.victim = note_add (&note, 1);
  sim_clock_advance (log.clock, SECOND);
  drain (NULL);
  g_assert_cmpuint (note.destroyed, ==, 1);
  sim_clock_remove_timer (log.clock, note.victim);
  sim_clock_remove_timer (log.clock, 4711);
  g_assert_cmpuint (note.destroyed, ==, 1);
  log_clear (&log);
}

static void
test_removed_when_queued (void)
{
  Log log;
  Note first = { .log = &log, .name = "a" };
  Note second = { .log = &log, .name = "b" };
  guint64 id;

  log_init (&log, SIM_CLOCK_JUMP);
  id = note_add (&first, 1); /* is queued in the context at once */
  note_add (&second, 1);
  sim_clock_remove_timer (log.clock, id);
  g_assert_cmpuint (first.destroyed, ==, 1);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "b@2.0 ");
  log_clear (&log);
}

static void
test_contexts_take_turns (void)
{
  g_autoptr (GMainContext) other = g_main_context_new ();
  Log log;
  Note first = { .log = &log, .name = "a", .context = other };
  Note second = { .log = &log, .name = "b" };
  Note third = { .log = &log, .name = "c", .context = other };

  log_init (&log, SIM_CLOCK_STEPPED);
  note_add (&third, 3);
  note_add (&second, 2);
  note_add (&first, 1);
  sim_clock_advance (log.clock, 5 * SECOND);
  drain (NULL); /* not yet its turn */
  g_assert_cmpstr (log.text->str, ==, "");
  drain (other);
  drain (NULL);
  drain (other);
  g_assert_cmpstr (log.text->str, ==, "a@1.0 b@2.0 c@3.0 ");
  g_assert_cmpint (sim_clock_now (log.clock), ==, 5 * SECOND);
  log_clear (&log);
}

static void
test_context_dies (void)
{
  GMainContext *other = g_main_context_new ();
  Log log;
  Note queued = { .log = &log, .name = "a", .context = other };
  Note waiting = { .log = &log, .name = "b", .context = other };
  Note note = { .log = &log, .name = "c" };

  log_init (&log, SIM_CLOCK_JUMP);
  note_add (&queued, 1);
  note_add (&waiting, 2);
  note_add (&note, 3);
  g_main_context_unref (other);
  g_assert_cmpuint (queued.destroyed, ==, 1);
  g_assert_cmpuint (waiting.destroyed, ==, 1);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "c@4.0 ");
  log_clear (&log);
}

static void
test_clock_dies (void)
{
  Log log;
  Note queued = { .log = &log, .name = "a" };
  Note waiting = { .log = &log, .name = "b" };

  log_init (&log, SIM_CLOCK_JUMP);
  note_add (&queued, 1);
  note_add (&waiting, 2);
  g_clear_object (&log.clock);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "");
  g_assert_cmpuint (queued.destroyed + waiting.destroyed, ==, 2);
  log_clear (&log);
}

static void
test_mode_changes (void)
{
  Log log;
  Note first = { .log = &log, .name = "a" };
  Note second = { .log = &log, .name = "b" };

  log_init (&log, SIM_CLOCK_STEPPED);
  note_add (&first, 3600);
  note_add (&second, 7200);
  sim_clock_set_mode (log.clock, SIM_CLOCK_REAL, 1);
  g_assert_cmpint (sim_clock_get_mode (log.clock), ==, SIM_CLOCK_REAL);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "");
  sim_clock_set_mode (log.clock, SIM_CLOCK_JUMP, 1);
  drain (NULL);
  g_assert_cmpstr (log.text->str, ==, "a@3600.0 b@7200.0 ");
  log_clear (&log);
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
test_rate (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gint64 real = g_get_monotonic_time ();
  Log log;
  Note note = { .log = &log, .name = "a" };

  log_init (&log, SIM_CLOCK_STEPPED);
  sim_clock_set_mode (log.clock, SIM_CLOCK_REAL, 100000);
  sim_clock_add_timer (log.clock, NULL, 3600 * SECOND, quit, loop, NULL);
  note_add (&note, 1800);
  g_main_loop_run (loop);
  real = g_get_monotonic_time () - real;
  g_assert_true (g_str_has_prefix (log.text->str, "a@"));
  g_assert_cmpint (sim_clock_now (log.clock), >=, 3600 * SECOND);
  g_assert_cmpint (real, >=, 3600 * SECOND / 100000);
  log_clear (&log);
}

static gboolean
count_run (gpointer data)
{
  ++*(guint *)data;
  return G_SOURCE_REMOVE;
}

static void
test_interface (void)
{
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, EPOCH);
  guint ran = 0;
  guint64 id;

  hyperv_clock_add_timer (HYPERV_CLOCK (clock), NULL, SECOND, count_run, &ran, NULL);
  id = hyperv_clock_add_timer (HYPERV_CLOCK (clock), NULL, SECOND, count_run, &ran, NULL);
  hyperv_clock_remove_timer (HYPERV_CLOCK (clock), id);
  sim_clock_advance (clock, SECOND);
  drain (NULL);
  g_assert_cmpuint (ran, ==, 1);
  g_assert_cmpint (hyperv_clock_now (HYPERV_CLOCK (clock)), ==, SECOND);
}

static const struct {
  const char *path;
  GTestFunc func;
} stories[] = {
  { "/sim-clock/a-held-clock-does-not-jump", test_hold },
  { "/sim-clock/a-held-clock-can-be-advanced", test_held_clock_advances },
  { "/sim-clock/time-does-not-jump-to-an-expiry", test_expiry },
  { "/sim-clock/advances-add-up", test_advances_add_up },
  { "/sim-clock/a-timer-added-by-a-callback-counts-from-its-moment", test_added_in_callback },
  { "/sim-clock/a-callback-removes-another-timer", test_removed_in_callback },
  { "/sim-clock/removal-of-what-has-fired-does-nothing", test_removes_itself },
  { "/sim-clock/a-queued-timer-can-be-removed", test_removed_when_queued },
  { "/sim-clock/contexts-take-turns-in-order", test_contexts_take_turns },
  { "/sim-clock/a-context-that-dies-takes-its-timers-along", test_context_dies },
  { "/sim-clock/a-clock-that-dies-calls-nobody", test_clock_dies },
  { "/sim-clock/the-mode-changes-while-timers-wait", test_mode_changes },
  { "/sim-clock/a-rate-makes-an-hour-short", test_rate },
  { "/sim-clock/is-a-hyperv-clock", test_interface },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (order_rows); i++) {
    g_autofree char *path = g_strconcat ("/sim-clock/order/", order_rows[i].sentence, NULL);

    g_test_add_data_func (path, &order_rows[i], test_order);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    g_test_add_func (stories[i].path, stories[i].func);
  return g_test_run ();
}
