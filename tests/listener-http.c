/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-fixture.h"

#include <string.h>

#define POST "POST /wsman HTTP/1.1\r\nHost: sim\r\n"
#define TAIL "Server: Microsoft-HTTPAPI/2.0\r\nDate: " FIXTURE_DATE "\r\nConnection: close\r\n"
#define PAGE(status, reason, length, headline, sentence)                                           \
  "HTTP/1.1 " status " " reason "\r\n"                                                             \
  "Content-Type: text/html; charset=us-ascii\r\n" TAIL "Content-Length: " length "\r\n\r\n"        \
  "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\""                                            \
  "\"http://www.w3.org/TR/html4/strict.dtd\">\r\n"                                                 \
  "<HTML><HEAD><TITLE>" reason "</TITLE>\r\n"                                                      \
  "<META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n"          \
  "<BODY><h2>" headline "</h2>\r\n<hr><p>HTTP Error " status ". " sentence "</p>\r\n"              \
  "</BODY></HTML>\r\n"
#define EMPTY(status, extra) "HTTP/1.1 " status " \r\n" extra TAIL "Content-Length: 0\r\n\r\n"
#define BAD(length, headline, sentence) PAGE ("400", "Bad Request", length, headline, sentence)

/* 246 bytes with this date, as Windows sends it. */
#define CHALLENGE                                                                                  \
  "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\nWWW-Authenticate: Negotiate\r\n"              \
  "WWW-Authenticate: Kerberos\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n"                      \
  "WWW-Authenticate: CredSSP\r\nDate: " FIXTURE_DATE "\r\nConnection: close\r\n"                   \
  "Content-Length: 0\r\n\r\n"
G_STATIC_ASSERT (sizeof CHALLENGE - 1 == 246);

#define BAD_LENGTH                                                                                 \
  BAD ("374", "Bad Request - Invalid Content Length",                                              \
       "There is an invalid content length or chunk length in the request.")
#define BAD_FORM BAD ("311", "Bad Request", "The request is badly formed.")
#define BAD_HEADER                                                                                 \
  BAD ("339", "Bad Request - Invalid Header", "The request has an invalid header name.")
#define BAD_HOST BAD ("334", "Bad Request - Invalid Hostname", "The request hostname is invalid.")
#define NOT_FOUND                                                                                  \
  PAGE ("404", "Not Found", "315", "Not Found", "The requested resource is not found.")

typedef struct {
  const char *sentence;
  const char *request;
  const char *reply;   /* all that comes before the connection is closed */
  const char *journal; /* NULL: not looked at */
} Row;

static const Row refused[] = {
  { "without-credentials-comes-the-recorded-401", POST "Content-Length: 0\r\n\r\n", CHALLENGE,
    "401 no valid credentials" },
  { "the-401-comes-after-the-body", POST "Content-Length: 5\r\n\r\nhello", CHALLENGE,
    "401 no valid credentials" },
  { "post-without-length-is-the-recorded-411", POST FIXTURE_BASIC "\r\n",
    PAGE ("411", "Length Required", "344", "Length Required",
          "The request must be chunked or have a content length."),
    "411 request without a length" },
  { "two-lengths", POST FIXTURE_BASIC "Content-Length: 4\r\nContent-Length: 5\r\n\r\nhello",
    BAD_LENGTH, "400 bad, doubled or contradictory length" },
  { "two-equal-lengths", POST FIXTURE_BASIC "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    BAD_LENGTH, NULL },
  { "a-list-of-lengths", POST FIXTURE_BASIC "Content-Length: 5, 5\r\n\r\nhello", BAD_LENGTH, NULL },
  { "negative-length", POST FIXTURE_BASIC "Content-Length: -1\r\n\r\n", BAD_LENGTH, NULL },
  { "signed-length", POST FIXTURE_BASIC "Content-Length: +5\r\n\r\nhello", BAD_LENGTH, NULL },
  { "hexadecimal-length", POST FIXTURE_BASIC "Content-Length: 0x5\r\n\r\nhello", BAD_LENGTH, NULL },
  { "empty-length", POST FIXTURE_BASIC "Content-Length:\r\n\r\n", BAD_LENGTH, NULL },
  { "endless-length", POST FIXTURE_BASIC "Content-Length: 99999999999999999999\r\n\r\n", BAD_LENGTH,
    NULL },
  { "length-and-chunks",
    POST FIXTURE_BASIC "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    BAD_LENGTH, NULL },
  { "chunks-and-length",
    POST FIXTURE_BASIC "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    BAD_LENGTH, NULL },
  { "chunks-in-http-1.0",
    "POST /wsman HTTP/1.0\r\n" FIXTURE_BASIC "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    BAD_LENGTH, NULL },
  { "two-codings",
    POST FIXTURE_BASIC "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "0\r\n\r\n",
    BAD_LENGTH, NULL },
  { "coding-other-than-chunked", POST FIXTURE_BASIC "Transfer-Encoding: gzip\r\n\r\n",
    PAGE ("501", "Not Implemented", "336", "Not Implemented",
          "The request transfer coding is not supported."),
    "501 transfer coding other than chunked" },
  { "a-body-in-chunks-is-an-empty-500",
    POST FIXTURE_BASIC "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    EMPTY ("500", ""), "500 body in chunks" },
  { "chunks-without-credentials", POST "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    CHALLENGE, NULL },
  { "malformed-chunks", POST FIXTURE_BASIC "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    EMPTY ("500", ""), "500 body in chunks" },
  { "chunks-that-never-end", POST FIXTURE_BASIC "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
    EMPTY ("500", ""), "500 body in chunks" },
  { "body-over-the-limit", POST FIXTURE_BASIC "Content-Length: 100001\r\n\r\n", EMPTY ("413", ""),
    "413 body over MaxEnvelopeSizekb" },
  { "unknown-path", "POST /other HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\n\r\n", NOT_FOUND,
    "404 path other than /wsman" },
  { "path-below", "POST /wsman/a HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\n\r\n", NOT_FOUND,
    NULL },
  { "path-with-percent", "POST /wsman%2F HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\n\r\n",
    NOT_FOUND, NULL },
  { "path-with-dots-is-made-simple-as-http.sys-does",
    "POST /a/../wsman HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\n\r\n", CHALLENGE, NULL },
  { "get-of-the-root", "GET / HTTP/1.1\r\nHost: sim\r\n\r\n", NOT_FOUND, NULL },
  { "options-of-everything", "OPTIONS * HTTP/1.1\r\nHost: sim\r\n\r\n", NOT_FOUND, NULL },
  { "get", "GET /wsman HTTP/1.1\r\nHost: sim\r\n\r\n", EMPTY ("405", "Allow: POST\r\n"),
    "405 method other than POST" },
  { "head", "HEAD /wsman HTTP/1.1\r\nHost: sim\r\n\r\n", EMPTY ("405", "Allow: POST\r\n"), NULL },
  { "method-in-small-letters", "post /wsman HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\n\r\n",
    EMPTY ("405", "Allow: POST\r\n"), NULL },
  { "no-host", "POST /wsman HTTP/1.1\r\n" FIXTURE_BASIC "Content-Length: 0\r\n\r\n", BAD_HOST,
    "400 not exactly one Host" },
  { "two-hosts", POST "Host: sim\r\nContent-Length: 0\r\n\r\n", BAD_HOST, NULL },
  { "host-with-a-slash", "POST /wsman HTTP/1.1\r\nHost: a/b\r\nContent-Length: 0\r\n\r\n", BAD_HOST,
    NULL },
  { "host-that-only-libsoup-refuses",
    "POST /wsman HTTP/1.1\r\nHost: a:b:c\r\nContent-Length: 0\r\n\r\n", BAD_FORM,
    "400 no HTTP request" },
  { "no-http", "hello\r\n\r\n", BAD_FORM, "400 no HTTP request" },
  { "tls-to-the-plain-port", "\x16\x03\x01\x02\n", BAD_FORM, NULL },
  { "lines-without-carriage-return", "POST /wsman HTTP/1.1\nHost: sim\n\n", BAD_FORM, NULL },
  { "two-empty-lines-first", "\r\n\r\n" POST "\r\n", BAD_FORM, NULL },
  { "verb-with-a-colon", "PO:ST /wsman HTTP/1.1\r\nHost: sim\r\n\r\n",
    BAD ("326", "Bad Request - Invalid Verb", "The request verb is invalid."), NULL },
  { "no-url", "POST  HTTP/1.1\r\nHost: sim\r\n\r\n",
    BAD ("324", "Bad Request - Invalid URL", "The request URL is invalid."), NULL },
  { "url-with-a-control-character", "POST /ws\x01man HTTP/1.1\r\nHost: sim\r\n\r\n",
    BAD ("324", "Bad Request - Invalid URL", "The request URL is invalid."), NULL },
  { "http-2", "POST /wsman HTTP/2.0\r\nHost: sim\r\n\r\n",
    PAGE ("505", "HTTP Version Not Supported", "352", "HTTP Version Not Supported",
          "The requested version is not supported."),
    NULL },
  { "version-of-three-parts", "POST /wsman HTTP/1.1.1\r\nHost: sim\r\n\r\n", BAD_FORM, NULL },
  { "header-without-colon", POST "nonsense\r\n\r\n", BAD_HEADER, "400 bad header line" },
  { "header-without-name", POST ": nonsense\r\n\r\n", BAD_HEADER, NULL },
  { "space-before-the-colon", POST "Content-Length : 5\r\n\r\nhello", BAD_HEADER, NULL },
  { "folded-header", POST "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", BAD_HEADER, NULL },
  { "control-character-in-a-header", POST "X: a\x01\r\nContent-Length: 0\r\n\r\n", BAD_HEADER,
    NULL },
  { "carriage-return-in-a-header", POST "X: a\rContent-Length: 5\r\n\r\n", BAD_HEADER, NULL },
};

static const struct {
  const char *sentence;
  const char *authorization;
} strangers[] = {
  { "wrong-password", "Basic YWRtaW5pc3RyYXRvcjp3cm9uZw==" },
  { "unknown-user", "Basic bm9ib2R5OnNlY3JldA==" },
  { "no-colon", "Basic YWRtaW5pc3RyYXRvcg==" },
  { "no-credentials", "Basic" },
  { "empty-credentials", "Basic " },
  { "no-base64", "Basic !!!!" },
  { "base64-with-rubbish", "Basic YWRtaW5pc3RyYXRvcjpz!ZWNyZXQ=" },
  { "base64-cut", "Basic YWRtaW5pc3RyYXRvcjpzZWNyZXQ" },
  { "padding-inside", "Basic YWRtaW5pc3RyYXRvcjpz=ZWNyZXQ" },
  { "zero-byte-after-the-password", "Basic YWRtaW5pc3RyYXRvcjpzZWNyZXQAeA==" },
  { "name-not-utf-8", "Basic YWRt/246c2VjcmV0" },
  { "offered-but-not-known", "Kerberos YWRtaW5pc3RyYXRvcjpzZWNyZXQ=" },
  { "never-heard-of", "Bearer YWRtaW5pc3RyYXRvcjpzZWNyZXQ=" },
  { "scheme-that-only-begins-so", "Basically YWRtaW5pc3RyYXRvcjpzZWNyZXQ=" },
};

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

static void
test_refused (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *reply = NULL;
  g_autofree char *journal = NULL;

  fixture_send (socket, row->request);
  reply = fixture_read_all (socket);
  g_assert_cmpstr (reply, ==, row->reply);
  journal = fixture_last_refusal (fixture);
  if (row->journal != NULL)
    g_assert_cmpstr (journal, ==, row->journal);
}

static void
test_stranger (gconstpointer data)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *headers = g_strdup_printf ("Authorization: %s\r\n", (const char *)data);
  g_autofree char *request = fixture_post (headers, "hi");
  g_autofree char *reply = NULL;

  fixture_send (socket, request);
  reply = fixture_read_all (socket);
  g_assert_cmpstr (reply, ==, CHALLENGE);
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
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strconcat ("/listener/refused/", refused[i].sentence, NULL);
    g_test_add_data_func (path, &refused[i], test_refused);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++) {
    g_autofree char *path = g_strconcat ("/listener/stranger/", strangers[i].sentence, NULL);
    g_test_add_data_func (path, strangers[i].authorization, test_stranger);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (answered); i++) {
    g_autofree char *path = g_strconcat ("/listener/answered/", answered[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_answered);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autofree char *path = g_strconcat ("/listener/order/", orders[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_order);
  }
  g_test_add_func ("/listener/order/status", test_status);
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
