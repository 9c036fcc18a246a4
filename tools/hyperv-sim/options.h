/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/hyperv-sim-folder.h"
#include "simulator/hyperv-sim.h"

typedef struct {
  char **hosts; /* NULL: one 2019 */
  int n_vms;
  int seed;
  char *listen;
  gboolean http, https;
  char *user;
  char *password_file;
  char *auth;
  char *keytab;
  char *allow_unencrypted;
  char *channel_binding;
  char *server_certificate;
  char *client_ca;
  char **certificates; /* SUBJECT=USER */
  char **accounts;     /* USER=STATE */
  char *shell_script;
  char *clock;
  char *ready_file;
  char *control; /* ADDR:PORT */
  char *control_token_file;
  char *scenario;
  char **calls; /* JSON each */
  gboolean verbs;
  gboolean quiet;
  gboolean list_hosts;
  gboolean version;
  gboolean wants_help;
  char *help; /* the text, when it is wanted */
  char **command; /* after `--`; NULL: none */
} SimOptions;

/* Reads the command line; FALSE with an error that names the argument. */
gboolean sim_options_parse (SimOptions *options, int argc, char **argv, GError **error);
/* ADDR:PORT, PORT, [V6]:PORT, or an address alone. @option is for errors. */
gboolean sim_options_parse_listen (const char *option, const char *text, char **address,
                                   guint16 *port, GError **error);
/* First line of a file that holds a secret. (transfer full) */
char *sim_options_read_secret (const char *option, const char *file, GError **error);
/* Hosts and control API that are as they say, not started. */
HypervSimSite *sim_options_make_site (const SimOptions *options, GError **error);
/* Once they are started: the scenario, then the calls. */
gboolean sim_options_run_calls (const SimOptions *options, HypervSimSite *site, GError **error);
/* @first: the host whose account this one has, too; or NULL. */
HypervSimHost *sim_options_make_host (const SimOptions *options, const char *name,
                                      HypervSimHost *first, GError **error);
void sim_options_clear (SimOptions *options);

/* The pairs of the ready line, in order. */
typedef struct {
  const char *name;
  char *value;
} SimReadyPair;
/* (transfer full) of SimReadyPair; writes the files that they name into @folder. */
GPtrArray *sim_ready_new (HypervSimSite *site, const char *token_file, HypervSimFolder *folder,
                          GError **error);
char *sim_ready_to_line (GPtrArray *pairs);
char *sim_ready_to_json (GPtrArray *pairs);
