/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-value.h"
#include "simulator/repository/wql.h"

/* A condition made ready for a class: names looked up, literals converted to the types of the
 * properties, and the index found that helps. */

static gboolean
fail (const WqlCondition *self, const WqlOperand *operand, GError **error, const char *expected)
{
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_QUERY,
               "query: character %u: expected %s, found %s",
               wql_get_position (self->query->text, operand->offset), expected, operand->text);
  return FALSE;
}

static gboolean
bind_name (const WqlCondition *self, const WqlOperand *operand, WqlSystem *system,
           const RepositoryProperty **property, GError **error)
{
  g_autofree char *expected = NULL;

  *system = wql_find_system (operand->text);
  if (*system != WQL_NO_SYSTEM)
    return TRUE;
  *property = repository_class_find_property (self->klass, operand->text);
  if (*property != NULL)
    return TRUE;
  expected = g_strdup_printf ("a property of %s", self->klass->name);
  return fail (self, operand, error, expected);
}

static gboolean
is_integer (HypervCimType type)
{
  return type == HYPERV_CIM_TYPE_BOOLEAN || type == HYPERV_CIM_TYPE_CHAR16
         || hyperv_cim_type_is_unsigned (type) || hyperv_cim_type_is_signed (type);
}

static WqlComparison
find_kind (const WqlTerm *term)
{
  if (term->left == NULL)
    return term->left_system == WQL_SYSTEM_PATH || term->left_system == WQL_SYSTEM_RELPATH
               ? WQL_BY_PATH
               : WQL_BY_TEXT;
  if (is_integer (term->left->type))
    return WQL_BY_NUMBER;
  if (term->left->type == HYPERV_CIM_TYPE_REAL32 || term->left->type == HYPERV_CIM_TYPE_REAL64)
    return WQL_BY_REAL;
  if (term->left->type == HYPERV_CIM_TYPE_REFERENCE)
    return WQL_BY_PATH;
  return term->left->type == HYPERV_CIM_TYPE_DATETIME && !term->left->is_interval ? WQL_BY_TIME
                                                                                  : WQL_BY_TEXT;
}

/* Two properties, or a property and a system property. */
static gboolean
bind_pair (const WqlCondition *self, WqlTerm *term, GError **error)
{
  WqlTerm turned = { 0 };

  if (!bind_name (self, &term->node->right, &term->right_system, &term->right, error))
    return FALSE;
  turned.left = term->right;
  turned.left_system = term->right_system;
  if (term->right != NULL && term->right->is_array)
    return fail (self, &term->node->right, error, "a property that is no array");
  if (find_kind (&turned) == term->kind)
    return TRUE;
  if (term->left_system == WQL_SYSTEM_PATH || term->left_system == WQL_SYSTEM_RELPATH) {
    term->kind = WQL_BY_TEXT;
    return TRUE;
  }
  return fail (self, &term->node->right, error, "a property of the same kind");
}

static gboolean
bind_path (const WqlCondition *self, WqlTerm *term, GError **error)
{
  const WqlOperand *operand = &term->node->right;
  g_autoptr (HypervCimPath) path = NULL;
  GString *canonical;

  path = repository_path_read (operand->text, self->klass->name_space, NULL);
  if (path == NULL)
    return fail (self, operand, error, "an object path");
  canonical = g_string_new (NULL);
  repository_path_canonical (canonical, path);
  term->text = g_string_free (canonical, FALSE);
  return TRUE;
}

static gboolean
bind_literal (const WqlCondition *self, WqlTerm *term, GError **error)
{
  const WqlOperand *operand = &term->node->right;
  HypervCimType type = term->left == NULL ? HYPERV_CIM_TYPE_STRING : term->left->type;
  g_autofree char *expected = NULL;

  term->is_literal = TRUE;
  if (term->node->op == WQL_LIKE) {
    if (term->left != NULL && !hyperv_cim_type_is_text (type) && type != HYPERV_CIM_TYPE_REFERENCE)
      return fail (self, &term->node->left, error, "a property that is a string before LIKE");
    term->kind = WQL_BY_TEXT;
    term->text = g_utf8_casefold (operand->text, -1);
    return TRUE;
  }
  if (term->kind == WQL_BY_PATH && term->node->op <= WQL_DIFFERENT)
    return bind_path (self, term, error);
  if (term->kind == WQL_BY_PATH)
    return fail (self, &term->node->left, error, "= or != after a path");
  if (repository_value_parse (type, operand->text, &term->literal, NULL)
      && (term->kind != WQL_BY_TIME || repository_value_read_time (operand->text, &term->time)))
    return TRUE;
  expected = g_strdup_printf ("a value for %s (%s)", term->node->left.text,
                              hyperv_cim_type_get_name (type));
  return fail (self, operand, error, expected);
}

static gboolean
bind_term (WqlCondition *self, const WqlNode *node, GError **error)
{
  WqlTerm *term = &self->terms[node->index];

  term->node = node;
  if (!bind_name (self, &node->left, &term->left_system, &term->left, error))
    return FALSE;
  if (node->op == WQL_ISA) {
    if (term->left_system == WQL_SYSTEM_THIS
        || (term->left != NULL
            && (term->left->type == HYPERV_CIM_TYPE_REFERENCE || term->left->embedded_class)))
      return TRUE;
    return fail (self, &node->left, error, "__THIS, a reference or an embedded object before ISA");
  }
  if (term->left_system == WQL_SYSTEM_THIS)
    return fail (self, &node->left, error, "ISA after __THIS, or a property");
  if (node->op == WQL_IS_NULL || node->op == WQL_IS_NOT_NULL)
    return TRUE;
  if (term->left != NULL && term->left->is_array)
    return fail (self, &node->left, error, "a property that is no array");
  term->kind = find_kind (term);
  return node->right.kind == WQL_OPERAND_NAME ? bind_pair (self, term, error)
                                              : bind_literal (self, term, error);
}

static gboolean
bind (WqlCondition *self, const WqlNode *node, GError **error)
{
  if (node->kind == WQL_TERM)
    return bind_term (self, node, error);
  for (guint i = 0; i < node->children->len; i++)
    if (!bind (self, node->children->pdata[i], error))
      return FALSE;
  return TRUE;
}

WqlCondition *
wql_condition_new (Repository *repository, const RepositoryClass *klass,
                   const RepositoryQuery *query, GError **error)
{
  g_autoptr (WqlCondition) self = g_new0 (WqlCondition, 1);

  self->repository = repository;
  self->klass = klass;
  self->query = query;
  self->terms = g_new0 (WqlTerm, query->n_terms + 1);
  return bind (self, query->where, error) ? g_steal_pointer (&self) : NULL;
}

void
wql_condition_free (WqlCondition *self)
{
  for (guint i = 0; i < self->query->n_terms; i++)
    g_free (self->terms[i].text);
  g_free (self->terms);
  g_free (self);
}

/* ---- indexes ---- */

#define FEW 64

static gboolean
find_by_path (WqlCondition *self, const WqlTerm *term, GArray *ids)
{
  g_autoptr (HypervCimPath) path
      = repository_path_read (term->node->right.text, self->klass->name_space, NULL);
  const RepositoryClass *klass
      = path == NULL ? NULL
                     : repository_find_class (self->repository, self->klass->name_space,
                                              hyperv_cim_path_get_class_name (path));

  /* No such class: no such object. */
  if (klass != NULL && hyperv_cim_path_get_n_keys (path) > 0
      && repository_class_covers (self->klass, klass->index))
    repository_find_path (self->repository, klass, path, FEW, ids, NULL);
  else if (klass != NULL && hyperv_cim_path_get_n_keys (path) == 0)
    return FALSE;
  return ids->len < FEW;
}

/* Not for dates, which have many spellings, nor for what moves with the clock. */
static gboolean
find_by_value (WqlCondition *self, const WqlTerm *term, const char *canonical, GArray *ids)
{
  gint slot = repository_class_get_slot (self->klass, term->left->name);

  return self->repository->n_vms > 0 && (term->kind == WQL_BY_TEXT || term->kind == WQL_BY_NUMBER)
         && (self->klass->computed == NULL || self->klass->computed[slot] == 0)
         && repository_find_value (self->repository, self->klass, term->left->name, canonical, FEW,
                                   ids);
}

static gboolean
find_by_term (WqlCondition *self, const WqlNode *node, GArray *ids)
{
  const WqlTerm *term = &self->terms[node->index];
  g_autoptr (GString) canonical = NULL;

  if (node->op != WQL_EQUAL || !term->is_literal)
    return FALSE;
  if (term->left_system == WQL_SYSTEM_PATH)
    return find_by_path (self, term, ids);
  if (term->left == NULL || term->node->right.kind == WQL_OPERAND_NAME)
    return FALSE;
  canonical = g_string_new (NULL);
  if (!repository_canonical_key_value (term->left, node->right.text, self->klass->name_space,
                                       canonical))
    return FALSE;
  if (!term->left->is_key)
    return find_by_value (self, term, canonical->str, ids);
  repository_find_key (self->repository, self->klass, term->left->name, canonical->str, FEW, ids);
  return ids->len < FEW;
}

/* Only terms that every answer fulfils help. */
static gboolean
find (WqlCondition *self, const WqlNode *node, GArray *ids)
{
  if (node->kind == WQL_NOT || (node->kind == WQL_ANY && node->children->len > 1))
    return FALSE;
  if (node->kind == WQL_TERM) {
    g_array_set_size (ids, 0);
    return find_by_term (self, node, ids);
  }
  for (guint i = 0; i < node->children->len; i++)
    if (find (self, node->children->pdata[i], ids))
      return TRUE;
  return FALSE;
}

gboolean
wql_condition_find (WqlCondition *self, GArray *ids)
{
  if (find (self, self->query->where, ids))
    return TRUE;
  g_array_set_size (ids, 0);
  return FALSE;
}
