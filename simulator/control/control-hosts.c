/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/control/control-private.h"

#define NAMESPACE "root/virtualization/v2"
#define DEFAULT_REBOOT 60

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

  if (host == NULL || !hyperv_sim_host_reboot (host, (guint)MIN (seconds, G_MAXINT32), error))
    return NULL;
  return control_json_ok ();
}

/* ---- VMs ---- */

static GVariant *
find_vms (HypervSimHost *host, GError **error)
{
  g_autofree char *computer = hyperv_sim_host_get_setting (host, "values", "computer_name");
  g_autofree char *query = g_strdup_printf (
      "SELECT Name, ElementName, ProcessID FROM Msvm_ComputerSystem WHERE Name <> '%s'",
      computer != NULL ? computer : "");

  return hyperv_sim_host_query (host, NAMESPACE, query, error);
}

static JsonNode *
describe_vm (HypervSimHost *host, GVariant *row, GError **error)
{
  const char *uuid = "", *name = "";
  g_autofree char *state = NULL;
  JsonObject *object;
  guint64 process = 0;

  g_variant_lookup (row, "Name", "&s", &uuid);
  g_variant_lookup (row, "ElementName", "&s", &name);
  state = hyperv_sim_host_get_vm_state (host, uuid, error);
  if (state == NULL)
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "uuid", uuid);
  if (g_variant_lookup (row, "ProcessID", "t", &process))
    json_object_set_int_member (object, "id", (gint64)process);
  else
    json_object_set_null_member (object, "id");
  json_object_set_string_member (object, "state", state);
  return control_json_take (object);
}

JsonNode *
control_vms (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) rows = host != NULL ? find_vms (host, error) : NULL;
  g_autoptr (JsonArray) array = json_array_new ();

  if (rows == NULL)
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (rows); i++) {
    g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
    JsonNode *vm = describe_vm (host, row, error);

    if (vm == NULL)
      return NULL;
    json_array_add_element (array, vm);
  }
  return control_json_take_array (g_steal_pointer (&array));
}

static gboolean
is_vm (GVariant *row, const char *text)
{
  const char *uuid = "", *name = "";

  g_variant_lookup (row, "Name", "&s", &uuid);
  g_variant_lookup (row, "ElementName", "&s", &name);
  return g_ascii_strcasecmp (uuid, text) == 0 || g_utf8_collate (name, text) == 0;
}

static JsonNode *
find_vm (HypervSimHost *host, const char *text, GError **error)
{
  g_autofree char *state = hyperv_sim_host_get_vm_state (host, text, error);
  g_autoptr (GVariant) rows = state != NULL ? find_vms (host, error) : NULL;

  for (gsize i = 0; rows != NULL && i < g_variant_n_children (rows); i++) {
    g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

    if (is_vm (row, text))
      return describe_vm (host, row, error);
  }
  if (rows != NULL)
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_FOUND, "there is no VM \"%s\"",
                 text);
  return NULL;
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
