/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "client/transport/transport-auth.h"
#include "tests/transport-fixture.h"

/* Logging in: what is offered, what may leave in clear, and what a refusal says. */

#define FINE "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nfine"
#define DENIED(offer)                                                                              \
  "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\n" offer                                       \
  "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
#define MUTUAL "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

typedef struct {
  const char *sentence;
  const char *value;
  const char *names; /* joined by "|" */
} Offer;

static const Offer offers[] = {
  { "one scheme", "Negotiate", "Negotiate" },
  { "a scheme with a realm", "Basic realm=\"WSMAN\"", "Basic" },
  { "several in one header", "Negotiate, Basic realm=\"WSMAN\", CredSSP",
    "Negotiate|Basic|CredSSP" },
  { "a comma within quotes", "Basic realm=\"a, Digest\", NTLM", "Basic|NTLM" },
  { "an escaped quote", "Basic realm=\"a\\\", Digest\", NTLM", "Basic|NTLM" },
  { "parameters after a comma", "Digest realm=\"x\", qop=\"auth\", nonce=\"y\"", "Digest" },
  { "the profile of certificates", MUTUAL, MUTUAL },
  { "a quote that is never closed", "Basic realm=\"a, Digest", "Basic" },
  { "a backslash at the end", "Basic realm=\"a\\", "Basic" },
  { "nothing", "", "" },
  { "commas only", ",,, ,", "" },
  { "no more than 16", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r", "a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p" },
};

static void
test_offer (gconstpointer data)
{
  const Offer *row = data;
  g_autoptr (GPtrArray) offered = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  transport_auth_parse_offer (row->value, offered);
  g_ptr_array_add (offered, NULL);
  joined = g_strjoinv ("|", (char **)offered->pdata);
  g_assert_cmpstr (joined, ==, row->names);
}

static void
test_long_offer (void)
{
  g_autoptr (GPtrArray) offered = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *value = g_strnfill (60000, 'A');

  transport_auth_parse_offer (value, offered);
  g_assert_cmpuint (offered->len, ==, 1);
  g_assert_cmpuint (strlen (g_ptr_array_index (offered, 0)), ==, 100);
}

typedef struct {
  const char *sentence;
  const char *peer; /* NULL: unknown */
  gboolean encrypted;
  gboolean allow_clear;
  gboolean proxied;
  gboolean may;
} Clear;

static const Clear clears[] = {
  { "inside TLS", "192.0.2.1", TRUE, FALSE, FALSE, TRUE },
  { "inside TLS through a proxy", "192.0.2.1", TRUE, FALSE, TRUE, TRUE },
  { "to 127.0.0.1", "127.0.0.1", FALSE, FALSE, FALSE, TRUE },
  { "to 127.9.9.9", "127.9.9.9", FALSE, FALSE, FALSE, TRUE },
  { "to ::1", "::1", FALSE, FALSE, FALSE, TRUE },
  { "to another address when asked for", "192.0.2.1", FALSE, TRUE, FALSE, TRUE },
  { "through a proxy when asked for", "192.0.2.1", FALSE, TRUE, TRUE, TRUE },
  { "not to another address", "192.0.2.1", FALSE, FALSE, FALSE, FALSE },
  { "not to 0.0.0.0", "0.0.0.0", FALSE, FALSE, FALSE, FALSE },
  { "not to a private address", "10.0.0.1", FALSE, FALSE, FALSE, FALSE },
  { "not to an address of the link", "fe80::1", FALSE, FALSE, FALSE, FALSE },
  { "not to nobody knows where", NULL, FALSE, FALSE, FALSE, FALSE },
  { "not through a proxy on loopback", "127.0.0.1", FALSE, FALSE, TRUE, FALSE },
};

static void
test_clear (gconstpointer data)
{
  const Clear *row = data;
  g_autoptr (GInetAddress) peer
      = row->peer != NULL ? g_inet_address_new_from_string (row->peer) : NULL;
  g_autoptr (GError) error = NULL;
  gboolean may = transport_auth_may_send (&transport_auth_basic, row->encrypted, row->allow_clear,
                                          row->proxied, peer, "hv:5985", &error);

  g_assert_cmpint (may, ==, row->may);
  if (row->may) {
    g_assert_no_error (error);
    return;
  }
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  assert_contains (error->message, "hv:5985");
  assert_contains (error->message, "Use https");
  assert_contains (error->message, "transport=http&auth=basic");
}

typedef struct {
  const char *sentence;
  const char *reply;
  const char *messages[4];
} Refusal;

static const Refusal refusals[] = {
  { "a password that the host does not take",
    DENIED ("WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n"),
    { "did not let \"administrator\" in with Basic", "(offered: Negotiate, Basic)",
      "check the password" } },
  { "a host that does not offer Basic",
    DENIED ("WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n"),
    { "does not offer Basic", "(offered: Negotiate, Kerberos)",
      "winrm set winrm/config/service/auth '@{Basic=\"true\"}'" } },
  { "a host that offers certificates only",
    DENIED ("WWW-Authenticate: " MUTUAL "\r\n"),
    { "does not offer Basic", "(offered: " MUTUAL ")" } },
  { "a host that offers nothing", DENIED (""), { "does not offer Basic", "(offered: nothing)" } },
};

static void
test_refusal (gconstpointer data)
{
  const Refusal *row = data;
  const Turn turns[MAX_TURNS] = { TURN (row->reply, THEN_CLOSE) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "hello");
  g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_REPLIED);
  g_assert_cmpuint (outcome.n_heads, ==, 0);
  g_assert_cmpuint (server_get_n_requests (server), ==, 1);
  assert_contains (outcome.error->message, "127.0.0.1:");
  for (gsize i = 0; i < G_N_ELEMENTS (row->messages) && row->messages[i] != NULL; i++)
    assert_contains (outcome.error->message, row->messages[i]);
  g_assert_null (strstr (outcome.error->message, "geheim"));
}

static void
test_request (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_autofree char *host = g_strdup_printf ("\r\nHost: 127.0.0.1:%u\r\n", server_get_port (server));
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *got = NULL;

  g_assert_null (transport_get_scheme (channel));
  g_assert_false (transport_is_connected (channel));
  outcome_run (&outcome, channel, "hello");
  g_assert_no_error (outcome.error);
  got = server_dup_request (server, 0);
  g_assert_true (g_str_has_prefix (got, "POST /wsman HTTP/1.1\r\n"));
  assert_contains (got, host);
  assert_contains (got, "\r\nAuthorization: Basic YWRtaW5pc3RyYXRvcjpnZWhlaW0lNw==\r\n");
  assert_contains (got, "\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n");
  assert_contains (got, "\r\nContent-Length: 5\r\n");
  g_assert_true (g_str_has_suffix (got, "\r\n\r\nhello"));
  g_assert_null (strstr (got, "Expect"));
  g_assert_null (strstr (got, "Transfer-Encoding"));
  g_assert_null (strstr (got, "Accept-Encoding"));
  g_assert_cmpstr (transport_get_scheme (channel), ==, "basic");
  g_assert_false (transport_is_encrypted (channel));
  g_assert_false (transport_is_verified (channel));
}

static void
set_host (TransportConfig *config, gpointer data)
{
  config->host = data;
}

static void
set_host_and_allow (TransportConfig *config, gpointer data)
{
  config->host = data;
  config->allow_clear = TRUE;
}

/* An address of this machine that is not loopback, or NULL. */
static char *
find_address (void)
{
  struct ifaddrs *all = NULL;
  char *found = NULL;

  if (getifaddrs (&all) != 0)
    return NULL;
  for (struct ifaddrs *one = all; one != NULL && found == NULL; one = one->ifa_next) {
    g_autoptr (GSocketAddress) address = NULL;
    GInetAddress *inet;

    if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_INET)
      continue;
    address = g_socket_address_new_from_native (one->ifa_addr, sizeof (struct sockaddr_in));
    inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
    if (!g_inet_address_get_is_loopback (inet))
      found = g_inet_address_to_string (inet);
  }
  freeifaddrs (all);
  return found;
}

static void
test_other_address (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autofree char *address = find_address ();
  Server *server;
  Transport *channel, *allowed;
  g_auto (Outcome) refused = { 0 };
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *got = NULL;

  if (address == NULL) {
    g_test_skip ("this machine has only loopback addresses");
    return;
  }
  server = server_new (turns, NULL, address);
  channel = channel_new (server, set_host, address);
  outcome_run (&refused, channel, "hello");
  g_assert_error (refused.error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpint (refused.sent, ==, TRANSPORT_SENT_NO);
  assert_contains (refused.error->message, address);
  server_wait_ended (server, 1);
  got = server_dup_request (server, G_MAXUINT);
  g_assert_cmpstr (got, ==, "");
  allowed = channel_new (server, set_host_and_allow, address);
  outcome_run (&outcome, allowed, "hello");
  g_assert_no_error (outcome.error);
  transport_unref (allowed);
  transport_unref (channel);
  server_free (server);
}

static void
set_host_and_ask (TransportConfig *config, gpointer data)
{
  config->host = data;
  config->auth = NULL;
}

/* A host that offers nothing but Basic does not get the password in clear for that. */
static void
test_no_downgrade (void)
{
  const Turn turns[MAX_TURNS]
      = { TURN (DENIED ("WWW-Authenticate: Basic realm=\"WSMAN\"\r\n"), THEN_CLOSE) };
  g_autofree char *address = find_address ();
  Server *server;
  Transport *channel;
  g_auto (Outcome) refused = { 0 };
  g_autofree char *got = NULL;

  if (address == NULL) {
    g_test_skip ("this machine has only loopback addresses");
    return;
  }
  server = server_new (turns, NULL, address);
  channel = channel_new (server, set_host_and_ask, address);
  outcome_run (&refused, channel, "hello");
  g_assert_error (refused.error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpint (refused.sent, ==, TRANSPORT_SENT_NO);
  assert_contains (refused.error->message, "sends the password readable");
  server_wait_ended (server, 1);
  got = server_dup_request (server, G_MAXUINT);
  g_assert_null (strstr (got, "Authorization"));
  transport_unref (channel);
  server_free (server);
}

static void
test_ipv6 (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (GSocket) probe
      = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("::1", 0);
  Server *server;
  Transport *channel;
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *host = NULL;
  g_autofree char *got = NULL;

  if (probe == NULL || !g_socket_bind (probe, any, FALSE, NULL)) {
    g_test_skip ("this machine has no IPv6");
    return;
  }
  server = server_new (turns, NULL, "::1");
  channel = channel_new (server, set_host, (char *)"::1");
  outcome_run (&outcome, channel, "hello");
  g_assert_no_error (outcome.error);
  got = server_dup_request (server, 0);
  host = g_strdup_printf ("\r\nHost: [::1]:%u\r\n", server_get_port (server));
  assert_contains (got, host);
  transport_unref (channel);
  server_free (server);
}

typedef struct {
  const char *sentence;
  const char *auth;
  const char *user;
  int code; /* -1: fine */
  const char *messages[2];
} Config;

static const Config configs[] = {
  { "basic is known", "basic", "u", -1, { 0 } },
  { "case does not matter", "Basic", "u", -1, { 0 } },
  { "CredSSP is not supported, with the reason",
    "credssp",
    "u",
    HYPERV_ERROR_NOT_SUPPORTED,
    { "auth=credssp", "hands the password itself over" } },
  { "a certificate needs TLS",
    "certificate",
    "u",
    HYPERV_ERROR_INVALID_ARGUMENT,
    { "auth=certificate", "use transport=https" } },
  { "an unknown scheme is not supported",
    "basik",
    "u",
    HYPERV_ERROR_NOT_SUPPORTED,
    { "auth=basik", "known: kerberos, negotiate, ntlm, certificate, credssp, basic" } },
  { "an empty scheme is not supported",
    "",
    "u",
    HYPERV_ERROR_NOT_SUPPORTED,
    { "known: kerberos, negotiate, ntlm, certificate, credssp, basic" } },
  { "a user with a colon cannot use Basic",
    "basic",
    "a:b",
    HYPERV_ERROR_INVALID_ARGUMENT,
    { "user \"a:b\"", "colon" } },
};

static void
test_config (gconstpointer data)
{
  const Config *row = data;
  g_autoptr (HypervCredentials) who = hyperv_credentials_new (row->user, "p");
  const TransportConfig config
      = { .host = "hv", .port = 5985, .path = "/wsman", .auth = row->auth, .credentials = who };
  g_autoptr (GError) error = NULL;
  Transport *channel = transport_new (&config, &error);

  if (row->code < 0) {
    g_assert_no_error (error);
    transport_unref (channel);
    return;
  }
  g_assert_null (channel);
  g_assert_error (error, HYPERV_ERROR, row->code);
  for (gsize i = 0; i < G_N_ELEMENTS (row->messages) && row->messages[i] != NULL; i++)
    assert_contains (error->message, row->messages[i]);
}

#define ADD_ROWS(topic, rows, function)                                                            \
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {                                                \
    g_autofree char *path = g_strdup_printf ("/transport/auth/" topic "/%s", (rows)[i].sentence);  \
                                                                                                   \
    g_test_add_data_func (path, &(rows)[i], function);                                             \
  }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_ROWS ("offer", offers, test_offer)
  ADD_ROWS ("in clear", clears, test_clear)
  ADD_ROWS ("refused", refusals, test_refusal)
  ADD_ROWS ("scheme", configs, test_config)
  g_test_add_func ("/transport/auth/offer/a long name is cut", test_long_offer);
  g_test_add_func ("/transport/auth/a request has what it needs and no more", test_request);
  g_test_add_func ("/transport/auth/nothing leaves in clear to another address",
                   test_other_address);
  g_test_add_func ("/transport/auth/nor when the host offers nothing else", test_no_downgrade);
  g_test_add_func ("/transport/auth/a literal of IPv6 works", test_ipv6);
  return g_test_run ();
}
