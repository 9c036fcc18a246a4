/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define HEAD "POST /wsman HTTP/1.1\r\nHost: sim\r\n" FIXTURE_BASIC

static void
configure_impatient (SimListenerConfig *config)
{
  config->receive_deadline_ms = 200;
}

static void
configure_restless (SimListenerConfig *config)
{
  config->idle_deadline_ms = 600;
}

static void
configure_small (SimListenerConfig *config)
{
  config->max_connections = 2;
}

static void
configure_large (SimListenerConfig *config)
{
  config->max_body = 32 << 20;
  config->idle_deadline_ms = 600;
}

static void
assert_answers (Fixture *fixture, GSocket *socket)
{
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hello");
  g_autofree char *expected = fixture_echo ("hello");
  g_autofree char *reply = NULL;

  fixture_send (socket, request);
  reply = fixture_read_reply (socket);
  g_assert_cmpstr (reply, ==, expected);
}

/* ---- deadlines ---- */

static const struct {
  const char *sentence;
  const char *request;
  const char *reply;
  const char *journal;
} halves[] = {
  { "half-a-head-then-silence", HEAD, "", "0 no complete request head within 200 ms" },
  { "one-letter-then-silence", "P", "", "0 no complete request head within 200 ms" },
  { "half-a-body-then-silence", HEAD "Content-Length: 10\r\n\r\nhalf", "HTTP/1.1 500 \r\n",
    "500 body not complete in time" },
};

static void
test_half (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Fixture) fixture = fixture_new (configure_impatient);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *reply = NULL;
  g_autofree char *journal = NULL;

  fixture_send (socket, halves[i].request);
  reply = fixture_read_all (socket);
  g_assert_true (g_str_has_prefix (reply, halves[i].reply));
  g_assert_cmpint (*reply == '\0', ==, *halves[i].reply == '\0');
  fixture_wait_connections (fixture, 0);
  journal = fixture_last_refusal (fixture);
  g_assert_cmpstr (journal, ==, halves[i].journal);
  g_assert_cmpuint (sim_journal_get_total (fixture->journal), ==, 1);
}

/* The deadline is for the whole request: a byte now and then does not help. */
static void
test_slow (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_impatient);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  gint64 begin = g_get_monotonic_time ();

  fixture_send (socket, HEAD);
  while (g_socket_send (socket, "X", 1, NULL, NULL) == 1
         && g_get_monotonic_time () < begin + 10 * G_USEC_PER_SEC)
    g_socket_condition_timed_wait (socket, G_IO_IN, 20000, NULL, NULL);
  g_assert_cmpint (g_get_monotonic_time (), <, begin + 10 * G_USEC_PER_SEC);
  fixture_wait_connections (fixture, 0);
}

static void
test_idle (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_restless);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autoptr (GSocket) never_used = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *nothing = NULL;

  assert_answers (fixture, socket);
  never_used = fixture_connect (fixture);
  rest = fixture_read_all (socket);
  nothing = fixture_read_all (never_used);
  g_assert_cmpstr (rest, ==, "");
  g_assert_cmpstr (nothing, ==, "");
  fixture_wait_connections (fixture, 0);
}

/* The handler may take longer than any deadline. */
static void
test_busy (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_restless);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hold");
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autoptr (GSocket) watch = NULL;
  g_autofree char *expected = fixture_echo ("hold");
  g_autofree char *rest = NULL;
  g_autofree char *reply = NULL;

  fixture_send (socket, request);
  fixture_wait_held (fixture, 1);
  watch = fixture_connect (fixture);
  rest = fixture_read_all (watch); /* closed as idle: the other one is older */
  fixture_run (fixture, fixture_complete_held);
  reply = fixture_read_reply (socket);
  g_assert_cmpstr (reply, ==, expected);
}

/* A client that asks and does not read. */
static void
test_reply_not_taken (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_large);
  g_autofree char *body = g_strnfill (32 << 20, 'x');
  g_autofree char *request = fixture_post (FIXTURE_BASIC, body);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *journal = NULL;

  fixture_send (socket, request);
  fixture_wait_connections (fixture, 0);
  journal = fixture_last_refusal (fixture);
  g_assert_cmpstr (journal, ==, "0 reply not taken within 600 ms");
}

/* ---- connections ---- */

static void
test_connections (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_small);
  g_autoptr (GSocket) first = fixture_connect (fixture);
  g_autoptr (GSocket) second = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hello");
  g_autofree char *reply = NULL;

  assert_answers (fixture, first);
  assert_answers (fixture, second);
  {
    g_autoptr (GSocket) third = fixture_connect (fixture);

    fixture_send (third, request);
    reply = fixture_read_all (third);
    g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 503 Service Unavailable\r\n"));
    g_assert_nonnull (strstr (reply, "\r\nContent-Length: 326\r\n"));
  }
  g_socket_close (first, NULL);
  fixture_wait_connections (fixture, 1);
  {
    g_autoptr (GSocket) fourth = fixture_connect (fixture);

    assert_answers (fixture, fourth);
  }
}

static void
test_far_too_many (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_small);
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *rest = NULL;

  for (guint i = 0; i < 2 + 64 + 1; i++)
    g_ptr_array_add (sockets, fixture_connect (fixture));
  rest = fixture_read_all (sockets->pdata[2 + 64]);
  g_assert_cmpstr (rest, ==, "");
  g_assert_cmpuint (sim_listener_get_n_connections (fixture->listener), ==, 2 + 64);
  assert_answers (fixture, sockets->pdata[0]);
}

/* ---- descriptors ---- */

static void
run_exhausted (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) first = fixture_connect (fixture);
  g_autoptr (GSocket) waiting = NULL;
  struct rlimit limit;
  int taken[64];
  gsize n = 0;
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hello");
  g_autofree char *expected = fixture_echo ("hello");
  g_autofree char *reply = NULL;

  assert_answers (fixture, first);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = 60;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  while (n < G_N_ELEMENTS (taken) && (taken[n] = open ("/dev/null", O_RDONLY)) >= 0)
    n++;
  g_assert_cmpint (n, <, G_N_ELEMENTS (taken));

  /* One descriptor for the client's end, none for the listener's. */
  close (taken[--n]);
  waiting = fixture_connect (fixture);
  fixture_send (waiting, request);
  while (sim_journal_get_total (fixture->journal) < 2)
    g_thread_yield ();
  assert_answers (fixture, first);
  g_assert_cmpuint (sim_listener_get_n_connections (fixture->listener), ==, 1);

  while (n > 0)
    close (taken[--n]);
  reply = fixture_read_reply (waiting);
  g_assert_cmpstr (reply, ==, expected);
}

static void
test_exhausted (void)
{
  if (g_test_subprocess ()) {
    run_exhausted ();
    return;
  }
  g_test_trap_subprocess (NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

/* ---- ends ---- */

static void
test_stop_in_progress (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) held = fixture_connect (fixture);
  g_autoptr (GSocket) half = fixture_connect (fixture);
  g_autoptr (GSocket) idle = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hold");
  g_autofree char *reply = NULL;
  g_autofree char *rest = NULL;

  assert_answers (fixture, idle);
  fixture_send (held, request);
  fixture_send (half, HEAD);
  fixture_wait_held (fixture, 1);
  fixture_run (fixture, fixture_stop);
  g_assert_cmpuint (sim_listener_get_n_connections (fixture->listener), ==, 0);
  reply = fixture_read_all (held);
  rest = fixture_read_all (idle);
  g_assert_cmpstr (reply, ==, "");
  g_assert_cmpstr (rest, ==, "");
  fixture_run (fixture, fixture_complete_held);
}

static void
start_again (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  sim_listener_start (fixture->listener, &error);
  g_assert_no_error (error);
  fixture->http_port = sim_listener_get_http_port (fixture->listener);
}

static void
test_start_again (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) before = fixture_connect (fixture);
  g_autoptr (GSocket) after = NULL;

  assert_answers (fixture, before);
  fixture_run (fixture, fixture_stop);
  fixture_run (fixture, start_again);
  after = fixture_connect (fixture);
  assert_answers (fixture, after);
}

static void
test_client_leaves_meanwhile (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hold");

  fixture_send (socket, request);
  fixture_wait_held (fixture, 1);
  g_socket_close (socket, NULL);
  fixture_run (fixture, fixture_complete_held);
  fixture_wait_connections (fixture, 0);
}

static void
test_later (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hold");
  g_autofree char *expected = fixture_echo ("hold");

  for (guint i = 0; i < 3; i++) {
    g_autofree char *reply = NULL;

    fixture_send (socket, request);
    fixture_wait_held (fixture, 1);
    fixture_run (fixture, fixture_complete_held);
    reply = fixture_read_reply (socket);
    g_assert_cmpstr (reply, ==, expected);
  }
}

static void
never (SimExchange *exchange, gpointer user_data)
{
  g_assert_not_reached ();
}

static const struct {
  const char *sentence;
  const char *address;
  const char *message;
} addresses[] = {
  { "a-name", "localhost", "Cannot listen on \"localhost\": expected an IP address" },
  { "not-ours", "192.0.2.1", "Cannot listen on 192.0.2.1 port 0 (http): " },
};

static void
test_address (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (SimAccounts) accounts = sim_accounts_new ();
  g_autoptr (SimJournal) journal = sim_journal_new (1);
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1.0, 0);
  SimListenerConfig config = { .address = addresses[i].address,
                               .http = TRUE,
                               .accounts = accounts,
                               .journal = journal,
                               .clock = clock,
                               .max_body = 1,
                               .max_connections = 1 };
  SimListener *listener = sim_listener_new (&config, never, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sim_listener_start (listener, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, addresses[i].message));
  sim_listener_free (listener);
}

static void
test_many (void)
{
  Fixture *fixtures[8];

  for (gsize i = 0; i < G_N_ELEMENTS (fixtures); i++)
    fixtures[i] = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (fixtures); i++) {
    g_autoptr (GSocket) socket = fixture_connect (fixtures[i]);

    assert_answers (fixtures[i], socket);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (fixtures); i++)
    fixture_free (fixtures[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (halves); i++) {
    g_autofree char *path = g_strconcat ("/listener/deadline/", halves[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_half);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autofree char *path = g_strconcat ("/listener/address/", addresses[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_address);
  }
  g_test_add_func ("/listener/deadline/a-byte-now-and-then", test_slow);
  g_test_add_func ("/listener/deadline/idle", test_idle);
  g_test_add_func ("/listener/deadline/not-for-the-handler", test_busy);
  g_test_add_func ("/listener/deadline/reply-not-taken", test_reply_not_taken);
  g_test_add_func ("/listener/connections/one-too-many", test_connections);
  g_test_add_func ("/listener/connections/far-too-many", test_far_too_many);
  g_test_add_func ("/listener/descriptors/exhausted-and-free-again", test_exhausted);
  g_test_add_func ("/listener/end/stop-with-requests-in-progress", test_stop_in_progress);
  g_test_add_func ("/listener/end/start-again", test_start_again);
  g_test_add_func ("/listener/end/client-leaves-meanwhile", test_client_leaves_meanwhile);
  g_test_add_func ("/listener/end/exchange-completes-later", test_later);
  g_test_add_func ("/listener/end/many-listeners", test_many);
  return g_test_run ();
}
