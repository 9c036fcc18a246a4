/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/gss-acceptor-private.h"

/* gss-ntlmssp 1.2.0 forgets a digest of OpenSSL in each context: found in the stack, not ours. */
const char *__lsan_default_suppressions (void);
const char *__asan_default_options (void);

__attribute__ ((visibility ("default"))) const char *
__lsan_default_suppressions (void)
{
  return "leak:gssntlmssp.so\n";
}

__attribute__ ((visibility ("default"))) const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0:intercept_tls_get_addr=0";
}

static gboolean
say (AcceptorPeer *peer, const char *bytes, gsize length)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (peer->stream), bytes, length,
                                    NULL, peer->self->stop, NULL);
}

gboolean
acceptor_answer (AcceptorPeer *peer, const char *status, const char *headers, const char *body,
                 gsize length)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "HTTP/1.1 %s \r\n%sContent-Length: %zu\r\n\r\n", status, headers,
                          length);
  g_string_append_len (text, body, (gssize)length);
  return say (peer, text->str, text->len);
}

static gboolean
deny (AcceptorPeer *peer)
{
  g_auto (GStrv) words = g_strsplit (peer->self->offer, "|", -1);
  g_autoptr (GString) headers = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    g_string_append_printf (headers, "WWW-Authenticate: %s\r\n", words[i]);
  g_string_append (headers, "Connection: close\r\n");
  acceptor_answer (peer, "401", headers->str, "", 0);
  return FALSE;
}

static gboolean
read_request (AcceptorPeer *peer)
{
  char buffer[8192];

  for (;;) {
    const char *end = strstr (peer->bytes->str, "\r\n\r\n");
    const char *field = strstr (peer->bytes->str, "Content-Length: ");
    gsize head = end != NULL ? (gsize)(end - peer->bytes->str) + 4 : 0;
    gsize body = field != NULL ? g_ascii_strtoull (field + 16, NULL, 10) : 0;
    gssize n;

    if (end != NULL && peer->bytes->len >= head + body) {
      g_free (peer->head);
      peer->head = g_strndup (peer->bytes->str, head);
      g_string_truncate (peer->body, 0);
      g_string_append_len (peer->body, peer->bytes->str + head, (gssize)body);
      g_string_erase (peer->bytes, 0, (gssize)(head + body));
      return TRUE;
    }
    n = g_input_stream_read (g_io_stream_get_input_stream (peer->stream), buffer, sizeof buffer,
                             peer->self->stop, NULL);
    if (n <= 0)
      return FALSE;
    g_string_append_len (peer->bytes, buffer, n);
  }
}

/* Logging in. */

static void
fill_binding (Acceptor *self, GByteArray *data)
{
  static const char prefix[] = "tls-server-end-point:";

  g_byte_array_append (data, (const guint8 *)prefix, sizeof prefix - 1);
  for (const char *p = self->fingerprint; p[0] != '\0'; p += 2) {
    guint8 byte = (guint8)(g_ascii_xdigit_value (p[0]) * 16 + g_ascii_xdigit_value (p[1]));

    if (self->config.lie == LIE_BINDING)
      byte ^= 1;
    g_byte_array_append (data, &byte, 1);
  }
}

static void
note_login (AcceptorPeer *peer, OM_uint32 flags)
{
  Acceptor *self = peer->self;
  gss_name_t target = GSS_C_NO_NAME;
  gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor;

  /* gss-ntlmssp crashes when asked. */
  if (!acceptor_is_ntlm (peer))
    gss_inquire_context (&minor, peer->context, NULL, &target, NULL, NULL, NULL, NULL, NULL);
  if (target != GSS_C_NO_NAME)
    gss_display_name (&minor, target, &text, NULL);
  g_mutex_lock (&self->lock);
  self->n_logins++;
  self->bound = (flags & GSS_C_CHANNEL_BOUND_FLAG) != 0;
  g_free (self->target);
  self->target = g_strndup (text.value != NULL ? text.value : "", text.length);
  g_mutex_unlock (&self->lock);
  gss_release_buffer (&minor, &text);
  gss_release_name (&minor, &target);
}

static OM_uint32
accept_token (AcceptorPeer *peer, const char *coded, char **reply)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  struct gss_channel_bindings_struct binding = { 0 };
  gsize length = 0;
  g_autofree guchar *token = g_base64_decode (coded, &length);
  gss_buffer_desc in = { length, token };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  OM_uint32 major, minor, flags = 0;

  if (peer->self->fingerprint != NULL)
    fill_binding (peer->self, data);
  binding.application_data.length = data->len;
  binding.application_data.value = data->data;
  major = gss_accept_sec_context (&minor, &peer->context, GSS_C_NO_CREDENTIAL, &in,
                                  data->len > 0 ? &binding : GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL,
                                  &out, &flags, NULL, NULL);
  *reply = out.length > 0 ? g_base64_encode (out.value, out.length) : NULL;
  gss_release_buffer (&minor, &out);
  if (major == GSS_S_COMPLETE)
    note_login (peer, flags);
  return major;
}

static gboolean
send_token (AcceptorPeer *peer, const char *word, const char *status, const char *coded)
{
  g_autofree char *headers = g_strdup_printf ("WWW-Authenticate: %s %s\r\n", word, coded);

  return acceptor_answer (peer, status, headers, "", 0);
}

/* What a lie does to the first answer; FALSE: nothing. */
static gboolean
lie_first (AcceptorPeer *peer, const char *word, const char *coded, gboolean *keep)
{
  Acceptor *self = peer->self;
  g_autofree char *half = NULL;

  *keep = TRUE;
  switch (self->config.lie) {
  case LIE_NO_TOKEN:
    *keep = deny (peer);
    return TRUE;
  case LIE_BAD_BASE64:
    *keep = send_token (peer, word, "401", "this-is?not/base64");
    return TRUE;
  case LIE_GARBAGE:
    *keep = send_token (peer, word, "401", "bm9uc2Vuc2Ugb2YgYWxsIGtpbmRz");
    return TRUE;
  case LIE_CUT_TOKEN:
    half = g_strndup (coded, strlen (coded) / 8 * 4);
    *keep = send_token (peer, word, "401", half);
    return TRUE;
  case LIE_IN_AT_ONCE:
    *keep = acceptor_answer (peer, "200", "", "", 0);
    return TRUE;
  case LIE_FAULT_AT_ONCE:
    *keep = acceptor_answer (peer, "503", "", "", 0);
    return TRUE;
  case LIE_HANG_UP_MIDWAY:
    send_token (peer, word, "401", coded);
    *keep = FALSE;
    return TRUE;
  case LIE_CLOSE_ONCE:
    if (self->n_connections > 1)
      return FALSE;
    send_token (peer, word, "401", coded);
    *keep = FALSE;
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
login (AcceptorPeer *peer, const char *word, const char *coded)
{
  g_autofree char *reply = NULL;
  gboolean keep;
  OM_uint32 major;

  if (peer->self->config.lie == LIE_ENDLESS && peer->first != NULL)
    return send_token (peer, word, "401", peer->first);
  major = accept_token (peer, coded, &reply);
  if (GSS_ERROR (major))
    return deny (peer);
  if (peer->n_tokens++ == 0) {
    peer->first = g_strdup (reply);
    if (lie_first (peer, word, reply != NULL ? reply : "", &keep))
      return keep;
  }
  peer->open = (major & GSS_S_CONTINUE_NEEDED) == 0;
  if (reply != NULL)
    return send_token (peer, word, peer->open ? "200" : "401", reply);
  return acceptor_answer (peer, peer->open ? "200" : "401", "", "", 0);
}

static char *
protocol_of (AcceptorPeer *peer)
{
  const char *at = strstr (peer->head, "protocol=\"application/");
  char *protocol;

  if (at == NULL)
    return NULL;
  at += strlen ("protocol=\"application/");
  protocol = g_strndup (at, strcspn (at, "\""));
  return protocol;
}

static void
note_body (AcceptorPeer *peer, char *text)
{
  Acceptor *self = peer->self;

  g_mutex_lock (&self->lock);
  self->n_requests++;
  g_free (self->body);
  self->body = text;
  g_free (self->head);
  self->head = g_strdup (peer->head);
  g_mutex_unlock (&self->lock);
}

static gboolean
serve_body (AcceptorPeer *peer)
{
  Acceptor *self = peer->self;
  Lie lie = self->config.lie;
  g_autofree char *protocol = protocol_of (peer);
  gsize length = self->config.reply_length != 0 ? self->config.reply_length : 4;
  g_autofree char *text
      = self->config.reply_length != 0 ? g_strnfill (length, 'x') : g_strdup ("fine");

  self->n_bodies++;
  if (lie == LIE_FORGET_ALWAYS || (lie == LIE_FORGET_ONCE && self->n_bodies == 1))
    return deny (peer);
  if (self->config.certificate == NULL) {
    g_assert_nonnull (protocol);
    note_body (peer, acceptor_open (peer, protocol));
  } else {
    note_body (peer, g_strndup (peer->body->str, peer->body->len));
  }
  if (lie == LIE_EMPTY_500)
    return acceptor_answer (peer, "500", "", "", 0);
  if (lie == LIE_IN_CLEAR || protocol == NULL)
    return acceptor_answer (peer, "200", "Content-Type: application/soap+xml;charset=UTF-8\r\n",
                            text, length);
  return acceptor_send_sealed (peer, protocol, text, length) && lie != LIE_HANG_UP_AFTER;
}

static gboolean
serve_request (AcceptorPeer *peer)
{
  static const char name[] = "\r\nAuthorization: ";
  const char *value = strstr (peer->head, name);
  g_auto (GStrv) words = NULL;
  g_autofree char *line = NULL;

  g_mutex_lock (&peer->self->lock);
  g_string_append (peer->self->heads, peer->head);
  g_mutex_unlock (&peer->self->lock);
  if (value == NULL)
    return peer->open && peer->body->len > 0 ? serve_body (peer) : deny (peer);
  value += strlen (name);
  line = g_strndup (value, strcspn (value, "\r"));
  words = g_strsplit (line, " ", 2);
  g_assert_cmpuint (peer->body->len, ==, 0);
  if (strstr (peer->self->offer, words[0]) == NULL)
    return deny (peer);
  return login (peer, words[0], words[1] != NULL ? words[1] : "");
}

static void
serve (Acceptor *self, GIOStream *stream)
{
  AcceptorPeer peer = { .self = self, .stream = stream, .context = GSS_C_NO_CONTEXT };
  OM_uint32 minor;

  peer.bytes = g_string_new (NULL);
  peer.body = g_string_new (NULL);
  peer.sealed = g_string_new (NULL);
  while (read_request (&peer) && serve_request (&peer))
    ;
  gss_delete_sec_context (&minor, &peer.context, GSS_C_NO_BUFFER);
  g_string_free (peer.bytes, TRUE);
  g_string_free (peer.body, TRUE);
  g_string_free (peer.sealed, TRUE);
  g_free (peer.head);
  g_free (peer.first);
}

static gpointer
run (gpointer data)
{
  Acceptor *self = data;
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (self->listener, NULL, self->stop, NULL)) != NULL) {
    g_autoptr (GIOStream) stream = G_IO_STREAM (connection);
    g_autoptr (GIOStream) tls = NULL;

    g_mutex_lock (&self->lock);
    self->n_connections++;
    g_mutex_unlock (&self->lock);
    if (self->config.certificate != NULL)
      tls = g_tls_server_connection_new (stream, self->config.certificate, NULL);
    serve (self, tls != NULL ? tls : stream);
    g_io_stream_close (tls != NULL ? tls : stream, NULL, NULL);
  }
  return NULL;
}

Acceptor *
acceptor_new (const AcceptorConfig *config)
{
  Acceptor *self = g_new0 (Acceptor, 1);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) got = NULL;
  GError *error = NULL;

  self->config = *config;
  self->offer = g_strdup (config->offer);
  self->fingerprint = g_strdup (config->fingerprint);
  if (config->certificate != NULL)
    g_object_ref (self->config.certificate);
  self->stop = g_cancellable_new ();
  self->heads = g_string_new (NULL);
  g_mutex_init (&self->lock);
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  self->thread = g_thread_new ("acceptor", run, self);
  return self;
}

void
acceptor_free (Acceptor *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_clear_object (&self->config.certificate);
  g_mutex_clear (&self->lock);
  g_string_free (self->heads, TRUE);
  g_free (self->offer);
  g_free (self->fingerprint);
  g_free (self->body);
  g_free (self->head);
  g_free (self->target);
  g_free (self);
}

guint16
acceptor_get_port (Acceptor *self)
{
  return self->port;
}

static guint
get_locked (Acceptor *self, const guint *number)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = *number;
  g_mutex_unlock (&self->lock);
  return n;
}

static char *
dup_locked (Acceptor *self, char *const *text)
{
  char *copy;

  g_mutex_lock (&self->lock);
  copy = g_strdup (*text);
  g_mutex_unlock (&self->lock);
  return copy;
}

guint
acceptor_get_n_connections (Acceptor *self)
{
  return get_locked (self, &self->n_connections);
}

guint
acceptor_get_n_logins (Acceptor *self)
{
  return get_locked (self, &self->n_logins);
}

guint
acceptor_get_n_requests (Acceptor *self)
{
  return get_locked (self, &self->n_requests);
}

gboolean
acceptor_is_bound (Acceptor *self)
{
  return get_locked (self, (const guint *)&self->bound) != 0;
}

char *
acceptor_dup_body (Acceptor *self)
{
  return dup_locked (self, &self->body);
}

char *
acceptor_dup_head (Acceptor *self)
{
  return dup_locked (self, &self->head);
}

char *
acceptor_dup_target (Acceptor *self)
{
  return dup_locked (self, &self->target);
}

char *
acceptor_dup_heads (Acceptor *self)
{
  return dup_locked (self, &self->heads->str);
}
