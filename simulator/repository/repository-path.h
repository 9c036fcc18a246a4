/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/repository.h"

G_BEGIN_DECLS

/* Object paths as text: `\\HOST\root\virtualization\v2:Class.Key="value"`, and what is compared in
 * their place. */

#define REPOSITORY_PATH_MAX (64 * 1024)
#define REPOSITORY_PATH_MAX_KEYS 64
#define REPOSITORY_PATH_MAX_DEPTH 8 /* of references in keys of references */

/* Reads a path, absolute or relative (then of @name_space). Keys quoted by " or ', a backslash
 * doubled or alone. */
HypervCimPath *repository_path_read (const char *text, const char *name_space, GError **error);
/* Appends `Class.Key="…"`; values of keys that look like numbers are quoted too unless @klass
 * says that they are numbers. */
void repository_path_write (GString *out, const HypervCimPath *path, const RepositoryClass *klass);

/* Text for comparing: lower case, keys by name, without host and namespace. */
void repository_path_canonical (GString *out, const HypervCimPath *path);
/* The same for one value of a key. */
void repository_canonical_text (GString *out, const char *text);
void repository_canonical_begin (GString *out, const char *class_name);
void repository_canonical_key (GString *out, const char *name);
void repository_canonical_reference (GString *out, const HypervCimPath *path);

static inline char
repository_lower (char c)
{
  return (guchar)(c - 'A') < 26 ? (char)(c | 0x20) : c;
}

/* FNV-1a without regard to case, for indexes; the same on every machine. */
#define REPOSITORY_HASH_START 2166136261u
guint32 repository_hash (guint32 hash, const char *text);
/* The hash of "key name = canonical value". */
guint32 repository_hash_key (const char *name, const char *canonical);

G_END_DECLS
