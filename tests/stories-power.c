/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/story.h"

/* Every power operation from every state: what comes of it. */
typedef struct {
  const char *sentence;
  const char *from;
  HypervVmPower power;
  const char *to;      /* NULL: refused, and the state stays */
  const char *release; /* NULL: 2019 */
} PowerRow;

static const PowerRow power_rows[] = {
  { "start an off VM", "off", HYPERV_VM_POWER_START, "running" },
  { "start a saved VM", "saved", HYPERV_VM_POWER_START, "running" },
  { "start a running VM", "running", HYPERV_VM_POWER_START, NULL },
  { "start a paused VM", "paused", HYPERV_VM_POWER_START, NULL },
  { "turn off a running VM", "running", HYPERV_VM_POWER_TURN_OFF, "off" },
  { "turn off a paused VM", "paused", HYPERV_VM_POWER_TURN_OFF, "off" },
  { "turn off an off VM", "off", HYPERV_VM_POWER_TURN_OFF, NULL },
  { "turn off a saved VM, which would lose its memory", "saved", HYPERV_VM_POWER_TURN_OFF, NULL },
  { "pause a running VM", "running", HYPERV_VM_POWER_PAUSE, "paused" },
  { "pause an off VM", "off", HYPERV_VM_POWER_PAUSE, NULL },
  { "resume a paused VM", "paused", HYPERV_VM_POWER_RESUME, "running" },
  { "resume an off VM, which would start it", "off", HYPERV_VM_POWER_RESUME, NULL },
  { "reset a running VM", "running", HYPERV_VM_POWER_RESET, "running" },
  { "reset an off VM", "off", HYPERV_VM_POWER_RESET, NULL },
  { "save a running VM", "running", HYPERV_VM_POWER_SAVE, "saved" },
  { "save a paused VM", "paused", HYPERV_VM_POWER_SAVE, "saved" },
  { "save an off VM", "off", HYPERV_VM_POWER_SAVE, NULL },
  { "remove the saved state of a saved VM", "saved", HYPERV_VM_POWER_REMOVE_SAVED_STATE, "off" },
  { "remove the saved state of a running VM, which would turn it off", "running",
    HYPERV_VM_POWER_REMOVE_SAVED_STATE, NULL },
  { "restart a running VM", "running", HYPERV_VM_POWER_RESTART, "running" },
  { "restart a running VM of 2012 R2, which cannot ask the guest", "running",
    HYPERV_VM_POWER_RESTART, "running", "2012r2" },
  { "restart an off VM", "off", HYPERV_VM_POWER_RESTART, NULL },
  { "shut down an off VM", "off", HYPERV_VM_POWER_SHUTDOWN, NULL },
};

static void
test_power (gconstpointer data)
{
  const PowerRow *row = data;
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  Story story;

  story_begin (&story, row->release != NULL ? row->release : "2019", TRUE);
  hyperv_sim_host_set_vm_state (story.sim, "web01", row->from, &error);
  g_assert_no_error (error);
  vm = story_vm (&story, "web01");
  hyperv_vm_change_power (vm, row->power, NULL, NULL, NULL, &error);
  if (row->to != NULL) {
    g_assert_no_error (error);
    g_assert_cmpstr (hyperv_vm_state_to_string (hyperv_vm_get_state (vm)), ==, row->to);
  } else {
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_STATE);
    g_assert_nonnull (strstr (error->message, "web01"));
    g_assert_nonnull (strstr (error->message, row->from));
    g_assert_nonnull (strstr (error->message, "expected"));
    g_clear_error (&error);
  }
  state = hyperv_sim_host_get_vm_state (story.sim, "web01", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (state, ==, row->to != NULL ? row->to : row->from);
  story_end (&story);
}

static void
test_guest_shuts_down (void)
{
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  vm = story_vm (&story, "web01");
  hyperv_vm_shutdown (vm, NULL, &error);
  g_assert_no_error (error);
  hyperv_sim_host_advance (story.sim, 10 * G_TIME_SPAN_MINUTE);
  hyperv_vm_refresh (vm, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hyperv_vm_get_state (vm), ==, HYPERV_VM_STATE_OFF);
  g_assert_cmpuint (hyperv_vm_get_id (vm), ==, 0);
  story_end (&story);
}

static void
note_progress (guint percent, const char *status, gpointer data)
{
  GArray *seen = data;

  g_array_append_val (seen, percent);
}

/* A client on the machine's clock, a job on a clock that is moved by hand. */
static void
test_start_tells_progress_and_ends (void)
{
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  vm = story_vm (&story, "db01");
  hyperv_vm_change_power (vm, HYPERV_VM_POWER_START, note_progress, seen, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen->len, >, 0);
  g_assert_cmpuint (g_array_index (seen, guint, seen->len - 1), ==, 100);
  g_assert_cmpuint (hyperv_vm_get_id (vm), !=, 0);
  story_end (&story);
}

static void
test_job_can_be_cancelled (void)
{
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (HypervJob) job = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  hyperv_sim_host_set_clock_mode (story.sim, HYPERV_SIM_CLOCK_STEPPED, 1);
  vm = story_vm (&story, "web01");
  job = hyperv_vm_begin_power (vm, HYPERV_VM_POWER_SAVE, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (job);
  hyperv_job_cancel (job, NULL, &error);
  g_assert_no_error (error);
  hyperv_sim_host_set_clock_mode (story.sim, HYPERV_SIM_CLOCK_JUMP, 1);
  g_assert_false (hyperv_job_wait (job, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED);
  g_assert_true (hyperv_job_is_done (job));
  state = hyperv_sim_host_get_vm_state (story.sim, "web01", NULL);
  g_assert_cmpstr (state, ==, "running");
  story_end (&story);
}

static void
ask_the_job (gpointer data)
{
  hyperv_job_get_percent (data);
}

/* Whoever is told of no more may ask the job while that is settled. */
static void
test_progress_is_set_anew (void)
{
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (HypervJob) job = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  vm = story_vm (&story, "web01");
  job = hyperv_vm_begin_power (vm, HYPERV_VM_POWER_SAVE, NULL, &error);
  g_assert_no_error (error);
  hyperv_job_set_progress (job, note_progress, job, ask_the_job);
  hyperv_job_set_progress (job, note_progress, seen, NULL);
  g_assert_true (hyperv_job_wait (job, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seen->len, >, 0);
  story_end (&story);
}

static gpointer
cancel_soon (gpointer data)
{
  Story *story = ((gpointer *)data)[0];

  /* once the client has looked at the job's begin: its Invoke is in the journal */
  while (hyperv_sim_host_get_n_requests (story->sim) < 3)
    g_thread_yield ();
  g_cancellable_cancel (((gpointer *)data)[1]);
  return NULL;
}

static void
test_waiting_can_be_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  GThread *canceller;
  gpointer both[2];
  Story story;

  story_begin (&story, "2019", TRUE);
  hyperv_sim_host_set_clock_mode (story.sim, HYPERV_SIM_CLOCK_STEPPED, 1);
  vm = story_vm (&story, "db01");
  hyperv_sim_host_clear_journal (story.sim);
  both[0] = &story;
  both[1] = cancellable;
  canceller = g_thread_new ("canceller", cancel_soon, both);
  g_assert_false (hyperv_vm_start (vm, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (canceller);
  story_end (&story);
}

static void
test_failed_job_tells_why (void)
{
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  hyperv_sim_host_fail_next_job (story.sim, "db01", 40, 32778, "Not enough memory in the system",
                                 &error);
  g_assert_no_error (error);
  vm = story_vm (&story, "db01");
  g_assert_false (hyperv_vm_start (vm, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED);
  g_assert_cmpuint (hyperv_error_get_job_code (error), ==, 32778);
  g_assert_nonnull (strstr (error->message, "Not enough memory"));
  g_assert_nonnull (strstr (error->message, "db01"));
  story_end (&story);
}

static void
test_lost_reply_is_an_unknown_outcome (void)
{
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  vm = story_vm (&story, "db01");
  hyperv_sim_host_add_filter (story.sim, "hang-up",
                              g_variant_new_parsed ("{'operation': <'Invoke'>, 'effect': <true>}"),
                              &error);
  g_assert_no_error (error);
  hyperv_sim_host_clear_journal (story.sim);
  g_assert_false (hyperv_vm_start (vm, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_UNKNOWN_OUTCOME);
  g_assert_nonnull (strstr (error->message, "RequestStateChange"));
  hyperv_sim_host_advance (story.sim, G_TIME_SPAN_MINUTE);
  state = hyperv_sim_host_get_vm_state (story.sim, "db01", NULL);
  g_assert_cmpstr (state, ==, "running"); /* it did happen, once */
  story_end (&story);
}

static void
test_three_second_job_takes_few_requests (void)
{
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  guint n_gets = 0;
  Story story;

  story_begin (&story, "2019", TRUE);
  vm = story_vm (&story, "db01");
  hyperv_sim_host_clear_journal (story.sim);
  hyperv_vm_start (vm, NULL, &error);
  g_assert_no_error (error);
  entries = hyperv_sim_host_get_journal (story.sim);
  for (guint i = 0; i < entries->len; i++)
    n_gets += g_strcmp0 (((HypervSimJournalEntry *)g_ptr_array_index (entries, i))->class_name,
                         "Msvm_ConcreteJob")
              == 0;
  g_assert_cmpuint (n_gets, >=, 1);
  g_assert_cmpuint (n_gets, <=, 6);
  story_end (&story);
}

static void
test_info_of_vms (void)
{
  g_autoptr (HypervVm) web = NULL, app = NULL;
  g_autoptr (HypervVmInfo) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  web = story_vm (&story, "web01");
  first = hyperv_vm_get_info (web, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first->name, ==, "web01");
  g_assert_cmpstr (first->version, ==, "9.0");
  g_assert_cmpuint (first->generation, ==, 1);
  g_assert_cmpuint (first->vcpus, >=, 1);
  g_assert_cmpuint (first->memory, >=, 512 * 1024 * 1024);
  g_assert_cmpuint (first->uptime, >, 0);
  app = story_vm (&story, "app02");
  second = hyperv_vm_get_info (app, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (second->generation, ==, 2);
  story_end (&story);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (story_is_elsewhere ())
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (power_rows); i++) {
    g_autofree char *path = g_strdup_printf ("/stories/power/%s", power_rows[i].sentence);

    g_test_add_data_func (path, &power_rows[i], test_power);
  }
  g_test_add_func ("/stories/power/a job's progress is told to others", test_progress_is_set_anew);
  g_test_add_func ("/stories/power/a guest shuts down", test_guest_shuts_down);
  g_test_add_func ("/stories/power/a start tells its progress", test_start_tells_progress_and_ends);
  g_test_add_func ("/stories/power/a job can be cancelled", test_job_can_be_cancelled);
  g_test_add_func ("/stories/power/waiting can be cancelled", test_waiting_can_be_cancelled);
  g_test_add_func ("/stories/power/a failed job tells why", test_failed_job_tells_why);
  g_test_add_func ("/stories/power/a lost reply is an unknown outcome",
                   test_lost_reply_is_an_unknown_outcome);
  g_test_add_func ("/stories/power/a job takes few requests",
                   test_three_second_job_takes_few_requests);
  g_test_add_func ("/stories/power/information of VMs", test_info_of_vms);
  return g_test_run ();
}
