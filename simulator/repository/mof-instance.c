/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/mof.h"

/* `instance of Class as $alias { Property = value; … };` */

static void
literal_free (MofLiteral *self)
{
  g_free (self->text);
  g_free (self);
}

static void
assignment_free (MofAssignment *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->literals);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MofAssignment, assignment_free)

void
mof_instance_free (MofInstance *self)
{
  g_free (self->name_space);
  g_free (self->class_name);
  g_free (self->alias);
  g_ptr_array_unref (self->assignments);
  g_free (self);
}

static gboolean
read_literal (MofLexer *lexer, GPtrArray *literals, GError **error)
{
  MofLiteralKind kind = MOF_LITERAL_TEXT;
  const MofToken *token = &lexer->token;
  MofLiteral *literal;

  if (token->kind == MOF_ALIAS) {
    kind = MOF_LITERAL_ALIAS;
  } else if (mof_lexer_is_keyword (lexer, "NULL")) {
    kind = MOF_LITERAL_NULL;
  } else if (token->kind != MOF_STRING && token->kind != MOF_INTEGER && token->kind != MOF_REAL
             && token->kind != MOF_VARIABLE && !mof_lexer_is_keyword (lexer, "TRUE")
             && !mof_lexer_is_keyword (lexer, "FALSE")) {
    return mof_lexer_fail (lexer, "a value", error);
  }
  if (literals->len >= MOF_MAX_ITEMS)
    return mof_lexer_fail (lexer, "a list of at most 65536 items", error);

  literal = g_new0 (MofLiteral, 1);
  literal->kind = kind;
  literal->quoted = token->kind == MOF_STRING;
  literal->place = mof_place (lexer);
  literal->text = g_strdup (token->text->str);
  g_ptr_array_add (literals, literal);
  return mof_lexer_next (lexer, error);
}

static gboolean
read_list (MofLexer *lexer, GPtrArray *literals, GError **error)
{
  if (!mof_lexer_next (lexer, error))
    return FALSE;
  if (mof_lexer_is_mark (lexer, '}'))
    return mof_lexer_next (lexer, error);
  while (read_literal (lexer, literals, error)) {
    if (mof_lexer_is_mark (lexer, '}'))
      return mof_lexer_next (lexer, error);
    if (!mof_lexer_expect_mark (lexer, ',', error))
      return FALSE;
  }
  return FALSE;
}

static gboolean
read_assignment (MofLexer *lexer, MofInstance *instance, GError **error)
{
  g_autoptr (MofAssignment) assignment = g_new0 (MofAssignment, 1);

  assignment->place = mof_place (lexer);
  assignment->literals = g_ptr_array_new_with_free_func ((GDestroyNotify)literal_free);
  if (instance->assignments->len >= MOF_MAX_MEMBERS)
    return mof_lexer_fail (lexer, "at most 1024 properties", error);
  assignment->name = mof_lexer_expect_name (lexer, "the name of a property or }", error);
  if (assignment->name == NULL || !mof_lexer_expect_mark (lexer, '=', error))
    return FALSE;
  for (guint i = 0; i < instance->assignments->len; i++) {
    const MofAssignment *before = instance->assignments->pdata[i];

    if (g_ascii_strcasecmp (before->name, assignment->name) == 0)
      return mof_fail (assignment->place, error,
                       "expected properties once, found %s again (first in line %u)",
                       assignment->name, before->place.line);
  }

  assignment->is_list = mof_lexer_is_mark (lexer, '{');
  if (!(assignment->is_list ? read_list (lexer, assignment->literals, error)
                            : read_literal (lexer, assignment->literals, error))
      || !mof_lexer_expect_mark (lexer, ';', error))
    return FALSE;
  g_ptr_array_add (instance->assignments, g_steal_pointer (&assignment));
  return TRUE;
}

MofInstance *
mof_read_instance (MofLexer *lexer, const char *name_space, GError **error)
{
  g_autoptr (MofInstance) instance = g_new0 (MofInstance, 1);

  instance->name_space = g_strdup (name_space);
  instance->assignments = g_ptr_array_new_with_free_func ((GDestroyNotify)assignment_free);
  if (!mof_lexer_expect_keyword (lexer, "instance", error)
      || !mof_lexer_expect_keyword (lexer, "of", error))
    return NULL;
  instance->place = mof_place (lexer);
  instance->class_name = mof_lexer_expect_name (lexer, "the name of a class", error);
  if (instance->class_name == NULL)
    return NULL;

  if (mof_lexer_is_keyword (lexer, "as")) {
    if (!mof_lexer_next (lexer, error))
      return NULL;
    if (lexer->token.kind != MOF_ALIAS) {
      mof_lexer_fail (lexer, "an alias ($name)", error);
      return NULL;
    }
    instance->alias = g_strdup (lexer->token.text->str);
    if (!mof_lexer_next (lexer, error))
      return NULL;
  }
  if (!mof_lexer_expect_mark (lexer, '{', error))
    return NULL;
  while (!mof_lexer_is_mark (lexer, '}'))
    if (!read_assignment (lexer, instance, error))
      return NULL;
  if (!mof_lexer_next (lexer, error) || !mof_lexer_expect_mark (lexer, ';', error))
    return NULL;
  return g_steal_pointer (&instance);
}
