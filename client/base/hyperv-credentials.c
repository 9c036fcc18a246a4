/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-credentials-private.h"

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
  gboolean quiet;             /* what is not known is empty */
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
    return hyperv_auth_file_describe_absent ();
  if (asking->other_user != NULL)
    return g_strdup_printf ("%s (it has the password of user %s only)",
                            hyperv_auth_file_get_path (asking->file), asking->other_user);
  return g_strdup_printf ("%s (it does not say it)", hyperv_auth_file_get_path (asking->file));
}

/* What would help, as it stands in the file, line by line; the message itself is one line. */
static char *
what_to_write (const Asking *asking, const char *user)
{
  const char *host = asking->host;

  if (user == NULL)
    user = DEFAULT_USER;
  if (asking->file != NULL && hyperv_auth_file_has_host (asking->file, host))
    return g_strdup_printf ("The credentials that its group [auth-hyperv-%s] names need the lines "
                            "\"username=%s\", \"password=...\"",
                            host, user);
  return g_strdup_printf ("Write into %s, or into a file that HYPERV_AUTH_FILE names, the lines "
                          "\"[auth-hyperv-%s]\", \"credentials=%s\", \"[credentials-%s]\", "
                          "\"username=%s\", \"password=...\"",
                          asking->file != NULL ? "it" : "the first", host, host, host, user);
}

static void
set_nobody (const Asking *asking, HypervCredentialsKind kind, const char *user, GError **error)
{
  g_autofree char *where = where_looked (asking);
  g_autofree char *remedy = what_to_write (asking, user);

  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED,
               "No %s for host %s, and nobody to ask. Looked at: %s. %s", kind_names[kind],
               asking->host, where, remedy);
}

static char *
ask (const Asking *asking, HypervCredentialsKind kind, const char *user, GError **error)
{
  char *answer;

  if (asking->quiet)
    return g_strdup ("");
  if (asking->callback == NULL) {
    set_nobody (asking, kind, user, error);
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

  if (user != NULL && *user == '\0' && !asking->quiet) {
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

/* A file that does not serve means that there are no credentials; its message says the rest. */
static HypervAuthFile *
open_file (const Asking *asking, const char *named, const char **user, const char **password,
           GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HypervAuthFile) file = hyperv_auth_file_open (named, &local);

  if (file != NULL)
    hyperv_auth_file_lookup (file, asking->host, user, password, &local);
  if (local == NULL)
    return g_steal_pointer (&file);
  g_set_error_literal (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED, local->message);
  return NULL;
}

static HypervCredentials *
find (Asking *asking, const char *user, const char *auth_file, GError **error)
{
  const char *file_user = NULL;
  const char *password = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (HypervAuthFile) file = open_file (asking, auth_file, &file_user, &password, &local);
  gboolean other;

  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  /* libvirt sends the file's password for any user of the URI; a wrong one can lock an account. */
  other = user != NULL && file_user != NULL && g_ascii_strcasecmp (user, file_user) != 0;
  asking->file = file;
  asking->other_user = other ? file_user : NULL;
  return complete (asking, user != NULL ? user : file_user, other ? NULL : password, error);
}

/* The header documents it. */
HypervCredentials *
hyperv_credentials_find (const char *host, const char *user, const char *auth_file,
                         HypervCredentialsCallback callback, gpointer user_data, GError **error)
{
  Asking asking = { .host = host, .callback = callback, .user_data = user_data };

  g_return_val_if_fail (host != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return find (&asking, user, auth_file, error);
}

HypervCredentials *
hyperv_credentials_find_quietly (const char *host, const char *user, const char *auth_file,
                                 GError **error)
{
  Asking asking = { .host = host, .quiet = TRUE };

  return find (&asking, user, auth_file, error);
}
