/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-initiator.h"

#include <string.h>

#define EVERYTHING 0xe20882b7u
#define HEADER 88
#define HEADER_WITHOUT_VERSION 64

static void
put32 (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = (guint8)(value >> (8 * i));
}

static guint32
get32 (const guint8 *at)
{
  return at[0] | (guint32)at[1] << 8 | (guint32)at[2] << 16 | (guint32)at[3] << 24;
}

GByteArray *
initiator_negotiate (Initiator *self)
{
  guint8 message[40] = "NTLMSSP";
  gsize size = self->negotiate_size != 0 ? self->negotiate_size : sizeof message;

  if (self->crypto == NULL)
    self->crypto = sim_ntlm_crypto_new (NULL);
  put32 (message + 8, 1);
  put32 (message + 12, self->flags != 0 ? self->flags : EVERYTHING);
  g_clear_pointer (&self->negotiate, g_byte_array_unref);
  self->negotiate = g_byte_array_append (g_byte_array_new (), message, (guint)size);
  return g_byte_array_ref (self->negotiate);
}

static void
put_pair (GByteArray *to, guint8 id, const guint8 *value, guint8 size)
{
  const guint8 head[] = { id, 0, size, 0 };

  g_byte_array_append (to, head, sizeof head);
  g_byte_array_append (to, value, size);
}

/* NTProofStr and blob: the challenge's pairs, ours, the end. */
static GByteArray *
respond (Initiator *self, const guint8 *challenge, guint8 *base_key)
{
  static const guint8 blob[] = { 1, 1, 0,    0,    0,    0,    0,    0,    0,    0,    0, 0, 0, 0,
                                 0, 0, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0, 0, 0, 0 };
  static const guint8 end[8] = { 0 };
  static const guint8 with_mic[] = { SIM_NTLM_AV_FLAG_MIC, 0, 0, 0 };
  GByteArray *response = g_byte_array_new ();
  guint8 key[SIM_NTLM_HASH], proof[SIM_NTLM_HASH];
  SimNtlmPart parts[2];

  g_byte_array_append (response, blob, sizeof blob);
  g_byte_array_append (response, challenge + get32 (challenge + 44),
                       (guint)(challenge[40] | challenge[41] << 8) - 4);
  if (!self->no_mic && !self->no_version)
    put_pair (response, SIM_NTLM_AV_FLAGS, with_mic, sizeof with_mic);
  if (self->binding != NULL)
    put_pair (response, SIM_NTLM_AV_BINDING, self->binding, 16);
  g_byte_array_append (response, end, sizeof end);
  sim_ntlm_key (self->crypto, self->password, self->user, self->domain, key);
  parts[0] = (SimNtlmPart){ challenge + 24, SIM_NTLM_CHALLENGE };
  parts[1] = (SimNtlmPart){ response->data, response->len };
  sim_ntlm_hmac (self->crypto, key, parts, 2, proof);
  parts[0] = (SimNtlmPart){ proof, sizeof proof };
  sim_ntlm_hmac (self->crypto, key, parts, 1, base_key);
  g_byte_array_prepend (response, proof, sizeof proof);
  return response;
}

static void
put_field (GByteArray *message, guint at, const void *data, gsize size)
{
  put32 (message->data + at, (guint32)(size | size << 16));
  put32 (message->data + at + 4, message->len);
  g_byte_array_append (message, data, (guint)size);
}

static void
put_name (GByteArray *message, guint at, const char *text, gboolean unicode)
{
  glong units = 0;
  g_autofree gunichar2 *utf16 = g_utf8_to_utf16 (text, -1, NULL, &units, NULL);

  if (unicode)
    put_field (message, at, utf16, 2 * (gsize)units);
  else
    put_field (message, at, text, strlen (text));
}

static void
put_mic (Initiator *self, GByteArray *message, const guint8 *challenge, gsize size,
         const guint8 *key)
{
  guint8 mic[SIM_NTLM_HASH];
  const SimNtlmPart parts[] = { { self->negotiate->data, self->negotiate->len },
                                { challenge, size },
                                { message->data, message->len } };

  sim_ntlm_hmac (self->crypto, key, parts, G_N_ELEMENTS (parts), mic);
  mic[0] ^= self->bad_mic;
  memcpy (message->data + SIM_NTLM_MIC_OFFSET, mic, sizeof mic);
}

GByteArray *
initiator_authenticate (Initiator *self, const guint8 *challenge, gsize size)
{
  guint32 flags = get32 (challenge + 20);
  gboolean unicode = (flags & SIM_NTLM_UNICODE) != 0;
  guint8 base_key[SIM_NTLM_HASH], key[SIM_NTLM_HASH], sent_key[SIM_NTLM_HASH];
  g_autoptr (GByteArray) response = respond (self, challenge, base_key);
  GByteArray *message = g_byte_array_new ();
  EVP_CIPHER_CTX *rc4 = sim_ntlm_rc4_new (self->crypto, base_key);
  gboolean exchange = (flags & SIM_NTLM_KEY_EXCHANGE) != 0;

  memset (key, 0x55, sizeof key);
  if (!exchange)
    memcpy (key, base_key, sizeof key);
  sim_ntlm_rc4 (rc4, key, sizeof key, sent_key);
  EVP_CIPHER_CTX_free (rc4);
  g_byte_array_set_size (message, self->no_version ? HEADER_WITHOUT_VERSION : HEADER);
  memset (message->data, 0, message->len);
  memcpy (message->data, "NTLMSSP", 8);
  put32 (message->data + 8, 3);
  put32 (message->data + 60, flags);
  put_name (message, 28, self->domain, unicode);
  put_name (message, 36, self->user, unicode);
  put_name (message, 44, "TEST", unicode);
  put_field (message, 12, NULL, 0);
  put_field (message, 20, response->data, self->v1 ? 24 : response->len);
  put_field (message, 52, sent_key, exchange ? sizeof sent_key : 0);
  if (!self->no_mic && !self->no_version)
    put_mic (self, message, challenge, size, key);
  sim_ntlm_session_free (self->session);
  self->session = sim_ntlm_session_new (self->crypto, key, flags, TRUE);
  return message;
}

void
initiator_clear (Initiator *self)
{
  g_clear_pointer (&self->negotiate, g_byte_array_unref);
  g_clear_pointer (&self->session, sim_ntlm_session_free);
  g_clear_pointer (&self->crypto, sim_ntlm_crypto_free);
}

GByteArray *
initiator_seal (Initiator *self, const char *text, const char *delimiter, const char *tab)
{
  gsize size = strlen (text);
  g_autofree guint8 *data = g_malloc (size + 1);
  guint8 length[4] = { SIM_NTLM_SIGNATURE }, signature[SIM_NTLM_SIGNATURE];
  g_autofree char *head = g_strdup_printf (
      "%s\r\n%sContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
      "%sOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%" G_GSIZE_FORMAT "\r\n"
      "%s\r\n%sContent-Type: application/octet-stream\r\n",
      delimiter, tab, tab, size, delimiter, tab);
  g_autofree char *tail = g_strconcat (delimiter, "--\r\n", NULL);
  GByteArray *body = g_byte_array_new ();

  sim_ntlm_session_seal (self->session, (const guint8 *)text, size, data, signature);
  g_byte_array_append (body, (const guint8 *)head, (guint)strlen (head));
  g_byte_array_append (body, length, sizeof length);
  g_byte_array_append (body, signature, sizeof signature);
  g_byte_array_append (body, data, (guint)size);
  g_byte_array_append (body, (const guint8 *)tail, (guint)strlen (tail));
  return body;
}

char *
initiator_unseal (Initiator *self, const char *reply, const char *tab)
{
  static const char mark[] = "Content-Type: application/octet-stream\r\n";
  g_autofree char *original = g_strconcat (
      "\r\n", tab, "OriginalContent: type=application/soap+xml;charset=UTF-8;Length=", NULL);
  const char *length = strstr (reply, original);
  const char *part = length != NULL ? strstr (length, mark) : NULL;
  const guint8 *bytes;
  gsize size;
  char *text;

  if (part == NULL || get32 ((const guint8 *)part + strlen (mark)) != SIM_NTLM_SIGNATURE)
    return NULL;
  bytes = (const guint8 *)part + strlen (mark) + 4;
  size = (gsize)g_ascii_strtoull (length + strlen (original), NULL, 10);
  text = g_malloc0 (size + 1);
  if (!sim_ntlm_session_unseal (self->session, bytes + SIM_NTLM_SIGNATURE, size, bytes,
                                (guint8 *)text))
    g_clear_pointer (&text, g_free);
  return text;
}

char *
initiator_post (GSocket *socket, const char *scheme, const GByteArray *token, const char *headers,
                const void *body, gsize size)
{
  g_autofree char *base64 = token != NULL ? g_base64_encode (token->data, token->len) : NULL;
  g_autofree char *login
      = scheme != NULL ? g_strdup_printf ("Authorization: %s %s\r\n", scheme, base64) : NULL;
  g_autofree char *head = g_strdup_printf (
      "POST /wsman HTTP/1.1\r\nHost: sim\r\n%s%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
      login != NULL ? login : "", headers, size);
  const char *data = body;

  fixture_send (socket, head);
  while (size > 0) {
    gssize n = g_socket_send (socket, data, size, NULL, NULL);

    g_assert_cmpint (n, >, 0);
    data += n;
    size -= (gsize)n;
  }
  return fixture_read_reply (socket);
}

guint8 *
initiator_get_token (const char *reply, const char *scheme, gsize *size)
{
  g_autofree char *mark = g_strdup_printf ("\r\nWWW-Authenticate: %s ", scheme);
  const char *begin = strstr (reply, mark);
  g_autofree char *base64 = NULL;

  if (begin == NULL)
    return NULL;
  begin += strlen (mark);
  base64 = g_strndup (begin, strcspn (begin, "\r"));
  return g_base64_decode (base64, size);
}

char *
initiator_log_in (Initiator *self, GSocket *socket, const char *body)
{
  g_autoptr (GByteArray) first = initiator_negotiate (self);
  g_autofree char *reply = initiator_post (socket, "Negotiate", first, "", "", 0);
  gsize size = 0;
  g_autofree guint8 *challenge = initiator_get_token (reply, "Negotiate", &size);
  g_autoptr (GByteArray) last = NULL;

  if (challenge == NULL)
    return g_steal_pointer (&reply);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 401 \r\nWWW-Authenticate: Negotiate "));
  last = initiator_authenticate (self, challenge, size);
  return initiator_post (socket, "Negotiate", last, "", body, strlen (body));
}
