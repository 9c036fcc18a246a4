/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

#include <string.h>

/* Enumerate, then Pull until the end; Release when it is left before. */

typedef struct {
  GTask *task;
  HypervCimPath *path;
  WireItems wanted;
  char *class_name; /* of projected items, which carry none */
  SessionEach each;
  gpointer each_data;
  GPtrArray *items; /* NULL: each takes them */
  char *context;    /* while the host holds the enumeration open */
  guint n_items;
  guint n_page;  /* of the page being read */
  guint n_empty; /* pages in a row */
  GError *refused;
} Enumeration;

static void
enumeration_free (gpointer data)
{
  Enumeration *self = data;

  hyperv_cim_path_unref (self->path);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_error (&self->refused);
  g_free (self->class_name);
  g_free (self->context);
  g_free (self);
}

/* After a refusal the rest of the page is read and forgotten: the connection stays good, and the
 * page says whether there is something left to release. */
static gboolean
on_item (HypervCimInstance *item, gpointer user_data, GError **error)
{
  Enumeration *self = user_data;

  self->n_page++;
  if (self->refused != NULL)
    return TRUE;
  if (++self->n_items > SESSION_MAX_ITEMS) {
    g_set_error (&self->refused, HYPERV_ERROR, HYPERV_ERROR_QUOTA,
                 "the enumeration has more than %u instances; ask for fewer", SESSION_MAX_ITEMS);
    return TRUE;
  }
  if (self->items != NULL)
    g_ptr_array_add (self->items, hyperv_cim_instance_ref (item));
  else if (!self->each (item, self->each_data, &self->refused) && self->refused == NULL)
    g_set_error (&self->refused, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED,
                 "the receiver of the instances stopped without a reason");
  return TRUE;
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer user_data)
{
  /* Best effort: what is not released ends by itself on the host, after EnumerationTimeoutms. */
  session_exchange_finish (result, NULL, NULL, NULL);
}

static void
release (Enumeration *self)
{
  SessionRequest request = { .verb = WIRE_RELEASE,
                             .path = self->path,
                             .class_name = self->class_name,
                             .context = self->context,
                             .background = TRUE };

  session_exchange_async (g_task_get_source_object (self->task), &request, NULL, on_released, NULL);
  g_clear_pointer (&self->context, g_free);
}

/* @error: taken. @reachable: whether a Release would arrive, as far as one can tell. */
static void
stop (Enumeration *self, gboolean reachable, GError *error)
{
  g_autoptr (GTask) task = self->task;

  if (reachable && self->context != NULL)
    release (self);
  g_task_return_error (task, error);
}

/* A reply without a context leaves the one before valid (WS-Enumeration, 3.2). */
static void
take_context (Enumeration *self, const WireReplyInfo *info)
{
  if (info->context == NULL && !info->end_of_sequence)
    return;
  g_free (self->context);
  self->context = g_strdup (info->end_of_sequence ? NULL : info->context);
}

/* The page was read; what is left, and is it getting anywhere? */
static gboolean
take_page (Enumeration *self, const WireReplyInfo *info, gboolean *ended, GError **error)
{
  take_context (self, info);
  *ended = info->end_of_sequence;
  if (self->refused != NULL) {
    g_propagate_error (error, g_steal_pointer (&self->refused));
    return FALSE;
  }
  if (!*ended && self->context == NULL) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "%s: the reply has neither an EnumerationContext nor EndOfSequence",
                 self->class_name);
    return FALSE;
  }
  self->n_empty = self->n_page == 0 ? self->n_empty + 1 : 0;
  self->n_page = 0;
  if (self->n_empty <= SESSION_MAX_EMPTY_PULLS)
    return TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
               "%s: the enumeration gets nowhere: %u pages in a row without an item or an end",
               self->class_name, self->n_empty);
  return FALSE;
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Enumeration *self = user_data;
  g_autoptr (WireReply) reply = NULL;
  SessionRequest pull = { .verb = WIRE_PULL, .item = on_item, .item_data = self };
  TransportSent sent = TRANSPORT_SENT_NO;
  GError *error = NULL;
  gboolean ended = FALSE;

  if (!session_exchange_finish (result, &reply, &sent, &error)) {
    gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    gboolean forgotten
        = g_strcmp0 (hyperv_error_get_fault_subcode (error), "n:InvalidEnumerationContext") == 0;

    /* Windows gives the new context before the items of a page that was left in the middle. */
    if (cancelled && reply != NULL)
      take_context (self, wire_reply_get_info (reply));
    stop (self, cancelled || (sent == TRANSPORT_SENT_REPLIED && !forgotten), error);
    return;
  }
  if (!take_page (self, wire_reply_get_info (reply), &ended, &error)) {
    stop (self, TRUE, error);
    return;
  }
  if (ended) {
    g_autoptr (GTask) task = self->task;

    if (self->items != NULL)
      g_task_return_pointer (task, g_steal_pointer (&self->items),
                             (GDestroyNotify)g_ptr_array_unref);
    else
      g_task_return_pointer (task, g_ptr_array_new (), (GDestroyNotify)g_ptr_array_unref);
    return;
  }
  pull.path = self->path;
  pull.items = self->wanted;
  pull.class_name = self->class_name;
  pull.context = self->context;
  session_exchange_async (HYPERV_SESSION (source), &pull, g_task_get_cancellable (self->task),
                          on_page, self);
}

/* The word after FROM of a SELECT; other queries do not project. */
static char *
class_of_query (const char *wql)
{
  const char *p = wql + strspn (wql, " \t\r\n");

  for (gboolean select = g_ascii_strncasecmp (p, "select", 6) == 0; select && *p != '\0'; p++)
    if (g_ascii_isspace (p[0]) && g_ascii_strncasecmp (p + 1, "from", 4) == 0
        && g_ascii_isspace (p[5])) {
      p += 5;
      p += strspn (p, " \t\r\n");
      return g_strndup (p, strcspn (p, " \t\r\n"));
    }
  return g_strdup ("*");
}

static void
begin (HypervSession *self, const HypervCimPath *path, SessionItems items, const char *wql,
       SessionEach each, gpointer each_data, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data)
{
  Enumeration *enumeration = g_new0 (Enumeration, 1);
  SessionRequest request = { .verb = WIRE_ENUMERATE,
                             .wql = wql,
                             .items = (WireItems)items,
                             .by_selectors = hyperv_cim_path_get_n_keys (path) > 0,
                             .item = on_item,
                             .item_data = enumeration };

  enumeration->path = hyperv_cim_path_ref (path);
  enumeration->wanted = (WireItems)items;
  enumeration->class_name
      = wql != NULL ? class_of_query (wql) : g_strdup (hyperv_cim_path_get_class_name (path));
  enumeration->each = each;
  enumeration->each_data = each_data;
  if (each == NULL)
    enumeration->items = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  enumeration->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (enumeration->task, session_enumerate_async);
  g_task_set_check_cancellable (enumeration->task, FALSE);
  g_task_set_task_data (enumeration->task, enumeration, enumeration_free);
  request.path = enumeration->path;
  request.class_name = enumeration->class_name;
  session_exchange_async (self, &request, cancellable, on_page, enumeration);
}

void
session_query_async (HypervSession *self, const char *name_space, const char *wql, SessionEach each,
                     gpointer each_data, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (HypervCimPath) path = NULL;

  g_return_if_fail (HYPERV_IS_SESSION (self) && name_space != NULL && wql != NULL);

  /* WQL goes to the namespace: a class with a filter is CannotProcessFilter on Windows. */
  path = hyperv_cim_path_new (name_space, "*");
  begin (self, path, SESSION_OBJECTS, wql, each, each_data, cancellable, callback, user_data);
}

void
session_enumerate_async (HypervSession *self, const char *name_space, const char *class_name,
                         SessionEach each, gpointer each_data, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (HypervCimPath) path = NULL;

  g_return_if_fail (HYPERV_IS_SESSION (self) && name_space != NULL && class_name != NULL);

  path = hyperv_cim_path_new (name_space, class_name);
  begin (self, path, SESSION_OBJECTS, NULL, each, each_data, cancellable, callback, user_data);
}

void
session_enumerate_items_async (HypervSession *self, const HypervCimPath *pattern,
                               SessionItems items, SessionEach each, gpointer each_data,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (HYPERV_IS_SESSION (self) && pattern != NULL);

  begin (self, pattern, items, NULL, each, each_data, cancellable, callback, user_data);
}

GPtrArray *
session_enumerate_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, session_enumerate_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GPtrArray *
session_query_finish (GAsyncResult *result, GError **error)
{
  return session_enumerate_finish (result, error);
}
