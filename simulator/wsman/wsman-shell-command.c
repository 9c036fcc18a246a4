/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-shell.h"

/* Command, Send and Signal (MS-WSMV 3.1.4.11 to 3.1.4.13). */
#define EXPECTED_REPLY 1024

typedef struct {
  char *id;      /* of the command; NULL: the host chooses */
  char *command; /* Command */
  GPtrArray *arguments;
  GPtrArray *streams; /* Send: of Input */
  ShellSignal signal; /* Signal */
} State;

typedef struct {
  char *id;
  char *stream;
  GBytes *bytes;
  gboolean end;
} Input;

static void
input_free (gpointer data)
{
  Input *input = data;

  g_free (input->id);
  g_free (input->stream);
  g_clear_pointer (&input->bytes, g_bytes_unref);
  g_free (input);
}

static void
state_free (gpointer data)
{
  State *state = data;

  g_free (state->id);
  g_free (state->command);
  g_clear_pointer (&state->arguments, g_ptr_array_unref);
  g_clear_pointer (&state->streams, g_ptr_array_unref);
  g_free (state);
}

static State *
new_state (WsmanMessage *message)
{
  State *state = g_new0 (State, 1);

  message->state = state;
  message->state_free = state_free;
  return state;
}

static void
write_reply (Wsman *self, SimExchange *exchange, const char *action, const char *content)
{
  GString *out
      = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_SHELL, action, TRUE, EXPECTED_REPLY);

  g_string_append (out, content);
  wsman_envelope_end (exchange, out, 200);
}

/* ---- Command ---- */

static void
read_line (Wsman *self, SimExchange *exchange, State *state, xmlNode *body)
{
  for (xmlNode *node = wsman_xml_first (body); node != NULL && exchange->status == 0;
       node = wsman_xml_next (node)) {
    g_autofree char *text = wsman_xml_dup_raw (node);
    gboolean is_command = wsman_xml_is (node, WSMAN_SHELL_URI, "Command");

    if (text == NULL || (is_command && state->command != NULL)
        || (!is_command && !wsman_xml_is (node, WSMAN_SHELL_URI, "Arguments")))
      wsman_shell_refuse_element (self, exchange, node);
    else if (is_command)
      state->command = g_strstrip (g_steal_pointer (&text));
    else
      g_ptr_array_add (state->arguments, g_steal_pointer (&text));
  }
  g_ptr_array_add (state->arguments, NULL);
  if (exchange->status == 0 && (state->command == NULL || *state->command == '\0'))
    wsman_shell_refuse_parameter (self, exchange, "rsp:CommandLine without rsp:Command");
}

static void
command_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  State *state = new_state (message);
  xmlNode *body = wsman_shell_read_body (self, exchange, message, "CommandLine");

  state->arguments = g_ptr_array_new_with_free_func (g_free);
  if (body == NULL)
    return;
  state->id = wsman_shell_dup_attribute (body, "CommandId");
  if (state->id != NULL && !g_uuid_string_is_valid (state->id))
    wsman_refuse (self, exchange, "CommandIdNotValid", "CommandId \"%s\" is no GUID", state->id);
  else
    read_line (self, exchange, state, body);
}

static void
command_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  State *state = message->state;
  Shell *shell = wsman_shell_find (self, exchange, message);
  g_autoptr (GError) error = NULL;

  if (shell == NULL)
    return;
  if (state->id == NULL)
    state->id = repository_random_guid (self->repository);
  if (shell_run (shell, state->id, state->command, (const char *const *)state->arguments->pdata,
                 &error)
      == NULL)
    wsman_shell_refuse_error (self, exchange, message, error);
}

static void
command_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_autofree char *content = g_strdup_printf (
      "<rsp:CommandResponse><rsp:CommandId>%s</rsp:CommandId></rsp:CommandResponse>",
      ((State *)message->state)->id);

  write_reply (self, exchange, WSMAN_SHELL_URI "/CommandResponse", content);
}

const WsmanVerb wsman_verb_shell_command = {
  .operation = "Command",
  .action = WSMAN_SHELL_URI "/Command",
  .read = command_read,
  .effect = command_effect,
  .write = command_write,
};

/* ---- Send ---- */

/* g_base64_decode skips what it does not know; here that is a mistake. */
static GBytes *
decode (const char *text)
{
  gsize length = 0, size, n_padding = 0;
  guchar *bytes;

  for (const char *at = text; *at != '\0'; at++) {
    if (g_ascii_isspace (*at))
      continue;
    n_padding += *at == '=';
    if (!g_ascii_isalnum (*at) && strchr ("+/=", *at) == NULL)
      return NULL;
    if (n_padding > 0 && *at != '=')
      return NULL;
    length++;
  }
  if (length % 4 != 0 || n_padding > 2)
    return NULL;
  bytes = g_base64_decode (text, &size);
  return g_bytes_new_take (bytes, size);
}

/* Windows takes "True" as well (recorded). */
static gboolean
is_true (const char *text)
{
  return text != NULL && (g_ascii_strcasecmp (text, "true") == 0 || strcmp (text, "1") == 0);
}

static void
read_stream (Wsman *self, SimExchange *exchange, State *state, xmlNode *node)
{
  Input *input = g_new0 (Input, 1);
  g_autofree char *text = wsman_xml_dup_text (node);
  g_autofree char *end = wsman_shell_dup_attribute (node, "End");

  g_ptr_array_add (state->streams, input);
  input->id = wsman_shell_dup_attribute (node, "CommandId");
  input->stream = wsman_shell_dup_attribute (node, "Name");
  input->end = is_true (end);
  input->bytes = text != NULL ? decode (text) : NULL;
  if (!wsman_xml_is (node, WSMAN_SHELL_URI, "Stream"))
    wsman_shell_refuse_element (self, exchange, node);
  else if (input->id == NULL || input->stream == NULL)
    wsman_shell_refuse_parameter (self, exchange, "rsp:Stream without Name or CommandId");
  else if (input->bytes == NULL)
    wsman_shell_refuse_parameter (self, exchange, "rsp:Stream is no base64");
}

static void
send_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  State *state = new_state (message);
  xmlNode *body = wsman_shell_read_body (self, exchange, message, "Send");

  state->streams = g_ptr_array_new_with_free_func (input_free);
  for (xmlNode *node = body != NULL ? wsman_xml_first (body) : NULL;
       node != NULL && exchange->status == 0; node = wsman_xml_next (node))
    read_stream (self, exchange, state, node);
  if (exchange->status == 0 && state->streams->len == 0)
    wsman_shell_refuse_parameter (self, exchange, "rsp:Send without rsp:Stream");
}

static void
send_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  State *state = message->state;

  for (guint i = 0; i < state->streams->len && exchange->status == 0; i++) {
    const Input *input = g_ptr_array_index (state->streams, i);
    /* each time: who received what the one before brought forth may have ended the shell */
    Shell *shell = wsman_shell_find (self, exchange, message);
    ShellCommand *command
        = shell != NULL ? wsman_shell_find_command (self, exchange, shell, input->id) : NULL;
    g_autoptr (GError) error = NULL;

    if (command != NULL
        && !shell_command_send (command, input->stream, input->bytes, input->end, &error))
      wsman_shell_refuse_error (self, exchange, message, error);
  }
}

static void
send_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  write_reply (self, exchange, WSMAN_SHELL_URI "/SendResponse", "<rsp:SendResponse/>");
}

const WsmanVerb wsman_verb_shell_send = {
  .operation = "Send",
  .action = WSMAN_SHELL_URI "/Send",
  .read = send_read,
  .effect = send_effect,
  .write = send_write,
};

/* ---- Signal ---- */

static const struct {
  const char *code;
  ShellSignal signal;
} signals[] = {
  { WSMAN_SHELL_URI "/signal/terminate", SHELL_SIGNAL_TERMINATE },
  { WSMAN_SHELL_URI "/signal/ctrl_c", SHELL_SIGNAL_CTRL_C },
  { WSMAN_SHELL_URI "/signal/ctrl_break", SHELL_SIGNAL_CTRL_BREAK },
};

static void
signal_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  State *state = new_state (message);
  xmlNode *body = wsman_shell_read_body (self, exchange, message, "Signal");
  xmlNode *node = body != NULL ? wsman_xml_find (body, WSMAN_SHELL_URI, "Code") : NULL;
  g_autofree char *code = node != NULL ? wsman_xml_dup_text (node) : NULL;

  if (body == NULL)
    return;
  state->id = wsman_shell_dup_attribute (body, "CommandId");
  if (state->id == NULL) {
    wsman_shell_refuse_parameter (self, exchange, "rsp:Signal without CommandId");
    return;
  }
  for (gsize i = 0; code != NULL && i < G_N_ELEMENTS (signals); i++) {
    if (g_ascii_strcasecmp (code, signals[i].code) == 0) {
      state->signal = signals[i].signal;
      return;
    }
  }
  wsman_shell_refuse_parameter (self, exchange, "rsp:Code \"%s\" is no signal",
                                code != NULL ? code : "");
}

static void
signal_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  State *state = message->state;
  Shell *shell = wsman_shell_find (self, exchange, message);
  ShellCommand *command
      = shell != NULL ? wsman_shell_find_command (self, exchange, shell, state->id) : NULL;

  if (command != NULL)
    shell_command_signal (command, state->signal);
}

static void
signal_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  write_reply (self, exchange, WSMAN_SHELL_URI "/SignalResponse", "<rsp:SignalResponse/>");
}

const WsmanVerb wsman_verb_shell_signal = {
  .operation = "Signal",
  .action = WSMAN_SHELL_URI "/Signal",
  .read = signal_read,
  .effect = signal_effect,
  .write = signal_write,
};
