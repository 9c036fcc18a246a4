/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/listener/listener-mech.h"

G_BEGIN_DECLS

/* Sealed bodies, `multipart/encrypted` (MS-WSMV 2.2.9.1). Cut by lengths, never by looking for the
 * boundary in ciphertext. */
#define SIM_SEAL_PARTS_MAX 64
#define SIM_SEAL_HEADER_MAX 1024 /* of a mechanism: 16 for NTLM, 60 for Kerberos with AES */
#define SIM_SEAL_LINE_MAX 512

/* How a client writes it, which the reply mirrors: Windows, pywinrm and Go indent the headers of a
 * part by a TAB, WinRM of Ruby and omicli do not, and omicli cannot read it; Exchange puts a blank
 * into the boundary. */
typedef struct {
  gboolean tab;
  gboolean blank;
  char *protocol; /* "application/HTTP-SPNEGO-session-encrypted" */
  char *type;     /* of what was sealed: "application/soap+xml;charset=UTF-8" */
} SimSealStyle;
SimSealStyle *sim_seal_style_new (void);
void sim_seal_style_free (SimSealStyle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimSealStyle, sim_seal_style_free)

gboolean sim_seal_is_sealed (const char *content_type);
/* The text of @body; NULL, and what is wrong with it. */
GBytes *sim_seal_open (const SimSession *session, GBytes *body, SimSealStyle *style,
                       const char **wrong);
/* @tamper: one bit of the signature is wrong on purpose. NULL: the mechanism cannot. */
GBytes *sim_seal_close (const SimSession *session, GBytes *text, const SimSealStyle *style,
                        const char *type, gboolean tamper);
char *sim_seal_get_content_type (const SimSealStyle *style);

G_END_DECLS
