/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"
#include "simulator/listener/listener-stream.h"

#include <string.h>

#define ENVELOPE_TYPE "application/soap+xml;charset=UTF-8"

/* One request at the handler. Freed when its exchange is complete; the connection may be gone. */
typedef struct {
  SimListener *listener;
  SimConnection *connection;  /* NULL: dropped */
  SoupServerMessage *message; /* NULL: dropped */
  SimExchange *exchange;
  gboolean in_handler;
  gboolean completed;
} Request;

/* For the transcript, which costs nothing when there is none. */
static void
note_exchange (SimConnection *connection, SoupServerMessage *message, const char *head,
               gboolean has_body, gsize cut)
{
  g_autoptr (GBytes) request = NULL;
  g_autoptr (GBytes) reply = NULL;
  gsize size = 0;
  const void *data = NULL;

  if (connection->listener->transcript == NULL)
    return;
  request = soup_message_body_flatten (soup_server_message_get_request_body (message));
  if (has_body) {
    reply = soup_message_body_flatten (soup_server_message_get_response_body (message));
    data = g_bytes_get_data (reply, &size);
  }
  sim_transcript_sent (connection, request, head, data, size, cut);
}

/* Ours goes out; libsoup must know the same of it: status, length, and whether it is the last. */
static void
order (SimConnection *connection, SoupServerMessage *message, const SimReplyHead *head, gsize cut,
       gboolean cut_after)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gboolean has_body = soup_server_message_get_method (message) != SOUP_METHOD_HEAD;

  sim_stream_order (connection, head, has_body ? head->length : 0, cut, cut_after);
  note_exchange (connection, message, connection->pending->str, has_body, cut);
  soup_message_headers_clear (headers);
  soup_message_headers_set_content_length (headers, (goffset)head->length);
  if (head->close)
    soup_message_headers_append (headers, "Connection", "close");
  soup_server_message_set_http_version (message, SOUP_HTTP_1_1);
  soup_server_message_set_status (message, head->status, head->reason);
}

static void
refuse (SimConnection *connection, SoupServerMessage *message, SimRefusalKind kind)
{
  SimListener *listener = connection->listener;
  const SimRefusal *refusal = sim_refusal_get (kind);
  g_autofree char *page = sim_refusal_page (refusal);
  SimReplyHead head = sim_refusal_head (refusal, page, sim_listener_get_date (listener));

  sim_listener_note_refusal (listener, connection->number, refusal->what, refusal->status);
  if (kind == SIM_REFUSAL_CREDENTIALS)
    head.challenges = (const char *const *)listener->challenges;
  if (kind == SIM_REFUSAL_METHOD)
    head.allow = "POST";
  if (page != NULL)
    soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY,
                              page, head.length);
  order (connection, message, &head, G_MAXSIZE, FALSE);
}

/* A client that wants to close, and one that cannot do otherwise. */
static gboolean
is_last (SimConnection *connection)
{
  return connection->head.close || connection->head.old;
}

/* A filter may order any status; with these libsoup writes no body. */
static gboolean
has_body (guint status)
{
  return status != 204 && status != 304;
}

static void
reply (Request *self)
{
  SimExchange *exchange = self->exchange;
  SimConnection *connection = self->connection;
  guint status = exchange->status >= 200 && exchange->status <= 599 ? exchange->status : 500;
  gsize size
      = has_body (status) && exchange->reply != NULL ? g_bytes_get_size (exchange->reply) : 0;
  SimReplyHead head = { .status = status,
                        .reason = "",
                        .content_type = size > 0 ? exchange->reply_type : NULL,
                        .date = sim_listener_get_date (self->listener),
                        .close = is_last (connection),
                        .length = size };

  if (exchange->order == SIM_ORDER_HANG_UP) {
    note_exchange (connection, self->message, NULL, FALSE, 0);
    sim_connection_cut (connection);
    soup_server_message_set_status (self->message, 500, "");
    return;
  }
  if (size > 0 && head.content_type == NULL)
    head.content_type = ENVELOPE_TYPE;
  if (size > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (self->message),
                                    exchange->reply);
  order (connection, self->message, &head,
         exchange->order == SIM_ORDER_HANG_UP_MIDWAY ? exchange->order_bytes : G_MAXSIZE,
         exchange->order != SIM_ORDER_ANSWER);
}

/* The connection forgets the request, or the request the connection. */
static void
detach (Request *self)
{
  if (self->connection == NULL)
    return;
  self->connection->request = NULL;
  g_clear_pointer (&self->connection, sim_connection_unref);
  g_clear_object (&self->message);
}

static void
drop_request (gpointer data)
{
  detach (data);
}

static void
request_free (Request *self)
{
  detach (self);
  sim_exchange_free (self->exchange);
  sim_listener_unref (self->listener);
  g_free (self);
}

static void
on_complete (SimExchange *exchange, gpointer user_data)
{
  Request *self = user_data;

  sim_listener_note_exchange (self->listener, exchange);
  if (self->message != NULL)
    reply (self);
  self->completed = TRUE;
  if (self->in_handler)
    return;
  if (self->message != NULL)
    soup_server_message_unpause (self->message);
  request_free (self);
}

static char *
get_charset (const char *content_type)
{
  g_autoptr (GHashTable) parameters = NULL;
  const char *charset = NULL;

  /* The usual case of every client that speaks to WinRM. */
  if (content_type != NULL && strcmp (content_type, ENVELOPE_TYPE) != 0) {
    const char *semicolon = strchr (content_type, ';');

    if (semicolon != NULL) {
      parameters = soup_header_parse_semi_param_list (semicolon + 1);
      charset = g_hash_table_lookup (parameters, "charset");
    }
  }
  return charset != NULL ? g_ascii_strdown (charset, -1) : g_strdup ("utf-8");
}

static SimExchange *
make_exchange (SimConnection *connection, SoupServerMessage *message, char *user)
{
  SimExchange *exchange = sim_exchange_new ();
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  exchange->number = ++connection->listener->n_exchanges;
  exchange->request = soup_message_body_flatten (soup_server_message_get_request_body (message));
  exchange->content_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  exchange->charset = get_charset (exchange->content_type);
  exchange->user = user;
  exchange->anonymous_identify = user == NULL;
  exchange->peer = g_strdup (connection->peer);
  exchange->secure = connection->secure;
  exchange->connection = connection->number;
  return exchange;
}

static void
pass_on (SimConnection *connection, SoupServerMessage *message, char *user)
{
  Request *self = g_new0 (Request, 1);
  SimListener *listener = connection->listener;

  self->listener = sim_listener_ref (listener);
  self->connection = sim_connection_ref (connection);
  self->message = g_object_ref (message);
  self->exchange = make_exchange (connection, message, user);
  self->exchange->done = on_complete;
  self->exchange->done_data = self;
  connection->request = self;
  connection->request_drop = drop_request;

  self->in_handler = TRUE;
  if (user != NULL && g_bytes_get_size (self->exchange->request) == 0) {
    /* How clients log in: an empty request, an empty answer. */
    self->exchange->operation = g_strdup ("Authenticate");
    self->exchange->status = 200;
    sim_exchange_complete (self->exchange);
  } else {
    listener->handler (self->exchange, listener->handler_data);
  }
  self->in_handler = FALSE;
  if (self->completed)
    request_free (self);
  else
    soup_server_message_pause (message);
}

static gboolean
is_anonymous_identify (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_one (headers, "WSMANIDENTIFY");

  return value != NULL && g_ascii_strcasecmp (value, "unauthenticated") == 0;
}

/* http.sys compares paths without regard to case. */
static gboolean
is_served (const char *path)
{
  return g_ascii_strcasecmp (path, "/wsman") == 0 || g_ascii_strcasecmp (path, "/wsman/") == 0;
}

void
sim_listener_serve (SoupServer *server, SoupServerMessage *message, const char *path,
                    GHashTable *query, gpointer user_data)
{
  SimConnection *connection
      = sim_connection_from_address (soup_server_message_get_remote_address (message));
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *user = NULL;

  sim_connection_set_state (connection, SIM_CONNECTION_BUSY);
  if (!is_served (path)) {
    refuse (connection, message, SIM_REFUSAL_PATH);
    return;
  }
  if (strcmp (soup_server_message_get_method (message), "POST") != 0) {
    refuse (connection, message, SIM_REFUSAL_METHOD);
    return;
  }
  if (!is_anonymous_identify (headers)
      && sim_auth_check (&connection->auth, soup_message_headers_get_one (headers, "Authorization"),
                         (const char *const *)connection->listener->challenges,
                         connection->listener->accounts, &user)
             != SIM_AUTH_ACCEPTED) {
    refuse (connection, message, SIM_REFUSAL_CREDENTIALS);
    return;
  }
  if (connection->head.chunked) {
    refuse (connection, message, SIM_REFUSAL_CHUNKED);
    return;
  }
  pass_on (connection, message, g_steal_pointer (&user));
}
