/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/transport/transport-private.h"

/* The strongest scheme that the host offers and that is allowed here; what is not taken is noted
 * with its reason, and all of that is the error when nothing is left. */

void
transport_choose_note (Transport *self, const char *name, const char *reason)
{
  if (self->reasons == NULL)
    self->reasons = g_string_new (NULL);
  g_string_append_printf (self->reasons, "%s%s: %s", self->reasons->len > 0 ? "; " : "", name,
                          reason);
  transport_log_auth (self, "%s is not taken: %s", name, reason);
}

gboolean
transport_choose_is_over (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

void
transport_choose_forget (Transport *self)
{
  self->scheme = NULL;
  self->chosen = FALSE;
  self->word = NULL;
  self->kerberos_failed = FALSE;
  self->replied = FALSE;
  if (self->reasons != NULL)
    g_string_free (g_steal_pointer (&self->reasons), TRUE);
}

/* A name without a domain, with a password, is an account of that machine, as for Windows' own
 * clients: Windows has no Kerberos for those, and krb5 would take them for users of its default
 * realm, whose KDC may be far away, or anybody's (Debian's is MIT's). */
gboolean
transport_choose_kerberos_fits (Transport *self)
{
  const char *user = hyperv_credentials_get_user (self->credentials);
  gboolean has_domain = strpbrk (user, "\\@") != NULL;

  return has_domain || *hyperv_credentials_get_password (self->credentials) == '\0';
}

/* FALSE with an error: there is no use in going on. */
static gboolean
is_allowed (Transport *self, const TransportAuthScheme *scheme, GPtrArray *offered, GError **fatal)
{
  const TransportAuthSetup setup = { self->credentials, self->https, self->certificate != NULL };
  g_autofree char *absent = NULL;
  g_autoptr (GError) error = NULL;

  if (transport_auth_is_offered (scheme, offered) == NULL) {
    absent = g_strdup_printf ("not offered (%s)", scheme->enable);
    transport_choose_note (self, scheme->name, absent);
    return FALSE;
  }
  if (scheme->handshake && scheme->gss == TRANSPORT_GSS_KERBEROS
      && !transport_choose_kerberos_fits (self)) {
    transport_choose_note (self, scheme->name,
                           "not tried for a user without a domain (auth=kerberos would)");
    return FALSE;
  }
  if (scheme->check (&setup, &error)
      && transport_auth_may_send (scheme, self->https, self->allow_clear, self->proxied, self->peer,
                                  self->where, &error))
    return TRUE;
  if (transport_choose_is_over (error))
    g_propagate_error (fatal, g_steal_pointer (&error));
  else
    transport_choose_note (self, scheme->name, error->message);
  return FALSE;
}

static guint
index_of (const TransportAuthScheme *scheme)
{
  guint n = 0;

  while (transport_auth_get (n) != scheme)
    n++;
  return n;
}

gboolean
transport_choose (Transport *self, GPtrArray *offered, GError **error)
{
  guint n = self->scheme != NULL ? index_of (self->scheme) + 1 : 0;
  const char *user = hyperv_credentials_get_user (self->credentials);
  g_autoptr (GError) fatal = NULL;

  self->chosen = TRUE;
  for (; fatal == NULL && transport_auth_get (n) != NULL; n++) {
    self->scheme = transport_auth_get (n);
    if (!is_allowed (self, self->scheme, offered, &fatal))
      continue;
    transport_log_auth (self, "%s is taken; offered: %s", self->scheme->name, self->offer);
    return TRUE;
  }
  if (fatal != NULL) {
    transport_choose_forget (self);
    g_propagate_prefixed_error (error, g_steal_pointer (&fatal), "%s: ", self->where);
    return FALSE;
  }
  self->scheme = NULL;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
               "%s: found no way to log \"%s\" in (offered: %s). Tried, strongest first: %s",
               self->where, user, self->offer, self->reasons->str);
  g_string_free (g_steal_pointer (&self->reasons), TRUE);
  return FALSE;
}
