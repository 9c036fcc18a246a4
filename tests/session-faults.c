/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

/* After which HTTP status it is certain that nothing was done. */

static const struct {
  guint status;
  HypervError error;
  gboolean refused;
} rows[] = {
  { 302, HYPERV_ERROR_PROTOCOL, TRUE },      { 400, HYPERV_ERROR_PROTOCOL, TRUE },
  { 403, HYPERV_ERROR_ACCESS_DENIED, TRUE }, { 404, HYPERV_ERROR_PROTOCOL, TRUE },
  { 407, HYPERV_ERROR_AUTH_FAILED, TRUE },   { 408, HYPERV_ERROR_TIMED_OUT, TRUE },
  { 413, HYPERV_ERROR_QUOTA, TRUE },         { 429, HYPERV_ERROR_BUSY, TRUE },
  { 500, HYPERV_ERROR_PROTOCOL, TRUE },      { 502, HYPERV_ERROR_BUSY, FALSE },
  { 503, HYPERV_ERROR_BUSY, TRUE },          { 504, HYPERV_ERROR_TIMED_OUT, FALSE },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  gboolean refused = !rows[i].refused;
  g_autoptr (GError) error = session_faults_from_status (rows[i].status, "", &refused);

  g_assert_error (error, HYPERV_ERROR, (int)rows[i].error);
  g_assert_true (refused == rows[i].refused);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/session/faults/%u", rows[i].status);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
