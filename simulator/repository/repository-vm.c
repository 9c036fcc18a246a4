/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository-vm.h"

#include <string.h>

#include "simulator/repository/repository-path.h"

/* The last 48 bits of a generated GUID and the last 24 of a MAC address are the VM's number, sent
 * through a permutation that depends on the seed; the permutation can be undone. */

static const char *const names[IMAGE_N_VARIABLES]
    = { NULL, "vm.guid", "vm.guid.lower", "vm.name", "vm.number", "vm.mac", "vm.pid" };

#define FIRST_PID 20000u /* beyond the ids of the shipped VMs */

guint64
repository_vm_mix (guint64 value)
{
  value += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  value = (value ^ (value >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return value ^ (value >> 31);
}

/* The number that undoes a multiplication by the odd @factor modulo a power of two (Newton). */
static guint64
invert (guint64 factor)
{
  guint64 inverse = factor;

  for (guint i = 0; i < 6; i++)
    inverse *= 2 - factor * inverse;
  return inverse;
}

#define FACTOR G_GUINT64_CONSTANT (0x2545f4914f6cdd1d)

/* A permutation of the numbers of @bits bits (even); folding by half of them undoes itself. */
static guint64
permute (guint64 value, guint32 seed, guint bits)
{
  guint64 mask = (G_GUINT64_CONSTANT (1) << bits) - 1;

  value = (value ^ repository_vm_mix (seed)) & mask;
  for (guint i = 0; i < 3; i++) {
    value = (value * FACTOR) & mask;
    value ^= value >> (bits / 2);
  }
  return value;
}

static guint64
unpermute (guint64 value, guint32 seed, guint bits)
{
  guint64 mask = (G_GUINT64_CONSTANT (1) << bits) - 1;

  for (guint i = 0; i < 3; i++) {
    value ^= value >> (bits / 2);
    value = (value * invert (FACTOR)) & mask;
  }
  return (value ^ repository_vm_mix (seed)) & mask;
}

void
repository_vm_format_guid (guint64 high, guint64 low, char *buffer)
{
  static const char digits[] = "0123456789ABCDEF";
  /* Version 4, variant 10: what is random otherwise. */
  guint64 parts[] = { (high & ~G_GUINT64_CONSTANT (0xf000)) | 0x4000,
                      (low & (G_MAXUINT64 >> 2)) | G_GUINT64_CONSTANT (1) << 63 };
  guint at = 0;

  for (guint i = 0; i < 32; i++) {
    if (i == 8 || i == 12 || i == 16 || i == 20)
      buffer[at++] = '-';
    buffer[at++] = digits[parts[i / 16] >> (60 - i % 16 * 4) & 15];
  }
  buffer[at] = '\0';
}

static void
write_guid (RepositoryVm *self, const char *guid)
{
  char *upper = self->texts[IMAGE_VARIABLE_GUID];
  char *lower = self->texts[IMAGE_VARIABLE_GUID_LOWER];

  g_strlcpy (upper, guid, sizeof self->texts[0]);
  g_strlcpy (lower, guid, sizeof self->texts[0]);
  for (guint i = 0; upper[i] != '\0'; i++) {
    lower[i] = repository_lower (upper[i]);
    upper[i] = g_ascii_isalpha (upper[i]) ? (char)(upper[i] & ~0x20) : upper[i];
  }
}

static guint32
first_pid (guint32 seed)
{
  return FIRST_PID + 4 * (guint32)(repository_vm_mix (seed) % 1000);
}

void
repository_vm_init (RepositoryVm *self, guint32 seed, guint32 number)
{
  guint64 high = repository_vm_mix (repository_vm_mix (seed) + number);
  guint64 low = (repository_vm_mix (high) & ~G_GUINT64_CONSTANT (0xffffffffffff))
                | permute (number, seed, 48);
  char guid[37];

  self->number = number;
  self->name = NULL;
  repository_vm_format_guid (high, low, guid);
  write_guid (self, guid);
  g_snprintf (self->texts[IMAGE_VARIABLE_NAME], sizeof self->texts[0], "vm-%05u", number);
  g_snprintf (self->texts[IMAGE_VARIABLE_NUMBER], sizeof self->texts[0], "%u", number);
  g_snprintf (self->texts[IMAGE_VARIABLE_MAC], sizeof self->texts[0], "00155D%06X",
              (guint)permute (number, seed, 24));
  g_snprintf (self->texts[IMAGE_VARIABLE_PID], sizeof self->texts[0], "%u",
              first_pid (seed) + 4 * number);
}

void
repository_vm_init_named (RepositoryVm *self, const char *guid, const char *name)
{
  guint64 hash = 0;

  for (const char *at = guid; *at != '\0'; at++)
    hash = repository_vm_mix (hash ^ (guchar)g_ascii_toupper (*at));
  write_guid (self, guid);
  self->number = 0;
  self->name = g_strdup (name);
  g_strlcpy (self->texts[IMAGE_VARIABLE_NUMBER], "0", sizeof self->texts[0]);
  g_snprintf (self->texts[IMAGE_VARIABLE_MAC], sizeof self->texts[0], "00155D%06X",
              (guint)(hash & 0xffffff));
  g_snprintf (self->texts[IMAGE_VARIABLE_PID], sizeof self->texts[0], "%u",
              1000 + 4 * (guint)((hash >> 24) % 4000));
}

void
repository_vm_clear (RepositoryVm *self)
{
  g_clear_pointer (&self->name, g_free);
}

const char *
repository_vm_get (const RepositoryVm *self, ImageVariable variable)
{
  if (variable == IMAGE_VARIABLE_NAME && self->name != NULL)
    return self->name;
  return self->texts[variable];
}

ImageVariable
repository_vm_find_variable (const char *name)
{
  for (guint i = 1; i < IMAGE_N_VARIABLES; i++)
    if (strcmp (names[i], name) == 0)
      return (ImageVariable)i;
  return 0;
}

static gboolean
is_variable (char c)
{
  return c > 0 && c < IMAGE_N_VARIABLES;
}

gboolean
repository_vm_has_variables (const char *text)
{
  for (; *text != '\0'; text++)
    if (is_variable (*text))
      return TRUE;
  return FALSE;
}

void
repository_vm_render (GString *out, const char *text, const RepositoryVm *vm)
{
  for (; *text != '\0'; text++) {
    if (is_variable (*text))
      g_string_append (out, repository_vm_get (vm, (ImageVariable)*text));
    else
      g_string_append_c (out, *text);
  }
}

static guint64
read_hex (const char *text, guint n)
{
  guint64 value = 0;

  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isxdigit (text[i]))
      return G_MAXUINT64;
    value = value << 4 | (guint)g_ascii_xdigit_value (text[i]);
  }
  return value;
}

static guint64
read_decimal (const char *text)
{
  guint64 value = 0;

  for (guint i = 0; i < 10 && g_ascii_isdigit (text[i]); i++)
    value = value * 10 + (guint)g_ascii_digit_value (text[i]);
  return value;
}

/* Which VM has this text in the place of the variable; anything when none has. */
static guint64
undo (ImageVariable variable, const char *text, guint32 seed)
{
  guint64 value;

  switch (variable) {
  case IMAGE_VARIABLE_GUID:
  case IMAGE_VARIABLE_GUID_LOWER:
    value = strnlen (text, 36) < 36 ? G_MAXUINT64 : read_hex (text + 24, 12);
    return value == G_MAXUINT64 ? 0 : unpermute (value, seed, 48);
  case IMAGE_VARIABLE_MAC:
    value = strnlen (text, 12) < 12 ? G_MAXUINT64 : read_hex (text + 6, 6);
    return value == G_MAXUINT64 ? 0 : unpermute (value, seed, 24);
  case IMAGE_VARIABLE_NAME:
    return strncmp (text, "vm-", 3) == 0 ? read_decimal (text + 3) : 0;
  case IMAGE_VARIABLE_NUMBER:
    return read_decimal (text);
  case IMAGE_VARIABLE_PID:
    value = read_decimal (text);
    return value < first_pid (seed) ? 0 : (value - first_pid (seed)) / 4;
  case IMAGE_N_VARIABLES:
  default:
    return 0;
  }
}

guint32
repository_vm_match (const char *pattern, const char *canonical, guint32 seed, guint32 n_vms)
{
  const char *at = canonical;
  guint64 number;
  RepositoryVm vm;

  for (; *pattern != '\0' && !is_variable (*pattern); pattern++, at++)
    if (*pattern != *at)
      return 0;
  number = undo ((ImageVariable)*pattern, at, seed);
  if (number == 0 || number > n_vms)
    return 0;

  /* The text may hold more than one variable: compare what the pattern becomes. */
  repository_vm_init (&vm, seed, (guint32)number);
  for (; *pattern != '\0'; pattern++) {
    char literal[2] = { *pattern, '\0' };
    const char *expected
        = is_variable (*pattern) ? repository_vm_get (&vm, (ImageVariable)*pattern) : literal;
    gsize length = strlen (expected);

    if (g_ascii_strncasecmp (at, expected, length) != 0)
      return 0;
    at += length;
  }
  return *at == '\0' ? (guint32)number : 0;
}
