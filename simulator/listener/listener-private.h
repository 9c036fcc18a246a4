/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-connection.h"
#include "simulator/listener/listener-transcript.h"
#include "simulator/listener/listener.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* One socket that listens. */
typedef struct {
  grefcount ref_count; /* whoever accepts holds one: what comes in may close the port */
  SimListener *listener;
  GSocket *socket; /* NULL: closed */
  GSource *source; /* NULL: not accepting for the moment */
  char *address;
  guint16 port;
  gboolean secure;
  GPtrArray *paths; /* of char *, what is served here; replaced, never changed */
  gboolean resting; /* the last accept failed for want of descriptors or memory */
} SimPort;

struct _SimListener {
  grefcount ref_count; /* connections hold one too */
  GMainContext *context;

  /* configuration */
  char *address;
  guint16 ports_wanted[2];
  gboolean enabled[2];
  SimAuthRealm *realm;
  GError *realm_error;
  gboolean refuse_clear;
  GTlsCertificate *certificate;
  GError *certificate_error;
  SimAccounts *accounts;
  SimJournal *journal;
  SimClock *clock;
  guint64 max_body;
  guint max_connections;
  guint receive_deadline_ms;
  guint idle_deadline_ms;
  gboolean alpn;
  SimListenerHandler handler;
  gpointer handler_data;
  SimListenerLog log;
  gpointer log_data;

  /* running */
  gboolean running;
  GPtrArray *ports;       /* of SimPort */
  guint16 first_ports[2]; /* http and https as they were opened at the start; 0: not */
  GSource *retry;         /* accepts again after descriptors ran out */
  GSource *sweeper;       /* deadlines; only while there are connections */
  SoupServer *server;
  GSocket *keep_alive[2];
  GQueue connections; /* of SimConnection */
  gint n_connections; /* atomic */
  guint64 n_accepted;
  guint64 n_exchanges;
  SimTranscript *transcript; /* NULL: not asked for */
  gint64 date_second;
  char date[32];
};

SimListener *sim_listener_ref (SimListener *self);
void sim_listener_unref (SimListener *self);

/* `Date` of a reply that is sent now; valid until the next call. */
const char *sim_listener_get_date (SimListener *self);
/* Journal and one line. */
void sim_listener_note_refusal (SimListener *self, guint64 connection, const char *what,
                                guint status);
/* Journal only: a client that did not log in yet is asked to, which is how every login begins. */
void sim_listener_note_challenge (SimListener *self, const char *what, guint status);
void sim_listener_note_exchange (SimListener *self, const SimExchange *exchange);

/* Until there are no connections any more. */
void sim_listener_watch_deadlines (SimListener *self);

/* listener-port.c */
gboolean sim_listener_open_ports (SimListener *self, GError **error);
void sim_listener_close_ports (SimListener *self);

/* listener-serve.c: libsoup's handler. */
void sim_listener_serve (SoupServer *server, SoupServerMessage *message, const char *path,
                         GHashTable *query, gpointer user_data);

G_END_DECLS
