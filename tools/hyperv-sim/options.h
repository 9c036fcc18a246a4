/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/hyperv-sim-folder.h"
#include "simulator/hyperv-sim.h"

typedef struct {
  char *host;
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
  gboolean quiet;
  gboolean list_hosts;
  gboolean version;
  char **command; /* after `--`; NULL: none */
} SimOptions;

/* Reads the command line; FALSE with an error that names the argument. */
gboolean sim_options_parse (SimOptions *options, int argc, char **argv, GError **error);
/* A host that is as they say, not started. */
HypervSimHost *sim_options_make_host (const SimOptions *options, GError **error);
void sim_options_clear (SimOptions *options);

/* The pairs of the ready line, in order. */
typedef struct {
  const char *name;
  char *value;
} SimReadyPair;
/* (transfer full) of SimReadyPair; writes the files that they name into @folder. */
GPtrArray *sim_ready_new (HypervSimHost *host, HypervSimFolder *folder, GError **error);
char *sim_ready_to_line (GPtrArray *pairs);
char *sim_ready_to_json (GPtrArray *pairs);
