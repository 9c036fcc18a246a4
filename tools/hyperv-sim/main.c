/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/hyperv-sim/options.h"

/* Exit codes of shells for a command that could not be run. */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NO_COMMAND 127
#define EXIT_FAILED 1

typedef struct {
  GMainLoop *loop;
  GPid child; /* 0: none */
  int status;
} Program;

static gboolean
stop_signal (gpointer data)
{
  Program *program = data;

  if (program->child != 0)
    kill (program->child, SIGTERM); /* it ends, and then we do */
  else
    g_main_loop_quit (program->loop);
  return G_SOURCE_CONTINUE;
}

static void
child_ended (GPid pid, gint wait_status, gpointer data)
{
  Program *program = data;

  program->child = 0;
  program->status
      = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : 128 + WTERMSIG (wait_status);
  g_main_loop_quit (program->loop);
}

static void
print_refusal (const char *line, gpointer data)
{
  fprintf (stderr, "%s\n", line);
}

static gboolean
run_command (Program *program, char **command, GPtrArray *pairs, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();

  for (guint i = 0; i < pairs->len; i++) {
    const SimReadyPair *pair = g_ptr_array_index (pairs, i);

    environment = g_environ_setenv (environment, pair->name, pair->value, TRUE);
  }
  if (!g_spawn_async (NULL, command, environment,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD
                          | G_SPAWN_CHILD_INHERITS_STDIN,
                      NULL, NULL, &program->child, error))
    return FALSE;
  g_child_watch_add (program->child, child_ended, program);
  return TRUE;
}

/* The file, in one step, then the line (not before a command, whose output stdout is). */
static gboolean
announce (const SimOptions *options, GPtrArray *pairs, GError **error)
{
  g_autofree char *line = sim_ready_to_line (pairs);
  g_autofree char *json = sim_ready_to_json (pairs);

  if (options->ready_file != NULL
      && !g_file_set_contents_full (options->ready_file, json, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                    0600, error))
    return FALSE;
  if (options->command == NULL) {
    printf ("%s\n", line);
    fflush (stdout);
  }
  return TRUE;
}

static void
remove_folder (const char *folder, GPtrArray *pairs)
{
  for (guint i = 0; pairs != NULL && i < pairs->len; i++) {
    const SimReadyPair *pair = g_ptr_array_index (pairs, i);

    if (g_str_has_prefix (pair->value, folder))
      g_unlink (pair->value);
  }
  g_rmdir (folder);
}

static int
serve (const SimOptions *options, HypervSimHost *host, Program *program, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("hyperv-sim-XXXXXX", error);
  g_autoptr (GPtrArray) pairs = folder != NULL ? sim_ready_new (host, folder, error) : NULL;
  GError *local = NULL;

  program->status = EXIT_FAILED;
  if (pairs != NULL && announce (options, pairs, error)) {
    if (options->command != NULL && !run_command (program, options->command, pairs, &local)) {
      program->status = g_error_matches (local, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                            ? EXIT_NO_COMMAND
                            : EXIT_NOT_EXECUTABLE;
      g_propagate_error (error, local);
    } else {
      program->status = 0;
      g_main_loop_run (program->loop);
    }
  }
  if (folder != NULL)
    remove_folder (folder, pairs);
  return program->status;
}

static int
print_hosts (void)
{
  g_auto (GStrv) names = hyperv_sim_get_host_names ();

  for (char **name = names; *name != NULL; name++)
    printf ("%s\n", *name);
  return 0;
}

static int
run (const SimOptions *options, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HypervSimHost) host = NULL;
  Program program = { .loop = loop };
  int status;

  if (options->version) {
    printf ("hyperv-sim %s, fixtures %s\n", HYPERV_VERSION, hyperv_sim_get_digest ());
    return 0;
  }
  if (options->list_hosts)
    return print_hosts ();

  /* before anything is made that must be removed */
  g_unix_signal_add (SIGINT, stop_signal, &program);
  g_unix_signal_add (SIGTERM, stop_signal, &program);
  g_unix_signal_add (SIGHUP, stop_signal, &program);
  host = sim_options_make_host (options, error);
  if (host == NULL)
    return EXIT_FAILED;
  if (!options->quiet)
    hyperv_sim_host_set_log (host, print_refusal, NULL, NULL);
  if (!hyperv_sim_host_start (host, error))
    return EXIT_FAILED;
  status = serve (options, host, &program, error);
  hyperv_sim_host_stop (host);
  return status;
}

int
main (int argc, char **argv)
{
  SimOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  int status = EXIT_FAILED;

  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE); /* stdout is for what was asked for */
  if (sim_options_parse (&options, argc, argv, &error))
    status = run (&options, &error);
  sim_options_clear (&options);
  if (error != NULL)
    fprintf (stderr, "hyperv-sim: %s\n", error->message);
  return status;
}
