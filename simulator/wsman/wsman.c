/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman.h"

#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

WsmanMessage *
wsman_message_new (SimExchange *exchange)
{
  WsmanMessage *message = g_new0 (WsmanMessage, 1);

  if (exchange->message_free != NULL)
    exchange->message_free (exchange->message);
  exchange->message = message;
  exchange->message_free = wsman_message_free;
  return message;
}

void
wsman_message_free (gpointer data)
{
  WsmanMessage *message = data;

  if (message->state_free != NULL)
    message->state_free (message->state);
  g_clear_pointer (&message->path, hyperv_cim_path_unref);
  g_clear_pointer (&message->doc, xmlFreeDoc);
  g_free (message->machine);
  g_free (message->fragment);
  g_free (message->lang);
  g_free (message);
}

static void
keep_text (char **kept, const char *text)
{
  if (g_strcmp0 (*kept, text) == 0)
    return;
  g_free (*kept);
  *kept = g_strdup (text);
}

/* Abilities and limits can be switched while the host runs, so they are asked for each time. */
static void
read_host (Wsman *self)
{
  Repository *repository = self->repository;
  const char *language = repository_get_setting (repository, "values", "language");
  const char *version = repository_get_setting (repository, "values", "os_version");

  if (version == NULL)
    version = repository_get_setting (repository, "host", "version");
  keep_text (&self->language, language != NULL ? language : "en-US");
  keep_text (&self->os_version, version != NULL ? version : "0.0.0");
  self->max_envelope = repository_get_limit (repository, "MaxEnvelopeSizekb", 500) * 1024;
  self->max_items = repository_get_limit (repository, "MaxBatchItems", 32000);
  self->max_contexts = repository_get_limit (repository, "MaxConcurrentOperationsPerUser", 1500);
  self->context_life
      = (gint64)repository_get_limit (repository, "EnumerationTimeoutms", 240000) * 1000;
  self->max_timeout = (gint64)repository_get_limit (repository, "MaxTimeoutms", 60000) * 1000;
  self->one_item_first = repository_has_ability (repository, "optimized-enumeration-first-page");
  self->one_item_pulls = repository_has_ability (repository, "pull-one-item-by-default");
  self->counts_utf16 = repository_has_ability (repository, "envelope-size-counts-utf16");
  self->escapes_quotes = repository_has_ability (repository, "quotes-escaped-in-text");
  self->omits_null_arrays = repository_has_ability (repository, "null-arrays-omitted");
  self->refuses_wql_on_class = repository_has_ability (repository, "wql-on-class-uri-refused");
}

static void
free_context (gpointer context)
{
  wsman_context_free (context);
}

Wsman *
wsman_new (Repository *repository, Provider *provider)
{
  Wsman *self;

  g_return_val_if_fail (repository != NULL && provider != NULL, NULL);

  self = g_new0 (Wsman, 1);
  self->repository = repository;
  self->provider = provider;
  self->contexts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_context);
  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    self->texts[i] = g_hash_table_new_full (NULL, NULL, NULL, wsman_class_text_free);
  self->families = g_ptr_array_new_with_free_func (g_free);
  self->parser = wsman_parser_new ();
  read_host (self);
  return self;
}

void
wsman_free (Wsman *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->contexts);
  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_hash_table_unref (self->texts[i]);
  g_ptr_array_unref (self->families);
  xmlFreeParserCtxt (self->parser);
  g_free (self->language);
  g_free (self->os_version);
  g_free (self);
}

void
wsman_read (Wsman *self, SimExchange *exchange)
{
  g_return_if_fail (self != NULL && exchange != NULL);

  if (exchange->status != 0)
    return;
  read_host (self);
  wsman_read_request (self, exchange);
}

/* Exchanges overlap, when one is held up. */
static void
set_form (Wsman *self, const WsmanMessage *message)
{
  self->as_dmtf = message != NULL && message->family != NULL && message->family->says_namespace;
}

void
wsman_effect (Wsman *self, SimExchange *exchange)
{
  WsmanMessage *message;

  g_return_if_fail (self != NULL && exchange != NULL);

  message = exchange->message;
  set_form (self, message);
  if (exchange->status == 0 && message != NULL && message->verb->effect != NULL)
    message->verb->effect (self, exchange, message);
}

gboolean
wsman_wait (Wsman *self, SimExchange *exchange, WsmanReady ready, gpointer data)
{
  WsmanMessage *message;

  g_return_val_if_fail (self != NULL && exchange != NULL && ready != NULL, FALSE);

  message = exchange->message;
  return exchange->status == 0 && message != NULL && message->verb->wait != NULL
         && message->verb->wait (self, exchange, message, ready, data);
}

void
wsman_write (Wsman *self, SimExchange *exchange)
{
  WsmanMessage *message;

  g_return_if_fail (self != NULL && exchange != NULL);

  message = exchange->message;
  set_form (self, message);
  if (exchange->status == 0 && message != NULL)
    message->verb->write (self, exchange, message);
}

guint
wsman_get_n_contexts (Wsman *self)
{
  g_return_val_if_fail (self != NULL, 0);

  wsman_contexts_purge (self);
  return g_hash_table_size (self->contexts);
}
