/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-context.h"

#include "simulator/wsman/wsman-fault.h"

WsmanContext *
wsman_context_new (const WsmanFamily *family, const SimExchange *exchange, WsmanMode mode)
{
  WsmanContext *self = g_new0 (WsmanContext, 1);

  self->family = family;
  self->name_space = g_strdup (exchange->name_space);
  self->class_name = g_strdup (exchange->class_name);
  self->user = g_strdup (exchange->user);
  self->mode = mode;
  return self;
}

void
wsman_context_free (WsmanContext *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->pending, repository_object_unref);
  g_clear_pointer (&self->cursor, repository_cursor_free);
  g_clear_pointer (&self->query, repository_query_free);
  if (self->data_free != NULL)
    self->data_free (self->data);
  g_free (self->name_space);
  g_free (self->class_name);
  g_free (self->user);
  g_free (self);
}

static gint64
now (Wsman *self)
{
  return sim_clock_now (repository_get_clock (self->repository));
}

void
wsman_contexts_put (Wsman *self, char *id, WsmanContext *context)
{
  context->touched = now (self);
  g_hash_table_replace (self->contexts, id, context);
}

/* No timer: on a jumping clock one would make the time jump. */
void
wsman_contexts_purge (Wsman *self)
{
  gint64 oldest = now (self) - self->context_life;
  GHashTableIter iter;
  gpointer context;

  g_hash_table_iter_init (&iter, self->contexts);
  while (g_hash_table_iter_next (&iter, NULL, &context)) {
    if (((WsmanContext *)context)->touched < oldest)
      g_hash_table_iter_remove (&iter);
  }
}

/* The quota is each user's own (MS-WSMV 3.1.4.1.19). */
gboolean
wsman_contexts_have_room (Wsman *self, SimExchange *exchange)
{
  GHashTableIter iter;
  gpointer context;
  guint64 n_open = 0;

  wsman_contexts_purge (self);
  g_hash_table_iter_init (&iter, self->contexts);
  while (g_hash_table_iter_next (&iter, NULL, &context))
    n_open += g_strcmp0 (((WsmanContext *)context)->user, exchange->user) == 0;
  if (n_open < self->max_contexts)
    return TRUE;
  wsman_refuse (self, exchange, "QuotaLimit", "%" G_GUINT64_FORMAT " enumerations are open",
                self->max_contexts);
  return FALSE;
}

WsmanContext *
wsman_contexts_take (Wsman *self, const char *id, const char *user)
{
  WsmanContext *context;
  gpointer key;

  wsman_contexts_purge (self);
  context = g_hash_table_lookup (self->contexts, id);
  if (context == NULL || g_strcmp0 (context->user, user) != 0)
    return NULL;
  g_hash_table_steal_extended (self->contexts, id, &key, NULL);
  g_free (key);
  return context;
}

void
wsman_context_name_class (Wsman *self, SimExchange *exchange, const char *id)
{
  const WsmanContext *context = g_hash_table_lookup (self->contexts, id);

  if (context == NULL || g_strcmp0 (exchange->class_name, "*") != 0)
    return;
  g_free (exchange->class_name);
  exchange->class_name = g_strdup (context->class_name);
}

/* The next object, without moving on. */
static RepositoryObject *
next_object (WsmanContext *context)
{
  RepositoryObject *object;

  if (context->pending == NULL) {
    object = repository_cursor_next (context->cursor);
    if (object != NULL)
      context->pending = repository_object_ref (object);
  }
  return context->pending;
}

/* Writes the next item, without moving on. FALSE: there is none. */
static gboolean
put_next (Wsman *self, WsmanContext *context, GString *out)
{
  RepositoryObject *object;

  if (context->put != NULL) {
    if (context->next < context->n_items)
      context->put (self, out, context, context->next);
    return context->next < context->n_items;
  }
  object = next_object (context);
  if (object != NULL)
    wsman_put_item (self, out, object, context->mode,
                    context->query != NULL ? repository_query_get_projection (context->query)
                                           : NULL);
  return object != NULL;
}

static void
move_on (WsmanContext *context)
{
  if (context->put != NULL)
    context->next++;
  else
    g_clear_pointer (&context->pending, repository_object_unref);
}

static gboolean
is_at_end (WsmanContext *context)
{
  return context->put != NULL ? context->next >= context->n_items
                              : repository_cursor_at_end (context->cursor);
}

WsmanPageResult
wsman_page_write (Wsman *self, WsmanContext *context, GString *out, const WsmanPage *page)
{
  gsize total = wsman_count (self, out->str, out->len), content = 0;
  guint64 n_items = 0;

  while (n_items < page->max_items) {
    gsize before = out->len, length;

    if (!put_next (self, context, out))
      return WSMAN_PAGE_END;
    length = wsman_count (self, out->str + before, out->len - before);
    if (total + length > page->max_total || content + length > page->max_content) {
      g_string_truncate (out, before);
      return n_items == 0 ? WSMAN_PAGE_TOO_LARGE : WSMAN_PAGE_MORE;
    }
    total += length;
    content += length;
    n_items++;
    move_on (context);
  }
  /* The end comes with the last item, not after it. */
  return is_at_end (context) ? WSMAN_PAGE_END : WSMAN_PAGE_MORE;
}
