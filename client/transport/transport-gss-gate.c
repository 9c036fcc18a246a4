/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "client/transport/transport-gss-private.h"

/* A process may end while a thread of ours is in GSSAPI. Then Kerberos' library aborts
 * (k5_mutex_lock: it destroys its locks in a destructor), and gss-ntlmssp crashes in an OpenSSL
 * that has cleaned up. So the end of the process waits until nobody is in there, and lets nobody in
 * any more. It is the process that ends: this state is the process's, the only one of its kind. */

/* A KDC that does not answer is not waited for longer. */
#define WAIT_S 5

static struct {
  GMutex lock;
  GCond left;
  guint inside;
  gboolean closed;
} gate;

static void
close_gate (void)
{
  gint64 end = g_get_monotonic_time () + WAIT_S * G_TIME_SPAN_SECOND;

  g_mutex_lock (&gate.lock);
  gate.closed = TRUE;
  while (gate.inside > 0 && g_cond_wait_until (&gate.left, &gate.lock, end))
    continue;
  g_mutex_unlock (&gate.lock);
}

gboolean
transport_gss_enter (GError **error)
{
  static gsize watched;
  gboolean open;

  if (g_once_init_enter (&watched)) {
    /* First OpenSSL's, then ours: they run in the other order. Without an option it would do
     * nothing. */
    OPENSSL_init_crypto (OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL);
    atexit (close_gate);
    g_once_init_leave (&watched, 1);
  }
  g_mutex_lock (&gate.lock);
  open = !gate.closed;
  gate.inside += open ? 1 : 0;
  g_mutex_unlock (&gate.lock);
  if (!open)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the process is ending");
  return open;
}

void
transport_gss_leave (void)
{
  g_mutex_lock (&gate.lock);
  gate.inside--;
  g_cond_broadcast (&gate.left);
  g_mutex_unlock (&gate.lock);
}
