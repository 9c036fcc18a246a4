/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"
#include "simulator/listener/listener-stream.h"

#include <string.h>

/* Up to this, TLS gets head and body as one record; it has no gathering write. */
#define JOIN_MAX 16384

#define SIM_TYPE_STREAM_OUTPUT (sim_stream_output_get_type ())
G_DECLARE_FINAL_TYPE (SimStreamOutput, sim_stream_output, SIM, STREAM_OUTPUT, GOutputStream)
struct _SimStreamOutput {
  GOutputStream parent_instance;
  SimConnection *connection;
};
static void sim_stream_output_init_pollable (GPollableOutputStreamInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (SimStreamOutput, sim_stream_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      sim_stream_output_init_pollable))

static GPollableOutputStream *
base_output (SimConnection *self)
{
  return G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->base));
}

static gssize
fail_full (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "No room to send");
  return -1;
}

static gssize
fail_cut (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The connection is cut");
  return -1;
}

static void
append_header (gpointer target, const char *name, const char *value)
{
  GString *text = target;

  g_string_append (text, name);
  g_string_append (text, ": ");
  g_string_append (text, value);
  g_string_append (text, "\r\n");
}

void
sim_stream_order (SimConnection *self, const SimReplyHead *head, gsize body, gsize cut,
                  gboolean cut_after)
{
  self->ordered = TRUE;
  self->body_left = body;
  self->cut = MIN (cut, body);
  self->cut_after = cut_after;
  self->drip = 0;
  self->drip_next = 0;
  self->head_seen = FALSE;
  g_string_printf (self->pending, "HTTP/1.1 %u %s\r\n", head->status, head->reason);
  sim_reply_head_write (head, append_header, self->pending);
  g_string_append (self->pending, "\r\n");
  sim_connection_set_state (self, SIM_CONNECTION_REPLYING);
}

/* `100 Continue`, wished for by a client that waits with its body, is the one thing that libsoup
 * may say by itself, and http.sys says it without Date. Anything else is its refusal of a head that
 * passed ours. */
static gssize
write_unordered (SimConnection *self, const char *data, gsize size, GError **error)
{
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

  if (size > 12 && memcmp (data, go_on, 12) == 0) {
    gssize n = g_pollable_output_stream_write_nonblocking (base_output (self), go_on,
                                                           strlen (go_on), NULL, error);

    return n < 0 ? n : (gssize)size;
  }
  sim_connection_refuse (self, SIM_REFUSAL_BAD);
  return fail_cut (error);
}

static gssize
write_two (SimConnection *self, const char *data, gsize size, GError **error)
{
  GOutputVector vectors[] = { { self->pending->str, self->pending->len }, { data, size } };
  GPollableReturn result;
  gsize written = 0;

  if (self->pending->len == 0)
    return g_pollable_output_stream_write_nonblocking (base_output (self), data, size, NULL, error);
  if (self->secure && self->pending->len + size <= JOIN_MAX) {
    g_autofree char *joined = g_malloc (self->pending->len + size);

    memcpy (joined, self->pending->str, self->pending->len);
    memcpy (joined + self->pending->len, data, size);
    return g_pollable_output_stream_write_nonblocking (base_output (self), joined,
                                                       self->pending->len + size, NULL, error);
  }
  result = g_pollable_output_stream_writev_nonblocking (base_output (self), vectors, 2, &written,
                                                        NULL, error);
  if (result == G_POLLABLE_RETURN_OK)
    return (gssize)written;
  return result == G_POLLABLE_RETURN_WOULD_BLOCK ? fail_full (error) : -1;
}

/* The last byte that is to be sent has been. A whole reply is followed by a goodbye, a part of one
 * is not. */
static void
reply_sent (SimConnection *self)
{
  self->ordered = FALSE;
  if (self->cut_after && self->body_left > 0)
    sim_connection_cut (self);
  self->finished = self->cut_after;
}

/* Milliseconds until the next bytes may go. */
static guint
drip_wait (const SimConnection *self)
{
  gint64 wait = self->drip_next - g_get_monotonic_time ();

  return wait > 0 ? (guint)((wait + G_TIME_SPAN_MILLISECOND - 1) / G_TIME_SPAN_MILLISECOND) : 0;
}

/* Sends the head that waits and up to @size bytes of body; returns how many of the latter. */
static gssize
write_body (SimConnection *self, const char *data, gsize size, GError **error)
{
  gsize allowed = MIN (size, self->cut);
  gsize head;
  gssize n;

  if (self->drip > 0 && drip_wait (self) > 0)
    return fail_full (error);
  if (self->drip > 0)
    allowed = MIN (allowed, self->drip);
  if (self->pending->len + allowed > 0) {
    n = write_two (self, data, allowed, error);
    if (n < 0)
      return n;
    head = MIN ((gsize)n, self->pending->len);
    g_string_erase (self->pending, 0, (gssize)head);
    n -= (gssize)head;
    self->cut -= (gsize)n;
    self->body_left -= (gsize)n;
    self->drip_next = g_get_monotonic_time () + self->drip_ms * G_TIME_SPAN_MILLISECOND;
  } else {
    n = 0;
  }
  if (self->pending->len == 0 && (self->cut == 0 || self->body_left == 0))
    reply_sent (self);
  if (n > 0 || self->body_left == 0)
    return n;
  return self->dead ? fail_cut (error) : fail_full (error);
}

/* libsoup's head, which it writes in one piece, is thrown away for ours: it puts the headers that
 * it knows before those that it does not. With a body ours waits for that, without it goes out. */
static gssize
write_head (SimConnection *self, gsize size, GError **error)
{
  gssize n;

  if (self->body_left > 0) {
    self->head_seen = TRUE;
    return (gssize)size;
  }
  n = g_pollable_output_stream_write_nonblocking (base_output (self), self->pending->str,
                                                  self->pending->len, NULL, error);
  if (n < 0)
    return n;
  g_string_erase (self->pending, 0, n);
  if (self->pending->len > 0)
    return fail_full (error);
  reply_sent (self);
  return (gssize)size;
}

static gssize
sim_stream_output_write_nonblocking (GPollableOutputStream *stream, const void *data, gsize size,
                                     GError **error)
{
  SimConnection *self = SIM_STREAM_OUTPUT (stream)->connection;

  if (self->dead || self->parted || self->base == NULL)
    return fail_cut (error);
  if (!self->ordered)
    return write_unordered (self, data, size, error);
  return self->head_seen ? write_body (self, data, size, error) : write_head (self, size, error);
}

static gssize
sim_stream_output_write (GOutputStream *stream, const void *data, gsize size,
                         GCancellable *cancellable, GError **error)
{
  return sim_stream_output_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (stream), data, size, error);
}

static gboolean
sim_stream_output_is_writable (GPollableOutputStream *stream)
{
  SimConnection *self = SIM_STREAM_OUTPUT (stream)->connection;

  return self->dead || self->base == NULL
         || ((self->drip == 0 || drip_wait (self) == 0)
             && g_pollable_output_stream_is_writable (base_output (self)));
}

static GSource *
sim_stream_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  SimConnection *self = SIM_STREAM_OUTPUT (stream)->connection;
  g_autoptr (GSource) base = NULL;

  if (self->dead || self->base == NULL)
    base = g_timeout_source_new (0);
  else if (self->drip > 0 && drip_wait (self) > 0)
    base = g_timeout_source_new (drip_wait (self));
  else
    base = g_pollable_output_stream_create_source (base_output (self), NULL);
  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
sim_stream_output_init_pollable (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = sim_stream_output_is_writable;
  iface->write_nonblocking = sim_stream_output_write_nonblocking;
  iface->create_source = sim_stream_output_create_source;
}

static void
sim_stream_output_finalize (GObject *object)
{
  sim_connection_unref (SIM_STREAM_OUTPUT (object)->connection);
  G_OBJECT_CLASS (sim_stream_output_parent_class)->finalize (object);
}

static void
sim_stream_output_class_init (SimStreamOutputClass *class)
{
  G_OBJECT_CLASS (class)->finalize = sim_stream_output_finalize;
  G_OUTPUT_STREAM_CLASS (class)->write_fn = sim_stream_output_write;
}

static void
sim_stream_output_init (SimStreamOutput *self)
{
}

GOutputStream *
sim_stream_output_new (SimConnection *connection)
{
  SimStreamOutput *self = g_object_new (SIM_TYPE_STREAM_OUTPUT, NULL);

  self->connection = sim_connection_ref (connection);
  return G_OUTPUT_STREAM (self);
}
