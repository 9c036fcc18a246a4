/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-initiator.h"
#include "tests/listener-kdc.h"

#include <glib/gstdio.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <string.h>
#include <unistd.h>

/* GSSAPI's initiators, which nobody here wrote, against our acceptors: MIT's Kerberos and SPNEGO,
 * and gss-ntlmssp. */
static gss_OID_desc ntlm = { 10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
static gss_OID_desc spnego = { 6, (void *)"\x2b\x06\x01\x05\x05\x02" };

typedef enum { KERBEROS, NTLM } Kind;

typedef struct {
  const char *sentence;
  const char *scheme; /* of HTTP */
  gboolean wrapped;   /* in SPNEGO */
  Kind kind;
  const char *user;
  const char *expected; /* beginning of every text that comes back */
} Row;

static const Row rows[] = {
  { "Kerberos, sealed", "Kerberos", FALSE, KERBEROS, "administrator", "administrator utf-8" },
  { "Kerberos in Negotiate without SPNEGO, sealed", "Negotiate", FALSE, KERBEROS, "administrator",
    "administrator utf-8" },
  { "Kerberos in SPNEGO, sealed", "Negotiate", TRUE, KERBEROS, "administrator",
    "administrator utf-8" },
  { "Kerberos of somebody without an account here", "Kerberos", FALSE, KERBEROS, "guest",
    "guest@" KDC_REALM " utf-8" },
  { "NTLM, sealed", "Negotiate", FALSE, NTLM, "administrator", "administrator utf-8" },
  { "NTLM in SPNEGO, sealed", "Negotiate", TRUE, NTLM, "administrator", "administrator utf-8" },
};

typedef struct {
  Fixture *fixture;
  GSocket *socket;
  gss_cred_id_t credential;
  gss_ctx_id_t context;
  gss_name_t target;
  const Row *row;
} Client;

static gss_name_t
make_name (const char *text, gss_OID type)
{
  gss_buffer_desc buffer = { strlen (text), (void *)text };
  gss_name_t name = GSS_C_NO_NAME;
  OM_uint32 minor;

  gss_import_name (&minor, &buffer, type, &name);
  return name;
}

static void
add_keytab (SimListenerConfig *config)
{
  config->auth.keytab = g_getenv ("KRB5_KTNAME");
  config->auth.refuse_clear = TRUE;
}

static void
add_nothing (SimListenerConfig *config)
{
  config->auth.refuse_clear = TRUE;
}

static void
client_init (Client *self, const Row *row)
{
  gss_name_t name = make_name (row->user, GSS_C_NT_USER_NAME);
  gss_buffer_desc password = { strlen (KDC_PASSWORD), (void *)KDC_PASSWORD };
  gss_OID mech = row->kind == NTLM ? &ntlm : (gss_OID)gss_mech_krb5;
  gss_OID_set_desc wanted = { 1, row->wrapped ? &spnego : mech };
  gss_OID_set_desc mechs = { 1, mech };
  OM_uint32 minor, major;

  self->row = row;
  self->fixture = fixture_new (row->kind == KERBEROS ? add_keytab : add_nothing);
  self->socket = fixture_connect (self->fixture);
  self->target = make_name ("HTTP@localhost", GSS_C_NT_HOSTBASED_SERVICE);
  major = gss_acquire_cred_with_password (&minor, name, &password, GSS_C_INDEFINITE, &wanted,
                                          GSS_C_INITIATE, &self->credential, NULL, NULL);
  g_assert_cmpuint (major, ==, GSS_S_COMPLETE);
  if (row->wrapped)
    gss_set_neg_mechs (&minor, self->credential, &mechs);
  gss_release_name (&minor, &name);
}

static void
client_clear (Client *self)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  gss_release_cred (&minor, &self->credential);
  gss_release_name (&minor, &self->target);
  g_object_unref (self->socket);
  fixture_free (self->fixture);
}

/* One token there; the reply. NULL: there is nothing to say. */
static char *
step (Client *self, const guint8 *token, gsize size, OM_uint32 *major)
{
  gss_OID mech = self->row->wrapped        ? &spnego
                 : self->row->kind == NTLM ? &ntlm
                                           : (gss_OID)gss_mech_krb5;
  gss_buffer_desc in = { size, (void *)token };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  OM_uint32 minor;

  *major = gss_init_sec_context (&minor, self->credential, &self->context, self->target, mech,
                                 GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG
                                     | GSS_C_SEQUENCE_FLAG | GSS_C_REPLAY_FLAG,
                                 0, GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, &out, NULL, NULL);
  g_byte_array_append (bytes, out.value, (guint)out.length);
  gss_release_buffer (&minor, &out);
  if (bytes->len == 0)
    return NULL;
  return initiator_post (self->socket, self->row->scheme, bytes, "", "", 0);
}

static void
log_in (Client *self)
{
  OM_uint32 major = GSS_S_CONTINUE_NEEDED;
  g_autofree char *reply = step (self, NULL, 0, &major);

  while (major == GSS_S_CONTINUE_NEEDED) {
    gsize size = 0;
    g_autofree guint8 *token = initiator_get_token (reply, self->row->scheme, &size);
    char *next;

    g_assert_nonnull (token);
    next = step (self, token, size, &major);
    if (next == NULL)
      break;
    g_free (reply);
    reply = next;
  }
  g_assert_cmpuint (major, ==, GSS_S_COMPLETE);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 "));
}

/* Header and data as this mechanism has them on the wire. */
static void
wrap (Client *self, const char *text, GByteArray *header, GByteArray *data)
{
  gss_iov_buffer_desc iov[3] = { 0 };
  gss_buffer_desc in = { strlen (text), (void *)text };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor;

  g_byte_array_append (data, (const guint8 *)text, (guint)strlen (text));
  if (self->row->kind == NTLM) {
    g_assert_cmpuint (gss_wrap (&minor, self->context, 1, 0, &in, NULL, &out), ==, GSS_S_COMPLETE);
    g_byte_array_append (header, out.value, SIM_NTLM_SIGNATURE);
    memcpy (data->data, (guint8 *)out.value + SIM_NTLM_SIGNATURE, data->len);
    gss_release_buffer (&minor, &out);
    return;
  }
  iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE;
  iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
  iov[1].buffer = (gss_buffer_desc){ data->len, data->data };
  iov[2].type = GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE;
  g_assert_cmpuint (gss_wrap_iov (&minor, self->context, 1, 0, NULL, iov, 3), ==, GSS_S_COMPLETE);
  g_byte_array_append (header, iov[0].buffer.value, (guint)iov[0].buffer.length);
  g_byte_array_append (data, iov[2].buffer.value, (guint)iov[2].buffer.length);
  gss_release_iov_buffer (&minor, iov, 3);
}

static char *
unwrap (Client *self, const guint8 *bytes, gsize size)
{
  gsize header = bytes[0] | (gsize)bytes[1] << 8;
  gss_iov_buffer_desc iov[3] = { 0 };
  gss_buffer_desc in = { header + size, (void *)(bytes + 4) };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor;
  char *text;

  if (self->row->kind == NTLM) {
    if (gss_unwrap (&minor, self->context, &in, &out, NULL, NULL) != GSS_S_COMPLETE)
      return NULL;
    text = g_strndup (out.value, out.length);
    gss_release_buffer (&minor, &out);
    return text;
  }
  iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER;
  iov[0].buffer = (gss_buffer_desc){ header, (void *)(bytes + 4) };
  iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
  iov[1].buffer = (gss_buffer_desc){ size, (void *)(bytes + 4 + header) };
  iov[2].type = GSS_IOV_BUFFER_TYPE_PADDING;
  if (gss_unwrap_iov (&minor, self->context, NULL, NULL, iov, 3) != GSS_S_COMPLETE)
    return NULL;
  return g_strndup (iov[1].buffer.value, iov[1].buffer.length);
}

/* The text of the sealed reply to a sealed text; NULL: something is wrong with it. */
static char *
talk (Client *self, const char *text)
{
  const char *protocol
      = g_str_equal (self->row->scheme, "Kerberos") ? "HTTP-Kerberos" : "HTTP-SPNEGO";
  g_autofree char *headers
      = g_strdup_printf ("Content-Type: multipart/encrypted;protocol=\"application/%s-session-"
                         "encrypted\";boundary=\"Encrypted Boundary\"\r\n",
                         protocol);
  g_autofree char *head = g_strdup_printf (
      "--Encrypted Boundary\r\n\tContent-Type: application/%s-session-encrypted\r\n"
      "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%" G_GSIZE_FORMAT "\r\n"
      "--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n",
      protocol, strlen (text));
  static const char tail[] = "--Encrypted Boundary--\r\n";
  static const char mark[] = "\tContent-Type: application/octet-stream\r\n";
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint8 length[4] = { 0 };
  g_autofree char *reply = NULL;
  const char *at;

  wrap (self, text, header, data);
  length[0] = (guint8)header->len;
  g_byte_array_append (body, (const guint8 *)head, (guint)strlen (head));
  g_byte_array_append (body, length, sizeof length);
  g_byte_array_append (body, header->data, header->len);
  g_byte_array_append (body, data->data, data->len);
  g_byte_array_append (body, (const guint8 *)tail, (guint)strlen (tail));
  reply = initiator_post (self->socket, NULL, NULL, headers, body->data, body->len);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (reply, headers));
  at = strstr (reply, ";Length=");
  g_assert_nonnull (at);
  return unwrap (self, (const guint8 *)strstr (at, mark) + strlen (mark),
                 (gsize)g_ascii_strtoull (at + 8, NULL, 10));
}

static gboolean
skip (const Row *row)
{
  const char *why = g_getenv (row->kind == NTLM ? "LISTENER_NO_NTLM" : "LISTENER_NO_KDC");

  if (why != NULL)
    g_test_skip (why);
  return why != NULL;
}

static void
test_row (gconstpointer data)
{
  Client client = { 0 };

  if (skip (data))
    return;
  client_init (&client, data);
  log_in (&client);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *text = g_strnfill (1 + 1000 * i, 'x');
    g_autofree char *answer = talk (&client, text);

    g_assert_nonnull (answer);
    g_assert_true (g_str_has_prefix (answer, client.row->expected));
    g_assert_true (g_str_has_suffix (answer, text));
  }
  client_clear (&client);
}

static void
fail_skew (Fixture *self)
{
  sim_listener_fail_auth (self->listener, SIM_AUTH_FAILURE_CLOCK_SKEW, 1);
}

static void
fail_sequence (Fixture *self)
{
  sim_listener_fail_auth (self->listener, SIM_AUTH_FAILURE_WRONG_SEQUENCE, 1);
}

static void
fail_signature (Fixture *self)
{
  sim_listener_fail_auth (self->listener, SIM_AUTH_FAILURE_BAD_SIGNATURE, 1);
}

static const struct {
  const char *sentence;
  const Row *row;
  void (*order) (Fixture *self);
} broken[] = {
  { "Kerberos: wrong sequence number", &rows[0], fail_sequence },
  { "Kerberos: bad signature", &rows[0], fail_signature },
  { "NTLM: wrong sequence number", &rows[4], fail_sequence },
  { "NTLM: bad signature", &rows[4], fail_signature },
};

static void
test_broken (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  Client client = { 0 };
  g_autofree char *answer = NULL;

  if (skip (broken[i].row))
    return;
  client_init (&client, broken[i].row);
  log_in (&client);
  answer = talk (&client, "before");
  g_assert_nonnull (answer);
  fixture_run (client.fixture, broken[i].order);
  g_free (answer);
  answer = talk (&client, "broken");
  g_assert_null (answer);
  client_clear (&client);
}

/* The client's own library names what the host says. */
static void
test_skew (void)
{
  Client client = { 0 };
  OM_uint32 major, minor = 0, more = 0;
  g_autofree char *reply = NULL;
  g_autofree guint8 *token = NULL;
  gsize size = 0;
  gss_buffer_desc in, out = GSS_C_EMPTY_BUFFER, text = GSS_C_EMPTY_BUFFER;

  if (skip (&rows[0]))
    return;
  client_init (&client, &rows[0]);
  fixture_run (client.fixture, fail_skew);
  reply = step (&client, NULL, 0, &major);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 401 \r\nServer:"));
  token = initiator_get_token (reply, "Kerberos", &size);
  g_assert_nonnull (token);
  in = (gss_buffer_desc){ size, token };
  major = gss_init_sec_context (&minor, client.credential, &client.context, client.target,
                                (gss_OID)gss_mech_krb5, GSS_C_MUTUAL_FLAG, 0,
                                GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, &out, NULL, NULL);
  g_assert_true (GSS_ERROR (major));
  gss_display_status (&major, minor, GSS_C_MECH_CODE, (gss_OID)gss_mech_krb5, &more, &text);
  g_assert_nonnull (g_strstr_len (text.value, (gssize)text.length, "Clock skew"));
  gss_release_buffer (&major, &text);
  gss_release_buffer (&major, &out);
  client_clear (&client);
}

static gboolean
has_ntlm (void)
{
  gss_OID_set mechs = GSS_C_NO_OID_SET;
  OM_uint32 minor;
  int present = 0;

  gss_indicate_mechs (&minor, &mechs);
  gss_test_oid_set_member (&minor, &ntlm, mechs, &present);
  gss_release_oid_set (&minor, &mechs);
  return present != 0;
}

int
main (int argc, char **argv)
{
  g_autofree char *why = NULL;
  Kdc *kdc;
  int status;

  g_test_init (&argc, &argv, NULL);
  kdc = kdc_new (&why);
  if (kdc == NULL)
    g_setenv ("LISTENER_NO_KDC", why, TRUE);
  if (!has_ntlm ())
    g_setenv ("LISTENER_NO_NTLM", "gss-ntlmssp is not installed", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/listener/gssapi/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *path = g_strconcat ("/listener/gssapi/ordered/", broken[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_broken);
  }
  g_test_add_func ("/listener/gssapi/ordered/Kerberos: clock skew", test_skew);
  status = g_test_run ();
  kdc_free (kdc);
  return status;
}
