/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/repository-fixture.h"

/* Objects of a host: looked up, read, changed, made, deleted. */

static const char schema[]
    = "class A { [Key] string Name; string Text; uint8 Small; sint16 Signed; boolean Flag;"
      "  datetime When; string Texts[]; A REF Other; [EmbeddedInstance (\"E\")] string Inner;"
      "  [Since (\"2019\")] string New; [ValueMap {\"1\", \"2\"}, Values {\"one\", \"two\"}] uint8"
      "  Mapped; [Static] uint32 Do ([In] uint8 What, [Out] A REF Job, [Since (\"2019\"), In] uint8"
      "  More); };"
      "class B : A { string Extra; };"
      "class E { uint8 x; };"
      "class Two { [Key] string Name; [Key] uint32 Number; string Text; };"
      "class Only { string Text; };"
      "[Association] class Link { [Key] A REF Left; [Key] Two REF Right; A REF Third; };"
      "class Msvm_ComputerSystem { [Key] string Name; uint16 EnabledState;"
      "  uint64 OnTimeInMilliseconds; };";

static const FixtureFile files[] = {
  { "instances/all.mof",
    "#pragma namespace (\"root/test\")\n"
    "instance of A as $a { Name = \"a\\\\1\"; Text = \"x\"; Small = 7; Texts = {\"p\", \"q\"}; };"
    "instance of B as $b { Name = \"b\"; Text = \"y\"; Extra = \"e\"; };"
    "instance of Two as $two { Name = \"t\"; Number = 5; Text = \"five\"; };"
    "instance of Two { Name = \"t\"; Number = 6; Text = \"six\"; };"
    "instance of Only { Text = \"only\"; };"
    "instance of Link { Left = $a; Right = $two; Third = $b; };"
    "instance of Msvm_ComputerSystem { Name = \"on\"; EnabledState = 2;"
    "  OnTimeInMilliseconds = 1000; };"
    "instance of Msvm_ComputerSystem { Name = \"off\"; EnabledState = 3;"
    "  OnTimeInMilliseconds = 0; };" },
  { "templates/devices.mof",
    "#pragma namespace (\"root/test\")\n"
    "instance of Two { Name = \"${vm.guid}\"; Number = ${vm.pid}; Text = \"${vm.name} ${vm.mac}\"; "
    "};"
    "instance of Two { Name = \"${vm.guid.lower}\"; Number = 1; Text = \"${computer_name}\"; };"
    "instance of Link { Left = \"A.Name=\\\"a\\\\\\\\1\\\"\";"
    "  Right = \"Two.Name=\\\"${vm.guid}\\\",Number=1\"; };" },
  { NULL, NULL }
};

static Fixture *
read_fixture (void)
{
  g_autoptr (GError) error = NULL;
  Fixture *fixture = fixture_read (schema, files, 0, &error);

  g_assert_no_error (error);
  return fixture;
}

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

/* ---- changing ---- */

typedef struct {
  GString *log;
  guint id;
  Repository *repository;
} Log;

static void
note (RepositoryChange change, RepositoryObject *object, gpointer data)
{
  static const char *const words[] = { "created", "modified", "deleted" };
  g_autoptr (HypervCimPath) path = repository_object_to_path (object);

  g_string_append_printf (((Log *)data)->log, "%s %s; ", words[change],
                          hyperv_cim_path_get_class_name (path));
}

static void
test_set (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (GString) log = g_string_new (NULL);
  Log watch = { .log = log };
  guint id = repository_add_watch (fixture->repository, note, &watch, NULL);
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, "A.Name=\"b\"", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  g_assert_true (repository_object_set_string (object, "Text", "z", &error));
  g_assert_true (repository_object_set_uint (object, "Small", 9, &error));
  g_assert_true (
      repository_object_set_time (object, "When", G_GINT64_CONSTANT (1710146712482117), &error));
  g_assert_true (repository_object_set_null (object, "Extra", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (log->str, ==, "modified B; modified B; modified B; modified B; ");
  /* What does not change is no change. */
  g_assert_true (repository_object_set_string (object, "Text", "z", &error));
  repository_remove_watch (fixture->repository, id);
  g_assert_true (repository_object_set_string (object, "Text", "zz", &error));
  g_assert_cmpuint (log->len, ==, strlen ("modified B; ") * 4);

  /* It stays when nobody holds it, and is found by its new values. */
  g_clear_pointer (&object, repository_object_unref);
  found = fixture_query (fixture->repository, FIXTURE_SPACE,
                         "SELECT * FROM A WHERE Small = 9 AND Text = 'zz' AND When = "
                         "'20240311084512.482117-000'",
                         "Name");
  g_assert_cmpstr (found, ==, "b");
}

static const struct {
  const char *sentence;
  const char *property;
  const char *value;
  const char *message;
} set_rows[] = {
  { "a text as a number", "Small", "12", NULL },
  { "a number that is too large", "Small", "256", "B: Small: expected uint8, found \"256\"" },
  { "a key", "Name", "c", "expected a property that is no key, found Name" },
  { "an unknown property", "Nothing", "c", "expected one of its properties, found Nothing" },
  { "a newer property", "New", "c", "expected one of its properties, found New" },
  { "a reference as a path", "Other", "A.Name=\"b\"", NULL },
  { "a reference that is none", "Other", "b c", "B: Other: object path b c: " },
  { "one value for an array", "Texts", "x", "B: Texts: expected an array, found one value" },
  { "a date", "When", "20240311084512.482117-000", NULL },
  { "a date that is none", "When", "today", "B: When: expected datetime, found \"today\"" },
};

static void
test_set_row (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, "A.Name=\"b\"", NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok
      = repository_object_set_string (object, set_rows[i].property, set_rows[i].value, &error);

  g_assert_true (ok == (set_rows[i].message == NULL));
  if (ok)
    return;
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE);
  if (strstr (error->message, set_rows[i].message) == NULL)
    g_error ("expected \"%s\", found \"%s\"", set_rows[i].message, error->message);
}

static HypervCimInstance *
make_two (const char *name, guint number, const char *text)
{
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (FIXTURE_SPACE, "Two");

  hyperv_cim_builder_add_string (builder, "name", name);
  hyperv_cim_builder_add_unsigned (builder, "Number", HYPERV_CIM_TYPE_UINT32, number);
  if (text != NULL)
    hyperv_cim_builder_add_string (builder, "Text", text);
  return hyperv_cim_builder_end (builder);
}

static void
test_create_and_delete (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  Repository *repository = fixture->repository;
  g_autoptr (HypervCimInstance) instance = make_two ("New", 1, "one");
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryObject) object = repository_create (repository, instance, &error);
  g_autoptr (RepositoryObject) twice = repository_create (repository, instance, NULL);
  g_autoptr (RepositoryObject) found = fixture_lookup (fixture, "Two.name='NEW',Number=1", NULL);
  g_autofree char *all = NULL;
  g_autofree char *rest = NULL;

  g_assert_no_error (error);
  g_assert_null (twice);
  g_assert_true (found == object);
  all = fixture_query (repository, FIXTURE_SPACE, "SELECT * FROM Two", "Text");
  g_assert_cmpstr (all, ==, "five six one");

  g_assert_true (repository_delete (repository, object, &error));
  g_assert_false (repository_delete (repository, object, NULL));
  g_assert_false (repository_object_set_string (object, "Text", "x", NULL));
  g_assert_cmpstr (repository_object_get_string (object, "Text"), ==, "one");
  g_assert_null (fixture_lookup (fixture, "Two.Number=1", NULL));
  rest = fixture_query (repository, FIXTURE_SPACE, "SELECT * FROM Two", "Text");
  g_assert_cmpstr (rest, ==, "five six");
}

static void
test_delete_shipped (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  Repository *repository = fixture->repository;
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, "Two.Number=5", NULL);
  g_autoptr (HypervCimInstance) instance = make_two ("t", 5, "again");
  g_autoptr (RepositoryObject) again = NULL;
  g_autofree char *all = NULL;
  g_autofree char *ends = NULL;

  g_assert_true (repository_delete (repository, object, NULL));
  ends = fixture_query (repository, FIXTURE_SPACE, "ASSOCIATORS OF {A.Name='a\\1'}", "Name");
  g_assert_cmpstr (ends, ==, "b");
  again = repository_create (repository, instance, NULL);
  g_assert_nonnull (again);
  all = fixture_query (repository, FIXTURE_SPACE, "SELECT * FROM Two WHERE Name = 't'", "Text");
  g_assert_cmpstr (all, ==, "six again");
}

static void
test_create_bad (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (FIXTURE_SPACE, "Two");
  g_autoptr (HypervCimInstance) keyless = NULL;
  g_autoptr (HypervCimInstance) unknown = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_builder_add_string (builder, "Name", "n");
  keyless = hyperv_cim_builder_end (builder);
  g_assert_null (repository_create (fixture->repository, keyless, &error));
  g_assert_cmpstr (error->message, ==, "expected a value for the key Number of Two, found none");
  g_clear_error (&error);
  hyperv_cim_builder_add_string (builder, "Nam", "n");
  unknown = hyperv_cim_builder_end (builder);
  g_assert_null (repository_create (fixture->repository, unknown, &error));
  g_assert_cmpstr (error->message, ==, "expected a property of Two, found Nam");
}

/* A reference that is set leads on at once, and what it named before leads nowhere. */
static void
test_reference_set (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  Repository *repository = fixture->repository;
  g_autoptr (GPtrArray) links = repository_list (repository, FIXTURE_SPACE, "Link", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *old = NULL;
  static const char other[] = "ASSOCIATORS OF {A.Name='b'}";

  before = fixture_query (repository, FIXTURE_SPACE, other, "Name");
  g_assert_cmpstr (before, ==, "a\\1 t");
  g_assert_true (
      repository_object_set_string (links->pdata[0], "Third", "A.Name=\"a\\\\1\"", NULL));
  old = fixture_query (repository, FIXTURE_SPACE, other, "Name");
  g_assert_cmpstr (old, ==, "");
  g_assert_true (repository_object_set_string (links->pdata[0], "Third", "B.Name=\"b\"", NULL));
  after = fixture_query (repository, FIXTURE_SPACE, other, "Name");
  g_assert_cmpstr (after, ==, "a\\1 t");
  g_assert_true (repository_delete (repository, links->pdata[0], NULL));
}

/* ---- cursors ---- */

static void
test_cursor_after_delete (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  Repository *repository = fixture->repository;
  g_autoptr (RepositoryCursor) cursor
      = repository_run_class (repository, FIXTURE_SPACE, "Two", NULL);
  g_autoptr (RepositoryObject) six = fixture_lookup (fixture, "Two.Number=6", NULL);
  g_autoptr (HypervCimInstance) instance = make_two ("later", 7, NULL);
  g_autoptr (RepositoryObject) later = repository_create (repository, instance, NULL);

  g_assert_cmpstr (repository_object_get_string (repository_cursor_next (cursor), "Text"), ==,
                   "five");
  g_assert_true (repository_object_set_string (six, "Text", "six!", NULL));
  g_assert_true (repository_delete (repository, six, NULL));
  g_clear_pointer (&six, repository_object_unref);
  g_assert_false (repository_cursor_at_end (cursor));
  g_assert_cmpstr (repository_object_get_string (repository_cursor_next (cursor), "Text"), ==,
                   "six!");
  g_assert_true (repository_cursor_at_end (cursor));
  g_assert_null (repository_cursor_next (cursor));
}

/* ---- templates ---- */

static void
test_instantiate (void)
{
  static const char guid[] = "da544605-7db3-4a68-8931-78277b4aac9d";
  g_autoptr (Fixture) fixture = read_fixture ();
  Repository *repository = fixture->repository;
  g_autoptr (GString) log = g_string_new (NULL);
  Log watch = { .log = log };
  g_autoptr (GError) error = NULL;
  g_autofree char *ends = NULL;
  g_autofree char *names = NULL;

  repository_add_watch (repository, note, &watch, NULL);
  g_assert_true (repository_instantiate (repository, "devices", guid, "web01", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (log->str, ==, "created Link; created Two; created Two; ");
  ends = fixture_query (repository, FIXTURE_SPACE,
                        "ASSOCIATORS OF {A.Name='a\\1'} WHERE ResultClass=Two", "Text");
  g_assert_cmpstr (ends, ==, "five TESTHOST");
  names
      = fixture_query (repository, FIXTURE_SPACE,
                       "SELECT * FROM Two WHERE Name = 'DA544605-7DB3-4A68-8931-78277B4AAC9D' AND "
                       "Text LIKE 'web01 00155D______'",
                       "Name");
  g_assert_cmpstr (names, ==, "DA544605-7DB3-4A68-8931-78277B4AAC9D");

  /* All or nothing. */
  g_assert_false (repository_instantiate (repository, "devices", guid, "web01", &error));
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (repository_instantiate (repository, "nothing", guid, "web01", &error));
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND);
}

/* ---- the clock ---- */

static void
test_on_time (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) on = fixture_lookup (fixture, "Msvm_ComputerSystem.Name='on'", NULL);
  g_autoptr (RepositoryObject) off
      = fixture_lookup (fixture, "Msvm_ComputerSystem.Name='off'", NULL);
  static const char name[] = "OnTimeInMilliseconds";

  sim_clock_advance (fixture->clock, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (repository_object_get_uint (on, name), ==, 6000);
  g_assert_cmpuint (repository_object_get_uint (off, name), ==, 0);

  /* It stops with the VM, and goes on from there. */
  g_assert_true (repository_object_set_uint (on, "EnabledState", 9, NULL));
  sim_clock_advance (fixture->clock, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (repository_object_get_uint (on, name), ==, 6000);
  g_assert_true (repository_object_set_uint (on, "EnabledState", 2, NULL));
  sim_clock_advance (fixture->clock, G_USEC_PER_SEC);
  g_assert_cmpuint (repository_object_get_uint (on, name), ==, 7000);

  /* What is set counts from then on. */
  g_assert_true (repository_object_set_uint (on, name, 0, NULL));
  sim_clock_advance (fixture->clock, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (repository_object_get_uint (on, name), ==, 2000);
  g_assert_true (repository_delete (fixture->repository, on, NULL));
  sim_clock_advance (fixture->clock, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (repository_object_get_uint (on, name), ==, 2000);
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
  ADD (set_rows, "objects/set", test_set_row)
  g_test_add_func ("/repository/classes", test_class);
  g_test_add_func ("/repository/objects/instance and path", test_border);
  g_test_add_func ("/repository/objects/a path leads back", test_path_escapes);
  g_test_add_func ("/repository/objects/changes are told and stay", test_set);
  g_test_add_func ("/repository/objects/created and deleted", test_create_and_delete);
  g_test_add_func ("/repository/objects/a shipped one deleted and made again", test_delete_shipped);
  g_test_add_func ("/repository/objects/not created", test_create_bad);
  g_test_add_func ("/repository/objects/a reference is set", test_reference_set);
  g_test_add_func ("/repository/objects/a cursor delivers what was deleted",
                   test_cursor_after_delete);
  g_test_add_func ("/repository/objects/a template", test_instantiate);
  g_test_add_func ("/repository/objects/uptime", test_on_time);
  g_test_add_func ("/repository/objects/random numbers repeat", test_random);
  return g_test_run ();
}
