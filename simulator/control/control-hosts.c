/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/control/control-private.h"

#define DEFAULT_REBOOT 60
#define MAX_REBOOT 86400

static JsonNode *
describe_host (HypervSimHost *host)
{
  JsonObject *object = json_object_new ();
  g_autofree char *computer = hyperv_sim_host_get_setting (host, "values", "computer_name");
  const struct {
    const char *name;
    const char *text;
  } texts[] = {
    { "host", hyperv_sim_host_get_label (host) },
    { "release", hyperv_sim_host_get_name (host) },
    { "computer_name", computer },
    { "uri", hyperv_sim_host_get_uri (host) },
    { "endpoint", hyperv_sim_host_get_endpoint (host) },
    { "https_endpoint", hyperv_sim_host_get_https_endpoint (host) },
    { "http_endpoint", hyperv_sim_host_get_http_endpoint (host) },
    { "user", hyperv_sim_host_get_user (host) },
    { "ca_file", hyperv_sim_host_get_ca_file (host) },
    { "fingerprint", hyperv_sim_host_get_fingerprint (host) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    control_json_set_text (object, texts[i].name, texts[i].text);
  json_object_set_int_member (object, "requests", (gint64)hyperv_sim_host_get_n_requests (host));
  return control_json_take (object);
}

JsonNode *
control_hosts (ControlCall *call, GError **error)
{
  GPtrArray *hosts = hyperv_sim_site_get_hosts (call->site);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hosts->len; i++)
    json_array_add_element (array, describe_host (g_ptr_array_index (hosts, i)));
  return control_json_take_array (array);
}

JsonNode *
control_host_settings (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autofree char *value = NULL;
  JsonObject *object;

  if (host == NULL)
    return NULL;
  value = hyperv_sim_host_get_setting (host, control_text (call, "group"),
                                       control_text (call, "key"));
  object = json_object_new ();
  control_json_set_text (object, "value", value);
  return control_json_take (object);
}

JsonNode *
control_host_set (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);

  if (host == NULL
      || !hyperv_sim_host_set_setting (host, control_text (call, "group"),
                                       control_text (call, "key"), control_text (call, "value"),
                                       error))
    return NULL;
  return control_json_ok ();
}

JsonNode *
control_host_reboot (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  gint64 seconds = control_integer (call, "seconds", DEFAULT_REBOOT);

  if (host == NULL)
    return NULL;
  if (seconds > MAX_REBOOT) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "seconds: expected 0 to %d, found %" G_GINT64_FORMAT, MAX_REBOOT, seconds);
    return NULL;
  }
  return hyperv_sim_host_reboot (host, (guint)seconds, error) ? control_json_ok () : NULL;
}

/* ---- VMs ---- */

JsonNode *
control_vms (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) rows = host != NULL ? hyperv_sim_host_list_vms (host, NULL, error) : NULL;

  return rows != NULL ? control_json_from_variant (rows) : NULL;
}

static JsonNode *
find_vm (HypervSimHost *host, const char *text, GError **error)
{
  g_autoptr (GVariant) rows = hyperv_sim_host_list_vms (host, text, error);
  g_autoptr (GVariant) row = rows != NULL ? g_variant_get_child_value (rows, 0) : NULL;

  return row != NULL ? control_json_from_variant (row) : NULL;
}

JsonNode *
control_vm (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);

  return host != NULL ? find_vm (host, control_text (call, "vm"), error) : NULL;
}

JsonNode *
control_vm_state (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);

  if (host == NULL
      || !hyperv_sim_host_set_vm_state (host, control_text (call, "vm"),
                                        control_text (call, "state"), error))
    return NULL;
  return find_vm (host, control_text (call, "vm"), error);
}
