/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tools/hyperv/command.h"

typedef struct {
  char *uri;
  char *output;
  gboolean version;
  char **words;
} Options;

static void
print_usage (FILE *where)
{
  fputs ("Usage: hyperv [-c URI] [-o table|json] COMMAND ...\n\nCommands:\n", where);
  for (const CommandRow *row = command_rows; row->name != NULL; row++) {
    g_autofree char *form = g_strdup_printf ("%s %s", row->name, row->arguments);

    fprintf (where, "  %-32s %s\n", form, row->summary);
  }
  fputs ("\nThe URI comes from -c, else HYPERV_URI, else LIBVIRT_DEFAULT_URI if it is hyperv://.\n"
         "Trust: HYPERV_CA (a PEM file) or the URI's cacert=, pin=. Passwords: HYPERV_AUTH_FILE,\n"
         "in libvirt's auth.conf format, or they are asked for.\n",
         where);
}

/* -c, HYPERV_URI, LIBVIRT_DEFAULT_URI; with HYPERV_CA where the URI says nothing about trust. */
static char *
choose_uri (const Options *options, GError **error)
{
  const char *libvirt = g_getenv ("LIBVIRT_DEFAULT_URI");
  const char *uri = options->uri != NULL ? options->uri : g_getenv ("HYPERV_URI");
  const char *ca = g_getenv ("HYPERV_CA");
  g_autofree char *escaped = NULL;

  if (uri == NULL && libvirt != NULL && g_ascii_strncasecmp (libvirt, "hyperv:", 7) == 0)
    uri = libvirt;
  if (uri == NULL) {
    g_set_error_literal (error, USAGE_ERROR, 0,
                         "no host given: use -c hyperv://[user@]host/ or set HYPERV_URI");
    return NULL;
  }
  if (ca == NULL || *ca == '\0' || strstr (uri, "cacert=") != NULL || strstr (uri, "pin=") != NULL
      || strstr (uri, "no_verify=") != NULL)
    return g_strdup (uri);
  escaped = g_uri_escape_string (ca, "/", FALSE);
  return g_strdup_printf ("%s%ccacert=%s", uri, strchr (uri, '?') != NULL ? '&' : '?', escaped);
}

/* Asks on the terminal, whatever stdin and stdout are; a password is not shown. */
static char *
ask_terminal (HypervCredentialsKind kind, const char *challenge, const char *user,
              gpointer user_data)
{
  gboolean secret = kind == HYPERV_CREDENTIALS_PASSWORD;
  FILE *terminal = fopen ("/dev/tty", "r+");
  struct termios before, silent;
  char line[1024];
  char *answer = NULL;

  if (terminal == NULL)
    return NULL;
  fprintf (terminal, secret ? "Password of %s on %s: " : "User (%s) for %s: ",
           user != NULL ? user : "administrator", challenge);
  fflush (terminal);
  if (secret && tcgetattr (fileno (terminal), &before) == 0) {
    silent = before;
    silent.c_lflag &= ~(tcflag_t) ECHO;
    tcsetattr (fileno (terminal), TCSAFLUSH, &silent);
  }
  if (fgets (line, sizeof line, terminal) != NULL) {
    line[strcspn (line, "\n")] = '\0';
    answer = g_strdup (*line == '\0' && !secret ? "administrator" : line);
  }
  if (secret) {
    tcsetattr (fileno (terminal), TCSAFLUSH, &before);
    fputc ('\n', terminal);
  }
  explicit_bzero (line, sizeof line);
  fclose (terminal);
  return answer;
}

static const CommandRow *
find_command (char **words, GError **error)
{
  const char *name = words != NULL ? words[0] : NULL;
  guint n = name != NULL ? g_strv_length (words) - 1 : 0;

  if (name == NULL) {
    g_set_error_literal (error, USAGE_ERROR, 0, "no command given; hyperv --help lists them");
    return NULL;
  }
  for (const CommandRow *row = command_rows; row->name != NULL; row++) {
    if (strcmp (row->name, name) != 0)
      continue;
    if (n >= row->min_arguments && n <= row->max_arguments)
      return row;
    g_set_error (error, USAGE_ERROR, 0, "usage: hyperv %s %s", row->name, row->arguments);
    return NULL;
  }
  g_set_error (error, USAGE_ERROR, 0, "unknown command “%s”; hyperv --help lists them", name);
  return NULL;
}

static HypervHost *
open_host (const char *uri, GCancellable *cancellable, GError **error)
{
  g_autoptr (HypervHost) host = hyperv_host_new (uri, error);

  if (host == NULL)
    return NULL;
  if (isatty (STDERR_FILENO))
    hyperv_host_set_credentials_callback (host, ask_terminal, NULL, NULL);
  if (!hyperv_host_connect (host, cancellable, error))
    return NULL;
  return g_steal_pointer (&host);
}

/* Whatever is wrong with a URI is wrong with the command line. */
static HypervUri *
parse_uri (const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  HypervUri *uri = hyperv_uri_parse (text, &local);

  if (uri == NULL)
    g_set_error_literal (error, USAGE_ERROR, 0, local->message);
  return uri;
}

static gboolean
run (const Options *options, GCancellable *cancellable, GError **error)
{
  const CommandRow *row = find_command (options->words, error);
  g_autofree char *text = NULL;
  g_autoptr (HypervHost) host = NULL;
  g_autoptr (HypervUri) uri = NULL;
  g_autoptr (JsonNode) node = NULL;
  OutputForm form = OUTPUT_TABLE;
  Command command = { .cancellable = cancellable };
  GError *local = NULL;

  if (row == NULL)
    return FALSE;
  if (options->output != NULL && !output_form_from_string (options->output, &form)) {
    g_set_error (error, USAGE_ERROR, 0, "-o %s: expected table or json", options->output);
    return FALSE;
  }
  command.name = row->name;
  command.arguments = options->words + 1;
  if (row->run != command_stop) {
    text = choose_uri (options, error);
    uri = text != NULL ? parse_uri (text, error) : NULL;
    if (uri == NULL)
      return FALSE;
    host = row->needs_host ? open_host (text, cancellable, error) : NULL;
    if (row->needs_host && host == NULL)
      return FALSE;
  }
  command.uri = uri;
  command.host = host;
  node = row->run (&command, &local);
  if (node != NULL)
    output_print (node, form);
  if (local != NULL)
    g_propagate_error (error, local);
  return local == NULL;
}

/* SIGINT and SIGTERM end what is waited for; a thread of its own, as the main one waits. */
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

int
main (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "connect", 'c', 0, G_OPTION_ARG_STRING, &options.uri, "where the host is", "URI" },
    { "output", 'o', 0, G_OPTION_ARG_STRING, &options.output, "table or json", "FORM" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, "version of this program", NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("COMMAND ...");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GThread) signals = NULL;
  g_autoptr (GError) error = NULL;
  gboolean help = argc == 2 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0);

  setlocale (LC_ALL, "");
  if (help) {
    print_usage (stdout);
    return EXIT_OK;
  }
  g_option_context_add_main_entries (context, entries, NULL);
  /* options may stand before the command only: `list --all` is the command's own */
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("hyperv: %s\n", error->message);
    return EXIT_USAGE;
  }
  if (options.version) {
    g_print ("hyperv " HYPERV_VERSION "\n");
    return EXIT_OK;
  }
  options.words = argv + 1;
  g_unix_signal_add (SIGINT, interrupted, cancellable);
  g_unix_signal_add (SIGTERM, interrupted, cancellable);
  signals = g_thread_new ("signals", watch_signals, loop);

  run (&options, cancellable, &error);
  g_idle_add (quit_loop, loop); /* also when the loop has not begun yet */
  g_thread_join (g_steal_pointer (&signals));
  g_free (options.uri);
  g_free (options.output);
  if (error == NULL)
    return EXIT_OK;
  g_printerr ("hyperv: %s\n", error->message);
  return command_exit_code (error);
}
