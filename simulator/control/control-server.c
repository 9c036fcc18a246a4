/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libsoup/soup.h>
#include <string.h>

#include "simulator/control/control-private.h"

/* The HTTP door: routes are the rows of the table. Not the simulated wire, so libsoup's own
 * listener will do. Each call runs on a thread of the pool, because some wait. */

#define PREFIX "/v1"
#define MAX_BODY (4 * 1024 * 1024)

struct _ControlServer {
  HypervSimSite *site; /* not owned: it owns us */
  char *token;
  char *uri;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GCancellable *cancellable; /* calls that wait give up */
  SoupServer *server;        /* the thread's */
  guint n_running;           /* calls; the thread's */
  gboolean is_closing;
};

typedef struct {
  ControlServer *server;
  SoupServerMessage *message;
  const ControlVerb *verb;
  JsonObject *arguments;
  char *text; /* calls of /v1/do; or NULL */
} Request;

static const struct {
  HypervSimError code;
  guint status;
  const char *name;
} errors[] = {
  { HYPERV_SIM_ERROR_INVALID_HOST, 400, "invalid-host" },
  { HYPERV_SIM_ERROR_INVALID_ARGUMENT, 400, "invalid-argument" },
  { HYPERV_SIM_ERROR_NOT_FOUND, 404, "not-found" },
  { HYPERV_SIM_ERROR_NOT_RUNNING, 409, "not-running" },
  { HYPERV_SIM_ERROR_FAILED, 500, "failed" },
  { HYPERV_SIM_ERROR_EXPECTATION, 409, "expectation" },
};

static void
answer (SoupServerMessage *message, guint status, char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text,
                                    strlen (text));
}

static void
answer_error (SoupServerMessage *message, guint status, const char *name, const char *text)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  json_object_set_string_member (object, "error", name);
  json_object_set_string_member (object, "message", text);
  node = control_json_take (object);
  answer (message, status, control_json_to_text (node));
}

static void
answer_gerror (SoupServerMessage *message, const GError *error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    if (!g_error_matches (error, HYPERV_SIM_ERROR, (int)errors[i].code))
      continue;
    answer_error (message, errors[i].status, errors[i].name, error->message);
    return;
  }
  answer_error (message, 500, "failed", error->message);
}

/* ---- routes ---- */

/* Whether the path is that of the row; what stands where it has braces goes into @arguments. */
static gboolean
path_fits (const ControlVerb *verb, const char *path, JsonObject *arguments)
{
  g_auto (GStrv) wanted = g_strsplit (verb->path, "/", -1);
  g_auto (GStrv) found = g_strsplit (path, "/", -1);

  if (g_strv_length (wanted) != g_strv_length (found))
    return FALSE;
  for (guint i = 0; wanted[i] != NULL; i++)
    if (wanted[i][0] != '{' && strcmp (wanted[i], found[i]) != 0)
      return FALSE;
  for (guint i = 0; arguments != NULL && wanted[i] != NULL; i++) {
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;

    if (wanted[i][0] != '{')
      continue;
    name = g_strndup (wanted[i] + 1, strlen (wanted[i]) - 2);
    text = g_uri_unescape_string (found[i], NULL);
    json_object_set_member (arguments, name,
                            control_read_text (verb, name, text != NULL ? text : found[i]));
  }
  return TRUE;
}

static const ControlVerb *
find_route (const char *method, const char *path, gboolean *path_exists)
{
  *path_exists = FALSE;
  for (const ControlVerb *row = control_get_verbs (); row->name != NULL; row++) {
    if (!path_fits (row, path, NULL))
      continue;
    *path_exists = TRUE;
    if (strcmp (row->method, method) == 0)
      return row;
  }
  return NULL;
}

static gboolean
read_body (SoupServerMessage *message, JsonObject *arguments, GError **error)
{
  g_autoptr (GBytes) body
      = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (g_bytes_get_size (body) == 0)
    return TRUE;
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, g_bytes_get_data (body, NULL),
                                   (gssize)g_bytes_get_size (body), &local)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT, "no JSON: %s",
                 local->message);
    return FALSE;
  }
  node = json_parser_get_root (parser);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "$: expected an object of arguments");
    return FALSE;
  }
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (arguments, name, json_node_copy (node));
  return TRUE;
}

static void
read_query (const ControlVerb *verb, GHashTable *query, JsonObject *arguments)
{
  GHashTableIter iter;
  gpointer name, text;

  if (query == NULL)
    return;
  g_hash_table_iter_init (&iter, query);
  while (g_hash_table_iter_next (&iter, &name, &text))
    json_object_set_member (arguments, name, control_read_text (verb, name, text));
}

/* ---- running ---- */

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->arguments, json_object_unref);
  g_object_unref (request->message);
  g_free (request->text);
  g_free (request);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  ControlServer *server = request->server;
  g_autoptr (JsonNode) result = NULL;
  GError *error = NULL;
  char *text;

  if (request->text != NULL) {
    text = control_do (server->site, request->text, NULL, &error);
  } else {
    result = control_run (server->site, request->verb, request->arguments, server->cancellable,
                          &error);
    text = result != NULL ? control_json_to_text (result) : NULL;
  }
  if (text != NULL)
    g_task_return_pointer (task, text, g_free);
  else
    g_task_return_error (task, error);
}

static void
quit_when_done (ControlServer *self)
{
  if (self->is_closing && self->n_running == 0)
    g_main_loop_quit (self->loop);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Request *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  char *text = g_task_propagate_pointer (G_TASK (result), &error);

  if (text != NULL)
    answer (request->message, 200, text);
  else
    answer_gerror (request->message, error);
  soup_server_message_unpause (request->message);
  request->server->n_running--;
  quit_when_done (request->server);
}

static void
start (ControlServer *self, Request *request)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_done, NULL);

  self->n_running++;
  soup_server_message_pause (request->message);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, run_in_thread);
}

/* ---- requests ---- */

static gboolean
is_same (const char *given, const char *wanted)
{
  gsize length = strlen (wanted);
  guint8 difference = strlen (given) != length;

  for (gsize i = 0; i < length && difference == 0; i++)
    difference |= (guint8)(given[i] ^ wanted[i]);
  return difference == 0;
}

/* A page in a browser may not: neither from elsewhere (Origin), nor under a name that somebody
 * made point here. */
static gboolean
is_welcome (ControlServer *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");
  const char *host = g_uri_get_host (soup_server_message_get_uri (message));

  if (soup_message_headers_get_one (headers, "Origin") != NULL
      || (host != NULL && strcmp (host, "localhost") != 0 && !g_hostname_is_ip_address (host))) {
    answer_error (message, 403, "forbidden", "not for pages in browsers");
    return FALSE;
  }
  if (self->token == NULL
      || (authorization != NULL && g_str_has_prefix (authorization, "Bearer ")
          && is_same (authorization + strlen ("Bearer "), self->token)))
    return TRUE;
  soup_message_headers_append (soup_server_message_get_response_headers (message),
                               "WWW-Authenticate", "Bearer");
  answer_error (message, 401, "unauthorized", "expected Authorization: Bearer TOKEN");
  return FALSE;
}

/* What is not a row: the documents, and calls as they stand in a scenario. */
static gboolean
serve_special (ControlServer *self, SoupServerMessage *message, const char *path)
{
  static const struct {
    const char *path;
    const char *format;
  } documents[] = {
    { "/openapi.json", "openapi" },
    { "/scenario.schema.json", "schema" },
  };
  g_autoptr (GBytes) body = NULL;
  Request *request;

  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++) {
    if (strcmp (documents[i].path, path) != 0)
      continue;
    answer (message, 200, control_describe (documents[i].format));
    return TRUE;
  }
  if (strcmp (path, "/do") != 0 || soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  request = g_new0 (Request, 1);
  request->server = self;
  request->message = g_object_ref (message);
  request->text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  start (self, request);
  return TRUE;
}

static void
serve_verb (ControlServer *self, SoupServerMessage *message, const char *path, GHashTable *query)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autoptr (GError) error = NULL;
  gboolean path_exists;
  const ControlVerb *verb
      = find_route (soup_server_message_get_method (message), path, &path_exists);
  Request *request;

  if (verb == NULL) {
    answer_error (message, path_exists ? 405 : 404, path_exists ? "wrong-method" : "not-found",
                  "no such route; GET " PREFIX "/openapi.json lists them");
    return;
  }
  if (read_body (message, arguments, &error)) {
    read_query (verb, query, arguments);
    path_fits (verb, path, arguments);
    control_check (verb, arguments, NULL, "$", &error);
  }
  if (error != NULL) {
    answer_gerror (message, error);
    return;
  }
  request = g_new0 (Request, 1);
  request->server = self;
  request->message = g_object_ref (message);
  request->verb = verb;
  request->arguments = g_steal_pointer (&arguments);
  start (self, request);
}

static void
serve (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
       gpointer data)
{
  ControlServer *self = data;
  const char *raw = g_uri_get_path (soup_server_message_get_uri (message));

  if (self->is_closing) {
    answer_error (message, 503, "closing", "the simulator ends");
    return;
  }
  if (!is_welcome (self, message))
    return;
  if (!g_str_has_prefix (raw, PREFIX "/")) {
    answer_error (message, 404, "not-found", "all routes begin with " PREFIX "/");
    return;
  }
  if (!serve_special (self, message, raw + strlen (PREFIX)))
    serve_verb (self, message, raw + strlen (PREFIX), query);
}

/* Larger bodies are not collected. */
static void
check_length (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
              gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_content_length (headers) > MAX_BODY)
    answer_error (message, 413, "too-large", "expected at most 4 MiB");
}

/* ---- life ---- */

static gpointer
thread_run (gpointer data)
{
  ControlServer *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
listen (ControlServer *self, const char *address, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new_from_string (address, port);
  g_autoslist (GUri) uris = NULL;
  g_autofree char *uri = NULL;

  self->server = soup_server_new ("server-header", "hyperv-sim", "raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->server, NULL, check_length, self, NULL);
  soup_server_add_handler (self->server, NULL, serve, self, NULL);
  if (!soup_server_listen (self->server, where, 0, error)) {
    g_prefix_error (error, "control API on %s:%u: ", address, port);
    return FALSE;
  }
  uris = soup_server_get_uris (self->server);
  uri = g_uri_join (G_URI_FLAGS_NONE, "http", NULL, address, g_uri_get_port (uris->data), PREFIX,
                    NULL, NULL);
  self->uri = g_steal_pointer (&uri);
  return TRUE;
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
  soup_server_disconnect (self->server);
  quit_when_done (self);
  return G_SOURCE_REMOVE;
}

void
control_server_free (ControlServer *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_cancellable_cancel (self->cancellable);
  g_source_set_callback (source, close_door, self, NULL);
  g_source_attach (source, self->context);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_clear_object (&self->server);
  g_object_unref (self->cancellable);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  if (self->token != NULL)
    memset (self->token, 0, strlen (self->token));
  g_free (self->token);
  g_free (self->uri);
  g_free (self);
}
