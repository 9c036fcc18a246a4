/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/gss-world.h"

/* Logging connections in, and sealed messages, against GSSAPI's acceptor: NTLM of gss-ntlmssp and
 * Kerberos with a KDC of its own. */

static const GssWorld *world;

typedef struct {
  const char *sentence;
  Needs needs;
  const char *offer;
  const char *auth;
  gboolean https;
  const char *scheme; /* that is taken */
  const char *mechanism;
  const char *protocol;
  const char *user;
} Good;

#define NO TRANSPORT_SENT_NO
#define REPLIED TRANSPORT_SENT_REPLIED
#define SPNEGO "HTTP-SPNEGO-session-encrypted"
#define KERBEROS "HTTP-Kerberos-session-encrypted"
#define ALL "Negotiate|Kerberos|Basic realm=\"WSMAN\"|CredSSP"

static const Good goods[] = {
  { "ntlm, sealed", NEEDS_NTLM, "Negotiate", "ntlm", FALSE, "ntlm", "ntlm", SPNEGO },
  { "ntlm within TLS", NEEDS_NTLM, "Negotiate", "ntlm", TRUE, "ntlm", "ntlm", NULL },
  { "ntlm of a domain's user", NEEDS_NTLM, "Negotiate", "ntlm", FALSE, "ntlm", "ntlm", SPNEGO,
    "WORK\\anna" },
  { "kerberos, sealed", NEEDS_KDC, "Kerberos", "kerberos", FALSE, "kerberos", "kerberos",
    KERBEROS },
  { "kerberos within TLS", NEEDS_KDC, "Kerberos", "kerberos", TRUE, "kerberos", "kerberos", NULL },
  { "kerberos of a user with a realm in small letters", NEEDS_KDC, "Kerberos", "kerberos", FALSE,
    "kerberos", "kerberos", KERBEROS, "anna@hyperv.test" },
  { "negotiate takes Kerberos, sealed", NEEDS_KDC, "Negotiate", "negotiate", FALSE, "negotiate",
    "kerberos", SPNEGO, "anna@HYPERV.TEST" },
  { "negotiate takes Kerberos within TLS", NEEDS_KDC, "Negotiate", "negotiate", TRUE, "negotiate",
    "kerberos", NULL, "anna@HYPERV.TEST" },
  { "negotiate takes NTLM for a user that the KDC does not know", NEEDS_KDC | NEEDS_NTLM,
    "Negotiate", "negotiate", FALSE, "negotiate", "ntlm", SPNEGO, "WORK\\anna" },
  { "negotiate takes NTLM within TLS", NEEDS_KDC | NEEDS_NTLM, "Negotiate", "negotiate", TRUE,
    "negotiate", "ntlm", NULL, "WORK\\anna" },
  { "of all that is offered Kerberos is taken", NEEDS_KDC, ALL, NULL, FALSE, "kerberos", "kerberos",
    KERBEROS, "anna@HYPERV.TEST" },
  { "without Kerberos Negotiate is taken", NEEDS_KDC, "Negotiate|Basic", NULL, FALSE, "negotiate",
    "kerberos", SPNEGO, "HYPERV.TEST\\anna" },
  { "a user without a domain at an address is the machine's own", NEEDS_KDC | NEEDS_NTLM, ALL, NULL,
    FALSE, "negotiate", "ntlm", SPNEGO },
  { "a user without a ticket gets to NTLM by himself", NEEDS_KDC | NEEDS_NTLM, ALL, NULL, TRUE,
    "negotiate", "ntlm", NULL, "WORK\\anna" },
  { "a host that says NTLM instead of Negotiate", NEEDS_NTLM, "NTLM", NULL, FALSE, "ntlm", "ntlm",
    SPNEGO },
  { "a host that says NTLM to who says ntlm", NEEDS_NTLM, "NTLM", "ntlm", FALSE, "ntlm", "ntlm",
    SPNEGO },
};

static void
check_good (const Good *row, Transport *channel, Acceptor *acceptor)
{
  g_autofree char *body = acceptor_dup_body (acceptor);
  g_autofree char *head = acceptor_dup_head (acceptor);

  g_assert_cmpstr (body, ==, "second");
  g_assert_null (strstr (head, "Authorization"));
  if (row->protocol != NULL)
    assert_contains (head, row->protocol);
  else
    assert_contains (head, "\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n");
  g_assert_cmpstr (transport_get_scheme (channel), ==, row->scheme);
  g_assert_cmpstr (transport_get_mechanism (channel), ==, row->mechanism);
  g_assert_true (transport_is_encrypted (channel));
  g_assert_true (transport_is_sealed (channel) == !row->https);
  g_assert_true (transport_is_bound (channel) == row->https);
  g_assert_true (acceptor_is_bound (acceptor) == row->https);
  g_assert_true ((transport_get_tls_version (channel) != NULL) == row->https);
  g_assert_true ((transport_get_tls_cipher (channel) != NULL) == row->https);
  g_assert_cmpuint (acceptor_get_n_logins (acceptor), ==, 1);
  g_assert_cmpuint (acceptor_get_n_requests (acceptor), ==, 2);
  g_assert_cmpuint (transport_get_n_requests (channel), ==, 2);
}

static void
test_good (gconstpointer data)
{
  const Good *row = data;
  const IdentitySpec spec = { "host", "IP:127.0.0.1", -1, 1 };
  Identity *identity = row->https ? identity_new (&spec, NULL) : NULL;
  const AcceptorConfig config
      = { .offer = row->offer,
          .certificate = identity != NULL ? identity_get_tls (identity) : NULL,
          .fingerprint = identity != NULL ? identity_get_fingerprint (identity) : NULL };
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  Acceptor *acceptor;
  Transport *channel;

  if (gss_world_has (world, row->needs)) {
    acceptor = acceptor_new (&config);
    channel = gss_world_connect (
        &(Login){ .port = acceptor_get_port (acceptor),
                  .auth = row->auth,
                  .user = row->user,
                  .file = identity != NULL ? identity_get_file (identity) : NULL });
    outcome_run (&first, channel, "first");
    g_assert_no_error (first.error);
    g_assert_cmpuint (first.status, ==, 200);
    g_assert_cmpstr (first.type, ==, "application/soap+xml;charset=UTF-8");
    g_assert_cmpstr (first.body->str, ==, "fine");
    outcome_run (&second, channel, "second");
    g_assert_no_error (second.error);
    check_good (row, channel, acceptor);
    transport_unref (channel);
    acceptor_free (acceptor);
  }
  g_clear_pointer (&identity, identity_free);
}

static void
test_large (gconstpointer data)
{
  const char *auth = data;
  gboolean kerberos = strcmp (auth, "kerberos") == 0;
  const AcceptorConfig config
      = { .offer = kerberos ? "Kerberos" : "Negotiate", .reply_length = 5 * 1000 * 1000 };

  if (gss_world_has (world, kerberos ? NEEDS_KDC : NEEDS_NTLM)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel
        = gss_world_connect (&(Login){ .port = acceptor_get_port (acceptor), .auth = auth });
    g_autofree char *request = g_strnfill (500 * 1000, 'y');
    g_auto (Outcome) outcome = { 0 };
    g_autofree char *body = NULL;

    outcome_run (&outcome, channel, request);
    g_assert_no_error (outcome.error);
    g_assert_cmpuint (outcome.body->len, ==, config.reply_length);
    g_assert_cmpuint (strspn (outcome.body->str, "x"), ==, config.reply_length);
    body = acceptor_dup_body (acceptor);
    g_assert_cmpstr (body, ==, request);
  }
}

/* Nobody is bothered: a new connection is logged in before the next body leaves. */
static void
test_new_connection (gconstpointer data)
{
  gboolean by_host = GPOINTER_TO_INT (data) != 0;
  const AcceptorConfig config
      = { .lie = by_host ? LIE_HANG_UP_AFTER : LIE_NONE, .offer = "Negotiate" };

  if (gss_world_has (world, NEEDS_NTLM)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel
        = gss_world_connect (&(Login){ .port = acceptor_get_port (acceptor), .auth = "ntlm" });
    g_auto (Outcome) first = { 0 };
    g_auto (Outcome) second = { 0 };

    outcome_run (&first, channel, "first");
    g_assert_no_error (first.error);
    while (by_host && transport_is_connected (channel))
      g_thread_yield ();
    if (!by_host)
      transport_close (channel);
    outcome_run (&second, channel, "second");
    g_assert_no_error (second.error);
    g_assert_cmpuint (acceptor_get_n_logins (acceptor), ==, 2);
    g_assert_cmpuint (acceptor_get_n_connections (acceptor), ==, 2);
    g_assert_cmpuint (transport_get_n_requests (channel), ==, 2);
  }
}

/* The second part finds no login any more. */
static void
test_close_at_head (void)
{
  const AcceptorConfig config = { .lie = WAY_TWO_PARTS, .offer = "Negotiate" };

  if (gss_world_has (world, NEEDS_NTLM)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel
        = gss_world_connect (&(Login){ .port = acceptor_get_port (acceptor), .auth = "ntlm" });
    g_auto (Outcome) outcome = { .close_at_head = channel };

    outcome_run (&outcome, channel, "hello");
    g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_REPLIED);
  }
}

typedef struct {
  const char *sentence;
  const char *auth;
  const char *offer;
  const char *user;
  const char *password;
  const char *spn;
  Needs needs;
  TransportSent sent;
  const char *messages[5];
} Refusal;

static const Refusal refusals[] = {
  { "a wrong password for NTLM",
    "ntlm",
    "Negotiate",
    NULL,
    "wrong",
    NULL,
    NEEDS_NTLM,
    REPLIED,
    { "did not let \"anna\" in with Negotiate", "check the password" } },
  { "a wrong password for Kerberos",
    "kerberos",
    "Kerberos",
    NULL,
    "wrong",
    NULL,
    NEEDS_KDC,
    NO,
    { "logging \"anna\" in with kerberos", "(GSS 0x" } },
  { "a wrong password for Kerberos is not tried again elsewhere",
    NULL,
    ALL,
    "anna@HYPERV.TEST",
    "wrong",
    NULL,
    NEEDS_KDC,
    NO,
    { "logging \"anna@HYPERV.TEST\" in with kerberos", "(GSS 0x" } },
  { "a user that the KDC does not know",
    "kerberos",
    "Kerberos",
    "berta",
    NULL,
    NULL,
    NEEDS_KDC,
    NO,
    { "logging \"berta\" in with kerberos", "berta@HYPERV.TEST" } },
  { "a name that no service has",
    "kerberos",
    "Kerberos",
    NULL,
    NULL,
    "nobody/elsewhere",
    NEEDS_KDC,
    NO,
    { "nobody/elsewhere: ", "not found" } },
  { "no ticket and no password",
    "kerberos",
    "Kerberos",
    NULL,
    "",
    NULL,
    NEEDS_KDC,
    NO,
    { "no ticket (kinit gets one)" } },
  { "a host without the scheme",
    "kerberos",
    "Basic",
    NULL,
    NULL,
    NULL,
    NEEDS_KDC,
    REPLIED,
    { "does not offer Kerberos", "(offered: Basic)", "@{Kerberos=\"true\"}" } },
  { "nothing that fits",
    NULL,
    "CredSSP|Digest",
    NULL,
    NULL,
    NULL,
    0,
    NO,
    { "found no way to log \"anna\" in (offered: CredSSP, Digest)",
      "negotiate: not offered (winrm set winrm/config/service/auth '@{Negotiate=\"true\"}')",
      "credssp: auth=credssp: CredSSP hands the password itself over",
      "basic: not offered (winrm set" } },
  { "what was tried, and why it failed",
    NULL,
    "Kerberos|CredSSP",
    "berta@HYPERV.TEST",
    NULL,
    NULL,
    NEEDS_KDC,
    NO,
    { "found no way", "kerberos: ", "berta@HYPERV.TEST", "negotiate: not offered" } },
};

static void
test_refusal (gconstpointer data)
{
  const Refusal *row = data;
  const AcceptorConfig config = { .offer = row->offer };

  if (gss_world_has (world, row->needs)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel
        = gss_world_connect (&(Login){ .port = acceptor_get_port (acceptor),
                                       .auth = row->auth,
                                       .user = row->user,
                                       .password = row->password,
                                       .spn = row->spn });
    g_auto (Outcome) outcome = { 0 };
    g_autofree char *heads = NULL;

    outcome_run (&outcome, channel, "hello");
    g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
    g_assert_cmpint (outcome.sent, ==, row->sent);
    g_assert_cmpuint (acceptor_get_n_requests (acceptor), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS (row->messages) && row->messages[i] != NULL; i++)
      assert_contains (outcome.error->message, row->messages[i]);
    heads = acceptor_dup_heads (acceptor);
    g_assert_null (strstr (heads, "Authorization: Basic"));
  }
}

static void
test_target (gconstpointer data)
{
  const char *spn = data;
  const AcceptorConfig config = { .offer = "Kerberos" };

  if (gss_world_has (world, NEEDS_KDC)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel = gss_world_connect (
        &(Login){ .port = acceptor_get_port (acceptor), .auth = "kerberos", .spn = spn });
    g_auto (Outcome) outcome = { 0 };
    g_autofree char *target = NULL;

    outcome_run (&outcome, channel, "hello");
    g_assert_no_error (outcome.error);
    target = acceptor_dup_target (acceptor);
    g_assert_cmpstr (target, ==,
                     spn != NULL ? "custom/elsewhere@HYPERV.TEST" : "HTTP/127.0.0.1@HYPERV.TEST");
  }
}

static void
test_ticket (void)
{
  const AcceptorConfig config = { .offer = "Kerberos" };

  if (gss_world_has (world, NEEDS_KDC)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel = gss_world_connect (&(Login){
        .port = acceptor_get_port (acceptor), .auth = "kerberos", .user = "", .password = "" });
    g_auto (Outcome) outcome = { 0 };

    g_assert_false (transport_has_ticket ());
    kdc_get_ticket (world->kdc, PASSWORD);
    g_assert_true (transport_has_ticket ());
    outcome_run (&outcome, channel, "hello");
    g_assert_no_error (outcome.error);
    kdc_drop_ticket (world->kdc);
  }
}

/* Certificates that are signed with SHA-384 are bound by it, not by SHA-256 (RFC 5929, 4.1). */
static void
test_sha384 (void)
{
  const IdentitySpec spec = { "host", "IP:127.0.0.1", -1, 1, TRUE };
  g_autoptr (Identity) identity = identity_new (&spec, NULL);
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *hash = NULL;
  AcceptorConfig config = { .offer = "Negotiate", .certificate = identity_get_tls (identity) };

  g_object_get (config.certificate, "certificate", &der, NULL);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA384, der->data, der->len);
  config.fingerprint = hash;
  if (gss_world_has (world, NEEDS_NTLM)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel
        = gss_world_connect (&(Login){ .port = acceptor_get_port (acceptor),
                                       .auth = "ntlm",
                                       .file = identity_get_file (identity) });
    g_auto (Outcome) outcome = { 0 };

    outcome_run (&outcome, channel, "hello");
    g_assert_no_error (outcome.error);
    g_assert_true (acceptor_is_bound (acceptor));
  }
}

/* The worker does not wait with the thread that waits for the KDC. */
static void
test_silent_kdc (gconstpointer data)
{
  gboolean cancel = GPOINTER_TO_INT (data) != 0;
  const AcceptorConfig config = { .offer = "Kerberos" };

  if (gss_world_has (world, NEEDS_KDC)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel
        = gss_world_connect (&(Login){ .port = acceptor_get_port (acceptor),
                                       .auth = "kerberos",
                                       .user = "anna@SILENT.TEST",
                                       .connect_timeout_ms = cancel ? 0 : 200 });
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_auto (Outcome) outcome = { 0 };

    outcome_start (&outcome, channel, "hello", cancellable);
    if (cancel)
      g_cancellable_cancel (cancellable);
    outcome_wait (&outcome);
    g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
    /* It would not be kept while a ticket is waited for, and the login begin again and again. */
    g_assert_cmpuint (acceptor_get_n_connections (acceptor), ==, 0);
    if (cancel) {
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    } else {
      g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_TIMED_OUT);
      assert_contains (outcome.error->message, "Kerberos asks its KDC");
    }
  }
}

static void
test_log (gconstpointer data)
{
  static const char *const secrets[] = { PASSWORD, "wrong\n", "TlRMTVNT", "Basic YW" };
  GssLog *log = (GssLog *)data;

  if (!gss_world_has (world, NEEDS_NTLM))
    return;
  g_mutex_lock (&log->lock);
  assert_contains (log->text->str, "token 1 of ntlm, ");
  assert_contains (log->text->str, "POST 127.0.0.1:");
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (strstr (log->text->str, secrets[i]));
  g_mutex_unlock (&log->lock);
}

#define ADD_ROWS(topic, rows, function)                                                            \
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {                                                \
    g_autofree char *path = g_strdup_printf ("/transport/gss/" topic "/%s", (rows)[i].sentence);   \
                                                                                                   \
    g_test_add_data_func (path, &(rows)[i], function);                                             \
  }

static void
add_tests (void)
{
  ADD_ROWS ("logs in", goods, test_good)
  ADD_ROWS ("refused", refusals, test_refusal)
  g_test_add_data_func ("/transport/gss/megabytes/ntlm", "ntlm", test_large);
  g_test_add_data_func ("/transport/gss/megabytes/kerberos", "kerberos", test_large);
  g_test_add_data_func ("/transport/gss/a new connection is logged in/after closing it", NULL,
                        test_new_connection);
  g_test_add_data_func ("/transport/gss/a new connection is logged in/after the host closed it",
                        GINT_TO_POINTER (1), test_new_connection);
  g_test_add_data_func ("/transport/gss/target/HTTP when host is unknown", NULL, test_target);
  g_test_add_data_func ("/transport/gss/target/spn= is taken", "custom/elsewhere", test_target);
  g_test_add_func ("/transport/gss/the binding of a certificate signed with SHA-384", test_sha384);
  g_test_add_data_func ("/transport/gss/a silent KDC/at the deadline", NULL, test_silent_kdc);
  g_test_add_data_func ("/transport/gss/a silent KDC/when cancelled", GINT_TO_POINTER (1),
                        test_silent_kdc);
  g_test_add_func ("/transport/gss/the sink closes the channel", test_close_at_head);
  g_test_add_func ("/transport/gss/a ticket cache needs no password", test_ticket);
}

int
main (int argc, char **argv)
{
  GssWorld here = { 0 };
  GssLog log = { 0 };
  int status;

  g_setenv ("HYPERV_DEBUG", "auth,http", TRUE);
  g_test_init (&argc, &argv, NULL);
  gss_world_start (&here);
  world = &here;
  gss_log_start (&log);
  add_tests ();
  /* Tests run in the order of their paths' first parts: this one is the last. */
  g_test_add_data_func ("/transport-log/holds no secret", &log, test_log);
  status = g_test_run ();
  gss_world_stop (&here);
  g_string_free (log.text, TRUE);
  return status;
}
