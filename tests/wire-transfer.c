/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "client/wire/wire.h"

/* Put, Create, Delete, fragments, and the modes of an enumeration: requests byte for byte from the
 * end of the common headers on, and replies. Forms: DSP0226 7.4 to 7.7, 8.3, 8.7; the requests of
 * Windows' own client for Put and for the modes. */

#define V2 "root/virtualization/v2"
#define URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
#define TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define SPACES                                                                                     \
  " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:p=\"" URI "C\""                  \
  " xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""
#define KEY "<w:SelectorSet><w:Selector Name=\"K\">1</w:Selector></w:SelectorSet>"
#define LIMIT "<w:OperationTimeout>PT60.000S</w:OperationTimeout></s:Header><s:Body>"
#define END "</s:Body></s:Envelope>"
#define PAGE "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>10</w:MaxElements>"

typedef struct {
  const char *sentence;
  WireRequest request; /* without what is the same for all */
  const char *action;
  const char *rest; /* after DataLocale */
} RequestRow;

static const RequestRow request_rows[] = {
  { "Get of a property",
    { .verb = WIRE_GET, .fragment = "P" },
    TRANSFER "/Get",
    KEY "<w:FragmentTransfer s:mustUnderstand=\"true\">P</w:FragmentTransfer>" LIMIT END },
  { "Put of an instance",
    { .verb = WIRE_PUT },
    TRANSFER "/Put",
    KEY LIMIT "<p:C" SPACES
              " xsi:type=\"p:C_Type\"><p:P>7</p:P><p:N xsi:nil=\"true\"></p:N></p:C>" END },
  { "Put of a property",
    { .verb = WIRE_PUT, .fragment = "P" },
    TRANSFER "/Put",
    KEY "<w:FragmentTransfer s:mustUnderstand=\"true\">P</w:FragmentTransfer>" LIMIT
        "<w:XmlFragment" SPACES "><p:P>7</p:P><p:N xsi:nil=\"true\"></p:N></w:XmlFragment>" END },
  { "Create goes to the class",
    { .verb = WIRE_CREATE },
    TRANSFER "/Create",
    LIMIT "<p:C" SPACES
          " xsi:type=\"p:C_Type\"><p:P>7</p:P><p:N xsi:nil=\"true\"></p:N></p:C>" END },
  { "Delete has no body", { .verb = WIRE_DELETE }, TRANSFER "/Delete", KEY LIMIT END },
  { "an enumeration of paths",
    { .verb = WIRE_ENUMERATE, .items = WIRE_PATHS },
    "/enumeration/Enumerate",
    LIMIT PAGE "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode></n:Enumerate>" END },
  { "an enumeration of objects and paths, by selectors",
    { .verb = WIRE_ENUMERATE, .items = WIRE_OBJECTS_AND_PATHS, .by_selectors = TRUE },
    "/enumeration/Enumerate",
    LIMIT PAGE
    "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>"
    "<w:Filter Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\">" KEY
    "</w:Filter></n:Enumerate>" END },
};

static HypervCimInstance *
instance_new (void)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (V2, "C");

  hyperv_cim_builder_add_unsigned (builder, "P", HYPERV_CIM_TYPE_UINT32, 7);
  hyperv_cim_builder_add_null (builder, "N", HYPERV_CIM_TYPE_STRING, FALSE);
  return hyperv_cim_builder_end (builder);
}

static void
test_request (gconstpointer data)
{
  const RequestRow *row = data;
  WireRequest request = row->request;
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new (V2, "C");
  g_autoptr (HypervCimInstance) instance = instance_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_autofree char *action = g_strconcat (row->action, "</a:Action>", NULL);

  hyperv_cim_path_add_key (path, "K", "1");
  request.to = "https://host/wsman";
  request.message_id = "uuid:1";
  request.max_elements = 10;
  request.operation_timeout_ms = 60000;
  request.locale = "en";
  request.path = path;
  request.instance = instance;
  bytes = wire_request_write (&request, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_nonnull (strstr (text, action));
  g_assert_nonnull (strstr (text, ">" URI "C</w:ResourceURI>"));
  g_assert_cmpstr (strstr (text, "<p:DataLocale"), !=, NULL);
  g_assert_cmpstr (strchr (strstr (text, "<p:DataLocale"), '>') + 1, ==, row->rest);
}

#define ENV                                                                                        \
  "<S:Envelope xmlns:S=\"http://www.w3.org/2003/05/soap-envelope\""                                \
  " xmlns:A=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                                  \
  " xmlns:N=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" xmlns:X=\"" TRANSFER "\""        \
  " xmlns:W=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" xmlns:C=\"" URI "C\">"
#define BODY(content) ENV "<S:Header/><S:Body>" content "</S:Body></S:Envelope>"
#define PULL(content)                                                                              \
  BODY ("<N:PullResponse><N:Items>" content "</N:Items><N:EndOfSequence/></N:PullResponse>")
#define EPR(tag, value)                                                                            \
  "<" tag "><A:Address>a</A:Address><A:ReferenceParameters><W:ResourceURI>" URI "C"                \
  "</W:ResourceURI><W:SelectorSet><W:Selector Name=\"K\">" value "</W:Selector></W:SelectorSet>"   \
  "</A:ReferenceParameters></" tag ">"
#define PATH(value) EPR ("A:EndpointReference", value)
#define OBJECT "<C:C><C:K>1</C:K></C:C>"

typedef struct {
  const char *sentence;
  WireVerb verb;
  WireItems items;
  const char *xml;
  const char *expected; /* or part of the error */
} ReplyRow;

static const ReplyRow reply_rows[] = {
  { "Put may be answered with nothing", WIRE_PUT, WIRE_OBJECTS, BODY (""), "" },
  { "Put may be answered with the instance", WIRE_PUT, WIRE_OBJECTS, BODY (OBJECT), "C K=1" },
  { "Delete is answered with nothing", WIRE_DELETE, WIRE_OBJECTS, BODY (""), "" },
  { "Delete is not answered with an instance", WIRE_DELETE, WIRE_OBJECTS, BODY (OBJECT),
    "expected was a reply to Delete, and found C" },
  { "Create is answered with a path", WIRE_CREATE, WIRE_OBJECTS,
    BODY (EPR ("X:ResourceCreated", "5")), "created C.K=5" },
  { "Create is not answered with nothing", WIRE_CREATE, WIRE_OBJECTS, BODY (""),
    "expected was a reply to Create, and found an empty Body" },
  { "Create is not answered with an instance", WIRE_CREATE, WIRE_OBJECTS, BODY (OBJECT),
    "expected was a reply to Create, and found C" },
  { "Create is not answered with a path without a class", WIRE_CREATE, WIRE_OBJECTS,
    BODY ("<X:ResourceCreated><A:Address>a</A:Address></X:ResourceCreated>"),
    "reference to what was created: nothing is not the ResourceURI of a class" },
  { "a property has the class that was asked for", WIRE_GET, WIRE_OBJECTS,
    BODY ("<W:XmlFragment><C:K>1</C:K></W:XmlFragment>"), "Asked K=1" },
  { "a property without a namespace", WIRE_GET, WIRE_OBJECTS,
    BODY ("<W:XmlFragment><K>1</K></W:XmlFragment>"), "Asked K=1" },
  { "paths", WIRE_PULL, WIRE_PATHS, PULL (PATH ("1") PATH ("2")),
    "C __PATH=C.K=1; C __PATH=C.K=2; " },
  { "objects and paths", WIRE_PULL, WIRE_OBJECTS_AND_PATHS,
    PULL ("<W:Item>" OBJECT PATH ("1") "</W:Item>"), "C K=1 __PATH=C.K=1; " },
  { "paths and objects", WIRE_PULL, WIRE_OBJECTS_AND_PATHS,
    PULL ("<W:Item>" PATH ("1") OBJECT "</W:Item><W:Item>" PATH ("2") OBJECT "</W:Item>"),
    "C K=1 __PATH=C.K=1; C K=1 __PATH=C.K=2; " },
  { "objects where paths were asked for", WIRE_PULL, WIRE_PATHS, PULL (OBJECT),
    "expected was a path of an instance, and found C in {" URI "C}: the host ignores the mode" },
  { "objects where both were asked for", WIRE_PULL, WIRE_OBJECTS_AND_PATHS, PULL (OBJECT),
    "expected was an instance with its path" },
  { "paths where objects were asked for", WIRE_PULL, WIRE_OBJECTS, PULL (PATH ("1")),
    "an instance was expected, and found was EndpointReference" },
  { "an item without its path", WIRE_PULL, WIRE_OBJECTS_AND_PATHS,
    PULL ("<W:Item>" OBJECT "</W:Item>"), "an item without its path" },
  { "an item without its instance", WIRE_PULL, WIRE_OBJECTS_AND_PATHS,
    PULL ("<W:Item>" PATH ("1") "</W:Item>"), "an item without its instance" },
  { "an item with two instances", WIRE_PULL, WIRE_OBJECTS_AND_PATHS,
    PULL ("<W:Item>" OBJECT OBJECT "</W:Item>"), "an item with two instances" },
  { "an item with two paths", WIRE_PULL, WIRE_OBJECTS_AND_PATHS,
    PULL ("<W:Item>" PATH ("1") PATH ("2") "</W:Item>"), "an item with two paths" },
};

static void
append_path (GString *out, const HypervCimPath *path)
{
  g_string_append_printf (out, "%s.%s=%s", hyperv_cim_path_get_class_name (path),
                          hyperv_cim_path_get_key_name (path, 0),
                          hyperv_cim_path_get_key_value (path, 0));
}

static void
append_instance (GString *out, const HypervCimInstance *instance)
{
  g_string_append (out, hyperv_cim_instance_get_class_name (instance));
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    g_string_append_printf (out, " %s=", property.name);
    if (property.type == HYPERV_CIM_TYPE_REFERENCE)
      append_path (out, property.items[0].path);
    else
      g_string_append (out, property.items[0].s);
  }
}

static gboolean
on_item (HypervCimInstance *item, gpointer user_data, GError **error)
{
  append_instance (user_data, item);
  g_string_append (user_data, "; ");
  return TRUE;
}

static void
test_reply (gconstpointer data)
{
  const ReplyRow *row = data;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (WireReply) reply = wire_reply_new (row->verb, V2, "Asked", on_item, out);
  g_autoptr (GError) error = NULL;
  const WireReplyInfo *info;

  wire_reply_set_items (reply, row->items);
  if (!wire_reply_push (reply, row->xml, strlen (row->xml), &error)
      || !wire_reply_end (reply, &error)) {
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
    g_assert_nonnull (strstr (error->message, row->expected));
    return;
  }
  info = wire_reply_get_info (reply);
  if (info->result != NULL)
    append_instance (out, info->result);
  if (info->created != NULL) {
    g_string_append (out, "created ");
    append_path (out, info->created);
  }
  g_assert_cmpstr (out->str, ==, row->expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (request_rows); i++) {
    g_autofree char *path = g_strconcat ("/wire/transfer/request/", request_rows[i].sentence, NULL);

    g_test_add_data_func (path, &request_rows[i], test_request);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (reply_rows); i++) {
    g_autofree char *path = g_strconcat ("/wire/transfer/reply/", reply_rows[i].sentence, NULL);

    g_test_add_data_func (path, &reply_rows[i], test_reply);
  }
  return g_test_run ();
}
