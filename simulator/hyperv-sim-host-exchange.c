/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

/* received → (wsman reads) → parsed → before_effect → (wsman acts, may wait) → after_effect →
 * (wsman writes) → written. Whoever answers on the way, a filter or a refusal, leads straight to
 * `written`. */

static void
exchange_end (SimExchange *exchange, gboolean answered, gpointer data)
{
  HypervSimHost *self = data;

  /* what wsman remembers of it leans on the repository; the exchange may wait for its client */
  sim_exchange_drop_message (exchange);
  sim_exchange_complete (exchange);
  sim_clock_release (self->clock);
}

static void
exchange_written (SimExchange *exchange, HypervSimHost *self)
{
  sim_filter_chain_run (self->filters, SIM_HOOK_WRITTEN, exchange, exchange_end, self);
}

static void
exchange_write (SimExchange *exchange, gboolean answered, gpointer data)
{
  HypervSimHost *self = data;

  if (!answered && exchange->lies)
    wsman_set_return_value (self->wsman, exchange, exchange->lie);
  if (!answered)
    wsman_write (self->wsman, exchange);
  exchange_written (exchange, self);
}

/* What filters have ordered of the provider. */
static void
set_plan (HypervSimHost *self, const SimExchange *exchange)
{
  static const ProviderEnd ends[] = {
    [SIM_JOB_ENDS] = PROVIDER_END_NORMAL,
    [SIM_JOB_FAILS] = PROVIDER_END_FAIL,
    [SIM_JOB_STALLS] = PROVIDER_END_STALL,
    [SIM_JOB_DIES] = PROVIDER_END_DIE,
  };
  ProviderPlan plan = { .exchange = exchange->number,
                        .end = ends[exchange->job_end],
                        .percent = exchange->job_percent };

  if (exchange->cause != NULL)
    plan.cause = provider_find_cause (exchange->cause);
  provider_set_plan (self->provider, &plan);
}

static void
exchange_acted (SimExchange *exchange, HypervSimHost *self)
{
  sim_filter_chain_run (self->filters, SIM_HOOK_AFTER_EFFECT, exchange, exchange_write, self);
}

static void
exchange_ready (SimExchange *exchange, gpointer data)
{
  HypervSimHost *self = data;

  sim_clock_hold (self->clock);
  exchange_acted (exchange, self);
}

static void
exchange_effect (SimExchange *exchange, gboolean answered, gpointer data)
{
  HypervSimHost *self = data;

  if (answered) {
    exchange_written (exchange, self);
    return;
  }
  set_plan (self, exchange);
  wsman_effect (self->wsman, exchange);
  provider_set_plan (self->provider, NULL);
  if (wsman_wait (self->wsman, exchange, exchange_ready, self))
    sim_clock_release (self->clock); /* nobody is at work; time brings what is waited for */
  else
    exchange_acted (exchange, self);
}

static void
exchange_parsed (SimExchange *exchange, gboolean answered, gpointer data)
{
  HypervSimHost *self = data;

  if (answered)
    exchange_written (exchange, self);
  else
    sim_filter_chain_run (self->filters, SIM_HOOK_BEFORE_EFFECT, exchange, exchange_effect, self);
}

static void
exchange_read (SimExchange *exchange, gboolean answered, gpointer data)
{
  HypervSimHost *self = data;

  if (!answered)
    wsman_read (self->wsman, exchange);
  /* A certificate may be mapped for some resources only (MS-WSMV 3.1.4.1.35). */
  if (exchange->certificate_subject != NULL && exchange->resource != NULL && exchange->status == 0
      && !sim_listener_map_certificate (self->listener, exchange)
      && wsman_answer_fault (self->wsman, exchange, "AccessDenied"))
    exchange->refusal = g_strdup ("no certificate mapping fits this resource");
  /* Anybody who can log in may ask who is there; the rest is for administrators. */
  if (exchange->denied && exchange->status == 0 && g_strcmp0 (exchange->operation, "Identify") != 0
      && wsman_answer_fault (self->wsman, exchange, "AccessDenied"))
    exchange->refusal = g_strdup ("the account has no rights");
  if (answered || exchange->status != 0)
    exchange_written (exchange, self);
  else
    sim_filter_chain_run (self->filters, SIM_HOOK_PARSED, exchange, exchange_parsed, self);
}

void
hyperv_sim_host_handle (SimExchange *exchange, gpointer data)
{
  HypervSimHost *self = data;

  sim_clock_hold (self->clock);
  if (self->reboot_timer != 0) {
    exchange->order = SIM_ORDER_HANG_UP;
    exchange->filter = g_strdup ("reboot");
    exchange_end (exchange, TRUE, self);
    return;
  }
  sim_filter_chain_run (self->filters, SIM_HOOK_RECEIVED, exchange, exchange_read, self);
}
