/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-worker.h"

/* One thread a host: where operations run, where results come, what happens to what was given. */

typedef struct {
  SessionWorker *worker;
  GThread *ran_in;
  GThread *freed_in;
  guint n_freed;
  gboolean later;
  gboolean fail;
} Operation;

static void
freed (gpointer data)
{
  Operation *operation = data;

  operation->freed_in = g_thread_self ();
  g_atomic_int_inc (&operation->n_freed);
}

static gboolean
end (gpointer data)
{
  GTask *task = data;
  Operation *operation = g_object_get_data (G_OBJECT (task), "operation");

  g_assert_cmpuint (operation->n_freed, ==, 0);
  if (operation->fail)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "gone");
  else
    g_task_return_pointer (task, g_strdup ("done"), g_free);
  return G_SOURCE_REMOVE;
}

static void
start (GTask *task, gpointer data)
{
  Operation *operation = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  operation->ran_in = g_thread_self ();
  g_object_set_data (G_OBJECT (task), "operation", operation);
  g_assert_true (session_worker_is_current (operation->worker));
  if (!operation->later) {
    end (task);
    return;
  }
  g_source_set_callback (source, end, task, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
start_boolean (GTask *task, gpointer data)
{
  g_task_return_boolean (task, TRUE);
}

static const struct {
  const char *sentence;
  gboolean later, fail;
} rows[] = {
  { "a result at once", FALSE, FALSE },
  { "a result later", TRUE, FALSE },
  { "an error at once", FALSE, TRUE },
  { "an error later", TRUE, TRUE },
};

static void
check_result (const Operation *operation, const char *result, const GError *error)
{
  if (operation->fail) {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_assert_null (result);
  } else {
    g_assert_no_error (error);
    g_assert_cmpstr (result, ==, "done");
  }
  g_assert_true (operation->ran_in != g_thread_self ());
  g_assert_true (operation->freed_in == operation->ran_in);
  g_assert_cmpuint (operation->n_freed, ==, 1);
}

static void
test_waiting (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  Operation operation = { .worker = worker, .later = rows[i].later, .fail = rows[i].fail };
  g_autoptr (GError) error = NULL;
  g_autofree char *result
      = session_worker_call (worker, NULL, start, &operation, freed, NULL, &error);

  check_result (&operation, result, error);
}

typedef struct {
  GMainLoop *loop;
  GAsyncResult *result;
  GObject *source;
  GThread *thread;
} Answer;

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->source = source;
  answer->result = g_object_ref (result);
  answer->thread = g_thread_self ();
  g_main_loop_quit (answer->loop);
}

static void
test_async (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  Operation operation = { .worker = worker, .later = rows[i].later, .fail = rows[i].fail };
  Answer answer = { .loop = loop };
  g_autoptr (GObject) source = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *result = NULL;

  g_main_context_push_thread_default (context);
  session_worker_call_async (worker, source, start, &operation, freed, NULL, on_answer, &answer);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  g_assert_true (answer.thread == g_thread_self ());
  g_assert_true (answer.source == source);
  result = session_worker_call_finish (answer.result, &error);
  g_object_unref (answer.result);
  check_result (&operation, result, error);
}

static void
test_boolean (void)
{
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  g_autoptr (GError) error = NULL;

  g_assert_true (
      session_worker_call_boolean (worker, NULL, start_boolean, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
test_cancelled (void)
{
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Operation operation = { .worker = worker };
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (session_worker_call (worker, NULL, start, &operation, freed, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (operation.ran_in);
  g_assert_cmpuint (operation.n_freed, ==, 1);
}

/* The operation decides: a result that is there is not thrown away. */
static void
start_cancelling (GTask *task, gpointer data)
{
  g_cancellable_cancel (g_task_get_cancellable (task));
  g_task_return_pointer (task, g_strdup ("done"), g_free);
}

static void
test_cancelled_late (void)
{
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *result
      = session_worker_call (worker, NULL, start_cancelling, NULL, NULL, cancellable, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (result, ==, "done");
}

/* Nobody asks for the result: it is freed all the same (seen by the leak checker). */
static void
test_forgotten (void)
{
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  g_autoptr (GMainContext) context = g_main_context_new ();
  Operation operation = { .worker = worker };

  g_main_context_push_thread_default (context);
  session_worker_call_async (worker, NULL, start, &operation, freed, NULL, NULL, NULL);
  while (g_atomic_int_get (&operation.n_freed) == 0)
    g_main_context_iteration (context, FALSE);
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_main_context_pop_thread_default (context);
  g_assert_true (session_worker_call_boolean (worker, NULL, start_boolean, NULL, NULL, NULL, NULL));
}

static void
start_nested (GTask *task, gpointer data)
{
  Operation *operation = data;

  g_assert_null (session_worker_call (operation->worker, NULL, start, data, NULL, NULL, NULL));
  g_task_return_boolean (task, TRUE);
}

static void
test_nested (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (SessionWorker) worker = session_worker_new ("test");
    Operation operation = { .worker = worker };

    session_worker_call_boolean (worker, NULL, start_nested, &operation, NULL, NULL, NULL);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*a blocking call on the worker thread*");
}

/* The last share may be let go on the worker itself, which cannot wait for its own end. */
static void
start_letting_go (GTask *task, gpointer data)
{
  g_autoptr (SessionWorker) worker = data;

  g_assert_true (session_worker_is_current (worker));
  g_task_return_boolean (task, TRUE);
}

static void
test_last_unref (void)
{
  SessionWorker *worker = session_worker_new ("test");
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  Answer answer = { .loop = loop };

  g_main_context_push_thread_default (context);
  session_worker_call_async (worker, NULL, start_letting_go, worker, NULL, NULL, on_answer,
                             &answer);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  g_assert_true (session_worker_call_finish_boolean (answer.result, NULL));
  g_object_unref (answer.result);
}

/* What an operation still holds when it has its result is let go before the caller knows: else the
 * thread might drop the last reference to a host, and nobody would wait for its end. */
typedef struct {
  gint n_told; /* atomic */
  gint n_told_early;
} Telling;

static void
start_lingering (GTask *task, gpointer data)
{
  Telling *telling = data;
  gint before = g_atomic_int_get (&telling->n_told);
  gpointer held = g_object_ref (g_task_get_source_object (task));

  g_task_return_boolean (task, TRUE);
  for (guint i = 0; i < 1000; i++)
    g_thread_yield ();
  telling->n_told_early += g_atomic_int_get (&telling->n_told) - before;
  g_object_unref (held);
}

static void
note_thread (gpointer data, GObject *gone)
{
  *(GThread **)data = g_thread_self ();
}

static void
test_told_last_waiting (void)
{
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  Telling telling = { 0 };

  for (guint i = 0; i < 20; i++) {
    GObject *source = g_object_new (G_TYPE_OBJECT, NULL);
    GThread *ended_in = NULL;

    g_object_weak_ref (source, note_thread, &ended_in);
    g_assert_true (
        session_worker_call_boolean (worker, source, start_lingering, &telling, NULL, NULL, NULL));
    g_atomic_int_inc (&telling.n_told);
    g_object_unref (source);
    g_assert_true (ended_in == g_thread_self ());
  }
  g_assert_cmpint (telling.n_told_early, ==, 0);
}

static void
test_told_last_async (void)
{
  g_autoptr (SessionWorker) worker = session_worker_new ("test");
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  Telling telling = { 0 };

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 20; i++) {
    GObject *source = g_object_new (G_TYPE_OBJECT, NULL);
    Answer answer = { .loop = loop };
    GThread *ended_in = NULL;

    g_object_weak_ref (source, note_thread, &ended_in);
    session_worker_call_async (worker, source, start_lingering, &telling, NULL, NULL, on_answer,
                               &answer);
    g_main_loop_run (loop);
    g_atomic_int_inc (&telling.n_told);
    g_assert_true (session_worker_call_finish_boolean (answer.result, NULL));
    g_object_unref (answer.result);
    g_object_unref (source);
    g_assert_true (ended_in == g_thread_self ());
  }
  g_main_context_pop_thread_default (context);
  g_assert_cmpint (telling.n_told_early, ==, 0);
}

static gboolean
note (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* What is queued when the worker ends is still done: connections are closed that way. */
static void
test_last_things (void)
{
  SessionWorker *worker = session_worker_new ("test");
  gboolean done = FALSE;

  g_main_context_invoke (session_worker_get_context (worker), note, &done);
  session_worker_unref (worker);
  g_assert_true (done);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *waiting = g_strconcat ("/session/worker/waiting/", rows[i].sentence, NULL);
    g_autofree char *async = g_strconcat ("/session/worker/async/", rows[i].sentence, NULL);

    g_test_add_data_func (waiting, GSIZE_TO_POINTER (i), test_waiting);
    g_test_add_data_func (async, GSIZE_TO_POINTER (i), test_async);
  }
  g_test_add_func ("/session/worker/a boolean", test_boolean);
  g_test_add_func ("/session/worker/cancelled before it began", test_cancelled);
  g_test_add_func ("/session/worker/cancelled when it was done", test_cancelled_late);
  g_test_add_func ("/session/worker/a result that nobody takes", test_forgotten);
  g_test_add_func ("/session/worker/waiting on the worker is a critical", test_nested);
  g_test_add_func ("/session/worker/the last unref on the worker", test_last_unref);
  g_test_add_func ("/session/worker/told last, waiting", test_told_last_waiting);
  g_test_add_func ("/session/worker/told last, async", test_told_last_async);
  g_test_add_func ("/session/worker/queued work is done before the end", test_last_things);
  return g_test_run ();
}
