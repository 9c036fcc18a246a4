/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "simulator/repository/mof.h"
#include "tests/repository-fixture.h"

/* MOF and host.ini, good and bad. */

/* ---- classes ---- */

static const struct {
  const char *sentence;
  const char *text;
  const char *message; /* NULL: it is read */
} class_rows[] = {
  { "an empty class", "class A { };", NULL },
  { "comments of both kinds", "// one\nclass A /* two\n */ { uint8 x; /* three */ };", NULL },
  { "a byte order mark",
    "\xef\xbb\xbf"
    "class A { };",
    NULL },
  { "keywords in any case", "CLASS A { UINT8 x; B ref y; }; Class B { };", NULL },
  { "a class before its superclass", "class B : A { }; class A { };", NULL },
  { "all types",
    "class A { boolean a; uint8 b; sint8 c; uint16 d; sint16 e; uint32 f; sint32 g; uint64 h;"
    " sint64 i; real32 j; real64 k; char16 l; string m; datetime n; A REF o; string p[];"
    " uint8 q[6]; };",
    NULL },
  { "qualifiers with and without values",
    "[Association, Abstract, Since (\"2012 R2\"), Basis (\"dumped\")] class A { [Key (TRUE),"
    " Override (\"x\"), Read, Write (FALSE)] string x; [ValueMap {\"0\", \"1\"}, Values {\"a\","
    " \"b\"}] uint8 y; [EmbeddedInstance (\"A\")] string z; [Subtype (\"interval\")] datetime t; "
    "};",
    NULL },
  { "methods",
    "class A { [Static] uint32 f (); uint32 g ([In] uint16 a, [Out] A REF b, [In, Optional] string"
    " c[]); };",
    NULL },
  { "no name", "class { };", "schema.mof:1:7: expected the name of a class, found {" },
  { "no brace", "class A : B ;", "schema.mof:1:13: expected {, found ;" },
  { "no semicolon", "class A { }", "schema.mof:1:12: expected ;, found the end of the file" },
  { "an unknown type", "class A {\n  uint24 x; };",
    "schema.mof:2:3: expected a type (boolean, uint8 … sint64, real32, real64, char16, string, "
    "datetime, CLASS REF), found uint24" },
  { "untyped", "class A { text x; };", "schema.mof:1:11: expected a type" },
  { "a property without a name", "class A { uint8; };",
    "schema.mof:1:16: expected a name, found ;" },
  { "an unknown qualifier", "[Keys] class A { };", "schema.mof:1:2: expected a qualifier (" },
  { "a qualifier without its value", "[Since] class A { };",
    "schema.mof:1:7: expected (, found ]" },
  { "an unknown release", "[Since (\"2013\")] class A { };",
    "schema.mof:1:9: expected a release (2012, 2012 R2, 2016, 2019, 2022, 23H2, 2025) in Since, "
    "found \"2013\"" },
  { "ValueMap and Values of different length",
    "class A { [ValueMap {\"0\"}, Values {\"a\", \"b\"}] uint8 x; };",
    "schema.mof:1:11: expected as many Values as ValueMap has (1), found 2" },
  { "a list of values that is not closed", "class A { [Values {\"a\" \"b\"; }] uint8 x; };",
    "schema.mof:1:27: expected ,, found ;" },
  { "an interval that is no date", "class A { [Subtype (\"interval\")] uint8 x; };",
    "schema.mof:1:34: expected datetime with Subtype (\"interval\"), found uint8" },
  { "a property twice", "class A { uint8 x; uint16 X; };",
    "schema.mof:1:27: expected properties once, found X twice" },
  { "a method twice", "class A { uint32 f (); uint32 F (); };",
    "schema.mof:1:31: expected methods once, found F twice" },
  { "a parameter twice", "class A { uint32 f (uint8 a, uint8 A); };",
    "schema.mof:1:36: expected parameters once, found A twice" },
  { "a class twice", "class A { };\nclass a { };",
    "schema.mof:2:7: expected each class once, found a again (first at schema.mof:1)" },
  { "a superclass that is not there", "class A : B { };",
    "schema.mof:1:7: expected the superclass B in root/test, found none" },
  { "a circle of superclasses", "class A : B { }; class B : A { };",
    "expected at most 32 superclasses above" },
  { "a property declared again with another type",
    "class A { uint8 x; }; class B : A {\n uint16 x; };",
    "schema.mof:2:9: expected uint8 x as at schema.mof:1, found uint16" },
  { "a key that is an array", "class A { [Key] string x[]; };",
    "schema.mof:1:24: expected a key that is no array, found x[]" },
  { "a comment that is not closed", "class A { };\n /* x",
    "schema.mof:2:2: expected */ after this comment, found the end of the file" },
  { "a byte that is no MOF", "class A { };\n ?",
    "schema.mof:2:2: expected MOF, found the byte 0x3f" },
  { "a byte that is not UTF-8", "class A { };\n\xff",
    "schema.mof:2:1: expected text in UTF-8, found the byte 0xff" },
  { "an instance in a schema", "class A { }; instance of A { };",
    "schema.mof:1:26: expected classes in a schema, found an instance" },
  { "another pragma", "#pragma include (\"x\")",
    "schema.mof:1:9: expected namespace, found include" },
  { "a pragma that is none", "#define X", "schema.mof:1:1: expected #pragma, found #define" },
  { "a namespace that is none", "#pragma namespace (\"root//x\")",
    "schema.mof:1:20: expected a namespace such as \"root/cimv2\", found \"root//x\"" },
  { "columns count characters", "class A { [Basis (\"\xc3\xa4\xc3\xa4\")] uint7 x; };",
    "schema.mof:1:26: expected a type" },
};

static void
test_class (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (Schema) schema = fixture_read_schema (class_rows[i].text, &error);

  g_assert_true ((schema == NULL) == (error != NULL));
  if (class_rows[i].message == NULL) {
    g_assert_no_error (error);
    return;
  }
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX);
  if (strstr (error->message, class_rows[i].message) == NULL)
    g_error ("expected \"%s\", found \"%s\"", class_rows[i].message, error->message);
}

/* ---- instances ---- */

static const char schema[]
    = "class A { [Key] string Name; string Text; uint8 Small; sint16 Signed; uint64 Big; real64"
      " Real; boolean Flag; char16 Char; datetime When; string Texts[]; uint16 Numbers[];"
      " A REF Other; [Since (\"2019\")] string New; };"
      "class B : A { }; [Abstract] class C { [Key] string Name; };"
      "[Since (\"2019\")] class Late { [Key] string Name; };"
      "[Association] class L { [Key] A REF Left; [Key] A REF Right; };"
      "[Association] class LateLink { [Key] A REF Left; [Key] Late REF Right; };";

#define SPACE "#pragma namespace (\"root/test\")\n"

static const struct {
  const char *sentence;
  const char *text; /* after the pragma, from line 2 on */
  const char *query;
  const char *expected; /* Text of the results of the query, or the error's message */
} instance_rows[] = {
  { "text", "instance of A { Name = \"a\"; Text = \"x\"; };", "SELECT * FROM A", "x" },
  { "escapes", "instance of A { Name = \"a\"; Text = \"\\\"\\\\\\t\\x41\\'\"; };",
    "SELECT * FROM A", "\"\\\tA'" },
  { "strings that follow each other",
    "instance of A { Name = \"a\"; Text = \"x\" \n /* and */ \"y\"; };", "SELECT * FROM A", "xy" },
  { "null", "instance of A { Name = \"a\"; Text = NULL; };", "SELECT * FROM A WHERE Text IS NULL",
    "-" },
  { "numbers in all spellings",
    "instance of A { Name = \"a\"; Text = \"x\"; Small = 0xFF; Signed = -3; Big = "
    "\"18446744073709551615\";"
    " Real = 1.5; };",
    "SELECT * FROM A WHERE Small = 255 AND Signed = -3 AND Big = 18446744073709551615 AND Real = "
    "1.5",
    "x" },
  { "a boolean, a character, a date",
    "instance of A { Name = \"a\"; Text = \"x\"; Flag = true; Char = \"Z\"; When ="
    " \"20240311084512.482117-000\"; };",
    "SELECT * FROM A WHERE Flag = TRUE AND Char = 'Z' AND When = '20240311084512.482117-000'",
    "x" },
  { "an alias that comes later",
    "instance of A { Name = \"a\"; Text = \"x\"; Other = $b; }; instance of A as $b { Name = "
    "\"b\\\\\\\"\"; };",
    "SELECT * FROM A WHERE Other = 'A.Name=\"b\\\\\\\\\\\\\\\"\"'", "x" },
  { "a path to a derived class",
    "instance of A { Name = \"a\"; Text = \"x\"; Other = \"B.Name=\\\"b\\\"\"; };",
    "SELECT * FROM A WHERE Other ISA 'B'", "x" },
  { "a value of host.ini", "instance of A { Name = \"a\"; Text = \"<${computer_name}>\"; };",
    "SELECT * FROM A", "<TESTHOST>" },
  { "$${ stands for ${", "instance of A { Name = \"a\"; Text = \"$${computer_name} $ {\"; };",
    "SELECT * FROM A", "${computer_name} $ {" },
  { "a newer property is dropped", "instance of A { Name = \"a\"; New = \"n\"; Text = \"x\"; };",
    "SELECT * FROM A", "x" },
  { "a newer class is dropped, with the associations that name it",
    "instance of A as $a { Name = \"a\"; }; instance of Late as $l { Name = \"l\"; };"
    "instance of LateLink { Left = $a; Right = $l; };",
    "SELECT * FROM LateLink", "" },
  { "an unknown class", "instance of X { };", NULL,
    "instances/a.mof:2:13: expected a class of root/test, found X" },
  { "an abstract class", "instance of C { Name = \"c\"; };", NULL,
    "instances/a.mof:2:13: expected a class that can have instances, found C, which is abstract" },
  { "an unknown property", "instance of A { Name = \"a\";\n  Txt = \"x\"; };", NULL,
    "instances/a.mof:3:3: expected a property of A, found Txt" },
  { "a property twice", "instance of A { Name = \"a\";\n name = \"b\"; };", NULL,
    "instances/a.mof:3:2: expected properties once, found name again (first in line 2)" },
  { "no key", "instance of A { Text = \"x\"; };", NULL,
    "instances/a.mof:2:13: expected a value for the key Name of A, found none" },
  { "keys twice", "instance of A { Name = \"a\"; };\ninstance of A { Name = \"A\"; };", NULL,
    "instances/a.mof:3:13: expected keys that no other instance of A has, found those of "
    "instances/a.mof:2" },
  { "a number that is too large", "instance of A { Name = \"a\"; Small = 256; };", NULL,
    "instances/a.mof:2:37: Small: expected uint8, found \"256\"" },
  { "a number with a sign", "instance of A { Name = \"a\"; Small = -1; };", NULL,
    "instances/a.mof:2:37: Small: expected uint8, found \"-1\"" },
  { "a number that is none", "instance of A { Name = \"a\"; Small = 0x; };", NULL,
    "instances/a.mof:2:37: expected a number, found 0x" },
  { "a string for a number", "instance of A { Name = \"a\"; Small = \"x\"; };", NULL,
    "instances/a.mof:2:37: Small: expected uint8, found \"x\"" },
  { "a number for a string", "instance of A { Name = 5; };", NULL,
    "instances/a.mof:2:24: Name: expected a string, found 5" },
  { "a date that is none", "instance of A { Name = \"a\"; When = \"2024-03-11\"; };", NULL,
    "instances/a.mof:2:36: When: expected datetime, found \"2024-03-11\"" },
  { "a list for one value", "instance of A { Name = \"a\"; Text = {\"x\"}; };", NULL,
    "instances/a.mof:2:29: expected one value for Text, found a list" },
  { "one value for a list", "instance of A { Name = \"a\"; Texts = \"x\"; };", NULL,
    "instances/a.mof:2:29: expected a list in braces for Texts, found one value" },
  { "null in a list", "instance of A { Name = \"a\"; Numbers = {1, NULL}; };", NULL,
    "instances/a.mof:2:43: Numbers: expected a value in the list, found NULL" },
  { "a list that is not closed", "instance of A { Name = \"a\"; Numbers = {1; };", NULL,
    "instances/a.mof:2:41: expected ,, found ;" },
  { "an unknown alias", "instance of A { Name = \"a\"; Other = $x; };", NULL,
    "instances/a.mof:2:37: expected an alias of this host, found $x" },
  { "an alias twice",
    "instance of A as $a { Name = \"a\"; };\ninstance of A as $a { Name = \"b\"; };", NULL,
    "instances/a.mof:3:13: expected each alias once, found $a again (first at instances/a.mof:2)" },
  { "an alias for a string", "instance of A as $a { Name = \"a\"; Text = $a; };", NULL,
    "instances/a.mof:2:42: Text: expected string, found the alias $a" },
  { "a circle of aliases",
    "instance of L as $a { Left = $b; Right = $b; };"
    " instance of L as $b { Left = $a; Right = $a; };",
    NULL, "expected no circle of aliases, found one through $" },
  { "a path to an unknown class", "instance of A { Name = \"a\"; Other = \"X.Name=\\\"b\\\"\"; };",
    NULL, "instances/a.mof:2:37: Other: expected a class of root/test, found X" },
  { "a path with a key that is none",
    "instance of A { Name = \"a\"; Other = \"A.Text=\\\"b\\\"\"; };", NULL,
    "instances/a.mof:2:37: Other: expected a key of A, found Text" },
  { "a path without a key", "instance of A { Name = \"a\"; Other = \"L.Left=\\\"b\\\"\"; };", NULL,
    "instances/a.mof:2:37: Other: expected the 2 keys of L, found 1" },
  { "a path that is none", "instance of A { Name = \"a\"; Other = \"A.Name=\"; };", NULL,
    "instances/a.mof:2:37: Other: object path A.Name=: character 8: expected a value, found the "
    "end" },
  { "an unknown value of host.ini", "instance of A { Name = \"${name}\"; };", NULL,
    "instances/a.mof:2:24: expected a value of [values] in host.ini, found ${name}" },
  { "a VM's value outside of a template", "instance of A { Name = \"${vm.guid}\"; };", NULL,
    "instances/a.mof:2:24: expected a value of [values], found ${vm.guid}, which only templates "
    "have" },
  { "${ that is not closed", "instance of A { Name = \"${name\"; };", NULL,
    "instances/a.mof:2:24: expected } after ${, found none ($${ stands for ${)" },
  { "an unknown escape", "instance of A { Name = \"C:\\vm\"; };", NULL,
    "instances/a.mof:2:28: expected one of b t n f r \" ' \\ x after a backslash, found 'v' (a "
    "backslash in a string is written twice)" },
  { "a character below 9", "instance of A { Name = \"\\x1\"; };", NULL,
    "expected 1 to 4 hex digits of a character from 9 on after \\x, found 1" },
  { "a string that is not closed", "instance of A { Name = \"a; };\n", NULL,
    "instances/a.mof:2:30: expected \" before the end of the line, found the byte 0x0a" },
  { "a string to the end of the file", "instance of A { Name = \"a", NULL,
    "instances/a.mof:2:24: expected \" after this string, found the end of the file" },
  { "a class in a host", "class X { };", NULL,
    "instances/a.mof:2:7: expected instances in a host, found a class" },
  { "no equals sign", "instance of A { Name \"a\"; };", NULL,
    "instances/a.mof:2:22: expected =, found the string a" },
  { "something else", "Name = 1;", NULL,
    "instances/a.mof:2:1: expected #pragma, class or instance, found Name" },
};

static void
test_instance (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text = g_strconcat (SPACE, instance_rows[i].text, NULL);
  const FixtureFile files[] = { { "instances/a.mof", text }, { NULL, NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (Fixture) fixture = fixture_read (schema, files, 0, &error);
  g_autofree char *found = NULL;

  if (instance_rows[i].query == NULL) {
    g_assert_nonnull (error);
    if (strstr (error->message, instance_rows[i].expected) == NULL)
      g_error ("expected \"%s\", found \"%s\"", instance_rows[i].expected, error->message);
    return;
  }
  g_assert_no_error (error);
  /* Classes that are hidden are not there at all. */
  if (repository_find_class (fixture->repository, FIXTURE_SPACE, "Late") != NULL)
    g_error ("Late is newer than 2016");
  found = fixture_query (fixture->repository, FIXTURE_SPACE, instance_rows[i].query, "Text");
  g_assert_cmpstr (found, ==, instance_rows[i].expected);
}

static void
test_no_namespace (void)
{
  const FixtureFile files[]
      = { { "instances/a.mof", "instance of A { Name = \"a\"; };" }, { NULL, NULL } };
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture_read (schema, files, 0, &error));
  g_assert_cmpstr (error->message, ==,
                   "instances/a.mof:1:1: expected #pragma namespace (\"…\") before the first "
                   "declaration, found instance");
}

/* ---- host.ini ---- */

static const struct {
  const char *sentence;
  const char *more; /* after FIXTURE_INI */
  const char *message;
} ini_rows[] = {
  { "limits and abilities", "[limits]\nMaxBatchItems=5\n[abilities]\ntls-alpn=0\n", NULL },
  { "an unknown group", "[colours]\nred=1\n",
    "host.ini:7: [colours]: expected one of host, values, texts, limits, abilities, families, mix, "
    "found an unknown group" },
  { "an unknown ability", "[abilities]\nfly=1\n", "host.ini:8: [abilities] fly: expected one of " },
  { "an ability that is neither 0 nor 1", "[abilities]\ntls-alpn=yes\n",
    "host.ini:8: [abilities] tls-alpn: expected 0 or 1, found \"yes\"" },
  { "an unknown limit", "[limits]\nMaxItems=1\n",
    "host.ini:8: [limits] MaxItems: expected one of " },
  { "a limit that is no number", "[limits]\nMaxBatchItems=many\n",
    "host.ini:8: [limits] MaxBatchItems: expected a number of 32 bits, found \"many\"" },
  { "an unknown key of the host", "[host]\ncolour=red\n",
    "host.ini:8: [host] colour: expected one of " },
  { "an unknown release", "[host]\nschema=2013\n",
    "host.ini:8: [host] schema: expected 2012, 2012 R2, 2016, 2019, 2022, 23H2 or 2025, found "
    "\"2013\"" },
  { "a model that is not there", "[host]\nmodel=../nowhere\n",
    "host.ini:8: [host] model: expected a folder, found none at " },
  { "a value that is not UTF-8", "[limits]\nMaxItems=\377\n", "host.ini:8: [limits] MaxItems: " },
  { "a bad value after the right one", "[abilities]\n# tls-alpn=2\ntls-alpn=0\n tls-alpn = 2\n",
    "host.ini:10: [abilities] tls-alpn: expected 0 or 1, found \"2\"" },
  { "a family of unknown templates", "[families]\noff=nothing\n",
    "host.ini:8: [families] off: expected templates, found nothing, for which there is no "
    "templates/nothing.mof" },
  { "a mix of unknown families", "[mix]\noff=1\n",
    "host.ini:8: [mix] off: expected a family of [families], found none" },
  { "something that is no key file", "nonsense\n", "host.ini:7: Key file contains line" },
};

static void
test_ini (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text = g_strconcat (FIXTURE_INI, ini_rows[i].more, NULL);
  const FixtureFile files[] = { { "host.ini", text }, { NULL, NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (Fixture) fixture = fixture_read (schema, files, 0, &error);

  if (ini_rows[i].message == NULL) {
    g_assert_no_error (error);
    g_assert_cmpuint (repository_get_limit (fixture->repository, "MaxBatchItems", 0), ==, 5);
    g_assert_cmpuint (repository_get_limit (fixture->repository, "MaxTimeoutms", 7), ==, 7);
    g_assert_false (repository_has_ability (fixture->repository, "tls-alpn"));
    repository_set_setting (fixture->repository, "abilities", "tls-alpn", "1");
    g_assert_true (repository_has_ability (fixture->repository, "tls-alpn"));
    return;
  }
  g_assert_nonnull (error);
  if (strstr (error->message, ini_rows[i].message) != error->message)
    g_error ("expected \"%s\", found \"%s\"", ini_rows[i].message, error->message);
}

static void
test_ini_incomplete (void)
{
  const FixtureFile files[]
      = { { "host.ini", "\n[host]\nname=x\nschema=2016\nversion=1\n" }, { NULL, NULL } };
  const FixtureFile no_version[]
      = { { "host.ini", "\n[host]\nname=x\nschema=2016\n" }, { NULL, NULL } };
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture_read (schema, files, 0, &error));
  g_assert_cmpstr (error->message, ==,
                   "host.ini: [values] computer_name: expected a value, found none");
  g_clear_error (&error);
  g_assert_null (fixture_read (schema, no_version, 0, &error));
  g_assert_cmpstr (error->message, ==, "host.ini:2: [host] version: expected a value, found none");
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
  const char *message;
} limit_rows[] = {
  { "a file of more than 16 MiB", "", " ", MOF_MAX_FILE + 1, "",
    "expected at most 16777216 bytes" },
  { "a string of more than 1 MiB", "class A { [Basis (\"", "x", MOF_MAX_STRING + 1,
    "\")] string a; };", "expected a string of at most 1048576 bytes" },
  { "a list of more than 65536 items", "instance of A { Numbers = {", "1,", MOF_MAX_ITEMS, "1}; };",
    "expected a list of at most 65536 items" },
  { "more than 4 000 000 tokens", "instance of A { ", "a={1,2,3,4,5,6,7,8};", 1, "};", NULL },
};

static void
test_limit (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text
      = repeat (limit_rows[i].before, limit_rows[i].part, limit_rows[i].n, limit_rows[i].after);
  g_autoptr (GError) error = NULL;
  g_autoptr (MofFile) file = NULL;

  if (limit_rows[i].message == NULL) {
    /* Lists as long as they may be, until it is too much. */
    g_autofree char *list = repeat ("instance of A { a = {", "1,", 65000, "1}; };");
    g_autofree char *many = repeat ("", list, 31, "");

    file = mof_read_text ("a.mof", many, strlen (many), FIXTURE_SPACE, &error);
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, "expected at most 4000000 tokens, found more"));
    return;
  }
  file = mof_read_text ("a.mof", text, strlen (text), FIXTURE_SPACE, &error);
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, limit_rows[i].message));
}

/* Whatever the text, the reader comes to an end; here: every beginning of a good text. */
static void
test_beginnings (void)
{
  static const char text[]
      = SPACE "[Association, Since (\"2016\")] class A : B { [Key] string x[3];"
              " uint32 f ([In] uint8 a); }; instance of A as $a { x = {\"\\x41\","
              " $b, -1.5e3}; };";

  for (gsize length = 0; length < sizeof text - 1; length++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (MofFile) file = mof_read_text ("a.mof", text, length, NULL, &error);

    g_assert_true ((file == NULL) == (error != NULL));
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
  ADD (class_rows, "mof/class", test_class)
  ADD (instance_rows, "mof/instance", test_instance)
  ADD (ini_rows, "settings", test_ini)
  ADD (limit_rows, "mof/limit", test_limit)
  g_test_add_func ("/repository/mof/instance/no namespace", test_no_namespace);
  g_test_add_func ("/repository/settings/no computer name", test_ini_incomplete);
  g_test_add_func ("/repository/mof/every beginning of a text", test_beginnings);
  return g_test_run ();
}
