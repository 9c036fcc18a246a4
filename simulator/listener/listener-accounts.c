/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener.h"

#include <string.h>

struct _SimAccounts {
  gatomicrefcount ref_count;
  GMutex mutex;
  GHashTable *accounts; /* folded name -> Account */
};

typedef struct {
  char *user;
  char *password;
  SimAccountState state;
} Account;

static void
account_free (gpointer data)
{
  Account *account = data;

  explicit_bzero (account->password, strlen (account->password));
  g_free (account->password);
  g_free (account->user);
  g_free (account);
}

/* `DOMAIN\user` and `user@domain` are the same local account to a host without a domain. */
static char *
fold (const char *user)
{
  const char *backslash = strchr (user, '\\');
  const char *begin = backslash != NULL ? backslash + 1 : user;
  const char *at = strchr (begin, '@');

  return g_utf8_casefold (begin, at != NULL ? at - begin : -1);
}

SimAccounts *
sim_accounts_new (void)
{
  SimAccounts *self = g_new0 (SimAccounts, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, account_free);
  return self;
}

SimAccounts *
sim_accounts_ref (SimAccounts *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sim_accounts_unref (SimAccounts *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->accounts);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
sim_accounts_set (SimAccounts *self, const char *user, const char *password)
{
  Account *account;

  g_return_if_fail (user != NULL && g_utf8_validate (user, -1, NULL));
  g_return_if_fail (password != NULL);

  account = g_new0 (Account, 1);
  account->user = g_strdup (user);
  account->password = g_strdup (password);
  g_mutex_lock (&self->mutex);
  g_hash_table_replace (self->accounts, fold (user), account);
  g_mutex_unlock (&self->mutex);
}

void
sim_accounts_add (SimAccounts *self, SimAccounts *others)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (self != NULL && others != NULL && self != others);

  g_mutex_lock (&others->mutex);
  g_hash_table_iter_init (&iter, others->accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Account *account = value;

    sim_accounts_set (self, account->user, account->password);
    sim_accounts_set_state (self, account->user, account->state);
  }
  g_mutex_unlock (&others->mutex);
}

gboolean
sim_accounts_remove (SimAccounts *self, const char *user)
{
  g_autofree char *key = NULL;
  gboolean removed;

  g_return_val_if_fail (user != NULL && g_utf8_validate (user, -1, NULL), FALSE);

  key = fold (user);
  g_mutex_lock (&self->mutex);
  removed = g_hash_table_remove (self->accounts, key);
  g_mutex_unlock (&self->mutex);
  return removed;
}

/* Takes as long as @given is, whatever it is compared with. */
static gboolean
same_secret (const char *given, const char *expected)
{
  gsize length = strlen (expected);
  guint difference = strlen (given) != length;

  for (gsize i = 0; given[i] != '\0'; i++)
    difference |= (guint)(guchar)given[i] ^ (guint)(guchar)(i < length ? expected[i] : '\0');
  return difference == 0;
}

gboolean
sim_accounts_set_state (SimAccounts *self, const char *user, SimAccountState state)
{
  g_autofree char *key = NULL;
  Account *account;

  g_return_val_if_fail (user != NULL && g_utf8_validate (user, -1, NULL), FALSE);

  key = fold (user);
  g_mutex_lock (&self->mutex);
  account = g_hash_table_lookup (self->accounts, key);
  if (account != NULL)
    account->state = state;
  g_mutex_unlock (&self->mutex);
  return account != NULL;
}

SimAccountAnswer
sim_accounts_ask (SimAccounts *self, const char *user, SimAccountProof proves, gpointer data,
                  char **spelling)
{
  static const SimAccountAnswer answers[] = {
    [SIM_ACCOUNT_GOOD] = SIM_ACCOUNT_ANSWER_YES,
    [SIM_ACCOUNT_WITHOUT_RIGHTS] = SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS,
    [SIM_ACCOUNT_LOCKED] = SIM_ACCOUNT_ANSWER_LOCKED,
    [SIM_ACCOUNT_EXPIRED] = SIM_ACCOUNT_ANSWER_EXPIRED,
    [SIM_ACCOUNT_DISABLED] = SIM_ACCOUNT_ANSWER_DISABLED,
    [SIM_ACCOUNT_MUST_CHANGE] = SIM_ACCOUNT_ANSWER_MUST_CHANGE,
  };
  g_autofree char *key = NULL;
  const Account *account;
  gboolean proven;
  SimAccountAnswer answer = SIM_ACCOUNT_ANSWER_UNKNOWN;

  g_return_val_if_fail (user != NULL && spelling != NULL, SIM_ACCOUNT_ANSWER_UNKNOWN);

  *spelling = NULL;
  if (!g_utf8_validate (user, -1, NULL))
    return answer;
  key = fold (user);
  g_mutex_lock (&self->mutex);
  account = g_hash_table_lookup (self->accounts, key);
  proven = proves == NULL || proves (account != NULL ? account->password : "", data);
  if (account != NULL)
    *spelling = g_strdup (account->user);
  if (account != NULL && proven)
    answer = answers[account->state];
  g_mutex_unlock (&self->mutex);
  return answer;
}

gboolean
sim_accounts_prove_by_password (const char *password, gpointer given)
{
  return same_secret (given, password);
}

char *
sim_accounts_check (SimAccounts *self, const char *user, const char *password)
{
  g_autofree char *spelling = NULL;
  SimAccountAnswer answer;

  g_return_val_if_fail (user != NULL && password != NULL, NULL);

  answer = sim_accounts_ask (self, user, sim_accounts_prove_by_password, (gpointer)password,
                             &spelling);
  return answer == SIM_ACCOUNT_ANSWER_YES || answer == SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS
             ? g_steal_pointer (&spelling)
             : NULL;
}
