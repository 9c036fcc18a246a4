/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/host-image.h"
#include "simulator/repository/repository-table.h"
#include "simulator/repository/repository-vm.h"

G_BEGIN_DECLS

/* Every object has a number (id), and is made from it when it is touched:
 *   0 …                     instances of the host, in the order of the image
 *   from FIRST_GENERATED  instances of generated VMs: VM number × stride + place in its family
 *   from FIRST_CREATED    instances made at run time
 * Only changed and created ones are kept; the others go with their last reference. */
#define REPOSITORY_FIRST_GENERATED (G_GUINT64_CONSTANT (1) << 32)
#define REPOSITORY_FIRST_CREATED (G_GUINT64_CONSTANT (1) << 60)

typedef struct {
  HypervCimValue *value; /* as it was when last asked for */
  gint64 since;          /* the clock when what is stored was set */
} RepositoryMoving;

/* A property that a provider computes: see repository_set_compute (). */
#define REPOSITORY_N_PROVIDED 2
typedef struct {
  RepositoryCompute compute; /* NULL: nobody does */
  gpointer user_data;
} RepositoryProvided;

struct _RepositoryObject {
  guint ref_count;
  gboolean is_kept; /* the repository has a reference */
  gboolean is_deleted;
  guint64 id;
  Repository *repository;
  const RepositoryClass *klass;
  const HypervCimProperty *base; /* shared values */
  const guint8 *variables;       /* of base; or NULL */
  guint32 vm_number;             /* of a generated VM; or 0 */
  RepositoryVm *vm;              /* of an object made from a template (g_rc_box); or NULL */
  HypervCimValue **own;      /* for each property NULL or the value instead of base's; or NULL */
  HypervCimValue **rendered; /* the same for variables that were asked for; goes when nobody
                              * but the repository holds the object */
  RepositoryMoving *moving;  /* for each computed property; or NULL */
  char *canonical;           /* class and keys, once asked for */
  guint32 *rows;             /* in the tables: of its keys, then of its references; or NULL */
  GList link;                /* of a created object, in its class */
};

/* Instances of one kind of generated VM. Patterns are canonical texts with variables. */
typedef struct {
  guint weight;
  guint n_members;
  const HostTemplate **members; /* by class */
  char ***keys;                 /* [member][key] */
  char ***references;           /* [member][reference slot]; NULL for those that are null */
} RepositoryFamily;

struct _Repository {
  RepositoryImage *image;
  HostImage *host;
  Schema *schema;
  SimClock *clock;
  guint rank;
  guint32 seed;
  guint64 n_random;
  gint64 start;         /* of the host, by the clock */
  GHashTable *settings; /* changed ones: "group/key" -> value */

  GHashTable *objects; /* &id -> RepositoryObject that is alive; strong when it is kept */
  GHashTable *deleted; /* &id of the host's and of generated ones */
  GQueue *created;     /* [class index] of RepositoryObject */
  RepositoryTable created_keys;
  RepositoryTable created_references; /* of created associations, and of changed ones */
  guint64 next_created;

  guint n_vms;
  guint n_families;
  guint stride;
  guint total_weight;
  RepositoryFamily *families;
  RepositoryVm vm; /* the one that was asked for last */

  RepositoryProvided provided[REPOSITORY_N_PROVIDED]; /* by the part of the computed row */

  GPtrArray *watches;
  guint next_watch;
  GPtrArray *cursors; /* of RepositoryCursor, borrowed */
};

/* ---- objects ---- */
/* The object with this id, made if need be. (transfer full) */
RepositoryObject *repository_object_of (Repository *self, guint64 id);
RepositoryObject *repository_object_new (Repository *self, guint64 id,
                                         const RepositoryClass *klass);
/* From now on the repository keeps it. */
void repository_object_keep (RepositoryObject *self);
void repository_object_put (RepositoryObject *self, guint slot, HypervCimValue *value);
/* What is stored, whatever the clock says. */
void repository_object_peek_stored (RepositoryObject *self, guint slot,
                                    HypervCimProperty *property);
/* A property as it is compared: in a key, or (@as_path) the path that a reference names. FALSE when
 * it is null. */
gboolean repository_object_append_canonical (RepositoryObject *self, guint slot, gboolean as_path,
                                             GString *out);
/* Stores what computed properties are now that depend on @slot. */
void repository_object_freeze (RepositoryObject *self, guint slot);
/* Starts the count for a computed property that was set. */
void repository_object_restart (RepositoryObject *self, guint slot);
const char *repository_object_get_canonical (RepositoryObject *self);
/* A property's value as it is compared in a key. */
void repository_append_canonical (GString *out, const HypervCimProperty *property);
gboolean repository_is_deleted (Repository *self, guint64 id);

/* ---- families ---- */
gboolean repository_families_init (Repository *self, guint n_vms, GError **error);
void repository_families_clear (Repository *self);
RepositoryFamily *repository_get_family (Repository *self, guint32 number);
const RepositoryVm *repository_get_vm (Repository *self, guint32 number);
static inline guint64
repository_generated_id (const Repository *self, guint32 number, guint member)
{
  return REPOSITORY_FIRST_GENERATED + (guint64)number * self->stride + member;
}
/* Ids of all generated instances of the class and below. */
void repository_families_collect (Repository *self, const RepositoryClass *klass, GArray *ids);
/* … whose key is this; stops at @limit ids. */
void repository_families_find_key (Repository *self, const RepositoryClass *klass, const char *key,
                                   const char *canonical, guint limit, GArray *ids);
/* … whose property is this, as far as they are as they were generated: all that is stored of the
 * others is looked at elsewhere. FALSE when there are @limit or more. */
gboolean repository_families_find_value (Repository *self, const RepositoryClass *klass,
                                         const char *property, const char *canonical, guint limit,
                                         GArray *ids);
/* … associations that name this canonical path. */
void repository_families_find_reference (Repository *self, const RepositoryClass *klass,
                                         const char *canonical, GArray *ids);

/* ---- indexes ---- */
/* @keys: canonical values of its keys. */
void repository_index_add (RepositoryObject *object, GPtrArray *keys);
/* Whether an instance of the class has all these keys. */
gboolean repository_has_instance (Repository *self, const RepositoryClass *klass, GPtrArray *keys);
void repository_index_remove (RepositoryObject *object);
/* A reference of an association was set. */
void repository_index_set_reference (RepositoryObject *object, guint slot);
/* Objects of that hash. */
void repository_table_collect (const RepositoryTable *table, guint32 hash,
                               const RepositoryClass *klass, guint limit, GArray *ids);
void repository_collect (Repository *self, const RepositoryClass *klass, GArray *ids);
/* Candidates: all that have this key's value are among them. Stops at @limit. */
void repository_find_key (Repository *self, const RepositoryClass *klass, const char *key,
                          const char *canonical, guint limit, GArray *ids);
/* Candidates by any property, when most instances are generated and unchanged; FALSE: no help. */
gboolean repository_find_value (Repository *self, const RepositoryClass *klass,
                                const char *property, const char *canonical, guint limit,
                                GArray *ids);
/* Candidates: all associations of @klass (NULL: any) that name this path are among them. */
void repository_find_reference (Repository *self, const RepositoryClass *klass,
                                const char *canonical, GArray *ids);
/* Class of the namespace, or an error that says which of both is wrong. */
const RepositoryClass *repository_require_class (Repository *self, const char *name_space,
                                                 const char *class_name, GError **error);
/* What to compare for a key, given its text; FALSE when the key cannot have that value. */
gboolean repository_canonical_key_value (const RepositoryProperty *key, const char *text,
                                         const char *name_space, GString *out);
/* Ids of which the path is; with keys missing maybe more than one, but at most @limit. */
gboolean repository_find_path (Repository *self, const RepositoryClass *klass,
                               const HypervCimPath *path, guint limit, GArray *ids, GError **error);

/* ---- associations ---- */
/* As repository_associators () and repository_references (), in the namespace of a query. */
GPtrArray *repository_associators_in (Repository *self, const char *name_space,
                                      RepositoryObject *object, const char *assoc_class,
                                      const char *result_class, const char *role,
                                      const char *result_role, GError **error);
GPtrArray *repository_references_in (Repository *self, const char *name_space,
                                     RepositoryObject *object, const char *result_class,
                                     const char *role, GError **error);

/* ---- changes ---- */
void repository_notify (RepositoryChange change, RepositoryObject *object);
/* A cursor that has not reached the object yet keeps it. */
void repository_cursor_note_deleted (RepositoryCursor *cursor, RepositoryObject *object);
/* Minutes that the host's local time is east of Greenwich. */
int repository_get_utc_offset (Repository *self);

G_END_DECLS
