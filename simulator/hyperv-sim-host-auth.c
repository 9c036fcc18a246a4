/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-host-private.h"

#include <string.h>

#include "client/base/hyperv-file-private.h"

/* Who may log in, and how. */

#define DEFAULT_SCHEMES "negotiate,basic"
#define MAX_CLIENT_CA (1024 * 1024) /* bytes of a PEM file */

/* In the order in which Windows offers them; a workgroup host has no Kerberos. */
static const struct {
  const char *name;
  const char *challenge;
  const char *setting; /* of winrm/config */
} schemes[] = {
  { "negotiate", "Negotiate", "Service.Auth.Negotiate" },
  { "kerberos", "Kerberos", "Service.Auth.Kerberos" },
  { "certificate", "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual",
    "Service.Auth.Certificate" },
  { "basic", "Basic realm=\"WSMAN\"", "Service.Auth.Basic" },
  { "credssp", "CredSSP", "Service.Auth.CredSSP" },
};

static const struct {
  const char *name;
  const char *level; /* in winrm/config */
  SimChannelBinding binding;
} bindings[] = {
  { "none", "None", SIM_CHANNEL_BINDING_NONE },
  { "relaxed", "Relaxed", SIM_CHANNEL_BINDING_RELAXED },
  { "strict", "Strict", SIM_CHANNEL_BINDING_STRICT },
};

static const struct {
  const char *name;
  SimCertificateFault fault;
} certificates[] = {
  { "good", SIM_CERTIFICATE_GOOD },       { "expired", SIM_CERTIFICATE_EXPIRED },
  { "not-yet", SIM_CERTIFICATE_NOT_YET }, { "other-host", SIM_CERTIFICATE_OTHER_HOST },
  { "weak", SIM_CERTIFICATE_WEAK },
};

static const struct {
  const char *name;
  SimAccountState state;
} states[] = {
  { "good", SIM_ACCOUNT_GOOD },         { "without-rights", SIM_ACCOUNT_WITHOUT_RIGHTS },
  { "locked", SIM_ACCOUNT_LOCKED },     { "expired", SIM_ACCOUNT_EXPIRED },
  { "disabled", SIM_ACCOUNT_DISABLED }, { "must-change", SIM_ACCOUNT_MUST_CHANGE },
};

static const struct {
  const char *name;
  SimAuthFailure failure;
} failures[] = {
  { "none", SIM_AUTH_FAILURE_NONE },
  { "refusal", SIM_AUTH_FAILURE_REFUSAL },
  { "truncated-token", SIM_AUTH_FAILURE_TRUNCATED_TOKEN },
  { "dropped-context", SIM_AUTH_FAILURE_DROPPED_CONTEXT },
  { "wrong-sequence", SIM_AUTH_FAILURE_WRONG_SEQUENCE },
  { "bad-signature", SIM_AUTH_FAILURE_BAD_SIGNATURE },
  { "unsealed-reply", SIM_AUTH_FAILURE_UNSEALED_REPLY },
  { "clock-skew", SIM_AUTH_FAILURE_CLOCK_SKEW },
};

void
hyperv_sim_host_auth_init (HypervSimAuth *self)
{
  self->schemes = g_strsplit (DEFAULT_SCHEMES, ",", -1);
  self->accounts = sim_accounts_new ();
}

void
hyperv_sim_host_auth_clear (HypervSimAuth *self)
{
  g_strfreev (self->schemes);
  sim_accounts_unref (self->accounts);
  g_clear_pointer (&self->certificate_map, g_variant_unref);
  g_free (self->client_ca);
  g_free (self->keytab);
  g_free (self->client_ca_pem);
  g_free (self->client_ca_thumbprint);
  g_free (self->certificate_users);
  g_clear_pointer (&self->mappings, g_ptr_array_unref);
}

static gboolean
refuse (GError **error, const char *what, const char *value, const char *expected)
{
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "%s: “%s” is not known; expected %s", what, value, expected);
  return FALSE;
}

static gboolean
set_schemes (HypervSimAuth *self, GVariant *value, GError **error)
{
  g_auto (GStrv) names = g_variant_dup_strv (value, NULL);

  for (gsize i = 0; names[i] != NULL; i++) {
    gboolean known = FALSE;

    for (gsize k = 0; k < G_N_ELEMENTS (schemes); k++)
      known = known || strcmp (names[i], schemes[k].name) == 0;
    if (!known)
      return refuse (error, "schemes", names[i],
                     "negotiate, kerberos, certificate, basic or credssp");
  }
  g_strfreev (self->schemes);
  self->schemes = g_steal_pointer (&names);
  return TRUE;
}

static gboolean
set_keytab (HypervSimAuth *self, GVariant *value, GError **error)
{
  g_free (self->keytab);
  self->keytab = g_variant_dup_string (value, NULL);
  return TRUE;
}

static gboolean
set_allow_unencrypted (HypervSimAuth *self, GVariant *value, GError **error)
{
  self->refuse_clear = !g_variant_get_boolean (value);
  return TRUE;
}

static gboolean
set_channel_binding (HypervSimAuth *self, GVariant *value, GError **error)
{
  const char *name = g_variant_get_string (value, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++) {
    if (strcmp (name, bindings[i].name) != 0)
      continue;
    self->channel_binding = bindings[i].binding;
    return TRUE;
  }
  return refuse (error, "channel-binding", name, "none, relaxed or strict");
}

static gboolean
set_server_certificate (HypervSimAuth *self, GVariant *value, GError **error)
{
  const char *name = g_variant_get_string (value, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++) {
    if (strcmp (name, certificates[i].name) != 0)
      continue;
    self->server_certificate = certificates[i].fault;
    return TRUE;
  }
  return refuse (error, "server-certificate", name, "good, expired, not-yet, other-host or weak");
}

static gboolean
set_client_ca (HypervSimAuth *self, GVariant *value, GError **error)
{
  g_free (self->client_ca);
  self->client_ca = g_variant_dup_string (value, NULL);
  return TRUE;
}

static gboolean
set_certificate_map (HypervSimAuth *self, GVariant *value, GError **error)
{
  g_clear_pointer (&self->certificate_map, g_variant_unref);
  self->certificate_map = g_variant_ref (value);
  return TRUE;
}

static const struct {
  const char *key;
  const char *type;
  gboolean (*set) (HypervSimAuth *self, GVariant *value, GError **error);
} settings_known[] = {
  { "schemes", "as", set_schemes },
  { "keytab", "s", set_keytab },
  { "allow-unencrypted", "b", set_allow_unencrypted },
  { "channel-binding", "s", set_channel_binding },
  { "client-ca", "s", set_client_ca },
  { "certificate-map", "a{ss}", set_certificate_map },
  { "server-certificate", "s", set_server_certificate },
};

static gboolean
set_one (HypervSimAuth *self, const char *key, GVariant *value, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings_known); i++) {
    if (strcmp (key, settings_known[i].key) != 0)
      continue;
    if (g_variant_is_of_type (value, (const GVariantType *)settings_known[i].type))
      return settings_known[i].set (self, value, error);
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s: is of type %s, expected %s", key, g_variant_get_type_string (value),
                 settings_known[i].type);
    return FALSE;
  }
  return refuse (error, "auth", key,
                 "schemes, keytab, allow-unencrypted, channel-binding, client-ca, certificate-map "
                 "or server-certificate");
}

/**
 * hyperv_sim_host_set_auth:
 * @self: a host that is not started
 * @settings: an `a{sv}`; a floating reference is taken
 * @error: HYPERV_SIM_ERROR_INVALID_ARGUMENT, listing what is known
 *
 * Configures how one logs in, as `winrm set winrm/config/service` does:
 *
 * - `schemes` (`as`): of `negotiate`, `kerberos`, `certificate`, `basic`, `credssp`; the first and
 *   Basic by default. CredSSP is offered and always refused.
 * - `keytab` (`s`): file with the keys of `HTTP/…` and `host/…`; with it Negotiate takes Kerberos
 *   besides NTLM
 * - `allow-unencrypted` (`b`): %FALSE lets nobody send a message in clear over HTTP; as it is by
 *   default, everybody may
 * - `channel-binding` (`s`): `none`, `relaxed` (the default) or `strict`
 * - `client-ca` (`s`): PEM file of the authority of client certificates
 * - `certificate-map` (`a{ss}`): UPN or common name of a client certificate to account
 * - `server-certificate` (`s`): `good` (the default), or `expired`, `not-yet` (valid), `other-host`
 *   (for `other.example`), `weak` (RSA of 1024 bits, SHA-1): certificates that nobody should trust
 *
 * Returns: whether all of it was taken
 */
gboolean
hyperv_sim_host_set_auth (HypervSimHost *self, GVariant *settings, GError **error)
{
  g_autoptr (GVariant) held = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL, FALSE);
  g_return_val_if_fail (settings != NULL && g_variant_is_of_type (settings, G_VARIANT_TYPE_VARDICT),
                        FALSE);

  held = g_variant_ref_sink (settings);
  g_variant_iter_init (&iter, held);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value)) {
    gboolean good = set_one (&self->auth, key, value, error);

    g_variant_unref (value);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

/**
 * hyperv_sim_host_add_account:
 * @self: a host that is not started
 * @user: name of the account, in UTF-8
 * @password: its password
 * @state: `good`; `without-rights`: logs in, and is denied everything but Identify; `locked`,
 *   `expired`, `disabled`, `must-change` (its password): its login is answered by 401
 * @error: HYPERV_SIM_ERROR_INVALID_ARGUMENT, listing the states
 *
 * Adds an account, besides that of hyperv_sim_host_set_account(); one of the same name replaces it.
 *
 * Returns: whether it was added
 */
gboolean
hyperv_sim_host_add_account (HypervSimHost *self, const char *user, const char *password,
                             const char *state, GError **error)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && self->thread == NULL, FALSE);
  g_return_val_if_fail (user != NULL && password != NULL && state != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++) {
    if (strcmp (state, states[i].name) != 0)
      continue;
    sim_accounts_set (self->auth.accounts, user, password);
    sim_accounts_set_state (self->auth.accounts, user, states[i].state);
    return TRUE;
  }
  return refuse (error, "state of an account", state,
                 "good, without-rights, locked, expired, disabled or must-change");
}

typedef struct {
  SimAuthFailure failure;
  guint count;
} Failing;

static void
fail_auth (HypervSimHost *self, gpointer data)
{
  const Failing *failing = data;

  sim_listener_fail_auth (self->listener, failing->failure, failing->count);
}

/**
 * hyperv_sim_host_fail_auth:
 * @self: a host that runs
 * @failure: `refusal` (401 also for the right password), `truncated-token`, `dropped-context` (an
 *   authenticated connection is not any more), `wrong-sequence`, `bad-signature`, `unsealed-reply`
 *   (of sealed replies), `clock-skew` (Kerberos), or `none`
 * @count: how many times
 * @error: HYPERV_SIM_ERROR, listing what is known
 *
 * Makes logins or sealed messages go wrong from now on, instead of what was ordered before.
 *
 * Returns: whether it will
 */
gboolean
hyperv_sim_host_fail_auth (HypervSimHost *self, const char *failure, guint count, GError **error)
{
  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && failure != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++) {
    Failing failing = { failures[i].failure, count };

    if (strcmp (failure, failures[i].name) != 0)
      continue;
    if (hyperv_sim_host_call (self, fail_auth, &failing))
      return TRUE;
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING,
                 "host “%s” does not run; start it first", self->name);
    return FALSE;
  }
  return refuse (error, "failure of a login", failure,
                 "refusal, truncated-token, dropped-context, wrong-sequence, bad-signature, "
                 "unsealed-reply, clock-skew or none");
}

static gboolean
has_scheme (const HypervSimAuth *self, const char *name)
{
  return g_strv_contains ((const char *const *)self->schemes, name);
}

static void
choose_challenges (HypervSimHost *self)
{
  gsize n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_strcmp0 (repository_get_setting (self->repository, "config", schemes[i].setting), "true")
        == 0)
      self->auth.challenges[n++] = schemes[i].challenge;
  }
  self->auth.challenges[n] = NULL;
}

static void
set_config (HypervSimHost *self, const char *setting, const char *value)
{
  if (repository_get_setting (self->repository, "config", setting) == NULL)
    repository_set_setting (self->repository, "config", setting, value);
}

/* What was said of certificates before the start holds for all that the authority signed. */
static void
tell_mappings (HypervSimHost *self)
{
  const HypervSimAuth *auth = &self->auth;
  GVariantIter iter;
  const char *subject, *user;

  if (auth->client_ca_thumbprint == NULL || auth->certificate_map == NULL
      || wsman_has_certificate_mappings (self->wsman))
    return;
  g_variant_iter_init (&iter, auth->certificate_map);
  while (g_variant_iter_next (&iter, "{&s&s}", &subject, &user))
    wsman_add_certificate_mapping (self->wsman, subject, auth->client_ca_thumbprint, user);
}

void
hyperv_sim_host_auth_tell (HypervSimHost *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    set_config (self, schemes[i].setting,
                has_scheme (&self->auth, schemes[i].name) ? "true" : "false");
  set_config (self, "Service.AllowUnencrypted", self->auth.refuse_clear ? "false" : "true");
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++) {
    if (bindings[i].binding == self->auth.channel_binding)
      set_config (self, "Service.Auth.CbtHardeningLevel", bindings[i].level);
  }
  if (self->auth.client_ca_thumbprint != NULL)
    repository_set_setting (self->repository, "config", "ClientAuthority.Thumbprint",
                            self->auth.client_ca_thumbprint);
  tell_mappings (self);
}

/* (transfer container) */
static SimCertificateUser *
list_certificate_users (GPtrArray *mappings)
{
  SimCertificateUser *users = g_new0 (SimCertificateUser, mappings->len + 1);

  for (guint i = 0; i < mappings->len; i++) {
    const WsmanMapping *mapping = g_ptr_array_index (mappings, i);

    users[i]
        = (SimCertificateUser){ mapping->subject, mapping->user, mapping->issuer, mapping->uri };
  }
  return users;
}

void
hyperv_sim_host_auth_follow (HypervSimHost *self, SimListenerSettings *settings)
{
  HypervSimAuth *auth = &self->auth;
  const char *level = wsman_get_config (self->wsman, "Service/Auth/CbtHardeningLevel");

  choose_challenges (self);
  g_clear_pointer (&auth->mappings, g_ptr_array_unref);
  g_clear_pointer (&auth->certificate_users, g_free);
  auth->mappings = wsman_list_certificate_mappings (self->wsman);
  auth->certificate_users = list_certificate_users (auth->mappings);
  settings->challenges = auth->challenges;
  settings->refuse_clear = !wsman_is_config_on (self->wsman, "Service/AllowUnencrypted");
  settings->certificate_users = auth->certificate_users;
  settings->n_certificate_users = auth->mappings->len;
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++) {
    if (g_strcmp0 (bindings[i].level, level) == 0)
      settings->channel_binding = bindings[i].binding;
  }
}

static gboolean
describe_authority (HypervSimAuth *self, char **thumbprint, GError **error)
{
  g_autofree char *name = NULL;

  g_clear_pointer (thumbprint, g_free);
  if (sim_certificate_describe (self->client_ca_pem, thumbprint, &name))
    return TRUE;
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "client-ca: “%s” has no certificate in PEM in it", self->client_ca);
  return FALSE;
}

gboolean
hyperv_sim_host_auth_configure (HypervSimHost *self, SimListenerConfig *config, GError **error)
{
  HypervSimAuth *auth = &self->auth;

  if (has_scheme (auth, "kerberos") && auth->keytab == NULL) {
    g_set_error_literal (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                         "auth: Kerberos needs a keytab");
    return FALSE;
  }
  if (has_scheme (auth, "certificate") && auth->client_ca == NULL) {
    g_set_error_literal (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                         "auth: certificates need the PEM file of their authority (client-ca)");
    return FALSE;
  }
  g_clear_pointer (&auth->client_ca_pem, g_free);
  if (auth->client_ca != NULL) {
    auth->client_ca_pem
        = hyperv_file_read (auth->client_ca, HYPERV_FILE_REGULAR, MAX_CLIENT_CA, NULL, error);
    if (auth->client_ca_pem == NULL)
      return FALSE;
  }
  if (auth->client_ca_pem != NULL && !describe_authority (auth, &auth->client_ca_thumbprint, error))
    return FALSE;
  config->auth.computer_name = repository_get_computer_name (self->repository);
  config->auth.keytab = auth->keytab;
  config->auth.client_ca = auth->client_ca_pem;
  sim_accounts_add (config->accounts, auth->accounts);
  return TRUE;
}
