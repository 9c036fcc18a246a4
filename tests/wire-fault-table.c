/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "client/wire/wire-reply-private.h"

/* What Windows' faults mean to the caller. The judge is fixtures/codes.tsv, with Microsoft's names
 * and numbers: no code means anything that is not a row there and speaks of it; every error of WMI
 * means what its name says; every subcode of an answer means something. In development also
 * Microsoft's own map of faults. */

enum { FAMILY, VALUE, NAME, SUBCODE, MEANING, N_NEEDED };

/* The first row that fits says what WMI's errors are; of others, any row has to fit. Words are
 * looked for in `name subcode meaning`, in lower case, without underscores. */
static const struct {
  const char *word;
  HypervError error;
} words[] = {
  { "no such", HYPERV_ERROR_NOT_FOUND },
  { "accessdenied", HYPERV_ERROR_ACCESS_DENIED },
  { "privilege", HYPERV_ERROR_ACCESS_DENIED },
  { "alreadyexists", HYPERV_ERROR_ALREADY_EXISTS },
  { "timedout", HYPERV_ERROR_TIMED_OUT },
  { "timeout", HYPERV_ERROR_TIMED_OUT },
  { "memory", HYPERV_ERROR_QUOTA },
  { "diskspace", HYPERV_ERROR_QUOTA },
  { "toomuch", HYPERV_ERROR_QUOTA },
  { "limit", HYPERV_ERROR_QUOTA },
  { "quota", HYPERV_ERROR_QUOTA },
  { "quotauser", HYPERV_ERROR_BUSY }, /* "at a slower rate", says its text */
  { "quotasystem", HYPERV_ERROR_BUSY },
  { "unsupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "notsupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "notcapable", HYPERV_ERROR_NOT_SUPPORTED },
  { "notimplemented", HYPERV_ERROR_NOT_SUPPORTED },
  { "requestedunavailable", HYPERV_ERROR_NOT_SUPPORTED },
  { "notfound", HYPERV_ERROR_NOT_FOUND },
  { "destinationunreachable", HYPERV_ERROR_NOT_FOUND },
  { "invaliduri", HYPERV_ERROR_NOT_FOUND }, /* a URI names a resource */
  { "resourceuri", HYPERV_ERROR_NOT_FOUND },
  { "busy", HYPERV_ERROR_BUSY },
  { "shuttingdown", HYPERV_ERROR_BUSY },
  { "notavailable", HYPERV_ERROR_BUSY },
  { "unavailable", HYPERV_ERROR_BUSY },
  { "concurrency", HYPERV_ERROR_BUSY },
  { "enumerationcontext", HYPERV_ERROR_INVALID_STATE },
  { "unreportable", HYPERV_ERROR_UNKNOWN_OUTCOME },
  { "parameter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "invalidobject", HYPERV_ERROR_INVALID_ARGUMENT },
  { "invalidquery", HYPERV_ERROR_INVALID_ARGUMENT },
  { "wrong type", HYPERV_ERROR_INVALID_ARGUMENT },
  { "cimtype", HYPERV_ERROR_INVALID_ARGUMENT },
  { "outofrange", HYPERV_ERROR_INVALID_ARGUMENT },
  { "illegalnull", HYPERV_ERROR_INVALID_ARGUMENT },
  { "cannotprocessfilter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "invalidoptions", HYPERV_ERROR_INVALID_ARGUMENT },
  { "selectors", HYPERV_ERROR_INVALID_ARGUMENT },
  { "bookmark", HYPERV_ERROR_INVALID_ARGUMENT },
  { "expirationtime", HYPERV_ERROR_INVALID_ARGUMENT },
  { "informationheader", HYPERV_ERROR_INVALID_ARGUMENT },
  { "validation", HYPERV_ERROR_INVALID_ARGUMENT },
  { "representation", HYPERV_ERROR_INVALID_ARGUMENT },
};

#define TABLES SOURCE_DIR "/../shared/facts/tables/"

static GError *
fault_of (const char *subcode, guint32 code)
{
  g_autofree char *detail
      = code != 0 ? g_strdup_printf ("<s:Detail><f:WSManFault Code=\"%u\"/></s:Detail>", code)
                  : g_strdup ("");
  g_autofree char *xml = g_strdup_printf (
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
      " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
      " xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
      " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
      " xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\""
      " xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\""
      " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
      " xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\"><s:Body><s:Fault>"
      "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>%s</s:Value></s:Subcode></s:Code>"
      "<s:Reason><s:Text>No.</s:Text></s:Reason>%s</s:Fault></s:Body></s:Envelope>",
      subcode, detail);
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_GET, "root/x", NULL, NULL, NULL);
  GError *error = NULL;

  wire_reply_push (reply, xml, strlen (xml), &error);
  g_assert_no_error (error);
  wire_reply_end (reply, &error);
  g_assert_no_error (error);
  return g_error_copy (wire_reply_get_info (reply)->fault);
}

static char *
words_of (char **row)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "%s %s %s", row[NAME], row[SUBCODE], row[MEANING]);
  g_string_replace (text, "_", "", 0);
  return g_ascii_strdown (text->str, -1);
}

static HypervError
first_meaning (char **row)
{
  g_autofree char *text = words_of (row);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    if (strstr (text, words[i].word) != NULL)
      return words[i].error;
  }
  return HYPERV_ERROR_OPERATION_FAILED;
}

static void
assert_may_mean (char **row, HypervError error)
{
  g_autofree char *text = words_of (row);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    if (words[i].error == error && strstr (text, words[i].word) != NULL)
      return;
  }
  g_error ("%s means %d to the client, and \"%s\" has no word of that", row[NAME], (int)error,
           text);
}

/* number -> row of fixtures/codes.tsv, for what a WSManFault has as its Code; and the rows of
 * subcodes. */
typedef struct {
  GHashTable *codes;
  GPtrArray *subcodes;
} Facts;

static void
facts_clear (Facts *self)
{
  g_hash_table_unref (self->codes);
  g_ptr_array_unref (self->subcodes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static void
facts_load (Facts *self)
{
  static const char *const families[] = { "wsman", "wmi", "win32", NULL };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  self->codes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_strfreev);
  self->subcodes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  g_file_get_contents (SOURCE_DIR "/fixtures/codes.tsv", &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 1; lines[i] != NULL; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], "\t", -1);
    guint code;

    if (g_strv_length (cells) < N_NEEDED)
      continue;
    code = (guint)g_ascii_strtoull (cells[VALUE], NULL, 0);
    if (strcmp (cells[FAMILY], "fault") == 0)
      g_ptr_array_add (self->subcodes, g_steal_pointer (&cells));
    else if (g_strv_contains (families, cells[FAMILY]))
      g_hash_table_insert (self->codes, GUINT_TO_POINTER (code), g_steal_pointer (&cells));
  }
}

/* All numbers that Windows could say. */
static void
test_codes (void)
{
  static const guint32 bases[] = { 0, 0x80041000, 0x80338000 };
  g_auto (Facts) facts = { NULL, NULL };
  guint n_known = 0;

  facts_load (&facts);
  for (gsize i = 0; i < 3 * 0x4000; i++) {
    guint32 code = bases[i / 0x4000] + i % 0x4000;
    HypervError error = wire_faults_lookup ("w:Strange", code);
    char **row = g_hash_table_lookup (facts.codes, GUINT_TO_POINTER (code));

    if (row != NULL && strcmp (row[FAMILY], "wmi") == 0)
      g_assert_cmpint (error, ==, first_meaning (row));
    if (code < 0x4000)
      g_assert_cmpint (wire_faults_lookup ("w:Strange", 0x80070000 | code), ==, error);
    if (error == HYPERV_ERROR_OPERATION_FAILED)
      continue;
    if (row == NULL)
      g_error ("0x%08x means %d to the client, and is no row of codes.tsv", code, (int)error);
    assert_may_mean (row, error);
    n_known++;
  }
  g_assert_cmpuint (n_known, >, 60);
}

/* From the reply to the error. */
static void
test_replies (void)
{
  g_auto (Facts) facts = { NULL, NULL };
  GHashTableIter iter;
  gpointer code;

  facts_load (&facts);
  g_hash_table_iter_init (&iter, facts.codes);
  while (g_hash_table_iter_next (&iter, &code, NULL)) {
    g_autoptr (GError) error = fault_of ("w:Strange", GPOINTER_TO_UINT (code));

    g_assert_error (error, HYPERV_ERROR,
                    (int)wire_faults_lookup ("w:Strange", GPOINTER_TO_UINT (code)));
    g_assert_cmpuint (hyperv_error_get_wsman_code (error), ==, GPOINTER_TO_UINT (code));
  }
}

/* Lines of a table, or NULL after saying that the test is skipped. */
static char **
read_table (const char *file)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (file, &text, NULL, NULL))
    return g_strsplit (text, "\n", -1);
  g_test_skip ("the facts are there in development only");
  return NULL;
}

/* Events have subcodes of their own, and the map leaves some faults without one. */
static gboolean
is_ours (const char *subcode)
{
  static const char *const others[]
      = { "w:DeliveryRefused", "w:NoAck", "w:EventDeliverToUnusable", "w:InternalError", NULL };

  return strlen (subcode) > 2 && subcode[1] == ':' && *subcode != 'e' && *subcode != 's'
         && !g_strv_contains (others, subcode);
}

static void
test_subcodes (void)
{
  g_auto (Facts) facts = { NULL, NULL };
  guint n = 0;

  facts_load (&facts);
  for (guint i = 0; i < facts.subcodes->len; i++) {
    char **row = g_ptr_array_index (facts.subcodes, i);
    g_autoptr (GError) error = NULL;

    if (!is_ours (row[NAME]))
      continue;
    error = fault_of (row[NAME], 0);
    g_assert_cmpstr (hyperv_error_get_fault_subcode (error), ==, row[NAME]);
    assert_may_mean (row, (HypervError)error->code);
    n++;
  }
  g_assert_cmpuint (n, >, 20);
}

/* Where Microsoft's header is at hand: the file is true to it. */
static void
test_source (void)
{
  g_auto (GStrv) lines = read_table (TABLES "wsman-error-codes-winsdk-14393.tsv");
  g_auto (Facts) facts = { NULL, NULL };
  guint n = 0;

  if (lines == NULL)
    return;
  facts_load (&facts);
  for (gsize i = 1; lines[i] != NULL; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], "\t", -1);
    char **row;

    if (g_strv_length (cells) < 3 || !g_str_has_prefix (cells[1], "0x8033"))
      continue;
    row = g_hash_table_lookup (facts.codes,
                               GUINT_TO_POINTER ((guint)g_ascii_strtoull (cells[2], NULL, 10)));
    g_assert_cmpstr (row != NULL ? row[NAME] : NULL, ==, cells[0]);
    n++;
  }
  g_assert_cmpuint (n, >, 500);
}

static void
test_map (void)
{
  g_auto (GStrv) lines = read_table (TABLES "wsman-fault-map-from-omi.tsv");
  guint n = 0;

  for (gsize l = 1; lines != NULL && lines[l] != NULL; l++) {
    g_auto (GStrv) cells = g_strsplit (lines[l], "\t", -1);
    g_autoptr (GError) error = NULL;

    if (g_strv_length (cells) < 5 || !is_ours (cells[4]))
      continue;
    error = fault_of (cells[4], (guint32)g_ascii_strtoull (cells[2], NULL, 10));
    if (g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED)) {
      g_test_message ("%s (%s) means nothing", cells[0], cells[4]);
      g_test_fail ();
    }
    n++;
  }
  g_assert_true (lines == NULL || n > 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/fault-table/codes mean what their names say", test_codes);
  g_test_add_func ("/wire/fault-table/a reply's code becomes the error's", test_replies);
  g_test_add_func ("/wire/fault-table/subcodes mean what they say", test_subcodes);
  g_test_add_func ("/wire/fault-table/names and numbers are Microsoft's", test_source);
  g_test_add_func ("/wire/fault-table/every fault means something", test_map);
  return g_test_run ();
}
