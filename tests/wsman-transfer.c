/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* Put, Create, Delete and fragments: replies byte for byte (their shape is derived from MS-WSMV and
 * DSP0226, no recording is public), and what is refused. */

#define DISK_URI CIMV2_URI "Win32_LogicalDisk"
#define ENV_URI CIMV2_URI "Win32_Environment"
#define DISK(volume)                                                                               \
  "<p:Win32_LogicalDisk xmlns:p=\"" DISK_URI "\"><p:DeviceID>D:</p:DeviceID>"                      \
  "<p:Size>7</p:Size><p:VolumeName>" volume "</p:VolumeName></p:Win32_LogicalDisk>"
#define DISK_SELECTOR "<w:SelectorSet>" SELECTOR ("DeviceID", "D:") "</w:SelectorSet>"
#define FRAGMENT_OF(path)                                                                          \
  "<w:FragmentTransfer s:mustUnderstand=\"true\">" path "</w:FragmentTransfer>"
#define ENV(name)                                                                                  \
  "<p:Win32_Environment xmlns:p=\"" ENV_URI "\"><p:UserName>&lt;SYSTEM&gt;</p:UserName>"           \
  "<p:Name>" name "</p:Name><p:VariableValue>1</p:VariableValue></p:Win32_Environment>"
#define ENV_SELECTORS                                                                              \
  "<w:SelectorSet>" SELECTOR ("Name", "A")                                                         \
      SELECTOR ("UserName", "&lt;SYSTEM&gt;") "</w:SelectorSet>"
#define VOLUME_URI CIMV2_URI "Win32_Volume"
#define PROCESS_URI CIMV2_URI "Win32_Process"
#define PROCESS_SELECTOR "<w:SelectorSet>" SELECTOR ("Handle", "4") "</w:SelectorSet>"
#define SETTING_URI V2_URI "Msvm_VirtualSystemSettingData"
#define SETTING_SELECTOR "<w:SelectorSet>" SELECTOR ("InstanceID", "Microsoft:A") "</w:SelectorSet>"

#define HOST                                                                                       \
  "#pragma namespace (\"root/cimv2\")\n"                                                           \
  "instance of Win32_LogicalDisk { DeviceID = \"D:\"; VolumeName = \"old\"; Size = 10; "           \
  "PowerManagementCapabilities = {1, 2}; };\n"                                                     \
  "instance of Win32_Environment { Name = \"A\"; UserName = \"<SYSTEM>\"; VariableValue = "        \
  "\"0\"; };\n"                                                                                    \
  "instance of Win32_Volume { DeviceID = \"V\"; IndexingEnabled = TRUE; };\n"                      \
  "instance of Win32_Process { Handle = \"4\"; Name = \"System\"; };\n"                            \
  "#pragma namespace (\"root/virtualization/v2\")\n"                                               \
  "instance of Msvm_VirtualSystemSettingData { InstanceID = \"Microsoft:A\"; };\n"

static WsmanFixture *
open_host (void)
{
  return wsman_fixture_new_small ("2019", HOST);
}

static char *
ask (WsmanFixture *fixture, const char *verb, const char *uri, const char *headers,
     const char *body)
{
  g_autofree char *action = g_strconcat (TRANSFER_URI, verb, NULL);
  g_autofree char *request = wsman_fixture_request (action, uri, headers, body);
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);

  return wsman_fixture_mask (reply);
}

#define RELATED "<a:RelatesTo>uuid:*</a:RelatesTo>"
#define FRAGMENT_REPLY(action, path, content)                                                      \
  "<s:Envelope xml:lang=\"en-US\"" SOAP X W P "><s:Header><a:Action>" TRANSFER_URI action          \
  "</a:Action><a:MessageID>uuid:*</a:MessageID><a:To>" ANONYMOUS "</a:To>" RELATED                 \
  FRAGMENT_OF (path) "</s:Header><s:Body><w:XmlFragment" XSI W " xmlns:p=\"" DISK_URI "\"" CIM     \
                     ">" content "</w:XmlFragment></s:Body></s:Envelope>"

static const struct {
  const char *sentence, *verb, *headers, *body, *expected;
} fragments[] = {
  { "a property", "Get", FRAGMENT_OF ("VolumeName"), "",
    FRAGMENT_REPLY ("GetResponse", "VolumeName", "<p:VolumeName>old</p:VolumeName>") },
  { "in the dialect's own name", "Get",
    "<w:FragmentTransfer Dialect=\"http://www.w3.org/TR/1999/REC-xpath-19991116\" "
    "s:mustUnderstand=\"true\">VolumeName</w:FragmentTransfer>",
    "", FRAGMENT_REPLY ("GetResponse", "VolumeName", "<p:VolumeName>old</p:VolumeName>") },
  { "its text", "Get", FRAGMENT_OF ("VolumeName/text()"), "",
    FRAGMENT_REPLY ("GetResponse", "VolumeName/text()", "old") },
  { "a number's text", "Get", FRAGMENT_OF ("Size/text()"), "",
    FRAGMENT_REPLY ("GetResponse", "Size/text()", "10") },
  { "with class and prefix", "Get", FRAGMENT_OF ("x:Win32_LogicalDisk/x:Size"), "",
    FRAGMENT_REPLY ("GetResponse", "x:Win32_LogicalDisk/x:Size", "<p:Size>10</p:Size>") },
  { "a property that is null", "Get", FRAGMENT_OF ("FileSystem"), "",
    FRAGMENT_REPLY ("GetResponse", "FileSystem", "<p:FileSystem xsi:nil=\"true\"/>") },
  { "an array", "Get", FRAGMENT_OF ("PowerManagementCapabilities"), "",
    FRAGMENT_REPLY ("GetResponse", "PowerManagementCapabilities",
                    "<p:PowerManagementCapabilities>1</p:PowerManagementCapabilities>"
                    "<p:PowerManagementCapabilities>2</p:PowerManagementCapabilities>") },
  { "one item of an array", "Get", FRAGMENT_OF ("PowerManagementCapabilities[2]"), "",
    FRAGMENT_REPLY ("GetResponse", "PowerManagementCapabilities[2]",
                    "<p:PowerManagementCapabilities>2</p:PowerManagementCapabilities>") },
  { "an item behind the last", "Get", FRAGMENT_OF ("PowerManagementCapabilities[3]"), "",
    FRAGMENT_REPLY ("GetResponse", "PowerManagementCapabilities[3]", "") },
  { "put a property", "Put", FRAGMENT_OF ("VolumeName"),
    "<w:XmlFragment><x:VolumeName xmlns:x=\"" DISK_URI "\">new</x:VolumeName></w:XmlFragment>",
    FRAGMENT_REPLY ("PutResponse", "VolumeName", "<p:VolumeName>new</p:VolumeName>") },
  { "put its text", "Put", FRAGMENT_OF ("VolumeName/text()"), "<w:XmlFragment>new</w:XmlFragment>",
    FRAGMENT_REPLY ("PutResponse", "VolumeName/text()", "new") },
  { "put null", "Put", FRAGMENT_OF ("VolumeName"),
    "<w:XmlFragment><VolumeName xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "i:nil=\"true\"/></w:XmlFragment>",
    FRAGMENT_REPLY ("PutResponse", "VolumeName", "<p:VolumeName xsi:nil=\"true\"/>") },
};

static void
test_fragment (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = open_host ();
  g_autofree char *headers = g_strconcat (DISK_SELECTOR, fragments[i].headers, NULL);
  g_autofree char *reply = ask (fixture, fragments[i].verb, DISK_URI, headers, fragments[i].body);

  wsman_fixture_assert_same (reply, fragments[i].expected);
}

/* Each property of a volume that can be written is. */
static void
test_volume (void)
{
  static const char *const values[][2]
      = { { "DriveLetter", "E:" }, { "IndexingEnabled", "false" }, { "Label", "data" } };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autoptr (WsmanFixture) fixture = open_host ();
    g_autofree char *item
        = g_strdup_printf ("<p:%s>%s</p:%s>", values[i][0], values[i][1], values[i][0]);
    g_autofree char *body
        = g_strdup_printf ("<p:Win32_Volume xmlns:p=\"" VOLUME_URI "\">%s</p:Win32_Volume>", item);
    g_autofree char *reply
        = ask (fixture, "Put", VOLUME_URI,
               "<w:SelectorSet>" SELECTOR ("DeviceID", "V") "</w:SelectorSet>", body);

    g_assert_nonnull (strstr (reply, item));
  }
}

/* What can be written is; what cannot (Size) is passed over; the instance comes back. */
static void
test_put (void)
{
  g_autoptr (WsmanFixture) fixture = open_host ();
  g_autofree char *before = ask (fixture, "Get", DISK_URI, DISK_SELECTOR, "");
  g_autofree char *reply = ask (fixture, "Put", DISK_URI, DISK_SELECTOR, DISK ("new"));
  g_autofree char *after = ask (fixture, "Get", DISK_URI, DISK_SELECTOR, "");
  g_auto (GStrv) old = g_strsplit (before, ">old<", -1);
  g_autofree char *renamed = g_strjoinv (">new<", old);
  g_auto (GStrv) get = g_strsplit (renamed, "GetResponse", -1);
  g_autofree char *put = g_strjoinv ("PutResponse", get);

  g_assert_cmpuint (g_strv_length (old), ==, 2);
  wsman_fixture_assert_same (after, renamed);
  wsman_fixture_assert_same (reply, put);
}

static void
test_create_delete (void)
{
  g_autoptr (WsmanFixture) fixture = open_host ();
  g_autofree char *created = ask (fixture, "Create", ENV_URI, "", ENV ("B"));
  g_autofree char *got = NULL, *deleted = NULL;

#define B_SELECTORS SELECTOR ("Name", "B") SELECTOR ("UserName", "&lt;SYSTEM&gt;")
  wsman_fixture_assert_same (created, TRANSFER ("en-US", TRANSFER_URI "CreateResponse",
                                                "<x:ResourceCreated>" EPR_CONTENT (
                                                    ENV_URI, B_SELECTORS) "</x:ResourceCreated>"));
  got = ask (fixture, "Get", ENV_URI, "<w:SelectorSet>" B_SELECTORS "</w:SelectorSet>", "");
  g_assert_nonnull (strstr (got, "<p:VariableValue>1</p:VariableValue>"));
  deleted = ask (fixture, "Delete", ENV_URI, "<w:SelectorSet>" B_SELECTORS "</w:SelectorSet>", "");
  wsman_fixture_assert_same (deleted, TRANSFER ("en-US", TRANSFER_URI "DeleteResponse", ""));
}

static const struct {
  const char *sentence, *verb, *uri, *headers, *body;
  const char *subcode;
  guint32 code;
  const char *refusal; /* NULL: any */
} refusals[] = {
  { "Put of a Hyper-V class", "Put", SETTING_URI, SETTING_SELECTOR,
    "<p:Msvm_VirtualSystemSettingData xmlns:p=\"" SETTING_URI "\"/>", "w:InternalError",
    2147749924u, "instances of Msvm_VirtualSystemSettingData cannot be put" },
  { "Create of a Hyper-V class", "Create", SETTING_URI, "",
    "<p:Msvm_VirtualSystemSettingData xmlns:p=\"" SETTING_URI "\"/>", "w:InternalError",
    2147749924u, "instances of Msvm_VirtualSystemSettingData cannot be created" },
  { "Delete of a Hyper-V instance", "Delete", SETTING_URI, SETTING_SELECTOR, "", "w:InternalError",
    2147749924u, "instances of Msvm_VirtualSystemSettingData cannot be deleted" },
  { "Put of another class", "Put", DISK_URI, DISK_SELECTOR, ENV ("A"), "x:InvalidRepresentation",
    2150858773u, "s:Body has Win32_Environment in it, not Win32_LogicalDisk" },
  { "Put of nothing", "Put", DISK_URI, DISK_SELECTOR, "", "x:InvalidRepresentation", 2150858773u,
    "s:Body has nothing in it, not Win32_LogicalDisk" },
  { "Put in another namespace", "Put", DISK_URI, DISK_SELECTOR,
    "<p:Win32_LogicalDisk xmlns:p=\"urn:x\"/>", "x:InvalidRepresentation", 2150858840u,
    "Win32_LogicalDisk is not in the namespace \"" DISK_URI "\"" },
  { "Put of a property that the class has not", "Put", DISK_URI, DISK_SELECTOR,
    "<p:Win32_LogicalDisk xmlns:p=\"" DISK_URI "\"><p:Colour/></p:Win32_LogicalDisk>",
    "x:InvalidRepresentation", 2150858773u, "Win32_LogicalDisk has no property Colour" },
  { "Put of a word for a number", "Put", DISK_URI, DISK_SELECTOR,
    "<p:Win32_LogicalDisk xmlns:p=\"" DISK_URI "\"><p:Size>big</p:Size></p:Win32_LogicalDisk>",
    "x:InvalidRepresentation", 2150858838u, "property Size: no value of type uint64" },
  { "Put of a property twice", "Put", DISK_URI, DISK_SELECTOR,
    "<p:Win32_LogicalDisk xmlns:p=\"" DISK_URI "\"><p:Size>1</p:Size><p:Size>1</p:Size>"
    "</p:Win32_LogicalDisk>",
    "x:InvalidRepresentation", 2150858838u, "property Size twice" },
  { "Put of elements for a text", "Put", DISK_URI, DISK_SELECTOR,
    "<p:Win32_LogicalDisk xmlns:p=\"" DISK_URI "\"><p:VolumeName><x/></p:VolumeName>"
    "</p:Win32_LogicalDisk>",
    "w:SchemaValidationError", 2150858817u, "property VolumeName has elements in it" },
  { "Put of another key", "Put", DISK_URI, DISK_SELECTOR,
    "<p:Win32_LogicalDisk xmlns:p=\"" DISK_URI "\"><p:DeviceID>E:</p:DeviceID>"
    "</p:Win32_LogicalDisk>",
    "w:InvalidParameter", 2150858810u,
    "Win32_LogicalDisk.DeviceID is a key and cannot be changed" },
  { "Put of an instance that is not there", "Put", DISK_URI,
    "<w:SelectorSet>" SELECTOR ("DeviceID", "Z:") "</w:SelectorSet>", DISK ("new"),
    "a:DestinationUnreachable", 2150858752u, NULL },
  { "Create of what is there already", "Create", ENV_URI, "", ENV ("A"), "w:AlreadyExists",
    2150858803u, NULL },
  { "Create without a key", "Create", ENV_URI, "",
    "<p:Win32_Environment xmlns:p=\"" ENV_URI "\"><p:Name>C</p:Name></p:Win32_Environment>",
    "w:InvalidParameter", 2150858810u, "a new Win32_Environment needs its key UserName" },
  { "Create with selectors", "Create", ENV_URI, ENV_SELECTORS, ENV ("C"), "w:InvalidSelectors",
    2150858843u, "Create with selectors of an instance" },
  { "Delete of what is not there", "Delete", ENV_URI,
    "<w:SelectorSet>" SELECTOR ("Name", "X") SELECTOR ("UserName", "X") "</w:SelectorSet>", "",
    "a:DestinationUnreachable", 2150858752u, NULL },
  { "Delete with a body", "Delete", PROCESS_URI, PROCESS_SELECTOR, "<x/>",
    "w:SchemaValidationError", 2150858817u, "s:Body of a Delete has x in it" },
  { "a fragment in another dialect", "Get", DISK_URI,
    DISK_SELECTOR "<w:FragmentTransfer Dialect=\"urn:x\" s:mustUnderstand=\"true\">Size"
                  "</w:FragmentTransfer>",
    "", "w:FragmentDialectNotSupported", 2150858896u, "fragment dialect \"urn:x\"" },
  { "an empty fragment", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF (" "), "",
    "w:CannotProcessFilter", 2150858899u, "w:FragmentTransfer is empty" },
  { "a fragment that begins with a slash", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("/Size"), "",
    "w:CannotProcessFilter", 2150858899u,
    "w:FragmentTransfer \"/Size\" leads to no property of Win32_LogicalDisk" },
  { "a fragment in another case", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("size"), "",
    "w:CannotProcessFilter", 2150858899u,
    "w:FragmentTransfer \"size\" leads to no property of Win32_LogicalDisk" },
  { "a fragment of another class", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("Disk/Size"), "",
    "w:CannotProcessFilter", 2150858899u,
    "w:FragmentTransfer \"Disk/Size\" leads to no property of Win32_LogicalDisk" },
  { "the second of one", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("Size[2]"), "",
    "w:CannotProcessFilter", 2150858899u,
    "w:FragmentTransfer \"Size[2]\" leads to no property of Win32_LogicalDisk" },
  { "the item zero", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("Size[0]"), "",
    "w:CannotProcessFilter", 2150858899u, NULL },
  { "half a predicate", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("Size[1"), "",
    "w:CannotProcessFilter", 2150858899u, NULL },
  { "too many steps", "Get", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("a/b/c/d/e"), "",
    "w:CannotProcessFilter", 2150858899u, NULL },
  { "a fragment of a Delete", "Delete", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("Size"), "",
    "w:UnsupportedFeature", 2150858871u, "w:FragmentTransfer of a Delete" },
  { "a fragment put without its wrapper", "Put", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("VolumeName"),
    DISK ("new"), "x:InvalidRepresentation", 2150858841u, "no w:XmlFragment in s:Body" },
  { "a fragment put with another property", "Put", DISK_URI,
    DISK_SELECTOR FRAGMENT_OF ("VolumeName"), "<w:XmlFragment><Size>1</Size></w:XmlFragment>",
    "x:InvalidRepresentation", 2150858841u, "w:XmlFragment has Size in it" },
  { "one item put", "Put", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("PowerManagementCapabilities[1]"),
    "<w:XmlFragment/>", "x:InvalidRepresentation", 2150858841u,
    "one item of an array cannot be put" },
  { "a text put that is no number", "Put", DISK_URI, DISK_SELECTOR FRAGMENT_OF ("Size/text()"),
    "<w:XmlFragment>big</w:XmlFragment>", "x:InvalidRepresentation", 2150858838u,
    "property Size: no value of type uint64" },
};

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = open_host ();
  g_autofree char *action = g_strconcat (TRANSFER_URI, refusals[i].verb, NULL);
  g_autofree char *request
      = wsman_fixture_request (action, refusals[i].uri, refusals[i].headers, refusals[i].body);
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);
  g_autofree char *reply = wsman_fixture_reply (exchange);
  g_autofree char *code = wsman_fixture_between (reply, " Code=\"", "\"");
  g_autofree char *expected = g_strdup_printf ("%u", refusals[i].code);

  if (refusals[i].refusal != NULL)
    g_assert_cmpstr (exchange->refusal, ==, refusals[i].refusal);
  g_assert_cmpstr (exchange->fault, ==, refusals[i].subcode);
  g_assert_cmpstr (code, ==, expected);
  g_assert_cmpuint (exchange->status, ==, 500);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (fragments); i++)
    wsman_fixture_add ("/wsman/transfer/fragment", fragments[i].sentence, i, test_fragment);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    wsman_fixture_add ("/wsman/transfer/refuses", refusals[i].sentence, i, test_refusal);
  g_test_add_func ("/wsman/transfer/put a volume", test_volume);
  g_test_add_func ("/wsman/transfer/put", test_put);
  g_test_add_func ("/wsman/transfer/create and delete", test_create_delete);
  return g_test_run ();
}
