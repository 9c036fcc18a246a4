/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tools/hyperv/command-wmi.h"

/* Replies and method calls of WinRM carry no types but these: null, times, references, embedded
 * instances and arrays; so they are told from each other by their looks, and everything else is
 * text. NAME:TYPE=VALUE says it, where looks deceive and within embedded instances, whose
 * properties have types. */

#define HYPERV_NAMESPACE "root/virtualization/v2"

static gboolean add_json (HypervCimBuilder *builder, const char *name, HypervCimType type,
                          JsonNode *node, GError **error);

gboolean
wmi_is_name (const char *text)
{
  if (!g_ascii_isalpha (*text) && *text != '_')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && *text != '_')
      return FALSE;
  return TRUE;
}

/* Where a provider has most of its classes: Hyper-V's (V2), Win32's, and those of NetAdapter and
 * TCP/IP, as Microsoft documents them. A few are elsewhere, so it is a hint. */
static const struct {
  const char *prefix;
  const char *name_space;
} usual[] = {
  { "Msvm_", HYPERV_NAMESPACE },
  { "Win32_", "root/cimv2" },
  { "MSFT_Net", "root/StandardCimv2" },
};

/* Faults that also, but not only, say so; their words are in the host's language. */
static gboolean
may_lack_class (const GError *error)
{
  static const guint32 codes[] = {
    0x80338000, /* ERROR_WSMAN_RESOURCE_NOT_FOUND */
    0x8033801a, /* ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER */
    0x80041010, /* WBEM_E_INVALID_CLASS */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (hyperv_error_get_wsman_code (error) == codes[i])
      return TRUE;
  return FALSE;
}

void
wmi_hint_namespace (GError *error, const char *class_name, const char *name_space)
{
  for (gsize i = 0; may_lack_class (error) && i < G_N_ELEMENTS (usual); i++) {
    char *before = error->message;

    if (g_ascii_strncasecmp (class_name, usual[i].prefix, strlen (usual[i].prefix)) != 0
        || g_ascii_strcasecmp (name_space, usual[i].name_space) == 0)
      continue;
    error->message = g_strdup_printf ("%s; asked was %s, and classes that begin with %s are mostly "
                                      "in %s",
                                      before, name_space, usual[i].prefix, usual[i].name_space);
    g_free (before);
    return;
  }
}

static HypervCimPath *
parse_path (const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HypervCimPath) path = hyperv_session_read_path (text, &local);
  g_autofree char *whole = NULL;

  if (path == NULL) {
    g_set_error_literal (error, USAGE_ERROR, 0, local->message);
    return NULL;
  }
  if (*hyperv_cim_path_get_namespace (path) != '\0')
    return g_steal_pointer (&path);
  whole = g_strconcat (HYPERV_NAMESPACE, ":", text, NULL);
  return hyperv_session_read_path (whole, error);
}

/* The key of "KEY=VALUE" as a path has it: quoted unless it is. */
static gboolean
append_key (GString *path, const char *word, gboolean first, GError **error)
{
  const char *equals = strchr (word, '=');
  g_autofree char *name = equals != NULL ? g_strndup (word, equals - word) : NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *doubled = NULL;
  g_autofree char *quoted = NULL;

  if (name == NULL || !wmi_is_name (name)) {
    g_set_error (error, USAGE_ERROR, 0, "“%s”: expected KEY=VALUE", word);
    return FALSE;
  }
  parts = g_strsplit (equals + 1, "\\", -1);
  doubled = g_strjoinv ("\\\\", parts);
  g_strfreev (g_steal_pointer (&parts));
  parts = g_strsplit (doubled, "\"", -1);
  quoted = g_strjoinv ("\\\"", parts);
  g_string_append_printf (path, "%c%s=\"%s\"", first ? '.' : ',', name, quoted);
  return TRUE;
}

HypervCimPath *
wmi_read_path (const char *text, char **keys, GError **error)
{
  g_autoptr (GString) whole = g_string_new (text);
  gboolean first = strchr (text, '=') == NULL;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++, first = FALSE)
    if (!append_key (whole, keys[i], first, error))
      return NULL;
  return parse_path (whole->str, error);
}

/* yyyymmddHHMMSS.mmmmmm+UUU, ddddddddHHMMSS.mmmmmm:000 */
static gboolean
looks_like_time (const char *text)
{
  return strlen (text) == 25 && strspn (text, "0123456789") == 14 && text[14] == '.'
         && strchr (":+-", text[21]) != NULL;
}

/* Class.Key="…" with or without a namespace. */
static HypervCimPath *
as_path (const char *text)
{
  g_autoptr (HypervCimPath) path = strstr (text, "=\"") != NULL ? parse_path (text, NULL) : NULL;

  return path != NULL && hyperv_cim_path_get_n_keys (path) > 0 ? g_steal_pointer (&path) : NULL;
}

static gboolean
refuse (const char *name, const char *text, HypervCimType type, GError **error)
{
  g_set_error (error, USAGE_ERROR, 0, "%s: “%s” is not of the type %s", name, text,
               hyperv_cim_type_get_name (type));
  return FALSE;
}

static gboolean
add_number (HypervCimBuilder *builder, const char *name, HypervCimType type, const char *text,
            GError **error)
{
  g_autoptr (HypervCimValue) plain = hyperv_cim_value_new_text (HYPERV_CIM_TYPE_TEXT, text);
  HypervCimScalar item = { 0 };
  HypervCimProperty property = { .name = name, .type = type, .n_items = 1, .items = &item };
  gboolean ok;

  if (hyperv_cim_type_is_unsigned (type)) {
    ok = hyperv_cim_value_get_uint64 (plain, &item.u, NULL)
         && item.u <= hyperv_cim_type_get_unsigned_max (type);
  } else if (hyperv_cim_type_is_signed (type)) {
    gint64 max = hyperv_cim_type_get_signed_max (type);

    ok = hyperv_cim_value_get_int64 (plain, &item.i, NULL) && item.i <= max && item.i >= -max - 1;
  } else {
    ok = hyperv_cim_value_get_double (plain, &item.d, NULL);
  }
  if (!ok)
    return refuse (name, text, type, error);
  hyperv_cim_builder_add_property (builder, &property);
  return TRUE;
}

static gboolean
add_typed (HypervCimBuilder *builder, const char *name, HypervCimType type, const char *text,
           GError **error)
{
  g_autoptr (HypervCimPath) path = NULL;
  g_autoptr (HypervCimValue) value = NULL;

  if (type == HYPERV_CIM_TYPE_REFERENCE) {
    path = parse_path (text, error);
    if (path != NULL)
      hyperv_cim_builder_add_reference (builder, name, path);
    return path != NULL;
  }
  if (type == HYPERV_CIM_TYPE_BOOLEAN) {
    gboolean on = g_ascii_strcasecmp (text, "true") == 0;

    if (!on && g_ascii_strcasecmp (text, "false") != 0)
      return refuse (name, text, type, error);
    hyperv_cim_builder_add_boolean (builder, name, on);
    return TRUE;
  }
  if (type == HYPERV_CIM_TYPE_CHAR16) {
    if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) != 1)
      return refuse (name, text, type, error);
    hyperv_cim_builder_add_unsigned (builder, name, type, g_utf8_get_char (text));
    return TRUE;
  }
  if (type != HYPERV_CIM_TYPE_STRING && type != HYPERV_CIM_TYPE_DATETIME)
    return add_number (builder, name, type, text, error);
  value = hyperv_cim_value_new_text (type, text);
  hyperv_cim_builder_add_value (builder, name, value);
  return TRUE;
}

static gboolean
add_guessed (HypervCimBuilder *builder, const char *name, const char *text, GError **error)
{
  g_autoptr (HypervCimPath) path = as_path (text);

  if (path != NULL) {
    hyperv_cim_builder_add_reference (builder, name, path);
    return TRUE;
  }
  return add_typed (builder, name,
                    looks_like_time (text) ? HYPERV_CIM_TYPE_DATETIME : HYPERV_CIM_TYPE_STRING,
                    text, error);
}

/* NAME or NAME:TYPE. TEXT: it is not said. */
static char *
split_name (const char *text, gsize length, HypervCimType *type, GError **error)
{
  g_autofree char *name = g_strndup (text, length);
  char *colon = strchr (name, ':');

  *type = HYPERV_CIM_TYPE_TEXT;
  if (colon != NULL) {
    *colon = '\0';
    if (!hyperv_cim_type_from_name (colon + 1, type) || *type == HYPERV_CIM_TYPE_TEXT) {
      g_set_error (error, USAGE_ERROR, 0,
                   "%s: “%s” is not a type; there are boolean, uint8 to "
                   "uint64, sint8 to sint64, real32, real64, char16, string, datetime, reference",
                   name, colon + 1);
      return NULL;
    }
  }
  if (wmi_is_name (name))
    return g_steal_pointer (&name);
  g_set_error (error, USAGE_ERROR, 0, "“%s” is not a name: letters, digits and underscores are",
               name);
  return NULL;
}

/* {"__CLASS": "Msvm_…", "Name:TYPE": value, …} */
static HypervCimInstance *
read_object (JsonObject *object, GError **error)
{
  const char *class_name = json_object_get_string_member_with_default (object, "__CLASS", NULL);
  g_autoptr (HypervCimBuilder) builder = NULL;
  g_autoptr (GList) members = json_object_get_members (object);

  if (class_name == NULL || !wmi_is_name (class_name)) {
    g_set_error_literal (error, USAGE_ERROR, 0,
                         "an embedded instance needs its class, as the member \"__CLASS\"");
    return NULL;
  }
  builder = hyperv_cim_builder_new (HYPERV_NAMESPACE, class_name);
  for (GList *member = members; member != NULL; member = member->next) {
    HypervCimType type;
    g_autofree char *name = NULL;

    if (strcmp (member->data, "__CLASS") == 0)
      continue;
    name = split_name (member->data, strlen (member->data), &type, error);
    if (name == NULL
        || !add_json (builder, name, type, json_object_get_member (object, member->data), error))
      return NULL;
  }
  return hyperv_cim_builder_end (builder);
}

/* Numbers of JSON without a type are the narrowest usual ones. */
static gboolean
add_json_value (HypervCimBuilder *builder, const char *name, HypervCimType type, JsonNode *node,
                GError **error)
{
  GType held = json_node_get_value_type (node);
  g_autofree char *text = NULL;

  if (held == G_TYPE_STRING && type == HYPERV_CIM_TYPE_TEXT)
    return add_guessed (builder, name, json_node_get_string (node), error);
  if (held == G_TYPE_STRING)
    return add_typed (builder, name, type, json_node_get_string (node), error);
  if (type == HYPERV_CIM_TYPE_TEXT)
    type = held == G_TYPE_BOOLEAN         ? HYPERV_CIM_TYPE_BOOLEAN
           : held == G_TYPE_DOUBLE        ? HYPERV_CIM_TYPE_REAL64
           : json_node_get_int (node) < 0 ? HYPERV_CIM_TYPE_SINT64
                                          : HYPERV_CIM_TYPE_UINT64;
  text = json_to_string (node, FALSE);
  return add_typed (builder, name, type, text, error);
}

/* The builder makes an array of references or instances by itself; of values, here. */
static gboolean
add_json_array (HypervCimBuilder *builder, const char *name, HypervCimType type, JsonArray *array,
                GError **error)
{
  guint n = json_array_get_length (array);
  g_autoptr (HypervCimBuilder) single = hyperv_cim_builder_new (HYPERV_NAMESPACE, "Item");
  g_autoptr (GPtrArray) kept
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  g_autoptr (GArray) items = g_array_new (FALSE, TRUE, sizeof (HypervCimScalar));
  HypervCimProperty all = { .name = name, .type = HYPERV_CIM_TYPE_STRING, .is_array = TRUE };

  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (array, i);
    HypervCimInstance *instance;
    HypervCimProperty one;

    if (JSON_NODE_HOLDS_ARRAY (node) || JSON_NODE_HOLDS_NULL (node)) {
      g_set_error (error, USAGE_ERROR, 0, "%s: an array holds values and objects", name);
      return FALSE;
    }
    if (!add_json (single, name, type, node, error))
      return FALSE;
    instance = hyperv_cim_builder_end (single);
    g_ptr_array_add (kept, instance);
    hyperv_cim_instance_peek (instance, 0, &one);
    if (i > 0 && one.type != all.type) {
      g_set_error (error, USAGE_ERROR, 0, "%s: an array of %s and %s", name,
                   hyperv_cim_type_get_name (all.type), hyperv_cim_type_get_name (one.type));
      return FALSE;
    }
    all.type = one.type;
    g_array_append_val (items, one.items[0]);
  }
  all.n_items = n;
  all.items = (const HypervCimScalar *)items->data;
  hyperv_cim_builder_add_property (builder, &all);
  return TRUE;
}

static gboolean
add_json (HypervCimBuilder *builder, const char *name, HypervCimType type, JsonNode *node,
          GError **error)
{
  g_autoptr (HypervCimInstance) instance = NULL;

  if (JSON_NODE_HOLDS_NULL (node)) {
    hyperv_cim_builder_add_null (
        builder, name, type == HYPERV_CIM_TYPE_TEXT ? HYPERV_CIM_TYPE_STRING : type, FALSE);
    return TRUE;
  }
  if (JSON_NODE_HOLDS_ARRAY (node))
    return add_json_array (builder, name, type, json_node_get_array (node), error);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return add_json_value (builder, name, type, node, error);
  instance = read_object (json_node_get_object (node), error);
  if (instance != NULL)
    hyperv_cim_builder_add_instance (builder, name, instance);
  return instance != NULL;
}

gboolean
wmi_add_parameter (HypervCimBuilder *builder, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  HypervCimType type;
  g_autofree char *name = equals != NULL ? split_name (word, equals - word, &type, error) : NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) local = NULL;

  if (equals == NULL)
    g_set_error (error, USAGE_ERROR, 0, "“%s”: expected NAME=VALUE", word);
  if (name == NULL)
    return FALSE;
  if (strcmp (equals + 1, "null") == 0) {
    hyperv_cim_builder_add_null (
        builder, name, type == HYPERV_CIM_TYPE_TEXT ? HYPERV_CIM_TYPE_STRING : type, FALSE);
    return TRUE;
  }
  if (type == HYPERV_CIM_TYPE_STRING || (equals[1] != '[' && equals[1] != '{'))
    return type == HYPERV_CIM_TYPE_TEXT ? add_guessed (builder, name, equals + 1, error)
                                        : add_typed (builder, name, type, equals + 1, error);
  node = json_from_string (equals + 1, &local);
  if (node != NULL)
    return add_json (builder, name, type, node, error);
  g_set_error (error, USAGE_ERROR, 0, "%s: not JSON (%s); %s:string= takes it as it is", name,
               local != NULL ? local->message : "it is empty", name);
  return FALSE;
}
