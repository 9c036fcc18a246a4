/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/story.h"

/* Jobs such as no Windows has them, which is why they are no part of the transcript. */

/* What waits for it ends, and says what is not known. */
static const struct {
  const char *sentence;
  guint state; /* JobState; 0: the job is gone */
  HypervError code;
  const char *message;
} strange_jobs[] = {
  { "in a state that nobody knows", 4711, HYPERV_ERROR_PROTOCOL, "is in JobState 4711" },
  { "in a state of other classes", 13, HYPERV_ERROR_PROTOCOL, "is in JobState 13" },
  { "that is gone with its outcome", 0, HYPERV_ERROR_UNKNOWN_OUTCOME, "web01” has begun; " },
};

static void
spoil_job (HypervSimHost *sim, const char *id, guint state)
{
  g_autofree char *path = g_strdup_printf ("Msvm_ConcreteJob.InstanceID=\"%s\"", id);
  g_autofree char *text = g_strdup_printf ("{'JobState': <uint16 %u>}", state);
  g_autoptr (GError) error = NULL;

  if (state == 0)
    hyperv_sim_host_delete_instance (sim, "root/virtualization/v2", path, &error);
  else
    hyperv_sim_host_set_instance (sim, "root/virtualization/v2", path, g_variant_new_parsed (text),
                                  &error);
  g_assert_no_error (error);
}

static void
test_strange_job (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (HypervJob) job = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  /* the client is on the machine's clock, the job on one that stands still */
  story_begin (&story, "2019", FALSE);
  story.host = hyperv_host_open (hyperv_sim_host_get_uri (story.sim), story.who, NULL, &error);
  g_assert_no_error (error);
  hyperv_sim_host_set_clock_mode (story.sim, HYPERV_SIM_CLOCK_STEPPED, 1);
  vm = story_vm (&story, "web01");
  job = hyperv_vm_begin_power (vm, HYPERV_VM_POWER_SAVE, NULL, &error);
  g_assert_no_error (error);
  spoil_job (story.sim, hyperv_job_get_id (job), strange_jobs[i].state);
  g_assert_false (hyperv_job_wait (job, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, (gint)strange_jobs[i].code);
  g_assert_nonnull (strstr (error->message, strange_jobs[i].message));
  g_assert_nonnull (strstr (error->message, hyperv_job_get_id (job)));
  story_end (&story);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (story_is_elsewhere ())
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (strange_jobs); i++) {
    g_autofree char *path = g_strdup_printf ("/stories/jobs/%s", strange_jobs[i].sentence);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_strange_job);
  }
  return g_test_run ();
}
