/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "client/wire/wire.h"

/* Faults: what the caller can do, what the message says, and Windows' details. */

#define FAULT(declarations, content)                                                               \
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                \
  " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                                  \
  " xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\"" declarations                 \
  "><s:Header><a:Action>http://schemas.dmtf.org/wbem/wsman/1/wsman/fault</a:Action></s:Header>"    \
  "<s:Body><s:Fault>" content "</s:Fault></s:Body></s:Envelope>"
#define W " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
#define N " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
#define CODE(subcode)                                                                              \
  "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>" subcode                                \
  "</s:Value></s:Subcode></s:Code>"
#define REASON(text) "<s:Reason><s:Text xml:lang=\"en-US\">" text "</s:Text></s:Reason>"
#define WSMAN(code, message)                                                                       \
  "<f:WSManFault Code=\"" code "\" Machine=\"m\"><f:Message>" message "</f:Message></"             \
                                                                      "f:WSManFault>"
#define PROVIDER(content)                                                                          \
  "<f:ProviderFault provider=\"WMI Provider\" path=\"x\">" content "</f:ProviderFault>"
#define DENIED                                                                                     \
  "; the account lacks a right that administrators of the host have, and the group Hyper-V "       \
  "Administrators: on the host, Add-LocalGroupMember -Group \"Hyper-V Administrators\" -Member USER"
#define LIMITS "; on the host, winrm get winrm/config shows its limits"
#define DETAIL(content) "<s:Detail>" content "</s:Detail>"

static const struct {
  const char *sentence;
  const char *xml;
  HypervError code;
  const char *subcode;
  guint32 wsman_code;
  const char *message;
} rows[] = {
  { "the code of WSManFault decides, before the subcode",
    FAULT (W, CODE ("w:InternalError") REASON ("No. ") DETAIL (WSMAN ("2150858793", "No. "))),
    HYPERV_ERROR_TIMED_OUT, "w:InternalError", 2150858793u,
    "No. (w:InternalError, code 2150858793 = 0x80338029)" },
  { "without a code the subcode decides", FAULT (W, CODE ("w:AccessDenied") REASON ("Denied.")),
    HYPERV_ERROR_ACCESS_DENIED, "w:AccessDenied", 0, "Denied. (w:AccessDenied)" DENIED },
  { "an unknown code leaves it to the subcode",
    FAULT (W, CODE ("w:QuotaLimit") REASON ("Many.") DETAIL (WSMAN ("77", ""))), HYPERV_ERROR_QUOTA,
    "w:QuotaLimit", 77, "Many. (w:QuotaLimit, code 77 = 0x0000004D)" LIMITS },
  { "neither known: the operation failed",
    FAULT (W, CODE ("w:Strange") REASON ("Hm.") DETAIL (WSMAN ("78", "Hm."))),
    HYPERV_ERROR_OPERATION_FAILED, "w:Strange", 78, "Hm. (w:Strange, code 78 = 0x0000004E)" },
  { "a prefix means its namespace",
    FAULT (" xmlns:q=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"",
           CODE (" q:TimedOut ") REASON ("Late.")),
    HYPERV_ERROR_TIMED_OUT, "w:TimedOut", 0, "Late. (w:TimedOut)" },
  { "a prefix that means something else is not taken for Windows'",
    FAULT (" xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\"",
           CODE ("w:InvalidEnumerationContext") REASON ("Gone.")),
    HYPERV_ERROR_INVALID_STATE, "n:InvalidEnumerationContext", 0,
    "Gone. (n:InvalidEnumerationContext)" },
  { "a prefix declared inside",
    FAULT ("", "<s:Code><s:Value>s:Sender</s:Value><s:Subcode" W
               "><s:Value>w:TimedOut</s:Value></s:Subcode></s:Code>"),
    HYPERV_ERROR_TIMED_OUT, "w:TimedOut", 0, "the host gave no reason (w:TimedOut)" },
  { "an undeclared prefix stays", FAULT ("", CODE ("z:TimedOut") REASON ("Late.")),
    HYPERV_ERROR_OPERATION_FAILED, "z:TimedOut", 0, "Late. (z:TimedOut)" },
  { "the provider's own words are preferred",
    FAULT (N, CODE ("n:CannotProcessFilter") REASON ("The data source cannot.") DETAIL (WSMAN (
                  "2150858778", PROVIDER (WSMAN ("2150858778", "The class does not exist. "))))),
    HYPERV_ERROR_INVALID_ARGUMENT, "n:CannotProcessFilter", 2150858778u,
    "The class does not exist. (n:CannotProcessFilter, code 2150858778 = 0x8033801A, from WMI "
    "Provider)" },
  { "a provider that speaks in plain text",
    FAULT (W, CODE ("w:InternalError") REASON ("Cannot.")
                  DETAIL (WSMAN ("2147749902", PROVIDER ("Invalid namespace ")))),
    HYPERV_ERROR_NOT_FOUND, "w:InternalError", 2147749902u,
    "Invalid namespace (w:InternalError, code 2147749902 = 0x8004100E, from WMI Provider)" },
  { "a provider that says the same",
    FAULT (W, CODE ("w:InvalidSelectors") REASON ("Wrong. ")
                  DETAIL ("<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
                          "UnexpectedSelectors</w:FaultDetail>" WSMAN (
                              "2150858843", PROVIDER (WSMAN ("2150858843", "Wrong. "))))),
    HYPERV_ERROR_INVALID_ARGUMENT, "w:InvalidSelectors", 2150858843u,
    "Wrong. (w:InvalidSelectors/UnexpectedSelectors, code 2150858843 = 0x8033805B, from WMI "
    "Provider)" },
  { "__ExtendedStatus adds its description",
    FAULT (W, CODE ("w:InternalError") REASON ("Bad.") DETAIL (WSMAN (
                  "5", PROVIDER (WSMAN (
                           "5", "Access is denied. ") "<f:ExtendedError><e:__ExtendedStatus "
                                                      "xmlns:e=\"x\"><e:Description>By policy."
                                                      "</e:Description></e:__ExtendedStatus>"
                                                      "</f:ExtendedError>")))),
    HYPERV_ERROR_ACCESS_DENIED, "w:InternalError", 5,
    "Access is denied. By policy. (w:InternalError, code 5 = 0x00000005, from WMI Provider)"
    DENIED },
  { "MSFT_WmiError alone",
    FAULT (W, CODE ("w:QuotaLimit") REASON ("Too many. ") DETAIL (
                  "<p:MSFT_WmiError xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
                  "MSFT_WmiError\"><p:Message>30 are allowed. </p:Message>"
                  "<p:error_Code>2150859173</p:error_Code></p:MSFT_WmiError>")),
    HYPERV_ERROR_QUOTA, "w:QuotaLimit", 2150859173u,
    "30 are allowed. (w:QuotaLimit, code 2150859173 = 0x803381A5)" LIMITS },
  { "a code in hexadecimal",
    FAULT (W, CODE ("w:InternalError") REASON ("No.") DETAIL (WSMAN ("0x80041003", ""))),
    HYPERV_ERROR_ACCESS_DENIED, "w:InternalError", 0x80041003u,
    "No. (w:InternalError, code 2147749891 = 0x80041003)" DENIED },
  { "a code that is no number",
    FAULT (W, CODE ("w:TimedOut") REASON ("No.") DETAIL (WSMAN ("99999999999", ""))),
    HYPERV_ERROR_TIMED_OUT, "w:TimedOut", 0, "No. (w:TimedOut)" },
  { "the first of several texts",
    FAULT (W, CODE ("w:TimedOut") "<s:Reason><s:Text>Eins</s:Text><s:Text>Two"
                                  "</s:Text></s:Reason>"),
    HYPERV_ERROR_TIMED_OUT, "w:TimedOut", 0, "Eins (w:TimedOut)" },
  { "nothing at all", FAULT ("", ""), HYPERV_ERROR_OPERATION_FAILED, NULL, 0,
    "the host gave no reason (SOAP fault)" },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_GET, "root/x", NULL, NULL, NULL);
  const GError *fault;
  g_autoptr (GError) error = NULL;

  wire_reply_push (reply, rows[i].xml, strlen (rows[i].xml), &error);
  g_assert_no_error (error);
  wire_reply_end (reply, &error);
  g_assert_no_error (error);
  fault = wire_reply_get_info (reply)->fault;
  g_assert_nonnull (fault);
  g_assert_cmpstr (fault->message, ==, rows[i].message);
  g_assert_error (fault, HYPERV_ERROR, (int)rows[i].code);
  g_assert_cmpstr (hyperv_error_get_fault_subcode (fault), ==, rows[i].subcode);
  g_assert_cmpuint (hyperv_error_get_wsman_code (fault), ==, rows[i].wsman_code);
}

/* A fault may answer every verb. */
static void
test_every_verb (void)
{
  static const WireVerb verbs[]
      = { WIRE_IDENTIFY, WIRE_GET, WIRE_ENUMERATE, WIRE_PULL, WIRE_RELEASE, WIRE_INVOKE };

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++) {
    g_autoptr (WireReply) reply = wire_reply_new (verbs[i], "root/x", NULL, NULL, NULL);

    g_assert_true (wire_reply_push (reply, rows[1].xml, strlen (rows[1].xml), NULL));
    g_assert_true (wire_reply_end (reply, NULL));
    g_assert_nonnull (wire_reply_get_info (reply)->fault);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wire/faults/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  g_test_add_func ("/wire/faults/a fault answers every verb", test_every_verb);
  return g_test_run ();
}
