/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/session-fixture.h"

/* A child of fork () has the session, but not its thread: it hears so, and lets go of it without
 * waiting and without a word to the host. */

#define PATIENCE_S 20 /* of the child: who waits for ever is killed by SIGALRM */

static const Step echoes[] = { { STEP_ECHO, 200, NULL, "", NULL }, { 0 } };

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static HypervCimInstance *
get_async (HypervSession *session, const HypervCimPath *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hyperv_session_get_async (session, path, NULL, on_answer, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return hyperv_session_get_finish (session, result, error);
}

static HypervCimInstance *
get (HypervSession *session, const HypervCimPath *path, GError **error)
{
  return hyperv_session_get (session, path, NULL, error);
}

static HypervCimInstance *
let_go (HypervSession *session, const HypervCimPath *path, GError **error)
{
  session_close (session);
  g_object_unref (session);
  g_set_error_literal (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_STATE, "after fork ()");
  return NULL;
}

static const struct {
  const char *sentence;
  HypervCimInstance *(*run) (HypervSession *session, const HypervCimPath *path, GError **error);
} rows[] = {
  { "a call that waits", get },
  { "a call that does not wait", get_async },
  { "letting go", let_go },
};

/* 0: as it should be. */
static int
run_child (gsize i, HypervSession *session, const HypervCimPath *path)
{
  g_autoptr (GError) error = NULL;

  alarm (PATIENCE_S);
  if (rows[i].run (session, path, &error) != NULL)
    return 1;
  if (!g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_STATE))
    return 2;
  return strstr (error->message, "fork ()") != NULL ? 0 : 3;
}

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Server) server = server_new (echoes, TRUE);
  g_autoptr (HypervSession) session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");
  g_autoptr (HypervCimInstance) before = NULL;
  g_autoptr (HypervCimInstance) after = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;
  pid_t pid;

  hyperv_cim_path_add_key (path, "K", "x");
  before = hyperv_session_get (session, path, NULL, &error);
  g_assert_no_error (error);
  pid = fork ();
  if (pid == 0)
    _exit (run_child (i, session, path));
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  after = hyperv_session_get (session, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (server_get_n_connections (server), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/session/fork/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
