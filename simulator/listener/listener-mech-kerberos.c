/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"
#include "simulator/listener/listener-der.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <string.h>

#define KRB_AP_ERR_SKEW 37

typedef struct {
  SimAuthRealm *realm;
  gboolean secure;
  gss_cred_id_t credential;
  gss_ctx_id_t context;
} Kerberos;

static char *
describe (OM_uint32 minor)
{
  OM_uint32 more = 0, ignored;
  gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
  char *description;

  gss_display_status (&ignored, minor, GSS_C_MECH_CODE, (gss_OID)gss_mech_krb5, &more, &text);
  description = g_strndup (text.value, text.length);
  gss_release_buffer (&ignored, &text);
  return description;
}

/* Whatever service the ticket is for, if the keytab has its key: WSMAN/, HTTP/ and host/ are all in
 * use. Replays are no danger to a simulated host, and their cache would be a file. */
static gboolean
acquire (const char *keytab, gss_cred_id_t *credential, char **why)
{
  gss_key_value_element_desc elements[] = { { "keytab", keytab }, { "rcache", "none:" } };
  const gss_key_value_set_desc store = { G_N_ELEMENTS (elements), elements };
  gss_OID_set_desc mechs = { 1, (gss_OID)gss_mech_krb5 };
  OM_uint32 minor = 0;
  OM_uint32 major = gss_acquire_cred_from (&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                                           GSS_C_ACCEPT, &store, credential, NULL, NULL);

  if (!GSS_ERROR (major))
    return TRUE;
  *why = describe (minor);
  return FALSE;
}

gboolean
sim_mech_kerberos_check (const char *keytab, GError **error)
{
  gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
  g_autofree char *why = NULL;
  OM_uint32 minor;

  if (acquire (keytab, &credential, &why)) {
    gss_release_cred (&minor, &credential);
    return TRUE;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Cannot use the Kerberos keytab %s: %s",
               keytab, why);
  return FALSE;
}

static gpointer
kerberos_begin (SimAuthRealm *realm, gboolean secure)
{
  Kerberos *self = g_new0 (Kerberos, 1);

  self->realm = realm;
  self->secure = secure;
  return self;
}

static void
kerberos_end (gpointer state)
{
  Kerberos *self = state;
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  gss_release_cred (&minor, &self->credential);
  g_free (self);
}

static void
put_number (GByteArray *to, guint8 field, guint8 value)
{
  gsize from = to->len;

  sim_der_put (to, SIM_DER_INTEGER, &value, 1);
  sim_der_wrap (to, from, (guint8)(SIM_DER_CONTEXT + field));
}

static void
put_text (GByteArray *to, guint8 tag, const char *text)
{
  sim_der_put (to, tag, (const guint8 *)text, strlen (text));
}

static void
put_skew_time (GByteArray *to, SimClock *clock)
{
  g_autoptr (GDateTime) time
      = g_date_time_new_from_unix_utc (sim_clock_wall (clock) / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (time, "%Y%m%d%H%M%SZ");
  gsize from = to->len;

  put_text (to, SIM_DER_TIME, text);
  sim_der_wrap (to, from, SIM_DER_CONTEXT + 4);
}

/* KRB-ERROR (RFC 4120, 5.9.1) in a token of GSS-API, as Windows answers a clock that is more than
 * five minutes off. */
static void
put_skew (GByteArray *out, SimAuthRealm *realm)
{
  static const guint8 token_id[] = { 3, 0 };
  g_autoptr (GByteArray) error = g_byte_array_new ();
  gsize from;

  put_number (error, 0, 5);
  put_number (error, 1, 30);
  put_skew_time (error, realm->clock);
  put_number (error, 5, 0);
  put_number (error, 6, KRB_AP_ERR_SKEW);
  from = error->len;
  put_text (error, SIM_DER_STRING, realm->computer_name);
  sim_der_wrap (error, from, SIM_DER_CONTEXT + 9);
  from = error->len;
  put_number (error, 0, 3);
  {
    gsize names = error->len;

    put_text (error, SIM_DER_STRING, "HTTP");
    put_text (error, SIM_DER_STRING, realm->computer_name);
    sim_der_wrap (error, names, SIM_DER_SEQUENCE);
    sim_der_wrap (error, names, SIM_DER_CONTEXT + 1);
  }
  sim_der_wrap (error, from, SIM_DER_SEQUENCE);
  sim_der_wrap (error, from, SIM_DER_CONTEXT + 10);
  sim_der_wrap (error, 0, SIM_DER_SEQUENCE);
  sim_der_wrap (error, 0, SIM_DER_APPLICATION + 30);
  sim_der_put (out, SIM_DER_OID, gss_mech_krb5->elements, gss_mech_krb5->length);
  g_byte_array_append (out, token_id, sizeof token_id);
  g_byte_array_append (out, error->data, error->len);
  sim_der_wrap (out, 0, SIM_DER_APPLICATION + 0);
}

static SimMechVerdict
fail (SimMechResult *result, const char *reason)
{
  result->reason = g_strdup_printf ("Kerberos: %s", reason);
  return SIM_MECH_REFUSED;
}

/* A principal without an account here may log in, as anybody of the domain may, and has no rights.
 */
static SimMechVerdict
name_client (Kerberos *self, gss_name_t name, SimMechResult *result)
{
  gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
  g_autofree char *principal = NULL;
  OM_uint32 minor;

  if (GSS_ERROR (gss_display_name (&minor, name, &text, NULL)))
    return fail (result, "the client has no name");
  principal = g_strndup (text.value, text.length);
  gss_release_buffer (&minor, &text);
  result->answer = sim_accounts_ask (self->realm->accounts, principal, NULL, NULL, &result->user);
  if (result->answer == SIM_ACCOUNT_ANSWER_UNKNOWN) {
    result->answer = SIM_ACCOUNT_ANSWER_WITHOUT_RIGHTS;
    result->user = g_steal_pointer (&principal);
  }
  return SIM_MECH_COMPLETE;
}

static SimMechVerdict
accept_token (Kerberos *self, const guint8 *token, gsize size, GByteArray *out,
              SimMechResult *result)
{
  struct gss_channel_bindings_struct binding = { 0 };
  gboolean bound = self->secure && self->realm->channel_binding != SIM_CHANNEL_BINDING_NONE;
  gss_buffer_desc in = { size, (void *)token };
  gss_buffer_desc answer = GSS_C_EMPTY_BUFFER;
  gss_name_t name = GSS_C_NO_NAME;
  OM_uint32 major, minor = 0, ignored, flags = 0;
  SimMechVerdict verdict = SIM_MECH_CONTINUE;

  if (bound)
    binding.application_data.value
        = (void *)g_bytes_get_data (self->realm->binding, &binding.application_data.length);
  major = gss_accept_sec_context (&minor, &self->context, self->credential, &in,
                                  bound ? &binding : GSS_C_NO_CHANNEL_BINDINGS, &name, NULL,
                                  &answer, &flags, NULL, NULL);
  g_byte_array_append (out, answer.value, (guint)answer.length);
  gss_release_buffer (&ignored, &answer);
  if (GSS_ROUTINE_ERROR (major) == GSS_S_BAD_BINDINGS) {
    verdict = fail (result, "channel binding of another certificate");
  } else if (GSS_ERROR (major)) {
    g_autofree char *why = describe (minor);

    verdict = fail (result, why);
  } else if ((major & GSS_S_CONTINUE_NEEDED) == 0) {
    verdict = name_client (self, name, result);
    if (self->secure && self->realm->channel_binding == SIM_CHANNEL_BINDING_STRICT
        && (flags & GSS_C_CHANNEL_BOUND_FLAG) == 0)
      verdict = fail (result, "no channel binding");
  }
  gss_release_name (&ignored, &name);
  return verdict;
}

static SimMechVerdict
kerberos_step (gpointer state, const guint8 *token, gsize size, GByteArray *out,
               SimMechResult *result)
{
  Kerberos *self = state;
  g_autofree char *why = NULL;

  if (sim_auth_realm_fails (self->realm, SIM_AUTH_FAILURE_CLOCK_SKEW)) {
    put_skew (out, self->realm);
    return fail (result, "clock skew as ordered");
  }
  if (self->credential == GSS_C_NO_CREDENTIAL
      && !acquire (self->realm->keytab, &self->credential, &why))
    return fail (result, why);
  return accept_token (self, token, size, out, result);
}

static gboolean
kerberos_can_seal (gpointer state)
{
  return TRUE;
}

static void
release (gss_iov_buffer_desc *iov, int n)
{
  OM_uint32 minor;

  gss_release_iov_buffer (&minor, iov, n);
}

static gboolean
kerberos_wrap (gpointer state, const guint8 *text, gsize size, GByteArray *header, GByteArray *data)
{
  Kerberos *self = state;
  gss_iov_buffer_desc iov[3] = { 0 };
  OM_uint32 minor;
  int sealed = 0;
  gboolean good;

  g_byte_array_append (data, text, (guint)size);
  iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE;
  iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
  iov[1].buffer = (gss_buffer_desc){ size, data->data };
  iov[2].type = GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE;
  good = !GSS_ERROR (gss_wrap_iov (&minor, self->context, 1, GSS_C_QOP_DEFAULT, &sealed, iov, 3))
         && sealed;
  if (good) {
    g_byte_array_append (header, iov[0].buffer.value, (guint)iov[0].buffer.length);
    g_byte_array_append (data, iov[2].buffer.value, (guint)iov[2].buffer.length);
  }
  release (iov, 3);
  return good;
}

static gboolean
kerberos_unwrap (gpointer state, const guint8 *header, gsize header_size, const guint8 *data,
                 gsize size, GByteArray *text)
{
  Kerberos *self = state;
  g_autofree guint8 *head = g_memdup2 (header, header_size);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  gss_iov_buffer_desc iov[3] = { 0 };
  OM_uint32 minor;
  int sealed = 0;
  gboolean good;

  iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER;
  iov[0].buffer = (gss_buffer_desc){ header_size, head };
  iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
  iov[1].buffer = (gss_buffer_desc){ size, copy };
  iov[2].type = GSS_IOV_BUFFER_TYPE_PADDING;
  good = gss_unwrap_iov (&minor, self->context, &sealed, NULL, iov, 3) == GSS_S_COMPLETE && sealed;
  if (good)
    g_byte_array_append (text, iov[1].buffer.value, (guint)iov[1].buffer.length);
  return good;
}

static gboolean
kerberos_sign (gpointer state, const guint8 *text, gsize size, GByteArray *mic)
{
  Kerberos *self = state;
  gss_buffer_desc message = { size, (void *)text };
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor;

  if (GSS_ERROR (gss_get_mic (&minor, self->context, GSS_C_QOP_DEFAULT, &message, &token)))
    return FALSE;
  g_byte_array_append (mic, token.value, (guint)token.length);
  gss_release_buffer (&minor, &token);
  return TRUE;
}

static gboolean
kerberos_verify (gpointer state, const guint8 *text, gsize size, const guint8 *mic, gsize mic_size)
{
  Kerberos *self = state;
  gss_buffer_desc message = { size, (void *)text };
  gss_buffer_desc token = { mic_size, (void *)mic };
  OM_uint32 minor;

  return gss_verify_mic (&minor, self->context, &message, &token, NULL) == GSS_S_COMPLETE;
}

static void
kerberos_skip (gpointer state)
{
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GByteArray) data = g_byte_array_new ();
  const guint8 lost = 0;

  kerberos_wrap (state, &lost, 1, header, data);
}

const SimMech sim_mech_kerberos = {
  .name = "Kerberos",
  .begin = kerberos_begin,
  .step = kerberos_step,
  .end = kerberos_end,
  .can_seal = kerberos_can_seal,
  .wrap = kerberos_wrap,
  .unwrap = kerberos_unwrap,
  .sign = kerberos_sign,
  .verify = kerberos_verify,
  .skip = kerberos_skip,
};
