/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository-path.h"

#include <string.h>

guint32
repository_hash (guint32 hash, const char *text)
{
  for (; *text != '\0'; text++)
    hash = (hash ^ (guchar)repository_lower (*text)) * 16777619u;
  return hash;
}

guint32
repository_hash_key (const char *name, const char *canonical)
{
  return repository_hash (repository_hash (repository_hash (REPOSITORY_HASH_START, name), "="),
                          canonical);
}

/* ---- reading ---- */

static gboolean
fail (GError **error, const char *text, const char *at, const char *expected)
{
  g_autofree char *shown = g_strndup (text, 200);
  g_autofree char *valid = g_utf8_make_valid (shown, -1);
  g_autofree char *rest
      = g_utf8_make_valid (at, (gssize)strnlen (at, 6)); /* one character is in it */
  g_autofree char *found = g_utf8_substring (rest, 0, *rest != '\0');

  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX,
               "object path %s: character %ld: expected %s, found %s", valid,
               g_utf8_pointer_to_offset (text, at) + 1, expected,
               *found == '\0' ? "the end " : found);
  return FALSE;
}

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static char *
read_name (const char *text, const char **at, const char *expected, GError **error)
{
  const char *start = *at;

  while (is_name_byte (**at))
    (*at)++;
  if (*at == start) {
    fail (error, text, start, expected);
    return NULL;
  }
  return g_strndup (start, (gsize)(*at - start));
}

/* In quotes of either kind. A backslash before a backslash or a quote goes away; before anything
 * else it stands for itself, as libvirt sends `Microsoft:GUID\0\0\D` [captures]. */
static char *
read_quoted (const char *text, const char **at, GError **error)
{
  g_autoptr (GString) value = g_string_new (NULL);
  char quote = *(*at)++;

  while (**at != quote) {
    if (**at == '\\' && ((*at)[1] == '\\' || (*at)[1] == '"' || (*at)[1] == '\''))
      (*at)++;
    if (**at == '\0') {
      fail (error, text, *at, quote == '"' ? "\" after the value" : "' after the value");
      return NULL;
    }
    g_string_append_c (value, *(*at)++);
  }
  (*at)++;
  return g_string_free (g_steal_pointer (&value), FALSE);
}

static char *
read_value (const char *text, const char **at, GError **error)
{
  const char *start = *at;

  if (*start == '"' || *start == '\'')
    return read_quoted (text, at, error);
  if (*start == '-' || *start == '+')
    (*at)++;
  /* Below 9 are the marks of variables of a VM's template. */
  while (is_name_byte (**at) || (**at != '\0' && (guchar) * *at < 0x09))
    (*at)++;
  if (*at == start) {
    fail (error, text, start, "a value");
    return NULL;
  }
  return g_strndup (start, (gsize)(*at - start));
}

static gboolean
read_keys (HypervCimPath *path, const char *text, const char **at, GError **error)
{
  for (guint n = 0;; n++) {
    g_autofree char *name = read_name (text, at, "the name of a key", error);
    g_autofree char *value = NULL;

    if (name == NULL)
      return FALSE;
    if (n >= REPOSITORY_PATH_MAX_KEYS)
      return fail (error, text, *at, "at most 64 keys");
    for (guint i = 0; i < n; i++)
      if (g_ascii_strcasecmp (hyperv_cim_path_get_key_name (path, i), name) == 0)
        return fail (error, text, *at, "each key once");
    if (**at != '=')
      return fail (error, text, *at, "=");
    (*at)++;
    value = read_value (text, at, error);
    if (value == NULL)
      return FALSE;
    hyperv_cim_path_add_key (path, name, value);
    if (**at != ',')
      return TRUE;
    (*at)++;
  }
}

/* The host is not compared: a repository has one. Returns where the namespace begins. */
static const char *
skip_host (const char *text)
{
  const char *at = text;

  if ((at[0] != '\\' && at[0] != '/') || (at[1] != '\\' && at[1] != '/'))
    return at;
  at += 2;
  return at + strcspn (at, "\\/") + (at[strcspn (at, "\\/")] != '\0');
}

HypervCimPath *
repository_path_read (const char *text, const char *name_space, GError **error)
{
  const char *at = skip_host (text);
  gsize length = strcspn (at, ":.=\"'");
  g_autofree char *space = NULL;
  g_autofree char *class_name = NULL;
  g_autoptr (HypervCimPath) path = NULL;

  if (strlen (text) > REPOSITORY_PATH_MAX) {
    fail (error, text, text + strlen (text), "at most 65536 bytes");
    return NULL;
  }
  if (at[length] == ':') {
    space = g_strndup (at, length);
    g_strdelimit (space, "\\", '/');
    at += length + 1;
  } else if (at != text) {
    fail (error, text, at + length, "host, namespace and :");
    return NULL;
  }
  class_name = read_name (text, &at, "the name of a class", error);
  if (class_name == NULL)
    return NULL;

  path = hyperv_cim_path_new (space != NULL ? space : name_space, class_name);
  if (at[0] == '=' && at[1] == '@') {
    at += 2;
  } else if (at[0] == '.') {
    at++;
    if (!read_keys (path, text, &at, error))
      return NULL;
  }
  while (g_ascii_isspace (*at))
    at++;
  if (*at != '\0') {
    fail (error, text, at, "the end of the path");
    return NULL;
  }
  return g_steal_pointer (&path);
}

/* ---- writing ---- */

static void
append_quoted (GString *out, const char *value)
{
  g_string_append_c (out, '"');
  for (; *value != '\0'; value++) {
    if (*value == '"' || *value == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *value);
  }
  g_string_append_c (out, '"');
}

static gboolean
is_bare (const RepositoryClass *klass, const char *name)
{
  const RepositoryProperty *property
      = klass == NULL ? NULL : repository_class_find_property (klass, name);

  return property != NULL
         && (property->type == HYPERV_CIM_TYPE_BOOLEAN
             || hyperv_cim_type_is_unsigned (property->type)
             || hyperv_cim_type_is_signed (property->type));
}

void
repository_path_write (GString *out, const HypervCimPath *path, const RepositoryClass *klass)
{
  guint n_keys = hyperv_cim_path_get_n_keys (path);

  g_string_append (out, hyperv_cim_path_get_class_name (path));
  if (n_keys == 0)
    g_string_append (out, "=@");
  for (guint i = 0; i < n_keys; i++) {
    const char *name = hyperv_cim_path_get_key_name (path, i);
    const HypervCimPath *reference = hyperv_cim_path_get_key_reference (path, i);

    g_string_append_printf (out, "%c%s=", i == 0 ? '.' : ',', name);
    if (reference != NULL) {
      g_autoptr (GString) inner = g_string_new (hyperv_cim_path_get_namespace (reference));

      g_string_append_c (inner, ':');
      repository_path_write (inner, reference, NULL);
      append_quoted (out, inner->str);
    } else if (is_bare (klass, name)) {
      g_string_append (out, hyperv_cim_path_get_key_value (path, i));
    } else {
      append_quoted (out, hyperv_cim_path_get_key_value (path, i));
    }
  }
}

/* ---- comparing ---- */

/* Bytes 0x1c … 0x1f cannot be in a text of CIM: what is equal here was equal there. */
#define KEY_MARK '\x1e'
#define VALUE_MARK '\x1f'
#define REFERENCE_BEGIN '\x1c'
#define REFERENCE_END '\x1d'

void
repository_canonical_text (GString *out, const char *text)
{
  gsize length = strlen (text), start = out->len;

  for (gsize i = 0; i < length; i++)
    if ((guchar)text[i] >= 0x80) {
      g_autofree char *folded = g_utf8_casefold (text, (gssize)length);

      g_string_append (out, folded);
      return;
    }
  g_string_append_len (out, text, (gssize)length);
  for (gsize i = start; i < out->len; i++)
    out->str[i] = repository_lower (out->str[i]);
}

void
repository_canonical_begin (GString *out, const char *class_name)
{
  repository_canonical_text (out, class_name);
}

void
repository_canonical_key (GString *out, const char *name)
{
  g_string_append_c (out, KEY_MARK);
  repository_canonical_text (out, name);
  g_string_append_c (out, VALUE_MARK);
}

static void append_path (GString *out, const HypervCimPath *path, guint depth);

static void
append_reference (GString *out, const HypervCimPath *path, guint depth)
{
  g_string_append_c (out, REFERENCE_BEGIN);
  append_path (out, path, depth);
  g_string_append_c (out, REFERENCE_END);
}

static void
append_path (GString *out, const HypervCimPath *path, guint depth)
{
  guint n_keys = hyperv_cim_path_get_n_keys (path);
  guint order[REPOSITORY_PATH_MAX_KEYS];

  n_keys = MIN (n_keys, REPOSITORY_PATH_MAX_KEYS);
  for (guint i = 0; i < n_keys; i++) {
    guint place = i;

    while (place > 0
           && g_ascii_strcasecmp (hyperv_cim_path_get_key_name (path, order[place - 1]),
                                  hyperv_cim_path_get_key_name (path, i))
                  > 0) {
      order[place] = order[place - 1];
      place--;
    }
    order[place] = i;
  }

  repository_canonical_begin (out, hyperv_cim_path_get_class_name (path));
  for (guint i = 0; i < n_keys; i++) {
    const HypervCimPath *reference = hyperv_cim_path_get_key_reference (path, order[i]);

    repository_canonical_key (out, hyperv_cim_path_get_key_name (path, order[i]));
    if (reference == NULL)
      repository_canonical_text (out, hyperv_cim_path_get_key_value (path, order[i]));
    else if (depth < REPOSITORY_PATH_MAX_DEPTH)
      append_reference (out, reference, depth + 1);
  }
}

void
repository_path_canonical (GString *out, const HypervCimPath *path)
{
  append_path (out, path, 0);
}

void
repository_canonical_reference (GString *out, const HypervCimPath *path)
{
  append_reference (out, path, 0);
}
