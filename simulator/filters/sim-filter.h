/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/sim-clock.h"
#include "simulator/sim-exchange.h"

G_BEGIN_DECLS

/* Filters bend exchanges. One const struct each, one file each, rows in sim-filter-table.c.
 * Hooks, in the order in which an exchange passes them; at each hook the filters run in the order
 * in which they were added (written: in reverse). Hooks that are NULL are passed. */
typedef enum {
  SIM_HOOK_RECEIVED,      /* body is there, nothing is parsed */
  SIM_HOOK_PARSED,        /* head is filled */
  SIM_HOOK_BEFORE_EFFECT, /* about to act */
  SIM_HOOK_AFTER_EFFECT,  /* has acted; no reply is written yet */
  SIM_HOOK_WRITTEN        /* status and reply are there */
} SimHook;
#define SIM_N_HOOKS 5

#define SIM_FILTER_ERROR (sim_filter_error_quark ())
GQuark sim_filter_error_quark (void);
typedef enum {
  SIM_FILTER_ERROR_UNKNOWN_FILTER,
  SIM_FILTER_ERROR_UNKNOWN_SETTING,
  SIM_FILTER_ERROR_MISSING_SETTING,
  SIM_FILTER_ERROR_WRONG_TYPE, /* expected a number, found text */
  SIM_FILTER_ERROR_WRONG_VALUE /* out of range, or not one of the choices */
} SimFilterError;

typedef enum {
  SIM_VERDICT_PASS,  /* go on */
  SIM_VERDICT_ACTED, /* something was ordered: go on */
  SIM_VERDICT_HOLD,  /* go on after *hold microseconds of the clock */
  SIM_VERDICT_ANSWER /* the exchange has its status, reply or order: go on at WRITTEN.
                      * Returned at WRITTEN itself: something was changed, go on */
} SimVerdict;

typedef struct _SimFilter SimFilter;
typedef struct _SimFilterChain SimFilterChain;

/* What it does there. @hold: microseconds of the clock, with SIM_VERDICT_HOLD. */
typedef SimVerdict (*SimFilterHook) (SimFilter *filter, gpointer config, SimExchange *exchange,
                                     gint64 *hold);

typedef struct {
  const char *name;             /* "delay", "hang-up", "http-status", "soap-fault" */
  const char *summary;          /* one line for --help and documentation */
  const char *const *arguments; /* names that it takes, NULL-terminated */
  /* Checks the arguments; @settings is a GVariant a{sv}. The result is handed to the hooks. */
  gpointer (*configure) (GVariant *settings, GError **error);
  void (*free) (gpointer config);
  SimFilterHook hooks[SIM_N_HOOKS];
  /* Instead of those, when `effect` is among the arguments and TRUE: what is asked is done, and
   * then it goes wrong. */
  SimFilterHook hooks_with_effect[SIM_N_HOOKS];
  /* Whether the filter can do what it was told in this chain, asked when it is added; or NULL. */
  gboolean (*check) (SimFilter *filter, gpointer config, GError **error);
  const char *operation; /* the one it makes sense with, when none is asked for; or NULL: any */
} SimFilterType;

/* To which exchanges a filter applies; NULL and 0 mean: no restriction. Whether an exchange is
 * meant is decided once, when it is received or, where the head is needed, when it is parsed; names
 * and values are compared without regard to case. */
typedef struct {
  char *operation; /* "Pull" */
  char *class_name;
  char *method;
  char *selector;     /* "Name=…" : some selector equals this */
  guint nth;          /* the nth matching exchange only, 1 = the first */
  guint every;        /* each nth matching exchange only */
  guint count;        /* at most so many times */
  double probability; /* by the seed of the chain; 0: always */
} SimFilterMatch;

const SimFilterType *sim_filter_find_type (const char *name);
const SimFilterType *const *sim_filter_get_types (void);

/* The wsman floor is not known here: whoever owns the chain says how a fault is written. */
typedef gboolean (*SimFilterFault) (SimExchange *exchange, const char *name, gpointer user_data);

/* Used on the thread of @context only. When it is freed, exchanges that are held are forgotten:
 * their `next` is not called. */
SimFilterChain *sim_filter_chain_new (SimClock *clock, GMainContext *context);
void sim_filter_chain_free (SimFilterChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimFilterChain, sim_filter_chain_free)
void sim_filter_chain_set_fault (SimFilterChain *self, SimFilterFault fault, gpointer user_data);
/* What else a filter can make happen; the owner does it. */
typedef enum {
  SIM_ACT_EXPIRE_CONTEXT, /* the enumeration that the exchange names is over */
  SIM_ACT_REBOOT          /* the host is away for @amount seconds, from now on */
} SimFilterAct;
typedef void (*SimFilterActor) (SimExchange *exchange, SimFilterAct act, guint amount,
                                gpointer user_data);
void sim_filter_chain_set_actor (SimFilterChain *self, SimFilterActor actor, gpointer user_data);
/* Of the numbers for `probability` and `garble`: the same calls, the same numbers. Default: 1. */
void sim_filter_chain_set_seed (SimFilterChain *self, guint32 seed);
/* Whether each exchange in progress holds the clock (sim_clock_hold ()). If so, the chain gives
 * that hold back while a filter makes the exchange wait, and takes it again before it goes on:
 * otherwise a clock that jumps would never come to the end of the wait. Default: FALSE. */
void sim_filter_chain_set_exchanges_hold (SimFilterChain *self, gboolean exchanges_hold);
/* @settings: a{sv} with the match (operation, class, method, selector, nth, count) and the
 * filter's own arguments; an unknown key, or a value of a wrong type, is an error that lists the
 * known ones. May be NULL. Returns an id, 0 on error. */
guint sim_filter_chain_add (SimFilterChain *self, const char *type, GVariant *settings,
                            GError **error);
/* The filters that there are, oldest first: id, type, the settings that it was given. */
typedef void (*SimFilterFunc) (guint id, const SimFilterType *type, GVariant *settings,
                               guint n_acted, gpointer user_data);
void sim_filter_chain_list (SimFilterChain *self, SimFilterFunc function, gpointer user_data);
gboolean sim_filter_chain_remove (SimFilterChain *self, guint id);
void sim_filter_chain_clear (SimFilterChain *self);
guint sim_filter_chain_get_n_acted (SimFilterChain *self, guint id);

/* Runs @hook and then calls @next, at once or when held filters let go; @answered says whether some
 * filter answered. The exchange must live until then. */
typedef void (*SimFilterNext) (SimExchange *exchange, gboolean answered, gpointer user_data);
void sim_filter_chain_run (SimFilterChain *self, SimHook hook, SimExchange *exchange,
                           SimFilterNext next, gpointer user_data);

/* For filters: writes the fault through whoever owns the chain. */
gboolean sim_filter_answer_fault (SimFilter *filter, SimExchange *exchange, const char *name);
/* For filters: the owner does it. */
void sim_filter_act (SimFilter *filter, SimExchange *exchange, SimFilterAct act, guint amount);
guint32 sim_filter_random (SimFilter *filter);

G_END_DECLS
