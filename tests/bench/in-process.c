/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "client/hyperv.h"
#include "simulator/hyperv-sim.h"

/* What a test suite in C pays: starting a host, and listing VMs. Medians, one line each:
 * "name value unit". */

#define STARTS 41
#define LISTS 41

static int
compare (const void *a, const void *b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
median_ms (gint64 *times, gsize n)
{
  qsort (times, n, sizeof *times, compare);
  return times[n / 2] / 1000.0;
}

static void
must (gboolean ok, const GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "failed");
}

/* The first start of a process loads TLS and maps the image; it is told apart. */
static void
bench_starts (gboolean https, const char *first_name, const char *later_name)
{
  gint64 times[STARTS];

  for (gsize i = 0; i < STARTS; i++) {
    g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2019");
    g_autoptr (GError) error = NULL;
    gint64 began = g_get_monotonic_time ();

    hyperv_sim_host_set_transports (sim, https, !https);
    must (hyperv_sim_host_start (sim, &error), error);
    times[i] = g_get_monotonic_time () - began;
  }
  printf ("%s %.2f ms\n", first_name, times[0] / 1000.0);
  printf ("%s %.2f ms\n", later_name, median_ms (times + 1, STARTS - 1));
}

static void
bench_list (guint n_vms, gboolean https, const char *name)
{
  g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2019");
  g_autoptr (HypervCredentials) who = NULL;
  g_autoptr (HypervHost) host = NULL;
  g_autoptr (GError) error = NULL;
  gint64 times[LISTS];
  guint64 requests;

  hyperv_sim_host_set_n_vms (sim, n_vms - 6); /* besides the six of the host */
  hyperv_sim_host_set_transports (sim, https, !https);
  must (hyperv_sim_host_start (sim, &error), error);
  who = hyperv_credentials_new ("administrator", hyperv_sim_host_get_password (sim));
  host = hyperv_host_open (hyperv_sim_host_get_uri (sim), who, NULL, &error);
  must (host != NULL, error);
  hyperv_sim_host_clear_journal (sim);
  for (gsize i = 0; i < LISTS; i++) {
    gint64 began = g_get_monotonic_time ();
    g_autoptr (GPtrArray) vms = hyperv_host_list_vms (host, NULL, &error);

    must (vms != NULL && vms->len == n_vms, error);
    times[i] = g_get_monotonic_time () - began;
  }
  requests = hyperv_sim_host_get_n_requests (sim) / LISTS;
  printf ("%s-requests %" G_GUINT64_FORMAT " requests\n", name, requests);
  printf ("%s %.2f ms\n", name, median_ms (times, LISTS));
}

int
main (void)
{
  bench_starts (FALSE, "start-first-http", "start-later-http");
  bench_starts (TRUE, "start-first-https", "start-later-https");
  bench_list (100, FALSE, "list-100-http");
  bench_list (100, TRUE, "list-100-https");
  bench_list (1000, FALSE, "list-1000-http");
  return 0;
}
