/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "simulator/hyperv-sim-host.h"

G_BEGIN_DECLS

#define HYPERV_SIM_TYPE_SITE (hyperv_sim_site_get_type ())
HYPERV_EXPORT
G_DECLARE_FINAL_TYPE (HypervSimSite, hyperv_sim_site, HYPERV_SIM, SITE, GObject)

HYPERV_EXPORT HypervSimSite *hyperv_sim_site_new (void);

/* Before the start. */
HYPERV_EXPORT void hyperv_sim_site_add_host (HypervSimSite *self, HypervSimHost *host);
HYPERV_EXPORT void hyperv_sim_site_set_seed (HypervSimSite *self, guint32 seed);
HYPERV_EXPORT gboolean hyperv_sim_site_set_control (HypervSimSite *self, const char *address,
                                                    guint16 port, const char *token,
                                                    GError **error);
/* Any time. */
HYPERV_EXPORT void hyperv_sim_site_set_clock_mode (HypervSimSite *self, HypervSimClockMode mode,
                                                   double rate);

HYPERV_EXPORT gboolean hyperv_sim_site_start (HypervSimSite *self, GError **error);
HYPERV_EXPORT void hyperv_sim_site_stop (HypervSimSite *self);

HYPERV_EXPORT GPtrArray *hyperv_sim_site_get_hosts (HypervSimSite *self);
HYPERV_EXPORT HypervSimHost *hyperv_sim_site_find_host (HypervSimSite *self, const char *label);
HYPERV_EXPORT guint32 hyperv_sim_site_get_seed (HypervSimSite *self);
HYPERV_EXPORT HypervClock *hyperv_sim_site_get_clock (HypervSimSite *self);
HYPERV_EXPORT const char *hyperv_sim_site_get_control_uri (HypervSimSite *self);

/* The verbs: what the control API can do, from C. */
HYPERV_EXPORT char *hyperv_sim_site_do (HypervSimSite *self, const char *call, GError **error);
HYPERV_EXPORT gboolean hyperv_sim_site_run_file (HypervSimSite *self, const char *file,
                                                 GError **error);
HYPERV_EXPORT char *hyperv_sim_get_verbs (const char *format);

/* Time of the site. */
HYPERV_EXPORT GVariant *hyperv_sim_site_get_time (HypervSimSite *self);
HYPERV_EXPORT void hyperv_sim_site_advance (HypervSimSite *self, gint64 microseconds);
HYPERV_EXPORT guint hyperv_sim_site_run_until_idle (HypervSimSite *self, gint64 limit);

/* The whole world at once. */
HYPERV_EXPORT gboolean hyperv_sim_site_reset (HypervSimSite *self, GError **error);
HYPERV_EXPORT gboolean hyperv_sim_site_take_snapshot (HypervSimSite *self, const char *name,
                                                      GError **error);
HYPERV_EXPORT gboolean hyperv_sim_site_roll_back (HypervSimSite *self, const char *name,
                                                  GError **error);
HYPERV_EXPORT gboolean hyperv_sim_site_delete_snapshot (HypervSimSite *self, const char *name);
HYPERV_EXPORT char **hyperv_sim_site_get_snapshots (HypervSimSite *self);

G_END_DECLS
