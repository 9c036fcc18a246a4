/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-filter.h"

#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

/* Dialects: one row each. WQL goes with all classes of a namespace, the others with one class
 * (MS-WSMV 3.1.4.8). XPath, which DSP0226 8.3 takes a filter without dialect for, is among what
 * MS-WSMV 3.1.4.1.13 wants to be read; no filter in it was ever seen to be taken by a host, so the
 * answer is that of a dialect that the resource has not (derived). What is no class takes no filter
 * at all, in whatever dialect (documented there). */
typedef char *(*FilterReader) (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                               xmlNode *filter);
typedef struct {
  const char *dialect;
  gboolean of_class;
  FilterReader read;
} DialectRow;

static void
put_literal (GString *out, const char *text)
{
  g_string_append_c (out, '\'');
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '\'' || *at == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *at);
  }
  g_string_append_c (out, '\'');
}

static char *
read_wql (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *filter)
{
  char *text = wsman_xml_dup_text (filter);

  if (text == NULL || *text == '\0') {
    g_free (text);
    wsman_refuse (self, exchange, "CannotProcessFilter", "w:Filter is empty");
    return NULL;
  }
  return text;
}

/* What MS-WSMV 3.1.4.1.13 has refused: names twice, properties that are arrays, dates, references
 * or objects, and quotation marks in a value. NULL: it may be. */
static const char *
why_no_selector (const WsmanMessage *message, GHashTable *seen, const char *name, const char *value)
{
  const RepositoryProperty *property
      = name != NULL ? repository_class_find_property (message->klass, name) : NULL;

  if (property == NULL || value == NULL)
    return "no property";
  if (!g_hash_table_add (seen, g_ascii_strdown (name, -1)))
    return "twice the property";
  if (property->is_array || property->type == HYPERV_CIM_TYPE_DATETIME
      || property->type == HYPERV_CIM_TYPE_REFERENCE || property->type == HYPERV_CIM_TYPE_INSTANCE)
    return "neither text, number nor boolean:";
  if (strpbrk (value, "\"'") != NULL)
    return "a quotation mark in the value of";
  return NULL;
}

/* `<w:SelectorSet>`: instances whose properties have these values. */
static char *
read_selector_filter (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *filter)
{
  xmlNode *set = wsman_xml_find (filter, WSMAN_NS_WSMAN, "SelectorSet");
  g_autoptr (GString) query = g_string_new ("SELECT * FROM ");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *join = " WHERE ";

  g_string_append (query, repository_class_get_name (message->klass));
  for (xmlNode *node = wsman_xml_first (set); node != NULL; node = wsman_xml_next (node)) {
    g_autofree char *name = wsman_xml_dup_attribute (node, NULL, "Name");
    g_autofree char *value = wsman_xml_dup_raw (node);

    const char *why = why_no_selector (message, seen, name, value);

    if (why != NULL) {
      wsman_refuse (self, exchange, "CannotProcessFilter", "selector filter: %s %s", why,
                    name != NULL ? name : "");
      return NULL;
    }
    g_string_append_printf (query, "%s%s = ", join, name);
    put_literal (query, value);
    join = " AND ";
  }
  if (set == NULL || wsman_xml_first (set) == NULL) {
    wsman_refuse (self, exchange, "CannotProcessFilter", "selector filter without selectors");
    return NULL;
  }
  return g_string_free (g_steal_pointer (&query), FALSE);
}

static void
put_path (GString *out, const HypervCimPath *path)
{
  g_string_append (out, hyperv_cim_path_get_class_name (path));
  for (guint i = 0; i < hyperv_cim_path_get_n_keys (path); i++) {
    const char *value = hyperv_cim_path_get_key_value (path, i);

    g_string_append_printf (out, "%c%s=", i == 0 ? '.' : ',',
                            hyperv_cim_path_get_key_name (path, i));
    put_literal (out, value != NULL ? value : "");
  }
}

/* b:AssociatedInstances and b:AssociationInstances of DSP0227, what `winrm enumerate -associations`
 * sends; as ASSOCIATORS OF and REFERENCES OF. */
static char *
read_association_filter (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *filter)
{
  static const struct {
    const char *element, *word;
  } words[] = { { "AssociationClassName", "AssocClass" },
                { "ResultClassName", "ResultClass" },
                { "Role", "Role" },
                { "ResultRole", "ResultRole" } };
  xmlNode *node = wsman_xml_first (filter);
  gboolean ends = wsman_xml_is (node, WSMAN_NS_BINDING, "AssociatedInstances");
  xmlNode *object = wsman_xml_find (node, WSMAN_NS_BINDING, "Object");
  g_autoptr (HypervCimPath) path = object != NULL ? wsman_read_epr (object) : NULL;
  g_autoptr (GString) query = g_string_new (ends ? "ASSOCIATORS OF {" : "REFERENCES OF {");
  const char *join = "} WHERE ";

  if ((!ends && !wsman_xml_is (node, WSMAN_NS_BINDING, "AssociationInstances")) || path == NULL) {
    wsman_refuse (self, exchange, "CannotProcessFilter",
                  "association filter without b:Object that is an endpoint reference");
    return NULL;
  }
  put_path (query, path);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    xmlNode *word = wsman_xml_find (node, WSMAN_NS_BINDING, words[i].element);
    g_autofree char *value = word != NULL ? wsman_xml_dup_text (word) : NULL;

    if (value == NULL || *value == '\0')
      continue;
    g_string_append_printf (query, "%s%s = %s", join, words[i].word, value);
    join = " ";
  }
  if (*join != ' ')
    g_string_append_c (query, '}');
  return g_string_free (g_steal_pointer (&query), FALSE);
}

static const DialectRow dialects[] = {
  { WSMAN_DIALECT_WQL, FALSE, read_wql },
  { WSMAN_DIALECT_SELECTOR, TRUE, read_selector_filter },
  { WSMAN_DIALECT_ASSOCIATION, FALSE, read_association_filter },
};

static const DialectRow *
find_dialect (const char *dialect)
{
  for (gsize i = 0; dialect != NULL && i < G_N_ELEMENTS (dialects); i++) {
    if (g_ascii_strcasecmp (dialects[i].dialect, dialect) == 0)
      return &dialects[i];
  }
  return NULL;
}

char *
wsman_filter_to_wql (Wsman *self, SimExchange *exchange, WsmanMessage *message, xmlNode *filter)
{
  g_autofree char *dialect = wsman_xml_dup_attribute (filter, NULL, "Dialect");
  const DialectRow *row = find_dialect (dialect);

  if (row == NULL) {
    wsman_refuse (self, exchange, "FilterDialect", "filter dialect \"%s\"",
                  dialect != NULL ? dialect : "");
    return NULL;
  }
  /* Seen on Windows 11: WQL together with the URI of a class. */
  if (row->read == read_wql && message->klass != NULL && self->refuses_wql_on_class) {
    wsman_refuse_provider (self, exchange, "CannotProcessFilter", NULL,
                           "WQL with the URI of class %s, not of all (\"*\")",
                           repository_class_get_name (message->klass));
    return NULL;
  }
  if (row->of_class && message->klass == NULL) {
    wsman_refuse (self, exchange, "CannotProcessFilter", "a filter of this dialect needs a class");
    return NULL;
  }
  return row->read (self, exchange, message, filter);
}
