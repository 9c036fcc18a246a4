/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_CREDENTIALS (hyperv_credentials_get_type ())
HYPERV_EXPORT GType hyperv_credentials_get_type (void);

/**
 * HypervCredentials:
 *
 * Who logs in. Counted references, immutable, for any thread; the password is zeroed when the last
 * reference is given back, and never written to a log.
 */
typedef struct _HypervCredentials HypervCredentials;

HYPERV_EXPORT HypervCredentials *hyperv_credentials_new (const char *user, const char *password);
HYPERV_EXPORT HypervCredentials *hyperv_credentials_ref (HypervCredentials *self);
HYPERV_EXPORT void hyperv_credentials_unref (HypervCredentials *self);
HYPERV_EXPORT const char *hyperv_credentials_get_user (HypervCredentials *self);
HYPERV_EXPORT const char *hyperv_credentials_get_password (HypervCredentials *self);

/**
 * HypervCredentialsKind:
 * @HYPERV_CREDENTIALS_USER: the name of the account
 * @HYPERV_CREDENTIALS_PASSWORD: its password
 *
 * What a #HypervCredentialsCallback is asked for.
 */
typedef enum { HYPERV_CREDENTIALS_USER, HYPERV_CREDENTIALS_PASSWORD } HypervCredentialsKind;

/**
 * HypervCredentialsCallback:
 * @kind: what is asked for
 * @challenge: the hostname
 * @user: (nullable): the user when a password is asked for; else the default, `administrator`
 * @user_data: as given
 *
 * Answers a question of hyperv_credentials_find(). As libvirt's callback, it is asked for one thing
 * at a time, the user first, with the hostname as challenge.
 *
 * Returns: (transfer full) (nullable): the answer; %NULL refuses
 */
typedef char *(*HypervCredentialsCallback) (HypervCredentialsKind kind, const char *challenge,
                                            const char *user, gpointer user_data);

/**
 * hyperv_credentials_find:
 * @host: hostname, without brackets
 * @user: (nullable): user of the URI
 * @auth_file: (nullable): file of the URI's `authfile=`; other places are searched when %NULL or
 *   when a variable of the environment names another
 * @callback: (nullable) (scope call): asked for what is missing
 * @user_data: for @callback
 *
 * Order of DESIGN: auth.conf of libvirt (HYPERV_AUTH_FILE, LIBVIRT_AUTH_FILE, `authfile=`,
 * `$XDG_CONFIG_HOME/libvirt/auth.conf`, `/etc/libvirt/auth.conf`; groups `[auth-hyperv-HOST]` and
 * `[auth-hyperv-default]` → `[credentials-NAME]`), then @callback. The callback runs in the calling
 * thread before any I/O to the host.
 *
 * Returns: (transfer full): the credentials, or %NULL with HYPERV_ERROR_AUTH_FAILED: refused, or
 *   nobody to ask (the message says what to write where), or a file that does not serve (it names
 *   file, line and reason)
 */
HYPERV_EXPORT HypervCredentials *hyperv_credentials_find (const char *host, const char *user,
                                                          const char *auth_file,
                                                          HypervCredentialsCallback callback,
                                                          gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervCredentials, hyperv_credentials_unref)

G_END_DECLS
