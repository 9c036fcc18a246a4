/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-release.h"

#include <string.h>

#include "client/base/hyperv-error.h"

#define VERSION_MAX 255 /* bytes */
#define PARTS_MAX 4

struct _HypervRelease {
  char *version;
  guint parts[PARTS_MAX]; /* major, minor, build, revision */
  const char *name;
};

G_DEFINE_BOXED_TYPE (HypervRelease, hyperv_release, hyperv_release_copy, hyperv_release_free)

/* Oldest first: the first build of each release that Microsoft shipped ("Windows Server release
 * information", learn.microsoft.com). Names are Server's; its client twin has the same build. */
static const struct {
  guint major, minor, build;
  const char *name;
  const char *or_newer; /* for builds before the next row */
} releases[] = {
  { 0, 0, 0, "older than 2008", "older than 2008" }, { 6, 0, 6001, "2008", "2008 or newer" },
  { 6, 1, 7600, "2008 R2", "2008 R2 or newer" },     { 6, 1, 7601, "2008 R2", "2008 R2 or newer" },
  { 6, 2, 9200, "2012", "2012 or newer" },           { 6, 3, 9600, "2012 R2", "2012 R2 or newer" },
  { 10, 0, 14393, "2016", "2016 or newer" },         { 10, 0, 17763, "2019", "2019 or newer" },
  { 10, 0, 20348, "2022", "2022 or newer" },         { 10, 0, 26100, "2025", "2025 or newer" },
};

/* The most that the packed form has room for; the fourth part is not packed. */
static const struct {
  const char *name;
  guint max;
} parts[PARTS_MAX] = {
  { "major", G_MAXUINT },
  { "minor", 99 },
  { "build", 999999 },
  { "revision", G_MAXUINT },
};

static gboolean
fail (GError **error, const char *version, const char *what)
{
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
               "Windows version \"%s\" cannot be read: %s; expected MAJOR.MINOR.BUILD, such as "
               "10.0.17763",
               version, what);
  return FALSE;
}

static gboolean
read_part (const char **p, const char *version, guint which, guint *value, GError **error)
{
  g_autofree char *what = NULL;
  guint64 number = 0;

  if (!g_ascii_isdigit (**p)) {
    what = g_strdup_printf ("where the %s part should be is no digit", parts[which].name);
    return fail (error, version, what);
  }
  for (; g_ascii_isdigit (**p); (*p)++)
    number = MIN (number * 10 + (guint64)(**p - '0'), (guint64)G_MAXUINT + 1);
  if (number > parts[which].max) {
    what = g_strdup_printf ("the %s part is larger than %u", parts[which].name, parts[which].max);
    return fail (error, version, what);
  }
  *value = (guint)number;
  return TRUE;
}

/* After the numbers anything may follow but a dot: "10.0.17763 Build 1". */
static gboolean
read_parts (HypervRelease *self, GError **error)
{
  const char *p = self->version;
  guint n = 0;

  do {
    if (!read_part (&p, self->version, n, &self->parts[n], error))
      return FALSE;
    n++;
  } while (n < PARTS_MAX && *p == '.' && *p++ != '\0');

  if (*p == '.')
    return fail (error, self->version, "it has more than four parts");
  return TRUE;
}

static int
compare (guint a, guint b)
{
  return (a > b) - (a < b);
}

static void
find_name (HypervRelease *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (releases); i++) {
    int order = compare (self->parts[0], releases[i].major);

    if (order == 0)
      order = compare (self->parts[1], releases[i].minor);
    if (order == 0)
      order = compare (self->parts[2], releases[i].build);
    if (order < 0)
      return;
    self->name = order == 0 ? releases[i].name : releases[i].or_newer;
  }
}

/**
 * hyperv_release_parse:
 * @version: `Version` of Win32_OperatingSystem: one to four numbers with dots between; text after
 *   them does not matter
 * @error: return location for an error
 *
 * Reads a version of Windows. Each part is checked against the room that it has in the packed form.
 *
 * Returns: (transfer full): the release, or %NULL with HYPERV_ERROR_INVALID_ARGUMENT
 */
HypervRelease *
hyperv_release_parse (const char *version, GError **error)
{
  g_autoptr (HypervRelease) self = NULL;

  g_return_val_if_fail (version != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (strlen (version) > VERSION_MAX || !g_utf8_validate (version, -1, NULL)) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT,
                 "Windows version of %zu bytes is not UTF-8 or longer than %d bytes",
                 strlen (version), VERSION_MAX);
    return NULL;
  }
  self = g_new0 (HypervRelease, 1);
  self->version = g_strdup (version);
  if (!read_parts (self, error))
    return NULL;
  find_name (self);
  return g_steal_pointer (&self);
}

/**
 * hyperv_release_copy:
 * @self: a release
 *
 * Copies a release.
 *
 * Returns: (transfer full): the copy
 */
HypervRelease *
hyperv_release_copy (const HypervRelease *self)
{
  HypervRelease *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->version = g_strdup (self->version);
  return copy;
}

/**
 * hyperv_release_free:
 * @self: (transfer full): a release
 *
 * Frees a release.
 */
void
hyperv_release_free (HypervRelease *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->version);
  g_free (self);
}

/**
 * hyperv_release_get_version:
 * @self: a release
 *
 * Returns the version as the host wrote it.
 *
 * Returns: (transfer none): the text that was parsed
 */
const char *
hyperv_release_get_version (const HypervRelease *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->version;
}

/**
 * hyperv_release_get_major:
 * @self: a release
 *
 * Returns the first number of the version.
 *
 * Returns: the number
 */
guint
hyperv_release_get_major (const HypervRelease *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->parts[0];
}

/**
 * hyperv_release_get_minor:
 * @self: a release
 *
 * Returns the second number of the version, at most 99.
 *
 * Returns: the number, or 0 when there was none
 */
guint
hyperv_release_get_minor (const HypervRelease *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->parts[1];
}

/**
 * hyperv_release_get_build:
 * @self: a release
 *
 * Returns the third number of the version, at most 999999.
 *
 * Returns: the number, or 0 when there was none
 */
guint
hyperv_release_get_build (const HypervRelease *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->parts[2];
}

/**
 * hyperv_release_get_name:
 * @self: a release
 *
 * Returns Windows Server's name for it: `2012 R2`, `2016`, `2019`, `2022`, `2025`; for a build
 * between two of them the older with `or newer`.
 *
 * Returns: (transfer none): the name, never %NULL
 */
const char *
hyperv_release_get_name (const HypervRelease *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * hyperv_release_is_supported:
 * @self: a release
 *
 * Returns whether this library knows its Hyper-V: 2012 R2 (6.3) and all that came later.
 *
 * Returns: %FALSE if it is older
 */
gboolean
hyperv_release_is_supported (const HypervRelease *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->parts[0] > 6 || (self->parts[0] == 6 && self->parts[1] >= 3);
}

/**
 * hyperv_release_get_packed:
 * @self: a release
 *
 * Returns major * 100000000 + minor * 1000000 + build, which libvirt's virConnectGetVersion() gives
 * for Hyper-V (it calculates in 32 bits; this does not).
 *
 * Returns: the packed version
 */
guint64
hyperv_release_get_packed (const HypervRelease *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return (guint64)self->parts[0] * 100000000 + (guint64)self->parts[1] * 1000000 + self->parts[2];
}

/**
 * hyperv_release_format_packed:
 * @packed: a packed version
 *
 * Writes a packed version as `virsh version` shows it: 603009600 is `603.9.600`.
 *
 * Returns: (transfer full): the text
 */
char *
hyperv_release_format_packed (guint64 packed)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT ".%u.%u", packed / 1000000,
                          (guint)(packed / 1000 % 1000), (guint)(packed % 1000));
}
