/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-credentials.h"

G_BEGIN_DECLS

/* As hyperv_credentials_find () for schemes that need no password: what no file says is empty. */
HypervCredentials *hyperv_credentials_find_quietly (const char *host, const char *user,
                                                    const char *auth_file, GError **error);

G_END_DECLS
