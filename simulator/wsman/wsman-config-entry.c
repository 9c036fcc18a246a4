/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-config-entry.h"

#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

/* Get, Put, Create, Delete and Enumerate of listeners and certificate mappings: what a body says is
 * read first; whether it may be is found out, and done, in the effect, in one go. */

typedef struct {
  const WsmanConfigTable *table;
  char **given; /* what the body says; NULL where it says nothing; NULL: there is no body */
  char **entry; /* for the reply */
} Entry;

static void
wipe (const WsmanConfigTable *table, char **texts)
{
  for (gsize i = 0; texts != NULL && i < table->n_fields; i++) {
    if (table->fields[i].is_secret && texts[i] != NULL)
      explicit_bzero (texts[i], strlen (texts[i]));
    g_free (texts[i]);
  }
  g_free (texts);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  wipe (entry->table, entry->given);
  wipe (entry->table, entry->entry);
  g_free (entry);
}

static Entry *
begin (SimExchange *exchange, WsmanMessage *message)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->table = wsman_config_find_table (exchange->resource);
  message->state = entry;
  message->state_free = entry_free;
  return entry;
}

static gssize
find_field (const WsmanConfigTable *table, const char *name)
{
  for (gsize i = 0; i < table->n_fields; i++) {
    if (g_ascii_strcasecmp (table->fields[i].name, name) == 0)
      return (gssize)i;
  }
  return -1;
}

/* All keys, and nothing else. */
static gboolean
check_selectors (Wsman *self, SimExchange *exchange, const WsmanConfigTable *table)
{
  for (guint i = 0; i < exchange->selectors->len; i++) {
    const SimSelector *selector = g_ptr_array_index (exchange->selectors, i);
    gssize field = find_field (table, selector->name);

    if (field >= 0 && table->fields[field].is_key)
      continue;
    wsman_refuse (self, exchange, "UnexpectedSelectors", "selector %s of a %s", selector->name,
                  table->element);
    return FALSE;
  }
  for (gsize i = 0; i < table->n_fields && table->fields[i].is_key; i++) {
    if (sim_exchange_get_selector (exchange, table->fields[i].name) != NULL)
      continue;
    wsman_refuse (self, exchange, "InvalidSelectors", "no selector %s, which is a key of a %s",
                  table->fields[i].name, table->element);
    return FALSE;
  }
  return TRUE;
}

/* Selectors are compared without regard to case (MS-WSMV 3.1.4.1.2). */
static gssize
find_entry (SimExchange *exchange, const WsmanConfigTable *table, GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++) {
    char *const *entry = g_ptr_array_index (entries, i);
    gboolean same = TRUE;

    for (gsize k = 0; k < table->n_fields && table->fields[k].is_key; k++)
      same = same
             && g_ascii_strcasecmp (entry[k],
                                    sim_exchange_get_selector (exchange, table->fields[k].name))
                    == 0;
    if (same)
      return (gssize)i;
  }
  return -1;
}

static void
refuse_missing (Wsman *self, SimExchange *exchange, const WsmanConfigTable *table)
{
  g_autoptr (GString) keys = g_string_new (NULL);

  for (gsize i = 0; i < table->n_fields && table->fields[i].is_key; i++)
    g_string_append_printf (keys, "%s%s \"%s\"", i > 0 ? ", " : "", table->fields[i].name,
                            sim_exchange_get_selector (exchange, table->fields[i].name));
  wsman_refuse (self, exchange, "ResourceNotFound", "no %s with %s", table->element, keys->str);
}

void
wsman_config_get_entry (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Entry *state = begin (exchange, message);
  g_autoptr (GPtrArray) entries = NULL;
  gssize at;

  if (!check_selectors (self, exchange, state->table))
    return;
  entries = wsman_config_list_entries (self, state->table);
  at = find_entry (exchange, state->table, entries);
  if (at < 0)
    refuse_missing (self, exchange, state->table);
  else
    state->entry = g_strdupv (g_ptr_array_index (entries, (guint)at));
}

/* ---- bodies ---- */

/* Windows' own clients write the namespace as the URI, or as that with .xsd after it. */
static gboolean
is_namespace (const WsmanConfigTable *table, const xmlNode *node)
{
  gsize length = strlen (table->uri);
  const char *ns = node->ns != NULL ? (const char *)node->ns->href : "";

  return g_ascii_strncasecmp (ns, table->uri, length) == 0
         && (ns[length] == '\0' || strcmp (ns + length, ".xsd") == 0);
}

static gboolean
read_child (Wsman *self, SimExchange *exchange, Entry *state, const xmlNode *root, xmlNode *node)
{
  const WsmanConfigTable *table = state->table;
  const char *name = (const char *)node->name;
  gssize at = find_field (table, name);
  g_autofree char *text = NULL;
  guint64 number;

  if (table->computed != NULL && strcmp (table->computed, name) == 0) {
    wsman_refuse (self, exchange, "ConfigReadOnly", "%s:%s cannot be changed", table->prefix, name);
    return FALSE;
  }
  if (at < 0 || node->ns == NULL || !xmlStrEqual (node->ns->href, root->ns->href)
      || state->given[at] != NULL) {
    wsman_refuse (self, exchange, "SchemaValidationError", "%s:%s has %s %s in it", table->prefix,
                  table->element, at >= 0 && state->given[at] != NULL ? "twice" : "no setting",
                  name);
    return FALSE;
  }
  text = table->fields[at].is_secret ? wsman_xml_dup_raw (node) : wsman_xml_dup_text (node);
  if (text == NULL
      || (table->fields[at].kind == WSMAN_CONFIG_NUMBER
          && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
      || (table->fields[at].kind == WSMAN_CONFIG_SWITCH && g_ascii_strcasecmp (text, "true") != 0
          && g_ascii_strcasecmp (text, "false") != 0)) {
    wsman_refuse (self, exchange, "SchemaValidationError", "%s:%s: \"%s\" is no value for it",
                  table->prefix, table->fields[at].name, text != NULL ? text : "");
    return FALSE;
  }
  state->given[at] = table->fields[at].kind == WSMAN_CONFIG_SWITCH ? g_ascii_strdown (text, -1)
                                                                   : g_steal_pointer (&text);
  return TRUE;
}

void
wsman_config_read_entry (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Entry *state = begin (exchange, message);
  const WsmanConfigTable *table = state->table;
  xmlNode *content = message->content;

  if (!check_selectors (self, exchange, table))
    return;
  if (content == NULL || g_ascii_strcasecmp ((const char *)content->name, table->element) != 0) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no %s:%s in s:Body", table->prefix,
                  table->element);
    return;
  }
  if (!is_namespace (table, content)) {
    wsman_refuse (self, exchange, "InvalidNamespace", "%s:%s is not in the namespace \"%s\"",
                  table->prefix, table->element, table->uri);
    return;
  }
  state->given = g_new0 (char *, table->n_fields + 1);
  for (xmlNode *node = wsman_xml_first (content); node != NULL; node = wsman_xml_next (node)) {
    if (!read_child (self, exchange, state, content, node))
      return;
  }
}

/* What is given goes over what there was; keys stay. */
static gboolean
merge (Wsman *self, SimExchange *exchange, const Entry *state, char **entry)
{
  const WsmanConfigTable *table = state->table;

  for (gsize i = 0; i < table->n_fields; i++) {
    if (state->given[i] == NULL)
      continue;
    if (table->fields[i].is_key && g_ascii_strcasecmp (state->given[i], entry[i]) != 0) {
      wsman_refuse (self, exchange, table->key_fault, "%s:%s is \"%s\", its selector \"%s\"",
                    table->prefix, table->fields[i].name, state->given[i], entry[i]);
      return FALSE;
    }
    if (!table->fields[i].is_key) {
      g_free (entry[i]);
      entry[i] = g_strdup (state->given[i]);
    }
  }
  return TRUE;
}

/* What was only to be checked goes before anything is kept. */
static void
forget_secrets (const WsmanConfigTable *table, char **entry)
{
  for (gsize i = 0; i < table->n_fields; i++) {
    if (table->fields[i].is_secret)
      explicit_bzero (entry[i], strlen (entry[i]));
  }
}

/* Stores and applies, or puts back what was. */
static void
commit (Wsman *self, SimExchange *exchange, const WsmanConfigTable *table, GPtrArray *entries)
{
  g_autoptr (GPtrArray) before = wsman_config_list_entries (self, table);

  wsman_config_store_entries (self, table, entries);
  if (!wsman_config_apply (self, exchange))
    wsman_config_store_entries (self, table, before);
}

void
wsman_config_put_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Entry *state = message->state;
  g_autoptr (GPtrArray) entries = wsman_config_list_entries (self, state->table);
  gssize at = find_entry (exchange, state->table, entries);
  char **old;

  if (at < 0) {
    refuse_missing (self, exchange, state->table);
    return;
  }
  old = g_ptr_array_index (entries, (guint)at);
  state->entry = g_strdupv (old);
  if (!merge (self, exchange, state, state->entry)
      || !state->table->check (self, exchange, state->entry, old))
    return;
  forget_secrets (state->table, state->entry);
  g_strfreev (old);
  entries->pdata[at] = g_strdupv (state->entry);
  commit (self, exchange, state->table, entries);
}

void
wsman_config_write_entry (Wsman *self, GString *out, WsmanMessage *message)
{
  const Entry *state = message->state;
  const WsmanConfigTable *table = state->table;

  g_string_append_printf (out, "<%s:%s xmlns:%s=\"%s\" xmlns:xsi=\"" WSMAN_NS_XSI "\">",
                          table->prefix, table->element, table->prefix, table->uri);
  for (gsize i = 0; i < table->n_fields; i++) {
    g_string_append_printf (out, "<%s:%s>", table->prefix, table->fields[i].name);
    if (!table->fields[i].is_secret)
      wsman_put_text (self, out, state->entry[i], strlen (state->entry[i]));
    g_string_append_printf (out, "</%s:%s>", table->prefix, table->fields[i].name);
  }
  if (table->put_rest != NULL)
    table->put_rest (self, out, state->entry);
  g_string_append_printf (out, "</%s:%s>", table->prefix, table->element);
}

/* ---- Create ---- */

static void
create_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Entry *state = message->state;
  const WsmanConfigTable *table = state->table;
  g_autoptr (GPtrArray) entries = wsman_config_list_entries (self, table);

  if (find_entry (exchange, table, entries) >= 0) {
    wsman_refuse (self, exchange, "AlreadyExists", "there is such a %s", table->element);
    return;
  }
  state->entry = g_new0 (char *, table->n_fields + 1);
  for (gsize i = 0; i < table->n_fields; i++)
    state->entry[i] = g_strdup (table->fields[i].is_key
                                    ? sim_exchange_get_selector (exchange, table->fields[i].name)
                                    : table->fields[i].fallback);
  if (!merge (self, exchange, state, state->entry)
      || !table->check (self, exchange, state->entry, NULL))
    return;
  forget_secrets (table, state->entry);
  g_ptr_array_add (entries, g_strdupv (state->entry));
  commit (self, exchange, table, entries);
}

/* `<a:Address>…</a:ReferenceParameters>`; selectors in the order of the fields (MS-WSMV 4.2.3). */
static void
put_epr (Wsman *self, GString *out, const WsmanConfigTable *table, char *const *entry)
{
  g_string_append_printf (out,
                          "<a:Address>" WSMAN_ANONYMOUS "</a:Address><a:ReferenceParameters>"
                          "<w:ResourceURI>%s</w:ResourceURI><w:SelectorSet>",
                          table->uri);
  for (gsize i = 0; i < table->n_fields && table->fields[i].is_key; i++) {
    g_string_append_printf (out, "<w:Selector Name=\"%s\">", table->fields[i].name);
    wsman_put_text (self, out, entry[i], strlen (entry[i]));
    wsman_put (out, "</w:Selector>");
  }
  wsman_put (out, "</w:SelectorSet></a:ReferenceParameters>");
}

static void
create_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (wsman_config_find_table (exchange->resource) == NULL)
    wsman_refuse (self, exchange, "ActionNotSupported", "Create of \"%s\"", exchange->resource);
  else
    wsman_config_read_entry (self, exchange, message);
}

static void
create_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const Entry *state = message->state;
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/CreateResponse", TRUE, 2048);

  wsman_put (out, "<x:ResourceCreated>");
  put_epr (self, out, state->table, state->entry);
  wsman_put (out, "</x:ResourceCreated>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_config_verb_create = {
  .operation = "Create",
  .action = WSMAN_NS_TRANSFER "/Create",
  .read = create_read,
  .effect = create_effect,
  .write = create_write,
};

/* ---- Delete ---- */

static void
delete_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const WsmanConfigTable *table = wsman_config_find_table (exchange->resource);

  if (table == NULL)
    wsman_refuse (self, exchange, "ActionNotSupported", "Delete of \"%s\"", exchange->resource);
  else
    wsman_read_empty (self, exchange, message);
  if (exchange->status == 0)
    check_selectors (self, exchange, table);
}

static void
delete_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const WsmanConfigTable *table = wsman_config_find_table (exchange->resource);
  g_autoptr (GPtrArray) entries = wsman_config_list_entries (self, table);
  gssize at = find_entry (exchange, table, entries);

  if (at < 0) {
    refuse_missing (self, exchange, table);
    return;
  }
  g_ptr_array_remove_index (entries, (guint)at);
  commit (self, exchange, table, entries);
}

static void
delete_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_envelope_empty (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                        WSMAN_NS_TRANSFER "/DeleteResponse");
}

const WsmanVerb wsman_config_verb_delete = {
  .operation = "Delete",
  .action = WSMAN_NS_TRANSFER "/Delete",
  .read = delete_read,
  .effect = delete_effect,
  .write = delete_write,
};

/* ---- Enumerate ---- */

typedef struct {
  const WsmanConfigTable *table;
  GPtrArray *entries;
} Listing;

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_ptr_array_unref (listing->entries);
  g_free (listing);
}

static void
put_item (Wsman *self, GString *out, const WsmanContext *context, guint index)
{
  const Listing *listing = context->data;
  Entry entry = { .table = listing->table, .entry = g_ptr_array_index (listing->entries, index) };
  WsmanMessage message = { .state = &entry };

  if (context->mode == WSMAN_MODE_OBJECT_AND_EPR)
    wsman_put (out, "<w:Item>");
  if (context->mode != WSMAN_MODE_EPR)
    wsman_config_write_entry (self, out, &message);
  if (context->mode != WSMAN_MODE_OBJECT) {
    wsman_put (out, "<a:EndpointReference>");
    put_epr (self, out, listing->table, entry.entry);
    wsman_put (out, "</a:EndpointReference>");
  }
  if (context->mode == WSMAN_MODE_OBJECT_AND_EPR)
    wsman_put (out, "</w:Item>");
}

gboolean
wsman_config_open_entries (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                           WsmanContext *context)
{
  const WsmanConfigTable *table = wsman_config_find_table (exchange->resource);
  Listing *listing;

  if (table == NULL) {
    wsman_refuse (self, exchange, "ActionNotSupported", "Enumerate of \"%s\"", exchange->resource);
    return FALSE;
  }
  if (context->mode != WSMAN_MODE_OBJECT && !table->has_epr) {
    wsman_refuse (self, exchange, "EnumerationMode", "a %s is enumerated as object only",
                  table->element);
    return FALSE;
  }
  listing = g_new0 (Listing, 1);
  listing->table = table;
  listing->entries = wsman_config_list_entries (self, table);
  context->put = put_item;
  context->data = listing;
  context->data_free = listing_free;
  context->n_items = listing->entries->len;
  return TRUE;
}
