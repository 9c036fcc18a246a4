/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener.h"

G_BEGIN_DECLS

/* A listener on a thread of its own, and sockets to speak to it byte by byte. Its clock stands
 * still at the second of the recorded 401, so that even `Date` is exact. */
#define FIXTURE_DATE "Tue, 08 Jun 2021 05:54:59 GMT"
#define FIXTURE_BASIC                                                                              \
  "Authorization: Basic YWRtaW5pc3RyYXRvcjpzZWNyZXQ=\r\n" /* administrator:secret */

typedef struct {
  SimListener *listener;
  SimAccounts *accounts;
  SimJournal *journal;
  SimClock *clock;
  SimCertificate *certificate;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GMutex mutex;
  GPtrArray *lines; /* log */
  GPtrArray *held;  /* exchanges that the handler did not complete */
  guint16 http_port, https_port;
} Fixture;

/* @configure may change what is not right for a test; NULL: nothing. The handler answers with what
 * it was given ("administrator utf-8 4: text"), unless the body is an order:
 * "hang up", "midway N", "after", "status N", "hold". */
typedef void (*FixtureConfigure) (SimListenerConfig *config);
Fixture *fixture_new (FixtureConfigure configure);
void fixture_free (Fixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* Runs @function on the listener's thread and waits for it. */
void fixture_run (Fixture *self, void (*function) (Fixture *self));
void fixture_complete_held (Fixture *self); /* for fixture_run () */
void fixture_stop (Fixture *self);          /* for fixture_run () */
void fixture_wait_held (Fixture *self, guint n);
void fixture_wait_connections (Fixture *self, guint n);

GSocket *fixture_connect (Fixture *self);
void fixture_send (GSocket *socket, const char *text);
/* One reply: head and as much body as its length says. */
char *fixture_read_reply (GSocket *socket);
/* Everything up to the end, which comes without a reset. */
char *fixture_read_all (GSocket *socket);
/* A POST to /wsman with @headers and @body. */
char *fixture_post (const char *headers, const char *body);
/* The reply that the handler gives to the administrator. */
char *fixture_echo (const char *body);
/* One line of the journal: "200 Get -" or "411 - request without a length". */
char *fixture_last_refusal (Fixture *self);

G_END_DECLS
