/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tools/hyperv/command.h"

/* The command line, read. Options may stand anywhere; after "--" everything is a word. */
typedef struct {
  char *uri;
  char *output;
  gboolean help;
  gboolean version;
  char **words;          /* the command first */
  char **given;          /* options of the command, as "--all" */
  const CommandRow *row; /* NULL: help or version was asked for, and not of a command */
} Options;

/* FALSE with a USAGE_ERROR that names the argument. */
gboolean options_parse (Options *self, char **argv, GError **error);
void options_clear (Options *self);
/* What --help prints: of one command, or (NULL) of all. (transfer full) */
char *options_usage (const CommandRow *row);
