/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-uri-private.h"

#include <string.h>

#include "client/base/hyperv-error.h"

#define SCHEME "hyperv"
#define URI_MAX 8192 /* bytes */
#define HOST_MAX 255 /* bytes; a DNS name has no more */

/* A URI cut into its pieces, the query still encoded. */
typedef struct {
  char *scheme;
  char *user;
  char *password;
  char *host;
  int port; /* -1: none */
  char *path;
  char *query;
  char *fragment;
} Pieces;

G_DEFINE_BOXED_TYPE (HypervUri, hyperv_uri, hyperv_uri_ref, hyperv_uri_unref)

static void
pieces_clear (Pieces *pieces)
{
  if (pieces->password != NULL)
    explicit_bzero (pieces->password, strlen (pieces->password));
  g_free (pieces->scheme);
  g_free (pieces->user);
  g_free (pieces->password);
  g_free (pieces->host);
  g_free (pieces->path);
  g_free (pieces->query);
  g_free (pieces->fragment);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pieces, pieces_clear)

static void
uri_clear (gpointer data)
{
  HypervUri *self = data;

  g_free (self->user);
  g_free (self->host);
  for (guint i = 0; i < HYPERV_URI_N_PARAMETERS; i++)
    g_free (self->values[i]);
  g_clear_pointer (&self->trust, hyperv_trust_unref);
}

static gboolean
check_whole (const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length > URI_MAX)
    return hyperv_uri_fail (error, "it is %zu bytes long, at most %d are taken", length, URI_MAX);
  if (!g_utf8_validate (text, (gssize)length, NULL))
    return hyperv_uri_fail (error, "it is not UTF-8");
  return hyperv_uri_check_text (text, "it", error);
}

/* Only a port of digits is shown: "user:pass/word@host" looks like a port, too. */
static gboolean
fail_port (const char *text, GError **error)
{
  const char *authority = strstr (text, "://") + 3;
  g_autofree char *part = g_strndup (authority, strcspn (authority, "/?#"));
  const char *at = strrchr (part, '@');
  const char *host = at != NULL ? at + 1 : part;
  const char *port = strrchr (host, ':');

  if (port != strchr (host, ':') && *host != '[')
    return hyperv_uri_fail (error, "an IPv6 address must be in brackets: hyperv://[::1]/");
  if (port != NULL && port[1 + strspn (port + 1, "0123456789")] == '\0')
    return hyperv_uri_fail (error, "port %s is not in the range from 1 to 65535", port + 1);
  return hyperv_uri_fail (error, "the port is not a number from 1 to 65535");
}

/* GUri's own messages are translated, and may repeat what should have been a secret. */
static gboolean
fail_syntax (const char *text, int code, GError **error)
{
  static const struct {
    int code;
    const char *message;
  } rows[] = {
    { G_URI_ERROR_BAD_SCHEME, "the scheme cannot be read" },
    { G_URI_ERROR_BAD_USER, "the user name has a bad %-encoding or is not UTF-8" },
    { G_URI_ERROR_BAD_PASSWORD, "the user name has a bad %-encoding or is not UTF-8" },
    { G_URI_ERROR_BAD_HOST, "the host is neither a name, an IPv4 address nor an IPv6 address in "
                            "brackets (zone ids are not supported)" },
    { G_URI_ERROR_BAD_PATH, "the path has a bad %-encoding or is not UTF-8" },
    { G_URI_ERROR_BAD_QUERY, "a parameter has a bad %-encoding" },
    { G_URI_ERROR_BAD_FRAGMENT, "the fragment has a bad %-encoding or is not UTF-8" },
  };

  if (code == G_URI_ERROR_BAD_PORT && strstr (text, "://") != NULL)
    return fail_port (text, error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].code == code)
      return hyperv_uri_fail (error, "%s", rows[i].message);
  }
  return hyperv_uri_fail (error, "it cannot be read; write hyperv://HOST/");
}

static gboolean
check_scheme (const char *scheme, GError **error)
{
  if (scheme == NULL)
    return hyperv_uri_fail (error, "it has no scheme; write hyperv://HOST/");
  if (g_ascii_strcasecmp (scheme, SCHEME) == 0)
    return TRUE;
  if (g_ascii_strncasecmp (scheme, SCHEME "+", strlen (SCHEME "+")) != 0)
    return hyperv_uri_fail (error, "its scheme is \"%s\", expected \"hyperv\"", scheme);
  g_set_error (
      error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
      "Hyper-V URI: %s:// is not possible: this is a client-side-only driver, which speaks "
      "WS-Management to the host itself; nothing of it runs there to be reached through "
      "\"%s\". Write hyperv://HOST/",
      scheme, scheme + strlen (SCHEME "+"));
  return FALSE;
}

static gboolean
take_user (HypervUri *self, Pieces *pieces, GError **error)
{
  gboolean lenient = hyperv_uri_is_lenient (self);

  if (pieces->password != NULL && !lenient)
    return hyperv_uri_fail (error,
                            "it has a colon after the user name; a password never belongs in a URI "
                            "(where logs and process lists show it), and for libvirt the colon is "
                            "part of the name. Use an auth.conf, a callback, or %%3A for a colon");
  if (pieces->user == NULL)
    return TRUE;
  if (pieces->password != NULL)
    self->user = g_strconcat (pieces->user, ":", pieces->password, NULL);
  else if (*pieces->user != '\0')
    self->user = g_steal_pointer (&pieces->user);
  else if (!lenient)
    return hyperv_uri_fail (error, "the user name before the \"@\" is empty");
  return self->user == NULL || hyperv_uri_check_text (self->user, "the user name", error);
}

/* A name as DNS and NetBIOS have them, also in other scripts (GUri has made ASCII of those). */
static gboolean
check_host_name (const char *host, GError **error)
{
  for (const char *p = host; *p != '\0'; p++) {
    if (*p == '@')
      return hyperv_uri_fail (error, "there are two \"@\"; write %%40 in a user name");
    if (!g_ascii_isalnum (*p) && strchr ("-._", *p) == NULL)
      return hyperv_uri_fail (error, "the host has the character \"%c\", which is in no name", *p);
  }
  return TRUE;
}

static gboolean
take_host (HypervUri *self, Pieces *pieces, GError **error)
{
  if (pieces->host == NULL || *pieces->host == '\0')
    return hyperv_uri_fail (error, "it names no host; write hyperv://HOST/");
  if (strlen (pieces->host) > HOST_MAX)
    return hyperv_uri_fail (error, "the host is longer than %d bytes", HOST_MAX);
  if (!hyperv_uri_check_text (pieces->host, "the host", error))
    return FALSE;
  if (strchr (pieces->host, ':') != NULL && strchr (pieces->host, '%') != NULL)
    return hyperv_uri_fail (error,
                            "the zone id of %s means something on this machine only, and cannot be "
                            "sent; use an address without one, or a name",
                            pieces->host);
  if (!g_hostname_is_ip_address (pieces->host) && !check_host_name (pieces->host, error))
    return FALSE;
  self->host = g_steal_pointer (&pieces->host);
  return TRUE;
}

static gboolean
take_port (HypervUri *self, const Pieces *pieces, GError **error)
{
  gboolean https = hyperv_uri_is_https (self);

  if (pieces->port == 0)
    return hyperv_uri_fail (error, "port 0 is not in the range from 1 to 65535");
  self->port = https ? HYPERV_DEFAULT_PORT_HTTPS : HYPERV_DEFAULT_PORT_HTTP;
  if (pieces->port > 0)
    self->port = (guint16)pieces->port;
  return TRUE;
}

static gboolean
check_rest (HypervUri *self, const Pieces *pieces, GError **error)
{
  if (hyperv_uri_is_lenient (self))
    return TRUE;
  if (*pieces->path != '\0' && strcmp (pieces->path, "/") != 0)
    return hyperv_uri_fail (error,
                            "the path is \"%s\", expected none or \"/\" (the service is always at "
                            "/wsman)",
                            pieces->path);
  if (pieces->fragment != NULL)
    return hyperv_uri_fail (error, "a fragment (\"#...\") has no meaning here");
  return TRUE;
}

/* With plain HTTP there is no certificate to be judged or shown; who asks for one believes that
 * something is protected. no_verify=1 asks for nothing, and users of libvirt have it in URIs. */
static gboolean
check_http (HypervUri *self, GError **error)
{
  static const struct {
    HypervUriParameter parameter;
    const char *name;
  } tls_only[] = {
    { HYPERV_URI_CACERT, "cacert" },
    { HYPERV_URI_PIN, "pin" },
    { HYPERV_URI_KNOWN_HOSTS, "known_hosts" },
    { HYPERV_URI_CERT, "cert" },
  };

  if (hyperv_uri_is_https (self) || hyperv_uri_is_lenient (self))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (tls_only); i++)
    if (self->values[tls_only[i].parameter] != NULL)
      return hyperv_uri_fail (
          error,
          "%s= has no meaning with transport=http, which knows no certificates; "
          "leave one of them out",
          tls_only[i].name);
  return TRUE;
}

static gboolean
take_settings (HypervUri *self, GError **error)
{
  const char *timeout = self->values[HYPERV_URI_TIMEOUT];
  const char *no_verify = self->values[HYPERV_URI_NO_VERIFY];
  const char *known_hosts = self->values[HYPERV_URI_KNOWN_HOSTS];
  gboolean accept_new = g_strcmp0 (self->values[HYPERV_URI_ACCEPT_NEW], "1") == 0;
  g_autoptr (HypervTrust) trust = NULL;

  if (timeout != NULL)
    self->timeout = (guint)g_ascii_strtoull (timeout, NULL, 10);
  if (accept_new && known_hosts == NULL)
    return hyperv_uri_fail (error, "accept_new=1 needs known_hosts=FILE, where it enters the host");
  trust = hyperv_trust_new (self->values[HYPERV_URI_CACERT], self->values[HYPERV_URI_PIN],
                            g_strcmp0 (no_verify, "1") == 0, error);
  if (trust != NULL && known_hosts != NULL)
    self->trust = hyperv_trust_with_known_hosts (trust, known_hosts, accept_new, error);
  else
    self->trust = g_steal_pointer (&trust);
  return self->trust != NULL;
}

static gboolean
take_pieces (HypervUri *self, Pieces *pieces, GError **error)
{
  return (pieces->query == NULL || hyperv_uri_query_parse (pieces->query, self->values, error))
         && take_user (self, pieces, error) && take_host (self, pieces, error)
         && take_port (self, pieces, error) && check_rest (self, pieces, error)
         && check_http (self, error) && take_settings (self, error);
}

/**
 * hyperv_uri_parse:
 * @text: `hyperv://[username@]hostname[:port]/[?extraparameters]`
 * @error: return location for an error
 *
 * Reads a URI as libvirt's hyperv driver knows them, and a few parameters more; with `lenient=1`
 * with libvirt's leniency. Everything is decoded here; what the rest of the library sees holds no
 * control characters.
 *
 * Returns: (transfer full): the URI, or %NULL with HYPERV_ERROR_INVALID_ARGUMENT, or with
 *   HYPERV_ERROR_NOT_SUPPORTED for `hyperv+...` schemes
 */
HypervUri *
hyperv_uri_parse (const char *text, GError **error)
{
  g_auto (Pieces) pieces = { 0 };
  g_autoptr (HypervUri) self = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_whole (text, error))
    return NULL;
  if (!g_uri_split_with_user (text, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_QUERY,
                              &pieces.scheme, &pieces.user, &pieces.password, NULL, &pieces.host,
                              &pieces.port, &pieces.path, &pieces.query, &pieces.fragment,
                              &local)) {
    fail_syntax (text, local->code, error);
    return NULL;
  }
  if (!check_scheme (pieces.scheme, error))
    return NULL;

  self = g_atomic_rc_box_new0 (HypervUri);
  if (!take_pieces (self, &pieces, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hyperv_uri_ref:
 * @self: a URI
 *
 * Takes a reference. Any thread may.
 *
 * Returns: (transfer full): @self
 */
HypervUri *
hyperv_uri_ref (const HypervUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire ((HypervUri *)self);
}

/**
 * hyperv_uri_unref:
 * @self: (transfer full): a URI
 *
 * Gives a reference back. Any thread may.
 */
void
hyperv_uri_unref (HypervUri *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, uri_clear);
}

/**
 * hyperv_uri_to_string:
 * @self: a URI
 *
 * Writes the canonical form: parameters in one order, no port where it is the default.
 *
 * Returns: (transfer full): text that parses to the same and holds no secret
 */
char *
hyperv_uri_to_string (const HypervUri *self)
{
  GString *text;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (SCHEME "://");
  if (self->user != NULL) {
    g_string_append_uri_escaped (text, self->user, NULL, FALSE);
    g_string_append_c (text, '@');
  }
  g_string_append_printf (text, strchr (self->host, ':') != NULL ? "[%s]" : "%s", self->host);
  if (self->port
      != (hyperv_uri_is_https (self) ? HYPERV_DEFAULT_PORT_HTTPS : HYPERV_DEFAULT_PORT_HTTP))
    g_string_append_printf (text, ":%u", self->port);
  g_string_append_c (text, '/');
  hyperv_uri_query_append (text, self->values);
  return g_string_free (text, FALSE);
}
