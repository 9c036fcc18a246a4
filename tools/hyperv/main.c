/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>

#include "tools/hyperv/command.h"
#include "tools/hyperv/connect.h"
#include "tools/hyperv/options.h"
#include "tools/terminal/terminal.h"

#define PROGRAM "hyperv"

static gboolean
run (const Options *options, GCancellable *cancellable, GError **error)
{
  g_autoptr (HypervHost) host = NULL;
  g_autoptr (HypervUri) uri = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) local = NULL;
  OutputForm form = OUTPUT_TABLE;
  Command command = { .name = options->row->name,
                      .given_uri = options->uri,
                      .arguments = options->words + 1,
                      .options = options->given,
                      .cancellable = cancellable };

  if (options->output != NULL && !output_form_from_string (options->output, &form)) {
    g_set_error (error, USAGE_ERROR, 0, "-o %s: expected table or json", options->output);
    return FALSE;
  }
  if (options->row->needs_host) {
    uri = connect_choose_uri (options->uri, error);
    host = uri != NULL ? connect_open (uri, cancellable, error) : NULL;
    if (host == NULL)
      return FALSE;
  }
  command.host = host;
  node = options->row->run (&command, &local);
  if (node != NULL)
    output_print (node, form);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return node != NULL;
}

/* SIGINT and the like end what is waited for; a thread of its own, as the main one waits. */
static gboolean
interrupted (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
quit_loop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static gpointer
watch_signals (gpointer data)
{
  g_main_loop_run (data);
  return NULL;
}

static void
run_watched (const Options *options, GError **error)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GThread) watcher = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], interrupted, cancellable);
  watcher = g_thread_new ("signals", watch_signals, loop);
  run (options, cancellable, error);
  g_idle_add (quit_loop, loop); /* also when the loop has not begun yet */
  g_thread_join (g_steal_pointer (&watcher));
}

static void
answer (const Options *options, GError **error)
{
  if (options->version) {
    terminal_put (stdout, PROGRAM " " HYPERV_VERSION "\n");
  } else if (options->help) {
    g_autofree char *usage = options_usage (options->row);

    terminal_put (stdout, usage);
  } else {
    run_watched (options, error);
  }
}

int
main (int argc, char **argv)
{
  Options options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unwritten = NULL;

  terminal_hold_streams ();
  setlocale (LC_ALL, "");
  g_log_set_writer_func (terminal_log, (gpointer)PROGRAM, NULL);
  if (options_parse (&options, argv, &error))
    answer (&options, &error);
  options_clear (&options);
  if (error != NULL) {
    terminal_error (PROGRAM, error->message);
    return command_exit_code (error);
  }
  if (!terminal_flush_stdout (&unwritten)) {
    terminal_error (PROGRAM, unwritten->message);
    return EXIT_USAGE;
  }
  return EXIT_OK;
}
