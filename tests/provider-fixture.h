/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/provider/provider.h"

/* A shipped host with a clock that is stepped by hand, for the tests of the provider floor. */

#define V2 "root/virtualization/v2"
#define SECOND ((gint64)G_USEC_PER_SEC)
#define EPOCH (G_GINT64_CONSTANT (1718100000) * SECOND) /* 2024-06-11 10:00:00 UTC */

typedef struct {
  SimClock *clock;
  Repository *repository;
  Provider *provider;
} Fixture;

/* @data: name of the host; NULL: "2019". */
void fixture_setup (Fixture *fixture, gconstpointer data);
/* "2019", for rows as @data. */
void fixture_setup_2019 (Fixture *fixture, gconstpointer data);
void fixture_setup_with_vms (Fixture *fixture, const char *host, guint n_vms);
void fixture_teardown (Fixture *fixture, gconstpointer data);

/* Moves the clock and lets the timers run. */
void fixture_advance (Fixture *fixture, double seconds);
/* The computer system with this ElementName; a failure when there is none. (transfer full) */
RepositoryObject *fixture_find_vm (Fixture *fixture, const char *name);
/* The only instance of the class whose property equals the text, or NULL. (transfer full) */
RepositoryObject *fixture_find (Fixture *fixture, const char *class_name, const char *property,
                                const char *value);
void fixture_set_state (Fixture *fixture, const char *vm, const char *state);
guint fixture_count_devices (Fixture *fixture, RepositoryObject *vm);

/* Calls a method with what the builder has (freed; NULL: no parameters). */
HypervCimInstance *fixture_invoke (Fixture *fixture, RepositoryObject *object, const char *method,
                                   HypervCimBuilder *in, GError **error);
guint32 fixture_get_return_value (const HypervCimInstance *out);
/* RequestStateChange of a VM: the return value, and the job if there is one. (transfer full) */
guint32 fixture_request (Fixture *fixture, RepositoryObject *vm, guint16 state,
                         RepositoryObject **job);
