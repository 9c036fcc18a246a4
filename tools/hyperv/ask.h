/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv.h"

/* A HypervCredentialsCallback that asks on the terminal, whatever stdin and stdout are; a password
 * is not shown. @user_data: a GCancellable, which ends the question. */
char *ask_terminal (HypervCredentialsKind kind, const char *challenge, const char *user,
                    gpointer user_data);
/* Whether there is somebody to ask. */
gboolean ask_is_possible (void);
