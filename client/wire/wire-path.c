/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/wire/wire.h"

/* WMI's object paths: \\HOST\root\virtualization\v2:Class.Key="…",Other="…", with the backslash and
 * the quote escaped by a backslash. Values are quoted whatever their type, which WMI takes too. */

#define MAX_TEXT 65536
#define MAX_KEYS 64
/* A path in a path in a path: each level doubles the backslashes. */
#define MAX_NESTING 8

static void
append_quoted (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *p);
  }
  g_string_append_c (out, '"');
}

char *
wire_path_to_text_on (const HypervCimPath *path, const char *host)
{
  const char *name_space;
  guint n;
  GString *out;

  g_return_val_if_fail (path != NULL && host != NULL, NULL);
  name_space = hyperv_cim_path_get_namespace (path);
  n = hyperv_cim_path_get_n_keys (path);
  out = g_string_new (NULL);
  if (*name_space != '\0') {
    g_string_append_printf (out, "\\\\%s\\", host);
    for (const char *p = name_space; *p != '\0'; p++)
      g_string_append_c (out, *p == '/' ? '\\' : *p);
    g_string_append_c (out, ':');
  }
  g_string_append (out, hyperv_cim_path_get_class_name (path));
  for (guint i = 0; i < n; i++) {
    const HypervCimPath *reference = hyperv_cim_path_get_key_reference (path, i);
    g_autofree char *nested = reference != NULL ? wire_path_to_text_on (reference, host) : NULL;

    g_string_append_printf (out, "%c%s=", i == 0 ? '.' : ',',
                            hyperv_cim_path_get_key_name (path, i));
    append_quoted (out, nested != NULL ? nested : hyperv_cim_path_get_key_value (path, i));
  }
  return g_string_free (out, FALSE);
}

char *
wire_path_to_text (const HypervCimPath *path)
{
  return wire_path_to_text_on (path, ".");
}

typedef struct {
  const char *text; /* all of it */
  const char *at;
  guint depth;
} Scanner;

static HypervCimPath *scan_path (Scanner *scanner, GError **error);

static gboolean
expected (const Scanner *scanner, const char *what, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (scanner->text, MIN (strlen (scanner->text), 200));

  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
               "object path “%s”: expected was %s at byte %" G_GSIZE_FORMAT, shown, what,
               (gsize)(scanner->at - scanner->text));
  return FALSE;
}

static char *
scan_name (Scanner *scanner)
{
  const char *begin = scanner->at;

  while (g_ascii_isalnum (*scanner->at) || *scanner->at == '_' || (guchar)*scanner->at >= 0x80)
    scanner->at++;
  return scanner->at > begin ? g_strndup (begin, scanner->at - begin) : NULL;
}

/* "…" or '…' with escapes, or a bare number or boolean. */
static char *
scan_value (Scanner *scanner, gboolean *quoted, GError **error)
{
  g_autoptr (GString) value = g_string_new (NULL);
  char quote = *scanner->at;

  *quoted = quote == '"' || quote == '\'';
  if (!*quoted) {
    const char *begin = scanner->at;

    scanner->at
        += strspn (begin, "-+.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (scanner->at == begin)
      expected (scanner, "a value", error);
    return scanner->at > begin ? g_strndup (begin, scanner->at - begin) : NULL;
  }
  for (scanner->at++; *scanner->at != quote; scanner->at++) {
    if (*scanner->at == '\\' && scanner->at[1] != '\0')
      scanner->at++;
    if (*scanner->at == '\0') {
      expected (scanner, "the closing quote", error);
      return NULL;
    }
    g_string_append_c (value, *scanner->at);
  }
  scanner->at++;
  return g_string_free (g_steal_pointer (&value), FALSE);
}

/* A key's value that is itself a path with a host and keys is a reference: paths carry no types,
 * and no other key of Windows' looks like that. */
static HypervCimPath *
as_reference (const Scanner *scanner, const char *value)
{
  Scanner nested = { value, value, scanner->depth + 1 };
  g_autoptr (HypervCimPath) path = NULL;

  if (!g_str_has_prefix (value, "\\\\") || nested.depth > MAX_NESTING)
    return NULL;
  path = scan_path (&nested, NULL);
  if (path == NULL || hyperv_cim_path_get_n_keys (path) == 0)
    return NULL;
  return g_steal_pointer (&path);
}

static gboolean
has_key (const HypervCimPath *path, const char *name)
{
  guint n = hyperv_cim_path_get_n_keys (path);

  for (guint i = 0; i < n; i++)
    if (g_ascii_strcasecmp (hyperv_cim_path_get_key_name (path, i), name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
scan_key (Scanner *scanner, HypervCimPath *path, GError **error)
{
  g_autofree char *name = scan_name (scanner);
  g_autofree char *value = NULL;
  g_autoptr (HypervCimPath) reference = NULL;
  gboolean quoted = FALSE;

  if (name == NULL)
    return expected (scanner, "the name of a key", error);
  if (has_key (path, name))
    return expected (scanner, "another key than before", error);
  if (hyperv_cim_path_get_n_keys (path) == MAX_KEYS)
    return expected (scanner, "no more than 64 keys", error);
  if (*scanner->at != '=')
    return expected (scanner, "“=”", error);
  scanner->at++;
  value = scan_value (scanner, &quoted, error);
  if (value == NULL)
    return FALSE;
  reference = quoted ? as_reference (scanner, value) : NULL;
  if (reference != NULL)
    hyperv_cim_path_add_reference_key (path, name, reference);
  else
    hyperv_cim_path_add_key (path, name, value);
  return TRUE;
}

/* Up to the colon: \\HOST\root\x, //HOST/root/x or root/x. NULL with no error: there is no
 * namespace. */
static gboolean
scan_namespace (Scanner *scanner, char **name_space, GError **error)
{
  gsize length = strcspn (scanner->at, ":.=\"'");
  const char *begin = scanner->at;
  const char *end;

  if (g_str_has_prefix (begin, "\\\\") || g_str_has_prefix (begin, "//")) {
    begin += 2;
    begin += strcspn (begin, "\\/");
    if (*begin == '\0' || begin == scanner->at + 2)
      return expected (scanner, "a host and a namespace after the two backslashes", error);
    begin++;
    length = (begin - scanner->at) + strcspn (begin, ":.=\"'");
  }
  end = scanner->at + length;
  if (begin > scanner->at && begin == end)
    return expected (scanner, "a namespace after the host", error);
  if (*end != ':') {
    *name_space = g_strdup ("");
    return begin == scanner->at || expected (scanner, "“:” after the namespace", error);
  }
  *name_space = g_strdelimit (g_strndup (begin, end - begin), "\\", '/');
  scanner->at = end + 1;
  return TRUE;
}

static HypervCimPath *
scan_path (Scanner *scanner, GError **error)
{
  g_autofree char *name_space = NULL;
  g_autofree char *class_name = NULL;
  g_autoptr (HypervCimPath) path = NULL;

  if (!scan_namespace (scanner, &name_space, error))
    return NULL;
  class_name = scan_name (scanner);
  if (class_name == NULL) {
    expected (scanner, "the name of a class", error);
    return NULL;
  }
  path = hyperv_cim_path_new (name_space, class_name);
  if (strcmp (scanner->at, "=@") == 0) /* the only instance of a singleton */
    return g_steal_pointer (&path);
  for (char lead = '.'; *scanner->at != '\0'; lead = ',') {
    if (*scanner->at != lead) {
      expected (scanner, lead == '.' ? "“.” and keys" : "“,” and another key", error);
      return NULL;
    }
    scanner->at++;
    if (!scan_key (scanner, path, error))
      return NULL;
  }
  return g_steal_pointer (&path);
}

HypervCimPath *
wire_path_from_text (const char *text, GError **error)
{
  Scanner scanner = { text, text, 0 };

  g_return_val_if_fail (text != NULL, NULL);
  if (strlen (text) > MAX_TEXT) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "an object path of %" G_GSIZE_FORMAT " bytes; %d are allowed", strlen (text),
                 MAX_TEXT);
    return NULL;
  }
  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "an object path that is not UTF-8");
    return NULL;
  }
  return scan_path (&scanner, error);
}
