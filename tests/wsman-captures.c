/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "tests/wsman-fixture.h"

/* What wsmancli and libvirt really sent, at a simulated host. Context ids and GUIDs of the stub
 * that answered are replaced by the simulator's; everything else stays. */

#define CAPTURES SOURCE_DIR "/fixtures/captures/"
#define MAX_REQUESTS 64

/* Same names there and here. */
static const struct {
  const char *theirs, *ours;
} vms[] = {
  { "2D1F6A0C-7B1E-4C52-9A56-0A1B2C3D4E5F", "DA544605-7DB3-4A68-8931-78277B4AAC9D" }, /* web01 */
  { "7E2B9B1D-1111-4222-8333-A0B1C2D3E4F5", "2DAB8A9E-06EA-4368-B572-27D53E275BD8" }, /* db01 */
};
#define WEB01 "DA544605-7DB3-4A68-8931-78277B4AAC9D"
#define DB01 "2DAB8A9E-06EA-4368-B572-27D53E275BD8"

/* What the item must say that a query asked for. */
static const struct {
  const char *query, *item;
} contents[] = {
  { "Win32_ComputerSystemProduct", "<p:UUID>78F1EF6F-0355-40B0-98AC-26FC8AB5AF23</p:UUID>" },
  { "Win32_OperatingSystem", "<p:Version>10.0.17763</p:Version>" },
  { "Win32_ComputerSystem ", "<p:DNSHostName>HV2019</p:DNSHostName>" },
  { "ElementName = 'web01'", "<p:ElementName>web01</p:ElementName>" },
  { "ElementName = 'db01'", "<p:ElementName>db01</p:ElementName>" },
  { " AND Name = 'da544605", "<p:Name>" WEB01 "</p:Name>" },
  { " AND Name = '2dab8a9e", "<p:Name>" DB01 "</p:Name>" },
  { "!= __SERVER ", "<p:Caption>Virtual Machine</p:Caption>" },
};

typedef struct {
  const char *file;
  guint n_requests;   /* that carry an authorization */
  const char *last;   /* in the last reply */
  guint n_last_items; /* Msvm_ComputerSystem in the last reply */
  const char *vm;     /* whose state in the end is … */
  guint state;
} CaptureRow;

#define JOB "<w:Selector Name=\"InstanceID\">"
static const CaptureRow rows[] = {
  { "wsmancli-identify", 1, "OS: 10.0.17763 SP: 0.0 Stack: 3.0", 0, NULL, 0 },
  { "wsmancli-get", 1, "<p:ElementName>web01</p:ElementName>", 1, NULL, 0 },
  { "wsmancli-enumerate-pull", 2, "</n:Items><n:EndOfSequence/></n:PullResponse>", 7, NULL, 0 },
  { "wsmancli-enumerate-optimize", 2, "</n:Items><n:EndOfSequence/></n:PullResponse>", 6, NULL, 0 },
  { "wsmancli-invoke", 1, JOB, 0, WEB01, 3 },
  { "libvirt-version", 4, "<p:Version>10.0.17763</p:Version>", 0, NULL, 0 },
  { "libvirt-list", 11, "<p:ElementName>db01</p:ElementName>", 1, NULL, 0 },
  { "libvirt-hostname", 6, "<p:DNSHostName>HV2019</p:DNSHostName>", 0, NULL, 0 },
  { "libvirt-start", 9, JOB, 0, DB01, 2 },
  { "libvirt-suspend", 9, JOB, 0, WEB01, 9 },
  { "libvirt-destroy", 9, JOB, 0, WEB01, 3 },
  { "libvirt-reboot", 9, JOB, 0, WEB01, 2 },
  { "libvirt-managedsave", 11, JOB, 0, WEB01, 6 },
  { "libvirt-nodeinfo", 8, "", 0, NULL, 0 },
  { "libvirt-dominfo", 18, "", 1, NULL, 0 },
  { "libvirt-dumpxml", 23, "", 0, NULL, 0 },
};

static char *
replace (char *text, const char *find, const char *by)
{
  g_auto (GStrv) parts = g_strsplit (text, find, -1);

  g_free (text);
  return g_strjoinv (by, parts);
}

static char *
put_our_names (char *body)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vms); i++) {
    g_autofree char *theirs = g_ascii_strdown (vms[i].theirs, -1);
    g_autofree char *ours = g_ascii_strdown (vms[i].ours, -1);

    body = replace (body, vms[i].theirs, vms[i].ours);
    body = replace (body, theirs, ours);
  }
  return replace (body, "HV01", "HV2019");
}

static char *
put_our_context (char *body, const char *reply)
{
  g_autofree char *theirs = wsman_fixture_between (body, "EnumerationContext>", "<");
  g_autofree char *ours = NULL;

  if (theirs == NULL)
    return body;
  g_assert_nonnull (reply);
  ours = wsman_fixture_between (reply, "<n:EnumerationContext>", "</n:EnumerationContext>");
  g_assert_nonnull (ours);
  return replace (body, theirs, ours);
}

/* The next body that came with an authorization; the others were answered before SOAP, by 401. */
static char *
next_body (const char **at, const char *end)
{
  guint number, head, body;
  g_autofree char *text = NULL;
  const char *begin;

  while (*at < end
         && sscanf (*at, "######## request %u: head %u bytes, body %u bytes", &number, &head, &body)
                == 3) {
    begin = strchr (*at, '\n') + 1;
    g_assert_cmpint (end - begin, >=, (gssize)head + (gssize)body);
    text = g_strndup (begin, head);
    *at = begin + head + body;
    while (*at < end && **at == '\n')
      ++*at;
    if (strstr (text, "\r\nAuthorization: ") != NULL)
      return g_strndup (begin + head, body);
    g_clear_pointer (&text, g_free);
  }
  return NULL;
}

static void
assert_item (const char *query, const char *reply)
{
  guint n_items = wsman_fixture_count (reply, " xsi:type=\"p:");

  g_assert_nonnull (strstr (reply, "<n:Items>"));
  g_assert_cmpuint (n_items, ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++) {
    if (strstr (query, contents[i].query) != NULL)
      g_assert_nonnull (strstr (reply, contents[i].item));
  }
}

/* The shape that libvirt looks for: prefixes literally, Items, one item of the class asked for. */
static void
assert_shape (const char *body, const char *query, const char *reply)
{
  g_assert_true (g_str_has_prefix (reply, "<s:Envelope "));
  if (strstr (body, "enumeration/Enumerate<") != NULL)
    g_assert_nonnull (strstr (reply, "<n:EnumerateResponse><n:EnumerationContext>uuid:"));
  if (strstr (body, "enumeration/Pull<") != NULL && strstr (body, "MaxElements") == NULL)
    assert_item (query, reply);
  if (strstr (body, "RequestStateChange_INPUT") != NULL) {
    g_assert_nonnull (strstr (reply, "<p:ReturnValue>4096</p:ReturnValue>"));
    g_assert_nonnull (strstr (reply, "<p:Job xmlns:a="));
  }
}

static guint64
get_state (WsmanFixture *fixture, const char *vm)
{
  g_autoptr (HypervCimPath) path
      = hyperv_cim_path_new ("root/virtualization/v2", "Msvm_ComputerSystem");
  g_autoptr (RepositoryObject) object = NULL;
  g_autoptr (GError) error = NULL;

  hyperv_cim_path_add_key (path, "CreationClassName", "Msvm_ComputerSystem");
  hyperv_cim_path_add_key (path, "Name", vm);
  object = repository_lookup (fixture->repository, path, &error);
  g_assert_no_error (error);
  return repository_object_get_uint (object, "EnabledState");
}

static void
test_capture (gconstpointer data)
{
  const CaptureRow *row = data;
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *path = g_strconcat (CAPTURES, row->file, ".txt", NULL);
  g_autofree char *text = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *query = NULL;
  g_autoptr (GError) error = NULL;
  const char *at;
  guint n_requests = 0;
  gsize size;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  at = text;
  while (n_requests < MAX_REQUESTS) {
    g_autofree char *body = next_body (&at, text + size);

    if (body == NULL)
      break;
    n_requests++;
    body = put_our_context (put_our_names (g_steal_pointer (&body)), reply);
    if (strstr (body, "Filter") != NULL) {
      g_free (query);
      query = g_strdup (body);
    }
    g_free (reply);
    reply = wsman_fixture_ask (fixture, body, 200);
    assert_shape (body, query, reply);
  }
  g_assert_cmpuint (n_requests, ==, row->n_requests);
  g_assert_nonnull (strstr (reply, row->last));
  g_assert_cmpuint (wsman_fixture_count (reply, "<p:Msvm_ComputerSystem "), ==, row->n_last_items);
  wsman_fixture_let_jobs_end (fixture);
  if (row->vm != NULL)
    g_assert_cmpuint (get_state (fixture, row->vm), ==, row->state);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/wsman/captures/", rows[i].file, NULL);

    g_test_add_data_func (path, &rows[i], test_capture);
  }
  return g_test_run ();
}
