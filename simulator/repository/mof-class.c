/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/mof.h"

/* Class declarations: `[…] class Name : Superclass { properties; methods };` */

static void
member_free (MofMember *self)
{
  g_free (self->name);
  g_free (self->reference_class);
  g_free (self->embedded_class);
  g_strfreev (self->value_map);
  g_strfreev (self->values);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MofMember, member_free)

static void
method_free (MofMethod *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->parameters);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MofMethod, method_free)

void
mof_class_free (MofClass *self)
{
  g_free (self->name_space);
  g_free (self->name);
  g_free (self->superclass);
  g_ptr_array_unref (self->properties);
  g_ptr_array_unref (self->methods);
  g_free (self);
}

static MofMember *
member_new (MofLexer *lexer, MofQualifiers *qualifiers)
{
  MofMember *self = g_new0 (MofMember, 1);

  self->place = mof_place (lexer);
  self->is_key = qualifiers->is_key;
  self->is_interval = qualifiers->is_interval;
  self->is_in = qualifiers->is_in;
  self->is_out = qualifiers->is_out;
  self->is_optional = qualifiers->is_optional;
  self->is_object = qualifiers->is_object;
  self->since = qualifiers->since;
  self->embedded_class = g_steal_pointer (&qualifiers->embedded_class);
  self->value_map = g_steal_pointer (&qualifiers->value_map);
  self->values = g_steal_pointer (&qualifiers->values);
  return self;
}

/* `uint16 Name` or `Class REF Name`, without what follows the name. */
static gboolean
read_type_and_name (MofLexer *lexer, MofMember *member, GError **error)
{
  MofPlace place = mof_place (lexer);
  g_autofree char *type = mof_lexer_expect_name (lexer, "a type", error);

  if (type == NULL)
    return FALSE;
  if (mof_lexer_is_keyword (lexer, "REF")) {
    member->type = HYPERV_CIM_TYPE_REFERENCE;
    member->reference_class = g_steal_pointer (&type);
    if (!mof_lexer_next (lexer, error))
      return FALSE;
  } else if (!hyperv_cim_type_from_name (type, &member->type)
             || member->type == HYPERV_CIM_TYPE_TEXT || member->type == HYPERV_CIM_TYPE_INSTANCE
             || member->type == HYPERV_CIM_TYPE_REFERENCE) {
    return mof_fail (place, error,
                     "expected a type (boolean, uint8 … sint64, real32, real64, char16, string, "
                     "datetime, CLASS REF), found %s",
                     type);
  }
  if (member->is_object) {
    if (member->type != HYPERV_CIM_TYPE_STRING)
      return mof_fail (place, error, "expected string with CIMTYPE (\"object:…\"), found %s",
                       hyperv_cim_type_get_name (member->type));
    member->type = HYPERV_CIM_TYPE_INSTANCE;
  }
  if (member->is_interval && member->type != HYPERV_CIM_TYPE_DATETIME)
    return mof_fail (place, error, "expected datetime with Subtype (\"interval\"), found %s", type);
  member->place = mof_place (lexer);
  member->name = mof_lexer_expect_name (lexer, "a name", error);
  return member->name != NULL;
}

static gboolean
read_array_mark (MofLexer *lexer, gboolean *is_array, GError **error)
{
  if (!mof_lexer_is_mark (lexer, '['))
    return TRUE;
  *is_array = TRUE;
  if (!mof_lexer_next (lexer, error))
    return FALSE;
  if (lexer->token.kind == MOF_INTEGER && !mof_lexer_next (lexer, error))
    return FALSE;
  return mof_lexer_expect_mark (lexer, ']', error);
}

static gboolean
is_listed (const GPtrArray *members, const char *name)
{
  for (guint i = 0; i < members->len; i++)
    if (g_ascii_strcasecmp (((const MofMember *)members->pdata[i])->name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
read_parameter (MofLexer *lexer, MofMethod *method, GError **error)
{
  MofQualifiers qualifiers = { 0 };
  gboolean ok = mof_read_qualifiers (lexer, &qualifiers, error);
  g_autoptr (MofMember) parameter = member_new (lexer, &qualifiers);

  mof_qualifiers_clear (&qualifiers);
  if (!ok || !read_type_and_name (lexer, parameter, error)
      || !read_array_mark (lexer, &parameter->is_array, error))
    return FALSE;
  if (is_listed (method->parameters, parameter->name))
    return mof_fail (parameter->place, error, "expected parameters once, found %s twice",
                     parameter->name);
  if (!parameter->is_in && !parameter->is_out)
    parameter->is_in = TRUE;
  if (method->parameters->len >= MOF_MAX_MEMBERS)
    return mof_lexer_fail (lexer, "at most 1024 parameters", error);
  g_ptr_array_add (method->parameters, g_steal_pointer (&parameter));
  return TRUE;
}

/* From the opening parenthesis on. */
static gboolean
read_method (MofLexer *lexer, MofClass *klass, MofMember *head, gboolean is_static, GError **error)
{
  g_autoptr (MofMethod) method = g_new0 (MofMethod, 1);

  method->name = g_strdup (head->name);
  method->place = head->place;
  method->since = head->since;
  method->is_static = is_static;
  method->parameters = g_ptr_array_new_with_free_func ((GDestroyNotify)member_free);
  if (!mof_lexer_expect_mark (lexer, '(', error))
    return FALSE;
  if (!mof_lexer_is_mark (lexer, ')')) {
    if (!read_parameter (lexer, method, error))
      return FALSE;
    while (mof_lexer_is_mark (lexer, ','))
      if (!mof_lexer_next (lexer, error) || !read_parameter (lexer, method, error))
        return FALSE;
  }
  if (!mof_lexer_expect_mark (lexer, ')', error))
    return FALSE;
  for (guint i = 0; i < klass->methods->len; i++)
    if (g_ascii_strcasecmp (((MofMethod *)klass->methods->pdata[i])->name, method->name) == 0)
      return mof_fail (method->place, error, "expected methods once, found %s twice", method->name);
  g_ptr_array_add (klass->methods, g_steal_pointer (&method));
  return TRUE;
}

static gboolean
read_member (MofLexer *lexer, MofClass *klass, GError **error)
{
  MofQualifiers qualifiers = { 0 };
  gboolean ok = mof_read_qualifiers (lexer, &qualifiers, error);
  gboolean is_static = qualifiers.is_static;
  g_autoptr (MofMember) member = member_new (lexer, &qualifiers);

  mof_qualifiers_clear (&qualifiers);
  if (!ok || !read_type_and_name (lexer, member, error))
    return FALSE;
  if (klass->properties->len + klass->methods->len >= MOF_MAX_MEMBERS)
    return mof_lexer_fail (lexer, "at most 1024 members", error);
  if (mof_lexer_is_mark (lexer, '('))
    return read_method (lexer, klass, member, is_static, error)
           && mof_lexer_expect_mark (lexer, ';', error);

  if (!read_array_mark (lexer, &member->is_array, error)
      || !mof_lexer_expect_mark (lexer, ';', error))
    return FALSE;
  if (member->is_key && member->is_array)
    return mof_fail (member->place, error, "expected a key that is no array, found %s[]",
                     member->name);
  if (is_listed (klass->properties, member->name))
    return mof_fail (member->place, error, "expected properties once, found %s twice",
                     member->name);
  g_ptr_array_add (klass->properties, g_steal_pointer (&member));
  return TRUE;
}

MofClass *
mof_read_class (MofLexer *lexer, const char *name_space, GError **error)
{
  MofQualifiers qualifiers = { 0 };
  gboolean ok = mof_read_qualifiers (lexer, &qualifiers, error);
  g_autoptr (MofClass) klass = g_new0 (MofClass, 1);

  klass->name_space = g_strdup (name_space);
  klass->is_association = qualifiers.is_association;
  klass->is_abstract = qualifiers.is_abstract;
  klass->is_singleton = qualifiers.is_singleton;
  klass->since = qualifiers.since;
  klass->properties = g_ptr_array_new_with_free_func ((GDestroyNotify)member_free);
  klass->methods = g_ptr_array_new_with_free_func ((GDestroyNotify)method_free);
  mof_qualifiers_clear (&qualifiers);
  if (!ok || !mof_lexer_expect_keyword (lexer, "class", error))
    return NULL;
  klass->place = mof_place (lexer);
  klass->name = mof_lexer_expect_name (lexer, "the name of a class", error);
  if (klass->name == NULL)
    return NULL;

  if (mof_lexer_is_mark (lexer, ':')) {
    if (!mof_lexer_next (lexer, error))
      return NULL;
    klass->superclass = mof_lexer_expect_name (lexer, "the name of the superclass", error);
    if (klass->superclass == NULL)
      return NULL;
  }
  if (!mof_lexer_expect_mark (lexer, '{', error))
    return NULL;
  while (!mof_lexer_is_mark (lexer, '}'))
    if (!read_member (lexer, klass, error))
      return NULL;
  if (!mof_lexer_next (lexer, error) || !mof_lexer_expect_mark (lexer, ';', error))
    return NULL;
  return g_steal_pointer (&klass);
}
