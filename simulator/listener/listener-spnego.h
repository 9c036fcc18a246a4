/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-der.h"

G_BEGIN_DECLS

/* SPNEGO's two messages (RFC 4178, 4.2) as bytes; no state. */
#define SIM_SPNEGO_MECHS_MAX 16

typedef enum {
  SIM_SPNEGO_OTHER,
  SIM_SPNEGO_NTLM,
  SIM_SPNEGO_KERBEROS,
  SIM_SPNEGO_KERBEROS_MICROSOFT /* Kerberos under the number that Windows 2000 mistyped */
} SimSpnegoMech;

typedef enum {
  SIM_SPNEGO_COMPLETED = 0,
  SIM_SPNEGO_INCOMPLETE = 1,
  SIM_SPNEGO_REJECTED = 2,
  SIM_SPNEGO_REQUEST_MIC = 3
} SimSpnegoState;

typedef struct {
  gboolean initial; /* NegTokenInit */
  SimDer mech_list; /* the list as encoded: what its signature is about */
  SimSpnegoMech mechs[SIM_SPNEGO_MECHS_MAX];
  gsize n_mechs;
  gboolean has_token, has_mic;
  SimDer token, mic;
} SimSpnegoToken;

/* FALSE: no such message, or something comes after it. Points into @data. */
gboolean sim_spnego_read (SimSpnegoToken *self, const guint8 *data, gsize size);
/* A raw token of a mechanism in GSS-API's framing (RFC 2743, 3.1). */
gboolean sim_spnego_is_kerberos (const guint8 *data, gsize size);
/* NegTokenResp; @mech SIM_SPNEGO_OTHER, @token NULL and @mic NULL are left out. */
GByteArray *sim_spnego_write (SimSpnegoState state, SimSpnegoMech mech, const GByteArray *token,
                              const GByteArray *mic);

G_END_DECLS
