/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-uri-query-private.h"
#include "client/base/hyperv-uri.h"

G_BEGIN_DECLS

/* Immutable once parsed. */
struct _HypervUri {
  char *user;
  char *host;
  guint16 port;
  char *values[HYPERV_URI_N_PARAMETERS];
  HypervTrust *trust;
  guint timeout;
};

G_END_DECLS
