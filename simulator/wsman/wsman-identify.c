/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-write.h"

/* Identify, in its two forms: to an authenticated client with the release (recorded of 2012 R2), to
 * an anonymous one without (MS-WSMV 3.1.4.1.23). Its header is empty, so nothing relates. */
static const char *const profiles[] = { "basic", "spnego-kerberos" };

static void
identify_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
}

static void
put_profiles (GString *out, gboolean secure)
{
  wsman_put (out, "<wsmid:SecurityProfiles>");
  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    g_string_append_printf (out,
                            "<wsmid:SecurityProfileName>" WSMAN_SECURITY_PROFILE
                            "%s/%s</wsmid:SecurityProfileName>",
                            secure ? "https" : "http", profiles[i]);
  wsman_put (out, "</wsmid:SecurityProfiles>");
}

static void
identify_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  gboolean anonymous = exchange->user == NULL;
  GString *out = g_string_sized_new (1024);

  if (anonymous)
    wsman_put (out, "<s:Envelope xmlns:s=\"" WSMAN_NS_SOAP "\"><s:Header/>");
  else
    g_string_append_printf (
        out, "<s:Envelope xml:lang=\"%s\" xmlns:s=\"" WSMAN_NS_SOAP "\"><s:Header></s:Header>",
        self->language);
  wsman_put (out, "<s:Body><wsmid:IdentifyResponse xmlns:wsmid=\"" WSMAN_NS_IDENTITY
                  "\"><wsmid:ProtocolVersion>" WSMAN_NS_WSMAN "</wsmid:ProtocolVersion>"
                  "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>");
  g_string_append_printf (out,
                          "<wsmid:ProductVersion>OS: %s SP: 0.0 Stack: 3.0"
                          "</wsmid:ProductVersion>",
                          anonymous ? "0.0.0" : self->os_version);
  if (!anonymous)
    put_profiles (out, exchange->secure);
  wsman_put (out, "</wsmid:IdentifyResponse>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_identify = {
  .operation = "Identify",
  .read = identify_read,
  .write = identify_write,
};
