/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "client/cim/hyperv-cim-instance.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_SESSION (hyperv_session_get_type ())
HYPERV_EXPORT G_DECLARE_FINAL_TYPE (HypervSession, hyperv_session, HYPERV, SESSION, GObject)

/* The verbs of WS-Management, for whoever needs any WMI class. Each is a trio; any thread may call.
 * identify: an instance of class IdentifyResponse (ProtocolVersion, ProductVendor, ProductVersion,
 * SecurityProfiles). query: WQL. enumerate: all instances of a class. get: one instance.
 * invoke: @in may be NULL; the result holds the out-parameters and ReturnValue as text. */
HYPERV_EXPORT HypervCimInstance *hyperv_session_identify (HypervSession *self,
                                                          GCancellable *cancellable,
                                                          GError **error);
HYPERV_EXPORT void hyperv_session_identify_async (HypervSession *self, GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
HYPERV_EXPORT HypervCimInstance *
hyperv_session_identify_finish (HypervSession *self, GAsyncResult *result, GError **error);

HYPERV_EXPORT HypervCimInstance *hyperv_session_get (HypervSession *self,
                                                     const HypervCimPath *path,
                                                     GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_session_get_async (HypervSession *self, const HypervCimPath *path,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervCimInstance *
hyperv_session_get_finish (HypervSession *self, GAsyncResult *result, GError **error);

HYPERV_EXPORT GPtrArray *hyperv_session_query (HypervSession *self, const char *name_space,
                                               const char *wql, GCancellable *cancellable,
                                               GError **error);
HYPERV_EXPORT void hyperv_session_query_async (HypervSession *self, const char *name_space,
                                               const char *wql, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT GPtrArray *hyperv_session_query_finish (HypervSession *self, GAsyncResult *result,
                                                      GError **error);

HYPERV_EXPORT GPtrArray *hyperv_session_enumerate (HypervSession *self, const char *name_space,
                                                   const char *class_name,
                                                   GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_session_enumerate_async (HypervSession *self, const char *name_space,
                                                   const char *class_name,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
HYPERV_EXPORT GPtrArray *hyperv_session_enumerate_finish (HypervSession *self,
                                                          GAsyncResult *result, GError **error);

HYPERV_EXPORT HypervCimInstance *
hyperv_session_invoke (HypervSession *self, const HypervCimPath *path, const char *method,
                       const HypervCimInstance *in, GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_session_invoke_async (HypervSession *self, const HypervCimPath *path,
                                                const char *method, const HypervCimInstance *in,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervCimInstance *
hyperv_session_invoke_finish (HypervSession *self, GAsyncResult *result, GError **error);

/* What was negotiated, as of the last reply; NULL / FALSE / 0 before it. */
HYPERV_EXPORT char *hyperv_session_dup_auth_mechanism (HypervSession *self);
HYPERV_EXPORT gboolean hyperv_session_is_sealed (HypervSession *self);
HYPERV_EXPORT gboolean hyperv_session_is_bound (HypervSession *self);
HYPERV_EXPORT char *hyperv_session_dup_tls_version (HypervSession *self);
HYPERV_EXPORT char *hyperv_session_dup_tls_cipher (HypervSession *self);
HYPERV_EXPORT char *hyperv_session_dup_auth_scheme (HypervSession *self);
HYPERV_EXPORT gboolean hyperv_session_is_encrypted (HypervSession *self);
HYPERV_EXPORT gboolean hyperv_session_is_verified (HypervSession *self);
HYPERV_EXPORT char *hyperv_session_dup_peer_fingerprint (HypervSession *self);
/* Requests sent since the session was made. */
HYPERV_EXPORT guint64 hyperv_session_get_n_requests (HypervSession *self);

G_END_DECLS
