/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The machine's clock: order, contexts, removal, and who frees what. */

#include "client/base/hyperv-clock.h"

#define SECOND G_USEC_PER_SEC

typedef struct {
  HypervClock *clock;
  GMainContext *context;
  GString *log;
  guint freed;
  guint64 victim; /* a timer that the first one removes */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = hyperv_clock_new_monotonic ();
  f->context = g_main_context_new ();
  f->log = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->clock);
  g_main_context_unref (f->context);
  g_string_free (f->log, TRUE);
}

typedef struct {
  Fixture *f;
  char mark;
} Mark;

static gboolean
mark (gpointer data)
{
  Mark *m = data;

  g_string_append_c (m->f->log, m->mark);
  return G_SOURCE_CONTINUE; /* does not matter: a timer fires once */
}

static gboolean
mark_and_remove (gpointer data)
{
  Mark *m = data;

  hyperv_clock_remove_timer (m->f->clock, m->f->victim);
  return mark (data);
}

static void
mark_free (gpointer data)
{
  Mark *m = data;

  m->f->freed++;
  g_free (m);
}

static guint64
add (Fixture *f, gint64 delay, char letter, GSourceFunc callback)
{
  Mark *m = g_new (Mark, 1);

  *m = (Mark){ f, letter };
  return hyperv_clock_add_timer (f->clock, f->context, delay, callback, m, mark_free);
}

static void
run_until_freed (Fixture *f, guint n)
{
  while (f->freed < n)
    g_main_context_iteration (f->context, TRUE);
}

static void
test_now (Fixture *f, gconstpointer data)
{
  gint64 before = g_get_monotonic_time ();
  gint64 now = hyperv_clock_now (f->clock);

  g_assert_cmpint (now, >=, before);
  g_assert_cmpint (now, <=, g_get_monotonic_time ());
}

static void
test_order (Fixture *f, gconstpointer data)
{
  add (f, 200000, 'c', mark);
  add (f, 100000, 'b', mark);
  add (f, 0, 'a', mark);
  run_until_freed (f, 3);
  g_assert_cmpstr (f->log->str, ==, "abc");
}

static void
test_not_early (Fixture *f, gconstpointer data)
{
  gint64 start = hyperv_clock_now (f->clock);

  add (f, 5000, 'a', mark);
  run_until_freed (f, 1);
  g_assert_cmpint (hyperv_clock_now (f->clock) - start, >=, 5000);
}

static void
test_negative (Fixture *f, gconstpointer data)
{
  add (f, -SECOND, 'a', mark);
  run_until_freed (f, 1);
  g_assert_cmpstr (f->log->str, ==, "a");
}

static void
test_once (Fixture *f, gconstpointer data)
{
  add (f, 0, 'a', mark);
  run_until_freed (f, 1);
  g_assert_false (g_main_context_iteration (f->context, FALSE));
  g_assert_cmpstr (f->log->str, ==, "a");
}

static void
test_removed (Fixture *f, gconstpointer data)
{
  guint64 id = add (f, 0, 'a', mark);

  hyperv_clock_remove_timer (f->clock, id);
  g_assert_cmpuint (f->freed, ==, 1);
  g_assert_false (g_main_context_iteration (f->context, FALSE));
  g_assert_cmpstr (f->log->str, ==, "");
}

static void
test_removed_by_another (Fixture *f, gconstpointer data)
{
  add (f, 0, 'a', mark_and_remove);
  f->victim = add (f, 1, 'b', mark);
  run_until_freed (f, 2);
  g_assert_cmpstr (f->log->str, ==, "a");
}

static void
test_removed_twice (Fixture *f, gconstpointer data)
{
  guint64 id = add (f, 0, 'a', mark);

  run_until_freed (f, 1);
  hyperv_clock_remove_timer (f->clock, id);
  hyperv_clock_remove_timer (f->clock, id + 1);
  hyperv_clock_remove_timer (f->clock, 0);
  g_assert_cmpuint (f->freed, ==, 1);
}

static void
test_removes_itself (Fixture *f, gconstpointer data)
{
  f->victim = add (f, 0, 'a', mark_and_remove);
  run_until_freed (f, 1);
  g_assert_cmpstr (f->log->str, ==, "a");
}

static void
test_ids (Fixture *f, gconstpointer data)
{
  guint64 first = add (f, SECOND, 'a', mark);
  guint64 second = add (f, SECOND, 'b', mark);

  g_assert_cmpuint (first, !=, 0);
  g_assert_cmpuint (second, !=, 0);
  g_assert_cmpuint (first, !=, second);
  hyperv_clock_remove_timer (f->clock, first);
  hyperv_clock_remove_timer (f->clock, second);
}

static void
test_context (Fixture *f, gconstpointer data)
{
  g_autoptr (GMainContext) other = g_main_context_new ();

  add (f, 0, 'a', mark);
  g_assert_false (g_main_context_iteration (other, FALSE));
  g_assert_cmpstr (f->log->str, ==, "");
  run_until_freed (f, 1);
  g_assert_cmpstr (f->log->str, ==, "a");
}

static void
test_default_context (Fixture *f, gconstpointer data)
{
  hyperv_clock_add_timer (f->clock, NULL, 0, mark, &(Mark){ f, 'd' }, NULL);
  while (f->log->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (f->log->str, ==, "d");
}

static void
test_outlives (Fixture *f, gconstpointer data)
{
  HypervClock *clock = f->clock;

  g_object_add_weak_pointer (G_OBJECT (clock), (gpointer *)&clock);
  add (f, 0, 'a', mark);
  g_object_unref (f->clock);
  g_assert_nonnull (clock);
  run_until_freed (f, 1);
  g_assert_null (clock);
  f->clock = hyperv_clock_new_monotonic ();
}

static void
test_context_dies (Fixture *f, gconstpointer data)
{
  add (f, SECOND, 'a', mark);
  g_main_context_unref (f->context);
  g_assert_cmpuint (f->freed, ==, 1);
  g_assert_cmpstr (f->log->str, ==, "");
  f->context = g_main_context_new ();
}

static gpointer
add_thread (gpointer data)
{
  add (data, 0, 't', mark);
  return NULL;
}

static void
test_threads (Fixture *f, gconstpointer data)
{
  g_thread_join (g_thread_new ("timer", add_thread, f));
  run_until_freed (f, 1);
  g_assert_cmpstr (f->log->str, ==, "t");
}

static const struct {
  const char *sentence;
  void (*test) (Fixture *, gconstpointer);
} rows[] = {
  { "now is monotonic time", test_now },
  { "timers fire in order of time", test_order },
  { "a timer does not fire early", test_not_early },
  { "a negative delay means at once", test_negative },
  { "a timer fires once", test_once },
  { "a removed timer is freed and does not fire", test_removed },
  { "a timer may remove another", test_removed_by_another },
  { "removing a timer that fired does nothing", test_removed_twice },
  { "a timer may remove itself", test_removes_itself },
  { "ids are different and never 0", test_ids },
  { "a timer fires in its own context", test_context },
  { "no context means the default one", test_default_context },
  { "timers keep the clock alive", test_outlives },
  { "a context that dies frees its timers", test_context_dies },
  { "a timer may be added from any thread", test_threads },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/base/clock/", rows[i].sentence, NULL);

    g_test_add (path, Fixture, NULL, set_up, rows[i].test, tear_down);
  }
  return g_test_run ();
}
