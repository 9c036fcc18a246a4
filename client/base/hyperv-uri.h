/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-trust.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_URI (hyperv_uri_get_type ())
HYPERV_EXPORT GType hyperv_uri_get_type (void);

/**
 * HYPERV_DEFAULT_PORT_HTTPS:
 *
 * The port of WinRM over HTTPS, unless a URI says another (MS-WSMV 2.1).
 */
#define HYPERV_DEFAULT_PORT_HTTPS 5986
/**
 * HYPERV_DEFAULT_PORT_HTTP:
 *
 * The port of WinRM over HTTP, unless a URI says another (MS-WSMV 2.1).
 */
#define HYPERV_DEFAULT_PORT_HTTP 5985

/**
 * HypervUri:
 *
 * Where a host is and how it is reached, as libvirt's driver has it:
 * `hyperv://[username@]hostname[:port]/[?extraparameters]`. Counted references, immutable, for any
 * thread; it holds no password.
 */
typedef struct _HypervUri HypervUri;

HYPERV_EXPORT HypervUri *hyperv_uri_parse (const char *text, GError **error);
HYPERV_EXPORT HypervUri *hyperv_uri_ref (const HypervUri *self);
HYPERV_EXPORT void hyperv_uri_unref (HypervUri *self);
/* Canonical form; parses to the same. Holds no secret. (transfer full) */
HYPERV_EXPORT char *hyperv_uri_to_string (const HypervUri *self);

HYPERV_EXPORT const char *hyperv_uri_get_user (const HypervUri *self); /* nullable, decoded */
HYPERV_EXPORT const char *hyperv_uri_get_host (const HypervUri *self); /* without brackets */
HYPERV_EXPORT guint16 hyperv_uri_get_port (const HypervUri *self);     /* the one that is used */
HYPERV_EXPORT gboolean hyperv_uri_is_https (const HypervUri *self);
HYPERV_EXPORT gboolean hyperv_uri_has_transport (const HypervUri *self); /* transport= was given */
HYPERV_EXPORT const char *hyperv_uri_get_auth (const HypervUri *self);   /* "basic" …; nullable */
HYPERV_EXPORT const char *hyperv_uri_get_proxy (const HypervUri *self);  /* nullable */
HYPERV_EXPORT const char *hyperv_uri_get_spn (const HypervUri *self);    /* nullable */
HYPERV_EXPORT const char *hyperv_uri_get_auth_file (const HypervUri *self);   /* nullable */
HYPERV_EXPORT const char *hyperv_uri_get_certificate (const HypervUri *self); /* nullable */
/* Seconds of `timeout=`, for one operation; 0: not given. */
HYPERV_EXPORT guint hyperv_uri_get_timeout (const HypervUri *self);
/* From cacert=, pin=, no_verify=, known_hosts=, accept_new=; never NULL. */
HYPERV_EXPORT const HypervTrust *hyperv_uri_get_trust (const HypervUri *self);
HYPERV_EXPORT gboolean hyperv_uri_is_lenient (const HypervUri *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervUri, hyperv_uri_unref)

G_END_DECLS
