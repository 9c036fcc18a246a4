/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-auth.h"

#include <string.h>

#include "client/base/hyperv-error.h"

#define MAX_OFFERED 16     /* schemes named in a message */
#define MAX_OFFER_NAME 100 /* bytes of one; DMTF's URIs have 58 */

#define MAX_TOKEN (64 * 1024) /* bytes of base64; a ticket of Windows may have 48 kB */

/* Strongest first. */
static const TransportAuthScheme *const schemes[] = {
  &transport_auth_kerberos,    &transport_auth_negotiate, &transport_auth_ntlm,
  &transport_auth_certificate, &transport_auth_credssp,   &transport_auth_basic,
};

const TransportAuthScheme *
transport_auth_find (const char *name, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_ascii_strcasecmp (name, schemes[i]->name) == 0)
      return schemes[i];
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", schemes[i]->name);
  }
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
               "auth=%s: no such way of logging in is known; known: %s", name, known->str);
  return NULL;
}

const TransportAuthScheme *
transport_auth_get (guint n)
{
  return n < G_N_ELEMENTS (schemes) ? schemes[n] : NULL;
}

const TransportAuthScheme *
transport_auth_find_only (const TransportAuthSetup *setup)
{
  const TransportAuthScheme *only = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (!schemes[i]->check (setup, NULL))
      continue;
    if (only != NULL)
      return NULL;
    only = schemes[i];
  }
  return only;
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

const char *
transport_auth_is_offered (const TransportAuthScheme *scheme, GPtrArray *offered)
{
  for (guint i = 0; i < offered->len; i++) {
    const char *word = g_ptr_array_index (offered, i);

    if (g_ascii_strcasecmp (word, scheme->token) == 0)
      return scheme->token;
    if (scheme->other_token != NULL && g_ascii_strcasecmp (word, scheme->other_token) == 0)
      return scheme->other_token;
  }
  return NULL;
}

char *
transport_auth_list (GPtrArray *offered)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < offered->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            (const char *)g_ptr_array_index (offered, i));
  if (list->len == 0)
    g_string_append (list, "nothing");
  return g_string_free (list, FALSE);
}

GBytes *
transport_auth_parse_token (const char *value, const char *word, GError **error)
{
  gsize length = strlen (word);
  g_autofree char *coded = NULL;
  guchar *data;
  gsize size = 0;

  if (g_ascii_strncasecmp (value, word, length) != 0 || strchr (" \t", value[length]) == NULL
      || value[length] == '\0')
    return NULL;
  value += length + strspn (value + length, " \t");
  coded = g_strndup (value, strcspn (value, " \t,"));
  length = strlen (coded);
  if (length == 0)
    return NULL;
  if (length > MAX_TOKEN || length % 4 != 0
      || strspn (coded, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
             != length) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "expected a token in base64 of at most %d characters after \"%s\", found %zu "
                 "characters that are none",
                 MAX_TOKEN, word, length);
    return NULL;
  }
  data = g_base64_decode (coded, &size);
  return g_bytes_new_take (data, size);
}

GError *
transport_auth_refused (const TransportAuthScheme *scheme, HypervCredentials *credentials,
                        const char *where, GPtrArray *offered)
{
  const char *user = hyperv_credentials_get_user (credentials);
  g_autofree char *list = transport_auth_list (offered);
  const char *word = transport_auth_is_offered (scheme, offered);
  static const char refused[]
      = "check the password, and that this account may use WinRM (administrators, or the group "
        "Remote Management Users)";

  if (word != NULL)
    return g_error_new (HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
                        "%s did not let %s%s%s in with %s (offered: %s); %s", where,
                        *user != '\0' ? "\"" : "", *user != '\0' ? user : "us",
                        *user != '\0' ? "\"" : "", word, list,
                        scheme->refused != NULL ? scheme->refused : refused);
  return g_error_new (HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
                      "%s does not offer %s, with which \"%s\" was to log in (offered: %s); allow "
                      "it on the host: %s",
                      where, scheme->token, user, list, scheme->enable);
}
