/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-tls.h"

#include <string.h>

#include "client/base/hyperv-file-private.h"

#define MAX_CA_FILE (16 * 1024 * 1024) /* bytes: a system's whole bundle has a quarter of one */
#define MAX_CERTIFICATE (1024 * 1024)  /* bytes of a certificate, its chain and its key */

typedef struct {
  GTlsCertificate *certificate;
  const char *host;
  const char *ca_file; /* NULL: the system's store */
} Peer;

gboolean
transport_tls_open_store (const HypervTrust *trust, TransportTlsStore *store, GError **error)
{
  const char *ca_file = trust != NULL ? hyperv_trust_get_ca_file (trust) : NULL;
  gboolean judged
      = trust == NULL
        || (!hyperv_trust_get_no_verify (trust) && hyperv_trust_get_pin (trust) == NULL);
  g_autofree char *path = NULL;

  *store = (TransportTlsStore){ .system = judged && ca_file == NULL };
  /* With no_verify too: a CA file that cannot be read is a mistake to be told. */
  if (ca_file == NULL)
    return TRUE;
  if (!hyperv_file_check (ca_file, MAX_CA_FILE, error)) {
    g_prefix_error (error, "cacert=");
    return FALSE;
  }
  path = g_canonicalize_filename (ca_file, NULL);
  store->database = g_tls_file_database_new (path, error);
  if (store->database == NULL)
    g_prefix_error (error, "cacert=%s: ", ca_file);
  return store->database != NULL;
}

char *
transport_tls_version (GTlsConnection *tls)
{
  static const struct {
    GTlsProtocolVersion version;
    const char *name;
  } names[] = {
    { G_TLS_PROTOCOL_VERSION_TLS_1_0, "TLS 1.0" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_1, "TLS 1.1" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_2, "TLS 1.2" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_3, "TLS 1.3" },
  };
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (tls);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (names[i].version == version)
      return g_strdup (names[i].name);
  }
  return g_strdup ("TLS");
}

GBytes *
transport_tls_binding (GTlsConnection *tls)
{
  static const char prefix[] = "tls-server-end-point:";
  GByteArray *data
      = g_byte_array_append (g_byte_array_new (), (const guint8 *)prefix, (guint)strlen (prefix));
  g_autoptr (GByteArray) hash = g_byte_array_new ();

  if (!g_tls_connection_get_channel_binding_data (tls, G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT,
                                                  hash, NULL)) {
    g_byte_array_unref (data);
    return NULL;
  }
  g_byte_array_append (data, hash->data, hash->len);
  return g_byte_array_free_to_bytes (data);
}

GTlsCertificate *
transport_tls_load (const char *file, GError **error)
{
  GTlsCertificate *certificate;
  g_autoptr (GByteArray) key = NULL;

  if (!hyperv_file_check (file, MAX_CERTIFICATE, error)) {
    g_prefix_error (error, "cert=");
    return NULL;
  }
  certificate = g_tls_certificate_new_from_file (file, error);
  if (certificate == NULL) {
    g_prefix_error (error, "cert=%s: ", file);
    return NULL;
  }
  g_object_get (certificate, "private-key", &key, NULL);
  if (key != NULL) {
    explicit_bzero (key->data, key->len);
    return certificate;
  }
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               "cert=%s: it holds a certificate, but expected is its private key, too", file);
  g_object_unref (certificate);
  return NULL;
}

char *
transport_tls_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

static void
explain_host (const Peer *peer, GString *text)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (peer->certificate);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (peer->certificate);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    g_autoptr (GBytes) name = g_bytes_ref (g_ptr_array_index (names, i));
    gsize size;
    const char *data = g_bytes_get_data (name, &size);
    g_autofree char *valid = g_utf8_make_valid (data, (gssize)size);

    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", valid);
  }
  for (guint i = 0; addresses != NULL && i < addresses->len; i++) {
    g_autofree char *address = g_inet_address_to_string (g_ptr_array_index (addresses, i));

    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", address);
  }
  g_string_append_printf (text, "it is for %s, not for %s",
                          list->len > 0 ? list->str : "another name", peer->host);
}

static void
append_time (GString *text, const char *what, GDateTime *time)
{
  g_autofree char *shown = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M UTC") : NULL;

  g_string_append_printf (text, "%s %s", what, shown != NULL ? shown : "at an unreadable time");
}

static void
explain_expired (const Peer *peer, GString *text)
{
  g_autoptr (GDateTime) time = g_tls_certificate_get_not_valid_after (peer->certificate);

  append_time (text, "it expired", time);
}

static void
explain_early (const Peer *peer, GString *text)
{
  g_autoptr (GDateTime) time = g_tls_certificate_get_not_valid_before (peer->certificate);

  append_time (text, "it is valid only from", time);
}

static void
explain_authority (const Peer *peer, GString *text)
{
  g_string_append_printf (text, "its issuer is not among the authorities in %s",
                          peer->ca_file != NULL ? peer->ca_file : "the system's store");
}

static void
explain_revoked (const Peer *peer, GString *text)
{
  g_string_append (text, "it has been revoked");
}

static void
explain_insecure (const Peer *peer, GString *text)
{
  g_string_append (text, "its algorithm is not safe enough");
}

static void
explain_other (const Peer *peer, GString *text)
{
  g_string_append (text, "it does not pass verification");
}

static const struct {
  GTlsCertificateFlags flag;
  void (*explain) (const Peer *peer, GString *text);
  const char *remedy;
} problems[] = {
  { G_TLS_CERTIFICATE_BAD_IDENTITY, explain_host, "use a name that it is for" },
  { G_TLS_CERTIFICATE_EXPIRED, explain_expired, "renew it on the host" },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, explain_early, "check the clocks" },
  { G_TLS_CERTIFICATE_REVOKED, explain_revoked, "renew it on the host" },
  { G_TLS_CERTIFICATE_INSECURE, explain_insecure, "renew it on the host" },
  { G_TLS_CERTIFICATE_UNKNOWN_CA, explain_authority, "name the authority with cacert=FILE" },
  { G_TLS_CERTIFICATE_GENERIC_ERROR, explain_other, "renew it on the host" },
};

static void
set_chain_error (const Peer *peer, GTlsCertificateFlags flags, const char *where,
                 const char *fingerprint, GError **error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);
  g_autoptr (GString) remedies = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++) {
    if ((flags & problems[i].flag) == 0)
      continue;
    if (reasons->len > 0)
      g_string_append (reasons, ", and ");
    problems[i].explain (peer, reasons);
    if (strstr (remedies->str, problems[i].remedy) == NULL)
      g_string_append_printf (remedies, "%s, or ", problems[i].remedy);
  }
  g_set_error (
      error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
      "%s: the host's certificate is not trusted: %s; nothing was sent. Its fingerprint is "
      "sha256:%s; %safter comparing it with the host's say pin=sha256:%s",
      where, reasons->str, fingerprint, remedies->str, fingerprint);
}

/* A host that is in the known-hosts file must be the same; one that is not is judged by its chain,
 * and entered when that was asked for. */
static gboolean
judge_known (const HypervTrust *trust, const Peer *peer, GTlsCertificateFlags flags,
             const char *where, const char *found, GError **error)
{
  TransportKnown known = transport_known_look (trust, where, found, error);

  if (known != TRANSPORT_KNOWN_NOT)
    return known == TRANSPORT_KNOWN_SAME;
  if (flags == 0)
    return TRUE;
  if (hyperv_trust_get_accept_new (trust))
    return transport_known_add (trust, where, found, error);
  set_chain_error (peer, flags, where, found, error);
  g_prefix_error (error, "%s is not in %s (accept_new=1 enters it at the first sight): ", where,
                  hyperv_trust_get_known_hosts (trust));
  return FALSE;
}

gboolean
transport_tls_judge (const HypervTrust *trust, GTlsCertificate *certificate,
                     GTlsCertificateFlags flags, const char *host, const char *where,
                     gboolean *verified, GError **error)
{
  const char *pin = trust != NULL ? hyperv_trust_get_pin (trust) : NULL;
  const char *ca_file = trust != NULL ? hyperv_trust_get_ca_file (trust) : NULL;
  gboolean no_verify = trust != NULL && hyperv_trust_get_no_verify (trust);
  const Peer peer = { certificate, host, ca_file };
  g_autofree char *found = NULL;

  *verified = FALSE;
  if (certificate == NULL) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                 "%s: the host showed no certificate; nothing was sent", where);
    return FALSE;
  }
  found = transport_tls_fingerprint (certificate);
  if (pin != NULL && strcmp (pin, found) != 0) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                 "%s: the host's certificate is not the pinned one: expected sha256:%s, found "
                 "sha256:%s; nothing was sent. If the host's certificate was renewed, compare the "
                 "new fingerprint with the host's and change pin=",
                 where, pin, found);
    return FALSE;
  }
  if (trust != NULL && hyperv_trust_get_known_hosts (trust) != NULL)
    return *verified = judge_known (trust, &peer, flags, where, found, error);
  if (!no_verify && (pin == NULL || ca_file != NULL) && flags != 0) {
    set_chain_error (&peer, flags, where, found, error);
    return FALSE;
  }
  *verified = pin != NULL || !no_verify;
  return TRUE;
}
