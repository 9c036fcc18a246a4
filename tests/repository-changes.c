/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/repository-world.h"

/* Objects of a host: changed, made, deleted; templates; the clock. */

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

/* A watch may take away another: that one is not called any more, not even for this change. */
static void
take_away (RepositoryChange change, RepositoryObject *object, gpointer data)
{
  repository_remove_watch (((Log *)data)->repository, ((Log *)data)->id);
}

static void
test_watch_removed (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, "A.Name=\"b\"", NULL);
  Log other = { .log = log };
  Log first = { .repository = fixture->repository };

  repository_add_watch (fixture->repository, take_away, &first, NULL);
  first.id = repository_add_watch (fixture->repository, note, &other, NULL);
  g_assert_true (repository_object_set_uint (object, "Small", 1, NULL));
  g_assert_cmpstr (log->str, ==, "");
}

/* What was read stays as long as somebody holds the object. */
static void
test_held (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) object = NULL;
  RepositoryObject *another;
  const char *text;

  g_assert_true (repository_instantiate (fixture->repository, "devices", "GUID", "vm", NULL));
  object = fixture_lookup (fixture, "Two.Name='guid',Number=1", NULL);
  another = repository_object_ref (object);
  text = repository_object_get_string (object, "Name");
  repository_object_unref (another);
  g_assert_true (repository_object_get_string (object, "Name") == text);
  g_assert_cmpstr (text, ==, "guid");
}

static void
test_set_range (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (RepositoryObject) object = fixture_lookup (fixture, "A.Name=\"b\"", NULL);
  g_autoptr (HypervCimValue) least = hyperv_cim_value_new_signed (HYPERV_CIM_TYPE_SINT64, -32768);
  g_autoptr (HypervCimValue) less = hyperv_cim_value_new_signed (HYPERV_CIM_TYPE_SINT64, -32769);
  g_autoptr (HypervCimValue) minus = hyperv_cim_value_new_signed (HYPERV_CIM_TYPE_SINT64, -1);

  g_assert_true (repository_object_set_uint (object, "Small", 255, NULL));
  g_assert_false (repository_object_set_uint (object, "Small", 256, NULL));
  g_assert_false (repository_object_set (object, "Small", minus, NULL));
  g_assert_true (repository_object_set_uint (object, "Signed", 32767, NULL));
  g_assert_false (repository_object_set_uint (object, "Signed", 32768, NULL));
  g_assert_true (repository_object_set (object, "Signed", least, NULL));
  g_assert_false (repository_object_set (object, "Signed", less, NULL));
  g_assert_false (repository_object_set_uint (object, "Flag", 2, NULL));
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

static gpointer
ref_object (gconstpointer object, gpointer unused)
{
  return repository_object_ref ((RepositoryObject *)object);
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

/* Many with the same key: each deletion leaves the others. */
static void
test_many (void)
{
  g_autoptr (Fixture) fixture = read_fixture ();
  g_autoptr (GPtrArray) objects
      = g_ptr_array_new_with_free_func ((GDestroyNotify)repository_object_unref);
  static const char query[] = "SELECT * FROM Two WHERE Name = 'many'";

  for (guint i = 0; i < 50; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    g_autoptr (HypervCimInstance) instance = make_two ("many", i, text);

    g_ptr_array_add (objects, repository_create (fixture->repository, instance, NULL));
    g_assert_nonnull (objects->pdata[i]);
  }
  for (guint i = 0; objects->len > 0; i++) {
    guint place = i * 31 % objects->len;
    g_autofree char *found = fixture_query (fixture->repository, FIXTURE_SPACE, query, "Text");
    g_autofree char *expected
        = fixture_join (g_ptr_array_copy (objects, (GCopyFunc)ref_object, NULL), "Text");

    g_assert_cmpstr (found, ==, expected);
    g_assert_true (repository_delete (fixture->repository, objects->pdata[place], NULL));
    g_ptr_array_remove_index (objects, place);
  }
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

  g_assert_nonnull (later);
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

#define ADD(rows, name, test)                                                                      \
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {                                                \
    g_autofree char *path = g_strconcat ("/repository/" name "/", rows[i].sentence, NULL);         \
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test);                                       \
  }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (set_rows, "objects/set", test_set_row)
  g_test_add_func ("/repository/objects/changes are told and stay", test_set);
  g_test_add_func ("/repository/objects/created and deleted", test_create_and_delete);
  g_test_add_func ("/repository/objects/a shipped one deleted and made again", test_delete_shipped);
  g_test_add_func ("/repository/objects/not created", test_create_bad);
  g_test_add_func ("/repository/objects/a watch taken away", test_watch_removed);
  g_test_add_func ("/repository/objects/what was read stays while it is held", test_held);
  g_test_add_func ("/repository/objects/integers within their range", test_set_range);
  g_test_add_func ("/repository/objects/many with the same key", test_many);
  g_test_add_func ("/repository/objects/a reference is set", test_reference_set);
  g_test_add_func ("/repository/objects/a cursor delivers what was deleted",
                   test_cursor_after_delete);
  g_test_add_func ("/repository/objects/a template", test_instantiate);
  g_test_add_func ("/repository/objects/uptime", test_on_time);
  return g_test_run ();
}
