/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <string.h>

#include "tools/hyperv-sim/options.h"

/* The command line, read; what it says is done in options.c. */

#define N_VMS_MAX 1000000

static gboolean
check_numbers (const SimOptions *options, GError **error)
{
  if (options->n_vms >= 0 && options->n_vms <= N_VMS_MAX && options->seed >= 0)
    return TRUE;
  if (options->seed < 0)
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "--seed %d: expected 0 or more", options->seed);
  else
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "--vms %d: expected 0 to %d", options->n_vms, N_VMS_MAX);
  return FALSE;
}

/* What follows "--" is the command's, and not for GOption. */
static gboolean
take_command (SimOptions *options, char **words, guint n, GError **error)
{
  guint end = 0;

  while (words[end] != NULL && strcmp (words[end], "--") != 0)
    end++;
  if (words[end] == NULL)
    return TRUE;
  if (words[end + 1] == NULL) {
    g_set_error_literal (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                         "--: expected a command to run after it, found nothing");
    return FALSE;
  }
  options->command = g_strdupv (words + end + 1);
  for (guint i = end; i < n; i++)
    g_clear_pointer (&words[i], g_free);
  return TRUE;
}

/* What --help shows, in this order. */
static const struct {
  const char *name;
  GOptionArg kind;
  gsize offset; /* in SimOptions */
  const char *text;
  const char *value; /* NULL: it takes none */
} rows[] = {
  { "host", G_OPTION_ARG_STRING_ARRAY, offsetof (SimOptions, hosts),
    "release or folder (2019); may be given more than once", "2019|DIR" },
  { "vms", G_OPTION_ARG_INT, offsetof (SimOptions, n_vms), "generated VMs besides the host's own",
    "N" },
  { "seed", G_OPTION_ARG_INT, offsetof (SimOptions, seed), "of ids and generated VMs (1)", "S" },
  { "listen", G_OPTION_ARG_STRING, offsetof (SimOptions, listen), "where (127.0.0.1:0)",
    "ADDR:PORT" },
  { "http", G_OPTION_ARG_NONE, offsetof (SimOptions, http), "answer over HTTP", NULL },
  { "https", G_OPTION_ARG_NONE, offsetof (SimOptions, https), "answer over HTTPS (default)", NULL },
  { "user", G_OPTION_ARG_STRING, offsetof (SimOptions, user), "account (administrator)", "U" },
  { "password-file", G_OPTION_ARG_FILENAME, offsetof (SimOptions, password_file),
    "first line is the password (random)", "F" },
  { "clock", G_OPTION_ARG_STRING, offsetof (SimOptions, clock), "how time passes (jump)",
    "jump|real|stepped|xN" },
  { "ready-file", G_OPTION_ARG_FILENAME, offsetof (SimOptions, ready_file),
    "the ready line as JSON, once ready", "FILE" },
  { "quiet", G_OPTION_ARG_NONE, offsetof (SimOptions, quiet), "no line for each refusal", NULL },
  { "list-hosts", G_OPTION_ARG_NONE, offsetof (SimOptions, list_hosts), "names of shipped hosts",
    NULL },
  { "version", G_OPTION_ARG_NONE, offsetof (SimOptions, version), "version and digest", NULL },
  { "help", G_OPTION_ARG_NONE, offsetof (SimOptions, wants_help), "what there is", NULL },
  /* how one logs in */
  { "account", G_OPTION_ARG_STRING_ARRAY, offsetof (SimOptions, accounts),
    "another account: good, without-rights, locked, expired, disabled, must-change", "U=STATE" },
  { "auth", G_OPTION_ARG_STRING, offsetof (SimOptions, auth),
    "what is offered (negotiate,basic); also kerberos, certificate, credssp", "SCHEMES" },
  { "keytab", G_OPTION_ARG_FILENAME, offsetof (SimOptions, keytab), "keys for Kerberos", "FILE" },
  { "allow-unencrypted", G_OPTION_ARG_STRING, offsetof (SimOptions, allow_unencrypted),
    "messages in clear over HTTP (true)", "true|false" },
  { "cbt", G_OPTION_ARG_STRING, offsetof (SimOptions, channel_binding),
    "channel binding over HTTPS (relaxed)", "none|relaxed|strict" },
  { "server-certificate", G_OPTION_ARG_STRING, offsetof (SimOptions, server_certificate),
    "what clients shall find wrong with it (good)", "expired|not-yet|other-host|weak" },
  { "client-ca", G_OPTION_ARG_FILENAME, offsetof (SimOptions, client_ca),
    "authority of client certificates, PEM", "FILE" },
  { "certificate", G_OPTION_ARG_STRING_ARRAY, offsetof (SimOptions, certificates),
    "a client certificate's UPN or common name, and its account", "SUBJECT=U" },
  /* what is done to the site, and what may be done later */
  { "control", G_OPTION_ARG_STRING, offsetof (SimOptions, control),
    "control API over HTTP, such as 127.0.0.1:0", "ADDR:PORT" },
  { "control-token-file", G_OPTION_ARG_FILENAME, offsetof (SimOptions, control_token_file),
    "first line is what callers of the control API must show", "F" },
  { "scenario", G_OPTION_ARG_FILENAME, offsetof (SimOptions, scenario),
    "calls to be done before it is ready, a JSON array", "FILE" },
  { "do", G_OPTION_ARG_STRING_ARRAY, offsetof (SimOptions, calls),
    "one more call, such as {\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"running\"}",
    "JSON" },
  { "shell-script", G_OPTION_ARG_FILENAME, offsetof (SimOptions, shell_script),
    "what commands in remote shells (WinRS) say and do", "FILE" },
  { "verbs", G_OPTION_ARG_NONE, offsetof (SimOptions, verbs), "what can be called", NULL },
};

static void
add_entries (GOptionContext *context, SimOptions *options)
{
  GOptionEntry entries[G_N_ELEMENTS (rows) + 1] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    entries[i] = (GOptionEntry){ .long_name = rows[i].name,
                                 .short_name = strcmp (rows[i].name, "help") == 0 ? 'h' : '\0',
                                 .arg = rows[i].kind,
                                 .arg_data = (char *)options + rows[i].offset,
                                 .description = rows[i].text,
                                 .arg_description = rows[i].value };
  g_option_context_add_main_entries (context, entries, NULL);
}

gboolean
sim_options_parse (SimOptions *options, int argc, char **argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[-- COMMAND ...]");
  g_auto (GStrv) words = g_strdupv (argv);

  options->seed = 1;
  if (!take_command (options, words, (guint)argc, error))
    return FALSE;
  add_entries (context, options);
  g_option_context_set_summary (context, "A simulated Hyper-V host that answers WS-Management.");
  g_option_context_set_strict_posix (context, TRUE);
  /* GOption's own does not look whether what it prints arrives. */
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse_strv (context, &words, error))
    return FALSE;
  if (options->wants_help) {
    options->help = g_option_context_get_help (context, TRUE, NULL);
    return TRUE;
  }
  if (!check_numbers (options, error))
    return FALSE;
  if (words[1] != NULL) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "unexpected argument “%s”; a command to run stands after --", words[1]);
    return FALSE;
  }
  return TRUE;
}

void
sim_options_clear (SimOptions *options)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gpointer *value = (gpointer *)((char *)options + rows[i].offset);

    if (rows[i].kind == G_OPTION_ARG_STRING_ARRAY)
      g_strfreev (*value);
    else if (rows[i].kind == G_OPTION_ARG_STRING || rows[i].kind == G_OPTION_ARG_FILENAME)
      g_free (*value);
  }
  g_strfreev (options->command);
  g_free (options->help);
}
