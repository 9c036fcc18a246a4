/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/provider-fixture.h"

void
fixture_setup_with_vms (Fixture *fixture, const char *host, guint n_vms)
{
  g_autoptr (RepositoryImage) image = NULL;
  g_autoptr (GError) error = NULL;
  RepositoryOptions options = { .seed = 1, .n_vms = n_vms };

  image = repository_image_get_builtin (&error);
  g_assert_no_error (error);
  fixture->clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, EPOCH);
  fixture->repository = repository_new (image, host, fixture->clock, &options, &error);
  g_assert_no_error (error);
  fixture->provider = provider_new (fixture->repository);
}

void
fixture_setup (Fixture *fixture, gconstpointer data)
{
  fixture_setup_with_vms (fixture, data != NULL ? data : "2019", 0);
}

void
fixture_setup_2019 (Fixture *fixture, gconstpointer data)
{
  fixture_setup (fixture, NULL);
}

void
fixture_teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->provider, provider_free);
  g_clear_pointer (&fixture->repository, repository_free);
  g_clear_object (&fixture->clock);
}

void
fixture_advance (Fixture *fixture, double seconds)
{
  sim_clock_advance (fixture->clock, (gint64)(seconds * (double)SECOND + 0.5));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

RepositoryObject *
fixture_find (Fixture *fixture, const char *class_name, const char *property, const char *value)
{
  g_autofree char *text
      = g_strdup_printf ("SELECT * FROM %s WHERE %s = '%s'", class_name, property, value);
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryQuery) query = repository_query_parse (text, &error);
  g_autoptr (RepositoryCursor) cursor = NULL;
  RepositoryObject *object;

  g_assert_no_error (error);
  cursor = repository_run_query (fixture->repository, V2, query, &error);
  g_assert_no_error (error);
  object = repository_cursor_next (cursor);
  return object != NULL ? repository_object_ref (object) : NULL;
}

RepositoryObject *
fixture_find_vm (Fixture *fixture, const char *name)
{
  RepositoryObject *vm = fixture_find (fixture, "Msvm_ComputerSystem", "ElementName", name);

  g_assert_nonnull (vm);
  return vm;
}

void
fixture_set_state (Fixture *fixture, const char *vm, const char *state)
{
  g_autoptr (GError) error = NULL;

  provider_set_vm_state (fixture->provider, vm, state, &error);
  g_assert_no_error (error);
}

guint
fixture_count_devices (Fixture *fixture, RepositoryObject *vm)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = repository_associators (
      fixture->repository, vm, "Msvm_SystemDevice", NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return devices->len;
}

HypervCimInstance *
fixture_invoke (Fixture *fixture, RepositoryObject *object, const char *method,
                HypervCimBuilder *in, GError **error)
{
  g_autoptr (HypervCimInstance) instance = in != NULL ? hyperv_cim_builder_end (in) : NULL;

  g_clear_pointer (&in, hyperv_cim_builder_free);
  return provider_invoke (fixture->provider, object, method, instance, "administrator", error);
}

guint32
fixture_get_return_value (const HypervCimInstance *out)
{
  g_autoptr (GError) error = NULL;
  guint64 value = 0;

  hyperv_cim_instance_get_uint64 (out, "ReturnValue", &value, &error);
  g_assert_no_error (error);
  return (guint32)value;
}

guint32
fixture_request (Fixture *fixture, RepositoryObject *vm, guint16 state, RepositoryObject **job)
{
  HypervCimBuilder *in = hyperv_cim_builder_new (V2, "__PARAMETERS");
  g_autoptr (HypervCimInstance) out = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_builder_add_unsigned (in, "RequestedState", HYPERV_CIM_TYPE_UINT16, state);
  out = fixture_invoke (fixture, vm, "RequestStateChange", in, &error);
  g_assert_no_error (error);
  if (job != NULL && !hyperv_cim_instance_is_null (out, "Job")) {
    const HypervCimPath *path = hyperv_cim_instance_get_reference (out, "Job", &error);

    g_assert_no_error (error);
    *job = repository_lookup (fixture->repository, path, &error);
    g_assert_no_error (error);
  }
  return fixture_get_return_value (out);
}
