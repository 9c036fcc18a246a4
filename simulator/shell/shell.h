/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "simulator/sim-clock.h"

G_BEGIN_DECLS

/* Windows' remote shells (WinRS): whose they are, what runs in them, what it said and how it ended.
 * Knows nothing of SOAP. One ShellHost for each host, used on the host's thread only. */

#define SHELL_ERROR (shell_error_quark ())
GQuark shell_error_quark (void);

typedef enum {
  SHELL_ERROR_NOT_ALLOWED,     /* no remote shells on this host */
  SHELL_ERROR_QUOTA_SHELLS,    /* MaxShellsPerUser */
  SHELL_ERROR_QUOTA_USERS,     /* MaxConcurrentUsers */
  SHELL_ERROR_QUOTA_PROCESSES, /* MaxProcessesPerShell */
  SHELL_ERROR_QUOTA_MEMORY,    /* MaxMemoryPerShellMB */
  SHELL_ERROR_EXISTS,          /* a shell has that id */
  SHELL_ERROR_COMMAND_EXISTS,
  SHELL_ERROR_IDLE_TIMEOUT,
  SHELL_ERROR_CODE_PAGE,
  SHELL_ERROR_STREAM,
  SHELL_ERROR_SCRIPT /* the file of --shell-script */
} ShellError;

/* What winrm/config says of shells. */
typedef struct {
  gboolean allowed;
  guint64 max_shells_per_user;
  guint64 max_users;
  guint64 max_processes_per_shell;
  guint64 max_memory;  /* bytes */
  gint64 idle_timeout; /* microseconds */
} ShellLimits;

typedef struct _ShellHost ShellHost;
typedef struct _Shell Shell;
typedef struct _ShellCommand ShellCommand;
typedef struct _ShellProgram ShellProgram;
typedef struct _ShellScript ShellScript;

/* ---- what a command does: steps, done one after the other ---- */

ShellProgram *shell_program_new (void);
void shell_program_free (ShellProgram *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShellProgram, shell_program_free)
void shell_program_print (ShellProgram *self, const char *stream, const char *text);
/* The same, not converted to the shell's code page. */
void shell_program_write (ShellProgram *self, const char *stream, GBytes *bytes);
/* Microseconds of the clock; G_MAXINT64: until a signal comes. */
void shell_program_wait (ShellProgram *self, gint64 microseconds);
/* Goes on when the input has ended, or has a whole line. */
void shell_program_read_input (ShellProgram *self);
void shell_program_read_line (ShellProgram *self);
/* What was read last, as it came. */
void shell_program_print_input (ShellProgram *self, const char *stream);
/* Ends it; without this it ends with 0. */
void shell_program_exit (ShellProgram *self, gint32 code);

/* What is asked: a command line in a shell. */
typedef struct {
  const char *line;   /* command and arguments, blanks between them */
  const char *script; /* of `powershell -EncodedCommand` (decoded), `-Command`; or NULL */
  const char *user;
  const char *directory;          /* NULL: the user's own */
  const char *const *environment; /* NAME=value */
  guint depth;                    /* how many `cmd /c` stand around it */
} ShellQuestion;

/* Writes the answer into @program; FALSE: has none. */
typedef gboolean (*ShellAnswer) (const ShellQuestion *question, ShellProgram *program,
                                 gpointer data);

/* The file of --shell-script: rows of a pattern and steps; README says its format. The error names
 * file and line. */
ShellScript *shell_script_load (const char *path, GError **error);
void shell_script_free (ShellScript *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShellScript, shell_script_free)

/* ---- the host ---- */

/* Callbacks of timers come in the thread-default context of this call. */
ShellHost *shell_host_new (SimClock *clock, const char *computer, const char *version);
void shell_host_free (ShellHost *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShellHost, shell_host_free)
/* Asked for each command: first @answer, then the script, then what cmd.exe itself knows. */
void shell_host_set_answer (ShellHost *self, ShellAnswer answer, gpointer data);
void shell_host_set_script (ShellHost *self, const ShellScript *script);
void shell_host_set_limits (ShellHost *self, const ShellLimits *limits);

/* ---- shells ---- */

typedef struct {
  const char *id;
  const char *user;
  const char *client;    /* address */
  guint64 opened_by;     /* number of the exchange */
  const char *directory; /* NULL: the user's own */
  const char *const *environment;
  const char *input_streams, *output_streams; /* NULL: stdin; stdout stderr */
  gint64 idle_timeout;                        /* microseconds; 0: the host's */
  gint64 lifetime;                            /* 0: no end */
  guint code_page;                            /* 0: the host's, which is 437 */
} ShellSettings;

Shell *shell_open (ShellHost *host, const ShellSettings *settings, GError **error);
/* A user sees own shells only. NULL: none of that id. */
Shell *shell_find (ShellHost *host, const char *id, const char *user);
/* In the order of opening; @user NULL: all. (transfer container) */
GPtrArray *shell_host_list (ShellHost *host, const char *user);
void shell_close (Shell *self);
/* Somebody asked for it: its idle time begins anew. */
void shell_touch (Shell *self);

typedef struct {
  const char *id, *user, *client, *directory, *input_streams, *output_streams;
  guint64 opened_by;
  gint64 idle_timeout, run_time, inactivity; /* microseconds */
} ShellFacts;
void shell_get_facts (const Shell *self, ShellFacts *facts);

/* ---- commands ---- */

ShellCommand *shell_run (Shell *shell, const char *id, const char *command,
                         const char *const *arguments, GError **error);
ShellCommand *shell_find_command (Shell *shell, const char *id);
ShellCommand *shell_command_ref (ShellCommand *self);
void shell_command_unref (ShellCommand *self);
const char *shell_command_get_id (const ShellCommand *self);

gboolean shell_command_send (ShellCommand *self, const char *stream, GBytes *bytes, gboolean end,
                             GError **error);

typedef enum { SHELL_SIGNAL_TERMINATE, SHELL_SIGNAL_CTRL_C, SHELL_SIGNAL_CTRL_BREAK } ShellSignal;
void shell_command_signal (ShellCommand *self, ShellSignal signal);

/* Names of streams with blanks between them; FALSE with SHELL_ERROR_STREAM. */
gboolean shell_command_check_streams (const ShellCommand *self, const char *streams,
                                      GError **error);

/* A piece of a stream, in the order in which the command wrote. */
typedef struct {
  const char *stream;
  GBytes *bytes;
} ShellPiece;
/* Takes pieces of @streams, in the order in which they were written; each costs its bytes and
 * SHELL_PIECE_COST, and one that does not fit into @max is cut. (transfer full) of ShellPiece */
#define SHELL_PIECE_COST 128
GPtrArray *shell_command_take (ShellCommand *self, const char *streams, gsize max);
/* It has ended and all output of @streams was taken. */
gboolean shell_command_is_done (const ShellCommand *self, const char *streams, gint32 *exit_code);
/* Whoever took the output has said so to the client: the command can be signalled, no more. */
void shell_command_set_told (ShellCommand *self);
gboolean shell_command_was_told (const ShellCommand *self);

typedef enum { SHELL_READY, SHELL_TIMED_OUT, SHELL_GONE } ShellOutcome;
typedef void (*ShellReady) (ShellOutcome outcome, gpointer data);
/* FALSE: nothing to wait for, take it now. Otherwise @ready is called, once: when there is output,
 * when the command ends, when so many microseconds have passed, or when the command is gone. */
gboolean shell_command_wait (ShellCommand *self, const char *streams, gint64 timeout,
                             ShellReady ready, gpointer data);
/* All that wait are called, with SHELL_GONE. */
void shell_host_end_waits (ShellHost *self);
/* All shells end, and with them who waits. */
void shell_host_close_all (ShellHost *self);

G_END_DECLS
