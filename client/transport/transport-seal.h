/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/transport/transport-gss.h"

G_BEGIN_DECLS

/* Sealed messages in HTTP: multipart/encrypted as MS-WSMV 2.2.9.1 lays it out. */

/* Value of Content-Type. (transfer full) */
char *transport_seal_media_type (const char *protocol);
gboolean transport_seal_is_sealed (const char *media_type); /* NULL: no */
/* @body of media type @type, sealed by @gss for @protocol. */
GBytes *transport_seal_write (TransportGss *gss, const char *protocol, const char *type,
                              GBytes *body, GError **error);

/* Reads a sealed message as it comes. Parts are cut by the lengths that they tell; ciphertext is
 * never searched. */
typedef struct _TransportUnseal TransportUnseal;

typedef struct {
  /* Opens @data of @length bytes in place. */
  gboolean (*open) (const guint8 *header, gsize header_length, guint8 *data, gsize length,
                    gsize *opened, gpointer user_data, GError **error);
  /* Once, before the first text: the media type of what is inside (NULL: not told). */
  gboolean (*head) (const char *type, gpointer user_data, GError **error);
  gboolean (*text) (const char *data, gsize length, gpointer user_data, GError **error);
} TransportUnsealSink;

TransportUnseal *transport_unseal_new (const TransportUnsealSink *sink, gpointer user_data);
void transport_unseal_free (TransportUnseal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TransportUnseal, transport_unseal_free)
/* FALSE: an error of @sink, or PROTOCOL that says what is wrong at which byte. */
gboolean transport_unseal_push (TransportUnseal *self, const char *data, gsize length,
                                GError **error);
/* The message is to be complete. */
gboolean transport_unseal_end (TransportUnseal *self, GError **error);

G_END_DECLS
