/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-shell.h"

/* Which shells there are: Get of one, Enumerate and Pull of the user's (MS-WSMV 3.1.4.2.1,
 * 3.1.4.8.2, 3.1.4.9.2). What they look like is recorded of a Pull. */
#define EXPECTED_REPLY 2048

/* An enumeration: the shells as they were when it began. */
typedef struct {
  char *user;
  guint64 number; /* of the exchange that opened it */
  gint64 touched;
  GPtrArray *items; /* texts */
  guint position;
} WsmanShellList;

void
wsman_shell_list_free (gpointer data)
{
  WsmanShellList *list = data;

  g_free (list->user);
  g_ptr_array_unref (list->items);
  g_free (list);
}

static void
put_element (Wsman *self, GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "<rsp:%s>", name);
  wsman_put_text (self, out, text, strlen (text));
  g_string_append_printf (out, "</rsp:%s>", name);
}

/* `PT7200.000S`, as this one is written; the others have days, hours and minutes. */
static char *
seconds_of (gint64 time)
{
  gint64 milliseconds = time / 1000;

  return g_strdup_printf ("PT%" G_GINT64_FORMAT ".%03dS", milliseconds / 1000,
                          (int)(milliseconds % 1000));
}

static char *
days_of (gint64 time)
{
  gint64 seconds = time / G_USEC_PER_SEC;

  return g_strdup_printf ("P%" G_GINT64_FORMAT "DT%dH%dM%dS", seconds / 86400,
                          (int)(seconds / 3600 % 24), (int)(seconds / 60 % 60),
                          (int)(seconds % 60));
}

void
wsman_put_shell (Wsman *self, GString *out, const Shell *shell)
{
  g_autofree char *idle = NULL;
  g_autofree char *run = NULL;
  g_autofree char *inactive = NULL;
  ShellFacts facts;

  shell_get_facts (shell, &facts);
  idle = seconds_of (facts.idle_timeout);
  run = days_of (facts.run_time);
  inactive = days_of (facts.inactivity);
  wsman_put (out, "<rsp:Shell xmlns:rsp=\"" WSMAN_SHELL_URI "\">");
  put_element (self, out, "ShellId", facts.id);
  put_element (self, out, "ResourceUri", WSMAN_SHELL_CMD_URI);
  put_element (self, out, "Owner", facts.user);
  put_element (self, out, "ClientIP", facts.client);
  if (facts.directory != NULL)
    put_element (self, out, "WorkingDirectory", facts.directory);
  put_element (self, out, "IdleTimeOut", idle);
  put_element (self, out, "InputStreams", facts.input_streams);
  put_element (self, out, "OutputStreams", facts.output_streams);
  put_element (self, out, "ShellRunTime", run);
  put_element (self, out, "ShellInactivity", inactive);
  wsman_put (out, "</rsp:Shell>");
}

/* ---- Get ---- */

static void
get_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (message->content != NULL)
    wsman_refuse (self, exchange, "SchemaValidationError", "s:Body of a Get has %s in it",
                  (const char *)message->content->name);
}

/* Looking is no use of it: the idle time goes on, and what is written is what was before. */
static void
get_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const char *id = sim_exchange_get_selector (exchange, "ShellId");
  Shell *shell = id != NULL
                     ? shell_find (((WsmanShells *)message->family_data)->host, id, exchange->user)
                     : NULL;
  GString *text;

  if (shell == NULL) {
    wsman_shell_find (self, exchange, message); /* refuses */
    return;
  }
  text = g_string_new (NULL);
  wsman_put_shell (self, text, shell);
  message->state = g_string_free (text, FALSE);
  message->state_free = g_free;
}

static void
get_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/GetResponse", TRUE, EXPECTED_REPLY);

  g_string_append (out, message->state);
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_shell_get = {
  .operation = "Get",
  .action = WSMAN_NS_TRANSFER "/Get",
  .read = get_read,
  .effect = get_effect,
  .write = get_write,
};

/* ---- enumerations ---- */

static gint64
now (Wsman *self)
{
  return sim_clock_now (repository_get_clock (self->repository));
}

static gboolean
is_over (gpointer id, gpointer data, gpointer oldest)
{
  return ((WsmanShellList *)data)->touched < *(gint64 *)oldest;
}

static void
purge_lists (Wsman *self, GHashTable *lists)
{
  gint64 oldest = now (self) - self->context_life;

  g_hash_table_foreach_remove (lists, is_over, &oldest);
}

void
wsman_shell_list_expire (Wsman *self, const char *id)
{
  g_hash_table_remove (((WsmanShells *)self->shells)->lists, id);
}

void
wsman_shell_add_open (Wsman *self, GArray *all)
{
  WsmanShells *shells = self->shells;
  g_autoptr (GPtrArray) list = shell_host_list (shells->host, NULL);
  GHashTableIter iter;
  gpointer id, value;

  purge_lists (self, shells->lists);
  g_hash_table_iter_init (&iter, shells->lists);
  while (g_hash_table_iter_next (&iter, &id, &value)) {
    const WsmanShellList *shell_list = value;
    WsmanOpen open = { "context", id, "shell", shell_list->user, shell_list->number };

    g_array_append_val (all, open);
  }
  for (guint i = 0; i < list->len; i++) {
    WsmanOpen open = { .kind = "shell", .what = "cmd" };
    ShellFacts facts;

    shell_get_facts (g_ptr_array_index (list, i), &facts);
    open.id = facts.id;
    open.user = facts.user;
    open.number = facts.opened_by;
    g_array_append_val (all, open);
  }
}

static WsmanShellList *
take_list (Wsman *self, SimExchange *exchange, WsmanMessage *message, const char *id)
{
  GHashTable *lists = ((WsmanShells *)message->family_data)->lists;
  WsmanShellList *list;
  gpointer key;

  purge_lists (self, lists);
  list = id != NULL ? g_hash_table_lookup (lists, id) : NULL;
  if (list == NULL || g_strcmp0 (list->user, exchange->user) != 0) {
    wsman_refuse (self, exchange, "InvalidEnumerationContext", "n:EnumerationContext \"%s\"",
                  id != NULL ? id : "");
    return NULL;
  }
  g_hash_table_steal_extended (lists, id, &key, NULL);
  g_free (key);
  return list;
}

/* A page of an answer: what it takes from a list, under which names. */
typedef struct {
  WsmanShellList *list;
  guint64 max_items;
  gboolean optimized; /* in an Enumerate: items there are w:, those of a Pull n: */
  char *id;           /* of the list after this page; NULL: it has ended */
} Page;

static void
page_free (gpointer data)
{
  Page *page = data;

  if (page->list != NULL)
    wsman_shell_list_free (page->list);
  g_free (page->id);
  g_free (page);
}

static Page *
new_page (WsmanMessage *message)
{
  Page *page = g_new0 (Page, 1);

  message->state = page;
  message->state_free = page_free;
  page->max_items = 1; /* as with everything that is enumerated */
  return page;
}

static gboolean
read_number (Wsman *self, SimExchange *exchange, xmlNode *node, guint64 *value)
{
  g_autofree char *text = wsman_xml_dup_text (node);

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, value, NULL))
    return TRUE;
  wsman_refuse (self, exchange, "SchemaValidationError", "%s is no positive number",
                (const char *)node->name);
  return FALSE;
}

/* Puts items and end of a page, and keeps the list when there is more of it. */
static void
put_page (Wsman *self, GString *out, WsmanMessage *message, char prefix)
{
  Page *page = message->state;
  GPtrArray *items = page->list->items;
  gsize room = wsman_envelope_limit (self, message);
  guint first = page->list->position;

  g_string_append_printf (out, "<%c:Items>", prefix);
  while (page->list->position < items->len && page->list->position - first < page->max_items) {
    const char *item = g_ptr_array_index (items, page->list->position);

    if (page->list->position > first
        && wsman_count (self, out->str, out->len) + strlen (item) + EXPECTED_REPLY > room)
      break;
    g_string_append (out, item);
    page->list->position++;
  }
  g_string_append_printf (out, "</%c:Items>", prefix);
  if (page->list->position >= items->len)
    g_string_append_printf (out, "<%c:EndOfSequence/>", prefix);
}

/* Keeps a list that goes on, under a new id, which the reply says before the items. */
static void
keep_list (Wsman *self, WsmanMessage *message)
{
  Page *page = message->state;
  GHashTable *lists = ((WsmanShells *)message->family_data)->lists;
  g_autofree char *guid = repository_random_guid (self->repository);

  page->id = g_strconcat ("uuid:", guid, NULL);
  page->list->touched = now (self);
  g_hash_table_replace (lists, g_strdup (page->id), g_steal_pointer (&page->list));
}

static gboolean
has_more (const Page *page)
{
  return page->list->position < page->list->items->len;
}

/* ---- Enumerate ---- */

static void
enumerate_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Page *page = new_page (message);

  if (!wsman_xml_is (message->content, WSMAN_NS_ENUMERATION, "Enumerate")) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no n:Enumerate in s:Body");
    return;
  }
  if (exchange->selectors->len > 0) {
    wsman_refuse (self, exchange, "UnexpectedSelectors", "Enumerate of shells with selectors");
    return;
  }
  for (xmlNode *node = wsman_xml_first (message->content); node != NULL && exchange->status == 0;
       node = wsman_xml_next (node)) {
    if (strcmp ((const char *)node->name, "Filter") == 0)
      wsman_refuse (self, exchange, "FilteringNotSupported", "Enumerate of shells with a filter");
    else if (wsman_xml_is (node, WSMAN_NS_WSMAN, "EnumerationMode"))
      wsman_refuse (self, exchange, "EnumerationMode", "Enumerate of shells in another mode");
    else if (wsman_xml_is (node, WSMAN_NS_WSMAN, "OptimizeEnumeration"))
      page->optimized = TRUE;
    else if (wsman_xml_is (node, WSMAN_NS_WSMAN, "MaxElements"))
      read_number (self, exchange, node, &page->max_items);
  }
}

static void
enumerate_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Page *page = message->state;
  g_autoptr (GPtrArray) shells
      = shell_host_list (((WsmanShells *)message->family_data)->host, exchange->user);

  page->list = g_new0 (WsmanShellList, 1);
  page->list->user = g_strdup (exchange->user);
  page->list->number = exchange->number;
  page->list->items = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < shells->len; i++) {
    GString *text = g_string_new (NULL);

    wsman_put_shell (self, text, g_ptr_array_index (shells, i));
    g_ptr_array_add (page->list->items, g_string_free (text, FALSE));
  }
  if (self->one_item_first)
    page->max_items = 1;
}

/* Without w:OptimizeEnumeration even an empty list has a context: the Pull says so. */
static void
enumerate_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Page *page = message->state;
  GString *out
      = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_ENUMERATION,
                              WSMAN_NS_ENUMERATION "/EnumerateResponse", TRUE, EXPECTED_REPLY);
  g_autoptr (GString) items = g_string_new (NULL);

  if (page->optimized)
    put_page (self, items, message, 'w');
  if (!page->optimized || has_more (page))
    keep_list (self, message);
  g_string_append_printf (out,
                          "<n:EnumerateResponse><n:EnumerationContext>%s</n:EnumerationContext>"
                          "%s</n:EnumerateResponse>",
                          page->id != NULL ? page->id : "", items->str);
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_shell_enumerate = {
  .operation = "Enumerate",
  .action = WSMAN_NS_ENUMERATION "/Enumerate",
  .read = enumerate_read,
  .effect = enumerate_effect,
  .write = enumerate_write,
};

/* ---- Pull and Release ---- */

static void
read_context (Wsman *self, SimExchange *exchange, WsmanMessage *message, const char *name)
{
  Page *page = new_page (message);

  if (!wsman_xml_is (message->content, WSMAN_NS_ENUMERATION, name)) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no n:%s in s:Body", name);
    return;
  }
  for (xmlNode *node = wsman_xml_first (message->content); node != NULL && exchange->status == 0;
       node = wsman_xml_next (node)) {
    if (wsman_xml_is (node, WSMAN_NS_ENUMERATION, "EnumerationContext") && page->id == NULL)
      page->id = wsman_xml_dup_text (node);
    else if (wsman_xml_is (node, WSMAN_NS_ENUMERATION, "MaxElements"))
      read_number (self, exchange, node, &page->max_items);
  }
}

static void
pull_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  read_context (self, exchange, message, "Pull");
}

static void
take_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Page *page = message->state;

  page->list = take_list (self, exchange, message, page->id);
  g_clear_pointer (&page->id, g_free);
}

static void
pull_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Page *page = message->state;
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_ENUMERATION,
                                       WSMAN_NS_ENUMERATION "/PullResponse", TRUE, EXPECTED_REPLY);
  g_autoptr (GString) items = g_string_new (NULL);

  put_page (self, items, message, 'n');
  wsman_put (out, "<n:PullResponse>");
  if (has_more (page)) {
    keep_list (self, message);
    g_string_append_printf (out, "<n:EnumerationContext>%s</n:EnumerationContext>", page->id);
  }
  g_string_append (out, items->str);
  wsman_put (out, "</n:PullResponse>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_shell_pull = {
  .operation = "Pull",
  .action = WSMAN_NS_ENUMERATION "/Pull",
  .read = pull_read,
  .effect = take_effect,
  .write = pull_write,
};

static void
release_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  read_context (self, exchange, message, "Release");
}

static void
release_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_envelope_end (exchange,
                      wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_ENUMERATION,
                                            WSMAN_NS_ENUMERATION "/ReleaseResponse", TRUE, 1024),
                      200);
}

const WsmanVerb wsman_verb_shell_release = {
  .operation = "Release",
  .action = WSMAN_NS_ENUMERATION "/Release",
  .read = release_read,
  .effect = take_effect,
  .write = release_write,
};
