/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "simulator/hyperv-sim.h"

G_BEGIN_DECLS

/* Asks a simulated host for shells over real connections, one for each request. */

#define SHELL_URI "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define SHELL_ID "0D6FCA9D-2D40-44C3-B691-E665BE7AA687"
#define COMMAND_ID "B0973E54-434E-4D99-B4BE-ADE584CE3BFB"
#define CONFIG_URI "http://schemas.microsoft.com/wbem/wsman/1/config"
#define TRANSFER_URI "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define SHELL_SELECTOR                                                                             \
  "<w:SelectorSet><w:Selector Name=\"ShellId\">" SHELL_ID "</w:Selector></w:SelectorSet>"

#define RUN(line)                                                                                  \
  "<rsp:CommandLine CommandId=\"" COMMAND_ID "\"><rsp:Command>" line                               \
  "</rsp:Command></rsp:CommandLine>"
#define RECEIVE                                                                                    \
  "<rsp:Receive><rsp:DesiredStream CommandId=\"" COMMAND_ID                                        \
  "\">stdout stderr</rsp:DesiredStream></rsp:Receive>"

/* Sends a request and waits for nothing. */
GIOStream *shell_client_begin_at (HypervSimHost *host, const char *resource, const char *action,
                                  const char *selectors, const char *body);
GIOStream *shell_client_begin (HypervSimHost *host, const char *action, gboolean of_shell,
                               const char *body);
/* What comes back until the host closes. */
char *shell_client_end (GIOStream *connection);
/* Both, and @expected has to be in the reply. */
void shell_client_assert (HypervSimHost *host, const char *action, gboolean of_shell,
                          const char *body, const char *expected);

G_END_DECLS
