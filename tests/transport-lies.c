/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/gss-world.h"

/* Hosts that lie, in the login and about what they sealed, and other senders' ways of writing. */

static const GssWorld *world;

typedef struct {
  const char *sentence;
  Lie lie;
  gboolean https;
  int code; /* -1: fine, "fine" comes */
  TransportSent sent;
  guint n_connections;
  const char *messages[3];
  const char *auth; /* NULL: ntlm */
} Bad;

#define NTLM_OUT HYPERV_ERROR_AUTH_FAILED
#define SENSELESS HYPERV_ERROR_PROTOCOL
#define NO TRANSPORT_SENT_NO
#define REPLIED TRANSPORT_SENT_REPLIED
#define UNREADABLE "the sealed reply cannot be read at byte "

static const Bad bads[] = {
  { "a 401 without a token is a refusal",
    LIE_NO_TOKEN,
    FALSE,
    NTLM_OUT,
    REPLIED,
    1,
    { "did not let \"anna\" in with Negotiate", "(offered: Negotiate)", "check the password" } },
  { "a token that is not base64",
    LIE_BAD_BASE64,
    FALSE,
    SENSELESS,
    NO,
    1,
    { "expected a token in base64" } },
  { "a token of nonsense",
    LIE_GARBAGE,
    FALSE,
    NTLM_OUT,
    NO,
    1,
    { "the host's token was refused" } },
  { "half a token", LIE_CUT_TOKEN, FALSE, NTLM_OUT, NO, 1, { "the host's token was refused" } },
  { "tokens without end", LIE_ENDLESS, FALSE, NTLM_OUT, REPLIED, 1, { "did not let" } },
  { "a host that lets in before it is asked to",
    LIE_IN_AT_ONCE,
    FALSE,
    SENSELESS,
    NO,
    1,
    { "a token by which the host proves who it is" } },
  { "a Kerberos host that does not prove itself",
    LIE_IN_AT_ONCE,
    FALSE,
    SENSELESS,
    NO,
    1,
    { "a token by which the host proves who it is" },
    "kerberos" },
  { "another status in the middle of a login",
    LIE_FAULT_AT_ONCE,
    FALSE,
    SENSELESS,
    NO,
    1,
    { "expected 200 or 401", "found status 503", "was not sent" } },
  { "a connection that always changes in mid-login",
    LIE_HANG_UP_MIDWAY,
    FALSE,
    -2,
    NO,
    0,
    { "was not sent" } },
  { "a connection that changes once in mid-login", LIE_CLOSE_ONCE, FALSE, -1, REPLIED, 0, { 0 } },
  { "another TLS channel at the host's end",
    LIE_BINDING,
    TRUE,
    NTLM_OUT,
    REPLIED,
    1,
    { "bound to this TLS connection", "did not let" } },
  { "another TLS channel, with Kerberos",
    LIE_BINDING,
    TRUE,
    NTLM_OUT,
    REPLIED,
    1,
    { "bound to this TLS connection" },
    "kerberos" },
  { "a login that was forgotten once", LIE_FORGET_ONCE, FALSE, -1, REPLIED, 2, { 0 } },
  { "a login that was forgotten once, in TLS", LIE_FORGET_ONCE, TRUE, -1, REPLIED, 2, { 0 } },
  { "a login that is always forgotten",
    LIE_FORGET_ALWAYS,
    FALSE,
    NTLM_OUT,
    REPLIED,
    2,
    { "did not let \"anna\" in" } },
  { "a reply that is not sealed",
    LIE_IN_CLEAR,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "came in clear on a sealed connection" } },
  { "a status without a body needs no seal", LIE_EMPTY_500, FALSE, -3, REPLIED, 1, { 0 } },
  { "a wrong signature",
    LIE_SIGNATURE,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "is not what the host sealed" } },
  { "a wrong signature of Kerberos",
    LIE_SIGNATURE,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "is not what the host sealed" },
    "kerberos" },
  { "a reply that is signed alone",
    LIE_SIGNED_ONLY,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "it is signed, but not encrypted" },
    "kerberos" },
  { "a bit of the data that changed",
    LIE_CIPHER,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "is not what the host sealed" } },
  { "a bit of Kerberos' data that changed",
    LIE_CIPHER,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "is not what the host sealed" },
    "kerberos" },
  { "a reply that comes twice",
    LIE_REPLAY,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "is not what the host sealed" } },
  { "a reply of Kerberos that comes twice",
    LIE_REPLAY,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { "is not what the host sealed" },
    "kerberos" },
  { "a signature of 4 GB",
    LIE_HEADER_SIZE,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { UNREADABLE, "expected a signature of at most 4096 bytes, found its length 4294967295" } },
  { "a part that is cut off",
    LIE_CUT_PART,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { UNREADABLE, "truncated: expected 4 bytes" } },
  { "no last boundary",
    LIE_NO_END,
    FALSE,
    SENSELESS,
    REPLIED,
    1,
    { UNREADABLE, "truncated: nothing more came" } },
  { "headers without a TAB, as Ruby writes", WAY_NO_TAB, FALSE, -1, REPLIED, 1, { 0 } },
  { "a blank in the boundary, as Exchange writes", WAY_EXCHANGE, FALSE, -1, REPLIED, 1, { 0 } },
  { "a text in two parts", WAY_TWO_PARTS, FALSE, -1, REPLIED, 1, { 0 } },
  { "a text in two parts, with Kerberos", WAY_TWO_PARTS, FALSE, -1, REPLIED, 1, { 0 }, "kerberos" },
  { "a fault is sealed, too", WAY_FAULT, FALSE, -4, REPLIED, 1, { 0 } },
};

static void
check_bad (const Bad *row, const Outcome *outcome)
{
  g_assert_cmpint (outcome->sent, ==, row->sent);
  if (row->code == -1 || row->code == -4) {
    g_assert_no_error (outcome->error);
    g_assert_cmpuint (outcome->status, ==, row->code == -1 ? 200 : 500);
    g_assert_cmpuint (outcome->n_heads, ==, 1);
    g_assert_cmpstr (outcome->body->str, ==, "fine");
    return;
  }
  if (row->code == -3) {
    g_assert_no_error (outcome->error);
    g_assert_cmpuint (outcome->status, ==, 500);
    g_assert_cmpuint (outcome->body->len, ==, 0);
    return;
  }
  if (row->code >= 0)
    g_assert_error (outcome->error, HYPERV_ERROR, row->code);
  else
    g_assert_nonnull (outcome->error);
  for (gsize i = 0; i < G_N_ELEMENTS (row->messages) && row->messages[i] != NULL; i++)
    assert_contains (outcome->error->message, row->messages[i]);
  g_assert_null (strstr (outcome->error->message, PASSWORD));
}

static void
test_bad (gconstpointer data)
{
  const Bad *row = data;
  const IdentitySpec spec = { "host", "IP:127.0.0.1", -1, 1 };
  Identity *identity = row->https ? identity_new (&spec, NULL) : NULL;
  gboolean kerberos = row->auth != NULL;
  const AcceptorConfig config
      = { .lie = row->lie,
          .offer = kerberos ? "Kerberos" : "Negotiate",
          .certificate = identity != NULL ? identity_get_tls (identity) : NULL,
          .fingerprint = identity != NULL ? identity_get_fingerprint (identity) : NULL };

  if (gss_world_has (world, kerberos ? NEEDS_KDC : NEEDS_NTLM)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel = gss_world_connect (
        &(Login){ .port = acceptor_get_port (acceptor),
                  .auth = kerberos ? row->auth : "ntlm",
                  .file = identity != NULL ? identity_get_file (identity) : NULL });
    g_auto (Outcome) first = { 0 };
    g_auto (Outcome) outcome = { 0 };

    if (row->lie == LIE_REPLAY)
      outcome_run (&first, channel, "first");
    outcome_run (&outcome, channel, "second");
    check_bad (row, &outcome);
    if (row->n_connections > 0)
      g_assert_cmpuint (acceptor_get_n_connections (acceptor), ==, row->n_connections);
    g_assert_cmpuint (acceptor_get_n_requests (acceptor), <=, 2);
  }
  g_clear_pointer (&identity, identity_free);
}

/* A lie about the length is found without a look into the ciphertext. */
static void
test_length (gconstpointer data)
{
  Lie lie = GPOINTER_TO_INT (data);
  const AcceptorConfig config = { .lie = lie, .offer = "Negotiate", .reply_length = 100 };

  if (gss_world_has (world, NEEDS_NTLM)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (Transport) channel
        = gss_world_connect (&(Login){ .port = acceptor_get_port (acceptor), .auth = "ntlm" });
    g_auto (Outcome) outcome = { 0 };

    outcome_run (&outcome, channel, "hello");
    g_assert_error (outcome.error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
    g_assert_cmpuint (outcome.body->len, ==, 0);
    assert_contains (outcome.error->message, "is not what the host sealed");
  }
}

int
main (int argc, char **argv)
{
  GssWorld here = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
  gss_world_start (&here);
  world = &here;
  for (gsize i = 0; i < G_N_ELEMENTS (bads); i++) {
    g_autofree char *path = g_strconcat ("/transport/lies/", bads[i].sentence, NULL);

    g_test_add_data_func (path, &bads[i], test_bad);
  }
  g_test_add_data_func ("/transport/lies/a Length that is too long", GINT_TO_POINTER (LIE_LONG),
                        test_length);
  g_test_add_data_func ("/transport/lies/a Length that is too short", GINT_TO_POINTER (LIE_SHORT),
                        test_length);
  status = g_test_run ();
  gss_world_stop (&here);
  return status;
}
