/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

/* A job's life: Starting, Running, an end, and five minutes later it is gone. One timer a phase;
 * what moves in between is computed when somebody asks. */
#define REMOVAL (5 * 60 * (gint64)G_USEC_PER_SEC)
#define MAX_STARTING (100 * (gint64)1000)

#define OPERATIONAL_STATUS_OK 2
#define OPERATIONAL_STATUS_ERROR 6
#define CIM_ERR_FAILED 1
#define ERROR_TYPE_SOFTWARE 4
#define SOURCE_IS_OBJECT_PATH 2
#define SEVERITY_MAJOR 5

struct _ProviderJob {
  Provider *provider;
  ProviderVm *vm; /* NULL once it has ended */
  RepositoryObject *object;
  const ProviderJobText *text;
  ProviderJobState state;
  gint64 began; /* time of the clock */
  gint64 duration;
  guint64 timer;
  ProviderJobEffect effect;
  gconstpointer data;
  ProviderFailure failure;
  char *source;  /* path of the VM, as text */
  char *general; /* "'web01' failed to start." when it has failed */
  char *vm_name;
  char *vm_guid;
  guint64 exchange; /* that started it */
};

static const struct {
  ProviderJobState state;
  const char *status; /* JobStatus and StatusDescriptions */
} status_texts[] = {
  { PROVIDER_JOB_STARTING, "Job is starting" },
  { PROVIDER_JOB_RUNNING, "Job is running" },
  { PROVIDER_JOB_COMPLETED, "Job completed successfully" },
  { PROVIDER_JOB_TERMINATED, "Job was terminated" },
  { PROVIDER_JOB_KILLED, "Job was killed" },
  { PROVIDER_JOB_EXCEPTION, "Job failed" },
};

RepositoryObject *
provider_job_get_object (ProviderJob *job)
{
  return job->object;
}

gboolean
provider_job_is_cancellable (const ProviderJob *job)
{
  return job->text->is_cancellable;
}

ProviderJob *
provider_job_lookup (Provider *provider, RepositoryObject *object)
{
  const char *id = repository_object_get_string (object, "InstanceID");

  return id != NULL ? g_hash_table_lookup (provider->jobs, id) : NULL;
}

/* ---- what moves with the clock ---- */

static gint64
job_elapsed (const ProviderJob *job)
{
  return sim_clock_now (job->provider->clock) - job->began;
}

static guint
job_percent (const ProviderJob *job)
{
  if (job->state == PROVIDER_JOB_STARTING)
    return 0;
  /* All of it is said only by a job that has completed. */
  return (guint)MIN (job_elapsed (job) * 100 / job->duration,
                     job->failure.end == PROVIDER_END_STALL ? job->failure.percent : 99);
}

HypervCimValue *
provider_job_compute_percent (RepositoryObject *object, gpointer user_data)
{
  const ProviderJob *job = provider_job_lookup (user_data, object);

  if (job == NULL || job->state > PROVIDER_JOB_RUNNING)
    return NULL;
  return hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT16, job_percent (job));
}

HypervCimValue *
provider_job_compute_elapsed (RepositoryObject *object, gpointer user_data)
{
  const ProviderJob *job = provider_job_lookup (user_data, object);

  if (job == NULL || job->state > PROVIDER_JOB_RUNNING)
    return NULL;
  return provider_new_interval (job_elapsed (job));
}

/* ---- the instance ---- */

static const char *
find_status (ProviderJobState state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (status_texts); i++)
    if (status_texts[i].state == state)
      return status_texts[i].status;
  return "";
}

/* Dates of the recorded job have no fraction. */
static gint64
now_in_seconds (Provider *provider)
{
  gint64 now = sim_clock_wall (provider->clock);

  return now - now % G_USEC_PER_SEC;
}

static HypervCimValue *
new_uint16_list (guint64 value)
{
  HypervCimScalar item = { .u = value };

  return hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT16, &item, 1);
}

static HypervCimValue *
new_string_list (const char *value)
{
  const char *const items[] = { value, NULL };

  return hyperv_cim_value_new_strv (items);
}

static void
put_status (ProviderJob *job)
{
  const char *status = provider_text (job->provider, find_status (job->state));
  gboolean failed = job->state == PROVIDER_JOB_EXCEPTION;

  provider_put_string (job->object, "JobStatus", status);
  provider_put (job->object, "StatusDescriptions", new_string_list (status));
  provider_put (job->object, "OperationalStatus",
                new_uint16_list (failed ? OPERATIONAL_STATUS_ERROR : OPERATIONAL_STATUS_OK));
  provider_put_string (job->object, "Status", failed ? "Error" : "OK");
  provider_put_time (job->object, "TimeOfLastStateChange", now_in_seconds (job->provider));
  provider_put_uint (job->object, "JobState", job->state);
}

/* Who asked, as HOST\user. */
static char *
dup_owner (Provider *provider, const char *user)
{
  if (user == NULL)
    return g_strdup ("NT AUTHORITY\\SYSTEM");
  if (strchr (user, '\\') != NULL || strchr (user, '@') != NULL)
    return g_strdup (user);
  return g_strconcat (repository_get_computer_name (provider->repository), "\\", user, NULL);
}

/* What the recorded Msvm_StorageJob has, with a virtual machine's texts. What is set later is
 * here too where it has a value from the beginning. */
static HypervCimInstance *
new_instance (ProviderJob *job, const char *user)
{
  const struct {
    const char *name;
    const char *value;
  } strings[] = {
    { "Caption", provider_text (job->provider, job->text->caption) },
    { "Description", provider_text (job->provider, job->text->description) },
    { "ElementName", provider_text (job->provider, job->text->caption) },
    { "Name", provider_text (job->provider, job->text->caption) },
    { "ErrorDescription", "" },
    { "ErrorSummaryDescription", "" },
    { "Notify", "" },
    { "OtherRecoveryAction", "" },
  };
  const struct {
    const char *name;
    HypervCimType type;
    guint64 value;
  } numbers[] = {
    { "ErrorCode", HYPERV_CIM_TYPE_UINT16, 0 },
    { "HealthState", HYPERV_CIM_TYPE_UINT16, 5 },
    { "JobRunTimes", HYPERV_CIM_TYPE_UINT32, 1 },
    { "JobType", HYPERV_CIM_TYPE_UINT16, job->text->job_type },
    { "LocalOrUtcTime", HYPERV_CIM_TYPE_UINT16, 2 },
    { "PercentComplete", HYPERV_CIM_TYPE_UINT16, 0 },
    { "Priority", HYPERV_CIM_TYPE_UINT32, 0 },
    { "RecoveryAction", HYPERV_CIM_TYPE_UINT16, 2 },
  };
  g_autoptr (HypervCimBuilder) builder
      = hyperv_cim_builder_new (PROVIDER_NAMESPACE, "Msvm_ConcreteJob");
  g_autofree char *id = repository_random_guid (job->provider->repository);
  g_autofree char *owner = dup_owner (job->provider, user);

  hyperv_cim_builder_add_string (builder, "InstanceID", id);
  hyperv_cim_builder_add_string (builder, "Owner", owner);
  hyperv_cim_builder_add_boolean (builder, "Cancellable", job->text->is_cancellable);
  hyperv_cim_builder_add_boolean (builder, "DeleteOnCompletion", FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    hyperv_cim_builder_add_string (builder, strings[i].name, strings[i].value);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    hyperv_cim_builder_add_unsigned (builder, numbers[i].name, numbers[i].type, numbers[i].value);
  return hyperv_cim_builder_end (builder);
}

static void
put_times (ProviderJob *job)
{
  static const char *const names[] = { "ScheduledStartTime", "StartTime", "TimeSubmitted" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    provider_put_time (job->object, names[i], now_in_seconds (job->provider));
  provider_put (job->object, "InstallDate",
                hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, "16010101000000.000000-000"));
  provider_put (job->object, "ElapsedTime", provider_new_interval (0));
  provider_put (job->object, "TimeBeforeRemoval", provider_new_interval (REMOVAL));
}

/* Which VM the job is about; the effect on it is not known better than 0 (Unknown). */
static gboolean
create_link (ProviderJob *job, GError **error)
{
  g_autoptr (HypervCimBuilder) builder
      = hyperv_cim_builder_new (PROVIDER_NAMESPACE, "Msvm_AffectedJobElement");
  g_autoptr (HypervCimPath) vm_path = repository_object_to_path (job->vm->object);
  g_autoptr (HypervCimPath) job_path = repository_object_to_path (job->object);
  g_autoptr (HypervCimValue) effects = new_uint16_list (0);
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (RepositoryObject) link = NULL;

  hyperv_cim_builder_add_reference (builder, "AffectedElement", vm_path);
  hyperv_cim_builder_add_reference (builder, "AffectingElement", job_path);
  hyperv_cim_builder_add_value (builder, "ElementEffects", effects);
  instance = hyperv_cim_builder_end (builder);
  link = repository_create (job->provider->repository, instance, error);
  return link != NULL;
}

/* ---- its end ---- */

static gboolean
job_remove (gpointer data)
{
  ProviderJob *job = data;
  Repository *repository = job->provider->repository;
  Provider *provider = job->provider;
  g_autoptr (RepositoryObject) object = repository_object_ref (job->object);
  g_autofree char *id = g_strdup (repository_object_get_string (object, "InstanceID"));
  g_autoptr (GPtrArray) links = repository_references (repository, object, NULL, NULL, NULL);

  g_hash_table_remove (provider->jobs, id);
  for (guint i = 0; links != NULL && i < links->len; i++)
    repository_delete (repository, g_ptr_array_index (links, i), NULL);
  repository_delete (repository, object, NULL);
  return G_SOURCE_REMOVE;
}

/* "'web01' failed to start. <why> (Virtual machine ID <GUID>)", as Hyper-V words its errors; other
 * languages by the same pattern [derived]. */
static void
put_failure (ProviderJob *job)
{
  const char *failure = provider_text (job->provider, job->text->failure);
  const char *id = provider_text (job->provider, "Virtual machine ID");
  const char *why = provider_text (job->provider, job->failure.text);
  g_autofree char *description = NULL;
  g_autofree char *summary = NULL;

  job->general = g_strdup_printf ("'%s' %s. (%s %s)", job->vm_name, failure, id, job->vm_guid);
  description
      = g_strdup_printf ("'%s' %s. %s (%s %s)", job->vm_name, failure, why, id, job->vm_guid);
  summary = g_strdup_printf ("%s.", failure);
  summary[0] = g_ascii_toupper (summary[0]);
  provider_put_uint (job->object, "ErrorCode", job->failure.error_code);
  provider_put_string (job->object, "ErrorDescription", description);
  provider_put_string (job->object, "ErrorSummaryDescription", summary);
}

static void
job_end (ProviderJob *job, ProviderJobState state)
{
  ProviderVm *vm = g_steal_pointer (&job->vm);
  guint percent = job_percent (job);
  g_autoptr (GError) error = NULL;

  vm->job = NULL;
  provider_clear_timer (job->provider, &job->timer);
  if (state == PROVIDER_JOB_COMPLETED && !job->effect (vm, TRUE, job->data, &error)) {
    state = PROVIDER_JOB_EXCEPTION;
    g_free (job->failure.text);
    job->failure = (ProviderFailure){ percent, PROVIDER_RETURN_FAILED, g_strdup (error->message) };
  }
  if (state != PROVIDER_JOB_COMPLETED)
    job->effect (vm, FALSE, job->data, NULL);

  provider_put (job->object, "ElapsedTime", provider_new_interval (job_elapsed (job)));
  job->state = state;
  provider_put_uint (job->object, "PercentComplete",
                     state == PROVIDER_JOB_COMPLETED ? 100 : percent);
  if (state == PROVIDER_JOB_EXCEPTION)
    put_failure (job);
  put_status (job);
  if (state == PROVIDER_JOB_EXCEPTION && job->failure.cause != NULL)
    provider_vm_show (vm, job->failure.cause->shows);
  job->timer = provider_add_expiry (job->provider, REMOVAL, job_remove, job);
}

static gboolean
job_done (gpointer data)
{
  ProviderJob *job = data;

  job->timer = 0;
  if (job->failure.end == PROVIDER_END_DIE)
    job_end (job, PROVIDER_JOB_KILLED);
  else
    job_end (job, job->failure.error_code != 0 ? PROVIDER_JOB_EXCEPTION : PROVIDER_JOB_COMPLETED);
  return G_SOURCE_REMOVE;
}

static gint64
starting_time (const ProviderJob *job)
{
  return MIN (job->duration / 20, MAX_STARTING);
}

static gboolean
job_run (gpointer data)
{
  ProviderJob *job = data;
  gint64 end = job->duration;

  /* Rounded up: it must have come to the percent that was asked for. */
  if (job->failure.error_code != 0 || job->failure.end != PROVIDER_END_NORMAL)
    end = (job->duration * job->failure.percent + 99) / 100;
  job->state = PROVIDER_JOB_RUNNING;
  put_status (job);
  job->timer = 0;
  if (job->failure.end != PROVIDER_END_STALL)
    job->timer
        = provider_add_timer (job->provider, MAX (end - starting_time (job), 0), job_done, job);
  return G_SOURCE_REMOVE;
}

gboolean
provider_job_cancel (ProviderJob *job, guint16 state)
{
  if (job->vm == NULL)
    return FALSE;
  job_end (job, state);
  return TRUE;
}

void
provider_job_forget_vm (ProviderJob *job)
{
  job->vm->job = NULL;
  job->vm = NULL;
  job->state = PROVIDER_JOB_KILLED;
  provider_clear_timer (job->provider, &job->timer);
  put_status (job);
  job->timer = provider_add_expiry (job->provider, REMOVAL, job_remove, job);
}

void
provider_job_discard (ProviderJob *job)
{
  if (job->vm != NULL)
    job->vm->job = NULL;
  job->vm = NULL;
  provider_clear_timer (job->provider, &job->timer);
  job_remove (job);
}

gboolean
provider_job_is_active (const ProviderJob *job)
{
  return job->vm != NULL;
}

guint64
provider_job_get_exchange (const ProviderJob *job)
{
  return job->exchange;
}

void
provider_job_free (gpointer data)
{
  ProviderJob *job = data;

  if (job->vm != NULL)
    job->vm->job = NULL;
  provider_clear_timer (job->provider, &job->timer);
  g_clear_pointer (&job->object, repository_object_unref);
  g_free (job->failure.text);
  g_free (job->source);
  g_free (job->general);
  g_free (job->vm_name);
  g_free (job->vm_guid);
  g_free (job);
}

ProviderJob *
provider_job_start (ProviderVm *vm, const ProviderJobText *text, gint64 duration, const char *user,
                    ProviderJobEffect effect, gconstpointer data, GError **error)
{
  Provider *provider = vm->provider;
  g_autoptr (HypervCimInstance) instance = NULL;
  ProviderJob *job = g_new0 (ProviderJob, 1);

  g_return_val_if_fail (vm->job == NULL && duration > 0, NULL);

  job->provider = provider;
  job->text = text;
  job->duration = duration;
  job->effect = effect;
  job->data = data;
  job->state = PROVIDER_JOB_STARTING;
  job->began = sim_clock_now (provider->clock);
  job->source = repository_object_to_path_text (vm->object);
  job->vm_name = g_strdup (repository_object_get_string (vm->object, "ElementName"));
  job->vm_guid = g_strdup (vm->guid);
  instance = new_instance (job, user);
  job->object = repository_create (provider->repository, instance, error);
  if (job->object == NULL) {
    provider_job_free (job);
    return NULL;
  }
  put_times (job);
  put_status (job);

  job->vm = vm;
  vm->job = job;
  job->exchange = provider->plan.exchange;
  if (vm->failure.error_code == 0)
    vm->failure = provider_plan_get_failure (provider);
  job->failure = vm->failure;
  vm->failure = (ProviderFailure){ 0 };
  job->timer = provider_add_timer (provider, starting_time (job), job_run, job);
  g_hash_table_insert (provider->jobs,
                       (gpointer)repository_object_get_string (job->object, "InstanceID"), job);
  if (!create_link (job, error)) {
    job_remove (job);
    return NULL;
  }
  return job;
}

/* ---- errors ---- */

static HypervCimInstance *
new_error (const ProviderJob *job, const char *message)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (PROVIDER_NAMESPACE, "Msvm_Error");
  g_autofree char *id = g_strdup_printf ("%u", job->failure.error_code);

  hyperv_cim_builder_add_unsigned (builder, "CIMStatusCode", HYPERV_CIM_TYPE_UINT32,
                                   CIM_ERR_FAILED);
  hyperv_cim_builder_add_string (builder, "CIMStatusCodeDescription", "CIM_ERR_FAILED");
  hyperv_cim_builder_add_string (builder, "ErrorSource", job->source);
  hyperv_cim_builder_add_unsigned (builder, "ErrorSourceFormat", HYPERV_CIM_TYPE_UINT16,
                                   SOURCE_IS_OBJECT_PATH);
  hyperv_cim_builder_add_unsigned (builder, "ErrorType", HYPERV_CIM_TYPE_UINT16,
                                   ERROR_TYPE_SOFTWARE);
  hyperv_cim_builder_add_string (builder, "Message", message);
  hyperv_cim_builder_add_string (builder, "MessageID", id);
  hyperv_cim_builder_add_string (builder, "OwningEntity", "Microsoft");
  hyperv_cim_builder_add_unsigned (builder, "PerceivedSeverity", HYPERV_CIM_TYPE_UINT16,
                                   SEVERITY_MAJOR);
  hyperv_cim_builder_add_unsigned (builder, "ProbableCause", HYPERV_CIM_TYPE_UINT16, 0);
  return hyperv_cim_builder_end (builder);
}

GPtrArray *
provider_job_dup_errors (ProviderJob *job)
{
  GPtrArray *errors;

  if (job->state != PROVIDER_JOB_EXCEPTION)
    return NULL;

  errors = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_cim_instance_unref);
  g_ptr_array_add (errors, new_error (job, job->general));
  g_ptr_array_add (errors, new_error (job, provider_text (job->provider, job->failure.text)));
  return errors;
}
