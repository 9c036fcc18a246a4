/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* Listeners and certificate mappings of winrm/config: Create, Put, Delete, and what may not be
 * (MS-WSMV 2.2.4.3, 2.2.4.19, 3.1.4.1.29.3, 3.1.4.1.29.5, 4.2.3). */

#define LISTENER_URI "http://schemas.microsoft.com/wbem/wsman/1/config/listener"
#define MAPPING_URI "http://schemas.microsoft.com/wbem/wsman/1/config/service/certmapping"
#define THUMBPRINT "00112233445566778899aabbccddeeff00112233"
#define AUTHORITY "ffeeddccbbaa99887766554433221100ffeeddcc"
#define SET(selectors) "<w:SelectorSet>" selectors "</w:SelectorSet>"
#define LISTENER(address, transport)                                                               \
  SET (SELECTOR ("Address", address) SELECTOR ("Transport", transport))
#define MAPPING(uri, subject, issuer)                                                              \
  SET (SELECTOR ("URI", uri) SELECTOR ("Subject", subject) SELECTOR ("Issuer", issuer))
#define BODY(settings) "<p:Listener xmlns:p=\"" LISTENER_URI ".xsd\">" settings "</p:Listener>"
#define MAP(settings) "<p:certmapping xmlns:p=\"" MAPPING_URI ".xsd\">" settings "</p:certmapping>"
#define WHO "<p:UserName>bob</p:UserName><p:Password>Bull_dog1</p:Password>"
#define REPLY(action, body) TRANSFER ("en-US", TRANSFER_URI action, body)
#define CREATED(uri, selectors)                                                                    \
  REPLY ("CreateResponse",                                                                         \
         "<x:ResourceCreated>" EPR_CONTENT (uri, selectors) "</x:ResourceCreated>")
#define SAYS_LISTENER(address, transport, rest)                                                    \
  "<cfg:Listener xmlns:cfg=\"" LISTENER_URI "\"" XSI "><cfg:Address>" address                      \
  "</cfg:Address><cfg:Transport>" transport "</cfg:Transport>" rest "</cfg:Listener>"
#define SAYS_MAPPING(uri, subject, user, enabled)                                                  \
  "<cert:CertMapping xmlns:cert=\"" MAPPING_URI "\"" XSI "><cert:URI>" uri                         \
  "</cert:URI><cert:Subject>" subject "</cert:Subject><cert:Issuer>" AUTHORITY                     \
  "</cert:Issuer><cert:UserName>" user "</cert:UserName><cert:Enabled>" enabled                    \
  "</cert:Enabled><cert:Password></cert:Password></cert:CertMapping>"

/* What a host would do: it has one account, and perhaps no room for a port. */
typedef struct {
  WsmanFixture *fixture;
  gboolean refuses;
  guint n_applied;
} Host;

static gboolean
apply (gpointer data, GError **error)
{
  Host *self = data;

  if (self->refuses) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "port 7 is somebody else's");
    return FALSE;
  }
  self->n_applied++;
  return TRUE;
}

static gboolean
has_account (gpointer data, const char *user, const char *password)
{
  return strcmp (user, "bob") == 0 && strcmp (password, "Bull_dog1") == 0;
}

static const WsmanConfigHost config_host = { .apply = apply, .has_account = has_account };

static void
begin (Host *self)
{
  static const char *const settings[][2] = { { "Certificate.Thumbprint", THUMBPRINT },
                                             { "Certificate.Name", "HV2019" },
                                             { "ClientAuthority.Thumbprint", AUTHORITY } };

  *self = (Host){ .fixture = wsman_fixture_new ("2019", 0) };
  wsman_set_config_host (self->fixture->wsman, &config_host, self);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    repository_set_setting (self->fixture->repository, "config", settings[i][0], settings[i][1]);
}

static void
end (Host *self)
{
  wsman_fixture_free (self->fixture);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Host, end)

/* Steps are lines of one story: each stands on what the ones before it did. */
typedef struct {
  const char *verb, *uri, *selectors, *body;
  const char *expected; /* NULL: any success */
} Step;

#define ON "<cfg:ListeningOn>127.0.0.1</cfg:ListeningOn>"
#define HTTPS_80(rest)                                                                             \
  SAYS_LISTENER ("IP:127.0.0.1", "HTTPS",                                                          \
                 "<cfg:Port>80</cfg:Port><cfg:Hostname>HV2019</cfg:Hostname>" rest)
static const struct {
  const char *sentence;
  Step steps[5];
} stories[] = {
  { "a listener as winrm.cmd makes one: port and prefix are the default ones",
    { { "Create", LISTENER_URI, LISTENER ("IP:127.0.0.1", "HTTP"), BODY (""),
        CREATED (LISTENER_URI,
                 SELECTOR ("Address", "IP:127.0.0.1") SELECTOR ("Transport", "HTTP")) },
      { "Get", LISTENER_URI, LISTENER ("ip:127.0.0.1", "http"), "",
        REPLY ("GetResponse",
               SAYS_LISTENER ("IP:127.0.0.1", "HTTP",
                              "<cfg:Port>5985</cfg:Port><cfg:Hostname></cfg:Hostname>"
                              "<cfg:Enabled>true</cfg:Enabled><cfg:URLPrefix>wsman</cfg:URLPrefix>"
                              "<cfg:CertificateThumbprint></cfg:CertificateThumbprint>" ON)) } } },
  { "an HTTPS listener finds the certificate of the computer's name, and is on 5986",
    { { "Create", LISTENER_URI, LISTENER ("*", "https"), BODY (""),
        CREATED (LISTENER_URI, SELECTOR ("Address", "*") SELECTOR ("Transport", "HTTPS")) },
      { "Get", LISTENER_URI, LISTENER ("*", "HTTPS"), "",
        REPLY ("GetResponse",
               SAYS_LISTENER ("*", "HTTPS",
                              "<cfg:Port>5986</cfg:Port><cfg:Hostname>HV2019</cfg:Hostname>"
                              "<cfg:Enabled>true</cfg:Enabled><cfg:URLPrefix>wsman</cfg:URLPrefix>"
                              "<cfg:CertificateThumbprint>" THUMBPRINT
                              "</cfg:CertificateThumbprint>" ON
                              "<cfg:ListeningOn>::1</cfg:ListeningOn>")) } } },
  { "one that is disabled listens nowhere",
    { { "Create", LISTENER_URI, LISTENER ("IP:127.0.0.1", "HTTPS"),
        BODY ("<p:Port>80</p:Port><p:Hostname>hv2019</p:Hostname>"
              "<p:CertificateThumbprint>" THUMBPRINT "</p:CertificateThumbprint>"),
        NULL },
      { "Put", LISTENER_URI, LISTENER ("IP:127.0.0.1", "HTTPS"),
        "<cfg:Listener xmlns:cfg=\"" LISTENER_URI "\"><cfg:Hostname>HV2019</cfg:Hostname>"
        "<cfg:Enabled>false</cfg:Enabled><cfg:URLPrefix>a/b_1</cfg:URLPrefix></cfg:Listener>",
        REPLY ("PutResponse", HTTPS_80 ("<cfg:Enabled>false</cfg:Enabled>"
                                        "<cfg:URLPrefix>a/b_1</cfg:URLPrefix>"
                                        "<cfg:CertificateThumbprint>" THUMBPRINT
                                        "</cfg:CertificateThumbprint>")) } } },
  { "the first listener, deleted",
    { { "Delete", LISTENER_URI, LISTENER ("*", "HTTP"), "", REPLY ("DeleteResponse", "") },
      { "Create", LISTENER_URI, LISTENER ("*", "HTTP"), BODY ("<p:Port>81</p:Port>"), NULL } } },
  { "a certificate mapping",
    { { "Create", MAPPING_URI, MAPPING ("*", "*@mig.net", AUTHORITY), MAP (WHO),
        CREATED (MAPPING_URI, SELECTOR ("URI", "*") SELECTOR ("Subject", "*@mig.net")
                                  SELECTOR ("Issuer", AUTHORITY)) },
      { "Get", MAPPING_URI, MAPPING ("*", "*@mig.net", AUTHORITY), "",
        REPLY ("GetResponse", SAYS_MAPPING ("*", "*@mig.net", "bob", "true")) },
      { "Put", MAPPING_URI, MAPPING ("*", "*@mig.net", AUTHORITY),
        SAYS_MAPPING ("*", "*@mig.net", "bob", "false"),
        REPLY ("PutResponse", SAYS_MAPPING ("*", "*@mig.net", "bob", "false")) },
      { "Enumerate", MAPPING_URI, "",
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements></n:Enumerate>",
        ENUMERATION ("EnumerateResponse",
                     "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext>"
                     "<w:Items>" SAYS_MAPPING (
                         "*", "*@mig.net", "bob",
                         "false") "</w:Items><w:EndOfSequence/></n:EnumerateResponse>") },
      { "Delete", MAPPING_URI, MAPPING ("*", "*@mig.net", AUTHORITY), "",
        REPLY ("DeleteResponse", "") } } },
};

static char *
make (const char *verb, const char *uri, const char *selectors, const char *body)
{
  g_autofree char *action
      = g_strconcat (strcmp (verb, "Enumerate") == 0 ? ENUMERATION_URI : TRANSFER_URI, verb, NULL);

  return wsman_fixture_request (action, uri, selectors, body);
}

static void
test_story (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_auto (Host) host = { NULL };

  begin (&host);
  for (const Step *step = stories[i].steps;
       step < stories[i].steps + G_N_ELEMENTS (stories[i].steps) && step->verb != NULL; step++) {
    g_autofree char *request = make (step->verb, step->uri, step->selectors, step->body);

    if (step->expected != NULL)
      wsman_fixture_assert_reply (host.fixture, request, 200, step->expected);
    else
      g_free (wsman_fixture_ask (host.fixture, request, 200));
  }
  g_assert_cmpuint (host.n_applied, >, 0);
}

#define LONG_64 "0123456789012345678901234567890123456789012345678901234567890123"
#define LONG_256 LONG_64 LONG_64 LONG_64 LONG_64
static const struct {
  const char *sentence, *verb, *uri, *selectors, *body, *fault;
  guint32 code;
  const char *refusal;
} refusals[] = {
  { "a listener that there is", "Create", LISTENER_URI, LISTENER ("*", "HTTP"), BODY (""),
    "w:AlreadyExists", 2150858803u, "there is such a Listener" },
  { "an unknown transport", "Create", LISTENER_URI, LISTENER ("*", "FTP"), BODY (""),
    "w:InvalidSelectors", 2150858845u, "Transport \"FTP\", not HTTP or HTTPS" },
  { "an address in no form", "Create", LISTENER_URI, LISTENER ("127.0.0.1", "HTTP"), BODY (""),
    "w:InternalError", 2150858889u, "Address \"127.0.0.1\" is no address of this host" },
  { "an address that the host has not", "Create", LISTENER_URI, LISTENER ("IP:192.0.2.7", "HTTP"),
    BODY (""), "w:InternalError", 2150858889u,
    "Address \"IP:192.0.2.7\" is no address of this host" },
  { "all addresses in the form of one", "Create", LISTENER_URI, LISTENER ("IP:0.0.0.0", "HTTP"),
    BODY (""), "w:InternalError", 2150858889u,
    "Address \"IP:0.0.0.0\" is no address of this host" },
  { "the address of a network card", "Create", LISTENER_URI,
    LISTENER ("MAC:00-15-5D-01-02-03", "HTTP"), BODY (""), "w:InternalError", 2150858875u,
    "Address \"MAC:00-15-5D-01-02-03\"" },
  { "port 0", "Create", LISTENER_URI, LISTENER ("IP:127.0.0.1", "HTTP"),
    BODY ("<p:Port>0</p:Port>"), "w:InternalError", 2150858972u, "cfg:Port is \"0\"" },
  { "port 65536", "Put", LISTENER_URI, LISTENER ("*", "HTTP"), BODY ("<p:Port>65536</p:Port>"),
    "w:InternalError", 2150858972u, "cfg:Port is \"65536\"" },
  { "a port that is no number", "Put", LISTENER_URI, LISTENER ("*", "HTTP"),
    BODY ("<p:Port>http</p:Port>"), "w:SchemaValidationError", 2150858817u,
    "cfg:Port: \"http\" is no value for it" },
  { "neither enabled nor not", "Put", LISTENER_URI, LISTENER ("*", "HTTP"),
    BODY ("<p:Enabled>1</p:Enabled>"), "w:SchemaValidationError", 2150858817u,
    "cfg:Enabled: \"1\" is no value for it" },
  { "a prefix that begins with a slash", "Put", LISTENER_URI, LISTENER ("*", "HTTP"),
    BODY ("<p:URLPrefix>/x</p:URLPrefix>"), "x:InvalidRepresentation", 2150858838u,
    "cfg:URLPrefix is \"/x\"" },
  { "an empty prefix", "Put", LISTENER_URI, LISTENER ("*", "HTTP"),
    BODY ("<p:URLPrefix></p:URLPrefix>"), "x:InvalidRepresentation", 2150858838u,
    "cfg:URLPrefix is \"\"" },
  { "a certificate with HTTP", "Put", LISTENER_URI, LISTENER ("*", "HTTP"),
    BODY ("<p:CertificateThumbprint>" THUMBPRINT "</p:CertificateThumbprint>"), "w:InternalError",
    2150858987u, "cfg:CertificateThumbprint with HTTP" },
  { "HTTPS with an empty thumbprint", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"),
    BODY ("<p:CertificateThumbprint></p:CertificateThumbprint>"), "w:InternalError", 2150858983u,
    "cfg:CertificateThumbprint is empty" },
  { "HTTPS with the thumbprint of nothing", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"),
    BODY ("<p:CertificateThumbprint>" AUTHORITY "</p:CertificateThumbprint>"), "w:InternalError",
    2150858882u, "no certificate " AUTHORITY " on this host" },
  { "HTTPS for a name without certificate", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"),
    BODY ("<p:Hostname>other</p:Hostname>"), "w:InternalError", 2150858882u,
    "no certificate for other on this host" },
  { "HTTPS with the certificate of another name", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"),
    BODY ("<p:Hostname>other</p:Hostname>"
          "<p:CertificateThumbprint>" THUMBPRINT "</p:CertificateThumbprint>"),
    "w:InternalError", 2150858985u,
    "cfg:Hostname is \"other\", the certificate's name \"HV2019\"" },
  { "where it listens cannot be said", "Put", LISTENER_URI, LISTENER ("*", "HTTP"),
    BODY ("<p:ListeningOn>127.0.0.1</p:ListeningOn>"), "w:InternalError", 2150859071u,
    "cfg:ListeningOn cannot be changed" },
  { "a listener under another key", "Put", LISTENER_URI, LISTENER ("*", "HTTP"),
    BODY ("<p:Transport>HTTPS</p:Transport>"), "w:InternalError", 2150859071u,
    "cfg:Transport is \"HTTPS\", its selector \"HTTP\"" },
  { "a listener that is not there, put", "Put", LISTENER_URI, LISTENER ("*", "HTTPS"), BODY (""),
    "a:DestinationUnreachable", 2150858752u,
    "no Listener with Address \"*\", Transport \"HTTPS\"" },
  { "a listener that is not there, deleted", "Delete", LISTENER_URI, LISTENER ("*", "HTTPS"), "",
    "a:DestinationUnreachable", 2150858752u,
    "no Listener with Address \"*\", Transport \"HTTPS\"" },
  { "a Delete with a body", "Delete", LISTENER_URI, LISTENER ("*", "HTTP"), "<x/>",
    "w:SchemaValidationError", 2150858817u, "s:Body of a Delete has x in it" },
  { "a Delete without keys", "Delete", LISTENER_URI, "", "", "w:InvalidSelectors", 2150858813u,
    "no selector Address, which is a key of a Listener" },
  { "no body", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"), "", "w:SchemaValidationError",
    2150858817u, "no cfg:Listener in s:Body" },
  { "a body in another namespace", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"),
    "<p:Listener xmlns:p=\"urn:x\"/>", "x:InvalidRepresentation", 2150858840u,
    "cfg:Listener is not in the namespace \"" LISTENER_URI "\"" },
  { "a setting that a listener has not", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"),
    BODY ("<p:Colour>1</p:Colour>"), "w:SchemaValidationError", 2150858817u,
    "cfg:Listener has no setting Colour in it" },
  { "a setting twice", "Create", LISTENER_URI, LISTENER ("*", "HTTPS"),
    BODY ("<p:Port>1</p:Port><p:Port>1</p:Port>"), "w:SchemaValidationError", 2150858817u,
    "cfg:Listener has twice Port in it" },
  { "a subject with two stars", "Create", MAPPING_URI, MAPPING ("*", "*a*", AUTHORITY), MAP (WHO),
    "w:InternalError", 2150859105u, "Subject \"*a*\"" },
  { "an empty subject", "Create", MAPPING_URI, MAPPING ("*", "", AUTHORITY), MAP (WHO),
    "w:InternalError", 2150859105u, "Subject \"\"" },
  { "a star that is not the first of a subject", "Create", MAPPING_URI,
    MAPPING ("*", "a*", AUTHORITY), MAP (WHO), "w:InternalError", 2150859105u, "Subject \"a*\"" },
  { "a subject that is too long", "Create", MAPPING_URI,
    MAPPING ("*", LONG_256 LONG_256 LONG_256 LONG_256, AUTHORITY), MAP (WHO), "w:InternalError",
    2150859105u, "Subject \"" LONG_64 "\"" },
  { "a star within a URI", "Create", MAPPING_URI, MAPPING ("a*b", "a", AUTHORITY), MAP (WHO),
    "w:InvalidSelectors", 2150858845u, "URI \"a*b\"" },
  { "a URI with a question mark", "Create", MAPPING_URI, MAPPING ("a?b", "a", AUTHORITY), MAP (WHO),
    "w:InvalidSelectors", 2150858845u, "URI \"a?b\"" },
  { "an issuer that the host does not trust", "Create", MAPPING_URI, MAPPING ("*", "a", THUMBPRINT),
    MAP (WHO), "w:InternalError", 2150859106u,
    "Issuer \"" THUMBPRINT "\" is no authority of this host" },
  { "an issuer that is no thumbprint", "Create", MAPPING_URI, MAPPING ("*", "a", "b"), MAP (WHO),
    "w:InternalError", 2150859106u, "Issuer \"b\" is no authority of this host" },
  { "a password without a name", "Create", MAPPING_URI, MAPPING ("*", "a", AUTHORITY),
    MAP ("<p:Password>x</p:Password>"), "w:InternalError", 2150859116u, "no cert:UserName" },
  { "a name without a password", "Create", MAPPING_URI, MAPPING ("*", "a", AUTHORITY),
    MAP ("<p:UserName>bob</p:UserName>"), "w:InternalError", 2150859116u, "no cert:Password" },
  { "an empty password", "Create", MAPPING_URI, MAPPING ("*", "a", AUTHORITY),
    MAP ("<p:UserName>bob</p:UserName><p:Password></p:Password>"), "w:InternalError", 2150859115u,
    "cert:Password is empty" },
  { "a password that is too long", "Create", MAPPING_URI, MAPPING ("*", "a", AUTHORITY),
    MAP ("<p:UserName>bob</p:UserName><p:Password>" LONG_256 "</p:Password>"), "w:InternalError",
    2150859114u, "cert:Password is too long" },
  { "a wrong password", "Create", MAPPING_URI, MAPPING ("*", "a", AUTHORITY),
    MAP ("<p:UserName>bob</p:UserName><p:Password>x</p:Password>"), "w:InternalError", 2150859092u,
    "cert:UserName \"bob\" is no account of this host, or has another password" },
  { "an account of a domain", "Create", MAPPING_URI, MAPPING ("*", "a", AUTHORITY),
    MAP ("<p:UserName>d\\bob</p:UserName><p:Password>Bull_dog1</p:Password>"), "w:InternalError",
    2150859092u, "cert:UserName \"d\\bob\" is no account of this host, or has another password" },
  { "a mapping that is not there", "Get", MAPPING_URI, MAPPING ("*", "a", AUTHORITY), "",
    "a:DestinationUnreachable", 2150858752u,
    "no CertMapping with URI \"*\", Subject \"a\", Issuer \"" AUTHORITY "\"" },
  { "endpoint references of mappings", "Enumerate", MAPPING_URI, "",
    "<n:Enumerate><w:EnumerationMode>EnumerateEPR</w:EnumerationMode></n:Enumerate>",
    "w:UnsupportedFeature", 2150858886u, "a CertMapping is enumerated as object only" },
};

static void
assert_refused (Host *host, const char *request, const char *fault, guint32 code,
                const char *refusal)
{
  g_autoptr (SimExchange) exchange = wsman_fixture_send (host->fixture, request);
  g_autofree char *reply = wsman_fixture_reply (exchange);
  g_autofree char *found = wsman_fixture_between (reply, " Code=\"", "\"");
  g_autofree char *expected = g_strdup_printf ("%u", code);

  g_assert_cmpstr (exchange->refusal, ==, refusal);
  g_assert_cmpstr (exchange->fault, ==, fault);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_auto (Host) host = { NULL };
  g_autofree char *request
      = make (refusals[i].verb, refusals[i].uri, refusals[i].selectors, refusals[i].body);

  begin (&host);
  assert_refused (&host, request, refusals[i].fault, refusals[i].code, refusals[i].refusal);
  g_assert_cmpuint (host.n_applied, ==, 0);
}

/* The keys of a mapping, which have an error of their own. */
static void
test_mapping_keys (void)
{
  g_auto (Host) host = { NULL };
  g_autofree char *create = make ("Create", MAPPING_URI, MAPPING ("*", "a", AUTHORITY), MAP (WHO));
  g_autofree char *put
      = make ("Put", MAPPING_URI, MAPPING ("*", "a", AUTHORITY), MAP ("<p:Subject>b</p:Subject>"));

  begin (&host);
  g_free (wsman_fixture_ask (host.fixture, create, 200));
  assert_refused (&host, put, "w:InternalError", 2150859122u,
                  "cert:Subject is \"b\", its selector \"a\"");
  assert_refused (&host, create, "w:AlreadyExists", 2150858803u, "there is such a CertMapping");
}

/* A port that somebody else has: the listener is as it was. */
static void
test_taken_back (void)
{
  g_auto (Host) host = { NULL };
  g_autofree char *create = make ("Create", LISTENER_URI, LISTENER ("*", "HTTPS"), BODY (""));
  g_autofree char *put
      = make ("Put", LISTENER_URI, LISTENER ("*", "HTTP"), BODY ("<p:Port>7</p:Port>"));
  g_autofree char *delete = make ("Delete", LISTENER_URI, LISTENER ("*", "HTTP"), "");
  g_autofree char *get = make ("Get", LISTENER_URI, LISTENER ("*", "HTTP"), "");
  g_autofree char *missing = make ("Get", LISTENER_URI, LISTENER ("*", "HTTPS"), "");
  g_autofree char *reply = NULL;
  const char *const requests[] = { create, put, delete };

  begin (&host);
  host.refuses = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    assert_refused (&host, requests[i], "w:InternalError", 32, "port 7 is somebody else's");
  reply = wsman_fixture_ask (host.fixture, get, 200);
  g_assert_nonnull (strstr (reply, "<cfg:Port>5985</cfg:Port>"));
  assert_refused (&host, missing, "a:DestinationUnreachable", 2150858752u,
                  "no Listener with Address \"*\", Transport \"HTTPS\"");
}

/* The same of a setting. */
static void
test_setting_taken_back (void)
{
  g_auto (Host) host = { NULL };
  g_autofree char *put
      = make ("Put", "http://schemas.microsoft.com/wbem/wsman/1/config/service", "",
              "<c:Service xmlns:c=\"http://schemas.microsoft.com/wbem/wsman/1/"
              "config/service\"><c:IPv4Filter></c:IPv4Filter></c:Service>");

  begin (&host);
  host.refuses = TRUE;
  assert_refused (&host, put, "w:InternalError", 32, "port 7 is somebody else's");
  g_assert_cmpstr (wsman_get_config (host.fixture->wsman, "Service/IPv4Filter"), ==, "*");
}

/* What filters leave of the places where listeners listen. */
static void
test_filters (void)
{
  static const struct {
    const char *v4, *v6, *expected;
  } rows[] = {
    { "*", "*", "127.0.0.1:5985 [::1]:5985 " },
    { "", "*", "[::1]:5985 " },
    { "*", "", "127.0.0.1:5985 " },
    { "127.0.0.0-127.0.0.255", "", "127.0.0.1:5985 " },
    { "127.0.0.2-127.0.0.255, 10.0.0.1-10.0.0.2", "::2-::9", "" },
    { "10.0.0.1-10.0.0.2,*", "::1-::1", "127.0.0.1:5985 [::1]:5985 " },
  };
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) places = NULL;
    g_autoptr (GString) text = g_string_new (NULL);

    repository_set_setting (fixture->repository, "config", "Service.IPv4Filter", rows[i].v4);
    repository_set_setting (fixture->repository, "config", "Service.IPv6Filter", rows[i].v6);
    places = wsman_list_places (fixture->wsman);
    for (guint k = 0; k < places->len; k++) {
      const WsmanPlace *place = g_ptr_array_index (places, k);

      g_string_append_printf (text, strchr (place->address, ':') != NULL ? "[%s]:%u " : "%s:%u ",
                              place->address, place->port);
    }
    g_assert_cmpstr (text->str, ==, rows[i].expected);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/wsman/config-entries/does/", stories[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_story);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path
        = g_strconcat ("/wsman/config-entries/refuses/", refusals[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_refusal);
  }
  g_test_add_func ("/wsman/config-entries/keys of a mapping", test_mapping_keys);
  g_test_add_func ("/wsman/config-entries/taken back", test_taken_back);
  g_test_add_func ("/wsman/config-entries/a setting taken back", test_setting_taken_back);
  g_test_add_func ("/wsman/config-entries/filters of addresses", test_filters);
  return g_test_run ();
}
