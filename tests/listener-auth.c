/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"
#include "tests/listener-initiator.h"

#include <string.h>

#define SERVER "Server: Microsoft-HTTPAPI/2.0\r\n"
#define DATE "Date: " FIXTURE_DATE "\r\n"
#define REFUSED                                                                                    \
  "HTTP/1.1 401 \r\n" SERVER "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n"       \
  "WWW-Authenticate: Basic realm=\"WSMAN\"\r\nWWW-Authenticate: CredSSP\r\n" DATE                  \
  "Connection: close\r\nContent-Length: 0\r\n\r\n"
#define EMPTY_500 "HTTP/1.1 500 \r\n" SERVER DATE "Connection: close\r\nContent-Length: 0\r\n\r\n"
#define WELCOME "HTTP/1.1 200 \r\n" SERVER DATE "Content-Length: 0\r\n\r\n"
#define WITHOUT_UNICODE (0xe20882b7u & ~SIM_NTLM_UNICODE)

typedef struct {
  const char *sentence;
  Initiator initiator;
  const char *refusal; /* NULL: comes in */
} Row;

#define FAILED "401 Negotiate: login failed"
static const Row rows[] = {
  { "a client that can do everything", { "administrator", "secret", "" }, NULL },
  { "the computer's own name as domain", { "administrator", "secret", "SIMHOST" }, NULL },
  { "WORKGROUP as domain", { "administrator", "secret", "WORKGROUP" }, NULL },
  { "any domain", { "administrator", "secret", "Contoso" }, NULL },
  { "the name in other letters", { "ADMINistrator", "secret", "" }, NULL },
  { "name and domain in one", { "administrator@contoso.com", "secret", "" }, NULL },
  { "a name beyond ASCII", { "\xc3\xa4rger", "gehe\xc3\xafm \xf0\x9f\x94\x91", "" }, NULL },
  { "a Type 1 of 32 bytes", { "administrator", "secret", "", 0, 32 }, NULL },
  { "a Type 1 of 16 bytes", { "administrator", "secret", "", 0, 16 }, NULL },
  { "a Type 1 of 15 bytes",
    { "administrator", "secret", "", 0, 15 },
    "401 NTLM: no NEGOTIATE message" },
  { "a Type 3 without Version", { "administrator", "secret", "", .no_version = TRUE }, NULL },
  { "a Type 3 without MIC", { "administrator", "secret", "", .no_mic = TRUE }, NULL },
  { "a Type 3 with a wrong MIC",
    { "administrator", "secret", "", .bad_mic = TRUE },
    "401 NTLM: wrong MIC" },
  { "OEM instead of Unicode", { "administrator", "secret", "D", WITHOUT_UNICODE }, NULL },
  { "neither OEM nor Unicode",
    { "administrator", "secret", "", WITHOUT_UNICODE & ~SIM_NTLM_OEM },
    "401 NTLM: neither Unicode nor OEM is offered" },
  { "no exchange of keys",
    { "administrator", "secret", "", 0xe20882b7u & ~SIM_NTLM_KEY_EXCHANGE },
    NULL },
  { "keys of 56 bits", { "administrator", "secret", "", 0xe20882b7u & ~SIM_NTLM_128 }, NULL },
  { "no extended session security",
    { "administrator", "secret", "", 0xe20882b7u & ~SIM_NTLM_EXTENDED },
    NULL },
  { "a wrong password", { "administrator", "Secret", "" }, FAILED },
  { "an unknown name", { "nobody", "secret", "" }, FAILED },
  { "no name", { "", "secret", "" }, "401 NTLM: anonymous" },
  { "a response of version 1",
    { "administrator", "secret", "", .v1 = TRUE },
    "401 NTLM: no NTLMv2 response" },
  { "a locked account", { "locked", "secret", "" }, "401 account locked is locked" },
  { "an expired account", { "expired", "secret", "" }, "401 account expired is expired" },
  { "an account that must change its password",
    { "new", "secret", "" },
    "401 account new is to change its password first" },
  { "a disabled account", { "disabled", "secret", "" }, "401 account disabled is disabled" },
  { "a locked account with a wrong password", { "locked", "wrong", "" }, FAILED },
};

static void
add_accounts (SimListenerConfig *config)
{
  static const struct {
    const char *user;
    SimAccountState state;
  } accounts[] = {
    { "locked", SIM_ACCOUNT_LOCKED },
    { "expired", SIM_ACCOUNT_EXPIRED },
    { "new", SIM_ACCOUNT_MUST_CHANGE },
    { "disabled", SIM_ACCOUNT_DISABLED },
    { "guest", SIM_ACCOUNT_WITHOUT_RIGHTS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (accounts); i++) {
    sim_accounts_set (config->accounts, accounts[i].user, "secret");
    sim_accounts_set_state (config->accounts, accounts[i].user, accounts[i].state);
  }
  sim_accounts_set (config->accounts, "\xc3\xa4rger", "gehe\xc3\xafm \xf0\x9f\x94\x91");
}

static void
refuse_clear (SimListenerConfig *config)
{
  config->auth.refuse_clear = TRUE;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Fixture) fixture = fixture_new (add_accounts);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_auto (Initiator) initiator = row->initiator;
  g_autofree char *reply = initiator_log_in (&initiator, socket, "");
  g_autofree char *refusal = fixture_last_refusal (fixture);

  g_assert_cmpstr (reply, ==, row->refusal != NULL ? REFUSED : WELCOME);
  g_assert_cmpstr (refusal, ==, row->refusal != NULL ? row->refusal : "200 -");
}

/* What only TLS has, without TLS. */
static const struct {
  const char *sentence;
  SimChannelBinding level;
  gboolean secure;
  enum { ABSENT, RIGHT, WRONG } sent;
  const char *reason; /* NULL: comes in */
} bindings[] = {
  { "relaxed: none sent", SIM_CHANNEL_BINDING_RELAXED, TRUE, ABSENT, NULL },
  { "relaxed: the right one", SIM_CHANNEL_BINDING_RELAXED, TRUE, RIGHT, NULL },
  { "relaxed: another one", SIM_CHANNEL_BINDING_RELAXED, TRUE, WRONG,
    "NTLM: channel binding of another certificate" },
  { "strict: none sent", SIM_CHANNEL_BINDING_STRICT, TRUE, ABSENT, "NTLM: no channel binding" },
  { "strict: the right one", SIM_CHANNEL_BINDING_STRICT, TRUE, RIGHT, NULL },
  { "strict: another one", SIM_CHANNEL_BINDING_STRICT, TRUE, WRONG,
    "NTLM: channel binding of another certificate" },
  { "strict: none sent over http", SIM_CHANNEL_BINDING_STRICT, FALSE, ABSENT, NULL },
  { "none: another one", SIM_CHANNEL_BINDING_NONE, TRUE, WRONG, NULL },
};

static void
make_binding (SimAuthRealm *realm, guint8 *binding)
{
  static const guint8 addresses[16] = { 0 };
  gsize size = 0;
  const void *data = g_bytes_get_data (realm->binding, &size);
  const guint8 length[4] = { (guint8)size };
  const SimNtlmPart parts[]
      = { { addresses, sizeof addresses }, { length, sizeof length }, { data, size } };

  realm->crypto = sim_ntlm_crypto_new (NULL);
  sim_ntlm_md5 (realm->crypto, parts, G_N_ELEMENTS (parts), binding);
}

static SimAuthRealm *
make_realm (SimChannelBinding level)
{
  static const char *const challenges[] = { "Negotiate", NULL };
  g_autoptr (SimAccounts) accounts = sim_accounts_new ();
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  g_autoptr (SimCertificate) certificate = sim_certificate_new ("SIMHOST", NULL);
  g_autoptr (GTlsCertificate) tls
      = g_tls_certificate_new_from_pem (certificate->certificate_pem, -1, NULL);
  SimListenerConfig config = { .accounts = accounts, .clock = clock, .challenges = challenges };
  SimAuthRealm *realm;

  config.auth.channel_binding = level;
  sim_accounts_set (accounts, "administrator", "secret");
  realm = sim_auth_realm_new (&config, tls, NULL);
  g_assert_nonnull (realm);
  return realm;
}

static void
test_binding (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  SimAuthRealm *realm = make_realm (bindings[i].level);
  guint8 binding[16];
  g_auto (Initiator) initiator = { "administrator", "secret", "" };
  gpointer ntlm = sim_mech_ntlm.begin (realm, bindings[i].secure);
  g_autoptr (GByteArray) first = initiator_negotiate (&initiator);
  g_autoptr (GByteArray) second = g_byte_array_new ();
  g_autoptr (GByteArray) third = NULL;
  SimMechResult result = { 0 };

  make_binding (realm, binding);
  binding[0] ^= bindings[i].sent == WRONG;
  initiator.binding = bindings[i].sent != ABSENT ? binding : NULL;
  g_assert_cmpint (sim_mech_ntlm.step (ntlm, first->data, first->len, second, &result), ==,
                   SIM_MECH_CONTINUE);
  third = initiator_authenticate (&initiator, second->data, second->len);
  g_assert_cmpint (sim_mech_ntlm.step (ntlm, third->data, third->len, second, &result), ==,
                   bindings[i].reason != NULL ? SIM_MECH_REFUSED : SIM_MECH_COMPLETE);
  g_assert_cmpstr (result.reason, ==, bindings[i].reason);
  sim_mech_result_clear (&result);
  sim_mech_ntlm.end (ntlm);
  sim_auth_realm_free (realm);
}

/* Stories on one connection. */
typedef struct {
  Fixture *fixture;
  GSocket *socket;
  Initiator initiator;
} Story;

static void
story_begin (Story *self, FixtureConfigure configure)
{
  *self = (Story){ .fixture = fixture_new (configure),
                   .initiator = { "administrator", "secret", "" } };
  self->socket = fixture_connect (self->fixture);
}

static void
story_end (Story *self)
{
  initiator_clear (&self->initiator);
  g_object_unref (self->socket);
  fixture_free (self->fixture);
}

static void
story_log_in (Story *self)
{
  g_autofree char *reply = initiator_log_in (&self->initiator, self->socket, "");

  g_assert_cmpstr (reply, ==, WELCOME);
}

static char *
story_post (Story *self, const char *body)
{
  return initiator_post (self->socket, NULL, NULL, "", body, strlen (body));
}

static void
test_bound (void)
{
  Story story;
  g_autofree char *expected = fixture_echo ("text");
  g_autofree char *reply = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GSocket) second = NULL;

  story_begin (&story, NULL);
  story_log_in (&story);
  reply = story_post (&story, "text");
  g_assert_cmpstr (reply, ==, expected);
  second = fixture_connect (story.fixture);
  other = initiator_post (second, NULL, NULL, "", "text", 4);
  g_assert_cmpstr (other, ==, REFUSED);
  story_end (&story);
}

static void
test_body_with_login (void)
{
  Story story;
  g_autofree char *expected = fixture_echo ("text");
  g_autofree char *reply = NULL;

  story_begin (&story, NULL);
  reply = initiator_log_in (&story.initiator, story.socket, "text");
  g_assert_cmpstr (reply, ==, expected);
  story_end (&story);
}

/* masterzen/winrm of 2024 begins every message so. */
static void
test_empty_request_asks_for_a_login (void)
{
  Story story;
  g_autofree char *reply = NULL;

  story_begin (&story, NULL);
  story_log_in (&story);
  reply = story_post (&story, "");
  g_assert_cmpstr (reply, ==, REFUSED);
  story_end (&story);
}

static void
test_interleaved (void)
{
  Story story;
  g_autoptr (GByteArray) first = NULL;
  g_autofree char *challenge = NULL;
  g_autofree char *reply = NULL;

  story_begin (&story, NULL);
  first = initiator_negotiate (&story.initiator);
  challenge = initiator_post (story.socket, "Negotiate", first, "", "", 0);
  g_assert_true (g_str_has_prefix (challenge, "HTTP/1.1 401 \r\nWWW-Authenticate: Negotiate "));
  g_assert_true (g_str_has_suffix (challenge, "\r\n" SERVER DATE "Content-Length: 0\r\n\r\n"));
  reply = story_post (&story, "text");
  g_assert_cmpstr (reply, ==, REFUSED);
  story_end (&story);
}

static void
test_begun_twice (void)
{
  Story story;
  g_autoptr (GByteArray) first = NULL;
  g_autofree char *challenge = NULL;

  story_begin (&story, NULL);
  first = initiator_negotiate (&story.initiator);
  challenge = initiator_post (story.socket, "Negotiate", first, "", "", 0);
  story_log_in (&story);
  story_log_in (&story);
  story_end (&story);
}

static void
test_basic_in_between (void)
{
  Story story;
  g_autofree char *expected = fixture_echo ("text");
  g_autofree char *reply = NULL;
  g_autofree char *after = NULL;

  story_begin (&story, NULL);
  story_log_in (&story);
  reply = initiator_post (story.socket, NULL, NULL, FIXTURE_BASIC, "text", 4);
  g_assert_cmpstr (reply, ==, expected);
  after = story_post (&story, "text");
  g_assert_cmpstr (after, ==, REFUSED);
  story_end (&story);
}

/* Scheme, token, journal: nobody gets in with these. */
static const struct {
  const char *sentence, *authorization, *refusal;
} strangers[] = {
  { "Negotiate without a token", "Negotiate", "401 no valid credentials" },
  { "Negotiate with rubbish", "Negotiate !!!!", "401 no valid credentials" },
  { "Negotiate with another protocol", "Negotiate AAAA",
    "401 Negotiate: neither SPNEGO nor NTLMSSP" },
  { "a Type 3 first", "Negotiate TlRMTVNTUAADAAAAAAAAAAAAAAA=", "401 NTLM: no NEGOTIATE message" },
  { "Kerberos without a keytab", "Kerberos YAA=", "401 Kerberos: the host has no keytab" },
  { "CredSSP", "CredSSP MAA=", "401 CredSSP is offered and not supported" },
  { "a client certificate over http",
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual",
    "401 no valid credentials" },
};

static void
test_stranger (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GSocket) socket = fixture_connect (fixture);
  g_autofree char *header = g_strdup_printf ("Authorization: %s\r\n", strangers[i].authorization);
  g_autofree char *reply = initiator_post (socket, NULL, NULL, header, "text", 4);
  g_autofree char *refusal = fixture_last_refusal (fixture);

  g_assert_cmpstr (reply, ==, REFUSED);
  g_assert_cmpstr (refusal, ==, strangers[i].refusal);
}

static void
test_clear_is_refused (void)
{
  Story story;
  g_autofree char *reply = NULL;
  g_autofree char *basic = NULL;
  g_autofree char *refusal = NULL;
  g_autoptr (GSocket) second = NULL;

  story_begin (&story, refuse_clear);
  story_log_in (&story);
  reply = story_post (&story, "text");
  g_assert_cmpstr (reply, ==, EMPTY_500);
  refusal = fixture_last_refusal (story.fixture);
  g_assert_cmpstr (refusal, ==, "500 body in clear, and AllowUnencrypted is false");
  second = fixture_connect (story.fixture);
  basic = initiator_post (second, NULL, NULL, FIXTURE_BASIC, "text", 4);
  g_assert_cmpstr (basic, ==, EMPTY_500);
  story_end (&story);
}

/* What was ordered to go wrong. */
static void
fail_refusal (Fixture *self)
{
  sim_listener_fail_auth (self->listener, SIM_AUTH_FAILURE_REFUSAL, 2);
}

static void
fail_token (Fixture *self)
{
  sim_listener_fail_auth (self->listener, SIM_AUTH_FAILURE_TRUNCATED_TOKEN, 1);
}

static void
fail_context (Fixture *self)
{
  sim_listener_fail_auth (self->listener, SIM_AUTH_FAILURE_DROPPED_CONTEXT, 1);
}

static void
test_refusal (void)
{
  Story story;

  story_begin (&story, NULL);
  fixture_run (story.fixture, fail_refusal);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) socket = fixture_connect (story.fixture);
    g_autofree char *reply = initiator_log_in (&story.initiator, socket, "");

    g_assert_cmpstr (reply, ==, i < 2 ? REFUSED : WELCOME);
  }
  story_end (&story);
}

static void
test_truncated_token (void)
{
  Story story;
  g_autoptr (GByteArray) first = NULL;
  gsize sizes[2] = { 0 };

  story_begin (&story, NULL);
  first = initiator_negotiate (&story.initiator);
  fixture_run (story.fixture, fail_token);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *reply = initiator_post (story.socket, "Negotiate", first, "", "", 0);

    g_free (initiator_get_token (reply, "Negotiate", &sizes[i]));
  }
  g_assert_cmpuint (sizes[0], ==, sizes[1] / 2);
  story_end (&story);
}

static void
test_dropped_context (void)
{
  Story story;
  g_autofree char *reply = NULL;

  story_begin (&story, NULL);
  story_log_in (&story);
  fixture_run (story.fixture, fail_context);
  reply = story_post (&story, "text");
  g_assert_cmpstr (reply, ==, REFUSED);
  story_end (&story);
}

static const struct {
  const char *sentence;
  void (*run) (void);
} stories[] = {
  { "a login is the connection's, and nobody else's", test_bound },
  { "a body may come with the last token", test_body_with_login },
  { "an empty request asks for a new login", test_empty_request_asks_for_a_login },
  { "somebody else's request in the middle of a login", test_interleaved },
  { "a login may begin anew", test_begun_twice },
  { "Basic in between ends the connection's login", test_basic_in_between },
  { "AllowUnencrypted=false refuses bodies in clear", test_clear_is_refused },
  { "ordered: 401 for the right password, twice", test_refusal },
  { "ordered: half a token", test_truncated_token },
  { "ordered: the context is lost", test_dropped_context },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/listener/auth/ntlm/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++) {
    g_autofree char *path = g_strconcat ("/listener/auth/binding/", bindings[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_binding);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++) {
    g_autofree char *path = g_strconcat ("/listener/auth/refuses/", strangers[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_stranger);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/listener/auth/", stories[i].sentence, NULL);

    g_test_add_func (path, stories[i].run);
  }
  return g_test_run ();
}
