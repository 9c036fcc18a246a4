/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-auth.h"
#include "simulator/listener/listener-head.h"

G_BEGIN_DECLS

/* One accepted connection: what is known about it, what is being received and sent on it.
 *
 *   HANDSHAKE -> IDLE -> RECEIVING -> BUSY -> REPLYING -> IDLE …   then LINGERING or CLOSING, gone
 *
 * Each state has one deadline or none; one timer of the listener looks after all of them. */
typedef enum {
  SIM_CONNECTION_HANDSHAKE, /* TLS */
  SIM_CONNECTION_IDLE,      /* nothing of a request is here */
  SIM_CONNECTION_RECEIVING, /* some of a request is here */
  SIM_CONNECTION_BUSY,      /* all of it is; the handler has it */
  SIM_CONNECTION_REPLYING,  /* the reply is being sent */
  SIM_CONNECTION_LINGERING, /* refused: what the client still sends is thrown away */
  SIM_CONNECTION_CLOSING    /* TLS says goodbye */
} SimConnectionState;

typedef struct _SimConnection SimConnection;

struct _SimConnection {
  grefcount ref_count;
  SimListener *listener;
  guint64 number;
  char *peer;
  gboolean secure;
  gboolean over_limit; /* one more than MaxConnections */
  GPtrArray *paths;    /* of char *, what is served where it came in */
  SimAuth auth;

  GSocket *socket;
  GIOStream *base; /* of the socket, or TLS over it */
  GCancellable *handshake;
  GSource *hello; /* waits for the client's first byte; or NULL */
  SimConnectionState state;
  gint64 since; /* monotonic time at which the state began */
  gboolean listed;
  gboolean dead;     /* nothing is read or written any more */
  gboolean finished; /* nothing more is read: libsoup may close in peace */
  gboolean parted;   /* libsoup was told that it is over */
  gboolean linger;
  gboolean ended; /* the client sends no more */
  GSource *drain;

  GBytes *received; /* head of the request, for the transcript; NULL without one */

  /* receiving */
  SimHead head;
  gboolean head_done;
  guint8 *buffer;
  gsize begin, end; /* what of the buffer is filled */
  gsize ready;      /* bytes from begin that libsoup may have */
  gboolean given;   /* libsoup has seen something of this request */
  guint64 missing;  /* bytes of the body that are not in the buffer */

  /* sending */
  gboolean ordered; /* a reply of ours is due: what libsoup writes without one is its own idea */
  GString *pending; /* head, waiting for the body so that both go in one write */
  gboolean head_seen;
  gsize body_left;
  gsize cut; /* bytes of the body after which the connection is cut */
  gboolean cut_after;
  gsize drip;       /* at most so many bytes of the body at a time; 0: all */
  guint drip_ms;    /* between them */
  gint64 drip_next; /* monotonic time of the next */

  gpointer request; /* the request at the handler; listener-serve.c */
  GDestroyNotify request_drop;
};

GQuark sim_connection_quark (void);
SimConnection *sim_connection_ref (SimConnection *self);
void sim_connection_unref (SimConnection *self);

/* Takes over @socket and hands it, after the TLS handshake, to libsoup. */
void sim_connection_accept (SimListener *listener, GSocket *socket, gboolean secure,
                            GPtrArray *paths);
/* The connection whose address libsoup was given. */
SimConnection *sim_connection_from_address (GSocketAddress *address);

void sim_connection_set_state (SimConnection *self, SimConnectionState state);
/* Answers with @kind's row and reads no more. */
void sim_connection_refuse (SimConnection *self, SimRefusalKind kind);
/* Cuts the line: whoever waits on it wakes up. */
void sim_connection_cut (SimConnection *self);
/* A deadline may have passed. */
void sim_connection_check_deadline (SimConnection *self, gint64 now);
/* libsoup is done with the stream. */
void sim_connection_stream_closed (SimConnection *self);
/* The listener stops: no goodbyes. */
void sim_connection_drop (SimConnection *self);

G_END_DECLS
