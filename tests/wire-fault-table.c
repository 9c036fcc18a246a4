/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "client/wire/wire.h"

/* What each fault of Windows means, row by row: names and numbers of wsmerror.h, wbemcli.h and
 * winerror.h, and subcodes. In development the numbers are held against the table made from
 * Microsoft's header, and every fault of Microsoft's own map of faults must mean something. */

typedef struct {
  const char *name;
  guint32 code;
  HypervError error;
} CodeRow;

static const CodeRow codes[] = {
  { "ERROR_WSMAN_RESOURCE_NOT_FOUND", 2150858752u, HYPERV_ERROR_NOT_FOUND },
  { "ERROR_WSMAN_INVALID_ACTIONURI", 2150858753u, HYPERV_ERROR_NOT_SUPPORTED },
  { "ERROR_WSMAN_INVALID_URI", 2150858754u, HYPERV_ERROR_NOT_FOUND },
  { "ERROR_WSMAN_DESTINATION_UNREACHABLE", 2150858770u, HYPERV_ERROR_NOT_FOUND },
  { "ERROR_WSMAN_ACTION_NOT_SUPPORTED", 2150858771u, HYPERV_ERROR_NOT_SUPPORTED },
  { "ERROR_WSMAN_ENDPOINT_UNAVAILABLE", 2150858772u, HYPERV_ERROR_BUSY },
  { "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER", 2150858778u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "ERROR_WSMAN_ENUMERATE_TIMED_OUT", 2150858780u, HYPERV_ERROR_TIMED_OUT },
  { "ERROR_WSMAN_OPERATION_TIMEDOUT", 2150858793u, HYPERV_ERROR_TIMED_OUT },
  { "ERROR_WSMAN_ACTION_MISMATCH", 2150858801u, HYPERV_ERROR_NOT_SUPPORTED },
  { "ERROR_WSMAN_CONCURRENCY", 2150858802u, HYPERV_ERROR_BUSY },
  { "ERROR_WSMAN_ALREADY_EXISTS", 2150858803u, HYPERV_ERROR_ALREADY_EXISTS },
  { "ERROR_WSMAN_INVALID_RESOURCE_URI", 2150858811u, HYPERV_ERROR_NOT_FOUND },
  { "ERROR_WSMAN_QUOTA_LIMIT", 2150858815u, HYPERV_ERROR_QUOTA },
  { "ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED", 2150858824u, HYPERV_ERROR_QUOTA },
  { "ERROR_WSMAN_SERVER_ENVELOPE_LIMIT", 2150858825u, HYPERV_ERROR_QUOTA },
  { "ERROR_WSMAN_UNREPORTABLE_SUCCESS", 2150858829u, HYPERV_ERROR_UNKNOWN_OUTCOME },
  { "ERROR_WSMAN_WMI_SVC_ACCESS_DENIED", 2150859012u, HYPERV_ERROR_ACCESS_DENIED },
  { "ERROR_WSMAN_WMI_PROVIDER_ACCESS_DENIED", 2150859013u, HYPERV_ERROR_ACCESS_DENIED },
  { "ERROR_WSMAN_WMI_CANNOT_CONNECT_ACCESS_DENIED", 2150859014u, HYPERV_ERROR_ACCESS_DENIED },
  { "ERROR_WSMAN_WMI_PROVIDER_NOT_CAPABLE", 2150859010u, HYPERV_ERROR_NOT_SUPPORTED },
  { "ERROR_WSMAN_ENDPOINT_UNAVAILABLE_INVALID_VALUE", 2150859034u, HYPERV_ERROR_NOT_FOUND },
  { "ERROR_WSMAN_QUOTA_MAX_SHELLS", 2150859173u, HYPERV_ERROR_QUOTA },
  { "ERROR_WSMAN_QUOTA_MAX_OPERATIONS", 2150859174u, HYPERV_ERROR_QUOTA },
  { "ERROR_WSMAN_QUOTA_USER", 2150859175u, HYPERV_ERROR_BUSY },
  { "ERROR_WSMAN_QUOTA_SYSTEM", 2150859176u, HYPERV_ERROR_BUSY },
  { "WBEM_E_NOT_FOUND", 2147749890u, HYPERV_ERROR_NOT_FOUND },
  { "WBEM_E_ACCESS_DENIED", 2147749891u, HYPERV_ERROR_ACCESS_DENIED },
  { "WBEM_E_OUT_OF_MEMORY", 2147749894u, HYPERV_ERROR_QUOTA },
  { "WBEM_E_INVALID_PARAMETER", 2147749896u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "WBEM_E_NOT_SUPPORTED", 2147749900u, HYPERV_ERROR_NOT_SUPPORTED },
  { "WBEM_E_INVALID_NAMESPACE", 2147749902u, HYPERV_ERROR_NOT_FOUND },
  { "WBEM_E_INVALID_OBJECT", 2147749903u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "WBEM_E_INVALID_CLASS", 2147749904u, HYPERV_ERROR_NOT_FOUND },
  { "WBEM_E_INVALID_QUERY", 2147749911u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "WBEM_E_ALREADY_EXISTS", 2147749913u, HYPERV_ERROR_ALREADY_EXISTS },
  { "WBEM_E_PROVIDER_NOT_CAPABLE", 2147749924u, HYPERV_ERROR_NOT_SUPPORTED },
  { "WBEM_E_INVALID_METHOD", 2147749934u, HYPERV_ERROR_NOT_FOUND },
  { "WBEM_E_INVALID_METHOD_PARAMETERS", 2147749935u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "WBEM_E_SHUTTING_DOWN", 2147749939u, HYPERV_ERROR_BUSY },
  { "WBEM_E_INVALID_OBJECT_PATH", 2147749946u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "WBEM_E_METHOD_NOT_IMPLEMENTED", 2147749973u, HYPERV_ERROR_NOT_SUPPORTED },
  { "WBEM_E_QUOTA_VIOLATION", 2147749996u, HYPERV_ERROR_QUOTA },
  { "ERROR_ACCESS_DENIED", 5u, HYPERV_ERROR_ACCESS_DENIED },
  { "HRESULT of Win32 5", 2147942405u, HYPERV_ERROR_ACCESS_DENIED },
  { "ERROR_INVALID_PARAMETER", 87u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "HRESULT of Win32 87", 2147942487u, HYPERV_ERROR_INVALID_ARGUMENT },
  { "ERROR_NOT_SUPPORTED", 50u, HYPERV_ERROR_NOT_SUPPORTED },
  { "HRESULT of Win32 50", 2147942450u, HYPERV_ERROR_NOT_SUPPORTED },
  { "ERROR_TIMEOUT", 1460u, HYPERV_ERROR_TIMED_OUT },
  { "HRESULT of Win32 1460", 2147943860u, HYPERV_ERROR_TIMED_OUT },
};

static const struct {
  const char *subcode;
  HypervError error;
} subcodes[] = {
  { "w:AccessDenied", HYPERV_ERROR_ACCESS_DENIED },
  { "w:AlreadyExists", HYPERV_ERROR_ALREADY_EXISTS },
  { "w:CannotProcessFilter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:Concurrency", HYPERV_ERROR_BUSY },
  { "w:EncodingLimit", HYPERV_ERROR_QUOTA },
  { "w:InternalError", HYPERV_ERROR_OPERATION_FAILED },
  { "w:InvalidOptions", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:InvalidParameter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:InvalidSelectors", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:QuotaLimit", HYPERV_ERROR_QUOTA },
  { "w:SchemaValidationError", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:TimedOut", HYPERV_ERROR_TIMED_OUT },
  { "w:UnsupportedFeature", HYPERV_ERROR_NOT_SUPPORTED },
  { "a:ActionNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "a:DestinationUnreachable", HYPERV_ERROR_NOT_FOUND },
  { "a:EndpointUnavailable", HYPERV_ERROR_BUSY },
  { "a:EndpointUnavilable", HYPERV_ERROR_BUSY },
  { "a:InvalidMessageInformationHeader", HYPERV_ERROR_INVALID_ARGUMENT },
  { "a:MessageInformationHeaderRequired", HYPERV_ERROR_INVALID_ARGUMENT },
  { "n:CannotProcessFilter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "n:FilterDialectRequestedUnavailable", HYPERV_ERROR_NOT_SUPPORTED },
  { "n:FilteringNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "n:InvalidEnumerationContext", HYPERV_ERROR_INVALID_STATE },
  { "n:TimedOut", HYPERV_ERROR_TIMED_OUT },
  { "n:InvalidExpirationTime", HYPERV_ERROR_INVALID_ARGUMENT },
  { "n:UnsupportedExpirationType", HYPERV_ERROR_NOT_SUPPORTED },
  { "w:FragmentDialectNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "w:InvalidBookmark", HYPERV_ERROR_INVALID_ARGUMENT },
  { "b:PolymorphismModeNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "x:InvalidRepresentation", HYPERV_ERROR_INVALID_ARGUMENT },
};

#define TABLES SOURCE_DIR "/../shared/facts/tables/"

static GError *
fault_of (const char *subcode, guint32 code)
{
  g_autofree char *detail
      = code != 0 ? g_strdup_printf ("<s:Detail><f:WSManFault Code=\"%u\"/></s:Detail>", code)
                  : g_strdup ("");
  g_autofree char *xml = g_strdup_printf (
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
      " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
      " xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
      " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
      " xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\""
      " xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\""
      " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
      " xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\"><s:Body><s:Fault>"
      "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>%s</s:Value></s:Subcode></s:Code>"
      "<s:Reason><s:Text>No.</s:Text></s:Reason>%s</s:Fault></s:Body></s:Envelope>",
      subcode, detail);
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_GET, "root/x", NULL, NULL, NULL);
  GError *error = NULL;

  wire_reply_push (reply, xml, strlen (xml), &error);
  g_assert_no_error (error);
  wire_reply_end (reply, &error);
  g_assert_no_error (error);
  return g_error_copy (wire_reply_get_info (reply)->fault);
}

static void
test_code (gconstpointer data)
{
  const CodeRow *row = data;
  g_autoptr (GError) error = fault_of ("w:Strange", row->code);

  g_assert_error (error, HYPERV_ERROR, (int)row->error);
  g_assert_cmpuint (hyperv_error_get_wsman_code (error), ==, row->code);
}

static void
test_subcode (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = fault_of (subcodes[i].subcode, 0);

  g_assert_error (error, HYPERV_ERROR, (int)subcodes[i].error);
  g_assert_cmpstr (hyperv_error_get_fault_subcode (error), ==, subcodes[i].subcode);
}

/* Lines of a table, or NULL after saying that the test is skipped. */
static char **
read_table (const char *file)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (file, &text, NULL, NULL))
    return g_strsplit (text, "\n", -1);
  g_test_skip ("the facts are there in development only");
  return NULL;
}

static void
test_numbers (void)
{
  g_auto (GStrv) lines = read_table (TABLES "wsman-error-codes-winsdk-14393.tsv");
  guint n_found = 0;
  guint n_expected = 0;

  if (lines == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    n_expected += codes[i].code >> 16 == 0x8033;
  for (gsize l = 0; lines[l] != NULL; l++) {
    g_auto (GStrv) cells = g_strsplit (lines[l], "\t", -1);

    for (gsize i = 0; g_strv_length (cells) > 2 && i < G_N_ELEMENTS (codes); i++) {
      if (strcmp (codes[i].name, cells[0]) != 0)
        continue;
      g_assert_cmpuint (g_ascii_strtoull (cells[2], NULL, 10), ==, codes[i].code);
      n_found++;
    }
  }
  g_assert_cmpuint (n_found, ==, n_expected);
}

/* Events have subcodes of their own, and the map leaves some faults without one. */
static gboolean
is_ours (const char *subcode)
{
  static const char *const others[]
      = { "w:DeliveryRefused", "w:NoAck", "w:EventDeliverToUnusable", "w:InternalError", NULL };

  return strlen (subcode) > 2 && subcode[1] == ':' && *subcode != 'e'
         && !g_strv_contains (others, subcode);
}

static void
test_map (void)
{
  g_auto (GStrv) lines = read_table (TABLES "wsman-fault-map-from-omi.tsv");
  guint n = 0;

  for (gsize l = 1; lines != NULL && lines[l] != NULL; l++) {
    g_auto (GStrv) cells = g_strsplit (lines[l], "\t", -1);
    g_autoptr (GError) error = NULL;

    if (g_strv_length (cells) < 5 || !is_ours (cells[4]))
      continue;
    error = fault_of (cells[4], (guint32)g_ascii_strtoull (cells[2], NULL, 10));
    if (g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED)) {
      g_test_message ("%s (%s) means nothing", cells[0], cells[4]);
      g_test_fail ();
    }
    n++;
  }
  g_assert_true (lines == NULL || n > 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autofree char *path
        = g_strdup_printf ("/wire/fault-table/%s, %u", codes[i].name, codes[i].code);

    g_test_add_data_func (path, &codes[i], test_code);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (subcodes); i++) {
    g_autofree char *path = g_strconcat ("/wire/fault-table/", subcodes[i].subcode, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_subcode);
  }
  g_test_add_func ("/wire/fault-table/numbers are Microsoft's", test_numbers);
  g_test_add_func ("/wire/fault-table/every fault means something", test_map);
  return g_test_run ();
}
