/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error.h"
#include "client/transport/transport-gss.h"

/* In place of transport-gss*.c when there is no GSSAPI. */

struct _TransportGss {
  gatomicrefcount ref_count;
};

gboolean
transport_gss_check (TransportGssKind kind, GError **error)
{
  static const char *const names[] = { "negotiate", "kerberos", "ntlm" };

  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED,
               "auth=%s: this library was built without GSSAPI; build it with -Dgssapi=enabled "
               "(needs MIT krb5: libkrb5-dev)",
               names[kind]);
  return FALSE;
}

gboolean
transport_gss_has_ticket (void)
{
  return FALSE;
}

TransportGss *
transport_gss_new (const TransportGssSetup *setup)
{
  TransportGss *self = g_new0 (TransportGss, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

TransportGss *
transport_gss_ref (TransportGss *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
transport_gss_unref (TransportGss *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

void
transport_gss_prepare_async (TransportGss *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (NULL, callback, user_data, transport_gss_prepare_async, HYPERV_ERROR,
                           HYPERV_ERROR_NOT_SUPPORTED, "built without GSSAPI");
}

gboolean
transport_gss_prepare_finish (TransportGss *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
transport_gss_bind (TransportGss *self, GBytes *binding)
{
}

void
transport_gss_step_async (TransportGss *self, GBytes *token, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (NULL, callback, user_data, transport_gss_step_async, HYPERV_ERROR,
                           HYPERV_ERROR_NOT_SUPPORTED, "built without GSSAPI");
}

gboolean
transport_gss_step_finish (TransportGss *self, GAsyncResult *result, GBytes **token, GError **error)
{
  *token = NULL;
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
transport_gss_is_complete (TransportGss *self)
{
  return FALSE;
}

gboolean
transport_gss_is_refused (TransportGss *self)
{
  return FALSE;
}

const char *
transport_gss_get_mechanism (TransportGss *self)
{
  return NULL;
}

gboolean
transport_gss_can_seal (TransportGss *self)
{
  return FALSE;
}

gboolean
transport_gss_wrap (TransportGss *self, const char *text, gsize length, GByteArray **header,
                    GByteArray **data, GError **error)
{
  return transport_gss_check (TRANSPORT_GSS_NEGOTIATE, error);
}

gboolean
transport_gss_unwrap (TransportGss *self, const guint8 *header, gsize header_length, guint8 *data,
                      gsize length, gsize *opened, GError **error)
{
  return transport_gss_check (TRANSPORT_GSS_NEGOTIATE, error);
}
