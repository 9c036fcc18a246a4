/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session.h"
#include "tests/gss-world.h"

/* What a session makes of a sealed channel: a status in clear proves nothing about a change, and a
 * login that was lost is made anew, once, without a word to the caller. */

static const GssWorld *world;

typedef struct {
  const char *sentence;
  Lie lie;
  gboolean invoke; /* else Identify */
  int code;
  guint n_logins;
  guint n_bodies; /* that the host took */
  const char *message;
} Row;

static const Row rows[] = {
  { "an empty status in clear does not say that a method was not carried out", LIE_EMPTY_500, TRUE,
    HYPERV_ERROR_UNKNOWN_OUTCOME, 1, 1, "may have been carried out" },
  { "of what only reads it is what it is", LIE_EMPTY_500, FALSE, HYPERV_ERROR_PROTOCOL, 1, 1,
    "HTTP status 500" },
  { "a 401 in mid-session is answered by one login", LIE_FORGET_ONCE, TRUE,
    HYPERV_ERROR_UNKNOWN_OUTCOME, 2, 1, "may have been carried out" },
  { "a second 401 is a refusal", LIE_FORGET_ALWAYS, TRUE, HYPERV_ERROR_AUTH_FAILED, 2, 0,
    "did not let" },
};

static HypervSession *
connect_to (Acceptor *acceptor)
{
  g_autoptr (HypervCredentials) who = hyperv_credentials_new ("anna", PASSWORD);
  const SessionConfig config = {
    .host = "127.0.0.1", .port = acceptor_get_port (acceptor), .auth = "ntlm", .credentials = who
  };
  g_autoptr (GError) error = NULL;
  HypervSession *session = session_new (&config, &error);

  g_assert_no_error (error);
  return session;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  const AcceptorConfig config = { .lie = row->lie, .offer = "Negotiate" };

  if (gss_world_has (world, NEEDS_NTLM)) {
    g_autoptr (Acceptor) acceptor = acceptor_new (&config);
    g_autoptr (HypervSession) session = connect_to (acceptor);
    g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");
    g_autoptr (HypervCimInstance) out = NULL;
    g_autoptr (GError) error = NULL;

    out = row->invoke ? hyperv_session_invoke (session, path, "M", NULL, NULL, &error)
                      : hyperv_session_identify (session, NULL, &error);
    g_assert_error (error, HYPERV_ERROR, row->code);
    assert_contains (error->message, row->message);
    g_assert_cmpuint (acceptor_get_n_logins (acceptor), ==, row->n_logins);
    g_assert_cmpuint (acceptor_get_n_requests (acceptor), ==, row->n_bodies);
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
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/session/sealed/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  status = g_test_run ();
  gss_world_stop (&here);
  return status;
}
