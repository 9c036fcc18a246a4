/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The one header a test suite includes. */
#include "simulator/hyperv-sim-error.h"
#include "simulator/hyperv-sim-host.h"
#include "simulator/hyperv-sim-journal.h"
#include "simulator/hyperv-sim-site.h"
