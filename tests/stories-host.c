/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/story.h"

static const struct {
  const char *release;
  const char *name;
  const char *version;
  guint64 packed;
  const char *hostname;
} releases[] = {
  { "2012r2", "2012 R2", "6.3.9600", 603009600, "HV2012R2" },
  { "2016", "2016", "10.0.14393", 1000014393, "HV2016" },
  { "2019", "2019", "10.0.17763", 1000017763, "HV2019" },
};

static void
test_opens (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  Story story;
  const HypervRelease *release;
  g_autofree char *clear = NULL;

  story_begin (&story, releases[i].release, TRUE);
  release = hyperv_host_get_release (story.host);
  g_assert_cmpstr (hyperv_release_get_name (release), ==, releases[i].name);
  g_assert_cmpstr (hyperv_release_get_version (release), ==, releases[i].version);
  g_assert_cmpuint (hyperv_host_get_packed_version (story.host), ==, releases[i].packed);
  g_assert_cmpstr (hyperv_host_get_hostname (story.host), ==, releases[i].hostname);
  g_assert_true (hyperv_host_is_encrypted (story.host));
  g_assert_true (hyperv_host_is_secure (story.host));
  clear = g_strconcat (hyperv_sim_host_get_http_uri (story.sim), "&auth=basic", NULL);
  story_open (&story, clear);
  g_assert_false (hyperv_host_is_encrypted (story.host));
  g_assert_false (hyperv_host_is_secure (story.host));
  story_end (&story);
}

static void
test_lists_default_vms (gconstpointer data)
{
  static const struct {
    const char *name;
    HypervVmState state;
    gboolean has_id;
  } expected[] = {
    { "web01", HYPERV_VM_STATE_RUNNING, TRUE },
    { "db01", HYPERV_VM_STATE_OFF, FALSE },
    { "build-agent", HYPERV_VM_STATE_SAVED, FALSE },
    { "win10-lab", HYPERV_VM_STATE_PAUSED, TRUE },
    { "test vm with spaces", HYPERV_VM_STATE_OFF, FALSE },
    { "app02", HYPERV_VM_STATE_RUNNING, TRUE },
  };
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GPtrArray) vms = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, releases[i].release, TRUE);
  vms = hyperv_host_list_vms (story.host, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vms->len, ==, G_N_ELEMENTS (expected));
  for (gsize k = 0; k < G_N_ELEMENTS (expected); k++) {
    g_autoptr (HypervVm) vm = story_vm (&story, expected[k].name);

    g_assert_cmpint (hyperv_vm_get_state (vm), ==, expected[k].state);
    g_assert_cmpint (hyperv_vm_get_id (vm) != 0, ==, expected[k].has_id);
  }
  story_end (&story);
}

static void
test_lists_a_hundred_in_two_requests (void)
{
  g_autoptr (GPtrArray) vms = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *requests = NULL;
  Story story = { .sim = hyperv_sim_host_new ("2019") };

  hyperv_sim_host_set_n_vms (story.sim, 94);
  hyperv_sim_host_start (story.sim, &error);
  g_assert_no_error (error);
  story.who = hyperv_credentials_new ("administrator", hyperv_sim_host_get_password (story.sim));
  story_open (&story, hyperv_sim_host_get_uri (story.sim));
  hyperv_sim_host_clear_journal (story.sim);
  vms = hyperv_host_list_vms (story.host, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vms->len, ==, 100);
  requests = story_requests (&story);
  g_assert_cmpstr (requests, ==, "Enumerate Msvm_ComputerSystem, Pull Msvm_ComputerSystem");
  g_assert_cmpuint (hyperv_sim_host_get_n_contexts (story.sim), ==, 0);
  story_end (&story);
}

static void
test_tells_the_computer (void)
{
  g_autoptr (HypervHostInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  info = hyperv_host_get_info (story.host, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->hostname, ==, "HV2019");
  g_assert_cmpuint (info->sockets, ==, 2);
  g_assert_cmpuint (info->cores, >=, info->sockets);
  g_assert_cmpuint (info->threads, >=, info->cores);
  g_assert_cmpuint (info->memory, >, info->free_memory);
  g_assert_cmpuint (hyperv_host_get_free_memory (story.host, NULL, &error), ==, info->free_memory);
  g_assert_true (hyperv_host_is_alive (story.host, NULL, &error));
  g_assert_no_error (error);
  story_end (&story);
}

static void
test_dead_host_is_not_alive (void)
{
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  hyperv_sim_host_stop (story.sim);
  g_assert_false (hyperv_host_is_alive (story.host, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  story_end (&story);
}

/* How one looks for VMs. */
static const struct {
  const char *sentence;
  const char *which;
  const char *found; /* NULL: not found */
} find_rows[] = {
  { "by name", "web01", "web01" },
  { "by name in another case", "WEB01", "web01" },
  { "by name with spaces", "test vm with spaces", "test vm with spaces" },
  { "by UUID", "DA544605-7DB3-4A68-8931-78277B4AAC9D", "web01" },
  { "by UUID in lower case", "da544605-7db3-4a68-8931-78277b4aac9d", "web01" },
  { "by id", "4212", "web01" },
  { "the host itself is no VM", "HV2019", NULL },
  { "an unknown name", "nobody", NULL },
  { "an unknown UUID", "00000000-7DB3-4A68-8931-78277B4AAC9D", NULL },
  { "an id that nobody has", "1", NULL },
  { "a name that wants to be WQL", "x' OR Name LIKE '%", NULL },
  { "a name with a backslash at its end", "x\\", NULL },
  { "a name with percent signs", "web%", NULL },
  { "nothing", "", NULL },
};

static void
test_finds (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  Story story;

  story_begin (&story, "2019", TRUE);
  vm = hyperv_host_find_vm (story.host, find_rows[i].which, NULL, &error);
  if (find_rows[i].found != NULL) {
    g_autofree char *name = NULL;

    g_assert_no_error (error);
    name = hyperv_vm_dup_name (vm);
    g_assert_cmpstr (name, ==, find_rows[i].found);
  } else {
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND);
    g_assert_nonnull (strstr (error->message, find_rows[i].which));
    g_assert_nonnull (strstr (error->message, "HV2019"));
  }
  story_end (&story);
}

/* What stands in the way of opening, and how it is told. */
typedef struct {
  const char *sentence;
  gboolean http;
  const char *user, *password; /* NULL: the right one */
  const char *more;            /* replaces what is after the `?` */
  int code;                    /* of HYPERV_ERROR; -1: a TLS error */
  const char *message;
} ClosedRow;

static const ClosedRow closed_rows[] = {
  { "a wrong password", FALSE, NULL, "wrong", NULL, HYPERV_ERROR_AUTH_FAILED, "administrator" },
  { "an unknown user", FALSE, "nobody", NULL, NULL, HYPERV_ERROR_AUTH_FAILED, "nobody" },
  { "a wrong password over HTTP", TRUE, NULL, "wrong", NULL, HYPERV_ERROR_AUTH_FAILED, "Basic" },
  { "an unknown certificate", FALSE, NULL, NULL, "", -1, "pin=sha256:" },
  { "a wrong pin", FALSE, NULL, NULL,
    "pin=sha256:0000000000000000000000000000000000000000000000000000000000000000", -1,
    "0000000000000000000000000000000000000000000000000000000000000000" },
};

static void
test_stays_closed (gconstpointer data)
{
  const ClosedRow *row = data;
  g_autoptr (HypervCredentials) who = NULL;
  g_autoptr (HypervHost) host = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  Story story;

  story_begin (&story, "2019", FALSE);
  uri = g_strdup (row->http ? hyperv_sim_host_get_http_uri (story.sim)
                            : hyperv_sim_host_get_https_uri (story.sim));
  if (row->more != NULL) {
    char *all = uri;

    *strchr (all, '?') = '\0';
    uri = g_strdup_printf ("%s?%s", all, row->more);
    g_free (all);
  }
  who = hyperv_credentials_new (row->user != NULL ? row->user : "administrator",
                                row->password != NULL ? row->password
                                                      : hyperv_sim_host_get_password (story.sim));
  host = hyperv_host_open (uri, who, NULL, &error);
  g_assert_null (host);
  if (row->code >= 0)
    g_assert_error (error, HYPERV_ERROR, row->code);
  else
    g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_nonnull (strstr (error->message, row->message));
  story_end (&story);
}

static void
opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(HypervHost **)data = hyperv_host_open_finish (result, &error);
  g_assert_no_error (error);
}

static void
listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(GPtrArray **)data = hyperv_host_list_vms_finish (HYPERV_HOST (source), result, &error);
  g_assert_no_error (error);
}

static void
test_asynchronously (void)
{
  g_autoptr (HypervHost) host = NULL;
  g_autoptr (GPtrArray) vms = NULL;
  Story story;

  story_begin (&story, "2016", FALSE);
  hyperv_host_open_async (hyperv_sim_host_get_uri (story.sim), story.who, NULL, opened, &host);
  while (host == NULL)
    g_main_context_iteration (NULL, TRUE);
  hyperv_host_list_vms_async (host, NULL, listed, &vms);
  while (vms == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (vms->len, ==, 6);
  story_end (&story);
}

static gpointer
list_often (gpointer data)
{
  for (guint i = 0; i < 25; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) vms = hyperv_host_list_vms (data, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (vms->len, ==, 6);
  }
  return NULL;
}

static void
test_from_four_threads (void)
{
  GThread *threads[4];
  Story story;

  story_begin (&story, "2019", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("lister", list_often, story.host);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  story_end (&story);
}

/* Opened by all of them at once. */
typedef struct {
  HypervHost *host;
  const char *user;
  const char *password;
  int n_asked; /* atomic */
  int n_open;
} Crowd;

static char *
answer (HypervCredentialsKind kind, const char *challenge, const char *user, gpointer user_data)
{
  Crowd *crowd = user_data;

  g_atomic_int_inc (&crowd->n_asked);
  g_thread_yield ();
  return g_strdup (kind == HYPERV_CREDENTIALS_USER ? crowd->user : crowd->password);
}

static gpointer
open_it (gpointer data)
{
  Crowd *crowd = data;
  g_autoptr (GError) error = NULL;

  g_assert_true (hyperv_host_connect (crowd->host, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (hyperv_host_get_hostname (crowd->host));
  g_atomic_int_inc (&crowd->n_open);
  return NULL;
}

static void
test_opened_by_many (void)
{
  GThread *threads[8];
  Crowd crowd = { 0 };
  Story story;
  g_autoptr (GError) error = NULL;

  story_begin (&story, "2019", FALSE);
  crowd.user = hyperv_sim_host_get_user (story.sim);
  crowd.password = hyperv_sim_host_get_password (story.sim);
  crowd.host = hyperv_host_new (hyperv_sim_host_get_https_uri (story.sim), &error);
  g_assert_no_error (error);
  hyperv_host_set_credentials_callback (crowd.host, answer, &crowd, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("opener", open_it, &crowd);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (crowd.n_open, ==, G_N_ELEMENTS (threads));
  /* Once for user and password each, not once a thread. */
  g_assert_cmpint (crowd.n_asked, <=, 2);
  g_assert_cmpuint (hyperv_session_get_n_requests (hyperv_host_get_session (crowd.host)), ==,
                    G_N_ELEMENTS (threads));
  g_object_unref (crowd.host);
  story_end (&story);
}

static char *
open_again (HypervCredentialsKind kind, const char *challenge, const char *user, gpointer user_data)
{
  Crowd *crowd = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_false (hyperv_host_connect (crowd->host, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_STATE);
  crowd->n_asked++;
  return NULL;
}

/* It would wait for itself. */
static void
test_opened_by_its_callback (void)
{
  Crowd crowd = { .host = hyperv_host_new ("hyperv://127.0.0.1:1/?transport=http", NULL) };
  g_autoptr (GError) error = NULL;

  hyperv_host_set_credentials_callback (crowd.host, open_again, &crowd, NULL);
  g_assert_false (hyperv_host_connect (crowd.host, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpint (crowd.n_asked, >=, 1);
  g_object_unref (crowd.host);
}

static void
test_says_what_hosts_there_are (void)
{
  g_autoptr (HypervSimHost) sim = hyperv_sim_host_new ("2008");
  g_autoptr (GError) error = NULL;

  g_assert_false (hyperv_sim_host_start (sim, &error));
  g_assert_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_HOST);
  g_assert_nonnull (strstr (error->message, "2012r2"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (story_is_elsewhere ())
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (releases); i++) {
    g_autofree char *opens = g_strdup_printf ("/stories/host/opens %s", releases[i].release);
    g_autofree char *lists
        = g_strdup_printf ("/stories/host/lists the VMs of %s", releases[i].release);

    g_test_add_data_func (opens, GSIZE_TO_POINTER (i), test_opens);
    g_test_add_data_func (lists, GSIZE_TO_POINTER (i), test_lists_default_vms);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (find_rows); i++) {
    g_autofree char *path = g_strdup_printf ("/stories/host/finds %s", find_rows[i].sentence);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_finds);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (closed_rows); i++) {
    g_autofree char *path = g_strdup_printf ("/stories/host/closed: %s", closed_rows[i].sentence);

    g_test_add_data_func (path, &closed_rows[i], test_stays_closed);
  }
  g_test_add_func ("/stories/host/lists a hundred in two requests",
                   test_lists_a_hundred_in_two_requests);
  g_test_add_func ("/stories/host/tells the computer", test_tells_the_computer);
  g_test_add_func ("/stories/host/a dead host is not alive", test_dead_host_is_not_alive);
  g_test_add_func ("/stories/host/asynchronously", test_asynchronously);
  g_test_add_func ("/stories/host/from four threads", test_from_four_threads);
  g_test_add_func ("/stories/host/opened by eight threads at once", test_opened_by_many);
  g_test_add_func ("/stories/host/opened again by its own callback", test_opened_by_its_callback);
  g_test_add_func ("/stories/host/an unknown release", test_says_what_hosts_there_are);
  return g_test_run ();
}
