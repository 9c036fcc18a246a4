/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-fixture.h"

#include <glib/gstdio.h>

/* 2026-11-02 12:00 UTC */
#define EPOCH (G_GINT64_CONSTANT (1793620800) * G_USEC_PER_SEC)

static WsmanFixture *
open_host (RepositoryImage *image, const char *host_name, guint n_vms)
{
  RepositoryOptions options = { .seed = 1, .n_vms = n_vms };
  WsmanFixture *self = g_new0 (WsmanFixture, 1);
  g_autoptr (GError) error = NULL;

  self->image = image;
  self->clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, EPOCH);
  self->repository = repository_new (image, host_name, self->clock, &options, &error);
  g_assert_no_error (error);
  self->provider = provider_new (self->repository);
  self->wsman = wsman_new (self->repository, self->provider);
  return self;
}

WsmanFixture *
wsman_fixture_new (const char *host_name, guint n_vms)
{
  g_autoptr (GError) error = NULL;
  RepositoryImage *image = repository_image_get_builtin (&error);

  g_assert_no_error (error);
  return open_host (image, host_name, n_vms);
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *folder)
{
  g_autofree char *ini = g_build_filename (folder, "host.ini", NULL);
  g_autofree char *instances = g_build_filename (folder, "instances", NULL);
  g_autofree char *mof = g_build_filename (instances, "all.mof", NULL);

  g_unlink (ini);
  g_unlink (mof);
  g_rmdir (instances);
  g_rmdir (folder);
}

WsmanFixture *
wsman_fixture_new_small (const char *schema, const char *mof)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("wsman-XXXXXX", &error);
  g_autofree char *instances = NULL;
  g_autofree char *ini = NULL;
  RepositoryImage *image;

  g_assert_no_error (error);
  instances = g_build_filename (folder, "instances", NULL);
  g_assert_cmpint (g_mkdir (instances, 0700), ==, 0);
  ini = g_strdup_printf ("[host]\nname=small\nschema=%s\nversion=10.0.17763\n"
                         "[values]\ncomputer_name=SMALL\nos_version=10.0.17763\n"
                         "[limits]\nMaxEnvelopeSizekb=500\nMaxBatchItems=32000\n"
                         "EnumerationTimeoutms=240000\nMaxConcurrentOperationsPerUser=1500\n"
                         "[abilities]\noptimized-enumeration-first-page=1\n"
                         "pull-one-item-by-default=1\nenvelope-size-counts-utf16=1\n"
                         "quotes-escaped-in-text=1\nnull-arrays-omitted=1\n"
                         "wql-on-class-uri-refused=1\n",
                         schema);
  write_file (folder, "host.ini", ini);
  write_file (instances, "all.mof", mof);
  image = repository_image_load_host (folder, &error);
  remove_folder (folder);
  g_assert_no_error (error);
  return open_host (image, "small", 0);
}

void
wsman_fixture_free (WsmanFixture *self)
{
  wsman_free (self->wsman);
  provider_free (self->provider);
  repository_free (self->repository);
  repository_image_unref (self->image);
  g_object_unref (self->clock);
  g_free (self);
}

SimExchange *
wsman_fixture_send_as (WsmanFixture *self, const char *body, const char *user)
{
  SimExchange *exchange = sim_exchange_new ();

  exchange->request = g_bytes_new (body, strlen (body));
  exchange->charset = g_strdup ("utf-8");
  exchange->user = g_strdup (user);
  exchange->anonymous_identify = user == NULL;
  wsman_read (self->wsman, exchange);
  wsman_effect (self->wsman, exchange);
  wsman_write (self->wsman, exchange);
  return exchange;
}

SimExchange *
wsman_fixture_send (WsmanFixture *self, const char *body)
{
  return wsman_fixture_send_as (self, body, "administrator");
}

char *
wsman_fixture_reply (const SimExchange *exchange)
{
  gsize size = 0;
  const char *data = exchange->reply != NULL ? g_bytes_get_data (exchange->reply, &size) : NULL;

  return g_strndup (data != NULL ? data : "", size);
}

char *
wsman_fixture_ask (WsmanFixture *self, const char *body, guint expected_status)
{
  g_autoptr (SimExchange) exchange = wsman_fixture_send (self, body);

  if (expected_status == 200)
    g_assert_cmpstr (exchange->refusal, ==, NULL);
  g_assert_cmpuint (exchange->status, ==, expected_status);
  return wsman_fixture_reply (exchange);
}

char *
wsman_fixture_request (const char *action, const char *resource, const char *headers,
                       const char *body)
{
  return g_strdup_printf (
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
      "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
      "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" "
      "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
      "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\">"
      "<s:Header><a:To>http://hv.example:5985/wsman</a:To>"
      "<w:ResourceURI s:mustUnderstand=\"true\">%s</w:ResourceURI>"
      "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">"
      "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
      "<a:Action s:mustUnderstand=\"true\">%s</a:Action>"
      "<a:MessageID>uuid:11111111-2222-4333-8444-555555555555</a:MessageID>"
      "%s</s:Header><s:Body>%s</s:Body></s:Envelope>",
      resource, action, headers, body);
}

char *
wsman_fixture_enumerate (const char *wql, const char *elements)
{
  g_autofree char *escaped = g_markup_escape_text (wql, -1);
  g_autofree char *body
      = g_strdup_printf ("<n:Enumerate>%s<w:Filter Dialect=\""
                         "http://schemas.microsoft.com/wbem/wsman/1/WQL\">%s</w:Filter>"
                         "</n:Enumerate>",
                         elements, escaped);

  return wsman_fixture_request (ENUMERATION_URI "Enumerate", V2_URI "*", "", body);
}

char *
wsman_fixture_pull (const char *reply, const char *elements)
{
  g_autofree char *context
      = wsman_fixture_between (reply, "<n:EnumerationContext>", "</n:EnumerationContext>");
  g_autofree char *body = NULL;

  g_assert_nonnull (context);
  body = g_strdup_printf ("<n:Pull><n:EnumerationContext>%s</n:EnumerationContext>%s</n:Pull>",
                          context, elements);
  return wsman_fixture_request (ENUMERATION_URI "Pull", V2_URI "*", "", body);
}

char *
wsman_fixture_between (const char *text, const char *open, const char *close)
{
  const char *begin = strstr (text, open);
  const char *end = begin != NULL ? strstr (begin + strlen (open), close) : NULL;

  if (end == NULL)
    return NULL;
  begin += strlen (open);
  return g_strndup (begin, (gsize)(end - begin));
}

guint
wsman_fixture_count (const char *text, const char *needle)
{
  guint n = 0;

  for (const char *at = strstr (text, needle); at != NULL; at = strstr (at + 1, needle))
    n++;
  return n;
}

char *
wsman_fixture_mask (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("uuid:[0-9A-Fa-f-]{36}", 0, 0, NULL);

  return g_regex_replace_literal (regex, text, -1, 0, "uuid:*", 0, NULL);
}

void
wsman_fixture_assert_same (const char *ours, const char *theirs)
{
  gsize at = 0;

  while (ours[at] != '\0' && ours[at] == theirs[at])
    at++;
  if (ours[at] == theirs[at])
    return;
  at -= MIN (at, 60);
  g_assert_cmpstr (ours + at, ==, theirs + at);
}

void
wsman_fixture_let_jobs_end (WsmanFixture *self)
{
  while (sim_clock_get_n_timers (self->clock) > 0) {
    sim_clock_advance (self->clock, sim_clock_get_next (self->clock));
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
}

/* The reply with its GUIDs masked. */
void
wsman_fixture_assert_reply (WsmanFixture *self, const char *request, guint status,
                            const char *expected)
{
  g_autoptr (SimExchange) exchange = wsman_fixture_send (self, request);
  g_autofree char *reply = wsman_fixture_reply (exchange);
  g_autofree char *masked = wsman_fixture_mask (reply);

  wsman_fixture_assert_same (masked, expected);
  g_assert_cmpuint (exchange->status, ==, status);
}

void
wsman_fixture_add (const char *folder, const char *sentence, gsize row, GTestDataFunc test)
{
  g_autofree char *path = g_strconcat (folder, "/", sentence, NULL);

  g_test_add_data_func (path, GSIZE_TO_POINTER (row), test);
}

void
wsman_fixture_add_stories (const char *folder, const WsmanStory *stories, gsize n_stories)
{
  for (gsize i = 0; i < n_stories; i++) {
    g_autofree char *path = g_strconcat (folder, "/", stories[i].sentence, NULL);

    g_test_add_func (path, stories[i].test);
  }
}
