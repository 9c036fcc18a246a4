/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-auth.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SUBJECT_MAX 256

/* NULL: a NUL in it would make it another's. */
static char *
dup_text (const ASN1_STRING *string)
{
  gsize length = (gsize)ASN1_STRING_length (string);
  char *text = g_strndup ((const char *)ASN1_STRING_get0_data (string), length);

  if (strlen (text) == length)
    return text;
  g_free (text);
  return NULL;
}

/* The user principal name among the alternative names (1.3.6.1.4.1.311.20.2.3): what Windows
 * compares with the subject of a mapping. FALSE: there is none. */
static gboolean
get_upn (X509 *certificate, char **upn)
{
  GENERAL_NAMES *names = X509_get_ext_d2i (certificate, NID_subject_alt_name, NULL, NULL);
  gboolean found = FALSE;

  for (int i = 0; i < sk_GENERAL_NAME_num (names) && !found; i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, i);
    const ASN1_TYPE *value;

    if (name->type != GEN_OTHERNAME || OBJ_obj2nid (name->d.otherName->type_id) != NID_ms_upn)
      continue;
    value = name->d.otherName->value;
    found = value->type == V_ASN1_UTF8STRING;
    if (found)
      *upn = dup_text (value->value.utf8string);
  }
  GENERAL_NAMES_free (names);
  return found;
}

static char *
get_common_name (X509 *certificate)
{
  char name[SUBJECT_MAX];
  int length = X509_NAME_get_text_by_NID (X509_get_subject_name (certificate), NID_commonName, name,
                                          sizeof name);

  return length > 0 && (gsize)length == strlen (name) ? g_strdup (name) : NULL;
}

/* NULL: none, or not one for clients. */
static char *
get_subject (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  const guint8 *data;
  X509 *x509;
  char *subject = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  data = der->data;
  x509 = d2i_X509 (NULL, &data, (long)der->len);
  if (x509 != NULL && X509_check_purpose (x509, X509_PURPOSE_SSL_CLIENT, 0) == 1) {
    if (!get_upn (x509, &subject))
      subject = get_common_name (x509);
  }
  X509_free (x509);
  return subject != NULL && g_utf8_validate (subject, -1, NULL) ? subject
                                                                : (g_free (subject), NULL);
}

/* The one that the client sent with it, or the authority that it was verified with. */
static char *
get_issuer (GTlsCertificate *certificate, GTlsCertificate *authority)
{
  GTlsCertificate *issuer = g_tls_certificate_get_issuer (certificate);
  g_autoptr (GByteArray) der = NULL;

  g_object_get (issuer != NULL ? issuer : authority, "certificate", &der, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA1, der->data, der->len);
}

static SimAuthVerdict
refuse (SimAuthStep *step, const char *reason)
{
  step->reason = g_strdup_printf ("certificate: %s", reason);
  return SIM_AUTH_REFUSED;
}

static SimAuthVerdict
certificate_check (SimAuth *auth, SimAuthStep *step)
{
  SimAuthRealm *realm = step->realm;
  g_autofree char *subject = NULL;
  g_autofree char *issuer = NULL;
  const char *mapped;
  char *user = NULL;
  SimAccountAnswer answer;
  SimAuthVerdict verdict;

  if (realm->client_ca == NULL || step->peer_certificate == NULL)
    return refuse (step, "the client sent none");
  if (g_tls_certificate_verify (step->peer_certificate, NULL, realm->client_ca) != 0)
    return refuse (step, "not signed by the authority of the mapping, or not valid now");
  subject = get_subject (step->peer_certificate);
  if (subject == NULL)
    return refuse (step, "no subject, or not for clients");
  issuer = get_issuer (step->peer_certificate, realm->client_ca);
  mapped = sim_auth_realm_map (realm, subject, issuer, NULL);
  if (mapped == NULL)
    return refuse (step, "its subject is not mapped to an account");
  answer = sim_accounts_ask (realm->accounts, mapped, NULL, NULL, &user);
  verdict = sim_auth_settle (step, answer, user);
  if (verdict == SIM_AUTH_ACCEPTED) {
    step->subject = g_steal_pointer (&subject);
    step->issuer = g_steal_pointer (&issuer);
  }
  return verdict;
}

const SimAuthScheme sim_auth_certificate = {
  .name = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual",
  .tls = TRUE,
  .check = certificate_check,
};
