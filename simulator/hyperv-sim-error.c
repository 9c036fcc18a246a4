/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-error.h"

G_DEFINE_QUARK (hyperv - sim - error - quark, hyperv_sim_error)
