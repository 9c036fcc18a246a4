/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The compiled image: position-independent blocks of records of the machine's byte order. Every
 * reference is an offset from the start of its block; 0 is "none". A file holds one ImageHeader,
 * one schema block and a host block for each shipped host; a host that the user gives as a folder
 * becomes a host block in memory, by the same code. */

#define IMAGE_MAGIC "hvimage1"
#define SCHEMA_MAGIC "hvclass1"
#define HOST_MAGIC "hvhosts1"
#define IMAGE_NONE G_MAXUINT32
#define IMAGE_DIGEST_SIZE 65 /* SHA-256 in hex with its NUL */

typedef struct {
  char magic[8];
  guint32 size;
  guint32 schema; /* offset of the block in the file, 16-aligned */
  guint32 n_hosts;
  guint32 hosts; /* guint32[]: offsets of the blocks in the file */
  char digest[IMAGE_DIGEST_SIZE];
} ImageHeader;

/* ---- schema ---- */
typedef struct {
  char magic[8];
  guint32 size;
  guint32 n_classes;
  guint32 classes; /* SchemaClass[], by namespace and tree: derived classes follow their base */
  guint32 n_namespaces;
  guint32 namespaces; /* guint32[]: texts */
  guint32 hash_mask;
  guint32 hash; /* guint32[]: class index + 1, open addressing by schema_hash () */
} SchemaHeader;

typedef enum {
  SCHEMA_IS_ASSOCIATION = 1 << 0,
  SCHEMA_IS_ABSTRACT = 1 << 1,
  SCHEMA_IS_SINGLETON = 1 << 2,
  SCHEMA_IS_ARRAY = 1 << 3,
  SCHEMA_IS_KEY = 1 << 4,
  SCHEMA_IS_INTERVAL = 1 << 5,
  SCHEMA_IS_IN = 1 << 6,
  SCHEMA_IS_OUT = 1 << 7,
  SCHEMA_IS_OPTIONAL = 1 << 8,
  SCHEMA_IS_STATIC = 1 << 9
} SchemaFlags;

typedef struct {
  guint32 name;
  guint32 name_space;
  guint32 superclass; /* index, or IMAGE_NONE */
  guint32 n_derived;  /* at all depths: the classes that follow this one */
  guint16 since;
  guint16 flags;
  guint32 n_properties;
  guint32 properties; /* guint32[]: SchemaMember, inherited too, by name */
  guint32 n_methods;
  guint32 methods; /* guint32[]: SchemaMethod, inherited too, by name */
} SchemaClass;

typedef struct {
  guint32 name;
  guint16 flags;
  guint8 type;
  guint8 since;
  guint32 reference_class;
  guint32 embedded_class;
  guint32 n_values;  /* of both lists */
  guint32 value_map; /* guint32[]: texts */
  guint32 values;
} SchemaMember;

typedef struct {
  guint32 name;
  guint16 flags;
  guint16 since;
  guint32 n_parameters;
  guint32 parameters; /* SchemaMember[] in MOF order */
} SchemaMethod;

/* ---- host ---- */
typedef struct {
  char magic[8];
  guint32 size;
  guint32 rank; /* of the release: what is newer is hidden */
  guint32 name;
  guint32 n_settings;
  guint32 settings; /* HostSetting[], by group and key */
  guint32 n_instances;
  guint32 instances; /* guint32[]: HostInstance, by class */
  guint32 n_templates;
  guint32 templates; /* HostGroup[] */
  guint32 n_families;
  guint32 families; /* HostGroup[] */
  guint32 n_keys;
  guint32 keys; /* HostIndexRow[]: repository_hash_key () of each key's value */
  guint32 n_references;
  guint32 references; /* HostIndexRow[]: hash of the canonical path that a REF names */
  guint32 n_serials;  /* instances of the host, its templates and families together */
} HostHeader;

typedef struct {
  guint32 group;
  guint32 key;
  guint32 value;
} HostSetting;

/* A template (a set of instances made for one VM) or a family (the templates of a generated VM). */
typedef struct {
  guint32 name;
  guint32 weight;
  guint32 n_instances;
  guint32 instances; /* guint32[]: HostInstance, by class */
} HostGroup;

typedef struct {
  guint32 klass;  /* index in the schema */
  guint32 serial; /* 0 … n_serials - 1; those of the host first, in order */
  guint32 n_slots;
  guint32 slots[]; /* HostValue; 0: null. In the order of the wire at the host's rank */
} HostInstance;

/* Texts of a value with variables hold IMAGE_VARIABLE_… bytes. */
typedef struct {
  guint8 type;
  guint8 is_array;
  guint8 has_variables; /* then all items are texts, whatever the type */
  guint8 unused;
  guint32 n_items;
  guint64 items[]; /* numbers, doubles' bits, or offsets of texts (REFERENCE: a path) */
} HostValue;

typedef struct {
  guint32 hash;
  guint32 instance;
} HostIndexRow;

/* Variables of a VM's template, as bytes in a text. */
typedef enum {
  IMAGE_VARIABLE_GUID = 1,
  IMAGE_VARIABLE_GUID_LOWER,
  IMAGE_VARIABLE_NAME,
  IMAGE_VARIABLE_NUMBER,
  IMAGE_VARIABLE_MAC,
  IMAGE_VARIABLE_PID,
  IMAGE_N_VARIABLES
} ImageVariable;

G_END_DECLS
