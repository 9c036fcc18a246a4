/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/filters/sim-filter.h"
#include "simulator/hyperv-sim-folder.h"
#include "simulator/hyperv-sim-host.h"
#include "simulator/listener/listener.h"
#include "simulator/wsman/wsman.h"

G_BEGIN_DECLS

/* When every simulated host begins: 2024-06-03 08:00 UTC, after all dates in its fixtures. The same
 * for all, so that the same calls give the same replies. */
#define HYPERV_SIM_EPOCH (G_GINT64_CONSTANT (1717401600) * G_USEC_PER_SEC)

/* What was asked for before the start. */
typedef struct {
  guint n_vms;
  guint32 seed;
  gboolean https, http;
  char *address;
  guint16 https_port, http_port;
  char *user, *password;
} HypervSimSettings;

/* How one logs in; hyperv-sim-host-auth.c. */
#define HYPERV_SIM_SCHEMES_MAX 5
typedef struct {
  char **schemes;
  gboolean refuse_clear;
  SimChannelBinding channel_binding;
  SimCertificateFault server_certificate;
  char *keytab, *client_ca;
  GVariant *certificate_map; /* or NULL */
  SimAccounts *accounts;     /* besides that of the settings */

  /* made by the start */
  const char *challenges[HYPERV_SIM_SCHEMES_MAX + 1];
  char *client_ca_pem;
  char *client_ca_thumbprint;
  GPtrArray *mappings; /* of WsmanMapping: what the next one points into */
  SimCertificateUser *certificate_users;
} HypervSimAuth;

/* How it can be reached; made by the start. */
typedef struct {
  HypervSimFolder *files;
  char *folder, *ca_file, *fingerprint;
  char *thumbprint, *certificate_name; /* of our certificate; NULL: there is none */
  char *https_uri, *http_uri, *https_endpoint, *http_endpoint;
} HypervSimDoors;

/* A world that is kept. */
typedef struct {
  RepositorySnapshot *repository;
  GHashTable *provider;
} HypervSimSnapshot;

struct _HypervSimHost {
  GObject parent_instance;
  char *name;
  char *label; /* its name in the site */
  HypervSimSettings settings;
  HypervSimAuth auth;
  HypervSimDoors doors;
  SimClock *clock;
  SimJournal *journal;

  HypervSimLog log;
  gpointer log_data;
  GDestroyNotify log_destroy;

  HypervSimShellCallback shell_callback;
  gpointer shell_data;
  GDestroyNotify shell_destroy;
  ShellScript *shell_script; /* or NULL */

  GMutex running;  /* held by whoever starts or stops */
  GMutex lock;     /* for thread, and for context while it is called */
  GThread *thread; /* NULL: not running */
  GMainContext *context;
  GMainLoop *loop;

  /* the host's thread only */
  gboolean is_built;
  RepositoryImage *image; /* what it was started from; its folder may change meanwhile */
  char *image_host;
  Repository *repository;
  Provider *provider;
  ShellHost *shells;
  Wsman *wsman;
  SimFilterChain *filters;
  SimListener *listener;
  SimAccounts *accounts;
  GHashTable *snapshots;   /* name -> HypervSimSnapshot */
  HypervSimSnapshot *kept; /* without a name yet; or NULL */
  guint64 reboot_timer;    /* it is away; 0: it is not */
};

/* Runs @function on the host's thread and waits for it; at once when called there. FALSE when the
 * host does not run. */
typedef void (*HypervSimCall) (HypervSimHost *self, gpointer data);
gboolean hyperv_sim_host_call (HypervSimHost *self, HypervSimCall function, gpointer data);
gboolean hyperv_sim_host_is_own_thread (HypervSimHost *self);

/* On the host's thread: builds the floors on each other, and takes them down. */
gboolean hyperv_sim_host_build (HypervSimHost *self, GError **error);
void hyperv_sim_host_unbuild (HypervSimHost *self);

void hyperv_sim_host_auth_init (HypervSimAuth *self);
/* winrm/config says what the host was told to take, unless its folder says otherwise. */
void hyperv_sim_host_auth_tell (HypervSimHost *self);
/* How one logs in by what winrm/config says now. */
void hyperv_sim_host_auth_follow (HypervSimHost *self, SimListenerSettings *settings);
void hyperv_sim_host_auth_clear (HypervSimAuth *self);
/* Challenges, accounts and all that @config says about logins. */
gboolean hyperv_sim_host_auth_configure (HypervSimHost *self, SimListenerConfig *config,
                                         GError **error);

/* hyperv-sim-host-config.c: winrm/config says what is open and who may log in how. */
extern const WsmanConfigHost hyperv_sim_host_config;
void hyperv_sim_host_config_tell (HypervSimHost *self);
gboolean hyperv_sim_host_config_apply (gpointer self, GError **error);

/* Asks the owner's callback, if there is one; hyperv-sim-shell.c. */
gboolean hyperv_sim_shell_answer (const ShellQuestion *question, ShellProgram *program,
                                  gpointer self);
/* Repository, provider, wsman and filters: anew, or (@snapshot) as they were. */
gboolean hyperv_sim_host_build_world (HypervSimHost *self, const HypervSimSnapshot *snapshot,
                                      GError **error);
void hyperv_sim_host_unbuild_world (HypervSimHost *self);

/* hyperv-sim-host-reset.c: the parts of what a site does at once. None on the host's thread. */
/* Whether the caller is in a callback of the host, where its world is in use: then an error. */
gboolean hyperv_sim_host_check_thread (HypervSimHost *self, GError **error);
gboolean hyperv_sim_host_rebuild (HypervSimHost *self, const char *snapshot, guint32 seed,
                                  GError **error);
/* Keeps the world, and then under a name, or (NULL) not. */
gboolean hyperv_sim_host_keep (HypervSimHost *self, GError **error);
void hyperv_sim_host_keep_as (HypervSimHost *self, const char *name);
gboolean hyperv_sim_host_forget (HypervSimHost *self, const char *name);
void hyperv_sim_snapshot_free (gpointer data);
/* On the host's thread. */
void hyperv_sim_host_begin_reboot (HypervSimHost *self, guint seconds);
void hyperv_sim_host_act (SimExchange *exchange, SimFilterAct act, guint amount, gpointer self);

/* The handler that the listener calls: leads an exchange through filters and wsman. */
void hyperv_sim_host_handle (SimExchange *exchange, gpointer self);

G_END_DECLS
