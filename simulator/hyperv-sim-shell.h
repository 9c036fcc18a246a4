/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

/**
 * HypervSimShellCommand:
 *
 * A command that a client runs in a remote shell (WinRS) of a simulated host, while its answer is
 * being made: what is asked, and, step by step, what it does.
 */
typedef struct _HypervSimShellCommand HypervSimShellCommand;

#define HYPERV_SIM_TYPE_SHELL_COMMAND (hyperv_sim_shell_command_get_type ())
HYPERV_EXPORT GType hyperv_sim_shell_command_get_type (void);

HYPERV_EXPORT HypervSimShellCommand *hyperv_sim_shell_command_ref (HypervSimShellCommand *self);
HYPERV_EXPORT void hyperv_sim_shell_command_unref (HypervSimShellCommand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervSimShellCommand, hyperv_sim_shell_command_unref)

/* What is asked. */
HYPERV_EXPORT const char *hyperv_sim_shell_command_get_line (HypervSimShellCommand *self);
HYPERV_EXPORT const char *hyperv_sim_shell_command_get_script (HypervSimShellCommand *self);
HYPERV_EXPORT const char *hyperv_sim_shell_command_get_user (HypervSimShellCommand *self);
HYPERV_EXPORT const char *hyperv_sim_shell_command_get_directory (HypervSimShellCommand *self);
HYPERV_EXPORT const char *hyperv_sim_shell_command_get_variable (HypervSimShellCommand *self,
                                                                 const char *name);

/* What it does, one after the other. */
HYPERV_EXPORT void hyperv_sim_shell_command_print (HypervSimShellCommand *self, const char *text);
HYPERV_EXPORT void hyperv_sim_shell_command_print_error (HypervSimShellCommand *self,
                                                         const char *text);
HYPERV_EXPORT void hyperv_sim_shell_command_wait (HypervSimShellCommand *self, gint64 microseconds);
HYPERV_EXPORT void hyperv_sim_shell_command_read_input (HypervSimShellCommand *self);
HYPERV_EXPORT void hyperv_sim_shell_command_read_line (HypervSimShellCommand *self);
HYPERV_EXPORT void hyperv_sim_shell_command_print_input (HypervSimShellCommand *self);
HYPERV_EXPORT void hyperv_sim_shell_command_exit (HypervSimShellCommand *self, gint32 code);

G_END_DECLS
