/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

/**
 * HYPERV_ERROR:
 *
 * The error domain of this library. Input/output, TLS and cancellation keep GIO's domains.
 */
#define HYPERV_ERROR (hyperv_error_quark ())

/**
 * HypervError:
 * @HYPERV_ERROR_NOT_FOUND: the host has no such thing
 * @HYPERV_ERROR_ALREADY_EXISTS: a thing of that name or id is there already
 * @HYPERV_ERROR_ACCESS_DENIED: known to the host, but without the right
 * @HYPERV_ERROR_AUTH_FAILED: the host did not take the credentials, or there were none
 * @HYPERV_ERROR_INVALID_STATE: not possible in the state that the thing is in
 * @HYPERV_ERROR_INVALID_ARGUMENT: what was asked for makes no sense; nothing was sent, or the host
 *   said so
 * @HYPERV_ERROR_BUSY: the thing or the host is busy; try later
 * @HYPERV_ERROR_TIMED_OUT: a deadline passed
 * @HYPERV_ERROR_NOT_SUPPORTED: this host, release or library cannot do that
 * @HYPERV_ERROR_QUOTA: a limit of the host was reached
 * @HYPERV_ERROR_OPERATION_FAILED: a method or a job said no
 * @HYPERV_ERROR_UNKNOWN_OUTCOME: the reply was lost; the change may have happened
 * @HYPERV_ERROR_PROTOCOL: the reply makes no sense
 *
 * What the caller can do about a failure.
 */
typedef enum {
  HYPERV_ERROR_NOT_FOUND,
  HYPERV_ERROR_ALREADY_EXISTS,
  HYPERV_ERROR_ACCESS_DENIED,
  HYPERV_ERROR_AUTH_FAILED,
  HYPERV_ERROR_INVALID_STATE,
  HYPERV_ERROR_INVALID_ARGUMENT,
  HYPERV_ERROR_BUSY,
  HYPERV_ERROR_TIMED_OUT,
  HYPERV_ERROR_NOT_SUPPORTED,
  HYPERV_ERROR_QUOTA,
  HYPERV_ERROR_OPERATION_FAILED,
  HYPERV_ERROR_UNKNOWN_OUTCOME,
  HYPERV_ERROR_PROTOCOL
} HypervError;

/**
 * hyperv_error_quark:
 *
 * Gives the error domain of this library, %HYPERV_ERROR.
 *
 * Returns: the domain
 */
HYPERV_EXPORT GQuark hyperv_error_quark (void);

/* What Windows said, for whoever needs more than the code. All take any GError, also of other
 * domains, and then answer NULL, 0 or FALSE. */
HYPERV_EXPORT const char *hyperv_error_get_fault_subcode (const GError *error);
HYPERV_EXPORT guint32 hyperv_error_get_wsman_code (const GError *error);
HYPERV_EXPORT gboolean hyperv_error_get_return_value (const GError *error, guint32 *value);
HYPERV_EXPORT gboolean hyperv_error_is_of_job (const GError *error);
HYPERV_EXPORT guint32 hyperv_error_get_job_code (const GError *error);
HYPERV_EXPORT const char *hyperv_error_get_job_text (const GError *error);

G_END_DECLS
