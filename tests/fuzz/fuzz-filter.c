/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "simulator/filters/sim-filter.h"

/* Settings of a filter: the first word is its name, the rest a dictionary in GVariant's text. A
 * filter that was taken then meets an exchange. */

static gboolean
answer (SimExchange *exchange, const char *name, gpointer user_data)
{
  exchange->status = 500;
  return TRUE;
}

static void
go_on (SimExchange *exchange, gboolean answered, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

static void
run (SimFilterChain *chain, SimClock *clock)
{
  g_autoptr (SimExchange) exchange = sim_exchange_new ();

  exchange->request = g_bytes_new_static ("x", 1);
  exchange->operation = g_strdup ("Pull");
  exchange->class_name = g_strdup ("Msvm_ComputerSystem");
  sim_exchange_add_selector (exchange, "Name", "a");
  for (guint hook = 0; hook < SIM_N_HOOKS; hook++) {
    gboolean gone = FALSE;

    sim_filter_chain_run (chain, (SimHook)hook, exchange, go_on, &gone);
    for (guint i = 0; i < 4 && !gone; i++) {
      if (sim_clock_get_n_timers (clock) > 0)
        sim_clock_advance (clock, sim_clock_get_next (clock));
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
    g_assert_true (gone);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  char *rest = text + strcspn (text, " ");
  g_autoptr (GVariant) settings = NULL;
  g_autoptr (SimClock) clock = NULL;
  g_autoptr (SimFilterChain) chain = NULL;
  g_autoptr (GError) error = NULL;
  guint id;

  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  if (*rest != '\0')
    *rest++ = '\0';
  settings = g_variant_parse (G_VARIANT_TYPE_VARDICT, rest, NULL, NULL, NULL);
  if (settings == NULL && *rest != '\0')
    return 0;
  clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  chain = sim_filter_chain_new (clock, NULL);
  sim_filter_chain_set_fault (chain, answer, NULL);
  id = sim_filter_chain_add (chain, text, settings, &error);
  fuzz_check (id != 0, error);
  if (id != 0)
    run (chain, clock);
  return 0;
}
