/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/host-settings.h"
#include "simulator/repository/image-pool.h"
#include "simulator/repository/schema.h"

G_BEGIN_DECLS

/* A host's folder as a host block: instances checked against the schema, variables of [values] put
 * in, aliases become paths, indexes built. Errors name file, line and column. */
GBytes *host_write (Schema *schema, const char *folder, GError **error);

/* Between the files of the writer. */
typedef enum { HOST_ITEM_NEW, HOST_ITEM_BUSY, HOST_ITEM_DONE, HOST_ITEM_DROPPED } HostItemState;

typedef struct _HostScope HostScope;
typedef struct {
  const MofInstance *mof;
  HostScope *scope;
  HostItemState state;
  guint32 class_index;
  const RepositoryClass *klass;
  guint32 *slots; /* offsets of HostValue */
  char **texts;   /* of keys and references that are no arrays: as they are compared */
  char *path;     /* once asked for */
  guint32 serial;
  guint32 offset; /* of its HostInstance */
} HostItem;

/* The host's instances, or one template. */
struct _HostScope {
  char *name; /* NULL for the host's */
  GPtrArray *files;
  GPtrArray *items;    /* of HostItem, by class once they are resolved */
  GPtrArray *dropped;  /* those that this release does not have */
  GHashTable *aliases; /* name -> HostItem */
};

typedef struct {
  Schema *schema;
  HostSettings *settings;
  ImagePool *pool;
  HostScope *instances;
  GPtrArray *templates; /* of HostScope */
  guint32 n_serials;
  guint depth; /* of aliases that are followed */
} HostWriter;
#define HOST_MAX_ALIASES 1000 /* behind each other */

gboolean host_item_resolve (HostWriter *writer, HostItem *item, GError **error);
/* The path to the item, with its namespace; NULL with an error, or without one when the item was
 * dropped. (transfer none) */
const char *host_item_get_path (HostWriter *writer, HostItem *item, GError **error);
/* Class and keys, as compared. (transfer full) */
char *host_item_dup_canonical (HostItem *item);
/* Puts the variables in. NULL with an error at @place. */
char *host_expand (HostWriter *writer, const HostScope *scope, const char *text, MofPlace place,
                   GError **error);
/* One value of a property as a HostValue. @texts: expanded. */
gboolean host_write_value (HostWriter *writer, const RepositoryProperty *property,
                           const char *name_space, const MofAssignment *assignment,
                           GPtrArray *texts, guint32 *offset, GError **error);
/* Fills header->keys and header->references. */
void host_write_indexes (HostWriter *writer, HostHeader *header);

G_END_DECLS
