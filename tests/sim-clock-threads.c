/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/sim-clock.h"

#define SECOND ((gint64)G_USEC_PER_SEC)
#define EPOCH G_GINT64_CONSTANT (1700000000000000)

/* ---- threads ---- */

#define N_THREADS 4
#define N_ROUNDS 250

typedef struct {
  SimClock *clock;
  GMainContext *context;
  GMainLoop *loop;
  gint64 last;
  guint left;
  gint *inside; /* how many callbacks run at this moment, in all threads */
} Worker;

static gboolean
worker_round (gpointer data)
{
  Worker *worker = data;
  gint64 now = sim_clock_now (worker->clock);

  g_assert_cmpint (g_atomic_int_add (worker->inside, 1), ==, 0);
  g_assert_cmpint (now, ==, worker->last + SECOND);
  worker->last = now;
  if (--worker->left > 0)
    sim_clock_add_timer (worker->clock, worker->context, SECOND, worker_round, worker, NULL);
  else
    g_main_loop_quit (worker->loop);
  g_atomic_int_add (worker->inside, -1);
  return G_SOURCE_REMOVE;
}

static gpointer
worker_main (gpointer data)
{
  Worker *worker = data;

  g_main_context_push_thread_default (worker->context);
  g_main_loop_run (worker->loop);
  g_main_context_pop_thread_default (worker->context);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_JUMP, 1, EPOCH);
  GThread *threads[N_THREADS];
  Worker workers[N_THREADS];
  gint inside = 0;

  sim_clock_hold (clock);
  for (guint i = 0; i < N_THREADS; i++) {
    GMainContext *context = g_main_context_new ();

    workers[i] = (Worker){
      clock, context, g_main_loop_new (context, FALSE), 0, N_ROUNDS, &inside,
    };
    sim_clock_add_timer (clock, context, SECOND, worker_round, &workers[i], NULL);
    threads[i] = g_thread_new ("worker", worker_main, &workers[i]);
  }
  sim_clock_release (clock);
  for (guint i = 0; i < N_THREADS; i++) {
    g_thread_join (threads[i]);
    g_main_loop_unref (workers[i].loop);
    g_main_context_unref (workers[i].context);
  }
  g_assert_cmpint (sim_clock_now (clock), ==, N_ROUNDS * SECOND);
}

/* ---- many ---- */

#define N_MANY 10000

typedef struct {
  SimClock *clock;
  gint64 last;
  guint ran;
} Many;

static gboolean
many_run (gpointer data)
{
  Many *many = data;
  gint64 now = sim_clock_now (many->clock);

  g_assert_cmpint (now, >=, many->last);
  many->last = now;
  many->ran++;
  return G_SOURCE_REMOVE;
}

static void
test_many (void)
{
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_JUMP, 1, EPOCH);
  Many many = { clock, 0, 0 };
  guint64 removed = 0;

  sim_clock_hold (clock);
  for (guint i = 0; i < N_MANY; i++) {
    guint64 id = sim_clock_add_timer (clock, NULL, (gint64)(i * 7919 % N_MANY) * SECOND, many_run,
                                      &many, NULL);

    if (i % 10 == 0) {
      sim_clock_remove_timer (clock, id);
      removed++;
    }
  }
  g_assert_cmpuint (sim_clock_get_n_timers (clock), ==, N_MANY - removed);
  sim_clock_release (clock);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (many.ran, ==, N_MANY - removed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim-clock/threads/never-run-at-the-same-time", test_threads);
  g_test_add_func ("/sim-clock/threads/ten-thousand-timers", test_many);
  return g_test_run ();
}
