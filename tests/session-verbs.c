/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/session-fixture.h"

#include <string.h>

/* The verbs against a server that answers as each row says. */

typedef enum { DO_IDENTIFY, DO_GET, DO_QUERY, DO_ENUMERATE, DO_INVOKE } Verb;
typedef enum { NO_ERROR, OURS, GIO } Domain;

typedef struct {
  const char *sentence;
  Verb verb;
  Step steps[6];
  const char *expected; /* values of K, ReturnValue or ProductVendor */
  Domain domain;
  int code;
  const char *message; /* pattern */
  gboolean repeat;
  guint timeout_ms;
  gboolean then_get; /* the last step: nothing else may come between */
} Row;

#define OK(body, expect)                                                                           \
  {                                                                                                \
    STEP_REPLY, 200, NULL, body, expect                                                            \
  }
#define FAILS(code, message) NULL, OURS, HYPERV_ERROR_##code, message
#define IDENTIFY_REPLY                                                                             \
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>"            \
  "<i:IdentifyResponse xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/"                   \
  "wsmanidentity.xsd\"><i:ProductVendor>M</i:ProductVendor></i:IdentifyResponse></s:Body>"         \
  "</s:Envelope>"
#define HTML "<html><head><title>Down</title></head></html>"

static const Row rows[] = {
  { "Identify", DO_IDENTIFY, { OK (IDENTIFY_REPLY, "<wsmid:Identify/>") }, "M" },
  { "Get", DO_GET, { OK (GET_REPLY, "transfer/Get<") }, "1" },
  { "Invoke", DO_INVOKE, { OK (INVOKE_REPLY ("Go"), "/root/v2/C/Go<") }, "0" },
  { "an enumeration in one reply",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("") ITEMS (C ("1") C ("2")) END), "/root/v2/C<") },
    "1 2" },
  { "an enumeration by Pull, each with the newest context",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1"))), NULL),
      OK (PULL_REPLY (CONTEXT ("X2") ITEMS (C ("2") C ("3"))), ">X1<"),
      OK (PULL_REPLY (ITEMS (C ("4")) END), ">X2<") },
    "1 2 3 4" },
  { "a host that closes after each reply",
    DO_ENUMERATE,
    { { STEP_REPLY, 200, "text/xml\r\nConnection: close", ENUMERATE_REPLY (CONTEXT ("X1")), NULL },
      { STEP_REPLY, 200, "text/xml\r\nConnection: close", PULL_REPLY (CONTEXT ("X2")), ">X1<" },
      OK (PULL_REPLY (ITEMS (C ("1")) END), ">X2<") },
    "1" },
  { "a context without items",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1")), NULL), OK (PULL_REPLY (ITEMS (C ("1")) END), ">X1<") },
    "1" },
  { "the end comes with empty Items",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1"))), NULL),
      OK (PULL_REPLY (ITEMS ("") END), NULL) },
    "1" },
  { "a Pull reply without a context means the one before",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1")), NULL), OK (PULL_REPLY (ITEMS (C ("1"))), ">X1<"),
      OK (PULL_REPLY (END), ">X1<") },
    "1" },
  { "a query goes to the namespace, and projected items get its class",
    DO_QUERY,
    { OK (ENUMERATE_REPLY (ITEMS ("<w:XmlFragment><K>9</K></w:XmlFragment>") END),
          "/root/v2/*</w:ResourceURI>") },
    "9" },
  { "a fault with status 500",
    DO_GET,
    { { STEP_REPLY, 500, NULL, FAULT_REPLY ("w:InvalidSelectors", "2150858843"), NULL } },
    FAILS (INVALID_ARGUMENT,
           "Because. (w:InvalidSelectors, code 2150858843 = 0x8033805B) (Get C)") },
  { "a fault with status 503",
    DO_GET,
    { { STEP_REPLY, 503, NULL, FAULT_REPLY ("w:TimedOut", "2150858793"), NULL } },
    FAILS (TIMED_OUT, "Because. * (Get C)") },
  { "a fault of a method is not an unknown outcome",
    DO_INVOKE,
    { { STEP_REPLY, 500, NULL, FAULT_REPLY ("w:AccessDenied", "5"), NULL } },
    FAILS (ACCESS_DENIED,
           "Because. (w:AccessDenied, code 5 = 0x00000005); the account lacks a right that "
           "administrators of the host have, and the group Hyper-V Administrators: on the host, "
           "Add-LocalGroupMember -Group \"Hyper-V Administrators\" -Member USER (C.Go)") },
  { "503 with a page",
    DO_GET,
    { { STEP_REPLY, 503, "text/html", HTML, NULL } },
    FAILS (BUSY, "HTTP status 503: the service is overloaded or not running (the server says "
                 "“Down”) (Get C)") },
  { "503 for a method: nothing was done",
    DO_INVOKE,
    { { STEP_REPLY, 503, "text/html", HTML, NULL } },
    FAILS (BUSY, "HTTP status 503: * (C.Go)") },
  { "502 for a method: nobody knows",
    DO_INVOKE,
    { { STEP_REPLY, 502, "text/html", HTML, NULL } },
    FAILS (UNKNOWN_OUTCOME, "the method may have been carried out, or not; *status 502* (C.Go)") },
  { "an empty 500 names the usual reason",
    DO_GET,
    { { STEP_REPLY, 500, "", "", NULL } },
    FAILS (PROTOCOL, "HTTP status 500: *AllowUnencrypted* (Get C)") },
  { "404",
    DO_GET,
    { { STEP_REPLY, 404, "text/html", "", NULL } },
    FAILS (PROTOCOL, "HTTP status 404: nothing answers at /wsman* (Get C)") },
  { "an unusual status",
    DO_GET,
    { { STEP_REPLY, 299, "text/plain", "hm", NULL } },
    FAILS (PROTOCOL, "HTTP status 299: not a status that WS-Management uses (the server says "
                     "“hm”) (Get C)") },
  { "401", DO_GET, { { STEP_REPLY, 401, "", "", NULL } }, FAILS (AUTH_FAILED, "* (Get C)") },
  { "401 for a method",
    DO_INVOKE,
    { { STEP_REPLY, 401, "", "", NULL } },
    FAILS (AUTH_FAILED, "* (C.Go)") },
  { "a page with status 200",
    DO_GET,
    { { STEP_REPLY, 200, "text/html", HTML, NULL } },
    FAILS (PROTOCOL, "the server answered with HTML (“Down”) and not with WS-Management (Get C)") },
  { "a page with status 200 for a method",
    DO_INVOKE,
    { { STEP_REPLY, 200, "text/html", HTML, NULL } },
    FAILS (UNKNOWN_OUTCOME, "the method may have *(“Down”)* (C.Go)") },
  { "an empty reply",
    DO_GET,
    { { STEP_REPLY, 200, NULL, "", NULL } },
    FAILS (PROTOCOL, "the reply is empty (Get C)") },
  { "no fault with status 500",
    DO_GET,
    { { STEP_REPLY, 500, NULL, GET_REPLY, NULL } },
    FAILS (PROTOCOL, "HTTP status 500 with a reply that is not a fault (Get C)") },
  { "a reply to another message",
    DO_GET,
    { OK (REPLY_HEAD (TRANSFER "GetResponse") "<p:C/>" REPLY_TAIL "<!--", NULL) },
    FAILS (PROTOCOL, "not well-formed* (Get C)") },
  { "another RelatesTo",
    DO_GET,
    { OK ("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
          " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header><a:RelatesTo>"
          "uuid:OTHER</a:RelatesTo></s:Header><s:Body><C/></s:Body></s:Envelope>",
          NULL) },
    FAILS (PROTOCOL, "the reply is to another request: expected was RelatesTo uuid:*, and "
                     "found uuid:OTHER (Get C)") },
  { "no RelatesTo is let pass",
    DO_GET,
    { OK ("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><C><K>5</K></C>"
          "</s:Body></s:Envelope>",
          NULL) },
    "5" },
  { "another action",
    DO_GET,
    { OK (PULL_REPLY (END), NULL) },
    FAILS (PROTOCOL, "expected was a reply to Get, and found one with the action *Pull* (Get C)") },
  { "another method",
    DO_INVOKE,
    { OK (INVOKE_REPLY ("Stop"), NULL) },
    FAILS (UNKNOWN_OUTCOME, "*the reply is to another method: expected was an action that "
                            "ends in /GoResponse, and found *C/StopResponse (C.Go)") },
  { "another method's output under the right action",
    DO_INVOKE,
    { OK (
        REPLY_HEAD (
            "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/v2/C/GoResponse") "<p:Stop_OUTPUT><"
                                                                                  "p:ReturnValue>0<"
                                                                                  "/p:ReturnValue><"
                                                                                  "/p:Stop_"
                                                                                  "OUTPUT"
                                                                                  ">" REPLY_TAIL,
        NULL) },
    FAILS (UNKNOWN_OUTCOME, "*the reply is to another method: expected was Go_OUTPUT, and found "
                            "Stop_OUTPUT (C.Go)") },
  { "half a reply",
    DO_GET,
    { { STEP_HALF, 200, NULL, GET_REPLY, NULL } },
    NULL,
    GIO,
    G_IO_ERROR_CONNECTION_CLOSED,
    "* (Get C)" },
  { "half a reply to a method",
    DO_INVOKE,
    { { STEP_HALF, 200, NULL, INVOKE_REPLY ("Go"), NULL } },
    FAILS (UNKNOWN_OUTCOME, "the method may have been carried out, or not; * (C.Go)") },
  { "closed instead of a reply: Get is not sent again",
    DO_GET,
    { { STEP_DROP, 1, NULL, NULL, NULL } },
    NULL,
    GIO,
    G_IO_ERROR_CONNECTION_CLOSED,
    "* (Get C)" },
  { "closed instead of a reply to a method",
    DO_INVOKE,
    { { STEP_DROP, 1, NULL, NULL, NULL } },
    FAILS (UNKNOWN_OUTCOME, "the method may have been carried out, or not; * (C.Go)") },
  { "silence",
    DO_GET,
    { { STEP_STALL, 1, NULL, NULL, NULL } },
    NULL,
    OURS,
    HYPERV_ERROR_TIMED_OUT,
    "* (Get C)",
    FALSE,
    500 },
  { "silence after a method",
    DO_INVOKE,
    { { STEP_STALL, 1, NULL, NULL, NULL } },
    NULL,
    OURS,
    HYPERV_ERROR_UNKNOWN_OUTCOME,
    "* (C.Go)",
    FALSE,
    500 },
  { "silence in an enumeration: no Release to a host that is silent",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1")), NULL), { STEP_STALL, 1, NULL, NULL, NULL } },
    NULL,
    OURS,
    HYPERV_ERROR_TIMED_OUT,
    "* (Pull C)",
    FALSE,
    500 },
  { "neither a context nor the end",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (ITEMS (C ("1"))), NULL) },
    FAILS (PROTOCOL, "C: the reply has neither an EnumerationContext nor EndOfSequence") },
  { "a fault in Pull: the rest is released",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1")), NULL),
      { STEP_REPLY, 500, NULL, FAULT_REPLY ("w:TimedOut", "2150858793"), NULL },
      OK (RELEASE_REPLY, "<n:Release><n:EnumerationContext>X1<") },
    FAILS (TIMED_OUT, "Because. * (Pull C)") },
  { "a Release that fails changes nothing",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1")), NULL),
      OK (GET_REPLY, NULL),
      { STEP_REPLY, 500, NULL, FAULT_REPLY ("w:InternalError", "5"), "<n:Release>" } },
    FAILS (PROTOCOL, "expected was a reply to Pull, * (Pull C)") },
  { "an enumeration that the host has forgotten is not released",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1")), NULL),
      { STEP_REPLY, 500, NULL, FAULT_REPLY ("n:InvalidEnumerationContext", "2150858779"), NULL },
      OK (GET_REPLY, "transfer/Get<") },
    FAILS (INVALID_STATE, "Because. * (Pull C)"),
    FALSE,
    0,
    TRUE },
  { "pages without items for ever",
    DO_ENUMERATE,
    { OK (ENUMERATE_REPLY (CONTEXT ("X1")), NULL),
      OK (PULL_REPLY (CONTEXT ("X2") ITEMS ("")), NULL) },
    NULL,
    OURS,
    HYPERV_ERROR_PROTOCOL,
    "C: the enumeration gets nowhere: 33 pages in a row without an item or an end",
    TRUE },
};

static void
append_values (GString *out, const HypervCimInstance *instance)
{
  static const char *const names[] = { "K", "ReturnValue", "ProductVendor" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *value = hyperv_cim_instance_peek_string (instance, names[i]);

    if (value != NULL)
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", value);
  }
}

static void
append_all (GString *out, GPtrArray *instances)
{
  for (guint i = 0; instances != NULL && i < instances->len; i++) {
    const HypervCimInstance *instance = g_ptr_array_index (instances, i);

    g_assert_cmpstr (hyperv_cim_instance_get_class_name (instance), ==, "C");
    g_assert_cmpstr (hyperv_cim_instance_get_namespace (instance), ==, "root/v2");
    append_values (out, instance);
  }
}

static HypervCimPath *
the_path (const char *key)
{
  HypervCimPath *path = hyperv_cim_path_new ("root/v2", "C");

  hyperv_cim_path_add_key (path, "K", key);
  return path;
}

static char *
perform (HypervSession *session, Verb verb, GCancellable *cancellable, GError **error)
{
  g_autoptr (HypervCimPath) path = the_path ("1");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (GPtrArray) instances = NULL;
  GString *out = g_string_new (NULL);

  switch (verb) {
  case DO_IDENTIFY:
    instance = hyperv_session_identify (session, cancellable, error);
    break;
  case DO_GET:
    instance = hyperv_session_get (session, path, cancellable, error);
    break;
  case DO_QUERY:
    instances = hyperv_session_query (session, "root/v2", " select K\nFrom  C WHERE A = ' from '",
                                      cancellable, error);
    break;
  case DO_ENUMERATE:
    instances = hyperv_session_enumerate (session, "root/v2", "C", cancellable, error);
    break;
  default:
    instance = hyperv_session_invoke (session, path, "Go", NULL, cancellable, error);
  }
  if (instance != NULL)
    append_values (out, instance);
  append_all (out, instances);
  return g_string_free (out, FALSE);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Server) server = server_new (row->steps, row->repeat);
  HypervSession *session = server_connect (server, row->timeout_ms);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = perform (session, row->verb, NULL, &error);
  guint n = 0;

  if (row->domain == NO_ERROR) {
    g_assert_no_error (error);
    g_assert_cmpstr (found, ==, row->expected);
  } else {
    GQuark domain = row->domain == OURS ? HYPERV_ERROR : G_IO_ERROR;

    g_assert_error (error, domain, row->code);
    if (!g_pattern_match_simple (row->message, error->message))
      g_assert_cmpstr (error->message, ==, row->message);
  }
  if (row->then_get)
    g_free (perform (session, DO_GET, NULL, NULL));
  /* A Release is on its way when the result is there. */
  while (row->steps[n].status != 0)
    n++;
  server_wait (server, n);
  g_object_unref (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/session/verbs/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  return g_test_run ();
}
