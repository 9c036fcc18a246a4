/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/image-format.h"

G_BEGIN_DECLS

/* A block that is being written: grows at its end; texts and equal records are kept once. */
typedef struct {
  GByteArray *bytes;
  GHashTable *texts;   /* text -> offset */
  GHashTable *records; /* GBytes -> offset */
} ImagePool;

#define IMAGE_MAX_SIZE (1024u * 1024u * 1024u)

ImagePool *image_pool_new (gsize header_size);
void image_pool_free (ImagePool *self);
/* 0 for NULL. */
guint32 image_pool_add_text (ImagePool *self, const char *text);
/* A new record, 8-aligned, zeroed. */
guint32 image_pool_add_room (ImagePool *self, gsize size);
guint32 image_pool_add_record (ImagePool *self, gconstpointer record, gsize size);
/* The same record again gives the same offset. */
guint32 image_pool_share_record (ImagePool *self, gconstpointer record, gsize size);
/* Valid until the next addition. */
gpointer image_pool_at (ImagePool *self, guint32 offset);
/* The block. (transfer full) */
GBytes *image_pool_end (ImagePool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImagePool, image_pool_free)

G_END_DECLS
