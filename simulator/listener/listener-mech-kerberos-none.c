/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-mech.h"

/* Instead of listener-mech-kerberos.c where there is no GSSAPI: a host with a keytab is not
 * started, so that the mechanism is never used. */
gboolean
sim_mech_kerberos_check (const char *keytab, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "Cannot use the Kerberos keytab %s: built without GSSAPI (-Dgssapi=enabled)",
               keytab);
  return FALSE;
}

const SimMech sim_mech_kerberos = { .name = "Kerberos" };
