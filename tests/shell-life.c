/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/shell-fixture.h"

/* Shells and commands from beginning to end: quotas, idle time, waiting, signals, streams. */

#define SECOND ((gint64)1000) /* of shell_fixture_advance () */
#define TEN "stdout012 "
#define LONG                                                                                       \
  TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN  \
      TEN TEN
#define OTHER_ID "11111111-1111-1111-1111-111111111113"

static gboolean
hangs (const ShellQuestion *question, ShellProgram *program, gpointer data)
{
  shell_program_wait (program, G_MAXINT64);
  return TRUE;
}

static ShellLimits
limits (void)
{
  return (ShellLimits){ .allowed = TRUE,
                        .max_shells_per_user = 2,
                        .max_users = 2,
                        .max_processes_per_shell = 1,
                        .max_memory = 10,
                        .idle_timeout = (gint64)7200 * G_USEC_PER_SEC };
}

static const struct {
  const char *sentence, *user;
  guint n_before;      /* shells of administrator's */
  gboolean is_another; /* one of guest's, too */
  ShellSettings settings;
  ShellError code;
  const char *message;
} refused_rows[] = {
  { "more shells than a user may have",
    "Administrator",
    2,
    FALSE,
    { 0 },
    SHELL_ERROR_QUOTA_SHELLS,
    "Administrator has 2 shells, MaxShellsPerUser is 2" },
  { "more users than there may be",
    "third",
    1,
    TRUE,
    { 0 },
    SHELL_ERROR_QUOTA_USERS,
    "MaxConcurrentUsers is 2" },
  { "an id that is taken",
    "administrator",
    1,
    FALSE,
    { .id = "SHELL-0" },
    SHELL_ERROR_EXISTS,
    "there is a shell SHELL-0" },
  { "an idle time below a minute",
    "administrator",
    0,
    FALSE,
    { .idle_timeout = 59 * G_USEC_PER_SEC },
    SHELL_ERROR_IDLE_TIMEOUT,
    "rsp:IdleTimeOut is 59 s, less than a minute" },
  { "a code page that there is not",
    "administrator",
    0,
    FALSE,
    { .code_page = 4711 },
    SHELL_ERROR_CODE_PAGE,
    "there is no code page 4711" },
  { "a list of output streams without end",
    "administrator",
    0,
    FALSE,
    { .output_streams = LONG },
    SHELL_ERROR_STREAM,
    "rsp:OutputStreams has 260 characters, at most 256 are taken" },
  { "a list of input streams without end",
    "administrator",
    0,
    FALSE,
    { .input_streams = LONG },
    SHELL_ERROR_STREAM,
    "rsp:InputStreams has 260 characters, at most 256 are taken" },
};

static void
open_some (ShellFixture *fixture, const char *user, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("%s-%u", *user == 'g' ? "guest" : "shell", i);
    ShellSettings settings = { .id = id, .user = user, .client = "127.0.0.1" };
    g_autoptr (GError) error = NULL;

    shell_open (fixture->host, &settings, &error);
    g_assert_no_error (error);
  }
}

static void
test_refused (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellSettings settings = refused_rows[i].settings;
  ShellLimits few = limits ();
  g_autoptr (GError) error = NULL;

  shell_host_set_limits (fixture->host, &few);
  open_some (fixture, "administrator", refused_rows[i].n_before);
  open_some (fixture, "guest", refused_rows[i].is_another);
  settings.user = refused_rows[i].user;
  settings.client = "127.0.0.1";
  if (settings.id == NULL)
    settings.id = SHELL_ID;
  g_assert_null (shell_open (fixture->host, &settings, &error));
  g_assert_error (error, SHELL_ERROR, (gint)refused_rows[i].code);
  g_assert_cmpstr (error->message, ==, refused_rows[i].message);
}

static void
test_not_allowed (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellSettings settings = { .id = SHELL_ID, .user = "administrator", .client = "127.0.0.1" };
  ShellLimits none = limits ();
  g_autoptr (GError) error = NULL;

  none.allowed = FALSE;
  shell_host_set_limits (fixture->host, &none);
  g_assert_null (shell_open (fixture->host, &settings, &error));
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_NOT_ALLOWED);
}

/* A shell that nobody asks for ends after its idle time, and one that is asked for does not. */
static void
test_idle (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  Shell *shell = shell_fixture_open (fixture);

  shell_fixture_advance (fixture, 7199 * SECOND);
  shell_touch (shell);
  shell_fixture_advance (fixture, 7199 * SECOND);
  g_assert_nonnull (shell_find (fixture->host, SHELL_ID, "Administrator"));
  g_assert_null (shell_find (fixture->host, SHELL_ID, "guest"));
  shell_fixture_advance (fixture, SECOND);
  g_assert_null (shell_find (fixture->host, SHELL_ID, "administrator"));
}

/* The client may ask for less than the host allows, and for an end whatever happens. */
static void
test_own_times (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellSettings settings = { .id = SHELL_ID,
                             .user = "administrator",
                             .client = "127.0.0.1",
                             .idle_timeout = 60 * G_USEC_PER_SEC };
  ShellFacts facts;

  shell_get_facts (shell_open (fixture->host, &settings, NULL), &facts);
  g_assert_cmpint (facts.idle_timeout, ==, 60 * G_USEC_PER_SEC);
  shell_fixture_advance (fixture, 60 * SECOND);
  g_assert_null (shell_find (fixture->host, SHELL_ID, NULL));

  settings.idle_timeout = (gint64)9000 * G_USEC_PER_SEC;
  settings.lifetime = 90 * G_USEC_PER_SEC;
  shell_get_facts (shell_open (fixture->host, &settings, NULL), &facts);
  g_assert_cmpint (facts.idle_timeout, ==, (gint64)7200 * G_USEC_PER_SEC);
  shell_fixture_advance (fixture, 89 * SECOND);
  shell_touch (shell_find (fixture->host, SHELL_ID, NULL));
  shell_get_facts (shell_find (fixture->host, SHELL_ID, NULL), &facts);
  g_assert_cmpint (facts.run_time, ==, 89 * G_USEC_PER_SEC);
  g_assert_cmpint (facts.inactivity, ==, 0);
  shell_fixture_advance (fixture, SECOND);
  g_assert_null (shell_find (fixture->host, SHELL_ID, NULL));
}

static void
test_processes (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  Shell *shell = shell_fixture_open (fixture);
  ShellLimits few = limits ();
  ShellCommand *command;
  g_autoptr (GError) error = NULL;

  shell_host_set_limits (fixture->host, &few);
  shell_host_set_answer (fixture->host, hangs, NULL);
  command = shell_fixture_run (shell, "x");
  g_assert_null (shell_run (shell, COMMAND_ID, "y", NULL, &error));
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_COMMAND_EXISTS);
  g_clear_error (&error);
  g_assert_null (shell_run (shell, OTHER_ID, "y", NULL, &error));
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_PROCESSES);
  shell_command_signal (command, SHELL_SIGNAL_CTRL_C);
  g_clear_error (&error);
  g_assert_nonnull (
      shell_run (shell, OTHER_ID, "y", NULL, &error)); /* the first one runs no more */
}

static void
count_outcome (ShellOutcome outcome, gpointer data)
{
  ((guint *)data)[outcome]++;
}

/* Who waits is told of output, of the end, of the time that is over, or that all is gone. */
static void
test_wait (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  Shell *shell = shell_fixture_open (fixture);
  guint n[3] = { 0 };
  ShellCommand *command;

  shell_host_set_answer (fixture->host, hangs, NULL);
  command = shell_fixture_run (shell, "x");
  g_assert_true (shell_command_wait (command, BOTH, 20 * G_USEC_PER_SEC, count_outcome, n));
  shell_fixture_advance (fixture, 19 * SECOND);
  g_assert_cmpuint (n[SHELL_TIMED_OUT], ==, 0);
  shell_fixture_advance (fixture, SECOND);
  g_assert_cmpuint (n[SHELL_TIMED_OUT], ==, 1);

  g_assert_true (shell_command_wait (command, BOTH, G_USEC_PER_SEC, count_outcome, n));
  shell_command_signal (command, SHELL_SIGNAL_CTRL_BREAK);
  g_assert_cmpuint (n[SHELL_READY], ==, 1);
  g_assert_cmpint (shell_fixture_exit_code (command), ==, -1073741510);
  g_assert_false (shell_command_wait (command, BOTH, G_USEC_PER_SEC, count_outcome, n));

  shell_command_signal (command, SHELL_SIGNAL_TERMINATE);
  g_assert_null (shell_find_command (shell, COMMAND_ID));
  command = shell_fixture_run (shell, "x");
  g_assert_true (shell_command_wait (command, BOTH, G_USEC_PER_SEC, count_outcome, n));
  shell_close (shell);
  g_assert_cmpuint (n[SHELL_GONE], ==, 1);
  shell_fixture_advance (fixture, 60 * SECOND);
  g_assert_cmpuint (n[0] + n[1] + n[2], ==, 3);
}

static gboolean
says_both (const ShellQuestion *question, ShellProgram *program, gpointer data)
{
  shell_program_wait (program, G_USEC_PER_SEC);
  shell_program_print (program, "stdout", "good");
  shell_program_print (program, "stderr", "bad");
  if (data == NULL)
    shell_program_wait (program, G_MAXINT64);
  return TRUE;
}

/* All who have something to take are told, not the first of them alone; and all of the end. */
static void
test_waits (void)
{
  static const char *const streams[] = { "stdout", "stderr", BOTH };

  for (guint ends = 0; ends < 2; ends++) {
    g_autoptr (ShellFixture) fixture = shell_fixture_new ();
    guint n[G_N_ELEMENTS (streams)][3] = { { 0 } };
    ShellCommand *command;

    shell_host_set_answer (fixture->host, says_both, GUINT_TO_POINTER (ends));
    command = shell_fixture_run (shell_fixture_open (fixture), "x");
    for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
      g_assert_true (
          shell_command_wait (command, streams[i], 20 * G_USEC_PER_SEC, count_outcome, n[i]));
    shell_fixture_advance (fixture, SECOND);
    for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
      g_assert_cmpuint (n[i][SHELL_READY], ==, 1);
  }
}

static void
close_its_shell (ShellOutcome outcome, gpointer data)
{
  ShellFixture *fixture = data;
  Shell *shell = shell_find (fixture->host, SHELL_ID, NULL);

  g_assert_cmpint (outcome, ==, SHELL_GONE);
  if (shell != NULL)
    shell_close (shell);
}

/* Who is told that it is over may end the shell, whoever waits besides. */
static void
test_closed_within (void)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (ShellFixture) fixture = shell_fixture_new ();
    Shell *shell = shell_fixture_open (fixture);
    guint n[3] = { 0 };
    ShellCommand *command;

    shell_host_set_answer (fixture->host, hangs, NULL);
    command = shell_fixture_run (shell, "x");
    g_assert_nonnull (shell_run (shell, OTHER_ID, "y", NULL, NULL));
    g_assert_true (shell_command_wait (command, BOTH, G_USEC_PER_SEC, close_its_shell, fixture));
    g_assert_true (shell_command_wait (command, BOTH, G_USEC_PER_SEC, count_outcome, n));
    if (i == 0)
      shell_command_signal (command, SHELL_SIGNAL_TERMINATE);
    else if (i == 1)
      shell_host_end_waits (fixture->host);
    else
      shell_close (shell);
    g_assert_cmpuint (n[SHELL_GONE], ==, 1);
    g_assert_null (shell_find (fixture->host, SHELL_ID, NULL));
  }
}

/* Commands that ended are remembered until somebody signals them, but not without an end. */
static void
test_remembered (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  Shell *shell = shell_fixture_open (fixture);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *id = g_strdup_printf ("command-%u", i);

    g_assert_nonnull (shell_run (shell, id, "hostname", NULL, NULL));
  }
  g_assert_null (shell_run (shell, COMMAND_ID, "hostname", NULL, &error));
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_PROCESSES);
  g_assert_cmpstr (error->message, ==,
                   "shell " SHELL_ID " has 1000 commands, ended or not, that no Signal has let go; "
                   "the host remembers no more");
}

static gboolean
reads (const ShellQuestion *question, ShellProgram *program, gpointer data)
{
  shell_program_read_input (program);
  shell_program_print_input (program, "stdout");
  shell_program_print (program, "stderr", "bad");
  shell_program_print (program, "stdout", "good");
  return TRUE;
}

static gboolean
send (ShellCommand *command, const char *stream, const char *text, gboolean end, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return shell_command_send (command, stream, bytes, end, error);
}

/* Input in pieces, output in pieces, and each stream by itself. */
static void
test_streams (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  Shell *shell = shell_fixture_open (fixture);
  guint n[3] = { 0 };
  ShellCommand *command;
  g_autoptr (GPtrArray) cut = NULL;
  g_autofree char *out = NULL;
  gint32 code;

  shell_host_set_answer (fixture->host, reads, NULL);
  command = shell_fixture_run (shell, "x");
  g_assert_true (shell_command_wait (command, "stderr", G_USEC_PER_SEC, count_outcome, n));
  g_assert_true (send (command, "stdin", "ab", FALSE, NULL));
  g_assert_cmpuint (n[SHELL_READY], ==, 0);
  g_assert_true (send (command, "stdin", "cd", TRUE, NULL));
  g_assert_cmpuint (n[SHELL_READY], ==, 1);
  g_assert_true (send (command, "stdin", "nobody reads this", TRUE, NULL));

  cut = shell_command_take (command, "stdout", SHELL_PIECE_COST + 3);
  g_assert_cmpuint (cut->len, ==, 1);
  g_assert_cmpuint (g_bytes_get_size (((ShellPiece *)cut->pdata[0])->bytes), ==, 3);
  out = shell_fixture_take (command, "stdout");
  g_assert_cmpstr (out, ==, "dgood");
  g_assert_true (shell_command_is_done (command, "stdout", &code));
  g_assert_false (shell_command_is_done (command, BOTH, &code));
}

static gboolean
reads_twice (const ShellQuestion *question, ShellProgram *program, gpointer data)
{
  shell_program_read_input (program);
  shell_program_wait (program, G_USEC_PER_SEC);
  shell_program_read_input (program);
  shell_program_print_input (program, "stdout");
  return TRUE;
}

/* Behind its end nothing is input, though the command goes on. */
static void
test_input_after_end (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  Shell *shell = shell_fixture_open (fixture);
  ShellCommand *command;
  g_autofree char *out = NULL;

  shell_host_set_answer (fixture->host, reads_twice, NULL);
  command = shell_fixture_run (shell, "x");
  g_assert_true (send (command, "stdin", "first", TRUE, NULL));
  g_assert_true (send (command, "stdin", "late", TRUE, NULL));
  shell_fixture_advance (fixture, SECOND);
  out = shell_fixture_take (command, "stdout");
  g_assert_cmpstr (out, ==, "");
  g_assert_cmpint (shell_fixture_exit_code (command), ==, 0);
}

static void
test_stream_errors (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellLimits few = limits ();
  ShellCommand *command;
  g_autoptr (GError) error = NULL;

  shell_host_set_limits (fixture->host, &few);
  shell_host_set_answer (fixture->host, reads, NULL);
  command = shell_fixture_run (shell_fixture_open (fixture), "x");
  g_assert_false (send (command, "stdout", "a", FALSE, &error));
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_STREAM);
  g_clear_error (&error);
  g_assert_false (shell_command_check_streams (command, "stdout pr", &error));
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_STREAM);
  g_assert_cmpstr (error->message, ==,
                   "stream \"pr\" is not one of the shell's rsp:OutputStreams \"stdout stderr\"");
  g_clear_error (&error);
  g_assert_true (send (command, "stdin", "123456", FALSE, &error));
  g_assert_false (send (command, "stdin", "78901", FALSE, &error));
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_MEMORY);
}

/* What is not among the output streams is not said. */
static void
test_one_stream (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellSettings settings = {
    .id = SHELL_ID, .user = "administrator", .client = "127.0.0.1", .output_streams = "stdout"
  };
  ShellCommand *command
      = shell_fixture_run (shell_open (fixture->host, &settings, NULL), "nope & echo a");
  g_autofree char *err = shell_fixture_take (command, "stderr");
  g_autofree char *out = shell_fixture_take (command, "stdout");

  g_assert_cmpstr (err, ==, "");
  g_assert_cmpstr (out, ==, "a\r\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refused_rows); i++) {
    g_autofree char *path = g_strconcat ("/shell/life/refuses/", refused_rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_refused);
  }
  g_test_add_func ("/shell/life/refuses/shells where none are allowed", test_not_allowed);
  g_test_add_func ("/shell/life/idle", test_idle);
  g_test_add_func ("/shell/life/own times", test_own_times);
  g_test_add_func ("/shell/life/processes", test_processes);
  g_test_add_func ("/shell/life/wait", test_wait);
  g_test_add_func ("/shell/life/several wait", test_waits);
  g_test_add_func ("/shell/life/closed by who is told", test_closed_within);
  g_test_add_func ("/shell/life/commands remembered", test_remembered);
  g_test_add_func ("/shell/life/streams", test_streams);
  g_test_add_func ("/shell/life/input after its end", test_input_after_end);
  g_test_add_func ("/shell/life/stream errors", test_stream_errors);
  g_test_add_func ("/shell/life/one stream", test_one_stream);
  return g_test_run ();
}
