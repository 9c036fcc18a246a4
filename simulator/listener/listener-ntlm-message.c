/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-ntlm.h"

#include <string.h>

/* The shortest messages that Windows still reads: signature, type and flags of a Type 1 (curl and
 * npm's winrm-client send less than the 40 bytes of the document), and a Type 3 up to its flags. */
#define NEGOTIATE_MIN 16
#define LOGIN_MIN 64
/* Fields of 16-bit lengths; a name is never longer than this. */
#define NAME_BYTES_MAX 1024
#define CHALLENGE_HEADER 56
/* NTProofStr, then the blob: version, zeros, time, client's challenge, zeros, pairs. */
#define V2_PAIRS (SIM_NTLM_HASH + 28)
/* Between 1601 and 1970, in units of 100 ns. */
#define FILETIME_EPOCH G_GINT64_CONSTANT (116444736000000000)

static const guint8 magic[] = { 'N', 'T', 'L', 'M', 'S', 'S', 'P', 0 };

static guint16
read16 (const guint8 *data)
{
  return (guint16)(data[0] | data[1] << 8);
}

static guint32
read32 (const guint8 *data)
{
  return (guint32)read16 (data) | (guint32)read16 (data + 2) << 16;
}

gboolean
sim_ntlm_is_message (const guint8 *data, gsize size, guint32 type)
{
  return size >= sizeof magic + 4 && memcmp (data, magic, sizeof magic) == 0
         && (type == 0 || read32 (data + sizeof magic) == type);
}

gboolean
sim_ntlm_read_negotiate (const guint8 *data, gsize size, guint32 *flags)
{
  if (size < NEGOTIATE_MIN || !sim_ntlm_is_message (data, size, 1))
    return FALSE;
  *flags = read32 (data + 12);
  return TRUE;
}

static void
put16 (GByteArray *to, guint16 value)
{
  const guint8 bytes[] = { (guint8)value, (guint8)(value >> 8) };

  g_byte_array_append (to, bytes, sizeof bytes);
}

static void
put32 (GByteArray *to, guint32 value)
{
  put16 (to, (guint16)value);
  put16 (to, (guint16)(value >> 16));
}

static void
put_field (GByteArray *to, gsize size, gsize offset)
{
  put16 (to, (guint16)size);
  put16 (to, (guint16)size);
  put32 (to, (guint32)offset);
}

static void
put_utf16 (GByteArray *to, const char *text)
{
  glong units = 0;
  g_autofree gunichar2 *utf16 = g_utf8_to_utf16 (text, -1, NULL, &units, NULL);

  for (glong i = 0; i < units; i++)
    put16 (to, utf16[i]);
}

static void
put_pair (GByteArray *to, guint16 id, const char *text)
{
  g_autoptr (GByteArray) value = g_byte_array_new ();

  put_utf16 (value, text);
  put16 (to, id);
  put16 (to, (guint16)value->len);
  g_byte_array_append (to, value->data, value->len);
}

/* A workgroup host is its own domain; pairs in Windows' order, DNS names those of a host without a
 * suffix. */
static GByteArray *
make_target_info (const char *computer, gint64 wall)
{
  GByteArray *info = g_byte_array_new ();
  guint64 time = (guint64)(FILETIME_EPOCH + wall * 10);

  put_pair (info, 2, computer);
  put_pair (info, 1, computer);
  put_pair (info, 4, computer);
  put_pair (info, 3, computer);
  put16 (info, 7);
  put16 (info, 8);
  put32 (info, (guint32)time);
  put32 (info, (guint32)(time >> 32));
  put32 (info, 0);
  return info;
}

GByteArray *
sim_ntlm_write_challenge (guint32 flags, const guint8 *challenge, const char *computer, gint64 wall)
{
  static const guint8 zeros[8] = { 0 };
  /* 10.0.17763, NTLMSSP revision 15 */
  static const guint8 version[8] = { 10, 0, 0x63, 0x45, 0, 0, 0, 15 };
  GByteArray *message = g_byte_array_new ();
  g_autoptr (GByteArray) name = g_byte_array_new ();
  g_autoptr (GByteArray) info = make_target_info (computer, wall);

  if ((flags & SIM_NTLM_UNICODE) != 0)
    put_utf16 (name, computer);
  else
    g_byte_array_append (name, (const guint8 *)computer, (guint)strlen (computer));
  g_byte_array_append (message, magic, sizeof magic);
  put32 (message, 2);
  put_field (message, name->len, CHALLENGE_HEADER);
  put32 (message, flags);
  g_byte_array_append (message, challenge, SIM_NTLM_CHALLENGE);
  g_byte_array_append (message, zeros, sizeof zeros);
  put_field (message, info->len, CHALLENGE_HEADER + name->len);
  g_byte_array_append (message, (flags & SIM_NTLM_VERSION) != 0 ? version : zeros, sizeof zeros);
  g_byte_array_append (message, name->data, name->len);
  g_byte_array_append (message, info->data, info->len);
  return message;
}

static gboolean
read_field (const guint8 *data, gsize size, gsize at, SimNtlmField *field, gsize *payload)
{
  gsize length = read16 (data + at);
  gsize offset = read32 (data + at + 4);

  *field = (SimNtlmField){ NULL, 0 };
  if (length == 0)
    return TRUE;
  if (offset < LOGIN_MIN || offset > size || length > size - offset)
    return FALSE;
  *field = (SimNtlmField){ data + offset, length };
  *payload = MIN (*payload, offset);
  return TRUE;
}

/* An OEM code page; which, nobody says. */
static char *
read_oem (const SimNtlmField *field)
{
  const char *text = (const char *)field->data;

  if (memchr (text, '\0', field->size) != NULL)
    return NULL;
  if (g_utf8_validate (text, (gssize)field->size, NULL))
    return g_strndup (text, field->size);
  return g_convert (text, (gssize)field->size, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

/* NULL: too long, or no text. */
static char *
read_name (const SimNtlmField *field, gboolean unicode)
{
  gunichar2 units[NAME_BYTES_MAX / 2];
  glong taken = 0;
  g_autofree char *text = NULL;

  if (field->size == 0)
    return g_strdup ("");
  if (field->size > NAME_BYTES_MAX)
    return NULL;
  if (!unicode)
    return read_oem (field);
  for (gsize i = 0; i < field->size / 2; i++)
    units[i] = read16 (field->data + 2 * i);
  text = g_utf16_to_utf8 (units, (glong)(field->size / 2), &taken, NULL, NULL);
  return 2 * (gsize)taken == field->size ? g_steal_pointer (&text) : NULL; /* a NUL ends it */
}

gboolean
sim_ntlm_read_login (SimNtlmLogin *self, const guint8 *data, gsize size)
{
  SimNtlmField lm, domain, user, workstation;
  gboolean unicode;

  *self = (SimNtlmLogin){ .payload = size };
  if (size < LOGIN_MIN || !sim_ntlm_is_message (data, size, 3)
      || !read_field (data, size, 12, &lm, &self->payload)
      || !read_field (data, size, 20, &self->nt, &self->payload)
      || !read_field (data, size, 28, &domain, &self->payload)
      || !read_field (data, size, 36, &user, &self->payload)
      || !read_field (data, size, 44, &workstation, &self->payload)
      || !read_field (data, size, 52, &self->session_key, &self->payload))
    return FALSE;
  self->flags = read32 (data + 60);
  unicode = (self->flags & SIM_NTLM_UNICODE) != 0;
  self->domain = read_name (&domain, unicode);
  self->user = read_name (&user, unicode);
  return self->domain != NULL && self->user != NULL;
}

void
sim_ntlm_login_clear (SimNtlmLogin *self)
{
  g_clear_pointer (&self->domain, g_free);
  g_clear_pointer (&self->user, g_free);
}

gboolean
sim_ntlm_is_v2 (const SimNtlmField *response)
{
  return response->size >= V2_PAIRS && response->data[SIM_NTLM_HASH] == 1;
}

gboolean
sim_ntlm_find_av (const SimNtlmField *response, guint16 id, SimNtlmField *value)
{
  gsize at = V2_PAIRS;

  while (response->size >= at + 4) {
    guint16 found = read16 (response->data + at);
    gsize length = read16 (response->data + at + 2);

    at += 4;
    if (found == 0 || length > response->size - at)
      return FALSE;
    if (found == id) {
      *value = (SimNtlmField){ response->data + at, length };
      return TRUE;
    }
    at += length;
  }
  return FALSE;
}
