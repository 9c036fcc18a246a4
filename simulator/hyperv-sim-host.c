/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host.h"

#include <string.h>

#include "simulator/hyperv-sim-host-private.h"

/**
 * HypervSimHost:
 *
 * One simulated Hyper-V host: a model of Windows that answers on a real socket. Its thread is its
 * own; any thread may call. One object holds all state: there may be hundreds in a process.
 */
G_DEFINE_FINAL_TYPE (HypervSimHost, hyperv_sim_host, G_TYPE_OBJECT)

#define JOURNAL_CAPACITY 4096
/* So often the host's thread gets its turn while the clock moves; more than there are timers. */
#define ROUNDS_MAX 100000
#define DEFAULT_USER "administrator"
#define DEFAULT_ADDRESS "127.0.0.1"

static void
hyperv_sim_host_finalize (GObject *object)
{
  HypervSimHost *self = HYPERV_SIM_HOST (object);

  hyperv_sim_host_stop (self);
  if (self->log_destroy != NULL)
    self->log_destroy (self->log_data);
  hyperv_sim_host_set_shell_callback (self, NULL, NULL, NULL);
  g_clear_pointer (&self->shell_script, shell_script_free);
  g_free (self->name);
  g_free (self->label);
  g_hash_table_unref (self->snapshots);
  g_free (self->settings.address);
  g_free (self->settings.user);
  g_free (self->settings.password);
  hyperv_sim_host_auth_clear (&self->auth);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->journal, sim_journal_unref);
  g_mutex_clear (&self->running);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (hyperv_sim_host_parent_class)->finalize (object);
}

static void
hyperv_sim_host_class_init (HypervSimHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hyperv_sim_host_finalize;
}

static void
hyperv_sim_host_init (HypervSimHost *self)
{
  self->settings = (HypervSimSettings){ .seed = 1,
                                        .https = TRUE,
                                        .address = g_strdup (DEFAULT_ADDRESS),
                                        .user = g_strdup (DEFAULT_USER),
                                        .password = g_uuid_string_random () };
  g_mutex_init (&self->running);
  g_mutex_init (&self->lock);
  self->snapshots
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, hyperv_sim_snapshot_free);
  hyperv_sim_host_auth_init (&self->auth);
  self->clock = sim_clock_new (SIM_CLOCK_JUMP, 1, HYPERV_SIM_EPOCH);
  self->journal = sim_journal_new (JOURNAL_CAPACITY);
}

/**
 * hyperv_sim_host_new: (constructor)
 * @name: a release (`2012r2`, `2016`, `2019`), or a folder that holds a host
 *
 * Makes a host that is not started yet; whether it exists shows at the start.
 *
 * Returns: (transfer full): the host
 */
HypervSimHost *
hyperv_sim_host_new (const char *name)
{
  HypervSimHost *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (HYPERV_SIM_TYPE_HOST, NULL);
  self->name = g_strdup (name);
  return self;
}

/**
 * hyperv_sim_host_set_n_vms:
 * @self: a host that is not started
 * @n_vms: how many VMs are generated besides the host's own
 *
 * Gives the host more VMs, the same for the same seed.
 */
void
hyperv_sim_host_set_n_vms (HypervSimHost *self, guint n_vms)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL);

  self->settings.n_vms = n_vms;
}

/**
 * hyperv_sim_host_set_seed:
 * @self: a host that is not started
 * @seed: 1 by default
 *
 * Chooses the random numbers of the host: ids, generated VMs.
 */
void
hyperv_sim_host_set_seed (HypervSimHost *self, guint32 seed)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL);

  self->settings.seed = seed;
}

/**
 * hyperv_sim_host_set_transports:
 * @self: a host that is not started
 * @https: whether it answers over HTTPS, as by default
 * @http: whether it answers over HTTP
 *
 * Chooses the transports.
 */
void
hyperv_sim_host_set_transports (HypervSimHost *self, gboolean https, gboolean http)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL);
  g_return_if_fail (https || http);

  self->settings.https = https;
  self->settings.http = http;
}

/**
 * hyperv_sim_host_set_listen:
 * @self: a host that is not started
 * @address: an IP address of this machine, `127.0.0.1` by default
 * @https_port: port, 0 for any
 * @http_port: port, 0 for any
 *
 * Chooses where the host answers.
 */
void
hyperv_sim_host_set_listen (HypervSimHost *self, const char *address, guint16 https_port,
                            guint16 http_port)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL);
  g_return_if_fail (address != NULL);

  g_free (self->settings.address);
  self->settings.address = g_strdup (address);
  self->settings.https_port = https_port;
  self->settings.http_port = http_port;
}

/**
 * hyperv_sim_host_set_account:
 * @self: a host that is not started
 * @user: name of the account, `administrator` by default
 * @password: its password, random by default
 *
 * Chooses who may log in.
 */
void
hyperv_sim_host_set_account (HypervSimHost *self, const char *user, const char *password)
{
  char *new_user, *new_password;

  g_return_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL);
  g_return_if_fail (user != NULL && password != NULL);

  new_user = g_strdup (user); /* either may be what the host has now */
  new_password = g_strdup (password);
  g_free (self->settings.user);
  g_free (self->settings.password);
  self->settings.user = new_user;
  self->settings.password = new_password;
}

/**
 * hyperv_sim_host_set_clock_mode:
 * @self: a host
 * @mode: how time passes
 * @rate: with %HYPERV_SIM_CLOCK_REAL, how many times as fast as on the machine
 *
 * Chooses how time passes; also while the host runs.
 */
void
hyperv_sim_host_set_clock_mode (HypervSimHost *self, HypervSimClockMode mode, double rate)
{
  static const SimClockMode modes[] = { SIM_CLOCK_JUMP, SIM_CLOCK_REAL, SIM_CLOCK_STEPPED };

  g_return_if_fail (HYPERV_SIM_IS_HOST (self));
  g_return_if_fail (mode < G_N_ELEMENTS (modes));
  g_return_if_fail (mode != HYPERV_SIM_CLOCK_REAL || rate > 0);

  sim_clock_set_mode (self->clock, modes[mode], rate);
}

static void
turn_round (HypervSimHost *self, gpointer data)
{
  (void)self;
  (void)data;
}

/**
 * hyperv_sim_host_advance:
 * @self: a host whose clock is not %HYPERV_SIM_CLOCK_REAL
 * @microseconds: how far
 *
 * Moves the clock on. What falls due happens in order, and has happened when this returns, unless
 * it is up to a main context that nobody iterates.
 */
void
hyperv_sim_host_advance (HypervSimHost *self, gint64 microseconds)
{
  gint64 target;

  g_return_if_fail (HYPERV_SIM_IS_HOST (self));
  g_return_if_fail (microseconds >= 0);
  g_return_if_fail (microseconds <= G_MAXINT64 / 2);
  g_return_if_fail (sim_clock_get_mode (self->clock) != SIM_CLOCK_REAL);

  target = sim_clock_now (self->clock) + microseconds;
  sim_clock_advance (self->clock, microseconds);
  for (guint i = 0; i < ROUNDS_MAX && sim_clock_now (self->clock) < target; i++)
    /* somebody else may let time pass by itself meanwhile */
    if (sim_clock_get_mode (self->clock) == SIM_CLOCK_REAL
        || !hyperv_sim_host_call (self, turn_round, NULL))
      return;
}

/**
 * hyperv_sim_host_set_log:
 * @self: a host that is not started
 * @log: (nullable) (scope notified) (closure user_data) (destroy destroy): gets the lines
 * @user_data: for @log
 * @destroy: (nullable): frees @user_data
 *
 * Says who gets a line for each refusal.
 */
void
hyperv_sim_host_set_log (HypervSimHost *self, HypervSimLog log, gpointer user_data,
                         GDestroyNotify destroy)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL);

  if (self->log_destroy != NULL)
    self->log_destroy (self->log_data);
  self->log = log;
  self->log_data = user_data;
  self->log_destroy = destroy;
}

/**
 * hyperv_sim_host_get_clock:
 * @self: a host
 *
 * Gives the host's clock, for hyperv_host_set_clock(): the client then waits by virtual time.
 *
 * Returns: (transfer none): its clock, which a client can be given too
 */
HypervClock *
hyperv_sim_host_get_clock (HypervSimHost *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  return HYPERV_CLOCK (self->clock);
}

#define DEFINE_GETTER(name, member)                                                                \
  const char *hyperv_sim_host_get_##name (HypervSimHost *self)                                     \
  {                                                                                                \
    g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);                                        \
    return self->member;                                                                           \
  }

/**
 * hyperv_sim_host_get_name:
 * @self: a host
 *
 * Tells what the host was made of.
 *
 * Returns: the release or folder that it was made from
 */
DEFINE_GETTER (name, name)

/**
 * hyperv_sim_host_get_label:
 * @self: a host
 *
 * Tells what the host is called in its site.
 *
 * Returns: what it is called in its site: `2019`, or `2019-2` when there is another `2019`
 */
const char *
hyperv_sim_host_get_label (HypervSimHost *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  return self->label != NULL ? self->label : self->name;
}

/**
 * hyperv_sim_host_get_https_uri:
 * @self: a host
 *
 * Tells the URI of the host over HTTPS; %NULL before the start and without that transport.
 *
 * Returns: (nullable): `hyperv://` URI over HTTPS, with `cacert=`
 */
DEFINE_GETTER (https_uri, doors.https_uri)

/**
 * hyperv_sim_host_get_http_uri:
 * @self: a host
 *
 * Tells the URI of the host over HTTP; %NULL before the start and without that transport.
 *
 * Returns: (nullable): `hyperv://` URI over HTTP
 */
DEFINE_GETTER (http_uri, doors.http_uri)

/**
 * hyperv_sim_host_get_https_endpoint:
 * @self: a host
 *
 * Tells where the host answers over HTTPS; %NULL before the start and without that transport.
 *
 * Returns: (nullable): `https://…/wsman`, for any other client
 */
DEFINE_GETTER (https_endpoint, doors.https_endpoint)

/**
 * hyperv_sim_host_get_http_endpoint:
 * @self: a host
 *
 * Tells where the host answers over HTTP; %NULL before the start and without that transport.
 *
 * Returns: (nullable): `http://…/wsman`, for any other client
 */
DEFINE_GETTER (http_endpoint, doors.http_endpoint)

/**
 * hyperv_sim_host_get_user:
 * @self: a host
 *
 * Tells the account.
 *
 * Returns: who may log in
 */
DEFINE_GETTER (user, settings.user)

/**
 * hyperv_sim_host_get_password:
 * @self: a host
 *
 * Tells the password, which is random unless hyperv_sim_host_set_account() said another.
 *
 * Returns: the password of the account
 */
DEFINE_GETTER (password, settings.password)

/**
 * hyperv_sim_host_get_ca_file:
 * @self: a host
 *
 * Tells where the certificate is that clients are to trust.
 *
 * Returns: (nullable): PEM file of the certificate, which is its own CA; lives until the stop
 */
DEFINE_GETTER (ca_file, doors.ca_file)

/**
 * hyperv_sim_host_get_fingerprint:
 * @self: a host
 *
 * Tells the fingerprint of the certificate.
 *
 * Returns: (nullable): SHA-256 of the certificate in hex, for `pin=sha256:`
 */
DEFINE_GETTER (fingerprint, doors.fingerprint)

/**
 * hyperv_sim_host_get_folder:
 * @self: a host
 *
 * Tells where the files of the host are, and where a test may put its own.
 *
 * Returns: (nullable): private folder (mode 0700) of the host's files; lives until the stop
 */
DEFINE_GETTER (folder, doors.folder)

/**
 * hyperv_sim_host_get_uri:
 * @self: a host
 *
 * Tells the URI of the host, for hyperv_host_open(); %NULL before the start.
 *
 * Returns: (nullable): `hyperv://` URI of the host, over HTTPS if it answers there
 */
const char *
hyperv_sim_host_get_uri (HypervSimHost *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  return self->doors.https_uri != NULL ? self->doors.https_uri : self->doors.http_uri;
}

/**
 * hyperv_sim_host_get_endpoint:
 * @self: a host
 *
 * Tells where the host answers, for clients that know no `hyperv://`.
 *
 * Returns: (nullable): `https://…/wsman`, or `http://…/wsman` if it answers over HTTP only
 */
const char *
hyperv_sim_host_get_endpoint (HypervSimHost *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), NULL);

  return self->doors.https_endpoint != NULL ? self->doors.https_endpoint
                                            : self->doors.http_endpoint;
}

/**
 * hyperv_sim_get_host_names:
 *
 * Lists what hyperv_sim_host_new() takes besides folders.
 *
 * Returns: (transfer full): the names of the shipped hosts
 */
char **
hyperv_sim_get_host_names (void)
{
  g_autoptr (RepositoryImage) image = repository_image_get_builtin (NULL);

  return image != NULL ? g_strdupv ((char **)repository_image_get_host_names (image))
                       : g_new0 (char *, 1);
}

/**
 * hyperv_sim_get_digest:
 *
 * Tells apart fixtures: `hyperv-sim --version` prints it, too.
 *
 * Returns: hex digest of the shipped schema and hosts
 */
const char *
hyperv_sim_get_digest (void)
{
  g_autoptr (RepositoryImage) image = repository_image_get_builtin (NULL);

  return image != NULL ? repository_image_get_digest (image) : "";
}
