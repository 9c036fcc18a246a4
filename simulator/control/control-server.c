/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/control/control-server.h"

#include <string.h>

/* The HTTP door opens and closes. It accepts by itself: libsoup 3.2 never accepts again once
 * descriptors have run out, and forgets a GSocket for each connection. */

#define BACKLOG 128
/* Threads that calls run on, of which some wait. */
#define MAX_THREADS 64
/* After descriptors or memory ran out. */
#define REST_MS 50
/* What is left to write when the door closes gets so many turns. */
#define MAX_TURNS 1000

/* ---- jobs ---- */

static void
quit_when_done (ControlServer *self)
{
  if (self->is_closing && self->n_running == 0)
    g_main_loop_quit (self->loop);
}

static gboolean
on_worked (gpointer data)
{
  ControlJob *job = data;
  ControlServer *self = job->server;

  job->then (job);
  self->n_running--;
  quit_when_done (self);
  return G_SOURCE_REMOVE;
}

/* To the server's thread. */
static void
post (ControlServer *self, GSourceFunc function, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, data, NULL);
  g_source_attach (source, self->context);
}

static void
run_job (gpointer data, gpointer server)
{
  ControlJob *job = data;

  job->work (job);
  post (server, on_worked, job);
}

void
control_server_push (ControlServer *self, ControlJob *job)
{
  self->n_running++;
  g_thread_pool_push (self->pool, job, NULL);
}

/* ---- connections ---- */

static void watch (ControlServer *self);

static void
unwatch (ControlServer *self)
{
  if (self->watch == NULL)
    return;
  g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
}

static void
rest_work (ControlJob *job)
{
  GPtrArray *hosts = hyperv_sim_site_get_hosts (job->server->site);
  HypervSimHost *host = hosts->len > 0 ? g_ptr_array_index (hosts, 0) : NULL;

  if (host != NULL)
    hyperv_sim_host_wait_request (host, hyperv_sim_host_get_n_requests (host), REST_MS);
}

static void
rest_then (ControlJob *job)
{
  if (!job->server->is_closing)
    watch (job->server);
  g_free (job);
}

/* Clients stay in the queue of the socket and are served when it is possible again. */
static void
rest (ControlServer *self)
{
  ControlJob *job = g_new0 (ControlJob, 1);

  *job = (ControlJob){ self, rest_work, rest_then };
  unwatch (self);
  control_server_push (self, job);
}

static gboolean
on_connection (GSocket *socket, GIOCondition condition, gpointer data)
{
  ControlServer *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) client = g_socket_accept (socket, NULL, &error);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  g_autoptr (GSocketConnection) stream = NULL;

  if (client == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)
        && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
      rest (self);
    return G_SOURCE_CONTINUE;
  }
  local = g_socket_get_local_address (client, NULL);
  remote = g_socket_get_remote_address (client, NULL);
  if (local == NULL || remote == NULL) /* it is gone already */
    return G_SOURCE_CONTINUE;
  stream = g_socket_connection_factory_create_connection (client);
  soup_server_accept_iostream (self->server, G_IO_STREAM (stream), local, remote, NULL);
  return G_SOURCE_CONTINUE;
}

static void
watch (ControlServer *self)
{
  self->watch = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (on_connection), self, NULL);
  g_source_attach (self->watch, self->context);
}

/* ---- life ---- */

static GSocket *
open_socket (const char *address, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (where),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, BACKLOG);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_bind (socket, where, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static gboolean
listen (ControlServer *self, const char *address, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) bound = NULL;

  self->socket = open_socket (address, port, error);
  bound = self->socket != NULL ? g_socket_get_local_address (self->socket, error) : NULL;
  if (bound == NULL) {
    g_prefix_error (error, "control API on %s:%u: ", address, port);
    return FALSE;
  }
  self->uri = g_uri_join (G_URI_FLAGS_NONE, "http", NULL, address,
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)), "/v1",
                          NULL, NULL);
  self->server = soup_server_new ("server-header", "hyperv-sim", "raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->server, NULL, control_request_begin, self, NULL);
  soup_server_add_handler (self->server, NULL, control_request_serve, self, NULL);
  watch (self);
  return TRUE;
}

/* What libsoup has begun it ends in turns of its context. */
static void
turn (ControlServer *self)
{
  for (guint i = 0; i < MAX_TURNS && g_main_context_iteration (self->context, FALSE); i++)
    continue;
}

static void
close_all (ControlServer *self)
{
  if (self->server == NULL)
    return;
  turn (self); /* answers go out */
  soup_server_disconnect (self->server);
  turn (self);
  g_clear_object (&self->server);
  turn (self);
}

static gpointer
thread_run (gpointer data)
{
  ControlServer *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  close_all (self);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

ControlServer *
control_server_new (HypervSimSite *site, const char *address, guint16 port, const char *token,
                    GError **error)
{
  ControlServer *self = g_new0 (ControlServer, 1);
  gboolean ok;

  self->site = site;
  self->token = g_strdup (token);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->cancellable = g_cancellable_new ();
  self->pool = g_thread_pool_new (run_job, self, MAX_THREADS, FALSE, NULL);
  g_main_context_push_thread_default (self->context);
  ok = listen (self, address, port, error);
  g_main_context_pop_thread_default (self->context);
  if (ok)
    self->thread = g_thread_new ("hyperv-sim-control", thread_run, self);
  if (ok)
    return self;
  control_server_free (self);
  return NULL;
}

const char *
control_server_get_uri (const ControlServer *self)
{
  return self->uri;
}

static gboolean
close_door (gpointer data)
{
  ControlServer *self = data;

  self->is_closing = TRUE;
  unwatch (self);
  g_socket_close (self->socket, NULL);
  quit_when_done (self);
  return G_SOURCE_REMOVE;
}

void
control_server_free (ControlServer *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->thread != NULL) {
    post (self, close_door, self);
    g_thread_join (self->thread);
  }
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_clear_object (&self->socket);
  g_object_unref (self->cancellable);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_free (self->token);
  g_free (self->uri);
  g_free (self);
}
