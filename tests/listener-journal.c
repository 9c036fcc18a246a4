/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/listener/listener.h"

static void
add_numbered (SimJournal *journal, guint64 number)
{
  g_autoptr (SimExchange) exchange = sim_exchange_new ();

  exchange->number = number;
  exchange->operation = g_strdup ("Get");
  exchange->class_name = g_strdup ("Msvm_ComputerSystem");
  exchange->user = g_strdup ("administrator");
  exchange->status = 200;
  exchange->request = g_bytes_new_static ("12345", 5);
  exchange->reply = g_bytes_new_static ("1234567", 7);
  exchange->connection = 3;
  sim_journal_add (journal, exchange, (gint64)number * 10);
}

static const SimJournalEntry *
get (GPtrArray *entries, guint i)
{
  g_assert_cmpuint (i, <, entries->len);
  return g_ptr_array_index (entries, i);
}

static void
test_ring (void)
{
  g_autoptr (SimJournal) journal = sim_journal_new (3);
  g_autoptr (GPtrArray) entries = NULL;

  for (guint64 i = 1; i <= 5; i++)
    add_numbered (journal, i);
  entries = sim_journal_get_entries (journal);
  g_assert_cmpuint (entries->len, ==, 3);
  g_assert_cmpuint (get (entries, 0)->number, ==, 3);
  g_assert_cmpuint (get (entries, 2)->number, ==, 5);
  g_assert_cmpint (get (entries, 2)->time, ==, 50);
  g_assert_cmpuint (sim_journal_get_total (journal), ==, 5);
}

static void
test_fields (void)
{
  g_autoptr (SimJournal) journal = sim_journal_new (3);
  g_autoptr (GPtrArray) entries = NULL;
  const SimJournalEntry *entry;

  add_numbered (journal, 1);
  entries = sim_journal_get_entries (journal);
  entry = get (entries, 0);
  g_assert_cmpstr (entry->operation, ==, "Get");
  g_assert_cmpstr (entry->class_name, ==, "Msvm_ComputerSystem");
  g_assert_cmpstr (entry->user, ==, "administrator");
  g_assert_cmpstr (entry->refusal, ==, NULL);
  g_assert_cmpuint (entry->status, ==, 200);
  g_assert_cmpuint (entry->bytes_in, ==, 5);
  g_assert_cmpuint (entry->bytes_out, ==, 7);
  g_assert_cmpuint (entry->connection, ==, 3);
}

static const struct {
  SimOrder order;
  gsize order_bytes;
  guint status;
  gsize bytes_out;
} orders[] = {
  { SIM_ORDER_ANSWER, 0, 200, 7 },         { SIM_ORDER_HANG_UP, 0, 0, 0 },
  { SIM_ORDER_HANG_UP_MIDWAY, 4, 200, 4 }, { SIM_ORDER_HANG_UP_MIDWAY, 9, 200, 7 },
  { SIM_ORDER_HANG_UP_AFTER, 0, 200, 7 },
};

static void
test_orders (void)
{
  g_autoptr (SimJournal) journal = sim_journal_new (G_N_ELEMENTS (orders));
  g_autoptr (GPtrArray) entries = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autoptr (SimExchange) exchange = sim_exchange_new ();

    exchange->status = 200;
    exchange->reply = g_bytes_new_static ("1234567", 7);
    exchange->order = orders[i].order;
    exchange->order_bytes = orders[i].order_bytes;
    sim_journal_add (journal, exchange, 0);
  }
  entries = sim_journal_get_entries (journal);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_assert_cmpuint (get (entries, i)->status, ==, orders[i].status);
    g_assert_cmpuint (get (entries, i)->bytes_out, ==, orders[i].bytes_out);
  }
}

static void
test_refusal (void)
{
  g_autoptr (SimJournal) journal = sim_journal_new (3);
  g_autoptr (GPtrArray) entries = NULL;

  sim_journal_add_refusal (journal, "request without a length", 411, 7);
  entries = sim_journal_get_entries (journal);
  g_assert_cmpstr (get (entries, 0)->refusal, ==, "request without a length");
  g_assert_cmpuint (get (entries, 0)->status, ==, 411);
  g_assert_cmpuint (get (entries, 0)->number, ==, 0);
  g_assert_cmpint (get (entries, 0)->time, ==, 7);
}

/* What a client wrote is kept as long as somebody might read, not as long as a request may be. */
static void
test_long (void)
{
  g_autoptr (SimJournal) journal = sim_journal_new (2);
  g_autoptr (SimExchange) exchange = sim_exchange_new ();
  g_autofree char *letters = g_strnfill (400000, 'x');
  g_autofree char *text = g_strconcat (letters, "\303\274", NULL);
  g_autoptr (GPtrArray) entries = NULL;
  const SimJournalEntry *entry;

  exchange->operation = g_strdup (text);
  exchange->refusal = g_strdup (text);
  for (guint i = 0; i < 5000; i++)
    sim_exchange_add_selector (exchange, i == 0 ? "Name" : "n", i == 0 ? text : "v");
  sim_journal_add (journal, exchange, 0);
  memset (text, 'x', strlen (text));
  memcpy (text + 1023, "\303\274", 2); /* a letter of two bytes is not cut in two */
  sim_journal_add_refusal (journal, text, 401, 0);
  entries = sim_journal_get_entries (journal);
  entry = get (entries, 0);
  g_assert_cmpuint (strlen (entry->operation), ==, 1024 + strlen ("…"));
  g_assert_true (g_str_has_suffix (entry->refusal, "x…"));
  g_assert_cmpuint (g_strv_length (entry->selectors), ==, 64);
  g_assert_cmpuint (strlen (entry->selectors[0]), ==, 1024 + strlen ("…"));
  entry = get (entries, 1);
  g_assert_true (g_utf8_validate (entry->refusal, -1, NULL));
  g_assert_cmpuint (strlen (entry->refusal), ==, 1023 + strlen ("…"));
}

static void
test_clear (void)
{
  g_autoptr (SimJournal) journal = sim_journal_new (2);
  g_autoptr (GPtrArray) entries = NULL;

  for (guint64 i = 1; i <= 3; i++)
    add_numbered (journal, i);
  sim_journal_clear (journal);
  add_numbered (journal, 4);
  entries = sim_journal_get_entries (journal);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpuint (get (entries, 0)->number, ==, 4);
  g_assert_cmpuint (sim_journal_get_total (journal), ==, 4);
}

static gpointer
add_many (gpointer data)
{
  for (guint64 i = 0; i < 1000; i++)
    add_numbered (data, i);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (SimJournal) journal = sim_journal_new (16);
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("writer", add_many, journal);
  for (guint i = 0; i < 100; i++) {
    g_autoptr (GPtrArray) entries = sim_journal_get_entries (journal);

    g_assert_cmpuint (entries->len, <=, 16);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (sim_journal_get_total (journal), ==, 4000);
}

/* ---- accounts ---- */

static const struct {
  const char *sentence;
  const char *user;
  const char *password;
  const char *expected;
} logins[] = {
  { "as-it-is-written", "Administrator", "secret", "Administrator" },
  { "in-another-case", "ADMINISTRATOR", "secret", "Administrator" },
  { "with-a-domain", "SIMHOST\\administrator", "secret", "Administrator" },
  { "with-a-dot-for-the-domain", ".\\administrator", "secret", "Administrator" },
  { "with-a-realm", "administrator@corp.example", "secret", "Administrator" },
  { "beyond-ascii-in-another-case", "J\303\234RGEN", "pa\303\237", "j\303\274rgen" },
  { "wrong-password", "administrator", "Secret", NULL },
  { "password-that-is-too-short", "administrator", "secre", NULL },
  { "password-that-is-too-long", "administrator", "secret1", NULL },
  { "empty-password", "administrator", "", NULL },
  { "unknown-user", "guest", "secret", NULL },
  { "unknown-user-without-password", "guest", "", NULL },
  { "empty-user", "", "", NULL },
  { "no-utf-8", "\377", "secret", NULL },
};

static SimAccounts *
make_accounts (void)
{
  SimAccounts *accounts = sim_accounts_new ();

  sim_accounts_set (accounts, "Administrator", "old");
  sim_accounts_set (accounts, "Administrator", "secret");
  sim_accounts_set (accounts, "j\303\274rgen", "pa\303\237");
  return accounts;
}

static void
test_login (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (SimAccounts) accounts = make_accounts ();
  g_autofree char *user = sim_accounts_check (accounts, logins[i].user, logins[i].password);

  g_assert_cmpstr (user, ==, logins[i].expected);
}

static void
test_remove (void)
{
  g_autoptr (SimAccounts) accounts = make_accounts ();

  g_assert_true (sim_accounts_remove (accounts, "ADMINISTRATOR"));
  g_assert_false (sim_accounts_remove (accounts, "Administrator"));
  g_assert_null (sim_accounts_check (accounts, "Administrator", "secret"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listener/journal/the-oldest-go", test_ring);
  g_test_add_func ("/listener/journal/fields", test_fields);
  g_test_add_func ("/listener/journal/orders", test_orders);
  g_test_add_func ("/listener/journal/refusal", test_refusal);
  g_test_add_func ("/listener/journal/long", test_long);
  g_test_add_func ("/listener/journal/clear", test_clear);
  g_test_add_func ("/listener/journal/threads", test_threads);
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++) {
    g_autofree char *path = g_strconcat ("/listener/accounts/", logins[i].sentence, NULL);
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_login);
  }
  g_test_add_func ("/listener/accounts/remove", test_remove);
  return g_test_run ();
}
