/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/repository-private.h"

G_BEGIN_DECLS

/* WQL: text -> tree (wql-lexer.c, wql-parse.c), tree + class -> answer (wql-bind.c, wql-eval.c). */

/* Named limits, each with a test row. */
#define WQL_MAX_LENGTH (64 * 1024)
#define WQL_MAX_DEPTH 64
#define WQL_MAX_TERMS 8000

/* ---- tokens ---- */
typedef enum { WQL_END, WQL_WORD, WQL_STRING, WQL_NUMBER, WQL_MARK, WQL_PATH } WqlTokenKind;

typedef struct {
  const char *text;
  const char *at;
  WqlTokenKind kind;
  const char *start; /* of the token */
  GString *value;    /* word; string without quotes; number; mark; path without braces */
} WqlLexer;

gboolean wql_lexer_init (WqlLexer *self, const char *text, GError **error);
void wql_lexer_clear (WqlLexer *self);
gboolean wql_lexer_next (WqlLexer *self, GError **error);
gboolean wql_lexer_is_mark (const WqlLexer *self, const char *mark);
gboolean wql_lexer_is_word (const WqlLexer *self, const char *word);
/* "expected …, found …" at the token. Always FALSE. */
gboolean wql_lexer_fail (const WqlLexer *self, const char *expected, GError **error);
/* Bytes before the token; and the character, counted from 1, at that offset of a text. */
guint wql_lexer_get_offset (const WqlLexer *self);
guint wql_get_position (const char *text, guint offset);

/* ---- tree ---- */
typedef enum { WQL_SELECT, WQL_ASSOCIATORS, WQL_REFERENCES } WqlKind;
typedef enum { WQL_ALL, WQL_ANY, WQL_NOT, WQL_TERM } WqlNodeKind;
typedef enum {
  WQL_EQUAL,
  WQL_DIFFERENT,
  WQL_LESS,
  WQL_LESS_OR_EQUAL,
  WQL_GREATER,
  WQL_GREATER_OR_EQUAL,
  WQL_LIKE,
  WQL_ISA,
  WQL_IS_NULL,
  WQL_IS_NOT_NULL
} WqlOperator;
typedef enum {
  WQL_OPERAND_NAME,
  WQL_OPERAND_STRING,
  WQL_OPERAND_NUMBER,
  WQL_OPERAND_BOOLEAN
} WqlOperandKind;

typedef struct {
  WqlOperandKind kind;
  char *text;
  guint offset; /* bytes before it in the query */
} WqlOperand;

typedef struct _WqlNode WqlNode;
struct _WqlNode {
  WqlNodeKind kind;
  GPtrArray *children; /* of WqlNode; ALL, ANY, NOT */
  WqlOperator op;
  WqlOperand left; /* always a name */
  WqlOperand right;
  guint index; /* of the term in the query */
};
void wql_node_free (WqlNode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WqlNode, wql_node_free)

struct _RepositoryQuery {
  WqlKind kind;
  char *text;
  char *class_name;
  guint class_offset;
  GStrv projection; /* NULL: * */
  WqlNode *where;   /* NULL: all */
  guint n_terms;
  char *path; /* ASSOCIATORS and REFERENCES */
  char *assoc_class, *result_class, *role, *result_role;
};

/* The condition after WHERE. */
WqlNode *wql_parse_condition (WqlLexer *lexer, guint *n_terms, GError **error);

/* ---- answers ---- */
typedef enum { WQL_BY_NUMBER, WQL_BY_REAL, WQL_BY_TEXT, WQL_BY_TIME, WQL_BY_PATH } WqlComparison;

/* System properties (__PATH …). */
typedef enum {
  WQL_NO_SYSTEM,
  WQL_SYSTEM_CLASS,
  WQL_SYSTEM_DYNASTY,
  WQL_SYSTEM_NAMESPACE,
  WQL_SYSTEM_PATH,
  WQL_SYSTEM_RELPATH,
  WQL_SYSTEM_SERVER,
  WQL_SYSTEM_SUPERCLASS,
  WQL_SYSTEM_THIS
} WqlSystem;
WqlSystem wql_find_system (const char *name);
char *wql_dup_system (WqlSystem property, RepositoryObject *object);

/* A term made ready. */
typedef struct {
  const WqlNode *node;
  WqlSystem left_system, right_system;
  const RepositoryProperty *left, *right; /* in the class of FROM; NULL: a system property */
  gint left_slot, right_slot;             /* in the class of the object */
  WqlComparison kind;
  gboolean is_literal;
  HypervCimScalar literal;
  gint64 time; /* BY_TIME */
  char *text;  /* of the literal: canonical path, folded pattern */
} WqlTerm;

typedef struct {
  Repository *repository;
  const RepositoryClass *klass; /* of FROM */
  const RepositoryClass *bound; /* of the slots */
  const RepositoryQuery *query;
  WqlTerm *terms;
} WqlCondition;
/* Looks names up in the class of FROM and converts literals to the properties' types. */
WqlCondition *wql_condition_new (Repository *repository, const RepositoryClass *klass,
                                 const RepositoryQuery *query, GError **error);
void wql_condition_free (WqlCondition *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WqlCondition, wql_condition_free)
gboolean wql_condition_accepts (WqlCondition *self, RepositoryObject *object);
/* Ids among which all answers are, through an index; FALSE when none helps. */
gboolean wql_condition_find (WqlCondition *self, GArray *ids);

/* Comparing texts, without regard to case. */
int wql_compare_texts (const char *a, const char *b);
/* @pattern: of LIKE, in casefold. */
gboolean wql_like (const char *pattern, const char *text);
gboolean wql_is_like_pattern (const char *pattern);

G_END_DECLS
