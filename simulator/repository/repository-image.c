/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/host-image.h"
#include "simulator/repository/host-write.h"

struct _RepositoryImage {
  gatomicrefcount ref_count;
  Schema *schema;
  GPtrArray *hosts; /* of HostImage */
  GPtrArray *names; /* NULL-terminated */
  char digest[IMAGE_DIGEST_SIZE];
};

RepositoryImage *
repository_image_new (Schema *schema, const char *digest)
{
  RepositoryImage *self = g_new0 (RepositoryImage, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->schema = schema_ref (schema);
  self->hosts = g_ptr_array_new_with_free_func ((GDestroyNotify)host_image_free);
  self->names = g_ptr_array_new ();
  g_ptr_array_add (self->names, NULL);
  g_strlcpy (self->digest, digest, sizeof self->digest);
  return self;
}

RepositoryImage *
repository_image_ref (RepositoryImage *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
repository_image_unref (RepositoryImage *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->hosts);
  schema_unref (self->schema);
  g_free (self);
}

void
repository_image_add_host (RepositoryImage *self, HostImage *host)
{
  g_ptr_array_add (self->hosts, host);
  g_ptr_array_insert (self->names, (int)self->names->len - 1, (gpointer)host_image_get_name (host));
}

HostImage *
repository_image_find_host (const RepositoryImage *self, const char *name)
{
  for (guint i = 0; i < self->hosts->len; i++)
    if (g_ascii_strcasecmp (host_image_get_name (self->hosts->pdata[i]), name) == 0)
      return self->hosts->pdata[i];
  return NULL;
}

Schema *
repository_image_get_schema (const RepositoryImage *self)
{
  return self->schema;
}

const char *const *
repository_image_get_host_names (const RepositoryImage *self)
{
  return (const char *const *)self->names->pdata;
}

const char *
repository_image_get_digest (const RepositoryImage *self)
{
  return self->digest;
}

RepositoryImage *
repository_image_load_host_with (Schema *schema, const char *digest, const char *folder,
                                 GError **error)
{
  g_autoptr (GBytes) block = host_write (schema, folder, error);
  g_autoptr (GChecksum) checksum = NULL;
  RepositoryImage *self;
  gsize size;
  const guint8 *data;

  if (block == NULL)
    return NULL;
  data = g_bytes_get_data (block, &size);
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *)digest, -1);
  g_checksum_update (checksum, data, (gssize)size);
  self = repository_image_new (schema, g_checksum_get_string (checksum));
  repository_image_add_host (self, host_image_new (schema, block, data));
  return self;
}

static gboolean
is_block (const guint8 *data, gsize size, guint32 offset, const char *magic)
{
  guint32 length;

  if (offset % 8 != 0 || offset > size || size - offset < 16
      || memcmp (data + offset, magic, 8) != 0)
    return FALSE;
  memcpy (&length, data + offset + 8, sizeof length);
  return length <= size - offset;
}

RepositoryImage *
repository_image_new_mapped (const guint8 *data, gsize size, GError **error)
{
  const ImageHeader *header = (const ImageHeader *)(const void *)data;
  g_autoptr (Schema) schema = NULL;
  RepositoryImage *self;
  const guint32 *hosts;

  if (size < sizeof *header || !is_block (data, size, 0, IMAGE_MAGIC) || header->size != size
      || !is_block (data, size, header->schema, SCHEMA_MAGIC)) {
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX,
                 "expected a compiled image (%s) of %" G_GSIZE_FORMAT
                 " bytes, found something else",
                 IMAGE_MAGIC, size);
    return NULL;
  }
  schema = schema_new_static (data + header->schema);
  self = repository_image_new (schema, header->digest);
  hosts = (const guint32 *)(const void *)(data + header->hosts);
  for (guint i = 0; i < header->n_hosts; i++)
    repository_image_add_host (self, host_image_new (schema, NULL, data + hosts[i]));
  return self;
}
