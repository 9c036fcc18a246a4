/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-shell.h"

/* Receive (MS-WSMV 3.1.4.14): what a command has said, as soon as it has said something. */

/* A request with less than half a second has that (measured on 2008 R2). */
#define MIN_TIMEOUT ((gint64)500 * 1000)
/* What an envelope needs around the output, in characters; the end of it says more. */
#define AROUND 2560

typedef struct {
  char *id;
  char *streams;
  ShellCommand *command;

  /* while it waits */
  Wsman *wsman;
  SimExchange *exchange;
  WsmanReady ready;
  gpointer data;
} Receive;

static void
receive_free (gpointer data)
{
  Receive *receive = data;

  g_free (receive->id);
  g_free (receive->streams);
  g_clear_pointer (&receive->command, shell_command_unref);
  g_free (receive);
}

static void
receive_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Receive *receive = g_new0 (Receive, 1);
  xmlNode *body = wsman_shell_read_body (self, exchange, message, "Receive");
  xmlNode *node = body != NULL ? wsman_xml_first (body) : NULL;

  message->state = receive;
  message->state_free = receive_free;
  if (body == NULL)
    return;
  if (!wsman_xml_is (node, WSMAN_SHELL_URI, "DesiredStream") || wsman_xml_next (node) != NULL) {
    wsman_shell_refuse_parameter (self, exchange, "rsp:Receive is not one rsp:DesiredStream");
    return;
  }
  receive->id = wsman_shell_dup_attribute (node, "CommandId");
  receive->streams = wsman_xml_dup_text (node);
  if (receive->id == NULL || receive->streams == NULL || *receive->streams == '\0')
    wsman_shell_refuse_parameter (self, exchange,
                                  "rsp:DesiredStream without CommandId, or without streams");
}

static void
receive_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Receive *receive = message->state;
  Shell *shell = wsman_shell_find (self, exchange, message);
  ShellCommand *command
      = shell != NULL ? wsman_shell_find_command (self, exchange, shell, receive->id) : NULL;
  g_autoptr (GError) error = NULL;

  if (command == NULL)
    return;
  if (shell_command_was_told (command)) {
    /* "Either the command has completed execution …": it was told that it is done */
    wsman_shell_refuse_ended (self, exchange, receive->id);
    return;
  }
  if (!shell_command_check_streams (command, receive->streams, &error))
    wsman_shell_refuse_error (self, exchange, message, error);
  else
    receive->command = shell_command_ref (command);
}

static void
receive_ready (ShellOutcome outcome, gpointer data)
{
  Receive *receive = data;

  if (outcome == SHELL_TIMED_OUT)
    wsman_refuse (receive->wsman, receive->exchange, "TimedOut",
                  "nothing to receive of %s yet; the client asks again", receive->id);
  else if (outcome == SHELL_GONE)
    wsman_refuse (receive->wsman, receive->exchange, "OperationAborted",
                  "command %s went away while a Receive waited", receive->id);
  receive->ready (receive->exchange, receive->data);
}

static gboolean
receive_wait (Wsman *self, SimExchange *exchange, WsmanMessage *message, WsmanReady ready,
              gpointer data)
{
  Receive *receive = message->state;
  /* MS-WSMV 3.1.4.1.6: MaxTimeoutms when nothing is said, or more than that */
  gint64 timeout = message->timeout != 0 ? MAX (message->timeout, MIN_TIMEOUT) : self->max_timeout;

  receive->wsman = self;
  receive->exchange = exchange;
  receive->ready = ready;
  receive->data = data;
  return shell_command_wait (receive->command, receive->streams, MIN (timeout, self->max_timeout),
                             receive_ready, receive);
}

static void
put_stream (GString *out, const char *stream, const char *id, const char *rest)
{
  g_autofree char *name = g_markup_escape_text (stream, -1); /* the client's choice */

  g_string_append_printf (out, "<rsp:Stream Name=\"%s\" CommandId=\"%s\"%s>", name, id, rest);
}

static void
put_pieces (GString *out, const char *id, GPtrArray *pieces)
{
  for (guint i = 0; i < pieces->len; i++) {
    const ShellPiece *piece = g_ptr_array_index (pieces, i);
    gsize size;
    const guchar *data = g_bytes_get_data (piece->bytes, &size);
    g_autofree char *text = g_base64_encode (data, size);

    put_stream (out, piece->stream, id, "");
    g_string_append (out, text);
    wsman_put (out, "</rsp:Stream>");
  }
}

static gboolean
is_said_before (char *const *first, char *const *name)
{
  for (; first < name; first++) {
    if (strcmp (*first, *name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Streams always end with @End (MS-WSMV, note 122), and then the command is done. */
static void
put_done (GString *out, const Receive *receive, const char *id, gint32 exit_code)
{
  g_auto (GStrv) streams = g_strsplit_set (receive->streams, " \t\r\n", -1);

  for (char **stream = streams; *stream != NULL; stream++) {
    if (**stream == '\0' || is_said_before (streams, stream))
      continue;
    put_stream (out, *stream, id, " End=\"true\"");
    wsman_put (out, "</rsp:Stream>");
  }
  g_string_append_printf (out,
                          "<rsp:CommandState CommandId=\"%s\" State=\"" WSMAN_SHELL_URI
                          "/CommandState/Done\"><rsp:ExitCode>%d</rsp:ExitCode>"
                          "</rsp:CommandState>",
                          id, exit_code);
}

static void
receive_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Receive *receive = message->state;
  const char *id = shell_command_get_id (receive->command);
  gsize room = wsman_envelope_limit (self, message) - AROUND;
  g_autoptr (GPtrArray) pieces
      = shell_command_take (receive->command, receive->streams, room / 4 * 3);
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_SHELL_OUTPUT,
                                       WSMAN_SHELL_URI "/ReceiveResponse", TRUE, AROUND);
  gint32 exit_code;

  wsman_put (out, "<rsp:ReceiveResponse>");
  put_pieces (out, id, pieces);
  if (shell_command_is_done (receive->command, receive->streams, &exit_code)) {
    put_done (out, receive, id, exit_code);
    shell_command_set_told (receive->command);
  } else {
    g_string_append_printf (out,
                            "<rsp:CommandState CommandId=\"%s\" State=\"" WSMAN_SHELL_URI
                            "/CommandState/Running\"></rsp:CommandState>",
                            id);
  }
  wsman_put (out, "</rsp:ReceiveResponse>");
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_shell_receive = {
  .operation = "Receive",
  .action = WSMAN_SHELL_URI "/Receive",
  .read = receive_read,
  .effect = receive_effect,
  .wait = receive_wait,
  .write = receive_write,
};
