/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An auth.conf of libvirt, read once; what it holds is zeroed when it is freed. */
typedef struct _HypervAuthFile HypervAuthFile;

/* Finds and reads the file: HYPERV_AUTH_FILE, LIBVIRT_AUTH_FILE, @named, then auth.conf in the
 * user's and in the system's libvirt folder, which may be absent or not for us to read. NULL
 * without
 * @error: there is none. */
HypervAuthFile *hyperv_auth_file_open (const char *named, GError **error);
void hyperv_auth_file_free (HypervAuthFile *self);
const char *hyperv_auth_file_get_path (const HypervAuthFile *self);
/* (transfer full) The files that hyperv_auth_file_open () looks for when none is named, each with
 * the reason why it is not read; for messages. */
char *hyperv_auth_file_describe_absent (void);

/* Whether there is a group for @host itself, other than the default. */
gboolean hyperv_auth_file_has_host (const HypervAuthFile *self, const char *host);

/* The values for @host, owned by @self; NULL for what the file does not say. FALSE: the file names
 * credentials that it does not have. */
gboolean hyperv_auth_file_lookup (const HypervAuthFile *self, const char *host, const char **user,
                                  const char **password, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HypervAuthFile, hyperv_auth_file_free)

G_END_DECLS
