/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv.h"
#include "simulator/hyperv-sim.h"

/* Many hosts in one process, all with VMs of the same names: what is done to one is not seen on
 * another. */

#define N_HOSTS 200
#define N_THREADS 8
#define N_TESTS 1000
/* Each host of which the number divides by this is asked over the wire, too. */
#define WIRE_EVERY 10

static const char *const states[] = { "running", "off", "saved", "paused" };

typedef struct {
  HypervSimSite *sites[N_HOSTS];
  gint next; /* atomic: the next test */
} World;

static HypervSimHost *
get_host (const World *world, guint i)
{
  return g_ptr_array_index (hyperv_sim_site_get_hosts (world->sites[i]), 0);
}

static HypervSimSite *
start_site (void)
{
  g_autoptr (HypervSimSite) site = hyperv_sim_site_new ();
  g_autoptr (HypervSimHost) host = hyperv_sim_host_new ("2019");
  g_autoptr (GError) error = NULL;

  hyperv_sim_host_set_transports (host, FALSE, TRUE);
  hyperv_sim_site_add_host (site, host);
  hyperv_sim_site_start (site, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&site);
}

static void
ask_over_the_wire (HypervSimHost *sim, const char *expected)
{
  g_autofree char *uri = g_strconcat (hyperv_sim_host_get_http_uri (sim), "&auth=basic", NULL);
  g_autoptr (HypervCredentials) who
      = hyperv_credentials_new ("administrator", hyperv_sim_host_get_password (sim));
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervHost) host = hyperv_host_open (uri, who, NULL, &error);
  g_autoptr (HypervVm) vm = NULL;
  guint64 before = hyperv_sim_host_get_n_requests (sim);

  g_assert_no_error (error);
  vm = hyperv_host_find_vm (host, "db01", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hyperv_vm_get_state (vm) == HYPERV_VM_STATE_RUNNING, ==,
                   g_str_equal (expected, "running"));
  g_assert_cmpuint (hyperv_sim_host_get_n_requests (sim), >, before);
}

/* A thread takes a whole host and runs the tests of that one after the other. */
static void
run_test (World *world, guint i, guint round)
{
  HypervSimHost *host = get_host (world, i);
  const char *state = states[(i + round) % G_N_ELEMENTS (states)];
  g_autofree char *call
      = g_strdup_printf ("{\"do\": \"vm-state\", \"vm\": \"db01\", \"state\": \"%s\"}", state);
  g_autoptr (GError) error = NULL;
  g_autofree char *result G_GNUC_UNUSED = hyperv_sim_site_do (world->sites[i], call, &error);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  found = hyperv_sim_host_get_vm_state (host, "db01", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, state);
  if (i % WIRE_EVERY == 0 && round == 0)
    ask_over_the_wire (host, state);
}

static gpointer
run_tests (gpointer data)
{
  World *world = data;

  for (;;) {
    guint i = (guint)g_atomic_int_add (&world->next, 1);

    if (i >= N_HOSTS)
      return NULL;
    for (guint round = 0; round < N_TESTS / N_HOSTS; round++)
      run_test (world, i, round);
  }
}

static void
check_all (const World *world)
{
  for (guint i = 0; i < N_HOSTS; i++) {
    const char *expected = states[(i + N_TESTS / N_HOSTS - 1) % G_N_ELEMENTS (states)];
    g_autofree char *found = hyperv_sim_host_get_vm_state (get_host (world, i), "db01", NULL);
    g_autofree char *other = hyperv_sim_host_get_vm_state (get_host (world, i), "web01", NULL);

    g_assert_cmpstr (found, ==, expected);
    g_assert_cmpstr (other, ==, "running");
    g_assert_cmpint (hyperv_sim_host_get_n_requests (get_host (world, i)) > 0, ==,
                     i % WIRE_EVERY == 0);
  }
}

static void
test_side_by_side (void)
{
  g_autofree World *world = g_new0 (World, 1);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_HOSTS; i++)
    world->sites[i] = start_site ();
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("test", run_tests, world);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  check_all (world);
  for (guint i = 0; i < N_HOSTS; i++)
    g_object_unref (world->sites[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/parallel/200 hosts and 1000 tests see nothing of each other",
                   test_side_by_side);
  return g_test_run ();
}
