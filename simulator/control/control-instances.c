/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/control/control-private.h"

/* Any instance of any class. */

#define DEFAULT_NAMESPACE "root/virtualization/v2"

static const char *
get_namespace (const ControlCall *call)
{
  const char *name_space = control_text (call, "namespace");

  return name_space != NULL ? name_space : DEFAULT_NAMESPACE;
}

static GVariant *
get_properties (const ControlCall *call)
{
  return g_variant_ref_sink (control_json_to_settings (
      json_object_get_object_member (call->arguments, "properties"), NULL));
}

JsonNode *
control_instances (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) rows = NULL;

  if (host == NULL)
    return NULL;
  rows = hyperv_sim_host_query (host, get_namespace (call), control_text (call, "query"), error);
  return rows != NULL ? control_json_from_variant (rows) : NULL;
}

JsonNode *
control_instance_create (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) properties = get_properties (call);
  g_autofree char *path = NULL;
  JsonObject *object;

  if (host == NULL)
    return NULL;
  path = hyperv_sim_host_create_instance (host, get_namespace (call), control_text (call, "class"),
                                          properties, error);
  if (path == NULL)
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "path", path);
  return control_json_take (object);
}

JsonNode *
control_instance_set (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) properties = get_properties (call);

  if (host == NULL
      || !hyperv_sim_host_set_instance (host, get_namespace (call), control_text (call, "path"),
                                        properties, error))
    return NULL;
  return control_json_ok ();
}

JsonNode *
control_instance_delete (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);

  if (host == NULL
      || !hyperv_sim_host_delete_instance (host, get_namespace (call), control_text (call, "path"),
                                           error))
    return NULL;
  return control_json_ok ();
}
