/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"
#include "simulator/listener/listener-ntlm.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#define DEFAULT_COMPUTER_NAME "SIMHOST"

void
sim_mech_result_clear (SimMechResult *self)
{
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->reason, g_free);
}

/* RFC 5929, 4.1: the hash of the certificate's own signature, and SHA-256 for MD5 and SHA-1. */
static GBytes *
make_binding (GTlsCertificate *certificate)
{
  static const char prefix[] = "tls-server-end-point:";
  g_autoptr (GByteArray) der = NULL;
  guint8 hash[EVP_MAX_MD_SIZE];
  guint size = 0;
  int digest = NID_undef;
  const guint8 *data;
  X509 *x509;
  const EVP_MD *md;
  GByteArray *binding = g_byte_array_new ();

  g_object_get (certificate, "certificate", &der, NULL);
  data = der->data;
  x509 = d2i_X509 (NULL, &data, (long)der->len);
  if (x509 != NULL)
    X509_get_signature_info (x509, &digest, NULL, NULL, NULL);
  md = digest == NID_sha384 ? EVP_sha384 () : digest == NID_sha512 ? EVP_sha512 () : EVP_sha256 ();
  EVP_Digest (der->data, der->len, hash, &size, md, NULL);
  X509_free (x509);
  g_byte_array_append (binding, (const guint8 *)prefix, (guint)strlen (prefix));
  g_byte_array_append (binding, hash, size);
  return g_byte_array_free_to_bytes (binding);
}

static gboolean
read_client_ca (SimAuthRealm *self, const SimAuthConfig *config, GError **error)
{
  if (config->client_ca == NULL)
    return TRUE;
  self->client_ca = g_tls_certificate_new_from_pem (config->client_ca, -1, error);
  if (self->client_ca == NULL)
    g_prefix_error (error, "Cannot use the authority of client certificates: ");
  return self->client_ca != NULL;
}

SimAuthRealm *
sim_auth_realm_new (const SimListenerConfig *listener, GTlsCertificate *certificate, GError **error)
{
  const SimAuthConfig *config = &listener->auth;
  SimAuthRealm *self = g_new0 (SimAuthRealm, 1);
  const char *name = config->computer_name;

  self->accounts = sim_accounts_ref (listener->accounts);
  self->clock = g_object_ref (listener->clock);
  self->computer_name = g_ascii_strup (name != NULL ? name : DEFAULT_COMPUTER_NAME, -1);
  self->challenges = g_strdupv ((char **)listener->challenges);
  self->channel_binding = config->channel_binding;
  self->keytab = g_strdup (config->keytab);
  sim_auth_realm_set_certificate_users (self, config->certificate_users,
                                        config->n_certificate_users);
  if (certificate != NULL)
    self->binding = make_binding (certificate);
  if (read_client_ca (self, config, error)
      && (self->keytab == NULL || sim_mech_kerberos_check (self->keytab, error)))
    return self;
  sim_auth_realm_free (self);
  return NULL;
}

void
sim_auth_realm_free (SimAuthRealm *self)
{
  if (self == NULL)
    return;
  sim_accounts_unref (self->accounts);
  g_object_unref (self->clock);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_clear_object (&self->client_ca);
  g_clear_pointer (&self->certificate_users, g_ptr_array_unref);
  sim_ntlm_crypto_free (self->crypto);
  g_strfreev (self->challenges);
  g_free (self->computer_name);
  g_free (self->keytab);
  g_free (self);
}

gboolean
sim_auth_realm_fails (SimAuthRealm *self, SimAuthFailure failure)
{
  if (self->failure != failure || self->failures_left == 0)
    return FALSE;
  self->failures_left--;
  return TRUE;
}
