/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/provider/provider.h"

G_BEGIN_DECLS

#define PROVIDER_NAMESPACE "root/virtualization/v2"

/* Return values that most methods of Hyper-V share (documented). */
typedef enum {
  PROVIDER_RETURN_OK = 0,
  PROVIDER_RETURN_JOB_STARTED = 4096,
  PROVIDER_RETURN_FAILED = 32768,
  PROVIDER_RETURN_NOT_SUPPORTED = 32770,
  PROVIDER_RETURN_INVALID_PARAMETER = 32773,
  PROVIDER_RETURN_INVALID_STATE = 32775,
  PROVIDER_RETURN_NOT_READY = 32780
} ProviderReturn;

/* ---- a call, as the functions of the rows see it ---- */
typedef struct {
  Provider *provider;
  RepositoryObject *object;
  const HypervCimInstance *in;
  const char *user;
  guint32 return_value;
  GHashTable *out; /* name -> HypervCimValue */
} ProviderCall;
/* FALSE with an error: WMI itself says no. Otherwise call->return_value counts. */
typedef gboolean (*ProviderMethod) (ProviderCall *call, GError **error);

/* Whether the parameter was given and is not null. */
gboolean provider_call_get_uint (ProviderCall *call, const char *name, guint64 *value);
gboolean provider_call_has (ProviderCall *call, const char *name);
/* @value (transfer full) */
void provider_call_set (ProviderCall *call, const char *name, HypervCimValue *value);

gboolean provider_power_request_state_change (ProviderCall *call, GError **error);
gboolean provider_shutdown_initiate_shutdown (ProviderCall *call, GError **error);
gboolean provider_shutdown_initiate_reboot (ProviderCall *call, GError **error);
gboolean provider_job_request_state_change (ProviderCall *call, GError **error);
gboolean provider_job_kill (ProviderCall *call, GError **error);
gboolean provider_job_get_error (ProviderCall *call, GError **error);
gboolean provider_job_get_error_ex (ProviderCall *call, GError **error);
gboolean provider_summary_get (ProviderCall *call, GError **error);

/* Data of an item of the key-value pair exchange (CIM-XML), when that is its Name. (transfer full)
 */
char *provider_kvp_dup_data (const char *item, const char *key);

/* ---- virtual machines: what the repository does not know of them ---- */
#define PROVIDER_N_KVP 2

typedef struct _ProviderJob ProviderJob;

typedef struct {
  guint percent;
  guint16 error_code; /* 0: none is planned */
  char *text;
  ProviderEnd end;            /* NORMAL: as error_code says */
  const ProviderCause *cause; /* or NULL */
} ProviderFailure;

typedef struct {
  Provider *provider;
  RepositoryObject *object;
  char *guid;
  ProviderJob *job;        /* the active one, or NULL */
  guint64 guest_timer;     /* the guest is shutting down or restarting; 0: it is not */
  guint64 boot_timer;      /* the guest comes up; 0: it does not */
  ProviderFailure failure; /* of the next job */
  GPtrArray *devices;      /* HypervCimInstance: what it lost when it stopped; NULL: never did */
  GPtrArray *worker;       /* of root\cimv2, likewise */
  HypervCimValue *kvp[PROVIDER_N_KVP]; /* what the guest tells when it has come up; or NULL */
} ProviderVm;

/* States in which a VM can stay. */
typedef struct {
  const char *name;
  guint16 enabled_state;
  guint16 requested_state;
  guint16 enabled_default;
  gboolean is_alive; /* has a worker process and devices */
  gboolean is_saved;
  gboolean is_paused;
} ProviderVmState;

const ProviderVmState *provider_vm_find_state (const char *name);
/* The record of a VM, made when first asked for. */
ProviderVm *provider_vm_ensure (Provider *provider, RepositoryObject *object);
void provider_vm_free (gpointer data);
/* By GUID or ElementName. */
ProviderVm *provider_vm_lookup (Provider *provider, const char *text, GError **error);
ProviderVm *provider_vm_lookup_guid (Provider *provider, const char *guid, GError **error);
gboolean provider_vm_is_host (Provider *provider, RepositoryObject *object);
/* On the way to another state. */
void provider_vm_move (ProviderVm *vm, guint16 enabled_state, guint16 requested_state);
/* Arrived. @restart: the guest began anew. */
gboolean provider_vm_settle (ProviderVm *vm, const ProviderVmState *state, gboolean restart,
                             GError **error);
/* Back to the state (a number of EnabledState) from which a change began. */
void provider_vm_go_back (ProviderVm *vm, guint16 enabled_state);
/* devices: provider-vm-devices.c */
gboolean provider_vm_add_devices (ProviderVm *vm, GError **error);
gboolean provider_vm_remove_devices (ProviderVm *vm, GError **error);
/* Processors and memory as the settings say: provider-vm-size.c */
gboolean provider_vm_fit_devices (ProviderVm *vm, GError **error);
guint provider_vm_count_processors (ProviderVm *vm);
guint64 provider_vm_count_memory (ProviderVm *vm); /* MiB that it has now */
/* Worker process and counters, by ProcessID and ElementName: provider-vm-worker.c */
gboolean provider_vm_add_worker (ProviderVm *vm, guint n_processors, GError **error);
gboolean provider_vm_remove_worker (ProviderVm *vm, GError **error);
/* The guest begins anew, and comes up later; or is there, perhaps paused: provider-guest.c */
void provider_guest_begin (ProviderVm *vm);
void provider_guest_set_paused (ProviderVm *vm, gboolean paused);

/* ---- plans ---- */
/* Runs the method, or lets it fail as the plan says. */
gboolean provider_plan_run (ProviderCall *call, ProviderMethod method, GError **error);
/* What the plan says of a job that is started now. (transfer full) text */
ProviderFailure provider_plan_get_failure (const Provider *self);
void provider_vm_show (ProviderVm *vm, ProviderShows shows);

/* ---- jobs ---- */
/* What a job says of itself, en-US. */
typedef struct {
  guint16 job_type;
  const char *caption;
  const char *description;
  const char *failure; /* "failed to start" */
  gboolean is_cancellable;
} ProviderJobText;

/* What a job does when it ends. Fails only when @completed. */
typedef gboolean (*ProviderJobEffect) (ProviderVm *vm, gboolean completed, gconstpointer data,
                                       GError **error);

ProviderJob *provider_job_start (ProviderVm *vm, const ProviderJobText *text, gint64 duration,
                                 const char *user, ProviderJobEffect effect, gconstpointer data,
                                 GError **error);
RepositoryObject *provider_job_get_object (ProviderJob *job);
ProviderJob *provider_job_lookup (Provider *provider, RepositoryObject *object);
/* Ends an active job early: @state is Terminated or Killed. FALSE when it has ended already. */
gboolean provider_job_cancel (ProviderJob *job, guint16 state);
gboolean provider_job_is_cancellable (const ProviderJob *job);
/* Msvm_Error instances of a failed job, the general one first; NULL when it has not failed. */
GPtrArray *provider_job_dup_errors (ProviderJob *job);
/* The VM goes: nothing more happens to it. */
void provider_job_forget_vm (ProviderJob *job);
/* Nothing is left of it. */
void provider_job_discard (ProviderJob *job);
gboolean provider_job_is_active (const ProviderJob *job);
guint64 provider_job_get_exchange (const ProviderJob *job);
void provider_job_free (gpointer data);
HypervCimValue *provider_job_compute_percent (RepositoryObject *object, gpointer user_data);
HypervCimValue *provider_job_compute_elapsed (RepositoryObject *object, gpointer user_data);

typedef enum {
  PROVIDER_JOB_STARTING = 3,
  PROVIDER_JOB_RUNNING = 4,
  PROVIDER_JOB_COMPLETED = 7,
  PROVIDER_JOB_TERMINATED = 8,
  PROVIDER_JOB_KILLED = 9,
  PROVIDER_JOB_EXCEPTION = 10
} ProviderJobState;

/* ---- the provider ---- */
struct _Provider {
  Repository *repository;
  SimClock *clock;
  GMainContext *context;
  GHashTable *vms;  /* GUID in upper case -> ProviderVm */
  GHashTable *jobs; /* InstanceID -> ProviderJob */
  guint watch;
  ProviderPlan plan;
};

guint64 provider_add_timer (Provider *self, gint64 delay, GSourceFunc callback, gpointer data);
guint64 provider_add_expiry (Provider *self, gint64 delay, GSourceFunc callback, gpointer data);
void provider_clear_timer (Provider *self, guint64 *id);

/* In the language of the host, as far as its [texts] have it. */
const char *provider_text (Provider *self, const char *english);

/* Setting what the release of the host has; a property it lacks is passed over. */
void provider_put_uint (RepositoryObject *object, const char *name, guint64 value);
void provider_put_string (RepositoryObject *object, const char *name, const char *value);
void provider_put_time (RepositoryObject *object, const char *name, gint64 when);
void provider_put_null (RepositoryObject *object, const char *name);
/* @value (transfer full) */
void provider_put (RepositoryObject *object, const char *name, HypervCimValue *value);

/* CIM's text of a date (microseconds since 1970) and of an interval. */
HypervCimValue *provider_new_time (gint64 when);
HypervCimValue *provider_new_interval (gint64 microseconds);

G_END_DECLS
