/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/schema.h"

G_BEGIN_DECLS

/* A host block, mapped. Immutable and shared by all repositories of this host; values with their
 * pointers in place (HostTemplate) are made when they are first asked for. */
typedef struct _HostImage HostImage;

/* The values that an instance begins with. */
typedef struct {
  const RepositoryClass *klass;
  guint8 *variables;     /* for each property whether its texts have variables; NULL: none has */
  HypervCimPath **paths; /* NULL-terminated */
  HypervCimProperty properties[];
} HostTemplate;

/* @owner keeps @block alive; NULL when it is built in. */
HostImage *host_image_new (Schema *schema, GBytes *owner, const guint8 *block);
void host_image_free (HostImage *self);

const HostHeader *host_image_get_header (const HostImage *self);
Schema *host_image_get_schema (const HostImage *self);
const char *host_image_get_name (const HostImage *self);
const char *host_image_get_setting (const HostImage *self, const char *group, const char *key);
const HostInstance *host_image_get_instance (const HostImage *self, guint index);
const HostGroup *host_image_get_template (const HostImage *self, guint index);
const HostGroup *host_image_get_family (const HostImage *self, guint index);
const HostInstance *host_image_get_member (const HostImage *self, const HostGroup *group,
                                           guint index);
const char *host_image_get_text (const HostImage *self, guint32 offset);
const HostTemplate *host_image_resolve (HostImage *self, const HostInstance *instance);
/* Rows of one hash. */
const HostIndexRow *host_image_find_key (const HostImage *self, guint32 hash, guint *n);
const HostIndexRow *host_image_find_reference (const HostImage *self, guint32 hash, guint *n);
/* Instances of the classes @first … @first + @n_derived. */
void host_image_find_class (const HostImage *self, guint32 first, guint32 n_derived, guint *begin,
                            guint *end);

/* A RepositoryImage is a schema and its hosts. */
RepositoryImage *repository_image_new (Schema *schema, const char *digest);
void repository_image_add_host (RepositoryImage *self, HostImage *host);
HostImage *repository_image_find_host (const RepositoryImage *self, const char *name);
/* The folder's host on @schema; for the built-in schema there is repository_image_load_host (). */
RepositoryImage *repository_image_load_host_with (Schema *schema, const char *digest,
                                                  const char *folder, GError **error);
/* A file of the compiler, mapped; checks its frame. */
RepositoryImage *repository_image_new_mapped (const guint8 *data, gsize size, GError **error);
Schema *repository_image_get_schema (const RepositoryImage *self);

G_END_DECLS
