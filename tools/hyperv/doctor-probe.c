/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tools/hyperv/connect.h"
#include "tools/hyperv/doctor.h"

/* Name, TCP, TLS and the certificate, as they are; who is trusted is another check. */

#define FIREWALL                                                                                   \
  "Enable-PSRemoting -Force; New-NetFirewallRule -DisplayName WinRM -Direction Inbound -Protocol " \
  "TCP -LocalPort %u -Action Allow"
#define LISTENER                                                                                   \
  "New-Item -Path WSMan:\\localhost\\Listener -Transport HTTPS -Address * -CertificateThumbPrint " \
  "THUMBPRINT -Force; New-NetFirewallRule -DisplayName WinRM -Direction Inbound -Protocol TCP "    \
  "-LocalPort %u -Action Allow"

static void
check_name (Doctor *self, DoctorFinding *finding)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (hyperv_uri_get_proxy (self->uri) != NULL) {
    doctor_skip (finding, "the proxy looks the name up");
    return;
  }
  self->addresses = g_resolver_lookup_by_name (resolver, self->name, self->cancellable, &error);
  if (self->addresses == NULL) {
    doctor_fail (finding, EXIT_CONNECTION, "hostname; ipconfig",
                 "check the name in the URI, DNS and /etc/hosts", "%s is not known: %s", self->name,
                 error->message);
    return;
  }
  for (GList *link = self->addresses; link != NULL; link = link->next) {
    g_autofree char *address = g_inet_address_to_string (link->data);

    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", address);
  }
  doctor_ok (finding, "%s is %s", self->name, list->str);
}

static GSocketConnection *
connect_direct (Doctor *self, GSocketClient *client, GString *tried, GError **error)
{
  GSocketConnection *connection = NULL;

  for (GList *link = self->addresses; link != NULL && connection == NULL; link = link->next) {
    g_autoptr (GSocketAddress) address
        = g_inet_socket_address_new (link->data, hyperv_uri_get_port (self->uri));
    g_autofree char *text = g_inet_address_to_string (link->data);

    g_clear_error (error);
    connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), self->cancellable,
                                          error);
    g_string_append_printf (tried, "%s%s %s", tried->len > 0 ? "; " : "", text,
                            connection != NULL ? "answers" : (*error)->message);
  }
  return connection;
}

static void
check_tcp (Doctor *self, DoctorFinding *finding)
{
  const char *proxy = hyperv_uri_get_proxy (self->uri);
  guint16 port = hyperv_uri_get_port (self->uri);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GString) tried = g_string_new (NULL);
  g_autofree char *command
      = g_strdup_printf (hyperv_uri_is_https (self->uri) ? LISTENER : FIREWALL, port);
  GError *error = NULL;

  g_socket_client_set_timeout (client, doctor_timeout (self));
  g_socket_client_set_enable_proxy (client, proxy != NULL);
  if (proxy != NULL) {
    g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy, NULL);

    g_socket_client_set_proxy_resolver (client, resolver);
    self->stream = (GIOStream *)g_socket_client_connect_to_host (client, self->name, port,
                                                                 self->cancellable, &error);
    g_string_append_printf (tried, "through the proxy: %s",
                            error != NULL ? error->message : "connected");
  } else {
    self->stream = (GIOStream *)connect_direct (self, client, tried, &error);
  }
  if (self->stream != NULL)
    doctor_ok (finding, "port %u: %s", port, tried->str);
  else if (proxy != NULL)
    doctor_fail (finding, EXIT_CONNECTION, NULL, "check proxy= in the URI, and what it allows",
                 "port %u: %s", port, tried->str);
  else
    doctor_fail (
        finding,
        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ? EXIT_TIMEOUT : EXIT_CONNECTION,
        command, "check the port (5986 is HTTPS, 5985 with transport=http) and firewalls between",
        "port %u: %s", port, tried->str);
  g_clear_error (&error);
}

/* Of a peer that nobody has judged only public things are looked at. */
static gboolean
accept_any (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags flags,
            gpointer data)
{
  return TRUE;
}

static const char *
version_of (GTlsConnection *tls)
{
  switch (g_tls_connection_get_protocol_version (tls)) {
  case G_TLS_PROTOCOL_VERSION_TLS_1_3:
    return "TLS 1.3";
  case G_TLS_PROTOCOL_VERSION_TLS_1_2:
    return "TLS 1.2";
  default:
    return "TLS older than 1.2";
  }
}

static GTlsConnection *
shake_hands (Doctor *self, GError **error)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GSocketConnectable) identity
      = g_network_address_new (self->name, hyperv_uri_get_port (self->uri));
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (self->stream, identity, error);
  g_autoptr (GTlsDatabase) database = connect_open_store (hyperv_uri_get_trust (self->uri), NULL);

  if (tls == NULL)
    return NULL;
  if (database != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (tls), database);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (tls), self->cancellable, error))
    return NULL;
  return G_TLS_CONNECTION (g_steal_pointer (&tls));
}

static void
check_tls (Doctor *self, DoctorFinding *finding)
{
  g_autoptr (GTlsConnection) tls = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *cipher = NULL;

  if (!hyperv_uri_is_https (self->uri)) {
    doctor_skip (finding, "the URI says transport=http");
    return;
  }
  tls = shake_hands (self, &error);
  if (tls == NULL) {
    doctor_fail (finding,
                 g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ? EXIT_TIMEOUT
                                                                           : EXIT_CONNECTION,
                 "winrm enumerate winrm/config/listener",
                 "if this is the port of plain HTTP, say transport=http", "no TLS on this port: %s",
                 error->message);
    return;
  }
  g_set_object (&self->certificate, g_tls_connection_get_peer_certificate (tls));
  self->flags = g_tls_connection_get_peer_certificate_errors (tls);
  cipher = g_tls_connection_get_ciphersuite_name (tls);
  doctor_ok (finding, "%s, %s", version_of (tls), cipher != NULL ? cipher : "cipher not known");
  g_set_object (&self->stream, G_IO_STREAM (tls));
}

static char *
show_time (GDateTime *time)
{
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("an unreadable date");
}

static void
check_certificate (Doctor *self, DoctorFinding *finding)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *subject = NULL;
  g_autofree char *issuer = NULL;
  g_autofree char *from = NULL;
  g_autofree char *until = NULL;
  g_autoptr (GDateTime) begin = NULL;
  g_autoptr (GDateTime) end = NULL;

  if (!hyperv_uri_is_https (self->uri)) {
    doctor_skip (finding, "the URI says transport=http");
    return;
  }
  if (self->certificate == NULL) {
    doctor_fail (finding, EXIT_CONNECTION, "winrm enumerate winrm/config/listener", NULL,
                 "the host shows no certificate");
    return;
  }
  g_object_get (self->certificate, "certificate", &der, NULL);
  self->fingerprint = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  subject = g_tls_certificate_get_subject_name (self->certificate);
  issuer = g_tls_certificate_get_issuer_name (self->certificate);
  begin = g_tls_certificate_get_not_valid_before (self->certificate);
  end = g_tls_certificate_get_not_valid_after (self->certificate);
  from = show_time (begin);
  until = show_time (end);
  doctor_ok (finding, "%s, %s%s, valid from %s to %s, fingerprint sha256:%s",
             subject != NULL ? subject : "no subject",
             g_strcmp0 (subject, issuer) == 0 ? "signed by itself" : "issued by ",
             g_strcmp0 (subject, issuer) == 0 ? "" : issuer, from, until, self->fingerprint);
}

const DoctorRow doctor_probe_rows[] = {
  { "name", "", check_name },  { "tcp", "name", check_tcp },
  { "tls", "tcp", check_tls }, { "certificate", "tls", check_certificate },
  { NULL, NULL, NULL },
};
