/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

static const char *const arguments[] = { "fault", "effect", NULL };

static gpointer
soap_fault_configure (GVariant *settings, GError **error)
{
  static const SimSetting fault
      = { .name = "fault", .type = SIM_SETTING_STRING, .is_required = TRUE };
  char *config = NULL;

  return sim_settings_get (settings, &fault, &config, error) ? config : NULL;
}

/* Whether there is such a fault is tried on an exchange that nobody sees. */
static gboolean
soap_fault_check (SimFilter *filter, gpointer fault, GError **error)
{
  g_autoptr (SimExchange) trial = sim_exchange_new ();

  if (sim_filter_answer_fault (filter, trial, fault))
    return TRUE;
  g_set_error (error, SIM_FILTER_ERROR, SIM_FILTER_ERROR_WRONG_VALUE,
               "setting \"fault\": there is no fault \"%s\"", (char *)fault);
  return FALSE;
}

static SimVerdict
soap_fault (SimFilter *filter, gpointer fault, SimExchange *exchange, gint64 *hold)
{
  return sim_filter_answer_fault (filter, exchange, fault) ? SIM_VERDICT_ANSWER : SIM_VERDICT_PASS;
}

const SimFilterType sim_filter_soap_fault = {
  .name = "soap-fault",
  .summary = "answers with a SOAP fault (AccessDenied, TimedOut, QuotaLimit …); with effect it "
             "acts first",
  .arguments = arguments,
  .configure = soap_fault_configure,
  .free = g_free,
  .check = soap_fault_check,
  /* Not before the request is parsed: a fault says to which message it relates. */
  .hooks = { [SIM_HOOK_PARSED] = soap_fault },
  .hooks_with_effect = { [SIM_HOOK_AFTER_EFFECT] = soap_fault },
};
