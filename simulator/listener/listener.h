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
/* Those of @others, which come before ours of the same name. */
void sim_accounts_add (SimAccounts *self, SimAccounts *others);
gboolean sim_accounts_remove (SimAccounts *self, const char *user);
typedef enum {
  SIM_ACCOUNT_GOOD,
  SIM_ACCOUNT_WITHOUT_RIGHTS, /* may log in; everything but Identify is AccessDenied */
  SIM_ACCOUNT_LOCKED,         /* these may not, whatever the password; Windows' answer is 401 */
  SIM_ACCOUNT_EXPIRED,
  SIM_ACCOUNT_DISABLED,
  SIM_ACCOUNT_MUST_CHANGE /* its password, at the next logon at the console */
} SimAccountState;
/* FALSE: there is no such account. */
gboolean sim_accounts_set_state (SimAccounts *self, const char *user, SimAccountState state);
/* How an account answers to somebody who wants to log in with it. */
typedef enum {
  SIM_ACCOUNT_ANSWER_UNKNOWN, /* no such account, or wrong password */
  SIM_ACCOUNT_ANSWER_YES,
  SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS,
  SIM_ACCOUNT_ANSWER_LOCKED,
  SIM_ACCOUNT_ANSWER_EXPIRED,
  SIM_ACCOUNT_ANSWER_DISABLED,
  SIM_ACCOUNT_ANSWER_MUST_CHANGE
} SimAccountAnswer;
/* @proves: shown the password, says whether the client knows it; NULL: somebody else vouches for
 * it. *spelling: the account's own; NULL when it is not known. */
typedef gboolean (*SimAccountProof) (const char *password, gpointer data);
/* @given: the password itself, compared in constant time. */
gboolean sim_accounts_prove_by_password (const char *password, gpointer given);
SimAccountAnswer sim_accounts_ask (SimAccounts *self, const char *user, SimAccountProof proves,
                                   gpointer data, char **spelling);
/* User names are compared without regard to case and with any `DOMAIN\` or `@domain` taken off;
 * passwords in constant time. Returns the account's own spelling, or NULL. (transfer full) */
char *sim_accounts_check (SimAccounts *self, const char *user, const char *password);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimAccounts, sim_accounts_unref)

/* A self-signed P-256 certificate that is its own CA file, for IP and DNS names of loopback. */
typedef struct {
  char *certificate_pem;
  char *key_pem;
  char *authority_pem; /* the CA file: but for a weak one the certificate itself */
  char *fingerprint;   /* SHA-256, lower-case hex of the DER */
} SimCertificate;
SimCertificate *sim_certificate_new (const char *computer_name, GError **error);
/* One that a client should not trust. */
typedef enum {
  SIM_CERTIFICATE_GOOD,
  SIM_CERTIFICATE_EXPIRED,    /* since yesterday */
  SIM_CERTIFICATE_NOT_YET,    /* valid from tomorrow */
  SIM_CERTIFICATE_OTHER_HOST, /* for other.example only */
  SIM_CERTIFICATE_WEAK        /* RSA of 1024 bits, signed by an authority with SHA-1 */
} SimCertificateFault;
SimCertificate *sim_certificate_new_faulty (const char *computer_name, SimCertificateFault fault,
                                            GError **error);
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
  char **selectors; /* "Name=Value"; NULL: none */
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
/* Waits until the total is more than @seen, at most so long by the machine's time. Returns how many
 * milliseconds are left. */
guint sim_journal_wait (SimJournal *self, guint64 seen, guint milliseconds);
void sim_journal_clear (SimJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimJournal, sim_journal_unref)

/* CbtHardeningLevel of WinRM. */
typedef enum {
  SIM_CHANNEL_BINDING_RELAXED, /* right where the client sends one */
  SIM_CHANNEL_BINDING_NONE,
  SIM_CHANNEL_BINDING_STRICT /* demanded over TLS */
} SimChannelBinding;

/* A client certificate whose subject is this speaks for this account: a row of winrm/config's
 * certificate mappings (MS-WSMV 2.2.4.3). */
typedef struct {
  const char *subject; /* the UPN among its alternative names, or its CN; a star at one end */
  const char *user;
  const char *issuer; /* SHA-1 of who signed it, in hex; NULL: whoever it was */
  const char *uri;    /* of the resources, a star at its end; NULL: of all */
} SimCertificateUser;

typedef struct {
  const char *computer_name; /* NULL: SIMHOST */
  gboolean refuse_clear;     /* AllowUnencrypted=false: over http only sealed bodies */
  SimChannelBinding channel_binding;
  const char *keytab;    /* of the principals HTTP/… and host/…; NULL: no Kerberos */
  const char *client_ca; /* PEM: who signed the client certificates; NULL: they are not asked for */
  const SimCertificateUser *certificate_users;
  gsize n_certificate_users;
} SimAuthConfig;

/* What goes wrong on purpose, a number of times. */
typedef enum {
  SIM_AUTH_FAILURE_NONE,
  SIM_AUTH_FAILURE_REFUSAL,         /* right credentials get a 401, too */
  SIM_AUTH_FAILURE_TRUNCATED_TOKEN, /* half of the token in WWW-Authenticate */
  SIM_AUTH_FAILURE_DROPPED_CONTEXT, /* a connection that was authenticated is not any more: 401 */
  SIM_AUTH_FAILURE_WRONG_SEQUENCE,  /* the sealed reply has the number of the next one */
  SIM_AUTH_FAILURE_BAD_SIGNATURE,   /* one bit of the sealed reply's signature is wrong */
  SIM_AUTH_FAILURE_UNSEALED_REPLY,  /* a sealed request is answered in clear */
  SIM_AUTH_FAILURE_CLOCK_SKEW,      /* Kerberos: KRB_AP_ERR_SKEW */
  SIM_AUTH_N_FAILURES
} SimAuthFailure;

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
  SimAuthConfig auth;
} SimListenerConfig;

/* Called for every authenticated request (and anonymous Identify). Ends by sim_exchange_complete
 * (). */
typedef void (*SimListenerHandler) (SimExchange *exchange, gpointer user_data);

SimListener *sim_listener_new (const SimListenerConfig *config, SimListenerHandler handler,
                               gpointer user_data);
/* Begins to accept; FALSE and an error naming address and port. */
gboolean sim_listener_start (SimListener *self, GError **error);
/* Cuts all connections and goes on listening; requests in progress are dropped. */
void sim_listener_cut (SimListener *self);
/* From now on, @count times; on the listener's thread. */
void sim_listener_fail_auth (SimListener *self, SimAuthFailure failure, guint count);

/* What winrm/config can change while it listens; from the next request on. */
typedef struct {
  const char *const *challenges;
  gboolean refuse_clear;
  SimChannelBinding channel_binding;
  const SimCertificateUser *certificate_users;
  gsize n_certificate_users;
  guint64 max_body;
  guint max_connections;
  guint receive_deadline_ms; /* 0: 120 s */
} SimListenerSettings;
void sim_listener_configure (SimListener *self, const SimListenerSettings *settings);
/* Where it listens. Several of one address and port share its socket, as http.sys does it. */
typedef struct {
  const char *address; /* an IP literal */
  guint16 port;        /* not 0 */
  gboolean secure;
  const char *path; /* "/wsman" */
} SimListenerPlace;
/* Listens at these places and at no others; connections that are there stay. FALSE: one could not
 * be opened (an error of GIO's, naming it), and all is as it was. */
gboolean sim_listener_listen (SimListener *self, const SimListenerPlace *places, gsize n_places,
                              GError **error);
/* Whose the exchange is, now that its resource is known: a client certificate may be mapped by it.
 * FALSE: no mapping of the certificate fits, or its account may not log in. */
gboolean sim_listener_map_certificate (SimListener *self, SimExchange *exchange);
/* SHA-1 of a PEM certificate in lower-case hex, and its CN; NULL and FALSE: it is none. */
gboolean sim_certificate_describe (const char *pem, char **thumbprint, char **name);
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
