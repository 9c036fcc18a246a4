/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/session-fixture.h"

#include <string.h>

/* What goes on in the background holds nobody up, and nothing goes on without the session. */

static gboolean
refuse (HypervCimInstance *instance, gpointer user_data, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "enough");
  return FALSE;
}

static void
on_enumerated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  g_assert_null (session_enumerate_finish (result, &error));
  g_task_return_error (user_data, error);
}

static void
start_enumeration (GTask *task, gpointer data)
{
  session_enumerate_async (data, "root/v2", "C", refuse, NULL, NULL, on_enumerated, task);
}

/* Leaves an enumeration early, so that it is released in the background. */
static void
leave_enumeration (HypervSession *session)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (session_worker_call_boolean (session_get_worker (session), session,
                                               start_enumeration, session, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* Threads of sessions with 127.0.0.1; the kernel keeps 15 characters of the name. */
static guint
count_workers (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  for (const char *id = g_dir_read_name (dir); id != NULL; id = g_dir_read_name (dir)) {
    g_autofree char *file = g_build_filename ("/proc/self/task", id, "comm", NULL);
    g_autofree char *name = NULL;

    if (g_file_get_contents (file, &name, NULL, NULL) && strstr (name, "hyperv-127") == name)
      n++;
  }
  return n;
}

static const Step hangs[]
    = { { STEP_REPLY, 200, NULL, ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1"))), NULL },
        { STEP_STALL, 1, NULL, NULL, "<n:Release>" },
        { STEP_ECHO, 200, NULL, "", "transfer/Get<" },
        { 0 } };

/* The deadline of an operation is a minute, that of the test less. */
static void
test_next_comes_through (void)
{
  g_autoptr (Server) server = server_new (hangs, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_path_add_key (path, "K", "x");
  leave_enumeration (session);
  instance = hyperv_session_get (session, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (instance);
  g_object_unref (session);
}

static const Step drops[]
    = { { STEP_ECHO, 200, NULL, "", NULL }, { STEP_DROP, 1, NULL, NULL, "transfer/Get<" }, { 0 } };

/* It left, so it may have been answered: also what only reads is not sent again unasked. */
static void
test_sent_once (void)
{
  g_autoptr (Server) server = server_new (drops, FALSE);
  g_autoptr (HypervSession) session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");
  g_autoptr (HypervCimInstance) first = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_path_add_key (path, "K", "x");
  first = hyperv_session_get (session, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (hyperv_session_get (session, path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (server_get_n_requests (server), ==, 2);
}

/* It is left where it is too long, so the next request has a connection of its own. */
static void
test_long_page (void)
{
  g_autofree char *page = g_strnfill (70000, 'x');
  const Step steps[]
      = { { STEP_REPLY, 404, "text/html", page, NULL }, { STEP_ECHO, 200, NULL, "", NULL }, { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  g_autoptr (HypervSession) session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");
  g_autoptr (HypervCimInstance) next = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_path_add_key (path, "K", "x");
  g_assert_null (hyperv_session_get (session, path, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "HTTP status 404"));
  g_clear_error (&error);
  next = hyperv_session_get (session, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (server_get_n_connections (server), ==, 2);
}

static const Step releases[]
    = { { STEP_REPLY, 200, NULL, ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1"))), NULL },
        { STEP_REPLY, 200, NULL, RELEASE_REPLY, ">X1<" },
        { 0 } };

static const Step hangs_at_the_end[]
    = { { STEP_REPLY, 200, NULL, ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1"))), NULL },
        { STEP_STALL, 1, NULL, NULL, "<n:Release>" },
        { 0 } };

static const struct {
  const char *sentence;
  const Step *steps;
  gboolean close; /* before it is let go */
} ends[] = {
  { "what was begun is ended", releases, FALSE },
  { "what was begun is ended, and the connection closed", releases, TRUE },
  { "what hangs is cancelled", hangs_at_the_end, FALSE },
};

static void
test_end (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Server) server = server_new (ends[i].steps, FALSE);
  HypervSession *session = server_connect (server, 0);

  leave_enumeration (session);
  if (ends[i].close) {
    server_wait (server, 2);
    session_close (session);
  }
  g_object_unref (session);
  g_assert_cmpuint (count_workers (), ==, 0);
}

/* On the worker nobody can wait; the thread ends by itself. */
static void
start_letting_go (GTask *task, gpointer data)
{
  g_object_unref (data);
  g_task_return_boolean (task, TRUE);
}

static void
test_end_on_worker (void)
{
  g_autoptr (Server) server = server_new (releases, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (SessionWorker) worker = session_worker_ref (session_get_worker (session));

  leave_enumeration (session);
  session_close (session);
  g_assert_true (
      session_worker_call_boolean (worker, NULL, start_letting_go, session, NULL, NULL, NULL));
  server_wait (server, 2);
}

typedef struct {
  Server *server;
  GCancellable *cancellable;
} Canceller;

static gpointer
cancel_sent (gpointer data)
{
  Canceller *canceller = data;

  server_wait (canceller->server, 1);
  g_cancellable_cancel (canceller->cancellable);
  return NULL;
}

/* Whoever stops waiting is told what that leaves open. */
static void
test_change_cancelled (void)
{
  static const Step steps[] = { { STEP_STALL, 1, NULL, NULL, NULL }, { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new ("root/v2", "C");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Canceller canceller = { server, cancellable };
  GThread *thread = g_thread_new ("canceller", cancel_sent, &canceller);
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_session_invoke (session, path, "Go", NULL, cancellable, &error));
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_pattern_match_simple ("the method may have been carried out, or not; look at "
                                         "the state before trying again. The reply was not waited "
                                         "for: *cancelled by the caller (C.Go)",
                                         error->message));
  g_object_unref (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/end/a Release that hangs does not hold up the next verb",
                   test_next_comes_through);
  g_test_add_func ("/session/end/a Get whose reply was lost is not sent again", test_sent_once);
  g_test_add_func ("/session/end/a page that is too long is not read to its end", test_long_page);
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *path = g_strconcat ("/session/end/", ends[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_end);
  }
  g_test_add_func ("/session/end/a change that was sent and is cancelled", test_change_cancelled);
  g_test_add_func ("/session/end/the last reference is let go on the worker", test_end_on_worker);
  return g_test_run ();
}
