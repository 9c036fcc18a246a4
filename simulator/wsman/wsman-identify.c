/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-write.h"

/* Identify, in its two forms: to an authenticated client with the release (recorded of 2012 R2), to
 * an anonymous one without (MS-WSMV 3.1.4.1.23). Its header is empty, so nothing relates. */
/* Which profiles: those that are on (MS-WSMV 3.1.4.1.23). */
static const struct {
  const char *profile;
  gboolean secure_only;
  const char *settings[2]; /* of winrm/config, any of which brings it */
} profiles[] = {
  { "basic", FALSE, { "Service/Auth/Basic" } },
  { "spnego-kerberos", FALSE, { "Service/Auth/Negotiate", "Service/Auth/Kerberos" } },
  { "mutual", TRUE, { "Service/Auth/Certificate" } },
};

static void
identify_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
}

static void
put_profiles (Wsman *self, GString *out, gboolean secure)
{
  wsman_put (out, "<wsmid:SecurityProfiles>");
  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++) {
    const char *const *settings = profiles[i].settings;

    if ((profiles[i].secure_only && !secure)
        || (!wsman_is_config_on (self, settings[0])
            && (settings[1] == NULL || !wsman_is_config_on (self, settings[1]))))
      continue;
    g_string_append_printf (out,
                            "<wsmid:SecurityProfileName>" WSMAN_SECURITY_PROFILE
                            "%s/%s</wsmid:SecurityProfileName>",
                            secure ? "https" : "http", profiles[i].profile);
  }
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
    put_profiles (self, out, exchange->secure);
  wsman_put (out, "</wsmid:IdentifyResponse>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_identify = {
  .operation = "Identify",
  .read = identify_read,
  .write = identify_write,
};
