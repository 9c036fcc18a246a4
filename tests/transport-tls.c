/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/transport/transport-tls.h"
#include "tests/transport-fixture.h"

/* Who is trusted, and that nothing leaves to anybody else. */

#define FINE "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nfine"

typedef enum { GOOD, ELSEWHERE, EXPIRED, EARLY, ALONE, N_SERVERS } Which;
typedef enum { NO_CA, RIGHT_CA, OTHER_CA } Ca;
typedef enum { NO_PIN, RIGHT_PIN, WRONG_PIN } Pin;

typedef struct {
  Identity *authority;
  Identity *other;
  Identity *servers[N_SERVERS];
} World;

static const IdentitySpec authority_spec = { "Authority", NULL, -1, 1000 };
static const IdentitySpec other_spec = { "Other Authority", NULL, -1, 1000 };
static const IdentitySpec server_specs[N_SERVERS] = {
  [GOOD] = { "hv", "IP:127.0.0.1,DNS:localhost", -1, 1000 },
  [ELSEWHERE] = { "hv", "IP:192.0.2.7,DNS:hv.example", -1, 1000 },
  [EXPIRED] = { "hv", "IP:127.0.0.1", -20, -10 },
  [EARLY] = { "hv", "IP:127.0.0.1", 10, 20 },
  [ALONE] = { "hv", "IP:127.0.0.1", -1, 1000 },
};

typedef struct {
  const char *sentence;
  Which server;
  Ca ca;
  Pin pin;
  gboolean no_verify;
  const char *host;
  gboolean verified;
  const char *messages[3]; /* none: trusted */
} Row;

#define IP "127.0.0.1"

static const Row rows[] = {
  { "a chain to the CA file is trusted by address",
    GOOD,
    RIGHT_CA,
    NO_PIN,
    FALSE,
    IP,
    TRUE,
    { 0 } },
  { "a chain to the CA file is trusted by name",
    GOOD,
    RIGHT_CA,
    NO_PIN,
    FALSE,
    "localhost",
    TRUE,
    { 0 } },
  { "a certificate that signs itself is its own CA file",
    ALONE,
    RIGHT_CA,
    NO_PIN,
    FALSE,
    IP,
    TRUE,
    { 0 } },
  { "an authority that is not in the CA file is refused",
    GOOD,
    OTHER_CA,
    NO_PIN,
    FALSE,
    IP,
    FALSE,
    { "its issuer is not among the authorities in /", "cacert=FILE", "say pin=sha256:" } },
  { "an authority that is not in the system's store is refused",
    GOOD,
    NO_CA,
    NO_PIN,
    FALSE,
    IP,
    FALSE,
    { "not among the authorities in the system's store", "cacert=FILE" } },
  { "a certificate for other names is refused",
    ELSEWHERE,
    RIGHT_CA,
    NO_PIN,
    FALSE,
    IP,
    FALSE,
    { "it is for hv.example, 192.0.2.7, not for 127.0.0.1", "say pin=sha256:" } },
  { "an expired certificate is refused",
    EXPIRED,
    RIGHT_CA,
    NO_PIN,
    FALSE,
    IP,
    FALSE,
    { "it expired 20", "renew it on the host" } },
  { "a certificate that is not valid yet is refused",
    EARLY,
    RIGHT_CA,
    NO_PIN,
    FALSE,
    IP,
    FALSE,
    { "it is valid only from 20", "check the clocks" } },
  { "the right pin alone is enough", GOOD, NO_CA, RIGHT_PIN, FALSE, IP, TRUE, { 0 } },
  { "the right pin alone is enough for other names",
    ELSEWHERE,
    NO_CA,
    RIGHT_PIN,
    FALSE,
    IP,
    TRUE,
    { 0 } },
  { "the right pin alone is enough for an expired certificate",
    EXPIRED,
    NO_CA,
    RIGHT_PIN,
    FALSE,
    IP,
    TRUE,
    { 0 } },
  { "the wrong pin is refused",
    ALONE,
    NO_CA,
    WRONG_PIN,
    FALSE,
    IP,
    FALSE,
    { "not the pinned one: expected sha256:0000", "found sha256:" } },
  { "the wrong pin is refused although the chain verifies",
    GOOD,
    RIGHT_CA,
    WRONG_PIN,
    FALSE,
    IP,
    FALSE,
    { "not the pinned one: expected sha256:0000", "found sha256:" } },
  { "the right pin with the right CA file is trusted",
    GOOD,
    RIGHT_CA,
    RIGHT_PIN,
    FALSE,
    IP,
    TRUE,
    { 0 } },
  { "the right pin does not make up for the wrong CA file",
    GOOD,
    OTHER_CA,
    RIGHT_PIN,
    FALSE,
    IP,
    FALSE,
    { "its issuer is not among the authorities" } },
  { "no_verify takes anybody", EXPIRED, NO_CA, NO_PIN, TRUE, IP, FALSE, { 0 } },
  { "no_verify with the right pin is verified", EXPIRED, NO_CA, RIGHT_PIN, TRUE, IP, TRUE, { 0 } },
  { "no_verify does not make up for the wrong pin",
    GOOD,
    NO_CA,
    WRONG_PIN,
    TRUE,
    IP,
    FALSE,
    { "not the pinned one" } },
};

static void
world_init (World *world)
{
  world->authority = identity_new (&authority_spec, NULL);
  world->other = identity_new (&other_spec, NULL);
  for (guint i = 0; i < N_SERVERS; i++)
    world->servers[i] = identity_new (&server_specs[i], i == ALONE ? NULL : world->authority);
}

static void
world_clear (World *world)
{
  identity_free (world->authority);
  identity_free (world->other);
  for (guint i = 0; i < N_SERVERS; i++)
    identity_free (world->servers[i]);
}

typedef struct {
  const char *sentence;
  gboolean trust, ca, pin, no_verify;
  gboolean system, database;
} Store;

static const Store stores[] = {
  { "no trust asks the system", FALSE, FALSE, FALSE, FALSE, TRUE, FALSE },
  { "an empty trust asks the system", TRUE, FALSE, FALSE, FALSE, TRUE, FALSE },
  { "a CA file replaces the system", TRUE, TRUE, FALSE, FALSE, FALSE, TRUE },
  { "a pin needs no store", TRUE, FALSE, TRUE, FALSE, FALSE, FALSE },
  { "a pin and a CA file ask the file", TRUE, TRUE, TRUE, FALSE, FALSE, TRUE },
  { "no_verify needs no store", TRUE, FALSE, FALSE, TRUE, FALSE, FALSE },
};

static void
test_store (gconstpointer data)
{
  const Store *row = data;
  g_autoptr (Identity) authority = identity_new (&authority_spec, NULL);
  g_autofree char *pin = g_strconcat ("sha256:", identity_get_fingerprint (authority), NULL);
  g_autoptr (HypervTrust) trust = NULL;
  TransportTlsStore store;
  g_autoptr (GError) error = NULL;

  if (row->trust)
    trust = hyperv_trust_new (row->ca ? identity_get_file (authority) : NULL, row->pin ? pin : NULL,
                              row->no_verify, &error);
  g_assert_true (transport_tls_open_store (trust, &store, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store.system, ==, row->system);
  g_assert_cmpint (store.database != NULL, ==, row->database);
  g_clear_object (&store.database);
}

typedef struct {
  const Row *row;
  const World *world;
  HypervTrust *trust;
} Case;

static HypervTrust *
make_trust (const Row *row, const World *world)
{
  Identity *server = world->servers[row->server];
  Identity *own = row->server == ALONE ? server : world->authority;
  const char *files[] = { NULL, identity_get_file (own), identity_get_file (world->other) };
  g_autofree char *zeroes = g_strnfill (64, '0');
  const char *digits[] = { NULL, identity_get_fingerprint (server), zeroes };
  g_autofree char *pin
      = row->pin != NO_PIN ? g_strconcat ("sha256:", digits[row->pin], NULL) : NULL;
  GError *error = NULL;
  HypervTrust *trust = hyperv_trust_new (files[row->ca], pin, row->no_verify, &error);

  g_assert_no_error (error);
  return trust;
}

static void
use_tls (TransportConfig *config, gpointer data)
{
  Case *c = data;

  config->https = TRUE;
  config->host = c->row->host;
  config->trust = c->trust;
}

static void
check_refused (const Row *row, Outcome *outcome, Transport *channel, Server *server)
{
  g_autofree char *got = server_dup_request (server, G_MAXUINT);

  g_assert_error (outcome->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_cmpint (outcome->sent, ==, TRANSPORT_SENT_NO);
  g_assert_cmpstr (got, ==, "");
  g_assert_cmpuint (transport_get_n_requests (channel), ==, 0);
  g_assert_false (transport_is_encrypted (channel));
  assert_contains (outcome->error->message, "127.0.0.1:");
  for (gsize i = 0; i < G_N_ELEMENTS (row->messages) && row->messages[i] != NULL; i++)
    assert_contains (outcome->error->message, row->messages[i]);
}

static void
check_trusted (const Row *row, Outcome *outcome, Transport *channel, Server *server)
{
  g_autofree char *got = server_dup_request (server, 0);
  g_autofree char *protocol = server_dup_protocol (server);

  g_assert_no_error (outcome->error);
  g_assert_cmpstr (outcome->body->str, ==, "fine");
  g_assert_cmpstr (protocol, ==, "http/1.1");
  assert_contains (got, "\r\nAuthorization: Basic ");
  g_assert_true (transport_is_encrypted (channel));
  g_assert_true (transport_is_connected (channel));
  g_assert_cmpint (transport_is_verified (channel), ==, row->verified);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  World world;
  Case c = { row, &world, NULL };
  Server *server;
  Transport *channel;
  g_auto (Outcome) outcome = { 0 };

  world_init (&world);
  c.trust = make_trust (row, &world);
  server = server_new (turns, identity_get_tls (world.servers[row->server]), NULL);
  channel = channel_new (server, use_tls, &c);
  g_assert_null (transport_get_peer_fingerprint (channel));
  outcome_run (&outcome, channel, "secret things");
  if (row->messages[0] != NULL)
    check_refused (row, &outcome, channel, server);
  else
    check_trusted (row, &outcome, channel, server);
  g_assert_cmpstr (transport_get_peer_fingerprint (channel), ==,
                   identity_get_fingerprint (world.servers[row->server]));
  if (row->messages[0] != NULL)
    assert_contains (outcome.error->message, transport_get_peer_fingerprint (channel));
  transport_unref (channel);
  server_free (server);
  hyperv_trust_unref (c.trust);
  world_clear (&world);
}

static void
any_tls (TransportConfig *config, gpointer data)
{
  config->https = TRUE;
}

static void
hasty_tls (TransportConfig *config, gpointer data)
{
  config->https = TRUE;
  config->connect_timeout_ms = 200;
}

static void
test_plain_server (void)
{
  const Turn turns[MAX_TURNS] = { AT_ONCE ("HTTP/1.1 400 \r\n\r\n", THEN_STALL) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, any_tls, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "secret things");
  g_assert_nonnull (outcome.error);
  g_assert_cmpint (outcome.error->domain, ==, G_TLS_ERROR);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
  assert_contains (outcome.error->message, "transport=http");
}

static void
test_stalled_handshake (void)
{
  const Turn turns[MAX_TURNS] = { AT_ONCE (NULL, THEN_STALL) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, hasty_tls, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "secret things");
  g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_TIMED_OUT);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
  assert_contains (outcome.error->message,
                   "not connected within 200 ms, when waiting for the end of the TLS handshake");
}

static void
test_dropped_handshake (void)
{
  const Turn turns[MAX_TURNS] = { AT_ONCE (NULL, THEN_CLOSE) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, any_tls, NULL);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "secret things");
  g_assert_nonnull (outcome.error);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
  assert_contains (outcome.error->message, "127.0.0.1:");
}

static void
test_cancelled_handshake (void)
{
  const Turn turns[MAX_TURNS] = { AT_ONCE (NULL, THEN_STALL) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, any_tls, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) outcome = { 0 };

  outcome_start (&outcome, channel, "secret things", cancellable);
  while (server_get_n_connections (server) == 0)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  outcome_wait (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
}

static void
test_replaced_connection (void)
{
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_CLOSE), TURN (FINE, THEN_KEEP) };
  g_autoptr (Identity) alone = identity_new (&server_specs[ALONE], NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_new (identity_get_file (alone), NULL, FALSE, NULL);
  const Row row = { .host = IP };
  Case c = { &row, NULL, trust };
  g_autoptr (Server) server = server_new (turns, identity_get_tls (alone), NULL);
  g_autoptr (Transport) channel = channel_new (server, use_tls, &c);
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  g_autofree char *got = NULL;

  outcome_run (&first, channel, "one");
  g_assert_no_error (first.error);
  server_wait_ended (server, 1);
  outcome_run (&second, channel, "two");
  g_assert_no_error (second.error);
  g_assert_true (transport_is_verified (channel));
  g_assert_cmpuint (server_get_n_connections (server), ==, 2);
  got = server_dup_request (server, 1);
  assert_contains (got, "\r\nAuthorization: Basic ");
}

static void
test_missing_ca_file (void)
{
  g_autoptr (HypervTrust) trust = hyperv_trust_new ("/nonexistent/ca.pem", NULL, FALSE, NULL);
  g_autoptr (HypervCredentials) who = hyperv_credentials_new ("administrator", "x");
  const TransportConfig config = {
    .host = IP, .port = 5986, .https = TRUE, .path = "/wsman", .trust = trust, .credentials = who
  };
  g_autoptr (GError) error = NULL;

  g_assert_null (transport_new (&config, &error));
  g_assert_nonnull (error);
  assert_contains (error->message, "cacert=/nonexistent/ca.pem: ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/tls/%s", rows[i].sentence);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stores); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/tls/store/%s", stores[i].sentence);

    g_test_add_data_func (path, &stores[i], test_store);
  }
  g_test_add_func ("/transport/tls/a plain server is a TLS error with a hint", test_plain_server);
  g_test_add_func ("/transport/tls/a handshake that stalls times out", test_stalled_handshake);
  g_test_add_func ("/transport/tls/a handshake that is dropped sends nothing",
                   test_dropped_handshake);
  g_test_add_func ("/transport/tls/a handshake can be cancelled", test_cancelled_handshake);
  g_test_add_func ("/transport/tls/a connection that replaces another is judged",
                   test_replaced_connection);
  g_test_add_func ("/transport/tls/a CA file that is not there is named", test_missing_ca_file);
  return g_test_run ();
}
