/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/transport-fixture.h"

/* Hosts that are never quite silent: deadlines hold against them, too. */

#define HEAD "HTTP/1.1 200 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
#define LIMIT_MS 400

typedef struct {
  const char *sentence;
  Turn turn;
  gboolean asks; /* which schemes are offered; else the request itself */
  int code;
  TransportSent sent;
  const char *message;
} Row;

static const Row rows[] = {
  { "a body that drips", TURN (HEAD "Content-Length: 100000\r\n\r\nf", THEN_DRIP), FALSE,
    HYPERV_ERROR_TIMED_OUT, TRANSPORT_SENT_MAYBE,
    "fewer than 1024 bytes in 400 ms when reading the reply" },
  { "a body without a length that drips", TURN (HEAD "\r\nf", THEN_DRIP), FALSE,
    HYPERV_ERROR_TIMED_OUT, TRANSPORT_SENT_MAYBE,
    "fewer than 1024 bytes in 400 ms when reading the reply" },
  { "a head that drips", TURN (HEAD "X-Filler: ", THEN_DRIP), FALSE, HYPERV_ERROR_TIMED_OUT,
    TRANSPORT_SENT_MAYBE, "when waiting for the reply" },
  { "a head in front of the login that drips", TURN ("HTTP/1.1 401 \r\nX-Filler: ", THEN_DRIP),
    TRUE, HYPERV_ERROR_TIMED_OUT, TRANSPORT_SENT_NO,
    "not logged in within 400 ms, when asking what the host offers" },
  { "a body in front of the login that drips",
    TURN ("HTTP/1.1 401 \r\nContent-Length: 60000\r\n\r\n", THEN_DRIP), TRUE,
    HYPERV_ERROR_TIMED_OUT, TRANSPORT_SENT_NO,
    "not logged in within 400 ms, when asking what the host offers" },
  { "100 Continue without end", FLOOD (NULL, "HTTP/1.1 100 Continue\r\n\r\n"), FALSE,
    HYPERV_ERROR_PROTOCOL, TRANSPORT_SENT_MAYBE, "more than 8 interim replies (status 100)" },
  { "100 Continue without end, in front of the login",
    FLOOD (NULL, "HTTP/1.1 100 Continue\r\n\r\n"), TRUE, HYPERV_ERROR_PROTOCOL, TRANSPORT_SENT_NO,
    "more than 8 interim replies (status 100)" },
};

static void
shorten (TransportConfig *config, gpointer data)
{
  const Row *row = data;

  if (row->asks) {
    config->auth = NULL;
    config->connect_timeout_ms = LIMIT_MS;
  } else {
    config->reply_timeout_ms = LIMIT_MS;
  }
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  const Turn turns[MAX_TURNS] = { row->turn };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, shorten, (gpointer)row);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "hello");
  g_assert_error (outcome.error, HYPERV_ERROR, row->code);
  assert_contains (outcome.error->message, row->message);
  g_assert_cmpint (outcome.sent, ==, row->sent);
  g_assert_cmpuint (server_get_n_requests (server), ==, 1);
}

/* Nobody reads what comes with the list of schemes. */
static void
test_page (void)
{
  g_autofree char *page = g_strnfill (70000, 'x');
  g_autofree char *reply
      = g_strdup_printf ("HTTP/1.1 401 \r\nContent-Length: 70000\r\n\r\n%s", page);
  const Turn turns[MAX_TURNS] = { TURN (reply, THEN_STALL) };
  const Row asking = { .asks = TRUE };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, shorten, (gpointer)&asking);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "hello");
  g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  assert_contains (outcome.error->message, "more than 65536 bytes came when asking");
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/slow/%s", rows[i].sentence);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/transport/slow/a long page in front of the login", test_page);
  return g_test_run ();
}
