/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows' details ride along with an error, and with every copy of it. */

#include "client/base/hyperv-error-private.h"

static GError *
full_error (void)
{
  GError *error = g_error_new (HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED, "failed");

  hyperv_error_set_fault (error, "w:InternalError", 2150859046u);
  hyperv_error_set_return_value (error, 32775);
  hyperv_error_set_job (error, 32773, "not enough memory");
  return error;
}

static void
check_full (const GError *error)
{
  guint32 value = 0;

  g_assert_cmpstr (hyperv_error_get_fault_subcode (error), ==, "w:InternalError");
  g_assert_cmpuint (hyperv_error_get_wsman_code (error), ==, 2150859046u);
  g_assert_true (hyperv_error_get_return_value (error, &value));
  g_assert_cmpuint (value, ==, 32775);
  g_assert_true (hyperv_error_get_return_value (error, NULL));
  g_assert_true (hyperv_error_is_of_job (error));
  g_assert_cmpuint (hyperv_error_get_job_code (error), ==, 32773);
  g_assert_cmpstr (hyperv_error_get_job_text (error), ==, "not enough memory");
}

static void
check_empty (const GError *error)
{
  guint32 value = 17;

  g_assert_null (hyperv_error_get_fault_subcode (error));
  g_assert_cmpuint (hyperv_error_get_wsman_code (error), ==, 0);
  g_assert_false (hyperv_error_get_return_value (error, &value));
  g_assert_cmpuint (value, ==, 17);
  g_assert_false (hyperv_error_is_of_job (error));
  g_assert_cmpuint (hyperv_error_get_job_code (error), ==, 0);
  g_assert_null (hyperv_error_get_job_text (error));
}

static void
test_details (void)
{
  g_autoptr (GError) error = full_error ();

  check_full (error);
}

static void
test_copy (void)
{
  GError *error = full_error ();
  g_autoptr (GError) copy = g_error_copy (error);

  g_error_free (error);
  check_full (copy);
  g_assert_error (copy, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED);
}

static void
test_propagated (void)
{
  g_autoptr (GError) error = NULL;

  g_propagate_prefixed_error (&error, full_error (), "vm: ");
  check_full (error);
  g_assert_cmpstr (error->message, ==, "vm: failed");
}

static void
test_last_wins (void)
{
  g_autoptr (GError) error = g_error_new (HYPERV_ERROR, HYPERV_ERROR_BUSY, "busy");

  hyperv_error_set_fault (error, "w:TimedOut", 1);
  hyperv_error_set_job (error, 2, "slow");
  hyperv_error_set_return_value (error, 3);
  g_clear_error (&error);
  error = full_error ();
  hyperv_error_set_fault (error, "w:InternalError", 2150859046u);
  hyperv_error_set_job (error, 32773, "not enough memory");
  check_full (error);
}

static void
test_none (void)
{
  g_autoptr (GError) error = g_error_new (HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND, "none");

  check_empty (error);
}

static void
test_return_value_zero (void)
{
  g_autoptr (GError) error = g_error_new (HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "odd");
  guint32 value = 17;

  hyperv_error_set_return_value (error, 0);
  g_assert_true (hyperv_error_get_return_value (error, &value));
  g_assert_cmpuint (value, ==, 0);
}

/* A domain of others has no room for details: setting does nothing, getting finds none. */
static void
test_other_domain (void)
{
  g_autoptr (GError) error = g_error_new (G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "other");

  hyperv_error_set_fault (error, "w:InternalError", 1);
  hyperv_error_set_return_value (error, 2);
  hyperv_error_set_job (error, 3, "text");
  check_empty (error);
}

static void
test_null (void)
{
  hyperv_error_set_return_value (NULL, 1);
  check_empty (NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/base/error/details are kept", test_details);
  g_test_add_func ("/base/error/a copy has details of its own", test_copy);
  g_test_add_func ("/base/error/a prefix keeps details", test_propagated);
  g_test_add_func ("/base/error/the last detail wins", test_last_wins);
  g_test_add_func ("/base/error/no details", test_none);
  g_test_add_func ("/base/error/a return value of 0 is one", test_return_value_zero);
  g_test_add_func ("/base/error/other domains have no details", test_other_domain);
  g_test_add_func ("/base/error/no error has no details", test_null);
  return g_test_run ();
}
