/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/shell/shell.h"

G_BEGIN_DECLS

#define SHELL_DEFAULT_CODE_PAGE 437
/* Commands that a shell remembers, running or not; what is longer is a mistake. */
#define SHELL_MAX_COMMANDS 1000
/* Of a command line, in bytes: cmd.exe takes no more. */
#define SHELL_MAX_LINE 8191
/* Of a list of streams, in characters: there are stdin, stdout and stderr. */
#define SHELL_MAX_STREAMS 256
#define SHELL_MAX_DEPTH 16 /* of `cmd /c` in each other */

struct _ShellHost {
  SimClock *clock;
  GMainContext *context;
  char *computer;
  char *version;
  ShellLimits limits;
  ShellAnswer answer;
  gpointer answer_data;
  const ShellScript *script; /* not owned */
  GPtrArray *shells;         /* of Shell, owned, in the order of opening */
};

struct _Shell {
  ShellHost *host;
  char *id, *user, *client, *directory;
  char *input_streams, *output_streams;
  char **environment;
  char *encoding;    /* of the code page, for g_convert; NULL: UTF-8 */
  guint64 opened_by; /* number of an exchange */
  gint64 idle_timeout;
  gint64 opened, touched; /* moments of the clock */
  guint64 idle_timer;
  guint64 end_timer;   /* of its lifetime; 0: none */
  GPtrArray *commands; /* of ShellCommand, owned */
};

typedef enum {
  SHELL_STEP_PRINT,
  SHELL_STEP_WRITE,
  SHELL_STEP_WAIT,
  SHELL_STEP_READ,
  SHELL_STEP_READ_LINE,
  SHELL_STEP_PRINT_INPUT,
  SHELL_STEP_EXIT
} ShellStepKind;

typedef struct {
  ShellStepKind kind;
  const char *stream; /* interned */
  GBytes *bytes;
  gint64 time;
  gint32 code;
} ShellStep;

struct _ShellProgram {
  GArray *steps; /* of ShellStep */
};

typedef struct _ShellWait ShellWait;

struct _ShellCommand {
  grefcount count;
  Shell *shell; /* NULL: gone */
  char *id;
  ShellProgram *program;
  guint position;    /* of the next step */
  guint64 timer;     /* of the step that waits */
  GByteArray *input; /* that was not read yet */
  GBytes *read;      /* last; or NULL */
  gboolean input_ended;
  GQueue output; /* of ShellPiece */
  gboolean ended;
  gboolean told;
  gint32 exit_code;
  GQueue waits; /* of ShellWait */
};

/* Steps of the answer to @question: from callback, script, cmd.exe, or that there is none. */
ShellProgram *shell_answer (ShellHost *host, const ShellQuestion *question);
/* What cmd.exe knows by itself; FALSE: not that command. */
gboolean shell_builtin (ShellHost *host, const ShellQuestion *question, ShellProgram *program);
gboolean shell_script_answer (const ShellScript *self, const ShellQuestion *question,
                              ShellProgram *program);
void shell_program_append (ShellProgram *self, const ShellProgram *other);
/* The code of its last SHELL_STEP_EXIT, which is taken away; 0 when there is none. */
gint32 shell_program_take_exit (ShellProgram *self);

/* A command line as cmd.exe reads it. */
typedef enum { SHELL_JOIN_ALWAYS, SHELL_JOIN_SUCCESS, SHELL_JOIN_FAILURE } ShellJoin;
typedef struct {
  ShellJoin join; /* with what stands before it */
  char *text;
} ShellPart;
/* Parts between `&`, `&&` and `||`; NULL: has a pipe or a redirection, which nobody here does. */
GPtrArray *shell_line_split (const char *line);
/* The first word (without quotes), and the rest. */
char *shell_line_word (const char *line, const char **rest);
/* `%NAME%` by the environment of the question and of Windows; carets taken away. NULL: longer than
 * SHELL_MAX_LINE. */
char *shell_line_expand (ShellHost *host, const ShellQuestion *question, const char *text);
/* The script of `powershell … -EncodedCommand …` or `-Command …`, NULL: it is none. */
char *shell_line_decode_script (const char *line);
char *shell_question_directory (const ShellQuestion *question);
/* `*` and `?`; letters' case does not count. */
gboolean shell_match (const char *pattern, const char *text);

void shell_command_free_all (Shell *shell);
/* There is something new: who waits for it is told. */
void shell_command_wake (ShellCommand *self);
void shell_command_wake_all (ShellCommand *self, ShellOutcome outcome);
/* Something to take from these streams, or the end. */
gboolean shell_command_has_news (const ShellCommand *self, const char *streams);
/* FALSE: a list that is too long. @what: its element */
gboolean shell_streams_check (const char *what, const char *streams, GError **error);
gboolean shell_streams_have (const char *streams, const char *name);
void shell_piece_free (gpointer piece);

G_END_DECLS
