/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-site.h"

#include <string.h>

#include "client/base/hyperv-file-private.h"
#include "simulator/hyperv-sim-site-private.h"

#define MAX_SCENARIO (4 * 1024 * 1024) /* bytes of a file */

/**
 * HypervSimSite:
 *
 * Simulated hosts that belong together: one clock, one seed, one control API. All that can be done
 * to them is a table of verbs, behind hyperv_sim_site_do(), scenario files and HTTP alike.
 */
G_DEFINE_FINAL_TYPE (HypervSimSite, hyperv_sim_site, G_TYPE_OBJECT)

static void
hyperv_sim_site_finalize (GObject *object)
{
  HypervSimSite *self = HYPERV_SIM_SITE (object);

  hyperv_sim_site_stop (self);
  g_ptr_array_unref (self->hosts);
  g_object_unref (self->clock);
  g_free (self->control_address);
  if (self->control_token != NULL)
    explicit_bzero (self->control_token, strlen (self->control_token));
  g_free (self->control_token);
  g_hash_table_unref (self->marks);
  g_ptr_array_unref (self->snapshots);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->world);
  G_OBJECT_CLASS (hyperv_sim_site_parent_class)->finalize (object);
}

static void
hyperv_sim_site_class_init (HypervSimSiteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hyperv_sim_site_finalize;
}

static void
hyperv_sim_site_init (HypervSimSite *self)
{
  self->hosts = g_ptr_array_new_with_free_func (g_object_unref);
  self->clock = sim_clock_new (SIM_CLOCK_JUMP, 1, HYPERV_SIM_EPOCH);
  self->seed = 1;
  self->marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->snapshots = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->lock);
  g_mutex_init (&self->world);
}

/**
 * hyperv_sim_site_new: (constructor)
 *
 * Makes a site without hosts.
 *
 * Returns: (transfer full): the site
 */
HypervSimSite *
hyperv_sim_site_new (void)
{
  return g_object_new (HYPERV_SIM_TYPE_SITE, NULL);
}

/* The seed of the site for the first host, others for the next: their ids must not be the same. */
static void
seed_hosts (HypervSimSite *self)
{
  for (guint i = 0; i < self->hosts->len; i++)
    ((HypervSimHost *)g_ptr_array_index (self->hosts, i))->settings.seed = self->seed + i;
}

static char *
make_label (HypervSimSite *self, const char *name)
{
  g_autofree char *base = g_path_get_basename (name);
  char *label = g_strdup (base);

  for (guint i = 2; hyperv_sim_site_find_host (self, label) != NULL; i++) {
    g_free (label);
    label = g_strdup_printf ("%s-%u", base, i);
  }
  return label;
}

/**
 * hyperv_sim_site_add_host:
 * @self: a site that is not started
 * @host: a host that is not started, and of no other site
 *
 * Puts a host into the site: it gets the site's clock, and a seed of the site's. What it is called
 * there says hyperv_sim_host_get_label().
 */
void
hyperv_sim_site_add_host (HypervSimSite *self, HypervSimHost *host)
{
  g_return_if_fail (HYPERV_SIM_IS_SITE (self) && HYPERV_SIM_IS_HOST (host));
  g_return_if_fail (!self->running && host->thread == NULL && host->label == NULL);

  host->label = make_label (self, host->name);
  g_set_object (&host->clock, self->clock);
  g_ptr_array_add (self->hosts, g_object_ref (host));
  seed_hosts (self);
}

/**
 * hyperv_sim_site_set_seed:
 * @self: a site
 * @seed: 1 by default
 *
 * Chooses the random numbers of all hosts; of hosts that run from hyperv_sim_site_reset() on.
 */
void
hyperv_sim_site_set_seed (HypervSimSite *self, guint32 seed)
{
  g_return_if_fail (HYPERV_SIM_IS_SITE (self));

  g_mutex_lock (&self->lock);
  self->seed = seed;
  if (!self->running)
    seed_hosts (self);
  g_mutex_unlock (&self->lock);
}

/**
 * hyperv_sim_site_get_seed:
 * @self: a site
 *
 * Tells the seed of the first host; that of the nth one is n - 1 larger.
 *
 * Returns: its seed
 */
guint32
hyperv_sim_site_get_seed (HypervSimSite *self)
{
  guint32 seed;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self), 0);

  g_mutex_lock (&self->lock);
  seed = self->seed;
  g_mutex_unlock (&self->lock);
  return seed;
}

/**
 * hyperv_sim_site_set_control:
 * @self: a site that is not started
 * @address: an IP address of this machine
 * @port: port, 0 for any
 * @token: (nullable): what callers must show as `Authorization: Bearer TOKEN`
 * @error: HYPERV_SIM_ERROR_INVALID_ARGUMENT: an address that can be reached from elsewhere needs a
 *   token
 *
 * Opens the control API over HTTP when the site starts.
 *
 * Returns: whether it will
 */
gboolean
hyperv_sim_site_set_control (HypervSimSite *self, const char *address, guint16 port,
                             const char *token, GError **error)
{
  g_autoptr (GInetAddress) inet = NULL;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && !self->running, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  inet = g_inet_address_new_from_string (address);
  if (inet == NULL || (token != NULL && *token == '\0')) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT, "%s: %s", address,
                 inet == NULL ? "no IP address, expected such as 127.0.0.1" : "the token is empty");
    return FALSE;
  }
  if (token == NULL && !g_inet_address_get_is_loopback (inet)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: a control API that can be reached from elsewhere needs a token", address);
    return FALSE;
  }
  g_free (self->control_address);
  g_free (self->control_token);
  self->control_address = g_strdup (address);
  self->control_port = port;
  self->control_token = g_strdup (token);
  return TRUE;
}

/**
 * hyperv_sim_site_set_clock_mode:
 * @self: a site
 * @mode: how time passes
 * @rate: with %HYPERV_SIM_CLOCK_REAL, how many times as fast as on the machine
 *
 * Chooses how time passes on all hosts.
 */
void
hyperv_sim_site_set_clock_mode (HypervSimSite *self, HypervSimClockMode mode, double rate)
{
  static const SimClockMode modes[] = { SIM_CLOCK_JUMP, SIM_CLOCK_REAL, SIM_CLOCK_STEPPED };

  g_return_if_fail (HYPERV_SIM_IS_SITE (self));
  g_return_if_fail (mode < G_N_ELEMENTS (modes));
  g_return_if_fail (mode != HYPERV_SIM_CLOCK_REAL || rate > 0);

  sim_clock_set_mode (self->clock, modes[mode], rate);
}

/**
 * hyperv_sim_site_get_clock:
 * @self: a site
 *
 * Gives the clock that all hosts of the site have, for hyperv_host_set_clock(): the client then
 * waits by virtual time.
 *
 * Returns: (transfer none): its clock, which a client can be given too
 */
HypervClock *
hyperv_sim_site_get_clock (HypervSimSite *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self), NULL);

  return HYPERV_CLOCK (self->clock);
}

/* ---- life ---- */

/**
 * hyperv_sim_site_start:
 * @self: a site that is not started
 * @error: as hyperv_sim_host_start()
 *
 * Starts all hosts, and the control API. When this returns, they accept connections.
 *
 * Returns: whether all run; if not, none does
 */
gboolean
hyperv_sim_site_start (HypervSimSite *self, GError **error)
{
  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && !self->running, FALSE);

  seed_hosts (self); /* another one may have been chosen while they ran */
  self->start_mode = sim_clock_get_mode (self->clock);
  self->start_rate = sim_clock_get_rate (self->clock);
  self->running = TRUE;
  for (guint i = 0; i < self->hosts->len; i++) {
    if (hyperv_sim_host_start (g_ptr_array_index (self->hosts, i), error))
      continue;
    hyperv_sim_site_stop (self);
    return FALSE;
  }
  if (self->control_address == NULL)
    return TRUE;
  self->control = control_server_new (self, self->control_address, self->control_port,
                                      self->control_token, error);
  if (self->control == NULL)
    hyperv_sim_site_stop (self);
  return self->control != NULL;
}

/**
 * hyperv_sim_site_stop:
 * @self: a site
 *
 * Stops the control API and all hosts. Snapshots are gone.
 */
void
hyperv_sim_site_stop (HypervSimSite *self)
{
  g_return_if_fail (HYPERV_SIM_IS_SITE (self));

  g_clear_pointer (&self->control, control_server_free);
  for (guint i = 0; i < self->hosts->len; i++)
    hyperv_sim_host_stop (g_ptr_array_index (self->hosts, i));
  g_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->marks);
  g_ptr_array_set_size (self->snapshots, 0);
  g_mutex_unlock (&self->lock);
  self->running = FALSE;
}

/**
 * hyperv_sim_site_get_hosts:
 * @self: a site
 *
 * Lists the hosts. The list belongs to the site.
 *
 * Returns: (transfer none) (element-type HypervSimHost): its hosts, in the order of adding
 */
GPtrArray *
hyperv_sim_site_get_hosts (HypervSimSite *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self), NULL);

  return self->hosts;
}

/**
 * hyperv_sim_site_find_host:
 * @self: a site
 * @label: as hyperv_sim_host_get_label() says
 *
 * Finds a host of the site by its label.
 *
 * Returns: (transfer none) (nullable): the host
 */
HypervSimHost *
hyperv_sim_site_find_host (HypervSimSite *self, const char *label)
{
  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && label != NULL, NULL);

  for (guint i = 0; i < self->hosts->len; i++)
    if (strcmp (hyperv_sim_host_get_label (g_ptr_array_index (self->hosts, i)), label) == 0)
      return g_ptr_array_index (self->hosts, i);
  return NULL;
}

/**
 * hyperv_sim_site_get_control_uri:
 * @self: a site
 *
 * Tells where the control API answers.
 *
 * Returns: (nullable): `http://127.0.0.1:PORT/v1`, while the control API is open
 */
const char *
hyperv_sim_site_get_control_uri (HypervSimSite *self)
{
  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self), NULL);

  return self->control != NULL ? control_server_get_uri (self->control) : NULL;
}

/* ---- verbs ---- */

/**
 * hyperv_sim_site_do:
 * @self: a site that runs
 * @call: a call as JSON, such as `{"do": "vm-state", "vm": "db01", "state": "running"}`, or an
 *   array of calls, done in order until one fails
 * @error: HYPERV_SIM_ERROR, with line and place in the JSON
 *
 * Does what the control API can do. hyperv_sim_get_verbs() tells what that is.
 *
 * Returns: (transfer full) (nullable): the result as JSON, of an array an array
 */
char *
hyperv_sim_site_do (HypervSimSite *self, const char *call, GError **error)
{
  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && call != NULL, NULL);

  return control_do (self, call, strlen (call), NULL, NULL, error);
}

/**
 * hyperv_sim_site_run_file:
 * @self: a site that runs
 * @file: (type filename): a scenario: a JSON array of calls
 * @error: HYPERV_SIM_ERROR, with file, line and place; what could not be read
 *
 * Does all calls of a file in order. They are all checked before the first one is done.
 *
 * Returns: whether all were done
 */
gboolean
hyperv_sim_site_run_file (HypervSimSite *self, const char *file, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *result = NULL;
  gsize length = 0;

  g_return_val_if_fail (HYPERV_SIM_IS_SITE (self) && file != NULL, FALSE);

  text = hyperv_file_read (file, HYPERV_FILE_STREAM, MAX_SCENARIO, &length, error);
  if (text == NULL)
    return FALSE;
  if (strlen (text) != length) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: expected text, found a NUL at byte %zu", file, strlen (text) + 1);
    return FALSE;
  }
  result = control_do (self, text, length, file, NULL, error);
  return result != NULL;
}

/**
 * hyperv_sim_get_verbs:
 * @format: `text`, `openapi` or `schema`
 *
 * Describes the verbs: for people, as OpenAPI document of the control API, or as JSON schema of
 * scenario files.
 *
 * Returns: (transfer full) (nullable): the text; %NULL for another format
 */
char *
hyperv_sim_get_verbs (const char *format)
{
  g_return_val_if_fail (format != NULL, NULL);

  return control_describe (format);
}
