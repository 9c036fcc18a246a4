/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-shells.h"

static gboolean
answer (const ShellQuestion *question, ShellProgram *program, gpointer data)
{
  if (strcmp (question->line, "slow") == 0) {
    shell_program_print (program, "stdout", "one");
    shell_program_wait (program, 90 * G_USEC_PER_SEC);
    shell_program_print (program, "stderr", "two");
    shell_program_exit (program, 5);
    return TRUE;
  }
  if (strcmp (question->line, "sort") == 0) {
    shell_program_read_input (program);
    shell_program_print_input (program, "stdout");
    return TRUE;
  }
  if (strcmp (question->line, "long") == 0) {
    g_autofree char *text = g_strnfill (100000, 'x');

    shell_program_print (program, "stdout", text);
    return TRUE;
  }
  return FALSE;
}

ShellsFixture *
shells_fixture_new (void)
{
  ShellsFixture *self = g_new0 (ShellsFixture, 1);

  self->wsman = wsman_fixture_new ("2019", 0);
  self->host = shell_host_new (self->wsman->clock, "HV2019", "10.0.17763");
  shell_host_set_answer (self->host, answer, NULL);
  wsman_add_shells (self->wsman->wsman, self->host);
  return self;
}

void
shells_fixture_free (ShellsFixture *self)
{
  shell_host_end_waits (self->host);
  shell_host_free (self->host);
  wsman_fixture_free (self->wsman);
  g_free (self);
}

char *
shells_request (const char *action, const char *id, const char *headers, const char *body)
{
  g_autofree char *selectors
      = id != NULL ? g_strconcat ("<w:SelectorSet><w:Selector Name=\"ShellId\">", id,
                                  "</w:Selector></w:SelectorSet>", headers, NULL)
                   : g_strdup (headers);
  g_autofree char *request = wsman_fixture_request (action, CMD_URI, selectors, body);
  g_auto (GStrv) parts = g_strsplit (request, "<s:Envelope ", 2);

  return g_strconcat ("<s:Envelope xmlns:rsp=\"" SHELL_URI "\" ", parts[1], NULL);
}

static void
ready (SimExchange *exchange, gpointer data)
{
  ShellsFixture *self = data;

  wsman_write (self->wsman->wsman, exchange);
  self->n_ready++;
}

SimExchange *
shells_begin (ShellsFixture *self, const char *request, const char *user)
{
  SimExchange *exchange = sim_exchange_new ();

  exchange->request = g_bytes_new (request, strlen (request));
  exchange->charset = g_strdup ("utf-8");
  exchange->user = g_strdup (user);
  exchange->peer = g_strdup ("127.0.0.1:40112");
  wsman_read (self->wsman->wsman, exchange);
  wsman_effect (self->wsman->wsman, exchange);
  if (!wsman_wait (self->wsman->wsman, exchange, ready, self))
    wsman_write (self->wsman->wsman, exchange);
  return exchange;
}

void
shells_advance (ShellsFixture *self, gint64 milliseconds)
{
  sim_clock_advance (self->wsman->clock, milliseconds * 1000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

char *
shells_ask (ShellsFixture *self, const char *request, guint status)
{
  g_autoptr (SimExchange) exchange = shells_begin (self, request, "administrator");
  g_autofree char *reply = NULL;

  while (exchange->status == 0) {
    gint64 next = sim_clock_get_next (self->wsman->clock);

    g_assert_cmpint (next, <, G_MAXINT64);
    shells_advance (self, next / 1000);
  }
  if (status == 200)
    g_assert_cmpstr (exchange->refusal, ==, NULL);
  g_assert_cmpuint (exchange->status, ==, status);
  reply = wsman_fixture_reply (exchange);
  return wsman_fixture_mask (reply);
}

char *
shells_open (ShellsFixture *self)
{
  g_autofree char *request
      = shells_request (TRANSFER_URI "Create", NULL, "", "<rsp:Shell></rsp:Shell>");
  g_autofree char *reply = shells_ask (self, request, 200);

  return wsman_fixture_between (reply, "<rsp:ShellId>", "</rsp:ShellId>");
}

char *
shells_run (ShellsFixture *self, const char *shell, const char *command)
{
  g_autofree char *body = g_strconcat ("<rsp:CommandLine><rsp:Command>", command,
                                       "</rsp:Command></rsp:CommandLine>", NULL);
  g_autofree char *request = shells_request (SHELL_URI "/Command", shell, "", body);
  g_autofree char *reply = shells_ask (self, request, 200);

  return wsman_fixture_between (reply, "<rsp:CommandId>", "</rsp:CommandId>");
}
