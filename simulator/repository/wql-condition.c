/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/wql.h"

/* The condition after WHERE, by recursive descent:
 *   any = all {OR all}   all = one {AND one}   one = NOT one | ( any ) | term
 *   term = name operator operand | operand operator name | name IS [NOT] NULL | name ISA class */

static WqlNode *read_any (WqlLexer *lexer, guint depth, guint *n_terms, GError **error);

static void
operand_clear (WqlOperand *self)
{
  g_clear_pointer (&self->text, g_free);
}

void
wql_node_free (WqlNode *self)
{
  if (self->children != NULL)
    g_ptr_array_unref (self->children);
  operand_clear (&self->left);
  operand_clear (&self->right);
  g_free (self);
}

static WqlNode *
node_new (WqlNodeKind kind)
{
  WqlNode *self = g_new0 (WqlNode, 1);

  self->kind = kind;
  if (kind != WQL_TERM)
    self->children = g_ptr_array_new_with_free_func ((GDestroyNotify)wql_node_free);
  return self;
}

static gboolean
is_literal_word (const WqlLexer *lexer)
{
  return wql_lexer_is_word (lexer, "TRUE") || wql_lexer_is_word (lexer, "FALSE");
}

static gboolean
read_operand (WqlLexer *lexer, WqlOperand *operand, GError **error)
{
  if (lexer->kind == WQL_STRING)
    operand->kind = WQL_OPERAND_STRING;
  else if (lexer->kind == WQL_NUMBER)
    operand->kind = WQL_OPERAND_NUMBER;
  else if (is_literal_word (lexer))
    operand->kind = WQL_OPERAND_BOOLEAN;
  else if (lexer->kind == WQL_WORD)
    operand->kind = WQL_OPERAND_NAME;
  else
    return wql_lexer_fail (lexer, "a property or a value", error);
  operand->offset = wql_lexer_get_offset (lexer);
  operand->text = g_strdup (lexer->value->str);
  return wql_lexer_next (lexer, error);
}

/* `IS NULL` and `IS NOT NULL`; `= NULL` and `<> NULL` mean the same. */
static gboolean
read_null (WqlLexer *lexer, WqlNode *term, GError **error)
{
  if (!wql_lexer_next (lexer, error))
    return FALSE;
  term->op = WQL_IS_NULL;
  if (wql_lexer_is_word (lexer, "NOT")) {
    term->op = WQL_IS_NOT_NULL;
    if (!wql_lexer_next (lexer, error))
      return FALSE;
  }
  if (!wql_lexer_is_word (lexer, "NULL"))
    return wql_lexer_fail (lexer, "NULL or NOT NULL after IS", error);
  return wql_lexer_next (lexer, error);
}

static gboolean
read_isa (WqlLexer *lexer, WqlNode *term, GError **error)
{
  term->op = WQL_ISA;
  if (!wql_lexer_next (lexer, error))
    return FALSE;
  if (lexer->kind != WQL_STRING)
    return wql_lexer_fail (lexer, "the name of a class in quotes after ISA", error);
  return read_operand (lexer, &term->right, error);
}

static gboolean
read_operator (WqlLexer *lexer, WqlOperator *op, GError **error)
{
  static const struct {
    const char *mark;
    WqlOperator op;
  } rows[] = { { "=", WQL_EQUAL },
               { "!=", WQL_DIFFERENT },
               { "<>", WQL_DIFFERENT },
               { "<", WQL_LESS },
               { "<=", WQL_LESS_OR_EQUAL },
               { ">", WQL_GREATER },
               { ">=", WQL_GREATER_OR_EQUAL } };

  if (wql_lexer_is_word (lexer, "LIKE")) {
    *op = WQL_LIKE;
    return wql_lexer_next (lexer, error);
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (wql_lexer_is_mark (lexer, rows[i].mark)) {
      *op = rows[i].op;
      return wql_lexer_next (lexer, error);
    }
  return wql_lexer_fail (lexer, "= != <> < <= > >= LIKE IS or ISA", error);
}

/* The name stands left from now on. */
static gboolean
turn_around (const WqlLexer *lexer, WqlNode *term, GError **error)
{
  static const WqlOperator turned[] = { WQL_EQUAL,   WQL_DIFFERENT,
                                        WQL_GREATER, WQL_GREATER_OR_EQUAL,
                                        WQL_LESS,    WQL_LESS_OR_EQUAL };
  WqlOperand left = term->left;

  if (left.kind == WQL_OPERAND_NAME)
    return TRUE;
  if (term->right.kind != WQL_OPERAND_NAME || term->op == WQL_LIKE) {
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX,
                 "query: character %u: expected a property, found the value %s",
                 wql_get_position (lexer->text, left.offset), left.text);
    return FALSE;
  }
  term->left = term->right;
  term->right = left;
  term->op = turned[term->op];
  return TRUE;
}

static gboolean
fill_term (WqlLexer *lexer, WqlNode *term, GError **error)
{
  if (!read_operand (lexer, &term->left, error))
    return FALSE;
  if (term->left.kind == WQL_OPERAND_NAME && wql_lexer_is_word (lexer, "IS"))
    return read_null (lexer, term, error);
  if (term->left.kind == WQL_OPERAND_NAME && wql_lexer_is_word (lexer, "ISA"))
    return read_isa (lexer, term, error);
  if (!read_operator (lexer, &term->op, error))
    return FALSE;
  if (wql_lexer_is_word (lexer, "NULL") && term->left.kind == WQL_OPERAND_NAME) {
    if (term->op != WQL_EQUAL && term->op != WQL_DIFFERENT)
      return wql_lexer_fail (lexer, "a value (only = != and <> take NULL)", error);
    term->op = term->op == WQL_EQUAL ? WQL_IS_NULL : WQL_IS_NOT_NULL;
    return wql_lexer_next (lexer, error);
  }
  if (term->op == WQL_LIKE
      && (lexer->kind != WQL_STRING || !wql_is_like_pattern (lexer->value->str)))
    return wql_lexer_fail (lexer, "a pattern in quotes with each [ closed by ] after LIKE", error);
  return read_operand (lexer, &term->right, error) && turn_around (lexer, term, error);
}

static WqlNode *
read_term (WqlLexer *lexer, guint *n_terms, GError **error)
{
  g_autoptr (WqlNode) term = node_new (WQL_TERM);

  term->index = (*n_terms)++;
  if (*n_terms > WQL_MAX_TERMS) {
    wql_lexer_fail (lexer, "at most 8000 terms", error);
    return NULL;
  }
  return fill_term (lexer, term, error) ? g_steal_pointer (&term) : NULL;
}

static WqlNode *
read_one (WqlLexer *lexer, guint depth, guint *n_terms, GError **error)
{
  g_autoptr (WqlNode) node = NULL;
  WqlNode *inner;

  if (depth > WQL_MAX_DEPTH) {
    wql_lexer_fail (lexer, "parentheses and NOTs at most 64 deep", error);
    return NULL;
  }
  if (wql_lexer_is_word (lexer, "NOT")) {
    if (!wql_lexer_next (lexer, error))
      return NULL;
    inner = read_one (lexer, depth + 1, n_terms, error);
    if (inner == NULL)
      return NULL;
    node = node_new (WQL_NOT);
    g_ptr_array_add (node->children, inner);
    return g_steal_pointer (&node);
  }
  if (!wql_lexer_is_mark (lexer, "("))
    return read_term (lexer, n_terms, error);
  if (!wql_lexer_next (lexer, error))
    return NULL;
  node = read_any (lexer, depth + 1, n_terms, error);
  if (node == NULL)
    return NULL;
  if (!wql_lexer_is_mark (lexer, ")")) {
    wql_lexer_fail (lexer, "AND, OR or )", error);
    return NULL;
  }
  return wql_lexer_next (lexer, error) ? g_steal_pointer (&node) : NULL;
}

static WqlNode *
read_all (WqlLexer *lexer, guint depth, guint *n_terms, GError **error)
{
  g_autoptr (WqlNode) node = node_new (WQL_ALL);

  for (;;) {
    WqlNode *one = read_one (lexer, depth, n_terms, error);

    if (one == NULL)
      return NULL;
    g_ptr_array_add (node->children, one);
    if (!wql_lexer_is_word (lexer, "AND"))
      return g_steal_pointer (&node);
    if (!wql_lexer_next (lexer, error))
      return NULL;
  }
}

static WqlNode *
read_any (WqlLexer *lexer, guint depth, guint *n_terms, GError **error)
{
  g_autoptr (WqlNode) node = node_new (WQL_ANY);

  for (;;) {
    WqlNode *all = read_all (lexer, depth, n_terms, error);

    if (all == NULL)
      return NULL;
    g_ptr_array_add (node->children, all);
    if (!wql_lexer_is_word (lexer, "OR"))
      return g_steal_pointer (&node);
    if (!wql_lexer_next (lexer, error))
      return NULL;
  }
}

WqlNode *
wql_parse_condition (WqlLexer *lexer, guint *n_terms, GError **error)
{
  *n_terms = 0;
  return read_any (lexer, 0, n_terms, error);
}
