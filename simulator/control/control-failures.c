/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/control/control-private.h"

JsonNode *
control_failures (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) rows = host != NULL ? hyperv_sim_host_get_filters (host) : NULL;

  return rows != NULL ? control_json_from_variant (rows) : NULL;
}

JsonNode *
control_failure_add (ControlCall *call, GError **error)
{
  static const char *const ours[] = { "do", "host", "filter", NULL };
  HypervSimHost *host = control_host (call, error);
  JsonObject *object;
  guint id;

  if (host == NULL)
    return NULL;
  id = hyperv_sim_host_add_filter (host, control_text (call, "filter"),
                                   control_json_to_settings (call->arguments, ours), error);
  if (id == 0)
    return NULL;
  object = json_object_new ();
  json_object_set_int_member (object, "id", id);
  return control_json_take (object);
}

JsonNode *
control_failure_remove (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  gint64 id = control_integer (call, "id", 0);

  if (host == NULL)
    return NULL;
  if (id <= G_MAXUINT && hyperv_sim_host_remove_filter (host, (guint)id))
    return control_json_ok ();
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_FOUND,
               "there is no failure %" G_GINT64_FORMAT, id);
  return NULL;
}

JsonNode *
control_failures_clear (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);

  if (host == NULL)
    return NULL;
  hyperv_sim_host_clear_filters (host);
  return control_json_ok ();
}

JsonNode *
control_filters (ControlCall *call, GError **error)
{
  g_autoptr (GVariant) rows = hyperv_sim_get_filters ();

  return control_json_from_variant (rows);
}

JsonNode *
control_causes (ControlCall *call, GError **error)
{
  g_autoptr (GVariant) rows = hyperv_sim_get_causes ();

  return control_json_from_variant (rows);
}

JsonNode *
control_faults (ControlCall *call, GError **error)
{
  g_autoptr (GVariant) rows = hyperv_sim_get_faults ();

  return control_json_from_variant (rows);
}
