/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter.h"

/* ---- settings that are refused: rows ---- */

typedef struct {
  const char *sentence;
  const char *type;
  const char *settings;
  SimFilterError code;
  const char *message; /* pattern */
} BadRow;

static const BadRow bad_rows[] = {
  { "unknown-filter", "dealy", "{}", SIM_FILTER_ERROR_UNKNOWN_FILTER,
    "there is no filter \"dealy\" (known: cause, delay, drip, expired-context, "
    "false-failure, garble, hang-up, http-status, job, lost-reply, quota, reboot, soap-fault, "
    "stall, truncate)" },
  { "unknown-setting", "delay", "{'ms': <5>}", SIM_FILTER_ERROR_UNKNOWN_SETTING,
    "filter delay has no setting \"ms\" (known: milliseconds, effect, operation, class, method, "
    "selector, nth, every, count, probability)" },
  { "missing-setting", "delay", "{}", SIM_FILTER_ERROR_MISSING_SETTING,
    "filter delay: setting \"milliseconds\" is missing: expected a whole number from 0 to "
    "86400000" },
  { "text-for-a-number", "delay", "{'milliseconds': <'5'>}", SIM_FILTER_ERROR_WRONG_TYPE,
    "filter delay: setting \"milliseconds\": expected a whole number from 0 to 86400000, found "
    "'5' (of type \"s\")" },
  { "number-for-text", "hang-up", "{'when': <1>}", SIM_FILTER_ERROR_WRONG_TYPE,
    "filter hang-up: setting \"when\": expected text, found 1 (of type \"i\")" },
  { "number-for-a-boolean", "hang-up", "{'effect': <1>}", SIM_FILTER_ERROR_WRONG_TYPE,
    "filter hang-up: setting \"effect\": expected true or false, found 1 (of type \"i\")" },
  { "negative-number", "delay", "{'milliseconds': <-1>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*expected a whole number from 0*found -1*" },
  { "fraction", "delay", "{'milliseconds': <0.5>}", SIM_FILTER_ERROR_WRONG_VALUE, "*found 0.5*" },
  { "not-a-number", "delay", "{'milliseconds': <nan>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*found *nan*" },
  { "status-below-400", "http-status", "{'status': <200>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*from 400 to 599, found 200*" },
  { "status-above-599", "http-status", "{'status': <600>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*from 400 to 599, found 600*" },
  { "a-type-of-two-lines", "http-status", "{'status': <500>, 'type': <'text/plain\\r\\nX: y'>}",
    SIM_FILTER_ERROR_WRONG_VALUE,
    "*\"type\": expected a content type on one line, such as text/plain, found "
    "\"text/plain\\r\\nX: y\"" },
  { "a-type-of-nothing", "http-status", "{'status': <500>, 'type': <''>}",
    SIM_FILTER_ERROR_WRONG_VALUE, "*expected a content type on one line*" },
  { "unknown-moment", "hang-up", "{'when': <'never'>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*expected before, midway or after (the reply), found \"never\"" },
  { "bytes-without-midway", "hang-up", "{'bytes': <3>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*\"bytes\" goes with when=midway only, found when=before" },
  { "unknown-fault", "soap-fault", "{'fault': <'Nonsense'>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "filter soap-fault: setting \"fault\": there is no fault \"Nonsense\"" },
  { "unknown-operation", "delay", "{'milliseconds': <1>, 'operation': <'Poll'>}",
    SIM_FILTER_ERROR_WRONG_VALUE, "*expected one of Identify, Get, *, found \"Poll\"" },
  { "selector-without-value", "delay", "{'milliseconds': <1>, 'selector': <'Name'>}",
    SIM_FILTER_ERROR_WRONG_VALUE, "*expected NAME=VALUE, found \"Name\"" },
  { "every-zero", "quota", "{'every': <0>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*\"every\": expected a whole number from 1*found 0*" },
  { "probability-zero", "quota", "{'probability': <0.0>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*\"probability\": expected more than 0, at most 1, found 0.0" },
  { "probability-above-one", "quota", "{'probability': <1.5>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*at most 1, found 1.5" },
  { "probability-not-a-number", "quota", "{'probability': <'often'>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*found 'often'" },
  { "unknown-end-of-a-job", "job", "{'end': <'explodes'>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*expected fails, stalls or dies, found \"explodes\"" },
  { "percent-above-100", "job", "{'percent': <101>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*from 0 to 100, found 101*" },
  { "cause-missing", "cause", "{}", SIM_FILTER_ERROR_MISSING_SETTING,
    "*\"cause\" is missing: expected text" },
  { "unknown-cause", "cause", "{'cause': <'moon'>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*expected one of failed, *disk-full*, found \"moon\"" },
  { "drip-of-nothing", "drip", "{'bytes': <0>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*from 1 to 1048576, found 0*" },
  { "return-value-zero", "false-failure", "{'return_value': <0>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*from 1 to 4294967295, found 0*" },
  { "reboot-of-days", "reboot", "{'seconds': <90000>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*from 0 to 86400, found 90000*" },
  { "nth-zero", "delay", "{'milliseconds': <1>, 'nth': <0>}", SIM_FILTER_ERROR_WRONG_VALUE,
    "*\"nth\": expected a whole number from 1*found 0*" },
};

static gboolean
write_fault (SimExchange *exchange, const char *name, gpointer user_data)
{
  return g_strcmp0 (name, "AccessDenied") == 0;
}

static void
test_bad (gconstpointer data)
{
  const BadRow *row = data;
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  g_autoptr (SimFilterChain) chain = sim_filter_chain_new (clock, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) settings
      = g_variant_parse (G_VARIANT_TYPE_VARDICT, row->settings, NULL, NULL, &error);

  g_assert_no_error (error);
  sim_filter_chain_set_fault (chain, write_fault, NULL);
  g_assert_cmpuint (sim_filter_chain_add (chain, row->type, settings, &error), ==, 0);
  g_assert_error (error, SIM_FILTER_ERROR, (int)row->code);
  if (!g_pattern_match_simple (row->message, error->message))
    g_error ("expected %s, found %s", row->message, error->message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++) {
    g_autofree char *path = g_strconcat ("/filters/settings/", bad_rows[i].sentence, NULL);

    g_test_add_data_func (path, &bad_rows[i], test_bad);
  }
  return g_test_run ();
}
