/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/repository.h"

G_BEGIN_DECLS

/* What Hyper-V does: methods and jobs of one host. Rows class + method -> function.
 * Used on the host's thread only; the repository must outlive it. */
typedef struct _Provider Provider;
Provider *provider_new (Repository *repository);
void provider_free (Provider *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Provider, provider_free)
/* Where jobs run on: the host's thread. Default: the thread-default context of provider_new (). */
void provider_set_context (Provider *self, GMainContext *context);

/* What a method answers. A failure that WMI itself reports (no such object, bad parameter) is a
 * GError of PROVIDER_ERROR with the HRESULT as code; a method that says no has a ReturnValue. */
#define PROVIDER_ERROR (provider_error_quark ())
GQuark provider_error_quark (void);
#define PROVIDER_WBEM_E_FAILED 0x80041001u
#define PROVIDER_WBEM_E_NOT_FOUND 0x80041002u
#define PROVIDER_WBEM_E_ACCESS_DENIED 0x80041003u
#define PROVIDER_WBEM_E_INVALID_PARAMETER 0x80041008u
#define PROVIDER_WBEM_E_PROVIDER_NOT_CAPABLE 0x80041024u
#define PROVIDER_WBEM_E_INVALID_METHOD_PARAMETERS 0x8004102Fu
#define PROVIDER_WBEM_E_METHOD_NOT_IMPLEMENTED 0x80041055u
#define PROVIDER_WBEM_E_INVALID_METHOD 0x8004102Eu
#define PROVIDER_WBEM_E_INVALID_OBJECT_PATH 0x8004103Au

/* Runs a method. @in holds the typed in-parameters (absent: not given), or is NULL for none.
 * Returns the out-parameters in MOF order with ReturnValue (uint32) last, all out-parameters
 * present (null where not set). An out-parameter that carries embedded instances (string with
 * EmbeddedInstance, such as Errors of GetErrorEx) has the type INSTANCE here: how it becomes text
 * is the wire's business. */
HypervCimInstance *provider_invoke (Provider *self, RepositoryObject *object, const char *method,
                                    const HypervCimInstance *in, const char *user, GError **error);
/* Whether a row for this method exists (else METHOD_NOT_IMPLEMENTED). */
gboolean provider_has_method (Provider *self, const RepositoryClass *klass, const char *method);

/* PutInstance, CreateInstance and DeleteInstance of WMI. Which classes have them is said in
 * provider-instances.c; the others, Hyper-V's among them, are PROVIDER_NOT_CAPABLE.
 * @changes: the properties that were given; those that cannot be written are passed over, as
 * Windows' providers do with the rest of an instance that was read, changed and put back. */
gboolean provider_put_instance (Provider *self, RepositoryObject *object,
                                const HypervCimInstance *changes, GError **error);
/* (transfer full) */
RepositoryObject *provider_create_instance (Provider *self, const RepositoryClass *klass,
                                            const HypervCimInstance *instance, GError **error);
gboolean provider_delete_instance (Provider *self, RepositoryObject *object, GError **error);

/* Power, by the simulator's owner and by methods alike: what happens to a VM. @vm is a GUID or an
 * ElementName. State by name: "running" "off" "saved" "paused". At once, without a job; a job that
 * is active for the VM is killed. */
gboolean provider_set_vm_state (Provider *self, const char *vm, const char *state, GError **error);
/* Also the states in between: "starting" "stopping" "resetting" "saving" "pausing" "resuming".
 * (transfer full) */
char *provider_get_vm_state (Provider *self, const char *vm, GError **error);

/* The VMs that there are, or (@vm) this one, as they are now. */
typedef struct {
  const char *name, *guid;
  guint64 process; /* number of the worker process; 0: there is none */
  const char *state;
} ProviderVmFacts;
typedef void (*ProviderVmFunc) (const ProviderVmFacts *facts, gpointer user_data);
gboolean provider_list_vms (Provider *self, const char *vm, ProviderVmFunc function,
                            gpointer user_data, GError **error);

/* What a virtual machine shows of a cause of failure. */
typedef enum {
  PROVIDER_SHOWS_NOTHING,
  PROVIDER_SHOWS_CRITICAL,   /* HealthState 25; paused, if it ran (documented) */
  PROVIDER_SHOWS_NO_CONTACT, /* its integration services: OperationalStatus 12 (documented) */
  PROVIDER_SHOWS_GONE        /* it is not on this host any more */
} ProviderShows;

/* Causes of failure, by name ("out-of-memory"): what a job says when it fails for that reason. */
typedef struct {
  const char *name;
  guint16 error_code;
  const char *text;     /* one sentence, en-US */
  guint32 return_value; /* of the method, which starts no job; 0: the job fails */
  guint32 hresult;      /* WMI itself says so, and there is no return value; or 0 */
  ProviderShows shows;
} ProviderCause;
const ProviderCause *provider_find_cause (const char *name);
/* All rows; the last has a NULL name. */
const ProviderCause *provider_get_causes (void);
/* The next job of the VM ends as Exception when it has come to @percent (0..100), with this error
 * code (1..65535) and this sentence in its description. */
gboolean provider_fail_next_job (Provider *self, const char *vm, guint percent, guint32 error_code,
                                 const char *text, GError **error);

/* What is to come of the calls until the next plan. */
typedef enum {
  PROVIDER_END_NORMAL,
  PROVIDER_END_FAIL,  /* Exception */
  PROVIDER_END_STALL, /* runs for ever */
  PROVIDER_END_DIE    /* Killed */
} ProviderEnd;
typedef struct {
  guint64 exchange;           /* who calls, for leak reports */
  ProviderEnd end;            /* of the job that is started */
  guint percent;              /* when */
  const ProviderCause *cause; /* of a failure, the method's or the job's; NULL: none */
} ProviderPlan;
void provider_set_plan (Provider *self, const ProviderPlan *plan);

/* Jobs that are active. */
typedef void (*ProviderJobFunc) (const char *id, const char *caption, const char *owner,
                                 guint64 exchange, gpointer user_data);
void provider_list_jobs (Provider *self, ProviderJobFunc function, gpointer user_data);
/* Jobs that are active, and guests on their way down. */
guint provider_get_n_busy (Provider *self);
/* The host was away until @when (microseconds since 1970): jobs are gone, and each VM that ran does
 * what its AutomaticStartupAction says (2 nothing, 3 starts if it ran, 4 starts; documented). */
void provider_reboot (Provider *self, gint64 when);
/* What is known here and not in the repository, and back on another provider whose repository is
 * as that one's was: finished jobs are gone. (transfer full) */
GHashTable *provider_save (Provider *self);
void provider_restore (Provider *self, GHashTable *saved);

G_END_DECLS
