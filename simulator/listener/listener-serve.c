/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"
#include "simulator/listener/listener-seal.h"
#include "simulator/listener/listener-stream.h"

#include <string.h>

#define ENVELOPE_TYPE "application/soap+xml;charset=UTF-8"

/* One request at the handler. Freed when its exchange is complete; the connection may be gone. */
typedef struct {
  SimListener *listener;
  SimConnection *connection;  /* NULL: dropped */
  SoupServerMessage *message; /* NULL: dropped */
  SimExchange *exchange;
  char *token;         /* of the login, for the reply; or NULL */
  SimSealStyle *style; /* the request was sealed; or NULL */
  GSource *stall;      /* no reply: waits for the client to go; or NULL */
  gboolean in_handler;
  gboolean completed;
} Request;

/* For the transcript, which costs nothing when there is none. Of what was sealed it gets the text:
 * @exchange has it; NULL: the bodies are the message's. */
static void
note_exchange (SimConnection *connection, SoupServerMessage *message, const SimExchange *exchange,
               const char *head, gboolean has_body, gsize cut)
{
  g_autoptr (GBytes) request = NULL;
  g_autoptr (GBytes) reply = NULL;
  gsize size = 0;
  const void *data = NULL;

  if (connection->listener->transcript == NULL)
    return;
  request = exchange != NULL
                ? g_bytes_ref (exchange->request)
                : soup_message_body_flatten (soup_server_message_get_request_body (message));
  if (has_body && exchange != NULL && exchange->reply != NULL)
    reply = g_bytes_ref (exchange->reply);
  else if (has_body)
    reply = soup_message_body_flatten (soup_server_message_get_response_body (message));
  if (has_body) {
    data = g_bytes_get_data (reply, &size);
  }
  sim_transcript_sent (connection, request, head, data, size, cut);
}

/* Ours goes out; libsoup must know the same of it: status, length, and whether it is the last. */
static void
order (SimConnection *connection, SoupServerMessage *message, const SimExchange *exchange,
       const SimReplyHead *head, gsize cut, gboolean cut_after)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gboolean has_body = soup_server_message_get_method (message) != SOUP_METHOD_HEAD;

  sim_stream_order (connection, head, has_body ? head->length : 0, cut, cut_after);
  note_exchange (connection, message, exchange, connection->pending->str, has_body, cut);
  soup_message_headers_clear (headers);
  soup_message_headers_set_content_length (headers, (goffset)head->length);
  if (head->close)
    soup_message_headers_append (headers, "Connection", "close");
  soup_server_message_set_http_version (message, SOUP_HTTP_1_1);
  soup_server_message_set_status (message, head->status, head->reason);
}

static void
answer_refusal (SimConnection *connection, SoupServerMessage *message, SimRefusalKind kind,
                const char *const *challenges)
{
  SimListener *listener = connection->listener;
  const SimRefusal *refusal = sim_refusal_get (kind);
  g_autofree char *page = sim_refusal_page (refusal);
  SimReplyHead head = sim_refusal_head (refusal, page, sim_listener_get_date (listener));

  head.challenges = challenges;
  if (kind == SIM_REFUSAL_METHOD)
    head.allow = "POST";
  if (page != NULL)
    soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY,
                              page, head.length);
  order (connection, message, NULL, &head, G_MAXSIZE, FALSE);
}

/* @reason: for journal and log; NULL: what @kind's row says. */
static void
refuse_because (SimConnection *connection, SoupServerMessage *message, SimRefusalKind kind,
                const char *reason)
{
  const SimRefusal *refusal = sim_refusal_get (kind);

  sim_listener_note_refusal (connection->listener, connection->number,
                             reason != NULL ? reason : refusal->what, refusal->status);
  answer_refusal (connection, message, kind, NULL);
}

static void
refuse (SimConnection *connection, SoupServerMessage *message, SimRefusalKind kind)
{
  refuse_because (connection, message, kind, NULL);
}

/* The recorded 401. A mechanism may have something to say to the client; then that stands for its
 * challenge. */
static void
refuse_login (SimConnection *connection, SoupServerMessage *message, const SimAuthStep *step)
{
  SimListener *listener = connection->listener;
  const SimRefusal *refusal = sim_refusal_get (SIM_REFUSAL_CREDENTIALS);
  const char *reason = step->reason != NULL ? step->reason : refusal->what;
  g_autofree const char **challenges
      = sim_auth_get_challenges (listener->realm, connection->secure);
  gsize scheme = step->token != NULL ? strcspn (step->token, " ") : 0;

  for (gsize i = 0; step->token != NULL && challenges[i] != NULL; i++) {
    if (strlen (challenges[i]) == scheme && strncmp (challenges[i], step->token, scheme) == 0)
      challenges[i] = step->token;
  }
  if (step->credentials != NULL || step->reason != NULL)
    sim_listener_note_refusal (listener, connection->number, reason, refusal->status);
  else
    sim_listener_note_challenge (listener, reason, refusal->status);
  answer_refusal (connection, message, SIM_REFUSAL_CREDENTIALS, challenges);
}

/* A login of more than one round: a 401 that keeps the connection, as recorded. */
static void
continue_login (SimConnection *connection, SoupServerMessage *message, const SimAuthStep *step)
{
  SimReplyHead head = { .status = 401,
                        .reason = "",
                        .token = step->token,
                        .date = sim_listener_get_date (connection->listener) };

  order (connection, message, NULL, &head, G_MAXSIZE, FALSE);
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

/* Sealed if the request was, and if it is WinRM's: what a filter says in http.sys' stead is not.
 * What was ordered to go wrong with it goes wrong here. */
static GBytes *
seal_reply (Request *self, GBytes *text, char **type)
{
  SimAuth *auth = &self->connection->auth;
  SimAuthRealm *realm = self->listener->realm;
  const char *plain_type = self->exchange->reply_type;
  GBytes *sealed;

  if (self->style == NULL || auth->session.mech == NULL
      || (plain_type != NULL && !g_str_has_prefix (plain_type, "application/soap+xml"))
      || sim_auth_realm_fails (realm, SIM_AUTH_FAILURE_UNSEALED_REPLY))
    return g_bytes_ref (text);
  if (sim_auth_realm_fails (realm, SIM_AUTH_FAILURE_WRONG_SEQUENCE))
    auth->session.mech->skip (auth->session.state);
  sealed = sim_seal_close (&auth->session, text, self->style, plain_type,
                           sim_auth_realm_fails (realm, SIM_AUTH_FAILURE_BAD_SIGNATURE));
  if (sealed == NULL)
    return g_bytes_ref (text);
  *type = sim_seal_get_content_type (self->style);
  return sealed;
}

static void
reply (Request *self)
{
  SimExchange *exchange = self->exchange;
  SimConnection *connection = self->connection;
  guint status = exchange->status >= 200 && exchange->status <= 599 ? exchange->status : 500;
  SimReplyHead head = { .status = status,
                        .reason = "",
                        .token = self->token,
                        .date = sim_listener_get_date (self->listener),
                        .close = is_last (connection) };
  g_autofree char *sealed_type = NULL;
  g_autoptr (GBytes) body = NULL;

  if (exchange->order == SIM_ORDER_HANG_UP) {
    note_exchange (connection, self->message, exchange, NULL, FALSE, 0);
    sim_connection_cut (connection);
    soup_server_message_set_status (self->message, 500, "");
    return;
  }
  if (has_body (status) && exchange->reply != NULL && g_bytes_get_size (exchange->reply) > 0) {
    body = seal_reply (self, exchange->reply, &sealed_type);
    head.length = g_bytes_get_size (body);
    head.content_type = sealed_type != NULL            ? sealed_type
                        : exchange->reply_type != NULL ? exchange->reply_type
                                                       : ENVELOPE_TYPE;
    soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), body);
  }
  order (connection, self->message, exchange, &head,
         exchange->order == SIM_ORDER_HANG_UP_MIDWAY ? exchange->order_bytes : G_MAXSIZE,
         exchange->order == SIM_ORDER_HANG_UP_MIDWAY || exchange->order == SIM_ORDER_HANG_UP_AFTER);
  if (exchange->order == SIM_ORDER_DRIP) {
    connection->drip = exchange->order_bytes;
    connection->drip_ms = exchange->order_ms;
  }
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
  if (self->stall != NULL) {
    g_source_destroy (self->stall);
    g_source_unref (self->stall);
  }
  detach (self);
  sim_exchange_free (self->exchange);
  g_free (self->token);
  g_clear_pointer (&self->style, sim_seal_style_free);
  sim_listener_unref (self->listener);
  g_free (self);
}

static void
drop_stalled (gpointer data)
{
  request_free (data);
}

/* The client closes, or says something more, which is as good. */
static gboolean
stall_ends (GSocket *socket, GIOCondition condition, gpointer data)
{
  Request *self = data;

  sim_connection_cut (self->connection);
  soup_server_message_set_status (self->message, 500, "");
  soup_server_message_unpause (self->message);
  request_free (self);
  return G_SOURCE_REMOVE;
}

static void
stall (Request *self)
{
  self->stall = g_socket_create_source (self->connection->socket, G_IO_IN, NULL);
  g_source_set_callback (self->stall, G_SOURCE_FUNC (stall_ends), self, NULL);
  g_source_attach (self->stall, self->listener->context);
  self->connection->request_drop = drop_stalled;
}

static void
on_complete (SimExchange *exchange, gpointer user_data)
{
  Request *self = user_data;

  sim_listener_note_exchange (self->listener, exchange);
  if (exchange->order == SIM_ORDER_STALL && self->message != NULL) {
    stall (self);
    return;
  }
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
make_exchange (SimConnection *connection, SoupServerMessage *message, SimAuthStep *step)
{
  SimExchange *exchange = sim_exchange_new ();
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  exchange->request = soup_message_body_flatten (soup_server_message_get_request_body (message));
  exchange->content_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  exchange->user = g_steal_pointer (&step->user);
  exchange->denied = step->denied;
  exchange->certificate_subject = g_steal_pointer (&step->subject);
  exchange->certificate_issuer = g_steal_pointer (&step->issuer);
  exchange->anonymous_identify = exchange->user == NULL;
  exchange->peer = g_strdup (connection->peer);
  exchange->secure = connection->secure;
  exchange->connection = connection->number;
  return exchange;
}

/* The text of a sealed request; FALSE when it is refused. One in clear is, too, where Windows wants
 * them sealed: over http, and not Basic's either, which cannot. */
static gboolean
unseal (Request *self)
{
  SimExchange *exchange = self->exchange;
  const char *wrong = NULL;
  GBytes *text;

  if (exchange->anonymous_identify || g_bytes_get_size (exchange->request) == 0)
    return TRUE;
  if (!sim_seal_is_sealed (exchange->content_type)) {
    if (self->connection->secure || !self->listener->refuse_clear)
      return TRUE;
    refuse (self->connection, self->message, SIM_REFUSAL_CLEAR);
    return FALSE;
  }
  self->style = sim_seal_style_new ();
  text = sim_seal_open (&self->connection->auth.session, exchange->request, self->style, &wrong);
  if (text == NULL) {
    g_autofree char *reason = g_strdup_printf ("sealed body: %s", wrong);

    refuse_because (self->connection, self->message, SIM_REFUSAL_SEAL, reason);
    return FALSE;
  }
  g_bytes_unref (exchange->request);
  exchange->request = text;
  g_free (exchange->content_type);
  exchange->content_type = g_strdup (self->style->type);
  return TRUE;
}

/* To the handler, which completes it at once or later. */
static void
handle (Request *self)
{
  SimListener *listener = self->listener;
  SimExchange *exchange = self->exchange;

  exchange->number = ++listener->n_exchanges;
  exchange->charset = get_charset (exchange->content_type);
  exchange->done = on_complete;
  exchange->done_data = self;
  self->connection->request = self;
  self->connection->request_drop = drop_request;

  self->in_handler = TRUE;
  if (exchange->user != NULL && g_bytes_get_size (exchange->request) == 0) {
    /* How clients log in: an empty request, an empty answer. */
    exchange->operation = g_strdup ("Authenticate");
    exchange->status = 200;
    sim_exchange_complete (exchange);
  } else {
    listener->handler (exchange, listener->handler_data);
  }
  self->in_handler = FALSE;
  if (self->completed)
    request_free (self);
  else
    soup_server_message_pause (self->message);
}

static void
pass_on (SimConnection *connection, SoupServerMessage *message, SimAuthStep *step)
{
  Request *self = g_new0 (Request, 1);

  self->listener = sim_listener_ref (connection->listener);
  self->connection = sim_connection_ref (connection);
  self->message = g_object_ref (message);
  self->token = g_steal_pointer (&step->token);
  self->exchange = make_exchange (connection, message, step);
  if (unseal (self))
    handle (self);
  else
    request_free (self);
}

static gboolean
is_anonymous_identify (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_one (headers, "WSMANIDENTIFY");

  return value != NULL && g_ascii_strcasecmp (value, "unauthenticated") == 0;
}

/* http.sys compares paths without regard to case. */
static gboolean
is_served (const SimConnection *connection, const char *path)
{
  for (guint i = 0; i < connection->paths->len; i++) {
    const char *served = g_ptr_array_index (connection->paths, i);
    gsize length = strlen (served);

    if (g_ascii_strncasecmp (path, served, length) == 0
        && (path[length] == '\0' || strcmp (path + length, "/") == 0))
      return TRUE;
  }
  return FALSE;
}

static SimAuthVerdict
log_in (SimConnection *connection, SoupServerMessage *message, SimAuthStep *step)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (is_anonymous_identify (headers))
    return SIM_AUTH_ACCEPTED;
  step->realm = connection->listener->realm;
  step->secure = connection->secure;
  step->empty = connection->head.length == 0 && !connection->head.chunked;
  if (connection->secure)
    step->peer_certificate
        = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (connection->base));
  return sim_auth_check (&connection->auth, step,
                         soup_message_headers_get_one (headers, "Authorization"));
}

void
sim_listener_serve (SoupServer *server, SoupServerMessage *message, const char *path,
                    GHashTable *query, gpointer user_data)
{
  SimConnection *connection
      = sim_connection_from_address (soup_server_message_get_remote_address (message));
  g_auto (SimAuthStep) step = { 0 };

  sim_connection_set_state (connection, SIM_CONNECTION_BUSY);
  if (!is_served (connection, path)) {
    refuse (connection, message, SIM_REFUSAL_PATH);
    return;
  }
  if (strcmp (soup_server_message_get_method (message), "POST") != 0) {
    refuse (connection, message, SIM_REFUSAL_METHOD);
    return;
  }
  switch (log_in (connection, message, &step)) {
  case SIM_AUTH_REFUSED:
    refuse_login (connection, message, &step);
    return;
  case SIM_AUTH_CONTINUE:
    continue_login (connection, message, &step);
    return;
  case SIM_AUTH_ACCEPTED:
    break;
  }
  if (connection->head.chunked)
    refuse (connection, message, SIM_REFUSAL_CHUNKED);
  else
    pass_on (connection, message, &step);
}
