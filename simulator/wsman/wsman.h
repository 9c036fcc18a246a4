/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/provider/provider.h"
#include "simulator/shell/shell.h"
#include "simulator/sim-exchange.h"

G_BEGIN_DECLS

/* WS-Management as Windows answers it: requests read, replies written. One of these for each host,
 * used on the host's thread only; holds the enumeration contexts. Three steps, because filters come
 * in between; each step does nothing once the exchange has a status. */
typedef struct _Wsman Wsman;
Wsman *wsman_new (Repository *repository, Provider *provider);
void wsman_free (Wsman *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wsman, wsman_free)

/* Answers for shells, too, and for PowerShell's with a refusal. @shells outlives @self. */
void wsman_add_shells (Wsman *self, ShellHost *shells);

/* winrm/config, as far as it lies on other floors: what it says is made so, who has accounts. */
typedef struct {
  /* Settings, listeners or mappings are others now. FALSE: it cannot be, and nothing is changed. */
  gboolean (*apply) (gpointer data, GError **error);
  gboolean (*has_account) (gpointer data, const char *user, const char *password);
} WsmanConfigHost;
void wsman_set_config_host (Wsman *self, const WsmanConfigHost *host, gpointer data);
/* A setting as it is now ("Service/Auth/Basic"); NULL: there is none of that name. */
const char *wsman_get_config (Wsman *self, const char *path);
gboolean wsman_is_config_on (Wsman *self, const char *path);
/* Where listeners are to listen: those that are enabled, on addresses that no filter excludes. */
typedef struct {
  char *address; /* an IP literal */
  guint16 port;
  gboolean secure;
  char *path; /* "/wsman" */
} WsmanPlace;
GPtrArray *wsman_list_places (Wsman *self);
/* Certificate mappings that are enabled. */
typedef struct {
  const char *uri, *subject, *issuer, *user;
  char **texts;
} WsmanMapping;
GPtrArray *wsman_list_certificate_mappings (Wsman *self);
/* Whether anybody has said which there are. */
gboolean wsman_has_certificate_mappings (Wsman *self);
/* @issuer: SHA-1 of the authority, in hex */
void wsman_add_certificate_mapping (Wsman *self, const char *subject, const char *issuer,
                                    const char *user);

/* Reads the envelope: fills head (operation, action, resource, class, method, selectors …), or
 * answers with the fault and a `refusal`. */
void wsman_read (Wsman *self, SimExchange *exchange);
/* Does it, and keeps the result in the exchange's message. */
void wsman_effect (Wsman *self, SimExchange *exchange);
/* Between the two: whether the reply has to wait for something that will happen (output of a
 * command, say). TRUE: not now, @ready is called when it may be written. */
typedef void (*WsmanReady) (SimExchange *exchange, gpointer data);
gboolean wsman_wait (Wsman *self, SimExchange *exchange, WsmanReady ready, gpointer data);
/* A method was invoked: its reply says this ReturnValue and nothing else, whatever it did. */
void wsman_set_return_value (Wsman *self, SimExchange *exchange, guint32 value);
/* Writes the reply: status and body. */
void wsman_write (Wsman *self, SimExchange *exchange);

/* Answers with a fault of the table by its name ("AccessDenied", "TimedOut", "QuotaLimit", … a
 * row's symbolic name); for filters. FALSE when there is no such row. */
gboolean wsman_answer_fault (Wsman *self, SimExchange *exchange, const char *name);

/* The names of those rows. (transfer full) */
GStrv wsman_list_faults (void);
/* … and each row. */
typedef struct {
  const char *name, *subcode; /* NULL: none */
  guint32 code;
  const char *text;
} WsmanFaultFacts;
typedef void (*WsmanFaultFunc) (const WsmanFaultFacts *facts, gpointer user_data);
void wsman_tell_faults (WsmanFaultFunc function, gpointer user_data);

/* Contexts that are open (leak check at the end of a test). */
guint wsman_get_n_contexts (Wsman *self);
/* … and what they are, oldest first. */
typedef struct {
  const char *kind; /* "context", "shell" */
  const char *id;
  const char *what; /* class that is enumerated; a shell's kind */
  const char *user;
  guint64 number; /* of the exchange that opened it */
} WsmanOpen;
typedef void (*WsmanOpenFunc) (const WsmanOpen *open, gpointer user_data);
void wsman_list_open (Wsman *self, WsmanOpenFunc function, gpointer user_data);
/* The machine goes down: enumerations and shells were in its memory. Exchanges that are under way
 * go on. */
void wsman_forget (Wsman *self);
/* Ends the context that a Pull or Release names, as if it had been idle for too long. */
void wsman_expire_context (Wsman *self, SimExchange *exchange);

G_END_DECLS
