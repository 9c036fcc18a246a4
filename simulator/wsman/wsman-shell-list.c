/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-shell.h"

/* Which shells there are: Get of one, Enumerate and Pull of the user's (MS-WSMV 3.1.4.2.1,
 * 3.1.4.8.2, 3.1.4.9.2). What they look like is recorded of a Pull. */
#define EXPECTED_REPLY 2048

static void
put_element (Wsman *self, GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "<rsp:%s>", name);
  wsman_put_text (self, out, text, strlen (text));
  g_string_append_printf (out, "</rsp:%s>", name);
}

/* `PT7200.000S`, as this one is written; the others have days, hours and minutes. */
static char *
seconds_of (gint64 time)
{
  gint64 milliseconds = time / 1000;

  return g_strdup_printf ("PT%" G_GINT64_FORMAT ".%03dS", milliseconds / 1000,
                          (int)(milliseconds % 1000));
}

static char *
days_of (gint64 time)
{
  gint64 seconds = time / G_USEC_PER_SEC;

  return g_strdup_printf ("P%" G_GINT64_FORMAT "DT%dH%dM%dS", seconds / 86400,
                          (int)(seconds / 3600 % 24), (int)(seconds / 60 % 60),
                          (int)(seconds % 60));
}

void
wsman_put_shell (Wsman *self, GString *out, const Shell *shell)
{
  g_autofree char *idle = NULL;
  g_autofree char *run = NULL;
  g_autofree char *inactive = NULL;
  ShellFacts facts;

  shell_get_facts (shell, &facts);
  idle = seconds_of (facts.idle_timeout);
  run = days_of (facts.run_time);
  inactive = days_of (facts.inactivity);
  wsman_put (out, "<rsp:Shell xmlns:rsp=\"" WSMAN_SHELL_URI "\">");
  put_element (self, out, "ShellId", facts.id);
  put_element (self, out, "ResourceUri", WSMAN_SHELL_CMD_URI);
  put_element (self, out, "Owner", facts.user);
  put_element (self, out, "ClientIP", facts.client);
  if (facts.directory != NULL)
    put_element (self, out, "WorkingDirectory", facts.directory);
  put_element (self, out, "IdleTimeOut", idle);
  put_element (self, out, "InputStreams", facts.input_streams);
  put_element (self, out, "OutputStreams", facts.output_streams);
  put_element (self, out, "ShellRunTime", run);
  put_element (self, out, "ShellInactivity", inactive);
  wsman_put (out, "</rsp:Shell>");
}

/* ---- Get ---- */

/* Looking is no use of it: the idle time goes on, and what is written is what was before. */
static void
get_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const char *id = sim_exchange_get_selector (exchange, "ShellId");
  Shell *shell = id != NULL ? shell_find (message->family_data, id, exchange->user) : NULL;
  GString *text;

  if (shell == NULL) {
    wsman_shell_find (self, exchange, message); /* refuses */
    return;
  }
  text = g_string_new (NULL);
  wsman_put_shell (self, text, shell);
  message->state = g_string_free (text, FALSE);
  message->state_free = g_free;
}

static void
get_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/GetResponse", TRUE, EXPECTED_REPLY);

  g_string_append (out, message->state);
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_shell_get = {
  .operation = "Get",
  .action = WSMAN_NS_TRANSFER "/Get",
  .read = wsman_read_empty,
  .effect = get_effect,
  .write = get_write,
};

/* ---- Enumerate ---- */

static void
unref_texts (gpointer texts)
{
  g_ptr_array_unref (texts);
}

static void
put_item (Wsman *self, GString *out, const WsmanContext *context, guint index)
{
  g_string_append (out, g_ptr_array_index ((GPtrArray *)context->data, index));
}

/* The user's, as they are when it begins. */
gboolean
wsman_shell_open_list (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                       WsmanContext *context)
{
  g_autoptr (GPtrArray) list = shell_host_list (message->family_data, exchange->user);
  GPtrArray *texts;

  if (exchange->selectors->len > 0) {
    wsman_refuse (self, exchange, "UnexpectedSelectors", "Enumerate of shells with selectors");
    return FALSE;
  }
  if (context->mode != WSMAN_MODE_OBJECT) {
    wsman_refuse (self, exchange, "EnumerationMode", "shells have no endpoint references");
    return FALSE;
  }
  texts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < list->len; i++) {
    GString *text = g_string_new (NULL);

    wsman_put_shell (self, text, g_ptr_array_index (list, i));
    g_ptr_array_add (texts, g_string_free (text, FALSE));
  }
  context->class_name = g_strdup ("shell"); /* for whoever asks what is open */
  context->put = put_item;
  context->data = texts;
  context->data_free = unref_texts;
  context->n_items = texts->len;
  return TRUE;
}

void
wsman_shell_add_open (Wsman *self, GArray *all)
{
  g_autoptr (GPtrArray) list = shell_host_list (self->shells, NULL);

  for (guint i = 0; i < list->len; i++) {
    WsmanOpen open = { .kind = "shell", .what = "cmd" };
    ShellFacts facts;

    shell_get_facts (g_ptr_array_index (list, i), &facts);
    open.id = facts.id;
    open.user = facts.user;
    open.number = facts.opened_by;
    g_array_append_val (all, open);
  }
}
