/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv.h"
#include "tools/hyperv/output.h"

/* Exit codes, as documented. */
typedef enum {
  EXIT_OK = 0,
  EXIT_USAGE = 1,
  EXIT_REMOTE_FAULT = 2,
  EXIT_AUTH = 3,
  EXIT_CONNECTION = 4,
  EXIT_NOT_FOUND = 5,
  EXIT_TIMEOUT = 6,
  EXIT_JOB_FAILED = 7,
  EXIT_CANCELLED = 130
} ExitCode;

/* For what is wrong with the command line itself. */
#define USAGE_ERROR (usage_error_quark ())
GQuark usage_error_quark (void);

ExitCode command_exit_code (const GError *error);

/* Adds to an error after which nobody knows what a change has done: how to look at @what. */
void command_hint_state (GError *error, const char *verb, const char *what);

typedef struct {
  const char *name;      /* the word the command goes by */
  HypervHost *host;      /* open; NULL for a command that needs none */
  const char *given_uri; /* -c; NULL: the environment's, if there is one */
  char **arguments;      /* words after the name, without options; their number has been checked */
  char **options;        /* of this command, as "--all", "--property=NAME" */
  OutputForm form;       /* for a command that is its own table */
  GCancellable *cancellable;
} Command;

/* Whether an option that the row's @arguments name as "[--all]" was given. */
gboolean command_has_option (const Command *command, const char *option);
/* The value of an option that the row names as "[--property NAME]"; NULL: not given. */
const char *command_get_option (const Command *command, const char *option);

/* What a command found, to be printed; NULL without an error: nothing to print. */
typedef JsonNode *(*CommandRun) (const Command *command, GError **error);

typedef struct {
  const char *name;
  const char *arguments; /* for the usage: "VM", "[--all]": its options are those that it names */
  guint min_arguments, max_arguments; /* words, options not counted */
  gboolean needs_host;
  CommandRun run;
  const char *summary;
} CommandRow;

/* Ends with a row without a name. */
extern const CommandRow command_rows[];

JsonNode *command_version (const Command *command, GError **error);
JsonNode *command_uri (const Command *command, GError **error);
JsonNode *command_host (const Command *command, GError **error);
JsonNode *command_list (const Command *command, GError **error);
JsonNode *command_info (const Command *command, GError **error);
JsonNode *command_power (const Command *command, GError **error);
JsonNode *command_stop (const Command *command, GError **error);
JsonNode *command_query (const Command *command, GError **error);
JsonNode *command_get (const Command *command, GError **error);
JsonNode *command_call (const Command *command, GError **error);
/* An instance as an object: texts, arrays of texts, paths, and objects. */
void command_add_instance (JsonBuilder *builder, const HypervCimInstance *instance);
JsonNode *command_doctor (const Command *command, GError **error);
JsonNode *command_explain (const Command *command, GError **error);
