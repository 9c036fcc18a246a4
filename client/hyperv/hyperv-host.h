/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/base/hyperv-clock.h"
#include "client/base/hyperv-credentials.h"
#include "client/base/hyperv-release.h"
#include "client/base/hyperv-uri.h"
#include "client/session/hyperv-session.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_HOST (hyperv_host_get_type ())
HYPERV_EXPORT G_DECLARE_FINAL_TYPE (HypervHost, hyperv_host, HYPERV, HOST, GObject)

/* Opening in one call, or step by step: new, set_…, connect. */
HYPERV_EXPORT HypervHost *hyperv_host_open (const char *uri, HypervCredentials *credentials,
                                            GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_host_open_async (const char *uri, HypervCredentials *credentials,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervHost *hyperv_host_open_finish (GAsyncResult *result, GError **error);

HYPERV_EXPORT HypervHost *hyperv_host_new (const char *uri, GError **error);
HYPERV_EXPORT void hyperv_host_set_credentials (HypervHost *self, HypervCredentials *credentials);
HYPERV_EXPORT void hyperv_host_set_credentials_callback (HypervHost *self,
                                                         HypervCredentialsCallback callback,
                                                         gpointer user_data,
                                                         GDestroyNotify destroy);
HYPERV_EXPORT void hyperv_host_set_clock (HypervHost *self, HypervClock *clock);
HYPERV_EXPORT gboolean hyperv_host_connect (HypervHost *self, GCancellable *cancellable,
                                            GError **error);
HYPERV_EXPORT void hyperv_host_connect_async (HypervHost *self, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_host_connect_finish (HypervHost *self, GAsyncResult *result,
                                                   GError **error);
HYPERV_EXPORT void hyperv_host_close (HypervHost *self);

/* Known since the host is open. */
HYPERV_EXPORT const HypervUri *hyperv_host_get_uri (HypervHost *self);
HYPERV_EXPORT HypervSession *hyperv_host_get_session (HypervHost *self);
HYPERV_EXPORT const HypervRelease *hyperv_host_get_release (HypervHost *self);
HYPERV_EXPORT const char *hyperv_host_get_hostname (HypervHost *self);
HYPERV_EXPORT const char *hyperv_host_get_caption (HypervHost *self);
HYPERV_EXPORT guint64 hyperv_host_get_packed_version (HypervHost *self);
HYPERV_EXPORT gboolean hyperv_host_is_encrypted (HypervHost *self);
HYPERV_EXPORT gboolean hyperv_host_is_secure (HypervHost *self);

/* Really asked. */
HYPERV_EXPORT gboolean hyperv_host_is_alive (HypervHost *self, GCancellable *cancellable,
                                             GError **error);
HYPERV_EXPORT void hyperv_host_is_alive_async (HypervHost *self, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_host_is_alive_finish (HypervHost *self, GAsyncResult *result,
                                                    GError **error);

G_END_DECLS
