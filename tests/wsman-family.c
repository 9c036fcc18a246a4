/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-write.h"
#include "tests/wsman-fixture.h"

/* Resources of another floor: a family that is added, and what dispatch hands to it. */

#define TOASTER "http://example.org/toaster"

static void
toast_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_assert_cmpstr (message->family_data, ==, "bread");
  g_assert_cmpstr (message->family->name, ==, "toaster");
  g_assert_cmpint (message->timeout, ==, 20 * G_USEC_PER_SEC);
  g_assert_cmpstr (exchange->name_space, ==, NULL);
  g_assert_cmpstr (sim_exchange_get_selector (exchange, "__cimnamespace"), ==, "anything");
}

static void
toast_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_envelope_end (exchange,
                      wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                            TOASTER "/ToastResponse", TRUE, 512),
                      200);
}

static gboolean
toaster_complies (const char *option, const char *value)
{
  return strcmp (option, "Browning") == 0 && strcmp (value, "3") == 0;
}

static const WsmanVerb toast = {
  .operation = "Toast", .action = TOASTER "/Toast", .read = toast_read, .write = toast_write
};
static const WsmanVerb *const verbs[] = { &toast, NULL };
static const WsmanFamily toaster
    = { .name = "toaster", .prefix = TOASTER, .verbs = verbs, .complies = toaster_complies };

#define HEADERS                                                                                    \
  "<w:OperationTimeout>PT20S</w:OperationTimeout><w:SelectorSet>"                                  \
  "<w:Selector Name=\"__cimnamespace\">anything</w:Selector></w:SelectorSet>"
#define OPTION(name, value)                                                                        \
  "<w:OptionSet><w:Option Name=\"" name "\" MustComply=\"true\">" value "</w:Option></"            \
                                                                        "w:OptionSet>"

static const struct {
  const char *sentence, *action, *resource, *headers, *refusal;
} rows[] = {
  { "its URI", TOASTER "/Toast", TOASTER, HEADERS, NULL },
  { "its URI in another case", TOASTER "/Toast", "http://EXAMPLE.org/Toaster", HEADERS, NULL },
  { "a URI below it", TOASTER "/Toast", TOASTER "/slot/1", HEADERS, NULL },
  { "a URI that only begins alike", TOASTER "/Toast", TOASTER "s", HEADERS,
    "nothing here answers for w:ResourceURI \"" TOASTER "s\"" },
  { "a verb of another family", TRANSFER_URI "Get", TOASTER, HEADERS,
    "a:Action \"" TRANSFER_URI "Get\" is not supported" },
  { "no methods where the family has none", TOASTER "/Explode", TOASTER, HEADERS,
    "a:Action \"" TOASTER "/Explode\" is not supported" },
  { "its verb elsewhere", TOASTER "/Toast", CIMV2_URI "Win32_Process", "",
    "a:Action \"" TOASTER "/Toast\" is no method of w:ResourceURI \"" CIMV2_URI "Win32_Process\"" },
  { "an option that it complies with", TOASTER "/Toast", TOASTER, HEADERS OPTION ("Browning", "3"),
    NULL },
  { "another value of that option", TOASTER "/Toast", TOASTER, HEADERS OPTION ("Browning", "9"),
    "w:Option Browning with MustComply" },
  { "an option that it does not know", TOASTER "/Toast", TOASTER, HEADERS OPTION ("Timer", "3"),
    "w:Option Timer with MustComply" },
};

static void
test_row (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", "");
  g_autofree char *request
      = wsman_fixture_request (rows[row].action, rows[row].resource, rows[row].headers, "");
  static char bread[] = "bread";
  g_autoptr (SimExchange) exchange = NULL;

  wsman_add_family (fixture->wsman, &toaster, bread);
  exchange = wsman_fixture_send (fixture, request);
  g_assert_cmpstr (exchange->refusal, ==, rows[row].refusal);
  g_assert_cmpuint (exchange->status, ==, rows[row].refusal == NULL ? 200 : 500);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/family/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
