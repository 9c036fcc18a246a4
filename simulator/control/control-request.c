/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/control/control-server.h"

#include <string.h>

/* What is answered over HTTP: routes are the rows of the table. Each call runs on a thread of the
 * pool, because some wait. */

#define PREFIX "/v1"
/* Calls at one time; a client that waits for a request holds one. */
#define MAX_CALLS 64

typedef struct {
  ControlJob job;
  SoupServerMessage *message;
  const ControlVerb *verb;
  JsonObject *arguments;
  GBytes *text; /* calls of /v1/do; or NULL */
  char *result;
  GError *error;
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

static gboolean
path_fits (const ControlVerb *verb, const char *path)
{
  g_auto (GStrv) wanted = g_strsplit (verb->path, "/", -1);
  g_auto (GStrv) found = g_strsplit (path, "/", -1);

  if (g_strv_length (wanted) != g_strv_length (found))
    return FALSE;
  for (guint i = 0; wanted[i] != NULL; i++)
    if (wanted[i][0] != '{' && strcmp (wanted[i], found[i]) != 0)
      return FALSE;
  return TRUE;
}

/* @allow gets the methods that the path has. */
static const ControlVerb *
find_route (const char *method, const char *path, GString *allow)
{
  for (const ControlVerb *row = control_get_verbs (); row->name != NULL; row++) {
    if (!path_fits (row, path))
      continue;
    if (strcmp (row->method, method) == 0)
      return row;
    g_string_append_printf (allow, "%s%s", allow->len > 0 ? ", " : "", row->method);
  }
  return NULL;
}

/* ---- arguments ---- */

/* What is said twice, in path, query and body, is said once or the same. */
static gboolean
put_argument (JsonObject *arguments, const char *name, JsonNode *node, const char *where,
              GError **error)
{
  g_autoptr (JsonNode) owned = node;
  JsonNode *there = json_object_get_member (arguments, name);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (there == NULL) {
    json_object_set_member (arguments, name, g_steal_pointer (&owned));
    return TRUE;
  }
  if (json_node_equal (there, owned))
    return TRUE;
  first = control_json_to_text (there);
  second = control_json_to_text (owned);
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "$.%s: %s says %s, and %s was said before; say it once", name, where, second, first);
  return FALSE;
}

static gboolean
read_body (SoupServerMessage *message, JsonObject *arguments, GError **error)
{
  g_autoptr (GBytes) body
      = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (JsonNode) root = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (g_bytes_get_size (body) == 0)
    return TRUE;
  root = control_json_read (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "body", NULL,
                            error);
  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "$: expected an object of arguments");
    return FALSE;
  }
  json_object_iter_init_ordered (&iter, json_node_get_object (root));
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (arguments, name, json_node_copy (node));
  return TRUE;
}

static gboolean
read_query (const ControlVerb *verb, const char *query, JsonObject *arguments, GError **error)
{
  GUriParamsIter iter;
  GError *local = NULL;
  char *name, *text;
  gboolean good = TRUE;

  if (query == NULL)
    return TRUE;
  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (good && g_uri_params_iter_next (&iter, &name, &text, &local)) {
    good = put_argument (arguments, name, control_read_text (verb, name, text), "the query", error);
    g_free (name);
    g_free (text);
  }
  if (local == NULL)
    return good;
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "query: expected name=value&…, found %s: %s", query, local->message);
  g_error_free (local);
  return FALSE;
}

/* What stands where the verb's path has braces. */
static gboolean
read_path (const ControlVerb *verb, const char *path, JsonObject *arguments, GError **error)
{
  g_auto (GStrv) wanted = g_strsplit (verb->path, "/", -1);
  g_auto (GStrv) found = g_strsplit (path, "/", -1);

  for (guint i = 0; wanted[i] != NULL; i++) {
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;

    if (wanted[i][0] != '{')
      continue;
    name = g_strndup (wanted[i] + 1, strlen (wanted[i]) - 2);
    text = g_uri_unescape_string (found[i], NULL);
    if (!put_argument (arguments, name,
                       control_read_text (verb, name, text != NULL ? text : found[i]), "the path",
                       error))
      return FALSE;
  }
  return TRUE;
}

/* ---- running ---- */

static void
request_free (Request *request)
{
  g_clear_pointer (&request->arguments, json_object_unref);
  g_clear_pointer (&request->text, g_bytes_unref);
  g_clear_error (&request->error);
  g_object_unref (request->message);
  g_free (request->result);
  g_free (request);
}

static void
work (ControlJob *job)
{
  Request *request = (Request *)job;
  ControlServer *server = job->server;
  g_autoptr (JsonNode) result = NULL;

  if (request->text != NULL) {
    gsize size;
    const char *text = g_bytes_get_data (request->text, &size);

    request->result
        = control_do (server->site, text, size, NULL, server->cancellable, &request->error);
    return;
  }
  result = control_run (server->site, request->verb, request->arguments, server->cancellable,
                        &request->error);
  if (result != NULL)
    request->result = control_json_to_text (result);
}

static void
then (ControlJob *job)
{
  Request *request = (Request *)job;

  if (request->result != NULL)
    answer (request->message, 200, g_steal_pointer (&request->result));
  else
    answer_gerror (request->message, request->error);
  soup_server_message_unpause (request->message);
  request_free (request);
}

/* Takes what it is given. */
static void
start (ControlServer *self, SoupServerMessage *message, const ControlVerb *verb,
       JsonObject *arguments, GBytes *text)
{
  Request *request = g_new0 (Request, 1);

  request->job = (ControlJob){ self, work, then };
  request->message = g_object_ref (message);
  request->verb = verb;
  request->arguments = arguments;
  request->text = text;
  soup_server_message_pause (message);
  control_server_push (self, &request->job);
}

/* ---- who asks ---- */

/* Takes as long as @given is, whatever it is compared with. */
static gboolean
is_same (const char *given, const char *wanted)
{
  gsize length = strlen (wanted);
  guint difference = strlen (given) != length;

  for (gsize i = 0; given[i] != '\0'; i++)
    difference |= (guint)(guchar)given[i] ^ (guint)(guchar)(i < length ? wanted[i] : '\0');
  return difference == 0;
}

static gboolean
has_token (ControlServer *self, SoupMessageHeaders *headers)
{
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");
  gsize length = strlen ("Bearer ");

  return self->token == NULL
         || (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", length) == 0
             && is_same (authorization + length, self->token));
}

/* A page in a browser may not: neither from elsewhere (browsers say so in one of these, in Origin
 * not of every GET), nor, where no token is needed, under a name that somebody made point here. */
static gboolean
is_of_page (ControlServer *self, SoupServerMessage *message, SoupMessageHeaders *headers)
{
  const char *site = soup_message_headers_get_one (headers, "Sec-Fetch-Site");
  const char *host = g_uri_get_host (soup_server_message_get_uri (message));

  return soup_message_headers_get_one (headers, "Origin") != NULL
         || (site != NULL && g_ascii_strcasecmp (site, "none") != 0
             && g_ascii_strcasecmp (site, "same-origin") != 0)
         || (self->token == NULL && host != NULL && g_ascii_strcasecmp (host, "localhost") != 0
             && !g_hostname_is_ip_address (host));
}

static gboolean
is_welcome (ControlServer *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (is_of_page (self, message, headers)) {
    answer_error (message, 403, "forbidden",
                  "not for pages in browsers; call it without Origin and by its IP address");
    return FALSE;
  }
  if (has_token (self, headers))
    return TRUE;
  soup_message_headers_append (soup_server_message_get_response_headers (message),
                               "WWW-Authenticate", "Bearer");
  answer_error (message, 401, "unauthorized", "expected Authorization: Bearer TOKEN");
  return FALSE;
}

/* Nothing of the body is kept from now on. */
static void
drop_body (SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
}

static void
answer_too_large (SoupServerMessage *message)
{
  answer_error (message, 413, "too-large", "expected at most 4 MiB");
  drop_body (message);
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  if (soup_server_message_get_request_body (message)->length > CONTROL_MAX_TEXT)
    answer_too_large (message);
}

void
control_request_begin (SoupServer *server, SoupServerMessage *message, const char *path,
                       GHashTable *query, gpointer data)
{
  ControlServer *self = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  /* nobody reads an answer as something else than it is */
  soup_message_headers_append (soup_server_message_get_response_headers (message),
                               "X-Content-Type-Options", "nosniff");
  if (self->is_closing)
    answer_error (message, 503, "closing", "the simulator ends");
  else if (is_welcome (self, message)
           && soup_message_headers_get_content_length (headers) > CONTROL_MAX_TEXT)
    answer_too_large (message);
  if (soup_server_message_get_status (message) != 0)
    drop_body (message);
  else
    g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), NULL);
}

/* ---- requests ---- */

/* What is not a row: the documents, and calls as they stand in a scenario. */
static const struct {
  const char *method;
  const char *path;
  const char *document; /* what control_describe () makes; NULL: calls */
} specials[] = {
  { "GET", "/openapi.json", "openapi" },
  { "GET", "/scenario.schema.json", "schema" },
  { "POST", "/do", NULL },
};

static void
answer_no_route (SoupServerMessage *message, const char *allow)
{
  if (*allow != '\0')
    soup_message_headers_append (soup_server_message_get_response_headers (message), "Allow",
                                 allow);
  answer_error (message, *allow != '\0' ? 405 : 404, *allow != '\0' ? "wrong-method" : "not-found",
                "no such route; GET " PREFIX "/openapi.json lists them");
}

static gboolean
serve_special (ControlServer *self, SoupServerMessage *message, const char *path)
{
  const char *method = soup_server_message_get_method (message);

  for (gsize i = 0; i < G_N_ELEMENTS (specials); i++) {
    if (strcmp (specials[i].path, path) != 0)
      continue;
    if (strcmp (specials[i].method, method) != 0)
      answer_no_route (message, specials[i].method);
    else if (specials[i].document != NULL)
      answer (message, 200, control_describe (specials[i].document));
    else
      start (self, message, NULL, NULL,
             soup_message_body_flatten (soup_server_message_get_request_body (message)));
    return TRUE;
  }
  return FALSE;
}

static void
serve_verb (ControlServer *self, SoupServerMessage *message, const char *path)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autoptr (GString) allow = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const ControlVerb *verb = find_route (soup_server_message_get_method (message), path, allow);
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));

  if (verb == NULL)
    answer_no_route (message, allow->str);
  else if (read_body (message, arguments, &error) && read_query (verb, query, arguments, &error)
           && read_path (verb, path, arguments, &error)
           && control_check (verb, arguments, NULL, "$", &error))
    start (self, message, verb, g_steal_pointer (&arguments), NULL);
  else
    answer_gerror (message, error);
}

void
control_request_serve (SoupServer *server, SoupServerMessage *message, const char *path,
                       GHashTable *query, gpointer data)
{
  ControlServer *self = data;
  const char *raw = g_uri_get_path (soup_server_message_get_uri (message));

  if (soup_server_message_get_status (message) != 0)
    return; /* refused while it was read */
  if (self->n_running >= MAX_CALLS)
    answer_error (message, 503, "busy",
                  "64 calls are under way; end some of those that wait, then ask again");
  else if (!g_str_has_prefix (raw, PREFIX "/"))
    answer_error (message, 404, "not-found", "all routes begin with " PREFIX "/");
  else if (!serve_special (self, message, raw + strlen (PREFIX)))
    serve_verb (self, message, raw + strlen (PREFIX));
}
