/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-host-private.h"

#include <string.h>

#include "client/base/hyperv-credentials-private.h"
#include "client/base/hyperv-error-private.h"
#include "client/hyperv/hyperv-fields-private.h"

/**
 * HypervHost:
 *
 * A Hyper-V host, reached over WS-Management. Any thread may call its functions; all network I/O of
 * one host happens on one thread of its own.
 */

G_DEFINE_FINAL_TYPE (HypervHost, hyperv_host, G_TYPE_OBJECT)

/* What is known about the host once it is open. */
#define OS_QUERY "SELECT Version, Caption, CSName FROM Win32_OperatingSystem"

typedef struct {
  char *version;
  char *caption;
  char *hostname;
} OperatingSystem;

static const HypervField os_fields[] = {
  { "Version", HYPERV_FIELD_STRING, HYPERV_FIELD_REQUIRED, offsetof (OperatingSystem, version) },
  { "Caption", HYPERV_FIELD_STRING, HYPERV_FIELD_OPTIONAL, offsetof (OperatingSystem, caption) },
  { "CSName", HYPERV_FIELD_STRING, HYPERV_FIELD_REQUIRED, offsetof (OperatingSystem, hostname) },
};

static void
hyperv_host_finalize (GObject *object)
{
  HypervHost *self = HYPERV_HOST (object);

  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->credentials, hyperv_credentials_unref);
  if (self->callback_destroy != NULL)
    self->callback_destroy (self->callback_data);
  g_clear_pointer (&self->uri, hyperv_uri_unref);
  g_clear_pointer (&self->release, hyperv_release_free);
  g_free (self->hostname);
  g_free (self->caption);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->prepared);
  G_OBJECT_CLASS (hyperv_host_parent_class)->finalize (object);
}

static void
hyperv_host_class_init (HypervHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hyperv_host_finalize;
}

static void
hyperv_host_init (HypervHost *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->prepared);
}

/**
 * hyperv_host_new: (constructor)
 * @uri: `hyperv://[user@]host[:port]/[?parameters]`
 * @error: HYPERV_ERROR_INVALID_ARGUMENT, naming place and reason
 *
 * Makes a host that is not open yet; nothing is sent.
 *
 * Returns: (transfer full) (nullable): the host
 */
HypervHost *
hyperv_host_new (const char *uri, GError **error)
{
  g_autoptr (HypervUri) parsed = NULL;
  HypervHost *self;

  g_return_val_if_fail (uri != NULL, NULL);

  parsed = hyperv_uri_parse (uri, error);
  if (parsed == NULL)
    return NULL;
  self = g_object_new (HYPERV_TYPE_HOST, NULL);
  self->uri = g_steal_pointer (&parsed);
  return self;
}

/**
 * hyperv_host_set_credentials:
 * @self: a host that is not open
 * @credentials: (nullable): user and password
 *
 * Says who logs in; otherwise libvirt's auth.conf is read and the callback asked.
 */
void
hyperv_host_set_credentials (HypervHost *self, HypervCredentials *credentials)
{
  g_return_if_fail (HYPERV_IS_HOST (self));
  g_return_if_fail (self->session == NULL);

  g_clear_pointer (&self->credentials, hyperv_credentials_unref);
  if (credentials != NULL)
    self->credentials = hyperv_credentials_ref (credentials);
}

/**
 * hyperv_host_set_credentials_callback:
 * @self: a host that is not open
 * @callback: (nullable) (scope notified) (closure user_data) (destroy destroy): asked for what no
 *   file tells
 * @user_data: for @callback
 * @destroy: (nullable): frees @user_data
 *
 * Says whom to ask for user and password. The callback runs once for each, before any I/O, in the
 * thread that opens the host.
 */
void
hyperv_host_set_credentials_callback (HypervHost *self, HypervCredentialsCallback callback,
                                      gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (HYPERV_IS_HOST (self));
  g_return_if_fail (self->session == NULL);

  if (self->callback_destroy != NULL)
    self->callback_destroy (self->callback_data);
  self->callback = callback;
  self->callback_data = user_data;
  self->callback_destroy = destroy;
}

/**
 * hyperv_host_set_clock:
 * @self: a host that is not open
 * @clock: (nullable): the clock for back-off, %NULL for the machine's
 *
 * Gives the host another clock, such as the virtual one of a simulated host.
 */
void
hyperv_host_set_clock (HypervHost *self, HypervClock *clock)
{
  g_return_if_fail (HYPERV_IS_HOST (self));
  g_return_if_fail (self->session == NULL);

  g_set_object (&self->clock, clock);
}

SessionWorker *
hyperv_host_get_worker (HypervHost *self)
{
  return session_get_worker (self->session);
}

HypervCimInstance *
hyperv_host_single (GPtrArray *instances, const char *class_name, GError **error)
{
  if (instances->len == 1)
    return g_ptr_array_index (instances, 0);
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
               "the host answered with %u instances of %s, expected one", instances->len,
               class_name);
  return NULL;
}

/* Opening: credentials, session, then the operating system on the worker. */

/* A certificate of ours says by itself who we are; so does a Kerberos ticket, when Kerberos was
 * asked for by name and no file knows a password: then nobody is asked. */
static gboolean
needs_no_password (HypervHost *self)
{
  const char *auth = hyperv_uri_get_auth (self->uri);

  return g_strcmp0 (auth, "certificate") == 0
         || (g_strcmp0 (auth, "kerberos") == 0 && session_has_ticket ());
}

static gboolean
find_credentials (HypervHost *self, GError **error)
{
  const char *host = hyperv_uri_get_host (self->uri);
  const char *user = hyperv_uri_get_user (self->uri);
  const char *file = hyperv_uri_get_auth_file (self->uri);

  if (needs_no_password (self))
    self->credentials = hyperv_credentials_find_quietly (host, user, file, error);
  else
    self->credentials
        = hyperv_credentials_find (host, user, file, self->callback, self->callback_data, error);
  return self->credentials != NULL;
}

static HypervSession *
make_session (HypervHost *self, GError **error)
{
  const char *auth = hyperv_uri_get_auth (self->uri);
  SessionConfig config = {
    .host = hyperv_uri_get_host (self->uri),
    .port = hyperv_uri_get_port (self->uri),
    .https = hyperv_uri_is_https (self->uri),
    .trust = hyperv_uri_get_trust (self->uri),
    .auth = auth,
    .spn = hyperv_uri_get_spn (self->uri),
    .certificate = hyperv_uri_get_certificate (self->uri),
    .allow_clear = hyperv_uri_has_transport (self->uri) && g_strcmp0 (auth, "basic") == 0,
    .proxy = hyperv_uri_get_proxy (self->uri),
    .clock = self->clock,
    .connect_timeout_ms = hyperv_uri_get_timeout (self->uri) * 1000,
    .operation_timeout_ms = hyperv_uri_get_timeout (self->uri) * 1000,
  };

  if (self->credentials == NULL && !find_credentials (self, error))
    return NULL;
  config.credentials = self->credentials;
  return session_new (&config, error);
}

/* One thread asks for credentials and makes the session; others that open the host meanwhile wait
 * for it, and try themselves when it failed. */
static gboolean
prepare (HypervHost *self, GError **error)
{
  HypervSession *session;

  g_mutex_lock (&self->lock);
  while (self->preparing != NULL && self->preparing != g_thread_self ())
    g_cond_wait (&self->prepared, &self->lock);
  if (self->session != NULL || self->preparing != NULL) {
    gboolean within = self->preparing != NULL;

    g_mutex_unlock (&self->lock);
    if (within)
      g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_STATE,
                   "opening %s: its own credentials callback opens it again",
                   hyperv_uri_get_host (self->uri));
    return !within;
  }
  self->preparing = g_thread_self ();
  g_mutex_unlock (&self->lock);

  session = make_session (self, error);

  g_mutex_lock (&self->lock);
  self->preparing = NULL;
  g_atomic_pointer_set (&self->session, session);
  g_cond_broadcast (&self->prepared);
  g_mutex_unlock (&self->lock);
  return session != NULL;
}

static gboolean
take_operating_system (HypervHost *self, GPtrArray *instances, GError **error)
{
  OperatingSystem os = { 0 };
  const HypervCimInstance *instance
      = hyperv_host_single (instances, "Win32_OperatingSystem", error);
  g_autoptr (HypervRelease) release = NULL;
  gboolean ok;

  ok = instance != NULL
       && hyperv_fields_read (os_fields, G_N_ELEMENTS (os_fields), instance, &os, error);
  if (ok)
    release = hyperv_release_parse (os.version, error);
  if (release != NULL && !hyperv_release_is_supported (release)) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
                 "%s runs Windows %s; Windows Server 2012 R2 (6.3) or newer is needed", os.hostname,
                 os.version);
    ok = FALSE;
  } else if (release != NULL && self->release == NULL) {
    self->hostname = g_strdup (os.hostname);
    self->caption = g_strdup (os.caption);
    g_atomic_pointer_set (&self->release, g_steal_pointer (&release));
  } else {
    ok = ok && release != NULL;
  }
  g_free (os.version);
  g_free (os.caption);
  g_free (os.hostname);
  return ok;
}

/* Faults and HTTP statuses do not say where they come from; what else went wrong mostly does. */
static void
name_host (HypervHost *self, GError *error)
{
  const char *host = hyperv_uri_get_host (self->uri);
  g_autofree char *cause = NULL;

  if (error->domain != HYPERV_ERROR
      || (hyperv_error_get_fault_subcode (error) == NULL && strstr (error->message, host) != NULL))
    return;
  cause = error->message;
  error->message = g_strdup_printf ("%s (opening %s)", cause, host);
}

static void
connect_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HypervHost *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) instances = session_query_finish (result, &error);

  if (instances == NULL || !take_operating_system (self, instances, &error)) {
    name_host (self, error);
    g_task_return_error (task, g_steal_pointer (&error));
  } else {
    g_task_return_boolean (task, TRUE);
  }
}

static void
connect_start (GTask *task, gpointer data)
{
  HypervHost *self = data;

  session_query_async (self->session, HOST_NAMESPACE_CIMV2, OS_QUERY, NULL, NULL,
                       g_task_get_cancellable (task), connect_read, g_object_ref (task));
}

/**
 * hyperv_host_connect:
 * @self: a host
 * @cancellable: (nullable): stops waiting
 * @error: HYPERV_ERROR, GIO's or TLS' domain
 *
 * Opens the host: finds the credentials (asking the callback in this thread, before any I/O),
 * connects, logs in, and learns name and release. Waits. A host that is open already is asked
 * again whether it answers; threads that open it at the same time share one connection.
 *
 * Returns: whether it is open
 */
gboolean
hyperv_host_connect (HypervHost *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), FALSE);

  if (!prepare (self, error))
    return FALSE;
  return session_worker_call_boolean (hyperv_host_get_worker (self), self, connect_start, self,
                                      NULL, cancellable, error);
}

/**
 * hyperv_host_connect_async:
 * @self: a host
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Opens the host. The credentials callback runs in this thread, before this returns.
 */
void
hyperv_host_connect_async (HypervHost *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GError *error = NULL;

  g_return_if_fail (HYPERV_IS_HOST (self));

  if (!prepare (self, &error))
    g_task_report_error (self, callback, user_data, hyperv_host_connect_async, error);
  else
    session_worker_call_async (hyperv_host_get_worker (self), self, connect_start, self, NULL,
                               cancellable, callback, user_data);
}

/**
 * hyperv_host_connect_finish:
 * @self: the host
 * @result: what the callback got
 * @error: as hyperv_host_connect()
 *
 * Takes the result of hyperv_host_connect_async(), in its callback; does not wait.
 *
 * Returns: whether it is open
 */
gboolean
hyperv_host_connect_finish (HypervHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HYPERV_IS_HOST (self), FALSE);
  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  if (g_task_get_source_tag (G_TASK (result)) == hyperv_host_connect_async)
    return g_task_propagate_boolean (G_TASK (result), error);
  return session_worker_call_finish_boolean (result, error);
}

/**
 * hyperv_host_open:
 * @uri: `hyperv://[user@]host[:port]/[?parameters]`
 * @credentials: (nullable): user and password; %NULL: libvirt's auth.conf
 * @cancellable: (nullable): stops waiting
 * @error: HYPERV_ERROR, GIO's or TLS' domain
 *
 * Opens a host in one call. Waits.
 *
 * Returns: (transfer full) (nullable): the host
 */
HypervHost *
hyperv_host_open (const char *uri, HypervCredentials *credentials, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (HypervHost) self = hyperv_host_new (uri, error);

  if (self == NULL)
    return NULL;
  hyperv_host_set_credentials (self, credentials);
  if (!hyperv_host_connect (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
open_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hyperv_host_connect_finish (HYPERV_HOST (source), result, &error))
    g_task_return_pointer (task, g_object_ref (source), g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hyperv_host_open_async:
 * @uri: `hyperv://[user@]host[:port]/[?parameters]`
 * @credentials: (nullable): user and password; %NULL: libvirt's auth.conf
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Opens a host.
 */
void
hyperv_host_open_async (const char *uri, HypervCredentials *credentials, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  GError *error = NULL;
  g_autoptr (HypervHost) self = hyperv_host_new (uri, &error);

  if (self == NULL) {
    g_task_return_error (task, error);
    return;
  }
  hyperv_host_set_credentials (self, credentials);
  hyperv_host_connect_async (self, cancellable, open_done, g_steal_pointer (&task));
}

/**
 * hyperv_host_open_finish:
 * @result: what the callback got
 * @error: as hyperv_host_open()
 *
 * Takes the result of hyperv_host_open_async(), in its callback; does not wait.
 *
 * Returns: (transfer full) (nullable): the host
 */
HypervHost *
hyperv_host_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hyperv_host_close:
 * @self: an open host
 *
 * Drops the connection. The next operation makes a new one.
 */
void
hyperv_host_close (HypervHost *self)
{
  g_return_if_fail (HYPERV_IS_HOST (self));

  if (hyperv_host_get_session (self) != NULL)
    session_close (hyperv_host_get_session (self));
}
