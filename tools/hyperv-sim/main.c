/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <sys/wait.h>

#include "tools/hyperv-sim/options.h"
#include "tools/terminal/terminal.h"

#define PROGRAM "hyperv-sim"

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
  g_autofree char *clean = terminal_clean (line);
  g_autofree char *whole = g_strconcat (clean, "\n", NULL);

  terminal_put (stderr, whole);
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
                                    0600, error)) {
    g_prefix_error (error, "--ready-file %s: ", options->ready_file);
    return FALSE;
  }
  if (options->command != NULL)
    return TRUE;
  printf ("%s\n", line);
  if (terminal_flush_stdout (error))
    return TRUE;
  g_prefix_error (error, "the ready line: ");
  return FALSE;
}

/* Whoever waits for the file must not find one of a host that is gone. */
static void
forget_ready_file (const SimOptions *options)
{
  if (options->ready_file != NULL && g_file_test (options->ready_file, G_FILE_TEST_IS_REGULAR))
    g_unlink (options->ready_file);
}

static int
serve (const SimOptions *options, HypervSimSite *site, Program *program, GError **error)
{
  g_autoptr (HypervSimFolder) folder = hyperv_sim_folder_new (error);
  g_autoptr (GPtrArray) pairs
      = folder != NULL ? sim_ready_new (site, options->control_token_file, folder, error) : NULL;
  GError *local = NULL;

  if (pairs == NULL || !announce (options, pairs, error))
    return EXIT_FAILED;
  if (options->command != NULL && !run_command (program, options->command, pairs, &local)) {
    gboolean absent = g_error_matches (local, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);

    g_propagate_error (error, local);
    return absent ? EXIT_NO_COMMAND : EXIT_NOT_EXECUTABLE;
  }
  g_main_loop_run (program->loop);
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
print_verbs (void)
{
  g_autofree char *text = hyperv_sim_get_verbs ("text");

  printf ("%s", text);
  return 0;
}

static void
log_refusals (HypervSimSite *site)
{
  GPtrArray *hosts = hyperv_sim_site_get_hosts (site);

  for (guint i = 0; i < hosts->len; i++)
    hyperv_sim_host_set_log (g_ptr_array_index (hosts, i), print_refusal, NULL, NULL);
}

static gboolean
start (const SimOptions *options, HypervSimSite *site, GError **error)
{
  if (hyperv_sim_site_start (site, error))
    return TRUE;
  if (error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_prefix_error (error, "--listen %s: another program has this port (port 0 takes a free one): ",
                    options->listen);
  return FALSE;
}

static int
run (const SimOptions *options, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HypervSimSite) site = NULL;
  Program program = { .loop = loop };
  int status;

  if (options->help != NULL) {
    terminal_put (stdout, options->help);
    return 0;
  }
  if (options->version) {
    printf ("hyperv-sim %s, fixtures %s\n", HYPERV_VERSION, hyperv_sim_get_digest ());
    return 0;
  }
  if (options->list_hosts)
    return print_hosts ();
  if (options->verbs)
    return print_verbs ();

  /* before anything is made that must be removed */
  g_unix_signal_add (SIGINT, stop_signal, &program);
  g_unix_signal_add (SIGTERM, stop_signal, &program);
  g_unix_signal_add (SIGHUP, stop_signal, &program);
  hyperv_sim_folder_sweep ();
  forget_ready_file (options);
  site = sim_options_make_site (options, error);
  if (site == NULL)
    return EXIT_FAILED;
  if (!options->quiet)
    log_refusals (site);
  if (!start (options, site, error))
    return EXIT_FAILED;
  status = sim_options_run_calls (options, site, error) ? serve (options, site, &program, error)
                                                        : EXIT_FAILED;
  forget_ready_file (options);
  hyperv_sim_site_stop (site);
  return status;
}

int
main (int argc, char **argv)
{
  SimOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  int status = EXIT_FAILED;

  terminal_hold_streams ();
  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE); /* the ready line stands alone */
  g_log_set_writer_func (terminal_log, (gpointer)PROGRAM, NULL);
  if (sim_options_parse (&options, argc, argv, &error))
    status = run (&options, &error);
  sim_options_clear (&options);
  if (error == NULL && !terminal_flush_stdout (&error))
    status = EXIT_FAILED;
  if (error != NULL)
    terminal_error (PROGRAM, error->message);
  return status;
}
