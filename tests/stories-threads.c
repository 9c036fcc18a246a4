/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/story.h"

/* Several threads at one object, on either side. */

#define N_THREADS 8
#define N_ROUNDS 30
#define HOUR (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* ---- criticals that are meant ---- */

typedef struct {
  gint n;
  const char *function;
  guint handler;
} Criticals;

static void
count_critical (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  Criticals *self = user_data;

  if (strstr (message, self->function) == NULL)
    g_error ("expected a critical of %s, found %s", self->function, message);
  g_atomic_int_inc (&self->n);
}

static void
criticals_begin (Criticals *self, const char *function)
{
  *self = (Criticals){ .function = function };
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  self->handler = g_log_set_handler (NULL, G_LOG_LEVEL_CRITICAL, count_critical, self);
}

static void
criticals_end (Criticals *self, gint expected)
{
  g_log_remove_handler (NULL, self->handler);
  g_log_set_always_fatal (
      (GLogLevelFlags)(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING));
  g_assert_cmpint (g_atomic_int_get (&self->n), ==, expected);
}

/* ---- the simulated host ---- */

static gpointer
start_host (gpointer data)
{
  return GINT_TO_POINTER (hyperv_sim_host_start (data, NULL));
}

static gpointer
stop_host (gpointer data)
{
  hyperv_sim_host_stop (data);
  return NULL;
}

/* One of them starts it; for the others it is started already, which is their mistake. */
static void
test_starts (void)
{
  g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2019");
  GThread *threads[N_THREADS];
  guint n_started = 0;
  Criticals criticals;

  criticals_begin (&criticals, "hyperv_sim_host_start");
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("start", start_host, sim);
  for (guint i = 0; i < N_THREADS; i++)
    n_started += g_thread_join (threads[i]) != NULL;
  criticals_end (&criticals, N_THREADS - 1);
  g_assert_cmpuint (n_started, ==, 1);
  g_assert_nonnull (hyperv_sim_host_get_uri (sim));
}

static void
test_start_and_stop (void)
{
  g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2019");

  hyperv_sim_host_set_transports (sim, FALSE, TRUE);
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_autoptr (GError) error = NULL;
    GThread *first = g_thread_new ("stop", stop_host, sim);
    GThread *second = g_thread_new ("stop", stop_host, sim);

    g_assert_true (hyperv_sim_host_start (sim, &error));
    g_assert_no_error (error);
    g_thread_join (first);
    g_thread_join (second);
    hyperv_sim_host_stop (sim);
    g_assert_cmpuint (hyperv_sim_host_get_n_contexts (sim), ==, 0);
  }
}

static gpointer
ask_host (gpointer data)
{
  HypervSimHost *sim = data;

  for (guint i = 0; i < N_ROUNDS * 10; i++) {
    g_autofree char *state G_GNUC_UNUSED = hyperv_sim_host_get_vm_state (sim, "web01", NULL);
    g_autoptr (GPtrArray) entries = hyperv_sim_host_get_journal (sim);

    hyperv_sim_host_get_n_contexts (sim);
    hyperv_sim_host_clear_filters (sim);
    hyperv_sim_host_advance (sim, 1);
    g_assert_nonnull (entries);
  }
  return NULL;
}

static void
test_asked_while_stopping (void)
{
  g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2019");
  GThread *threads[N_THREADS];

  hyperv_sim_host_set_transports (sim, FALSE, TRUE);
  g_assert_true (hyperv_sim_host_start (sim, NULL));
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("ask", ask_host, sim);
  for (guint i = 0; i < N_ROUNDS; i++) {
    hyperv_sim_host_stop (sim);
    g_assert_true (hyperv_sim_host_start (sim, NULL));
  }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

/* It passes by itself: whoever wants it moved is told so, at once. */
static void
test_advance_real (void)
{
  Story story;
  Criticals criticals;

  story_begin (&story, "2019", FALSE);
  hyperv_sim_host_set_clock_mode (story.sim, HYPERV_SIM_CLOCK_REAL, 1);
  criticals_begin (&criticals, "hyperv_sim_host_advance");
  hyperv_sim_host_advance (story.sim, HOUR);
  criticals_end (&criticals, 1);
  story_end (&story);
}

/* ---- the client ---- */

typedef struct {
  HypervHost *host;
  gint n_answers, n_errors;
} Asking;

static gpointer
ask_client (gpointer data)
{
  Asking *asking = data;

  for (guint i = 0; i < N_ROUNDS; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HypervVm) vm = hyperv_host_find_vm (asking->host, "web01", NULL, &error);

    g_assert_true ((vm == NULL) == (error != NULL));
    if (i % 5 == 0)
      hyperv_host_close (asking->host); /* whatever the others are doing */
    g_atomic_int_inc (vm != NULL ? &asking->n_answers : &asking->n_errors);
  }
  return NULL;
}

static void
test_closed_while_asking (void)
{
  Story story;
  Asking asking = { 0 };
  GThread *threads[N_THREADS];
  g_autoptr (HypervVm) vm = NULL;

  story_begin (&story, "2019", TRUE);
  asking.host = story.host;
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("ask", ask_client, &asking);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (asking.n_answers + asking.n_errors, ==, N_THREADS * N_ROUNDS);
  vm = story_vm (&story, "web01");
  g_assert_nonnull (vm);
  g_clear_object (&vm);
  story_end (&story);
}

static gpointer
connect_client (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hyperv_host_connect (data, NULL, &error));
  g_assert_no_error (error);
  return NULL;
}

static void
test_connects (void)
{
  Story story;
  GThread *threads[N_THREADS];

  story_begin (&story, "2019", FALSE);
  story.host = hyperv_host_new (hyperv_sim_host_get_https_uri (story.sim), NULL);
  hyperv_host_set_credentials (story.host, story.who);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("connect", connect_client, story.host);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpstr (hyperv_host_get_hostname (story.host), ==, "HV2019");
  story_end (&story);
}

static const struct {
  const char *sentence;
  void (*run) (void);
} stories[] = {
  { "a host that eight threads start", test_starts },
  { "a host that is started and stopped at once", test_start_and_stop },
  { "a host that is asked while it stops and starts", test_asked_while_stopping },
  { "a clock that passes by itself is not moved", test_advance_real },
  { "a client that is closed while eight threads ask", test_closed_while_asking },
  { "a client that eight threads connect", test_connects },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/stories/threads/", stories[i].sentence, NULL);

    g_test_add_func (path, stories[i].run);
  }
  return g_test_run ();
}
