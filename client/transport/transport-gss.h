/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-credentials.h"
#include "client/base/hyperv-error-private.h"

G_BEGIN_DECLS

/* One login through GSSAPI, from the first token to the sealed messages: Kerberos of MIT krb5, NTLM
 * of gss-ntlmssp, and SPNEGO around both. Without the build option `gssapi` everything here answers
 * NOT_SUPPORTED (transport-gss-none.c). */
typedef struct _TransportGss TransportGss;

typedef enum {
  TRANSPORT_GSS_NEGOTIATE, /* SPNEGO: Kerberos when there is a ticket, else NTLM; without Kerberos
                            * bare NTLM */
  TRANSPORT_GSS_KERBEROS,
  TRANSPORT_GSS_NTLM
} TransportGssKind;

typedef struct {
  TransportGssKind kind;
  const char *host;               /* name or literal */
  const char *spn;                /* "SERVICE/HOST"; NULL: host, HTTP, WSMAN in this order */
  HypervCredentials *credentials; /* an empty password: the ticket cache */
  gboolean skip_kerberos;         /* it was tried just now, or makes no sense */
} TransportGssSetup;

/* Whether the library has the mechanisms of @kind; NOT_SUPPORTED says what to install. */
gboolean transport_gss_check (TransportGssKind kind, GError **error);
/* Whether there is a ticket cache that names somebody. */
gboolean transport_gss_has_ticket (void);

TransportGss *transport_gss_new (const TransportGssSetup *setup);
TransportGss *transport_gss_ref (TransportGss *self);
void transport_gss_unref (TransportGss *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TransportGss, transport_gss_unref)

/* Does what may take long, in a thread of its own: reads files, and of Kerberos asks a KDC for
 * tickets. To be called once, before there is a connection, which would not be kept so long. A
 * cancelled one answers at once and ends there when it may. A failure is AUTH_FAILED with GSSAPI's
 * own texts. */
void transport_gss_prepare_async (TransportGss *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean transport_gss_prepare_finish (TransportGss *self, GAsyncResult *result, GError **error);
/* tls-server-end-point and its hash, of the connection that is to be logged in; NULL: none. Begins
 * a login, also another one after one that was not ended. */
void transport_gss_bind (TransportGss *self, GBytes *binding);

/* Takes the host's token (NULL at the start) and makes the next one, as above. @token: NULL when
 * there is none to send. */
void transport_gss_step_async (TransportGss *self, GBytes *token, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean transport_gss_step_finish (TransportGss *self, GAsyncResult *result, GBytes **token,
                                    GError **error);

gboolean transport_gss_is_complete (TransportGss *self);
/* Whether the password itself was refused, so that another try would count towards a lock-out. */
gboolean transport_gss_is_refused (TransportGss *self);
/* "kerberos" or "ntlm"; NULL before completion. */
const char *transport_gss_get_mechanism (TransportGss *self);
/* Whether messages can be signed and encrypted. */
gboolean transport_gss_can_seal (TransportGss *self);

/* A message as MS-WSMV 2.2.9.1 cuts it: @header, and @data of *@length bytes in place of the text.
 * Of Kerberos with padding the data is longer than the text. */
gboolean transport_gss_wrap (TransportGss *self, const char *text, gsize length,
                             GByteArray **header, GByteArray **data, GError **error);
/* Opens @data in place. A bad signature and an order that is not the host's are PROTOCOL. */
gboolean transport_gss_unwrap (TransportGss *self, const guint8 *header, gsize header_length,
                               guint8 *data, gsize length, gsize *opened, GError **error);

G_END_DECLS
