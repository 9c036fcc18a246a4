/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Everything is hidden unless it says that it is not; the lists of exported names are checked. */
#define HYPERV_EXPORT __attribute__ ((visibility ("default")))
