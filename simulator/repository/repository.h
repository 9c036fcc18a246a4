/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/cim/hyperv-cim-instance.h"
#include "simulator/sim-clock.h"

G_BEGIN_DECLS

/* The WMI repository of one host: classes, instances, WQL, change notifications.
 * Knows neither HTTP nor SOAP. Used on the host's thread only. Namespaces are written
 * "root/virtualization/v2"; names of classes, properties and namespaces are compared without
 * regard to case everywhere. */

#define REPOSITORY_ERROR (repository_error_quark ())
GQuark repository_error_quark (void);
typedef enum {
  REPOSITORY_ERROR_SYNTAX,        /* MOF, WQL, path, host.ini: the text is wrong */
  REPOSITORY_ERROR_INVALID_CLASS, /* no such class in the namespace */
  REPOSITORY_ERROR_INVALID_NAMESPACE,
  REPOSITORY_ERROR_INVALID_QUERY, /* well formed, but no such property, wrong operator … */
  REPOSITORY_ERROR_INVALID_VALUE, /* a value that the property cannot have */
  REPOSITORY_ERROR_EXISTS,
  REPOSITORY_ERROR_NOT_FOUND
} RepositoryError;

/* ---- images: schema and shipped hosts, compiled; immutable and shared by all hosts ---- */
typedef struct _RepositoryImage RepositoryImage; /* atomically counted */
/* The image built into the library (mapped once in a process). */
RepositoryImage *repository_image_get_builtin (GError **error);
/* The built-in schema with a host that the user gives as a folder (host.ini, instances/ …). */
RepositoryImage *repository_image_load_host (const char *folder, GError **error);
RepositoryImage *repository_image_ref (RepositoryImage *self);
void repository_image_unref (RepositoryImage *self);
const char *const *repository_image_get_host_names (const RepositoryImage *self);
/* Hex digest over schema and hosts, for --version. */
const char *repository_image_get_digest (const RepositoryImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RepositoryImage, repository_image_unref)

/* ---- one host ---- */
typedef struct _Repository Repository;
typedef struct {
  guint32 seed; /* 1 by default */
  guint n_vms;  /* further VMs, generated from the host's families */
} RepositoryOptions;
Repository *repository_new (RepositoryImage *image, const char *host_name, SimClock *clock,
                            const RepositoryOptions *options, GError **error);
void repository_free (Repository *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Repository, repository_free)

/* How the repository is now, and another one that is so. Times that have passed count from then:
 * what ran for an hour has run for an hour. Not for watches, cursors and computed values. */
typedef struct _RepositorySnapshot RepositorySnapshot;
RepositorySnapshot *repository_snapshot_new (Repository *self);
void repository_snapshot_free (RepositorySnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RepositorySnapshot, repository_snapshot_free)
Repository *repository_new_from_snapshot (const RepositorySnapshot *snapshot, SimClock *clock,
                                          GError **error);

SimClock *repository_get_clock (Repository *self);
/* host.ini: [values] with computer_name, [limits], [abilities], [host]. NULL when absent. */
const char *repository_get_setting (Repository *self, const char *group, const char *key);
guint64 repository_get_limit (Repository *self, const char *key, guint64 fallback);
gboolean repository_has_ability (Repository *self, const char *name);
const char *repository_get_computer_name (Repository *self);
/* Whether host.ini may say so: the check of its reader. */
gboolean repository_check_setting (const char *group, const char *key, const char *value,
                                   GError **error);
/* Another value for this host only, from now on (an ability switched, a limit changed). */
void repository_set_setting (Repository *self, const char *group, const char *key,
                             const char *value);
/* Random numbers of this host, from its seed (same calls, same numbers). */
guint32 repository_random (Repository *self);
/* Upper-case GUID without braces from those numbers. (transfer full) */
char *repository_random_guid (Repository *self);

/* ---- classes ---- */
typedef struct _RepositoryClass RepositoryClass; /* owned by the repository */
typedef struct {
  const char *name;
  HypervCimType type;
  gboolean is_array;
  gboolean is_key;
  gboolean is_interval;         /* DATETIME with Subtype ("interval") */
  const char *reference_class;  /* REFERENCE; or NULL */
  const char *embedded_class;   /* STRING with EmbeddedInstance; or NULL */
  const char *const *value_map; /* NULL-terminated pairs' values, or NULL */
  const char *const *values;
} RepositoryProperty;
typedef struct {
  const char *name;
  HypervCimType type;
  gboolean is_array, is_in, is_out, is_optional;
  const char *reference_class;
  const char *embedded_class;
} RepositoryParameter;
typedef struct {
  const char *name;
  gboolean is_static;
  guint n_parameters;
  const RepositoryParameter *parameters; /* in MOF order, without ReturnValue */
} RepositoryMethod;

gboolean repository_has_namespace (Repository *self, const char *name_space);
const RepositoryClass *repository_find_class (Repository *self, const char *name_space,
                                              const char *class_name);
const char *repository_class_get_name (const RepositoryClass *self);
const char *repository_class_get_namespace (const RepositoryClass *self);
const RepositoryClass *repository_class_get_superclass (const RepositoryClass *self);
gboolean repository_class_is_a (const RepositoryClass *self, const char *class_name);
gboolean repository_class_is_association (const RepositoryClass *self);
/* All properties, inherited too, in the order of the wire: by name without regard to case. */
guint repository_class_get_n_properties (const RepositoryClass *self);
const RepositoryProperty *repository_class_get_property (const RepositoryClass *self, guint index);
const RepositoryProperty *repository_class_find_property (const RepositoryClass *self,
                                                          const char *name);
/* Names of the keys, in the order of the wire. NULL-terminated; empty: no keys (embedded only). */
const char *const *repository_class_get_keys (const RepositoryClass *self);
guint repository_class_get_n_methods (const RepositoryClass *self);
const RepositoryMethod *repository_class_get_method (const RepositoryClass *self, guint index);
/* Classes of the namespace (NULL: of all): all, or those derived from @base; @deep FALSE: directly
 * only (without @base: those that have no superclass). A base before what is derived from it.
 * (transfer container) (element-type RepositoryClass) */
GPtrArray *repository_list_classes (Repository *self, const char *name_space,
                                    const RepositoryClass *base, gboolean deep);
const RepositoryMethod *repository_class_find_method (const RepositoryClass *self,
                                                      const char *name);

/* ---- objects: instances that live in the host ---- */
typedef struct _RepositoryObject RepositoryObject; /* counted; stays readable after its deletion */
RepositoryObject *repository_object_ref (RepositoryObject *self);
void repository_object_unref (RepositoryObject *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RepositoryObject, repository_object_unref)
const RepositoryClass *repository_object_get_class (RepositoryObject *self);
/* Property by index of the wire's order, in place (valid until the object changes or goes). Values
 * computed from the clock (uptime and the like) are computed here. */
void repository_object_peek (RepositoryObject *self, guint index, HypervCimProperty *property);
gboolean repository_object_find (RepositoryObject *self, const char *name,
                                 HypervCimProperty *property);
/* Convenience for providers: 0 / NULL when null. */
guint64 repository_object_get_uint (RepositoryObject *self, const char *name);
const char *repository_object_get_string (RepositoryObject *self, const char *name);
/* A copy at the border: all properties in the order of the wire. */
HypervCimInstance *repository_object_to_instance (RepositoryObject *self);
HypervCimPath *repository_object_to_path (RepositoryObject *self);
/* `\\HOST\root\virtualization\v2:Class.Key="…"`, as __PATH. (transfer full) */
char *repository_object_to_path_text (RepositoryObject *self);

/* Changes. A key cannot be changed. Sends the notification. */
gboolean repository_object_set (RepositoryObject *self, const char *name,
                                const HypervCimValue *value, GError **error);
gboolean repository_object_set_uint (RepositoryObject *self, const char *name, guint64 value,
                                     GError **error);
gboolean repository_object_set_string (RepositoryObject *self, const char *name, const char *value,
                                       GError **error);
/* @when: microseconds since 1970. */
gboolean repository_object_set_time (RepositoryObject *self, const char *name, gint64 when,
                                     GError **error);
gboolean repository_object_set_null (RepositoryObject *self, const char *name, GError **error);
/* @instance gives the properties; those it lacks are null. */
RepositoryObject *repository_create (Repository *self, const HypervCimInstance *instance,
                                     GError **error);
gboolean repository_delete (Repository *self, RepositoryObject *object, GError **error);
/* Makes the instances of templates/NAME.mof for the VM. ${vm.number}, ${vm.mac} and ${vm.pid} are a
 * generated VM's own; for others they follow from the GUID. EXISTS when an instance is there
 * already: then nothing is made. */
gboolean repository_instantiate (Repository *self, const char *template_name, const char *vm_guid,
                                 const char *vm_name, GError **error);

/* A property that a provider computes each time it is read (percent and elapsed time of a job): its
 * value now (transfer full), or NULL: the stored one counts, as it does when that is null. Which
 * properties can be computed so is said in repository-computed.c; no notification is sent. */
typedef HypervCimValue *(*RepositoryCompute) (RepositoryObject *object, gpointer user_data);
/* @compute NULL takes it back. */
void repository_set_compute (Repository *self, const char *class_name, const char *property,
                             RepositoryCompute compute, gpointer user_data);

/* ---- looking up ---- */
/* By keys (any order, any case). With keys missing: the only instance that fits, as Windows does
 * for singletons. NOT_FOUND when there is none or, with partial keys, more than one; INVALID_VALUE
 * for a name that is no key of the class. */
RepositoryObject *repository_lookup (Repository *self, const HypervCimPath *path, GError **error);
/* Paths as text, for properties that hold one (Parent, HostResource …). Reading takes absolute and
 * relative ones (then in @name_space), keys in " or ', backslashes doubled or alone. */
HypervCimPath *repository_read_path (Repository *self, const char *text, const char *name_space,
                                     GError **error);
char *repository_write_path (Repository *self, const HypervCimPath *path);
/* All instances of the class and of classes derived from it.
 * (transfer full) (element-type RepositoryObject) */
GPtrArray *repository_list (Repository *self, const char *name_space, const char *class_name,
                            GError **error);
/* Association ends, as ASSOCIATORS OF; any of the names may be NULL. */
GPtrArray *repository_associators (Repository *self, RepositoryObject *object,
                                   const char *assoc_class, const char *result_class,
                                   const char *role, const char *result_role, GError **error);
/* The association instances themselves, as REFERENCES OF. */
GPtrArray *repository_references (Repository *self, RepositoryObject *object,
                                  const char *result_class, const char *role, GError **error);

/* ---- WQL ---- */
typedef struct _RepositoryQuery RepositoryQuery;
RepositoryQuery *repository_query_parse (const char *text, GError **error);
void repository_query_free (RepositoryQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RepositoryQuery, repository_query_free)
/* The class asked for: of FROM, or of the object in ASSOCIATORS OF. */
const char *repository_query_get_class (const RepositoryQuery *self);
/* Projection: names as written, NULL-terminated; NULL for `*`. */
const char *const *repository_query_get_projection (const RepositoryQuery *self);

/* Results one after the other; the set is fixed when the query runs, values are read when asked.
 * An instance deleted meanwhile is still delivered as it was last. */
typedef struct _RepositoryCursor RepositoryCursor;
RepositoryCursor *repository_run_query (Repository *self, const char *name_space,
                                        const RepositoryQuery *query, GError **error);
RepositoryCursor *repository_run_class (Repository *self, const char *name_space,
                                        const char *class_name, GError **error);
void repository_cursor_free (RepositoryCursor *self);
/* (transfer none) until the next call; NULL at the end. */
RepositoryObject *repository_cursor_next (RepositoryCursor *self);
gboolean repository_cursor_at_end (RepositoryCursor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RepositoryCursor, repository_cursor_free)

/* ---- change notifications ---- */
typedef enum { REPOSITORY_CREATED, REPOSITORY_MODIFIED, REPOSITORY_DELETED } RepositoryChange;
typedef void (*RepositoryWatch) (RepositoryChange change, RepositoryObject *object,
                                 gpointer user_data);
guint repository_add_watch (Repository *self, RepositoryWatch watch, gpointer user_data,
                            GDestroyNotify destroy);
void repository_remove_watch (Repository *self, guint id);

G_END_DECLS
