/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/shell-client.h"

#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

GIOStream *
shell_client_begin_at (HypervSimHost *host, const char *resource, const char *action,
                       const char *selectors, const char *body)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection;
  g_autoptr (GUri) uri
      = g_uri_parse (hyperv_sim_host_get_http_endpoint (host), G_URI_FLAGS_NONE, NULL);
  g_autofree char *login
      = g_strconcat ("administrator:", hyperv_sim_host_get_password (host), NULL);
  g_autofree char *basic = g_base64_encode ((const guchar *)login, strlen (login));
  g_autofree char *envelope = g_strdup_printf (
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
      "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
      "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" xmlns:rsp=\"" SHELL_URI "\">"
      "<s:Header><a:To>http://h/wsman</a:To><w:ResourceURI>%s</w:ResourceURI>"
      "<a:ReplyTo><a:Address>" ANONYMOUS "</a:Address></a:ReplyTo><a:Action>%s</a:Action>"
      "<a:MessageID>uuid:6B1E6A1C-3A5D-4E2B-9A64-0D7D4C6B9E11</a:MessageID>%s</s:Header>"
      "<s:Body>%s</s:Body></s:Envelope>",
      resource, action, selectors, body);
  g_autofree char *request = g_strdup_printf (
      "POST /wsman HTTP/1.1\r\nHost: h\r\nAuthorization: Basic %s\r\nConnection: close\r\n"
      "Content-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: %" G_GSIZE_FORMAT
      "\r\n\r\n%s",
      basic, strlen (envelope), envelope);
  g_autoptr (GError) error = NULL;

  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri),
                                                (guint16)g_uri_get_port (uri), NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  return G_IO_STREAM (connection);
}

GIOStream *
shell_client_begin (HypervSimHost *host, const char *action, gboolean of_shell, const char *body)
{
  return shell_client_begin_at (host, SHELL_URI "/cmd", action, of_shell ? SHELL_SELECTOR : "",
                                body);
}

char *
shell_client_end (GIOStream *connection)
{
  g_autoptr (GOutputStream) reply = g_memory_output_stream_new_resizable ();

  g_output_stream_splice (reply, g_io_stream_get_input_stream (connection),
                          G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL);
  g_output_stream_write (reply, "", 1, NULL, NULL);
  return g_strdup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (reply)));
}

void
shell_client_assert (HypervSimHost *host, const char *action, gboolean of_shell, const char *body,
                     const char *expected)
{
  g_autoptr (GIOStream) connection = shell_client_begin (host, action, of_shell, body);
  g_autofree char *reply = shell_client_end (connection);

  if (strstr (reply, expected) == NULL)
    g_error ("no %s in %s", expected, reply);
}
