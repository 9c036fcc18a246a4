/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

typedef struct {
  SimJobEnd end;
  guint64 percent;
  const ProviderCause *cause;
} Config;

static const char *const arguments[] = { "end", "percent", "cause", NULL };

static const struct {
  const char *name;
  SimJobEnd end;
} ends[] = {
  { "fails", SIM_JOB_FAILS },
  { "stalls", SIM_JOB_STALLS },
  { "dies", SIM_JOB_DIES },
};

static gboolean
read_end (Config *config, const char *text, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    if (strcmp (ends[i].name, text) == 0)
      config->end = ends[i].end;
  if (config->end != SIM_JOB_ENDS)
    return TRUE;
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"end\": expected fails, stalls or dies, found \"%s\"", text);
  return FALSE;
}

static gpointer
job_configure (GVariant *settings, GError **error)
{
  static const SimSetting end = { .name = "end", .type = SIM_SETTING_STRING };
  static const SimSetting percent
      = { .name = "percent", .type = SIM_SETTING_NUMBER, .maximum = 100 };
  g_autofree Config *config = g_new0 (Config, 1);
  g_autofree char *text = g_strdup ("fails");

  config->percent = 50;
  if (!sim_settings_get (settings, &end, &text, error)
      || !sim_settings_get (settings, &percent, &config->percent, error)
      || !read_end (config, text, error)
      || !sim_filter_read_cause (settings, "failed", &config->cause, error))
    return NULL;
  return g_steal_pointer (&config);
}

static SimVerdict
job (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  const Config *config = data;

  exchange->job_end = config->end;
  exchange->job_percent = (guint)config->percent;
  exchange->cause = config->cause->name;
  return SIM_VERDICT_ACTED;
}

const SimFilterType sim_filter_job = {
  .name = "job",
  .summary = "the job that a method starts fails (with a cause), stalls or dies (end) at some "
             "percent (50)",
  .arguments = arguments,
  .configure = job_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_BEFORE_EFFECT] = job },
  .operation = "Invoke",
};
