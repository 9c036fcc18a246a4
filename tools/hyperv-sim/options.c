/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv-sim/options.h"

#include <string.h>

#include "client/base/hyperv-file-private.h"

#define SECRET_MAX 65536            /* bytes of a file, of which the first line counts */
#define AUTH_FILE_MAX (1024 * 1024) /* bytes of a keytab, or of certificates */

gboolean
sim_options_parse_listen (const char *option, const char *text, char **address, guint16 *port,
                          GError **error)
{
  const char *colon = strrchr (text, ':');
  gboolean bare_v6 = colon != NULL && *text != '[' && memchr (text, ':', colon - text) != NULL;
  g_autofree char *host = NULL;
  guint64 number = 0;

  if (colon == NULL || bare_v6 || (*text == '[' && g_str_has_suffix (text, "]"))) {
    host = g_strdup (text);
  } else {
    host = g_strndup (text, colon - text);
    if (!g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL)) {
      g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                   "%s %s: the port is “%s”, expected 0 to 65535", option, text, colon + 1);
      return FALSE;
    }
  }
  if (*host == '[' && g_str_has_suffix (host, "]")) {
    host[strlen (host) - 1] = '\0';
    memmove (host, host + 1, strlen (host));
  }
  if (!g_hostname_is_ip_address (host)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s %s: “%s” is no IP address, expected such as 127.0.0.1:0 or [::1]:0", option,
                 text, host);
    return FALSE;
  }
  *address = g_steal_pointer (&host);
  *port = number;
  return TRUE;
}

/* Only who is on this machine may reach a simulator whose password is on a printed line. */
static gboolean
check_address (const SimOptions *options, const char *address, GError **error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  if (g_inet_address_get_is_loopback (inet) || options->password_file != NULL)
    return TRUE;
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "--listen %s: to be reached from elsewhere a password must be set with "
               "--password-file",
               address);
  return FALSE;
}

/* jump, real, stepped, or xN. */
static gboolean
parse_clock (const char *text, HypervSimClockMode *mode, double *rate, GError **error)
{
  static const struct {
    const char *name;
    HypervSimClockMode mode;
  } modes[] = {
    { "jump", HYPERV_SIM_CLOCK_JUMP },
    { "real", HYPERV_SIM_CLOCK_REAL },
    { "stepped", HYPERV_SIM_CLOCK_STEPPED },
  };
  char *end = NULL;

  *rate = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++) {
    if (strcmp (modes[i].name, text) == 0) {
      *mode = modes[i].mode;
      return TRUE;
    }
  }
  *mode = HYPERV_SIM_CLOCK_REAL;
  if (*text == 'x' && g_ascii_isdigit (text[1])) {
    *rate = g_ascii_strtod (text + 1, &end);
    if (*end == '\0' && *rate > 0 && *rate <= 1e6)
      return TRUE;
  }
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "--clock %s: expected jump, real, stepped or xN, such as x10", text);
  return FALSE;
}

char *
sim_options_read_secret (const char *option, const char *file, GError **error)
{
  gsize length = 0;
  char *secret = hyperv_file_read (file, HYPERV_FILE_STREAM, SECRET_MAX, &length, error);
  gsize first;

  if (secret == NULL) {
    g_prefix_error (error, "%s ", option);
    return NULL;
  }
  first = strcspn (secret, "\r\n");
  explicit_bzero (secret + first, length - first);
  if (first > 0)
    return secret;
  g_free (secret);
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "%s %s: its first line is empty", option, file);
  return NULL;
}

static gboolean
set_account (const SimOptions *options, HypervSimHost *host, HypervSimHost *first, GError **error)
{
  HypervSimHost *like = first != NULL ? first : host;
  g_autofree char *password = NULL;
  const char *user = options->user != NULL ? options->user : hyperv_sim_host_get_user (like);

  /* once: it may be a pipe */
  if (options->password_file != NULL && first == NULL) {
    password = sim_options_read_secret ("--password-file", options->password_file, error);
    if (password == NULL)
      return FALSE;
  }
  hyperv_sim_host_set_account (host, user,
                               password != NULL ? password : hyperv_sim_host_get_password (like));
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  return TRUE;
}

/* A pair of words around a sign. */
static gboolean
split (const char *option, const char *text, char sign, char **left, const char **right,
       GError **error)
{
  const char *at = strrchr (text, sign);

  if (at == NULL || at == text || at[1] == '\0') {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "%s %s: expected two words around “%c”", option, text, sign);
    return FALSE;
  }
  *left = g_strndup (text, at - text);
  *right = at + 1;
  return TRUE;
}

/* More accounts, with the password of the first one. */
static gboolean
add_accounts (const SimOptions *options, HypervSimHost *host, GError **error)
{
  for (gsize i = 0; options->accounts != NULL && options->accounts[i] != NULL; i++) {
    g_autofree char *user = NULL;
    const char *state = NULL;

    if (!split ("--account", options->accounts[i], '=', &user, &state, error)
        || !hyperv_sim_host_add_account (host, user, hyperv_sim_host_get_password (host), state,
                                         error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_certificates (const SimOptions *options, GVariantDict *auth, GError **error)
{
  g_auto (GVariantBuilder) map = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  for (gsize i = 0; options->certificates != NULL && options->certificates[i] != NULL; i++) {
    g_autofree char *subject = NULL;
    const char *user = NULL;

    if (!split ("--certificate", options->certificates[i], '=', &subject, &user, error))
      return FALSE;
    g_variant_builder_add (&map, "{ss}", subject, user);
  }
  g_variant_dict_insert_value (auth, "certificate-map", g_variant_builder_end (&map));
  return TRUE;
}

/* What a scheme of --auth cannot do without, and whether it serves. */
static gboolean
check_auth_file (const char *schemes, const char *scheme, const char *option, const char *file,
                 GError **error)
{
  g_auto (GStrv) words = g_strsplit (schemes != NULL ? schemes : "", ",", -1);

  if (file == NULL && g_strv_contains ((const char *const *)words, scheme)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "--auth %s: %s needs %s FILE", schemes, scheme, option);
    return FALSE;
  }
  if (file == NULL || hyperv_file_check (file, AUTH_FILE_MAX, error))
    return TRUE;
  g_prefix_error (error, "%s ", option);
  return FALSE;
}

static gboolean
check_authority (const char *file, GError **error)
{
  g_autoptr (GTlsCertificate) certificate
      = file != NULL ? g_tls_certificate_new_from_file (file, error) : NULL;

  if (file == NULL || certificate != NULL)
    return TRUE;
  g_prefix_error (error, "--client-ca %s: ", file);
  return FALSE;
}

static gboolean
set_auth (const SimOptions *options, HypervSimHost *host, GError **error)
{
  g_auto (GVariantDict) auth = G_VARIANT_DICT_INIT (NULL);
  const char *clear = options->allow_unencrypted;

  if (clear != NULL && strcmp (clear, "true") != 0 && strcmp (clear, "false") != 0) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "--allow-unencrypted %s: expected true or false", clear);
    return FALSE;
  }
  if (!check_auth_file (options->auth, "kerberos", "--keytab", options->keytab, error)
      || !check_auth_file (options->auth, "certificate", "--client-ca", options->client_ca, error)
      || !check_authority (options->client_ca, error))
    return FALSE;
  if (options->auth != NULL) {
    g_auto (GStrv) schemes = g_strsplit (options->auth, ",", -1);

    g_variant_dict_insert_value (&auth, "schemes",
                                 g_variant_new_strv ((const char *const *)schemes, -1));
  }
  if (options->keytab != NULL)
    g_variant_dict_insert (&auth, "keytab", "s", options->keytab);
  if (options->client_ca != NULL)
    g_variant_dict_insert (&auth, "client-ca", "s", options->client_ca);
  if (options->channel_binding != NULL)
    g_variant_dict_insert (&auth, "channel-binding", "s", options->channel_binding);
  if (options->server_certificate != NULL)
    g_variant_dict_insert (&auth, "server-certificate", "s", options->server_certificate);
  if (clear != NULL)
    g_variant_dict_insert (&auth, "allow-unencrypted", "b", *clear == 't');
  return add_certificates (options, &auth, error)
         && hyperv_sim_host_set_auth (host, g_variant_dict_end (&auth), error);
}

HypervSimHost *
sim_options_make_host (const SimOptions *options, const char *name, HypervSimHost *first,
                       GError **error)
{
  g_autoptr (HypervSimHost) host = hyperv_sim_host_new (name);
  gboolean https = options->https || !options->http;
  g_autofree char *address = NULL;
  guint16 port = 0;

  if (!sim_options_parse_listen ("--listen",
                                 options->listen != NULL ? options->listen : "127.0.0.1:0",
                                 &address, &port, error)
      || !check_address (options, address, error) || !set_account (options, host, first, error)
      || !add_accounts (options, host, error) || !set_auth (options, host, error))
    return NULL;
  if (port != 0 && ((https && options->http) || first != NULL)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "--listen %s: one port cannot serve %s; give port 0", options->listen,
                 first != NULL ? "more than one host" : "both --https and --http");
    return NULL;
  }
  if (!hyperv_sim_host_set_shell_script (host, options->shell_script, error)) {
    g_prefix_error (error, "--shell-script: ");
    return NULL;
  }
  hyperv_sim_host_set_listen (host, address, port, port);
  hyperv_sim_host_set_transports (host, https, options->http);
  hyperv_sim_host_set_n_vms (host, options->n_vms);
  return g_steal_pointer (&host);
}

static gboolean
add_hosts (const SimOptions *options, HypervSimSite *site, GError **error)
{
  static const char *const fallback[] = { "2019", NULL };
  HypervSimHost *first = NULL;

  for (const char *const *name
       = options->hosts != NULL ? (const char *const *)options->hosts : fallback;
       *name != NULL; name++) {
    g_autoptr (HypervSimHost) host = sim_options_make_host (options, *name, first, error);

    if (host == NULL)
      return FALSE;
    hyperv_sim_site_add_host (site, host);
    first = g_ptr_array_index (hyperv_sim_site_get_hosts (site), 0);
  }
  return TRUE;
}

/* From elsewhere nobody comes in without a token. */
static gboolean
set_control (const SimOptions *options, HypervSimSite *site, GError **error)
{
  const char *file = options->control_token_file;
  g_autofree char *token = NULL;
  g_autofree char *address = NULL;
  guint16 port = 0;

  if (options->control == NULL && file == NULL)
    return TRUE;
  if (options->control == NULL) {
    g_set_error_literal (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                         "--control-token-file: there is no --control");
    return FALSE;
  }
  if (!sim_options_parse_listen ("--control", options->control, &address, &port, error))
    return FALSE;
  token = file != NULL ? sim_options_read_secret ("--control-token-file", file, error) : NULL;
  if (file != NULL && token == NULL)
    return FALSE;
  if (hyperv_sim_site_set_control (site, address, port, token, error))
    return TRUE;
  g_prefix_error (error, "--control %s (see --control-token-file): ", options->control);
  return FALSE;
}

HypervSimSite *
sim_options_make_site (const SimOptions *options, GError **error)
{
  g_autoptr (HypervSimSite) site = hyperv_sim_site_new ();
  HypervSimClockMode mode;
  double rate;

  if (!parse_clock (options->clock != NULL ? options->clock : "jump", &mode, &rate, error)
      || !add_hosts (options, site, error) || !set_control (options, site, error))
    return NULL;
  hyperv_sim_site_set_clock_mode (site, mode, rate);
  hyperv_sim_site_set_seed (site, options->seed);
  return g_steal_pointer (&site);
}

gboolean
sim_options_run_calls (const SimOptions *options, HypervSimSite *site, GError **error)
{
  if (options->scenario != NULL && !hyperv_sim_site_run_file (site, options->scenario, error)) {
    g_prefix_error (error, "--scenario: ");
    return FALSE;
  }
  for (gsize i = 0; options->calls != NULL && options->calls[i] != NULL; i++) {
    g_autofree char *result = hyperv_sim_site_do (site, options->calls[i], error);

    if (result == NULL) {
      g_prefix_error (error, "--do: ");
      return FALSE;
    }
  }
  return TRUE;
}
