/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/wql.h"
#include "tests/repository-fixture.h"

/* Rows of fixtures/wql.tsv (sentence, query, expected, source), asked of a small host. Expected are
 * the Names of the results, or "!" with the kind of error and a part of its message. */

static const char schema[]
    = "class Machine {"
      "  [Key] string Name; string Label; uint16 State; sint32 Offset; real64 Load; boolean Ready;"
      "  datetime When; [Subtype (\"interval\")] datetime Delay; string Notes[]; uint64 Big;"
      "  uint32 Limit; Machine REF Twin; };"
      "class Cluster : Machine { string Extra; };"
      "class Thing { [Key] string Name; [Key] uint32 Number; };"
      "[Association] class Link { [Key] Machine REF Antecedent; [Key] Machine REF Dependent; };"
      "[Association] class StrongLink : Link { };"
      "[Association] class Holds { [Key] Machine REF Owner; [Key] Thing REF Part; };";

static const FixtureFile files[] = {
  { "instances/all.mof",
    "#pragma namespace (\"root/test\")\n"
    "instance of Machine as $a { Name = \"A\"; Label = \"web01\"; State = 2; Offset = -5;"
    "  Load = 0.5; Ready = TRUE; When = \"20240311084512.482117-000\"; Notes = {\"x\"};"
    "  Delay = \"00000000003000.000000:000\"; Big = 18446744073709551615; Limit = 3;"
    "  Twin = $b; };"
    "instance of Machine as $b { Name = \"B\"; Label = \"50%\"; State = 3; Offset = 5; Load = 1.5;"
    "  Ready = FALSE; When = \"20240311104512.482117+120\"; Big = 1; Limit = 3; };"
    "instance of Machine as $c { Name = \"C\"; };"
    "instance of Cluster as $d { Name = \"D\"; Label = \"\xc3\x84 o'brien\"; State = 32769;"
    "  Extra = \"e\"; Ready = TRUE; };"
    "instance of Machine as $e { Name = \"G{1}\\\\x\"; Label = \"a_b\"; State = 0; };"
    "instance of Machine { Name = \"TESTHOST\"; Label = \"C:\\\\vm\\\\a.vhdx\"; };"
    "instance of Thing as $t1 { Name = \"T\"; Number = 16; };"
    "instance of Thing as $t2 { Name = \"T\"; Number = 17; };"
    "instance of Link { Antecedent = $a; Dependent = $b; };"
    "instance of StrongLink { Antecedent = $a; Dependent = $d; };"
    "instance of Link { Antecedent = $c; Dependent = $a; };"
    "instance of Link { Antecedent = $a; Dependent = \"Machine.Name=\\\"nobody\\\"\"; };"
    "instance of Holds { Owner = $a; Part = $t1; };"
    "instance of Holds { Owner = $e; Part = $t2; };" },
  { NULL, NULL }
};

typedef struct {
  char *query;
  char *expected;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->query);
  g_free (row->expected);
  g_free (row);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Fixture) fixture = fixture_read (schema, files, 0, &error);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  found = fixture_query (fixture->repository, FIXTURE_SPACE, row->query, "Name");
  if (row->expected[0] != '!')
    g_assert_cmpstr (found, ==, row->expected);
  else if (strstr (found, row->expected) != found)
    g_error ("expected \"%s\", found \"%s\"", row->expected, found);
}

static void
add_rows (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (SOURCE_DIR "/fixtures/wql.tsv", &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
    g_autofree char *path = NULL;
    Row *row;

    if (fields[0][0] == '#')
      continue;
    if (g_strv_length (fields) != 4)
      g_error ("fixtures/wql.tsv:%u: expected 4 columns, found %u", i + 1, g_strv_length (fields));
    row = g_new0 (Row, 1);
    row->query = g_strdup (fields[1]);
    row->expected = g_strdup (fields[2]);
    path = g_strconcat ("/repository/wql/", fields[0], NULL);
    g_test_add_data_func_full (path, row, test_row, row_free);
  }
}

/* ---- limits ---- */

static char *
repeat (const char *before, const char *part, guint n, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < n; i++)
    g_string_append (text, part);
  g_string_append (text, after);
  return g_string_free (text, FALSE);
}

static const struct {
  const char *sentence;
  const char *before, *part;
  guint n;
  const char *after;
  const char *message; /* NULL: it is read */
} limit_rows[] = {
  { "64 parentheses are read", "SELECT * FROM M WHERE ", "(", 64, "x=1", "AND, OR or )" },
  { "65 parentheses are too deep", "SELECT * FROM M WHERE ", "(", 65, "x=1", "at most 64 deep" },
  { "100 000 parentheses are too deep", "SELECT * FROM M WHERE ", "(", 60000, "", "64 deep" },
  { "65 NOTs are too deep", "SELECT * FROM M WHERE ", "NOT ", 65, "x=1", "at most 64 deep" },
  { "8 000 terms are read", "SELECT * FROM M WHERE ", "x=1 OR ", 7999, "x=1", NULL },
  { "8 001 terms are too many", "SELECT * FROM M WHERE ", "x=1 OR ", 8000, "x=1", "8000 terms" },
  { "8 001 names are too many", "SELECT ", "x,", 8000, "x FROM M", "at most 8000 properties" },
  { "64 KiB are read", "SELECT * FROM M", " ", 65536 - 15, "", NULL },
  { "64 KiB and a byte are too long", "SELECT * FROM M", " ", 65536 - 14, "", "65536 bytes" },
};

static void
test_limit (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text
      = repeat (limit_rows[i].before, limit_rows[i].part, limit_rows[i].n, limit_rows[i].after);
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryQuery) query = repository_query_parse (text, &error);

  if (limit_rows[i].message == NULL) {
    g_assert_no_error (error);
    return;
  }
  g_assert_null (query);
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, limit_rows[i].message));
}

static void
test_projection (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryQuery) query
      = repository_query_parse ("select Name , __PATH from Machine", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (repository_query_get_class (query), ==, "Machine");
  g_assert_cmpstr (repository_query_get_projection (query)[0], ==, "Name");
  g_assert_cmpstr (repository_query_get_projection (query)[1], ==, "__PATH");
  g_assert_null (repository_query_get_projection (query)[2]);
}

static void
test_invalid_utf8 (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryQuery) query = repository_query_parse ("select * from M\xff", &error);

  g_assert_null (query);
  g_assert_cmpstr (error->message, ==,
                   "query: character 16: expected text in UTF-8, found the byte 0xff");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_rows ();
  for (guint i = 0; i < G_N_ELEMENTS (limit_rows); i++) {
    g_autofree char *path = g_strconcat ("/repository/wql/", limit_rows[i].sentence, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_limit);
  }
  g_test_add_func ("/repository/wql/the projection is kept as written", test_projection);
  g_test_add_func ("/repository/wql/a byte that is not UTF-8", test_invalid_utf8);
  return g_test_run ();
}
