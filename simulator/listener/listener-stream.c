/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-stream.h"

#define SIM_TYPE_STREAM (sim_stream_get_type ())
G_DECLARE_FINAL_TYPE (SimStream, sim_stream, SIM, STREAM, GIOStream)
struct _SimStream {
  GIOStream parent_instance;
  SimConnection *connection;
  GInputStream *input;
  GOutputStream *output;
};
G_DEFINE_FINAL_TYPE (SimStream, sim_stream, G_TYPE_IO_STREAM)

static GInputStream *
sim_stream_get_input (GIOStream *stream)
{
  return SIM_STREAM (stream)->input;
}

static GOutputStream *
sim_stream_get_output (GIOStream *stream)
{
  return SIM_STREAM (stream)->output;
}

static gboolean
sim_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  sim_connection_stream_closed (SIM_STREAM (stream)->connection);
  return TRUE;
}

static void
sim_stream_finalize (GObject *object)
{
  SimStream *self = SIM_STREAM (object);

  g_object_unref (self->input);
  g_object_unref (self->output);
  sim_connection_unref (self->connection);
  G_OBJECT_CLASS (sim_stream_parent_class)->finalize (object);
}

static void
sim_stream_class_init (SimStreamClass *class)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = sim_stream_finalize;
  stream_class->get_input_stream = sim_stream_get_input;
  stream_class->get_output_stream = sim_stream_get_output;
  stream_class->close_fn = sim_stream_close;
}

static void
sim_stream_init (SimStream *self)
{
}

GIOStream *
sim_stream_new (SimConnection *connection)
{
  SimStream *self = g_object_new (SIM_TYPE_STREAM, NULL);

  self->connection = sim_connection_ref (connection);
  self->input = sim_stream_input_new (connection);
  self->output = sim_stream_output_new (connection);
  return G_IO_STREAM (self);
}
