/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error-private.h"
#include "client/hyperv/hyperv-job-private.h"

/* Hyper-V WMI provider (V2) reference; names as in its value maps. Below 32768 a number means
 * different things to different methods, and what most say counts. */
static const struct {
  guint32 value;
  HypervError code;
  const char *text;
} return_values[] = {
  { 1, HYPERV_ERROR_NOT_SUPPORTED, "not supported" },
  { 2, HYPERV_ERROR_OPERATION_FAILED, "failed" },
  { 3, HYPERV_ERROR_TIMED_OUT, "timeout" },
  { 4, HYPERV_ERROR_INVALID_ARGUMENT, "invalid parameter" },
  { 5, HYPERV_ERROR_INVALID_STATE, "invalid state" },
  { 6, HYPERV_ERROR_INVALID_ARGUMENT, "incompatible parameters" },
  { 7, HYPERV_ERROR_NOT_FOUND, "not found" },
  { 4097, HYPERV_ERROR_INVALID_STATE, "invalid state transition" },
  { 4098, HYPERV_ERROR_NOT_SUPPORTED, "use of timeout parameter not supported" },
  { 4099, HYPERV_ERROR_BUSY, "busy" },
  { 32768, HYPERV_ERROR_OPERATION_FAILED, "failed" },
  { 32769, HYPERV_ERROR_ACCESS_DENIED, "access denied" },
  { 32770, HYPERV_ERROR_NOT_SUPPORTED, "not supported" },
  { 32771, HYPERV_ERROR_OPERATION_FAILED, "status is unknown" },
  { 32772, HYPERV_ERROR_TIMED_OUT, "timeout" },
  { 32773, HYPERV_ERROR_INVALID_ARGUMENT, "invalid parameter" },
  { 32774, HYPERV_ERROR_BUSY, "system is in use" },
  { 32775, HYPERV_ERROR_INVALID_STATE, "invalid state for this operation" },
  { 32776, HYPERV_ERROR_INVALID_ARGUMENT, "incorrect data type" },
  { 32777, HYPERV_ERROR_INVALID_STATE, "system is not available" },
  { 32778, HYPERV_ERROR_QUOTA, "out of memory" },
  { 32779, HYPERV_ERROR_NOT_FOUND, "file not found" },
  { 32780, HYPERV_ERROR_BUSY, "the system is not ready" },
  { 32784, HYPERV_ERROR_NOT_SUPPORTED, "not compatible" },
  { 32787, HYPERV_ERROR_OPERATION_FAILED, "VHD differencing chain cycle detected" },
  { 32788, HYPERV_ERROR_ALREADY_EXISTS, "object exists" },
  { 32789, HYPERV_ERROR_NOT_FOUND, "object not found" },
};

GError *
hyperv_return_value_error (const char *what, guint32 value)
{
  HypervError code = HYPERV_ERROR_OPERATION_FAILED;
  const char *text = "the host does not say why";
  GError *error;

  for (gsize i = 0; i < G_N_ELEMENTS (return_values); i++) {
    if (return_values[i].value == value) {
      code = return_values[i].code;
      text = return_values[i].text;
    }
  }
  error = g_error_new (HYPERV_ERROR, code, "%s: %s (return value %u)", what, text, value);
  hyperv_error_set_return_value (error, value);
  return error;
}
