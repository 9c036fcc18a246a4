/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-gss-private.h"

#include <string.h>

#define MAX_REASONS 8 /* messages of one status */

const gss_OID_desc transport_gss_oid_ntlm
    = { 10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
const gss_OID_desc transport_gss_oid_krb5 = { 9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };
const gss_OID_desc transport_gss_oid_spnego = { 6, (void *)"\x2b\x06\x01\x05\x05\x02" };

static void
append_status (GString *text, OM_uint32 status, int type, gss_OID mechanism)
{
  OM_uint32 minor;
  OM_uint32 more = 0;

  for (guint i = 0; i < MAX_REASONS && (i == 0 || more != 0); i++) {
    gss_buffer_desc message = GSS_C_EMPTY_BUFFER;
    g_autofree char *valid = NULL;

    if (GSS_ERROR (gss_display_status (&minor, status, type, mechanism, &more, &message)))
      return;
    /* gss-ntlmssp counts the final NUL. */
    valid = g_utf8_make_valid (message.value, (gssize)strnlen (message.value, message.length));
    if (*valid != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? ": " : "", valid);
    gss_release_buffer (&minor, &message);
  }
}

char *
transport_gss_explain (OM_uint32 major, OM_uint32 minor, gss_OID mechanism)
{
  GString *text = g_string_new (NULL);

  append_status (text, major, GSS_C_GSS_CODE, GSS_C_NO_OID);
  if (minor != 0)
    append_status (text, minor, GSS_C_MECH_CODE, mechanism);
  g_string_append_printf (text, " (GSS 0x%x/0x%x)", major, minor);
  return g_string_free (text, FALSE);
}

TransportGss *
transport_gss_new (const TransportGssSetup *setup)
{
  TransportGss *self = g_new0 (TransportGss, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = setup->kind;
  self->host = g_strdup (setup->host);
  self->spn = g_strdup (setup->spn);
  self->credentials = hyperv_credentials_ref (setup->credentials);
  self->skip_kerberos = setup->skip_kerberos;
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
  OM_uint32 minor;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (transport_gss_enter (NULL)) {
    gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
    gss_release_cred (&minor, &self->cred);
    gss_release_name (&minor, &self->target);
    transport_gss_leave ();
  }
  hyperv_credentials_unref (self->credentials);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_free (self->host);
  g_free (self->spn);
  g_free (self);
}

/* Channel bindings hold the hash of the certificate alone; RFC 5929 and Windows leave the addresses
 * empty. */
OM_uint32
transport_gss_init (TransportGss *self, gss_buffer_t in, gss_buffer_t out, OM_uint32 *minor)
{
  static const OM_uint32 wanted = GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG
                                  | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG;
  struct gss_channel_bindings_struct binding = { 0 };
  gsize length = 0;

  if (self->binding != NULL) {
    binding.application_data.value = (void *)g_bytes_get_data (self->binding, &length);
    binding.application_data.length = length;
  }
  return gss_init_sec_context (minor, self->cred, &self->context, self->target, self->mechanism,
                               wanted, 0,
                               self->binding != NULL ? &binding : GSS_C_NO_CHANNEL_BINDINGS, in,
                               NULL, out, &self->flags, NULL);
}

static void
set_step_error (TransportGss *self, OM_uint32 major, OM_uint32 minor, GError **error)
{
  g_autofree char *reason = transport_gss_explain (major, minor, self->mechanism);
  const char *remedy = "";

  if (GSS_ROUTINE_ERROR (major) == GSS_S_BAD_BINDINGS)
    remedy = "; the TLS connection that the host sees is not ours: is there something in between?";
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED, "the host's token was refused: %s%s",
               reason, remedy);
}

static void
forget_context (TransportGss *self)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  self->complete = FALSE;
  self->agreed = NULL;
}

/* A first token that nobody gets: what it needs is there afterwards, tickets included. */
static gboolean
prepare (TransportGss *self, GError **error)
{
  gss_buffer_desc made = GSS_C_EMPTY_BUFFER;
  OM_uint32 unused;

  if (!transport_gss_begin (self, &made, error))
    return FALSE;
  gss_release_buffer (&unused, &made);
  forget_context (self);
  return TRUE;
}

/* What it is is asked once, when it has come about, and not of each message. Of SPNEGO the
 * mechanism within. */
static void
note_mechanism (TransportGss *self)
{
  OM_uint32 minor;
  gss_OID found = GSS_C_NO_OID;

  self->agreed = NULL;
  if (self->complete
      && !GSS_ERROR (
          gss_inquire_context (&minor, self->context, NULL, NULL, NULL, &found, NULL, NULL, NULL)))
    self->agreed = gss_oid_equal (found, TRANSPORT_GSS_OID (ntlm)) ? "ntlm" : "kerberos";
}

static gboolean
step (TransportGss *self, GBytes *in, GBytes **out, GError **error)
{
  gss_buffer_desc given = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc made = GSS_C_EMPTY_BUFFER;
  OM_uint32 major, minor = 0, unused;
  gsize length;

  if (in != NULL) {
    given.value = (void *)g_bytes_get_data (in, &length);
    given.length = length;
  }
  major = transport_gss_init (self, in != NULL ? &given : GSS_C_NO_BUFFER, &made, &minor);
  if (GSS_ERROR (major)) {
    set_step_error (self, major, minor, error);
    gss_release_buffer (&unused, &made);
    return FALSE;
  }
  self->complete = (major & GSS_S_CONTINUE_NEEDED) == 0;
  note_mechanism (self);
  if (made.length > 0)
    *out = g_bytes_new (made.value, made.length);
  gss_release_buffer (&unused, &made);
  return TRUE;
}

/* The thread lets go before the caller knows, who may be about to end the process. */
static TransportGss *
take_gss (GTask *task)
{
  return g_object_steal_data (G_OBJECT (task), "gss");
}

static void
run_step (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (TransportGss) self = take_gss (task);
  GBytes *out = NULL;
  GError *error = NULL;
  gboolean ok = FALSE;

  if (transport_gss_enter (&error)) {
    ok = step (self, data, &out, &error);
    transport_gss_leave ();
  }
  g_clear_pointer (&self, transport_gss_unref);
  if (ok)
    g_task_return_pointer (task, out, (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
run_prepare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (TransportGss) self = take_gss (task);
  GError *error = NULL;
  gboolean ok = FALSE;

  if (transport_gss_enter (&error)) {
    ok = prepare (self, &error);
    transport_gss_leave ();
  }
  g_clear_pointer (&self, transport_gss_unref);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static GTask *
task_new (TransportGss *self, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_object_set_data_full (G_OBJECT (task), "gss", transport_gss_ref (self),
                          (GDestroyNotify)transport_gss_unref);
  g_task_set_return_on_cancel (task, TRUE);
  return task;
}

void
transport_gss_prepare_async (TransportGss *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task
      = task_new (self, transport_gss_prepare_async, cancellable, callback, user_data);

  g_task_run_in_thread (task, run_prepare);
}

gboolean
transport_gss_prepare_finish (TransportGss *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
transport_gss_bind (TransportGss *self, GBytes *binding)
{
  if (transport_gss_enter (NULL)) {
    forget_context (self);
    transport_gss_leave ();
  }
  g_clear_pointer (&self->binding, g_bytes_unref);
  self->binding = binding != NULL ? g_bytes_ref (binding) : NULL;
}

void
transport_gss_step_async (TransportGss *self, GBytes *token, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task
      = task_new (self, transport_gss_step_async, cancellable, callback, user_data);

  if (token != NULL)
    g_task_set_task_data (task, g_bytes_ref (token), (GDestroyNotify)g_bytes_unref);
  g_task_run_in_thread (task, run_step);
}

gboolean
transport_gss_step_finish (TransportGss *self, GAsyncResult *result, GBytes **token, GError **error)
{
  g_autoptr (GError) local = NULL;

  *token = g_task_propagate_pointer (G_TASK (result), &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
transport_gss_is_complete (TransportGss *self)
{
  return self->complete;
}

gboolean
transport_gss_is_refused (TransportGss *self)
{
  return self->refused;
}

const char *
transport_gss_get_mechanism (TransportGss *self)
{
  return self->complete ? self->agreed : NULL;
}

gboolean
transport_gss_can_seal (TransportGss *self)
{
  static const OM_uint32 needed = GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG;

  return self->complete && (self->flags & needed) == needed;
}
