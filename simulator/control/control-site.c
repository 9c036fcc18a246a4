/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "simulator/control/control-private.h"

#define MAX_SECONDS (100.0 * 365 * 86400)
#define DEFAULT_LIMIT 86400

/* ---- time ---- */

JsonNode *
control_clock (ControlCall *call, GError **error)
{
  g_autoptr (GVariant) time = hyperv_sim_site_get_time (call->site);

  return control_json_from_variant (time);
}

static gboolean
get_seconds (const ControlCall *call, const char *name, double fallback, gint64 *microseconds,
             GError **error)
{
  double seconds = control_number (call, name, fallback);

  if (isfinite (seconds) && seconds >= 0 && seconds <= MAX_SECONDS) {
    *microseconds = (gint64)(seconds * G_USEC_PER_SEC);
    return TRUE;
  }
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "%s: expected 0 to %.0f seconds, found %g", name, MAX_SECONDS, seconds);
  return FALSE;
}

JsonNode *
control_clock_set (ControlCall *call, GError **error)
{
  static const struct {
    const char *name;
    HypervSimClockMode mode;
  } modes[] = {
    { "jump", HYPERV_SIM_CLOCK_JUMP },
    { "real", HYPERV_SIM_CLOCK_REAL },
    { "stepped", HYPERV_SIM_CLOCK_STEPPED },
  };
  double rate = control_number (call, "rate", 1);

  if (control_has (call, "rate") && g_strcmp0 (control_text (call, "mode"), "real") != 0) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "rate: goes with mode \"real\" only, found mode \"%s\"",
                 control_text (call, "mode"));
    return NULL;
  }
  if (!isfinite (rate) || rate <= 0 || rate > 1e6) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "rate: expected more than 0 and at most 1000000, found %g", rate);
    return NULL;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_strcmp0 (modes[i].name, control_text (call, "mode")) == 0)
      hyperv_sim_site_set_clock_mode (call->site, modes[i].mode, rate);
  return control_clock (call, error);
}

JsonNode *
control_clock_advance (ControlCall *call, GError **error)
{
  g_autoptr (GVariant) time = hyperv_sim_site_get_time (call->site);
  const char *mode = "";
  gint64 microseconds;

  if (!get_seconds (call, "seconds", 0, &microseconds, error))
    return NULL;
  g_variant_lookup (time, "mode", "&s", &mode);
  if (g_strcmp0 (mode, "real") == 0) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "the clock is real and moves by itself; set it to stepped or jump first");
    return NULL;
  }
  hyperv_sim_site_advance (call->site, microseconds);
  return control_clock (call, error);
}

JsonNode *
control_clock_run (ControlCall *call, GError **error)
{
  gint64 limit;
  guint left;

  if (!get_seconds (call, "limit", DEFAULT_LIMIT, &limit, error))
    return NULL;
  left = hyperv_sim_site_run_until_idle (call->site, limit);
  if (left == 0)
    return control_clock (call, error);
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_EXPECTATION,
               "%u things are still due after %" G_GINT64_FORMAT " seconds of the clock", left,
               limit / G_USEC_PER_SEC);
  return NULL;
}

/* ---- the world ---- */

JsonNode *
control_seed (ControlCall *call, GError **error)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "seed", hyperv_sim_site_get_seed (call->site));
  return control_json_take (object);
}

JsonNode *
control_reset (ControlCall *call, GError **error)
{
  gint64 seed = control_integer (call, "seed", hyperv_sim_site_get_seed (call->site));

  if (seed > G_MAXUINT32) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "seed: expected 0 to %u, found %" G_GINT64_FORMAT, G_MAXUINT32, seed);
    return NULL;
  }
  hyperv_sim_site_set_seed (call->site, (guint32)seed);
  return hyperv_sim_site_reset (call->site, error) ? control_seed (call, error) : NULL;
}

JsonNode *
control_snapshots (ControlCall *call, GError **error)
{
  g_auto (GStrv) names = hyperv_sim_site_get_snapshots (call->site);
  JsonArray *array = json_array_new ();

  for (char **name = names; *name != NULL; name++)
    json_array_add_string_element (array, *name);
  return control_json_take_array (array);
}

JsonNode *
control_snapshot_take (ControlCall *call, GError **error)
{
  return hyperv_sim_site_take_snapshot (call->site, control_text (call, "name"), error)
             ? control_json_ok ()
             : NULL;
}

JsonNode *
control_snapshot_roll_back (ControlCall *call, GError **error)
{
  return hyperv_sim_site_roll_back (call->site, control_text (call, "name"), error)
             ? control_json_ok ()
             : NULL;
}

JsonNode *
control_snapshot_delete (ControlCall *call, GError **error)
{
  const char *name = control_text (call, "name");

  if (hyperv_sim_site_delete_snapshot (call->site, name))
    return control_json_ok ();
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_FOUND, "there is no snapshot \"%s\"",
               name);
  return NULL;
}
