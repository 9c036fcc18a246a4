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

typedef struct {
  const char *name;         /* the word the command goes by */
  HypervHost *host;         /* open; NULL for a command that needs none */
  HypervUri *uri;
  char **arguments;         /* after the name; the form has been checked */
  GCancellable *cancellable;
} Command;

/* What a command found, to be printed; NULL without an error: nothing to print. */
typedef JsonNode *(*CommandRun) (const Command *command, GError **error);

typedef struct {
  const char *name;
  const char *arguments; /* for the usage: "VM" */
  guint min_arguments, max_arguments;
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
