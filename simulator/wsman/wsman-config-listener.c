/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>

#include "simulator/wsman/wsman-config-entry.h"
#include "simulator/wsman/wsman-fault.h"

/* The listeners (MS-WSMV 2.2.4.19 and 3.1.4.1.29.5). At first there is one for each transport whose
 * port is known, on all addresses, as `winrm quickconfig` makes them. Ports, address and
 * certificate come from host.ini or from whoever opened the sockets. */
enum { ADDRESS, TRANSPORT, PORT, HOSTNAME, ENABLED, PREFIX, THUMBPRINT, N_FIELDS };

static const WsmanConfigField fields[] = {
  [ADDRESS] = { "Address", TRUE, WSMAN_CONFIG_TEXT, NULL, FALSE },
  [TRANSPORT] = { "Transport", TRUE, WSMAN_CONFIG_TEXT, NULL, FALSE },
  [PORT] = { "Port", FALSE, WSMAN_CONFIG_NUMBER, "", FALSE },
  [HOSTNAME] = { "Hostname", FALSE, WSMAN_CONFIG_TEXT, "", FALSE },
  [ENABLED] = { "Enabled", FALSE, WSMAN_CONFIG_SWITCH, "true", FALSE },
  [PREFIX] = { "URLPrefix", FALSE, WSMAN_CONFIG_TEXT, "wsman", FALSE },
  /* not said at all: the certificate of that name; said as empty: refused */
  [THUMBPRINT] = { "CertificateThumbprint", FALSE, WSMAN_CONFIG_TEXT, WSMAN_CONFIG_UNSAID, FALSE },
};

static const struct {
  const char *transport;
  const char *key;      /* of its first port, in [config] */
  const char *fallback; /* NULL: not there unless it is said */
  const char *port;     /* Service/DefaultPorts */
} transports[] = {
  { "HTTP", "Listener.HTTP.Port", "5985", "5985" },
  { "HTTPS", "Listener.HTTPS.Port", NULL, "5986" },
};
/* What a computer that is alone has, when nobody says where the sockets are. */
static const char *const addresses[] = { "127.0.0.1", "::1", NULL };

static const char *
get_config (Wsman *self, const char *key)
{
  return repository_get_setting (self->repository, "config", key);
}

static gboolean
is_secure (char *const *listener)
{
  return strcmp (listener[TRANSPORT], "HTTPS") == 0;
}

static GPtrArray *
list_first (Wsman *self)
{
  GPtrArray *entries = wsman_config_entries_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++) {
    const char *port = get_config (self, transports[i].key);
    const char *thumbprint = i == 1 ? get_config (self, "Certificate.Thumbprint") : NULL;
    const char *name = i == 1 ? get_config (self, "Certificate.Name") : NULL;
    char **entry;

    port = port != NULL ? port : transports[i].fallback;
    if (port == NULL || *port == '\0') /* said, and closed */
      continue;
    entry = g_new0 (char *, N_FIELDS + 1);
    entry[ADDRESS] = g_strdup ("*");
    entry[TRANSPORT] = g_strdup (transports[i].transport);
    entry[PORT] = g_strdup (port);
    entry[HOSTNAME] = g_strdup (name != NULL ? name : "");
    entry[ENABLED] = g_strdup ("true");
    entry[PREFIX] = g_strdup ("wsman");
    entry[THUMBPRINT] = g_strdup (thumbprint != NULL ? thumbprint : "");
    g_ptr_array_add (entries, entry);
  }
  return entries;
}

/* ---- where it listens ---- */

static gboolean
is_wildcard (const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  return inet != NULL && g_inet_address_get_is_any (inet);
}

/* Whether the computer has the address: that of its sockets; the whole loopback, when it is one;
 * any, when it is all. */
static gboolean
has_address (Wsman *self, GInetAddress *inet)
{
  const char *own = get_config (self, "Listener.Address");
  g_autoptr (GInetAddress) host = g_inet_address_new_from_string (own != NULL ? own : "127.0.0.1");

  return host != NULL
         && (g_inet_address_equal (host, inet) || g_inet_address_get_is_any (host)
             || (g_inet_address_get_is_loopback (host) && g_inet_address_get_is_loopback (inet)));
}

static gboolean
is_filtered (Wsman *self, const char *address)
{
  gboolean v6 = strchr (address, ':') != NULL;
  const char *filter = get_config (self, v6 ? "Service.IPv6Filter" : "Service.IPv4Filter");

  return filter != NULL && !wsman_config_filter_has (filter, address);
}

/* The addresses on which it listens: none when it is disabled, and no filtered ones. */
static GPtrArray *
list_addresses (Wsman *self, char *const *listener)
{
  const char *own[] = { get_config (self, "Listener.Address"), NULL };
  const char *single[] = { listener[ADDRESS] + strlen ("IP:"), NULL };
  const char *const *candidates = *listener[ADDRESS] != '*' ? single
                                  : own[0] != NULL          ? own
                                                            : addresses;
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; strcmp (listener[ENABLED], "true") == 0 && candidates[i] != NULL; i++) {
    if (!is_filtered (self, candidates[i]))
      g_ptr_array_add (found, g_strdup (candidates[i]));
  }
  return found;
}

static void
place_free (gpointer data)
{
  WsmanPlace *place = data;

  g_free (place->address);
  g_free (place->path);
  g_free (place);
}

GPtrArray *
wsman_list_places (Wsman *self)
{
  g_autoptr (GPtrArray) entries = NULL;
  GPtrArray *places;

  g_return_val_if_fail (self != NULL, NULL);

  entries = wsman_config_list_entries (self, &wsman_config_listeners);
  places = g_ptr_array_new_with_free_func (place_free);
  for (guint i = 0; i < entries->len; i++) {
    char *const *listener = g_ptr_array_index (entries, i);
    g_autoptr (GPtrArray) found = list_addresses (self, listener);

    for (guint k = 0; k < found->len; k++) {
      WsmanPlace *place = g_new0 (WsmanPlace, 1);

      place->address = g_strdup (g_ptr_array_index (found, k));
      place->port = (guint16)g_ascii_strtoull (listener[PORT], NULL, 10);
      place->secure = is_secure (listener);
      place->path = g_strconcat ("/", listener[PREFIX], NULL);
      g_ptr_array_add (places, place);
    }
  }
  return places;
}

static void
put_rest (Wsman *self, GString *out, char *const *listener)
{
  g_autoptr (GPtrArray) found = list_addresses (self, listener);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (out, "<cfg:ListeningOn>%s</cfg:ListeningOn>",
                            (const char *)g_ptr_array_index (found, i));
}

/* ---- what may be ---- */

static gboolean
check_address (Wsman *self, SimExchange *exchange, const char *address)
{
  g_autoptr (GInetAddress) inet = NULL;

  if (strcmp (address, "*") == 0)
    return TRUE;
  if (g_ascii_strncasecmp (address, "MAC:", 4) == 0) {
    /* network cards of a simulated host are no ways to it */
    wsman_refuse (self, exchange, "ListenerMac", "Address \"%s\"", address);
    return FALSE;
  }
  if (g_ascii_strncasecmp (address, "IP:", 3) == 0)
    inet = g_inet_address_new_from_string (address + 3);
  if (inet != NULL && !g_inet_address_get_is_any (inet) && has_address (self, inet))
    return TRUE;
  wsman_refuse (self, exchange, "ListenerAddress", "Address \"%s\" is no address of this host",
                address);
  return FALSE;
}

static gboolean
is_prefix (const char *prefix)
{
  gsize length = strlen (prefix);

  for (const char *at = prefix; *at != '\0'; at++) {
    if (!g_ascii_isalnum (*at) && *at != '_' && *at != '/')
      return FALSE;
  }
  return length > 0 && prefix[0] != '/' && prefix[length - 1] != '/';
}

/* The host has one certificate, or none: that of its own name. */
static gboolean
check_certificate (Wsman *self, SimExchange *exchange, char **listener)
{
  const char *known = get_config (self, "Certificate.Thumbprint");
  const char *name = get_config (self, "Certificate.Name");
  gboolean chosen = strcmp (listener[THUMBPRINT], WSMAN_CONFIG_UNSAID) != 0;

  if (*listener[HOSTNAME] == '\0' && !chosen) {
    g_free (listener[HOSTNAME]);
    listener[HOSTNAME] = g_strdup (repository_get_computer_name (self->repository));
  }
  if (chosen && *listener[THUMBPRINT] == '\0') {
    wsman_refuse (self, exchange, "ThumbprintBlank", "cfg:CertificateThumbprint is empty");
    return FALSE;
  }
  if (known == NULL || (chosen && g_ascii_strcasecmp (listener[THUMBPRINT], known) != 0)
      || (!chosen && g_ascii_strcasecmp (listener[HOSTNAME], name != NULL ? name : "") != 0)) {
    wsman_refuse (self, exchange, "CertificateNotFound", "no certificate %s%s on this host",
                  chosen ? "" : "for ", chosen ? listener[THUMBPRINT] : listener[HOSTNAME]);
    return FALSE;
  }
  if (*listener[HOSTNAME] != '\0' && g_ascii_strcasecmp (listener[HOSTNAME], name) != 0) {
    wsman_refuse (self, exchange, "CertificateHostname",
                  "cfg:Hostname is \"%s\", the certificate's name \"%s\"", listener[HOSTNAME],
                  name);
    return FALSE;
  }
  g_free (listener[THUMBPRINT]);
  listener[THUMBPRINT] = g_strdup (known);
  return TRUE;
}

static gboolean
check_no_certificate (Wsman *self, SimExchange *exchange, char **listener)
{
  if (strcmp (listener[THUMBPRINT], WSMAN_CONFIG_UNSAID) == 0)
    *listener[THUMBPRINT] = '\0';
  if (*listener[THUMBPRINT] == '\0')
    return TRUE;
  wsman_refuse (self, exchange, "ThumbprintNotBlank", "cfg:CertificateThumbprint with HTTP");
  return FALSE;
}

static gboolean
check_transport (Wsman *self, SimExchange *exchange, char **listener)
{
  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++) {
    if (g_ascii_strcasecmp (transports[i].transport, listener[TRANSPORT]) != 0)
      continue;
    g_free (listener[TRANSPORT]);
    listener[TRANSPORT] = g_strdup (transports[i].transport);
    if (*listener[PORT] == '\0') {
      g_free (listener[PORT]);
      listener[PORT] = g_strdup (transports[i].port);
    }
    return TRUE;
  }
  wsman_refuse (self, exchange, "InvalidSelectorValue", "Transport \"%s\", not HTTP or HTTPS",
                listener[TRANSPORT]);
  return FALSE;
}

static gboolean
check (Wsman *self, SimExchange *exchange, char **listener, char *const *old)
{
  guint64 port;

  if (!check_transport (self, exchange, listener)
      || !check_address (self, exchange, listener[ADDRESS]))
    return FALSE;
  if (!g_ascii_string_to_unsigned (listener[PORT], 10, 1, G_MAXUINT16, &port, NULL)) {
    wsman_refuse (self, exchange, "ConfigPort", "cfg:Port is \"%s\"", listener[PORT]);
    return FALSE;
  }
  if (!is_prefix (listener[PREFIX])) {
    wsman_refuse (self, exchange, "InvalidValues", "cfg:URLPrefix is \"%s\"", listener[PREFIX]);
    return FALSE;
  }
  return is_secure (listener) ? check_certificate (self, exchange, listener)
                              : check_no_certificate (self, exchange, listener);
}

const WsmanConfigTable wsman_config_listeners = {
  .uri = WSMAN_CONFIG_URI "/listener",
  .element = "Listener",
  .prefix = "cfg",
  .setting = "Listeners",
  .fields = fields,
  .n_fields = N_FIELDS,
  .has_epr = TRUE,
  .computed = "ListeningOn",
  .key_fault = "ConfigReadOnly",
  .list_first = list_first,
  .check = check,
  .put_rest = put_rest,
};

/* ---- filters of addresses ---- */

static int
compare_addresses (GInetAddress *a, GInetAddress *b)
{
  return memcmp (g_inet_address_to_bytes (a), g_inet_address_to_bytes (b),
                 g_inet_address_get_native_size (a));
}

/* `first-last`; NULL and FALSE: it is none of that family. */
static gboolean
read_range (const char *range, gboolean v6, GInetAddress **first, GInetAddress **last)
{
  g_auto (GStrv) ends = g_strsplit (range, "-", -1);
  gsize size = v6 ? 16 : 4;

  *first = *last = NULL;
  if (g_strv_length (ends) != 2)
    return FALSE;
  *first = g_inet_address_new_from_string (g_strstrip (ends[0]));
  *last = g_inet_address_new_from_string (g_strstrip (ends[1]));
  return *first != NULL && *last != NULL && g_inet_address_get_native_size (*first) == size
         && g_inet_address_get_native_size (*last) == size
         && compare_addresses (*first, *last) <= 0;
}

gboolean
wsman_config_filter_is_valid (Wsman *self, const char *filter, gboolean v6)
{
  g_auto (GStrv) ranges = g_strsplit (filter, ",", -1);
  const char *own = get_config (self, "Listener.Address");

  for (gsize i = 0; ranges[i] != NULL; i++) {
    g_autoptr (GInetAddress) first = NULL;
    g_autoptr (GInetAddress) last = NULL;

    if (strcmp (g_strstrip (ranges[i]), "*") == 0)
      continue;
    /* a socket for all addresses cannot leave some out */
    if (!read_range (ranges[i], v6, &first, &last) || (own != NULL && is_wildcard (own)))
      return FALSE;
  }
  return TRUE;
}

gboolean
wsman_config_filter_has (const char *filter, const char *address)
{
  g_auto (GStrv) ranges = g_strsplit (filter, ",", -1);
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  for (gsize i = 0; inet != NULL && ranges[i] != NULL; i++) {
    g_autoptr (GInetAddress) first = NULL;
    g_autoptr (GInetAddress) last = NULL;

    if (strcmp (g_strstrip (ranges[i]), "*") == 0)
      return TRUE;
    if (read_range (ranges[i], strchr (address, ':') != NULL, &first, &last)
        && compare_addresses (first, inet) <= 0 && compare_addresses (inet, last) <= 0)
      return TRUE;
  }
  return FALSE;
}
