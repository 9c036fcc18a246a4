/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libvirt's auth.conf, an ini file:
 *
 *     [auth-hyperv-HOST]         or [auth-hyperv-default]
 *     credentials=NAME
 *     [credentials-NAME]
 *     username=...
 *     password=...
 *
 * Read as libvirt's virKeyFile does: values verbatim from "=" to the end of the line (blanks belong
 * to a password), no escapes, comments by "#" or ";", nothing twice. Not GKeyFile, which unescapes,
 * trims, merges doubled groups, names no line, and leaves copies of passwords in memory. */

#include "client/base/hyperv-auth-file-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/base/hyperv-error.h"
#include "client/base/hyperv-file-private.h"

#define FILE_MAX (1024 * 1024) /* bytes; libvirt's own limit */
#define ENTRIES_MAX 4096
#define TOO_MANY "the file has more than " G_STRINGIFY (ENTRIES_MAX) " groups and values"
#define GROUP_FORMAT "auth-hyperv-%s"
#define SYSTEM_FILE "/etc/libvirt/auth.conf"
#define LOG_DOMAIN "hyperv-credentials"

typedef struct {
  const char *group; /* all three point into the text */
  const char *key;   /* NULL: the line that opens the group */
  const char *value;
} Entry;

struct _HypervAuthFile {
  char *path;
  char *text;
  gsize length;
  GArray *entries;
};

void
hyperv_auth_file_free (HypervAuthFile *self)
{
  explicit_bzero (self->text, self->length);
  g_free (self->text);
  g_free (self->path);
  g_array_unref (self->entries);
  g_free (self);
}

const char *
hyperv_auth_file_get_path (const HypervAuthFile *self)
{
  return self->path;
}

static gboolean
fail_line (const HypervAuthFile *self, guint line, GError **error, const char *what)
{
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT, "%s:%u: %s", self->path, line,
               what);
  return FALSE;
}

static const Entry *
find_entry (const HypervAuthFile *self, const char *group, const char *key)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = &g_array_index (self->entries, Entry, i);

    /* Host names, which are part of a group's name, have no case. */
    if (g_ascii_strcasecmp (entry->group, group) == 0 && g_strcmp0 (entry->key, key) == 0)
      return entry;
  }
  return NULL;
}

static gboolean
read_group (HypervAuthFile *self, char *text, guint line, const char **group, GError **error)
{
  char *end = strchr (text, ']');

  if (end == NULL)
    return fail_line (self, line, error, "the name of a group has no \"]\" at its end");
  if (end[1 + strspn (end + 1, " \t")] != '\0')
    return fail_line (self, line, error, "after the \"]\" of a group nothing may follow");
  *end = '\0';
  if (find_entry (self, text + 1, NULL) != NULL)
    return fail_line (self, line, error, "this group is in the file already");
  if (self->entries->len >= ENTRIES_MAX)
    return fail_line (self, line, error, TOO_MANY);

  *group = text + 1;
  g_array_append_val (self->entries, ((Entry){ *group, NULL, NULL }));
  return TRUE;
}

/* Messages must not show the line: it may be a password without its name. */
static gboolean
read_value (HypervAuthFile *self, char *text, guint line, const char *group, GError **error)
{
  char *end = text;

  if (group == NULL)
    return fail_line (self, line, error, "a value before the first [group]");
  while (g_ascii_isalnum (*end))
    end++;
  if (end == text || *end != '=')
    return fail_line (self, line, error,
                      "neither [group], name=value (without blanks around the name) nor # comment");
  *end = '\0';
  if (find_entry (self, group, text) != NULL)
    return fail_line (self, line, error, "this name is in the group already");
  if (self->entries->len >= ENTRIES_MAX)
    return fail_line (self, line, error, TOO_MANY);

  g_array_append_val (self->entries, ((Entry){ group, text, end + 1 }));
  return TRUE;
}

static gboolean
read_line (HypervAuthFile *self, char *text, guint line, const char **group, GError **error)
{
  gsize length = strlen (text);

  if (length > 0 && text[length - 1] == '\r')
    text[length - 1] = '\0';
  if (text[0] == '#' || text[0] == ';' || text[strspn (text, " \t")] == '\0')
    return TRUE;
  if (text[0] == '[')
    return read_group (self, text, line, group, error);
  return read_value (self, text, line, *group, error);
}

static gboolean
read_lines (HypervAuthFile *self, GError **error)
{
  const char *group = NULL;
  char *next = self->text;

  if (strlen (self->text) != self->length) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "%s: byte %zu is NUL; this is not a text file", self->path, strlen (self->text));
    return FALSE;
  }
  for (guint line = 1; next != NULL; line++) {
    char *text = next;

    next = strchr (text, '\n');
    if (next != NULL)
      *next++ = '\0';
    if (!read_line (self, text, line, &group, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
holds_password (const HypervAuthFile *self)
{
  gboolean holds = FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    holds = holds || g_strcmp0 (g_array_index (self->entries, Entry, i).key, "password") == 0;
  return holds;
}

/* A password that anybody here can read is still the one that was asked for; but it is told. */
static void
warn_readable (const HypervAuthFile *self)
{
  struct stat info;

  if (stat (self->path, &info) == 0 && S_ISREG (info.st_mode) && (info.st_mode & S_IROTH) != 0
      && holds_password (self))
    g_log_structured (LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE",
                      "%s holds a password, and every user of this machine can read it; chmod o= "
                      "%s",
                      self->path, self->path);
}

static gboolean
is_absent (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* Too long is what it says, and so an error like others in it. */
static void
set_unread (const char *named_by, const GError *local, GError **error)
{
  gboolean too_long = g_error_matches (local, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);

  g_set_error (error, too_long ? HYPERV_ERROR : local->domain,
               too_long ? HYPERV_ERROR_INVALID_ARGUMENT : local->code, "%s%s%s",
               named_by != NULL ? named_by : "", named_by != NULL ? "=" : "", local->message);
}

/* @named_by: whose mistake it is when it is not there; NULL: it may be absent. */
static HypervAuthFile *
load (const char *path, const char *named_by, GError **error)
{
  g_autoptr (HypervAuthFile) self = NULL;
  g_autoptr (GError) local = NULL;
  gsize length = 0;
  char *text = hyperv_file_read (path, HYPERV_FILE_STREAM, FILE_MAX, &length, &local);

  if (text == NULL) {
    if (named_by != NULL || !is_absent (local))
      set_unread (named_by, local, error);
    return NULL;
  }
  self = g_new0 (HypervAuthFile, 1);
  self->path = g_strdup (path);
  self->text = text;
  self->length = length;
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  if (!read_lines (self, error))
    return NULL;
  warn_readable (self);
  return g_steal_pointer (&self);
}

static char *
user_file (void)
{
  return g_build_filename (g_get_user_config_dir (), "libvirt", "auth.conf", NULL);
}

/* libvirt's order, in which the environment wins; whoever wrote authfile= may not expect it. */
static void
note_winner (const char *named_by, const char *path, const char *named)
{
  if (named != NULL && strcmp (path, named) != 0)
    g_log_structured (LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE",
                      "credentials come from %s=%s, which wins over the URI's authfile=%s",
                      named_by, path, named);
}

HypervAuthFile *
hyperv_auth_file_open (const char *named, GError **error)
{
  g_autofree char *users = user_file ();
  const struct {
    const char *named_by;
    const char *path;
  } places[] = {
    { "HYPERV_AUTH_FILE", g_getenv ("HYPERV_AUTH_FILE") },
    { "LIBVIRT_AUTH_FILE", g_getenv ("LIBVIRT_AUTH_FILE") },
    { "authfile", named },
    { NULL, users },
    { NULL, SYSTEM_FILE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (GError) local = NULL;
    HypervAuthFile *self;

    if (places[i].path == NULL || *places[i].path == '\0')
      continue;
    note_winner (places[i].named_by, places[i].path, named);
    self = load (places[i].path, places[i].named_by, &local);
    if (self != NULL)
      return self;
    if (local != NULL) {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  }
  return NULL;
}

char *
hyperv_auth_file_describe_absent (void)
{
  g_autofree char *users = user_file ();
  const char *const paths[] = { users, SYSTEM_FILE };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    g_string_append_printf (text, "%s%s (%s)", i > 0 ? ", " : "", paths[i],
                            access (paths[i], R_OK) == 0 ? "it is new" : g_strerror (errno));
  return g_string_free (text, FALSE);
}

static const char *
find_value (const HypervAuthFile *self, const char *group, const char *key)
{
  const Entry *entry = find_entry (self, group, key);

  return entry != NULL ? entry->value : NULL;
}

gboolean
hyperv_auth_file_has_host (const HypervAuthFile *self, const char *host)
{
  g_autofree char *group = g_strdup_printf (GROUP_FORMAT, host);

  return find_entry (self, group, NULL) != NULL;
}

gboolean
hyperv_auth_file_lookup (const HypervAuthFile *self, const char *host, const char **user,
                         const char **password, GError **error)
{
  g_autofree char *group = g_strdup_printf (GROUP_FORMAT, host);
  g_autofree char *credentials = NULL;
  const char *name;

  *user = *password = NULL;
  if (find_entry (self, group, NULL) == NULL) {
    g_free (group);
    group = g_strdup_printf (GROUP_FORMAT, "default");
  }
  if (find_entry (self, group, NULL) == NULL)
    return TRUE;

  name = find_value (self, group, "credentials");
  if (name == NULL) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "%s: group [%s] has no \"credentials=NAME\"", self->path, group);
    return FALSE;
  }
  credentials = g_strdup_printf ("credentials-%s", name);
  if (find_entry (self, credentials, NULL) == NULL) {
    g_autofree char *shown = g_utf8_make_valid (name, -1); /* the file may hold any bytes */

    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "%s: group [%s] names credentials=%s, but there is no group [credentials-%s]",
                 self->path, group, shown, shown);
    return FALSE;
  }
  *user = find_value (self, credentials, "username");
  *password = find_value (self, credentials, "password");
  return TRUE;
}
