/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <krb5.h>
#include <string.h>

#include "client/transport/transport-gss-private.h"

/* Which credentials, which target, and the first token. */

/* Windows registers all three for the account of the host; HTTP may belong to a web server's. */
static const char *const services[] = { "host", "HTTP", "WSMAN" };

/* What makes another try with the same password useless, and a step towards a lock-out. */
static const OM_uint32 refusals[] = {
  (OM_uint32)KRB5KDC_ERR_PREAUTH_FAILED,   (OM_uint32)KRB5KDC_ERR_KEY_EXP,
  (OM_uint32)KRB5KDC_ERR_CLIENT_REVOKED,   (OM_uint32)KRB5KDC_ERR_NAME_EXP,
  (OM_uint32)KRB5KRB_AP_ERR_BAD_INTEGRITY,
};

/* What to do, where krb5 names only what happened. */
static const struct {
  OM_uint32 minor;
  const char *remedy;
} remedies[] = {
  { (OM_uint32)KRB5_KDC_UNREACH,
    "; is the realm right (user@REALM, or default_realm in krb5.conf), and a domain controller "
    "within reach? auth=ntlm and auth=basic need none" },
  { (OM_uint32)KRB5_REALM_UNKNOWN, "; name the realm's KDC in krb5.conf, or in DNS" },
  { (OM_uint32)KRB5_REALM_CANT_RESOLVE, "; name the realm's KDC in krb5.conf, or in DNS" },
  { (OM_uint32)KRB5KRB_AP_ERR_SKEW, "; set the clocks of both machines right" },
  { (OM_uint32)KRB5KRB_AP_ERR_TKT_EXPIRED, "; kinit gets a new ticket" },
};

static const char *
remedy_of (OM_uint32 minor)
{
  for (gsize i = 0; i < G_N_ELEMENTS (remedies); i++)
    if (remedies[i].minor == minor)
      return remedies[i].remedy;
  return "";
}

static gboolean
fail (TransportGss *self, const char *what, OM_uint32 major, OM_uint32 minor, gss_OID mechanism,
      GError **error)
{
  g_autofree char *reason = transport_gss_explain (major, minor, mechanism);

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    self->refused = self->refused || minor == refusals[i];
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED, "%s: %s%s", what, reason,
               remedy_of (minor));
  return FALSE;
}

/* To be called inside the gate. */
static gboolean
has_mechanism (gss_OID wanted)
{
  gss_OID_set all = GSS_C_NO_OID_SET;
  OM_uint32 minor;
  int present = 0;

  if (!GSS_ERROR (gss_indicate_mechs (&minor, &all)))
    gss_test_oid_set_member (&minor, wanted, all, &present);
  gss_release_oid_set (&minor, &all);
  return present != 0;
}

gboolean
transport_gss_check (TransportGssKind kind, GError **error)
{
  gboolean has;

  if (kind != TRANSPORT_GSS_NTLM)
    return TRUE;
  if (!transport_gss_enter (error))
    return FALSE;
  has = has_mechanism (TRANSPORT_GSS_OID (ntlm));
  transport_gss_leave ();
  if (has)
    return TRUE;
  g_set_error_literal (error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
                       "auth=ntlm: GSSAPI has no NTLM on this machine; install gss-ntlmssp");
  return FALSE;
}

gboolean
transport_gss_has_ticket (void)
{
  gss_OID_set_desc mechanisms = { 1, TRANSPORT_GSS_OID (krb5) };
  gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
  OM_uint32 major, minor, lifetime = 0;

  if (!transport_gss_enter (NULL))
    return FALSE;
  major = gss_acquire_cred (&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
                            &cred, NULL, &lifetime);
  gss_release_cred (&minor, &cred);
  transport_gss_leave ();
  return !GSS_ERROR (major) && lifetime > 0;
}

/* DOMAIN\user and user@domain are user@DOMAIN for Kerberos, which tells cases apart; realms of
 * Windows are in capitals. */
static char *
kerberos_user (const char *user)
{
  const char *slash = strchr (user, '\\');
  const char *at = strrchr (user, '@');
  g_autofree char *realm = NULL;
  g_autofree char *name = NULL;

  if (slash == NULL && at == NULL)
    return g_strdup (user);
  realm = slash != NULL ? g_strndup (user, (gsize)(slash - user)) : g_strdup (at + 1);
  name = slash != NULL ? g_strdup (slash + 1) : g_strndup (user, (gsize)(at - user));
  for (char *c = realm; *c != '\0'; c++)
    *c = g_ascii_toupper (*c);
  if (*realm == '\0' || strcmp (realm, ".") == 0)
    return g_steal_pointer (&name);
  return g_strconcat (name, "@", realm, NULL);
}

/* @mechanism's credentials of our user: with the password, or from the ticket cache. */
static gboolean
acquire (TransportGss *self, const char *user, gss_OID mechanism, GError **error)
{
  const char *password = hyperv_credentials_get_password (self->credentials);
  gss_OID_set_desc mechanisms = { 1, mechanism };
  gss_buffer_desc secret = { strlen (password), (void *)password };
  gss_buffer_desc text = { strlen (user), (void *)user };
  gss_name_t name = GSS_C_NO_NAME;
  OM_uint32 major, minor = 0, unused;

  gss_release_cred (&unused, &self->cred);
  major
      = *user != '\0' ? gss_import_name (&minor, &text, GSS_C_NT_USER_NAME, &name) : GSS_S_COMPLETE;
  if (!GSS_ERROR (major) && *password != '\0')
    major = gss_acquire_cred_with_password (&minor, name, &secret, GSS_C_INDEFINITE, &mechanisms,
                                            GSS_C_INITIATE, &self->cred, NULL, NULL);
  else if (!GSS_ERROR (major))
    major = gss_acquire_cred (&minor, name, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
                              &self->cred, NULL, NULL);
  gss_release_name (&unused, &name);
  if (!GSS_ERROR (major))
    return TRUE;
  return fail (self,
               *password != '\0' ? "no credentials of this user and password"
                                 : "no ticket (kinit gets one), and no password was given",
               major, minor, mechanism, error);
}

/* "SERVICE/HOST" is the host's in whatever realm it is; with @REALM it is taken as it stands. */
static gboolean
set_target (TransportGss *self, const char *spn, GError **error)
{
  g_autofree char *name = g_strdup (spn);
  gboolean whole = strchr (spn, '@') != NULL;
  char *slash = strchr (name, '/');
  gss_buffer_desc text = { strlen (name), name };
  OM_uint32 major, minor, unused;

  if (!whole && slash != NULL)
    *slash = '@';
  gss_release_name (&unused, &self->target);
  major = gss_import_name (&minor, &text,
                           whole ? (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME : GSS_C_NT_HOSTBASED_SERVICE,
                           &self->target);
  if (GSS_ERROR (major))
    return fail (self, spn, major, minor, GSS_C_NO_OID, error);
  return TRUE;
}

static gboolean
first_token (TransportGss *self, const char *spn, gss_buffer_t token, OM_uint32 *minor,
             GError **error)
{
  OM_uint32 major, unused;

  if (!set_target (self, spn, error))
    return FALSE;
  major = transport_gss_init (self, GSS_C_NO_BUFFER, token, minor);
  if (!GSS_ERROR (major)) {
    self->complete = (major & GSS_S_CONTINUE_NEEDED) == 0;
    return TRUE;
  }
  gss_delete_sec_context (&unused, &self->context, GSS_C_NO_BUFFER);
  gss_release_buffer (&unused, token);
  return fail (self, spn, major, *minor, self->mechanism, error);
}

/* Goes through the names that the host may have; only "no such name" leads to the next. */
static gboolean
begin_kerberos (TransportGss *self, gss_buffer_t token, GError **error)
{
  g_autofree char *user = kerberos_user (hyperv_credentials_get_user (self->credentials));
  g_autoptr (GString) tried = g_string_new (NULL);
  gboolean unknown = TRUE;

  self->mechanism = TRANSPORT_GSS_OID (krb5);
  if (!acquire (self, user, self->mechanism, error))
    return FALSE;
  for (gsize i = 0; unknown && i < G_N_ELEMENTS (services); i++) {
    g_autofree char *spn = self->spn != NULL ? g_strdup (self->spn)
                                             : g_strdup_printf ("%s/%s", services[i], self->host);
    g_autoptr (GError) local = NULL;
    OM_uint32 minor = 0;

    if (first_token (self, spn, token, &minor, &local))
      return TRUE;
    unknown = self->spn == NULL && minor == (OM_uint32)KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN;
    g_string_append_printf (tried, "%s%s", tried->len > 0 ? "; " : "", local->message);
  }
  g_set_error_literal (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED, tried->str);
  return FALSE;
}

static gboolean
begin_ntlm (TransportGss *self, gss_buffer_t token, GError **error)
{
  g_autofree char *spn
      = self->spn != NULL ? g_strdup (self->spn) : g_strdup_printf ("%s/%s", "HTTP", self->host);
  OM_uint32 minor = 0;

  self->mechanism = TRANSPORT_GSS_OID (ntlm);
  if (!transport_gss_check (TRANSPORT_GSS_NTLM, error)
      || !acquire (self, hyperv_credentials_get_user (self->credentials), self->mechanism, error))
    return FALSE;
  return first_token (self, spn, token, &minor, error);
}

/* SPNEGO with the mechanisms that are known to work: MIT's would go from Kerberos to NTLM without a
 * word about why, and for the first of the names only. */
static gboolean
begin_spnego (TransportGss *self, const char *user, const char *spn, gss_OID_set mechanisms,
              gss_buffer_t token, GError **error)
{
  OM_uint32 major, minor = 0;

  self->mechanism = TRANSPORT_GSS_OID (spnego);
  if (!acquire (self, user, self->mechanism, error))
    return FALSE;
  major = gss_set_neg_mechs (&minor, self->cred, mechanisms);
  if (GSS_ERROR (major))
    return fail (self, "SPNEGO", major, minor, self->mechanism, error);
  return first_token (self, spn, token, &minor, error);
}

/* The name for which Kerberos has a ticket, or NULL with the reason. */
static char *
find_ticket (TransportGss *self, GError **error)
{
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor;
  char *name;

  if (!begin_kerberos (self, &token, error))
    return NULL;
  gss_release_buffer (&minor, &token);
  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  self->complete = FALSE;
  if (GSS_ERROR (gss_display_name (&minor, self->target, &text, NULL)))
    return g_strdup_printf ("%s/%s", services[0], self->host);
  name = g_strndup (text.value, text.length);
  gss_release_buffer (&minor, &text);
  /* Of a name by host the display is SERVICE@HOST. */
  if (strchr (name, '/') == NULL && strchr (name, '@') != NULL)
    *strchr (name, '@') = '/';
  return name;
}

static gboolean
begin_negotiate (TransportGss *self, gss_buffer_t token, GError **error)
{
  gss_OID_desc both[] = { transport_gss_oid_krb5, transport_gss_oid_ntlm };
  gboolean has_ntlm = has_mechanism (TRANSPORT_GSS_OID (ntlm));
  gss_OID_set_desc all = { has_ntlm ? 2 : 1, both };
  gss_OID_set_desc ntlm = { 1, &both[1] };
  const char *user = hyperv_credentials_get_user (self->credentials);
  g_autofree char *ticket_user = kerberos_user (user);
  g_autofree char *plain
      = self->spn != NULL ? g_strdup (self->spn) : g_strdup_printf ("%s/%s", "HTTP", self->host);
  g_autofree char *spn = NULL;
  g_autoptr (GError) no_ticket = NULL;
  g_autoptr (GError) local = NULL;

  /* MIT's SPNEGO would go to the KDC even for NTLM alone, since it acquires credentials of all
   * mechanisms; WinRM takes bare NTLM under Negotiate. */
  if (self->skip_kerberos)
    return begin_ntlm (self, token, error);
  spn = find_ticket (self, &no_ticket);
  if (spn != NULL)
    return begin_spnego (self, ticket_user, spn, &all, token, error);
  if (!self->refused && has_ntlm && begin_spnego (self, user, plain, &ntlm, token, &local))
    return TRUE;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED, "%s%s%s%s",
               no_ticket != NULL ? "Kerberos: " : "", no_ticket != NULL ? no_ticket->message : "",
               no_ticket != NULL ? "; NTLM: " : "NTLM: ",
               local != NULL   ? local->message
               : self->refused ? "not tried, since the password was refused"
                               : "GSSAPI has none on this machine; install gss-ntlmssp");
  return FALSE;
}

gboolean
transport_gss_begin (TransportGss *self, gss_buffer_t token, GError **error)
{
  static gboolean (*const begins[]) (TransportGss *, gss_buffer_t, GError **) = {
    [TRANSPORT_GSS_NEGOTIATE] = begin_negotiate,
    [TRANSPORT_GSS_KERBEROS] = begin_kerberos,
    [TRANSPORT_GSS_NTLM] = begin_ntlm,
  };

  return begins[self->kind](self, token, error);
}
