/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/session-fixture.h"

#include <string.h>

/* Several things at once, or one after the other: threads, cancelling, stopping, counting. */

#define N_THREADS 8
#define N_GETS 25

static const Step echoes[] = { { STEP_ECHO, 200, NULL, "", NULL }, { 0 } };

static HypervCimPath *
path_of (const char *key)
{
  HypervCimPath *path = hyperv_cim_path_new ("root/v2", "C");

  hyperv_cim_path_add_key (path, "K", key);
  return path;
}

static gpointer
get_many (gpointer data)
{
  for (guint i = 0; i < N_GETS; i++) {
    g_autofree char *key = g_strdup_printf ("%p-%u", g_thread_self (), i);
    g_autoptr (HypervCimPath) path = path_of (key);
    g_autoptr (GError) error = NULL;
    g_autoptr (HypervCimInstance) instance = hyperv_session_get (data, path, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (hyperv_cim_instance_peek_string (instance, "K"), ==, key);
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (Server) server = server_new (echoes, TRUE);
  HypervSession *session = server_connect (server, 0);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("getter", get_many, session);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (server_get_n_requests (server), ==, N_THREADS * N_GETS);
  g_assert_cmpuint (hyperv_session_get_n_requests (session), ==, N_THREADS * N_GETS);
  g_assert_cmpuint (server_get_n_connections (server), ==, 1);
  g_object_unref (session);
}

static gboolean
cancel (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

/* On the worker, because GLib 2.74 loses a source of g_cancellable_source_new () that is let go
 * while another thread is still within g_cancellable_cancel (), and leaks count as failures. */
static void
cancel_on_worker (HypervSession *session, GCancellable *cancellable)
{
  g_main_context_invoke_full (session_worker_get_context (session_get_worker (session)),
                              G_PRIORITY_DEFAULT, cancel, g_object_ref (cancellable),
                              g_object_unref);
}

typedef struct {
  GMainLoop *loop;
  guint pending;
  GString *order;
  GCancellable *next; /* cancelled when the first result is there */
} Crowd;

static void
on_got (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Crowd *crowd = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimInstance) instance
      = hyperv_session_get_finish (HYPERV_SESSION (source), result, &error);

  if (error != NULL)
    g_string_append (crowd->order,
                     g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "!" : "?");
  else
    g_string_append (crowd->order, hyperv_cim_instance_peek_string (instance, "K"));
  if (crowd->next != NULL)
    cancel_on_worker (HYPERV_SESSION (source), crowd->next);
  if (--crowd->pending == 0)
    g_main_loop_quit (crowd->loop);
}

static void
get_async (HypervSession *session, const char *key, GCancellable *cancellable, Crowd *crowd)
{
  g_autoptr (HypervCimPath) path = path_of (key);

  crowd->pending++;
  hyperv_session_get_async (session, path, cancellable, on_got, crowd);
}

/* In the order asked, in the context of whoever asked. */
static void
test_async (void)
{
  g_autoptr (Server) server = server_new (echoes, TRUE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (GString) order = g_string_new (NULL);
  Crowd crowd = { loop, 0, order, NULL };

  g_main_context_push_thread_default (context);
  get_async (session, "a", NULL, &crowd);
  get_async (session, "b", NULL, &crowd);
  get_async (session, "c", NULL, &crowd);
  g_object_unref (session); /* the operations keep it */
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  g_assert_cmpstr (order->str, ==, "abc");
}

typedef struct {
  Server *server;
  HypervSession *session;
  GCancellable *second;
} Canceller;

static gpointer
cancel_second (gpointer data)
{
  Canceller *canceller = data;

  server_wait (canceller->server, 1);
  cancel_on_worker (canceller->session, canceller->second);
  return NULL;
}

/* The first stalls; the second waits in the queue, is never sent, and ends before the first is
 * cancelled; the third comes through. */
static void
test_cancel (void)
{
  static const Step steps[]
      = { { STEP_STALL, 1, NULL, NULL, NULL }, { STEP_ECHO, 200, NULL, "", ">c<" }, { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GCancellable) second = g_cancellable_new ();
  Crowd crowd = { loop, 0, order, first };
  Canceller canceller = { server, session, second };
  GThread *thread;

  get_async (session, "a", first, &crowd);
  get_async (session, "b", second, &crowd);
  get_async (session, "c", NULL, &crowd);
  thread = g_thread_new ("canceller", cancel_second, &canceller);
  g_main_loop_run (loop);
  g_thread_join (thread);
  g_assert_cmpstr (order->str, ==, "!!c");
  g_object_unref (session);
}

static void
test_cancelled_before (void)
{
  static const Step none[] = { { 0 } };
  g_autoptr (Server) server = server_new (none, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (hyperv_session_identify (session, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (server_get_n_connections (server), ==, 0);
  g_object_unref (session);
}

typedef struct {
  HypervSession *session;
  GCancellable *cancellable; /* cancelled by the second item */
  guint n;
  guint stop_after; /* 0: never */
} Receiver;

static gboolean
receive (HypervCimInstance *instance, gpointer user_data, GError **error)
{
  Receiver *receiver = user_data;

  receiver->n++;
  if (receiver->cancellable != NULL && receiver->n == 2)
    g_cancellable_cancel (receiver->cancellable);
  if (receiver->n != receiver->stop_after)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "enough");
  return FALSE;
}

static void
on_enumerated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) instances = session_enumerate_finish (result, &error);

  if (instances == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
start_enumeration (GTask *task, gpointer data)
{
  Receiver *receiver = data;

  session_enumerate_async (receiver->session, "root/v2", "C", receive, receiver,
                           receiver->cancellable, on_enumerated, task);
}

static gboolean
enumerate (Receiver *receiver, GError **error)
{
  return session_worker_call_boolean (session_get_worker (receiver->session), receiver->session,
                                      start_enumeration, receiver, NULL, receiver->cancellable,
                                      error);
}

/* The page in which the receiver stops is read to its end, so that its context is known. */
static void
test_receiver_stops (void)
{
  static const Step steps[]
      = { { STEP_REPLY, 200, NULL, ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1"))), NULL },
          { STEP_REPLY, 200, NULL, PULL_REPLY (ITEMS (C ("2") C ("3")) CONTEXT ("X2")), NULL },
          { STEP_REPLY, 200, NULL, RELEASE_REPLY, ">X2<" },
          { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  Receiver receiver = { .session = session, .stop_after = 2 };
  g_autoptr (GError) error = NULL;

  g_assert_false (enumerate (&receiver, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (receiver.n, ==, 2);
  server_wait (server, 3);
  g_assert_cmpuint (server_get_n_connections (server), ==, 1);
  g_object_unref (session);
}

static void
test_receiver_stops_at_the_end (void)
{
  static const Step steps[]
      = { { STEP_REPLY, 200, NULL, ENUMERATE_REPLY (ITEMS (C ("1")) END), NULL },
          { STEP_ECHO, 200, NULL, "", "transfer/Get<" },
          { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  Receiver receiver = { .session = session, .stop_after = 1 };
  g_autoptr (HypervCimPath) path = path_of ("x");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (enumerate (&receiver, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  instance = hyperv_session_get (session, path, NULL, NULL);
  g_assert_nonnull (instance);
  g_object_unref (session);
}

static void
test_enumeration_cancelled (void)
{
  static const Step steps[]
      = { { STEP_REPLY, 200, NULL, ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1") C ("2"))), NULL },
          { STEP_REPLY, 200, NULL, RELEASE_REPLY, "<n:Release><n:EnumerationContext>X1<" },
          { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Receiver receiver = { .session = session, .cancellable = cancellable };
  g_autoptr (GError) error = NULL;

  g_assert_false (enumerate (&receiver, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  server_wait (server, 2);
  g_object_unref (session);
}

/* One that arrives whole, without a receiver that refuses. */
static void
test_receiver_gets_all (void)
{
  static const Step steps[]
      = { { STEP_REPLY, 200, NULL, ENUMERATE_REPLY (CONTEXT ("X1") ITEMS (C ("1"))), NULL },
          { STEP_REPLY, 200, NULL, PULL_REPLY (ITEMS (C ("2") C ("3")) END), NULL },
          { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  Receiver receiver = { .session = session };
  g_autoptr (GError) error = NULL;

  g_assert_true (enumerate (&receiver, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (receiver.n, ==, 3);
  g_object_unref (session);
}

static void
test_what_is_known (void)
{
  g_autoptr (Server) server = server_new (echoes, TRUE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = path_of ("x");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autofree char *scheme = hyperv_session_dup_auth_scheme (session);
  g_autofree char *fingerprint = NULL;

  g_assert_null (scheme);
  g_assert_cmpuint (hyperv_session_get_n_requests (session), ==, 0);
  instance = hyperv_session_get (session, path, NULL, NULL);
  scheme = hyperv_session_dup_auth_scheme (session);
  fingerprint = hyperv_session_dup_peer_fingerprint (session);
  g_assert_cmpstr (scheme, ==, "basic");
  g_assert_null (fingerprint);
  g_assert_false (hyperv_session_is_encrypted (session));
  g_assert_false (hyperv_session_is_verified (session));
  g_assert_cmpuint (hyperv_session_get_n_requests (session), ==, 1);
  g_object_unref (session);
}

/* Closed in the middle: the next verb makes a connection of its own, and the count goes on. */
static void
test_close (void)
{
  g_autoptr (Server) server = server_new (echoes, TRUE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = path_of ("x");

  for (guint i = 0; i < 2; i++) {
    g_autoptr (HypervCimInstance) instance = hyperv_session_get (session, path, NULL, NULL);

    g_assert_nonnull (instance);
    session_close (session);
  }
  g_assert_cmpuint (server_get_n_connections (server), ==, 2);
  g_assert_cmpuint (hyperv_session_get_n_requests (session), ==, 2);
  g_object_unref (session);
}

/* A reply to another request: the connection is out of step and not used again. */
static void
test_out_of_step (void)
{
  static const Step steps[]
      = { { STEP_REPLY, 200, NULL,
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
            " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header>"
            "<a:RelatesTo>uuid:X</a:RelatesTo></s:Header><s:Body><C/></s:Body></s:Envelope>",
            NULL },
          { STEP_ECHO, 200, NULL, "", NULL },
          { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = path_of ("x");
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_session_get (session, path, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  instance = hyperv_session_get (session, path, NULL, NULL);
  g_assert_nonnull (instance);
  g_assert_cmpuint (server_get_n_connections (server), ==, 2);
  g_object_unref (session);
}

/* Nothing listens any more: certainly not sent, so a method has a plain error. */
static void
test_refused (void)
{
  Server *server = server_new (echoes, TRUE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = path_of ("x");
  g_autoptr (HypervCimInstance) instance = hyperv_session_get (session, path, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (instance);
  server_free (server);
  g_assert_null (hyperv_session_get (session, path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&error);
  g_assert_null (hyperv_session_invoke (session, path, "Go", NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpuint (hyperv_session_get_n_requests (session), ==, 1);
  g_object_unref (session);
}

/* What cannot be written is not sent. */
static void
test_unwritable (void)
{
  static const Step none[] = { { 0 } };
  g_autoptr (Server) server = server_new (none, FALSE);
  HypervSession *session = server_connect (server, 0);
  g_autoptr (HypervCimPath) path = path_of ("a\001");
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_session_invoke (session, path, "Go", NULL, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==,
                   "K holds the character U+0001 (at byte 1), which XML cannot carry (C.Go)");
  g_object_unref (session);
}

static void
test_deadlines (void)
{
  static const Step steps[]
      = { { STEP_ECHO, 200, NULL, "", "<w:OperationTimeout>PT1.200S</w:OperationTimeout>" },
          { 0 } };
  g_autoptr (Server) server = server_new (steps, FALSE);
  HypervSession *session = server_connect (server, 1500);
  g_autoptr (HypervCimPath) path = path_of ("x");
  g_autoptr (HypervCimInstance) instance = hyperv_session_get (session, path, NULL, NULL);

  g_assert_nonnull (instance);
  g_object_unref (session);
}

static void
test_log (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (Server) server = server_new (echoes, TRUE);
    HypervSession *session = NULL;
    g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new ("root/v2", "In");
    g_autoptr (HypervCimInstance) in = NULL;
    g_autoptr (HypervCimPath) path = path_of ("x");

    g_setenv ("HYPERV_DEBUG", "http,wire", TRUE);
    session = server_connect (server, 0);
    hyperv_cim_builder_add_string (builder, "AdminPassword", "hunter2");
    in = hyperv_cim_builder_end (builder);
    g_assert_null (hyperv_session_invoke (session, path, "Go", in, NULL, NULL));
    g_object_unref (session);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*request <s:Envelope *<p:AdminPassword>***</p:AdminPassword>*reply "
                             "<s:Envelope *");
  g_test_trap_assert_stderr_unmatched ("*hunter2*");
  g_test_trap_assert_stderr_unmatched ("*secret*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/stories/8 threads share one connection", test_threads);
  g_test_add_func ("/session/stories/results come in order to whoever asked", test_async);
  g_test_add_func ("/session/stories/the one in progress and one in the queue are cancelled",
                   test_cancel);
  g_test_add_func ("/session/stories/cancelled before anything was sent", test_cancelled_before);
  g_test_add_func ("/session/stories/a receiver that stops has the rest released",
                   test_receiver_stops);
  g_test_add_func ("/session/stories/a receiver that stops at the end has nothing released",
                   test_receiver_stops_at_the_end);
  g_test_add_func ("/session/stories/a receiver gets all", test_receiver_gets_all);
  g_test_add_func ("/session/stories/a cancelled enumeration is released",
                   test_enumeration_cancelled);
  g_test_add_func ("/session/stories/what was negotiated is known after the first reply",
                   test_what_is_known);
  g_test_add_func ("/session/stories/closing makes the next verb connect again", test_close);
  g_test_add_func ("/session/stories/a connection out of step is given up", test_out_of_step);
  g_test_add_func ("/session/stories/nothing listens", test_refused);
  g_test_add_func ("/session/stories/what cannot be written is not sent", test_unwritable);
  g_test_add_func ("/session/stories/the operation's deadline goes to the host", test_deadlines);
  g_test_add_func ("/session/stories/HYPERV_DEBUG=wire shows messages without secrets", test_log);
  return g_test_run ();
}
