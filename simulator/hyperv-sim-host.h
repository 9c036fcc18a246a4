/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-clock.h"
#include "simulator/hyperv-sim-error.h"
#include "simulator/hyperv-sim-journal.h"
#include "simulator/hyperv-sim-shell.h"

G_BEGIN_DECLS

#define HYPERV_SIM_TYPE_HOST (hyperv_sim_host_get_type ())
HYPERV_EXPORT G_DECLARE_FINAL_TYPE (HypervSimHost, hyperv_sim_host, HYPERV_SIM, HOST, GObject)

    /**
 * HypervSimClockMode:
 * @HYPERV_SIM_CLOCK_JUMP: when no request is in progress, time jumps to the next timer
 * @HYPERV_SIM_CLOCK_REAL: time passes as on the machine, or so many times as fast
 * @HYPERV_SIM_CLOCK_STEPPED: time stands still until hyperv_sim_host_advance()
 *
 * How time passes on a simulated host.
 */
    typedef enum {
      HYPERV_SIM_CLOCK_JUMP,
      HYPERV_SIM_CLOCK_REAL,
      HYPERV_SIM_CLOCK_STEPPED
    } HypervSimClockMode;

/* A release ("2012r2" "2016" "2019") or a folder. */
HYPERV_EXPORT HypervSimHost *hyperv_sim_host_new (const char *name);

/* Before the start. */
HYPERV_EXPORT void hyperv_sim_host_set_n_vms (HypervSimHost *self, guint n_vms);
HYPERV_EXPORT void hyperv_sim_host_set_seed (HypervSimHost *self, guint32 seed);
HYPERV_EXPORT void hyperv_sim_host_set_transports (HypervSimHost *self, gboolean https,
                                                   gboolean http);
HYPERV_EXPORT void hyperv_sim_host_set_listen (HypervSimHost *self, const char *address,
                                               guint16 https_port, guint16 http_port);
HYPERV_EXPORT void hyperv_sim_host_set_account (HypervSimHost *self, const char *user,
                                                const char *password);
HYPERV_EXPORT gboolean hyperv_sim_host_add_account (HypervSimHost *self, const char *user,
                                                    const char *password, const char *state,
                                                    GError **error);
HYPERV_EXPORT gboolean hyperv_sim_host_set_auth (HypervSimHost *self, GVariant *settings,
                                                 GError **error);
/**
 * HypervSimShellCallback:
 * @host: the host
 * @command: what a client runs in a remote shell, and what it is to do
 * @user_data: as given
 *
 * Answers a command, in the host's thread: it must not wait for a client of this host.
 *
 * Returns: whether it does; %FALSE leaves it to the shell script and to cmd.exe
 */
typedef gboolean (*HypervSimShellCallback) (HypervSimHost *host, HypervSimShellCommand *command,
                                            gpointer user_data);
HYPERV_EXPORT void hyperv_sim_host_set_shell_callback (HypervSimHost *self,
                                                       HypervSimShellCallback callback,
                                                       gpointer user_data, GDestroyNotify destroy);
HYPERV_EXPORT gboolean hyperv_sim_host_set_shell_script (HypervSimHost *self, const char *path,
                                                         GError **error);
/* Any time. */
HYPERV_EXPORT void hyperv_sim_host_set_clock_mode (HypervSimHost *self, HypervSimClockMode mode,
                                                   double rate);

HYPERV_EXPORT gboolean hyperv_sim_host_start (HypervSimHost *self, GError **error);
HYPERV_EXPORT void hyperv_sim_host_stop (HypervSimHost *self);

/* How to reach it; NULL before the start and where that transport is off. */
HYPERV_EXPORT const char *hyperv_sim_host_get_name (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_label (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_uri (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_https_uri (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_http_uri (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_endpoint (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_https_endpoint (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_http_endpoint (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_user (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_password (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_ca_file (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_fingerprint (HypervSimHost *self);
HYPERV_EXPORT const char *hyperv_sim_host_get_folder (HypervSimHost *self);
HYPERV_EXPORT HypervClock *hyperv_sim_host_get_clock (HypervSimHost *self);

/* What happened. */
HYPERV_EXPORT GPtrArray *hyperv_sim_host_get_journal (HypervSimHost *self);
HYPERV_EXPORT guint64 hyperv_sim_host_get_n_requests (HypervSimHost *self);
HYPERV_EXPORT void hyperv_sim_host_clear_journal (HypervSimHost *self);
HYPERV_EXPORT guint hyperv_sim_host_wait_request (HypervSimHost *self, guint64 seen,
                                                  guint milliseconds);
HYPERV_EXPORT guint hyperv_sim_host_get_n_contexts (HypervSimHost *self);
HYPERV_EXPORT GVariant *hyperv_sim_host_get_open (HypervSimHost *self);
/**
 * HypervSimLog:
 * @line: `refused #12 Pull Msvm_ComputerSystem: no a:MessageID`
 * @user_data: as given
 *
 * Gets one line for each refusal, in the host's thread.
 */
typedef void (*HypervSimLog) (const char *line, gpointer user_data);
HYPERV_EXPORT void hyperv_sim_host_set_log (HypervSimHost *self, HypervSimLog log,
                                            gpointer user_data, GDestroyNotify destroy);

/* The world: VMs, time, and what goes wrong. */
HYPERV_EXPORT GVariant *hyperv_sim_host_list_vms (HypervSimHost *self, const char *vm,
                                                  GError **error);
HYPERV_EXPORT gboolean hyperv_sim_host_set_vm_state (HypervSimHost *self, const char *vm,
                                                     const char *state, GError **error);
HYPERV_EXPORT char *hyperv_sim_host_get_vm_state (HypervSimHost *self, const char *vm,
                                                  GError **error);
HYPERV_EXPORT gboolean hyperv_sim_host_fail_next_job (HypervSimHost *self, const char *vm,
                                                      guint percent, guint32 error_code,
                                                      const char *text, GError **error);
HYPERV_EXPORT gboolean hyperv_sim_host_fail_auth (HypervSimHost *self, const char *failure,
                                                  guint count, GError **error);
HYPERV_EXPORT void hyperv_sim_host_advance (HypervSimHost *self, gint64 microseconds);
HYPERV_EXPORT guint hyperv_sim_host_add_filter (HypervSimHost *self, const char *type,
                                                GVariant *settings, GError **error);
HYPERV_EXPORT gboolean hyperv_sim_host_remove_filter (HypervSimHost *self, guint id);
HYPERV_EXPORT void hyperv_sim_host_clear_filters (HypervSimHost *self);
HYPERV_EXPORT GVariant *hyperv_sim_host_get_filters (HypervSimHost *self);
HYPERV_EXPORT gboolean hyperv_sim_host_reboot (HypervSimHost *self, guint seconds, GError **error);

/* Any instance, and what host.ini says. */
HYPERV_EXPORT GVariant *hyperv_sim_host_query (HypervSimHost *self, const char *name_space,
                                               const char *wql, GError **error);
HYPERV_EXPORT char *hyperv_sim_host_create_instance (HypervSimHost *self, const char *name_space,
                                                     const char *class_name, GVariant *properties,
                                                     GError **error);
HYPERV_EXPORT gboolean hyperv_sim_host_set_instance (HypervSimHost *self, const char *name_space,
                                                     const char *path, GVariant *properties,
                                                     GError **error);
HYPERV_EXPORT gboolean hyperv_sim_host_delete_instance (HypervSimHost *self, const char *name_space,
                                                        const char *path, GError **error);
HYPERV_EXPORT char *hyperv_sim_host_get_setting (HypervSimHost *self, const char *group,
                                                 const char *key);
HYPERV_EXPORT gboolean hyperv_sim_host_set_setting (HypervSimHost *self, const char *group,
                                                    const char *key, const char *value,
                                                    GError **error);

/* Of the library, not of one host. */
HYPERV_EXPORT GVariant *hyperv_sim_get_filters (void);
HYPERV_EXPORT GVariant *hyperv_sim_get_causes (void);
HYPERV_EXPORT GVariant *hyperv_sim_get_faults (void);
HYPERV_EXPORT char **hyperv_sim_get_host_names (void);
HYPERV_EXPORT const char *hyperv_sim_get_digest (void);

G_END_DECLS
