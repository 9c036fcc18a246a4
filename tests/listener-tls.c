/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-fixture.h"

#include <string.h>

static void
configure_tls (SimListenerConfig *config)
{
  config->https = TRUE;
  config->alpn = TRUE;
}

static void
configure_2012r2 (SimListenerConfig *config)
{
  config->https = TRUE;
}

static void
configure_impatient (SimListenerConfig *config)
{
  config->https = TRUE;
  config->receive_deadline_ms = 200;
}

static GSocketConnection *
connect_plain (Fixture *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection
      = g_socket_client_connect_to_host (client, "127.0.0.1", self->https_port, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

/* Accepts the server's certificate when it is what the fixture's own PEM says. */
static gboolean
on_certificate (GTlsConnection *connection, GTlsCertificate *peer, GTlsCertificateFlags flags,
                gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (GTlsCertificate) authority
      = g_tls_certificate_new_from_pem (self->certificate->certificate_pem, -1, NULL);
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("localhost", 1);

  return g_tls_certificate_verify (peer, identity, authority) == 0;
}

static GIOStream *
connect_tls (Fixture *self, const char *const *protocols)
{
  g_autoptr (GSocketConnection) plain = connect_plain (self);
  g_autoptr (GError) error = NULL;
  GIOStream *tls = g_tls_client_connection_new (G_IO_STREAM (plain), NULL, &error);

  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_certificate), self);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error);
  g_assert_no_error (error);
  return tls;
}

static void
send_text (GIOStream *stream, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text), NULL,
                             NULL, &error);
  g_assert_no_error (error);
}

static char *
read_text (GIOStream *stream, gsize size)
{
  g_autoptr (GError) error = NULL;
  char *text = g_malloc0 (size + 1);

  g_input_stream_read_all (g_io_stream_get_input_stream (stream), text, size, NULL, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
exchange (GIOStream *stream, const char *body)
{
  g_autofree char *request = fixture_post (FIXTURE_BASIC, body);
  g_autofree char *expected = fixture_echo (body);
  g_autofree char *reply = NULL;

  send_text (stream, request);
  reply = read_text (stream, strlen (expected));
  g_assert_cmpstr (reply, ==, expected);
}

static void
test_exchanges (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GIOStream) stream = connect_tls (fixture, NULL);
  g_autofree char *large = g_strnfill (90000, 'x');

  for (guint i = 0; i < 20; i++)
    exchange (stream, "hello");
  exchange (stream, large);
  exchange (stream, "again");
  g_assert_cmpuint (sim_journal_get_total (fixture->journal), ==, 22);
  g_io_stream_close (stream, NULL, NULL);
  fixture_wait_connections (fixture, 0);
}

static void
test_both (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GIOStream) stream = connect_tls (fixture, NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "plain");
  g_autofree char *expected = fixture_echo ("plain");
  g_autofree char *reply = NULL;

  exchange (stream, "secure");
  fixture_send (socket, request);
  reply = fixture_read_reply (socket);
  g_assert_cmpstr (reply, ==, expected);
}

static const struct {
  const char *sentence;
  gboolean modern;
  const char *offered[3];
  const char *selected;
} protocols[] = {
  { "http-1.1", TRUE, { "http/1.1" }, "http/1.1" },
  { "http-1.1-before-h2", TRUE, { "h2", "http/1.1" }, "http/1.1" },
  { "2012r2-selects-nothing", FALSE, { "h2", "http/1.1" }, NULL },
  { "nothing-offered", TRUE, { NULL }, NULL },
};

static void
test_alpn (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Fixture) fixture
      = fixture_new (protocols[i].modern ? configure_tls : configure_2012r2);
  g_autoptr (GIOStream) stream
      = connect_tls (fixture, protocols[i].offered[0] != NULL ? protocols[i].offered : NULL);

  g_assert_cmpstr (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (stream)), ==,
                   protocols[i].selected);
  exchange (stream, "hello");
}

/* Refused inside TLS, with the whole page before the end. */
static void
test_refusal (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GIOStream) stream = connect_tls (fixture, NULL);
  g_autofree char *reply = NULL;

  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (stream), FALSE);
  send_text (stream, "POST /wsman HTTP/1.1\r\nHost: sim\r\n\r\n");
  reply = read_text (stream, 4096);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 411 Length Required\r\n"));
  g_assert_true (g_str_has_suffix (reply, "</HTML>\r\n"));
}

/* TLS says goodbye after a reply that is the last one: nothing was cut. */
static void
test_goodbye (void)
{
  static const char *const last[] = { "after", "401" };

  for (gsize i = 0; i < G_N_ELEMENTS (last); i++) {
    g_autoptr (Fixture) fixture = fixture_new (configure_tls);
    g_autoptr (GIOStream) stream = connect_tls (fixture, NULL);
    g_autofree char *request = fixture_post (i == 0 ? FIXTURE_BASIC : "", last[i]);
    g_autofree char *reply = NULL;

    send_text (stream, request);
    reply = read_text (stream, 4096); /* to the end; an end without goodbye is an error */
    g_assert_true (g_str_has_prefix (reply, i == 0 ? "HTTP/1.1 200 \r\n" : "HTTP/1.1 401 \r\n"));
    fixture_wait_connections (fixture, 0);
  }
}

static void
test_cut (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GIOStream) stream = connect_tls (fixture, NULL);
  g_autofree char *request = fixture_post (FIXTURE_BASIC, "midway 3");
  g_autoptr (GError) error = NULL;
  char reply[4096];
  gsize n = 0;

  send_text (stream, request);
  g_input_stream_read_all (g_io_stream_get_input_stream (stream), reply, sizeof reply, &n, NULL,
                           &error);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
  g_assert_cmpmem (reply + n - 7, 7, "\r\n\r\nadm", 7);
  fixture_wait_connections (fixture, 0);
}

static void
assert_refused_handshake (Fixture *fixture, GSocketConnection *plain, const char *prefix)
{
  char waste[256];
  g_autofree char *journal = NULL;

  while (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (plain)), waste,
                              sizeof waste, NULL, NULL)
         > 0)
    continue;
  fixture_wait_connections (fixture, 0);
  journal = fixture_last_refusal (fixture);
  g_assert_true (g_str_has_prefix (journal, prefix));
}

static void
test_plain_to_tls_port (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GSocketConnection) plain = connect_plain (fixture);

  send_text (G_IO_STREAM (plain), "POST /wsman HTTP/1.1\r\n\r\n");
  assert_refused_handshake (fixture, plain, "0 TLS handshake: ");
}

static void
test_client_without_trust (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GSocketConnection) plain = connect_plain (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (G_IO_STREAM (plain), NULL, &error);
  g_autofree char *refusal = NULL;

  g_assert_no_error (error);
  g_assert_false (g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_io_stream_close (G_IO_STREAM (plain), NULL, NULL);
  fixture_wait_connections (fixture, 0);
  refusal = fixture_last_refusal (fixture);
  g_assert_true (g_str_has_prefix (refusal, "0 TLS handshake: "));
  g_assert_nonnull (strstr (refusal, "does the client not trust the certificate?"));
}

static void
test_silent_client (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_impatient);
  g_autoptr (GSocketConnection) plain = connect_plain (fixture);

  assert_refused_handshake (fixture, plain, "0 no TLS handshake within 200 ms");
}

#define N_SILENT 70

/* Who connects and says nothing (a probe of the port, a pool of connections) keeps nobody waiting:
 * GIO shakes hands in a few threads that all of the process share. */
static void
test_many_silent_clients (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GPtrArray) silent = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GIOStream) stream = NULL;
  gint64 begin;

  for (guint i = 0; i < N_SILENT; i++)
    g_ptr_array_add (silent, connect_plain (fixture));
  fixture_wait_connections (fixture, N_SILENT);
  begin = g_get_monotonic_time ();
  stream = connect_tls (fixture, NULL);
  exchange (stream, "hello");
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (sim_listener_get_n_connections (fixture->listener), ==, N_SILENT + 1);
}

static void
test_stop_in_handshake (void)
{
  g_autoptr (Fixture) fixture = fixture_new (configure_tls);
  g_autoptr (GSocketConnection) plain = connect_plain (fixture);
  g_autoptr (GSocketConnection) half = connect_plain (fixture);
  char waste[16];

  send_text (G_IO_STREAM (half), "\x16\x03\x01");
  fixture_wait_connections (fixture, 2);
  fixture_run (fixture, fixture_stop);
  g_assert_cmpuint (sim_listener_get_n_connections (fixture->listener), ==, 0);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (plain)), waste,
                                        sizeof waste, NULL, NULL),
                   <=, 0);
}

static void
never (SimExchange *exchange, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
test_bad_certificate (void)
{
  static const SimCertificate nonsense = { (char *)"hello", (char *)"world", (char *)"" };
  g_autoptr (SimAccounts) accounts = sim_accounts_new ();
  g_autoptr (SimJournal) journal = sim_journal_new (1);
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1.0, 0);
  SimListenerConfig config = { .address = "127.0.0.1",
                               .https = TRUE,
                               .certificate = &nonsense,
                               .accounts = accounts,
                               .journal = journal,
                               .clock = clock,
                               .max_body = 1,
                               .max_connections = 1 };
  SimListener *listener = sim_listener_new (&config, never, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sim_listener_start (listener, &error));
  g_assert_true (g_str_has_prefix (error->message, "Cannot use the certificate for https: "));
  sim_listener_free (listener);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++) {
    g_autofree char *path = g_strconcat ("/listener/tls/alpn/", protocols[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_alpn);
  }
  g_test_add_func ("/listener/tls/exchanges", test_exchanges);
  g_test_add_func ("/listener/tls/http-and-https", test_both);
  g_test_add_func ("/listener/tls/refusal", test_refusal);
  g_test_add_func ("/listener/tls/goodbye", test_goodbye);
  g_test_add_func ("/listener/tls/cut-midway", test_cut);
  g_test_add_func ("/listener/tls/plain-http-to-its-port", test_plain_to_tls_port);
  g_test_add_func ("/listener/tls/client-without-trust", test_client_without_trust);
  g_test_add_func ("/listener/tls/silent-client", test_silent_client);
  g_test_add_func ("/listener/tls/many-silent-clients", test_many_silent_clients);
  g_test_add_func ("/listener/tls/stop-in-a-handshake", test_stop_in_handshake);
  g_test_add_func ("/listener/tls/bad-certificate", test_bad_certificate);
  return g_test_run ();
}
