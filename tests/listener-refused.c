/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-pages.h"

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
  { "head-of-an-unknown-path-has-a-length-and-no-body", "HEAD / HTTP/1.1\r\nHost: sim\r\n\r\n",
    "HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=us-ascii\r\n" TAIL
    "Content-Length: 315\r\n\r\n",
    NULL },
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
configure_kerberos (SimListenerConfig *config)
{
  static const char *const challenges[] = { "Kerberos", NULL };

  config->challenges = challenges;
}

/* What is not offered is not accepted, be it right or not. */
static void
test_not_offered (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_kerberos);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "hi");
  g_autofree char *reply = NULL;

  fixture_send (socket, request);
  reply = fixture_read_all (socket);
  g_assert_cmpstr (reply, ==,
                   "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\n"
                   "WWW-Authenticate: Kerberos\r\nDate: " FIXTURE_DATE "\r\n"
                   "Connection: close\r\nContent-Length: 0\r\n\r\n");
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
  g_test_add_func ("/listener/stranger/scheme-that-is-not-offered", test_not_offered);
  return g_test_run ();
}
