/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/transport-fixture.h"

/* Replies as they reach the sink, the life of a channel, and how a post is stopped. */

#define HEAD "HTTP/1.1 200 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
#define FINE HEAD "Content-Length: 4\r\n\r\nfine"
#define SOAP "application/soap+xml;charset=UTF-8"

typedef struct {
  const char *sentence;
  const char *reply;
  guint status;
  const char *type;
  const char *body;
} Reply;

static const Reply replies[] = {
  { "a reply", FINE, 200, SOAP, "fine" },
  { "a SOAP fault", "HTTP/1.1 500 \r\nContent-Type: " SOAP "\r\nContent-Length: 5\r\n\r\nfault",
    500, SOAP, "fault" },
  { "an empty 500", "HTTP/1.1 500 \r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 500, NULL,
    "" },
  { "a page in HTML",
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", 200,
    "text/html", "<html>" },
  { "a 503", "HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nbusy", 503,
    "text/html", "busy" },
  { "a 404", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 404, NULL, "no" },
  { "a 400", "HTTP/1.1 400 \r\nContent-Type: " SOAP "\r\nContent-Length: 5\r\n\r\nfault", 400, SOAP,
    "fault" },
  { "a 302 that is not followed",
    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 4\r\n\r\nmove", 302,
    NULL, "move" },
  { "a 307 that is not followed",
    "HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 4\r\n\r\nmove", 307, NULL,
    "move" },
  { "a 407 that is not answered",
    "HTTP/1.1 407 P\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", 407,
    NULL, "" },
  { "a 204", "HTTP/1.1 204 \r\n\r\n", 204, NULL, "" },
  { "a reply in chunks",
    HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nfi\r\n2;x=y\r\nne\r\n0\r\n\r\n", 200, SOAP,
    "fine" },
  { "a reply after 100 Continue", "HTTP/1.1 100 Continue\r\n\r\n" FINE, 200, SOAP, "fine" },
  { "a reply of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nfine", 200, NULL, "fine" },
};

static void
test_reply (gconstpointer data)
{
  const Reply *row = data;
  const Turn turns[MAX_TURNS] = { TURN (row->reply, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);

  /* Twice: it leaves a channel that can be used. */
  for (guint i = 0; i < 2; i++) {
    g_auto (Outcome) outcome = { 0 };

    outcome_run (&outcome, channel, "hello");
    g_assert_no_error (outcome.error);
    g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_REPLIED);
    g_assert_cmpuint (outcome.n_heads, ==, 1);
    g_assert_cmpuint (outcome.status, ==, row->status);
    g_assert_cmpstr (outcome.type, ==, row->type);
    g_assert_cmpstr (outcome.body->str, ==, row->body);
  }
  g_assert_cmpuint (server_get_n_requests (server), ==, 2);
}

static void
test_one_connection (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);

  for (guint i = 0; i < 500; i++) {
    g_auto (Outcome) outcome = { 0 };

    outcome_run (&outcome, channel, "hello");
    g_assert_no_error (outcome.error);
  }
  g_assert_cmpuint (server_get_n_connections (server), ==, 1);
  g_assert_cmpuint (server_get_n_requests (server), ==, 500);
  g_assert_cmpuint (transport_get_n_requests (channel), ==, 500);
  g_assert_cmpuint (transport_get_n_connections (channel), ==, 1);
  g_assert_true (transport_is_connected (channel));
}

static void
test_large (void)
{
  const gsize size = 3 * 1024 * 1024;
  g_autofree char *filler = g_strnfill (size, 'x');
  g_autofree char *reply
      = g_strdup_printf (HEAD "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", size, filler);
  const Turn turns[MAX_TURNS] = { TURN (reply, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *got = NULL;

  outcome_run (&outcome, channel, filler);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.body->len, ==, size);
  got = server_dup_request (server, 0);
  g_assert_true (g_str_has_suffix (got, filler));
}

static void
test_seen_end (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_CLOSE) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "hello");
  server_wait_ended (server, 1);
  g_assert_false (transport_is_connected (channel));
}

static void
test_refused_connection (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  Server *server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_autofree char *where = g_strdup_printf ("127.0.0.1:%u: ", server_get_port (server));
  g_auto (Outcome) outcome = { 0 };

  server_free (server);
  outcome_run (&outcome, channel, "hello");
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
  assert_contains (outcome.error->message, where);
  g_assert_cmpuint (transport_get_n_requests (channel), ==, 0);
  g_assert_cmpuint (transport_get_n_connections (channel), ==, 0);
}

static void
bad_name (TransportConfig *config, gpointer data)
{
  config->host = "no..such.name";
}

static void
test_unknown_name (void)
{
  g_autoptr (Transport) channel = channel_new (NULL, bad_name, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "hello");
  g_assert_nonnull (outcome.error);
  g_assert_cmpint (outcome.error->domain, ==, G_RESOLVER_ERROR);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
  assert_contains (outcome.error->message, "no..such.name:1: cannot connect: ");
}

typedef struct {
  const char *sentence;
  const char *refuse;
  guint length;
} Refusal;

static const Refusal refusals[] = {
  { "a sink that refuses the head ends the post", "head", 0 },
  { "a sink that refuses a chunk ends the post", "chunk", 4 },
};

static void
test_sink (gconstpointer data)
{
  const Refusal *row = data;
  const Turn turns[MAX_TURNS]
      = { TURN (HEAD "Content-Length: 10\r\n\r\nfine", THEN_STALL), TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) refused = { .refuse = row->refuse };
  g_auto (Outcome) next = { 0 };

  outcome_run (&refused, channel, "hello");
  g_assert_error (refused.error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  assert_contains (refused.error->message, "the sink refused the ");
  g_assert_cmpint (refused.sent, ==, TRANSPORT_SENT_REPLIED);
  g_assert_cmpuint (refused.body->len, ==, row->length);
  outcome_run (&next, channel, "again");
  g_assert_no_error (next.error);
  g_assert_cmpuint (server_get_n_connections (server), ==, 2);
}

/* Ways to stop a post, and the places in which it is stopped. */
typedef enum { BY_CALLER, BY_THREAD, BY_CLOSE } Way;

typedef struct {
  const char *sentence;
  Turn turn;
  Way way;
  gboolean in_body; /* wait for the first chunk; else for the request */
} Stop;

static const Stop stops[] = {
  { "cancelled before the head", TURN (NULL, THEN_STALL), BY_CALLER, FALSE },
  { "cancelled within the head", TURN ("HTTP/1.1 2", THEN_STALL), BY_CALLER, FALSE },
  { "cancelled within the body", TURN (HEAD "Content-Length: 9\r\n\r\nfine", THEN_STALL), BY_CALLER,
    TRUE },
  { "cancelled within a chunk",
    TURN (HEAD "Transfer-Encoding: chunked\r\n\r\n9\r\nfine", THEN_STALL), BY_CALLER, TRUE },
  { "cancelled by another thread before the head", TURN (NULL, THEN_STALL), BY_THREAD, FALSE },
  { "cancelled by another thread within the body",
    TURN (HEAD "Content-Length: 9\r\n\r\nfine", THEN_STALL), BY_THREAD, TRUE },
  { "closed before the head", TURN (NULL, THEN_STALL), BY_CLOSE, FALSE },
  { "closed within the body", TURN (HEAD "Content-Length: 9\r\n\r\nfine", THEN_STALL), BY_CLOSE,
    TRUE },
};

static gpointer
cancel_from_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
stop_post (Way way, GCancellable *cancellable, Transport *channel)
{
  if (way == BY_CALLER)
    g_cancellable_cancel (cancellable);
  else if (way == BY_THREAD)
    g_thread_join (g_thread_new ("canceller", cancel_from_thread, cancellable));
  else
    transport_close (channel);
}

static void
test_stop (gconstpointer data)
{
  const Stop *row = data;
  const Turn turns[MAX_TURNS] = { row->turn, TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) stopped = { 0 };
  g_auto (Outcome) next = { 0 };

  outcome_start (&stopped, channel, "hello", cancellable);
  while (row->in_body ? stopped.body->len == 0 : server_get_n_requests (server) == 0)
    g_main_context_iteration (NULL, FALSE);
  stop_post (row->way, cancellable, channel);
  outcome_wait (&stopped);
  g_assert_error (stopped.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (stopped.sent, ==, TRANSPORT_SENT_MAYBE);
  outcome_run (&next, channel, "again");
  g_assert_no_error (next.error);
  g_assert_cmpuint (server_get_n_requests (server), ==, 2);
}

static void
test_cancelled_first (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) outcome = { 0 };

  g_cancellable_cancel (cancellable);
  outcome_start (&outcome, channel, "hello", cancellable);
  g_assert_false (outcome.done);
  outcome_wait (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
  g_assert_cmpuint (transport_get_n_requests (channel), ==, 0);
  g_assert_cmpuint (server_get_n_requests (server), ==, 0);
}

static void
test_closed_in_sink (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { .close_at_head = channel };

  outcome_run (&outcome, channel, "hello");
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_MAYBE);
}

static void
test_let_go (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  Transport *channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_start (&outcome, channel, "hello", NULL);
  transport_unref (channel);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (outcome.body->str, ==, "fine");
}

static void
test_closed_idle (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "hello");
  transport_close (channel);
  g_assert_false (transport_is_connected (channel));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  server_wait_ended (server, 1);
}

static gboolean
never_head (guint status, const char *content_type, gpointer data, GError **error)
{
  g_assert_not_reached ();
}

static gboolean
never_chunk (const char *chunk, gsize length, gpointer data, GError **error)
{
  g_assert_not_reached ();
}

static void
test_two_at_once (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("two", 3);
  const TransportSink never = { never_head, never_chunk };
  g_auto (Outcome) outcome = { 0 };

  outcome_start (&outcome, channel, "one", NULL);
  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*self->post == NULL*");
  transport_post_async (channel, body, &never, NULL, NULL, NULL, NULL);
  g_test_assert_expected_messages ();
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (server_get_n_requests (server), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/post/reply/%s", replies[i].sentence);

    g_test_add_data_func (path, &replies[i], test_reply);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/post/stop/%s", stops[i].sentence);

    g_test_add_data_func (path, &stops[i], test_stop);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/post/sink/%s", refusals[i].sentence);

    g_test_add_data_func (path, &refusals[i], test_sink);
  }
  g_test_add_func ("/transport/post/500 posts keep one connection", test_one_connection);
  g_test_add_func ("/transport/post/3 MiB there and back", test_large);
  g_test_add_func ("/transport/post/the end of an idle connection is seen", test_seen_end);
  g_test_add_func ("/transport/post/a port where nobody listens", test_refused_connection);
  g_test_add_func ("/transport/post/a name that nobody has", test_unknown_name);
  g_test_add_func ("/transport/post/stop/cancelled before it began", test_cancelled_first);
  g_test_add_func ("/transport/post/stop/closed by the sink", test_closed_in_sink);
  g_test_add_func ("/transport/post/a post holds its channel", test_let_go);
  g_test_add_func ("/transport/post/closing an idle channel closes the connection",
                   test_closed_idle);
  g_test_add_func ("/transport/post/a second post at once is a mistake", test_two_at_once);
  return g_test_run ();
}
