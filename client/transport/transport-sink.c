/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-private.h"

/* From the bytes of a reply's body to the caller's sink. On a sealed connection nothing reaches it
 * that the host did not seal, but a status without a body: that is how Windows refuses. */

static gboolean
open_part (const guint8 *header, gsize header_length, guint8 *data, gsize length, gsize *opened,
           gpointer user_data, GError **error)
{
  TransportPost *post = user_data;

  /* The sink may have closed the channel, and its login with it. */
  if (post->channel->gss == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s: the channel was closed",
                 post->channel->where);
    return FALSE;
  }
  return transport_gss_unwrap (post->channel->gss, header, header_length, data, length, opened,
                               error);
}

static gboolean
give_head (const char *type, gpointer user_data, GError **error)
{
  TransportPost *post = user_data;

  return post->sink.head (soup_message_get_status (post->message), type, post->sink_data, error);
}

static gboolean
give_text (const char *data, gsize length, gpointer user_data, GError **error)
{
  TransportPost *post = user_data;

  return post->sink.chunk (data, length, post->sink_data, error);
}

static const TransportUnsealSink unseal_sink = { open_part, give_head, give_text };

static const char *
media_type (TransportPost *post)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (post->message),
                                       "Content-Type");
}

gboolean
transport_sink_head (TransportPost *post, GError **error)
{
  const char *type = media_type (post);

  if (!post->owes_seal)
    return give_head (type, post, error);
  if (transport_seal_is_sealed (type))
    post->unseal = transport_unseal_new (&unseal_sink, post);
  else
    post->head_due = TRUE;
  return TRUE;
}

gboolean
transport_sink_chunk (TransportPost *post, const char *data, gsize length, GError **error)
{
  const char *type = media_type (post);
  g_autofree char *shown = type != NULL ? g_utf8_make_valid (type, -1) : NULL;

  if (post->unseal != NULL)
    return transport_unseal_push (post->unseal, data, length, error);
  if (!post->owes_seal)
    return give_text (data, length, post, error);
  g_set_error (
      error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
      "%s: the reply (status %u, %.80s) came in clear on a sealed connection, so it may be "
      "anybody's and was not read",
      post->channel->where, (guint)soup_message_get_status (post->message),
      shown != NULL ? shown : "no content type");
  return FALSE;
}

gboolean
transport_sink_end (TransportPost *post, GError **error)
{
  if (post->unseal != NULL)
    return transport_unseal_end (post->unseal, error);
  return !post->head_due || give_head (media_type (post), post, error);
}
