/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

#include <string.h>

/**
 * HypervSession:
 *
 * The verbs of WS-Management against one host, for whoever needs any WMI class. All network traffic
 * happens on one thread of its own, over one kept connection, one request at a time.
 */
G_DEFINE_FINAL_TYPE (HypervSession, hyperv_session, G_TYPE_OBJECT)

static gboolean
free_transport (gpointer data)
{
  transport_close (data);
  transport_unref (data);
  return G_SOURCE_REMOVE;
}

static void
hyperv_session_dispose (GObject *object)
{
  HypervSession *self = HYPERV_SESSION (object);
  gboolean first
      = self->worker != NULL && !self->disposed && session_worker_is_here (self->worker, NULL);

  self->disposed = TRUE;
  if (first)
    session_drain (self);
  G_OBJECT_CLASS (hyperv_session_parent_class)->dispose (object);
}

static void
hyperv_session_finalize (GObject *object)
{
  HypervSession *self = HYPERV_SESSION (object);

  /* A channel belongs to the worker's thread; after fork () its connection is the parent's, who
   * would be hung up on. */
  if (self->transport != NULL && session_worker_is_here (self->worker, NULL))
    g_main_context_invoke (session_worker_get_context (self->worker), free_transport,
                           g_steal_pointer (&self->transport));
  g_clear_pointer (&self->worker, session_worker_unref);
  g_clear_pointer (&self->trust, hyperv_trust_unref);
  g_clear_pointer (&self->credentials, hyperv_credentials_unref);
  g_clear_object (&self->clock);
  g_free (self->host);
  g_free (self->to);
  g_free (self->auth);
  g_free (self->spn);
  g_free (self->certificate);
  g_free (self->proxy);
  g_free (self->mechanism);
  g_free (self->tls_version);
  g_free (self->tls_cipher);
  g_free (self->scheme);
  g_free (self->fingerprint);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (hyperv_session_parent_class)->finalize (object);
}

static void
hyperv_session_class_init (HypervSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hyperv_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = hyperv_session_finalize;
}

static void
hyperv_session_init (HypervSession *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->queue);
}

HypervSession *
session_new (const SessionConfig *config, GError **error)
{
  g_autoptr (HypervSession) self = NULL;
  g_autofree char *name = NULL;
  const char *bracket;

  g_return_val_if_fail (config != NULL && config->host != NULL, NULL);

  if (*config->host == '\0' || config->port == 0) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "a session needs a host and a port: found were “%s” and %u", config->host,
                 config->port);
    return NULL;
  }
  self = g_object_new (HYPERV_TYPE_SESSION, NULL);
  self->host = g_strdup (config->host);
  self->port = config->port;
  self->https = config->https;
  bracket = strchr (config->host, ':');
  self->to = g_strdup_printf ("%s://%s%s%s:%u/wsman", config->https ? "https" : "http",
                              bracket != NULL ? "[" : "", config->host, bracket != NULL ? "]" : "",
                              config->port);
  self->auth = g_strdup (config->auth);
  self->spn = g_strdup (config->spn);
  self->certificate = g_strdup (config->certificate);
  self->proxy = g_strdup (config->proxy);
  self->allow_clear = config->allow_clear;
  self->trust = config->trust != NULL ? hyperv_trust_ref (config->trust) : NULL;
  self->credentials
      = config->credentials != NULL ? hyperv_credentials_ref (config->credentials) : NULL;
  self->clock
      = config->clock != NULL ? g_object_ref (config->clock) : hyperv_clock_new_monotonic ();
  self->connect_timeout_ms = config->connect_timeout_ms;
  self->reply_timeout_ms
      = config->operation_timeout_ms != 0 ? config->operation_timeout_ms : SESSION_REPLY_TIMEOUT_MS;
  /* The host is to say that it took too long, before we do. */
  self->operation_timeout_ms = self->reply_timeout_ms - self->reply_timeout_ms / 5;
  name = g_strdup_printf ("hyperv-%s", config->host);
  self->worker = session_worker_new (name);
  return g_steal_pointer (&self);
}

SessionWorker *
session_get_worker (HypervSession *self)
{
  return self->worker;
}

HypervClock *
session_get_clock (HypervSession *self)
{
  return self->clock;
}

Transport *
session_get_transport (HypervSession *self, GError **error)
{
  TransportConfig config = { .host = self->host,
                             .port = self->port,
                             .https = self->https,
                             .path = "/wsman",
                             .trust = self->trust,
                             .credentials = self->credentials,
                             .auth = self->auth,
                             .spn = self->spn,
                             .certificate = self->certificate,
                             .allow_clear = self->allow_clear,
                             .proxy = self->proxy,
                             .connect_timeout_ms = self->connect_timeout_ms,
                             .reply_timeout_ms = self->reply_timeout_ms };

  if (self->transport == NULL)
    self->transport = transport_new (&config, error);
  return self->transport;
}

static void
replace (char **where, const char *text)
{
  if (g_strcmp0 (*where, text) == 0)
    return;
  g_free (*where);
  *where = g_strdup (text);
}

void
session_note_transport (HypervSession *self, Transport *transport)
{
  g_mutex_lock (&self->lock);
  /* A channel that never got a reply says nothing. */
  if (transport_get_scheme (transport) != NULL) {
    replace (&self->scheme, transport_get_scheme (transport));
    replace (&self->mechanism, transport_get_mechanism (transport));
    replace (&self->tls_version, transport_get_tls_version (transport));
    replace (&self->tls_cipher, transport_get_tls_cipher (transport));
    self->sealed = transport_is_sealed (transport);
    self->bound = transport_is_bound (transport);
    self->encrypted = transport_is_encrypted (transport);
    self->verified = transport_is_verified (transport);
  }
  /* Of a host that was refused, too: people compare it. */
  if (transport_get_peer_fingerprint (transport) != NULL)
    replace (&self->fingerprint, transport_get_peer_fingerprint (transport));
  if (transport == self->transport)
    self->n_requests = transport_get_n_requests (transport);
  g_mutex_unlock (&self->lock);
}

static gboolean
close_on_worker (gpointer data)
{
  HypervSession *self = data;

  if (self->transport != NULL)
    transport_close (self->transport);
  return G_SOURCE_REMOVE;
}

void
session_close (HypervSession *self)
{
  g_return_if_fail (HYPERV_IS_SESSION (self));

  if (!session_worker_is_here (self->worker, NULL))
    return;
  /* Without a reference, which the worker would let go of: the session's end waits for what was
   * asked of the worker before (session-drain.c). */
  g_main_context_invoke (session_worker_get_context (self->worker), close_on_worker, self);
}

/**
 * hyperv_session_dup_auth_scheme:
 * @self: a session
 *
 * Returns how the user was authenticated, such as `basic`.
 *
 * Returns: (transfer full) (nullable): the scheme, or %NULL before the first reply
 */
char *
hyperv_session_dup_auth_scheme (HypervSession *self)
{
  char *scheme;

  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  g_mutex_lock (&self->lock);
  scheme = g_strdup (self->scheme);
  g_mutex_unlock (&self->lock);
  return scheme;
}

/**
 * hyperv_session_is_encrypted:
 * @self: a session
 *
 * Returns: whether requests and replies are encrypted, as of the last reply
 */
gboolean
hyperv_session_is_encrypted (HypervSession *self)
{
  gboolean encrypted;

  g_return_val_if_fail (HYPERV_IS_SESSION (self), FALSE);

  g_mutex_lock (&self->lock);
  encrypted = self->encrypted;
  g_mutex_unlock (&self->lock);
  return encrypted;
}

/**
 * hyperv_session_is_verified:
 * @self: a session
 *
 * Returns: whether the host's certificate was verified or pinned, as of the last reply
 */
gboolean
hyperv_session_is_verified (HypervSession *self)
{
  gboolean verified;

  g_return_val_if_fail (HYPERV_IS_SESSION (self), FALSE);

  g_mutex_lock (&self->lock);
  verified = self->verified;
  g_mutex_unlock (&self->lock);
  return verified;
}

/**
 * hyperv_session_dup_peer_fingerprint:
 * @self: a session
 *
 * Returns the SHA-256 of the host's certificate, in hexadecimal, as `pin=` takes it.
 *
 * Returns: (transfer full) (nullable): the fingerprint, or %NULL without TLS or a reply
 */
char *
hyperv_session_dup_peer_fingerprint (HypervSession *self)
{
  char *fingerprint;

  g_return_val_if_fail (HYPERV_IS_SESSION (self), NULL);

  g_mutex_lock (&self->lock);
  fingerprint = g_strdup (self->fingerprint);
  g_mutex_unlock (&self->lock);
  return fingerprint;
}

/**
 * hyperv_session_get_n_requests:
 * @self: a session
 *
 * Returns: how many requests were sent since the session was made
 */
guint64
hyperv_session_get_n_requests (HypervSession *self)
{
  guint64 n;

  g_return_val_if_fail (HYPERV_IS_SESSION (self), 0);

  g_mutex_lock (&self->lock);
  n = self->n_requests;
  g_mutex_unlock (&self->lock);
  return n;
}
