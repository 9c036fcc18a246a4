/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>

#include "client/transport/transport-gss-private.h"

/* A process may end while a thread of ours is in GSSAPI. Then Kerberos' library aborts
 * (k5_mutex_lock: it destroys its locks in a destructor), and gss-ntlmssp crashes in an OpenSSL
 * that has cleaned up. So the end of the process waits until nobody is in there, and lets nobody in
 * any more; whoever is inside may go in once more, since only so he comes out. It is the process
 * that ends: this state is the process's, the only one of its kind. */

/* A KDC that does not answer is not waited for longer. */
#define WAIT_S 5

static struct {
  GMutex lock;
  GCond left;
  guint inside; /* threads */
  gboolean closed;
} gate;

/* How often this thread went in. */
static GPrivate depth;

static guint
get_depth (void)
{
  return GPOINTER_TO_UINT (g_private_get (&depth));
}

static void
close_gate (void)
{
  gint64 end = g_get_monotonic_time () + WAIT_S * G_TIME_SPAN_SECOND;
  guint own = get_depth () > 0 ? 1 : 0;

  g_mutex_lock (&gate.lock);
  gate.closed = TRUE;
  while (gate.inside > own && g_cond_wait_until (&gate.left, &gate.lock, end))
    continue;
  g_mutex_unlock (&gate.lock);
}

static void
before_fork (void)
{
  g_mutex_lock (&gate.lock);
}

static void
after_fork (void)
{
  g_mutex_unlock (&gate.lock);
}

/* The other threads stayed in the parent; their end would be waited for in vain. */
static void
in_child (void)
{
  gate.inside = get_depth () > 0 ? 1 : 0;
  g_cond_init (&gate.left);
  g_mutex_unlock (&gate.lock);
}

/* First OpenSSL's, then ours: they run in the other order. When the library is loaded, since a
 * thread that did it later could itself be in there when the process ends. The option does nothing
 * but that the handler of OpenSSL is there; without one it would not. */
static void __attribute__ ((constructor)) watch_end (void)
{
  OPENSSL_init_crypto (OPENSSL_INIT_ATFORK, NULL);
  atexit (close_gate);
  pthread_atfork (before_fork, after_fork, in_child);
}

gboolean
transport_gss_enter (GError **error)
{
  guint n = get_depth ();
  gboolean open = TRUE;

  if (n == 0) {
    g_mutex_lock (&gate.lock);
    open = !gate.closed;
    gate.inside += open ? 1 : 0;
    g_mutex_unlock (&gate.lock);
  }
  if (open)
    g_private_set (&depth, GUINT_TO_POINTER (n + 1));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         "the process is exiting, so nobody is logged in and nothing is sealed");
  return open;
}

void
transport_gss_leave (void)
{
  guint n = get_depth ();

  g_private_set (&depth, GUINT_TO_POINTER (n - 1));
  if (n > 1)
    return;
  g_mutex_lock (&gate.lock);
  gate.inside--;
  g_cond_broadcast (&gate.left);
  g_mutex_unlock (&gate.lock);
}
