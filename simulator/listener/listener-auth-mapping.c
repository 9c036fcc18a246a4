/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-private.h"

#include <string.h>

/* Certificate mappings: which account a client certificate speaks for (MS-WSMV 2.2.4.3 and
 * 3.1.4.1.35). The listener finds whether any fits; which one, the resource decides, and that
 * stands in the message. */

static void
mapping_free (gpointer data)
{
  SimCertificateMapping *mapping = data;

  g_free (mapping->subject);
  g_free (mapping->user);
  g_free (mapping->issuer);
  g_free (mapping->uri);
  g_free (mapping);
}

void
sim_auth_realm_set_certificate_users (SimAuthRealm *self, const SimCertificateUser *users,
                                      gsize n_users)
{
  g_clear_pointer (&self->certificate_users, g_ptr_array_unref);
  self->certificate_users = g_ptr_array_new_with_free_func (mapping_free);
  for (gsize i = 0; i < n_users; i++) {
    SimCertificateMapping *mapping = g_new0 (SimCertificateMapping, 1);

    mapping->subject = g_utf8_casefold (users[i].subject, -1);
    mapping->user = g_strdup (users[i].user);
    mapping->issuer = g_strdup (users[i].issuer);
    mapping->uri = g_strdup (users[i].uri);
    g_ptr_array_add (self->certificate_users, mapping);
  }
}

/* A star at one end stands for anything. */
static gboolean
fits (const char *pattern, const char *text)
{
  gsize length = strlen (pattern), text_length = strlen (text);

  if (*pattern == '*')
    return text_length >= length - 1
           && g_ascii_strcasecmp (text + text_length - (length - 1), pattern + 1) == 0;
  if (length > 0 && pattern[length - 1] == '*')
    return g_ascii_strncasecmp (text, pattern, length - 1) == 0;
  return g_ascii_strcasecmp (pattern, text) == 0;
}

static gboolean
is_candidate (const SimCertificateMapping *mapping, const char *subject, const char *issuer,
              const char *uri)
{
  return fits (mapping->subject, subject)
         && (mapping->issuer == NULL || g_ascii_strcasecmp (mapping->issuer, issuer) == 0)
         && (uri == NULL || mapping->uri == NULL || fits (mapping->uri, uri));
}

/* Positive: @a is the closer one. */
static int
compare (const SimCertificateMapping *a, const SimCertificateMapping *b)
{
  gsize a_subject = strlen (a->subject), b_subject = strlen (b->subject);
  gsize a_uri = a->uri != NULL ? strlen (a->uri) : 0, b_uri = b->uri != NULL ? strlen (b->uri) : 0;

  if (a_subject != b_subject)
    return a_subject > b_subject ? 1 : -1;
  return a_uri == b_uri ? 0 : a_uri > b_uri ? 1 : -1;
}

const char *
sim_auth_realm_map (const SimAuthRealm *self, const char *subject, const char *issuer,
                    const char *uri)
{
  g_autofree char *folded = g_utf8_casefold (subject, -1);
  const SimCertificateMapping *best = NULL;
  gboolean ambiguous = FALSE;

  for (guint i = 0; i < self->certificate_users->len; i++) {
    const SimCertificateMapping *mapping = g_ptr_array_index (self->certificate_users, i);
    int order;

    if (!is_candidate (mapping, folded, issuer, uri))
      continue;
    order = best != NULL ? compare (mapping, best) : 1;
    ambiguous = order == 0 || (order < 0 && ambiguous);
    if (order > 0)
      best = mapping;
  }
  /* without the resource they all may be the one */
  return best != NULL && (uri == NULL || !ambiguous) ? best->user : NULL;
}

gboolean
sim_listener_map_certificate (SimListener *self, SimExchange *exchange)
{
  const char *mapped;
  g_autofree char *user = NULL;
  SimAccountAnswer answer;

  g_return_val_if_fail (self != NULL && exchange->certificate_subject != NULL, FALSE);

  mapped = sim_auth_realm_map (self->realm, exchange->certificate_subject,
                               exchange->certificate_issuer, exchange->resource);
  if (mapped == NULL)
    return FALSE;
  answer = sim_accounts_ask (self->accounts, mapped, NULL, NULL, &user);
  if (answer != SIM_ACCOUNT_ANSWER_YES && answer != SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS)
    return FALSE;
  g_free (exchange->user);
  exchange->user = g_steal_pointer (&user);
  exchange->denied = answer == SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS;
  return TRUE;
}
