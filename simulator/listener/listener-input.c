/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"
#include "simulator/listener/listener-stream.h"
#include "simulator/listener/listener-transcript.h"

#include <string.h>

/* A head, and what of the body or of the next request arrives with it. */
#define BUFFER_SIZE (SIM_HEAD_MAX + 4096)

#define SIM_TYPE_STREAM_INPUT (sim_stream_input_get_type ())
G_DECLARE_FINAL_TYPE (SimStreamInput, sim_stream_input, SIM, STREAM_INPUT, GInputStream)
struct _SimStreamInput {
  GInputStream parent_instance;
  SimConnection *connection;
};
static void sim_stream_input_init_pollable (GPollableInputStreamInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (SimStreamInput, sim_stream_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      sim_stream_input_init_pollable))

static GPollableInputStream *
base_input (SimConnection *self)
{
  return G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->base));
}

static gboolean
is_dead (SimConnection *self)
{
  return self->dead || self->finished || self->base == NULL;
}

/* libsoup asks for more after a whole request: the reply is out, the next one may come. */
static void
begin_request (SimConnection *self)
{
  memset (&self->head, 0, sizeof self->head);
  self->head_done = FALSE;
  self->given = FALSE;
  if (self->begin < self->end)
    memmove (self->buffer, self->buffer + self->begin, self->end - self->begin);
  self->end -= self->begin;
  self->begin = 0;
  sim_connection_set_state (self, self->end > 0 ? SIM_CONNECTION_RECEIVING : SIM_CONNECTION_IDLE);
}

static gboolean
is_too_large (SimConnection *self)
{
  return self->head.length > self->listener->max_body;
}

/* A body in chunks is refused whatever is in it, and the connection closed: libsoup is told that it
 * is empty, and what the client sends of it is thrown away. */
static void
end_chunks (SimConnection *self)
{
  static const char none[] = "0\r\n\r\n";

  memcpy (self->buffer + self->begin + self->head.line, none, strlen (none));
  self->ready = self->head.line + strlen (none);
  self->end = self->begin + self->ready;
  self->linger = TRUE;
}

static void
head_complete (SimConnection *self)
{
  gsize filled = self->end - self->begin;
  gsize body;

  sim_transcript_received (self, self->buffer + self->begin, self->head.line);
  if (self->over_limit || is_too_large (self)) {
    sim_connection_refuse (self, self->over_limit ? SIM_REFUSAL_BUSY : SIM_REFUSAL_BODY_SIZE);
    return;
  }
  self->head_done = TRUE;
  if (self->head.chunked) {
    end_chunks (self);
    return;
  }
  self->missing = self->head.length;
  body = MIN (filled - self->head.line, self->missing);
  self->ready = self->head.line + body;
  self->missing -= body;
}

/* Looks at what is in the buffer of a request whose head is not complete. */
static void
examine (SimConnection *self)
{
  SimRefusalKind refusal = SIM_REFUSAL_BAD;

  if (self->state != SIM_CONNECTION_RECEIVING || self->head_done || self->end == self->begin)
    return;
  switch (sim_head_read (&self->head, (const char *)self->buffer + self->begin,
                         self->end - self->begin, &refusal)) {
  case SIM_HEAD_COMPLETE:
    head_complete (self);
    break;
  case SIM_HEAD_REFUSED:
    sim_connection_refuse (self, refusal);
    break;
  case SIM_HEAD_INCOMPLETE:
    break;
  }
}

static void
look_ahead (SimConnection *self)
{
  if (self->state == SIM_CONNECTION_REPLYING && !self->ordered)
    begin_request (self);
  if (!is_dead (self))
    examine (self);
}

static gssize
read_base (SimConnection *self, void *data, gsize size, GError **error)
{
  gssize n = g_pollable_input_stream_read_nonblocking (base_input (self), data, size, NULL, error);

  self->ended = self->ended || n == 0;
  return n;
}

/* 1: go on, 0: end, -1: error, WOULD_BLOCK among them. */
static gssize
fill_head (SimConnection *self, GError **error)
{
  gssize n;

  if (self->buffer == NULL)
    self->buffer = g_malloc (BUFFER_SIZE);
  n = read_base (self, self->buffer + self->end, BUFFER_SIZE - self->end, error);
  if (n <= 0)
    return n;
  if (self->state == SIM_CONNECTION_IDLE)
    sim_connection_set_state (self, SIM_CONNECTION_RECEIVING);
  self->end += (gsize)n;
  examine (self);
  return 1;
}

static gssize
read_body (SimConnection *self, void *data, gsize size, GError **error)
{
  gssize n;

  if (self->missing == 0)
    return 0;
  n = read_base (self, data, MIN (size, self->missing), error);
  if (n > 0)
    self->missing -= (guint64)n;
  return n;
}

/* libsoup 3.2 forgets a connection that ends before a request and never closes it (3.3 does). So it
 * gets a request that it refuses; its answer goes nowhere. */
static gssize
part (SimConnection *self, void *data, gsize size)
{
  static const char farewell[] = "?\r\n\r\n";

  if (self->given || self->parted || size < strlen (farewell))
    return 0;
  self->parted = TRUE;
  memcpy (data, farewell, strlen (farewell));
  return (gssize)strlen (farewell);
}

static gssize
sim_stream_input_read_nonblocking (GPollableInputStream *stream, void *data, gsize size,
                                   GError **error)
{
  SimConnection *self = SIM_STREAM_INPUT (stream)->connection;

  look_ahead (self);
  if (!is_dead (self) && self->head_done && self->ready == 0)
    return read_body (self, data, size, error);
  while (!is_dead (self) && self->ready == 0) {
    g_autoptr (GError) broken = NULL;
    gssize n = fill_head (self, &broken);

    if (g_error_matches (broken, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      g_propagate_error (error, g_steal_pointer (&broken));
      return -1;
    }
    if (n <= 0)
      return part (self, data, size);
  }
  if (is_dead (self))
    return part (self, data, size);
  size = MIN (size, self->ready);
  memcpy (data, self->buffer + self->begin, size);
  self->given = TRUE;
  self->begin += size;
  self->ready -= size;
  return (gssize)size;
}

static gssize
sim_stream_input_read (GInputStream *stream, void *data, gsize size, GCancellable *cancellable,
                       GError **error)
{
  return sim_stream_input_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), data, size, error);
}

static gboolean
sim_stream_input_is_readable (GPollableInputStream *stream)
{
  SimConnection *self = SIM_STREAM_INPUT (stream)->connection;

  look_ahead (self);
  return is_dead (self) || self->ready > 0
         || g_pollable_input_stream_is_readable (base_input (self));
}

static GSource *
sim_stream_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  SimConnection *self = SIM_STREAM_INPUT (stream)->connection;
  g_autoptr (GSource) base = NULL;

  look_ahead (self);
  if (is_dead (self) || self->ready > 0)
    base = g_timeout_source_new (0);
  else
    base = g_pollable_input_stream_create_source (base_input (self), NULL);
  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
sim_stream_input_init_pollable (GPollableInputStreamInterface *iface)
{
  iface->is_readable = sim_stream_input_is_readable;
  iface->read_nonblocking = sim_stream_input_read_nonblocking;
  iface->create_source = sim_stream_input_create_source;
}

static void
sim_stream_input_finalize (GObject *object)
{
  sim_connection_unref (SIM_STREAM_INPUT (object)->connection);
  G_OBJECT_CLASS (sim_stream_input_parent_class)->finalize (object);
}

static void
sim_stream_input_class_init (SimStreamInputClass *class)
{
  G_OBJECT_CLASS (class)->finalize = sim_stream_input_finalize;
  G_INPUT_STREAM_CLASS (class)->read_fn = sim_stream_input_read;
}

static void
sim_stream_input_init (SimStreamInput *self)
{
}

GInputStream *
sim_stream_input_new (SimConnection *connection)
{
  SimStreamInput *self = g_object_new (SIM_TYPE_STREAM_INPUT, NULL);

  self->connection = sim_connection_ref (connection);
  return G_INPUT_STREAM (self);
}
