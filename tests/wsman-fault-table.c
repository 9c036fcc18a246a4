/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "tests/wsman-fixture.h"

/* Every row of the simulator's fault table against fixtures/faults.tsv, which comes from a header
 * of Microsoft's and from the port of the service that Microsoft published, not from the simulator;
 * and the other way round. And one line of refusal, whatever a request has in it. */

enum { NAME, SYMBOL, CODE, SOAP, SUBCODE, DETAIL, ACTION, WMI_ERROR, REASON, SOURCE, N_COLUMNS };

static GPtrArray *
load (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);

  g_file_get_contents (SOURCE_DIR "/fixtures/faults.tsv", &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    char **fields = g_strsplit (lines[i], "\t", -1);

    if (g_strv_length (fields) != N_COLUMNS)
      g_error ("fixtures/faults.tsv:%u: expected %d columns, found %u", i + 1, (int)N_COLUMNS,
               g_strv_length (fields));
    g_ptr_array_add (rows, fields);
  }
  return rows;
}

static const char *const actions[] = {
  [WSMAN_FAULT_WSMAN] = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
  [WSMAN_FAULT_ADDRESSING] = "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault",
  [WSMAN_FAULT_ENUMERATION] = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault",
  [WSMAN_FAULT_TRANSFER] = "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault",
};

static void
test_rows (void)
{
  g_autoptr (GPtrArray) facts = load ();
  guint n_rows = 0;

  for (const WsmanFaultRow *row = wsman_fault_rows (); row->name != NULL; row++, n_rows++) {
    char **fact = NULL;
    g_autofree char *code = g_strdup_printf ("%u", row->code);
    g_autofree char *as_error = NULL;
    g_autofree char *reason = NULL;

    for (guint i = 0; i < facts->len && fact == NULL; i++) {
      char **other = g_ptr_array_index (facts, i);

      if (strcmp (other[NAME], row->name) == 0)
        fact = other;
    }
    if (fact == NULL)
      g_error ("fixtures/faults.tsv has no row %s", row->name);
    as_error = row->as_wmi_error ? g_strdup_printf ("%u %u%s", row->cim_status, row->category,
                                                    row->is_unrelated ? " unrelated" : "")
                                 : g_strdup ("");
    reason = g_strescape (row->reason, "\"");
    g_assert_cmpstr (row->symbol, ==, fact[SYMBOL]);
    g_assert_cmpstr (code, ==, fact[CODE]);
    g_assert_cmpstr (row->soap_code, ==, fact[SOAP]);
    g_assert_cmpstr (row->subcode != NULL ? row->subcode : "", ==, fact[SUBCODE]);
    g_assert_cmpstr (row->detail != NULL ? row->detail : "", ==, fact[DETAIL]);
    g_assert_cmpstr (actions[row->action], ==, fact[ACTION]);
    g_assert_cmpstr (as_error, ==, fact[WMI_ERROR]);
    g_assert_cmpstr (reason, ==, fact[REASON]);
  }
  g_assert_cmpuint (n_rows, ==, facts->len);
}

/* What is written says the same. */
static void
test_written (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autoptr (GPtrArray) facts = load ();

  for (guint i = 0; i < facts->len; i++) {
    char **fact = g_ptr_array_index (facts, i);
    g_autoptr (SimExchange) exchange = sim_exchange_new ();
    g_autofree char *reply = NULL, *action = NULL, *soap = NULL, *subcode = NULL, *code = NULL;

    g_assert_true (wsman_answer_fault (fixture->wsman, exchange, fact[NAME]));
    reply = wsman_fixture_reply (exchange);
    action = wsman_fixture_between (reply, "<a:Action>", "</a:Action>");
    soap = wsman_fixture_between (reply, "<s:Code><s:Value>s:", "</s:Value>");
    subcode = wsman_fixture_between (reply, "<s:Subcode><s:Value>", "</s:Value>");
    code
        = *fact[WMI_ERROR] != '\0'
              ? wsman_fixture_between (reply, "<p:error_Code xsi:type=\"cim:cimUnsignedInt\">", "<")
              : wsman_fixture_between (reply, " Code=\"", "\"");
    g_assert_cmpuint (exchange->status, ==, 500);
    g_assert_cmpstr (action, ==, fact[ACTION]);
    g_assert_cmpstr (soap, ==, fact[SOAP]);
    g_assert_cmpstr (subcode != NULL ? subcode : "", ==, fact[SUBCODE]);
    g_assert_cmpstr (code, ==, fact[CODE]);
  }
}

/* Where the facts themselves are at hand: the copy is true to them. */
static void
test_source (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) facts = load ();
  g_auto (GStrv) lines = NULL;
  g_autoptr (GHashTable) codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint n_compared = 0;

  if (!g_file_get_contents (SOURCE_DIR "/../shared/facts/tables/"
                                       "wsman-error-codes-winsdk-14393.tsv",
                            &text, NULL, NULL)) {
    g_test_skip ("../shared/facts is not here");
    return;
  }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 4);

    if (g_strv_length (fields) >= 3)
      g_hash_table_insert (codes, g_strdup (fields[0]), g_strdup (fields[2]));
  }
  for (guint i = 0; i < facts->len; i++) {
    char **fact = g_ptr_array_index (facts, i);
    const char *code = g_hash_table_lookup (codes, fact[SYMBOL]);

    if (!g_str_has_prefix (fact[SYMBOL], "ERROR_WSMAN_"))
      continue;
    g_assert_cmpstr (fact[CODE], ==, code);
    n_compared++;
  }
  g_assert_cmpuint (n_compared, >, 50);
}

static void
test_refusal_is_a_line (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *request
      = wsman_fixture_request ("http://a&#10;b&#13;c&#9;d", CIMV2_URI "Win32_Process", "", "");
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);

  g_assert_cmpstr (exchange->refusal, ==,
                   "a:Action \"http://a?b?c?d\" is no method of w:ResourceURI \"" CIMV2_URI
                   "Win32_Process\"");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wsman/fault-table/rows", test_rows);
  g_test_add_func ("/wsman/fault-table/written", test_written);
  g_test_add_func ("/wsman/fault-table/source", test_source);
  g_test_add_func ("/wsman/fault-table/a refusal is one line", test_refusal_is_a_line);
  return g_test_run ();
}
