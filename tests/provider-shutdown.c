/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/provider-fixture.h"

typedef void (*StoryFunc) (Fixture *fixture, gconstpointer data);

static guint64
get_state (RepositoryObject *vm)
{
  return repository_object_get_uint (vm, "EnabledState");
}

static RepositoryObject *
find_component (Fixture *fixture, RepositoryObject *vm)
{
  return fixture_find (fixture, "Msvm_ShutdownComponent", "SystemName",
                       repository_object_get_string (vm, "Name"));
}

static HypervCimBuilder *
new_parameters (void)
{
  HypervCimBuilder *in = hyperv_cim_builder_new (V2, "__PARAMETERS");

  hyperv_cim_builder_add_boolean (in, "Force", FALSE);
  hyperv_cim_builder_add_string (in, "Reason", "Maintenance");
  return in;
}

static guint32
initiate (Fixture *fixture, RepositoryObject *vm, const char *method)
{
  g_autoptr (RepositoryObject) component = find_component (fixture, vm);
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (component);
  out = fixture_invoke (fixture, component, method, new_parameters (), &error);
  g_assert_no_error (error);
  return fixture_get_return_value (out);
}

static void
test_shutdown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) component = NULL;

  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 0);
  fixture_advance (fixture, 4.9);
  g_assert_cmpuint (get_state (vm), ==, 2);
  fixture_advance (fixture, 0.2);
  g_assert_cmpuint (get_state (vm), ==, 3);
  component = find_component (fixture, vm);
  g_assert_null (component);
}

static void
test_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 0);
  fixture_advance (fixture, 1);
  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 32775);
}

static void
test_paused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "win10-lab");

  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 32775);
}

static void
test_job_active (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  g_assert_cmpuint (fixture_request (fixture, vm, 9, NULL), ==, 4096);
  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 32775);
}

static void
test_not_ready (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) component = find_component (fixture, vm);
  HypervCimScalar no_contact = { .u = 12 };
  g_autoptr (HypervCimValue) status
      = hyperv_cim_value_new_array (HYPERV_CIM_TYPE_UINT16, &no_contact, 1);

  g_assert_true (repository_object_set (component, "OperationalStatus", status, NULL));
  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 32780);
}

/* The cause refuses the call that met it, and the guest stays out of reach when it has gone. */
static void
test_no_services (Fixture *fixture, gconstpointer data)
{
  const ProviderPlan plan = { .end = PROVIDER_END_NORMAL,
                              .cause = provider_find_cause ("integration-services-missing") };
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  provider_set_plan (fixture->provider, &plan);
  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 32780);
  provider_set_plan (fixture->provider, NULL);
  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 32780);
}

static void
test_no_reason (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) component = find_component (fixture, vm);
  HypervCimBuilder *in = hyperv_cim_builder_new (V2, "__PARAMETERS");
  g_autoptr (HypervCimInstance) out = NULL;

  hyperv_cim_builder_add_boolean (in, "Force", TRUE);
  out = fixture_invoke (fixture, component, "InitiateShutdown", in, NULL);
  g_assert_nonnull (out);
  g_assert_cmpuint (fixture_get_return_value (out), ==, 32773);
}

static void
test_turned_off_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");

  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 0);
  g_assert_cmpuint (fixture_request (fixture, vm, 3, NULL), ==, 4096);
  fixture_advance (fixture, 1);
  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  fixture_advance (fixture, 20);
  g_assert_cmpuint (get_state (vm), ==, 2);
}

static void
test_reboot (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  guint64 process = repository_object_get_uint (vm, "ProcessID");
  guint devices = fixture_count_devices (fixture, vm);

  g_assert_cmpuint (initiate (fixture, vm, "InitiateReboot"), ==, 0);
  fixture_advance (fixture, 10);
  g_assert_cmpuint (get_state (vm), ==, 2);
  g_assert_cmpuint (repository_object_get_uint (vm, "OnTimeInMilliseconds"), ==, 2000);
  g_assert_cmpuint (repository_object_get_uint (vm, "ProcessID"), ==, process);
  g_assert_cmpuint (fixture_count_devices (fixture, vm), ==, devices);
}

/* InitiateReboot came with 2016 (documented). */
static void
test_reboot_2012r2 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "web01");
  g_autoptr (RepositoryObject) component = find_component (fixture, vm);
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (GError) error = NULL;

  out = fixture_invoke (fixture, component, "InitiateReboot", new_parameters (), &error);
  g_assert_null (out);
  g_assert_error (error, PROVIDER_ERROR, (int)PROVIDER_WBEM_E_INVALID_METHOD);
}

static void
test_template (Fixture *fixture, gconstpointer data)
{
  g_autoptr (RepositoryObject) vm = fixture_find_vm (fixture, "db01");

  g_assert_cmpuint (fixture_request (fixture, vm, 2, NULL), ==, 4096);
  fixture_advance (fixture, 3);
  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 32780); /* still coming up */
  fixture_advance (fixture, 20);
  g_assert_cmpuint (initiate (fixture, vm, "InitiateShutdown"), ==, 0);
  fixture_advance (fixture, 5);
  g_assert_cmpuint (get_state (vm), ==, 3);
}

static const struct {
  const char *path;
  const char *host;
  StoryFunc func;
} stories[] = {
  { "/provider/shutdown/the-guest-takes-five-seconds", "2019", test_shutdown },
  { "/provider/shutdown/of-2012r2-too", "2012r2", test_shutdown },
  { "/provider/shutdown/of-2016-too", "2016", test_shutdown },
  { "/provider/shutdown/a-second-one-is-refused", "2019", test_twice },
  { "/provider/shutdown/a-paused-machine-is-refused", "2019", test_paused },
  { "/provider/shutdown/a-machine-with-a-job-is-refused", "2019", test_job_active },
  { "/provider/shutdown/a-guest-that-is-not-up-is-not-ready", "2019", test_not_ready },
  { "/provider/shutdown/a-guest-without-its-services-stays-so", "2019", test_no_services },
  { "/provider/shutdown/a-missing-reason-is-invalid", "2019", test_no_reason },
  { "/provider/shutdown/is-forgotten-when-turned-off", "2019", test_turned_off_meanwhile },
  { "/provider/shutdown/a-machine-from-the-template-has-it", "2019", test_template },
  { "/provider/shutdown/a-reboot-begins-the-on-time-anew", "2019", test_reboot },
  { "/provider/shutdown/2012r2-cannot-reboot", "2012r2", test_reboot_2012r2 },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    g_test_add (stories[i].path, Fixture, stories[i].host, fixture_setup, stories[i].func,
                fixture_teardown);
  return g_test_run ();
}
