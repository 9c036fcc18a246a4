/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_TRUST (hyperv_trust_get_type ())
HYPERV_EXPORT GType hyperv_trust_get_type (void);

/**
 * HypervTrust:
 *
 * How the certificate of a host is judged. A pin is checked always, also when the chain verifies;
 * with a pin alone the chain does not matter. With a pin and a CA file both must hold. Counted
 * references, immutable, for any thread.
 */
typedef struct _HypervTrust HypervTrust;

/* @ca_file: PEM file that replaces the system's store, or NULL. @pin: "sha256:HEX" (colons between
 * bytes and any case are accepted) of the certificate's DER, or NULL. INVALID_ARGUMENT for a pin of
 * another form; whether the file can be read shows when it is used. */
HYPERV_EXPORT HypervTrust *hyperv_trust_new (const char *ca_file, const char *pin,
                                             gboolean no_verify, GError **error);
HYPERV_EXPORT HypervTrust *hyperv_trust_ref (const HypervTrust *self);
HYPERV_EXPORT void hyperv_trust_unref (HypervTrust *self);
HYPERV_EXPORT const char *hyperv_trust_get_ca_file (const HypervTrust *self);
/* 64 lower-case hex digits, or NULL. */
HYPERV_EXPORT const char *hyperv_trust_get_pin (const HypervTrust *self);
HYPERV_EXPORT gboolean hyperv_trust_get_no_verify (const HypervTrust *self);

/* @self and a known-hosts file: a host that is in it must show the same certificate as then; one
 * that is not is judged by its chain, and with @accept_new entered whatever that says. Excludes a
 * pin and no_verify (INVALID_ARGUMENT). */
HYPERV_EXPORT HypervTrust *hyperv_trust_with_known_hosts (const HypervTrust *self, const char *file,
                                                          gboolean accept_new, GError **error);
HYPERV_EXPORT const char *hyperv_trust_get_known_hosts (const HypervTrust *self);
HYPERV_EXPORT gboolean hyperv_trust_get_accept_new (const HypervTrust *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervTrust, hyperv_trust_unref)

G_END_DECLS
