/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

/* Filters that say one thing and have nothing to be told. */

static const char *const no_arguments[] = { NULL };

static gpointer
simple_configure (GVariant *settings, GError **error)
{
  return g_new0 (char, 1);
}

static SimVerdict
quota (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  return sim_filter_answer_fault (filter, exchange, "QuotaLimit") ? SIM_VERDICT_ANSWER
                                                                  : SIM_VERDICT_PASS;
}

const SimFilterType sim_filter_quota = {
  .name = "quota",
  .summary = "answers that the user has too much open",
  .arguments = no_arguments,
  .configure = simple_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_PARSED] = quota },
};

/* Nothing is answered here: whoever knows contexts finds that this one is gone. */
static SimVerdict
expired_context (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  sim_filter_act (filter, exchange, SIM_ACT_EXPIRE_CONTEXT, 0);
  return SIM_VERDICT_ACTED;
}

const SimFilterType sim_filter_expired_context = {
  .name = "expired-context",
  .summary = "ends the enumeration that a Pull or Release names, as if it had been idle too long",
  .arguments = no_arguments,
  .configure = simple_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_BEFORE_EFFECT] = expired_context },
  .operation = "Pull",
};

/* What a client can never know: it is done, and nobody says so. */
static SimVerdict
lost_reply (SimFilter *filter, gpointer config, SimExchange *exchange, gint64 *hold)
{
  exchange->order = SIM_ORDER_HANG_UP;
  return SIM_VERDICT_ANSWER;
}

const SimFilterType sim_filter_lost_reply = {
  .name = "lost-reply",
  .summary = "does what is asked and closes the connection without a reply",
  .arguments = no_arguments,
  .configure = simple_configure,
  .free = g_free,
  .hooks = { [SIM_HOOK_AFTER_EFFECT] = lost_reply },
};
