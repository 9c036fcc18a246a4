/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/repository.h"

G_BEGIN_DECLS

/* host.ini, read and checked. */
typedef struct {
  char *folder;
  char *file;
  GKeyFile *keys;
  char *name;
  GStrv models; /* folders that the host builds on, in order */
  guint rank;
} HostSettings;

HostSettings *host_settings_read (const char *folder, GError **error);
void host_settings_free (HostSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostSettings, host_settings_free)

/* Where a key stands, for messages: "FILE:LINE". (transfer full) */
char *host_settings_locate (const HostSettings *self, const char *group, const char *key);
/* A value of [values]; NULL when there is none. (transfer full) */
char *host_settings_get_value (HostSettings *self, const char *key);
/* What [texts] says instead of @text: Windows in another language; NULL: nothing.
 * (transfer full) */
char *host_settings_get_text (HostSettings *self, const char *text);
/* Templates of the family's line in [families]; weights of [mix]. */
GStrv host_settings_get_families (HostSettings *self);
GStrv host_settings_get_family (HostSettings *self, const char *family);
guint host_settings_get_weight (HostSettings *self, const char *family);

G_END_DECLS
