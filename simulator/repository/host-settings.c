/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/host-settings.h"

#include <string.h>

#include "simulator/repository/mof.h"

/* What may stand in host.ini. Abilities are explained, with evidence, in fixtures/README.md. */

#define MAX_FILE (1024 * 1024)

typedef enum { TEXT, NUMBER, SWITCH } Kind;

typedef struct {
  const char *group;
  const char *key; /* NULL: any name */
  Kind kind;
  gboolean required;
} Row;

static const Row rows[] = {
  { "host", "name", TEXT, TRUE },
  { "host", "schema", TEXT, TRUE },
  { "host", "version", TEXT, TRUE },
  { "host", "caption", TEXT, FALSE },
  { "host", "model", TEXT, FALSE },
  { "values", "computer_name", TEXT, TRUE },
  { "values", NULL, TEXT, FALSE },
  { "texts", NULL, TEXT, FALSE },
  { "limits", "MaxEnvelopeSizekb", NUMBER, FALSE },
  { "limits", "MaxTimeoutms", NUMBER, FALSE },
  { "limits", "MaxBatchItems", NUMBER, FALSE },
  { "limits", "EnumerationTimeoutms", NUMBER, FALSE },
  { "limits", "MaxConcurrentOperations", NUMBER, FALSE },
  { "limits", "MaxConcurrentOperationsPerUser", NUMBER, FALSE },
  { "limits", "MaxConnections", NUMBER, FALSE },
  { "limits", "MaxPacketRetrievalTimeSeconds", NUMBER, FALSE },
  { "config", NULL, TEXT, FALSE },
  { "abilities", "optimized-enumeration-first-page", SWITCH, FALSE },
  { "abilities", "pull-one-item-by-default", SWITCH, FALSE },
  { "abilities", "envelope-size-counts-utf16", SWITCH, FALSE },
  { "abilities", "quotes-escaped-in-text", SWITCH, FALSE },
  { "abilities", "null-arrays-omitted", SWITCH, FALSE },
  { "abilities", "wql-on-class-uri-refused", SWITCH, FALSE },
  { "abilities", "anonymous-identify", SWITCH, FALSE },
  { "abilities", "class-errors-as-instances", SWITCH, FALSE },
  { "abilities", "tls-alpn", SWITCH, FALSE },
  { "abilities", "serial-port-settings-as-rasd", SWITCH, FALSE },
  { "abilities", "resize-memory-while-running", SWITCH, FALSE },
  { "abilities", "add-adapter-while-running", SWITCH, FALSE },
  { "abilities", "production-checkpoints", SWITCH, FALSE },
  { "abilities", "wmi-event-subscriptions", SWITCH, FALSE },
  { "families", NULL, TEXT, FALSE },
  { "mix", NULL, NUMBER, FALSE },
};

/* Where a group or one of its values stands, the last of that name; 0: nowhere. */
static guint
find_line (const HostSettings *self, const char *group, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (self->text, "\n", -1);
  gboolean inside = FALSE;
  guint found = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]);
    char *end = strchr (line, *line == '[' ? ']' : '=');

    if (end == NULL || *line == '#')
      continue;
    *end = '\0';
    if (*line == '[') {
      inside = strcmp (line + 1, group) == 0;
      found = inside && key == NULL ? i + 1 : found;
    } else if (inside && key != NULL && strcmp (g_strchomp (line), key) == 0) {
      found = i + 1;
    }
  }
  return found;
}

gboolean
host_settings_fail (const HostSettings *self, GError **error, const char *group, const char *key,
                    const char *format, ...)
{
  guint of_key = find_line (self, group, key);
  guint line = of_key != 0 ? of_key : find_line (self, group, NULL);
  g_autofree char *place
      = line == 0 ? g_strdup (self->file) : g_strdup_printf ("%s:%u", self->file, line);
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX, "%s: [%s]%s%s: %s", place, group,
               key == NULL ? "" : " ", key == NULL ? "" : key, message);
  return FALSE;
}

/* What GKeyFile refuses without saying where. */
static gboolean
check_line (const HostSettings *self, guint number, const char *line, gboolean *grouped,
            GError **error)
{
  const char *bad = NULL, *expected = NULL;
  g_autofree char *shown = NULL;

  line += strspn (line, " \t\r");
  if (!g_utf8_validate (line, -1, &bad))
    return mof_fail_at (self->file, number, 1, error,
                        "expected text in UTF-8, found the byte 0x%02x", (guchar)*bad);
  *grouped = *grouped || *line == '[';
  if (*line == '\0' || *line == '#')
    return TRUE;
  if (*line == '[' && strchr (line, ']') == NULL)
    expected = "] after the name of the group";
  else if (*line != '[' && (strchr (line, '=') == NULL || *line == '='))
    expected = "[group], name=value or # comment";
  else if (!*grouped)
    expected = "[group] before the first value";
  if (expected == NULL)
    return TRUE;
  shown = g_utf8_substring (line, 0, MIN (60, g_utf8_strlen (line, -1)));
  return mof_fail_at (self->file, number, 1, error, "expected %s, found %s", expected, shown);
}

static gboolean
load (HostSettings *self, GError **error)
{
  gsize length = 0;
  gboolean grouped = FALSE;
  g_auto (GStrv) lines = NULL;

  self->text = mof_load (self->file, MAX_FILE, &length, error);
  if (self->text == NULL)
    return FALSE;
  if (strlen (self->text) != length)
    return mof_fail_at (self->file, 1, 1, error, "expected text, found a NUL at byte %zu",
                        strlen (self->text) + 1);
  lines = g_strsplit (self->text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!check_line (self, i + 1, lines[i], &grouped, error))
      return FALSE;
  if (g_key_file_load_from_data (self->keys, self->text, length, G_KEY_FILE_NONE, error))
    return TRUE;
  g_prefix_error (error, "%s: ", self->file);
  return FALSE;
}

/* The names that a group may have, for messages. */
static char *
list_known (const char *group)
{
  GString *list = g_string_new (NULL);
  const char *last = "";

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const char *name = group == NULL ? rows[i].group : rows[i].key;

    if ((group != NULL && strcmp (rows[i].group, group) != 0) || name == NULL
        || strcmp (name, last) == 0)
      continue;
    g_string_append_printf (list, "%s%s", list->len == 0 ? "" : ", ", name);
    last = name;
  }
  return g_string_free (list, FALSE);
}

static const Row *
find_row (const char *group, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].group, group) == 0
        && (rows[i].key == NULL || strcmp (rows[i].key, key) == 0))
      return &rows[i];
  return NULL;
}

static gboolean
is_key_name (const char *key)
{
  for (const char *at = key; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("_-.", *at) == NULL)
      return FALSE;
  return TRUE;
}

/* What a value has wrong, (transfer full); NULL: nothing. */
static char *
find_fault (const Row *row, const char *text)
{
  guint64 number;

  for (const char *at = text; *at != '\0'; at++)
    if ((guchar)*at < 0x20)
      return g_strdup_printf ("expected text, found the byte 0x%02x", (guchar)*at);
  if (row->required && *text == '\0')
    return g_strdup ("expected a value, found none");
  if (row->kind == SWITCH && strcmp (text, "0") != 0 && strcmp (text, "1") != 0)
    return g_strdup_printf ("expected 0 or 1, found \"%s\"", text);
  if (row->kind == NUMBER && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    return g_strdup_printf ("expected a number of 32 bits, found \"%s\"", text);
  return NULL;
}

static gboolean
check_key (const HostSettings *self, const char *group, const char *key, GError **error)
{
  const Row *row = find_row (group, key);
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_autofree char *message = NULL;

  if (row == NULL) {
    g_autofree char *known = list_known (group);

    return host_settings_fail (self, error, group, key, "expected one of %s, found an unknown name",
                               known);
  }
  if (strcmp (group, "texts") != 0 && !is_key_name (key))
    return host_settings_fail (self, error, group, key,
                               "expected letters, digits, _ - . in the name");
  /* GKeyFile gives a text and an error when a backslash is wrong. */
  text = g_key_file_get_string (self->keys, group, key, &local);
  if (local != NULL)
    return host_settings_fail (self, error, group, key,
                               "expected text with \\s \\n \\t \\r \\\\, "
                               "found %s",
                               local->message);
  message = find_fault (row, text);
  return message == NULL || host_settings_fail (self, error, group, key, "%s", message);
}

gboolean
repository_check_setting (const char *group, const char *key, const char *value, GError **error)
{
  const Row *row = find_row (group, key);
  g_autofree char *message
      = row != NULL ? find_fault (row, value) : g_strdup ("expected a name that host.ini may have");

  if (message == NULL)
    return TRUE;
  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE, "[%s] %s: %s", group, key,
               message);
  return FALSE;
}

static gboolean
check_all (const HostSettings *self, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->keys, NULL);

  for (guint i = 0; groups[i] != NULL; i++) {
    g_auto (GStrv) keys = g_key_file_get_keys (self->keys, groups[i], NULL, NULL);
    gboolean known = FALSE;

    for (guint j = 0; j < G_N_ELEMENTS (rows); j++)
      known = known || strcmp (rows[j].group, groups[i]) == 0;
    if (!known) {
      g_autofree char *list = list_known (NULL);

      return host_settings_fail (self, error, groups[i], NULL,
                                 "expected one of %s, found an unknown group", list);
    }
    for (guint j = 0; keys != NULL && keys[j] != NULL; j++)
      if (!check_key (self, groups[i], keys[j], error))
        return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].required && !g_key_file_has_key (self->keys, rows[i].group, rows[i].key, NULL))
      return host_settings_fail (self, error, rows[i].group, rows[i].key,
                                 "expected a value, found none");
  return TRUE;
}

static gboolean
check_families (HostSettings *self, GError **error)
{
  g_auto (GStrv) mixed = g_key_file_get_keys (self->keys, "mix", NULL, NULL);

  for (guint i = 0; mixed != NULL && mixed[i] != NULL; i++)
    if (!g_key_file_has_key (self->keys, "families", mixed[i], NULL))
      return host_settings_fail (self, error, "mix", mixed[i],
                                 "expected a family of [families], found none");
  return TRUE;
}

/* The folders of model=, relative to the host's own. */
static gboolean
find_models (HostSettings *self, GError **error)
{
  g_auto (GStrv) names = g_key_file_get_string_list (self->keys, "host", "model", NULL, NULL);

  self->models = g_new0 (char *, names == NULL ? 1 : g_strv_length (names) + 1);
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    self->models[i] = g_path_is_absolute (names[i])
                          ? g_strdup (names[i])
                          : g_build_filename (self->folder, names[i], NULL);
    if (!g_file_test (self->models[i], G_FILE_TEST_IS_DIR))
      return host_settings_fail (
          self, error, "host", "model",
          "expected a folder, found none at %s; a host that was copied needs "
          "its model beside it as before, or its whole path here",
          self->models[i]);
  }
  return TRUE;
}

HostSettings *
host_settings_read (const char *folder, GError **error)
{
  g_autoptr (HostSettings) self = g_new0 (HostSettings, 1);
  g_autofree char *release = NULL;

  self->folder = g_strdup (folder);
  self->file = g_build_filename (folder, "host.ini", NULL);
  self->keys = g_key_file_new ();
  if (!load (self, error) || !check_all (self, error) || !check_families (self, error))
    return NULL;

  self->name = g_key_file_get_string (self->keys, "host", "name", NULL);
  release = g_key_file_get_string (self->keys, "host", "schema", NULL);
  self->rank = mof_release_rank (release);
  if (self->rank == 0) {
    host_settings_fail (self, error, "host", "schema",
                        "expected 2012, 2012 R2, 2016, 2019, 2022, 23H2 or 2025, found \"%s\"",
                        release);
    return NULL;
  }
  if (!find_models (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
host_settings_free (HostSettings *self)
{
  g_free (self->folder);
  g_free (self->file);
  g_free (self->text);
  g_free (self->name);
  g_strfreev (self->models);
  g_clear_pointer (&self->keys, g_key_file_unref);
  g_free (self);
}

char *
host_settings_get_value (HostSettings *self, const char *key)
{
  return g_key_file_get_string (self->keys, "values", key, NULL);
}

char *
host_settings_get_text (HostSettings *self, const char *text)
{
  return g_key_file_get_string (self->keys, "texts", text, NULL);
}

GStrv
host_settings_get_families (HostSettings *self)
{
  GStrv names = g_key_file_get_keys (self->keys, "families", NULL, NULL);

  return names != NULL ? names : g_new0 (char *, 1);
}

GStrv
host_settings_get_family (HostSettings *self, const char *family)
{
  g_autofree char *text = g_key_file_get_string (self->keys, "families", family, NULL);
  GStrv parts = g_strsplit_set (text == NULL ? "" : text, " \t", -1);
  guint n = 0;

  for (guint i = 0; parts[i] != NULL; i++) {
    if (parts[i][0] == '\0')
      g_free (parts[i]);
    else
      parts[n++] = parts[i];
  }
  parts[n] = NULL;
  return parts;
}

guint
host_settings_get_weight (HostSettings *self, const char *family)
{
  return (guint)g_key_file_get_uint64 (self->keys, "mix", family, NULL);
}
