/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* Identify, Get and Invoke, byte for byte; only GUIDs of messages and jobs are masked. */

/* ---- Identify ---- */
#define IDENTIFY                                                                                   \
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:i=\""                     \
  "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"><s:Header/><s:Body>"          \
  "<i:Identify/></s:Body></s:Envelope>"
#define IDENTIFIED(version)                                                                        \
  "<s:Body><wsmid:IdentifyResponse xmlns:wsmid=\""                                                 \
  "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"><wsmid:ProtocolVersion>"      \
  "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion><wsmid:ProductVendor>"    \
  "Microsoft Corporation</wsmid:ProductVendor><wsmid:ProductVersion>OS: " version                  \
  " SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
#define PROFILE(name)                                                                              \
  "<wsmid:SecurityProfileName>http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/" name         \
  "</wsmid:SecurityProfileName>"

/* As the host was whose reply is recorded; after an installation Basic is off, and not named
 * (MS-WSMV 3.1.4.1.23). */
static void
switch_basic_on (WsmanFixture *fixture)
{
  repository_set_setting (fixture->repository, "config", "Service.Auth.Basic", "true");
}

static void
test_identify (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);

  switch_basic_on (fixture);
  wsman_fixture_assert_reply (
      fixture, IDENTIFY, 200,
      "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">"
      "<s:Header></s:Header>" IDENTIFIED ("10.0.17763") "<wsmid:SecurityProfiles>" PROFILE (
          "http/basic") PROFILE ("http/spnego-kerberos") "</wsmid:SecurityProfiles>"
                                                         "</wsmid:IdentifyResponse></s:Body>"
                                                         "</s:Envelope>");
}

static void
test_identify_anonymous (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autoptr (SimExchange) exchange = wsman_fixture_send_as (fixture, IDENTIFY, NULL);
  g_autofree char *reply = wsman_fixture_reply (exchange);

  g_assert_cmpstr (
      reply, ==,
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/>" IDENTIFIED (
          "0.0.0") "</wsmid:IdentifyResponse></s:Body></s:Envelope>");
}

static void
test_identify_releases (void)
{
  static const struct {
    const char *host, *version;
  } rows[] = { { "2012r2", "OS: 6.3.9600 SP" }, { "2016", "OS: 10.0.14393 SP" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (WsmanFixture) fixture = wsman_fixture_new (rows[i].host, 0);
    g_autofree char *reply = wsman_fixture_ask (fixture, IDENTIFY, 200);

    g_assert_nonnull (strstr (reply, rows[i].version));
  }
}

/* What is on is named, and nothing else; certificates over TLS alone. */
static void
test_identify_profiles (void)
{
  static const struct {
    const char *off, *on;
    gboolean secure;
    const char *expected;
  } rows[] = {
    { NULL, NULL, FALSE, PROFILE ("http/spnego-kerberos") },
    { "Negotiate", NULL, FALSE, PROFILE ("http/spnego-kerberos") }, /* Kerberos is */
    { NULL, "Certificate", FALSE, PROFILE ("http/spnego-kerberos") },
    { NULL, "Certificate", TRUE, PROFILE ("https/spnego-kerberos") PROFILE ("https/mutual") },
    { "Kerberos", "Basic", TRUE, PROFILE ("https/basic") PROFILE ("https/spnego-kerberos") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
    g_autoptr (SimExchange) exchange = sim_exchange_new ();
    g_autofree char *off = g_strconcat ("Service.Auth.", rows[i].off, NULL);
    g_autofree char *on = g_strconcat ("Service.Auth.", rows[i].on, NULL);
    g_autofree char *reply = NULL;
    g_autofree char *profiles = NULL;

    repository_set_setting (fixture->repository, "config", off, "false");
    repository_set_setting (fixture->repository, "config", on, "true");
    exchange->request = g_bytes_new_static (IDENTIFY, strlen (IDENTIFY));
    exchange->user = g_strdup ("administrator");
    exchange->secure = rows[i].secure;
    wsman_read (fixture->wsman, exchange);
    wsman_write (fixture->wsman, exchange);
    reply = wsman_fixture_reply (exchange);
    profiles
        = wsman_fixture_between (reply, "<wsmid:SecurityProfiles>", "</wsmid:SecurityProfiles>");
    g_assert_cmpstr (profiles, ==, rows[i].expected);
  }
}

static void
test_identify_secure (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autoptr (SimExchange) exchange = sim_exchange_new ();
  g_autofree char *reply = NULL;

  exchange->request = g_bytes_new_static (IDENTIFY, strlen (IDENTIFY));
  exchange->user = g_strdup ("administrator");
  exchange->secure = TRUE;
  switch_basic_on (fixture);
  wsman_read (fixture->wsman, exchange);
  wsman_effect (fixture->wsman, exchange);
  wsman_write (fixture->wsman, exchange);
  reply = wsman_fixture_reply (exchange);
  g_assert_nonnull (strstr (reply, PROFILE ("https/basic") PROFILE ("https/spnego-kerberos")));
}

/* ---- Get and Invoke ---- */

static void
test_get (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", SMALL_HOST);
  g_autofree char *request = wsman_fixture_request (
      TRANSFER_URI "Get", PRODUCT_URI,
      "<w:Locale xml:lang=\"de-DE\"/><w:SelectorSet>" SELECTOR ("IdentifyingNumber", "1")
          SELECTOR ("Name", "sERVER") SELECTOR ("Version", "1.0") "</w:SelectorSet>",
      "");

  wsman_fixture_assert_reply (fixture, request, 200,
                              TRANSFER ("de-DE", TRANSFER_URI "GetResponse", PRODUCT ("AAAA")));
}

/* The only instance needs no selectors, as `winrm get wmicimv2/Win32_OperatingSystem` shows. */
static void
test_get_singleton (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", SMALL_HOST);
  g_autofree char *request = wsman_fixture_request (TRANSFER_URI "Get", PRODUCT_URI, "", "");
  g_autofree char *partly = wsman_fixture_request (
      TRANSFER_URI "Get", PRODUCT_URI,
      "<w:SelectorSet>" SELECTOR ("Name", "Server") "</w:SelectorSet>", "");

  wsman_fixture_assert_reply (fixture, request, 200,
                              TRANSFER ("en-US", TRANSFER_URI "GetResponse", PRODUCT ("AAAA")));
  wsman_fixture_assert_reply (fixture, partly, 200,
                              TRANSFER ("en-US", TRANSFER_URI "GetResponse", PRODUCT ("AAAA")));
}

#define SYSTEM_URI V2_URI "Msvm_ComputerSystem"
#define WEB01 "DA544605-7DB3-4A68-8931-78277B4AAC9D"

static char *
request_state (const char *state)
{
  g_autofree char *body
      = g_strconcat ("<p:RequestStateChange_INPUT xmlns:p=\"" SYSTEM_URI "\"><p:RequestedState>",
                     state, "</p:RequestedState></p:RequestStateChange_INPUT>", NULL);

  return wsman_fixture_request (
      SYSTEM_URI "/RequestStateChange", SYSTEM_URI,
      "<w:SelectorSet>" SELECTOR ("CreationClassName", "Msvm_ComputerSystem")
          SELECTOR ("Name", WEB01) "</w:SelectorSet>",
      body);
}

#define STATE_CHANGED(job, value)                                                                  \
  TRANSFER ("en-US", SYSTEM_URI "/RequestStateChangeResponse",                                     \
            "<p:RequestStateChange_OUTPUT" XSI " xmlns:p=\"" SYSTEM_URI "\"" CIM ">" job           \
            "<p:ReturnValue>" value "</p:ReturnValue></p:RequestStateChange_OUTPUT>")

static void
test_invoke_job (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autoptr (GRegex) job = g_regex_new ("\"InstanceID\">[0-9A-Fa-f-]{36}<", 0, 0, NULL);
  g_autofree char *request = request_state ("9");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *without
      = g_regex_replace_literal (job, reply, -1, 0, "\"InstanceID\">*<", 0, NULL);
  g_autofree char *masked = wsman_fixture_mask (without);

  g_assert_cmpstr (
      masked, ==,
      STATE_CHANGED (
          "<p:Job xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"" W
          ">" EPR_CONTENT (V2_URI "Msvm_ConcreteJob", SELECTOR ("InstanceID", "*")) "</p:Job>",
          "4096"));
}

static void
test_invoke_nil_job (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = request_state ("77");

  wsman_fixture_assert_reply (fixture, request, 200,
                              STATE_CHANGED ("<p:Job xsi:nil=\"true\"/>", "32773"));
}

/* The keys of an association are references. */
static void
test_get_association (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", ASSOCIATION_HOST);
  g_autofree char *request
      = wsman_fixture_request (TRANSFER_URI "Get", V2_URI "Msvm_AffectedJobElement",
                               "<w:SelectorSet>" AFFECTED_SELECTORS "</w:SelectorSet>", "");
  g_auto (GStrv) parts = g_strsplit (request, "<w:Selector Name=\"InstanceID\">", -1);
  g_autofree char *with_namespace = g_strjoinv (
      SELECTOR ("__cimnamespace", "root/virtualization/v2") "<w:Selector Name=\"InstanceID\">",
      parts);
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *same = wsman_fixture_ask (fixture, with_namespace, 200);

  g_assert_nonnull (strstr (reply, SETTING_EPR "</p:AffectedElement>"));
  g_assert_nonnull (strstr (same, SETTING_EPR "</p:AffectedElement>"));
}

/* Embedded instances in string parameters come as CIM-XML text. */
static void
test_invoke_embedded (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *change = request_state ("9");
  g_autofree char *selectors = NULL;
  g_autofree char *job = NULL;
  g_autofree char *request = NULL;
  g_autofree char *reply = NULL;
  g_autoptr (GError) error = NULL;

  provider_fail_next_job (fixture->provider, "web01", 0, 32768, "It \"broke\".", &error);
  g_assert_no_error (error);
  reply = wsman_fixture_ask (fixture, change, 200);
  job = wsman_fixture_between (reply, "<w:Selector Name=\"InstanceID\">", "<");
  /* Long enough to fail, too short to be removed. */
  for (guint i = 0; i < 60; i++) {
    sim_clock_advance (fixture->clock, G_USEC_PER_SEC);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  selectors = g_strconcat ("<w:SelectorSet><w:Selector Name=\"InstanceID\">", job,
                           "</w:Selector></w:SelectorSet>", NULL);
  request = wsman_fixture_request (V2_URI "Msvm_ConcreteJob/GetErrorEx", V2_URI "Msvm_ConcreteJob",
                                   selectors, "<p:GetErrorEx_INPUT xmlns:p=\"urn:x\"/>");
  g_free (reply);
  reply = wsman_fixture_ask (fixture, request, 200);
  g_assert_nonnull (strstr (reply, "<p:Errors>&lt;INSTANCE CLASSNAME=&quot;Msvm_Error&quot;&gt;"));
  g_assert_nonnull (strstr (reply, "&lt;/INSTANCE&gt;</p:Errors><p:ReturnValue>0</p:ReturnValue>"));
}

static const WsmanStory stories[] = {
  { "Identify", test_identify },
  { "Identify, anonymous", test_identify_anonymous },
  { "Identify over TLS", test_identify_secure },
  { "Identify names what is on", test_identify_profiles },
  { "Identify of other releases", test_identify_releases },
  { "Get", test_get },
  { "Get of a singleton", test_get_singleton },
  { "Get of an association", test_get_association },
  { "Invoke with a job", test_invoke_job },
  { "Invoke without a job", test_invoke_nil_job },
  { "Invoke with embedded instances", test_invoke_embedded },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  wsman_fixture_add_stories ("/wsman/golden", stories, G_N_ELEMENTS (stories));
  return g_test_run ();
}
