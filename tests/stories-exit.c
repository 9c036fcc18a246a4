/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "tests/story.h"

/* A process may end at any moment, whatever the thread of a host is doing: no crash, no abort, no
 * waiting. The libraries below it (Kerberos', OpenSSL) take themselves down while a process ends.
 * One child for each moment: it logs in with NTLM and asks once. */

#define NTLM "/etc/gss/mech.d/mech.ntlmssp.conf"
#define N_CHILDREN 200
#define AT_ONCE 8
/* Between the moments: all of a login and a call is a few milliseconds. */
#define STEP_US 100

/* ---- the child ---- */

typedef enum {
  END_CLEAN,     /* lets go of the host after the call, and returns from main () */
  END_AT_MOMENT, /* exit () at a moment, whatever is going on */
  END_KEEPING,   /* exit () after the call, with the host open */
  END_IN_REPLY,  /* exit () in the callback of the login */
  N_ENDS
} End;

static gpointer
end_at_moment (gpointer data)
{
  gint64 moment = g_get_monotonic_time () + GPOINTER_TO_UINT (data);

  while (g_get_monotonic_time () < moment)
    continue;
  exit (0);
}

static void
on_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HypervHost *host = hyperv_host_open_finish (result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (host);
  exit (0);
}

static int
run_child (const char *uri, const char *password, End end, guint delay)
{
  g_autoptr (HypervCredentials) who = hyperv_credentials_new ("administrator", password);
  g_autoptr (HypervHost) host = NULL;
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;

  if (end == END_AT_MOMENT) {
    GThread *thread = g_thread_new ("end", end_at_moment, GUINT_TO_POINTER (delay));

    /* whatever comes of it: it may hear that the process is ending */
    host = hyperv_host_open (uri, who, NULL, NULL);
    vm = host != NULL ? hyperv_host_find_vm (host, "web01", NULL, NULL) : NULL;
    g_thread_join (thread); /* it does not return */
  }
  if (end == END_IN_REPLY) {
    hyperv_host_open_async (uri, who, NULL, on_open, NULL);
    for (;;)
      g_main_context_iteration (NULL, TRUE);
  }
  host = hyperv_host_open (uri, who, NULL, &error);
  g_assert_no_error (error);
  vm = hyperv_host_find_vm (host, "web01", NULL, &error);
  g_assert_no_error (error);
  if (end == END_KEEPING)
    exit (0);
  return 0;
}

/* ---- the parent ---- */

typedef struct {
  GMainLoop *loop;
  const char *program;
  char *uri;
  const char *password;
  guint n_started, n_ended;
} Family;

static void start_child (Family *self);

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Family *self = user_data;
  GSubprocess *child = G_SUBPROCESS (source);
  g_autoptr (GError) error = NULL;
  const char *const *argv = g_object_get_data (source, "argv");

  g_subprocess_wait_check_finish (child, result, &error);
  if (error != NULL)
    g_error ("child %s %s: %s", argv[3], argv[4], error->message);
  g_object_unref (child);
  if (++self->n_ended == N_CHILDREN)
    g_main_loop_quit (self->loop);
  else if (self->n_started < N_CHILDREN)
    start_child (self);
}

static void
start_child (Family *self)
{
  guint number = self->n_started++;
  g_autofree char *end = g_strdup_printf ("%u", number % N_ENDS);
  g_autofree char *delay = g_strdup_printf ("%u", number * STEP_US);
  const char *const argv[] = { self->program, "--child", self->uri, end, delay, NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  GSubprocess *child;

  g_subprocess_launcher_setenv (launcher, "STORIES_EXIT_PASSWORD", self->password, TRUE);
  child = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_object_set_data_full (G_OBJECT (child), "argv", g_strdupv ((char **)argv),
                          (GDestroyNotify)g_strfreev);
  g_subprocess_wait_check_async (child, NULL, on_ended, self);
}

static void
test_exit (gconstpointer program)
{
  Story story;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Family family = { .loop = loop, .program = program };

  if (!g_file_test (NTLM, G_FILE_TEST_EXISTS)) {
    g_test_skip ("no NTLM mechanism here (Debian: gss-ntlmssp)");
    return;
  }
  story_begin (&story, "2019", FALSE);
  family.uri = g_strconcat (hyperv_sim_host_get_http_uri (story.sim), "&auth=ntlm", NULL);
  family.password = hyperv_sim_host_get_password (story.sim);
  for (guint i = 0; i < AT_ONCE; i++)
    start_child (&family);
  g_main_loop_run (loop);
  g_free (family.uri);
  story_end (&story);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && strcmp (argv[1], "--child") == 0)
    return run_child (argv[2], g_getenv ("STORIES_EXIT_PASSWORD"), (End)atoi (argv[3]),
                      (guint)atoi (argv[4]));
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/stories/exit/two hundred processes end at any moment", argv[0],
                        test_exit);
  return g_test_run ();
}
