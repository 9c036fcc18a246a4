/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-trust.h"

#include <string.h>

#include "client/base/hyperv-error.h"

#define PIN_PREFIX "sha256:"
#define PIN_BYTES 32

struct _HypervTrust {
  char *ca_file;
  char *pin; /* lower-case hex digits, no colons */
  gboolean no_verify;
  char *known_hosts;
  gboolean accept_new;
};

G_DEFINE_BOXED_TYPE (HypervTrust, hyperv_trust, hyperv_trust_ref, hyperv_trust_unref)

/* Two hex digits a byte; between bytes a colon may stand, as openssl prints fingerprints. */
static char *
pin_digits (const char *hex)
{
  g_autoptr (GString) digits = g_string_sized_new (2 * PIN_BYTES);

  while (g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]) && digits->len < 2 * PIN_BYTES) {
    g_string_append_c (digits, g_ascii_tolower (hex[0]));
    g_string_append_c (digits, g_ascii_tolower (hex[1]));
    hex += 2;
    if (*hex == ':' && hex[1] != '\0')
      hex++;
  }
  if (*hex != '\0' || digits->len != 2 * PIN_BYTES)
    return NULL;
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

static char *
pin_parse (const char *pin, GError **error)
{
  gboolean known = g_ascii_strncasecmp (pin, PIN_PREFIX, strlen (PIN_PREFIX)) == 0;
  char *digits = known ? pin_digits (pin + strlen (PIN_PREFIX)) : NULL;

  if (digits == NULL)
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "The pin \"%s\" is not \"sha256:\" and %d hex digits; \"openssl x509 -noout "
                 "-fingerprint -sha256\" prints those of a certificate",
                 pin, 2 * PIN_BYTES);
  return digits;
}

static void
trust_clear (gpointer data)
{
  HypervTrust *self = data;

  g_free (self->ca_file);
  g_free (self->pin);
  g_free (self->known_hosts);
}

/**
 * hyperv_trust_new:
 * @ca_file: (nullable) (type filename): PEM file that replaces the system's store
 * @pin: (nullable): `sha256:` and the digest of the certificate's DER in hex
 * @no_verify: %TRUE if any certificate will do (a pin is checked nevertheless)
 * @error: return location for an error
 *
 * Says how the certificate of a host is judged. Whether @ca_file can be read shows when it is used.
 *
 * Returns: (transfer full): the trust, or %NULL with HYPERV_ERROR_INVALID_ARGUMENT if @ca_file is
 *   empty or @pin has another form
 */
HypervTrust *
hyperv_trust_new (const char *ca_file, const char *pin, gboolean no_verify, GError **error)
{
  g_autofree char *digits = NULL;
  HypervTrust *self;

  if (ca_file != NULL && *ca_file == '\0') {
    g_set_error_literal (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                         "The CA file has an empty name; leave it out to use the system's store");
    return NULL;
  }
  if (pin != NULL && (digits = pin_parse (pin, error)) == NULL)
    return NULL;

  self = g_atomic_rc_box_new0 (HypervTrust);
  self->ca_file = g_strdup (ca_file);
  self->pin = g_steal_pointer (&digits);
  self->no_verify = no_verify != FALSE;
  return self;
}

/**
 * hyperv_trust_ref:
 * @self: a trust
 *
 * Takes a reference. Any thread may.
 *
 * Returns: (transfer full): @self
 */
HypervTrust *
hyperv_trust_ref (const HypervTrust *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire ((HypervTrust *)self);
}

/**
 * hyperv_trust_unref:
 * @self: (transfer full): a trust
 *
 * Gives a reference back. Any thread may.
 */
void
hyperv_trust_unref (HypervTrust *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, trust_clear);
}

/**
 * hyperv_trust_get_ca_file:
 * @self: a trust
 *
 * Returns the file that replaces the system's store.
 *
 * Returns: (transfer none) (nullable) (type filename): the file, or %NULL for the system's store
 */
const char *
hyperv_trust_get_ca_file (const HypervTrust *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->ca_file;
}

/**
 * hyperv_trust_get_pin:
 * @self: a trust
 *
 * Returns the SHA-256 that the certificate must have.
 *
 * Returns: (transfer none) (nullable): 64 lower-case hex digits, or %NULL for any
 */
const char *
hyperv_trust_get_pin (const HypervTrust *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->pin;
}

/**
 * hyperv_trust_get_no_verify:
 * @self: a trust
 *
 * Returns whether the chain, the name and the dates of the certificate do not matter.
 *
 * Returns: %TRUE if they do not
 */
gboolean
hyperv_trust_get_no_verify (const HypervTrust *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->no_verify;
}

/**
 * hyperv_trust_with_known_hosts:
 * @self: a trust without a pin, which verifies
 * @file: (type filename): the known-hosts file, lines `HOST:PORT sha256:HEX`
 * @accept_new: %TRUE to enter a host at its first sight, whatever its chain says
 * @error: return location for an error
 *
 * Returns a trust that also knows hosts from before: a host in @file must show the same certificate
 * as then; one that is not in it is judged by its chain, unless @accept_new.
 *
 * Returns: (transfer full): the trust, or %NULL with HYPERV_ERROR_INVALID_ARGUMENT if @file is
 *   empty or @self has a pin or does not verify
 */
HypervTrust *
hyperv_trust_with_known_hosts (const HypervTrust *self, const char *file, gboolean accept_new,
                               GError **error)
{
  HypervTrust *copy;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (file != NULL, NULL);

  if (*file == '\0' || self->pin != NULL || self->no_verify) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT, "The known-hosts file %s",
                 *file == '\0'       ? "has an empty name"
                 : self->pin != NULL ? "and a pin exclude each other: both say which certificate "
                                       "the host must have"
                                     : "and no_verify exclude each other");
    return NULL;
  }
  copy = g_atomic_rc_box_new0 (HypervTrust);
  copy->ca_file = g_strdup (self->ca_file);
  copy->known_hosts = g_strdup (file);
  copy->accept_new = accept_new != FALSE;
  return copy;
}

/**
 * hyperv_trust_get_known_hosts:
 * @self: a trust
 *
 * Returns the known-hosts file.
 *
 * Returns: (transfer none) (nullable) (type filename): the file, or %NULL for none
 */
const char *
hyperv_trust_get_known_hosts (const HypervTrust *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->known_hosts;
}

/**
 * hyperv_trust_get_accept_new:
 * @self: a trust
 *
 * Returns whether a host that is not in the known-hosts file is entered at its first sight.
 *
 * Returns: %TRUE if it is
 */
gboolean
hyperv_trust_get_accept_new (const HypervTrust *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->accept_new;
}
