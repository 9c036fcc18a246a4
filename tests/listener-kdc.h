/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A Kerberos realm that lives as long as a test program: its own folder, its own port of loopback,
 * no file of the system. Sets KRB5_CONFIG, KRB5_KTNAME and the like: begin it before any thread. */
typedef struct _Kdc Kdc;
#define KDC_REALM "SIM.TEST"
#define KDC_PASSWORD "secret" /* of administrator@ and guest@ */

/* NULL: it cannot run here, and *why. */
Kdc *kdc_new (char **why);
void kdc_free (Kdc *self);

G_END_DECLS
