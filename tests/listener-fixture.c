/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-fixture.h"

#include <stdio.h>
#include <string.h>

#define EPOCH (G_GINT64_CONSTANT (1623131699) * G_USEC_PER_SEC)
#define SOCKET_TIMEOUT_S 20
#define CONNECTIONS_TIMEOUT_S 120 /* each begins TLS, which takes half a second under sanitizers */

static void
describe (SimExchange *exchange)
{
  gsize size = 0;
  const char *body = g_bytes_get_data (exchange->request, &size);
  char *text = g_strdup_printf ("%s %s %" G_GSIZE_FORMAT ": %.*s",
                                exchange->user != NULL ? exchange->user : "(anonymous)",
                                exchange->charset, size, (int)size, body != NULL ? body : "");

  exchange->status = 200;
  exchange->reply = g_bytes_new_take (text, strlen (text));
}

static void
handle (SimExchange *exchange, gpointer user_data)
{
  Fixture *self = user_data;
  gsize size = 0;
  const char *data = g_bytes_get_data (exchange->request, &size);
  g_autofree char *body = g_strndup (data != NULL ? data : "", size);

  describe (exchange);
  if (g_str_equal (body, "hang up"))
    exchange->order = SIM_ORDER_HANG_UP;
  if (g_str_equal (body, "after"))
    exchange->order = SIM_ORDER_HANG_UP_AFTER;
  if (sscanf (body, "midway %" G_GSIZE_FORMAT, &exchange->order_bytes) == 1)
    exchange->order = SIM_ORDER_HANG_UP_MIDWAY;
  if (sscanf (body, "status %u", &exchange->status) == 1)
    g_clear_pointer (&exchange->reply, g_bytes_unref);
  if (g_str_equal (body, "refuse")) {
    exchange->operation = g_strdup ("Invoke");
    exchange->class_name = g_strdup ("Msvm_ComputerSystem");
    exchange->method = g_strdup ("RequestStateChange");
    exchange->refusal = g_strdup ("no a:MessageID");
  }
  if (!g_str_equal (body, "hold")) {
    sim_exchange_complete (exchange);
    return;
  }
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->held, exchange);
  g_mutex_unlock (&self->mutex);
}

static void
add_line (const char *line, gpointer user_data)
{
  Fixture *self = user_data;

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->lines, g_strdup (line));
  g_mutex_unlock (&self->mutex);
}

typedef struct {
  Fixture *fixture;
  void (*function) (Fixture *self);
  gboolean done;
  GMutex mutex;
  GCond cond;
} Call;

static gboolean
on_call (gpointer user_data)
{
  Call *call = user_data;

  call->function (call->fixture);
  g_mutex_lock (&call->mutex);
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->mutex);
  return G_SOURCE_REMOVE;
}

void
fixture_run (Fixture *self, void (*function) (Fixture *self))
{
  Call call = { .fixture = self, .function = function };

  g_mutex_init (&call.mutex);
  g_cond_init (&call.cond);
  g_main_context_invoke (self->context, on_call, &call);
  g_mutex_lock (&call.mutex);
  while (!call.done)
    g_cond_wait (&call.cond, &call.mutex);
  g_mutex_unlock (&call.mutex);
  g_mutex_clear (&call.mutex);
  g_cond_clear (&call.cond);
}

static void
start (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  sim_listener_start (self->listener, &error);
  g_assert_no_error (error);
  self->http_port = sim_listener_get_http_port (self->listener);
  self->https_port = sim_listener_get_https_port (self->listener);
}

void
fixture_complete_held (Fixture *self)
{
  while (self->held->len > 0)
    sim_exchange_complete (g_ptr_array_steal_index (self->held, 0));
}

void
fixture_stop (Fixture *self)
{
  sim_listener_stop (self->listener);
}

static void
quit (Fixture *self)
{
  sim_listener_free (self->listener);
  fixture_complete_held (self);
  g_main_loop_quit (self->loop);
}

static gpointer
run_thread (gpointer data)
{
  Fixture *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

Fixture *
fixture_new (FixtureConfigure configure)
{
  static const char *const challenges[]
      = { "Negotiate", "Kerberos", "Basic realm=\"WSMAN\"", "CredSSP", NULL };
  Fixture *self = g_new0 (Fixture, 1);
  SimListenerConfig config = { .address = "127.0.0.1",
                               .http = TRUE,
                               .challenges = challenges,
                               .max_body = 100000,
                               .max_connections = 300 };
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  self->accounts = config.accounts = sim_accounts_new ();
  self->journal = config.journal = sim_journal_new (1000);
  self->clock = config.clock = sim_clock_new (SIM_CLOCK_STEPPED, 1.0, EPOCH);
  self->certificate = sim_certificate_new ("SIMHOST", &error);
  g_assert_no_error (error);
  config.certificate = self->certificate;
  sim_accounts_set (self->accounts, "administrator", "secret");
  if (configure != NULL)
    configure (&config);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->held = g_ptr_array_new ();
  self->listener = sim_listener_new (&config, handle, self);
  sim_listener_set_log (self->listener, add_line, self);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("listener", run_thread, self);
  fixture_run (self, start);
  return self;
}

void
fixture_free (Fixture *self)
{
  fixture_run (self, quit);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->lines);
  sim_certificate_free (self->certificate);
  g_object_unref (self->clock);
  sim_journal_unref (self->journal);
  sim_accounts_unref (self->accounts);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
fixture_wait_held (Fixture *self, guint n)
{
  gint64 end = g_get_monotonic_time () + SOCKET_TIMEOUT_S * G_USEC_PER_SEC;
  guint held;

  do {
    g_thread_yield ();
    g_mutex_lock (&self->mutex);
    held = self->held->len;
    g_mutex_unlock (&self->mutex);
  } while (held != n && g_get_monotonic_time () < end);
  g_assert_cmpuint (held, ==, n);
}

void
fixture_wait_connections (Fixture *self, guint n)
{
  gint64 end = g_get_monotonic_time () + CONNECTIONS_TIMEOUT_S * G_USEC_PER_SEC;

  while (sim_listener_get_n_connections (self->listener) != n && g_get_monotonic_time () < end)
    g_thread_yield ();
  g_assert_cmpuint (sim_listener_get_n_connections (self->listener), ==, n);
}

GSocket *
fixture_connect (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address
      = g_inet_socket_address_new_from_string ("127.0.0.1", self->http_port);
  GSocket *socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (socket, SOCKET_TIMEOUT_S);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return socket;
}

void
fixture_send (GSocket *socket, const char *text)
{
  gsize length = strlen (text);

  while (length > 0) {
    g_autoptr (GError) error = NULL;
    gssize n = g_socket_send (socket, text, length, NULL, &error);

    g_assert_no_error (error);
    text += n;
    length -= (gsize)n;
  }
}

/* FALSE at the end. */
static gboolean
read_more (GSocket *socket, GString *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize length = text->len;
  gssize n;

  g_string_set_size (text, length + size);
  n = g_socket_receive (socket, text->str + length, size, NULL, &error);
  g_assert_no_error (error);
  g_string_set_size (text, length + (gsize)n);
  return n > 0;
}

char *
fixture_read_reply (GSocket *socket)
{
  GString *text = g_string_new (NULL);
  const char *length;
  gsize body;

  while (!g_str_has_suffix (text->str, "\r\n\r\n") && read_more (socket, text, 1))
    continue;
  length = strstr (text->str, "\r\nContent-Length: ");
  body = length != NULL ? g_ascii_strtoull (length + strlen ("\r\nContent-Length: "), NULL, 10) : 0;
  body += text->len;
  while (text->len < body && read_more (socket, text, body - text->len))
    continue;
  return g_string_free (text, FALSE);
}

char *
fixture_read_all (GSocket *socket)
{
  GString *text = g_string_new (NULL);

  while (read_more (socket, text, 4096))
    continue;
  return g_string_free (text, FALSE);
}

char *
fixture_post (const char *headers, const char *body)
{
  return g_strdup_printf ("POST /wsman HTTP/1.1\r\nHost: sim\r\n%sContent-Length: %" G_GSIZE_FORMAT
                          "\r\n\r\n%s",
                          headers, strlen (body), body);
}

char *
fixture_echo (const char *body)
{
  g_autofree char *text
      = g_strdup_printf ("administrator utf-8 %" G_GSIZE_FORMAT ": %s", strlen (body), body);

  return g_strdup_printf ("HTTP/1.1 200 \r\n"
                          "Content-Type: application/soap+xml;charset=UTF-8\r\n"
                          "Server: Microsoft-HTTPAPI/2.0\r\n"
                          "Date: " FIXTURE_DATE "\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                          strlen (text), text);
}

char *
fixture_last_refusal (Fixture *self)
{
  g_autoptr (GPtrArray) entries = sim_journal_get_entries (self->journal);
  const SimJournalEntry *entry;

  if (entries->len == 0)
    return NULL;
  entry = g_ptr_array_index (entries, entries->len - 1);
  return g_strdup_printf ("%u %s", entry->status, entry->refusal != NULL ? entry->refusal : "-");
}
