/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/story.h"

gboolean
story_is_elsewhere (void)
{
  const char *uri = g_getenv ("HYPERV_TEST_URI");

  if (uri == NULL || *uri == '\0')
    return FALSE;
  g_print ("1..0 # SKIP about a simulated host; tests/stories-real are told of any\n");
  return TRUE;
}

void
story_begin (Story *story, const char *release, gboolean open)
{
  g_autoptr (GError) error = NULL;

  *story = (Story){ .sim = hyperv_sim_host_new (release) };
  hyperv_sim_host_set_transports (story->sim, TRUE, TRUE);
  hyperv_sim_host_start (story->sim, &error);
  g_assert_no_error (error);
  story->who = hyperv_credentials_new (hyperv_sim_host_get_user (story->sim),
                                       hyperv_sim_host_get_password (story->sim));
  if (open)
    story_open (story, hyperv_sim_host_get_https_uri (story->sim));
}

void
story_open (Story *story, const char *uri)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&story->host);
  story->host = hyperv_host_new (uri, &error);
  g_assert_no_error (error);
  hyperv_host_set_credentials (story->host, story->who);
  hyperv_host_set_clock (story->host, hyperv_sim_host_get_clock (story->sim));
  hyperv_host_connect (story->host, NULL, &error);
  g_assert_no_error (error);
}

void
story_end (Story *story)
{
  g_clear_object (&story->host);
  g_clear_pointer (&story->who, hyperv_credentials_unref);
  hyperv_sim_host_stop (story->sim);
  g_clear_object (&story->sim);
}

HypervVm *
story_vm (Story *story, const char *name)
{
  g_autoptr (GError) error = NULL;
  HypervVm *vm = hyperv_host_find_vm (story->host, name, NULL, &error);

  g_assert_no_error (error);
  return vm;
}

char *
story_requests (Story *story)
{
  g_autoptr (GPtrArray) entries = hyperv_sim_host_get_journal (story->sim);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++) {
    const HypervSimJournalEntry *entry = g_ptr_array_index (entries, i);

    g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "",
                            entry->operation != NULL ? entry->operation : "?",
                            entry->class_name != NULL ? entry->class_name : "-");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
