/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/gss-acceptor-private.h"

#define PART "--Encrypted Boundary\r\n"

static const gss_OID_desc oid_ntlm = { 10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };

gboolean
acceptor_is_ntlm (AcceptorPeer *peer)
{
  gss_OID found = GSS_C_NO_OID;
  OM_uint32 minor;

  gss_inquire_context (&minor, peer->context, NULL, NULL, NULL, &found, NULL, NULL, NULL);
  return gss_oid_equal (found, (gss_OID)&oid_ntlm) != 0;
}

/* Sealed messages. */

static void
seal (AcceptorPeer *peer, const char *text, gsize length, GString *header, GString *data)
{
  g_autofree char *copy = g_memdup2 (text, length);
  gss_buffer_desc in = { length, copy };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  gss_iov_buffer_desc parts[] = {
    { GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
    { GSS_IOV_BUFFER_TYPE_DATA, { length, copy } },
    { GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
  };
  OM_uint32 minor;

  if (acceptor_is_ntlm (peer)) {
    g_assert_cmpuint (gss_wrap (&minor, peer->context, 1, 0, &in, NULL, &out), ==, GSS_S_COMPLETE);
    g_string_append_len (header, out.value, 16);
    g_string_append_len (data, (char *)out.value + 16, (gssize)out.length - 16);
    gss_release_buffer (&minor, &out);
    return;
  }
  g_assert_cmpuint (gss_wrap_iov (&minor, peer->context, peer->self->config.lie != LIE_SIGNED_ONLY,
                                  0, NULL, parts, 3),
                    ==, GSS_S_COMPLETE);
  g_string_append_len (header, parts[0].buffer.value, (gssize)parts[0].buffer.length);
  g_string_append_len (data, copy, (gssize)length);
  g_string_append_len (data, parts[2].buffer.value, (gssize)parts[2].buffer.length);
  gss_release_iov_buffer (&minor, parts, 3);
}

static void
append_part (AcceptorPeer *peer, const char *protocol, const char *text, gsize length, GString *out)
{
  Lie lie = peer->self->config.lie;
  g_autoptr (GString) header = g_string_new (NULL);
  g_autoptr (GString) data = g_string_new (NULL);
  const char *tab = lie == WAY_NO_TAB ? "" : "\t";
  const char *boundary = lie == WAY_EXCHANGE ? "-- Encrypted Boundary\r\n" : PART;
  guint32 size;
  gsize told;

  seal (peer, text, length, header, data);
  if (lie == LIE_SIGNATURE)
    header->str[header->len - 1] ^= 1;
  if (lie == LIE_CIPHER)
    data->str[data->len / 2] ^= 1;
  told = data->len + (lie == LIE_LONG ? 1 : 0) - (lie == LIE_SHORT ? 1 : 0);
  g_string_append_printf (
      out,
      "%s%sContent-Type: application/%s\r\n"
      "%sOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%zu\r\n"
      "%s%sContent-Type: application/octet-stream\r\n",
      boundary, tab, protocol, tab, told, boundary, tab);
  size = GUINT32_TO_LE (lie == LIE_HEADER_SIZE ? 0xffffffff : (guint32)header->len);
  g_string_append_len (out, (const char *)&size, 4);
  g_string_append_len (out, header->str, (gssize)header->len);
  g_string_append_len (out, data->str, (gssize)data->len);
}

gboolean
acceptor_send_sealed (AcceptorPeer *peer, const char *protocol, const char *text, gsize length)
{
  Lie lie = peer->self->config.lie;
  gsize half = lie == WAY_TWO_PARTS ? length / 2 : length;
  g_autofree char *headers
      = g_strdup_printf ("Content-Type: multipart/%s;protocol=\"application/%s\";"
                         "boundary=\"Encrypted Boundary\"\r\n",
                         lie == WAY_TWO_PARTS ? "x-multi-encrypted" : "encrypted", protocol);

  if (lie != LIE_REPLAY || peer->sealed->len == 0) {
    g_string_truncate (peer->sealed, 0);
    append_part (peer, protocol, text, half, peer->sealed);
    if (half < length)
      append_part (peer, protocol, text + half, length - half, peer->sealed);
    if (lie == LIE_CUT_PART)
      g_string_truncate (peer->sealed, peer->sealed->len - 2);
    else if (lie != LIE_NO_END)
      g_string_append (peer->sealed, lie == WAY_EXCHANGE ? "-- Encrypted Boundary--\r\n"
                                                         : "--Encrypted Boundary--\r\n");
  }
  return acceptor_answer (peer, lie == WAY_FAULT ? "500" : "200", headers, peer->sealed->str,
                          peer->sealed->len);
}

/* @bytes: the frame. */
static char *
unseal (AcceptorPeer *peer, const char *bytes, gsize length)
{
  guint32 size;
  g_autofree char *copy = g_memdup2 (bytes, length);
  gss_buffer_desc in, out = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor, major;
  int confidential = 0;
  char *text;

  memcpy (&size, copy, 4);
  size = GUINT32_FROM_LE (size);
  g_assert_cmpuint (size, <, length - 4);
  if (acceptor_is_ntlm (peer)) {
    g_assert_cmpuint (size, ==, 16);
    in = (gss_buffer_desc){ length - 4, copy + 4 };
    major = gss_unwrap (&minor, peer->context, &in, &out, &confidential, NULL);
    text = g_strndup (out.value, out.length);
    gss_release_buffer (&minor, &out);
  } else {
    gss_iov_buffer_desc parts[] = {
      { GSS_IOV_BUFFER_TYPE_HEADER, { size, copy + 4 } },
      { GSS_IOV_BUFFER_TYPE_DATA, { length - 4 - size, copy + 4 + size } },
    };

    g_assert_cmpuint (size, ==, 60);
    major = gss_unwrap_iov (&minor, peer->context, &confidential, NULL, parts, 2);
    text = g_strndup (parts[1].buffer.value, parts[1].buffer.length);
  }
  g_assert_cmpuint (major, ==, GSS_S_COMPLETE);
  g_assert_cmpint (confidential, !=, 0);
  return text;
}

char *
acceptor_open (AcceptorPeer *peer, const char *protocol)
{
  static const char middle[] = PART "\tContent-Type: application/octet-stream\r\n";
  static const char end[] = "--Encrypted Boundary--\r\n";
  g_autofree char *begin
      = g_strdup_printf (PART "\tContent-Type: application/%s\r\n"
                              "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=",
                         protocol);
  const char *at = peer->body->str;
  const char *last = at + peer->body->len - strlen (end);
  char *text;
  guint64 told;

  g_assert_true (g_str_has_prefix (at, begin));
  told = g_ascii_strtoull (at + strlen (begin), (char **)&at, 10);
  g_assert_true (g_str_has_prefix (at, "\r\n"));
  at += 2;
  g_assert_true (g_str_has_prefix (at, middle));
  at += strlen (middle);
  g_assert_cmpstr (last, ==, end);
  text = unseal (peer, at, (gsize)(last - at));
  g_assert_cmpuint (strlen (text), ==, told);
  return text;
}
