/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tools/hyperv/ask.h"
#include "tools/hyperv/connect.h"
#include "tools/hyperv/doctor.h"

/* Who logs in, whether the host is trusted with that, and what became of it. The library logs in,
 * once: every try counts towards a lock-out. */

static void
check_credentials (Doctor *self, DoctorFinding *finding)
{
  const char *auth = hyperv_uri_get_auth (self->uri);
  const char *user = hyperv_uri_get_user (self->uri);
  gboolean needs_password
      = g_strcmp0 (auth, "certificate") != 0 && g_strcmp0 (auth, "kerberos") != 0;
  g_autoptr (GError) error = NULL;

  self->credentials = hyperv_credentials_find (
      self->name, user, hyperv_uri_get_auth_file (self->uri),
      needs_password && ask_is_possible () ? ask_terminal : NULL, self->cancellable, &error);
  if (self->credentials != NULL)
    doctor_ok (finding, "user “%s”, and a password",
               hyperv_credentials_get_user (self->credentials));
  else if (needs_password)
    doctor_fail (finding, EXIT_AUTH, NULL,
                 "write them into a file in libvirt's auth.conf format and name it in "
                 "HYPERV_AUTH_FILE",
                 "%s", error->message);
  else
    doctor_ok (finding, "no password, and auth=%s may need none", auth);
  if (self->credentials == NULL && !needs_password)
    self->credentials = hyperv_credentials_new (user != NULL ? user : "", "");
}

/* Opens the host, which is the login. Afterwards there may be a session although it failed. */
static void
log_in (Doctor *self)
{
  g_autofree char *text = hyperv_uri_to_string (self->uri);

  if (self->tried)
    return;
  self->tried = TRUE;
  self->host = hyperv_host_new (text, &self->error);
  if (self->host == NULL)
    return;
  hyperv_host_set_credentials (self->host, self->credentials);
  hyperv_host_connect (self->host, self->cancellable, &self->error);
}

static const struct {
  GTlsCertificateFlags flag;
  const char *text;
  const char *on_host;
} problems[] = {
  { G_TLS_CERTIFICATE_UNKNOWN_CA, "its issuer is not trusted",
    "Export-Certificate -Cert Cert:\\LocalMachine\\My\\THUMBPRINT -FilePath host.cer" },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another name",
    "New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -CertStoreLocation "
    "Cert:\\LocalMachine\\My" },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet", "w32tm /resync" },
  { G_TLS_CERTIFICATE_EXPIRED, "it has expired",
    "New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -CertStoreLocation "
    "Cert:\\LocalMachine\\My; winrm set winrm/config/listener?Address=*+Transport=HTTPS "
    "@{CertificateThumbprint=\"THUMBPRINT\"}" },
  { G_TLS_CERTIFICATE_REVOKED, "it has been revoked", NULL },
  { G_TLS_CERTIFICATE_GENERIC_ERROR,
    "it does not pass verification (another authority of the same name?)",
    "Export-Certificate -Cert Cert:\\LocalMachine\\My\\THUMBPRINT -FilePath host.cer" },
  { G_TLS_CERTIFICATE_INSECURE, "its algorithm is not safe enough",
    "New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -KeyLength 2048 -HashAlgorithm SHA256 "
    "-CertStoreLocation Cert:\\LocalMachine\\My" },
};

static char *
list_problems (GTlsCertificateFlags flags, const char **on_host)
{
  GString *list = g_string_new (NULL);

  *on_host = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++) {
    if ((flags & problems[i].flag) == 0)
      continue;
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", and " : "", problems[i].text);
    /* What is wrong besides an unknown issuer is the better hint. */
    if (problems[i].on_host != NULL)
      *on_host = problems[i].on_host;
  }
  return g_string_free (list, FALSE);
}

static const char *
trusted_by (const HypervTrust *trust)
{
  if (hyperv_trust_get_no_verify (trust))
    return "nothing: no_verify=1; whoever is on the way can read everything";
  if (hyperv_trust_get_pin (trust) != NULL)
    return "pin=";
  if (hyperv_trust_get_known_hosts (trust) != NULL)
    return "known_hosts=, or its chain";
  return hyperv_trust_get_ca_file (trust) != NULL ? "cacert=" : "the system's store";
}

/* A file that cannot be read is not what the certificate is to blame for. */
static gboolean
fail_ca_file (const HypervTrust *trust, DoctorFinding *finding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = connect_open_store (trust, &error);

  if (database != NULL || error == NULL)
    return FALSE;
  doctor_fail (finding, EXIT_CONNECTION,
               "Export-Certificate -Cert Cert:\\LocalMachine\\My\\THUMBPRINT -FilePath host.cer",
               "name a file with certificates in PEM with cacert=", "%s", error->message);
  return TRUE;
}

static void
check_trust (Doctor *self, DoctorFinding *finding)
{
  const HypervTrust *trust = hyperv_uri_get_trust (self->uri);
  const char *on_host = NULL;
  g_autofree char *list = list_problems (self->flags, &on_host);
  g_autofree char *pin = g_strdup_printf (
      "compare the fingerprint with the host's, then say pin=sha256:%s", self->fingerprint);
  gboolean can_log_in
      = !doctor_is_blocked (self, "schemes") && !doctor_is_blocked (self, "credentials");
  gboolean by_chain = hyperv_trust_get_pin (trust) == NULL && !hyperv_trust_get_no_verify (trust)
                      && hyperv_trust_get_known_hosts (trust) == NULL;

  if (!hyperv_uri_is_https (self->uri)) {
    doctor_skip (finding, "the URI says transport=http");
    return;
  }
  if (fail_ca_file (trust, finding))
    return;
  if ((!by_chain || self->flags == 0) && can_log_in)
    log_in (self);
  if (by_chain && self->flags != 0)
    doctor_fail (finding, EXIT_CONNECTION, on_host, pin, "the certificate is not trusted (%s): %s",
                 trusted_by (trust), list);
  else if (self->error != NULL && self->error->domain == G_TLS_ERROR)
    doctor_fail (finding, EXIT_CONNECTION, on_host, pin, "%s", self->error->message);
  else if (!by_chain && !can_log_in)
    doctor_skip (finding, "not looked at, since nobody can log in");
  else
    doctor_ok (finding, "by %s", trusted_by (trust));
}

#define EVENTS                                                                                     \
  "net user USER; Get-WinEvent -MaxEvents 5 -FilterHashtable @{LogName='Security'; Id=4625}"

#define SEE_CLOCK "w32tm /query /status; w32tm /resync"
#define SET_CLOCK "compare with date -u, and set this machine's clock: timedatectl set-ntp true"

/* What the library's message says about a login that failed, and what helps. */
static const struct {
  const char *says;
  const char *on_host;
  const char *here;
} hints[] = {
  { "Clock skew", SEE_CLOCK, SET_CLOCK },
  { "Ticket not yet valid", SEE_CLOCK, SET_CLOCK },
  { "have been revoked", "Unlock-ADAccount USER; Enable-ADAccount USER",
    "the account is locked or disabled: wait, or ask for it to be unlocked" },
  { "Password has expired", "Set-ADAccountPassword USER", "change the password: kpasswd" },
  { "Preauthentication failed", EVENTS, "check the password" },
  { "Decrypt integrity check failed", EVENTS, "check the password" },
  { "Password incorrect", EVENTS, "check the password" },
  { "default realm", NULL, "say user@REALM, or set default_realm in /etc/krb5.conf" },
  { "Client '", "Get-ADUser USER", "check user and realm" },
  { "not found in Kerberos database", "setspn -L $env:COMPUTERNAME",
    "use the full name of the host, or spn=HTTP/NAME in the URI" },
  { "Cannot contact any KDC", NULL, "check /etc/krb5.conf and DNS (_kerberos._tcp)" },
  { "Cannot find KDC", NULL, "check /etc/krb5.conf and DNS (_kerberos._tcp)" },
  { "no ticket", NULL, "kinit USER@REALM, or give a password" },
  { "gss-ntlmssp", NULL, "apt install gss-ntlmssp" },
  { "bound to this TLS connection", EVENTS,
    "check user and password, and that nothing on the way opens TLS" },
  { "did not let", EVENTS, "check user and password" },
};

static void
fail_login (Doctor *self, DoctorFinding *finding)
{
  const char *auth = hyperv_uri_get_auth (self->uri);
  const char *on_host = EVENTS;
  const char *here = NULL;
  gboolean refused = strstr (self->error->message, "did not let") != NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (hints) && here == NULL; i++) {
    if (strstr (self->error->message, hints[i].says) == NULL)
      continue;
    on_host = hints[i].on_host;
    here = hints[i].here;
  }
  if (refused && g_strcmp0 (auth, "certificate") == 0) {
    on_host = "New-Item -Path WSMan:\\localhost\\ClientCertificate -Subject USER@DOMAIN -URI * "
              "-Issuer THUMBPRINT -Credential (Get-Credential)";
    here = "the certificate of cert= must be for clients, and mapped to an account on the host";
  }
  doctor_fail (finding, EXIT_AUTH, on_host, here, "%s%s", self->error->message,
               refused && g_strcmp0 (auth, "certificate") != 0
                   ? ". Windows answers the same for a wrong password and for an account that is "
                     "locked, disabled or expired or must change its password"
                   : "");
}

/* An answer that is not WinRM's proves a login only where the login itself has a last word: the
 * tokens of Negotiate and Kerberos. The empty 500 is WinRM's, which asked for the password first.
 */
static gboolean
is_unproven (const Doctor *self, const char *mechanism)
{
  return self->error != NULL && mechanism == NULL
         && hyperv_error_get_fault_subcode (self->error) == NULL
         && strstr (self->error->message, "HTTP status ") != NULL
         && strstr (self->error->message, "AllowUnencrypted") == NULL;
}

static void
check_login (Doctor *self, DoctorFinding *finding)
{
  g_autofree char *scheme = NULL;
  g_autofree char *mechanism = NULL;

  log_in (self);
  if (doctor_get_session (self) != NULL) {
    scheme = hyperv_session_dup_auth_scheme (doctor_get_session (self));
    mechanism = hyperv_session_dup_auth_mechanism (doctor_get_session (self));
  }
  if (scheme != NULL && is_unproven (self, mechanism))
    doctor_skip (finding, "tried with %s, and not told whether it was taken: %s", scheme,
                 self->error->message);
  else if (self->error == NULL || scheme != NULL)
    doctor_ok (finding, "with %s%s%s%s", scheme, mechanism != NULL ? " (" : "",
               mechanism != NULL ? mechanism : "", mechanism != NULL ? ")" : "");
  else if (g_error_matches (self->error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED))
    fail_login (self, finding);
  else
    doctor_fail (finding, command_exit_code (self->error), NULL,
                 g_error_matches (self->error, HYPERV_ERROR, HYPERV_ERROR_TIMED_OUT)
                     ? "allow more time with timeout=SECONDS in the URI"
                     : NULL,
                 "%s", self->error->message);
}

/* The names that were tried, as the library does. */
static char *
list_spns (const Doctor *self)
{
  const char *spn = hyperv_uri_get_spn (self->uri);

  return spn != NULL
             ? g_strdup (spn)
             : g_strdup_printf ("host/%s, HTTP/%s, WSMAN/%s", self->name, self->name, self->name);
}

static void
check_kerberos (Doctor *self, DoctorFinding *finding)
{
  const char *auth = hyperv_uri_get_auth (self->uri);
  g_autofree char *mechanism = NULL;
  g_autofree char *spns = list_spns (self);
  gboolean wanted = g_strcmp0 (auth, "kerberos") == 0;

  if (doctor_get_session (self) != NULL)
    mechanism = hyperv_session_dup_auth_mechanism (doctor_get_session (self));
  if (g_strcmp0 (mechanism, "kerberos") == 0)
    doctor_ok (finding, "a ticket for one of %s", spns);
  else if (auth != NULL && !wanted && g_strcmp0 (auth, "negotiate") != 0)
    doctor_skip (finding, "the URI says auth=%s", auth);
  else if (!wanted && !doctor_is_offered (self, doctor_scheme_by_name ("kerberos")))
    doctor_skip (finding,
                 "not offered by itself, and not what Negotiate came to; names would be "
                 "%s",
                 spns);
  else if (self->error != NULL
           && !g_error_matches (self->error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED))
    doctor_skip (finding, "not looked at, because of: login");
  else if (mechanism != NULL || self->error == NULL
           || (!wanted && doctor_is_offered (self, doctor_scheme_by_name ("negotiate"))))
    doctor_skip (finding,
                 "not used: no ticket for one of %s, or no KDC (HYPERV_DEBUG=auth says "
                 "which)",
                 spns);
  else
    doctor_fail (finding, EXIT_AUTH, "setspn -L $env:COMPUTERNAME",
                 "kinit USER@REALM; klist shows tickets", "no ticket for one of %s", spns);
}

static void
check_binding (Doctor *self, DoctorFinding *finding)
{
  HypervSession *session = doctor_get_session (self);
  g_autofree char *scheme = hyperv_session_dup_auth_scheme (session);

  if (!hyperv_uri_is_https (self->uri))
    doctor_skip (finding, "there is no TLS channel");
  else if (hyperv_session_is_bound (session))
    doctor_ok (finding, "the login is bound to the TLS channel (tls-server-end-point)");
  else
    doctor_skip (finding, "%s cannot be bound to the TLS channel", scheme);
}

/* The empty 500 of WinRM, before it reads anything. */
static gboolean
is_refused_in_clear (const Doctor *self)
{
  return self->error != NULL && !hyperv_session_is_encrypted (hyperv_host_get_session (self->host))
         && strstr (self->error->message, "AllowUnencrypted") != NULL;
}

static void
check_encryption (Doctor *self, DoctorFinding *finding)
{
  HypervSession *session = doctor_get_session (self);
  g_autofree char *version = hyperv_session_dup_tls_version (session);

  if (is_refused_in_clear (self))
    doctor_fail (finding, EXIT_REMOTE_FAULT,
                 "winrm set winrm/config/service @{AllowUnencrypted=\"true\"}",
                 "better: use HTTPS, or auth=negotiate, which seals messages over HTTP",
                 "the host refuses messages in clear (AllowUnencrypted is false)");
  else if (hyperv_session_is_sealed (session))
    doctor_ok (finding, "messages are sealed by the login");
  else if (hyperv_session_is_encrypted (session))
    doctor_ok (finding, "%s", version != NULL ? version : "TLS");
  else
    doctor_ok (finding, "NONE: password and messages go in clear; use HTTPS or auth=negotiate");
}

const DoctorRow doctor_login_rows[] = {
  { "credentials", "", check_credentials },
  { "trust", "certificate", check_trust },
  { "login", "credentials schemes trust", check_login },
  { "kerberos", "credentials schemes trust", check_kerberos },
  { "binding", "login", check_binding },
  { "encryption", "login", check_encryption },
  { NULL, NULL, NULL },
};
