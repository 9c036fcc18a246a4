/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "client/wire/wire.h"

/* Replies that came out of Windows, and our twins of them, read by the client and, independently,
 * as a tree by this file: property for property the same. */

#define WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define XSI "http://www.w3.org/2001/XMLSchema-instance"

typedef struct {
  GPtrArray *items;
} Read;

static gboolean
is (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && strcmp ((const char *)node->name, name) == 0;
}

static xmlNode *
find (xmlNode *node, const char *name)
{
  for (xmlNode *child = node != NULL ? node->children : NULL; child != NULL; child = child->next)
    if (is (child, name))
      return child;
  return NULL;
}

static xmlNode *
find_deep (xmlNode *node, const char *name)
{
  xmlNode *found = find (node, name);

  for (xmlNode *child = node->children; child != NULL && found == NULL; child = child->next)
    if (child->type == XML_ELEMENT_NODE)
      found = find_deep (child, name);
  return found;
}

static char *
text_of (xmlNode *node)
{
  xmlChar *content = xmlNodeGetContent (node);
  char *text = g_strdup ((const char *)content);

  xmlFree (content);
  return text;
}

static gboolean
has_nil (xmlNode *node)
{
  xmlChar *nil = xmlGetNsProp (node, (const xmlChar *)"nil", (const xmlChar *)XSI);
  gboolean result = nil != NULL && strcmp ((const char *)nil, "true") == 0;

  xmlFree (nil);
  return result;
}

static void
compare_reference (xmlNode *node, const HypervCimPath *path)
{
  xmlNode *parameters = find_deep (node, "ReferenceParameters");
  g_autofree char *uri = text_of (find (parameters, "ResourceURI"));
  g_autofree char *expected = g_strconcat (WIRE_WMI_PREFIX, hyperv_cim_path_get_namespace (path),
                                           "/", hyperv_cim_path_get_class_name (path), NULL);
  guint n = 0;

  g_assert_cmpstr (uri, ==, expected);
  for (xmlNode *selector = find (parameters, "SelectorSet")->children; selector != NULL;
       selector = selector->next) {
    xmlChar *name = xmlGetNoNsProp (selector, (const xmlChar *)"Name");
    g_autofree char *value = text_of (selector);

    g_assert_cmpstr (hyperv_cim_path_get_key_name (path, n), ==, (const char *)name);
    g_assert_cmpstr (hyperv_cim_path_get_key_value (path, n), ==, value);
    xmlFree (name);
    n++;
  }
  g_assert_cmpuint (n, ==, hyperv_cim_path_get_n_keys (path));
}

static void compare_instance (xmlNode *node, const HypervCimInstance *instance);

static xmlNode *
first_element (xmlNode *node)
{
  xmlNode *child = node->children;

  while (child != NULL && child->type != XML_ELEMENT_NODE)
    child = child->next;
  return child;
}

static void
compare_item (xmlNode *node, const HypervCimProperty *property, guint index)
{
  xmlNode *child = first_element (node);
  g_autofree char *text = text_of (node);

  g_assert_cmpuint (index, <, property->n_items);
  if (child == NULL || is (child, "Datetime") || is (child, "Interval")) {
    g_assert_cmpint (property->type, ==, HYPERV_CIM_TYPE_TEXT);
    g_assert_cmpstr (property->items[index].s, ==, text);
  } else if (find_deep (node, "ReferenceParameters") != NULL) {
    g_assert_cmpint (property->type, ==, HYPERV_CIM_TYPE_REFERENCE);
    compare_reference (node, property->items[index].path);
  } else if (is (child, "SecurityProfileName")) {
    for (; child != NULL; child = child->next) {
      g_autofree char *name = text_of (child);

      g_assert_cmpstr (property->items[index++].s, ==, name);
    }
  } else {
    g_assert_cmpint (property->type, ==, HYPERV_CIM_TYPE_INSTANCE);
    compare_instance (node, property->items[index].instance);
  }
}

static void
compare_instance (xmlNode *node, const HypervCimInstance *instance)
{
  xmlNode *child = first_element (node);
  HypervCimProperty property;
  guint n = 0;

  while (child != NULL) {
    guint n_items = 0;
    const char *name = (const char *)child->name;

    g_assert_cmpuint (n, <, hyperv_cim_instance_get_n_properties (instance));
    hyperv_cim_instance_peek (instance, n++, &property);
    g_assert_cmpstr (property.name, ==, name);
    g_assert_cmpint (property.is_null, ==, has_nil (child));
    for (; child != NULL && (child->type != XML_ELEMENT_NODE || is (child, name));
         child = child->next) {
      if (child->type == XML_ELEMENT_NODE && !property.is_null)
        compare_item (child, &property, n_items++);
    }
    if (strcmp (name, "SecurityProfiles") != 0)
      g_assert_cmpint (property.is_array, ==, n_items > 1);
  }
  g_assert_cmpuint (n, ==, hyperv_cim_instance_get_n_properties (instance));
}

static void
compare_header (xmlNode *header, const WireReplyInfo *info)
{
  static const char *const names[] = { "Action", "MessageID", "RelatesTo" };
  const char *const found[] = { info->action, info->message_id, info->relates_to };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    xmlNode *node = find (header, names[i]);
    g_autofree char *text = node != NULL ? text_of (node) : NULL;

    g_assert_cmpstr (found[i], ==, text);
  }
}

static void
compare_fault (xmlNode *fault, const WireReplyInfo *info)
{
  xmlNode *subcode = find_deep (find_deep (fault, "Subcode"), "Value");
  xmlNode *wsman = find_deep (fault, "WSManFault");
  g_autofree char *name = text_of (subcode != NULL ? subcode : find_deep (fault, "Subcode"));
  g_autofree char *code = NULL;
  g_autofree char *message = text_of (find_deep (fault, "Message"));
  g_autofree char *provider = NULL;
  xmlNode *inner = wsman != NULL ? find_deep (wsman, "WSManFault") : NULL;

  if (wsman != NULL) {
    xmlChar *attribute = xmlGetNoNsProp (wsman, (const xmlChar *)"Code");

    code = g_strdup ((const char *)attribute);
    xmlFree (attribute);
  } else {
    code = text_of (find_deep (fault, "error_Code"));
  }
  if (inner != NULL)
    provider = text_of (find_deep (inner, "Message"));
  g_assert_nonnull (info->fault);
  g_assert_cmpstr (hyperv_error_get_fault_subcode (info->fault), ==, g_strstrip (name));
  g_assert_cmpuint (hyperv_error_get_wsman_code (info->fault), ==,
                    g_ascii_strtoull (code, NULL, 10));
  if (provider == NULL)
    provider = g_steal_pointer (&message);
  g_assert_nonnull (strstr (info->fault->message, g_strstrip (provider)));
}

static gboolean
keep (HypervCimInstance *item, gpointer user_data, GError **error)
{
  Read *read = user_data;

  g_ptr_array_add (read->items, hyperv_cim_instance_ref (item));
  return TRUE;
}

static WireVerb
verb_of (xmlNode *content)
{
  if (is (content, "EnumerateResponse"))
    return WIRE_ENUMERATE;
  if (is (content, "PullResponse"))
    return WIRE_PULL;
  if (is (content, "IdentifyResponse"))
    return WIRE_IDENTIFY;
  if (g_str_has_suffix ((const char *)content->name, "_OUTPUT"))
    return WIRE_INVOKE;
  return WIRE_GET;
}

static void
compare_page (xmlNode *content, const WireReplyInfo *info, Read *read)
{
  xmlNode *context = find (content, "EnumerationContext");
  g_autofree char *text = context != NULL ? text_of (context) : NULL;
  xmlNode *items = find (content, "Items");
  guint n = 0;

  g_assert_cmpstr (info->context, ==, text != NULL && *text != '\0' ? text : NULL);
  g_assert_cmpint (info->end_of_sequence, ==, find (content, "EndOfSequence") != NULL);
  for (xmlNode *item = items != NULL ? items->children : NULL; item != NULL; item = item->next) {
    const HypervCimInstance *instance;

    if (item->type != XML_ELEMENT_NODE)
      continue;
    g_assert_cmpuint (n, <, read->items->len);
    instance = g_ptr_array_index (read->items, n++);
    g_assert_cmpstr (hyperv_cim_instance_get_class_name (instance), ==,
                     is (item, "XmlFragment") ? "Projected" : (const char *)item->name);
    compare_instance (item, instance);
  }
  g_assert_cmpuint (n, ==, read->items->len);
  g_assert_cmpuint (n, ==, info->n_items);
}

static void
check_reply (const char *bytes, gsize length, gsize piece, xmlNode *envelope)
{
  xmlNode *content = first_element (find (envelope, "Body"));
  WireVerb verb = verb_of (content);
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  Read read = { items };
  g_autoptr (WireReply) reply = wire_reply_new (verb, "root/x", "Projected", keep, &read);
  g_autoptr (GError) error = NULL;
  const WireReplyInfo *info = wire_reply_get_info (reply);

  for (gsize at = 0; at < length; at += piece) {
    wire_reply_push (reply, bytes + at, MIN (piece, length - at), &error);
    g_assert_no_error (error);
  }
  wire_reply_end (reply, &error);
  g_assert_no_error (error);
  compare_header (find (envelope, "Header"), info);
  if (is (content, "Fault"))
    compare_fault (content, info);
  else if (verb == WIRE_ENUMERATE || verb == WIRE_PULL)
    compare_page (content, info, &read);
  else
    compare_instance (content, info->result);
}

static void
test_file (gconstpointer data)
{
  static const gsize pieces[] = { G_MAXSIZE / 2, 4096, 61, 1 };
  g_autofree char *bytes = NULL;
  gsize length = 0;
  xmlDoc *doc;

  g_assert_true (g_file_get_contents (data, &bytes, &length, NULL));
  doc = xmlReadMemory (bytes, length, NULL, NULL, XML_PARSE_NOBLANKS | XML_PARSE_NONET);
  g_assert_nonnull (doc);
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    check_reply (bytes, length, pieces[i], xmlDocGetRootElement (doc));
  xmlFreeDoc (doc);
}

static void
test_skipped (void)
{
  g_test_skip ("../shared/recordings is not here");
}

/* One test a file; true when there was one. */
static gboolean
add_folder (const char *name, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean any = FALSE;

  for (const char *file = dir != NULL ? g_dir_read_name (dir) : NULL; file != NULL;
       file = g_dir_read_name (dir)) {
    g_autofree char *path = g_build_filename (folder, file, NULL);
    g_autofree char *test = g_build_path ("/", name, file, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      any |= add_folder (test, path);
    } else if (g_str_has_suffix (file, ".xml") && !g_str_has_suffix (file, "_request.xml")) {
      g_test_add_data_func_full (test, g_steal_pointer (&path), test_file, g_free);
      any = TRUE;
    }
  }
  return any;
}

static void
test_some (gconstpointer any)
{
  g_assert_true (GPOINTER_TO_INT (any));
}

int
main (int argc, char **argv)
{
  gboolean any;

  g_test_init (&argc, &argv, NULL);
  if (!add_folder ("/recorded/windows", SOURCE_DIR "/../shared/recordings"))
    g_test_add_func ("/recorded/windows", test_skipped);
  any = add_folder ("/recorded/twins", SOURCE_DIR "/fixtures/exchanges");
  g_test_add_data_func ("/recorded/there are twins", GINT_TO_POINTER (any), test_some);
  return g_test_run ();
}
