/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include "client/base/hyperv-error.h"
#include "client/transport/transport-gss.h"

G_BEGIN_DECLS

struct _TransportGss {
  gatomicrefcount ref_count;
  TransportGssKind kind;
  char *host;
  char *spn;
  HypervCredentials *credentials;
  GBytes *binding;
  gboolean skip_kerberos;

  /* Of one thread at a time: a step's, or the channel's. */
  gss_OID mechanism;
  gss_cred_id_t cred;
  gss_name_t target;
  gss_ctx_id_t context;
  OM_uint32 flags;
  gboolean complete;
  const char *agreed; /* the mechanism, when it is complete */
  gboolean refused;
};

extern const gss_OID_desc transport_gss_oid_ntlm, transport_gss_oid_krb5, transport_gss_oid_spnego;
#define TRANSPORT_GSS_OID(name) ((gss_OID)&transport_gss_oid_##name)

/* One message of a status, as GSSAPI and the mechanism say it. */
char *transport_gss_explain (OM_uint32 major, OM_uint32 minor, gss_OID mechanism);

/* transport-gss-gate.c: around whatever calls GSSAPI, also within each other. FALSE with CANCELLED:
 * the process ends, it must not be called any more. */
gboolean transport_gss_enter (GError **error);
void transport_gss_leave (void);

/* transport-gss-begin.c: chooses credentials and target, and makes the first token. */
gboolean transport_gss_begin (TransportGss *self, gss_buffer_t token, GError **error);
/* One call of gss_init_sec_context(). */
OM_uint32 transport_gss_init (TransportGss *self, gss_buffer_t in, gss_buffer_t out,
                              OM_uint32 *minor);

G_END_DECLS
