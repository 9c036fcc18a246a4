/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/repository-world.h"

/* Objects of a host: looked up and read. */

/* ---- looking up ---- */

static const struct {
  const char *sentence;
  const char *path;
  const char *expected; /* Text, or "!" and the kind of error */
} lookup_rows[] = {
  { "by its key", "A.Name=\"a\\\\1\"", "x" },
  { "in any case", "a.NAME='A\\1'", "x" },
  { "with host and namespace", "\\\\ANY\\root\\test:A.Name=\"b\"", "y" },
  { "through the base class", "A.Name=\"b\"", "y" },
  { "keys in any order", "Two.Number=5,Name=\"T\"", "five" },
  { "a number in hex", "Two.Number=0x6,Name=\"t\"", "six" },
  { "a key alone, when one instance has it", "Two.Number=5", "five" },
  { "a key alone, when several have it", "Two.Name=\"t\"", "!NOT_FOUND" },
  { "without keys, the only instance", "Only=@", "only" },
  { "without keys, one of several", "Two", "!NOT_FOUND" },
  { "a base instance through the derived class", "B.Name=\"a\\\\1\"", "!NOT_FOUND" },
  { "nobody", "A.Name=\"nobody\"", "!NOT_FOUND" },
  { "a number that is none", "Two.Number=x,Name=\"t\"", "!NOT_FOUND" },
  { "a key that is none", "A.Text=\"x\"", "!INVALID_VALUE" },
  { "an unknown class", "X.Name=\"a\"", "!INVALID_CLASS" },
  { "an unknown namespace", "root\\none:A.Name=\"a\"", "!INVALID_NAMESPACE" },
  { "by references",
    "Link.Left=\"A.Name=\\\"a\\\\\\\\1\\\"\",Right=\"Two.Number=5,Name=\\\"T\\\"\"", "-" },
  { "a path that is none", "A.Name=\"a", "!SYNTAX" },
  { "a key twice", "A.Name=\"a\",name=\"b\"", "!SYNTAX" },
  { "a host without namespace", "\\\\HOST", "!SYNTAX" },
  { "something behind", "A.Name=\"a\" x", "!SYNTAX" },
};

static void
test_lookup (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, lookup_rows[i].path, &error);
  const char *expected = lookup_rows[i].expected, *text;

  if (expected[0] == '!') {
    g_assert_null (object);
    g_assert_cmpstr (fixture_get_code (error), ==, expected + 1);
    return;
  }
  g_assert_no_error (error);
  text = repository_object_get_string (object, "Text");
  g_assert_cmpstr (text == NULL ? "-" : text, ==, expected);
}

/* ---- reading ---- */

static void
test_class (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  const RepositoryClass *b = repository_find_class (fixture->repository, "ROOT/Test", "b");
  const RepositoryMethod *method = repository_class_find_method (b, "do");
  const RepositoryProperty *mapped = repository_class_find_property (b, "MAPPED");

  g_assert_cmpstr (repository_class_get_name (b), ==, "B");
  g_assert_cmpstr (repository_class_get_namespace (b), ==, "root/test");
  g_assert_true (repository_class_is_a (b, "a"));
  g_assert_false (repository_class_is_association (b));
  g_assert_cmpstr (repository_class_get_keys (b)[0], ==, "Name");
  g_assert_cmpstr (repository_class_get_property (b, 0)->name, ==, "Extra");
  g_assert_cmpstr (repository_class_get_property (b, 1)->name, ==, "Flag");
  g_assert_cmpuint (repository_class_get_n_properties (b), ==, 11);
  g_assert_null (repository_class_find_property (b, "New"));
  g_assert_cmpstr (mapped->value_map[1], ==, "2");
  g_assert_cmpstr (mapped->values[1], ==, "two");
  g_assert_null (mapped->values[2]);
  g_assert_null (repository_class_find_method (b, "Later"));
  g_assert_true (method->is_static);
  g_assert_cmpuint (method->n_parameters, ==, 2);
  g_assert_cmpstr (method->parameters[1].reference_class, ==, "A");
  g_assert_cmpstr (repository_class_find_property (b, "Inner")->embedded_class, ==, "E");
  g_assert_null (repository_find_class (fixture->repository, "root/other", "A"));
}

static void
test_border (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, "Two.Number=5", NULL);
  g_autoptr (HypervCimInstance) instance = repository_object_to_instance (object);
  g_autoptr (HypervCimPath) path = repository_object_to_path (object);
  g_autofree char *text = repository_object_to_path_text (object);
  g_autofree char *again = repository_write_path (fixture->repository, path);

  g_assert_cmpuint (hyperv_cim_instance_get_n_properties (instance), ==, 3);
  g_assert_cmpstr (hyperv_cim_instance_get_property_name (instance, 1), ==, "Number");
  g_assert_cmpstr (hyperv_cim_path_lookup (path, "number"), ==, "5");
  g_assert_cmpstr (text, ==, "\\\\TESTHOST\\root\\test:Two.Name=\"t\",Number=5");
  g_assert_cmpstr (again, ==, text);
}

static void
test_path_escapes (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, "A.Name='a\\1'", NULL);
  g_autofree char *text = repository_object_to_path_text (object);
  g_autoptr (RepositoryObject) again = fixture_lookup (fixture, text, NULL);

  g_assert_cmpstr (text, ==, "\\\\TESTHOST\\root\\test:A.Name=\"a\\\\1\"");
  g_assert_true (again == object);
}

static void
test_random (void)
{
  g_autoptr (Fixture) one = read_fixture ();
  g_autoptr (Fixture) two = read_fixture ();

  for (guint i = 0; i < 10; i++) {
    g_autofree char *a = repository_random_guid (one->repository);
    g_autofree char *b = repository_random_guid (two->repository);

    g_assert_cmpstr (a, ==, b);
    g_assert_true (g_uuid_string_is_valid (a));
    g_assert_cmpint (a[14], ==, '4');
    g_assert_cmpuint (repository_random (one->repository), ==, repository_random (two->repository));
  }
}

#define ADD(rows, name, test)                                                                      \
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {                                                \
    g_autofree char *path = g_strconcat ("/repository/" name "/", rows[i].sentence, NULL);         \
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test);                                       \
  }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (lookup_rows, "lookup", test_lookup)
  g_test_add_func ("/repository/classes", test_class);
  g_test_add_func ("/repository/objects/instance and path", test_border);
  g_test_add_func ("/repository/objects/a path leads back", test_path_escapes);
  g_test_add_func ("/repository/objects/random numbers repeat", test_random);
  return g_test_run ();
}
