/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/transport/transport-gss-private.h"

/* Messages of an open context. Kerberos cuts header and data by itself; gss-ntlmssp has no
 * gss_wrap_iov(), but its gss_wrap() is the signature and then the data. */

#define NTLM_SIGNATURE 16

/* A message that comes late, twice or not in its turn was tampered with: one connection has one
 * order. */
#define OUT_OF_ORDER (GSS_S_DUPLICATE_TOKEN | GSS_S_OLD_TOKEN | GSS_S_UNSEQ_TOKEN | GSS_S_GAP_TOKEN)

static gboolean
is_ntlm (TransportGss *self)
{
  return g_strcmp0 (self->agreed, "ntlm") == 0;
}

static gboolean
fail_wrap (TransportGss *self, OM_uint32 major, OM_uint32 minor, GError **error)
{
  g_autofree char *reason = transport_gss_explain (major, minor, self->mechanism);

  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_OPERATION_FAILED,
               "the request could not be sealed: %s", reason);
  return FALSE;
}

static gboolean
wrap_ntlm (TransportGss *self, const char *text, gsize length, GByteArray **header,
           GByteArray **data, GError **error)
{
  gss_buffer_desc in = { length, (void *)text };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor = 0, unused;
  int confidential = 0;
  OM_uint32 major
      = gss_wrap (&minor, self->context, 1, GSS_C_QOP_DEFAULT, &in, &confidential, &out);
  gboolean fits = out.length == length + NTLM_SIGNATURE && confidential != 0;

  if (!GSS_ERROR (major) && fits) {
    *header = g_byte_array_append (g_byte_array_new (), out.value, NTLM_SIGNATURE);
    *data = g_byte_array_append (g_byte_array_new (), (guint8 *)out.value + NTLM_SIGNATURE,
                                 (guint)length);
  }
  gss_release_buffer (&unused, &out);
  if (GSS_ERROR (major) || !fits)
    return fail_wrap (self, GSS_ERROR (major) ? major : GSS_S_UNAVAILABLE, minor, error);
  return TRUE;
}

static gboolean
wrap_iov (TransportGss *self, const char *text, gsize length, GByteArray **header,
          GByteArray **data, GError **error)
{
  GByteArray *body = g_byte_array_append (g_byte_array_new (), (const guint8 *)text, (guint)length);
  gss_iov_buffer_desc parts[] = {
    { GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
    { GSS_IOV_BUFFER_TYPE_DATA, { length, body->data } },
    { GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
  };
  OM_uint32 minor = 0, unused;
  int confidential = 0;
  OM_uint32 major = gss_wrap_iov (&minor, self->context, 1, GSS_C_QOP_DEFAULT, &confidential, parts,
                                  G_N_ELEMENTS (parts));
  gboolean ok = !GSS_ERROR (major) && confidential != 0;

  if (ok) {
    *header = g_byte_array_append (g_byte_array_new (), parts[0].buffer.value,
                                   (guint)parts[0].buffer.length);
    *data = g_byte_array_append (body, parts[2].buffer.value, (guint)parts[2].buffer.length);
  } else {
    g_byte_array_unref (body);
  }
  gss_release_iov_buffer (&unused, parts, G_N_ELEMENTS (parts));
  return ok || fail_wrap (self, GSS_ERROR (major) ? major : GSS_S_UNAVAILABLE, minor, error);
}

gboolean
transport_gss_wrap (TransportGss *self, const char *text, gsize length, GByteArray **header,
                    GByteArray **data, GError **error)
{
  gboolean ok;

  if (!transport_gss_enter (error))
    return FALSE;
  ok = is_ntlm (self) ? wrap_ntlm (self, text, length, header, data, error)
                      : wrap_iov (self, text, length, header, data, error);
  transport_gss_leave ();
  return ok;
}

static OM_uint32
unwrap_ntlm (TransportGss *self, const guint8 *header, gsize header_length, guint8 *data,
             gsize length, gsize *opened, int *confidential, OM_uint32 *minor)
{
  g_autofree guint8 *whole = g_malloc (header_length + length);
  gss_buffer_desc in = { header_length + length, whole };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  OM_uint32 major, unused;

  memcpy (whole, header, header_length);
  memcpy (whole + header_length, data, length);
  major = gss_unwrap (minor, self->context, &in, &out, confidential, NULL);
  if (!GSS_ERROR (major) && out.length > length)
    major = GSS_S_DEFECTIVE_TOKEN;
  if (!GSS_ERROR (major) && out.length > 0)
    memcpy (data, out.value, out.length);
  *opened = out.length;
  gss_release_buffer (&unused, &out);
  return major;
}

static OM_uint32
unwrap_iov (TransportGss *self, const guint8 *header, gsize header_length, guint8 *data,
            gsize length, gsize *opened, int *confidential, OM_uint32 *minor)
{
  g_autofree guint8 *head = g_memdup2 (header, header_length);
  gss_iov_buffer_desc parts[] = {
    { GSS_IOV_BUFFER_TYPE_HEADER, { header_length, head } },
    { GSS_IOV_BUFFER_TYPE_DATA, { length, data } },
  };
  OM_uint32 major
      = gss_unwrap_iov (minor, self->context, confidential, NULL, parts, G_N_ELEMENTS (parts));

  *opened = MIN (parts[1].buffer.length, length);
  return major;
}

static gboolean
unwrap (TransportGss *self, const guint8 *header, gsize header_length, guint8 *data, gsize length,
        gsize *opened, GError **error)
{
  OM_uint32 minor = 0;
  int confidential = 0;
  OM_uint32 major
      = is_ntlm (self)
            ? unwrap_ntlm (self, header, header_length, data, length, opened, &confidential, &minor)
            : unwrap_iov (self, header, header_length, data, length, opened, &confidential, &minor);
  g_autofree char *reason = NULL;

  if (!GSS_ERROR (major) && (major & OUT_OF_ORDER) == 0 && confidential != 0)
    return TRUE;
  reason = transport_gss_explain (major, minor, self->mechanism);
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
               "the sealed reply is not what the host sealed: %s",
               GSS_ERROR (major) || confidential != 0 ? reason : "it is signed, but not encrypted");
  return FALSE;
}

gboolean
transport_gss_unwrap (TransportGss *self, const guint8 *header, gsize header_length, guint8 *data,
                      gsize length, gsize *opened, GError **error)
{
  gboolean ok;

  if (!transport_gss_enter (error))
    return FALSE;
  ok = unwrap (self, header, header_length, data, length, opened, error);
  transport_gss_leave ();
  return ok;
}
