/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-exchange-private.h"

#include <string.h>

/* One request and its reply. A channel takes one post at a time, so exchanges stand in a queue. */

#define MAX_LOGGED (1u << 20)
#define PAGE_KEPT 1024

static void
exchange_free (gpointer data)
{
  SessionExchange *self = data;

  g_clear_pointer (&self->path, hyperv_cim_path_unref);
  g_clear_pointer (&self->in, hyperv_cim_instance_unref);
  g_clear_pointer (&self->transport, transport_unref);
  g_clear_pointer (&self->reply, wire_reply_free);
  g_string_free (self->page, TRUE);
  if (self->log != NULL)
    g_string_free (self->log, TRUE);
  g_clear_object (&self->quit);
  g_free (self->wql);
  g_free (self->context);
  g_free (self->method);
  g_free (self->fragment);
  g_free (self->class_name);
  g_free (self->message_id);
  g_free (self);
}

static const struct {
  WireVerb verb;
  const char *word;
  gboolean changes;
} words[] = {
  { WIRE_GET, "Get", FALSE },          { WIRE_ENUMERATE, "Enumerate", FALSE },
  { WIRE_PULL, "Pull", FALSE },        { WIRE_RELEASE, "Release", FALSE },
  { WIRE_INVOKE, "the method", TRUE }, { WIRE_PUT, "Put", TRUE },
  { WIRE_CREATE, "Create", TRUE },     { WIRE_DELETE, "Delete", TRUE },
};

/* The word for a verb that changes something on the host; else NULL. */
static const char *
word_of_change (const SessionExchange *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].verb == self->verb && words[i].changes)
      return words[i].word;
  return NULL;
}

static char *
describe (const SessionExchange *self)
{
  const char *class_name = self->path != NULL ? hyperv_cim_path_get_class_name (self->path) : NULL;

  switch (self->verb) {
  case WIRE_IDENTIFY:
    return g_strdup ("Identify");
  case WIRE_INVOKE:
    return g_strdup_printf ("%s.%s", class_name, self->method);
  case WIRE_ENUMERATE:
    if (self->class_name != NULL && strcmp (self->class_name, "*") != 0)
      return g_strdup_printf ("Enumerate %s", self->class_name);
    return g_strdup_printf ("Enumerate %s",
                            self->wql != NULL ? "the result of a query" : class_name);
  case WIRE_PULL:
  case WIRE_RELEASE:
    class_name = self->class_name != NULL ? self->class_name : class_name;
    break;
  default:
    break;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].verb == self->verb)
      return g_strdup_printf ("%s %s%s%s", words[i].word, class_name,
                              self->fragment != NULL ? "." : "",
                              self->fragment != NULL ? self->fragment : "");
  g_return_val_if_reached (NULL);
}

/* Where it went wrong stands after why; where nothing left, it does not matter. */
static void
add_context (SessionExchange *self, GError *error)
{
  g_autofree char *cause = error->message;
  g_autofree char *what = describe (self);

  error->message = g_strdup_printf ("%s (%s)", cause, what);
}

/* @error: taken; NULL is success. */
static void
finish (SessionExchange *self, GError *error)
{
  g_autoptr (GTask) task = self->task; /* it holds the session */

  session_queue_end (self);
  if (error != NULL) {
    if (!self->not_sent && (error->domain == HYPERV_ERROR || error->domain == G_IO_ERROR))
      add_context (self, error);
    g_task_return_error (task, error);
  } else
    g_task_return_boolean (task, TRUE);
}

/* A reply that belongs to another request says nothing about this one. */
static gboolean
is_related (SessionExchange *self, GError **error)
{
  const char *related = wire_reply_get_info (self->reply)->relates_to;

  if (related == NULL || g_ascii_strcasecmp (related, self->message_id) == 0)
    return TRUE;
  self->unrelated = TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
               "the reply is to another request: expected was RelatesTo %s, and found %s",
               self->message_id, related);
  return FALSE;
}

static gboolean
on_item (HypervCimInstance *item, gpointer user_data, GError **error)
{
  SessionExchange *self = user_data;

  return is_related (self, error)
         && (self->item == NULL || self->item (item, self->item_data, error));
}

static gboolean
is_xml (const char *content_type)
{
  g_autofree char *lower = content_type != NULL ? g_ascii_strdown (content_type, -1) : NULL;

  return lower != NULL
         && (strstr (lower, "soap+xml") != NULL || strstr (lower, "text/xml") != NULL
             || strstr (lower, "application/xml") != NULL);
}

/* With status 200 the reader tells what else it is; other statuses are judged by themselves unless
 * they come with a SOAP fault. */
static gboolean
on_head (guint status, const char *content_type, gpointer user_data, GError **error)
{
  SessionExchange *self = user_data;

  self->status = status;
  self->is_soap = status == 200 || is_xml (content_type);
  return TRUE;
}

static gboolean
on_chunk (const char *data, gsize length, gpointer user_data, GError **error)
{
  SessionExchange *self = user_data;

  if (self->log != NULL && self->log->len < MAX_LOGGED)
    g_string_append_len (self->log, data, MIN (length, MAX_LOGGED - self->log->len));
  if (self->page->len < PAGE_KEPT)
    g_string_append_len (self->page, data, MIN (length, PAGE_KEPT - self->page->len));
  if (self->is_soap)
    return wire_reply_push (self->reply, data, length, error);
  self->page_length += length;
  if (self->page_length <= SESSION_MAX_PAGE)
    return TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "a page of more than %u bytes",
               SESSION_MAX_PAGE);
  return FALSE;
}

static const TransportSink sink = { on_head, on_chunk };

static gboolean
check_invoke (SessionExchange *self, const WireReplyInfo *info, GError **error)
{
  g_autofree char *action = g_strconcat ("/", self->method, "Response", NULL);
  g_autofree char *output = g_strconcat (self->method, "_OUTPUT", NULL);
  const char *found = hyperv_cim_instance_get_class_name (info->result);
  gsize length = info->action != NULL ? strlen (info->action) : 0;

  if (info->action != NULL
      && (length < strlen (action)
          || g_ascii_strcasecmp (info->action + length - strlen (action), action) != 0)) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "the reply is to another method: expected was an action that ends in %s, and "
                 "found %s",
                 action, info->action);
    return FALSE;
  }
  if (g_ascii_strcasecmp (found, output) != 0) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "the reply is to another method: expected was %s, and found %s", output, found);
    return FALSE;
  }
  return TRUE;
}

/* A complete reply. @decided: it certainly says what was done (a fault, a refusal, a result). */
static gboolean
judge_reply (SessionExchange *self, gboolean *decided, GError **error)
{
  const WireReplyInfo *info = wire_reply_get_info (self->reply);

  *decided = FALSE;
  if (!self->is_soap || (self->status != 200 && !wire_reply_end (self->reply, NULL))) {
    g_propagate_error (error, session_faults_from_status (self->status, self->page->str, decided));
    return FALSE;
  }
  if (self->status == 200 && !wire_reply_end (self->reply, error))
    return FALSE;
  if (!is_related (self, error))
    return FALSE;
  if (info->fault != NULL) {
    *decided = TRUE;
    g_propagate_error (error, g_error_copy (info->fault));
    return FALSE;
  }
  if (self->status != 200) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "HTTP status %u with a reply that is not a fault", self->status);
    return FALSE;
  }
  return self->verb != WIRE_INVOKE || check_invoke (self, info, error);
}

/* The one place where it is decided what a lost or senseless reply to a change means. */
static GError *
unknown_outcome (SessionExchange *self, GError *cause)
{
  g_autoptr (GError) reason = cause;

  return g_error_new (HYPERV_ERROR, HYPERV_ERROR_UNKNOWN_OUTCOME,
                      "%s may have been carried out, or not; look at the state before "
                      "trying again. No reply that can be read: %s",
                      word_of_change (self), reason->message);
}

/* Only where nothing left and a kept connection turned out to be gone: another attempt then meets a
 * new connection. Everything else would fail again, after another deadline. */
static gboolean
may_try_again (const SessionExchange *self, const GError *error)
{
  gboolean reads
      = self->verb == WIRE_IDENTIFY || self->verb == WIRE_GET || self->verb == WIRE_ENUMERATE;

  return reads && self->sent == TRANSPORT_SENT_NO && self->attempt == 1 && self->was_connected
         && error->domain == G_IO_ERROR && error->code != G_IO_ERROR_CANCELLED;
}

static void
on_posted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SessionExchange *self = user_data;
  GError *error = NULL;
  gboolean decided = FALSE;
  gboolean posted = transport_post_finish (self->transport, result, &self->sent, &error);
  gboolean ok = posted;

  session_note_transport (self->session, self->transport);
  if (self->log != NULL)
    session_log ("reply", self->log->str, self->log->len);
  if (!ok && may_try_again (self, error)) {
    g_clear_error (&error);
    session_exchange_post (self);
    return;
  }
  /* A sink that refused a page's length: the status says more. */
  if (!ok && self->sent == TRANSPORT_SENT_REPLIED && self->status != 0 && !self->is_soap)
    ok = TRUE;
  if (ok) {
    g_clear_error (&error);
    judge_reply (self, &decided, &error);
    /* A status that nobody sealed may be anybody's. */
    decided = decided && (self->is_soap || !transport_is_sealed (self->transport));
  } else if (g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED)
             || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    decided = TRUE;
  }
  /* A connection that is out of step is not used again. */
  if (posted && self->unrelated)
    transport_close (self->transport);
  self->not_sent = !posted && self->sent == TRANSPORT_SENT_NO;
  if (error != NULL && word_of_change (self) != NULL && self->sent != TRANSPORT_SENT_NO && !decided)
    error = unknown_outcome (self, error);
  finish (self, error);
}

static GBytes *
write_request (SessionExchange *self, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *upper = g_ascii_strup (uuid, -1);
  WireRequest request = { .verb = self->verb,
                          .to = self->session->to,
                          .max_envelope_size = SESSION_MAX_ENVELOPE_SIZE,
                          .operation_timeout_ms = self->session->operation_timeout_ms,
                          .locale = "en-US",
                          .path = self->path,
                          .wql = self->wql,
                          .max_elements = SESSION_MAX_ELEMENTS,
                          .context = self->context,
                          .method = self->method,
                          .in = self->in,
                          .instance = self->in,
                          .fragment = self->fragment,
                          .items = self->items,
                          .by_selectors = self->by_selectors };

  g_free (self->message_id);
  self->message_id = g_strconcat ("uuid:", upper, NULL);
  request.message_id = self->message_id;
  return wire_request_write (&request, error);
}

static void
begin_reply (SessionExchange *self)
{
  const char *name_space = self->path != NULL ? hyperv_cim_path_get_namespace (self->path) : NULL;

  g_clear_pointer (&self->reply, wire_reply_free);
  self->reply = wire_reply_new (self->verb, name_space, self->class_name, on_item, self);
  wire_reply_set_items (self->reply, self->items);
  self->status = 0;
  self->is_soap = FALSE;
  self->page_length = 0;
  g_string_truncate (self->page, 0);
  if (self->log != NULL)
    g_string_truncate (self->log, 0);
}

static gboolean
fail_unsent (gpointer data)
{
  SessionExchange *self = data;

  finish (self, g_steal_pointer (&self->unsent));
  return G_SOURCE_REMOVE;
}

/* On a turn of its own: whoever stands behind it begins in finish (), and may fail so, too. */
static void
fail_later (SessionExchange *self, GError *error)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  self->unsent = error;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, fail_unsent, self, NULL);
  g_source_attach (source, session_worker_get_context (self->session->worker));
}

void
session_exchange_post (SessionExchange *self)
{
  GError *error = NULL;
  Transport *transport = session_get_transport (self->session, &error);
  g_autoptr (GBytes) bytes = transport != NULL ? write_request (self, &error) : NULL;

  self->sent = TRANSPORT_SENT_NO;
  self->not_sent = transport == NULL;
  if (bytes == NULL) {
    fail_later (self, error);
    return;
  }
  if (session_log_wanted ()) {
    session_log ("request", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    if (self->log == NULL)
      self->log = g_string_new (NULL);
  }
  begin_reply (self);
  self->attempt++;
  g_clear_pointer (&self->transport, transport_unref);
  self->transport = transport_ref (transport);
  self->was_connected = transport_is_kept (transport);
  transport_post_async (transport, bytes, &sink, self, session_queue_get_cancellable (self),
                        on_posted, self);
}

static SessionExchange *
exchange_new (HypervSession *session, const SessionRequest *request)
{
  SessionExchange *self = g_new0 (SessionExchange, 1);

  self->session = session; /* the task holds it */
  self->verb = request->verb;
  self->path = request->path != NULL ? hyperv_cim_path_ref (request->path) : NULL;
  self->wql = g_strdup (request->wql);
  self->context = g_strdup (request->context);
  self->method = g_strdup (request->method);
  self->in = request->in != NULL ? hyperv_cim_instance_ref (request->in) : NULL;
  self->fragment = g_strdup (request->fragment);
  self->items = request->items;
  self->by_selectors = request->by_selectors;
  self->class_name = g_strdup (request->class_name);
  self->item = request->item;
  self->item_data = request->item_data;
  self->quit = request->background ? g_cancellable_new () : NULL;
  self->page = g_string_new (NULL);
  return self;
}

void
session_exchange_async (HypervSession *self, const SessionRequest *request,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SessionExchange *exchange;
  GError *error = NULL;

  g_return_if_fail (session_worker_is_current (self->worker));

  exchange = exchange_new (self, request);
  exchange->task = g_task_new (request->background ? NULL : self, cancellable, callback, user_data);
  g_task_set_source_tag (exchange->task, session_exchange_async);
  g_task_set_check_cancellable (exchange->task, FALSE);
  g_task_set_task_data (exchange->task, exchange, exchange_free);
  if (g_cancellable_set_error_if_cancelled (cancellable, &error)) {
    g_task_return_error (exchange->task, error);
    g_object_unref (exchange->task);
    return;
  }
  session_queue_push (exchange);
}

gboolean
session_exchange_finish (GAsyncResult *result, WireReply **reply, TransportSent *sent,
                         GError **error)
{
  SessionExchange *self = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, session_exchange_async), FALSE);

  if (sent != NULL)
    *sent = self->sent;
  if (reply != NULL)
    *reply = g_steal_pointer (&self->reply);
  return g_task_propagate_boolean (G_TASK (result), error);
}

HypervCimInstance *
session_exchange_finish_instance (GAsyncResult *result, GError **error)
{
  g_autoptr (WireReply) reply = NULL;

  if (!session_exchange_finish (result, &reply, NULL, error))
    return NULL;
  return hyperv_cim_instance_ref (wire_reply_get_info (reply)->result);
}
