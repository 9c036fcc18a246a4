/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "client/base/hyperv-visibility.h"

G_BEGIN_DECLS

#define HYPERV_TYPE_RELEASE (hyperv_release_get_type ())
HYPERV_EXPORT GType hyperv_release_get_type (void);

/**
 * HypervRelease:
 *
 * A release of Windows, by the `Version` of Win32_OperatingSystem. Immutable, for any thread.
 */
typedef struct _HypervRelease HypervRelease;

HYPERV_EXPORT HypervRelease *hyperv_release_parse (const char *version, GError **error);
HYPERV_EXPORT HypervRelease *hyperv_release_copy (const HypervRelease *self);
HYPERV_EXPORT void hyperv_release_free (HypervRelease *self);
HYPERV_EXPORT const char *hyperv_release_get_version (const HypervRelease *self); /* as read */
HYPERV_EXPORT guint hyperv_release_get_major (const HypervRelease *self);
HYPERV_EXPORT guint hyperv_release_get_minor (const HypervRelease *self);
HYPERV_EXPORT guint hyperv_release_get_build (const HypervRelease *self);
/* "2012 R2", "2016", "2019", "2022", "2025"; for a build between two: the older with "or newer";
 * never NULL. */
HYPERV_EXPORT const char *hyperv_release_get_name (const HypervRelease *self);
/* Older than 2012 R2 (6.3): not supported. */
HYPERV_EXPORT gboolean hyperv_release_is_supported (const HypervRelease *self);
/* major * 100000000 + minor * 1000000 + micro, in 64 bits: libvirt's virConnectGetVersion. */
HYPERV_EXPORT guint64 hyperv_release_get_packed (const HypervRelease *self);
/* As libvirt shows a packed version: "603.9.600". (transfer full) */
HYPERV_EXPORT char *hyperv_release_format_packed (guint64 packed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervRelease, hyperv_release_free)

G_END_DECLS
