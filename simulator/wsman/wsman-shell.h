/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

G_BEGIN_DECLS

#define WSMAN_SHELL_CMD_URI WSMAN_SHELL_URI "/cmd"

/* The verbs of shells find their ShellHost in message->family_data. */
extern const WsmanVerb wsman_verb_shell_create;
extern const WsmanVerb wsman_verb_shell_delete;
extern const WsmanVerb wsman_verb_shell_command;
extern const WsmanVerb wsman_verb_shell_send;
extern const WsmanVerb wsman_verb_shell_signal;
extern const WsmanVerb wsman_verb_shell_receive;
extern const WsmanVerb wsman_verb_shell_get;

/* The shell that the selectors name, if it is the user's; refuses otherwise. Touches it. */
Shell *wsman_shell_find (Wsman *self, SimExchange *exchange, WsmanMessage *message);
/* A command of it; refuses otherwise. */
ShellCommand *wsman_shell_find_command (Wsman *self, SimExchange *exchange, Shell *shell,
                                        const char *id);
/* A command that is not there, or no more. */
void wsman_shell_refuse_ended (Wsman *self, SimExchange *exchange, const char *id);
/* An error of the shell floor, as Windows says it. */
void wsman_shell_refuse_error (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                               const GError *error);
/* ERROR_INVALID_PARAMETER of the Shell cmd plugin. */
void wsman_shell_refuse_parameter (Wsman *self, SimExchange *exchange, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* The content of s:Body when it is that element of shells; refuses otherwise. */
xmlNode *wsman_shell_read_body (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                                const char *name);
/* An element that does not belong where it is, in the words of the Windows Remote Shell. */
void wsman_shell_refuse_element (Wsman *self, SimExchange *exchange, const xmlNode *node);
/* Attribute without namespace or in that of shells (winrm4j sends those). (transfer full) */
char *wsman_shell_dup_attribute (const xmlNode *node, const char *name);
/* Value of a w:Option; NULL: not there. (transfer full) */
char *wsman_shell_dup_option (const WsmanMessage *message, const char *name);

/* `<rsp:Shell>` with all that is known of it. */
void wsman_put_shell (Wsman *self, GString *out, const Shell *shell);
/* Begins an enumeration of the user's shells. */
gboolean wsman_shell_open_list (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                                WsmanContext *context);
/* Adds a WsmanOpen for each shell. */
void wsman_shell_add_open (Wsman *self, GArray *all);

G_END_DECLS
