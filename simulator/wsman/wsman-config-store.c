/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-config-entry.h"
#include "simulator/wsman/wsman-fault.h"

/* Entries as one text: fields escaped and joined by `&`, entries by a blank. */

static const WsmanConfigTable *const tables[] = { &wsman_config_listeners, &wsman_config_mappings };

const WsmanConfigTable *
wsman_config_find_table (const char *uri)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    if (g_ascii_strcasecmp (tables[i]->uri, uri) == 0)
      return tables[i];
  }
  return NULL;
}

static void
free_entry (gpointer entry)
{
  g_strfreev (entry);
}

GPtrArray *
wsman_config_entries_new (void)
{
  return g_ptr_array_new_with_free_func (free_entry);
}

/* What a host.ini may have in it that is no entry is left out. */
static char **
parse_entry (const WsmanConfigTable *table, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "&", -1);

  if (g_strv_length (parts) != table->n_fields)
    return NULL;
  for (gsize i = 0; parts[i] != NULL; i++) {
    char *value = g_uri_unescape_string (parts[i], NULL);

    if (value == NULL)
      return NULL;
    g_free (parts[i]);
    parts[i] = value;
    if (table->fields[i].is_secret) {
      g_free (parts[i]);
      parts[i] = g_strdup (WSMAN_CONFIG_UNSAID);
    }
  }
  return g_steal_pointer (&parts);
}

GPtrArray *
wsman_config_list_entries (Wsman *self, const WsmanConfigTable *table)
{
  const char *text = repository_get_setting (self->repository, "config", table->setting);
  g_autoptr (GPtrArray) entries = wsman_config_entries_new ();
  g_auto (GStrv) parts = NULL;

  if (text == NULL)
    return table->list_first (self);
  parts = g_strsplit (text, " ", -1);
  for (gsize i = 0; parts[i] != NULL; i++) {
    char **entry = parse_entry (table, parts[i]);

    if (entry != NULL)
      g_ptr_array_add (entries, entry);
  }
  return g_steal_pointer (&entries);
}

void
wsman_config_store_entries (Wsman *self, const WsmanConfigTable *table, GPtrArray *entries)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++) {
    char *const *entry = g_ptr_array_index (entries, i);

    for (gsize k = 0; k < table->n_fields; k++) {
      if (k > 0 || i > 0)
        g_string_append_c (text, k > 0 ? '&' : ' ');
      if (!table->fields[k].is_secret)
        g_string_append_uri_escaped (text, entry[k], NULL, FALSE);
    }
  }
  repository_set_setting (self->repository, "config", table->setting, text->str);
}

void
wsman_set_config_host (Wsman *self, const WsmanConfigHost *host, gpointer data)
{
  g_return_if_fail (self != NULL && host != NULL);

  self->config_host = host;
  self->config_data = data;
}

gboolean
wsman_config_apply (Wsman *self, SimExchange *exchange)
{
  g_autoptr (GError) error = NULL;

  if (self->config_host == NULL || self->config_host->apply (self->config_data, &error))
    return TRUE;
  /* http.sys shares ports among its own; a port that somebody else has is a sharing violation */
  wsman_refuse (self, exchange,
                g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
                    ? "AccessDenied"
                    : "SharingViolation",
                "%s", error->message);
  return FALSE;
}
