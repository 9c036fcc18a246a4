/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"

#include <sys/socket.h>
#include <time.h>

/* MaxPacketRetrievalTimeSeconds, and http.sys' time for idle connections. */
#define DEADLINE_MS 120000
/* How late a deadline may be noticed. */
#define SWEEP_MIN_MS 10
#define SWEEP_MAX_MS 1000

SimListener *
sim_listener_ref (SimListener *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
sim_listener_unref (SimListener *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->certificate);
  g_clear_error (&self->certificate_error);
  g_clear_pointer (&self->context, g_main_context_unref);
  sim_accounts_unref (self->accounts);
  sim_journal_unref (self->journal);
  g_object_unref (self->clock);
  sim_transcript_free (self->transcript);
  sim_auth_realm_free (self->realm);
  g_clear_error (&self->realm_error);
  g_free (self->address);
  g_free (self);
}

/* As RFC 9110 has it, in no locale. */
const char *
sim_listener_get_date (SimListener *self)
{
  static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
  static const char months[12][4]
      = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  gint64 second = sim_clock_wall (self->clock) / G_USEC_PER_SEC;
  time_t time = (time_t)second;
  struct tm tm;

  if (second == self->date_second && self->date[0] != '\0')
    return self->date;
  gmtime_r (&time, &tm);
  g_snprintf (self->date, sizeof self->date, "%s, %02d %s %04d %02d:%02d:%02d GMT",
              days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], (tm.tm_year + 1900) % 10000,
              tm.tm_hour, tm.tm_min, tm.tm_sec);
  self->date_second = second;
  return self->date;
}

void
sim_listener_note_refusal (SimListener *self, guint64 connection, const char *what, guint status)
{
  g_autofree char *line = NULL;

  sim_journal_add_refusal (self->journal, what, status, sim_clock_now (self->clock));
  if (self->log == NULL)
    return;
  line = g_strdup_printf ("refused connection %" G_GUINT64_FORMAT ": %s", connection, what);
  self->log (line, self->log_data);
}

void
sim_listener_note_challenge (SimListener *self, const char *what, guint status)
{
  sim_journal_add_refusal (self->journal, what, status, sim_clock_now (self->clock));
}

void
sim_listener_note_exchange (SimListener *self, const SimExchange *exchange)
{
  g_autoptr (GString) line = NULL;

  sim_journal_add (self->journal, exchange, sim_clock_now (self->clock));
  if (self->log == NULL || exchange->refusal == NULL)
    return;
  line = g_string_new (NULL);
  g_string_append_printf (line, "refused #%" G_GUINT64_FORMAT, exchange->number);
  if (exchange->operation != NULL)
    g_string_append_printf (line, " %s", exchange->operation);
  if (exchange->class_name != NULL)
    g_string_append_printf (line, " %s", exchange->class_name);
  if (exchange->method != NULL)
    g_string_append_printf (line, ".%s", exchange->method);
  g_string_append_printf (line, ": %s", exchange->refusal);
  self->log (line->str, self->log_data);
}

SimListener *
sim_listener_new (const SimListenerConfig *config, SimListenerHandler handler, gpointer user_data)
{
  SimListener *self;

  g_return_val_if_fail (config != NULL && handler != NULL, NULL);
  g_return_val_if_fail (config->address != NULL && config->clock != NULL, NULL);
  g_return_val_if_fail (config->accounts != NULL && config->journal != NULL, NULL);
  g_return_val_if_fail (config->max_body > 0 && config->max_connections > 0, NULL);
  g_return_val_if_fail (!config->https || config->certificate != NULL, NULL);

  self = g_new0 (SimListener, 1);
  g_ref_count_init (&self->ref_count);
  g_queue_init (&self->connections);
  self->address = g_strdup (config->address);
  self->enabled[0] = config->http;
  self->enabled[1] = config->https;
  self->ports_wanted[0] = config->http_port;
  self->ports_wanted[1] = config->https_port;
  self->refuse_clear = config->auth.refuse_clear;
  self->accounts = sim_accounts_ref (config->accounts);
  self->journal = sim_journal_ref (config->journal);
  self->clock = g_object_ref (config->clock);
  self->max_body = config->max_body;
  self->max_connections = config->max_connections;
  self->receive_deadline_ms
      = config->receive_deadline_ms != 0 ? config->receive_deadline_ms : DEADLINE_MS;
  self->idle_deadline_ms = config->idle_deadline_ms != 0 ? config->idle_deadline_ms : DEADLINE_MS;
  self->alpn = config->alpn;
  self->handler = handler;
  self->handler_data = user_data;
  if (config->https) {
    g_autofree char *pem
        = g_strconcat (config->certificate->certificate_pem, config->certificate->key_pem, NULL);

    self->certificate = g_tls_certificate_new_from_pem (pem, -1, &self->certificate_error);
  }
  self->realm = sim_auth_realm_new (config, self->certificate, &self->realm_error);
  return self;
}

/* libsoup 3.2 keeps a connection after an exchange only while its server has a listener of its own
 * (request_finished () in soup-server.c); it gets one end of a pair on which nobody ever calls. */
static gboolean
open_server (SimListener *self, GError **error)
{
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
                         "Cannot start the listener: no file descriptors left");
    return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (pair); i++)
    self->keep_alive[i] = g_socket_new_from_fd (pair[i], NULL);
  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  /* The star of `OPTIONS *` is under no path. */
  soup_server_add_handler (self->server, NULL, sim_listener_serve, self, NULL);
  soup_server_add_handler (self->server, "*", sim_listener_serve, self, NULL);
  return soup_server_listen_socket (self->server, self->keep_alive[0], 0, error);
}

static gboolean
on_sweep (gpointer user_data)
{
  SimListener *self = user_data;
  gint64 now = g_get_monotonic_time ();
  GList *next;

  for (GList *link = self->connections.head; link != NULL; link = next) {
    next = link->next;
    sim_connection_check_deadline (link->data, now);
  }
  if (self->connections.length > 0)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->sweeper, g_source_unref);
  return G_SOURCE_REMOVE;
}

void
sim_listener_watch_deadlines (SimListener *self)
{
  guint shortest = MIN (self->receive_deadline_ms, self->idle_deadline_ms);

  if (self->sweeper != NULL)
    return;
  self->sweeper = g_timeout_source_new (CLAMP (shortest / 4, SWEEP_MIN_MS, SWEEP_MAX_MS));
  g_source_set_callback (self->sweeper, on_sweep, self, NULL);
  g_source_attach (self->sweeper, self->context);
}

gboolean
sim_listener_start (SimListener *self, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->running, FALSE);

  if (self->certificate_error != NULL) {
    g_propagate_error (error, g_error_copy (self->certificate_error));
    g_prefix_error (error, "Cannot use the certificate for https: ");
    return FALSE;
  }
  if (self->realm_error != NULL) {
    g_propagate_error (error, g_error_copy (self->realm_error));
    return FALSE;
  }
  g_clear_pointer (&self->context, g_main_context_unref);
  self->context = g_main_context_ref_thread_default ();
  self->running = TRUE;
  if (self->transcript == NULL)
    self->transcript = sim_transcript_new ();
  if (open_server (self, error) && sim_listener_open_ports (self, error))
    return TRUE;
  sim_listener_stop (self);
  return FALSE;
}

void
sim_listener_stop (SimListener *self)
{
  g_return_if_fail (self != NULL);

  if (!self->running)
    return;
  self->running = FALSE;
  sim_listener_close_ports (self);
  if (self->sweeper != NULL) {
    g_source_destroy (self->sweeper);
    g_clear_pointer (&self->sweeper, g_source_unref);
  }
  while (self->connections.head != NULL)
    sim_connection_drop (self->connections.head->data);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  for (gsize i = 0; i < G_N_ELEMENTS (self->keep_alive); i++)
    g_clear_object (&self->keep_alive[i]);
}

void
sim_listener_cut (SimListener *self)
{
  g_autoptr (GList) all = NULL;

  g_return_if_fail (self != NULL);

  all = g_list_copy (self->connections.head);
  for (GList *link = all; link != NULL; link = link->next)
    sim_connection_cut (link->data);
}

void
sim_listener_free (SimListener *self)
{
  if (self == NULL)
    return;
  sim_listener_stop (self);
  sim_listener_unref (self);
}

void
sim_listener_configure (SimListener *self, const SimListenerSettings *settings)
{
  SimAuthRealm *realm;

  g_return_if_fail (self != NULL && self->realm != NULL && settings != NULL);
  g_return_if_fail (settings->max_body > 0 && settings->max_connections > 0);

  realm = self->realm;
  g_strfreev (realm->challenges);
  realm->challenges = g_strdupv ((char **)settings->challenges);
  realm->channel_binding = settings->channel_binding;
  sim_auth_realm_set_certificate_users (realm, settings->certificate_users,
                                        settings->n_certificate_users);
  self->refuse_clear = settings->refuse_clear;
  self->max_body = settings->max_body;
  self->max_connections = settings->max_connections;
  self->receive_deadline_ms
      = settings->receive_deadline_ms != 0 ? settings->receive_deadline_ms : DEADLINE_MS;
}

void
sim_listener_fail_auth (SimListener *self, SimAuthFailure failure, guint count)
{
  g_return_if_fail (self != NULL && self->realm != NULL);
  g_return_if_fail (failure < SIM_AUTH_N_FAILURES);

  self->realm->failure = failure;
  self->realm->failures_left = count;
}

guint16
sim_listener_get_http_port (SimListener *self)
{
  return self->first_ports[0];
}

guint16
sim_listener_get_https_port (SimListener *self)
{
  return self->first_ports[1];
}

guint
sim_listener_get_n_connections (SimListener *self)
{
  return (guint)g_atomic_int_get (&self->n_connections);
}

void
sim_listener_set_log (SimListener *self, SimListenerLog log, gpointer user_data)
{
  self->log = log;
  self->log_data = user_data;
}
