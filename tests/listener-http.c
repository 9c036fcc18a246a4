/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-pages.h"

#include <string.h>

static const struct {
  const char *sentence;
  const char *headers;
  const char *reply; /* body */
} answered[] = {
  { "basic", FIXTURE_BASIC, "administrator utf-8 2: hi" },
  { "scheme-in-small-letters", "authorization: basic YWRtaW5pc3RyYXRvcjpzZWNyZXQ=\r\n",
    "administrator utf-8 2: hi" },
  { "with-a-domain", "Authorization: Basic RE9NQUlOXEFkbWluaXN0cmF0b3I6c2VjcmV0\r\n",
    "administrator utf-8 2: hi" },
  { "with-a-realm", "Authorization: Basic YWRtaW5pc3RyYXRvckBjb3JwOnNlY3JldA==\r\n",
    "administrator utf-8 2: hi" },
  { "charset-in-capitals-and-quotes",
    FIXTURE_BASIC "Content-Type: application/soap+xml; charset=\"UTF-16\"\r\n",
    "administrator utf-16 2: hi" },
  { "charset-of-windows", FIXTURE_BASIC "Content-Type: application/soap+xml;charset=UTF-8\r\n",
    "administrator utf-8 2: hi" },
  { "another-content-type-is-wsmans-business", FIXTURE_BASIC "Content-Type: text/plain\r\n",
    "administrator utf-8 2: hi" },
  { "anonymous-identify", "WSMANIDENTIFY: unauthenticated\r\n", "(anonymous) utf-8 2: hi" },
  { "anonymous-identify-in-capitals", "wsmanidentify: UNAUTHENTICATED\r\n",
    "(anonymous) utf-8 2: hi" },
};

static void
assert_closed (GSocket *socket)
{
  g_autofree char *rest = fixture_read_all (socket);

  g_assert_cmpstr (rest, ==, "");
}

/* No text at all is for wsman to refuse. */
static void
test_zero_bytes (void)
{
  static const char request[] = POST FIXTURE_BASIC "Content-Length: 4\r\n\r\na\0b\0";
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *reply = NULL;

  g_assert_cmpint (g_socket_send (socket, request, sizeof request - 1, NULL, NULL), ==,
                   sizeof request - 1);
  reply = fixture_read_reply (socket);
  g_assert_nonnull (strstr (reply, "administrator utf-8 4: a"));
}

static void
test_answered (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (answered[i].headers, "hi");
  g_autofree char *reply = NULL;
  g_autofree char *expected = g_strdup_printf (
      "HTTP/1.1 200 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
      "Server: Microsoft-HTTPAPI/2.0\r\nDate: " FIXTURE_DATE "\r\nContent-Length: %zu\r\n\r\n%s",
      strlen (answered[i].reply), answered[i].reply);

  fixture_send (socket, request);
  reply = fixture_read_reply (socket);
  g_assert_cmpstr (reply, ==, expected);
}

static void
test_slash (void)
{
  static const char *const targets[]
      = { "/wsman/", "/WSMAN", "/wsman?PSVersion=5.1", "http://sim/wsman" };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *expected = fixture_echo ("hi");

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++) {
    g_autofree char *request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: sim\r\n" FIXTURE_BASIC
                                                "Content-Length: 2\r\n\r\nhi",
                                                targets[i]);
    g_autofree char *reply = NULL;

    fixture_send (socket, request);
    reply = fixture_read_reply (socket);
    g_assert_cmpstr (reply, ==, expected);
  }
}

static void
test_empty_body (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "");

  for (guint i = 0; i < 2; i++) {
    g_autofree char *reply = NULL;

    fixture_send (socket, request);
    reply = fixture_read_reply (socket);
    g_assert_cmpstr (reply, ==,
                     "HTTP/1.1 200 \r\nServer: Microsoft-HTTPAPI/2.0\r\nDate: " FIXTURE_DATE
                     "\r\nContent-Length: 0\r\n\r\n");
  }
}

static void
test_byte_by_byte (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "slow");
  g_autofree char *expected = fixture_echo ("slow");
  g_autofree char *reply = NULL;

  g_socket_set_option (socket, 6, 1, TRUE, NULL); /* TCP_NODELAY */
  for (const char *p = request; *p != '\0'; p++) {
    const char byte[] = { *p, '\0' };

    fixture_send (socket, byte);
  }
  reply = fixture_read_reply (socket);
  g_assert_cmpstr (reply, ==, expected);
}

static void
test_huge_head (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *reply = NULL;
  g_autofree char *value = g_strnfill (1000, 'x');
  g_autofree char *line = g_strdup_printf ("X-Filler: %s\r\n", value);

  fixture_send (socket, POST);
  for (guint i = 0; i < 17; i++)
    fixture_send (socket, line);
  reply = fixture_read_all (socket);
  g_assert_cmpstr (reply, ==,
                   BAD ("346", "Bad Request - Request Too Long",
                        "The size of the request headers is too long."));
}

static void
test_huge_line (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *line = g_strnfill (60000, 'x');
  g_autofree char *reply = NULL;

  fixture_send (socket, line);
  reply = fixture_read_all (socket);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 400 Bad Request\r\n"));
}

/* Exactly as much as http.sys takes, and one byte more. */
static void
test_head_limit (void)
{
  static const char begin[] = POST FIXTURE_BASIC "Content-Length: 2\r\nX: ";
  g_autoptr (Fixture) fixture = fixture_new (NULL);

  for (gsize over = 0; over < 2; over++) {
    g_autoptr (GSocket) socket = fixture_connect (fixture);
    g_autofree char *filler = g_strnfill (16384 - strlen (begin) - strlen ("\r\n\r\n") + over, 'x');
    g_autofree char *request = g_strconcat (begin, filler, "\r\n\r\nhi", NULL);
    g_autofree char *reply = NULL;

    fixture_send (socket, request);
    reply = fixture_read_reply (socket);
    g_assert_true (g_str_has_prefix (reply, over ? "HTTP/1.1 400 " : "HTTP/1.1 200 "));
  }
}

static void
test_body_limit (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *body = g_strnfill (100000, 'b');
  g_autofree char *request = fixture_post (FIXTURE_BASIC, body);
  g_autofree char *expected = fixture_echo (body);
  g_autofree char *reply = NULL;

  fixture_send (socket, request);
  reply = fixture_read_reply (socket);
  g_assert_cmpstr (reply, ==, expected);
}

/* The client sends all of it before it looks at the answer. */
static void
test_too_large_with_body (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *body = g_strnfill (400000, 'b');
  g_autofree char *request = fixture_post (FIXTURE_BASIC, body);
  g_autofree char *reply = NULL;

  fixture_send (socket, request);
  reply = fixture_read_all (socket);
  g_assert_cmpstr (reply, ==, EMPTY ("413", ""));
}

static void
test_endless_chunks (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *chunk = g_strnfill (0x1000, 'c');
  g_autofree char *text = g_strdup_printf ("1000\r\n%s\r\n", chunk);
  g_autofree char *reply = NULL;

  fixture_send (socket, POST FIXTURE_BASIC "Transfer-Encoding: chunked\r\n\r\n");
  for (guint i = 0; i < 50; i++)
    fixture_send (socket, text);
  reply = fixture_read_all (socket);
  g_assert_cmpstr (reply, ==, EMPTY ("500", ""));
}

static void
test_pipelining (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *first = fixture_post (FIXTURE_BASIC, "first");
  g_autofree char *second = fixture_post (FIXTURE_BASIC, "second");
  g_autofree char *both = g_strconcat (first, second, "nonsense\r\n", NULL);
  g_autofree char *expected_first = fixture_echo ("first");
  g_autofree char *expected_second = fixture_echo ("second");
  g_autofree char *expected = g_strconcat (expected_first, expected_second, BAD_FORM, NULL);
  g_autofree char *reply = NULL;

  fixture_send (socket, both);
  reply = fixture_read_all (socket);
  g_assert_cmpstr (reply, ==, expected);
}

static void
test_keep_alive (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autoptr (GPtrArray) entries = NULL;

  for (guint i = 0; i < 500; i++) {
    g_autofree char *body = g_strdup_printf ("request %u", i);
    g_autofree char *request = fixture_post (FIXTURE_BASIC, body);
    g_autofree char *expected = fixture_echo (body);
    g_autofree char *reply = NULL;

    fixture_send (socket, request);
    reply = fixture_read_reply (socket);
    g_assert_cmpstr (reply, ==, expected);
  }
  entries = sim_journal_get_entries (fixture->journal);
  g_assert_cmpuint (entries->len, ==, 500);
  g_assert_cmpuint (((SimJournalEntry *)entries->pdata[499])->number, ==, 500);
  g_assert_cmpuint (((SimJournalEntry *)entries->pdata[499])->connection, ==, 1);
  g_assert_cmpstr (((SimJournalEntry *)entries->pdata[499])->user, ==, "administrator");
}

static void
test_continue (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *expected = fixture_echo ("hi");
  g_autofree char *go_on = NULL;
  g_autofree char *reply = NULL;

  fixture_send (socket, POST FIXTURE_BASIC "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  go_on = fixture_read_reply (socket);
  g_assert_cmpstr (go_on, ==, "HTTP/1.1 100 Continue\r\n\r\n");
  fixture_send (socket, "hi");
  reply = fixture_read_reply (socket);
  g_assert_cmpstr (reply, ==, expected);
}

static void
test_client_closes (void)
{
  static const char *const heads[] = { "POST /wsman HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n",
                                       "POST /wsman HTTP/1.0\r\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autoptr (Fixture) fixture = fixture_new (NULL);
    g_autoptr (GSocket) socket = fixture_connect (fixture);
    g_autofree char *request
        = g_strconcat (heads[i], FIXTURE_BASIC "Content-Length: 2\r\n\r\nhi", NULL);
    g_autofree char *reply = NULL;

    fixture_send (socket, request);
    reply = fixture_read_all (socket);
    g_assert_cmpstr (reply, ==,
                     "HTTP/1.1 200 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n" TAIL
                     "Content-Length: 25\r\n\r\nadministrator utf-8 2: hi");
  }
}

static void
test_half_request (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *journal = NULL;

  fixture_send (socket, POST FIXTURE_BASIC "Content-Length: 100\r\n\r\nhalf");
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  assert_closed (socket);
  journal = fixture_last_refusal (fixture);
  g_assert_cmpstr (journal, ==, "0 connection closed in the middle of a request");
  fixture_wait_connections (fixture, 0);
}

/* Before, between and after requests: nobody keeps a connection that the client has left. */
static void
test_client_leaves (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);

  for (guint n = 0; n < 3; n++) {
    g_autoptr (GSocket) socket = fixture_connect (fixture);

    for (guint i = 0; i < n; i++) {
      g_autofree char *request = fixture_post (FIXTURE_BASIC, "hi");
      g_autofree char *reply = NULL;

      fixture_send (socket, request);
      reply = fixture_read_reply (socket);
    }
    fixture_wait_connections (fixture, 1);
    g_socket_close (socket, NULL);
    fixture_wait_connections (fixture, 0);
  }
}

static void
test_log_line (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "refuse");
  g_autofree char *reply = NULL;
  g_autofree char *rest = NULL;

  fixture_send (socket, request);
  reply = fixture_read_reply (socket);
  fixture_send (socket, "nonsense\r\n");
  rest = fixture_read_all (socket);
  g_assert_cmpuint (fixture->lines->len, ==, 2);
  g_assert_cmpstr (fixture->lines->pdata[0], ==,
                   "refused #1 Invoke Msvm_ComputerSystem.RequestStateChange: no a:MessageID");
  g_assert_cmpstr (fixture->lines->pdata[1], ==, "refused connection 1: no HTTP request");
}

/* ---- orders ---- */

static const struct {
  const char *sentence;
  const char *body;
  gssize kept; /* bytes of the reply's body that arrive; -1: not even a head */
  guint status;
} orders[] = {
  { "hang-up", "hang up", -1, 0 },
  { "midway", "midway 5", 5, 200 },
  { "midway-after-the-head", "midway 0", 0, 200 },
  { "midway-past-the-end", "midway 5000", 99, 200 },
  { "after-the-reply", "after", 99, 200 },
};

static void
test_order (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, orders[i].body);
  g_autofree char *full = fixture_echo (orders[i].body);
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *reply = NULL;
  gsize head = (gsize)(strstr (full, "\r\n\r\n") + 4 - full);

  fixture_send (socket, request);
  reply = fixture_read_all (socket);
  full[orders[i].kept < 0 ? 0 : MIN (strlen (full), head + (gsize)orders[i].kept)] = '\0';
  g_assert_cmpstr (reply, ==, full);
  entries = sim_journal_get_entries (fixture->journal);
  g_assert_cmpuint (((SimJournalEntry *)entries->pdata[0])->status, ==, orders[i].status);
  fixture_wait_connections (fixture, 0);
}

static const struct {
  const char *body;
  const char *line;
} statuses[] = {
  { "status 503", "HTTP/1.1 503 \r\n" }, { "status 401", "HTTP/1.1 401 \r\n" },
  { "status 0", "HTTP/1.1 500 \r\n" },   { "status 100", "HTTP/1.1 500 \r\n" },
  { "status 999", "HTTP/1.1 500 \r\n" }, { "status 204", "HTTP/1.1 204 \r\n" },
};

static void
test_status (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autofree char *request = fixture_post (FIXTURE_BASIC, statuses[i].body);
    g_autofree char *reply = NULL;

    fixture_send (socket, request);
    reply = fixture_read_reply (socket);
    g_assert_true (g_str_has_prefix (reply, statuses[i].line));
    g_assert_null (strstr (reply, "Content-Type"));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (answered); i++) {
    g_autofree char *path = g_strconcat ("/listener/answered/", answered[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_answered);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autofree char *path = g_strconcat ("/listener/order/", orders[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_order);
  }
  g_test_add_func ("/listener/order/status", test_status);
  g_test_add_func ("/listener/http/zero-bytes-are-passed-on", test_zero_bytes);
  g_test_add_func ("/listener/http/forms-of-the-path", test_slash);
  g_test_add_func ("/listener/http/empty-body-logs-in", test_empty_body);
  g_test_add_func ("/listener/http/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/listener/http/huge-head-line-by-line", test_huge_head);
  g_test_add_func ("/listener/http/huge-line", test_huge_line);
  g_test_add_func ("/listener/http/head-at-its-limit", test_head_limit);
  g_test_add_func ("/listener/http/body-at-its-limit", test_body_limit);
  g_test_add_func ("/listener/http/too-large-and-sent", test_too_large_with_body);
  g_test_add_func ("/listener/http/endless-chunks", test_endless_chunks);
  g_test_add_func ("/listener/http/pipelining", test_pipelining);
  g_test_add_func ("/listener/http/keep-alive-500-requests", test_keep_alive);
  g_test_add_func ("/listener/http/expect-100", test_continue);
  g_test_add_func ("/listener/http/client-wants-to-close", test_client_closes);
  g_test_add_func ("/listener/http/half-a-request", test_half_request);
  g_test_add_func ("/listener/http/client-leaves", test_client_leaves);
  g_test_add_func ("/listener/http/log-line", test_log_line);
  return g_test_run ();
}
