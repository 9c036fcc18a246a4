/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-vm.h"
#include "tests/repository-fixture.h"

/* Generated VMs. */

static const char schema[]
    = "class System { [Key] string CreationClassName; [Key] string Name; string ElementName;"
      "  uint16 State; uint32 ProcessID; };"
      "class Settings { [Key] string InstanceID; string Address; };"
      "class Pool { [Key] string InstanceID; };"
      "[Association] class Defines { [Key] System REF Element; [Key] Settings REF Data; };"
      "[Association] class InPool { [Key] Pool REF Whole; [Key] System REF Part; };";

#define SPACE "#pragma namespace (\"root/test\")\n"
#define SYSTEM "System.CreationClassName=\\\"System\\\",Name=\\\"${vm.guid}\\\""

static const FixtureFile files[]
    = { { "host.ini", FIXTURE_INI "[families]\noff=vm\nrunning=vm running\nnever=vm\n"
                                  "[mix]\noff=2\nrunning=1\n" },
        { "instances/all.mof",
          SPACE "instance of Pool { InstanceID = \"pool\"; };"
                "instance of System { CreationClassName = \"System\"; Name = \"TESTHOST\"; };" },
        { "templates/vm.mof",
          SPACE "instance of System { CreationClassName = \"System\"; Name = \"${vm.guid}\";"
                "  ElementName = \"${vm.name}\"; State = 3; ProcessID = ${vm.pid}; };"
                "instance of Settings { InstanceID = \"Microsoft:${vm.guid}\\\\0\"; Address ="
                "  \"${vm.mac}\"; };"
                "instance of Defines { Element = \"" SYSTEM "\"; Data ="
                "  \"Settings.InstanceID=\\\"Microsoft:${vm.guid}\\\\\\\\0\\\"\"; };"
                "instance of InPool { Whole = \"Pool.InstanceID=\\\"pool\\\"\"; Part = \"" SYSTEM
                "\"; };" },
        { "templates/running.mof",
          SPACE "instance of Settings { InstanceID = \"${vm.name}\"; Address = \"running\"; };" },
        { NULL, NULL } };

#define N 500

static Fixture *
read_fixture (void)
{
  g_autoptr (GError) error = NULL;
  Fixture *fixture = fixture_read (schema, files, N, &error);

  g_assert_no_error (error);
  return fixture;
}

static RepositoryObject *
find_vm (Fixture *fixture, const char *name)
{
  g_autoptr (GPtrArray) systems
      = repository_list (fixture->repository, FIXTURE_SPACE, "System", NULL);

  for (guint i = 0; i < systems->len; i++)
    if (g_strcmp0 (repository_object_get_string (systems->pdata[i], "ElementName"), name) == 0)
      return repository_object_ref (systems->pdata[i]);
  return NULL;
}

static guint
count (Fixture *fixture, const char *query)
{
  g_autofree char *names = fixture_query (fixture->repository, FIXTURE_SPACE, query, "Nothing");
  g_auto (GStrv) parts = g_strsplit (names, " ", -1);

  return names[0] == '\0' ? 0 : g_strv_length (parts);
}

static void
test_list (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  guint running = count (fixture, "SELECT * FROM Settings WHERE Address = 'running'");

  g_assert_cmpuint (count (fixture, "SELECT * FROM System"), ==, N + 1);
  g_assert_cmpuint (count (fixture, "SELECT * FROM Settings"), ==, N + running);
  /* One in three. */
  g_assert_cmpuint (running, >, N / 4);
  g_assert_cmpuint (running, <, N / 2);
}

static void
test_unique (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (GPtrArray) systems
      = repository_list (fixture->repository, FIXTURE_SPACE, "System", NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 1; i < systems->len; i++) {
    const char *name = repository_object_get_string (systems->pdata[i], "Name");

    g_assert_true (g_uuid_string_is_valid (name));
    g_assert_cmpint (name[14], ==, '4');
    g_assert_true (g_hash_table_add (seen, (gpointer)name));
    g_assert_cmpuint (repository_object_get_uint (systems->pdata[i], "ProcessID") % 4, ==, 0);
  }
}

static void
test_lookup (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) vm = find_vm (fixture, "vm-00123");
  g_autofree char *guid = g_ascii_strdown (repository_object_get_string (vm, "Name"), -1);
  g_autofree char *path = g_strdup_printf ("System.name='%s'", guid);
  g_autofree char *full = g_strdup_printf ("System.CreationClassName=\"System\",Name=\"%s\"", guid);
  g_autofree char *settings = g_strdup_printf ("Settings.InstanceID=\"Microsoft:%s\\\\0\"", guid);
  g_autofree char *query = g_strdup_printf ("SELECT * FROM System WHERE Name = '%s'", guid);
  g_autoptr (RepositoryObject) one = fixture_lookup (fixture, path, NULL);
  g_autoptr (RepositoryObject) two = fixture_lookup (fixture, full, NULL);
  g_autoptr (RepositoryObject) three = fixture_lookup (fixture, settings, NULL);
  g_autofree char *found = NULL;

  g_assert_true (one == vm);
  g_assert_true (two == vm);
  g_assert_nonnull (three);
  g_assert_true (g_str_has_prefix (repository_object_get_string (three, "Address"), "00155D"));
  found = fixture_query (fixture->repository, FIXTURE_SPACE, query, "ElementName");
  g_assert_cmpstr (found, ==, "vm-00123");
  g_assert_null (
      fixture_lookup (fixture, "System.Name='DA544605-7DB3-4A68-8931-78277B4AAC9D'", NULL));
}

static void
test_associations (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) vm = find_vm (fixture, "vm-00042");
  g_autoptr (RepositoryObject) pool = fixture_lookup (fixture, "Pool.InstanceID='POOL'", NULL);
  g_autofree char *settings = fixture_join (
      repository_associators (fixture->repository, vm, "Defines", NULL, NULL, NULL, NULL),
      "Address");
  g_autofree char *pools = fixture_join (
      repository_associators (fixture->repository, vm, NULL, "Pool", NULL, NULL, NULL),
      "InstanceID");
  g_autoptr (GPtrArray) all
      = repository_associators (fixture->repository, pool, NULL, "System", NULL, NULL, NULL);
  g_autoptr (GPtrArray) references
      = repository_references (fixture->repository, vm, NULL, NULL, NULL);

  g_assert_true (g_str_has_prefix (settings, "00155D"));
  g_assert_cmpuint (strlen (settings), ==, 12);
  g_assert_cmpstr (pools, ==, "pool");
  g_assert_cmpuint (all->len, ==, N);
  g_assert_cmpuint (references->len, ==, 2);
}

static void
test_changes (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  RepositoryObject *vm = find_vm (fixture, "vm-00007");
  g_autoptr (RepositoryObject) other = find_vm (fixture, "vm-00008");
  g_autofree char *path = repository_object_to_path_text (vm);
  g_autoptr (RepositoryObject) again = NULL;

  g_assert_true (repository_object_set_uint (vm, "State", 2, NULL));
  repository_object_unref (vm);
  again = fixture_lookup (fixture, path, NULL);
  g_assert_cmpuint (repository_object_get_uint (again, "State"), ==, 2);
  g_assert_cmpuint (count (fixture, "SELECT * FROM System WHERE State = 2"), ==, 1);

  g_assert_true (repository_delete (fixture->repository, again, NULL));
  g_assert_true (repository_delete (fixture->repository, other, NULL));
  g_assert_cmpstr (repository_object_get_string (other, "ElementName"), ==, "vm-00008");
  g_assert_null (fixture_lookup (fixture, path, NULL));
  g_assert_cmpuint (count (fixture, "SELECT * FROM System"), ==, N - 1);
}

/* By properties that are no keys, among generated, changed and shipped ones alike. */
static void
test_values (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) vm = find_vm (fixture, "vm-00007");
  g_autoptr (RepositoryObject) other = find_vm (fixture, "vm-00008");
  g_autofree char *id
      = g_strdup_printf ("SELECT * FROM System WHERE ProcessID = %" G_GUINT64_FORMAT,
                         repository_object_get_uint (vm, "ProcessID"));
  static const struct {
    const char *query;
    const char *expected;
  } rows[] = { { "SELECT * FROM System WHERE ElementName = 'VM-00008'", "vm-00008" },
               { "SELECT * FROM System WHERE ElementName = 'vm-00007'", "" },
               { "SELECT * FROM System WHERE ElementName = 'renamed' AND State = 3", "renamed" },
               { "SELECT * FROM System WHERE State = 17", "seventeen" },
               { "SELECT * FROM System WHERE ElementName = 'nobody'", "" } };
  g_autoptr (RepositoryObject) host = fixture_lookup (fixture, "System.Name='TESTHOST'", NULL);
  g_autofree char *found = fixture_query (fixture->repository, FIXTURE_SPACE, id, "ElementName");

  g_assert_cmpstr (found, ==, "vm-00007");
  g_assert_true (repository_object_set_string (vm, "ElementName", "renamed", NULL));
  g_assert_true (repository_object_set_uint (other, "ProcessID", 1, NULL));
  g_assert_true (repository_object_set_string (host, "ElementName", "seventeen", NULL));
  g_assert_true (repository_object_set_uint (host, "State", 17, NULL));
  g_assert_cmpuint (count (fixture, "SELECT * FROM System WHERE State = 3"), ==, N);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *names
        = fixture_query (fixture->repository, FIXTURE_SPACE, rows[i].query, "ElementName");

    g_assert_cmpstr (names, ==, rows[i].expected);
  }
}

static void
test_again (void)
{
  g_autoptr (Fixture) one = read_fixture ();
  g_autoptr (Fixture) two = read_fixture ();
  g_autofree char *a
      = fixture_query (one->repository, FIXTURE_SPACE, "SELECT * FROM Settings", "InstanceID");
  g_autofree char *b
      = fixture_query (two->repository, FIXTURE_SPACE, "SELECT * FROM Settings", "InstanceID");

  g_assert_cmpstr (a, ==, b);
}

/* The devices of a generated VM have its own numbers. */
static void
test_instantiate (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) vm = find_vm (fixture, "vm-00001");
  const char *guid = repository_object_get_string (vm, "Name");
  g_autoptr (GError) error = NULL;

  /* What the family has made is there. */
  g_assert_false (repository_instantiate (fixture->repository, "vm", guid, "x", &error));
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_EXISTS);
  g_assert_true (repository_instantiate (fixture->repository, "running", guid, "x", NULL));
}

static void
test_permutation (void)
{
  static const char pattern[] = { 'a', IMAGE_VARIABLE_GUID, '-', IMAGE_VARIABLE_MAC, '\0' };
  static const guint32 seeds[] = { 1, 2, 77, G_MAXUINT32 };

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    for (guint32 number = 1; number < 3000; number += 7) {
      g_autoptr (GString) text = g_string_new (NULL);
      RepositoryVm vm;

      repository_vm_init (&vm, seeds[i], number);
      repository_vm_render (text, pattern, &vm);
      g_string_ascii_down (text);
      g_assert_cmpuint (repository_vm_match (pattern, text->str, seeds[i], 3000), ==, number);
      g_assert_cmpuint (repository_vm_match (pattern, text->str, seeds[i], number - 1), ==, 0);
      g_string_append_c (text, '0');
      g_assert_cmpuint (repository_vm_match (pattern, text->str, seeds[i], 3000), ==, 0);
      g_string_truncate (text, text->len - 1);
      text->str[text->len - 1] ^= 1;
      g_assert_cmpuint (repository_vm_match (pattern, text->str, seeds[i], 3000), ==, 0);
    }
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  const FixtureFile none[] = { { NULL, NULL } };

  g_assert_null (fixture_read (schema, files, REPOSITORY_MAX_VMS + 1, &error));
  g_assert_cmpstr (error->message, ==, "expected at most 1000000 generated VMs, found 1000001");
  g_clear_error (&error);
  g_assert_null (fixture_read (schema, none, 1, &error));
  g_assert_nonnull (strstr (error->message, "expected families with weights in [families] and"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/repository/families/all are listed, in the mix of host.ini", test_list);
  g_test_add_func ("/repository/families/GUIDs are unique", test_unique);
  g_test_add_func ("/repository/families/found by their keys", test_lookup);
  g_test_add_func ("/repository/families/found by associations", test_associations);
  g_test_add_func ("/repository/families/changed and deleted", test_changes);
  g_test_add_func ("/repository/families/found by other properties", test_values);
  g_test_add_func ("/repository/families/the same seed, the same VMs", test_again);
  g_test_add_func ("/repository/families/a template for one of them", test_instantiate);
  g_test_add_func ("/repository/families/numbers lead to texts and back", test_permutation);
  g_test_add_func ("/repository/families/too many, or no families", test_refused);
  return g_test_run ();
}
