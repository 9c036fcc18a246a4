/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-error.h"

G_BEGIN_DECLS

/* Windows' details on @error, which must be of HYPERV_ERROR (else nothing happens). */
void hyperv_error_set_fault (GError *error, const char *subcode, guint32 wsman_code);
void hyperv_error_set_return_value (GError *error, guint32 value);
void hyperv_error_set_job (GError *error, guint32 code, const char *text);

G_END_DECLS
