/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/image-pool.h"

#include <string.h>

ImagePool *
image_pool_new (gsize header_size)
{
  ImagePool *self = g_new0 (ImagePool, 1);

  self->bytes = g_byte_array_new ();
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->records
      = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  image_pool_add_room (self, header_size);
  return self;
}

void
image_pool_free (ImagePool *self)
{
  if (self->bytes != NULL)
    g_byte_array_unref (self->bytes);
  g_hash_table_unref (self->texts);
  g_hash_table_unref (self->records);
  g_free (self);
}

guint32
image_pool_add_text (ImagePool *self, const char *text)
{
  gpointer offset;

  if (text == NULL)
    return 0;
  offset = g_hash_table_lookup (self->texts, text);
  if (offset == NULL) {
    offset = GUINT_TO_POINTER (self->bytes->len);
    g_byte_array_append (self->bytes, (const guint8 *)text, (guint)strlen (text) + 1);
    g_hash_table_insert (self->texts, g_strdup (text), offset);
  }
  return GPOINTER_TO_UINT (offset);
}

guint32
image_pool_add_room (ImagePool *self, gsize size)
{
  guint32 offset = (self->bytes->len + 7u) & ~7u;

  g_assert (size < IMAGE_MAX_SIZE && offset < IMAGE_MAX_SIZE);
  guint old = self->bytes->len;
  g_byte_array_set_size (self->bytes, offset + (guint)size);
  memset (self->bytes->data + old, 0, self->bytes->len - old);
  return offset;
}

guint32
image_pool_add_record (ImagePool *self, gconstpointer record, gsize size)
{
  guint32 offset = image_pool_add_room (self, size);

  if (size > 0)
    memcpy (self->bytes->data + offset, record, size);
  return offset;
}

guint32
image_pool_share_record (ImagePool *self, gconstpointer record, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (record, size);
  gpointer offset = g_hash_table_lookup (self->records, bytes);

  if (offset == NULL) {
    offset = GUINT_TO_POINTER (image_pool_add_record (self, record, size));
    g_hash_table_insert (self->records, g_bytes_ref (bytes), offset);
  }
  return GPOINTER_TO_UINT (offset);
}

gpointer
image_pool_at (ImagePool *self, guint32 offset)
{
  return self->bytes->data + offset;
}

GBytes *
image_pool_end (ImagePool *self)
{
  image_pool_add_room (self, 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));
}
