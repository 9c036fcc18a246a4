/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-job-private.h"

#include <string.h>

#include "client/base/hyperv-error.h"

/* What the return values of Hyper-V's methods mean (Hyper-V WMI provider reference, V2). */

static const struct {
  guint32 value;
  HypervError code;
  const char *text;
} rows[] = {
  { 1, HYPERV_ERROR_NOT_SUPPORTED, "not supported" },
  { 2, HYPERV_ERROR_OPERATION_FAILED, "failed" },
  { 3, HYPERV_ERROR_TIMED_OUT, "timeout" },
  { 4, HYPERV_ERROR_INVALID_ARGUMENT, "invalid parameter" },
  { 5, HYPERV_ERROR_INVALID_STATE, "invalid state" },
  { 6, HYPERV_ERROR_INVALID_ARGUMENT, "incompatible parameters" },
  { 4097, HYPERV_ERROR_INVALID_STATE, "invalid state transition" },
  { 4098, HYPERV_ERROR_NOT_SUPPORTED, "use of the timeout parameter is not supported" },
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
  { 4711, HYPERV_ERROR_OPERATION_FAILED, "the host does not say why" },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = hyperv_return_value_error ("starting", rows[i].value);
  g_autofree char *message
      = g_strdup_printf ("starting: %s (return value %u)", rows[i].text, rows[i].value);
  guint32 value = 0;

  g_assert_error (error, HYPERV_ERROR, (int)rows[i].code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_true (hyperv_error_get_return_value (error, &value));
  g_assert_cmpuint (value, ==, rows[i].value);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/hyperv/return-value/%u", rows[i].value);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
