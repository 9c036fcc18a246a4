/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/hyperv-sim-host-private.h"

#define DEFAULT_ENVELOPE_KB 500
#define DEFAULT_CONNECTIONS 300

static gboolean
answer_fault (SimExchange *exchange, const char *name, gpointer data)
{
  HypervSimHost *self = data;

  return wsman_answer_fault (self->wsman, exchange, name);
}

static void
log_line (const char *line, gpointer data)
{
  HypervSimHost *self = data;

  if (self->log != NULL)
    self->log (line, self->log_data);
}

static RepositoryImage *
load_image (HypervSimHost *self, char **host_name, GError **error)
{
  g_autoptr (RepositoryImage) image = repository_image_get_builtin (error);
  const char *const *names;

  if (image == NULL)
    return NULL;
  names = repository_image_get_host_names (image);
  if (g_strv_contains (names, self->name)) {
    *host_name = g_strdup (self->name);
    return g_steal_pointer (&image);
  }
  if (!g_file_test (self->name, G_FILE_TEST_IS_DIR)) {
    g_autofree char *known = g_strjoinv (", ", (char **)names);

    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_HOST,
                 "there is no host “%s”: it is neither a folder nor one of %s", self->name, known);
    return NULL;
  }
  g_clear_pointer (&image, repository_image_unref);
  image = repository_image_load_host (self->name, error);
  if (image != NULL)
    *host_name = g_strdup (repository_image_get_host_names (image)[0]);
  return g_steal_pointer (&image);
}

static void
build_shells (HypervSimHost *self)
{
  Repository *repository = self->repository;
  const char *version = repository_get_setting (repository, "values", "os_version");

  if (version == NULL)
    version = repository_get_setting (repository, "host", "version");
  self->shells = shell_host_new (self->clock, repository_get_computer_name (repository),
                                 version != NULL ? version : "");
  shell_host_set_answer (self->shells, hyperv_sim_shell_answer, self);
  shell_host_set_script (self->shells, self->shell_script);
  wsman_add_shells (self->wsman, self->shells);
}

static Repository *
make_repository (HypervSimHost *self, GError **error)
{
  RepositoryOptions options = { self->settings.seed, self->settings.n_vms };

  if (self->image == NULL)
    self->image = load_image (self, &self->image_host, error);
  return self->image != NULL
             ? repository_new (self->image, self->image_host, self->clock, &options, error)
             : NULL;
}

/* A world that is made again while the doors stand open is told of them again; what it says of them
 * holds. */
static void
follow_config (HypervSimHost *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  if (self->listener == NULL)
    return;
  hyperv_sim_host_config_tell (self);
  if (hyperv_sim_host_config_apply (self, &error))
    return;
  line = g_strdup_printf ("winrm/config cannot be as it was: %s", error->message);
  log_line (line, self);
}

gboolean
hyperv_sim_host_build_world (HypervSimHost *self, const HypervSimSnapshot *snapshot, GError **error)
{
  if (snapshot != NULL)
    self->repository = repository_new_from_snapshot (snapshot->repository, self->clock, error);
  else
    self->repository = make_repository (self, error);
  if (self->repository == NULL)
    return FALSE;
  self->provider = provider_new (self->repository);
  if (snapshot != NULL)
    provider_restore (self->provider, snapshot->provider);
  self->wsman = wsman_new (self->repository, self->provider);
  build_shells (self);
  self->filters = sim_filter_chain_new (self->clock, self->context);
  sim_filter_chain_set_fault (self->filters, answer_fault, self);
  sim_filter_chain_set_actor (self->filters, hyperv_sim_host_act, self);
  sim_filter_chain_set_seed (self->filters, self->settings.seed);
  sim_filter_chain_set_exchanges_hold (self->filters, TRUE); /* see hyperv-sim-host-exchange.c */
  wsman_set_config_host (self->wsman, &hyperv_sim_host_config, self);
  follow_config (self);
  return TRUE;
}

/* Receives that wait are answered, and no filter holds that up or begins something more. */
static void
end_waits (HypervSimHost *self)
{
  if (self->filters != NULL)
    sim_filter_chain_clear (self->filters);
  if (self->shells != NULL)
    shell_host_end_waits (self->shells);
}

void
hyperv_sim_host_unbuild_world (HypervSimHost *self)
{
  if (self->reboot_timer != 0)
    sim_clock_remove_timer (self->clock, self->reboot_timer);
  self->reboot_timer = 0;
  end_waits (self);
  g_clear_pointer (&self->filters, sim_filter_chain_free);
  g_clear_pointer (&self->wsman, wsman_free);
  g_clear_pointer (&self->shells, shell_host_free);
  g_clear_pointer (&self->provider, provider_free);
  g_clear_pointer (&self->repository, repository_free);
}

static gboolean
make_certificate (HypervSimHost *self, SimCertificate **certificate, GError **error)
{
  HypervSimDoors *doors = &self->doors;

  *certificate = sim_certificate_new_faulty (repository_get_computer_name (self->repository),
                                             self->auth.server_certificate, error);
  if (*certificate == NULL)
    return FALSE;
  doors->fingerprint = g_strdup ((*certificate)->fingerprint);
  sim_certificate_describe ((*certificate)->certificate_pem, &doors->thumbprint,
                            &doors->certificate_name);
  doors->files = hyperv_sim_folder_new (error);
  if (doors->files == NULL)
    return FALSE;
  doors->folder = g_strdup (doors->files->path);
  doors->ca_file
      = hyperv_sim_folder_write (doors->files, "ca.pem", (*certificate)->authority_pem, error);
  return doors->ca_file != NULL;
}

static void
name_doors (HypervSimHost *self)
{
  HypervSimDoors *doors = &self->doors;
  gboolean is_v6 = strchr (self->settings.address, ':') != NULL;
  g_autofree char *host = g_strdup_printf (is_v6 ? "[%s]" : "%s", self->settings.address);
  g_autofree char *user = g_uri_escape_string (self->settings.user, NULL, FALSE);
  guint16 port = sim_listener_get_https_port (self->listener);

  if (port != 0) {
    g_autofree char *ca = g_uri_escape_string (doors->ca_file, "/", FALSE);

    doors->https_uri = g_strdup_printf ("hyperv://%s@%s:%u/?cacert=%s", user, host, port, ca);
    doors->https_endpoint = g_strdup_printf ("https://%s:%u/wsman", host, port);
  }
  port = sim_listener_get_http_port (self->listener);
  if (port != 0) {
    doors->http_uri = g_strdup_printf ("hyperv://%s@%s:%u/?transport=http", user, host, port);
    doors->http_endpoint = g_strdup_printf ("http://%s:%u/wsman", host, port);
  }
}

static gboolean
open_doors (HypervSimHost *self, GError **error)
{
  g_autoptr (SimCertificate) certificate = NULL;
  SimAccounts *accounts = self->accounts = sim_accounts_new ();
  SimListenerConfig config = {
    .address = self->settings.address,
    .http_port = self->settings.http_port,
    .https_port = self->settings.https_port,
    .http = self->settings.http,
    .https = self->settings.https,
    .accounts = accounts,
    .journal = self->journal,
    .clock = self->clock,
    .max_body
    = 1024 * repository_get_limit (self->repository, "MaxEnvelopeSizekb", DEFAULT_ENVELOPE_KB),
    .max_connections
    = repository_get_limit (self->repository, "MaxConnections", DEFAULT_CONNECTIONS),
    .receive_deadline_ms
    = 1000 * repository_get_limit (self->repository, "MaxPacketRetrievalTimeSeconds", 0),
    .alpn = repository_has_ability (self->repository, "tls-alpn"),
  };

  if (config.https && !make_certificate (self, &certificate, error))
    return FALSE;
  sim_accounts_set (accounts, self->settings.user, self->settings.password);
  config.certificate = certificate;
  if (!hyperv_sim_host_auth_configure (self, &config, error))
    return FALSE;
  self->listener = sim_listener_new (&config, hyperv_sim_host_handle, self);
  sim_listener_set_log (self->listener, log_line, self);
  if (!sim_listener_start (self->listener, error))
    return FALSE;
  name_doors (self);
  hyperv_sim_host_config_tell (self);
  return hyperv_sim_host_config_apply (self, error);
}

gboolean
hyperv_sim_host_build (HypervSimHost *self, GError **error)
{
  GError *local = NULL;

  if (hyperv_sim_host_build_world (self, NULL, &local) && open_doors (self, &local))
    return TRUE;
  if (local->domain == REPOSITORY_ERROR) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_HOST, "host “%s”: %s",
                 self->name, local->message);
    g_error_free (local);
  } else {
    g_propagate_error (error, local);
  }
  return FALSE;
}

void
hyperv_sim_host_unbuild (HypervSimHost *self)
{
  HypervSimDoors *doors = &self->doors;

  if (self->listener != NULL)
    sim_listener_stop (self->listener);
  end_waits (self);
  g_clear_pointer (&self->listener, sim_listener_free);
  hyperv_sim_host_unbuild_world (self);
  g_clear_pointer (&self->accounts, sim_accounts_unref);
  g_hash_table_remove_all (self->snapshots);
  g_clear_pointer (&self->kept, hyperv_sim_snapshot_free);
  g_clear_pointer (&self->image, repository_image_unref);
  g_clear_pointer (&self->image_host, g_free);

  g_clear_pointer (&doors->files, hyperv_sim_folder_free);
  g_free (doors->folder);
  g_free (doors->ca_file);
  g_free (doors->fingerprint);
  g_free (doors->thumbprint);
  g_free (doors->certificate_name);
  g_free (doors->https_uri);
  g_free (doors->http_uri);
  g_free (doors->https_endpoint);
  g_free (doors->http_endpoint);
  *doors = (HypervSimDoors){ 0 };
}
