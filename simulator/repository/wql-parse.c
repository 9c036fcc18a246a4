/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/wql.h"

/* Statements: SELECT, ASSOCIATORS OF, REFERENCES OF. */

static gboolean
expect_word (WqlLexer *lexer, const char *word, GError **error)
{
  if (!wql_lexer_is_word (lexer, word))
    return wql_lexer_fail (lexer, word, error);
  return wql_lexer_next (lexer, error);
}

static char *
read_name (WqlLexer *lexer, const char *what, GError **error)
{
  g_autofree char *name = NULL;

  if (lexer->kind != WQL_WORD) {
    wql_lexer_fail (lexer, what, error);
    return NULL;
  }
  name = g_strdup (lexer->value->str);
  return wql_lexer_next (lexer, error) ? g_steal_pointer (&name) : NULL;
}

static gboolean
read_projection (WqlLexer *lexer, RepositoryQuery *query, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;

  if (wql_lexer_is_mark (lexer, "*"))
    return wql_lexer_next (lexer, error);
  names = g_ptr_array_new_with_free_func (g_free);
  for (;;) {
    char *name = read_name (lexer, "* or the name of a property", error);

    if (name == NULL)
      return FALSE;
    g_ptr_array_add (names, name);
    if (!wql_lexer_is_mark (lexer, ","))
      break;
    if (names->len >= WQL_MAX_TERMS)
      return wql_lexer_fail (lexer, "at most 8000 properties", error);
    if (!wql_lexer_next (lexer, error))
      return FALSE;
  }
  g_ptr_array_add (names, NULL);
  query->projection = (GStrv)g_ptr_array_steal (names, NULL);
  return TRUE;
}

static gboolean
read_select (WqlLexer *lexer, RepositoryQuery *query, GError **error)
{
  query->kind = WQL_SELECT;
  if (!wql_lexer_next (lexer, error) || !read_projection (lexer, query, error)
      || !expect_word (lexer, "FROM", error))
    return FALSE;
  query->class_offset = wql_lexer_get_offset (lexer);
  query->class_name = read_name (lexer, "the name of a class", error);
  if (query->class_name == NULL)
    return FALSE;
  if (!wql_lexer_is_word (lexer, "WHERE"))
    return TRUE;
  if (!wql_lexer_next (lexer, error))
    return FALSE;
  query->where = wql_parse_condition (lexer, &query->n_terms, error);
  return query->where != NULL;
}

/* ---- ASSOCIATORS OF, REFERENCES OF ---- */

typedef struct {
  const char *word;
  gsize offset; /* in RepositoryQuery; G_MAXSIZE: known, but not done here */
  gboolean has_value;
  gboolean associators_only;
} Option;

static const Option options[] = {
  { "AssocClass", G_STRUCT_OFFSET (RepositoryQuery, assoc_class), TRUE, TRUE },
  { "ResultClass", G_STRUCT_OFFSET (RepositoryQuery, result_class), TRUE, FALSE },
  { "ResultRole", G_STRUCT_OFFSET (RepositoryQuery, result_role), TRUE, TRUE },
  { "Role", G_STRUCT_OFFSET (RepositoryQuery, role), TRUE, FALSE },
  { "ClassDefsOnly", G_MAXSIZE, FALSE, FALSE },
  { "SchemaOnly", G_MAXSIZE, FALSE, FALSE },
  { "RequiredQualifier", G_MAXSIZE, TRUE, FALSE },
  { "RequiredAssocQualifier", G_MAXSIZE, TRUE, TRUE },
};

static const Option *
find_option (const WqlLexer *lexer, const RepositoryQuery *query)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (wql_lexer_is_word (lexer, options[i].word)
        && (query->kind == WQL_ASSOCIATORS || !options[i].associators_only))
      return &options[i];
  return NULL;
}

static gboolean
read_option (WqlLexer *lexer, RepositoryQuery *query, GError **error)
{
  const Option *option = find_option (lexer, query);
  char **place;

  if (option == NULL)
    return wql_lexer_fail (lexer,
                           query->kind == WQL_ASSOCIATORS
                               ? "AssocClass, ResultClass, Role or ResultRole"
                               : "ResultClass or Role",
                           error);
  if (option->offset == G_MAXSIZE) {
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_QUERY,
                 "query: character %u: expected a query for instances, found %s, which this "
                 "repository does not answer",
                 wql_get_position (lexer->text, wql_lexer_get_offset (lexer)), option->word);
    return FALSE;
  }
  place = &G_STRUCT_MEMBER (char *, query, option->offset);
  if (*place != NULL)
    return wql_lexer_fail (lexer, "each option once", error);
  if (!wql_lexer_next (lexer, error))
    return FALSE;
  if (!wql_lexer_is_mark (lexer, "="))
    return wql_lexer_fail (lexer, "=", error);
  if (!wql_lexer_next (lexer, error))
    return FALSE;
  *place = read_name (lexer, "a name", error);
  return *place != NULL;
}

static gboolean
read_association (WqlLexer *lexer, RepositoryQuery *query, WqlKind kind, GError **error)
{
  g_autoptr (HypervCimPath) path = NULL;
  guint offset;

  query->kind = kind;
  if (!wql_lexer_next (lexer, error) || !expect_word (lexer, "OF", error))
    return FALSE;
  if (lexer->kind != WQL_PATH)
    return wql_lexer_fail (lexer, "{path}", error);
  offset = wql_lexer_get_offset (lexer);
  query->path = g_strdup (g_strstrip (lexer->value->str));
  path = repository_path_read (query->path, "", error);
  if (path == NULL) {
    g_prefix_error (error, "query: character %u: ", wql_get_position (lexer->text, offset));
    return FALSE;
  }
  query->class_name = g_strdup (hyperv_cim_path_get_class_name (path));
  if (!wql_lexer_next (lexer, error))
    return FALSE;
  if (!wql_lexer_is_word (lexer, "WHERE"))
    return TRUE;
  if (!wql_lexer_next (lexer, error))
    return FALSE;
  do
    if (!read_option (lexer, query, error))
      return FALSE;
  while (lexer->kind == WQL_WORD);
  return TRUE;
}

static gboolean
read_statement (WqlLexer *lexer, RepositoryQuery *query, GError **error)
{
  gboolean ok;

  if (wql_lexer_is_word (lexer, "SELECT"))
    ok = read_select (lexer, query, error);
  else if (wql_lexer_is_word (lexer, "ASSOCIATORS"))
    ok = read_association (lexer, query, WQL_ASSOCIATORS, error);
  else if (wql_lexer_is_word (lexer, "REFERENCES"))
    ok = read_association (lexer, query, WQL_REFERENCES, error);
  else
    return wql_lexer_fail (lexer, "SELECT, ASSOCIATORS OF or REFERENCES OF", error);
  if (!ok || lexer->kind == WQL_END)
    return ok;
  return wql_lexer_fail (lexer,
                         query->kind != WQL_SELECT ? "WHERE or the end"
                         : query->where != NULL    ? "AND, OR or the end"
                                                   : "WHERE or the end",
                         error);
}

RepositoryQuery *
repository_query_parse (const char *text, GError **error)
{
  g_autoptr (RepositoryQuery) query = g_new0 (RepositoryQuery, 1);
  WqlLexer lexer;
  gboolean ok;

  query->text = g_strdup (text);
  ok = wql_lexer_init (&lexer, text, error) && read_statement (&lexer, query, error);

  wql_lexer_clear (&lexer);
  return ok ? g_steal_pointer (&query) : NULL;
}

void
repository_query_free (RepositoryQuery *self)
{
  g_free (self->text);
  g_free (self->class_name);
  g_strfreev (self->projection);
  g_clear_pointer (&self->where, wql_node_free);
  g_free (self->path);
  g_free (self->assoc_class);
  g_free (self->result_class);
  g_free (self->role);
  g_free (self->result_role);
  g_free (self);
}

const char *
repository_query_get_class (const RepositoryQuery *self)
{
  return self->class_name;
}

const char *const *
repository_query_get_projection (const RepositoryQuery *self)
{
  return (const char *const *)self->projection;
}
