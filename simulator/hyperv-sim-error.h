/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

/**
 * HYPERV_SIM_ERROR:
 *
 * The error domain of the simulator.
 */
#define HYPERV_SIM_ERROR (hyperv_sim_error_quark ())

/**
 * HypervSimError:
 * @HYPERV_SIM_ERROR_INVALID_HOST: no shipped host of that name, or a folder that cannot be read
 * @HYPERV_SIM_ERROR_INVALID_ARGUMENT: an argument that makes no sense
 * @HYPERV_SIM_ERROR_NOT_FOUND: the host has no such thing
 * @HYPERV_SIM_ERROR_NOT_RUNNING: the host was not started, or was stopped
 * @HYPERV_SIM_ERROR_FAILED: the machine said no: no port, no descriptor, no folder
 * @HYPERV_SIM_ERROR_EXPECTATION: what a test expects of the host does not hold
 *
 * What went wrong with a simulated host.
 */
typedef enum {
  HYPERV_SIM_ERROR_INVALID_HOST,
  HYPERV_SIM_ERROR_INVALID_ARGUMENT,
  HYPERV_SIM_ERROR_NOT_FOUND,
  HYPERV_SIM_ERROR_NOT_RUNNING,
  HYPERV_SIM_ERROR_FAILED,
  HYPERV_SIM_ERROR_EXPECTATION
} HypervSimError;

/**
 * hyperv_sim_error_quark:
 *
 * Gives the error domain of the simulator, %HYPERV_SIM_ERROR.
 *
 * Returns: the domain
 */
HYPERV_EXPORT GQuark hyperv_sim_error_quark (void);

G_END_DECLS
