/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/mof.h"

#include <string.h>

/* Qualifiers that mean something here, and those that are only read over. */

typedef enum { FLAG, TEXT, LIST } Argument;

typedef struct {
  const char *name;
  Argument argument;
  gsize offset; /* of the member in MofQualifiers; G_MAXSIZE: read over */
} Row;

#define AT(member) G_STRUCT_OFFSET (MofQualifiers, member)
static const Row rows[] = {
  { "Abstract", FLAG, AT (is_abstract) },
  { "Association", FLAG, AT (is_association) },
  { "Basis", TEXT, G_MAXSIZE },
  { "CIMTYPE", TEXT, AT (embedded_class) },
  { "Description", TEXT, G_MAXSIZE },
  { "Dynamic", FLAG, G_MAXSIZE },
  { "EmbeddedInstance", TEXT, AT (embedded_class) },
  { "EmbeddedObject", FLAG, G_MAXSIZE },
  { "In", FLAG, AT (is_in) },
  { "Indication", FLAG, G_MAXSIZE },
  { "Key", FLAG, AT (is_key) },
  { "Optional", FLAG, AT (is_optional) },
  { "Out", FLAG, AT (is_out) },
  { "Override", TEXT, G_MAXSIZE },
  { "Provider", TEXT, G_MAXSIZE },
  { "Read", FLAG, G_MAXSIZE },
  { "Required", FLAG, G_MAXSIZE },
  { "Since", TEXT, AT (since) },
  { "Singleton", FLAG, AT (is_singleton) },
  { "Static", FLAG, AT (is_static) },
  { "Subtype", TEXT, AT (is_interval) },
  { "Units", TEXT, G_MAXSIZE },
  { "ValueMap", LIST, AT (value_map) },
  { "Values", LIST, AT (values) },
  { "Version", TEXT, G_MAXSIZE },
  { "Write", FLAG, G_MAXSIZE },
};

guint
mof_release_rank (const char *release)
{
  static const char *const releases[]
      = { "2012", "2012 R2", "2016", "2019", "2022", "23H2", "2025" };

  G_STATIC_ASSERT (G_N_ELEMENTS (releases) + 1 == MOF_N_RANKS);
  for (guint i = 0; i < G_N_ELEMENTS (releases); i++)
    if (g_ascii_strcasecmp (releases[i], release) == 0)
      return i + 1;
  /* host.ini and people write it in one word. */
  return g_ascii_strcasecmp (release, "2012R2") == 0 ? 2 : 0;
}

static const Row *
find_row (const MofLexer *lexer)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (mof_lexer_is_keyword (lexer, rows[i].name))
      return &rows[i];
  return NULL;
}

static gboolean
read_flag (MofLexer *lexer, gboolean *flag, GError **error)
{
  *flag = TRUE;
  if (!mof_lexer_is_mark (lexer, '('))
    return TRUE;
  if (!mof_lexer_next (lexer, error))
    return FALSE;
  *flag = mof_lexer_is_keyword (lexer, "true");
  if (!*flag && !mof_lexer_is_keyword (lexer, "false"))
    return mof_lexer_fail (lexer, "TRUE or FALSE", error);
  return mof_lexer_next (lexer, error) && mof_lexer_expect_mark (lexer, ')', error);
}

static gboolean
read_list (MofLexer *lexer, GStrv *list, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (!mof_lexer_expect_mark (lexer, '{', error))
    return FALSE;
  for (;;) {
    char *text;

    if (texts->len >= MOF_MAX_ITEMS)
      return mof_lexer_fail (lexer, "a list of at most 65536 items", error);
    text = mof_lexer_expect_string (lexer, "a string", error);
    if (text == NULL)
      return FALSE;
    g_ptr_array_add (texts, text);
    if (mof_lexer_is_mark (lexer, '}'))
      break;
    if (!mof_lexer_expect_mark (lexer, ',', error))
      return FALSE;
  }
  if (!mof_lexer_expect_mark (lexer, '}', error))
    return FALSE;

  g_ptr_array_add (texts, NULL);
  g_strfreev (*list);
  *list = (GStrv)g_ptr_array_steal (texts, NULL);
  return TRUE;
}

static gboolean
apply_text (const Row *row, MofPlace place, const char *text, MofQualifiers *qualifiers,
            GError **error)
{
  if (row->offset == AT (since)) {
    qualifiers->since = mof_release_rank (text);
    if (qualifiers->since == 0)
      return mof_fail (place, error,
                       "expected a release (2012, 2012 R2, 2016, 2019, 2022, 23H2, 2025) in "
                       "Since, found \"%s\"",
                       text);
  } else if (row->offset == AT (is_interval)) {
    qualifiers->is_interval = g_ascii_strcasecmp (text, "interval") == 0;
  } else if (row->offset == AT (embedded_class)) {
    /* CIMTYPE ("object:Class") is how WMI's own schema says that the value is the instance itself;
     * EmbeddedInstance alone, that it is a text with one. */
    gboolean is_object = g_ascii_strncasecmp (text, "object:", 7) == 0;

    g_free (qualifiers->embedded_class);
    qualifiers->embedded_class = g_strdup (is_object ? text + 7 : text);
    qualifiers->is_object |= is_object;
  }
  return TRUE;
}

static gboolean
read_text (MofLexer *lexer, const Row *row, MofQualifiers *qualifiers, GError **error)
{
  MofPlace place;
  g_autofree char *text = NULL;

  if (!mof_lexer_expect_mark (lexer, '(', error))
    return FALSE;
  place = mof_place (lexer);
  text = mof_lexer_expect_string (lexer, "a string", error);
  return text != NULL && mof_lexer_expect_mark (lexer, ')', error)
         && apply_text (row, place, text, qualifiers, error);
}

static gboolean
read_qualifier (MofLexer *lexer, MofQualifiers *qualifiers, GError **error)
{
  const Row *row = find_row (lexer);
  gboolean flag;

  if (row == NULL)
    return mof_lexer_fail (lexer,
                           "a qualifier (Abstract, Association, Basis, EmbeddedInstance, In, Key, "
                           "Optional, Out, Override, Since, Singleton, Static, Subtype, ValueMap, "
                           "Values …)",
                           error);
  if (!mof_lexer_next (lexer, error))
    return FALSE;

  switch (row->argument) {
  case FLAG:
    return read_flag (
        lexer,
        row->offset == G_MAXSIZE ? &flag : &G_STRUCT_MEMBER (gboolean, qualifiers, row->offset),
        error);
  case LIST:
    return read_list (lexer, &G_STRUCT_MEMBER (GStrv, qualifiers, row->offset), error);
  case TEXT:
  default:
    return read_text (lexer, row, qualifiers, error);
  }
}

gboolean
mof_read_qualifiers (MofLexer *lexer, MofQualifiers *qualifiers, GError **error)
{
  MofPlace place = mof_place (lexer);

  if (!mof_lexer_is_mark (lexer, '['))
    return TRUE;
  if (!mof_lexer_next (lexer, error))
    return FALSE;
  while (read_qualifier (lexer, qualifiers, error)) {
    if (mof_lexer_is_mark (lexer, ']')) {
      if (qualifiers->value_map != NULL && qualifiers->values != NULL
          && g_strv_length (qualifiers->value_map) != g_strv_length (qualifiers->values))
        return mof_fail (place, error, "expected as many Values as ValueMap has (%u), found %u",
                         g_strv_length (qualifiers->value_map), g_strv_length (qualifiers->values));
      return mof_lexer_next (lexer, error);
    }
    if (!mof_lexer_expect_mark (lexer, ',', error))
      return FALSE;
  }
  return FALSE;
}

void
mof_qualifiers_clear (MofQualifiers *self)
{
  g_free (self->embedded_class);
  g_strfreev (self->value_map);
  g_strfreev (self->values);
  memset (self, 0, sizeof *self);
}
