/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-credentials.h"

#include <string.h>

#include "client/base/hyperv-auth-file-private.h"
#include "client/base/hyperv-error.h"

#define DEFAULT_USER "administrator"

struct _HypervCredentials {
  char *user;
  char *password;
};

G_DEFINE_BOXED_TYPE (HypervCredentials, hyperv_credentials, hyperv_credentials_ref,
                     hyperv_credentials_unref)

static void
secret_free (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
credentials_clear (gpointer data)
{
  HypervCredentials *self = data;

  g_free (self->user);
  secret_free (self->password);
}

/**
 * hyperv_credentials_new:
 * @user: an account, as `name`, `DOMAIN\name` or `name@realm`
 * @password: its password
 *
 * Makes credentials of what is known already.
 *
 * Returns: (transfer full): the credentials
 */
HypervCredentials *
hyperv_credentials_new (const char *user, const char *password)
{
  HypervCredentials *self;

  g_return_val_if_fail (user != NULL, NULL);
  g_return_val_if_fail (password != NULL, NULL);

  self = g_atomic_rc_box_new0 (HypervCredentials);
  self->user = g_strdup (user);
  self->password = g_strdup (password);
  return self;
}

/**
 * hyperv_credentials_ref:
 * @self: credentials
 *
 * Takes a reference. Any thread may.
 *
 * Returns: (transfer full): @self
 */
HypervCredentials *
hyperv_credentials_ref (HypervCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

/**
 * hyperv_credentials_unref:
 * @self: (transfer full): credentials
 *
 * Gives a reference back; the last one zeroes the password. Any thread may.
 */
void
hyperv_credentials_unref (HypervCredentials *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, credentials_clear);
}

/**
 * hyperv_credentials_get_user:
 * @self: credentials
 *
 * Returns the name of the account.
 *
 * Returns: (transfer none): the name
 */
const char *
hyperv_credentials_get_user (HypervCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * hyperv_credentials_get_password:
 * @self: credentials
 *
 * Returns the password. Copies of it are the caller's to zero.
 *
 * Returns: (transfer none): the password
 */
const char *
hyperv_credentials_get_password (HypervCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->password;
}

/* Who can be asked, and about which host. */
typedef struct {
  const char *host;
  const HypervAuthFile *file; /* NULL: there is none */
  const char *other_user;     /* the file's password is for this one; nullable */
  HypervCredentialsCallback callback;
  gpointer user_data;
} Asking;

static const char *const kind_names[] = {
  [HYPERV_CREDENTIALS_USER] = "user name",
  [HYPERV_CREDENTIALS_PASSWORD] = "password",
};

static char *
where_looked (const Asking *asking)
{
  if (asking->file == NULL)
    return g_strdup ("there is no auth.conf");
  if (asking->other_user != NULL)
    return g_strdup_printf ("%s has the password of user %s only",
                            hyperv_auth_file_get_path (asking->file), asking->other_user);
  return g_strdup_printf ("%s does not say it", hyperv_auth_file_get_path (asking->file));
}

static char *
ask (const Asking *asking, HypervCredentialsKind kind, const char *user, GError **error)
{
  char *answer;

  if (asking->callback == NULL) {
    g_autofree char *where = where_looked (asking);

    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "No %s for host %s, and nobody to ask: %s; give credentials or a callback, or "
                 "write [auth-hyperv-%s] into the auth.conf that HYPERV_AUTH_FILE names",
                 kind_names[kind], asking->host, where, asking->host);
    return NULL;
  }
  answer = asking->callback (kind, asking->host, user, asking->user_data);
  if (answer == NULL)
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
                 "The %s for host %s was asked for and refused", kind_names[kind], asking->host);
  return answer;
}

/* An empty answer means the default that the question named. */
static char *
ask_user (const Asking *asking, GError **error)
{
  char *user = ask (asking, HYPERV_CREDENTIALS_USER, DEFAULT_USER, error);

  if (user != NULL && *user == '\0') {
    g_free (user);
    user = g_strdup (DEFAULT_USER);
  }
  return user;
}

static HypervCredentials *
complete (const Asking *asking, const char *user, const char *password, GError **error)
{
  g_autofree char *asked_user = NULL;
  HypervCredentials *self;
  char *asked_password;

  if (user == NULL && (user = asked_user = ask_user (asking, error)) == NULL)
    return NULL;
  if (password != NULL)
    return hyperv_credentials_new (user, password);

  asked_password = ask (asking, HYPERV_CREDENTIALS_PASSWORD, user, error);
  if (asked_password == NULL)
    return NULL;
  self = hyperv_credentials_new (user, asked_password);
  secret_free (asked_password);
  return self;
}

/* The header documents it. */
HypervCredentials *
hyperv_credentials_find (const char *host, const char *user, const char *auth_file,
                         HypervCredentialsCallback callback, gpointer user_data, GError **error)
{
  g_autoptr (HypervAuthFile) file = NULL;
  g_autoptr (GError) local = NULL;
  const char *file_user = NULL;
  const char *password = NULL;
  gboolean other;

  g_return_val_if_fail (host != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  file = hyperv_auth_file_open (auth_file, &local);
  if (local == NULL && file != NULL)
    hyperv_auth_file_lookup (file, host, &file_user, &password, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }

  /* libvirt sends the file's password for any user of the URI; a wrong one can lock an account. */
  other = user != NULL && file_user != NULL && g_ascii_strcasecmp (user, file_user) != 0;
  return complete (&(Asking){ host, file, other ? file_user : NULL, callback, user_data },
                   user != NULL ? user : file_user, other ? NULL : password, error);
}
