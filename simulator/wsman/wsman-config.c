/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-config-entry.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

/* Get and Put of winrm/config and of its groups, each of which is a resource of its own (MS-WSMV
 * 3.1.4.1.29, 3.1.4.2 and 3.1.4.3). */

static const WsmanConfigRow *
find_group (const char *uri)
{
  gsize n_rows, prefix = strlen (WSMAN_CONFIG_URI);
  const WsmanConfigRow *rows = wsman_config_rows (&n_rows);
  const char *path = uri[prefix] == '/' ? uri + prefix + 1 : uri + prefix;

  for (gsize i = 0; i < n_rows; i++) {
    if (rows[i].kind == WSMAN_CONFIG_GROUP && g_ascii_strcasecmp (rows[i].path, path) == 0)
      return &rows[i];
  }
  return NULL;
}

/* The namespace is the URI of the resource, in lower case behind `config`. */
static char *
dup_namespace (const WsmanConfigRow *group)
{
  g_autofree char *path = g_ascii_strdown (group->path, -1);

  return *path == '\0' ? g_strdup (WSMAN_CONFIG_URI)
                       : g_strconcat (WSMAN_CONFIG_URI "/", path, NULL);
}

static void
config_read_resource (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (wsman_config_find_table (exchange->resource) == NULL
      && find_group (exchange->resource) == NULL)
    wsman_refuse (self, exchange, "InvalidResourceURI",
                  "w:ResourceURI \"%s\" is no part of winrm/config", exchange->resource);
  else if (message->fragment != NULL) /* MS-WSMV fn68 */
    wsman_refuse (self, exchange, "ActionNotSupported", "w:FragmentTransfer of winrm/config");
}

static gboolean
check_selectors (Wsman *self, SimExchange *exchange)
{
  if (exchange->selectors->len == 0)
    return TRUE;
  wsman_refuse (self, exchange, "UnexpectedSelectors", "selectors, and there is one only");
  return FALSE;
}

static void
get_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_read_empty (self, exchange, message);
  if (exchange->status != 0)
    return;
  if (wsman_config_find_table (exchange->resource) != NULL)
    wsman_config_get_entry (self, exchange, message);
  else
    check_selectors (self, exchange);
}

static void
put_text_of (Wsman *self, GString *out, const WsmanConfigRow *row)
{
  const char *value = wsman_config_get (self, row);

  wsman_put_text (self, out, value, strlen (value));
}

/* A group ends where the next row is not in it. */
static gsize
put_group (Wsman *self, GString *out, gsize at)
{
  gsize n_rows, i = at + 1;
  const WsmanConfigRow *rows = wsman_config_rows (&n_rows);

  while (i < n_rows && wsman_config_is_in (&rows[i], &rows[at])) {
    const char *name = wsman_config_name (&rows[i]);

    g_string_append_printf (out, "<cfg:%s>", name);
    if (rows[i].kind == WSMAN_CONFIG_GROUP) {
      i = put_group (self, out, i);
    } else {
      put_text_of (self, out, &rows[i]);
      i++;
    }
    g_string_append_printf (out, "</cfg:%s>", name);
  }
  return i;
}

static void
put_config (Wsman *self, GString *out, const WsmanConfigRow *group)
{
  g_autofree char *ns = dup_namespace (group);
  gsize n_rows;

  g_string_append_printf (out, "<cfg:%s xmlns:cfg=\"%s\">", wsman_config_name (group), ns);
  put_group (self, out, (gsize)(group - wsman_config_rows (&n_rows)));
  g_string_append_printf (out, "</cfg:%s>", wsman_config_name (group));
}

static void
write_reply (Wsman *self, SimExchange *exchange, WsmanMessage *message, const char *action)
{
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER, action, TRUE, 4096);

  if (wsman_config_find_table (exchange->resource) != NULL)
    wsman_config_write_entry (self, out, message);
  else
    put_config (self, out, find_group (exchange->resource));
  if (wsman_envelope_fits (self, exchange, out, "MaxEnvelopeSizeExceeded"))
    wsman_envelope_end (exchange, out, 200);
}

static void
get_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  write_reply (self, exchange, message, WSMAN_NS_TRANSFER "/GetResponse");
}

static const WsmanVerb verb_get = {
  .operation = "Get",
  .action = WSMAN_NS_TRANSFER "/Get",
  .fragments = TRUE,
  .read = get_read,
  .write = get_write,
};

/* ---- Put ---- */

typedef struct {
  const WsmanConfigRow *row;
  char *text;
  char *before; /* set by the effect */
} Change;

static const struct {
  WsmanConfigAccess access;
  const char *fault;
} not_changeable[] = {
  { WSMAN_CONFIG_READ_ONLY, "ConfigReadOnly" },
  { WSMAN_CONFIG_DEPRECATED, "ConfigDeprecated" },
  { WSMAN_CONFIG_CONTROLLED, "ConfigControlled" },
};

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->text);
  g_free (change->before);
  g_free (change);
}

static void
unref_changes (gpointer changes)
{
  g_ptr_array_unref (changes);
}

static const WsmanConfigRow *
find_child (const WsmanConfigRow *group, const char *name)
{
  gsize n_rows;
  const WsmanConfigRow *rows = wsman_config_rows (&n_rows);

  for (gsize i = (gsize)(group - rows) + 1; i < n_rows; i++) {
    const char *rest = rows[i].path + strlen (group->path) + (*group->path != '\0');

    if (!wsman_config_is_in (&rows[i], group))
      break;
    if (strcmp (rest, name) == 0)
      return &rows[i];
  }
  return NULL;
}

/* What is said again as it is, is no change; so a whole Get can be put back. */
static gboolean
add_change (Wsman *self, SimExchange *exchange, GPtrArray *changes, const WsmanConfigRow *row,
            char *text)
{
  Change *change;

  if (g_strcmp0 (text, wsman_config_get (self, row)) == 0) {
    g_free (text);
    return TRUE;
  }
  if (text == NULL || !wsman_config_is_valid (self, row, text)) {
    gboolean is_filter = row->kind == WSMAN_CONFIG_FILTER_V4 || row->kind == WSMAN_CONFIG_FILTER_V6;

    wsman_refuse (self, exchange, is_filter ? "IpFilter" : "SchemaValidationError",
                  "cfg:%s: \"%s\" is no value for it", wsman_config_name (row),
                  text != NULL ? text : "");
    g_free (text);
    return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (not_changeable); i++) {
    if (row->access != not_changeable[i].access)
      continue;
    wsman_refuse (self, exchange, not_changeable[i].fault, "cfg:%s cannot be changed",
                  wsman_config_name (row));
    g_free (text);
    return FALSE;
  }
  change = g_new0 (Change, 1);
  change->row = row;
  change->text = text;
  g_ptr_array_add (changes, change);
  return TRUE;
}

/* As deep as the rows are; the reader has bounded the tree. */
static gboolean
read_group (Wsman *self, SimExchange *exchange, GPtrArray *changes, const WsmanConfigRow *group,
            xmlNode *node)
{
  for (xmlNode *child = wsman_xml_first (node); child != NULL; child = wsman_xml_next (child)) {
    const WsmanConfigRow *row = find_child (group, (const char *)child->name);

    if (row == NULL || child->ns == NULL || !xmlStrEqual (child->ns->href, node->ns->href)) {
      wsman_refuse (self, exchange, "SchemaValidationError", "cfg:%s has no setting %s in it",
                    wsman_config_name (group), (const char *)child->name);
      return FALSE;
    }
    if (row->kind == WSMAN_CONFIG_GROUP) {
      if (!read_group (self, exchange, changes, row, child))
        return FALSE;
    } else if (!add_change (self, exchange, changes, row, wsman_xml_dup_text (child))) {
      return FALSE;
    }
  }
  return TRUE;
}

static void
put_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const WsmanConfigRow *group = find_group (exchange->resource);
  g_autofree char *ns = group != NULL ? dup_namespace (group) : NULL;
  xmlNode *content = message->content;
  GPtrArray *changes;

  if (group == NULL) {
    wsman_config_read_entry (self, exchange, message);
    return;
  }
  if (!check_selectors (self, exchange))
    return;
  if (content == NULL || strcmp ((const char *)content->name, wsman_config_name (group)) != 0) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no cfg:%s in s:Body",
                  wsman_config_name (group));
    return;
  }
  if (content->ns == NULL || g_ascii_strcasecmp ((const char *)content->ns->href, ns) != 0) {
    wsman_refuse (self, exchange, "InvalidNamespace", "cfg:%s is not in the namespace \"%s\"",
                  wsman_config_name (group), ns);
    return;
  }
  changes = g_ptr_array_new_with_free_func (change_free);
  message->state = changes;
  message->state_free = unref_changes;
  read_group (self, exchange, changes, group, content);
}

static void
put_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  GPtrArray *changes = message->state;

  if (wsman_config_find_table (exchange->resource) != NULL) {
    wsman_config_put_effect (self, exchange, message);
    return;
  }
  for (guint i = 0; i < changes->len; i++) {
    Change *change = g_ptr_array_index (changes, i);

    change->before = g_strdup (wsman_config_get (self, change->row));
    wsman_config_set (self, change->row, change->text);
  }
  if (wsman_config_apply (self, exchange))
    return;
  for (guint i = changes->len; i > 0; i--) {
    const Change *change = g_ptr_array_index (changes, i - 1);

    wsman_config_set (self, change->row, change->before);
  }
}

static void
put_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  write_reply (self, exchange, message, WSMAN_NS_TRANSFER "/PutResponse");
}

static const WsmanVerb verb_put = {
  .operation = "Put",
  .action = WSMAN_NS_TRANSFER "/Put",
  .fragments = TRUE,
  .read = put_read,
  .effect = put_effect,
  .write = put_write,
};

static const WsmanVerb *const verbs[] = { &verb_get,
                                          &verb_put,
                                          &wsman_config_verb_create,
                                          &wsman_config_verb_delete,
                                          &wsman_verb_enumerate,
                                          &wsman_verb_pull,
                                          &wsman_verb_release,
                                          NULL };

const WsmanFamily wsman_family_config = {
  .name = "winrm/config",
  .prefix = WSMAN_CONFIG_URI,
  .verbs = verbs,
  .read = config_read_resource,
  .open = wsman_config_open_entries,
};
