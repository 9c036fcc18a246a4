/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

/* winrm/config and the listener: the one says what the other does. What it says lies in the world
 * (so snapshots and resets have it), and is followed after every change. */

#define DEFAULT_ENVELOPE_KB 500
#define DEFAULT_CONNECTIONS 300

static void
tell (HypervSimHost *self, const char *key, const char *text)
{
  repository_set_setting (self->repository, "config", key, text);
}

static void
tell_port (HypervSimHost *self, const char *key, guint16 port)
{
  g_autofree char *text = port != 0 ? g_strdup_printf ("%u", port) : g_strdup ("");

  tell (self, key, text);
}

void
hyperv_sim_host_config_tell (HypervSimHost *self)
{
  hyperv_sim_host_auth_tell (self);
  tell_port (self, "Listener.HTTP.Port", sim_listener_get_http_port (self->listener));
  tell_port (self, "Listener.HTTPS.Port", sim_listener_get_https_port (self->listener));
  tell (self, "Listener.Address", self->settings.address);
  if (self->doors.thumbprint != NULL)
    tell (self, "Certificate.Thumbprint", self->doors.thumbprint);
  if (self->doors.certificate_name != NULL)
    tell (self, "Certificate.Name", self->doors.certificate_name);
}

static gboolean
follow_places (HypervSimHost *self, GError **error)
{
  g_autoptr (GPtrArray) wanted = wsman_list_places (self->wsman);
  g_autofree SimListenerPlace *places = g_new0 (SimListenerPlace, wanted->len + 1);

  for (guint i = 0; i < wanted->len; i++) {
    const WsmanPlace *place = g_ptr_array_index (wanted, i);

    places[i] = (SimListenerPlace){ place->address, place->port, place->secure, place->path };
  }
  return sim_listener_listen (self->listener, places, wanted->len, error);
}

gboolean
hyperv_sim_host_config_apply (gpointer data, GError **error)
{
  HypervSimHost *self = data;
  SimListenerSettings settings = {
    .max_body
    = 1024
      * CLAMP (repository_get_limit (self->repository, "MaxEnvelopeSizekb", DEFAULT_ENVELOPE_KB), 1,
               G_MAXUINT32),
    .max_connections
    = (guint)CLAMP (repository_get_limit (self->repository, "MaxConnections", DEFAULT_CONNECTIONS),
                    1, G_MAXINT),
    .receive_deadline_ms = (guint)MIN (
        1000 * repository_get_limit (self->repository, "MaxPacketRetrievalTimeSeconds", 0),
        G_MAXINT),
  };

  if (self->listener == NULL)
    return TRUE;
  if (!follow_places (self, error))
    return FALSE;
  hyperv_sim_host_auth_follow (self, &settings);
  sim_listener_configure (self->listener, &settings);
  return TRUE;
}

static gboolean
has_account (gpointer data, const char *user, const char *password)
{
  HypervSimHost *self = data;
  g_autofree char *spelling
      = self->accounts != NULL ? sim_accounts_check (self->accounts, user, password) : NULL;

  return spelling != NULL;
}

const WsmanConfigHost hyperv_sim_host_config
    = { .apply = hyperv_sim_host_config_apply, .has_account = has_account };
