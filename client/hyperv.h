/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The one header an application includes. */
#include "client/base/hyperv-clock.h"
#include "client/base/hyperv-credentials.h"
#include "client/base/hyperv-error.h"
#include "client/base/hyperv-release.h"
#include "client/base/hyperv-trust.h"
#include "client/base/hyperv-uri.h"
#include "client/cim/hyperv-cim-instance.h"
#include "client/cim/hyperv-cim-path.h"
#include "client/cim/hyperv-cim-value.h"
#include "client/hyperv/hyperv-call.h"
#include "client/hyperv/hyperv-host-info.h"
#include "client/hyperv/hyperv-host.h"
#include "client/hyperv/hyperv-job.h"
#include "client/hyperv/hyperv-vm-power.h"
#include "client/hyperv/hyperv-vm.h"
#include "client/session/hyperv-session.h"
