/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-auth.h"

#include <string.h>

#include "client/base/hyperv-error.h"

#define MAX_OFFERED 16     /* schemes named in a message */
#define MAX_OFFER_NAME 100 /* bytes of one; DMTF's URIs have 58 */

/* Strongest first. */
static const TransportAuthScheme *const schemes[] = {
  &transport_auth_basic,
};

const TransportAuthScheme *
transport_auth_find (const char *name, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  if (name == NULL)
    return schemes[0];
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_ascii_strcasecmp (name, schemes[i]->name) == 0)
      return schemes[i];
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", schemes[i]->name);
  }
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
               "auth=%s: no such way of logging in is known; known: %s", name, known->str);
  return NULL;
}

/* A plain memset before free may be optimised away. */
void
transport_auth_wipe (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

gboolean
transport_auth_may_send (const TransportAuthScheme *scheme, gboolean encrypted,
                         gboolean allow_clear, gboolean proxied, GInetAddress *peer,
                         const char *where, GError **error)
{
  g_autofree char *address = NULL;

  if (!scheme->shows_password || encrypted || allow_clear)
    return TRUE;
  if (!proxied && peer != NULL && g_inet_address_get_is_loopback (peer))
    return TRUE;
  address = peer != NULL ? g_inet_address_to_string (peer) : g_strdup ("unknown");
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
               "%s (%s %s): %s over plain HTTP sends the password readable, which is done only to "
               "a loopback address without a proxy; nothing was sent. Use https, or allow it with "
               "transport=http&auth=%s",
               where, proxied ? "through the proxy at" : "connected to", address, scheme->token,
               scheme->name);
  return FALSE;
}

/* End of the list item at @text: the next comma that is not within quotes, or the end. */
static const char *
item_end (const char *text)
{
  gboolean quoted = FALSE;

  for (; *text != '\0'; text++) {
    if (quoted && *text == '\\' && text[1] != '\0')
      text++;
    else if (*text == '"')
      quoted = !quoted;
    else if (*text == ',' && !quoted)
      break;
  }
  return text;
}

void
transport_auth_parse_offer (const char *value, GPtrArray *offered)
{
  while (*value != '\0' && offered->len < MAX_OFFERED) {
    const char *end = item_end (value);
    const char *word = value + strspn (value, " \t,");
    gsize length = MIN (strcspn (word, " \t,"), MAX_OFFER_NAME);

    /* `realm="x"` after a comma belongs to the scheme before it. */
    if (word < end && memchr (word, '=', length) == NULL)
      g_ptr_array_add (offered, g_utf8_make_valid (word, (gssize)length));
    value = *end == ',' ? end + 1 : end;
  }
}

static gboolean
is_offered (const TransportAuthScheme *scheme, GPtrArray *offered)
{
  for (guint i = 0; i < offered->len; i++) {
    if (g_ascii_strcasecmp (g_ptr_array_index (offered, i), scheme->token) == 0)
      return TRUE;
  }
  return FALSE;
}

GError *
transport_auth_refused (const TransportAuthScheme *scheme, HypervCredentials *credentials,
                        const char *where, GPtrArray *offered)
{
  const char *user = hyperv_credentials_get_user (credentials);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < offered->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            (const char *)g_ptr_array_index (offered, i));
  if (list->len == 0)
    g_string_append (list, "nothing");
  if (is_offered (scheme, offered))
    return g_error_new (HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
                        "%s did not let \"%s\" in with %s (offered: %s); check the password, and "
                        "that this account may use WinRM (administrators, or the group Remote "
                        "Management Users)",
                        where, user, scheme->token, list->str);
  return g_error_new (HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
                      "%s does not offer %s, with which \"%s\" was to log in (offered: %s); allow "
                      "it on the host: %s",
                      where, scheme->token, user, list->str, scheme->enable);
}
