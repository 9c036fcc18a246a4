/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

typedef struct {
  char *fault;
  gboolean effect;
} Config;

static const char *const arguments[] = { "fault", "effect", NULL };

static void
soap_fault_free (gpointer data)
{
  Config *config = data;

  g_free (config->fault);
  g_free (config);
}

static gpointer
soap_fault_configure (GVariant *settings, GError **error)
{
  static const SimSetting fault
      = { .name = "fault", .type = SIM_SETTING_STRING, .is_required = TRUE };
  static const SimSetting effect = { .name = "effect", .type = SIM_SETTING_BOOLEAN };
  Config *config = g_new0 (Config, 1);

  if (sim_settings_get (settings, &fault, &config->fault, error)
      && sim_settings_get (settings, &effect, &config->effect, error))
    return config;
  soap_fault_free (config);
  return NULL;
}

/* Whether there is such a fault is tried on an exchange that nobody sees. */
static gboolean
soap_fault_check (SimFilter *filter, gpointer data, GError **error)
{
  const Config *config = data;
  g_autoptr (SimExchange) trial = sim_exchange_new ();

  if (sim_filter_answer_fault (filter, trial, config->fault))
    return TRUE;
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"fault\": there is no fault \"%s\"", config->fault);
  return FALSE;
}

static SimVerdict
answer (SimFilter *filter, const Config *config, SimExchange *exchange)
{
  return sim_filter_answer_fault (filter, exchange, config->fault) ? SIM_VERDICT_ANSWER
                                                                   : SIM_VERDICT_PASS;
}

/* Not before the request is parsed: a fault says to which message it relates. */
static SimVerdict
soap_fault_early (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  return ((Config *)data)->effect ? SIM_VERDICT_PASS : answer (filter, data, exchange);
}

static SimVerdict
soap_fault_after_effect (SimFilter *filter, gpointer data, SimExchange *exchange, gint64 *hold)
{
  return ((Config *)data)->effect ? answer (filter, data, exchange) : SIM_VERDICT_PASS;
}

const SimFilterType sim_filter_soap_fault = {
  .name = "soap-fault",
  .summary = "answers with a SOAP fault (AccessDenied, TimedOut, QuotaLimit …); with effect it "
             "acts first",
  .arguments = arguments,
  .configure = soap_fault_configure,
  .free = soap_fault_free,
  .check = soap_fault_check,
  .hooks
  = { [SIM_HOOK_PARSED] = soap_fault_early, [SIM_HOOK_AFTER_EFFECT] = soap_fault_after_effect },
};
