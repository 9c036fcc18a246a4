/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv.h"
#include "simulator/hyperv-sim.h"

/* A simulated host, and the real client on it over a real connection. */
typedef struct {
  HypervSimHost *sim;
  HypervCredentials *who;
  HypervHost *host; /* open; or NULL */
} Story;

/* Whether HYPERV_TEST_URI names a host: then TAP is told that these need a simulated one. */
gboolean story_is_elsewhere (void);
/* Starts @release; opens the host over HTTPS when @open. */
void story_begin (Story *story, const char *release, gboolean open);
/* Both halves on the simulator's clock. */
void story_open (Story *story, const char *uri);
void story_end (Story *story);
HypervVm *story_vm (Story *story, const char *name);
/* "Enumerate Msvm_ComputerSystem, Pull Msvm_ComputerSystem" since the journal was cleared. */
char *story_requests (Story *story);
