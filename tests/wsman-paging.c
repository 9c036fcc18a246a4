/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-fixture.h"

/* Enumerations from their first to their last reply. */

#define QUERY "SELECT * FROM Msvm_ComputerSystem"
#define ITEM "<p:Msvm_ComputerSystem "
/* The host and its six VMs. */
#define N_ITEMS 7u
#define OPTIMIZE(n) "<w:OptimizeEnumeration/><w:MaxElements>" n "</w:MaxElements>"
#define MAX_ELEMENTS(n) "<n:MaxElements>" n "</n:MaxElements>"
#define LAST "<n:EndOfSequence/></n:PullResponse>"

typedef struct {
  const char *sentence;
  const char *optimize; /* of the Enumerate */
  const char *pull;     /* of each Pull */
  const char *ability;  /* switched off; NULL: none */
  guint items[9];       /* in the Enumerate's reply, then in each Pull's */
  guint n_replies;
} PageRow;

static const PageRow rows[] = {
  { "one item in each Pull", "", "", NULL, { 0, 1, 1, 1, 1, 1, 1, 1 }, 8 },
  { "MaxElements in each Pull", "", MAX_ELEMENTS ("3"), NULL, { 0, 3, 3, 1 }, 4 },
  { "the end comes with the last item", "", MAX_ELEMENTS ("7"), NULL, { 0, 7 }, 2 },
  { "more than there are", "", MAX_ELEMENTS ("32000"), NULL, { 0, 7 }, 2 },
  { "an optimised Enumerate has one item",
    OPTIMIZE ("32000"),
    MAX_ELEMENTS ("32000"),
    NULL,
    { 1, 6 },
    2 },
  { "an optimised Enumerate without MaxElements",
    "<w:OptimizeEnumeration/>",
    MAX_ELEMENTS ("32000"),
    NULL,
    { 1, 6 },
    2 },
  { "MaxElements alone does not optimise",
    "<w:MaxElements>5</w:MaxElements>",
    MAX_ELEMENTS ("32000"),
    NULL,
    { 0, 7 },
    2 },
  { "a host that sends the whole first page",
    OPTIMIZE ("5"),
    MAX_ELEMENTS ("32000"),
    "optimized-enumeration-first-page",
    { 5, 2 },
    2 },
  { "such a host without MaxElements",
    "<w:OptimizeEnumeration/>",
    MAX_ELEMENTS ("32000"),
    "optimized-enumeration-first-page",
    { 1, 6 },
    2 },
  { "a host that sends everything at once",
    OPTIMIZE ("32000"),
    "",
    "optimized-enumeration-first-page",
    { 7 },
    1 },
  { "a host whose Pull is not one item by default",
    "",
    "",
    "pull-one-item-by-default",
    { 0, 7 },
    2 },
};

/* Abilities are read when the request comes. */
static WsmanFixture *
open_host (const char *ability)
{
  WsmanFixture *fixture = wsman_fixture_new ("2019", 0);

  if (ability != NULL)
    repository_set_setting (fixture->repository, "abilities", ability, "0");
  return fixture;
}

static void
assert_end (const char *reply, guint n_reply, gboolean last)
{
  gboolean ended = strstr (reply, "EndOfSequence/>") != NULL;
  gboolean open = strstr (reply, "<n:EnumerationContext>uuid:") != NULL;

  g_assert_cmpint (ended, ==, last);
  g_assert_cmpint (open, ==, !last);
  if (n_reply > 0)
    g_assert_nonnull (strstr (reply, "<n:Items>"));
}

static void
test_row (gconstpointer data)
{
  const PageRow *row = data;
  g_autoptr (WsmanFixture) fixture = open_host (row->ability);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, row->optimize);
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  guint sum = 0;

  for (guint i = 0; i < row->n_replies; i++) {
    g_autofree char *pull = NULL;

    g_assert_cmpuint (wsman_fixture_count (reply, ITEM), ==, row->items[i]);
    assert_end (reply, i, i + 1 == row->n_replies);
    sum += row->items[i];
    if (i + 1 == row->n_replies)
      break;
    g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman), ==, 1);
    pull = wsman_fixture_pull (reply, row->pull);
    g_free (reply);
    reply = wsman_fixture_ask (fixture, pull, 200);
  }
  g_assert_cmpuint (sum, ==, N_ITEMS);
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman), ==, 0);
}

/* ---- life of a context ---- */
static void
assert_invalid (WsmanFixture *fixture, const char *request)
{
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);

  g_assert_cmpuint (exchange->status, ==, 500);
  g_assert_cmpstr (exchange->fault, ==, "n:InvalidEnumerationContext");
}

static void
test_fresh_context (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (first, "");
  g_autofree char *second = wsman_fixture_ask (fixture, pull, 200);
  g_autofree char *next = wsman_fixture_pull (second, "");

  g_assert_cmpstr (pull, !=, next);
  assert_invalid (fixture, pull); /* the old one is used up */
  g_free (wsman_fixture_ask (fixture, next, 200));
}

static void
test_expiry (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *first = NULL;
  g_autofree char *pull = NULL;
  g_autofree char *second = NULL;
  g_autofree char *next = NULL;

  sim_clock_advance (fixture->clock, G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC);
  first = wsman_fixture_ask (fixture, request, 200);
  pull = wsman_fixture_pull (first, "");
  /* Idle time counts, not age. */
  sim_clock_advance (fixture->clock, 240 * G_USEC_PER_SEC);
  second = wsman_fixture_ask (fixture, pull, 200);
  next = wsman_fixture_pull (second, "");
  sim_clock_advance (fixture->clock, 240 * G_USEC_PER_SEC + 1);
  assert_invalid (fixture, next);
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman), ==, 0);
}

static void
test_release (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (first, "");
  g_autofree char *id
      = wsman_fixture_between (first, "<n:EnumerationContext>", "</n:EnumerationContext>");
  g_autofree char *body = g_strconcat ("<n:Release><n:EnumerationContext>", id,
                                       "</n:EnumerationContext></n:Release>", NULL);
  g_autofree char *release
      = wsman_fixture_request (ENUMERATION_URI "Release", V2_URI "*", "", body);
  g_autofree char *reply = wsman_fixture_ask (fixture, release, 200);

  g_assert_nonnull (strstr (reply, ENUMERATION_URI "ReleaseResponse</a:Action>"));
  g_assert_nonnull (strstr (reply, "<s:Body></s:Body>"));
  g_assert_cmpuint (wsman_get_n_contexts (fixture->wsman), ==, 0);
  assert_invalid (fixture, pull);
}

static void
test_foreign_context (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (first, "");
  g_autoptr (SimExchange) stranger = wsman_fixture_send_as (fixture, pull, "guest");

  g_assert_cmpstr (stranger->fault, ==, "n:InvalidEnumerationContext");
  g_free (wsman_fixture_ask (fixture, pull, 200));
}

static void
test_other_namespace (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (first, "");
  g_auto (GStrv) parts = g_strsplit (pull, "root/virtualization/v2", -1);
  g_autofree char *other = g_strjoinv ("root/cimv2", parts);

  assert_invalid (fixture, other);
  g_free (wsman_fixture_ask (fixture, pull, 200));
}

static void
test_quota (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *reply = NULL;
  g_autoptr (SimExchange) refused = NULL;

  repository_set_setting (fixture->repository, "limits", "MaxConcurrentOperationsPerUser", "2");
  g_free (wsman_fixture_ask (fixture, request, 200));
  g_free (wsman_fixture_ask (fixture, request, 200));
  refused = wsman_fixture_send (fixture, request);
  reply = wsman_fixture_reply (refused);
  g_assert_cmpstr (refused->fault, ==, "w:QuotaLimit");
  g_assert_nonnull (strstr (reply, "<p:error_Code xsi:type=\"cim:cimUnsignedInt\">2150859174<"));
  sim_clock_advance (fixture->clock, 241 * G_USEC_PER_SEC);
  g_free (wsman_fixture_ask (fixture, request, 200));
}

static void
test_batch_items (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (first, MAX_ELEMENTS ("32000"));
  g_autofree char *page = NULL;

  repository_set_setting (fixture->repository, "limits", "MaxBatchItems", "3");
  page = wsman_fixture_ask (fixture, pull, 200);
  g_assert_cmpuint (wsman_fixture_count (page, ITEM), ==, 3);
}

static void
test_nothing_found (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request
      = wsman_fixture_enumerate ("SELECT * FROM Msvm_ComputerSystem WHERE Name = 'nobody'", "");
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (first, "");
  g_autofree char *last = wsman_fixture_ask (fixture, pull, 200);

  /* libvirt needs Items although there is nothing in it. */
  g_assert_nonnull (strstr (last, "<n:PullResponse><n:Items></n:Items>" LAST));
}

/* ---- sizes, with the pages of Server 2012 ---- */
static char *
pull_sized (const char *reply, const char *envelope, const char *elements)
{
  g_autofree char *pull = wsman_fixture_pull (reply, elements);
  g_auto (GStrv) parts = g_strsplit (pull, "</s:Header>", 2);
  g_autofree char *size
      = g_strconcat ("<w:MaxEnvelopeSize>", envelope, "</w:MaxEnvelopeSize></s:Header>", NULL);

  return g_strjoinv (size, parts);
}

static void
test_envelope_pages (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 200);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  guint n_items = 0, n_pages = 0;

  while (strstr (reply, "EndOfSequence") == NULL) {
    g_autofree char *pull = pull_sized (reply, "153600", MAX_ELEMENTS ("32000"));
    g_autofree char *page = wsman_fixture_ask (fixture, pull, 200);
    gboolean last = strstr (page, "EndOfSequence") != NULL;

    n_pages++;
    n_items += wsman_fixture_count (page, ITEM);
    g_assert_cmpuint (strlen (page), <=, 76800);
    /* A full page lacks less than one more item. */
    if (!last)
      g_assert_cmpuint (strlen (page), >, 76800 - 3500);
    g_free (reply);
    reply = g_steal_pointer (&page);
  }
  g_assert_cmpuint (n_items, ==, N_ITEMS + 200);
  g_assert_cmpuint (n_pages, >=, 7);
}

/* Whatever the size, no page is larger. */
static void
test_envelope_sizes (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 20);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");

  for (guint size = 16384; size < 24000; size += 97) {
    g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
    g_autofree char *text = g_strdup_printf ("%u", size);
    g_autofree char *pull = pull_sized (reply, text, MAX_ELEMENTS ("32000"));
    g_autofree char *page = wsman_fixture_ask (fixture, pull, 200);

    g_assert_cmpuint (strlen (page), <=, size / 2);
  }
}

static void
test_envelope_in_bytes (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 200);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *pull = NULL;
  g_autofree char *page = NULL;
  g_autofree char *reply = NULL;

  repository_set_setting (fixture->repository, "abilities", "envelope-size-counts-utf16", "0");
  reply = wsman_fixture_ask (fixture, request, 200);
  pull = pull_sized (reply, "153600", MAX_ELEMENTS ("32000"));
  page = wsman_fixture_ask (fixture, pull, 200);
  g_assert_cmpuint (strlen (page), <=, 153600);
  g_assert_cmpuint (strlen (page), >, 153600 - 3500);
}

static void
test_max_characters (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (
      reply, MAX_ELEMENTS ("32000") "<n:MaxCharacters>8000</n:MaxCharacters>");
  g_autofree char *page = wsman_fixture_ask (fixture, pull, 200);
  g_autofree char *items = wsman_fixture_between (page, "<n:Items>", "</n:Items>");

  g_assert_cmpuint (strlen (items), <=, 8000);
  g_assert_cmpuint (wsman_fixture_count (items, ITEM), >=, 2);
}

static void
test_one_item_too_large (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *request = wsman_fixture_enumerate (QUERY, "");
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *small = wsman_fixture_pull (reply, "<n:MaxCharacters>100</n:MaxCharacters>");
  g_autofree char *enough = wsman_fixture_pull (reply, "");
  g_autoptr (SimExchange) refused = wsman_fixture_send (fixture, small);

  g_assert_cmpstr (refused->fault, ==, "w:EncodingLimit");
  /* Nothing is lost: the context is still there, and the item too. */
  g_free (reply);
  reply = wsman_fixture_ask (fixture, enough, 200);
  g_assert_cmpuint (wsman_fixture_count (reply, ITEM), ==, 1);
}

static void
test_enumerates_size_counts_for_pulls (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 200);
  g_autofree char *plain = wsman_fixture_enumerate (QUERY, "");
  g_auto (GStrv) parts = g_strsplit (plain, "</s:Header>", 2);
  g_autofree char *request
      = g_strjoinv ("<w:MaxEnvelopeSize>16384</w:MaxEnvelopeSize></s:Header>", parts);
  g_autofree char *reply = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *pull = wsman_fixture_pull (reply, MAX_ELEMENTS ("32000"));
  g_autofree char *page = wsman_fixture_ask (fixture, pull, 200);

  g_assert_cmpuint (strlen (page), <=, 8192);
  g_assert_cmpuint (wsman_fixture_count (page, ITEM), >=, 1);
}

static const struct {
  const char *sentence;
  GTestFunc test;
} stories[] = {
  { "each reply has a fresh context", test_fresh_context },
  { "an idle context expires", test_expiry },
  { "a released context is gone", test_release },
  { "another user's context", test_foreign_context },
  { "another namespace", test_other_namespace },
  { "too many contexts", test_quota },
  { "MaxBatchItems of the host", test_batch_items },
  { "nothing found", test_nothing_found },
  { "pages of 76800 characters", test_envelope_pages },
  { "pages of other sizes", test_envelope_sizes },
  { "a host that counts bytes", test_envelope_in_bytes },
  { "MaxCharacters", test_max_characters },
  { "one item that is too large", test_one_item_too_large },
  { "MaxEnvelopeSize of the Enumerate", test_enumerates_size_counts_for_pulls },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/paging/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/wsman/paging/", stories[i].sentence, NULL);

    g_test_add_func (path, stories[i].test);
  }
  return g_test_run ();
}
