/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>

#include "tests/wsman-fixture.h"

/* Replies of Windows, and their twins of our own: each item is put into a bare host of that
 * release, asked for over the wire, and must come out byte for byte. Reading here shares no code
 * with what writes: types come from the class, texts are converted below. */

#define TWINS SOURCE_DIR "/fixtures/exchanges/"
#define RECORDINGS SOURCE_DIR "/../shared/recordings/"

typedef enum { PULL_ONE, GET_ONE, ENUMERATE_ONE } Ask;
typedef struct {
  const char *file;
  const char *schema; /* release whose classes have just these properties */
  Ask ask;
  gboolean projection;
} RecordedRow;

static const RecordedRow rows[] = {
  { "win11-hyperv/recorded_computersystem_pull_host.xml", "2025", PULL_ONE, FALSE },
  { "win11-hyperv/recorded_computersystem_pull_vm_running_a.xml", "2025", PULL_ONE, FALSE },
  { "win11-hyperv/recorded_computersystem_pull_vm_running_c_eos.xml", "2025", PULL_ONE, FALSE },
  { "win11-hyperv/recorded_pull_guestnetworkadapterconfiguration.xml", "2025", PULL_ONE, FALSE },
  { "win11-hyperv/recorded_pull_virtualethernetswitch.xml", "2025", PULL_ONE, FALSE },
  { "win11-hyperv/recorded_affectedjobelement_pull_created.xml", "2025", PULL_ONE, FALSE },
  { "win11-hyperv/get_response_storagejob_running.xml", "2025", GET_ONE, FALSE },
  { "server-2012/Win32_ComputerSystem_star_000.xml", "2012", ENUMERATE_ONE, FALSE },
  { "server-2012/Win32_ComputerSystem_all_000.xml", "2012", ENUMERATE_ONE, TRUE },
  { "server-2012/Win32_OperatingSystem_star_000.xml", "2012", ENUMERATE_ONE, FALSE },
  { "server-2012/Win32_OperatingSystem_all_000.xml", "2012", ENUMERATE_ONE, TRUE },
};

/* ---- reading a reply ---- */
static xmlNode *
find_named (xmlNode *node, const char *name)
{
  for (xmlNode *at = node; at != NULL; at = at->next) {
    xmlNode *found;

    if (at->type == XML_ELEMENT_NODE && g_str_equal (at->name, name))
      return at;
    found = find_named (at->children, name);
    if (found != NULL)
      return found;
  }
  return NULL;
}

static xmlNode *
first_element (xmlNode *parent)
{
  xmlNode *node = parent != NULL ? parent->children : NULL;

  while (node != NULL && node->type != XML_ELEMENT_NODE)
    node = node->next;
  return node;
}

static char *
text_of (xmlNode *node)
{
  xmlChar *content = xmlNodeGetContent (node);
  char *text = g_strdup ((const char *)content);

  xmlFree (content);
  return text;
}

/* 2025-12-17T09:55:22.702341Z -> 20251217095522.702341+000;
 * P0DT0H5M0S -> 00000000000500.000000:000 */
static char *
to_dmtf (const char *text)
{
  guint y, m, d, h, min;
  gdouble s;

  if (sscanf (text, "%u-%u-%uT%u:%u:%lfZ", &y, &m, &d, &h, &min, &s) == 6) {
    guint micro = (guint)((s - (guint)s) * 1000000 + 0.5);

    return g_strdup_printf ("%04u%02u%02u%02u%02u%02u.%06u+000", y, m, d, h, min, (guint)s, micro);
  }
  g_assert_cmpint (sscanf (text, "P%uDT%uH%uM%lfS", &d, &h, &min, &s), ==, 4);
  return g_strdup_printf ("%08u%02u%02u%02u.%06u:000", d, h, min, (guint)s,
                          (guint)((s - (guint)s) * 1000000 + 0.5));
}

static HypervCimPath *
read_path (xmlNode *epr)
{
  g_autofree char *uri = text_of (find_named (epr->children, "ResourceURI"));
  const char *tail = strstr (uri, "/wmi/") + strlen ("/wmi/");
  const char *slash = strrchr (tail, '/');
  g_autofree char *name_space = g_strndup (tail, (gsize)(slash - tail));
  HypervCimPath *path = hyperv_cim_path_new (name_space, slash + 1);

  for (xmlNode *node = first_element (find_named (epr->children, "SelectorSet")); node != NULL;
       node = node->next) {
    xmlChar *name = xmlGetNoNsProp (node, (const xmlChar *)"Name");
    g_autofree char *value = text_of (node);

    hyperv_cim_path_add_key (path, (const char *)name, value);
    xmlFree (name);
  }
  return path;
}

static HypervCimValue *
read_value (const RepositoryProperty *property, xmlNode *node)
{
  g_autofree char *text = text_of (node);
  g_autoptr (HypervCimPath) path = NULL;
  g_autofree char *dmtf = NULL;

  switch (property->type) {
  case HYPERV_CIM_TYPE_BOOLEAN:
    return hyperv_cim_value_new_boolean (g_str_equal (text, "true"));
  case HYPERV_CIM_TYPE_REFERENCE:
    path = read_path (node);
    return hyperv_cim_value_new_reference (path);
  case HYPERV_CIM_TYPE_DATETIME:
    dmtf = to_dmtf (text);
    return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, dmtf);
  default:
    if (hyperv_cim_type_is_unsigned (property->type))
      return hyperv_cim_value_new_unsigned (property->type, g_ascii_strtoull (text, NULL, 10));
    if (hyperv_cim_type_is_signed (property->type))
      return hyperv_cim_value_new_signed (property->type, g_ascii_strtoll (text, NULL, 10));
    return hyperv_cim_value_new_string (text);
  }
}

/* All elements of that name. */
static HypervCimValue *
read_array (const RepositoryProperty *property, xmlNode *node)
{
  g_autoptr (GPtrArray) values
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_value_unref);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (HypervCimScalar));

  for (xmlNode *at = node; at != NULL; at = at->next) {
    HypervCimProperty peeked;

    if (!g_str_equal (at->name, property->name))
      continue;
    g_ptr_array_add (values, read_value (property, at));
    hyperv_cim_value_peek (g_ptr_array_index (values, values->len - 1), &peeked);
    g_array_append_val (items, peeked.items[0]);
  }
  return hyperv_cim_value_new_array (property->type, (HypervCimScalar *)(gpointer)items->data,
                                     items->len);
}

static HypervCimInstance *
read_item (const RepositoryClass *klass, xmlNode *item)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (
      repository_class_get_namespace (klass), repository_class_get_name (klass));

  for (xmlNode *node = first_element (item); node != NULL; node = node->next) {
    const RepositoryProperty *property
        = repository_class_find_property (klass, (const char *)node->name);
    g_autoptr (HypervCimValue) value = NULL;

    if (property == NULL)
      g_error ("class %s has no property %s", repository_class_get_name (klass), node->name);
    if (xmlHasNsProp (node, (const xmlChar *)"nil",
                      (const xmlChar *)"http://www.w3.org/2001/XMLSchema-instance"))
      continue;
    if (node->prev != NULL && g_str_equal (node->prev->name, node->name))
      continue; /* further items of an array */
    value = property->is_array ? read_array (property, node) : read_value (property, node);
    hyperv_cim_builder_add_value (builder, property->name, value);
  }
  return hyperv_cim_builder_end (builder);
}

/* ---- asking for it ---- */
static char *
class_of (const RecordedRow *row, const char *reply, const char **name_space)
{
  static const char open[] = "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/";
  g_autofree char *uri = wsman_fixture_between (reply, open, "\"");

  *name_space = g_str_has_prefix (row->file, "win11") ? "root/virtualization/v2" : "root/cimv2";
  if (uri != NULL)
    return g_strdup (strrchr (uri, '/') + 1);
  /* A fragment does not say; the file does. */
  return wsman_fixture_between (row->file, "/", "_all");
}

static char *
ask_by_get (WsmanFixture *fixture, const char *uri, RepositoryObject *object, const char *locale)
{
  g_autoptr (HypervCimPath) path = repository_object_to_path (object);
  g_autoptr (GString) headers = g_string_new (locale);
  g_autofree char *request = NULL;

  g_string_append (headers, "<w:SelectorSet>");
  for (guint i = 0; i < hyperv_cim_path_get_n_keys (path); i++)
    g_string_append_printf (headers, "<w:Selector Name=\"%s\">%s</w:Selector>",
                            hyperv_cim_path_get_key_name (path, i),
                            hyperv_cim_path_get_key_value (path, i));
  g_string_append (headers, "</w:SelectorSet>");
  request = wsman_fixture_request (TRANSFER_URI "Get", uri, headers->str, "");
  return wsman_fixture_ask (fixture, request, 200);
}

static char *
ask_by_enumerate (WsmanFixture *fixture, const RecordedRow *row, const char *uri,
                  const char *locale, const char *query)
{
  const char *optimize = row->ask == ENUMERATE_ONE ? "<w:OptimizeEnumeration/>"
                                                     "<w:MaxElements>32000</w:MaxElements>"
                                                   : "";
  g_autofree char *body = g_strdup_printf (
      "<n:Enumerate>%s<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/"
      "1/WQL\">%s</w:Filter></n:Enumerate>",
      optimize, query);
  g_autofree char *request = wsman_fixture_request (ENUMERATION_URI "Enumerate", uri, locale, body);
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *id = NULL;
  g_autofree char *pull_body = NULL;
  g_autofree char *pull = NULL;

  if (row->ask == ENUMERATE_ONE)
    return g_steal_pointer (&reply);
  id = wsman_fixture_between (reply, "<n:EnumerationContext>", "</n:EnumerationContext>");
  pull_body = g_strconcat ("<n:Pull><n:EnumerationContext>", id, "</n:EnumerationContext></n:Pull>",
                           NULL);
  pull = wsman_fixture_request (ENUMERATION_URI "Pull", uri, locale, pull_body);
  return wsman_fixture_ask (fixture, pull, 200);
}

/* Projection of everything that the recorded fragment has. */
static char *
make_query (const RecordedRow *row, const char *class_name, xmlNode *item)
{
  g_autoptr (GString) query = g_string_new ("select ");
  const char *join = "";

  if (!row->projection)
    return g_strconcat ("select * from ", class_name, NULL);
  for (xmlNode *node = first_element (item); node != NULL; node = node->next) {
    if (node->prev != NULL && g_str_equal (node->prev->name, node->name))
      continue;
    g_string_append_printf (query, "%s%s", join, node->name);
    join = ", ";
  }
  g_string_append_printf (query, " from %s", class_name);
  return g_string_free (g_steal_pointer (&query), FALSE);
}

/* The bare host has one instance only, so its page is the last one; a recorded page in the middle
 * has a context where ours has the end. */
static char *
normalise (const char *reply)
{
  static const char context[] = "<n:EnumerationContext>uuid:*</n:EnumerationContext><n:Items>";
  /* What time it is, the simulator says itself. */
  g_autoptr (GRegex) now
      = g_regex_new ("Datetime>[^<]*(?=</(cim:)?Datetime></(p:)?LocalDateTime>)", 0, 0, NULL);
  g_autofree char *timeless = g_regex_replace_literal (now, reply, -1, 0, "Datetime>*", 0, NULL);
  g_autofree char *masked = wsman_fixture_mask (timeless);
  g_auto (GStrv) parts = g_strsplit (masked, context, 2);
  g_autofree char *without = g_strjoinv ("<n:Items>", parts);
  g_auto (GStrv) ends = g_strsplit (without, "<n:EndOfSequence/>", 2);

  return g_strchomp (g_strjoinv ("", ends));
}

static void
compare_file (const RecordedRow *row, const char *text)
{
  g_autoptr (WsmanFixture) fixture
      = wsman_fixture_new_small (row->schema, "#pragma namespace (\"root/virtualization/v2\")\n");
  xmlDoc *doc = xmlReadMemory (text, (int)strlen (text), NULL, NULL, XML_PARSE_NONET);
  xmlNode *root = xmlDocGetRootElement (doc);
  xmlNode *items = find_named (root, "Items");
  xmlNode *item = first_element (items != NULL ? items : find_named (root, "Body"));
  g_autofree char *lang = wsman_fixture_between (text, "xml:lang=\"", "\"");
  g_autofree char *locale = g_strdup_printf ("<w:Locale xml:lang=\"%s\"/>", lang);
  const char *name_space;
  g_autofree char *class_name = class_of (row, text, &name_space);
  const RepositoryClass *klass
      = repository_find_class (fixture->repository, name_space, class_name);
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (RepositoryObject) object = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *query = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *theirs = normalise (text);

  g_assert_nonnull (klass);
  instance = read_item (klass, item);
  object = repository_create (fixture->repository, instance, &error);
  g_assert_no_error (error);
  uri = g_strdup_printf ("http://schemas.microsoft.com/wbem/wsman/1/wmi/%s/%s", name_space,
                         row->ask == GET_ONE ? class_name : "*");
  query = make_query (row, class_name, item);
  reply = row->ask == GET_ONE ? ask_by_get (fixture, uri, object, locale)
                              : ask_by_enumerate (fixture, row, uri, locale, query);
  ours = normalise (reply);
  wsman_fixture_assert_same (ours, theirs);
  xmlFreeDoc (doc);
}

/* ---- several pages ---- */
#define N_PAGES 3

static gboolean
load_pages (const char *name, char **pages)
{
  for (guint i = 0; i < N_PAGES; i++) {
    g_autofree char *path = g_strdup_printf (RECORDINGS "server-2012/%s_%03u.xml", name, i);

    if (!g_file_get_contents (path, &pages[i], NULL, NULL))
      return FALSE;
    g_strchomp (pages[i]);
  }
  return TRUE;
}

static guint
create_items (WsmanFixture *fixture, const char *page, GString *query)
{
  const RepositoryClass *klass
      = repository_find_class (fixture->repository, "root/cimv2", "Win32_Process");
  xmlDoc *doc = xmlReadMemory (page, (int)strlen (page), NULL, NULL, XML_PARSE_NONET);
  xmlNode *items = find_named (xmlDocGetRootElement (doc), "Items");
  guint n_items = 0;

  for (xmlNode *item = first_element (items); item != NULL; item = item->next) {
    g_autoptr (HypervCimInstance) instance = read_item (klass, item);
    g_autoptr (RepositoryObject) object = NULL;
    g_autoptr (GError) error = NULL;

    object = repository_create (fixture->repository, instance, &error);
    g_assert_no_error (error);
    n_items++;
  }
  if (query->len == 0 && strstr (page, "XmlFragment") != NULL) {
    g_autofree char *names
        = make_query (&(RecordedRow){ .projection = TRUE }, "Win32_Process", first_element (items));

    g_string_assign (query, names);
  }
  xmlFreeDoc (doc);
  return n_items;
}

/* Where a page of 153600 bytes ends is the server's choice: ours must end where Windows' do. */
static void
compare_pages (char **pages)
{
  static const char headers[] = "<w:Locale xml:lang=\"en-US\"/>"
                                "<w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize>";
  g_autoptr (WsmanFixture) fixture
      = wsman_fixture_new_small ("2012", "#pragma namespace (\"root/cimv2\")\n");
  g_autoptr (GString) query = g_string_new (NULL);
  g_autofree char *body = NULL;
  g_autofree char *request = NULL;
  g_autofree char *reply = NULL;

  for (guint i = 0; i < N_PAGES; i++)
    g_assert_cmpuint (create_items (fixture, pages[i], query), >, 0);
  if (query->len == 0)
    g_string_assign (query, "select * from Win32_Process");
  body = g_strdup_printf ("<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000"
                          "</w:MaxElements><w:Filter Dialect=\"http://schemas.microsoft.com/wbem/"
                          "wsman/1/WQL\">%s</w:Filter></n:Enumerate>",
                          query->str);
  request = wsman_fixture_request (ENUMERATION_URI "Enumerate", CIMV2_URI "*", headers, body);
  reply = wsman_fixture_ask (fixture, request, 200);
  for (guint i = 0;; i++) {
    g_autofree char *ours = wsman_fixture_mask (reply);
    g_autofree char *theirs = wsman_fixture_mask (pages[i]);
    g_autofree char *id = NULL;
    g_autofree char *pull_body = NULL;
    g_autofree char *pull = NULL;

    wsman_fixture_assert_same (ours, theirs);
    if (i + 1 == N_PAGES)
      break;
    id = wsman_fixture_between (reply, "<n:EnumerationContext>", "</n:EnumerationContext>");
    pull_body = g_strconcat ("<n:Pull><n:EnumerationContext>", id,
                             "</n:EnumerationContext>"
                             "<n:MaxElements>32000</n:MaxElements></n:Pull>",
                             NULL);
    pull = wsman_fixture_request (ENUMERATION_URI "Pull", CIMV2_URI "*", headers, pull_body);
    g_free (reply);
    reply = wsman_fixture_ask (fixture, pull, 200);
  }
}

/* The twins' pages have other sizes than Windows', so only Windows' own can judge; without them,
 * wsman-paging.c says what is known of sizes. */
static const struct {
  const char *path, *name;
} page_rows[] = {
  { "/wsman/recorded/windows/pages of instances", "Win32_Process_star" },
  { "/wsman/recorded/windows/pages of fragments", "Win32_Process_all" },
};

static void
test_pages (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  char *pages[N_PAGES] = { NULL };

  if (load_pages (page_rows[row].name, pages))
    compare_pages (pages);
  else
    g_test_skip ("the recordings of Windows are not here");
  for (guint i = 0; i < N_PAGES; i++)
    g_free (pages[i]);
}

static void
test_twin (gconstpointer data)
{
  const RecordedRow *row = data;
  g_autofree char *path = g_strconcat (TWINS, row->file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  compare_file (row, text);
}

static void
test_recording (gconstpointer data)
{
  const RecordedRow *row = data;
  g_autofree char *path = g_strconcat (RECORDINGS, row->file, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL)) {
    g_test_skip ("the recordings of Windows are not here");
    return;
  }
  compare_file (row, text);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *twin = g_strconcat ("/wsman/recorded/twin/", rows[i].file, NULL);
    g_autofree char *recording = g_strconcat ("/wsman/recorded/windows/", rows[i].file, NULL);

    g_test_add_data_func (twin, &rows[i], test_twin);
    g_test_add_data_func (recording, &rows[i], test_recording);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (page_rows); i++)
    g_test_add_data_func (page_rows[i].path, GSIZE_TO_POINTER (i), test_pages);
  return g_test_run ();
}
