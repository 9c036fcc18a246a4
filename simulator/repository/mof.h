/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/cim/hyperv-cim-types.h"
#include "simulator/repository/mof-lexer.h"

G_BEGIN_DECLS

/* MOF as it was read: declarations with their places, nothing looked up yet. */

typedef struct {
  const char *file; /* interned for the life of the MofFile */
  guint line;
  guint column;
} MofPlace;

/* Windows releases by age; 0 is "always there". */
guint mof_release_rank (const char *release); /* 0: no such release */
#define MOF_N_RANKS 8

/* A property or a parameter. */
typedef struct {
  char *name;
  HypervCimType type;
  gboolean is_array, is_key, is_interval, is_in, is_out, is_optional, is_object;
  guint since;
  char *reference_class;
  char *embedded_class;
  GStrv value_map;
  GStrv values;
  MofPlace place;
} MofMember;

typedef struct {
  char *name;
  gboolean is_static;
  guint since;
  GPtrArray *parameters; /* of MofMember */
  MofPlace place;
} MofMethod;

typedef struct {
  char *name_space;
  char *name;
  char *superclass; /* or NULL */
  gboolean is_association, is_abstract, is_singleton;
  guint since;
  GPtrArray *properties; /* of MofMember, local ones only */
  GPtrArray *methods;    /* of MofMethod, local ones only */
  MofPlace place;
} MofClass;

typedef enum { MOF_LITERAL_TEXT, MOF_LITERAL_NULL, MOF_LITERAL_ALIAS } MofLiteralKind;
typedef struct {
  MofLiteralKind kind;
  gboolean quoted; /* a string, not a number or TRUE */
  char *text;
  MofPlace place;
} MofLiteral;

typedef struct {
  char *name;
  gboolean is_list;    /* { … } */
  GPtrArray *literals; /* of MofLiteral */
  MofPlace place;
} MofAssignment;

typedef struct {
  char *name_space;
  char *class_name;
  char *alias;            /* or NULL */
  GPtrArray *assignments; /* of MofAssignment */
  MofPlace place;
} MofInstance;

typedef struct {
  char *file;
  GPtrArray *classes;   /* of MofClass */
  GPtrArray *instances; /* of MofInstance */
} MofFile;

/* A file of at most @max bytes; not a device or a pipe, which have no end. */
char *mof_load (const char *path, gsize max, gsize *length, GError **error);
/* @shown is the name in errors. @name_space: until the first #pragma namespace; or NULL. */
MofFile *mof_read_text (const char *shown, const char *text, gsize length, const char *name_space,
                        GError **error);
MofFile *mof_read_file (const char *path, const char *name_space, GError **error);
void mof_file_free (MofFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MofFile, mof_file_free)

/* Every *.mof under @folder, sorted by name; the path of a file below @folder is its namespace when
 * @as_namespaces. A missing folder is an empty list unless @required. Appends MofFile to @files. */
gboolean mof_read_folder (const char *folder, gboolean as_namespaces, gboolean required,
                          GPtrArray *files, GError **error);

/* Parts of the reader. */
MofClass *mof_read_class (MofLexer *lexer, const char *name_space, GError **error);
void mof_class_free (MofClass *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MofClass, mof_class_free)
MofInstance *mof_read_instance (MofLexer *lexer, const char *name_space, GError **error);
void mof_instance_free (MofInstance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MofInstance, mof_instance_free)
MofPlace mof_place (const MofLexer *lexer);
gboolean mof_fail (MofPlace place, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Qualifiers: what a list in brackets says. */
typedef struct {
  gboolean is_key, is_association, is_abstract, is_singleton, is_static;
  gboolean is_in, is_out, is_optional, is_interval, is_object;
  guint since;
  char *embedded_class;
  GStrv value_map;
  GStrv values;
} MofQualifiers;
/* Reads `[…]` if it is there. */
gboolean mof_read_qualifiers (MofLexer *lexer, MofQualifiers *qualifiers, GError **error);
void mof_qualifiers_clear (MofQualifiers *self);

G_END_DECLS
