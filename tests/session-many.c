/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/session-fixture.h"

/* Many exchanges that wait behind one another, none of which gets as far as the wire. */

#define N 50000

static const Step echoes[] = { { STEP_ECHO, 200, NULL, "", NULL }, { 0 } };

typedef struct {
  HypervSession *session;
  GTask *task;
  guint n_ended;
  guint n_failed;
} Many;

static void
on_got (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Many *many = user_data;
  g_autoptr (HypervCimInstance) instance = session_get_finish (result, NULL);

  many->n_failed += instance == NULL;
  if (++many->n_ended == N + 1)
    g_task_return_boolean (many->task, TRUE);
}

/* U+0001 cannot be written in XML 1.0. */
static void
start_many (GTask *task, gpointer data)
{
  Many *many = data;
  g_autoptr (HypervCimPath) good = hyperv_cim_path_new ("root/v2", "C");
  g_autoptr (HypervCimPath) bad = hyperv_cim_path_new ("root/v2", "C");

  many->task = task;
  hyperv_cim_path_add_key (good, "K", "x");
  hyperv_cim_path_add_key (bad, "K", "\001");
  session_get_async (many->session, good, NULL, on_got, many);
  for (guint i = 0; i < N; i++)
    session_get_async (many->session, bad, NULL, on_got, many);
}

static void
test_many (void)
{
  g_autoptr (Server) server = server_new (echoes, FALSE);
  g_autoptr (HypervSession) session = server_connect (server, 0);
  Many many = { .session = session };

  g_assert_true (session_worker_call_boolean (session_get_worker (session), session, start_many,
                                              &many, NULL, NULL, NULL));
  g_assert_cmpuint (many.n_failed, ==, N);
}

/* The caller's mistake, as an integer that a binding lets through. */
static void
test_no_such_items (void)
{
  static const Step none[] = { { 0 } };
  g_autoptr (Server) server = server_new (none, FALSE);
  g_autoptr (HypervSession) session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");

  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*HYPERV_SESSION_OBJECTS_AND_PATHS*");
  g_assert_null (hyperv_session_enumerate_items (session, path, (HypervSessionItems)7, NULL, NULL));
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/many/fifty thousand that cannot be written", test_many);
  g_test_add_func ("/session/many/a kind of items that there is not", test_no_such_items);
  return g_test_run ();
}
