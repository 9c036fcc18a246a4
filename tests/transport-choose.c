/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/transport/transport-auth.h"
#include "tests/transport-fixture.h"

/* Asking a host what it offers, choosing, and certificates of ours: all without GSSAPI. */

#define FINE "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nfine"
#define MUTUAL "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
#define BASIC "WWW-Authenticate: Basic realm=\"WSMAN\"\r\n"
#define DENIED(offer)                                                                              \
  "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\n" offer                                       \
  "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
#define DENIED_KEPT(offer) "HTTP/1.1 401 \r\n" offer "Content-Length: 0\r\n\r\n"

static const IdentitySpec spec = { "host", "IP:127.0.0.1", -1, 1 };

typedef struct {
  Identity *host;
  Identity *ours;
  const HypervTrust *trust;
  const char *auth;
  guint connect_timeout_ms;
} Setup;

static void
set_up (TransportConfig *config, gpointer data)
{
  const Setup *setup = data;

  config->auth = setup->auth;
  config->https = setup->host != NULL;
  config->trust = setup->trust;
  config->certificate = setup->ours != NULL ? identity_get_key_file (setup->ours) : NULL;
  config->connect_timeout_ms = setup->connect_timeout_ms;
}

/* Asking needs a choice: without GSSAPI and certificate there is none. */
static gboolean
has_choice (void)
{
  if (transport_gss_check (TRANSPORT_GSS_NEGOTIATE, NULL))
    return TRUE;
  g_test_skip ("built without GSSAPI: Basic is the only scheme, so nobody is asked");
  return FALSE;
}

typedef struct {
  const char *sentence;
  gboolean https;
  Turn turns[MAX_TURNS];
  guint n_connections;
} Ask;

static const Ask asks[] = {
  { "Basic within TLS", TRUE, { TURN (DENIED (BASIC), THEN_CLOSE), TURN (FINE, THEN_KEEP) }, 2 },
  { "Basic on loopback", FALSE, { TURN (DENIED (BASIC), THEN_CLOSE), TURN (FINE, THEN_KEEP) }, 2 },
  { "the connection may stay",
    FALSE,
    { TURN (DENIED_KEPT (BASIC), THEN_KEEP), TURN (FINE, THEN_KEEP) },
    1 },
  { "a page with the 401 is not read",
    FALSE,
    { TURN ("HTTP/1.1 401 \r\n" BASIC "Content-Length: 5\r\n\r\nsorry", THEN_KEEP),
      TURN (FINE, THEN_KEEP) },
    1 },
};

static void
test_ask (gconstpointer data)
{
  const Ask *row = data;
  g_autoptr (Identity) host = identity_new (&spec, NULL);
  g_autoptr (Server) server
      = server_new (row->turns, row->https ? identity_get_tls (host) : NULL, NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_new (identity_get_file (host), NULL, FALSE, NULL);
  Setup setup = { row->https ? host : NULL, NULL, trust };
  g_autoptr (Transport) channel = channel_new (server, set_up, &setup);
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  g_autofree char *question = NULL;
  g_autofree char *request = NULL;

  if (!has_choice ())
    return;
  outcome_run (&first, channel, "hello");
  g_assert_no_error (first.error);
  outcome_run (&second, channel, "again");
  g_assert_no_error (second.error);
  g_assert_cmpstr (first.body->str, ==, "fine");
  question = server_dup_request (server, 0);
  assert_contains (question, "\r\nContent-Length: 0\r\n");
  g_assert_null (strstr (question, "Authorization"));
  request = server_dup_request (server, 1);
  assert_contains (request, "\r\nAuthorization: Basic ");
  g_assert_true (g_str_has_suffix (request, "\r\n\r\nhello"));
  g_assert_cmpstr (transport_get_scheme (channel), ==, "basic");
  g_assert_cmpstr (transport_get_offer (channel), ==, "Basic");
  g_assert_cmpuint (server_get_n_requests (server), ==, 3);
  g_assert_cmpuint (server_get_n_connections (server), ==, row->n_connections);
  g_assert_cmpuint (transport_get_n_requests (channel), ==, 2);
  g_assert_cmpuint (transport_get_n_logins (channel), ==, 1);
}

typedef struct {
  const char *sentence;
  Turn turns[MAX_TURNS];
  GQuark (*domain) (void);
  int code;
  TransportSent sent;
  const char *messages[4];
} Fail;

static const Fail fails[] = {
  { "the chosen scheme refuses the user",
    { TURN (DENIED (BASIC), THEN_CLOSE), TURN (DENIED (BASIC), THEN_CLOSE) },
    hyperv_error_quark,
    HYPERV_ERROR_AUTH_FAILED,
    TRANSPORT_SENT_REPLIED,
    { "did not let \"administrator\" in with Basic", "check the password" } },
  { "the host offers nothing",
    { TURN (DENIED (""), THEN_CLOSE) },
    hyperv_error_quark,
    HYPERV_ERROR_AUTH_FAILED,
    TRANSPORT_SENT_NO,
    { "found no way to log \"administrator\" in (offered: nothing)", "kerberos: not offered",
      "winrm set winrm/config/service/auth '@{Basic=\"true\"}'" } },
  { "a host that asks for no login",
    { TURN (FINE, THEN_KEEP) },
    hyperv_error_quark,
    HYPERV_ERROR_PROTOCOL,
    TRANSPORT_SENT_NO,
    { "expected 401 with a list of schemes", "found status 200", "was not sent" } },
  { "a host that is not there",
    { TURN ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", THEN_KEEP) },
    hyperv_error_quark,
    HYPERV_ERROR_PROTOCOL,
    TRANSPORT_SENT_NO,
    { "found status 404" } },
  { "a host that hangs up when asked",
    { TURN (NULL, THEN_CLOSE) },
    g_io_error_quark,
    -1,
    TRANSPORT_SENT_NO,
    { "the connection was lost when asking what the host offers", "was not sent" } },
  { "a host that is silent when asked",
    { TURN (NULL, THEN_STALL) },
    hyperv_error_quark,
    HYPERV_ERROR_TIMED_OUT,
    TRANSPORT_SENT_NO,
    { "not logged in within 300 ms, when asking what the host offers" } },
};

static void
test_fail (gconstpointer data)
{
  const Fail *row = data;
  g_autoptr (Server) server = server_new (row->turns, NULL, NULL);
  Setup setup = { .connect_timeout_ms = 300 };
  g_autoptr (Transport) channel = channel_new (server, set_up, &setup);
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *all = NULL;

  if (!has_choice ())
    return;
  outcome_run (&outcome, channel, "hello");
  g_assert_nonnull (outcome.error);
  g_assert_cmpuint (outcome.error->domain, ==, row->domain ());
  if (row->code >= 0)
    g_assert_cmpint (outcome.error->code, ==, row->code);
  g_assert_cmpint (outcome.sent, ==, row->sent);
  for (gsize i = 0; i < G_N_ELEMENTS (row->messages) && row->messages[i] != NULL; i++)
    assert_contains (outcome.error->message, row->messages[i]);
  all = server_dup_request (server, G_MAXUINT);
  if (row->sent == TRANSPORT_SENT_NO)
    g_assert_null (strstr (all, "hello"));
}

/* Which of what is offered is taken when we have a certificate. */
static void
test_certificate (gconstpointer data)
{
  const char *auth = data;
  const Turn turns[MAX_TURNS]
      = { TURN (auth != NULL ? FINE : DENIED ("WWW-Authenticate: " MUTUAL "\r\n" BASIC), THEN_KEEP),
          TURN (FINE, THEN_KEEP) };
  static const IdentitySpec our_spec = { "anna", NULL, -1, 1 };
  g_autoptr (Identity) host = identity_new (&spec, NULL);
  g_autoptr (Identity) ours = identity_new (&our_spec, NULL);
  g_autoptr (Server) server = server_new (turns, identity_get_tls (host), NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_new (identity_get_file (host), NULL, FALSE, NULL);
  Setup setup = { host, ours, trust, auth };
  g_autoptr (Transport) channel = channel_new (server, set_up, &setup);
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *request = NULL;
  g_autofree char *peer = NULL;

  outcome_run (&outcome, channel, "hello");
  g_assert_no_error (outcome.error);
  request = server_dup_request (server, auth != NULL ? 0 : 1);
  assert_contains (request, "\r\nAuthorization: " MUTUAL "\r\n");
  g_assert_null (strstr (request, "Basic"));
  peer = server_dup_peer (server);
  g_assert_cmpstr (peer, ==, identity_get_fingerprint (ours));
  g_assert_cmpstr (transport_get_scheme (channel), ==, "certificate");
}

static void
test_no_certificate (gconstpointer data)
{
  gboolean without_key = GPOINTER_TO_INT (data) != 0;
  g_autoptr (Identity) ours = identity_new (&spec, NULL);
  g_autoptr (HypervCredentials) who = hyperv_credentials_new ("", "");
  const TransportConfig config
      = { .host = "hv",
          .port = 5986,
          .https = TRUE,
          .path = "/wsman",
          .auth = "certificate",
          .certificate = without_key ? identity_get_file (ours) : "/nonexistent/me.pem",
          .credentials = who };
  g_autoptr (GError) error = NULL;

  g_assert_null (transport_new (&config, &error));
  g_assert_nonnull (error);
  assert_contains (error->message,
                   without_key ? "expected is its private key, too" : "cert=/nonexistent/me.pem: ");
}

static const struct {
  const char *sentence;
  const char *value;
  const char *word;
  const char *token; /* text; NULL: none */
  gboolean bad;
} tokens[] = {
  { "a token", "Negotiate aGVsbG8=", "Negotiate", "hello" },
  { "in any case", "NEGOTIATE aGVsbG8=", "Negotiate", "hello" },
  { "blanks around it", "Negotiate  \taGVsbG8= ", "Negotiate", "hello" },
  { "another follows", "Negotiate aGVsbG8=, Basic", "Negotiate", "hello" },
  { "no token", "Negotiate", "Negotiate", NULL },
  { "a blank and no token", "Negotiate ", "Negotiate", NULL },
  { "another scheme", "Kerberos aGVsbG8=", "Negotiate", NULL },
  { "a name that goes on", "Negotiator aGVsbG8=", "Negotiate", NULL },
  { "no base64", "Negotiate a-b?", "Negotiate", NULL, TRUE },
  { "base64 that is cut", "Negotiate aGVsbG8", "Negotiate", NULL, TRUE },
};

static void
test_token (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) token = transport_auth_parse_token (tokens[i].value, tokens[i].word, &error);
  gsize length;

  g_assert_true ((error != NULL) == tokens[i].bad);
  g_assert_true ((token != NULL) == (tokens[i].token != NULL));
  if (token != NULL)
    g_assert_cmpmem (g_bytes_get_data (token, &length), g_bytes_get_size (token), tokens[i].token,
                     strlen (tokens[i].token));
}

static void
test_long_token (void)
{
  g_autofree char *text = g_strnfill (65540, 'A');
  g_autofree char *value = g_strconcat ("Negotiate ", text, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (transport_auth_parse_token (value, "Negotiate", &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
}

#define ADD_ROWS(topic, rows, function)                                                            \
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {                                                \
    g_autofree char *path                                                                          \
        = g_strdup_printf ("/transport/choose/" topic "/%s", (rows)[i].sentence);                  \
                                                                                                   \
    g_test_add_data_func (path, &(rows)[i], function);                                             \
  }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_ROWS ("asks", asks, test_ask)
  ADD_ROWS ("fails", fails, test_fail)
  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autofree char *path = g_strconcat ("/transport/choose/token/", tokens[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_token);
  }
  g_test_add_func ("/transport/choose/token/more than 64 kB", test_long_token);
  g_test_add_data_func ("/transport/choose/certificate/asked for", "certificate", test_certificate);
  g_test_add_data_func ("/transport/choose/certificate/is taken before Basic", NULL,
                        test_certificate);
  g_test_add_data_func ("/transport/choose/certificate/without its key", GINT_TO_POINTER (1),
                        test_no_certificate);
  g_test_add_data_func ("/transport/choose/certificate/that is not there", NULL,
                        test_no_certificate);
  return g_test_run ();
}
