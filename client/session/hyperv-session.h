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

/* get_property, put_property: one property alone. put: properties that are absent stay as they are,
 * as far as the class has it so. create: where the instance is. */
HYPERV_EXPORT HypervCimInstance *
hyperv_session_get_property (HypervSession *self, const HypervCimPath *path, const char *property,
                             GCancellable *cancellable, GError **error);
HYPERV_EXPORT void
hyperv_session_get_property_async (HypervSession *self, const HypervCimPath *path,
                                   const char *property, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervCimInstance *
hyperv_session_get_property_finish (HypervSession *self, GAsyncResult *result, GError **error);

HYPERV_EXPORT gboolean hyperv_session_put (HypervSession *self, const HypervCimPath *path,
                                           const HypervCimInstance *instance,
                                           GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_session_put_async (HypervSession *self, const HypervCimPath *path,
                                             const HypervCimInstance *instance,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_session_put_finish (HypervSession *self, GAsyncResult *result,
                                                  GError **error);

HYPERV_EXPORT gboolean hyperv_session_put_property (HypervSession *self, const HypervCimPath *path,
                                                    const HypervCimInstance *instance,
                                                    GCancellable *cancellable, GError **error);
HYPERV_EXPORT void
hyperv_session_put_property_async (HypervSession *self, const HypervCimPath *path,
                                   const HypervCimInstance *instance, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_session_put_property_finish (HypervSession *self,
                                                           GAsyncResult *result, GError **error);

HYPERV_EXPORT HypervCimPath *hyperv_session_create (HypervSession *self,
                                                    const HypervCimInstance *instance,
                                                    GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_session_create_async (HypervSession *self,
                                                const HypervCimInstance *instance,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT HypervCimPath *hyperv_session_create_finish (HypervSession *self,
                                                           GAsyncResult *result, GError **error);

HYPERV_EXPORT gboolean hyperv_session_delete (HypervSession *self, const HypervCimPath *path,
                                              GCancellable *cancellable, GError **error);
HYPERV_EXPORT void hyperv_session_delete_async (HypervSession *self, const HypervCimPath *path,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT gboolean hyperv_session_delete_finish (HypervSession *self, GAsyncResult *result,
                                                     GError **error);

/**
 * HypervSessionItems:
 * @HYPERV_SESSION_OBJECTS: instances
 * @HYPERV_SESSION_PATHS: instances with nothing but `__PATH`
 * @HYPERV_SESSION_OBJECTS_AND_PATHS: instances with `__PATH` after their own properties
 *
 * What an enumeration gives of each instance (DSP0226, 8.7).
 */
typedef enum {
  HYPERV_SESSION_OBJECTS,
  HYPERV_SESSION_PATHS,
  HYPERV_SESSION_OBJECTS_AND_PATHS
} HypervSessionItems;

HYPERV_EXPORT GPtrArray *hyperv_session_enumerate_items (HypervSession *self,
                                                         const HypervCimPath *pattern,
                                                         HypervSessionItems items,
                                                         GCancellable *cancellable, GError **error);
HYPERV_EXPORT void
hyperv_session_enumerate_items_async (HypervSession *self, const HypervCimPath *pattern,
                                      HypervSessionItems items, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
HYPERV_EXPORT GPtrArray *
hyperv_session_enumerate_items_finish (HypervSession *self, GAsyncResult *result, GError **error);

/* "\\\\HOST\\root\\virtualization\\v2:Class.Key=\\"…\\"", as properties hold it, and __PATH. A text
 * without a namespace has the namespace "". (transfer full) */
HYPERV_EXPORT HypervCimPath *hyperv_session_read_path (const char *text, GError **error);

/* Instances in string parameters and properties. (transfer full) */
HYPERV_EXPORT HypervCimInstance *hyperv_session_read_embedded (const char *name_space,
                                                               const char *text, GError **error);
HYPERV_EXPORT char *hyperv_session_write_embedded (const HypervCimInstance *instance,
                                                   GError **error);

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
