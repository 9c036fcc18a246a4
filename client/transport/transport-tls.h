/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-trust.h"

G_BEGIN_DECLS

/* Where the chain of a peer is looked up. */
typedef struct {
  gboolean system;        /* the system's store */
  GTlsDatabase *database; /* else this one; NULL: the chain is not judged */
} TransportTlsStore;

/* Opens what @trust (NULL: the system's store) asks for. The error names the CA file. */
gboolean transport_tls_open_store (const HypervTrust *trust, TransportTlsStore *store,
                                   GError **error);

/* "TLS 1.3" (transfer full) */
char *transport_tls_version (GTlsConnection *tls);
/* "tls-server-end-point:" and the hash of the peer's certificate (RFC 5929), by the algorithm of
 * its signature and at least SHA-256; NULL when there is none for it. */
GBytes *transport_tls_binding (GTlsConnection *tls);
/* Our certificate and key from a PEM file; the error names it. */
GTlsCertificate *transport_tls_load (const char *file, GError **error);

/* SHA-256 of the certificate's DER as 64 lower-case hex digits. */
char *transport_tls_fingerprint (GTlsCertificate *certificate);

/* Whether @trust lets the peer at @where, called @host, be talked to. @certificate is NULL when it
 * showed none; @flags are what GIO found wrong. @verified: whether chain or pin say who it is. */
gboolean transport_tls_judge (const HypervTrust *trust, GTlsCertificate *certificate,
                              GTlsCertificateFlags flags, const char *host, const char *where,
                              gboolean *verified, GError **error);

/* transport-known.c: what the known-hosts file of @trust says of the host at @where. */
typedef enum { TRANSPORT_KNOWN_NOT, TRANSPORT_KNOWN_SAME, TRANSPORT_KNOWN_ERROR } TransportKnown;
TransportKnown transport_known_look (const HypervTrust *trust, const char *where,
                                     const char *fingerprint, GError **error);
/* Adds a line; makes the file. */
gboolean transport_known_add (const HypervTrust *trust, const char *where, const char *fingerprint,
                              GError **error);

G_END_DECLS
