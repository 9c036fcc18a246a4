/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/transport/transport-gss-private.h"
#include "tests/transport-fixture.h"

/* The end of a process, and GSSAPI: who is inside comes out, who is not hears why. Each row is a
 * child, whose last handler of exit () looks at what happened. */

#define FINE "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nfine"
#define ASK                                                                                        \
  "HTTP/1.1 401 \r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"        \
  "Content-Length: 0\r\n\r\n"
#define EXITING "the process is exiting"

/* ---- the child ---- */

static struct {
  void (*last) (void);
  GMutex lock;
  GCond changed;
  gboolean inside;
  gboolean nested; /* a second entry, after the gate was closed */
  gint64 began;    /* exit () */
} child;

static void
check (gboolean ok, const char *what)
{
  if (ok)
    return;
  g_printerr ("%s\n", what);
  _exit (1);
}

static void
run_last (void)
{
  if (child.last != NULL)
    child.last ();
}

/* Before that of the gate, so that its handler runs after the gate's. */
static void __attribute__ ((constructor (101))) be_last (void)
{
  atexit (run_last);
}

static gpointer
is_closed (gpointer data)
{
  gboolean open = transport_gss_enter (NULL);

  if (open)
    transport_gss_leave ();
  return GINT_TO_POINTER (!open);
}

static gpointer
go_in_again (gpointer data)
{
  check (transport_gss_enter (NULL), "the gate was closed before the end");
  g_mutex_lock (&child.lock);
  child.inside = TRUE;
  g_cond_broadcast (&child.changed);
  g_mutex_unlock (&child.lock);
  /* another thread, since this one is inside */
  while (!g_thread_join (g_thread_new ("outside", is_closed, NULL)))
    continue;
  child.nested = transport_gss_enter (NULL);
  if (child.nested)
    transport_gss_leave ();
  transport_gss_leave ();
  return NULL;
}

static void
check_nested (void)
{
  check (child.nested, "who was inside was not let in again");
  check (g_get_monotonic_time () - child.began < 4 * G_TIME_SPAN_SECOND, "it was waited for");
}

/* exit () in the middle of a login. */
static void
child_nested (void)
{
  child.last = check_nested;
  g_thread_unref (g_thread_new ("inside", go_in_again, NULL));
  g_mutex_lock (&child.lock);
  while (!child.inside)
    g_cond_wait (&child.changed, &child.lock);
  g_mutex_unlock (&child.lock);
  child.began = g_get_monotonic_time ();
}

static void
check_refusal (void)
{
  g_autoptr (GError) error = NULL;

  check (!transport_gss_check (TRANSPORT_GSS_NTLM, &error), "GSSAPI was called after its end");
  check (strstr (error->message, EXITING) != NULL, error->message);
  check (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED), error->message);
}

static void
child_refusal (void)
{
  child.last = check_refusal;
}

/* The host offers Basic, too, and this is TLS: but who cannot do better at the end does not try. */
static void
set_https (TransportConfig *config, gpointer data)
{
  config->https = TRUE;
  config->trust = data;
  config->auth = NULL;
}

static struct {
  Server *server;
  Transport *channel;
} basic;

static void
check_no_basic (void)
{
  Outcome outcome = { 0 };
  g_autofree char *all = NULL;

  outcome_run (&outcome, basic.channel, "hello");
  all = server_dup_request (basic.server, G_MAXUINT);
  check (strstr (all, "Authorization: Basic") == NULL, "the password left, since it was the end");
  check (outcome.error != NULL, "no error");
  check (strstr (outcome.error->message, EXITING) != NULL, outcome.error->message);
  check (outcome.sent == TRANSPORT_SENT_NO, "it was sent");
  _exit (0); /* the certificate was OpenSSL's, which has cleaned up */
}

static void
child_no_basic (void)
{
  const IdentitySpec spec = { "host", "IP:127.0.0.1", -1, 1 };
  const Turn turns[MAX_TURNS] = { TURN (ASK, THEN_KEEP), TURN (FINE, THEN_KEEP) };
  Identity *identity = identity_new (&spec, NULL);
  g_autofree char *pin = g_strconcat ("sha256:", identity_get_fingerprint (identity), NULL);
  HypervTrust *trust = hyperv_trust_new (NULL, pin, FALSE, NULL);

  basic.server = server_new (turns, identity_get_tls (identity), NULL);
  basic.channel = channel_new (basic.server, set_https, trust);
  hyperv_trust_unref (trust);
  identity_free (identity);
  child.last = check_no_basic;
}

static gpointer
stay_inside (gpointer data)
{
  check (transport_gss_enter (NULL), "the gate was closed before the end");
  g_mutex_lock (&child.lock);
  child.inside = TRUE;
  g_cond_broadcast (&child.changed);
  while (TRUE)
    g_cond_wait (&child.changed, &child.lock);
  return NULL;
}

static void
check_fork (void)
{
  check (g_get_monotonic_time () - child.began < 4 * G_TIME_SPAN_SECOND,
         "the child waited for a thread of its parent");
  _exit (0); /* LeakSanitizer would look for that thread, too */
}

/* A child of fork () has none of the threads that are inside. */
static void
child_fork (void)
{
  int status = 0;
  pid_t pid;

  g_thread_unref (g_thread_new ("inside", stay_inside, NULL));
  g_mutex_lock (&child.lock);
  while (!child.inside)
    g_cond_wait (&child.changed, &child.lock);
  g_mutex_unlock (&child.lock);
  pid = fork ();
  if (pid == 0) {
    child.last = check_fork;
    child.began = g_get_monotonic_time ();
    exit (0);
  }
  check (waitpid (pid, &status, 0) == pid && status == 0, "the forked child failed");
  _exit (0);
}

/* ---- the parent ---- */

static const struct {
  const char *sentence;
  void (*run) (void);
} rows[] = {
  { "who is inside is let in again", child_nested },
  { "who is not hears that the process ends", child_refusal },
  { "no weaker scheme is taken because of it", child_no_basic },
  { "a child of fork does not wait for the threads of its parent", child_fork },
};

static const char *program;

static void
test_row (gconstpointer data)
{
  g_autofree char *number = g_strdup_printf ("%u", GPOINTER_TO_UINT (data));
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, program, "--child", number, NULL);
  g_autofree char *said = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (said, ==, "");
  g_assert_true (g_subprocess_get_successful (process));
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--child") == 0) {
    rows[atoi (argv[2])].run ();
    return 0;
  }
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/transport/exit/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
