/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/session-fixture.h"

#include <string.h>

/* Hosts, and what stands in front of them, that answer as the client's author did not think of:
 * each of these is allowed by the standards or was seen, and is read, or refused with a reason. */

typedef enum { DO_GET, DO_ENUMERATE, DO_INVOKE, DO_PUT, DO_CREATE, DO_DELETE, DO_PATHS } Verb;

typedef struct {
  const char *sentence;
  Verb verb;
  Step steps[4];
  const char *expected; /* NULL: an error of @code, whose message has @message */
  int code;
  const char *message;
} Row;

#define OK(body)                                                                                   \
  {                                                                                                \
    STEP_REPLY, 200, NULL, body, NULL                                                              \
  }
#define OK_IF(body, expect)                                                                        \
  {                                                                                                \
    STEP_REPLY, 200, NULL, body, expect                                                            \
  }
#define FAULT(body)                                                                                \
  {                                                                                                \
    STEP_REPLY, 500, NULL, body, NULL                                                              \
  }
#define REFUSED(code, message) NULL, HYPERV_ERROR_##code, message
#define MOVED(status)                                                                              \
  {                                                                                                \
    STEP_REPLY, status, "text/html\r\nLocation: http://127.0.0.1:1/wsman", "moved", NULL           \
  }
#define CLASS "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/v2/C"

/* Default namespaces instead of prefixes; headers in another order, unknown ones between them. */
#define OTHER_PREFIXES                                                                             \
  "<Envelope xmlns=\"http://www.w3.org/2003/05/soap-envelope\"><Header><RelatesTo "                \
  "xmlns=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"> @ID@ </RelatesTo><what:ever "       \
  "xmlns:what=\"urn:x\" mustUnderstand=\"0\"><Body/></what:ever><To "                              \
  "xmlns=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\">x</To><q:Action "                    \
  "xmlns:q=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\">" TRANSFER                         \
  "GetResponse</q:Action></Header><Body><C xmlns=\"" CLASS                                         \
  "\"><Z>extra</Z><K>1</K></C></Body></Envelope>"

/* clang-format off */
#define JAPANESE_FAULT \
  REPLY_HEAD ("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault") \
  "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:AccessDenied</s:Value>" \
  "</s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"ja-JP\">アクセスが拒否されました。 " \
  "</s:Text></s:Reason><s:Detail><f:WSManFault Code=\"5\" Machine=\"host\"><f:Message>" \
  "アクセスが拒否されました。 </f:Message></f:WSManFault></s:Detail></s:Fault>" REPLY_TAIL

/* 2008 R2's: the provider's words in an __ExtendedStatus. */
#define EXTENDED_FAULT                                                                             \
  REPLY_HEAD ("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault")                                  \
  "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value>"    \
  "</s:Subcode></s:Code><s:Reason><s:Text>Oh. </s:Text></s:Reason><s:Detail><f:WSManFault "        \
  "Code=\"2147749890\"><f:Message><f:ProviderFault provider=\"WMI Provider\"><f:ExtendedError>"    \
  "<e:__ExtendedStatus xmlns:e=\"urn:e\"><e:Description>no such thing</e:Description>"             \
  "</e:__ExtendedStatus></f:ExtendedError></f:ProviderFault></f:Message></f:WSManFault>"           \
  "</s:Detail></s:Fault>" REPLY_TAIL
/* clang-format on */

/* 2012's and newer, without RelatesTo. */
#define WMI_FAULT                                                                                  \
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                \
  " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><s:Header/><s:Body><s:Fault>"       \
  "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:QuotaLimit</s:Value></s:Subcode>"      \
  "</s:Code><s:Reason><s:Text>Too many.</s:Text></s:Reason><s:Detail><p:MSFT_WmiError "            \
  "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/Microsoft/Windows/Management/"     \
  "MSFT_WmiError\"><p:error_Code>2150859173</p:error_Code><p:Message>The quota.</p:Message>"       \
  "</p:MSFT_WmiError></s:Detail></s:Fault></s:Body></s:Envelope>"

static const Row rows[] = {
  { "other prefixes and another order of headers", DO_GET, { OK (OTHER_PREFIXES) }, "1" },
  { "the property that is asked for is missing",
    DO_GET,
    { OK (REPLY_HEAD (TRANSFER "GetResponse") "<p:C><p:Q>1</p:Q></p:C>" REPLY_TAIL) },
    "-" },
  { "properties of another namespace are properties, too",
    DO_GET,
    { OK (REPLY_HEAD (TRANSFER
                      "GetResponse") "<p:C><b:K xmlns:b=\"urn:base\">1</b:K></p:C>" REPLY_TAIL) },
    "1" },
  { "Items and end of wsman in a Pull",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X"))),
      OK (PULL_REPLY ("<w:Items>" C ("1") "</w:Items><w:EndOfSequence/>")) },
    "1" },
  { "the end before the items",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY ("<w:EndOfSequence/>" ITEMS (C ("1")))) },
    "1" },
  { "a mark of UTF-8", DO_GET, { OK ("\xef\xbb\xbf" GET_REPLY) }, "1" },
  { "an XML declaration",
    DO_GET,
    { OK ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n" GET_REPLY "\r\n") },
    "1" },
  { "UTF-16, little end first",
    DO_GET,
    { { STEP_UTF16LE, 200, "application/soap+xml;charset=UTF-16", GET_REPLY, NULL } },
    "1" },
  { "UTF-16, big end first",
    DO_GET,
    { { STEP_UTF16BE, 200, "application/soap+xml; charset=\"utf-16\"", GET_REPLY, NULL } },
    "1" },
  { "chunks", DO_GET, { { STEP_CHUNKS, 200, NULL, GET_REPLY, NULL } }, "1" },
  { "a fault in chunks",
    DO_GET,
    { { STEP_CHUNKS, 500, NULL, JAPANESE_FAULT, NULL } },
    REFUSED (ACCESS_DENIED, "拒否") },
  { "no content type with 200", DO_GET, { { STEP_REPLY, 200, "", GET_REPLY, NULL } }, "1" },
  { "text/xml", DO_GET, { { STEP_REPLY, 200, "text/xml", GET_REPLY, NULL } }, "1" },
  { "a compressed reply is refused",
    DO_GET,
    { { STEP_REPLY, 200, "text/xml\r\nContent-Encoding: gzip", "\x1f\x8b", NULL } },
    REFUSED (PROTOCOL, "compressed (Content-Encoding: gzip)") },
  { "nothing was compressed",
    DO_GET,
    { { STEP_REPLY, 200, "text/xml\r\nContent-Encoding: identity", GET_REPLY, NULL } },
    "1" },
  { "301 is not followed", DO_GET, { MOVED (301) }, REFUSED (PROTOCOL, "a redirection, which is") },
  { "302 is not followed", DO_GET, { MOVED (302) }, REFUSED (PROTOCOL, "a redirection, which is") },
  { "307 is not followed",
    DO_INVOKE,
    { MOVED (307) },
    REFUSED (PROTOCOL, "a redirection, which is") },
  { "308 is not followed",
    DO_INVOKE,
    { MOVED (308) },
    REFUSED (PROTOCOL, "a redirection, which is") },
  { "a fault in Japanese",
    DO_GET,
    { FAULT (JAPANESE_FAULT) },
    REFUSED (ACCESS_DENIED, "アクセスが拒否されました。") },
  { "a fault of 2008 R2",
    DO_GET,
    { FAULT (EXTENDED_FAULT) },
    REFUSED (NOT_FOUND, "no such thing (w:InternalError, code 2147749890 = 0x80041002") },
  { "a fault of 2012 and newer",
    DO_GET,
    { FAULT (WMI_FAULT) },
    REFUSED (QUOTA, "The quota. (w:QuotaLimit, code 2150859173") },
  { "Put",
    DO_PUT,
    { OK_IF (REPLY_HEAD (TRANSFER "PutResponse") REPLY_TAIL, "transfer/Put<") },
    "put" },
  { "Put of what cannot be",
    DO_PUT,
    { FAULT (FAULT_REPLY ("w:UnsupportedFeature", "0")) },
    REFUSED (NOT_SUPPORTED, "(Put C)") },
  { "Put whose reply is lost",
    DO_PUT,
    { { STEP_DROP, 1, NULL, NULL, NULL } },
    REFUSED (UNKNOWN_OUTCOME, "Put may have been carried out, or not") },
  { "Create",
    DO_CREATE,
    { OK_IF (
        REPLY_HEAD (
            TRANSFER
            "CreateResponse") "<t:ResourceCreated "
                              "xmlns:t=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\">"
                              "<a:ReferenceParameters><w:ResourceURI>" CLASS
                              "</w:ResourceURI><w:SelectorSet>"
                              "<w:Selector "
                              "Name=\"K\">7</w:Selector></w:SelectorSet></a:ReferenceParameters>"
                              "</t:ResourceCreated>" REPLY_TAIL,
        "transfer/Create<") },
    "7" },
  { "Create of what is there",
    DO_CREATE,
    { FAULT (FAULT_REPLY ("w:AlreadyExists", "0")) },
    REFUSED (ALREADY_EXISTS, "(Create C)") },
  { "Delete",
    DO_DELETE,
    { OK_IF (REPLY_HEAD (TRANSFER "DeleteResponse") REPLY_TAIL, "transfer/Delete<") },
    "deleted" },
  { "Delete whose reply is lost",
    DO_DELETE,
    { { STEP_DROP, 1, NULL, NULL, NULL } },
    REFUSED (UNKNOWN_OUTCOME, "Delete may have been") },
  { "paths, by a property",
    DO_PATHS,
    { OK_IF (ENUMERATE_REPLY (CONTEXT ("X")), "SelectorFilter\"><w:SelectorSet><w:Selector"),
      OK (PULL_REPLY (ITEMS ("<a:EndpointReference><a:ReferenceParameters><w:ResourceURI>" CLASS
                             "</w:ResourceURI>"
                             "<w:SelectorSet><w:Selector Name=\"K\">8</w:Selector></w:SelectorSet>"
                             "</a:ReferenceParameters></a:EndpointReference>") END)) },
    "8" },
  { "objects, where paths were asked for",
    DO_PATHS,
    { OK (ENUMERATE_REPLY (ITEMS (C ("1")) END)) },
    REFUSED (PROTOCOL, "ignores the mode") },
  { "HTTP status 403",
    DO_GET,
    { { STEP_REPLY, 403, "text/plain", "", NULL } },
    REFUSED (ACCESS_DENIED, "HTTP status 403: ") },
  { "HTTP status 403 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 403, "text/plain", "", NULL } },
    REFUSED (ACCESS_DENIED, "HTTP status 403: ") },
  { "HTTP status 404",
    DO_GET,
    { { STEP_REPLY, 404, "text/plain", "", NULL } },
    REFUSED (PROTOCOL, "HTTP status 404: ") },
  { "HTTP status 404 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 404, "text/plain", "", NULL } },
    REFUSED (PROTOCOL, "HTTP status 404: ") },
  { "HTTP status 407",
    DO_GET,
    { { STEP_REPLY, 407, "text/plain", "", NULL } },
    REFUSED (AUTH_FAILED, "HTTP status 407: ") },
  { "HTTP status 407 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 407, "text/plain", "", NULL } },
    REFUSED (AUTH_FAILED, "HTTP status 407: ") },
  { "HTTP status 408",
    DO_GET,
    { { STEP_REPLY, 408, "text/plain", "", NULL } },
    REFUSED (TIMED_OUT, "HTTP status 408: ") },
  { "HTTP status 408 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 408, "text/plain", "", NULL } },
    REFUSED (TIMED_OUT, "HTTP status 408: ") },
  { "HTTP status 413",
    DO_GET,
    { { STEP_REPLY, 413, "text/plain", "", NULL } },
    REFUSED (QUOTA, "HTTP status 413: ") },
  { "HTTP status 413 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 413, "text/plain", "", NULL } },
    REFUSED (QUOTA, "HTTP status 413: ") },
  { "HTTP status 429",
    DO_GET,
    { { STEP_REPLY, 429, "text/plain", "", NULL } },
    REFUSED (BUSY, "HTTP status 429: ") },
  { "HTTP status 429 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 429, "text/plain", "", NULL } },
    REFUSED (BUSY, "HTTP status 429: ") },
  { "HTTP status 502",
    DO_GET,
    { { STEP_REPLY, 502, "text/plain", "", NULL } },
    REFUSED (BUSY, "HTTP status 502: ") },
  { "HTTP status 502 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 502, "text/plain", "", NULL } },
    REFUSED (UNKNOWN_OUTCOME, "HTTP status 502: ") },
  { "HTTP status 503",
    DO_GET,
    { { STEP_REPLY, 503, "text/plain", "", NULL } },
    REFUSED (BUSY, "HTTP status 503: ") },
  { "HTTP status 503 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 503, "text/plain", "", NULL } },
    REFUSED (BUSY, "HTTP status 503: ") },
  { "HTTP status 504",
    DO_GET,
    { { STEP_REPLY, 504, "text/plain", "", NULL } },
    REFUSED (TIMED_OUT, "HTTP status 504: ") },
  { "HTTP status 504 of a method",
    DO_INVOKE,
    { { STEP_REPLY, 504, "text/plain", "", NULL } },
    REFUSED (UNKNOWN_OUTCOME, "HTTP status 504: ") },
};

static char *
key_of (const HypervCimInstance *instance)
{
  const char *text = instance != NULL ? hyperv_cim_instance_peek_string (instance, "K") : NULL;

  return instance != NULL ? g_strdup (text != NULL ? text : "-") : NULL;
}

static char *
first_key (GPtrArray *array)
{
  return array != NULL ? key_of (g_ptr_array_index (array, 0)) : NULL;
}

static char *
first_path (GPtrArray *array)
{
  const HypervCimPath *path
      = array != NULL
            ? hyperv_cim_instance_get_reference (g_ptr_array_index (array, 0), "__PATH", NULL)
            : NULL;

  return path != NULL ? g_strdup (hyperv_cim_path_lookup (path, "K")) : NULL;
}

static char *
run (const Row *row, HypervSession *session, GError **error)
{
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new ("root/v2", "C");
  g_autoptr (HypervCimInstance) in = NULL;
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (HypervCimPath) created = NULL;
  g_autoptr (GPtrArray) array = NULL;

  hyperv_cim_path_add_key (path, "K", "1");
  hyperv_cim_builder_add_string (builder, "P", "x");
  in = hyperv_cim_builder_end (builder);
  switch (row->verb) {
  case DO_GET:
    instance = hyperv_session_get (session, path, NULL, error);
    return key_of (instance);
  case DO_INVOKE:
    instance = hyperv_session_invoke (session, path, "Go", NULL, NULL, error);
    return key_of (instance);
  case DO_ENUMERATE:
    array = hyperv_session_enumerate (session, "root/v2", "C", NULL, error);
    return first_key (array);
  case DO_PATHS:
    array = hyperv_session_enumerate_items (session, path, HYPERV_SESSION_PATHS, NULL, error);
    return first_path (array);
  case DO_PUT:
    return hyperv_session_put (session, path, in, NULL, error) ? g_strdup ("put") : NULL;
  case DO_CREATE:
    created = hyperv_session_create (session, in, NULL, error);
    return created != NULL ? g_strdup (hyperv_cim_path_lookup (created, "K")) : NULL;
  default:
    return hyperv_session_delete (session, path, NULL, error) ? g_strdup ("deleted") : NULL;
  }
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Server) server = server_new (row->steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = run (row, session, &error);

  if (row->expected != NULL) {
    g_assert_no_error (error);
    g_assert_cmpstr (found, ==, row->expected);
  } else {
    g_assert_error (error, HYPERV_ERROR, row->code);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, row->message));
  }
  g_assert_cmpuint (server_get_n_connections (server), ==, 1);
  g_object_unref (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/session/strange/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  return g_test_run ();
}
