/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-value.h"
#include "simulator/repository/wql.h"

/* A condition on one object. An object of a derived class has its properties in other slots, so
 * these are looked up when the class changes. */

static void
bind_slots (WqlCondition *self, const RepositoryClass *klass)
{
  self->bound = klass;
  for (guint i = 0; i < self->query->n_terms; i++) {
    WqlTerm *term = &self->terms[i];

    if (term->left != NULL)
      term->left_slot = repository_class_get_slot (klass, term->left->name);
    if (term->right != NULL)
      term->right_slot = repository_class_get_slot (klass, term->right->name);
  }
}

/* A side of a term: a property in place, or a system property's text, which is then owned. */
typedef struct {
  HypervCimProperty property;
  HypervCimScalar item;
  char *owned;
} Side;

static void
side_clear (Side *side)
{
  g_free (side->owned);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static void
side_read (Side *side, RepositoryObject *object, WqlSystem system, gint slot)
{
  side->owned = NULL;
  if (system == WQL_NO_SYSTEM) {
    repository_object_peek (object, (guint)slot, &side->property);
    return;
  }
  side->owned = wql_dup_system (system, object);
  side->item.s = side->owned;
  side->property = (HypervCimProperty){ .name = "",
                                        .type = HYPERV_CIM_TYPE_STRING,
                                        .is_null = side->owned == NULL,
                                        .n_items = side->owned != NULL,
                                        .items = &side->item };
}

static gboolean
decide (WqlOperator op, int order)
{
  switch (op) {
  case WQL_EQUAL:
    return order == 0;
  case WQL_DIFFERENT:
    return order != 0;
  case WQL_LESS:
    return order < 0;
  case WQL_LESS_OR_EQUAL:
    return order <= 0;
  case WQL_GREATER:
    return order > 0;
  case WQL_GREATER_OR_EQUAL:
    return order >= 0;
  case WQL_LIKE:
  case WQL_ISA:
  case WQL_IS_NULL:
  case WQL_IS_NOT_NULL:
  default:
    return FALSE;
  }
}

static int
compare_numbers (HypervCimType x_type, HypervCimScalar x, HypervCimType y_type, HypervCimScalar y)
{
  gboolean x_negative = hyperv_cim_type_is_signed (x_type) && x.i < 0;
  gboolean y_negative = hyperv_cim_type_is_signed (y_type) && y.i < 0;

  if (x_negative != y_negative)
    return x_negative ? -1 : 1;
  if (x_negative)
    return x.i < y.i ? -1 : x.i > y.i;
  return x.u < y.u ? -1 : x.u > y.u;
}

static int
compare_times (const char *a, const char *b)
{
  gint64 x, y;

  /* Intervals and dates with stars are compared as they are written. */
  if (!repository_value_read_time (a, &x) || !repository_value_read_time (b, &y))
    return strcmp (a, b);
  return x < y ? -1 : x > y;
}

static gboolean
compare_paths (const Side *left, const char *canonical, RepositoryObject *object)
{
  g_autoptr (GString) text = NULL;

  if (left->property.type != HYPERV_CIM_TYPE_REFERENCE)
    return strcmp (repository_object_get_canonical (object), canonical) == 0;
  text = g_string_new (NULL);
  repository_path_canonical (text, left->property.items[0].path);
  return strcmp (text->str, canonical) == 0;
}

static char *
dup_text (const Side *side, Repository *repository)
{
  if (side->property.type == HYPERV_CIM_TYPE_REFERENCE)
    return repository_write_path (repository, side->property.items[0].path);
  return g_strdup (side->property.items[0].s);
}

static gboolean
matches (const WqlTerm *term, RepositoryObject *object, const Side *left)
{
  g_autofree char *text = dup_text (left, object->repository);

  return wql_like (term->text, text);
}

static gboolean
accepts_literal (const WqlTerm *term, RepositoryObject *object, const Side *left)
{
  const HypervCimScalar item = left->property.items[0];
  WqlOperator op = term->node->op;
  gint64 time;

  if (op == WQL_LIKE)
    return matches (term, object, left);
  switch (term->kind) {
  case WQL_BY_NUMBER:
    return decide (op,
                   compare_numbers (left->property.type, item, left->property.type, term->literal));
  case WQL_BY_REAL:
    return decide (op, item.d < term->literal.d ? -1 : item.d > term->literal.d);
  case WQL_BY_TIME:
    return repository_value_read_time (item.s, &time)
           && decide (op, time < term->time ? -1 : time > term->time);
  case WQL_BY_PATH:
    return compare_paths (left, term->text, object) == (op == WQL_EQUAL);
  case WQL_BY_TEXT:
  default:
    return decide (op, wql_compare_texts (item.s, term->node->right.text));
  }
}

static gboolean
accepts_pair (const WqlTerm *term, RepositoryObject *object, const Side *left)
{
  g_auto (Side) right = { 0 };
  const HypervCimScalar x = left->property.items[0];
  HypervCimScalar y;
  int order;

  side_read (&right, object, term->right_system, term->right_slot);
  if (right.property.n_items != 1)
    return FALSE;
  y = right.property.items[0];
  if (term->kind == WQL_BY_NUMBER)
    order = compare_numbers (left->property.type, x, right.property.type, y);
  else if (term->kind == WQL_BY_REAL)
    order = x.d < y.d ? -1 : x.d > y.d;
  else if (term->kind == WQL_BY_TIME)
    order = compare_times (x.s, y.s);
  else {
    g_autofree char *a = dup_text (left, object->repository);
    g_autofree char *b = dup_text (&right, object->repository);

    order = wql_compare_texts (a, b);
  }
  return decide (term->node->op, order);
}

static gboolean
is_a (const WqlTerm *term, RepositoryObject *object)
{
  const char *wanted = term->node->right.text;
  HypervCimProperty property;
  const RepositoryClass *klass;
  const HypervCimPath *path;

  if (term->left_system == WQL_SYSTEM_THIS)
    return repository_class_is_a (object->klass, wanted);
  repository_object_peek (object, (guint)term->left_slot, &property);
  if (property.n_items != 1)
    return FALSE;
  if (property.type == HYPERV_CIM_TYPE_INSTANCE) {
    klass = repository_find_class (object->repository,
                                   hyperv_cim_instance_get_namespace (property.items[0].instance),
                                   hyperv_cim_instance_get_class_name (property.items[0].instance));
    return klass != NULL && repository_class_is_a (klass, wanted);
  }
  if (property.type != HYPERV_CIM_TYPE_REFERENCE)
    return FALSE;
  path = property.items[0].path;
  klass = repository_find_class (object->repository, hyperv_cim_path_get_namespace (path),
                                 hyperv_cim_path_get_class_name (path));
  return klass != NULL && repository_class_is_a (klass, wanted);
}

/* Null is neither equal to a value nor different from it, neither smaller nor greater: such a term
 * is false, as in WMI, where only IS NULL finds nulls ("WHERE Clause", WQL reference). There is no
 * third truth value: NOT of it is true [derived]. */
static gboolean
accepts_term (const WqlTerm *term, RepositoryObject *object)
{
  g_auto (Side) left = { 0 };

  if (term->node->op == WQL_ISA)
    return is_a (term, object);
  side_read (&left, object, term->left_system, term->left_slot);
  if (term->node->op == WQL_IS_NULL)
    return left.property.is_null;
  if (term->node->op == WQL_IS_NOT_NULL)
    return !left.property.is_null;
  if (left.property.n_items != 1)
    return FALSE;
  return term->is_literal ? accepts_literal (term, object, &left)
                          : accepts_pair (term, object, &left);
}

static gboolean
accepts (const WqlCondition *self, const WqlNode *node, RepositoryObject *object)
{
  if (node->kind == WQL_TERM)
    return accepts_term (&self->terms[node->index], object);
  if (node->kind == WQL_NOT)
    return !accepts (self, node->children->pdata[0], object);
  for (guint i = 0; i < node->children->len; i++)
    if (accepts (self, node->children->pdata[i], object) != (node->kind == WQL_ALL))
      return node->kind == WQL_ANY;
  return node->kind == WQL_ALL;
}

gboolean
wql_condition_accepts (WqlCondition *self, RepositoryObject *object)
{
  if (self->bound != object->klass)
    bind_slots (self, object->klass);
  return accepts (self, self->query->where, object);
}
