/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A throwaway KDC of MIT krb5 on loopback, for the realm HYPERV.TEST, touching no file of the
 * system. Starts before any thread, since it sets KRB5_CONFIG, KRB5_KTNAME, KRB5CCNAME and
 * KRB5RCACHETYPE for this process. */
typedef struct _Kdc Kdc;

/* NULL with @why when this machine has none. @services: principals of the keytab, such as
 * "HTTP/127.0.0.1", NULL at the end. The user is "anna", with the password given. */
Kdc *kdc_start (const char *const *services, const char *password, const char **why);
/* Makes a ticket cache for anna, as kinit does. */
void kdc_get_ticket (Kdc *self, const char *password);
/* "anna@SILENT.TEST" is of a realm whose KDC takes connections, but never says a word. */
void kdc_drop_ticket (Kdc *self);
void kdc_stop (Kdc *self);

/* The files of gss-ntlmssp's acceptor: "WORK:anna:password". FALSE with @why without it. */
char *ntlm_start (const char *password, const char **why);
void ntlm_stop (char *folder);

G_END_DECLS
