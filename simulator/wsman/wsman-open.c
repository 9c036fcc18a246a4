/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-shell.h"

/* What clients left open. */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const WsmanOpen *left = a, *right = b;

  return left->number < right->number ? -1 : left->number > right->number;
}

void
wsman_list_open (Wsman *self, WsmanOpenFunc function, gpointer user_data)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (WsmanOpen));
  GHashTableIter iter;
  gpointer id, value;

  g_return_if_fail (self != NULL && function != NULL);

  wsman_contexts_purge (self);
  g_hash_table_iter_init (&iter, self->contexts);
  while (g_hash_table_iter_next (&iter, &id, &value)) {
    const WsmanContext *context = value;
    WsmanOpen open = { "context", id, context->class_name, context->user, context->number };

    g_array_append_val (all, open);
  }
  if (self->shells != NULL)
    wsman_shell_add_open (self, all);
  g_array_sort (all, compare_numbers);
  for (guint i = 0; i < all->len; i++)
    function (&g_array_index (all, WsmanOpen, i), user_data);
}

void
wsman_expire_context (Wsman *self, SimExchange *exchange)
{
  WsmanMessage *message = exchange->message;
  g_autofree char *id = NULL;
  xmlNode *node;

  if (message == NULL || message->content == NULL)
    return;
  node = wsman_xml_find (message->content, WSMAN_NS_ENUMERATION, "EnumerationContext");
  id = node != NULL ? wsman_xml_dup_text (node) : NULL;
  if (id != NULL)
    g_hash_table_remove (self->contexts, id);
}
