/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/sim-clock.h"
#include "simulator/sim-exchange.h"

G_BEGIN_DECLS

/* Sockets, TLS, limits, deadlines, authentication, HTTP as http.sys and WinRM speak it. Knows
 * nothing of SOAP. Lives on the thread whose default context is current when it is started. */
typedef struct _SimListener SimListener;

/* Windows accounts that may log in; shared with whoever configures the host. */
typedef struct _SimAccounts SimAccounts; /* counted, thread-safe */
SimAccounts *sim_accounts_new (void);
SimAccounts *sim_accounts_ref (SimAccounts *self);
void sim_accounts_unref (SimAccounts *self);
void sim_accounts_set (SimAccounts *self, const char *user, const char *password);
gboolean sim_accounts_remove (SimAccounts *self, const char *user);
/* User names are compared without regard to case and with any `DOMAIN\` or `@domain` taken off;
 * passwords in constant time. Returns the account's own spelling, or NULL. (transfer full) */
char *sim_accounts_check (SimAccounts *self, const char *user, const char *password);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimAccounts, sim_accounts_unref)

/* A self-signed P-256 certificate that is its own CA file, for IP and DNS names of loopback. */
typedef struct {
  char *certificate_pem;
  char *key_pem;
  char *fingerprint; /* SHA-256, lower-case hex of the DER */
} SimCertificate;
SimCertificate *sim_certificate_new (const char *computer_name, GError **error);
void sim_certificate_free (SimCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimCertificate, sim_certificate_free)

/* Journal: a ring of what happened; thread-safe. */
typedef struct {
  guint64 number;
  gint64 time; /* clock, microseconds since it began */
  char *operation, *class_name, *method, *user, *fault, *refusal, *filter;
  guint status; /* 0: hung up without an answer */
  gsize bytes_in, bytes_out;
  guint64 connection;
} SimJournalEntry;
typedef struct _SimJournal SimJournal;
SimJournal *sim_journal_new (guint capacity);
SimJournal *sim_journal_ref (SimJournal *self);
void sim_journal_unref (SimJournal *self);
void sim_journal_add (SimJournal *self, const SimExchange *exchange, gint64 time);
/* Refusals before there is an exchange: @what "request without a length". */
void sim_journal_add_refusal (SimJournal *self, const char *what, guint status, gint64 time);
/* (transfer full) (element-type SimJournalEntry), oldest first. */
GPtrArray *sim_journal_get_entries (SimJournal *self);
guint64 sim_journal_get_total (SimJournal *self);
void sim_journal_clear (SimJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimJournal, sim_journal_unref)

typedef struct {
  const char *address; /* "127.0.0.1"; an IP literal */
  guint16 http_port;   /* 0: any */
  guint16 https_port;
  gboolean http, https;
  const SimCertificate *certificate; /* for https */
  SimAccounts *accounts;
  SimJournal *journal;
  SimClock *clock; /* for Date and the journal; socket deadlines are real time */
  const char *const
      *challenges;  /* values of WWW-Authenticate in order: "Negotiate", `Basic realm="WSMAN"` */
  guint64 max_body; /* bytes; above: 413. MaxEnvelopeSizekb * 1024 of the host */
  guint max_connections;     /* MaxConnections of the host */
  guint receive_deadline_ms; /* whole request head and body; 0: 120 s as Windows */
  guint idle_deadline_ms;    /* kept connection without a request; 0: 120 s */
  gboolean alpn; /* select http/1.1 when the client offers it; 2012 R2 selects nothing */
} SimListenerConfig;

/* Called for every authenticated request (and anonymous Identify). Ends by sim_exchange_complete
 * (). */
typedef void (*SimListenerHandler) (SimExchange *exchange, gpointer user_data);

SimListener *sim_listener_new (const SimListenerConfig *config, SimListenerHandler handler,
                               gpointer user_data);
/* Begins to accept; FALSE and an error naming address and port. */
gboolean sim_listener_start (SimListener *self, GError **error);
/* Closes everything; requests in progress are dropped (their exchanges still complete, unsent). */
void sim_listener_stop (SimListener *self);
void sim_listener_free (SimListener *self);
guint16 sim_listener_get_http_port (SimListener *self); /* 0: none */
guint16 sim_listener_get_https_port (SimListener *self);
guint sim_listener_get_n_connections (SimListener *self);
/* One line for each refusal: "refused #12 Pull Msvm_ComputerSystem: no a:MessageID". */
typedef void (*SimListenerLog) (const char *line, gpointer user_data);
void sim_listener_set_log (SimListener *self, SimListenerLog log, gpointer user_data);

G_END_DECLS
