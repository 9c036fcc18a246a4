/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/transport-fixture.h"

/* What becomes of a request whose reply does not come, or not as announced: each is sent once. */

#define HEAD "HTTP/1.1 200 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
#define FINE HEAD "Content-Length: 4\r\n\r\nfine"

typedef struct {
  const char *sentence;
  Turn turns[MAX_TURNS];
  guint n_before;   /* posts that succeed first, each answered "fine" */
  gboolean settled; /* wait until the server has closed before the last post */
  TransportSent sent;
  GQuark (*domain) (void); /* NULL: success */
  int code;
  const char *message;
  const char *body; /* on success */
  guint n_requests;
  guint n_connections;
} Row;

#define LOST TRANSPORT_SENT_MAYBE, g_io_error_quark, G_IO_ERROR_CONNECTION_CLOSED
#define LATE TRANSPORT_SENT_MAYBE, hyperv_error_quark, HYPERV_ERROR_TIMED_OUT
#define WRONG TRANSPORT_SENT_MAYBE, hyperv_error_quark, HYPERV_ERROR_PROTOCOL
#define REPLY TRANSPORT_SENT_REPLIED, NULL, 0, NULL

static const Row rows[] = {
  { "a fresh connection that is closed before the reply is lost",
    { TURN (NULL, THEN_CLOSE) },
    0,
    FALSE,
    LOST,
    "after 0 bytes of the reply's head",
    NULL,
    1,
    1 },
  { "a kept connection that is closed before the reply is lost",
    { TURN (FINE, THEN_KEEP), TURN (NULL, THEN_CLOSE) },
    1,
    FALSE,
    LOST,
    "sent once and may have been carried out",
    NULL,
    2,
    1 },
  { "a fresh connection that is reset before the reply is lost",
    { TURN (NULL, THEN_RESET) },
    0,
    FALSE,
    LOST,
    "127.0.0.1",
    NULL,
    1,
    1 },
  { "a kept connection that is reset before the reply is lost",
    { TURN (FINE, THEN_KEEP), TURN (NULL, THEN_RESET) },
    1,
    FALSE,
    LOST,
    "127.0.0.1",
    NULL,
    2,
    1 },
  { "a connection closed within the head is lost",
    { TURN ("HTTP/1.1 200 \r\nConte", THEN_CLOSE) },
    0,
    FALSE,
    LOST,
    "after 20 bytes of the reply's head",
    NULL,
    1,
    1 },
  { "a kept connection closed within the head is lost",
    { TURN (FINE, THEN_KEEP), TURN ("HTTP/1.1 200 \r\nConte", THEN_CLOSE) },
    1,
    FALSE,
    LOST,
    "bytes of the reply's head",
    NULL,
    2,
    1 },
  { "a connection closed within the body is lost",
    { TURN (HEAD "Content-Length: 10\r\n\r\n12345", THEN_CLOSE) },
    0,
    FALSE,
    LOST,
    "after 5 of 10 bytes of the reply's body",
    NULL,
    1,
    1 },
  { "a kept connection closed within the body is lost",
    { TURN (FINE, THEN_KEEP), TURN (HEAD "Content-Length: 10\r\n\r\n12345", THEN_CLOSE) },
    1,
    FALSE,
    LOST,
    "after 5 of 10 bytes of the reply's body",
    NULL,
    2,
    1 },
  { "a short body is lost also when closing was announced",
    { TURN (HEAD "Connection: close\r\nContent-Length: 10\r\n\r\n12345", THEN_CLOSE) },
    0,
    FALSE,
    LOST,
    "after 5 of 10 bytes of the reply's body",
    NULL,
    1,
    1 },
  { "a connection reset within the body is lost",
    { TURN (HEAD "Content-Length: 10\r\n\r\n12345", THEN_RESET) },
    0,
    FALSE,
    LOST,
    "bytes of the reply",
    NULL,
    1,
    1 },
  { "chunks without the last one are lost",
    { TURN (HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n", THEN_CLOSE) },
    0,
    FALSE,
    LOST,
    "after 5 bytes of the reply's body",
    NULL,
    1,
    1 },
  { "a reply that is complete counts although the connection is closed after it",
    { TURN (FINE, THEN_CLOSE) },
    0,
    FALSE,
    REPLY,
    "fine",
    1,
    1 },
  { "an idle connection that the host closed is replaced",
    { TURN (FINE, THEN_CLOSE), TURN (FINE, THEN_KEEP) },
    1,
    TRUE,
    REPLY,
    "fine",
    2,
    2 },
  { "an idle connection that the host reset is replaced",
    { TURN (FINE, THEN_RESET), TURN (FINE, THEN_KEEP) },
    1,
    TRUE,
    REPLY,
    "fine",
    2,
    2 },
  { "a connection whose end was announced is replaced",
    { TURN (HEAD "Connection: close\r\nContent-Length: 4\r\n\r\nfine", THEN_STALL),
      TURN (FINE, THEN_KEEP) },
    1,
    FALSE,
    REPLY,
    "fine",
    2,
    2 },
  { "a body longer than announced is cut",
    { TURN (HEAD "Content-Length: 4\r\n\r\nfine and more", THEN_KEEP) },
    0,
    FALSE,
    REPLY,
    "fine",
    1,
    1 },
  { "a body longer than announced is cut also when closing was announced",
    { TURN (HEAD "Connection: close\r\nContent-Length: 4\r\n\r\nfine and more", THEN_STALL) },
    0,
    FALSE,
    REPLY,
    "fine",
    1,
    1 },
  { "a reply that was not asked for is not the reply to the next request",
    { TURN (FINE HEAD "Content-Length: 5\r\n\r\nwrong", THEN_KEEP), TURN (FINE, THEN_KEEP) },
    1,
    FALSE,
    REPLY,
    "fine",
    2,
    2 },
  { "a body without length ends with the connection",
    { TURN (HEAD "\r\nfine", THEN_CLOSE) },
    0,
    FALSE,
    REPLY,
    "fine",
    1,
    1 },
  { "two lengths are refused",
    { TURN (HEAD "Content-Length: 4\r\nContent-Length: 10\r\n\r\nfine", THEN_STALL) },
    0,
    FALSE,
    WRONG,
    "expected one Content-Length, found \"4, 10\"",
    NULL,
    1,
    1 },
  { "a length that is no number is refused",
    { TURN (HEAD "Content-Length: four\r\n\r\nfine", THEN_STALL) },
    0,
    FALSE,
    WRONG,
    "not a reply in HTTP",
    NULL,
    1,
    1 },
  { "a length of 19 digits is refused",
    { TURN (HEAD "Content-Length: 1999999999999999999\r\n\r\nfine", THEN_STALL) },
    0,
    FALSE,
    WRONG,
    "found \"1999999999999999999\"",
    NULL,
    1,
    1 },
  { "a length with chunks is refused",
    { TURN (HEAD "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", THEN_STALL) },
    0,
    FALSE,
    WRONG,
    "and a Transfer-Encoding",
    NULL,
    1,
    1 },
  { "an unknown transfer coding is refused",
    { TURN (HEAD "Transfer-Encoding: gzip\r\n\r\nfine", THEN_CLOSE) },
    0,
    FALSE,
    WRONG,
    "not a reply in HTTP",
    NULL,
    1,
    1 },
  { "a compressed body is refused",
    { TURN (HEAD "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nfine", THEN_STALL) },
    0,
    FALSE,
    WRONG,
    "compressed (Content-Encoding: gzip)",
    NULL,
    1,
    1 },
  { "bytes that are not HTTP are refused",
    { TURN ("220 mail.example ESMTP\r\n\r\n", THEN_STALL) },
    0,
    FALSE,
    WRONG,
    "not a reply in HTTP",
    NULL,
    1,
    1 },
  { "silence before the head times out",
    { TURN (NULL, THEN_STALL) },
    0,
    FALSE,
    LATE,
    "silent for 150 ms when waiting for the reply, after 0 bytes of the reply's head",
    NULL,
    1,
    1 },
  { "silence within the head times out",
    { TURN ("HTTP/1.1 200 \r\nConte", THEN_STALL) },
    0,
    FALSE,
    LATE,
    "after 20 bytes of the reply's head",
    NULL,
    1,
    1 },
  { "silence within the body times out",
    { TURN (HEAD "Content-Length: 10\r\n\r\n12345", THEN_STALL) },
    0,
    FALSE,
    LATE,
    "silent for 150 ms when reading the reply, after 5 of 10 bytes",
    NULL,
    1,
    1 },
  { "silence on a kept connection times out",
    { TURN (FINE, THEN_KEEP), TURN (NULL, THEN_STALL) },
    1,
    FALSE,
    LATE,
    "silent for 150 ms when waiting for the reply",
    NULL,
    2,
    1 },
};

static void
shorten (TransportConfig *config, gpointer data)
{
  const Row *row = data;

  if (row->domain == hyperv_error_quark && row->code == HYPERV_ERROR_TIMED_OUT)
    config->reply_timeout_ms = 150;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Server) server = server_new (row->turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, shorten, (gpointer)row);
  g_auto (Outcome) last = { 0 };

  for (guint i = 0; i < row->n_before; i++) {
    g_auto (Outcome) before = { 0 };

    outcome_run (&before, channel, "before");
    g_assert_no_error (before.error);
    g_assert_cmpstr (before.body->str, ==, "fine");
  }
  if (row->settled)
    server_wait_ended (server, 1);
  outcome_run (&last, channel, "last");

  if (row->domain != NULL) {
    g_assert_error (last.error, row->domain (), row->code);
    assert_contains (last.error->message, row->message);
    assert_contains (last.error->message, "127.0.0.1:");
    g_assert_false (transport_is_connected (channel));
  } else {
    g_assert_no_error (last.error);
    g_assert_cmpstr (last.body->str, ==, row->body);
  }
  g_assert_cmpint (last.sent, ==, row->sent);
  g_assert_cmpuint (server_get_n_requests (server), ==, row->n_requests);
  g_assert_cmpuint (server_get_n_connections (server), ==, row->n_connections);
  g_assert_cmpuint (transport_get_n_requests (channel), ==, row->n_requests);
  g_assert_cmpuint (transport_get_n_connections (channel), ==, row->n_connections);
}

static char *
filled (const char *format, gsize length)
{
  g_autofree char *filler = g_strnfill (length, 'x');

  return g_strdup_printf (format, filler);
}

static void
test_huge_head (void)
{
  g_autofree char *reply
      = filled (HEAD "X-Filler: %s\r\nContent-Length: 4\r\n\r\nfine", 256 * 1024);
  const Turn turns[MAX_TURNS] = { TURN (reply, THEN_STALL) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "huge");
  g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_MAYBE);
  g_assert_cmpuint (outcome.n_heads, ==, 0);
}

/* libsoup hands the number on unchecked, and GObject says so. */
static void
test_negative_length (void)
{
  const Turn turns[MAX_TURNS] = { TURN (HEAD "Content-Length: -4\r\n\r\nfine", THEN_STALL) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { 0 };

  g_test_expect_message ("GLib-GObject", G_LOG_LEVEL_WARNING, "*out of range*content-length*");
  outcome_run (&outcome, channel, "negative");
  g_test_assert_expected_messages ();
  g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  assert_contains (outcome.error->message, "found \"-4\"");
  g_assert_cmpuint (outcome.n_heads, ==, 0);
}

static void
test_after_a_loss (void)
{
  const Turn turns[MAX_TURNS] = { TURN (NULL, THEN_CLOSE), TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) lost = { 0 };
  g_auto (Outcome) next = { 0 };
  g_autofree char *all = NULL;

  outcome_run (&lost, channel, "the-lost-one");
  g_assert_error (lost.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  outcome_run (&next, channel, "the-next-one");
  g_assert_no_error (next.error);
  all = server_dup_request (server, G_MAXUINT);
  g_assert_nonnull (strstr (all, "the-lost-one"));
  g_assert_null (strstr (strstr (all, "the-lost-one") + 1, "the-lost-one"));
}

/* Whoever hears of a failure may go on at once, before libsoup has closed what failed. */
typedef struct {
  Transport *channel;
  Outcome next;
} Chain;

static void
post_next (gpointer data)
{
  Chain *chain = data;

  outcome_start (&chain->next, chain->channel, "the-next-one", NULL);
}

static const struct {
  const char *sentence;
  Turn first;
  guint reply_timeout_ms;
  gboolean cancel;
  const char *refuse;
} chains[] = {
  { "of a lost one", TURN (NULL, THEN_CLOSE), 0, FALSE, NULL },
  { "of a late one", TURN (NULL, THEN_STALL), 150, FALSE, NULL },
  { "of one that is late in its body", TURN (HEAD "Content-Length: 10\r\n\r\n12", THEN_STALL), 150,
    FALSE, NULL },
  { "of a cancelled one", TURN (NULL, THEN_STALL), 0, TRUE, NULL },
  { "of one whose head is refused", TURN (FINE, THEN_KEEP), 0, FALSE, "head" },
  { "of one whose body is refused", TURN (HEAD "Content-Length: 10\r\n\r\n12", THEN_STALL), 0,
    FALSE, "chunk" },
};

static void
limit_reply (TransportConfig *config, gpointer data)
{
  config->reply_timeout_ms = *(guint *)data;
}

static void
test_chain (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  const Turn turns[MAX_TURNS] = { chains[i].first, TURN (FINE, THEN_KEEP) };
  guint limit = chains[i].reply_timeout_ms;
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, limit_reply, &limit);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Chain chain = { .channel = channel };
  g_auto (Outcome) failed = { .refuse = chains[i].refuse, .then = post_next, .then_data = &chain };

  outcome_start (&failed, channel, "first", cancellable);
  while (chains[i].cancel && transport_get_n_requests (channel) == 0)
    g_main_context_iteration (NULL, TRUE);
  if (chains[i].cancel)
    g_cancellable_cancel (cancellable);
  outcome_wait (&failed);
  outcome_wait (&chain.next);
  g_assert_nonnull (failed.error);
  g_assert_no_error (chain.next.error);
  g_assert_cmpstr (chain.next.body->str, ==, "fine");
  g_assert_cmpuint (server_get_n_connections (server), ==, 2);
  outcome_clear (&chain.next);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/lost/%s", rows[i].sentence);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (chains); i++) {
    g_autofree char *path
        = g_strdup_printf ("/transport/lost/a post in the callback/%s", chains[i].sentence);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_chain);
  }
  g_test_add_func ("/transport/lost/a head of 256 KiB is refused", test_huge_head);
  g_test_add_func ("/transport/lost/a length below zero is refused", test_negative_length);
  g_test_add_func ("/transport/lost/the channel goes on after a loss and sends nothing again",
                   test_after_a_loss);
  return g_test_run ();
}
