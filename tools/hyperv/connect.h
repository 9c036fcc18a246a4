/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv.h"

/* The URI of @given (-c; nullable), else of the environment, with HYPERV_CA where it says nothing
 * about trust. What is wrong with it is a USAGE_ERROR, with HYPERV_CA an error of GIO's. */
HypervUri *connect_choose_uri (const char *given, GError **error);
/* (transfer full) The authorities that cacert= names. NULL without an error: it does not. */
GTlsDatabase *connect_open_store (const HypervTrust *trust, GError **error);
/* Opens the host; who is missing in files is asked for on the terminal. */
HypervHost *connect_open (const HypervUri *uri, GCancellable *cancellable, GError **error);
