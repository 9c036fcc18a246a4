/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/transport-fixture.h"

/* Through a proxy: the host is judged, not the proxy, and no password is readable to it. Then what
 * is logged. */

#define FINE "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nfine"

/* Opens one way to where it is asked and keeps what it was asked. */
typedef struct {
  GSocketListener *listener;
  guint16 port;
  GCancellable *stop;
  GThread *thread;
  GString *asked;
} Proxy;

static void
proxy_read_head (Proxy *self, GIOStream *client)
{
  GInputStream *in = g_io_stream_get_input_stream (client);
  char c;

  while (strstr (self->asked->str, "\r\n\r\n") == NULL
         && g_input_stream_read (in, &c, 1, self->stop, NULL) == 1)
    g_string_append_c (self->asked, c);
}

static void
on_spliced (GObject *source, GAsyncResult *result, gpointer data)
{
  g_io_stream_splice_finish (result, NULL);
  g_main_loop_quit (data);
}

static void
proxy_splice (Proxy *self, GIOStream *client, GIOStream *host)
{
  static const char opened[] = "HTTP/1.1 200 Connection established\r\n\r\n";
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);

  g_output_stream_write_all (g_io_stream_get_output_stream (client), opened, strlen (opened), NULL,
                             self->stop, NULL);
  g_main_context_push_thread_default (context);
  g_io_stream_splice_async (client, host,
                            G_IO_STREAM_SPLICE_CLOSE_STREAM1 | G_IO_STREAM_SPLICE_CLOSE_STREAM2,
                            G_PRIORITY_DEFAULT, self->stop, on_spliced, loop);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
}

static gpointer
proxy_run (gpointer data)
{
  Proxy *self = data;
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autoptr (GSocketConnection) client = NULL;
  g_autoptr (GSocketConnection) host = NULL;
  g_auto (GStrv) words = NULL;

  g_socket_client_set_enable_proxy (dialer, FALSE);
  client = g_socket_listener_accept (self->listener, NULL, self->stop, NULL);
  if (client == NULL)
    return NULL;
  proxy_read_head (self, G_IO_STREAM (client));
  words = g_strsplit (self->asked->str, " ", 3);
  if (g_strv_length (words) == 3)
    host = g_socket_client_connect_to_host (dialer, words[1], 0, self->stop, NULL);
  if (host != NULL)
    proxy_splice (self, G_IO_STREAM (client), G_IO_STREAM (host));
  return NULL;
}

static void
proxy_start (Proxy *self)
{
  GError *error = NULL;
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) got = NULL;

  self->listener = g_socket_listener_new ();
  self->stop = g_cancellable_new ();
  self->asked = g_string_new (NULL);
  g_socket_listener_add_address (self->listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &got, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  self->thread = g_thread_new ("proxy", proxy_run, self);
}

static void
proxy_stop (Proxy *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_string_free (self->asked, TRUE);
}

static void
use_config (TransportConfig *config, gpointer data)
{
  const TransportConfig *wanted = data;

  config->https = wanted->https;
  config->trust = wanted->trust;
  config->proxy = wanted->proxy;
  config->allow_clear = wanted->allow_clear;
}

typedef struct {
  const char *sentence;
  gboolean right_pin;
} Tunnel;

static const Tunnel tunnels[] = {
  { "the host behind a proxy is trusted by its pin", TRUE },
  { "the host behind a proxy is refused for its pin", FALSE },
};

static void
test_tunnel (gconstpointer data)
{
  const Tunnel *row = data;
  static const IdentitySpec spec = { "hv", "IP:127.0.0.1", -1, 1000 };
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Identity) identity = identity_new (&spec, NULL);
  g_autofree char *zeroes = g_strnfill (64, '0');
  g_autofree char *pin = g_strconcat (
      "sha256:", row->right_pin ? identity_get_fingerprint (identity) : zeroes, NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_new (NULL, pin, FALSE, NULL);
  Server *server = server_new (turns, identity_get_tls (identity), NULL);
  Proxy proxy = { 0 };
  g_autofree char *uri = NULL;
  g_autofree char *got = NULL;
  g_autofree char *asked = g_strdup_printf ("CONNECT 127.0.0.1:%u ", server_get_port (server));
  TransportConfig wanted = { .https = TRUE, .trust = trust };
  Transport *channel;
  g_auto (Outcome) outcome = { 0 };

  proxy_start (&proxy);
  wanted.proxy = uri = g_strdup_printf ("http://127.0.0.1:%u", proxy.port);
  channel = channel_new (server, use_config, &wanted);
  outcome_run (&outcome, channel, "secret things");
  got = server_dup_request (server, G_MAXUINT);
  if (row->right_pin) {
    g_assert_no_error (outcome.error);
    g_assert_true (transport_is_verified (channel));
    g_assert_true (transport_is_connected (channel));
    assert_contains (got, "\r\nAuthorization: Basic ");
  } else {
    g_assert_error (outcome.error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
    g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
    g_assert_cmpstr (got, ==, "");
  }
  transport_close (channel);
  transport_unref (channel);
  g_assert_true (g_str_has_prefix (proxy.asked->str, asked));
  g_assert_null (strstr (proxy.asked->str, "Authorization"));
  proxy_stop (&proxy);
  server_free (server);
}

typedef struct {
  const char *sentence;
  gboolean https;
  gboolean allow_clear;
  const char *reply;
  GQuark (*domain) (void);
  int code;
  const char *message;
  const char *got; /* NULL: the proxy got nothing */
} Row;

static const Row rows[] = {
  { "no password goes in clear to a proxy, be it on loopback", FALSE, FALSE, FINE,
    hyperv_error_quark, HYPERV_ERROR_AUTH_FAILED, "through the proxy at 127.0.0.1", NULL },
  { "a password goes in clear to a proxy when asked for", FALSE, TRUE, FINE, NULL, 0, NULL,
    "POST http://127.0.0.1:1/wsman HTTP/1.1\r\n" },
  { "a proxy that opens no way is named", TRUE, FALSE,
    "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", g_io_error_quark,
    G_IO_ERROR_PROXY_FAILED, "the proxy did not open a way to it: status 403",
    "CONNECT 127.0.0.1:1 HTTP/1.1\r\n" },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  const Turn turns[MAX_TURNS] = { TURN (row->reply, THEN_KEEP) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", server_get_port (server));
  TransportConfig wanted = { .https = row->https, .allow_clear = row->allow_clear, .proxy = uri };
  g_autoptr (Transport) channel = channel_new (NULL, use_config, &wanted);
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *got = NULL;

  outcome_run (&outcome, channel, "secret things");
  got = server_dup_request (server, G_MAXUINT);
  if (row->domain == NULL) {
    g_assert_no_error (outcome.error);
    assert_contains (got, "\r\nAuthorization: Basic ");
  } else {
    g_assert_error (outcome.error, row->domain (), row->code);
    g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
    assert_contains (outcome.error->message, row->message);
    assert_contains (outcome.error->message, "127.0.0.1:1");
    g_assert_null (strstr (got, "Authorization"));
  }
  if (row->got != NULL)
    g_assert_true (g_str_has_prefix (got, row->got));
  else
    g_assert_cmpstr (got, ==, "");
}

static void
test_proxy_scheme (gconstpointer data)
{
  g_autoptr (HypervCredentials) who = hyperv_credentials_new ("u", "p");
  const TransportConfig config
      = { .host = "hv", .port = 5985, .path = "/wsman", .credentials = who, .proxy = data };
  g_autoptr (GError) error = NULL;

  g_assert_null (transport_new (&config, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED);
  assert_contains (error->message, "expected http://, socks://");
}

static GLogWriterOutput
keep_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  GString *log = data;
  const char *domain = NULL;
  const char *message = NULL;

  for (gsize i = 0; i < n_fields; i++) {
    if (g_strcmp0 (fields[i].key, "GLIB_DOMAIN") == 0)
      domain = fields[i].value;
    else if (g_strcmp0 (fields[i].key, "MESSAGE") == 0)
      message = fields[i].value;
  }
  if (g_strcmp0 (domain, "hyperv-http") == 0)
    g_string_append_printf (log, "%s%s\n", (level & G_LOG_LEVEL_MESSAGE) != 0 ? "shown: " : "",
                            message);
  return G_LOG_WRITER_HANDLED;
}

static void
test_log (gconstpointer data)
{
  GString *log = (GString *)data;
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP), TURN (NULL, THEN_CLOSE) };
  g_autoptr (Server) server = server_new (turns, NULL, NULL);
  g_autoptr (Transport) channel = channel_new (server, NULL, NULL);
  g_auto (Outcome) fine = { 0 };
  g_auto (Outcome) lost = { 0 };
  g_auto (GStrv) lines = NULL;

  g_string_truncate (log, 0);
  outcome_run (&fine, channel, "secret things");
  outcome_run (&lost, channel, "secret things");
  lines = g_strsplit (log->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  assert_contains (lines[0], "shown: POST 127.0.0.1:");
  assert_contains (lines[0], "/wsman status 200, 4 bytes, ");
  assert_contains (lines[0], " ms, request 1 on connection 1");
  assert_contains (lines[1], "request 2 on connection 1, maybe sent: ");
  g_assert_null (strstr (log->str, "geheim"));
  g_assert_null (strstr (log->str, "YWRtaW5pc3RyYXRvcjpnZWhlaW0lNw"));
  g_assert_null (strstr (log->str, "secret"));
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) log = g_string_new (NULL);

  g_setenv ("HYPERV_DEBUG", "wire,http", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (keep_log, log, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tunnels); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/proxy/%s", tunnels[i].sentence);

    g_test_add_data_func (path, &tunnels[i], test_tunnel);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/transport/proxy/%s", rows[i].sentence);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_data_func ("/transport/proxy/a proxy reached by TLS is not supported",
                        "https://proxy.example", test_proxy_scheme);
  g_test_add_data_func ("/transport/proxy/a proxy without a scheme is not supported",
                        "proxy.example:8080", test_proxy_scheme);
  g_test_add_data_func ("/transport/log/one line an exchange and no secret", log, test_log);
  return g_test_run ();
}
