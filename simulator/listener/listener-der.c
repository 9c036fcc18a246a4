/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-der.h"

#include <string.h>

/* Lengths of up to 16 MB; a request's head holds far less. */
#define LENGTH_BYTES_MAX 3

gboolean
sim_der_is (const SimDer *self, guint8 tag)
{
  return self->size > 0 && self->data[0] == tag;
}

/* The length after the tag; FALSE when it is not the shortest form, or too long. */
static gboolean
read_length (const SimDer *self, gsize *header, gsize *length)
{
  gsize n;

  if (self->size < 2)
    return FALSE;
  *header = 2;
  *length = self->data[1];
  if (self->data[1] < 0x80)
    return TRUE;
  n = self->data[1] & 0x7f;
  if (n == 0 || n > LENGTH_BYTES_MAX || self->size < 2 + n || self->data[2] == 0)
    return FALSE;
  *length = 0;
  for (gsize i = 0; i < n; i++)
    *length = *length << 8 | self->data[2 + i];
  *header = 2 + n;
  return *length >= 0x80;
}

gboolean
sim_der_take (SimDer *self, guint8 tag, SimDer *content)
{
  gsize header, length;

  if (!sim_der_is (self, tag) || !read_length (self, &header, &length)
      || length > self->size - header)
    return FALSE;
  *content = (SimDer){ self->data + header, length };
  self->data += header + length;
  self->size -= header + length;
  return TRUE;
}

gboolean
sim_der_take_in (SimDer *self, guint8 outer, guint8 tag, SimDer *content)
{
  SimDer rest = *self;
  SimDer inner;

  if (!sim_der_take (&rest, outer, &inner) || !sim_der_take (&inner, tag, content)
      || inner.size > 0)
    return FALSE;
  *self = rest;
  return TRUE;
}

gboolean
sim_der_equal (const SimDer *self, const guint8 *data, gsize size)
{
  return self->size == size && memcmp (self->data, data, size) == 0;
}

static gsize
write_header (guint8 *header, guint8 tag, gsize size)
{
  gsize n = 0;

  header[0] = tag;
  if (size < 0x80) {
    header[1] = (guint8)size;
    return 2;
  }
  for (gsize rest = size; rest > 0; rest >>= 8)
    n++;
  header[1] = (guint8)(0x80 | n);
  for (gsize i = 0; i < n; i++)
    header[2 + i] = (guint8)(size >> (8 * (n - 1 - i)));
  return 2 + n;
}

void
sim_der_put (GByteArray *to, guint8 tag, const guint8 *content, gsize size)
{
  guint8 header[2 + sizeof size];

  g_byte_array_append (to, header, (guint)write_header (header, tag, size));
  g_byte_array_append (to, content, (guint)size);
}

void
sim_der_wrap (GByteArray *to, gsize from, guint8 tag)
{
  guint8 header[2 + sizeof from];
  gsize size = to->len - from;
  gsize n = write_header (header, tag, size);

  g_byte_array_set_size (to, (guint)(to->len + n));
  memmove (to->data + from + n, to->data + from, size);
  memcpy (to->data + from, header, n);
}
